"""The values that pass along the line, from the declaration of a source to one row of a snapshot.

All of them are immutable. Instants are aware and in UTC; dates are the publisher's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class License:
    """Under which license a source gives its data, the words that credit it, and whether one may earn by it.

    ``commercial`` is ``None`` where nothing is stated.
    """

    name: str
    credit: str
    commercial: bool | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a publisher lets a program do with what it shows; ``None`` is what could not be looked up.

    ``fetch`` is visiting by a program: a source that forbids it is never visited. ``store``, ``show`` and
    ``export`` are keeping the figures, showing them, and giving them on. ``note`` says where that is said.
    """

    fetch: bool | None = None
    store: bool | None = None
    show: bool | None = None
    export: bool | None = None
    note: str = "not looked up: no site could be reached when this was written"


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers of a board: what they are called and the range outside which they are impossible.

    ``lowest_first`` is for numbers of which fewer is better, such as errors.
    """

    name: str
    low: float
    high: float
    lowest_first: bool = False


NEWS = "news"
"""What news are called among the sources of a run; a single one is ``news/KEY``."""

OVERALL = "overall"
"""The category that is a whole board."""

RATING = Scale("rating", 0.0, 5000.0)

PERCENT = Scale("percent", 0.0, 100.0)

INDEX = Scale("index", -1000.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Board:
    """One leaderboard as one publisher ranks it.

    ``rated`` and ``intervals`` say that each row has a number and bounds: a row without is impossible there.
    ``fewest_rows`` is how many a healthy ``overall`` has at least. ``categories`` are those that it has, as
    printed; none where the pages say. ``headline`` marks the board that the publisher shows first. ``trust``
    names its series, the most trusted first; one that is not named comes behind those. ``editions`` says that its
    series follow one another, the later name first, and compare with nothing before them.
    """

    key: str
    name: str
    scale: Scale
    rated: bool = True
    intervals: bool = False
    headline: bool = False
    trust: tuple[str, ...] = ()
    fewest_rows: int = 1
    categories: tuple[str, ...] = ()
    editions: bool = False

    @property
    def decided_by(self) -> str:
        """The lead definition that decides where rows are as declared; see ``topspot.domain.leads``."""
        if self.intervals:
            return "rank_ub"
        return "points" if self.rated else "published"


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher's delivery: one schedule, one license, one or more addresses.

    ``boards`` maps each address that a visit begins with to the board its payload is about, so that a payload
    that cannot be read can still be reported under the right name. ``history`` does the same for the addresses
    where the source keeps all that it ever published; ``imports`` are boards that only imported files tell of.

    ``format`` is for people: ``CSV``. ``needs`` are the columns without which a payload cannot be read. ``dated``
    says that the source prints when it published; without that a snapshot has the day on which it was seen, and
    the same rows seen again later are nothing new. ``key_header`` is the header that carries the operator's own
    key, from the setting ``TOPSPOT_<KEY OF THE SOURCE>_KEY``; without the key the source is off.
    """

    key: str
    publisher: str
    license: License
    every: timedelta = timedelta(days=1)
    boards: Mapping[str, Board] = field(default_factory=dict, hash=False)
    history: Mapping[str, Board] = field(default_factory=dict, hash=False)
    imports: tuple[Board, ...] = ()
    terms: Terms = Terms()
    format: str = ""
    needs: tuple[str, ...] = ()
    dated: bool = True
    key_header: str | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that a visit begins with, in order; none where files are all there may be."""
        return () if self.terms.fetch is False else tuple(self.boards)

    @property
    def all_boards(self) -> dict[str, Board]:
        """Every board that the source tells of, by key."""
        every = (*self.boards.values(), *self.history.values(), *self.imports)
        return {board.key: board for board in every}

    def board_at(self, url: str) -> Board | None:
        """Give the board that an address of the source is about, ``None`` for an imported file.

        An address that a page led to is about the board that all of them are about, if there is but one.
        """
        known = self.boards.get(url) or self.history.get(url)
        every = list(self.all_boards.values())
        return known or (every[0] if len(every) == 1 and not url.startswith("file:") else None)


@dataclass(frozen=True, slots=True)
class Validators:
    """What identifies the bytes of an address, kept under the address that the source names.

    ``linked_etag`` is the ``X-Linked-ETag`` of a redirect: the one constant thing where the final address is
    signed anew each time. It is compared with the linked one of the last visit only.
    """

    etag: str | None = None
    last_modified: str | None = None
    linked_etag: str | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of one answer, named by the SHA-256 of them in hexadecimal.

    An imported file has ``file:`` and its name as ``url``, and what its importer said of it: ``board`` (a key)
    and ``published_on``. A large answer lies in ``file``, with nothing in ``body``. ``beside`` is the payload that
    this one is read with, where its source's file asks for one and it is there.
    """

    url: str
    body: bytes
    sha256: str
    media_type: str
    fetched_at: datetime
    board: str | None = None
    published_on: date | None = None
    file: Path | None = None
    beside: "Payload | None" = None

    @property
    def name(self) -> str:
        """The name of an imported file, empty for what was fetched."""
        return self.url.removeprefix("file:") if self.url.startswith("file:") else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one visit to one address ended.

    ``outcome`` is ``fetched`` (with a payload), ``unchanged`` or ``failed`` (with an ``error`` that a person
    can act on). ``retry_after`` is when the site asked to be left alone until. ``moved_to`` is where an address
    has moved for good, ``max_age`` for how many seconds the site calls the answer fresh.
    """

    source: str
    url: str
    outcome: str
    started_at: datetime
    status: int | None = None
    payload: Payload | None = None
    validators: Validators = Validators()
    error: str | None = None
    retry_after: datetime | None = None
    moved_to: str | None = None
    max_age: int | None = None


class LayoutChanged(ValueError):
    """A payload is not in the shape that its parser reads. The message says what was expected and found."""


class Reading(NamedTuple):
    """One row as the source printed it: no alias resolved, no rank made up.

    ``organization`` and ``license`` are empty where the source gives none; numbers are ``None`` where it
    prints none. ``votes`` is a count, ``rating``, ``lower`` and ``upper`` are on the board's scale. ``series``
    is empty unless a source delivers in several precisions or editions, each of which is a series of its own.
    ``detail`` is what else the source says of the entry (the models of a system, its tags, a country), as JSON:
    evidence, of which only ``models_in`` is ever believed.
    """

    board: str
    category: str
    published_on: date
    name: str
    organization: str = ""
    license: str = ""
    rank: float | None = None
    rating: float | None = None
    lower: float | None = None
    upper: float | None = None
    votes: float | None = None
    preliminary: bool = False
    series: str = ""
    detail: str = ""


def models_in(detail: str) -> tuple[str, ...]:
    """Give the models of a system as they stand in its ``detail``, none where it lists none."""
    return tuple(json.loads(detail).get("models") or ()) if '"models":[' in detail else ()


class Fact(NamedTuple):
    """What a payload says of a model without ranking it, as printed; ``detail`` as in ``Reading``."""

    name: str
    organization: str = ""
    license: str = ""
    detail: str = ""


class Remark(NamedTuple):
    """Something in a payload that its parser does not know and leaves alone, in words for operators."""

    text: str


class Legend(NamedTuple):
    """What a payload is that ranks nothing but is read with others or leads to them, in words for operators."""

    text: str


Item = Reading | Fact | Remark | Legend
"""What a parser gives."""


class Publication(NamedTuple):
    """One category of one board as published on one date: the unit that is accepted or held."""

    board: str
    category: str
    published_on: date


class Standing(NamedTuple):
    """One row of a snapshot, resolved.

    ``position`` counts from 1 by rating; ``rank`` is the publisher's. ``model`` is the registry's name or,
    where it has none, the name as printed (``name``). Unknown developer, parent and country are ``None``.
    """

    position: int
    name: str
    model: str
    developer: str | None = None
    developer_name: str | None = None
    parent: str | None = None
    country: str | None = None
    open_weights: bool | None = None
    rank: int | None = None
    rating: float | None = None
    lower: float | None = None
    upper: float | None = None
    votes: int | None = None
    preliminary: bool = False
