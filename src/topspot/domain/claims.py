"""What a text says of a board, and what the board shows: claims, and the verdicts on them, as values."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

RELATIONS = (
    "first", "tied_first", "rank", "score", "margin", "ahead_of", "best_of_group", "count_in_top", "record",
)  # fmt: skip
"""What a claim says of its subject."""

MODALITIES = ("asserted", "attributed", "hedged", "negated", "predicted", "historical")
"""How it is said: by the text itself, by a speaker that it names, with doubt, denied, to come, of the past."""

VERDICTS = ("supported", "refuted", "mixed", "unverifiable", "not_checkable")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a sentence says of a board.

    ``text`` is the sentence, ``subject`` as written and ``subject_key`` the key of the model or developer or the
    code of the country (``None`` where the text does not say or nobody knows it), ``subject_variant`` the rest of
    its name. ``object`` is the rival or the group as written. ``board`` is a board's key, ``None`` where none is
    named; ``category`` a category of it, or ``style_control`` or ``no_style_control`` where the text names the
    ruler. ``rating`` is in the board's points, for ``margin`` the difference; ``n`` of the first ``of_top`` are
    the subject's. ``as_of`` is the day of which the text says it speaks, ``None`` for that of its publication.
    """

    text: str
    subject: str
    subject_key: str | None
    subject_kind: str
    relation: str
    subject_variant: str | None = None
    object: str | None = None
    board: str | None = None
    category: str | None = None
    rank: int | None = None
    rating: float | None = None
    n: int | None = None
    of_top: int | None = None
    as_of: date | None = None
    modality: str = "asserted"


class Evidence(NamedTuple):
    """One standing that decides a claim."""

    snapshot_id: int
    board: str
    category: str
    published_on: date
    position: int
    model: str
    rating: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the boards show what a claim says: one of ``VERDICTS``, a sentence that says so, and what decides.

    Only ``unverifiable`` and ``not_checkable`` are without evidence.
    """

    verdict: str
    explanation: str
    evidence: tuple[Evidence, ...] = ()
