"""Answers recorded one after the other, without a crawl: what one visit writes, given what it read."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from builders import URL, WEBDEV, reading
from scrapers.boards import lmarena
from support.databases import opened, prepare
from support.story import FABLE, GPT, KIMI, OPUS, Line
from topspot.domain.values import Answer, Payload, Reading, Source, Validators
from topspot.record import Read, record_answer
from topspot.registry import Registry, load_registry
from topspot.snapshots import Context, Recorded
from topspot.store import write
from topspot.store.engine import writing
from topspot.store.tables import Target


@functools.cache
def everybody() -> Registry:
    """Give the packaged registry, as a run has it."""
    return load_registry()


@functools.cache
def few() -> Registry:
    """Give those developers of the registry that the pages here name."""
    return Registry({key: everybody().developers[key] for key in ("anthropic", "moonshot-ai", "openai")})


CONSOLE = Target(key="console", kind="console")

FABLE_ALONE: list[Line] = [(FABLE, 1650, 10), (GPT, 1600, 10)]
GPT_JOINS: list[Line] = [(GPT, 1651, 10), (FABLE, 1650, 10)]
KIMI_TAKES: list[Line] = [(KIMI, 1700, 10), (FABLE, 1650, 10), (GPT, 1600, 10)]
OPUS_TAKES: list[Line] = [(OPUS, 1740, 10), (KIMI, 1700, 10), (FABLE, 1650, 10)]


def page(on: str, lines: Sequence[Line], category: str = "overall", board: str = WEBDEV.key) -> list[Reading]:
    """Give the rows of one category as they are read."""
    return [
        reading(
            name,
            rating,
            plus_minus,
            organization=organization,
            rank=rank,
            category=category,
            board=board,
            published_on=date.fromisoformat(on),
        )
        for rank, ((name, organization), rating, plus_minus) in enumerate(lines, start=1)
    ]


@dataclass
class Desk:
    """``desk.visit(page(…))`` records what a visit read; each visit is an hour after the last."""

    url: str
    targets: Sequence[Target] = (CONSOLE,)
    registry: Registry = field(default_factory=few)
    now: datetime = datetime(2026, 9, 1, 6, tzinfo=UTC)
    live: bool = True
    source: Source = lmarena.SOURCE

    def visit(
        self,
        *pages: Sequence[Reading],
        unreadable: str | None = None,
        body: bytes | None = None,
        url: str = URL,
        missed: Sequence[Reading] = (),
    ) -> Recorded:
        """Record an answer with the rows of some pages; ``unreadable`` is why its bytes cannot be read.

        ``missed`` is what the full history shows.
        """
        rows = [row for page in pages for row in page]
        content = body if body is not None else repr(rows).encode()
        payload = Payload(url, content, hashlib.sha256(content).hexdigest(), "text/plain", self.now)
        etag = Validators(etag=f'"{payload.sha256[:8]}"')
        answer = Answer("lmarena", url, "fetched", self.now, 200, payload, etag)
        history = Read(_history(answer), missed) if missed else None
        return self._record(answer, rows, unreadable, history)

    def load(self, *pages: Sequence[Reading]) -> Recorded:
        """Record the rows of some pages as an import does."""
        self.live = False
        try:
            return self.visit(*pages)
        finally:
            self.live = True

    def fail(self, error: str = "503 Service Unavailable: the site is in trouble", url: str = URL) -> Recorded:
        """Record an answer that failed."""
        return self._record(Answer("lmarena", url, "failed", self.now, 503, error=error), [], None)

    def find_unchanged(self, url: str = URL) -> Recorded:
        """Record an answer that brought nothing new."""
        return self._record(Answer("lmarena", url, "unchanged", self.now, 302), [], None)

    def _record(
        self, answer: Answer, rows: Sequence[Reading], unreadable: str | None, missed: Read | None = None
    ) -> Recorded:
        prepare(self.url)
        context = Context(self.source, self.registry, self.targets, self.now, live=self.live)
        with opened(self.url) as engine, writing(engine) as session:
            write.apply_registry(session, self.registry, self.now)
            write.declare_targets(session, [Target(**target.model_dump()) for target in self.targets])
            recorded = record_answer(session, answer, rows, unreadable, context, missed=missed)
        self.now += timedelta(hours=1)
        return recorded


def _history(answer: Answer) -> Answer:
    """Give the answer of the history of WebDev beside that of its newest publication."""
    body = b"history " + (answer.payload.body if answer.payload else b"")
    url = lmarena.history_address("webdev")
    payload = Payload(url, body, hashlib.sha256(body).hexdigest(), "application/octet-stream", answer.started_at)
    return Answer("lmarena", url, "fetched", answer.started_at, 200, payload)
