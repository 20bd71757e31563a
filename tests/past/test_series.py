"""The same board from several sources: side by side, never mixed."""

from datetime import date
from pathlib import Path

import pytest

from support.cli import Topspot
from support.databases import rows
from support.past import Past, catalog, csv

A = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0)}
B = {"o3": (1400.5, 10.0), "grok-3": (1450.5, 10.0)}
WHOLE = {"o3": (1401.0, 10.0), "gpt-4o": (1350.0, 5.0), "nova": (1340.0, 5.0)}

COVERED = {"series", "source", "license", "trust", "dates", "first", "last", "categories", "snapshots", "held"}


@pytest.fixture
def three(past: Past, files: Path) -> Past:
    """Import three series of the board, two of which have the 27th, and the CSV alone the 29th."""
    past.load("lmarena-catalog", catalog(files, "2025-05-26", A), catalog(files, "2025-05-27", B))
    past.load("lmarena-csv", *(csv(files, f"2025-05-{day}", A) for day in (25, 27)), csv(files, "2025-05-29", B))
    past.load("lmarena-catalog", catalog(files, "2025-05-28", WHOLE, mark="r1"))
    return past


def test_no_event_mixes_two_series(three: Past) -> None:
    series = {row["id"]: row["series"] for row in rows(three.url, "snapshot")}

    compared = [
        (row["series"], series[row["snapshot_id"]], series[row["previous_snapshot_id"]])
        for row in rows(three.url, "event")
        if row["type"] != "registry.unknown"
    ]

    assert {names[0] for names in compared} == {"lmarena-catalog", "lmarena-csv"}
    assert [names for names in compared if len(set(names)) > 1] == []
    assert three.events(type="snapshot.corrected") == []
    publications = [
        tuple(row[name] for name in ("series", "board", "category", "published_on"))
        for row in rows(three.url, "snapshot")
    ]
    assert len(publications) == len(set(publications))


def test_a_series_says_the_same_with_and_without_the_others(three: Past, sqlite_past: Past, files: Path) -> None:
    sqlite_past.load("lmarena-csv", *sorted(files.glob("*_lmsys.csv")))

    assert three.events(series="lmarena-csv") == sqlite_past.events() != []


def test_the_newest_date_counts_and_of_equal_dates_the_most_trusted_series(three: Past) -> None:
    found = {
        day: (three.board(as_of=date(2025, 5, day))["published_on"][-2:], three.board(as_of=date(2025, 5, day))["series"])
        for day in (25, 26, 27, 28, 29)
    }  # fmt: skip

    assert found == {
        25: ("25", "lmarena-csv"),
        26: ("26", "lmarena-catalog"),
        27: ("27", "lmarena-catalog"),
        28: ("28", "lmarena-catalog-rounded"),
        29: ("29", "lmarena-csv"),
    }


def test_ranks_without_ratings_are_shown_as_the_publisher_printed_them(three: Past, topspot: Topspot) -> None:
    shown = topspot("board", "lmarena/text-style-control", "--json").object

    assert shown["series"] == "lmarena-csv"
    assert shown["definitions"] == {"points": [], "rank_ub": [], "published": ["o3"]}
    assert [(row["position"], row["rank"], row["rating"], row["lower"], row["upper"], row["votes"])
            for row in shown["standings"]] == [(1, 1, None, None, None, 100), (2, 2, None, None, None, 100)]  # fmt: skip


def test_the_command_shows_who_covers_what_and_where_they_differ(three: Past, topspot: Topspot) -> None:
    shown = topspot("series", "lmarena/text", "--json").object
    drawn = topspot("series", "LMArena/text")
    missing = topspot("series", "lmarena/none")

    assert (shown["board"], shown["category"]) == ("lmarena/text", "overall")
    assert all(set(each) == COVERED for each in shown["series"])
    assert [(each["series"], each["dates"], each["first"], each["last"]) for each in shown["series"]] == [
        ("lmarena-catalog", 2, "2025-05-26", "2025-05-27"),
        ("lmarena-catalog-rounded", 1, "2025-05-28", "2025-05-28"),
        ("lmarena-csv", 3, "2025-05-25", "2025-05-29"),
    ]
    assert shown["overlaps"] == [
        {
            "published_on": "2025-05-27",
            "series": ["lmarena-catalog", "lmarena-csv"],
            "rows": [2, 2],
            "names_in_both": 1,
            "largest_difference": 0.5,
            "first": [["grok-3"], ["o3"]],
            "same_first": False,
        }
    ]
    assert "lmarena-catalog-rounded" in drawn.out
    assert (missing.code, missing.out, len(missing.err.splitlines())) == (2, "", 1)
    assert "there is no board 'lmarena/none'" in missing.err
