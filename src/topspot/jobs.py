"""What the command line calls: one whole cycle of collecting, comparing and telling, and its report."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Engine

from scrapers.boards import SourceFile
from topspot import companions, histories, record
from topspot.access import is_visited, key_for
from topspot.domain.messages import Message
from topspot.domain.values import NEWS, Answer, LayoutChanged, Payload, Source, Validators
from topspot.registry import Registry, load_registry
from topspot.schedule import put_off, random_delay
from topspot.settings import Settings
from topspot.snapshots import Context, Recorded
from topspot.store import archive, migrate, read, write
from topspot.store.engine import (
    StoreError,
    create_engine,
    database_url,
    reading,
    sqlite_file,
    whoami,
    writing,
)
from topspot.store.tables import Target

if TYPE_CHECKING:
    from rich.console import Console

    from scrapers.items import Ask
    from scrapers.news.sources import NewsSource
    from topspot.tell.sender import Deliveries, Pace

T = TypeVar("T")


def utc_now() -> datetime:
    """Give the instant, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class SourceReport:
    """How the visit to one source went: addresses visited, unchanged and failed, snapshots new and held."""

    visited: int = 0
    unchanged: int = 0
    new: int = 0
    held: int = 0
    failed: int = 0
    events: int = 0
    alerts: int = 0

    def to_json(self) -> dict[str, int]:
        """Give the counts by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Report:
    """What one cycle did. ``problems`` are lines for operators, ``notes`` need no mending."""

    sources: dict[str, SourceReport] = field(default_factory=dict)
    sent: int = 0
    queued: int = 0
    dead: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    baselines: list[str] = field(default_factory=list)
    messages: list[tuple[str, Message]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether something failed or was held, so that the exit code is 1."""
        return bool(self.problems) or self.dead > 0

    def to_json(self) -> dict[str, Any]:
        """Give the object that ``run --json`` prints."""
        return {
            "sources": {key: source.to_json() for key, source in self.sources.items()},
            "deliveries": {"sent": self.sent, "queued": self.queued, "dead": self.dead},
        }


class Watcher(Protocol):
    """Whoever shows a visit while it goes on; every call is a fact, none is a decision."""

    def begins(self, source: str, addresses: int) -> None:
        """Take note that a source is about to be visited."""

    def answered(self, source: str, url: str, outcome: str) -> None:
        """Take note that an address answered."""

    def ended(self, source: str, report: SourceReport, seconds: float) -> None:
        """Take note that a source was visited, and how that went."""


@contextlib.contextmanager
def open_store(
    settings: Settings, *, upgrade: bool = False, now: Callable[[], datetime] = utc_now
) -> Iterator[Engine]:
    """Open the database and close it again; with ``upgrade`` it is migrated first.

    Raises ``StoreError`` for a database that is newer, older (without ``upgrade``) or not to be had.
    """
    engine = create_engine(settings.url)
    try:
        if upgrade:
            migrate.upgrade(engine, now())
        elif not migrate.is_current(engine):
            raise StoreError(
                "the database has no tables of this version yet: `topspot run` or `topspot db upgrade`"
            )
        yield engine
    finally:
        engine.dispose()


@contextlib.contextmanager
def _store_of_run(settings: Settings, dry_run: bool, clock: Callable[[], datetime]) -> Iterator[Engine]:
    """Open the database of a run; a dry run that finds none takes an empty one that is thrown away."""
    file = sqlite_file(database_url(settings.url))
    if not dry_run or file is None or file.exists():
        with open_store(settings, upgrade=not dry_run, now=clock) as engine:
            yield engine
        return
    with tempfile.TemporaryDirectory(prefix="topspot-") as folder:
        passing = settings.model_copy(update={"database_url": f"sqlite:///{folder}/topspot.db"})
        with open_store(passing, upgrade=True, now=clock) as engine:
            yield engine


async def cycle(
    settings: Settings,
    files: dict[str, SourceFile],
    *,
    feeds: "Mapping[str, NewsSource] | None" = None,
    names: Sequence[str] = (),
    dry_run: bool = False,
    clock: Callable[[], datetime] = utc_now,
    watcher: Watcher,
    console: "Console",
    pace: "Pace | None" = None,
) -> Report:
    """Collect what is due, compare, and deliver; give the report.

    ``files`` are the sources by key, ``feeds`` those of news, which a dry run leaves alone; ``names`` are visited
    whether due or not, without names all that are due. ``dry_run`` writes nothing and sends nothing: the report
    holds the messages. Raises ``StoreError``, ``RegistryError``.
    """
    from topspot.tell import sender

    registry = load_registry(settings.registry_dir)
    targets = sender.targets_of(settings)
    with _store_of_run(settings, dry_run, clock) as engine:
        visited = {key: file for key, file in files.items() if is_visited(file.source, settings)}
        run = _Run(engine, settings, visited, registry, targets, clock, watcher, dry_run)
        boards = [name for name in names if name.partition("/")[0] != NEWS]
        if boards or not names:
            await run.collect(boards)
        if feeds and not dry_run and (not names or len(boards) < len(names)):
            await _collect_news(run, feeds, [name for name in names if name not in boards])
        if not dry_run:
            ended = await sender.deliver(
                engine,
                settings,
                targets,
                clock=clock,
                me=run.me,
                console=console,
                pace=pace or sender.STEADY,
            )
            _add_deliveries(run.report, ended)
        return run.report


async def _collect_news(run: "_Run", feeds: "Mapping[str, NewsSource]", names: Sequence[str]) -> None:
    from topspot import newsroom

    began = time.monotonic()
    found = await newsroom.collect(
        run.engine, run.settings, feeds, run.registry, names=names, me=run.me or whoami(), clock=run.clock
    )
    if found is None:
        return
    report = SourceReport(
        found.visited, found.unchanged, found.news.new, found.held, found.failed, found.news.events
    )
    run.report.sources[NEWS] = report
    run.report.problems += found.problems
    run.report.notes += found.notes
    run.watcher.ended(NEWS, report, time.monotonic() - began)


def _add_deliveries(report: Report, ended: "Deliveries") -> None:
    report.sent, report.queued, report.dead = ended.sent, ended.queued, ended.dead
    report.problems += ended.problems
    report.notes += ended.skipped


@dataclass(slots=True)
class _Run:
    """One cycle under way: what it was given, and the report that grows.

    ``waiting`` are answers that are recorded after the steps to them were asked for. ``known``, ``asked`` and
    ``followed`` are, by source, what identified the bytes of its addresses, how many were asked for, and which a
    page led to; ``brought`` are payloads that others may be read with.
    """

    engine: Engine
    settings: Settings
    files: dict[str, SourceFile]
    registry: Registry
    targets: Sequence[Target]
    clock: Callable[[], datetime]
    watcher: Watcher
    dry_run: bool
    me: str = ""
    report: Report = field(default_factory=Report)
    retry_after: dict[str, datetime] = field(default_factory=dict)
    failures: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    waiting: list[tuple[record.Read, date]] = field(default_factory=list)
    unchanged: dict[str, list[Answer]] = field(default_factory=dict)
    known: dict[str, dict[str, Validators]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    followed: dict[str, set[str]] = field(default_factory=dict)
    brought: list[Payload] = field(default_factory=list)
    cut_short: str = ""
    left: set[str] = field(default_factory=set)

    async def collect(self, names: Sequence[str]) -> None:
        """Visit the sources that are due or named and record what they say, each payload as it comes."""
        self.me = whoami()
        keys = await asyncio.to_thread(self._claim, names)
        if not keys:
            return
        from scrapers.crawl import crawl
        from scrapers.handler import CutShort

        self.cut_short = str(CutShort())
        began = time.monotonic()
        asks = []
        for key in keys:
            source = self.files[key].source
            self.report.sources[key] = SourceReport()
            self.watcher.begins(key, len(source.addresses))
            self.known[key] = await asyncio.to_thread(self._known, key)
            asks += [self._ask(key, url) for url in source.addresses]
        try:
            await crawl(self.settings, asks, keep=self._keep)
            await self._record_waiting()
        finally:
            self.left |= {read.answer.source for read, _ in self.waiting}
            self.report.problems += _failure_lines(self.failures)
            for key in keys:
                report = self.report.sources[key]
                if key not in self.left:
                    report.failed += self.asked[key] - report.visited  # where it broke off
                await asyncio.to_thread(self._release, self.files[key].source)
                self.watcher.ended(key, self.report.sources[key], time.monotonic() - began)

    def _claim(self, names: Sequence[str]) -> list[str]:
        """Claim what is to be visited; with a dry run nothing is written, so all that is due is looked at."""
        wanted, now = list(names or self.files), self.clock()
        with writing(self.engine, keep=not self.dry_run) as session:
            write.apply_registry(session, self.registry, now)
            changed = write.changed_entries(session)
            write.declare_targets(session, self.targets)
            write.declare_sources(session, self.files, now)
            keys = write.claim_sources(session, wanted, named=bool(names), now=now, me=self.me)
            elsewhere = read.claimed_elsewhere(session, wanted, self.me, now)
        self.report.notes += [f"{key}: another run is at it; left to it" for key in elsewhere]
        if changed:
            self.report.notes.append(
                f"{len(changed)} entries mean something else by the registry as it is: `topspot registry apply` "
                "brings past events in line"
            )
        return keys

    def _known(self, key: str) -> dict[str, Validators]:
        with reading(self.engine) as session:
            return read.known_validators(session, key)

    def _ask(self, source: str, url: str) -> "Ask":
        from scrapers.items import Ask

        self.asked[source] = self.asked.get(source, 0) + 1
        known = self.known[source].get(url, Validators())
        return Ask(source, url, known, key=key_for(self.files[source].source, self.settings))

    async def _keep(self, answer: Answer) -> "list[Ask]":
        """Archive, parse and record one answer, off the loop, and give what it leads to.

        What goes wrong holds back no other answer.
        """
        await self._take(answer)
        return await self._in_order(answer, self._further, answer) or []

    def _further(self, answer: Answer) -> "list[Ask]":
        """Give the asks that an answer leads to, where its source's addresses are found and not written down."""
        file = self.files[answer.source]
        if file.links is None or answer.outcome == "failed":
            return []
        payload = answer.payload
        if payload is None:
            with reading(self.engine) as session:
                payload = companions.last_payload(session, self.settings.archive_dir, answer)
        asked = self.followed.setdefault(answer.source, set(file.source.addresses))
        new = [url for url in histories.links(file, payload).now if url not in asked]
        asked.update(new)
        return [self._ask(answer.source, url) for url in new]

    async def _take(self, answer: Answer) -> None:
        if answer.error == self.cut_short:  # by our own end: it is visited by the next run, and has not failed
            self.left.add(answer.source)
            return
        source = self.report.sources[answer.source]
        source.visited += 1
        if answer.outcome == "unchanged":  # written with the claim's end: a transaction each would cost the most
            source.unchanged += 1
            self.unchanged.setdefault(answer.source, []).append(answer)
            self.watcher.answered(answer.source, answer.url, answer.outcome)
            return
        read = await self._in_order(answer, self._read, answer)
        since = await asyncio.to_thread(self._missed_since, read) if read else None
        if read and since:
            self.waiting.append((read, since))
        elif read:
            await self._write(read)

    async def _record_waiting(self) -> None:
        """Ask for the histories of what moved on by more than a day, and record it with the steps on the way."""
        if not self.waiting:
            return
        asked = [(read.answer.source, self._history(read.answer)) for read, _ in self.waiting]
        with tempfile.TemporaryDirectory(prefix="topspot-") as passing:
            folder = Path(passing) if self.dry_run else None
            found = await histories.fetch(self.settings, self.engine, asked, folder)
            for _, url in asked:
                read, since = self.waiting[0]
                missed = await asyncio.to_thread(self._steps, found.get(url), since)
                await self._write(read, missed)
                self.waiting.pop(0)

    def _steps(self, history: Answer | None, since: date) -> record.Read | None:
        if history is None or history.payload is None:
            if history and history.outcome == "failed":
                self.report.notes.append(f"{history.url}: no steps on the way: {history.error}")
            return None
        read = histories.steps(self.files[history.source], history, since)
        if read.unreadable:
            self.report.notes.append(f"{history.url}: no steps on the way: {read.unreadable}")
            return None
        return read

    def _history(self, answer: Answer) -> str:
        return histories.address_of(self.files[answer.source], answer.url) or ""

    async def _write(self, read: record.Read, missed: record.Read | None = None) -> None:
        recorded = await self._in_order(read.answer, self._record, read, missed)
        if recorded:
            self._note(read.answer, recorded)
            self.watcher.answered(read.answer.source, read.answer.url, recorded.outcome)

    async def _in_order(self, answer: Answer, do: Callable[..., T], *arguments: Any) -> T | None:
        """Do something with an answer, off the loop; what cannot be kept is said and costs no other answer."""
        try:
            return await asyncio.to_thread(do, *arguments)
        except (StoreError, archive.ArchiveError) as error:
            self.report.sources[answer.source].failed += 1
            self.report.problems.append(f"{answer.url}: not recorded: {error}")
            self.watcher.answered(answer.source, answer.url, "failed")
            return None

    def _read(self, answer: Answer) -> record.Read:
        if answer.payload and not self.dry_run:
            archive.keep(self.settings.archive_dir, answer.payload)
        file = self.files[answer.source]
        if answer.payload and companions.name_beside(file, answer):
            with reading(self.engine) as session:
                answer = companions.attach(session, self.settings.archive_dir, file, answer, self.brought)
        elif answer.payload and file.beside:
            self.brought.append(answer.payload)
        return parse(file, answer)

    def _missed_since(self, read: record.Read) -> date | None:
        """Say since when publications may lie between what is held and what was read, if a history can tell."""
        if read.unreadable or not self._history(read.answer):
            return None
        with reading(self.engine) as session:
            return histories.missed_since(session, read.answer.source, read.items)

    def _record(self, read: record.Read, missed: record.Read | None) -> Recorded:
        answer, items, unreadable = read
        context = Context(self.files[answer.source].source, self.registry, self.targets, self.clock())
        with writing(self.engine, keep=not self.dry_run) as session:
            if self.dry_run:  # the declarations that a run writes first
                write.apply_registry(session, self.registry, context.now)
                write.declare_targets(session, self.targets)
            return record.record_answer(session, answer, items, unreadable, context, missed=missed)

    def _note(self, answer: Answer, recorded: Recorded) -> None:
        source = self.report.sources[answer.source]
        source.unchanged += recorded.outcome == "unchanged"
        source.failed += recorded.outcome == "failed"
        source.new += recorded.new
        source.held += len(recorded.held)
        source.events += recorded.events
        source.alerts += len(recorded.messages)
        self.report.problems += [f"held: {reason}" for reason in recorded.held]
        if recorded.outcome == "failed":
            self.failures.setdefault((answer.source, answer.error or ""), []).append(answer.url)
        if answer.retry_after:
            before = self.retry_after.get(answer.source, answer.retry_after)
            self.retry_after[answer.source] = max(before, answer.retry_after)
        self.report.baselines += recorded.baselines
        self.report.messages += recorded.messages

    def _release(self, source: Source) -> None:
        if self.dry_run:
            return
        report, now = self.report.sources[source.key], self.clock()
        try:
            with writing(self.engine) as session:
                record.record_unchanged(session, self.unchanged.get(source.key, ()))
                if source.key in self.left:
                    write.free_source(session, source.key, self.me)
                    return
                failures = read.failures_of(session, source.key) + 1 if report.failed else 0
                due = put_off(
                    now, source.every, failures, self.retry_after.get(source.key), random_delay(source.every)
                )
                write.release_source(
                    session,
                    source.key,
                    self.me,
                    next_due_at=due,
                    failed=report.failed > 0,
                    new=report.new > 0,
                    now=now,
                )
        except StoreError as error:
            self.report.problems.append(f"{source.key}: the end of its visit was not recorded: {error}")


def _failure_lines(failures: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    """Say each cause once, with the addresses that it kept from being had."""
    for (source, error), urls in failures.items():
        yield f"failed: {source}: {named_once(urls)}: {error}"


def named_once(urls: Sequence[str]) -> str:
    """Name several addresses by the first of them."""
    return f"{urls[0]} and {len(urls) - 1} more addresses" if len(urls) > 1 else urls[0]


def parse(file: SourceFile, answer: Answer) -> record.Read:
    """Read the items of an answer, or say why they cannot be read."""
    if answer.payload is None:
        return record.Read(answer, [])
    try:
        return record.Read(answer, list(file.parse(answer.payload)))
    except LayoutChanged as error:
        return record.Read(answer, [], f"the page changed: {error}")
    except Exception as error:  # noqa: BLE001 - a parser's fault must not cost the payload; it is held under its name
        return record.Read(answer, [], f"its parser failed: {type(error).__name__}: {error}")
