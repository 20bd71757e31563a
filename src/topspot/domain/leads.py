"""Who is first: the lead definitions, and which of them decides.

``points``: the highest rating; equal ratings share. ``rank_ub``: rank 1, where a row's rank is 1 plus the
number of rows whose lower bound is above its upper bound (LMArena's classic rule). ``published``: the
publisher's own rank 1.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from topspot.domain.values import Standing

Kind = Literal["model", "developer", "country"]

KINDS: tuple[Kind, ...] = ("country", "developer", "model")
"""What can lead, most important first."""

DEFINITIONS = ("points", "rank_ub", "published")


def leaders(standings: Sequence[Standing], definition: str) -> list[Standing]:
    """Give the rows in first place under one definition, in order of position; none where it cannot say."""
    return _RULES[definition](standings)


def _by_points(standings: Sequence[Standing]) -> list[Standing]:
    best = max((row.rating for row in standings if row.rating is not None), default=None)
    return [row for row in standings if row.rating is not None and row.rating == best]


def _by_rank_ub(standings: Sequence[Standing]) -> list[Standing]:
    # rank 1 is: no other row's lower bound is above this row's upper bound
    bar = max((row.lower for row in standings if row.lower is not None), default=None)
    if bar is None:
        return []
    return [row for row in standings if row.upper is not None and row.upper >= bar]


def _by_published(standings: Sequence[Standing]) -> list[Standing]:
    return [row for row in standings if row.rank == 1]


_RULES = {"points": _by_points, "rank_ub": _by_rank_ub, "published": _by_published}


def deciding(standings: Sequence[Standing]) -> str:
    """Name the deciding definition: ``rank_ub`` where rows have intervals, else ``points`` or ``published``."""
    if any(row.lower is not None for row in standings):
        return "rank_ub"
    if any(row.rating is not None for row in standings):
        return "points"
    return "published"


def subject_of(row: Standing, kind: Kind) -> str:
    """Name what stands in a row, as the key of one subject of a kind.

    A model's key is its name. An unknown developer or country is keyed by the best that is known of it behind
    a question mark, so that two unknown ones are never taken for one.
    """
    if kind == "model":
        return row.model
    if kind == "developer":
        return row.developer or f"?{row.model}"
    return row.country or f"?{row.developer or row.model}"


def is_known(subject: str, kind: Kind) -> bool:
    """Whether a key of ``subject_of`` is a known subject; a model always is."""
    return kind == "model" or not subject.startswith("?")


def subjects(rows: Iterable[Standing], kind: Kind) -> list[str]:
    """Give the subjects of some rows once each, in the order of their best row."""
    return list(dict.fromkeys(subject_of(row, kind) for row in rows))


def best_of(rows: Iterable[Standing], kind: Kind) -> dict[str, Standing]:
    """Give each subject's best row: a developer or country stands where its best standing stands."""
    best: dict[str, Standing] = {}
    for row in rows:
        best.setdefault(subject_of(row, kind), row)
    return best
