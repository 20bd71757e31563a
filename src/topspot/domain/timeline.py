"""What follows from the publications of one series, in order: the events of each date, and which of them stand.

Of several publications of one date the last one stands. What only an earlier one of them shows is derived all
the same, as retracted, so that history says the same in whatever order it was loaded.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from topspot.domain.compare import Event, Place, between, corrected
from topspot.domain.leads import Ranking


class Version(NamedTuple):
    """One accepted publication: the ``id`` of its snapshot, the hash of its bytes, and what comparing needs."""

    id: int
    published_on: date
    content_hash: str
    observed_at: datetime
    payload: str
    ranking: Ranking


class Derived(NamedTuple):
    """An event with the snapshots that it was derived from (``before`` is ``None`` for none) and its state."""

    event: Event
    snapshot: Version
    before: Version
    state: str

    @property
    def withdrawn(self) -> bool:
        """Whether it no longer holds."""
        return self.state == "retracted"


def events_on(versions: Sequence[Version], before: Version | None, place: Place) -> list[Derived]:
    """Derive the events of one date of a series.

    ``versions`` are the accepted publications of the date, the one that stands last; ``before`` is the one that
    stands on the date before, ``None`` where there is none. An event is ``confirmed``; ``corrected`` where an
    earlier publication of the date gave other figures for it; ``retracted`` where only such a one shows it.
    """
    derived: list[Derived] = []
    swings: Counter[tuple[str, str]] = Counter()
    for old, new in pairwise(versions):
        hashes = (old.content_hash, new.content_hash)
        event = corrected(old.ranking, new.ranking, hashes, _at(place, new), times=swings[hashes])
        derived.append(Derived(event, new, old, "confirmed"))
        swings[hashes] += 1
    return derived + (_leads_on(versions, before, place) if before else [])


def _leads_on(versions: Sequence[Version], before: Version, place: Place) -> list[Derived]:
    found: dict[str, Derived] = {}
    for version in reversed(versions):
        standing = version is versions[-1]
        for event in between(before.ranking, version.ranking, _at(place, version)):
            there = found.get(event.id)
            if there is None:
                found[event.id] = Derived(
                    event if standing else replace(event, reasons=(REPLACED,)),
                    version,
                    before,
                    "confirmed" if standing else "retracted",
                )
            elif there.state == "confirmed" and _figures(there.event) != _figures(event):
                found[event.id] = there._replace(state="corrected")
    return list(found.values())


REPLACED = "the publisher replaced the publication that showed it by another of the same date"


def _at(place: Place, version: Version) -> Place:
    return place._replace(observed_at=version.observed_at)


def _figures(event: Event) -> tuple[object, ...]:
    return event.previous, event.current, event.tied
