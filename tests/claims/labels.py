"""Labels of claims: what a claim and a label say, and whether the one fits the other."""

import re
from collections.abc import Mapping
from typing import Any

from topspot.domain.claims import Claim

SAME = {"gemini-1.0-pro": "gemini-pro", "ernie-4.0": "ernie-bot-4.0"}
"""Keys of the registry for which the labels have another one of the same model."""

Facts = tuple[str, str, str, object]


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
