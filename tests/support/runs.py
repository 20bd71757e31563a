"""Whole runs without pauses: one call is one ``topspot run``, at a time that the test says."""

import asyncio
import dataclasses
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console

from scrapers.boards import SourceFile, lmarena
from topspot import jobs
from topspot.settings import Settings
from topspot.tell.sender import Pace

FAST = Pace(spacing=0, pauses=(0, 0), budget=20)

Files = dict[str, SourceFile]


class Quiet:
    """A watcher that says nothing."""

    def begins(self, source: str, addresses: int) -> None: ...

    def answered(self, source: str, url: str, outcome: str) -> None: ...

    def ended(self, source: str, report: jobs.SourceReport, seconds: float) -> None: ...


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 1, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move the clock on: ``clock.forward(hours=2)``."""
        self.now += timedelta(**by)


def files(*subsets: str, key: str = "lmarena", history: bool = False) -> Files:
    """Declare LMArena with these subsets only, and with their histories if there is to be one."""
    boards = {lmarena.address(subset): lmarena.BOARDS[subset] for subset in subsets}
    whole = {lmarena.history_address(subset): lmarena.BOARDS[subset] for subset in subsets if history}
    source = dataclasses.replace(lmarena.SOURCE, key=key, boards=boards, history=whole)
    return {key: SourceFile(source, lmarena.parse, parse_history=lmarena.parse_history)}


def run(
    settings: Settings,
    sources: Files,
    *,
    clock: Callable[[], datetime] | None = None,
    names: Sequence[str] | None = None,
    dry_run: bool = False,
    watcher: jobs.Watcher | None = None,
    pace: Pace = FAST,
) -> jobs.Report:
    """Do one whole cycle; all sources are visited whether due or not, unless ``names`` are given."""
    return asyncio.run(
        jobs.cycle(
            settings,
            sources,
            names=list(sources) if names is None else names,
            dry_run=dry_run,
            clock=clock or Clock(),
            watcher=watcher or Quiet(),
            console=Console(file=io.StringIO()),
            pace=pace,
        )
    )
