"""What the boards that are kept show of a claim: reads the snapshots that may decide it, and has it judged."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from topspot.domain.claims import Claim, Verdict
from topspot.domain.meant import Names
from topspot.domain.shots import Shot
from topspot.domain.values import Standing
from topspot.domain.verdicts import asked, is_category, judge, reach
from topspot.registry import Registry
from topspot.store import read
from topspot.store.read import OfADate
from topspot.store.tables import Board

MOST_ROWS = 250_000
"""Standings that are kept at hand: all dates of a board, of which a record is asked."""


class Shelf:
    """The snapshots that decide the claims of one text, or of some texts of the same days: each is read once.

    It does not see what is recorded after it was made. ``names`` are those of ``names_of``; without them a text
    names a model only by its words. With ``known_at`` (UTC) only what was believed at that instant counts.
    """

    def __init__(self, session: Session, names: Names | None = None, known_at: datetime | None = None) -> None:
        self._session, self._names, self._known_at = session, names, known_at
        self._dates: dict[tuple[str, str], list[OfADate]] = {}
        self._boards: dict[str, str] = {}
        self._shots: OrderedDict[int, Shot] = OrderedDict()
        self._rows = 0

    def verdict_on(self, claim: Claim, published: date | None) -> Verdict:
        """Judge a claim that was published on a day by the snapshots that are kept.

        Where it says of which day it speaks, that day counts.
        """
        published = claim.as_of or published
        if published is None or not claim.subject_key:  # no snapshot would change what is said of it
            return judge(claim, [], published, self._names)
        return judge(claim, list(self._deciding(claim, published)), published, self._names)

    def _deciding(self, claim: Claim, published: date) -> Iterator[Shot]:
        since, until = reach(claim, published)
        for board, category in asked(claim):
            for each in self._of(board, category):
                if (since or date.min) <= each.published_on <= (until or date.max):
                    yield self._shot(each)

    def _of(self, board: str, wanted: str) -> list[OfADate]:
        """Give what stands of each date of each series of a board, in the categories that a claim means."""
        if (board, wanted) not in self._dates:
            heads = read.series_heads(self._session, board=board)
            self._dates[board, wanted] = [
                each
                for _, category in heads
                if is_category(board, category, wanted)
                for each in read.dates(self._session, board, category, self._known_at)
            ]
        return self._dates[board, wanted]

    def _shot(self, each: OfADate) -> Shot:
        shot = self._shots.pop(each.snapshot_id, None)
        if shot is None:
            shot = self._read(each)
            self._rows += len(shot.standings)
        self._shots[each.snapshot_id] = shot
        while self._rows > MOST_ROWS and len(self._shots) > 1:
            _, dropped = self._shots.popitem(last=False)
            self._rows -= len(dropped.standings)
        return shot

    def _read(self, each: OfADate) -> Shot:
        return Shot(
            snapshot_id=each.snapshot_id,
            board=each.board,
            name=self._name(each.board),
            category=each.category,
            series=each.series,
            published_on=each.published_on,
            standings=read.standings(self._session, each.snapshot_id, each.published_on, self._known_at),
            grows=bool(each.edition) and each.edition.endswith(each.published_on.isoformat()),
        )

    def _name(self, board: str) -> str:
        if board not in self._boards:
            self._boards[board] = self._session.exec(select(Board.name).where(col(Board.key) == board)).one()
        return self._boards[board]


def names_of(registry: Registry) -> Names:
    """Give the names that a registry knows. A system of several models has their keys with a plus between."""

    @lru_cache(maxsize=20_000)
    def key_of_name(name: str) -> str:
        found = registry.resolve(name)
        return found.model or "+".join(part.model for part in found.parts if part.model) or name

    @lru_cache(maxsize=2_000)
    def model_of(text: str) -> str | None:
        return registry.resolve(text).model

    def key_of(row: Standing) -> str:
        return row.model if row.model != row.name else key_of_name(row.name)

    return Names(
        key_of=key_of, model_of=model_of, developer_of=lambda text: registry.resolve(text, text).developer
    )
