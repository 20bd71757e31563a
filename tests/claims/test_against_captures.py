"""How many of the labelled claims are found, and how many of those found are right."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from topspot.claims import board_names, claims_of
from topspot.claims.masked import masked
from topspot.claims.where import board_of
from topspot.domain.claims import Claim
from topspot.registry import load_registry
from topspot.registry.mentions import Mentions

MENTIONS = Mentions(load_registry())

BOARDS = board_names()

SAME = {"gemini-1.0-pro": "gemini-pro", "ernie-4.0": "ernie-bot-4.0"}
"""Keys of the registry for which the labels have another one of the same model."""

Facts = tuple[str, str, str, object]


class Measured(NamedTuple):
    precision: float
    recall: float
    recall_of_stated: float
    subjects: tuple[float, float]
    boards: tuple[float, float]
    silent: float


FLOORS = {
    "en": Measured(0.91, 0.87, 0.96, (0.93, 0.75), (0.98, 0.88), 1.0),
    "zh": Measured(0.94, 0.80, 1.0, (0.93, 0.62), (0.93, 0.76), 1.0),
}
"""A sentence alone may leave to its article of whom or of which board it speaks; the labels have the article's. A
claim without a subject's key, or without a board, therefore fits a label of any; one that names another does not.
``recall_of_stated`` looks at labels whose subject and board the sentence itself says, and takes no such claim."""


def one_form(key: str | None) -> str:
    """Bring spellings of a key to one form, in which ``.``, ``_``, space and ``-`` are equal."""
    return "-".join(re.findall(r"[a-z]+|\d+|[^\x00-\x7f]+|\+", SAME.get(key or "", key or "unknown").lower()))


def facts(subject: str | None, relation: str, board: str | None, number: object) -> Facts:
    return one_form(subject), relation, board or "", number


def of_claim(claim: Claim) -> Facts:
    return facts(
        claim.subject_key, claim.relation, claim.board, claim.rank or claim.rating or (claim.n, claim.of_top)
    )


def of_label(label: Mapping[str, Any]) -> Facts:
    number = label["rank"] or label["rating"] or (label["n"], label["of_top"])
    return facts(label["subject_key"], label["relation"], label["board"], number)


def is_stated(label: Mapping[str, Any], text: str) -> bool:
    words = masked(text, MENTIONS, BOARDS)
    keys = {one_form(name.key) for name in words.names.values()} | {one_form("open-weights")}
    return one_form(label["subject_key"]) in keys and label["board"] in {
        board_of(words, token).key for token in words.tokens("b")
    }


def labelled(captures: Path, language: str) -> Iterator[dict[str, Any]]:
    lines = (captures.parent / "reference" / "claims-labelled.jsonl").read_text(encoding="utf-8").splitlines()
    return (row for row in map(json.loads, lines) if row["lang"] == language)


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def fits(ours: Facts, label: Facts) -> bool:
    return (
        (ours[1], ours[3]) == (label[1], label[3])
        and ours[0] in {one_form(None), label[0]}
        and ours[2] in {"", label[2]}
    )


def fitting(claims: list[Facts], labels: list[Facts]) -> int:
    """Count claims that fit a label each, those that say most of it first."""
    left = list(labels)
    for ours in sorted(claims, key=lambda each: (each[0] == one_form(None), each[2] == "")):
        label = next((each for each in sorted(left, key=lambda each: each != ours) if fits(ours, each)), None)
        if label:
            left.remove(label)
    return len(labels) - len(left)


def measure(captures: Path, language: str) -> Measured:
    hits = given = wanted = stated = stated_hits = silent = empty = 0
    named: dict[str, list[int]] = {"subject": [0, 0, 0], "board": [0, 0, 0]}
    for row in labelled(captures, language):
        claims = list(map(of_claim, claims_of(row["text"], MENTIONS, BOARDS)))
        labels = list(map(of_label, row["claims"]))
        hits += fitting(claims, labels)
        given += len(claims)
        wanted += len(labels)
        left = Counter(claims)
        for label in row["claims"]:
            hit = left[of_label(label)] > 0
            left[of_label(label)] -= hit
            told = is_stated(label, row["text"])
            stated, stated_hits = stated + told, stated_hits + (told and hit)
        for what, ours, theirs in (
            ("subject", {each[0] for each in claims} - {one_form(None)}, {each[0] for each in labels}),
            ("board", {each[2] for each in claims} - {""}, {each[2] for each in labels} - {""}),
        ):
            counts = (len(ours & theirs), len(ours), len(theirs))
            named[what] = [have + more for have, more in zip(named[what], counts, strict=True)]
        empty += not labels
        silent += not labels and not claims
    return Measured(
        share(hits, given),
        share(hits, wanted),
        share(stated_hits, stated),
        (share(named["subject"][0], named["subject"][1]), share(named["subject"][0], named["subject"][2])),
        (share(named["board"][0], named["board"][1]), share(named["board"][0], named["board"][2])),
        share(silent, empty),
    )


@pytest.mark.captures
@pytest.mark.parametrize("language", ["en", "zh"])
def test_labelled_claims_are_found_as_well_as_before(captures: Path, language: str) -> None:
    measured, floor = measure(captures, language), FLOORS[language]

    assert measured.precision >= floor.precision
    assert measured.recall >= floor.recall
    assert measured.recall_of_stated >= floor.recall_of_stated
    assert all(have >= least for have, least in zip(measured.subjects, floor.subjects, strict=True))
    assert all(have >= least for have, least in zip(measured.boards, floor.boards, strict=True))
    assert measured.silent >= floor.silent


@pytest.mark.captures
def test_the_seed_article_claims_what_is_to_be_checked(captures: Path) -> None:
    text = (captures / "news" / "seed" / "seed-article.txt").read_text(encoding="utf-8")
    claims = claims_of(text, MENTIONS, BOARDS)
    told = {(each.subject_key, each.relation, each.object, each.rating, each.n, each.of_top) for each in claims}

    assert {each.board for each in claims} == {"lmarena/text"}
    assert told >= {
        ("qwen3.5-max", "first", None, None, None, None),
        ("qwen3.5-max", "score", None, 1464.0, None, None),
        ("qwen3.5-max", "ahead_of", "GPT5.4", None, None, None),
        ("qwen3.5-max", "ahead_of", "Claude4.5", None, None, None),
        ("qwen3.5-max", "record", "chinese models", None, None, None),
    }
    assert {each.subject_key for each in claims if each.relation == "rank" and each.of_top == 10} == {
        "alibaba", "bytedance", "zhipu-ai", "moonshot-ai", "baidu",
    }  # fmt: skip
    assert [(each.subject_key, each.n, each.of_top) for each in claims if each.relation == "count_in_top"] == [
        ("cn", 5, 10), ("cn", 5, 10),
    ]  # fmt: skip
    assert not any("catching up" in each.text or "possibilities" in each.text for each in claims)
