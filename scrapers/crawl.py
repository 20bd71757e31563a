"""The one call that the rest of Topspot makes to visit addresses."""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from scrapy.crawler import AsyncCrawlerRunner

from scrapers.handler import CutShort
from scrapers.items import Ask
from scrapers.pipelines import Keep
from scrapers.settings import scrapy_settings
from scrapers.spiders.boards import BoardsSpider
from scrapers.spiders.boards import Keep as KeepAnswer
from topspot.domain.values import Answer
from topspot.settings import Settings


async def crawl(
    settings: Settings,
    asks: Sequence[Ask],
    *,
    keep: KeepAnswer,
    overrides: dict[str, object] | None = None,
) -> None:
    """Visit all ``asks`` in one crawl on the running loop and ``await keep(answer)`` once for each of them.

    What ``keep`` gives back is asked for as well, in the same crawl.

    Answers are kept one at a time, as they come; what goes wrong on the way is an answer too. When the task is
    cancelled, requests under way end first, all but a large answer, which is cut off and leaves no file; the other
    asks get a failed answer. ``overrides`` are settings of Scrapy.

    Raises what ``keep`` raised first, after all answers were offered to it.
    """
    problems: list[Exception] = []

    async def offer(answer: Answer) -> Iterable[Ask] | None:
        try:
            return await keep(answer)
        except Exception as problem:  # noqa: BLE001 - the other answers come first; raised below
            problems.append(problem)
            return None

    _quiet()
    pipelines = {"ITEM_PIPELINES": {Keep: 100}}
    runner = AsyncCrawlerRunner(scrapy_settings(settings) | pipelines | (overrides or {}))
    crawler = runner.create_crawler(BoardsSpider)
    stop = asyncio.Event()
    try:
        await _to_the_end(runner.crawl(crawler, asks=asks, keep=offer, stop=stop), stop)
    finally:
        if isinstance(crawler.spider, BoardsSpider):
            for number in list(crawler.spider.left):
                await offer(crawler.spider.answer(number, "failed", error=str(CutShort())))
    if problems:
        raise problems[0]


async def _to_the_end(crawling: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait for a crawl; when cancelled, stop it gently, since a crawl's own task that is cancelled leaks.

    The runner's ``stop`` would not do: called in the first moments of a crawl it makes it hang.
    """
    try:
        await asyncio.shield(crawling)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.shield(crawling)
        raise


def _quiet() -> None:
    """Keep Scrapy's own lines off standard error, unless somebody has set their level.

    They repeat what the answers say, with tracebacks and with signed addresses.
    """
    logger = logging.getLogger("scrapy")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL + 1)
