"""Who is first: the lead definitions, and which of them decides.

``points``: the best rating, the highest or on some scales the lowest; equal ratings share. ``rank_ub``: rank 1,
where a row's rank is 1 plus the number of rows whose lower bound is above its upper bound (LMArena's classic
rule). ``published``: the publisher's own rank 1.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, Protocol

from topspot.domain.values import Standing

Kind = Literal["model", "developer", "country"]

KINDS: tuple[Kind, ...] = ("country", "developer", "model")
"""What can lead, most important first."""

DEFINITIONS = ("points", "rank_ub", "published")


class Row(Protocol):
    """What comparing asks of a row, resolved or as printed: its name and its numbers."""

    @property
    def name(self) -> str: ...  # noqa: D102 - named as everywhere
    @property
    def rating(self) -> float | None: ...  # noqa: D102 - named as everywhere
    @property
    def lower(self) -> float | None: ...  # noqa: D102 - named as everywhere
    @property
    def upper(self) -> float | None: ...  # noqa: D102 - named as everywhere
    @property
    def rank(self) -> float | None: ...  # noqa: D102 - named as everywhere


Rows = Sequence[Row]
"""Rows of one snapshot, in order of position."""


def leaders(standings: Sequence[Standing], definition: str) -> list[Standing]:
    """Give the rows in first place under one definition, in order of position; none where it cannot say."""
    return [standings[index] for index in leading(standings, definition)]


def leading(rows: Rows, definition: str) -> list[int]:
    """Give the places (from 0) of the rows in first place under one definition; none where it cannot say."""
    return _RULES[definition](rows)


def _by_points(rows: Rows) -> list[int]:
    ratings = [row.rating for row in rows if row.rating is not None]
    best = (min if _lowest_first(rows) else max)(ratings, default=None)
    return [index for index, row in enumerate(rows) if row.rating is not None and row.rating == best]


def _by_rank_ub(rows: Rows) -> list[int]:
    # rank 1 is: no other row's lower bound is above this row's upper bound
    if _lowest_first(rows):
        bar = min((row.upper for row in rows if row.upper is not None), default=None)
        return [i for i, row in enumerate(rows) if bar is not None and row.lower is not None and row.lower <= bar]
    bar = max((row.lower for row in rows if row.lower is not None), default=None)
    return [i for i, row in enumerate(rows) if bar is not None and row.upper is not None and row.upper >= bar]


def _lowest_first(rows: Rows) -> bool:
    """Whether fewer is better on the scale of some rows: then the first position has less than the last one.

    A row without a position of its own stands where it is.
    """
    rated = [
        (getattr(row, "position", index), row.rating) for index, row in enumerate(rows) if row.rating is not None
    ]
    return bool(rated) and min(rated)[1] < max(rated)[1]


def _by_published(rows: Rows) -> list[int]:
    return [index for index, row in enumerate(rows) if row.rank == 1]


_RULES: dict[str, Callable[[Rows], list[int]]] = {
    "points": _by_points,
    "rank_ub": _by_rank_ub,
    "published": _by_published,
}


def deciding(rows: Rows) -> str:
    """Name the deciding definition: ``rank_ub`` where rows have intervals, else ``points`` or ``published``."""
    if any(row.lower is not None for row in rows):
        return "rank_ub"
    if any(row.rating is not None for row in rows):
        return "points"
    return "published"


class Ranking:
    """One snapshot for comparing: who is first by each definition, worked out once.

    ``rows`` are in order of position; ``standing`` gives the resolved row of a place (from 0) and ``models``
    the models of all, so that of rows as printed only those are resolved that a comparison is about.
    """

    def __init__(
        self, rows: Rows, standing: Callable[[int], Standing], models: Callable[[], Iterable[str]]
    ) -> None:
        self._rows = rows
        self._standing = standing
        self._models = models

    @classmethod
    def of(cls, standings: Sequence[Standing]) -> "Ranking":
        """Make a ranking of rows that are resolved."""
        return cls(standings, standings.__getitem__, lambda: (row.model for row in standings))

    @cached_property
    def decided_by(self) -> str:
        """The deciding definition."""
        return deciding(self._rows)

    @cached_property
    def _first(self) -> dict[str, list[Standing]]:
        return {
            definition: [self._standing(index) for index in leading(self._rows, definition)]
            for definition in DEFINITIONS
        }

    def first(self, definition: str) -> list[Standing]:
        """Give the rows in first place under one definition, in order of position."""
        return self._first[definition]

    @cached_property
    def standings(self) -> list[Standing]:
        """All rows, resolved."""
        return [self._standing(index) for index in range(len(self._rows))]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that are printed here."""
        return frozenset(row.name for row in self._rows)

    def named(self, names: Collection[str]) -> list[Standing]:
        """Give the first row of each of some names, resolved, in order of position."""
        places = {row.name: index for index, row in reversed(list(enumerate(self._rows))) if row.name in names}
        return [self._standing(index) for index in sorted(places.values())]

    def with_models(self, models: Mapping[str, str]) -> "Ranking":
        """Give the same ranking with other models for some rows, by their names."""
        return Ranking.of([row._replace(model=models.get(row.name, row.model)) for row in self.standings])

    @cached_property
    def models(self) -> frozenset[str]:
        """The models that stand here."""
        return frozenset(self._models())


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
