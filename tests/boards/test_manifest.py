"""Every captured file, beside what its manifest says of it: how many rows, and who is first with how much."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scrapers.boards import find_sources
from support.captured import SOURCES, source_of
from topspot.domain.publications import in_position
from topspot.domain.values import OVERALL, Fact, Item, LayoutChanged, Legend, Payload, Reading
from topspot.files import date_in

pytestmark = pytest.mark.captures

HEADLINE = {"swebench": "swebench/Verified", "artificial-analysis": "artificial-analysis/intelligence-index"}
"""The board that the manifest's first place is of, where a file has several."""

NOTHING = {
    "livebench/2026-08-22_cost_2026_06_25.csv": "costs",
    "bfcl/2026-04-12_leaderboard.html": "a script fills",
}
"""Files that rank nothing, and a word of what is said instead."""

EXPLAINED: dict[str, str] = {}
"""Files of which the manifest counts otherwise than we do, and why."""


class Told(NamedTuple):
    """One line of the manifest."""

    file: str
    date: str
    rows: str
    first: str
    score: str

    @property
    def source(self) -> str:
        return source_of(self.file)


@cache
def manifest(folder: Path) -> list[Told]:
    with (folder / "leaderboards" / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as lines:
        return [
            Told(row["file"], row["date"], row["rows"], row["no1_model"], row["no1_score"])
            for row in csv.DictReader(lines)
        ]


def read(folder: Path, told: Told) -> list[Item]:
    """Read a captured file as an import does."""
    file = find_sources()[told.source]
    payload = _payload(folder / "leaderboards" / told.file, told.date)
    name = file.beside(payload) if file.beside else None
    if name:
        [beside] = sorted((folder / "leaderboards" / told.source).rglob(f"*{name}"))
        payload = replace(payload, beside=_payload(beside, ""))
    return list(file.parse(payload))


def _payload(path: Path, day: str) -> Payload:
    on = None if date_in(path.name) else date_in(day)
    body = path.read_bytes()
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Payload(f"file:{path.name}", body, hashlib.sha256(body).hexdigest(), "", now, published_on=on)


def counted(told: Told, items: list[Item]) -> Iterator[tuple[str, int, int]]:
    """Give what the manifest's count in one of its forms is of, the count, and ours."""
    readings = [each for each in items if isinstance(each, Reading)]
    whole = [each for each in readings if each.category == OVERALL]
    main = HEADLINE.get(told.source, whole[0].board if whole else "")
    facts = sum(isinstance(each, Fact) for each in items)
    entries = max(
        Counter(each.category for each in readings if each.board == main or not main).values(), default=0
    )
    if told.source == "artificial-analysis":  # a model may stand on one of its boards only
        entries = len({(each.name, each.detail) for each in readings})
    if ":" in told.rows:
        boards = Counter(each.board.partition("/")[2] for each in whole)
        yield from ((name, int(number), boards[name]) for name, number in re.findall(r"([\w-]+):(\d+)", told.rows))
    elif found := re.fullmatch(r"(\d+) \((\d+) overall\)", told.rows):
        yield "rows", int(found[1]), len(readings)
        yield "overall", int(found[2]), len(whole)
    elif found := re.fullmatch(r"(\d+) x (\d+) cat", told.rows):
        yield "overall", int(found[1]), len(whole)
        yield "categories", int(found[2]), len({each.category for each in readings})
    elif found := re.fullmatch(r"(\d+)( x \d+ cols)?", told.rows):
        yield "rows", int(found[1]), entries + facts


def leaders(told: Told, items: list[Item]) -> dict[str, Any]:
    """Give those who have the highest rating on the board that the manifest means, with it."""
    rated = [each for each in items if isinstance(each, Reading) and each.category == OVERALL]
    main = HEADLINE.get(told.source, rated[0].board if rated else "")
    ordered = in_position([each for each in rated if each.board == main])
    return {each.name: each.rating for each in ordered if each.rating == ordered[0].rating}


@pytest.mark.parametrize(
    "source", sorted({*SOURCES.values(), "aider", "bfcl", "livebench", "superclue", "swebench"})
)
def test_every_file_of_a_source_reads_as_its_manifest_says(captures: Path, source: str) -> None:
    wrong = []
    for told in manifest(captures):
        if told.source != source or told.file in NOTHING:
            continue
        items = read(captures, told)
        assert any(isinstance(each, Reading | Fact | Legend) for each in items), told.file
        wrong += [f"{told.file}: {what}: {theirs} there, {ours} here"
                  for what, theirs, ours in counted(told, items) if theirs != ours]  # fmt: skip
        if told.score:
            first = leaders(told, items)
            score = next(iter(first.values()))
            if told.first not in first or abs(score - float(told.score.rstrip("%"))) > 0.051:
                wrong.append(f"{told.file}: first: {told.first} {told.score} there, {first} here")

    assert [line for line in wrong if line.partition(":")[0] not in EXPLAINED] == []
    assert {line.partition(":")[0] for line in wrong} == {
        each for each in EXPLAINED if told_source(each) == source
    }


def told_source(file: str) -> str:
    return Told(file, "", "", "", "").source


@pytest.mark.parametrize(("file", "word"), NOTHING.items())
def test_a_file_that_ranks_nothing_says_what_it_is(captures: Path, file: str, word: str) -> None:
    with pytest.raises(LayoutChanged, match=word):
        read(captures, Told(file, "", "", "", ""))
