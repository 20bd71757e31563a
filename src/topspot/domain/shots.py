"""One snapshot as the judge of claims looks at it: who stands where, with how much, and how to say so."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from topspot.domain.claims import Claim, Evidence
from topspot.domain.leads import Kind, best_of, is_known, leaders
from topspot.domain.meant import Group, Names, day_in, group_of, group_of_country, rows_of_model, same_name, words
from topspot.domain.values import OVERALL, Standing

ARENA = "lmarena/"
"""How the keys of LMArena's boards begin."""

SHARED_RANKS_UNTIL = date(2025, 11, 15)
"""From this day on LMArena's rank is a plain ordinal; before, it is 1 plus the number of rows that are surely
better, so that several share one."""

_POINTS_ABOVE = 200.0
"""Ratings above are printed with one decimal at most, shares and indices below with two."""


class Shot(NamedTuple):
    """A snapshot that may decide a claim: its rows in order of position, and what to call its board.

    ``grows`` says that rows which came later stand in it as well, as in LiveBench's question sets.
    """

    snapshot_id: int
    board: str
    name: str
    category: str
    series: str
    published_on: date
    standings: Sequence[Standing]
    grows: bool = False


class View:
    """A snapshot with the questions that a claim asks of it."""

    def __init__(self, shot: Shot, names: Names) -> None:
        self.shot = shot
        self.names = names
        self.rows = shot.standings

    @property
    def of_arena(self) -> bool:
        """Whether the board is one of LMArena's."""
        return self.shot.board.startswith(ARENA)

    @property
    def shares_ranks(self) -> bool:
        """Whether ranks are shared by rows that are not surely apart."""
        return self.of_arena and self.shot.published_on < SHARED_RANKS_UNTIL

    def subject(self, claim: Claim) -> list[Standing]:
        """Give the rows that a claim is about, in order of position."""
        key = claim.subject_key or ""
        if claim.subject_kind == "model" and (found := group_of(key.replace("-", " "))):
            return self.of_group(found)
        if claim.subject_kind == "developer":
            return [row for row in self.rows if row.developer and same_name(row.developer, key)]
        if is_country(claim):
            return self.of_group(group_of_country(key))
        return rows_of_model(self.rows, key, claim.subject_variant, self.names)

    def of_group(self, group: Group) -> list[Standing]:
        """Give the rows that surely belong to a group."""
        return [row for row in self.rows if group.holds(row)]

    def key(self, row: Standing) -> str:
        """Give the key of a row's model."""
        return self.names.key_of(row)

    @cached_property
    def first(self) -> list[Standing]:
        """The rows in first place, in order of position."""
        if not self.shares_ranks and self.best_rating is not None:
            return leaders(self.rows, "points")
        best = min((self.rank(row) for row in self.rows), default=0)
        return [row for row in self.rows if self.rank(row) == best]

    @cached_property
    def tied(self) -> list[Standing]:
        """The rows that are not surely behind the first one, by their intervals where there are any."""
        return (not self.shares_ranks and leaders(self.rows, "rank_ub")) or self.first

    @cached_property
    def best_rating(self) -> float | None:
        """The highest rating, ``None`` where there is none."""
        return max((row.rating for row in self.rows if row.rating is not None), default=None)

    def rank(self, row: Standing) -> int:
        """Give the rank that the board gave a row at the time: LMArena's own, elsewhere the place by rating."""
        if self.of_arena and row.rank is not None:
            return row.rank
        return self._shared_rank(row) if self.shares_ranks else row.position

    def place(self, row: Standing) -> tuple[int, int]:
        """Give the first and the last place by rating that a row may have among its equals, from 1."""
        if row.rating is None:
            return self.rank(row), self.rank(row)
        return self._place(row.rating, row.rating)

    def place_when_rounded(self, row: Standing) -> tuple[int, int]:
        """Give the same where ratings are whole numbers, as a site prints them."""
        if row.rating is None:
            return self.place(row)
        return self._place(round(row.rating) + 0.499, round(row.rating) - 0.5)

    def _place(self, high: float, low: float) -> tuple[int, int]:
        ratings = self._ratings
        return len(ratings) - bisect_right(ratings, high) + 1, sum(rating >= low for rating in ratings)

    @cached_property
    def _ratings(self) -> list[float]:
        return sorted(row.rating for row in self.rows if row.rating is not None)

    @cached_property
    def _lowers(self) -> list[float]:
        return sorted(row.lower for row in self.rows if row.lower is not None)

    def _shared_rank(self, row: Standing) -> int:
        if row.upper is None:
            return row.position
        return len(self._lowers) - bisect_right(self._lowers, row.upper) + 1

    def compare(self, one: Standing, other: Standing) -> int:
        """Say whether a row is ahead of another (1), behind it (-1) or level (0): by rating, else by rank."""
        if one.rating is not None and other.rating is not None:
            return (one.rating > other.rating) - (one.rating < other.rating)
        return (self.rank(one) < self.rank(other)) - (self.rank(one) > self.rank(other))

    def ahead_of(self, row: Standing, rows: Iterable[Standing]) -> list[Standing]:
        """Give those of some rows that are ahead of a row."""
        return [other for other in rows if self.compare(other, row) > 0]

    def superseded_ahead_of(self, row: Standing) -> list[Standing]:
        """Give the rows ahead of a row that a site hides while a file keeps them, as far as names tell.

        Those are tries, such as previews, of a developer who has something better, and old dates of a model.
        """
        developers: set[str] = set()
        models: set[str] = set()
        found = []
        for other in self.ahead_of(row, self.rows):
            key, is_try = self.key(other), not _TRIES.isdisjoint(words(other.name))
            old_date = key in models and day_in(other.name, 2000) is not None
            if (is_try and other.developer in developers) or old_date:
                found.append(other)
            developers.update(filter(None, (other.developer,)))
            models.add(key)
        return found

    def order_of(self, kind: Kind) -> dict[str, Standing]:
        """Give the best row of each known developer or country, or of each model, in order."""
        if kind == "model":
            best: dict[str, Standing] = {}
            for row in self.rows:
                best.setdefault(self.key(row), row)
            return best
        return {key: row for key, row in best_of(self.rows, kind).items() if is_known(key, kind)}

    def was_there(self, row: Standing, day: date) -> bool:
        """Whether the name of a row tells that it stood there on a day, where later ones are added."""
        told = day_in(row.name, day.year)
        return told is not None and told <= day

    @property
    def board(self) -> str:
        """What to call the board, with its category."""
        if self.shot.category == OVERALL:
            return self.shot.name
        return f"{self.shot.name}, {self.shot.category.replace('_', ' ')}"

    def stood(self, row: Standing) -> str:
        """Say where a row stood: "x stood 15th of 329 on LMArena Text with 1464 points"."""
        return f"{row.name} {self._stood(row)} on {self.board}{with_points(row)}{self._level_with(row)}"

    def stood_too(self, row: Standing) -> str:
        """Say the same without the board, which was named before."""
        return f"{row.name} {self._stood(row)}{with_points(row)}"

    def _stood(self, row: Standing) -> str:
        rank = self.rank(row)
        shared = self.shares_ranks and sum(self.rank(other) == rank for other in self.rows) > 1
        return f"{'shared rank ' + str(rank) if shared else 'stood ' + ordinal(rank)} of {len(self.rows)}"

    def _level_with(self, row: Standing) -> str:
        level = [other.name for other in self.rows if other is not row and other.rating == row.rating]
        if row.rating is None or not level or self.shares_ranks:
            return ""
        return f", sharing the rating with {level[0] if len(level) == 1 else f'{len(level)} others'}"

    def led(self) -> str:
        """Say who was first."""
        if len(self.first) == 1:
            return f"first was {self.first[0].name}{with_points(self.first[0])}"
        named = ", ".join(f"{row.name}{with_points(row)}" for row in self.first[:3])
        return f"{len(self.first)} shared first place{', among them' if len(self.first) > 3 else ':'} {named}"

    def beside(self, row: Standing) -> str:
        """Say what a row was first of, and where its developer stood; nothing where neither is known."""
        said = []
        if row.country and next(each for each in self.rows if each.country == row.country) is row:
            said.append(f"it was the best {group_of_country(row.country).name} model")
        if row.developer:
            place = list(self.order_of("developer")).index(row.developer) + 1
            said.append(f"{row.developer_name or row.developer} was the {ordinal(place)} developer")
        return "; ".join(said)

    def evidence(self, rows: Iterable[Standing]) -> tuple[Evidence, ...]:
        """Give rows as evidence, each once, in order of position."""
        once = sorted({row.position: row for row in rows}.items())
        shot = self.shot
        return tuple(
            Evidence(
                shot.snapshot_id, shot.board, shot.category, shot.published_on, place, self.key(row), row.rating
            )
            for place, row in once
        )


_TRIES = frozenset(("exp", "preview", "early", "beta", "latest"))

"""Words that say that a model is not there to stay."""


def is_country(claim: Claim) -> bool:
    """Whether the subject of a claim is a country."""
    return claim.subject_kind == "country" or (claim.subject_kind != "model" and len(claim.subject_key or "") == 2)


def number(value: float) -> str:
    """Write a rating: with one decimal at most, or two where the scale is a small one."""
    return (
        f"{value:.{1 if abs(value) >= _POINTS_ABOVE else 2}f}".rstrip("0").rstrip(".")
        if value % 1
        else f"{value:.0f}"
    )


def with_points(row: Standing) -> str:
    """Say how much a row has; nothing where no rating is known."""
    return "" if row.rating is None else f" with {number(row.rating)} points"


def ordinal(place: int) -> str:
    """Write a place as it is said: 1st, 2nd, 13th."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"
