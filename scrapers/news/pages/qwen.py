"""Qwen's old blog, in English and Chinese: articles with an empty link laid over each."""

from datetime import datetime

from scrapers.news.feed import FeedRead
from scrapers.news.pages._cards import cards

PAGE = "https://qwenlm.github.io/blog/"


def parse(body: bytes, url: str, seen_at: datetime) -> FeedRead:
    """Read the articles of the page. Raises ``LayoutChanged`` where there are none."""
    return cards(body, url, seen_at, r"(?:/zh)?/blog/(?!page/)[\w.-]+/?")
