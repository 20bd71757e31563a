"""Models that a publisher calls otherwise from one publication to the next, recognized by evidence.

The old name is gone and the new one has come, both are of one developer, the new rating lies inside the old
interval and the votes are not fewer. What tells that they are one is the registry, where both mean the same
model (the old name with an effort or a date behind it, or a listed pair), or that rating, interval and votes are
the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from topspot.domain.values import Standing

SAME_MODEL = "both names mean one model"

SAME_FIGURES = "rating, interval and votes are the same"


class Rename(NamedTuple):
    """One row before and after it was renamed, and what tells that they are one."""

    old: Standing
    new: Standing
    evidence: str


def renames(gone: Sequence[Standing], came: Sequence[Standing]) -> list[Rename]:
    """Pair the rows whose names are gone with those whose names have come, in order of the new position.

    Each row is in one pair at most: the surest pair is taken first, then that with the nearest rating.
    """
    pairs = sorted(_pairs(gone, came), key=_unlikely)
    taken: set[tuple[str, str]] = set()
    found = []
    for pair in pairs:
        names = {("old", pair.old.name), ("new", pair.new.name)}
        if not names & taken:
            taken |= names
            found.append(pair)
    return sorted(found, key=lambda pair: pair.new.position)


def _pairs(gone: Iterable[Standing], came: Sequence[Standing]) -> Iterator[Rename]:
    for old in gone:
        for new in came:
            if old.developer and old.developer == new.developer:
                evidence = _evidence(old, new)
                if evidence:
                    yield Rename(old, new, evidence)


def _evidence(old: Standing, new: Standing) -> str | None:
    if _figures(old) == _figures(new) and old.votes and old.lower is not None:
        return SAME_FIGURES
    return SAME_MODEL if old.model == new.model and _continues(old, new) else None


def _figures(row: Standing) -> tuple[float | None, ...]:
    return row.rating, row.lower, row.upper, row.votes


def _continues(old: Standing, new: Standing) -> bool:
    """Whether the new row can be the old one with some votes more."""
    if old.rating is None or new.rating is None:
        return old.rating == new.rating
    lower = old.rating if old.lower is None else old.lower
    upper = old.rating if old.upper is None else old.upper
    return lower <= new.rating <= upper and (new.votes is None or (old.votes or 0) <= new.votes)


def _unlikely(pair: Rename) -> tuple[bool, float, int, int]:
    apart = abs((pair.old.rating or 0.0) - (pair.new.rating or 0.0))
    return pair.evidence != SAME_FIGURES, apart, pair.old.position, pair.new.position
