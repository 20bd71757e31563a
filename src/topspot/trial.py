"""A trial of a parser: what it reads in a payload, as a case keeps it, and how the shape of that has changed.

A case is a folder with the bytes of one answer and an ``expected.json``: where they come from and what is to be
read in them. The difference from it is one of shape, since figures change with every publication.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from typing import Any, NamedTuple

from topspot.domain.leads import leading
from topspot.domain.publications import in_position, publications
from topspot.domain.values import Board, Fact, Item, Legend, Payload, Reading, Remark

VALUES = ("rank", "rating", "lower", "upper", "votes", "organization", "license")
"""The columns of values whose being filled is part of a reading's shape."""

KINDS = ("readings", "facts", "remarks", "legends", "error")


class Place(NamedTuple):
    """Which ranking a shape is of; ``series`` is empty where a source has but one."""

    board: str
    category: str
    series: str = ""

    def __str__(self) -> str:
        """Name it for people."""
        return " · ".join(part for part in self if part)


class Shape(NamedTuple):
    """What is alike in two readings of one ranking, whatever its figures are."""

    rows: int
    filled: tuple[str, ...]
    first: tuple[str, ...]


def found_in(items: Iterable[Item]) -> dict[str, Any]:
    """Give what a parser read by kind, as ``expected.json`` has it."""
    every = list(items)
    return {
        "readings": [shown(item) for item in every if isinstance(item, Reading)],
        "facts": [shown(item) for item in every if isinstance(item, Fact)],
        "remarks": [item.text for item in every if isinstance(item, Remark)],
        "legends": [item.text for item in every if isinstance(item, Legend)],
    }


def shown(item: Reading | Fact) -> dict[str, Any]:
    """Give what is not empty of a reading or fact, as JSON has it."""
    said = {key: value for key, value in item._asdict().items() if value not in (None, "", False)}
    return said | ({"published_on": item.published_on.isoformat()} if isinstance(item, Reading) else {})


def expected_json(
    payload: Payload, body: str, items: Iterable[Item], beside: Mapping[str, str] | None = None
) -> str:
    """Give the text of ``expected.json`` for a payload whose bytes lie in the file ``body``.

    ``beside`` says the same of the payload that it is read with, which lies beside it.
    """
    seen = payload.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said: dict[str, Any] = {**named(payload), "body": body, "seen": seen}
    said |= {"board": payload.board} if payload.board else {}
    said |= {"beside": dict(beside)} if beside else {}
    said |= {kind: value for kind, value in found_in(items).items() if value}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def named(payload: Payload) -> dict[str, str]:
    """Say as a case does where a payload comes from: its address, or the name of the file."""
    if not payload.name:
        return {"url": payload.url}
    # a case has no other place for what was said on import of the date
    dated = payload.published_on is None or payload.name.startswith(payload.published_on.isoformat())
    return {"name": payload.name if dated else f"{payload.published_on}-{payload.name}"}


def readings_in(expected: Mapping[str, Any]) -> list[Reading]:
    """Give the readings that an ``expected.json`` approves of."""
    return [
        Reading(**said | {"published_on": date.fromisoformat(said["published_on"])})
        for said in expected.get("readings", ())
    ]


def shapes_of(readings: Iterable[Reading], boards: Mapping[str, Board]) -> dict[Place, Shape]:
    """Give the shape of each ranking among some readings, of its newest published date.

    ``boards`` are those that the source declares, by key; a board that it does not is taken to be rated.
    """
    split = sorted(publications(readings).items(), key=lambda item: item[0].published_on)
    return {
        Place(key.board, key.category, rows[0].series): shape_of(rows, boards.get(key.board))
        for key, rows in split
    }


def shape_of(rows: Sequence[Reading], board: Board | None) -> Shape:
    """Give the shape of one publication: its rows, the columns that say something, and who is first."""
    filled = tuple(name for name in VALUES if any(getattr(row, name) not in (None, "") for row in rows))
    return Shape(len(rows), filled, first_of(rows, board))


def first_of(rows: Sequence[Reading], board: Board | None) -> tuple[str, ...]:
    """Name who is in first place of a publication, as its board decides it."""
    ordered = in_position(rows, lowest_first=board is not None and board.scale.lowest_first)
    found = leading(ordered, board.decided_by if board else "points")
    return tuple(ordered[index].name for index in found)


def differences(now: Mapping[Place, Shape], before: Mapping[Place, Shape]) -> list[str]:
    """Say in lines how the shape of what is read now differs from that of before; none where it does not."""
    gone = [f"{place}: vanished; it had {before[place].rows} rows" for place in before if place not in now]
    new = [f"{place}: appeared, with {now[place].rows} rows" for place in now if place not in before]
    both = [place for place in now if place in before]
    changed = [f"{place}: {said}" for place in both for said in _changes(now[place], before[place])]
    return [*gone, *new, *changed]


def _changes(now: Shape, before: Shape) -> Iterable[str]:
    if now.rows != before.rows:
        yield f"{now.rows} rows; before {before.rows}"
    empty = [name for name in before.filled if name not in now.filled]
    filled = [name for name in now.filled if name not in before.filled]
    if empty:
        yield f"empty now: {', '.join(empty)}"
    if filled:
        yield f"filled now: {', '.join(filled)}"
    if set(now.first) != set(before.first):
        yield f"first is {_few(now.first)}; before {_few(before.first)}"


def _few(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(name[:60] for name in names[:most]) + more if names else "nobody"
