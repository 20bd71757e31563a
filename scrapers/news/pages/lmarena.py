"""LMArena's old blog: its index of cards without days, and its lists of a year, with days."""

from datetime import datetime

from scrapers.news.feed import FeedRead
from scrapers.news.pages._cards import cards

PAGE = "https://lmarena.github.io/blog/"


def parse(body: bytes, url: str, seen_at: datetime) -> FeedRead:
    """Read the articles of the page. Raises ``LayoutChanged`` where there are none."""
    return cards(body, url, seen_at, r"/blog/[0-9]{4}/[\w.-]+/?")
