"""How many claims are found in sentences of people who did not know the rules, and how many found are theirs.

The sentences were written and labelled for this, by the conventions of the labelled ones; their figures are made up.
Those of the last round (``we-``, ``wz-``) are worded as unusually as their writers could think of.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from claims.labels import Facts, fitting, of_claim, of_label, share
from claims.telling import BOARDS, MENTIONS
from topspot.claims import claims_of

WRITTEN = Path(__file__).with_name("written")

DAY = date(2026, 3, 20)

NUMBERS = dict.fromkeys(("rank", "rating", "n", "of_top", "board", "subject_key"))


class Floor(NamedTuple):
    """Shares of claims that are at least right, and found."""

    precision: float
    recall: float


FLOORS = {"en": Floor(0.96, 0.85), "zh": Floor(0.95, 0.87)}


def sentences(language: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, (WRITTEN / f"{language}.jsonl").read_text(encoding="utf-8").splitlines())


def told(text: str) -> list[Facts]:
    return list(map(of_claim, claims_of(text, MENTIONS, BOARDS, published=DAY)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_claims_of_sentences_that_others_wrote_are_found_and_few_are_invented(language: str) -> None:
    hits = given = wanted = 0
    for sentence in sentences(language):
        claims, labels = told(sentence["text"]), [of_label(NUMBERS | each) for each in sentence["claims"]]
        hits += fitting(claims, labels)
        given, wanted = given + len(claims), wanted + len(labels)
    print(f"{language}: precision {hits} of {given}, recall {hits} of {wanted}")

    assert share(hits, given) >= FLOORS[language].precision
    assert share(hits, wanted) >= FLOORS[language].recall


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_that_claim_nothing_yield_next_to_nothing(language: str) -> None:
    silent = [sentence for sentence in sentences(language) if not sentence["claims"]]
    loud = [sentence["id"] for sentence in silent if told(sentence["text"])]

    assert len(silent) >= 170
    assert len(loud) <= 2, loud
