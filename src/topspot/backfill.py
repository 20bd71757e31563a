"""Loading the past: a source's whole history, date by date, and nothing of it is ever sent.

Each date is a transaction, so that what was loaded before a kill is kept, and a second try goes on behind it.
"""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Engine

from scrapers.boards import SourceFile
from topspot import companions, histories
from topspot.access import key_for
from topspot.desk import Desk
from topspot.domain.values import Answer, LayoutChanged, Payload, Validators
from topspot.files import date_in
from topspot.jobs import named_once, open_store, parse, utc_now
from topspot.record import Read, begin_history, end_history, record_answer, record_day
from topspot.registry import Registry, load_registry
from topspot.settings import Settings
from topspot.snapshots import Context, Recorded
from topspot.store import archive, read, write
from topspot.store.engine import StoreError, reading, whoami, writing


class Progress(Protocol):
    """Whoever shows a long load while it goes on."""

    def begins(self, what: str, total: int) -> None:
        """Take note of what is loaded next, and of how many steps that is."""

    def step(self, done: str) -> None:
        """Take note that a step is done."""

    def ends(self) -> None:
        """Take note that all is loaded."""


class Unseen:
    """The progress of what nobody looks on at."""

    def begins(self, what: str, total: int) -> None:
        """Show nothing."""

    def step(self, done: str) -> None:
        """Show nothing."""

    def ends(self) -> None:
        """Show nothing."""


class Busy(Exception):
    """Another process is at the same source; the message says so in one line."""


@dataclass(slots=True)
class Loaded:
    """What a load did. ``problems`` are lines for operators, ``notes`` need no mending."""

    source: str
    rows: int = 0
    snapshots: int = 0
    dates: set[date] = field(default_factory=set)
    facts: int = 0
    events: int = 0
    unchanged: int = 0
    files: int = 0
    held: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    untold: set[str] = field(default_factory=set)

    @property
    def failed(self) -> bool:
        """Whether something failed or was held, so that the exit code is 1."""
        return bool(self.held or self.unreadable)

    def add(self, recorded: Recorded, name: str) -> None:
        """Count what one file or date came to; ``name`` is the file's or the address."""
        self.rows += recorded.rows
        self.snapshots += recorded.new
        self.dates |= recorded.dates
        self.facts += recorded.facts
        self.events += recorded.events
        self.untold |= set(recorded.untold)
        self.remarks += [f"{name}: {remark}" for remark in recorded.remarks]
        self.held += [f"{name}: {reason}" for reason in recorded.held]

    def to_json(self) -> dict[str, Any]:
        """Give the object that ``import --json`` and ``backfill --json`` print."""
        return {
            "source": self.source,
            "files": self.files,
            "unchanged": self.unchanged,
            "rows": self.rows,
            "snapshots": self.snapshots,
            "dates": len(self.dates),
            "facts": self.facts,
            "events": self.events,
            "held": self.held,
            "unreadable": self.unreadable,
            "remarks": self.remarks,
        }


@contextmanager
def claimed(engine: Engine, file: SourceFile, registry: Registry, now: datetime) -> Iterator[None]:
    """Hold the claim of a source for a load, after writing the registry. Raises ``Busy``."""
    me, key = whoami(), file.source.key
    with writing(engine) as session:
        write.apply_registry(session, registry, now)
        write.declare_sources(session, [key], now)
        if not write.claim_sources(session, [key], named=True, now=now, me=me):
            raise Busy(f"{key}: another run is at it: try again when it has ended")
    try:
        yield
    finally:
        with suppress(StoreError), writing(engine) as session:  # else the claim runs out with this process
            write.free_source(session, key, me)


async def backfill(
    settings: Settings,
    file: SourceFile,
    *,
    since: date | None = None,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress,
) -> Loaded:
    """Load all that a source ever published, or what it published from ``since`` on.

    Raises ``StoreError``, ``ArchiveError``, ``RegistryError``, ``Busy``.
    """
    registry = load_registry(settings.registry_dir)
    loaded = Loaded(file.source.key)
    failures: dict[str, list[str]] = {}
    with open_store(settings, upgrade=True, now=clock) as engine, claimed(engine, file, registry, clock()):
        for url in file.source.history:
            answers = await histories.fetch(settings, engine, [(file.source.key, url)])
            if answers[url].outcome == "failed":
                failures.setdefault(answers[url].error or "", []).append(url)
            await asyncio.to_thread(
                _load_answer, engine, file, answers[url], registry, clock, since, loaded, progress
            )
        if file.links:
            await _Older(settings, engine, file, registry, clock, since, loaded, progress).load()
        progress.ends()
        loaded.unreadable += [f"{named_once(urls)}: {error}" for error, urls in failures.items()]
        with writing(engine) as session:
            write.analyze(session)
    return loaded


class _Older:
    """Loads the older publications that the pages of a source lead to, each an answer of its own."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        file: SourceFile,
        registry: Registry,
        clock: Callable[[], datetime],
        since: date | None,
        loaded: Loaded,
        progress: Progress,
    ) -> None:
        self.settings, self.engine, self.file, self.registry = settings, engine, file, registry
        self.clock, self.since, self.loaded, self.progress = clock, since, loaded, progress
        self.desk = Desk(file.source.key, registry)
        self.asked = set(file.source.addresses)

    async def load(self) -> None:
        """Ask for the pages of the source and for all that they lead to."""
        from scrapers.crawl import crawl
        from scrapers.items import Ask

        key = key_for(self.file.source, self.settings)
        with reading(self.engine) as session:
            known = read.known_validators(session, self.file.source.key)

        async def keep(answer: Answer) -> list[Ask]:
            urls = await asyncio.to_thread(self._take, answer)
            return [Ask(answer.source, url, known.get(url, Validators()), key=key) for url in urls]

        asks = [Ask(self.file.source.key, url, known.get(url, Validators()), key=key) for url in self.asked]
        self.progress.begins(self.file.source.key, len(asks))
        await crawl(self.settings, asks, keep=keep)

    def _take(self, answer: Answer) -> list[str]:
        """Record one answer and give the addresses that it leads to and that were not asked for."""
        self.loaded.files += 1
        self.progress.step(answer.url)
        if answer.payload:
            archive.keep(self.settings.archive_dir, answer.payload)
            # an older publication is of the date in its address, whenever it was fetched
            dated = replace(answer.payload, published_on=date_in(answer.url))
            answer = replace(answer, payload=dated)
        payload = answer.payload
        with writing(self.engine) as session:
            payload = payload or companions.last_payload(session, self.settings.archive_dir, answer)
            answer = companions.attach(session, self.settings.archive_dir, self.file, answer)
            found = parse(self.file, answer)
            context = Context(self.file.source, self.registry, (), self.clock(), live=False)
            recorded = record_answer(session, *found, context, desk=self.desk)
        self._note(answer, recorded)
        return self._leads_to(payload)

    def _note(self, answer: Answer, recorded: Recorded) -> None:
        self.loaded.unchanged += answer.outcome == "unchanged"
        self.loaded.add(recorded, answer.url)
        if answer.error:
            self.loaded.unreadable.append(f"{answer.url}: {answer.error}")

    def _leads_to(self, payload: Payload | None) -> list[str]:
        links = histories.links(self.file, payload)
        wanted = [url for url in links.before or links.now if url not in self.asked and self._is_wanted(url)]
        self.asked.update(wanted)
        return wanted

    def _is_wanted(self, url: str) -> bool:
        day = date_in(url)
        return self.since is None or day is None or day >= self.since


def _load_answer(
    engine: Engine,
    file: SourceFile,
    answer: Answer,
    registry: Registry,
    clock: Callable[[], datetime],
    since: date | None,
    loaded: Loaded,
    progress: Progress,
) -> None:
    loaded.files += 1
    if answer.payload and not _is_read(engine, answer):
        load_history(engine, file, answer, registry, clock, loaded, progress, since=since)
        return
    loaded.unchanged += answer.outcome != "failed"
    with writing(engine) as session:
        context = Context(file.source, registry, (), clock(), live=False)
        record_answer(session, Answer(**_without_payload(answer)), [], None, context)


def _without_payload(answer: Answer) -> dict[str, Any]:
    names = ("source", "url", "started_at", "status", "validators", "error")
    outcome = "failed" if answer.outcome == "failed" else "unchanged"
    return {name: getattr(answer, name) for name in names} | {"outcome": outcome}


def _is_read(engine: Engine, answer: Answer) -> bool:
    """Whether the same bytes were read whole before."""
    with reading(engine) as session:
        return answer.payload is not None and read.is_read(session, answer)


def load_history(
    engine: Engine,
    file: SourceFile,
    answer: Answer,
    registry: Registry,
    clock: Callable[[], datetime],
    loaded: Loaded,
    progress: Progress,
    *,
    since: date | None = None,
    line: int = 0,
    name: str | None = None,
) -> None:
    """Load the history that lies in an answer's file, a transaction a date; what cannot be read is held.

    A history that was read in part, ``since`` a date, is asked for again by the next load. ``line`` is the place
    of an imported file among those of its date, ``name`` what it is called in the report.
    """
    desk = Desk(file.source.key, registry)
    context = Context(file.source, registry, (), clock(), live=False, line=line)
    total = Recorded("unchanged")
    with writing(engine) as session:
        known = begin_history(session, answer, context)
    unreadable = None
    try:
        with _nothing_collected():
            for number, (part, rows) in enumerate(histories.parts(file, answer, known, since)):
                if number == 0:
                    progress.begins(answer.url, part.total)
                if rows:
                    with writing(engine) as session:
                        record_day(session, answer, rows, part.digest, context, desk, total)
                progress.step(part.day.isoformat())
    except LayoutChanged as error:
        unreadable = f"the history changed: {error}"
        loaded.unreadable.append(f"{name or answer.url}: {unreadable}")
    with writing(engine) as session:
        if not (unreadable and read.is_held(session, answer)):  # it is written already
            end_history(session, Read(answer, [], unreadable), context, total, partial=since is not None)
    loaded.add(total, answer.url)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep Python from looking for circles among millions of rows, in which there are none: a fifth of a load."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
