"""How many verdicts on real claims are right: the labelled ones, judged by all that was captured."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from boards.test_manifest import NOTHING, manifest, read
from claims.labels import of_claim, of_label
from claims.telling import BOARDS, MENTIONS
from scrapers.boards import find_sources
from topspot.claims import claims_of
from topspot.domain.claims import Claim, Verdict
from topspot.domain.meant import words
from topspot.domain.publications import in_position, publications
from topspot.domain.shots import Shot
from topspot.domain.values import Reading, Standing
from topspot.domain.verdicts import asked, is_category, judge, reach
from topspot.registry import Registry, load_registry
from topspot.verdicts import names_of

pytestmark = pytest.mark.captures

WITHOUT_CLAIMS = ("bfcl", "epoch", "lmarena-page")
"""Sources of which no labelled claim speaks, whose files are not read."""

DOUBTFUL = {
    "en-1946869d02": "a historical rank of 5, labelled unverifiable; the file of two days before shows it",
    "en-3451751ee3": "a historical rank of 18, labelled unverifiable; the file of the day shows it",
    "en-72c92a4181": "labelled by style control alone; the other ruler has a file of the day, and another rank",
    "en-75d721485b": "a rank 4 off the next day, labelled unverifiable since the entry had moved on",
    "en-cf2b28544e": "labelled by a file that two later ones of its date replaced",
    "en-da0e512223": "a score that a file of a week before shows, labelled out of reach",
    "zh-4d1c638336": "a score of the other ruler that a file of two days before is 3 points off",
}
"""Sentences with a claim on which label and verdict differ, and why; one that is right may go."""


class Judged(NamedTuple):
    """One claim: its sentence's id and language, the label, and the verdict."""

    id: str
    language: str
    label: str
    verdict: Verdict

    @property
    def said(self) -> str:
        """The verdict in the words of the labels, which have none for what cannot be checked at all."""
        return {"not_checkable": "unverifiable"}.get(self.verdict.verdict, self.verdict.verdict)


@pytest.fixture(scope="module")
def captured(captures: Path) -> "Captured":
    return Captured(captures, load_registry())


@pytest.fixture(scope="module")
def outcome(captures: Path, captured: "Captured") -> list[Judged]:
    return [
        Judged(line["id"], line["lang"], given["verdict"], captured.judged(about, day))
        for line, given, about, day in labelled(captures)
    ]


def labelled(captures: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], Claim, date | None]]:
    for line, given, day in lines_with_verdicts(captures):
        fields = {name: given[name] for name in Claim.__dataclass_fields__ if name in given}
        yield line, given, Claim(text=line["text"], **fields), day


def lines_with_verdicts(captures: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], date | None]]:
    text = (captures.parent / "reference" / "claims-labelled.jsonl").read_text(encoding="utf-8")
    for line in map(json.loads, text.splitlines()):
        day = date.fromisoformat(line["published"]) if line["published"] else None
        yield from ((line, given, day) for given in line["claims"] if given.get("verdict"))


class Captured:
    """All that was captured of the boards; what a claim needs is resolved when it is asked for."""

    def __init__(self, captures: Path, registry: Registry) -> None:
        self._registry = registry
        self._boards = {
            key: board for file in find_sources().values() for key, board in file.source.all_boards.items()
        }
        self._rows = dict(_publications(captures))
        self._names = names_of(registry)

    def judged(self, about: Claim, day: date | None) -> Verdict:
        return judge(about, self.shots(about, day), day, self._names)

    def shots(self, about: Claim, day: date | None) -> list[Shot]:
        if day is None:
            return []
        since, until = reach(about, day)
        return [
            self._shot(place)
            for place in self._rows
            for board, category in asked(about)
            if place[1] == board and is_category(board, place[2], category)
            and (since or date.min) <= place[3] <= (until or date.max)
        ]  # fmt: skip

    @cache  # noqa: B019 - it lives as long as the module's tests
    def _shot(self, place: tuple[str, str, str, date]) -> Shot:
        (series, board, category, day), (number, rows) = place, self._rows[place]
        standings = [self._standing(index, each, day) for index, each in enumerate(rows, start=1)]
        grows = series.startswith("livebench") and series.endswith(day.isoformat())
        return Shot(number, board, self._boards[board].name, category, series, day, standings, grows)

    def _standing(self, position: int, printed: Reading, day: date) -> Standing:
        model, developer, country, weights = self._meant(printed.name, printed.organization, printed.license, day)
        return Standing(
            position=position,
            name=printed.name,
            model=model or printed.name,
            developer=developer,
            developer_name=developer,
            country=country,
            open_weights=weights,
            rank=None if printed.rank is None else int(printed.rank),
            rating=printed.rating,
            lower=printed.lower,
            upper=printed.upper,
        )

    @cache  # noqa: B019 - it lives as long as the module's tests
    def _meant(self, name: str, organization: str, license: str, day: date) -> tuple[Any, ...]:
        found = self._found(name, organization, license)
        maker = self._registry.developers.get(found.developer or "")
        weights, _ = self._registry.open_on(day, found.developer, found.model, found.family, found.license_open)
        return found.model, found.developer, maker.country_on(day) if maker else None, weights

    @cache  # noqa: B019 - the same
    def _found(self, name: str, organization: str, license: str) -> Any:
        return self._registry.resolve(name, organization, license)


def _publications(captures: Path) -> Iterator[tuple[tuple[str, str, str, date], tuple[int, list[Reading]]]]:
    """Give what every file shows: of several of a date the last one stands, as when it is imported."""
    for number, told in enumerate(manifest(captures), start=1):
        if told.file not in NOTHING and told.source not in WITHOUT_CLAIMS:
            printed = [each for each in read(captures, told) if isinstance(each, Reading)]
            for (board, category, day), rows in publications(printed).items():
                yield (rows[0].series or told.source, board, category, day), (number, in_position(rows))


def share(judged: Iterable[Judged]) -> float:
    right = Counter(each.label == each.said for each in judged)
    return right[True] / right.total()


def table(judged: Iterable[Judged]) -> str:
    """Draw how often each label got each verdict."""
    kinds = ("supported", "refuted", "mixed", "unverifiable")
    counted = Counter((each.label, each.said) for each in judged)
    lines = [f"{'label / verdict':16}" + "".join(f"{kind:>14}" for kind in kinds)]
    lines += [f"{label:16}" + "".join(f"{counted[label, said]:14}" for said in kinds) for label in kinds]
    return "\n".join(lines)


def test_most_verdicts_on_the_labelled_claims_are_right(outcome: list[Judged]) -> None:
    print(table(outcome))

    wrong = [each for each in outcome if each.label != each.said]
    assert len(outcome) == 302
    assert share(outcome) >= 0.97, table(outcome)
    assert {each.id for each in wrong} <= set(DOUBTFUL), table(wrong)


@pytest.mark.parametrize(("language", "floor"), [("en", 0.97), ("zh", 0.97)])
def test_they_are_right_in_each_language(outcome: list[Judged], language: str, floor: float) -> None:
    judged = [each for each in outcome if each.language == language]
    print(language, f"{share(judged):.3f} of {len(judged)}")

    assert share(judged) >= floor, table(judged)


@pytest.mark.parametrize(("label", "floor"), [("supported", 0.98), ("mixed", 0.96), ("unverifiable", 0.96)])
def test_each_kind_is_found(outcome: list[Judged], label: str, floor: float) -> None:
    assert share(each for each in outcome if each.label == label) >= floor


def test_every_false_claim_is_refuted_and_hardly_another_one(outcome: list[Judged]) -> None:
    refuted = [each for each in outcome if each.label == "refuted"]
    said = [each for each in outcome if each.said == "refuted"]
    print(f"refuted: {len(refuted)} of {len(refuted)} found, {len(said) - len(refuted)} more said")

    assert len(refuted) == 7
    assert share(refuted) == 1.0
    assert {each.id for each in said if each.label != "refuted"} <= {"en-75d721485b", "en-cf2b28544e"}
    assert not [each for each in said if each.label == "supported"]


def test_no_verdict_comes_without_the_rows_that_decide_it(outcome: list[Judged]) -> None:
    bare = [each.id for each in outcome if each.said != "unverifiable" and not each.verdict.evidence]
    overdone = [each.id for each in outcome if each.said == "unverifiable" and each.verdict.evidence]

    assert (bare, overdone) == ([], [])


def test_verdicts_on_what_is_read_from_the_sentences_themselves_are_right_too(
    captures: Path, captured: "Captured"
) -> None:
    """A label counts where the sentence gives a claim of its subject, relation, board, number and rival."""
    judged = [
        Judged(line["id"], line["lang"], label["verdict"], captured.judged(about, day))
        for line, label, day in lines_with_verdicts(captures)
        for about in claims_of(line["text"], MENTIONS, BOARDS)
        if is_of(about, label)
    ]
    print(table(judged))

    assert len(judged) > 220
    assert share(judged) >= 0.95, table(judged)


def is_of(about: Claim, label: dict[str, Any]) -> bool:
    rival = about.relation == "ahead_of"
    same_rival = {*words(about.object or "")} <= {*words(label["object"] or "")}
    return of_claim(about) == of_label(label) and about.category == label["category"] and (same_rival or not rival)
