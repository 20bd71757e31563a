"""xAI's news: cards of links, each with a heading and a day; the site often refuses programs."""

from datetime import datetime

from scrapers.news.feed import FeedRead
from scrapers.news.pages._cards import cards

PAGE = "https://x.ai/news"


def parse(body: bytes, url: str, seen_at: datetime) -> FeedRead:
    """Read the articles of the page. Raises ``LayoutChanged`` where there are none."""
    return cards(body, url, seen_at, r"/news/[\w.-]+/?")
