"""What an operator decides about snapshots: a held one is accepted, a wrong one is dropped, with the reason.

What follows is derived again, and what was told is corrected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from scrapers.boards import SourceFile
from topspot import archived, record
from topspot.backfill import claimed
from topspot.derive import derive
from topspot.desk import Desk
from topspot.domain.publications import in_position
from topspot.domain.values import Publication
from topspot.jobs import open_store, utc_now
from topspot.registry import load_registry
from topspot.settings import Settings
from topspot.snapshots import Context, Recorded, write_rows
from topspot.store import read, write
from topspot.store.engine import reading, writing
from topspot.store.ledger import Key, Ledger
from topspot.store.tables import Decision, Series, Snapshot, Standing, Visit
from topspot.tell import sender


class NotPossible(ValueError):
    """A decision that cannot be taken; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class _Review:
    """One decision under way."""

    settings: Settings
    files: Mapping[str, SourceFile]
    session: Session
    snapshot: Snapshot
    why: str
    now: datetime
    desk: Desk
    context: Context


def accept(
    settings: Settings,
    files: Mapping[str, SourceFile],
    number: int,
    why: str,
    clock: Callable[[], datetime] = utc_now,
) -> Recorded:
    """Accept a held or dropped snapshot and derive what follows; its rows are read from the archive again.

    Raises ``NotPossible``, ``NotDeclared``, ``ArchiveError``, ``StoreError``, and ``Busy`` beside a run or a load.
    """
    return _decide(settings, files, number, why, clock, _accept)


def drop(
    settings: Settings,
    files: Mapping[str, SourceFile],
    number: int,
    why: str,
    clock: Callable[[], datetime] = utc_now,
) -> Recorded:
    """Drop a snapshot, held or accepted, and derive what follows. Raises as ``accept`` does."""
    return _decide(settings, files, number, why, clock, _drop)


def _decide(
    settings: Settings,
    files: Mapping[str, SourceFile],
    number: int,
    why: str,
    clock: Callable[[], datetime],
    decision: Callable[[_Review], dict[str, Any]],
) -> Recorded:
    registry, targets, now = load_registry(settings.registry_dir), sender.targets_of(settings), clock()
    with open_store(settings, upgrade=True, now=clock) as engine:
        with reading(engine) as session:
            visit = _visits(session, _snapshot(session, number))[0]
        file = archived.file_of(files, visit)
        with claimed(engine, file, registry, now), writing(engine) as session:
            write.declare_targets(session, targets)
            context = Context(file.source, registry, targets, now, live=visit.url in file.source.boards)
            desk = Desk(file.source.key, registry)
            snapshot = _snapshot(session, number)
            review = _Review(settings, files, session, snapshot, why, now, desk, context)
            key = Key(snapshot.series, snapshot.board, snapshot.category)
            newest = Ledger().timeline(session, key).newest
            values = decision(review)
            session.execute(update(Snapshot).where(col(Snapshot.id) == number).values(why=why, **values))
            accepted = values["dropped_at"] is None
            session.add(Decision(snapshot_id=number, decided_at=now, accepted=accepted, why=why))
            return _follow(review, key, told=newest is not None and snapshot.published_on >= newest)


def _snapshot(session: Session, number: int) -> Snapshot:
    snapshot = session.get(Snapshot, number)
    if snapshot is None:
        raise NotPossible(f"there is no snapshot {number}: list them with `topspot snapshots list`")
    return snapshot


def _follow(review: _Review, key: Key, *, told: bool) -> Recorded:
    day, recorded = review.snapshot.published_on, Recorded("new")
    told_days = {key: [day]} if told and review.context.live else {}
    because = f"the publication of {day} was reviewed: {review.why}"
    changes = derive(
        review.session, review.desk, {key: [day]}, fresh={}, told=told_days, because=because, now=review.now
    )
    record.tell(review.session, review.desk, changes, told_days, review.context, recorded)
    return recorded


def _accept(review: _Review) -> dict[str, Any]:
    snapshot = review.snapshot
    if snapshot.accepted_at and not snapshot.dropped_at:
        raise NotPossible(f"snapshot {snapshot.id} is accepted")
    count = select(func.count()).where(col(Standing.snapshot_id) == snapshot.id)
    if not review.session.scalar(count):
        _write_rows(review)
    return {"accepted_at": snapshot.accepted_at or review.now, "dropped_at": None}


def _write_rows(review: _Review) -> None:
    """Read the rows again, in each way that the payload came until one shows them, and write them."""
    snapshot = review.snapshot
    publication = Publication(snapshot.board, snapshot.category, snapshot.published_on)
    for visit in _visits(review.session, snapshot):
        file = archived.file_of(review.files, visit)
        answer = archived.answer_of(review.session, review.settings.archive_dir, file, visit)
        board = file.source.all_boards[snapshot.board]
        found = archived.rows_of(file, answer, publication)
        rows = in_position(found, lowest_first=board.scale.lowest_first)
        if rows:
            write_rows(review.session, snapshot.id or 0, rows, review.context, review.desk)
            return
    raise NotPossible(f"snapshot {snapshot.id}: today's parser finds none of its rows in {snapshot.payload}")


def _visits(session: Session, snapshot: Snapshot) -> list[Visit]:
    """Give the visits to the source of a snapshot that brought its payload."""
    series = session.get(Series, (snapshot.series, snapshot.board))
    found = read.payload_visits(session, snapshot.payload)
    return [visit for visit in found if series is None or visit.source == series.source]


def _drop(review: _Review) -> dict[str, Any]:
    if review.snapshot.dropped_at:
        raise NotPossible(f"snapshot {review.snapshot.id} is dropped already")
    return {"dropped_at": review.now}
