"""The stage *compare*: what happened to first place between two snapshots of one series.

Let S be those in first place before and T those after, under the deciding definition. One of T that is not in
S ``takes`` if S and T share nobody, else ``joins``; one that stays and is now the only one is ``alone``; one
of S that is not in T ``leaves``, told only where nobody takes or is alone; S = T with another points leader is
``points_only``. Developers and countries are compared the same, over the sets of theirs.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, NamedTuple

from topspot.domain.countries import country_name
from topspot.domain.leads import (
    DEFINITIONS,
    KINDS,
    Kind,
    Ranking,
    best_of,
    is_known,
    subject_of,
    subjects,
)
from topspot.domain.renames import Rename, renames
from topspot.domain.values import OVERALL, Standing

VERSION = 1
"""Version of the rules of this module; it is part of every event's id and changes with their meaning."""

_HELD, _FAILED = f"snapshot.held@{VERSION}", f"source.failed@{VERSION}"

_UNKNOWN = f"registry.unknown@{VERSION}"

_RENAMED = f"model.renamed@{VERSION}"

_CORRECTED = f"snapshot.corrected@{VERSION}"

CHANGES = ("takes", "alone", "joins", "leaves", "points_only")
"""What can happen to first place, most important first."""


class Subject(NamedTuple):
    """What an event is about: ``id`` is the key of a model or developer or the code of a country.

    A model that the registry does not know has its name for a key. ``name`` is for people: a model's as printed.
    """

    kind: str
    id: str
    name: str


class Ruler(NamedTuple):
    """Who was first under one definition before and after, as ids of the event's kind."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether first place is held by others than before."""
        return set(self.before) != set(self.after)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on one board and category.

    ``previous`` and ``current`` are the rows in first place under ``decided_by`` before and after; ``tied`` is
    how many subjects of the kind share first place now. ``change`` and ``cause`` are ``None`` for events that
    are not about a lead; ``reasons`` tell what such an event is about.
    """

    id: str
    type: str
    rule: str
    change: str | None
    board: str
    category: str | None
    series: str
    published_on: date | None
    observed_at: datetime
    subject: Subject
    previous: tuple[Standing, ...] = ()
    current: tuple[Standing, ...] = ()
    decided_by: str | None = None
    definitions: tuple[tuple[str, Ruler], ...] = ()
    tied: int = 0
    cause: str | None = None
    reasons: tuple[str, ...] = ()


class Place(NamedTuple):
    """Where and when a comparison takes place; the part of an event that all of one comparison share."""

    board: str
    category: str
    series: str
    published_on: date
    observed_at: datetime


def event_id(rule: str, *about: object) -> str:
    """Hash what an event is about, so that deriving it again gives the same id (SHA-256, 16 hex digits)."""
    text = "\x1f".join((rule, *("" if part is None else str(part) for part in about)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def compare(before: Sequence[Standing], after: Sequence[Standing], place: Place) -> list[Event]:
    """Derive the lead events between two snapshots of one series, most important first.

    Both are in order of position. Country events come before developer events before model events.
    """
    return between(Ranking.of(before), Ranking.of(after), place)


def between(before: Ranking, after: Ranking, place: Place) -> list[Event]:
    """Do the same as ``compare`` for rankings that are at hand."""
    renamed = renames(before.named(before.names - after.names), after.named(after.names - before.names))
    others = {pair.old.name: pair.new.model for pair in renamed if pair.old.model != pair.new.model}
    if others:  # history follows the model, so that no lead is taken from it by itself
        before = before.with_models(others)
    events = [_renamed(pair, place) for pair in renamed] if place.category == OVERALL else []
    if _same_leaders(before, after):
        return events
    return [event for kind in KINDS for event in _compare_kind(before, after, place, kind)] + events


def _same_leaders(before: Ranking, after: Ranking) -> bool:
    """Whether the same models of the same makers are first, so that nothing can have happened to any kind."""
    return all(
        {(row.model, row.developer, row.country) for row in before.first(definition)}
        == {(row.model, row.developer, row.country) for row in after.first(definition)}
        for definition in (after.decided_by, "points")
    )


def _renamed(pair: Rename, place: Place) -> Event:
    about = (place.series, place.board, place.category, place.published_on, pair.old.name, pair.new.name)
    return Event(
        id=event_id(_RENAMED, *about),
        type="model.renamed",
        rule=_RENAMED,
        change=None,
        **place._asdict(),
        subject=Subject("model", pair.new.model, pair.new.name),
        previous=(pair.old,),
        current=(pair.new,),
        cause="rename",
        reasons=(f"{pair.old.name} is now called {pair.new.name}: {pair.evidence}",),
    )


def _compare_kind(before: Ranking, after: Ranking, place: Place, kind: Kind) -> Iterator[Event]:
    decided_by = after.decided_by
    first_before, first_after = before.first(decided_by), after.first(decided_by)
    points_before, points_after = before.first("points"), after.first("points")
    changed = changes(
        subjects(first_before, kind), subjects(first_after, kind),
        subjects(points_before, kind), subjects(points_after, kind),
        known=lambda subject: is_known(subject, kind),
    )  # fmt: skip
    rule = f"lead.{kind}@{VERSION}"
    for subject, change in changed:
        rows = best_of([*first_after, *points_after, *first_before], kind)
        yield Event(
            id=event_id(rule, place.series, place.board, place.category, place.published_on, subject, change),
            type=f"lead.{kind}",
            rule=rule,
            change=change,
            **place._asdict(),
            subject=Subject(kind, subject, _name(rows[subject], kind)),
            previous=tuple(first_before),
            current=tuple(first_after),
            decided_by=decided_by,
            definitions=tuple(_rulers(before, after, kind)),
            tied=len(subjects(first_after, kind)),
            cause=cause(subject, change, before, after, kind),
        )


def changes(
    before: Sequence[str],
    after: Sequence[str],
    points_before: Sequence[str],
    points_after: Sequence[str],
    known: Callable[[str], bool] = lambda _: True,
) -> list[tuple[str, str]]:
    """Say what each subject did, given who was first before and after: pairs of subject and change.

    The rule is that of the module; ``points_*`` are the points leaders, which decide only ``points_only``. One
    pair a subject, in the order given. Who is not ``known`` does nothing, but is still somebody to share with.
    Where nobody was first before, or nobody is now, there is nothing to compare.
    """
    if not before or not after:
        return []
    if set(before) == set(after):
        news = [] if set(points_before) == set(points_after) else _new_in(points_after, points_before)
        return [(subject, "points_only") for subject in news if known(subject)]
    stayed = [subject for subject in after if subject in before]
    verb = "joins" if stayed else "takes"
    arrived = [(subject, verb) for subject in after if subject not in before and known(subject)]
    alone = [(subject, "alone") for subject in stayed if len(after) == 1 and known(subject)]
    if alone or (arrived and not stayed):
        return alone or arrived
    return arrived + [(subject, "leaves") for subject in before if subject not in after and known(subject)]


def _new_in(after: Sequence[str], before: Sequence[str]) -> list[str]:
    return [subject for subject in after if subject not in before] or list(after)


def cause(subject: str, change: str, before: Ranking, after: Ranking, kind: Kind) -> str:
    """Say why a lead changed: ``new_entry``, ``leader_removed``, ``interval_narrowed`` or ``rating_moved``.

    A model that was not on the board before explains more than ratings that moved; a leader that is gone
    comes next; where the points leader is the same, it was the intervals that decided.
    """
    first_before, first_after = before.first(after.decided_by), after.first(after.decided_by)
    came = first_after if change in ("leaves", "alone") else _rows_of(first_after, subject, kind)
    if any(row.model not in before.models for row in came):
        return "new_entry"
    if any(row.model not in after.models for row in first_before):
        return "leader_removed"
    same_points = subjects(before.first("points"), "model") == subjects(after.first("points"), "model")
    return "interval_narrowed" if same_points and change in ("alone", "leaves") else "rating_moved"


def _rows_of(rows: Iterable[Standing], subject: str, kind: Kind) -> list[Standing]:
    return [row for row in rows if subject_of(row, kind) == subject]


def _rulers(before: Ranking, after: Ranking, kind: Kind) -> Iterator[tuple[str, Ruler]]:
    for definition in DEFINITIONS:
        yield (
            definition,
            Ruler(
                tuple(subjects(before.first(definition), kind)),
                tuple(subjects(after.first(definition), kind)),
            ),
        )


def _name(row: Standing, kind: Kind) -> str:
    if kind == "model":
        return row.name
    if kind == "developer":
        return row.developer_name or row.developer or row.name
    return country_name(row.country) if row.country else row.name


def held(place: Place, content_hash: str, reasons: tuple[str, ...]) -> Event:
    """Make the event that a publication was held, for operators; ``content_hash`` names its rows."""
    name = f"{place.board} {place.category} {place.published_on}"
    about = (place.series, place.board, place.category, place.published_on, content_hash)
    return Event(
        id=event_id(_HELD, *about),
        type="snapshot.held",
        rule=_HELD,
        change=None,
        **place._asdict(),
        subject=Subject("snapshot", content_hash, name),
        reasons=reasons,
    )


def unknown(place: Place, name: str, organization: str, position: int) -> Event:
    """Make the event that nobody knows who made what stands high on a board: one a name of a series."""
    about = f"{name} ({organization})" if organization else name
    return Event(
        id=event_id(_UNKNOWN, place.series, name, organization),
        type="registry.unknown",
        rule=_UNKNOWN,
        change=None,
        **place._asdict(),
        subject=Subject("entry", name, about),
        reasons=(f"{about} stands at {position}; see `topspot registry unknown`",),
    )


def corrected(before: Ranking, after: Ranking, hashes: tuple[str, str], place: Place, *, times: int = 0) -> Event:
    """Make the event that a publisher replaced a publication by another of the same date.

    ``hashes`` name the contents before and after; ``previous`` and ``current`` are who was first by each.
    ``times`` is how often the one was replaced by the other before.
    """
    decided_by = after.decided_by
    about = (place.series, place.board, place.category, place.published_on, *hashes, *[times] * bool(times))
    return Event(
        id=event_id(_CORRECTED, *about),
        type="snapshot.corrected",
        rule=_CORRECTED,
        change=None,
        **place._asdict(),
        subject=Subject("snapshot", hashes[1], f"{place.board} {place.category} {place.published_on}"),
        previous=tuple(before.first(decided_by)),
        current=tuple(after.first(decided_by)),
        decided_by=decided_by,
        definitions=tuple(_rulers(before, after, "model")),
        tied=len(subjects(after.first(decided_by), "model")),
        cause="correction",
        reasons=(_what_was_corrected(before, after),),
    )


def _what_was_corrected(before: Ranking, after: Ranking) -> str:
    """Count the models that came, went and moved, and say by how much in the middle."""
    was, now = ({row.name: row for row in reversed(ranking.standings)} for ranking in (before, after))
    moves = [
        new.rating - old.rating
        for name, new in now.items()
        if (old := was.get(name)) and new.rating is not None and old.rating is not None
    ]
    moved = sum(1 for move in moves if move)
    middle = f", by {median(moves):+.1f} in the middle" if moved else ""
    return (
        f"replaced by the publisher: of its models {len(now.keys() - was.keys())} came, "
        f"{len(was.keys() - now.keys())} went and {moved} of {len(moves)} moved{middle}"
    )


def unreadable(board: str, series: str, url: str, sha256: str, observed_at: datetime, reason: str) -> Event:
    """Make the event that a whole payload was held because its shape cannot be read."""
    name = event_id(_HELD, series, board, url, sha256)
    return _of_address(_HELD, name, board, series, observed_at, Subject("payload", sha256, url), reason)


def failed(board: str, series: str, url: str, since: datetime | None, observed_at: datetime, reason: str) -> Event:
    """Make the event that an address cannot be had. ``since`` is its last success: one event an outage."""
    name = event_id(_FAILED, series, url, since.isoformat() if since else None)
    return _of_address(_FAILED, name, board, series, observed_at, Subject("address", url, url), reason)


def _of_address(
    rule: str, name: str, board: str, series: str, observed_at: datetime, subject: Subject, reason: str
) -> Event:
    """Make an event about an address, which has neither a category nor a published date."""
    return Event(
        id=name,
        type=rule.partition("@")[0],
        rule=rule,
        change=None,
        board=board,
        category=None,
        series=series,
        published_on=None,
        observed_at=observed_at,
        subject=subject,
        reasons=(reason,),
    )


def standing_json(row: Standing) -> dict[str, Any]:
    """Give a row as an event shows it."""
    return {
        "model": row.model,
        "model_raw": row.name,
        "developer": row.developer,
        "country": row.country,
        "rating": row.rating,
        "lower": row.lower,
        "upper": row.upper,
        "position": row.position,
    }
