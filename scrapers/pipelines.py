"""What happens to an answer that comes in."""

import asyncio
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from scrapers.spiders.boards import BoardsSpider
from topspot.domain.values import Answer


class Keep:
    """Hands each answer to the spider's ``keep``, one at a time, as it comes, and asks for what it leads to."""

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
            for ask in await self._spider.keep(item) or ():
                await self._follow(self._spider.further(ask))
        return item

    async def _follow(self, further: Request | Answer) -> None:
        if isinstance(further, Answer):
            await self._spider.keep(further)
        elif self._spider.crawler.engine is not None:
            self._spider.crawler.engine.crawl(further)
