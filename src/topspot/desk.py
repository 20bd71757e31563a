"""What recording and deriving have at hand for one transaction, or for the many of a long load.

It holds nothing that the database does not hold: the publications that are known, the entries of the source,
and the rankings that were needed last. After a transaction that failed it is thrown away.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import Session

from topspot.domain.compare import Place
from topspot.domain.leads import Ranking
from topspot.domain.timeline import Version
from topspot.domain.values import Reading, Standing
from topspot.registry import Registry
from topspot.store import read
from topspot.store.ledger import Key, Known, Ledger, Timeline
from topspot.store.write import Entries, KnownEntry, Text, text_of

MOST_RANKINGS = 128
"""Rankings that are kept at hand: a publication of every category, and the one before it."""


class Desk:
    """The ledger, the entries and the last rankings of one source; ``reported`` are entries told to be unknown."""

    def __init__(self, source: str, registry: Registry) -> None:
        self.ledger = Ledger()
        self.entries = Entries(source)
        self._registry = registry
        self.reported: set[int] = set()
        self._rankings: OrderedDict[int, Ranking] = OrderedDict()

    def timeline(self, session: Session, key: Key) -> Timeline:
        """Give the publications of a series of a board and category."""
        return self.ledger.timeline(session, key)

    def version(self, session: Session, known: Known) -> Version:
        """Give a publication with its ranking, read from the database unless it is at hand."""
        ranking = self._rankings.get(known.id)
        if ranking is None:
            ranking = Ranking.of(read.standings(session, known.id, known.published_on))
            self._keep(known.id, ranking)
        return Version(known.id, known.published_on, known.content_hash, known.observed_at, known.payload, ranking)

    def put(self, known: Known, rows: Sequence[Reading], entries: dict[Text, KnownEntry]) -> None:
        """Keep the ranking of rows that were just written, in order of position."""
        resolving = _Resolving(rows, entries, self._registry, known.published_on)
        self._keep(known.id, Ranking(rows, resolving.standing, resolving.models))

    def _keep(self, snapshot: int, ranking: Ranking) -> None:
        self._rankings[snapshot] = ranking
        if len(self._rankings) > MOST_RANKINGS:
            self._rankings.popitem(last=False)


class _Resolving:
    """Resolves single rows of a snapshot as ``read.standings`` does all of them, without asking the database."""

    __slots__ = ("_day", "_entries", "_registry", "_rows")

    def __init__(
        self, rows: Sequence[Reading], entries: dict[Text, KnownEntry], registry: Registry, day: date
    ) -> None:
        self._rows, self._entries, self._registry, self._day = rows, entries, registry, day

    def models(self) -> Iterator[str]:
        """Give the model of each row."""
        return (self._entries[text_of(row)].model or row.name for row in self._rows)

    def standing(self, index: int) -> Standing:
        """Give the resolved row of a place, counted from 0."""
        row = self._rows[index]
        entry = self._entries[text_of(row)]
        developer = self._registry.developers.get(entry.developer or "")
        open_weights, _ = self._registry.open_on(
            self._day, entry.developer, entry.model, entry.family, entry.license_open
        )
        return Standing(
            position=index + 1,
            name=row.name,
            model=entry.model or row.name,
            developer=entry.developer,
            developer_name=developer.name if developer else None,
            parent=developer.parent_on(self._day) if developer else None,
            country=developer.country_on(self._day) if developer else None,
            open_weights=open_weights,
            rank=row.rank,  # type: ignore[arg-type]  # *check* accepts whole numbers only
            rating=row.rating,
            lower=row.lower,
            upper=row.upper,
            votes=row.votes,  # type: ignore[arg-type]  # the same
            preliminary=row.preliminary,
        )


def place_of(key: Key, known: Known) -> Place:
    """Say where and when a publication is compared."""
    return Place(key.board, key.category, key.series, known.published_on, known.observed_at)
