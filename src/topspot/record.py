"""The one transaction: what one payload says becomes snapshots, events, alerts and deliveries, or nothing does.

All that follows from an answer is written together, so that a kill at any moment leaves a publication whole or
absent, and the next visit completes it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from topspot import alerting
from topspot.derive import Changes, add_events, derive
from topspot.desk import Desk
from topspot.domain import compare, leads
from topspot.domain.values import OVERALL, Answer, Fact, Item, Legend, Reading, Remark
from topspot.snapshots import Context, Draft, Recorded, key_of, record_readings
from topspot.store import read, write
from topspot.store.ledger import Key
from topspot.store.tables import Payload, Visit


class Read(NamedTuple):
    """An answer, what its parser read in it, and why it could not be read, if so."""

    answer: Answer
    items: Sequence[Item]
    unreadable: str | None = None


def record_answer(
    session: Session,
    answer: Answer,
    items: Sequence[Item],
    unreadable: str | None,
    context: Context,
    *,
    missed: Read | None = None,
    desk: Desk | None = None,
) -> Recorded:
    """Write all that follows from one answer into the transaction of ``session``.

    ``items`` are what the parser read; ``unreadable`` is why it could not. A failed or unchanged answer is a
    visit and nothing more, but for the event that an address began to fail. ``missed`` is what the source's
    full history showed of the dates between what is held and this answer: the steps, recorded before it and
    told with it. ``desk`` is what a long load has at hand.
    """
    if answer.payload is None:
        return _record_bare(session, answer, context)
    desk = desk or Desk(context.source.key, context.registry)
    keep_payload(session, answer, context.now)
    if unreadable or not any(isinstance(item, Reading | Fact | Legend) for item in items):
        recorded = _hold_payload(session, answer, unreadable or "no rows", context)
    else:
        recorded = _record_items(session, answer, items, missed, context, desk)
    record_visit(session, answer, recorded.outcome, "; ".join(recorded.held) or None)
    return recorded


def _record_bare(session: Session, answer: Answer, context: Context) -> Recorded:
    recorded = Recorded(answer.outcome)
    board = context.source.board_at(answer.url)
    if answer.outcome == "failed" and board:
        since = read.last_success(session, answer.url)
        error = answer.error or "failed"
        event = compare.failed(board.key, context.source.key, answer.url, since, answer.started_at, error)
        recorded.events = add_events(session, [event], context.now)
    record_visit(session, answer, answer.outcome, answer.error)
    return recorded


def record_unchanged(session: Session, answers: Sequence[Answer]) -> None:
    """Write the visits that found nothing new, all at once: nothing else follows from them."""
    if answers:
        session.execute(write.table_of(Visit).insert(), [_visit(answer, "unchanged", None) for answer in answers])


def record_visit(
    session: Session, answer: Answer, outcome: str, error: str | None, *, partial: bool = False
) -> None:
    """Write a visit; what was read in part has no validators, so that the next one brings its bytes again."""
    row = _visit(answer, outcome, error)
    if partial:
        row |= dict.fromkeys(("etag", "linked_etag", "last_modified")) | {"partial": True}
    session.execute(write.table_of(Visit).insert(), [row])


def _visit(answer: Answer, outcome: str, error: str | None) -> dict[str, Any]:
    payload = answer.payload
    return {
        "source": answer.source,
        "url": answer.url,
        "started_at": answer.started_at,
        "outcome": outcome,
        "status": answer.status,
        "payload": payload.sha256 if payload else None,
        "etag": answer.validators.etag,
        "linked_etag": answer.validators.linked_etag,
        "last_modified": answer.validators.last_modified,
        "error": error,
        "board": payload.board if payload else None,
        "published_on": payload.published_on if payload else None,
        "partial": False,
    }


def keep_payload(session: Session, answer: Answer, now: datetime) -> None:
    """Write that the bytes of an answer are in the archive, unless that is written."""
    payload = answer.payload
    if payload is None:
        return
    row = {
        "sha256": payload.sha256,
        "size": payload.file.stat().st_size if payload.file else len(payload.body),
        "media_type": payload.media_type,
        "first_seen_at": now,
    }
    write.insert_missing(session, Payload, [row])


def _hold_payload(session: Session, answer: Answer, reason: str, context: Context) -> Recorded:
    """Hold a payload whose rows cannot be read: it is kept and reported, and nothing is compared with it."""
    board = context.source.board_at(answer.url)
    about = board.key if board else context.source.key
    sha256 = answer.payload.sha256 if answer.payload else ""
    event = compare.unreadable(about, context.source.key, answer.url, sha256, answer.started_at, reason)
    added = add_events(session, [event], context.now, payload=sha256, historical=not context.live)
    return Recorded("held", held=[f"{board.key if board else answer.url}: {reason}"], events=added)


def _record_items(
    session: Session, answer: Answer, items: Sequence[Item], missed: Read | None, context: Context, desk: Desk
) -> Recorded:
    recorded = Recorded("unchanged")
    readings = [item for item in items if isinstance(item, Reading)]
    newest = _newest_before(session, readings, context, desk)
    drafts = []
    if missed and missed.answer.payload:
        keep_payload(session, missed.answer, context.now)
        between = _steps(missed.items, readings, newest, context)
        drafts += record_readings(session, missed.answer, between, context, desk, recorded)
        record_visit(session, missed.answer, "new" if drafts else "unchanged", None, partial=True)
    drafts += record_readings(session, answer, readings, context, desk, recorded)
    _record_facts(session, items, context, desk, recorded)
    recorded.outcome = _outcome(recorded)
    told = {key: days for key, days in _told_days(drafts, newest).items() if context.live}
    follow(session, desk, drafts, told, context, recorded)
    _say_baselines(session, desk, drafts, newest, recorded)
    return recorded


def begin_history(session: Session, answer: Answer, context: Context) -> dict[date, str]:
    """Write that a history was fetched, and give the digests of the dates that were read before.

    The visit is written at once, as one that read a part, so that what was loaded before a kill has its bytes. An
    imported file has no digests: its name does not say that it is the same.
    """
    keep_payload(session, answer, context.now)
    record_visit(session, answer, "unchanged", None, partial=True)
    return read.digests(session, answer.url) if answer.url in context.source.history else {}


def record_day(
    session: Session,
    answer: Answer,
    readings: Sequence[Reading],
    digest: str,
    context: Context,
    desk: Desk,
    recorded: Recorded,
) -> None:
    """Write all that follows from one date of a history, and its digest."""
    drafts = record_readings(session, answer, readings, context, desk, recorded)
    follow(session, desk, drafts, {}, context, recorded)
    if answer.url in context.source.history:
        for day in {row.published_on for row in readings}:
            write.keep_digest(session, answer.url, day, digest)


def end_history(session: Session, history: Read, context: Context, recorded: Recorded, *, partial: bool) -> None:
    """Write how reading a history ended; ``partial`` is whether some of its dates were not asked for."""
    answer, _, unreadable = history
    if unreadable:
        held = _hold_payload(session, answer, unreadable, context)
        recorded.outcome, recorded.events = "held", recorded.events + held.events
    else:
        recorded.outcome = _outcome(recorded)
    record_visit(session, answer, recorded.outcome, unreadable, partial=partial)


def record_again(
    session: Session, answer: Answer, items: Sequence[Item], context: Context, desk: Desk, recorded: Recorded
) -> None:
    """Write the publications and facts of an archived payload again; events are derived when all are there."""
    readings = [item for item in items if isinstance(item, Reading)]
    record_readings(session, answer, readings, context, desk, recorded)
    _record_facts(session, items, context, desk, recorded)


def _outcome(recorded: Recorded) -> str:
    if recorded.new or recorded.facts or recorded.legends:
        return "new"
    return "held" if recorded.held else "unchanged"


def _newest_before(
    session: Session, readings: Iterable[Reading], context: Context, desk: Desk
) -> dict[Key, date | None]:
    keys = {key_of(row, context) for row in readings}
    return {key: desk.timeline(session, key).newest for key in keys}


def _steps(
    items: Iterable[Item], readings: Iterable[Reading], newest: dict[Key, date | None], context: Context
) -> list[Reading]:
    """Give what a history shows between the newest date that is held and the one that was just read."""
    until = {key_of(row, context): row.published_on for row in readings}
    steps = []
    for row in items:
        if isinstance(row, Reading):
            key = key_of(row, context)
            since = newest.get(key)
            if since and since < row.published_on < until[key]:
                steps.append(row)
    return steps


def _record_facts(
    session: Session, items: Iterable[Item], context: Context, desk: Desk, recorded: Recorded
) -> None:
    facts = [item for item in items if isinstance(item, Fact)]
    recorded.facts = len(facts)
    recorded.remarks += [item.text for item in items if isinstance(item, Remark)]
    recorded.legends += [item.text for item in items if isinstance(item, Legend)]
    if facts:
        desk.entries.of(session, facts, context.registry, context.now)


def _told_days(drafts: Iterable[Draft], newest: dict[Key, date | None]) -> dict[Key, list[date]]:
    """Say which dates are news: those newer than all that was held, and the newest one corrected.

    Where nothing was held there is nothing to tell: a baseline.
    """
    told: dict[Key, list[date]] = {}
    for draft in drafts:
        since = newest.get(draft.key)
        if since and draft.known.published_on >= since:
            told.setdefault(draft.key, []).append(draft.known.published_on)
    return told


def follow(
    session: Session,
    desk: Desk,
    drafts: Sequence[Draft],
    told: dict[Key, list[date]],
    context: Context,
    recorded: Recorded,
) -> None:
    """Derive what follows from publications that were just written, and tell what is to be told."""
    days: dict[Key, list[date]] = {}
    fresh: dict[Key, list[date]] = {}
    for draft in drafts:
        day = draft.known.published_on
        days.setdefault(draft.key, []).append(day)
        if len(desk.timeline(session, draft.key).on[day]) == 1:
            fresh.setdefault(draft.key, []).append(day)
    because = _because(drafts)
    changes = derive(session, desk, days, fresh=fresh, told=told, because=because, now=context.now)
    tell(session, desk, changes, told, context, recorded)


def tell(
    session: Session,
    desk: Desk,
    changes: Changes,
    told: dict[Key, list[date]],
    context: Context,
    recorded: Recorded,
) -> None:
    """Queue what changes make necessary; what is not live tells nobody, and only says who was told otherwise."""
    recorded.events += changes.count
    if context.live:
        circle = alerting.Circle(context.source, context.targets, context.now, context.registry)
        recorded.messages += alerting.settle(session, desk, changes, told, circle)
    else:
        recorded.untold += [alert.id for alert in read.alerts_of(session, changes.altered)]


def _because(drafts: Sequence[Draft]) -> str:
    dates = ", ".join(sorted({draft.known.published_on.isoformat() for draft in drafts}))
    return f"the publisher's figures of {dates}, which came later, show it otherwise"


def _say_baselines(
    session: Session, desk: Desk, drafts: Iterable[Draft], newest: dict[Key, date | None], recorded: Recorded
) -> None:
    for draft in drafts:
        if draft.key.category == OVERALL and newest.get(draft.key) is None:
            ranking = desk.version(session, draft.known).ranking
            names = leads.subjects(ranking.first(ranking.decided_by), "model")
            shared = f" (shared by {len(names)})" if len(names) > 1 else ""
            recorded.baselines.append(
                f"{draft.key.board} {draft.known.published_on}: {', '.join(names[:3])}{shared}"
            )
