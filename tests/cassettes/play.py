"""What the cassettes are played with: the asks of a visit, the message that is posted."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from scrapers.boards.lmarena import address
from scrapers.crawl import crawl
from scrapers.items import Ask
from support.runs import run
from support.web import live_files
from topspot.domain.messages import Message, TableRow
from topspot.domain.values import Answer
from topspot.jobs import Report, utc_now
from topspot.settings import Settings

ASKS = (Ask("lmarena", address("text")), Ask("lmarena", address("webdev")))

MESSAGE = Message(
    alert_id="0123456789ab",
    status="NEW SOLE LEADER",
    title="China (CN) · LMArena WebDev",
    sentence="LMArena WebDev: China (CN) takes first place alone (published 2026-07-16)",
    finding="In first place now: kimi-k3 1678.5 [1661.0, 1696.0].",
    lines=(),
    more=0,
    table=(TableRow("kimi-k3", "Moonshot AI (CN)", "", "1. 1678.5 [1661.0, 1696.0]"),),
    board="lmarena/webdev",
    board_name="LMArena WebDev",
    category="overall",
    published_on=date(2026, 7, 16),
    observed_at=datetime(2026, 7, 17, 4, 5, tzinfo=UTC),
    credit="LMArena",
    license="CC BY 4.0",
    rules=("lead.country@1",),
)


def web_settings(**given: Any) -> Settings:
    """Give settings that visit without delay, always with the same user agent."""
    return Settings(download_delay=0, contact="tests@example.org", **given)


def slack_settings(**given: Any) -> Settings:
    """Give settings of a Slack workspace with a token that is none."""
    return Settings(**{"slack_token": "none", "slack_channel": "C0123456789"} | given)


def visit(settings: Settings, source: str) -> Report:
    """Visit one source with all that its pages lead to, and record what it says."""
    return run(settings, {source: live_files()[source]}, clock=utc_now)


def answers_to(settings: Settings, asks: Sequence[Ask]) -> list[Answer]:
    """Visit some addresses and give their answers in the order of the asks."""
    answers: dict[str, Answer] = {}

    async def keep(answer: Answer) -> None:
        answers[answer.url] = answer

    asyncio.run(crawl(settings, asks, keep=keep))
    return [answers[ask.url] for ask in asks]
