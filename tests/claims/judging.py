"""Claims and the small boards that they are judged by: each builder names only what a test is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from builders import board, row
from topspot.domain.claims import Claim, Verdict
from topspot.domain.meant import Names
from topspot.domain.shots import Shot
from topspot.domain.values import Standing
from topspot.domain.verdicts import judge

DAY = date(2026, 3, 20)
"""When claims are published, unless a test says otherwise; ranks are plain ordinals then."""

SHARED = date(2025, 3, 20)
"""A day on which LMArena's ranks were shared."""

TEXT, STYLED = "lmarena/text", "lmarena/text-style-control"

NAMES = {TEXT: "LMArena Text", STYLED: "LMArena Text with style control"}


def shot(*rows: Standing | str | float, of: str = STYLED, on: date = DAY, **fields: Any) -> Shot:
    """Build a snapshot of rows as ``board`` takes them, or of rows by rank alone as ``ranked`` gives them."""
    standings = list(rows) if all(isinstance(each, Standing) and each.rank for each in rows) else board(*rows)
    given: dict[str, Any] = {
        "snapshot_id": on.toordinal() * 2 + (of == TEXT),
        "board": of,
        "name": NAMES.get(of, of),
        "category": "overall",
        "series": "s",
        "published_on": on,
        "standings": standings,
    }
    return Shot(**given | fields)


def ranked(*names: str, ranks: Iterable[int] = ()) -> list[Standing]:
    """Give rows without a rating, in their order or with the given ranks."""
    placed = list(ranks) or range(1, len(names) + 1)
    return [
        row(name, rank=rank, position=position)
        for position, (name, rank) in enumerate(zip(names, placed, strict=True), start=1)
    ]


def claim(relation: str = "first", subject: str = "a", **fields: Any) -> Claim:
    """Build a claim about a model of LMArena's text board."""
    given: dict[str, Any] = {
        "text": "it says so",
        "subject": subject,
        "subject_key": subject,
        "subject_kind": "model",
        "relation": relation,
        "board": TEXT,
    }
    return Claim(**given | fields)


def models(**keys: str) -> Names:
    """Give names by which a row's model is what its name begins with, and texts name the given models."""
    return Names(
        key_of=lambda each: each.name.partition("-")[0],
        model_of=lambda text: keys.get(text.casefold()),
    )


def judged(about: Claim, *shots: Shot, on: date | None = DAY, names: Names | None = None) -> Verdict:
    """Judge a claim of a day."""
    return judge(about, shots, on, names)


def verdict(about: Claim, *shots: Shot, on: date | None = DAY, names: Names | None = None) -> str:
    """Give the verdict alone."""
    return judged(about, *shots, on=on, names=names).verdict
