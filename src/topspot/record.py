"""The one transaction: what one payload says becomes snapshots, events, alerts and deliveries, or nothing does.

All that follows from an answer is written together, so that a kill at any moment leaves a publication whole or
absent, and the next visit completes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlmodel import Session, col, insert

from topspot import alerting
from topspot.derive import Changes, add_events, derive
from topspot.desk import Desk, place_of
from topspot.domain import compare, leads
from topspot.domain.alerts import OVERALL
from topspot.domain.check import reasons_to_hold
from topspot.domain.messages import Message
from topspot.domain.publications import hash_of, in_position, publications
from topspot.domain.values import Answer, Board, Fact, Item, Publication, Reading, Remark, Source, Validators
from topspot.registry import Registry
from topspot.store import read, write
from topspot.store.ledger import Key, Known, Timeline
from topspot.store.tables import Payload, Snapshot, Target, Visit


@dataclass(frozen=True, slots=True)
class Context:
    """What recording needs besides the answer: who is who, who is told, and what time it is (UTC).

    ``live`` is a visit to what the source shows now; only such a one tells. ``line`` is the place of an
    imported file among those of its date, where a list of them says so. ``kept`` are the snapshots that were
    made of payloads before, by payload, series and date: what is derived again keeps their number, times and
    place, and what an operator decided.
    """

    source: Source
    registry: Registry
    targets: Sequence[Target]
    now: datetime
    live: bool = True
    line: int | None = None
    kept: Mapping[tuple[str, Key, date], Sequence[Snapshot]] = field(default_factory=dict)


@dataclass(slots=True)
class Recorded:
    """What one answer came to.

    ``held`` are reasons in the words of an operator, ``baselines`` say who leads where there was nothing to
    compare with, ``messages`` are those that were queued, with the target of each; ``remarks`` are what the
    parser did not know, and ``untold`` the alerts that were told of what an import now contradicts.
    """

    outcome: str
    new: int = 0
    rows: int = 0
    facts: int = 0
    dates: set[date] = field(default_factory=set)
    held: list[str] = field(default_factory=list)
    events: int = 0
    baselines: list[str] = field(default_factory=list)
    messages: list[tuple[str, Message]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


class Read(NamedTuple):
    """An answer, what its parser read in it, and why it could not be read, if so."""

    answer: Answer
    items: Sequence[Item]
    unreadable: str | None = None


class Draft(NamedTuple):
    """A publication about to be written; ``reasons`` are what *check* found."""

    key: Key
    board: Board
    readings: list[Reading]
    known: Known
    reasons: tuple[str, ...]
    kept: Snapshot | None = None

    @property
    def held(self) -> bool:
        """Whether it is held: there are reasons, and no operator has accepted it all the same."""
        return bool(self.reasons) and not (self.kept and self.kept.why and self.kept.accepted_at)


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
    _keep_payload(session, answer, context.now)
    if unreadable or not any(isinstance(item, Reading | Fact) for item in items):
        recorded = _hold_payload(session, answer, unreadable or "no rows", context)
    else:
        recorded = _record_items(session, answer, items, missed, context, desk)
    _record_visit(session, answer, recorded.outcome, "; ".join(recorded.held) or None)
    return recorded


def _record_bare(session: Session, answer: Answer, context: Context) -> Recorded:
    recorded = Recorded(answer.outcome)
    board = context.source.board_at(answer.url)
    if answer.outcome == "failed" and board:
        since = read.last_success(session, answer.url)
        error = answer.error or "failed"
        event = compare.failed(board.key, context.source.key, answer.url, since, answer.started_at, error)
        recorded.events = add_events(session, [event], context.now)
    _record_visit(session, answer, answer.outcome, answer.error)
    return recorded


def record_unchanged(session: Session, answers: Sequence[Answer]) -> None:
    """Write the visits that found nothing new, all at once: nothing else follows from them."""
    if answers:
        session.execute(write.table_of(Visit).insert(), [_visit(answer, "unchanged", None) for answer in answers])


def _record_visit(session: Session, answer: Answer, outcome: str, error: str | None) -> None:
    session.execute(write.table_of(Visit).insert(), [_visit(answer, outcome, error)])


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
    }


def _keep_payload(session: Session, answer: Answer, now: datetime) -> None:
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
        _keep_payload(session, missed.answer, context.now)
        between = _steps(missed.items, readings, newest, context)
        drafts += record_readings(session, missed.answer, between, context, desk, recorded)
        _record_visit(session, missed.answer, "new" if drafts else "unchanged", None)
    drafts += record_readings(session, answer, readings, context, desk, recorded)
    _record_facts(session, items, context, desk, recorded)
    recorded.outcome = _outcome(recorded)
    told = {key: days for key, days in _told_days(drafts, newest).items() if context.live}
    follow(session, desk, drafts, told, context, recorded)
    _say_baselines(session, desk, drafts, newest, recorded)
    return recorded


def begin_history(session: Session, answer: Answer, context: Context) -> dict[date, str]:
    """Write that a history was fetched, and give the digests of the dates that were read before.

    An imported file has none: its name does not say that it is the same.
    """
    _keep_payload(session, answer, context.now)
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


def end_history(session: Session, history: Read, context: Context, recorded: Recorded, *, whole: bool) -> None:
    """Write how reading a history ended; one that was not read whole is not known the next time."""
    answer, _, unreadable = history
    if unreadable:
        held = _hold_payload(session, answer, unreadable, context)
        recorded.outcome, recorded.events = "held", recorded.events + held.events
    else:
        recorded.outcome = _outcome(recorded)
    if not whole:
        answer = replace(answer, validators=Validators(), payload=None)
    _record_visit(session, answer, recorded.outcome, unreadable)


def record_again(session: Session, found: Read, context: Context, desk: Desk, recorded: Recorded) -> None:
    """Write the publications and facts of an archived payload again; events are derived when all are there."""
    readings = [item for item in found.items if isinstance(item, Reading)]
    record_readings(session, found.answer, readings, context, desk, recorded)
    _record_facts(session, found.items, context, desk, recorded)


def _outcome(recorded: Recorded) -> str:
    if recorded.new or recorded.facts:
        return "new"
    return "held" if recorded.held else "unchanged"


def _newest_before(
    session: Session, readings: Iterable[Reading], context: Context, desk: Desk
) -> dict[Key, date | None]:
    keys = {Key(row.series or context.source.key, row.board, row.category) for row in readings}
    return {key: desk.timeline(session, key).newest for key in keys}


def _steps(
    items: Iterable[Item], readings: Iterable[Reading], newest: dict[Key, date | None], context: Context
) -> list[Reading]:
    """Give what a history shows between the newest date that is held and the one that was just read."""
    until = {Key(row.series or context.source.key, row.board, row.category): row.published_on for row in readings}
    steps = []
    for row in items:
        if isinstance(row, Reading):
            key = Key(row.series or context.source.key, row.board, row.category)
            since = newest.get(key)
            if since and since < row.published_on < until[key]:
                steps.append(row)
    return steps


def record_readings(
    session: Session,
    answer: Answer,
    readings: Iterable[Reading],
    context: Context,
    desk: Desk,
    recorded: Recorded,
) -> list[Draft]:
    """Write the publications of some rows, each held or accepted; give those that are new."""
    split = sorted(publications(readings).items(), key=lambda item: item[0].published_on)
    drafts = [
        draft
        for publication, rows in split  # of two dates of one category the older one is first
        for draft in _drafts(session, answer, publication, rows, context, desk)
    ]
    recorded.rows += sum(len(rows) for _, rows in split)
    written = _write(session, drafts, context, desk) if drafts else []
    accepted = [draft for draft in written if not draft.held]
    recorded.new += len(accepted)
    recorded.dates |= {draft.known.published_on for draft in accepted}
    for draft in written:
        if draft.held:
            recorded.events += _report_held(session, draft, context)
            recorded.held.append(_named(draft))
    return accepted


def _drafts(
    session: Session,
    answer: Answer,
    publication: Publication,
    readings: list[Reading],
    context: Context,
    desk: Desk,
) -> list[Draft]:
    """Check one publication and give what is to be written: nothing for one that is recorded already.

    What is derived again is written for each snapshot that there was of it.
    """
    key = Key(readings[0].series or context.source.key, publication.board, publication.category)
    timeline, content_hash = desk.timeline(session, key), hash_of(readings)
    sha256 = answer.payload.sha256 if answer.payload else ""
    kept = context.kept.get((sha256, key, publication.published_on), ())
    known = Known(
        id=0,
        published_on=publication.published_on,
        ordinal=_ordinal(timeline, publication.published_on, context.line),
        content_hash=content_hash,
        row_count=len(readings),
        observed_at=answer.started_at,
        payload=sha256,
        accepted=True,
    )
    if not kept and _is_recorded(timeline, known, context):
        return []
    board = context.source.all_boards[publication.board]
    reasons = _reasons(timeline, readings, board, known, context.now)
    rows = in_position(readings)
    drafts = [_again(Draft(key, board, rows, known, reasons), snapshot) for snapshot in kept] or [
        Draft(key, board, rows, known._replace(accepted=not reasons), reasons)
    ]
    for draft in drafts:
        timeline.add(draft.known)
    return drafts


def _reasons(
    timeline: Timeline, readings: Sequence[Reading], board: Board, known: Known, now: datetime
) -> tuple[str, ...]:
    there = timeline.accepted(known.published_on)
    before = there[-1] if there else timeline.before(known.published_on)
    rows_before = before.row_count if before else None
    return reasons_to_hold(readings, board, rows_before=rows_before, today=now.astimezone(UTC).date())


def _again(draft: Draft, kept: Snapshot) -> Draft:
    """Give a draft the number, times and place that its snapshot had, and what an operator decided."""
    again = draft._replace(kept=kept)
    known = draft.known._replace(
        id=kept.id or 0,
        ordinal=kept.ordinal,
        observed_at=kept.observed_at,
        accepted=not again.held and kept.dropped_at is None,
    )
    return again._replace(known=known)


def _is_recorded(timeline: Timeline, known: Known, context: Context) -> bool:
    """Whether a publication is known; one that is shown again after another of its date is a new one.

    That is so where a live source shows it again, and where a list of files puts it behind the other one.
    """
    there = timeline.on.get(known.published_on, [])
    same = [other for other in there if other.content_hash == known.content_hash]
    if not same:
        return False
    if context.live:
        standing = timeline.accepted(known.published_on)
        newest = known.published_on == timeline.newest
        return not (same[-1].accepted and standing[-1].content_hash != known.content_hash and newest)
    if context.line is None or any(other.ordinal == context.line for other in same):
        return True
    before = [other for other in there if other.ordinal < context.line and other.observed_at <= known.observed_at]
    return not before or before[-1].content_hash == known.content_hash or same[0].ordinal > context.line


def _ordinal(timeline: Timeline, day: date, line: int | None) -> int:
    taken = {known.ordinal for known in timeline.on.get(day, ())}
    return line if line is not None and line not in taken else timeline.next_ordinal(day)


def _write(session: Session, drafts: Sequence[Draft], context: Context, desk: Desk) -> list[Draft]:
    """Write snapshots and standings, each kind in one statement; give the drafts with their numbers."""
    for series, board in dict.fromkeys((draft.key.series, draft.board) for draft in drafts):
        write.declare_series(session, context.source, board, series)
    written = [draft for draft in drafts if draft.kept]
    if written:
        session.execute(insert(Snapshot), [_snapshot_row(draft, context.now) for draft in written])
    new = [draft for draft in drafts if not draft.kept]
    if new:
        statement = insert(Snapshot).returning(col(Snapshot.id), sort_by_parameter_order=True)
        rows = [_snapshot_row(draft, context.now) for draft in new]
        numbers: Sequence[Any] = session.scalars(statement, rows).all()
        written += [
            draft._replace(known=draft.known._replace(id=number))
            for draft, number in zip(new, numbers, strict=True)
        ]
    for draft in written:
        desk.timeline(session, draft.key).add(draft.known)
    _write_standings(session, [draft for draft in written if not draft.held], context, desk)
    return written


def _snapshot_row(draft: Draft, now: datetime) -> dict[str, Any]:
    row = {
        "board": draft.key.board,
        "category": draft.key.category,
        "series": draft.key.series,
        "published_on": draft.known.published_on,
        "observed_at": draft.known.observed_at,
        "recorded_at": now,
        "payload": draft.known.payload,
        "content_hash": draft.known.content_hash,
        "row_count": draft.known.row_count,
        "accepted_at": None if draft.held else now,
        "reasons": list(draft.reasons),
        "ordinal": draft.known.ordinal,
    }
    kept = draft.kept
    if kept is None:
        return row
    accepted_at = None if draft.held else kept.accepted_at or now
    decided = {"accepted_at": accepted_at, "dropped_at": kept.dropped_at, "why": kept.why}
    return row | decided | {"id": kept.id, "recorded_at": kept.recorded_at}


def _write_standings(session: Session, drafts: Sequence[Draft], context: Context, desk: Desk) -> None:
    """Write the rows of accepted publications: never one object a row."""
    texts = {text_of(row) for draft in drafts for row in draft.readings}
    entries = desk.entries.of(session, texts, context.registry, context.now)
    rows: list[tuple[Any, ...]] = []
    for draft in drafts:
        rows += _standing_rows(draft.known.id, draft.readings, entries)
        desk.put(draft.known, draft.readings, entries)
    write.insert_standings(session, rows)


def _standing_rows(
    snapshot: int, readings: Sequence[Reading], entries: Mapping[write.Text, write.KnownEntry]
) -> list[tuple[Any, ...]]:
    return [
        (snapshot, position, entries[text_of(row)].id, *numbers_of(row))
        for position, row in enumerate(readings, start=1)
    ]


def write_rows(session: Session, snapshot: int, readings: Sequence[Reading], context: Context, desk: Desk) -> None:
    """Write the rows of a snapshot that was held, in order of position."""
    entries = desk.entries.of(session, set(map(text_of, readings)), context.registry, context.now)
    write.insert_standings(session, _standing_rows(snapshot, readings, entries))


text_of = itemgetter(*map(Reading._fields.index, ("name", "organization", "license")))
"""Gives the texts of a reading that are an entry."""

numbers_of = itemgetter(*map(Reading._fields.index, write.STANDING_COLUMNS[3:]))
"""Gives the numbers of a reading that are a standing, in the order of the table's columns."""


def _report_held(session: Session, draft: Draft, context: Context) -> int:
    event = compare.held(place_of(draft.key, draft.known), draft.known.content_hash, draft.reasons)
    return add_events(
        session,
        [event],
        context.now,
        snapshot=draft.known.id,
        payload=draft.known.payload,
        historical=not context.live,
    )


def _named(draft: Draft) -> str:
    return f"{draft.key.board} {draft.key.category} {draft.known.published_on}: {'; '.join(draft.reasons)}"


def _record_facts(
    session: Session, items: Iterable[Item], context: Context, desk: Desk, recorded: Recorded
) -> None:
    facts = [tuple(item) for item in items if isinstance(item, Fact)]
    recorded.facts = len(facts)
    recorded.remarks += [item.text for item in items if isinstance(item, Remark)]
    if facts:
        desk.entries.of(session, facts, context.registry, context.now)  # type: ignore[arg-type]


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
        circle = alerting.Circle(context.source, context.targets, context.now)
        recorded.messages += alerting.settle(session, desk, changes, told, circle)
    else:
        recorded.untold += [alert.id for alert in read.alerts_of(session, list(changes.altered))]


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
