"""Publications become snapshots: each is checked, held or accepted, and written with its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlmodel import Session, col, insert

from topspot.derive import add_events
from topspot.desk import Desk, place_of
from topspot.domain import compare
from topspot.domain.check import reasons_to_hold
from topspot.domain.messages import Message
from topspot.domain.publications import hash_of, in_position, publications
from topspot.domain.values import Answer, Board, Publication, Reading, Source
from topspot.registry import Registry
from topspot.store import write
from topspot.store.ledger import Key, Known, Timeline
from topspot.store.tables import Snapshot, Target

NEAR_THE_TOP = 30
"""Rows of a publication among which an unknown name is reported to operators."""


@dataclass(frozen=True, slots=True)
class Context:
    """What recording needs besides the answer: who is who, who is told, and what time it is (UTC).

    ``live`` is a visit to what the source shows now; only such a one tells. ``line`` is the place of an
    imported file in a list of files, 0 where none says so. ``kept`` are the snapshots that were
    made of payloads before, by payload, series and date: what is derived again keeps their number, times and
    place, and what an operator decided.
    """

    source: Source
    registry: Registry
    targets: Sequence[Target]
    now: datetime
    live: bool = True
    line: int = 0
    kept: Mapping[tuple[str, Key, date], Sequence[Snapshot]] = field(default_factory=dict)


@dataclass(slots=True)
class Recorded:
    """What one answer came to.

    ``held`` are reasons in the words of an operator, ``baselines`` say who leads where there was nothing to
    compare with, ``legends`` say what a payload is that ranks nothing, ``messages`` are those that were queued,
    with the target of each; ``remarks`` are what the parser did not know, and ``untold`` the alerts that were told
    of what an import now contradicts.
    """

    outcome: str
    new: int = 0
    rows: int = 0
    facts: int = 0
    legends: list[str] = field(default_factory=list)
    dates: set[date] = field(default_factory=set)
    held: list[str] = field(default_factory=list)
    events: int = 0
    baselines: list[str] = field(default_factory=list)
    messages: list[tuple[str, Message]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


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


def key_of(row: Reading, context: Context) -> Key:
    """Name the series that a row belongs to."""
    return Key(row.series or context.source.key, row.board, row.category)


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
    recorded.events += _report_unknown(session, accepted, context, desk)
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
    key = key_of(readings[0], context)
    timeline = desk.timeline(session, key)
    known = _known(timeline, answer, publication, readings, context)
    there = timeline.on.get(publication.published_on, [])
    kept = context.kept.get((known.payload, key, publication.published_on), ())
    left = [snapshot for snapshot in kept if snapshot.id not in {other.id for other in there}]
    if kept and not left:
        return []
    if not kept and _is_recorded(timeline, known, live=context.live):
        return []
    if not kept and not context.source.dated and _is_seen_again(timeline, known):
        return []
    board = context.source.all_boards[publication.board]
    reasons = _reasons(timeline, readings, board, known, context.now)
    draft = Draft(
        key,
        board,
        in_position(readings, lowest_first=board.scale.lowest_first),
        known._replace(accepted=not reasons),
        reasons,
    )
    drafts = [_again(draft, snapshot) for snapshot in left] or [draft]
    for each in drafts:
        timeline.add(each.known)
    return drafts


def _known(
    timeline: Timeline, answer: Answer, publication: Publication, readings: Sequence[Reading], context: Context
) -> Known:
    """Describe a publication as the ledger does.

    What a live visit sees was seen after all that is there, also where the clock was set back since.
    """
    there = timeline.on.get(publication.published_on, [])
    seen = answer.started_at
    if context.live and there:
        seen = max(seen, there[-1].observed_at + timedelta(microseconds=1))
    return Known(
        id=0,
        published_on=publication.published_on,
        observed_at=seen,
        line=context.line,
        content_hash=hash_of(readings),
        row_count=len(readings),
        payload=answer.payload.sha256 if answer.payload else "",
        accepted=True,
    )


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
        observed_at=kept.observed_at,
        line=kept.line,
        accepted=not again.held and kept.dropped_at is None,
    )
    return again._replace(known=known)


def _is_recorded(timeline: Timeline, known: Known, *, live: bool) -> bool:
    """Whether a publication is known; one that is shown again after another of its date is a new one.

    That is so where a live source shows it again as its newest, and where a list of files has it again.
    """
    there = timeline.on.get(known.published_on, [])
    same = [other for other in there if other.content_hash == known.content_hash]
    listed = known.line > 0 and all(other.line != known.line for other in same)
    if not same or not (listed or (live and known.published_on == timeline.newest)):
        return bool(same)
    before = [other for other in there if other.place < known.place]
    last = [*before[-1:], *[other for other in before if other.accepted][-1:]]
    return not before or any(other.content_hash == known.content_hash for other in last)


def _is_seen_again(timeline: Timeline, known: Known) -> bool:
    """Whether the accepted publication before it shows the same rows: for a source that prints no dates."""
    there = timeline.accepted(known.published_on)
    before = there[-1] if there else timeline.before(known.published_on)
    return before is not None and before.content_hash == known.content_hash


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
        "line": draft.known.line,
    }
    kept = draft.kept
    if kept is None:
        return row
    accepted_at = None if draft.held else kept.accepted_at or now
    decided = {"accepted_at": accepted_at, "dropped_at": kept.dropped_at, "why": kept.why}
    return row | decided | {"id": kept.id, "recorded_at": kept.recorded_at}


def _write_standings(session: Session, drafts: Sequence[Draft], context: Context, desk: Desk) -> None:
    """Write the rows of accepted publications: never one object a row."""
    texts = {write.text_of(row) for draft in drafts for row in draft.readings}
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
        (snapshot, position, entries[write.text_of(row)].id, *numbers_of(row))
        for position, row in enumerate(readings, start=1)
    ]


def write_rows(session: Session, snapshot: int, readings: Sequence[Reading], context: Context, desk: Desk) -> None:
    """Write the rows of a snapshot that was held, in order of position."""
    entries = desk.entries.of(session, set(map(write.text_of, readings)), context.registry, context.now)
    write.insert_standings(session, _standing_rows(snapshot, readings, entries))


numbers_of = itemgetter(*map(Reading._fields.index, write.STANDING_COLUMNS[3:]))
"""Gives the numbers of a reading that are a standing, in the order of the table's columns."""


def _report_held(session: Session, draft: Draft, context: Context) -> int:
    event = compare.held(place_of(draft.key, draft.known), draft.known.content_hash, draft.reasons)
    return _add(session, event, draft, context)


def _add(session: Session, event: compare.Event, draft: Draft, context: Context) -> int:
    """Write an event for operators about a publication; give how many are new."""
    return add_events(
        session,
        [event],
        context.now,
        snapshot=draft.known.id,
        payload=draft.known.payload,
        historical=not context.live,
    )


def _report_unknown(session: Session, drafts: Iterable[Draft], context: Context, desk: Desk) -> int:
    """Tell operators once of each entry near the top of a board that the registry does not know."""
    known = desk.entries.of(session, (), context.registry, context.now)
    added = 0
    for draft in drafts:
        for position, row in enumerate(draft.readings[:NEAR_THE_TOP], start=1):
            entry = known[write.text_of(row)]
            if entry.developer is None and entry.model is None and entry.id not in desk.reported:
                desk.reported.add(entry.id)
                event = compare.unknown(place_of(draft.key, draft.known), row.name, row.organization, position)
                added += _add(session, event, draft, context)
    return added


def _named(draft: Draft) -> str:
    return f"{draft.key.board} {draft.key.category} {draft.known.published_on}: {'; '.join(draft.reasons)}"
