"""What the past answers: which sources cover which dates, positions over time, and what would have been told.

As in ``answers``: JSON values, dates ``YYYY-MM-DD``, numbers unrounded, what is missing is ``None``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from topspot.alerting import composed
from topspot.answers import NotFound, board_key, day, instant
from topspot.derive import derived_on
from topspot.desk import Desk
from topspot.domain.alerts import in_order, is_heard
from topspot.domain.leads import deciding, leaders, subjects
from topspot.domain.values import OVERALL, Source
from topspot.registry import Registry
from topspot.registry.resolve import normalized, spellings
from topspot.store import read
from topspot.store.ledger import Key
from topspot.store.tables import Entry, Resolution, Series, Snapshot
from topspot.store.tables import Standing as StandingRow

if TYPE_CHECKING:
    from topspot.domain.timeline import Derived


class _Called(NamedTuple):
    """What an entry is called, and which model of which developer that means."""

    name: str
    model: str | None
    developer: str | None

    @property
    def means(self) -> tuple[str | None, str | None]:
        return self.developer, self.model


def series(session: Session, board: str, category: str = OVERALL) -> dict[str, Any]:
    """Say which series of a board cover which dates, and where those of one date differ. Raises ``NotFound``."""
    key = known_board(session, board)
    standing = read.standing_snapshots(session, board=key)
    categories = sorted({row.category for row in standing})
    if category not in categories:
        raise NotFound(f"{key} has no category {category!r}", f"categories: {', '.join(categories)}")
    held = read.held_counts(session, key)
    by_series: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in standing:
        by_series[snapshot.series].append(snapshot)
    declared = session.scalars(select(Series).where(col(Series.board) == key).order_by(col(Series.trust))).all()
    return {
        "board": key,
        "category": category,
        "series": [_covered(row, by_series[row.key], held.get(row.key, 0)) for row in declared],
        "overlaps": list(_overlaps(session, [row for row in standing if row.category == category])),
    }


def known_board(session: Session, board: str) -> str:
    """Give the key of a board of which anything was recorded. Raises ``NotFound`` for any other."""
    boards = read.board_keys(session)
    key = board_key(board, boards)
    if key not in boards:
        raise NotFound(f"there is no board {board!r}", f"boards: {', '.join(boards) or 'none yet'}")
    return key


def _covered(row: Series, snapshots: Sequence[Snapshot], held: int) -> dict[str, Any]:
    dates = sorted({snapshot.published_on for snapshot in snapshots})
    return {
        "series": row.key,
        "source": row.source,
        "license": row.license,
        "trust": row.trust,
        "dates": len(dates),
        "first": day(dates[0]) if dates else None,
        "last": day(dates[-1]) if dates else None,
        "categories": len({snapshot.category for snapshot in snapshots}),
        "snapshots": len(snapshots),
        "held": held,
    }


def _overlaps(session: Session, snapshots: Iterable[Snapshot]) -> Iterator[dict[str, Any]]:
    """Compare the series of each date that several have, each with the next one in order of trust."""
    on: dict[date, list[Snapshot]] = defaultdict(list)
    for snapshot in snapshots:  # in order of trust
        on[snapshot.published_on].append(snapshot)
    for published_on in sorted(on):
        for one, other in pairwise(on[published_on]):
            yield _difference(session, one, other)


def _difference(session: Session, one: Snapshot, other: Snapshot) -> dict[str, Any]:
    rows = [read.standings(session, each.id or 0, each.published_on) for each in (one, other)]
    ratings = [{row.name: row.rating for row in reversed(each) if row.rating is not None} for each in rows]
    shared = ratings[0].keys() & ratings[1].keys()
    first = [subjects(leaders(each, deciding(each)), "model") for each in rows]
    return {
        "published_on": day(one.published_on),
        "series": [one.series, other.series],
        "rows": [len(each) for each in rows],
        "names_in_both": len({row.name for row in rows[0]} & {row.name for row in rows[1]}),
        "largest_difference": max((abs(ratings[0][name] - ratings[1][name]) for name in shared), default=None),
        "first": first,
        "same_first": set(first[0]) == set(first[1]),
    }


def history(
    session: Session, registry: Registry, name: str, *, board: str | None = None, category: str = OVERALL
) -> dict[str, Any]:
    """Give the positions of a model's best variant, or of a developer's best model, over time.

    Of each date the most trusted series counts. A name that stood on a board means all that its model is called
    anywhere. Raises ``NotFound``.
    """
    developer = next(
        (
            each.key
            for each in registry.developers.values()
            if normalized(name) in map(normalized, spellings(each))
        ),
        None,
    )
    entries = _entries_of(session, registry, name, developer)
    if not entries:
        raise NotFound(f"no board has {name!r}", "write a model's name as `topspot board` prints it")
    snapshots = {
        row.id: row for row in _most_trusted(session, known_board(session, board) if board else None, category)
    }
    best: dict[int, Any] = {}
    for number, row in _standings_of(session, list(entries)):
        if number in snapshots and (number not in best or row.position < best[number].position):
            best[number] = row
    ordered = sorted(best.items(), key=lambda item: (snapshots[item[0]].board, snapshots[item[0]].published_on))
    return {
        "name": developer or name,
        "kind": "developer" if developer else "model",
        "category": category,
        "positions": [_position(snapshots[number], row, entries[row.entry_id]) for number, row in ordered],
    }


def _position(snapshot: Snapshot, row: StandingRow, entry: _Called) -> dict[str, Any]:
    return {
        "board": snapshot.board,
        "published_on": day(snapshot.published_on),
        "series": snapshot.series,
        "model": entry.model or entry.name,
        "model_raw": entry.name,
        "position": row.position,
        "of": snapshot.row_count,
        "rank": row.rank,
        "rating": row.rating,
        "lower": row.lower,
        "upper": row.upper,
    }


def _entries_of(session: Session, registry: Registry, name: str, developer: str | None) -> dict[int, _Called]:
    """Give the entries that a name means, by number: those of a developer, else of one model, however called."""
    rows = session.execute(
        select(col(Entry.id), col(Entry.raw_name), col(Resolution.model), col(Resolution.developer)).outerjoin(
            Resolution,
            (col(Resolution.entry_id) == col(Entry.id))
            & (col(Resolution.part) == 0)
            & col(Resolution.superseded_at).is_(None),
        )
    )
    entries = {number: _Called(*called) for number, *called in rows}
    if developer:
        return {number: each for number, each in entries.items() if each.developer == developer}
    wanted, found = normalized(name), registry.resolve(name)
    named = [each for each in entries.values() if wanted in (normalized(each.name), normalized(each.model or ""))]
    models = {each.means for each in named if each.model} or {(found.developer, found.model)}
    names = {each.name for each in named}
    return {
        number: each
        for number, each in entries.items()
        if each.name in names or (each.model and each.means in models)
    }


def _standings_of(session: Session, entries: Sequence[int]) -> Iterator[tuple[int, StandingRow]]:
    for start in range(0, len(entries), 500):  # a statement takes only so many parameters
        query = select(StandingRow).where(col(StandingRow.entry_id).in_(entries[start : start + 500]))
        for row in session.scalars(query):
            yield row.snapshot_id, row


def _most_trusted(session: Session, board: str | None, category: str) -> list[Snapshot]:
    """Give of each board and date the snapshot of the most trusted series."""
    first: dict[tuple[str, date], Snapshot] = {}
    for snapshot in read.standing_snapshots(session, board=board, category=category):
        first.setdefault((snapshot.board, snapshot.published_on), snapshot)
    return list(first.values())


class Would(NamedTuple):
    """An alert that history would have caused: the board, the series and the date it would have been about."""

    board: str
    series: str
    published_on: date


def replay(
    session: Session,
    registry: Registry,
    sources: Sequence[Source],
    *,
    since: date | None = None,
    until: date | None = None,
    board: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Give the alerts that history would have caused, had each publication been told when it came.

    An alert is about one publication of one board in one series; nothing is sent.
    """
    declared = {source.key: source for source in sources}
    board = known_board(session, board) if board else None
    of_series = {row.key: row.source for row in session.scalars(select(Series))}
    wanted: dict[Would, set[str | None]] = defaultdict(set)
    for row in read.events(session, since=since, until=until, board=board, everything=True):
        if row.published_on and not row.withdrawn and is_heard(row):
            wanted[Would(row.board, row.series, row.published_on)].add(row.category)
    desks: dict[str, Desk] = {}
    for would in sorted(wanted, key=lambda each: (each.published_on, each.board, each.series)):
        source = declared.get(of_series.get(would.series, ""))
        if source and would.board in source.all_boards:
            desk = desks.setdefault(source.key, Desk(source.key, registry))
            alert = _would_be(session, desk, source, would, wanted[would])
            if alert:
                yield alert


def _would_be(
    session: Session, desk: Desk, source: Source, would: Would, categories: Iterable[str | None]
) -> dict[str, Any] | None:
    heard: dict[str, Derived] = {
        each.event.id: each
        for category in categories
        for each in derived_on(session, desk, Key(would.series, would.board, category or ""), would.published_on)
        if not each.withdrawn and is_heard(each.event)
    }
    if not heard:
        return None
    message = composed("", list(heard.values()), would.published_on, source)
    return {
        "board": would.board,
        "series": would.series,
        "published_on": day(would.published_on),
        "status": message.status,
        "sentence": message.sentence,
        "lines": list(message.lines),
        "more": message.more,
        "events": [event.id for event in in_order(each.event for each in heard.values())],
    }


def snapshots(session: Session, *, board: str | None = None, everything: bool = False) -> list[dict[str, Any]]:
    """List the snapshots that wait for a decision, or, with ``everything``, all of them, newest first."""
    query = select(Snapshot).order_by(col(Snapshot.published_on).desc(), col(Snapshot.id).desc())
    key = known_board(session, board) if board else None
    if key:
        query = query.where(col(Snapshot.board) == key)
    if not everything:
        query = query.where(col(Snapshot.accepted_at).is_(None), col(Snapshot.dropped_at).is_(None))
    standing = {row.id for row in read.standing_snapshots(session, board=key)}
    return [
        {
            "id": row.id,
            "board": row.board,
            "category": row.category,
            "series": row.series,
            "published_on": day(row.published_on),
            "status": _status(row, standing),
            "rows": row.row_count,
            "observed_at": instant(row.observed_at),
            "payload": row.payload,
            "reasons": row.reasons,
            "why": row.why,
        }
        for row in session.scalars(query)
    ]


def _status(row: Snapshot, standing: set[int | None]) -> str:
    if row.dropped_at:
        return "dropped"
    if row.accepted_at is None:
        return "held"
    return "accepted" if row.id in standing else "superseded"
