"""What the reading commands answer, as the JSON values that the command line promises.

Dates are ``YYYY-MM-DD``, instants RFC 3339 with ``Z``, numbers unrounded, what is missing is ``None``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from topspot.domain.alerts import is_heard
from topspot.domain.compare import standing_json
from topspot.domain.leads import DEFINITIONS, KINDS, Kind, deciding, leaders, subject_of, subjects
from topspot.domain.values import OVERALL, Source, Standing
from topspot.store import read
from topspot.store.tables import Alert, Event, EventStory, Series, Snapshot, SourceState, Story


class NotFound(LookupError):
    """What was asked for is not there; the message says so in one line, ``hint`` what to try."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def instant(value: datetime | None) -> str | None:
    """Write an instant as RFC 3339 in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def day(value: date | None) -> str | None:
    """Write a date as ``YYYY-MM-DD``."""
    return value.isoformat() if value else None


def board_key(text: str, known: Iterable[str]) -> str:
    """Give the known board that a person means: case does not matter, and ``_`` and ``-`` are equal.

    What is none of ``known`` is given as it is compared.
    """
    return {_folded(key): key for key in known}.get(_folded(text), _folded(text))


def _folded(text: str) -> str:
    return text.strip().lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """Which standings are asked for; ``by`` groups them by developer or country, ``top`` cuts them."""

    board: str
    category: str = OVERALL
    as_of: date | None = None
    known_at: datetime | None = None
    top: int | None = None
    by: str | None = None


def board(session: Session, query: BoardQuery) -> dict[str, Any]:
    """Give the standings of a board and category as of a date. Raises ``NotFound``."""
    key = board_key(query.board, read.board_keys(session))
    snapshot = read.newest_accepted(
        session, key, query.category, until=query.as_of, known_at=query.known_at
    ) or _no_board(session, key, query)
    rows = read.standings(session, snapshot.id or 0, snapshot.published_on, query.known_at)
    listed = _standings_json(rows) if query.by in (None, "model") else _grouped_json(rows, query.by or "")
    return {
        "board": key,
        "category": query.category,
        "series": snapshot.series,
        "published_on": day(snapshot.published_on),
        "observed_at": instant(snapshot.observed_at),
        "snapshot_id": snapshot.id,
        "status": "accepted",
        **credited(read.series_of(session, snapshot)),
        "definitions": {name: subjects(leaders(rows, name), _kind(query.by)) for name in DEFINITIONS},
        "standings": listed[: query.top],
    }


def _kind(by: str | None) -> Kind:
    return next((kind for kind in KINDS if kind == by), "model")


def _no_board(session: Session, key: str, query: BoardQuery) -> Snapshot:
    boards = sorted({found for found, _ in read.series_heads(session)})
    if not boards:
        raise NotFound("no board has been collected yet", "collect with `topspot run`")
    if key not in boards:
        raise NotFound(f"there is no board {query.board!r}", f"boards: {', '.join(boards)}")
    categories = [category for _, category in read.series_heads(session, board=key)]
    if query.category not in categories:
        raise NotFound(f"{key} has no category {query.category!r}", f"categories: {', '.join(categories)}")
    raise NotFound(f"{key} {query.category} has no snapshot as old as that", "ask for a later date")


def _standings_json(rows: Iterable[Standing]) -> list[dict[str, Any]]:
    return [
        {
            "position": row.position,
            "rank": row.rank,
            "model": row.model,
            "model_raw": row.name,
            "developer": row.developer,
            "parent": row.parent,
            "country": row.country,
            "open_weights": row.open_weights,
            "rating": row.rating,
            "lower": row.lower,
            "upper": row.upper,
            "votes": row.votes,
            "preliminary": row.preliminary,
        }
        for row in rows
    ]


def _grouped_json(rows: Iterable[Standing], by: str) -> list[dict[str, Any]]:
    """Let each developer or country stand where its best standing stands; unknown ones make no row."""
    groups: dict[str, list[Standing]] = {}
    for row in rows:
        key = getattr(row, by)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return [
        {
            "position": position,
            by: key,
            "best_model": members[0].model,
            "rating": members[0].rating,
            "lower": members[0].lower,
            "upper": members[0].upper,
            "models": len({row.model for row in members}),
        }
        for position, (key, members) in enumerate(groups.items(), start=1)
    ]


def leads(
    session: Session, *, by: Kind = "model", board: str | None = None, country: str | None = None
) -> dict[str, Any]:
    """Give who is first on every board and category: since when, by how much, alone or shared.

    ``margin`` is the best rating in first place minus the best of those that are not, on the board's scale.
    """
    heads = read.series_heads(session, board=board_key(board, read.board_keys(session)) if board else None)
    if board and not heads:
        raise NotFound(f"there is no board {board!r}", "list them with `topspot leads`")
    found = [_lead(session, key, category, by) for key, category in heads]
    if country:
        found = [lead for lead in found if any(row["country"] == country.upper() for row in lead["leaders"])]
    return {"leads": found}


def _lead(session: Session, key: str, category: str, by: Kind) -> dict[str, Any]:
    snapshot = read.newest_accepted(session, key, category)
    if snapshot is None:
        raise NotFound(f"{key} {category} has no accepted snapshot", "collect with `topspot run`")
    rows = read.standings(session, snapshot.id or 0, snapshot.published_on)
    definition = deciding(rows)
    first = leaders(rows, definition)
    return {
        "board": key,
        "category": category,
        "definition": definition,
        "leaders": [standing_json(row) for row in _best_rows(first, by)],
        "tied": len(subjects(first, by)),
        "since": day(read.led_since(session, snapshot, by)),
        "margin": _margin(rows, first, by),
        "published_on": day(snapshot.published_on),
        **credited(read.series_of(session, snapshot)),
    }


def credited(series: Series | None) -> dict[str, Any]:
    """Give the license and the credit under which figures are shown, and whether one may earn by them."""
    return {
        "license": series.license if series else None,
        "credit": series.credit if series else None,
        "commercial_use": series.commercial if series else None,
    }


def _best_rows(rows: Iterable[Standing], by: Kind) -> list[Standing]:
    best: dict[str, Standing] = {}
    for row in rows:
        best.setdefault(subject_of(row, by), row)
    return list(best.values())


def _margin(rows: Sequence[Standing], first: Sequence[Standing], by: Kind) -> float | None:
    leading = set(subjects(first, by))
    best = max((row.rating for row in first if row.rating is not None), default=None)
    rest = [row.rating for row in rows if row.rating is not None and subject_of(row, by) not in leading]
    return best - max(rest) if best is not None and rest else None


def event(row: Event) -> dict[str, Any]:
    """Give one event as the command line shows it."""
    return {
        "id": row.id,
        "type": row.type,
        "rule": row.rule,
        "change": row.change,
        "board": row.board,
        "category": row.category,
        "series": row.series,
        "published_on": day(row.published_on),
        "observed_at": instant(row.observed_at),
        "subject": {"kind": row.subject_kind, "id": row.subject_id, "name": row.subject_name},
        "previous": row.detail["previous"],
        "current": row.detail["current"],
        "definitions": row.detail["definitions"],
        "tied": row.tied,
        "cause": row.cause,
        "state": row.state,
        "historical": row.historical,
        "withdrawn": row.withdrawn,
        "reasons": row.detail["reasons"],
    }


def explain(session: Session, name: str) -> list[dict[str, Any]]:
    """Explain an event, or each event of an alert: where it came from and how to derive it again.

    Raises ``NotFound``.
    """
    found = session.get(Event, name)
    if found:
        return [_explained(session, found)]
    if session.get(Alert, name):
        return [_explained(session, row) for row in read.events_of_alert(session, name)]
    raise NotFound(f"there is no event or alert {name!r}", "list events with `topspot events --all`")


def _explained(session: Session, row: Event) -> dict[str, Any]:
    previous = session.get(Snapshot, row.previous_snapshot_id) if row.previous_snapshot_id else None
    current = session.get(Snapshot, row.snapshot_id) if row.snapshot_id else None
    snapshots = [snapshot for snapshot in (previous, current) if snapshot]
    payloads = [snapshot.payload for snapshot in snapshots] or ([row.payload] if row.payload else [])
    return event(row) | {
        "decided_by": row.detail["decided_by"],
        "previous_snapshot": _snapshot(previous),
        "current_snapshot": _snapshot(current),
        "payloads": payloads,
        "derive": _derive(row, previous, current),
        "stories": _stories(session, row),
    }


def _stories(session: Session, row: Event) -> list[dict[str, Any]]:
    """Give the stories that explain or precede an event."""
    found = session.execute(
        select(Story, col(EventStory.how))
        .join(EventStory, col(EventStory.story_id) == col(Story.id))
        .where(col(EventStory.event_id) == row.id)
        .order_by(col(Story.began_at))
    )
    return [
        {"story": story.id, "title": story.title, "began_at": instant(story.began_at), "how": how}
        for story, how in found
    ]


def _snapshot(row: Snapshot | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "id": row.id,
        "published_on": day(row.published_on),
        "observed_at": instant(row.observed_at),
        "accepted_at": instant(row.accepted_at),
        "rows": row.row_count,
        "payload": row.payload,
        "content_hash": row.content_hash,
        "reasons": row.reasons,
    }


def _derive(row: Event, previous: Snapshot | None, current: Snapshot | None) -> str:
    if previous is None or current is None:
        return (
            f"read the payload in the archive with the parser of {row.series}: {'; '.join(row.detail['reasons'])}"
        )
    ask = f"topspot board {row.board} --category {row.category} --as-of"
    return (
        f"{row.rule} compares first place by {row.detail['decided_by']} in `{ask} {previous.published_on}` "
        f"and `{ask} {current.published_on}`"
    )


def why_silent(session: Session, key: str, on: date) -> dict[str, Any]:
    """Say why nothing was told about a board on a date, category by category. Raises ``NotFound``."""
    key = board_key(key, read.board_keys(session))
    snapshots = read.snapshots_of(session, key, on)
    if not snapshots:
        raise NotFound(f"{key} has no snapshot published by {on}", "list boards with `topspot leads`")
    newest: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        newest.setdefault(snapshot.category, snapshot)
    order = sorted(newest.values(), key=lambda row: (row.category != OVERALL, row.category))
    return {
        "board": key,
        "date": day(on),
        "reasons": [
            {"category": row.category, "published_on": day(row.published_on), "snapshot_id": row.id,
             "reason": _why(session, row, snapshots)}
            for row in order
        ],
    }  # fmt: skip


def _why(session: Session, snapshot: Snapshot, snapshots: Sequence[Snapshot]) -> str:
    if snapshot.dropped_at:
        return f"dropped: {snapshot.why}"
    if snapshot.accepted_at is None:
        return f"held: {'; '.join(snapshot.reasons)}"
    same = [
        row
        for row in snapshots
        if (row.category, row.series) == (snapshot.category, snapshot.series) and row.accepted_at
    ]
    if same[-1] is snapshot:
        return "a baseline: the first snapshot has nothing to be compared with"
    rows = session.scalars(
        select(Event).where(col(Event.snapshot_id) == snapshot.id, col(Event.type).startswith("lead."))
    ).all()
    return _why_of_events(rows)


def _why_of_events(rows: Sequence[Event]) -> str:
    if not rows:
        return "first place did not change hands"
    changes = ", ".join(sorted({f"{row.type} {row.change}" for row in rows}))
    heard = [row for row in rows if is_heard(row)]
    if not heard:
        return f"recorded, not told: outside {OVERALL} only takes and alone are ({changes})"
    live = [row for row in heard if not row.historical]
    if not live:
        return f"recorded, not told: history is silent ({changes}); `topspot replay` shows what would have been"
    if all(row.withdrawn for row in live):
        return f"it was told and taken back: see `topspot explain {live[0].id}`"
    return f"it was told: see `topspot explain {next(row.id for row in live if not row.withdrawn)}`"


def sources(session: Session, declared: Sequence[Source], off: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the state of every declared source, and its next visit.

    That is new, ok, failing, import (of files) or off; ``off`` says why, by source.
    """
    states = {row.source: row for row in session.scalars(select(SourceState))}
    return [_source(source, states.get(source.key), off.get(source.key)) for source in declared]


def _source(source: Source, state: SourceState | None, off: str | None) -> dict[str, Any]:
    return {
        "source": source.key,
        "state": "off" if off else _state(source, state),
        "license": source.license.name,
        "commercial_use": source.license.commercial,
        "last_success_at": instant(state.last_success_at) if state else None,
        "next_due_at": instant(state.next_due_at) if state and source.addresses and not off else None,
        "failures": state.failures if state else 0,
        "note": off,
    }


def _state(source: Source, state: SourceState | None) -> str:
    if not source.addresses:
        return "import"
    if state is None or (state.last_success_at is None and state.failures == 0):
        return "new"
    return "failing" if state.failures else "ok"
