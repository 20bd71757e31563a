"""What the tests of fetching share: one crawl through the stand-in, and the answers of it in order."""

import asyncio
from collections.abc import Sequence

from scrapers.crawl import crawl
from scrapers.items import Ask
from standins.site import Site
from topspot.domain.values import Answer, Validators
from topspot.settings import Settings

PAGE = "https://board.example/rows.json"
NOTHING = Validators()


def settings(site: Site | None = None, **changes: object) -> Settings:
    """Settings without pauses, through ``site`` if there is one."""
    fast = {"mirror": site and site.address, "download_delay": 0, "download_timeout": 5}
    return Settings(**(fast | changes))  # type: ignore[arg-type]


def visit(
    site: Site | None,
    *urls: str,
    known: Validators = NOTHING,
    overrides: dict[str, object] | None = None,
    **changes: object,
) -> list[Answer]:
    """Visit ``urls`` in one crawl and return one answer for each, in their order."""
    asks = [Ask(f"source-{number}", url, known) for number, url in enumerate(urls or [PAGE])]
    answers = ask_all(settings(site, **changes), asks, overrides)
    assert sorted(answer.source for answer in answers) == sorted(ask.source for ask in asks)
    return sorted(answers, key=lambda answer: int(answer.source.removeprefix("source-")))


def ask_all(settings: Settings, asks: Sequence[Ask], overrides: dict[str, object] | None = None) -> list[Answer]:
    """Visit ``asks`` and return the answers as they came."""
    answers: list[Answer] = []

    async def keep(answer: Answer) -> None:
        answers.append(answer)

    asyncio.run(crawl(settings, asks, keep=keep, overrides=overrides))
    return answers


def failed(answer: Answer) -> str:
    """The error of an answer that must be a failure without bytes, on one line for people."""
    assert answer.outcome == "failed"
    assert answer.payload is None
    assert answer.error
    assert "\n" not in answer.error
    assert "Error(" not in answer.error
    assert "fault of Topspot" not in answer.error
    return answer.error
