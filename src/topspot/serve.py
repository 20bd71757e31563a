"""One long-lived process: the same cycle as cron's, every minute, and a page that says whether all is well.

When a source is due stands in the database, so that cron and any number of these agree.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console

from scrapers.boards import SourceFile
from scrapers.news.sources import NewsSource
from topspot import jobs
from topspot.access import is_visited
from topspot.domain.values import NEWS
from topspot.jobs import Report, Watcher, open_store, utc_now
from topspot.ping import Signal, ping
from topspot.settings import Settings
from topspot.store import due
from topspot.tell.sender import STEADY, Pace
from topspot.web import application


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the cycle begins, how long one may go on after the end was asked for, and where the page is.

    Times are in seconds.
    """

    every: float = 60.0
    grace: float = 30.0
    host: str = "127.0.0.1"
    port: int = 8080


@dataclass
class Served:
    """What a process did: cycles that ran, that had nothing to do, and that were skipped since one still ran."""

    cycles: int = 0
    idle: int = 0
    skipped: int = 0
    failed: int = 0
    at: str = ""


@dataclass
class Serving:
    """One process under way; ``stop`` ends it. ``ended`` is called with the report of each cycle."""

    settings: Settings
    files: dict[str, SourceFile]
    watcher: Watcher
    console: Console
    say: Callable[[str], None]
    rhythm: Rhythm = Rhythm()
    clock: Callable[[], datetime] = utc_now
    pace: Pace = STEADY
    feeds: Mapping[str, NewsSource] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    served: Served = field(default_factory=Served)
    _cycle: asyncio.Task[None] | None = None

    async def run(self) -> Served:
        """Serve until ``stop`` is set or a signal comes. Raises ``StoreError``, ``OSError`` for a port in use."""
        self.files = {key: file for key, file in self.files.items() if is_visited(file.source, self.settings)}
        with open_store(self.settings, upgrade=True, now=self.clock) as engine, self._signals():
            shortest = timedelta(seconds=self.rhythm.every)
            periods = {key: max(file.source.every, shortest) for key, file in self.files.items()}
            runner = web.AppRunner(application(engine, periods, self.clock(), self.clock), access_log=None)
            await runner.setup()
            try:
                site = web.TCPSite(runner, self.rhythm.host, self.rhythm.port)
                await site.start()
                self.served.at = str(runner.addresses[0][1])
                self.say(f"serving: health at http://{self.rhythm.host}:{self.served.at}/health")
                await self._go_round()
            finally:
                await runner.cleanup()
        self.say("ended; nothing is left half done")
        return self.served

    async def _go_round(self) -> None:
        _quiet()
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES)
        scheduler.add_job(
            self._begin,
            "interval",
            seconds=self.rhythm.every,
            id="cycle",
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        scheduler.start()
        await self.stop.wait()
        scheduler.pause()
        await self._let_end()
        scheduler.shutdown(wait=False)

    async def _let_end(self) -> None:
        """Let the cycle under way end; when that takes too long, its requests end and the rest is left."""
        task = self._cycle
        if task is None:
            return
        done, _ = await asyncio.wait([task], timeout=self.rhythm.grace)
        if not done:
            task.cancel()
            await asyncio.wait([task])

    async def _begin(self) -> None:
        """Do one cycle in a task of its own, which the scheduler cannot cancel."""
        if self.stop.is_set():  # the scheduler had begun it already when it was paused
            return
        self._cycle = asyncio.create_task(self._go())
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(self._cycle)
        finally:
            self._cycle = None

    async def _go(self) -> None:
        sources = [*self.files, *(f"{NEWS}/{key}" for key in self.feeds)]
        if await asyncio.to_thread(due.is_idle, self.settings.url, sources, self.clock()):
            self.served.idle += 1
            await self._ping("success")
            return
        self.served.cycles += 1
        await self._ping("start")
        failed = True
        try:
            report = await jobs.cycle(
                self.settings,
                self.files,
                feeds=self.feeds,
                clock=self.clock,
                watcher=self.watcher,
                console=self.console,
                pace=self._pace(),
            )
            failed = report.failed
            self._tell(report)
        except Exception as error:  # noqa: BLE001 - one cycle that fails must not end the process: the next one tries
            self.say(f"the cycle failed, the next one tries again: {str(error) or type(error).__name__}")
        self.served.failed += failed
        await self._ping("fail" if failed else "success")  # one that our own end cuts short is neither

    def _pace(self) -> Pace:
        """Give the pace with a budget that ends within the grace, so that no message is cut short under way."""
        longest = max(1.0, self.rhythm.grace - self.pace.patience)
        return self.pace._replace(budget=min(self.pace.budget, longest))

    def _tell(self, report: Report) -> None:
        for line in (*report.baselines, *report.notes, *report.problems):
            self.say(line)
        if report.sent or report.queued or report.dead:
            self.say(f"deliveries: {report.sent} sent, {report.queued} queued, {report.dead} dead")

    async def _ping(self, what: Signal) -> None:
        if self.settings.ping_url:
            await asyncio.to_thread(ping, self.settings.ping_url, what, self.say)

    def _skipped(self, _: object) -> None:
        self.served.skipped += 1

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Let the first SIGTERM or SIGINT ask for the end, and a second one end the process at once."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGTERM, signal.SIGINT)

        def ask() -> None:
            self.stop.set()
            for number in numbers:
                loop.remove_signal_handler(number)
                signal.signal(number, signal.SIG_DFL)  # Python's own for SIGINT would wait for threads

        for number in numbers:
            loop.add_signal_handler(number, ask)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


def _quiet() -> None:
    """Keep APScheduler's own lines off standard error: a cycle that is skipped is counted here."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL + 1)
