"""What is recorded of a board in one series: which publications there are, and in which order.

It is read once for a transaction or for a long load, by one query, and kept up to date by whoever writes.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from topspot.store.tables import Snapshot


class Known(NamedTuple):
    """One recorded publication. ``id`` is 0 until it is written; one that was dropped is not ``accepted``."""

    id: int
    published_on: date
    observed_at: datetime
    line: int
    content_hash: str
    row_count: int
    payload: str
    accepted: bool

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among the publications of its date; of one place the first to be written comes first."""
        return self.observed_at, self.line


@dataclass(slots=True)
class Timeline:
    """The publications of one category, by date; of one date in their order."""

    on: dict[date, list[Known]] = field(default_factory=dict)
    dates: list[date] = field(default_factory=list)
    """The dates that have an accepted publication, in order."""

    def add(self, known: Known) -> None:
        """Take note of a publication, or of what became of one that is known."""
        there = [other for other in self.on.get(known.published_on, ()) if not _is_same(other, known)]
        self.on[known.published_on] = sorted([*there, known], key=_in_order)
        self._count(known.published_on)

    def _count(self, day: date) -> None:
        has, counted = bool(self.accepted(day)), self._is_counted(day)
        if has and not counted:
            insort(self.dates, day)
        elif counted and not has:
            self.dates.remove(day)

    def _is_counted(self, day: date) -> bool:
        place = bisect_left(self.dates, day)
        return place < len(self.dates) and self.dates[place] == day

    def accepted(self, day: date) -> list[Known]:
        """Give the accepted publications of a date; the last one stands."""
        return [known for known in self.on.get(day, ()) if known.accepted]

    def before(self, day: date) -> Known | None:
        """Give the publication that stands on the last date before a day."""
        place = bisect_left(self.dates, day)
        return self.accepted(self.dates[place - 1])[-1] if place else None

    def after(self, day: date) -> date | None:
        """Give the first date after a day that has an accepted publication."""
        place = bisect_right(self.dates, day)
        return self.dates[place] if place < len(self.dates) else None

    @property
    def newest(self) -> date | None:
        """The newest date that has an accepted publication."""
        return self.dates[-1] if self.dates else None


def _is_same(one: Known, other: Known) -> bool:
    return (one.place, one.content_hash) == (other.place, other.content_hash)


def _in_order(known: Known) -> tuple[datetime, int, bool, int]:
    return *known.place, known.id == 0, known.id


IN_ORDER = (col(Snapshot.observed_at), col(Snapshot.line), col(Snapshot.id))
"""The order of the publications of one date, for a query; the last one stands."""


class Key(NamedTuple):
    """Names one series of one board and category."""

    series: str
    board: str
    category: str


class Ledger:
    """The timelines of everything that was asked for, read board by board as it is needed."""

    def __init__(self) -> None:
        self._timelines: dict[tuple[str, str], dict[str, Timeline]] = {}

    def timeline(self, session: Session, key: Key) -> Timeline:
        """Give the timeline of a series of a board and category, empty where nothing is recorded."""
        board = (key.series, key.board)
        if board not in self._timelines:
            self._timelines[board] = _read(session, key)
        return self._timelines[board][key.category]

    def everything(self) -> Iterator[tuple[Key, Timeline]]:
        """Give every timeline of the boards that were asked for."""
        for (series, board), timelines in self._timelines.items():
            for category, timeline in timelines.items():
                yield Key(series, board, category), timeline


def _read(session: Session, key: Key) -> dict[str, Timeline]:
    rows = session.execute(
        select(
            col(Snapshot.category), col(Snapshot.id), col(Snapshot.published_on), col(Snapshot.observed_at),
            col(Snapshot.line), col(Snapshot.content_hash), col(Snapshot.row_count), col(Snapshot.payload),
            col(Snapshot.accepted_at), col(Snapshot.dropped_at),
        )
        .where(col(Snapshot.series) == key.series, col(Snapshot.board) == key.board)
        .order_by(col(Snapshot.published_on), *IN_ORDER)
    )  # fmt: skip
    timelines: dict[str, Timeline] = defaultdict(Timeline)
    for category, *values, accepted_at, dropped_at in rows:
        known = Known._make((*values, accepted_at is not None and dropped_at is None))
        timeline, day = timelines[category], known.published_on
        timeline.on.setdefault(day, []).append(known)
        if known.accepted and timeline.newest != day:
            timeline.dates.append(day)
    return timelines
