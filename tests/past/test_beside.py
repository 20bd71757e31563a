"""A table that is read beside another file, and a site whose older tables a backfill finds: LiveBench's."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from standins.site import Site
from support.databases import dump, rows
from support.past import Past
from support.runs import run
from support.web import live_files
from topspot import backfill, imports, rebuild
from topspot.backfill import Loaded, Unseen
from topspot.jobs import utc_now
from topspot.settings import Settings

LIVEBENCH = live_files()["livebench"]

ROOT = "https://livebench.ai"

SETS = ("2024_06_24", "2025_11_25", "2026_06_25")


def table(*lines: tuple[str, float, float]) -> str:
    return "\n".join(["model,spatial,typos", *(f"{name},{a},{b}" for name, a, b in lines)]) + "\n"


def groups(*, together: bool = False) -> str:
    return json.dumps(
        {"All": ["spatial", "typos"]} if together else {"Reasoning": ["spatial"], "Language": ["typos"]}
    )


FIRST = table(("gpt-5.5", 80.0, 60.0), ("kimi-k3", 50.0, 80.0))
SECOND = table(("gpt-5.5", 80.0, 60.0), ("kimi-k3", 90.0, 80.0))


def written(folder: Path, **files: str) -> list[Path]:
    """Write files and give their paths in the order given."""
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def load(past: Past, *paths: Path) -> Loaded:
    return imports.import_files(past.settings, LIVEBENCH, paths, clock=past.clock, progress=Unseen())


def ratings(past: Past, category: str = "overall") -> dict[str, float]:
    return {row["model"]: row["rating"] for row in past.board("livebench", category=category)["standings"]}


def test_a_table_finds_the_file_that_it_is_read_with_wherever_it_comes_in_the_call(
    past: Past, files: Path
) -> None:
    # by date the categories come last
    paths = written(
        files,
        **{"2026-08-22_categories_2026_06_25.json": groups(), "2026-07-01_aaaaaaa_table_2026_06_25.csv": FIRST},
    )

    loaded = load(past, *paths)

    assert (loaded.files, loaded.unreadable, loaded.held) == (2, [], [])
    assert ratings(past) == {"gpt-5.5": 70.0, "kimi-k3": 65.0}
    assert ratings(past, "Language") == {"kimi-k3": 80.0, "gpt-5.5": 60.0}


def test_a_later_call_finds_what_an_earlier_one_brought(past: Past, files: Path) -> None:
    categories, first, second = written(
        files,
        **{
            "categories_2026_06_25.json": groups(),
            "2026-07-01_a_table_2026_06_25.csv": FIRST,
            "2026-07-08_b_table_2026_06_25.csv": SECOND,
        },
    )
    for path in (categories, first, second):
        assert load(past, path).unreadable == []

    assert {(row["published_on"], row["series"]) for row in rows(past.url, "snapshot")} == {
        (date(2026, 7, 1), "livebench-2026-06-25"),
        (date(2026, 7, 8), "livebench-2026-06-25"),
    }
    [lead] = past.events(type="lead.model", category="overall")
    assert (lead["change"], lead["subject"]["id"]) == ("takes", "kimi-k3")


def test_without_it_the_table_is_held_says_what_is_missing_and_is_read_when_it_came(
    past: Past, files: Path
) -> None:
    categories, first = written(
        files, **{"categories_2026_06_25.json": groups(), "2026-07-01_a_table_2026_06_25.csv": FIRST}
    )

    [said] = load(past, first).unreadable
    assert "categories_2026_06_25.json" in said
    assert load(past, categories, first).unreadable == []
    assert ratings(past) == {"gpt-5.5": 70.0, "kimi-k3": 65.0}


def test_a_rebuild_reads_each_table_with_what_it_was_read_with(past: Past, files: Path) -> None:
    paths = written(
        files,
        **{
            "2026-06-30_categories_2026_06_25.json": groups(),
            "2026-07-01_a_table_2026_06_25.csv": FIRST,
            "2026-07-05_categories_2026_06_25.json": groups(together=True),
            "2026-07-08_b_table_2026_06_25.csv": SECOND,
        },
    )
    for path in paths:
        load(past, path)
    before = everything(past.settings)

    rebuild.rebuild(past.settings, {"livebench": LIVEBENCH}, past.clock, feeds={}, progress=Unseen())

    assert everything(past.settings) == before
    assert {row["category"] for row in rows(past.url, "snapshot")} == {"overall", "Reasoning", "Language", "All"}


def everything(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(found, key=repr) for name, found in dump(settings.url).items()}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as standin:
        yield standin


@pytest.fixture
def visiting(past: Past, site: Site) -> Settings:
    """Give settings that go to a site with three question sets."""
    names = ", ".join(f'"{each.replace("_", "-")}"' for each in SETS)
    site.answer(f"{ROOT}/", body=b'<html><script src="/static/js/main.1a2b3c4d.js"></script></html>')
    site.answer(f"{ROOT}/static/js/main.1a2b3c4d.js", body=f"const sets=[{names}];".encode())
    for each in SETS:
        site.answer(f"{ROOT}/categories_{each}.json", body=groups().encode())
        site.answer(f"{ROOT}/table_{each}.csv", body=FIRST.encode())
    return past.settings.model_copy(update={"mirror": site.address})


def load_older(settings: Settings, since: date | None = None) -> Loaded:
    return asyncio.run(backfill.backfill(settings, LIVEBENCH, since=since, clock=utc_now, progress=Unseen()))


def test_a_visit_asks_for_the_newest_set_alone(visiting: Settings, site: Site) -> None:
    report = run(visiting, {"livebench": LIVEBENCH}, clock=utc_now)

    assert report.problems == []
    assert [page.rpartition("/")[2] for page in site.pages] == [
        "", "main.1a2b3c4d.js", "categories_2026_06_25.json", "table_2026_06_25.csv",
    ]  # fmt: skip


def test_a_backfill_asks_for_the_older_ones_in_silence(visiting: Settings, site: Site) -> None:
    loaded = load_older(visiting)

    assert (loaded.unreadable, loaded.held) == ([], [])
    assert {(row["series"], row["published_on"]) for row in rows(visiting.url, "snapshot")} == {
        ("livebench-2024-06-24", date(2024, 6, 24)), ("livebench-2025-11-25", date(2025, 11, 25)),
    }  # fmt: skip
    assert {row["historical"] for row in rows(visiting.url, "event")} <= {True}
    assert rows(visiting.url, "delivery") == []
    assert site.asked(f"{ROOT}/table_2026_06_25.csv") == 0


def test_what_a_backfill_found_is_rebuilt_as_it_was(visiting: Settings) -> None:
    load_older(visiting)
    before = everything(visiting)

    rebuild.rebuild(visiting, {"livebench": LIVEBENCH}, utc_now, feeds={}, progress=Unseen())

    assert everything(visiting) == before


def test_a_backfill_since_a_date_leaves_the_older_ones(visiting: Settings, site: Site) -> None:
    load_older(visiting, date(2025, 1, 1))

    assert site.asked(f"{ROOT}/categories_2024_06_24.json") == 0
    assert {row["series"] for row in rows(visiting.url, "snapshot")} == {"livebench-2025-11-25"}


def test_the_newest_set_is_the_board_also_where_an_older_one_was_seen_later(
    visiting: Settings, past: Past
) -> None:
    run(visiting, {"livebench": LIVEBENCH}, clock=utc_now)
    load_older(visiting)

    assert past.board("livebench")["series"] == "livebench-2026-06-25"


def test_a_second_backfill_finds_nothing_new(visiting: Settings) -> None:
    load_older(visiting)
    before = {name: len(found) for name, found in dump(visiting.url).items() if name != "visit"}

    again = load_older(visiting)

    assert again.snapshots == 0
    assert {name: len(found) for name, found in dump(visiting.url).items() if name != "visit"} == before
