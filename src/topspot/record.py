"""The one transaction: what one payload says becomes snapshots, events, alerts and deliveries, or nothing does.

All that follows from an answer is written together, so that a kill at any moment leaves a publication whole or
absent, and the next visit completes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from topspot.domain import compare, leads
from topspot.domain.alerts import OVERALL, alert_id, compose, in_order, is_heard
from topspot.domain.check import reasons_to_hold
from topspot.domain.compare import Event, Place
from topspot.domain.messages import Message, to_json
from topspot.domain.publications import hash_of, in_position, publications
from topspot.domain.values import Answer, Publication, Reading, Source, Standing
from topspot.registry import Registry
from topspot.store import read, write
from topspot.store.tables import Alert, AlertEvent, Delivery, Payload, Snapshot, Target, Visit
from topspot.store.tables import Event as EventRow


@dataclass(frozen=True, slots=True)
class Context:
    """What recording needs besides the answer: who is who, who is told, and what time it is (UTC)."""

    source: Source
    registry: Registry
    targets: Sequence[Target]
    now: datetime


@dataclass(slots=True)
class Recorded:
    """What one answer came to.

    ``held`` are reasons in the words of an operator, ``baselines`` say who leads where there was nothing to
    compare with, ``messages`` are those that were queued, with the target of each.
    """

    outcome: str
    new: int = 0
    held: list[str] = field(default_factory=list)
    events: int = 0
    baselines: list[str] = field(default_factory=list)
    messages: list[tuple[str, Message]] = field(default_factory=list)


def record_answer(
    session: Session, answer: Answer, rows: Sequence[Reading], unreadable: str | None, context: Context
) -> Recorded:
    """Write all that follows from one answer into the transaction of ``session``.

    ``rows`` are what the parser read; ``unreadable`` is why it could not. A failed or unchanged answer is a
    visit and nothing more, but for the event that an address began to fail.
    """
    if answer.payload is None:
        return _record_bare(session, answer, context)
    _keep_payload(session, answer, context.now)
    if unreadable or not rows:
        recorded = _hold_payload(session, answer, unreadable or "no rows", context)
    else:
        write.declare_boards(session, context.source)
        for board in context.source.all_boards.values():
            write.declare_series(session, context.source, board, context.source.key)
        recorded = _record_rows(session, answer, rows, context)
    _record_visit(session, answer, recorded.outcome, "; ".join(recorded.held) or None)
    return recorded


def _record_bare(session: Session, answer: Answer, context: Context) -> Recorded:
    recorded = Recorded(answer.outcome)
    if answer.outcome == "failed":
        board = context.source.boards[answer.url].key
        since = read.last_success(session, answer.url)
        event = compare.failed(
            board, context.source.key, answer.url, since, answer.started_at, answer.error or "failed"
        )
        recorded.events = _add_events(session, [event], context.now)
    _record_visit(session, answer, answer.outcome, answer.error)
    return recorded


def record_unchanged(session: Session, answers: Sequence[Answer]) -> None:
    """Write the visits that found nothing new, all at once: nothing else follows from them."""
    if answers:
        session.execute(write.table_of(Visit).insert(), [_visit(answer, "unchanged", None) for answer in answers])


def _record_visit(session: Session, answer: Answer, outcome: str, error: str | None) -> None:
    session.execute(write.table_of(Visit).insert(), [_visit(answer, outcome, error)])


def _visit(answer: Answer, outcome: str, error: str | None) -> dict[str, Any]:
    return {
        "source": answer.source,
        "url": answer.url,
        "started_at": answer.started_at,
        "outcome": outcome,
        "status": answer.status,
        "payload": answer.payload.sha256 if answer.payload else None,
        "etag": answer.validators.etag,
        "linked_etag": answer.validators.linked_etag,
        "last_modified": answer.validators.last_modified,
        "error": error,
    }


def _keep_payload(session: Session, answer: Answer, now: datetime) -> None:
    payload = answer.payload
    if payload is None:
        return
    row = {
        "sha256": payload.sha256,
        "size": len(payload.body),
        "media_type": payload.media_type,
        "first_seen_at": now,
    }
    write.insert_missing(session, Payload, [row])


def _hold_payload(session: Session, answer: Answer, reason: str, context: Context) -> Recorded:
    """Hold a payload whose rows cannot be read: it is kept and reported, and nothing is compared with it."""
    board = context.source.boards[answer.url].key
    sha256 = answer.payload.sha256 if answer.payload else ""
    event = compare.unreadable(board, context.source.key, answer.url, sha256, answer.started_at, reason)
    added = _add_events(session, [event], context.now, payload=sha256)
    return Recorded("held", held=[f"{board}: {reason}"], events=added)


class _Change(NamedTuple):
    """A publication that was recorded: its events and the standings they came from."""

    publication: Publication
    snapshot: Snapshot
    events: list[Event]
    before: list[Standing]
    after: list[Standing]


def _record_rows(session: Session, answer: Answer, rows: Sequence[Reading], context: Context) -> Recorded:
    recorded = Recorded("unchanged")
    changes = []
    # in order of publication: of two dates of one category in one payload the older is compared first
    for publication, readings in sorted(publications(rows).items(), key=lambda item: item[0].published_on):
        change = _record_publication(session, answer, publication, readings, context, recorded)
        if change:
            changes.append(change)
    if recorded.new:
        recorded.outcome = "new"
    elif recorded.held:
        recorded.outcome = "held"
    for _, group in groupby(sorted(changes, key=_publication), key=_publication):
        recorded.messages += _tell(session, list(group), context)
    return recorded


def _publication(change: _Change) -> tuple[str, date]:
    return change.publication.board, change.publication.published_on


def _record_publication(
    session: Session,
    answer: Answer,
    publication: Publication,
    readings: list[Reading],
    context: Context,
    recorded: Recorded,
) -> _Change | None:
    """Record one category, held or accepted; give what changed where it is news."""
    series = context.source.key
    board = next(board for board in context.source.boards.values() if board.key == publication.board)
    content_hash = hash_of(readings)
    if _is_recorded(session, publication, series, content_hash):
        return None
    newest = predecessor = read.newest_accepted(session, board.key, publication.category, series=series)
    if newest and newest.published_on > publication.published_on:
        predecessor = read.newest_accepted(
            session, board.key, publication.category, series=series, until=publication.published_on
        )
    reasons = reasons_to_hold(
        readings,
        board,
        rows_before=predecessor.row_count if predecessor else None,
        today=context.now.astimezone(UTC).date(),
    )
    snapshot = _add_snapshot(
        session, answer, publication, series, content_hash, len(readings), reasons, context.now
    )
    place = Place(board.key, publication.category, series, publication.published_on, answer.started_at)
    if reasons:
        event = compare.held(place, content_hash, reasons)
        recorded.events += _add_events(session, [event], context.now, snapshot=snapshot)
        recorded.held.append(
            f"{board.key} {publication.category} {publication.published_on}: {'; '.join(reasons)}"
        )
        return None
    recorded.new += 1
    _add_standings(session, snapshot, readings, context)
    return _compare(session, place, publication, snapshot, newest, context, recorded)


def _compare(
    session: Session,
    place: Place,
    publication: Publication,
    snapshot: Snapshot,
    newest: Snapshot | None,
    context: Context,
    recorded: Recorded,
) -> _Change | None:
    """Compare with the newest accepted snapshot; only something newer than it can be news."""
    if newest is not None and newest.published_on >= publication.published_on:
        return None
    after = _standings(session, snapshot)
    if newest is None:
        if publication.category == OVERALL:
            recorded.baselines.append(_who_leads(publication, after))
        return None
    before = _standings(session, newest)
    events = compare.compare(before, after, place)
    recorded.events += _add_events(session, events, context.now, snapshot=snapshot, previous=newest)
    return _Change(publication, snapshot, events, before, after)


def _standings(session: Session, snapshot: Snapshot) -> list[Standing]:
    return read.standings(session, snapshot.id or 0, snapshot.published_on)


def _who_leads(publication: Publication, standings: Sequence[Standing]) -> str:
    definition = leads.deciding(standings)
    names = leads.subjects(leads.leaders(standings, definition), "model")
    shared = f" (shared by {len(names)})" if len(names) > 1 else ""
    return f"{publication.board} {publication.published_on}: {', '.join(names[:3])}{shared}"


def _is_recorded(session: Session, publication: Publication, series: str, content_hash: str) -> bool:
    return (
        session.exec(
            select(Snapshot.id).where(
                Snapshot.series == series,
                Snapshot.board == publication.board,
                Snapshot.category == publication.category,
                Snapshot.published_on == publication.published_on,
                Snapshot.content_hash == content_hash,
            )
        ).first()
        is not None
    )


def _add_snapshot(
    session: Session,
    answer: Answer,
    publication: Publication,
    series: str,
    content_hash: str,
    row_count: int,
    reasons: tuple[str, ...],
    now: datetime,
) -> Snapshot:
    snapshot = Snapshot(
        board=publication.board,
        category=publication.category,
        series=series,
        published_on=publication.published_on,
        observed_at=answer.started_at,
        recorded_at=now,
        payload=answer.payload.sha256 if answer.payload else "",
        content_hash=content_hash,
        row_count=row_count,
        accepted_at=None if reasons else now,
        reasons=list(reasons),
    )
    session.add(snapshot)
    session.flush()
    return snapshot


def _add_standings(session: Session, snapshot: Snapshot, readings: list[Reading], context: Context) -> None:
    texts = [(row.name, row.organization, row.license) for row in readings]
    entries = write.entry_ids(session, context.source.key, texts, context.registry, context.now)
    write.insert_standings(
        session,
        [
            (
                snapshot.id, position, entries[row.name, row.organization, row.license], row.rank, row.rating,
                row.lower, row.upper, row.votes, row.preliminary,
            )
            for position, row in enumerate(in_position(readings), start=1)
        ],
    )  # fmt: skip


def _add_events(
    session: Session,
    events: Sequence[Event],
    now: datetime,
    *,
    snapshot: Snapshot | None = None,
    previous: Snapshot | None = None,
    payload: str | None = None,
) -> int:
    """Write events; one that is there already (the same id) stays as it is. Give how many are new."""
    rows = [_event_row(event, now, snapshot, previous, payload) for event in events]
    there = session.exec(select(func.count()).where(col(EventRow.id).in_([event.id for event in events]))).one()
    write.insert_missing(session, EventRow, rows)
    return len(events) - there


def _event_row(
    event: Event, now: datetime, snapshot: Snapshot | None, previous: Snapshot | None, payload: str | None
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
        "snapshot_id": snapshot.id if snapshot else None,
        "previous_snapshot_id": previous.id if previous else None,
        "payload": snapshot.payload if snapshot else payload,
        "subject_kind": event.subject.kind,
        "subject_id": event.subject.id,
        "subject_name": event.subject.name,
        "tied": event.tied,
        "cause": event.cause,
        "state": "confirmed",
        "historical": False,
        "withdrawn": False,
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


def _tell(session: Session, changes: list[_Change], context: Context) -> Iterator[tuple[str, Message]]:
    """Queue one message a target about one publication of one board, if there is something to hear."""
    heard = in_order(event for change in changes for event in change.events if is_heard(event))
    if not heard:
        return
    of_main = next(change for change in changes if change.publication.category == heard[0].category)
    board = next(board for board in context.source.boards.values() if board.key == heard[0].board)
    for target in context.targets:
        name = alert_id(target.key, board.key, of_main.publication.published_on)
        message = compose(name, heard, of_main.after, of_main.before, board=board, license=context.source.license)
        _queue(session, name, target.key, heard, message, context.now)
        yield target.key, message


def _queue(
    session: Session, name: str, target: str, events: Sequence[Event], message: Message, now: datetime
) -> None:
    """Write an alert with its events and a delivery: a post, or, where there was one, a reply to it."""
    alert = session.get(Alert, name)
    if alert is None:
        session.add(
            Alert(
                id=name,
                target=target,
                board=message.board,
                published_on=message.published_on,
                state="confirmed",
                created_at=now,
            )
        )
        session.flush()
    count = select(func.count()).select_from(Delivery).where(Delivery.alert_id == name)
    revision = session.exec(count).one() + 1
    position = session.exec(select(func.count()).select_from(AlertEvent).where(AlertEvent.alert_id == name)).one()
    write.insert_missing(
        session,
        AlertEvent,
        [
            {"alert_id": name, "event_id": event.id, "position": position + index}
            for index, event in enumerate(events, start=1)
        ],
    )
    session.add(
        Delivery(
            alert_id=name,
            target=target,
            action="post" if revision == 1 else "reply",
            revision=revision,
            body=to_json(message),
            created_at=now,
            due_at=now,
            state="queued",
        )
    )
    session.flush()
