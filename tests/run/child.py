"""One run in a process of its own, which may kill itself at a named point."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from support.runs import Clock, files, run
from topspot import backfill, jobs, rebuild, review
from topspot.settings import Settings


def die(*_: object) -> None:
    """End as a machine that loses its power: no handler, no rollback, nothing flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(words: str) -> Callable[[], None]:
    """Die before the first statement that begins with these words."""

    def watch(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(words):
            die()

    return lambda: event.listen(Engine, "before_cursor_execute", watch)


def after_commit_of(words: str) -> Callable[[], None]:
    """Die right after the commit of the first transaction with a statement that begins with these words."""
    seen = []

    def watch(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(words):
            seen.append(statement)

    def committed(_session: Session) -> None:
        if seen:
            die()

    def listen() -> None:
        event.listen(Engine, "before_cursor_execute", watch)
        event.listen(Session, "after_commit", committed)

    return listen


POINTS: dict[str, Callable[[], None]] = {
    "inside the transaction, at its beginning": before("INSERT INTO payload"),
    "inside it, after the standings": before("INSERT INTO event"),
    "inside it, at its end": before("INSERT INTO visit"),
    "right after its commit": after_commit_of("INSERT INTO delivery"),
    "after a delivery was claimed": after_commit_of("UPDATE delivery SET claimed_by"),
    "after an attempt began": after_commit_of("INSERT INTO attempt"),
    "before the answer is written": before("UPDATE attempt SET outcome"),
}


def main(settings: Settings, subsets: Sequence[str], point: str, named: bool, report: Connection) -> None:
    """Do one run; ``point`` is a key of ``POINTS`` or nothing, ``report`` takes what the run reports."""
    if point:
        POINTS[point]()
    report.send(run(settings, files(*subsets), clock=jobs.utc_now, names=["lmarena"] if named else []))


def backfill_all(settings: Settings) -> None:
    """Load the history of WebDev."""
    file = files("webdev", history=True)["lmarena"]
    asyncio.run(backfill.backfill(settings, file, clock=Clock(), progress=backfill.Unseen()))


def rebuild_all(settings: Settings) -> None:
    """Derive everything again."""
    rebuild.rebuild(settings, files("webdev"), Clock(), feeds={}, progress=backfill.Unseen())


def accept_held(settings: Settings) -> None:
    """Accept the second snapshot."""
    review.accept(settings, files("webdev"), 2, "it is so", Clock())


WORKS: dict[str, Callable[[Settings], None]] = {
    "backfill": backfill_all,
    "rebuild": rebuild_all,
    "accept": accept_held,
}


def work(settings: Settings, what: str, after: int, report: Connection) -> None:
    """Do one of ``WORKS`` and report how many statements it took; die before the one behind ``after`` of them."""
    seen = []

    def watch(*_: object) -> None:
        if len(seen) == after:
            die()
        seen.append(1)

    event.listen(Engine, "before_cursor_execute", watch)
    WORKS[what](settings)
    report.send(len(seen))
