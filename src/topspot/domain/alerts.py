"""The stage *match*: which events one target hears, in which order, and the words of the message.

Until there are subscriptions every target hears the same: each lead change in ``overall`` of every board, and
of the other categories only ``takes`` and ``alone``. What is not heard is recorded all the same.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from topspot.domain.compare import CHANGES, Event
from topspot.domain.countries import country_name
from topspot.domain.leads import KINDS, Kind, subject_of, subjects
from topspot.domain.messages import Message, TableRow
from topspot.domain.values import OVERALL, Board, License, Standing

MOST_LINES = 8
"""Further changes that one message lists before it only counts them."""

TABLE_ROWS = 5
"""Models in the small table of a message."""

_TITLES = {
    "takes": "takes first place",
    "alone": "is alone in first place",
    "joins": "joins first place",
    "leaves": "leaves first place",
    "points_only": "leads on points",
}

_BY = {
    "points": "points, the highest rating",
    "rank_ub": "rank_ub, where no other interval lies wholly above",
    "published": "the publisher's own rank 1",
}
"""The deciding definition in words."""

NAMED_AT_MOST = 3
"""Subjects that a sentence names before it only counts them."""


class Happening(Protocol):
    """What deciding whether an event is heard asks of it, as a value or as a row."""

    @property
    def type(self) -> str: ...  # noqa: D102 - named as in Event
    @property
    def category(self) -> str | None: ...  # noqa: D102 - named as in Event
    @property
    def change(self) -> str | None: ...  # noqa: D102 - named as in Event


def is_heard(event: Happening) -> bool:
    """Whether a target hears an event; events for operators never reach one."""
    if not event.type.startswith("lead."):
        return False
    return event.category == OVERALL or event.change in ("takes", "alone")


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort events most important first.

    Overall before slices, the newest publication before the steps to it, country before developer before model.
    """
    return sorted(events, key=_importance)


def _importance(event: Event) -> tuple[bool, str, int, int, int, str]:
    kinds = [f"lead.{kind}" for kind in KINDS]
    change = CHANGES.index(event.change) if event.change else len(CHANGES)
    return (
        event.category != OVERALL,
        event.category or "",
        -event.published_on.toordinal() if event.published_on else 0,
        kinds.index(event.type) if event.type in kinds else len(kinds),
        change,
        event.subject.id,
    )


def alert_id(target: str, board: str, published_on: date) -> str:
    """Name an alert after what it is: a target, a board, a publication (SHA-256, 12 hex digits)."""
    text = "\x1f".join(("alert", target, board, published_on.isoformat()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def compose(
    name: str,
    events: Sequence[Event],
    after: Sequence[Standing],
    before: Sequence[Standing],
    *,
    board: Board,
    license: License,
    published_on: date | None = None,
    press: Sequence[str] = (),
) -> Message:
    """Put the events of one alert into words; ``name`` is the alert's id, ``press`` lines about what was written.

    ``events`` are in order of importance and not empty; ``after`` and ``before`` are the whole standings of
    the first one's category, from which the table takes its rows. ``published_on`` is the alert's publication,
    that of the first event unless given; events of others are steps to it, and are told with their date.
    """
    main, others = events[0], events[1:]
    if main.published_on is None or main.category is None:
        raise ValueError(f"{main.id} is not about a publication")
    where = board.name if main.category == OVERALL else f"{board.name}, {main.category}"
    most = MOST_LINES - len(press)
    return Message(
        alert_id=name,
        status=_status(main),
        title=f"{_label(main)} {_TITLES[main.change or '']} · {where}",
        sentence=f"{where}: {clause(main)} (published {main.published_on})",
        finding=_finding(main),
        lines=(*(_line(event, published_on or main.published_on) for event in others[:most]), *press),
        more=max(0, len(others) - most),
        table=_table(main, before, after),
        board=board.key,
        board_name=board.name,
        category=main.category,
        published_on=published_on or main.published_on,
        observed_at=main.observed_at,
        credit=license.credit,
        license=license.name,
        rules=tuple(dict.fromkeys(event.rule for event in events)),
    )


def clause(event: Event) -> str:
    """Say in words what the subject of a lead event did, alone or shared."""
    kind = _kind(event)
    now = subjects(event.current, kind)
    others = [subject for subject in now if subject != event.subject.id]
    shared = f"now shared by {len(now)}" if len(now) > 1 else ""
    label, by = _label(event), _with(event)
    gave = _names(event.previous, kind, subjects(event.previous, kind))
    match event.change:
        case "takes":
            how = f", shared by {len(now)}," if others else " alone"
            return f"{label} takes first place{how} from {gave}{by}"
        case "joins":
            return f"{label} joins {_names(event.current, kind, others)} in first place{by}, {shared}"
        case "alone":
            was = [subject for subject in subjects(event.previous, kind) if subject != event.subject.id]
            return f"{label} is now alone in first place, which it shared with {_names(event.previous, kind, was)}"
        case "leaves":
            held_by = _names(event.current, kind, now)
            return f"{label} is no longer in first place, now {'shared by' if others[1:] else 'held by'} {held_by}"
        case _:
            return f"{label} now has the most points in first place, which {len(now)} share as before"


def _kind(event: Event) -> Kind:
    return next(kind for kind in KINDS if event.type == f"lead.{kind}")


def _status(event: Event) -> str:
    return "TIE AT #1" if event.tied > 1 else "NEW SOLE LEADER"


def _label(event: Event) -> str:
    rows = [row for row in (*event.current, *event.previous) if subject_of(row, _kind(event)) == event.subject.id]
    return _label_of(rows[0], _kind(event)) if rows else event.subject.name


def _label_of(row: Standing, kind: Kind) -> str:
    """Name a subject with what explains it: ``kimi-k3 (Moonshot AI, CN)``, ``Moonshot AI (CN)``."""
    known = [part for part in (row.developer_name or row.developer, row.country) if part]
    if kind == "model":
        return f"{row.name} ({', '.join(known)})" if known else row.name
    if kind == "developer":
        if not row.developer:
            return f"an unknown developer ({row.name})"
        return f"{row.developer_name or row.developer} ({row.country})" if row.country else known[0]
    return f"{country_name(row.country)} ({row.country})" if row.country else f"an unknown country ({row.name})"


def _with(event: Event) -> str:
    """Name the model that brought a developer or country where it is."""
    kind = _kind(event)
    rows = [row for row in event.current if subject_of(row, kind) == event.subject.id]
    if kind == "model" or not rows:
        return ""
    maker = f" ({rows[0].developer_name})" if kind == "country" and rows[0].developer_name else ""
    return f" with {rows[0].name}{maker}"


def _names(rows: Iterable[Standing], kind: Kind, wanted: Sequence[str]) -> str:
    labels: dict[str, str] = {}
    for row in rows:
        subject = subject_of(row, kind)
        if subject in wanted:
            labels.setdefault(subject, _label_of(row, kind))
    names = list(labels.values())
    if len(names) > NAMED_AT_MOST:
        names = [*names[:NAMED_AT_MOST], f"{len(names) - NAMED_AT_MOST} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _finding(event: Event) -> str:
    """Say the numbers of those in first place now and before, and the definition that decides."""
    now = _figures(event.current)
    before = _figures(event.previous)
    shared = ", sharing it" if len({row.model for row in event.previous}) > 1 else ""
    return f"In first place now: {now}. Before: {before}{shared}. Decided by {_BY[event.decided_by or 'points']}."


def _figures(rows: Sequence[Standing]) -> str:
    best = list(_first_rows(rows).values())
    texts = [f"{row.name} {_number(row)}".strip() for row in best[:NAMED_AT_MOST]]
    if len(best) > NAMED_AT_MOST:
        texts.append(f"{len(best) - NAMED_AT_MOST} more")
    return ", ".join(texts) or "nobody"


def _number(row: Standing | None) -> str:
    if row is None or row.rating is None:
        return "" if row is None or row.rank is None else f"rank {row.rank}"
    if row.lower is None or row.upper is None:
        return f"{row.rating:.1f}"
    return f"{row.rating:.1f} [{row.lower:.1f}, {row.upper:.1f}]"


def _line(event: Event, published_on: date) -> str:
    step = "" if event.published_on == published_on else f"{event.published_on}: "
    where = "" if event.category == OVERALL else f"{event.category}: "
    return f"{step}{where}{clause(event)}"


def amendments(
    told: Message, now: Message | None, *, changed: bool, because: str, editable: bool
) -> list[tuple[str, Message]]:
    """Say what is to be sent, as pairs of action and message, to bring what was ``told`` in line with what holds.

    ``now`` is what holds, ``None`` where nothing does; ``changed`` is whether it says another thing, or only other
    figures. Where a target is ``editable`` its message is edited; a reply tells whoever acted on it.
    """
    if now and not changed:
        return [("update", now)] if editable else []
    if now:
        message = replace(now, status="CORRECTED", was=told.sentence, because=because)
    else:
        message = retraction(told, because)
    return [("update", message), ("reply", message)] if editable else [("reply", message)]


def retraction(told: Message, because: str) -> Message:
    """Make the message that takes back all that ``told`` said, since nothing of it holds."""
    return replace(
        told,
        status="RETRACTED",
        title=f"first place as of {told.published_on} · {told.board_name}",
        sentence=f"{told.board_name}: what was told of {told.published_on} no longer holds",
        finding="",
        lines=(),
        more=0,
        table=(),
        was=told.sentence,
        because=because,
    )


def _table(event: Event, before: Sequence[Standing], after: Sequence[Standing]) -> tuple[TableRow, ...]:
    """Take the leaders now, the leaders before, and the next rows: a few models, before and after."""
    wanted = dict.fromkeys(row.model for row in (*event.current, *event.previous, *after))
    was, now = _first_rows(before), _first_rows(after)
    models = [model for model in wanted if model in was or model in now][:TABLE_ROWS]
    models.sort(key=lambda model: now[model].position if model in now else len(now) + 1)
    return tuple(
        TableRow(
            model=(now.get(model) or was[model]).name,
            developer=_maker(now.get(model) or was[model]),
            before=_cell(was.get(model)),
            after=_cell(now.get(model)),
        )
        for model in models
    )


def _first_rows(standings: Sequence[Standing]) -> dict[str, Standing]:
    rows: dict[str, Standing] = {}
    for row in standings:
        rows.setdefault(row.model, row)
    return rows


def _maker(row: Standing) -> str:
    name = row.developer_name or row.developer or "unknown"
    return f"{name} ({row.country})" if row.country else name


def _cell(row: Standing | None) -> str:
    return f"{row.position}. {_number(row)}" if row else ""
