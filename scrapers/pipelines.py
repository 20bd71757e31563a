"""What happens to an answer that comes in."""

import asyncio
from typing import Self

from scrapy.crawler import Crawler

from scrapers.spiders.boards import BoardsSpider
from topspot.domain.values import Answer


class Keep:
    """Hands each answer to the spider's ``keep``, one at a time, as it comes."""

    def __init__(self, spider: BoardsSpider) -> None:
        self._spider = spider
        self._turn = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of one crawl of ``BoardsSpider``."""
        assert isinstance(crawler.spider, BoardsSpider)  # noqa: S101 - for the type: crawl() starts no other
        return cls(crawler.spider)

    async def process_item(self, item: Answer) -> Answer:
        """Keep ``item`` and pass it on."""
        async with self._turn:
            await self._spider.keep(item)
        return item
