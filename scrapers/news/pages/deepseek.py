"""DeepSeek's news: links in the margin of its documentation, each with its day behind the title."""

from datetime import datetime

from scrapers.news.feed import FeedRead
from scrapers.news.pages._cards import cards

PAGE = "https://api-docs.deepseek.com/news"


def parse(body: bytes, url: str, seen_at: datetime) -> FeedRead:
    """Read the articles of the page. Raises ``LayoutChanged`` where there are none."""
    return cards(body, url, seen_at, r"(?:/[\w-]+)?/news/news[0-9]{4,6}/?")
