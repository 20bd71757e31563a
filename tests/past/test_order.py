"""In whatever order files come, what they say in the end is the same."""

import json
import random
from collections.abc import Iterable
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from support.databases import rows
from support.past import Past, by_id, catalog, csv, manifest
from support.story import FABLE, GPT, KIMI, OPUS, table

Step = tuple[str, list[Path]]

FIRST = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0)}
JOINED = {"o3": (1400.5, 10.0), "grok-3": (1399.5, 10.0)}
TAKEN = {"o3": (1400.5, 10.0), "grok-3": (1450.5, 10.0)}
OTHERS = {"o3": (1400.5, 10.0), "opus": (1480.5, 10.0)}
ALONE = {"o3": (1400.5, 10.0), "grok-3": (1350.5, 10.0)}


@pytest.fixture
def steps(files: Path) -> list[Step]:
    """Give five dates of two sources; one date has three versions, whose names do not tell their order."""
    versions = [
        catalog(files, "2025-05-27", figures, mark=mark)
        for mark, figures in (("d9", TAKEN), ("85", OTHERS), ("a3", JOINED))
    ]
    manifest(files, *versions)
    days = {"2025-05-25": FIRST, "2025-05-28": TAKEN, "2025-05-29": ALONE, "2025-05-30": OTHERS}
    catalogs = [[catalog(files, day, figures)] for day, figures in days.items()]
    csvs = [[csv(files, day, figures)] for day, figures in {**days, "2025-05-27": JOINED}.items()]
    return [
        *[("lmarena-catalog", paths) for paths in [*catalogs, versions]],
        *[("lmarena-csv", paths) for paths in csvs],
    ]


def load(past: Past, steps: Iterable[Step]) -> None:
    for source, paths in steps:
        assert not past.load(source, *paths).failed


def test_any_order_gives_the_same_standings_and_the_same_events(
    past: Past, sqlite_past: Past, steps: list[Step]
) -> None:
    load(sqlite_past, [(source, [path for of, paths in steps if of == source for path in paths])
                       for source in ("lmarena-catalog", "lmarena-csv")])  # fmt: skip

    load(past, random.Random(4).sample(steps, len(steps)))

    expected, found = sqlite_past.events(), past.events()
    assert past.standings() == sqlite_past.standings() != set()
    assert by_id(found, withdrawn=False) == by_id(expected, withdrawn=False)
    assert by_id(expected, withdrawn=True).keys() <= by_id(found, withdrawn=True).keys()
    assert {each["historical"] for each in found} == {True}
    assert {each["state"] for each in by_id(found, withdrawn=True).values()} == {"retracted"}


def test_of_three_versions_of_a_date_the_last_listed_stands(past: Past, steps: list[Step]) -> None:
    load(past, steps[:5])

    versions = rows(past.url, "snapshot", published_on=rows(past.url, "snapshot")[-1]["published_on"])
    corrected = [
        (each["previous"][0]["model"], [row["model"] for row in each["current"]])
        for each in past.events(type="snapshot.corrected")
    ]
    assert [row["line"] for row in versions] == [2, 3, 4]
    assert [row["model"] for row in past.board(as_of=versions[0]["published_on"])["standings"]] == ["o3", "grok-3"]
    assert sorted(corrected) == [("grok-3", ["opus"]), ("opus", ["o3", "grok-3"])]
    gone = past.events(change="takes", withdrawn=True, published_on="2025-05-27", type="lead.model")
    assert {each["subject"]["id"] for each in gone} == {"grok-3", "opus"}
    why = "the publisher replaced the publication that showed it by another of the same date"
    assert [each["reasons"] for each in gone] == [[why], [why]]
    assert ("2025-05-27", "joins", "grok-3") in past.leads()


def test_a_later_import_cannot_turn_the_order_of_a_date(past: Past, steps: list[Step]) -> None:
    _, versions = steps[4]
    for path in reversed(versions):
        past.load("lmarena-catalog", path)

    assert [row["model"] for row in past.board()["standings"]] == ["o3", "grok-3"]
    assert [row["line"] for row in rows(past.url, "snapshot")] == [4, 3, 2]
    assert {each["current"][0]["model"] for each in past.events(withdrawn=False)} == {"o3", "opus"}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_captures_of_one_date_stand_in_the_order_in_which_they_were_fetched(
    sqlite_past: Past, tmp_path: Path, order: tuple[int, ...]
) -> None:
    captured = []
    for hour, leader in enumerate((FABLE, GPT, KIMI), start=1):
        meta = {"subset": "webdev", "fetched_at": f"2026-07-17T0{hour}:00:00Z"}
        path = tmp_path / f"2026-07-16_webdev_{hour}.json"
        path.write_text(
            json.dumps({"meta": meta, "rows": table("2026-07-16", [(leader, 1700, 5), (OPUS, 1500, 5)])})
        )
        captured.append(path)

    for number in order:
        sqlite_past.load("lmarena", captured[number])

    corrected = sqlite_past.events(type="snapshot.corrected", withdrawn=False)
    swings = [(each["previous"][0]["model"], each["current"][0]["model"]) for each in corrected]
    assert sorted(swings) == sorted(pairwise(name for name, _ in (FABLE, GPT, KIMI)))
    assert sqlite_past.board("lmarena/webdev")["standings"][0]["model"] == KIMI[0]
