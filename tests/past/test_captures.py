"""Three years of LMArena as they were captured, imported in one go."""

import gzip
import hashlib
import json
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from support.captured import FOLDERS, Captured, empty, load_backwards, versions_of
from support.databases import counts, rows
from support.past import by_id
from topspot.files import listed

pytestmark = pytest.mark.captures

CATALOG, DAY = "lmarena-catalog", "2025-05-27"

RULERS = {"lmarena/text": "text", "lmarena/text-style-control": "text-style-control"}

ORDER = ["d95e4ad47", "857735a2f", "a310074ac", "6dddc5f35", "209556bee"]

OURS = {
    "full": "overall", "hard_6": "hard_prompts", "hard_english_6": "hard_prompts_english",
    "if": "instruction_following", "long_user": "longer_query", "multiturn": "multi_turn", "no_tie": "exclude_ties",
}  # fmt: skip


def catalog_file(captured: Captured, day: str, board: str, mark: str = "") -> dict[str, dict[str, Any]]:
    """Read a file of the catalog without the code that is tested: the rating of each model by category."""
    [path] = (captured.captures / "arena_catalog").glob(f"{day}_{mark}*_leaderboard-{RULERS[board]}.json.gz")
    printed = json.loads(gzip.decompress(path.read_bytes()))
    return {
        OURS.get(category, category): {name: numbers["rating"] for name, numbers in models.items()}
        for category, models in printed.items()
    }


def test_what_was_loaded_is_all_there_is(captured: Captured) -> None:
    loaded = {
        source: (each.files, each.rows, each.snapshots, len(each.dates), each.facts, len(each.unreadable))
        for source, each in captured.loaded.items()
    }

    assert loaded == {
        "lmarena": (24, 83_738, 294, 13, 0, 0),
        "lmarena-catalog": (59, 375_635, 1_364, 36, 0, 0),
        "lmarena-csv": (62, 21_832, 116, 57, 0, 0),
        "lmarena-tables": (84, 345, 10, 10, 13_095, 0),
    }
    [held] = [line for each in captured.loaded.values() for line in each.held]
    assert held.startswith("2026-07-17_text.json.gz: lmarena/text japanese 2026-07-16: several publications mixed")
    assert {each["historical"] for each in captured.events} == {True}
    assert [counts(captured.past.url)[name] for name in ("alert", "delivery")] == [0, 0]


def test_a_second_import_finds_every_file_known(captured: Captured) -> None:
    before = counts(captured.past.url)

    again = [
        captured.past.load(source, *(captured.captures / name for name in names))
        for source, names in FOLDERS.items()
    ]

    assert sum(each.unchanged for each in again) == sum(each.files for each in again) == 229
    assert {(each.rows, each.snapshots, each.events) for each in again} == {(0, 0, 0)}
    assert counts(captured.past.url) == before


@pytest.mark.parametrize("board", RULERS)
def test_the_five_files_of_one_date_supersede_each_other_in_their_order(captured: Captured, board: str) -> None:
    files = [catalog_file(captured, DAY, board, mark) for mark in ORDER]
    found = {
        category: versions
        for (series, of, category, day), versions in captured.versions.items()
        if (series, of, day) == (CATALOG, board, DAY)
    }

    assert set(found) == set(files[-1])
    for category, versions in found.items():
        printed = [file[category] for file in files if category in file]
        assert [{row[0]: row[3] for row in each.rows} for each in versions] == printed
    assert Counter(map(len, found.values())) == ({5: 20} if board == "lmarena/text" else {5: 8, 3: 11})
    shown = captured.past.board(board, as_of=date.fromisoformat(DAY))["standings"]
    assert {row["model_raw"]: row["rating"] for row in shown} == files[-1]["overall"]


@pytest.mark.parametrize("board", RULERS)
def test_each_correction_says_what_moved_by_how_much(captured: Captured, board: str) -> None:
    files = [catalog_file(captured, DAY, board, mark)["overall"] for mark in ORDER]
    payloads = [
        hashlib.sha256(file.path.read_bytes()).hexdigest()
        for file in listed([captured.captures / "arena_catalog"])
        if file.name.startswith(DAY) and file.name.endswith(f"-{RULERS[board]}.json.gz")
    ]
    said = [
        each["reasons"][0]
        for each in captured.events
        if (each["type"], each["board"], each["category"], each["series"])
        == ("snapshot.corrected", board, "overall", CATALOG)
    ]

    expected = []
    for old, new in pairwise(files):
        moves = [new[name] - old[name] for name in new if name in old]
        moved = sum(map(bool, moves))
        middle = f", by {median(moves):+.1f} in the middle" if moved else ""
        expected.append(
            f"replaced by the publisher: of its models {len(new.keys() - old.keys())} came, "
            f"{len(old.keys() - new.keys())} went and {moved} of {len(moves)} moved{middle}"
        )
    assert sorted(said) == sorted(expected)
    assert [each.payload for each in captured.versions[CATALOG, board, "overall", DAY]] == payloads
    assert any("+59.9" in line for line in said) == (board == "lmarena/text-style-control")
    through = median(files[2][name] - files[0][name] for name in files[2] if name in files[0])
    assert f"{through:+.1f}" == ("+59.9" if board == "lmarena/text-style-control" else "-3.0")


def test_a_lead_that_only_an_earlier_file_of_a_date_showed_is_withdrawn_with_the_reason(
    captured: Captured,
) -> None:
    gone = by_id(captured.events, withdrawn=True).values()

    assert len(gone) == 22
    assert {(each["series"], each["published_on"], each["type"], each["state"]) for each in gone} == {
        (CATALOG, DAY, "lead.model", "retracted"),
        (CATALOG, DAY, "lead.developer", "retracted"),
    }
    assert {tuple(each["reasons"]) for each in gone} == {
        ("the publisher replaced the publication that showed it by another of the same date",)
    }
    [chinese] = [each for each in gone if (each["category"], each["type"]) == ("chinese", "lead.model")]
    assert (chinese["subject"]["id"], chinese["change"]) == ("grok-3", "joins")
    assert "overall" not in {each["category"] for each in gone}


@pytest.mark.parametrize(("board", "changed"), [("lmarena/text", 7), ("lmarena/text-style-control", 9)])
def test_two_days_in_a_row_are_two_publications_with_other_leaders(
    captured: Captured, board: str, changed: int
) -> None:
    days = ("2025-11-05", "2025-11-06")
    files = [catalog_file(captured, day, board) for day in days]
    shared = files[0].keys() & files[1].keys()

    printed = {name for name in shared if len({max(file[name], key=file[name].__getitem__) for file in files}) > 1}
    stored = {
        name for name in shared if len({captured.points_leader(CATALOG, board, name, day) for day in days}) > 1
    }
    told = {
        each["category"]
        for each in captured.events
        if (each["series"], each["board"], each["published_on"]) == (CATALOG, board, days[1])
        and each["definitions"]["points"]["changed"]
    }

    assert (len(shared), len(printed)) == (20, changed)
    assert printed == stored
    assert told <= printed


def test_no_event_mixes_two_series(captured: Captured) -> None:
    events = [row for row in rows(captured.past.url, "event") if row["type"] != "registry.unknown"]
    series = {
        row["id"]: (row["series"], row["board"], row["category"]) for row in rows(captured.past.url, "snapshot")
    }

    mixed = [
        row["id"]
        for row in events
        if row["previous_snapshot_id"] and series[row["snapshot_id"]] != series[row["previous_snapshot_id"]]
    ]

    assert len(events) == len(captured.events) == 3_790
    assert mixed == []
    assert {row["series"] for row in events} == {
        "lmarena", CATALOG, "lmarena-catalog-rounded", "lmarena-csv", "lmarena-tables",
    }  # fmt: skip


def test_backwards_a_call_a_date_they_say_the_same(captured: Captured, tmp_path: Path) -> None:
    past = empty(tmp_path)
    load_backwards(past, "lmarena-csv", captured.captures / "fboulnois_csv", since="2025-04-13")
    load_backwards(past, CATALOG, captured.captures / "arena_catalog", only="leaderboard-text.json")
    load_backwards(past, "lmarena", captured.captures / "official_dataset_latest", only="webdev")
    versions, found = versions_of(past.url), past.events()

    first: dict[tuple[str, str], str] = {}
    for series, board, _, day in sorted(captured.versions):
        if (series, board, "overall", day) in versions:
            first.setdefault((series, board), day)
    there = {
        place: each
        for place, each in captured.versions.items()
        if place[3] >= first.get((place[0], place[1]), "9")
    }
    compared = [each for each in captured.events if (each["published_on"] or "") > _baseline(first, each)]

    assert {board for _, board in first} >= {"lmarena/text", "lmarena/webdev", "lmarena/vision"}
    assert versions == there
    assert by_id(found, withdrawn=False) == by_id(compared, withdrawn=False) != {}
    assert by_id(compared, withdrawn=True).keys() < by_id(found, withdrawn=True).keys()
    artifacts = [each for each in found if each["withdrawn"]]
    assert {(each["historical"], each["state"]) for each in artifacts} == {(True, "retracted")}
    assert all(each["reasons"] for each in artifacts)


def _baseline(first: dict[tuple[str, str], str], event: dict[str, Any]) -> str:
    """Give the first date of an event's series, which has nothing to be compared with; one that is not there: the last."""
    return first.get((event["series"], event["board"]), "9")
