"""Deriving: the events of a series are brought in line with its publications, and what changed is said.

Which events there ought to be is decided by ``domain.timeline``; here they are compared with the rows that are
there. A new one is written, one that no longer follows is withdrawn with the reason, and none is ever deleted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from topspot.desk import Desk, place_of
from topspot.domain import compare
from topspot.domain.compare import Event
from topspot.domain.timeline import Derived, events_on
from topspot.store import write
from topspot.store.ledger import Key
from topspot.store.tables import Event as EventRow

DERIVED = ("snapshot.corrected", "model.renamed")
"""Types of events, beside those about leads, that are derived from publications."""


@dataclass(slots=True)
class Changes:
    """What deriving changed.

    ``because`` is why, in words. ``new`` are events that were not there, by series and date. ``altered`` are ids
    of events whose figures are others now; those that were withdrawn or hold again are ``turned`` as well.
    """

    because: str
    new: dict[tuple[Key, date], list[Derived]] = field(default_factory=dict)
    altered: set[str] = field(default_factory=set)
    turned: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many new events there are."""
        return sum(map(len, self.new.values()))


def derived_on(session: Session, desk: Desk, key: Key, day: date) -> list[Derived]:
    """Derive the events of one date of a series, without looking at those that are written."""
    timeline = desk.timeline(session, key)
    versions = timeline.accepted(day)
    before = timeline.before(day)
    if not versions or (before is None and len(versions) == 1):
        return []
    return events_on(
        [desk.version(session, known) for known in versions],
        desk.version(session, before) if before else None,
        place_of(key, versions[-1]),
    )


def derive(
    session: Session,
    desk: Desk,
    days: Mapping[Key, Iterable[date]],
    *,
    fresh: Mapping[Key, Iterable[date]],
    told: Mapping[Key, Iterable[date]],
    because: str,
    now: datetime,
) -> Changes:
    """Bring the events of some dates of some series, and of the dates after them, in line with the publications.

    On ``fresh`` dates nothing is written yet. Events of ``told`` dates are live, all others are historical.
    ``because`` is the reason of what is withdrawn.
    """
    changes = Changes(because)
    rows: list[dict[str, Any]] = []
    for key, touched in days.items():
        timeline = desk.timeline(session, key)
        following = {later for day in touched if (later := timeline.after(day))}
        for day in sorted({*touched, *following}):
            derived = derived_on(session, desk, key, day)
            if day not in fresh.get(key, ()):
                derived = _reconcile(session, key, day, derived, changes, now)
            if derived:
                changes.new[key, day] = derived
                rows += [event_row(each, now, historical=day not in told.get(key, ())) for each in derived]
    write.insert_missing(session, EventRow, rows)
    return changes


def _reconcile(
    session: Session, key: Key, day: date, derived: list[Derived], changes: Changes, now: datetime
) -> list[Derived]:
    """Bring the written events of a date in line with those derived, and give those that are not written yet."""
    written = {row.id: row for row in _written(session, key, day)}
    wanted = {each.event.id: each for each in derived}
    for row in written.values():
        each, was_withdrawn = wanted.get(row.id), row.withdrawn
        if each:
            altered = _bring_in_line(session, row, each, now)
        else:
            altered = _withdraw(session, row, changes.because, now)
        if altered:
            changes.altered.add(row.id)
        if was_withdrawn != (each is None or each.withdrawn):
            changes.turned.add(row.id)
    return [each for name, each in wanted.items() if name not in written]


def _written(session: Session, key: Key, day: date) -> Iterable[EventRow]:
    return session.scalars(
        select(EventRow).where(
            col(EventRow.board) == key.board,
            col(EventRow.published_on) == day,
            col(EventRow.series) == key.series,
            col(EventRow.category) == key.category,
            or_(col(EventRow.type).startswith("lead."), col(EventRow.type).in_(DERIVED)),
        )
    ).all()


def _withdraw(session: Session, row: EventRow, because: str, now: datetime) -> bool:
    """Withdraw an event that no longer follows; say whether that was still to be done."""
    if row.withdrawn:
        return False
    detail = row.detail | {"reasons": [because]}
    _set(session, row, withdrawn=True, withdrawn_at=now, state="retracted", detail=detail)
    return True


def _bring_in_line(session: Session, row: EventRow, derived: Derived, now: datetime) -> bool:
    """Write what is derived over what is written; say whether that changes what the event says."""
    wanted = event_row(derived, now, historical=row.historical)
    kept = ("recorded_at", "withdrawn_at")
    differs = {name: value for name, value in wanted.items() if name not in kept and getattr(row, name) != value}
    if not differs:
        return False
    says_other = any(row.detail[name] != wanted["detail"][name] for name in ("previous", "current"))
    if "withdrawn" in differs:
        differs["withdrawn_at"] = wanted["withdrawn_at"]
    _set(session, row, **differs)
    return says_other or "withdrawn" in differs


def _set(session: Session, row: EventRow, **values: Any) -> None:
    session.execute(update(EventRow).where(col(EventRow.id) == row.id).values(**values))


def add_events(
    session: Session,
    events: Iterable[Event],
    now: datetime,
    *,
    snapshot: int | None = None,
    payload: str | None = None,
    historical: bool = False,
) -> int:
    """Write events for operators; one that is there already stays as it is. Give how many are new."""
    rows = [_row(event, now, snapshot, None, payload, historical) for event in events]
    names = [row["id"] for row in rows]
    there = session.scalars(select(col(EventRow.id)).where(col(EventRow.id).in_(names))).all()
    write.insert_missing(session, EventRow, [row for row in rows if row["id"] not in there])
    return len(rows) - len(there)


def event_row(derived: Derived, now: datetime, *, historical: bool) -> dict[str, Any]:
    """Give the row of a derived event."""
    row = _row(derived.event, now, derived.snapshot.id, derived.before.id, derived.snapshot.payload, historical)
    withdrawn = {"withdrawn": derived.withdrawn, "withdrawn_at": now if derived.withdrawn else None}
    return row | withdrawn | {"state": derived.state}


def _row(
    event: Event, now: datetime, snapshot: int | None, previous: int | None, payload: str | None, historical: bool
) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "rule": event.rule,
        "change": event.change,
        "board": event.board,
        "category": event.category,
        "series": event.series,
        "published_on": event.published_on,
        "observed_at": event.observed_at,
        "recorded_at": now,
        "snapshot_id": snapshot,
        "previous_snapshot_id": previous,
        "payload": payload,
        "subject_kind": event.subject.kind,
        "subject_id": event.subject.id,
        "subject_name": event.subject.name,
        "tied": event.tied,
        "cause": event.cause,
        "state": "confirmed",
        "historical": historical,
        "withdrawn": False,
        "withdrawn_at": None,
        "detail": detail_of(event),
    }


def detail_of(event: Event) -> dict[str, Any]:
    """Give what an event's row keeps as JSON: the standings before and after, the definitions, the reasons."""
    return {
        "previous": [compare.standing_json(row) for row in event.previous],
        "current": [compare.standing_json(row) for row in event.current],
        "definitions": {
            name: {"before": list(ruler.before), "after": list(ruler.after), "changed": ruler.changed}
            for name, ruler in event.definitions
        },
        "decided_by": event.decided_by,
        "reasons": list(event.reasons),
    }
