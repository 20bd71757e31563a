"""Captured files go the way of a visit into the database, each once, and nobody is told of it."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builders import parquet
from standins.site import Site
from standins.slack import Slack
from support.cli import Topspot
from support.databases import counts, dump, more, opened, rows
from support.hub import Hub
from support.past import Past, catalog, csv, dumped, facts_of, kill_in_import, manifest
from support.runs import files as declared
from support.runs import run
from support.story import FABLE, GPT, KIMI, SENTENCES, STORY, publication, table
from topspot.settings import Settings
from topspot.store import write
from topspot.store.engine import writing

A = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0)}
B = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0), "grok-3": (1450.5, 10.0)}

LOADED = {
    "source", "files", "unchanged", "rows", "snapshots", "dates", "facts", "events", "held", "unreadable", "remarks",
}  # fmt: skip

TABLE = "Model,Arena Elo rating,License\nGPT-4,1227,Proprietary\nYi-34B,-,Yi License\n"


def dates(past: Past) -> list[str]:
    return [row["published_on"].isoformat() for row in rows(past.url, "snapshot")]


def test_a_folder_means_all_files_in_it_and_below_in_order_of_date(past: Past, files: Path) -> None:
    catalog(files, "2025-05-28", B)
    packed = files / "older" / "2025-05-27_v1_leaderboard-text.json.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(catalog(files, "2025-05-27", A).read_bytes()))
    (files / "2025-05-27_v1_leaderboard-text.json").unlink()

    loaded = past.load("lmarena-catalog", files)

    assert (loaded.files, loaded.rows, loaded.snapshots, loaded.failed) == (2, 5, 2, False)
    assert dates(past) == ["2025-05-27", "2025-05-28"]
    assert past.leads() == {("2025-05-28", "takes", "grok-3")}
    assert past.board()["standings"][0]["model"] == "grok-3"


def test_what_was_imported_is_history_and_shown_only_when_all_is_asked_for(
    past: Past, files: Path, topspot: Topspot
) -> None:
    past.load("lmarena-catalog", catalog(files, "2025-05-27", A), catalog(files, "2025-05-28", B))

    shown, hidden = topspot("events", "--all", "--json").objects, topspot("events", "--json").objects

    assert {(each["subject"]["id"], each["historical"], each["withdrawn"]) for each in shown} == {
        ("grok-3", True, False),
        ("xai", True, False),
    }
    assert hidden == []


def test_the_bytes_of_each_file_are_kept(sqlite_past: Past, files: Path) -> None:
    path = csv(files, "2025-05-27", A)

    sqlite_past.load("lmarena-csv", path)

    [payload] = rows(sqlite_past.url, "payload")
    [visit] = rows(sqlite_past.url, "visit")
    [kept] = sqlite_past.settings.archive_dir.rglob(payload["sha256"])
    assert kept.read_bytes() == path.read_bytes()
    assert (visit["url"], visit["outcome"], visit["payload"]) == (f"file:{path.name}", "new", payload["sha256"])


def test_a_table_gives_standings_and_facts(past: Past, files: Path) -> None:
    files.mkdir()
    (files / "leaderboard_table_20230619.csv").write_text(TABLE)
    (files / "leaderboard_table_20240619.csv").write_text(TABLE.replace("Arena Elo rating", "MMLU"))

    loaded = past.load("lmarena-tables", files)

    assert (loaded.rows, loaded.snapshots, loaded.facts) == (1, 1, 3)
    assert [row["raw_name"] for row in rows(past.url, "entry", source="lmarena-tables")] == ["GPT-4", "Yi-34B"]
    assert past.history("GPT-4")["positions"][0]["published_on"] == "2023-06-19"


def test_a_second_import_changes_no_row(past: Past, files: Path, topspot: Topspot) -> None:
    catalog(files, "2025-05-27", A)
    catalog(files, "2025-05-28", B)
    past.load("lmarena-catalog", files)
    before = dump(past.url)

    again = topspot("import", "lmarena-catalog", str(files), "--json")

    assert dump(past.url) == before
    assert (again.code, again.err) == (0, "")
    assert again.object == {
        "source": "lmarena-catalog", "files": 2, "unchanged": 2, "rows": 0, "snapshots": 0, "dates": 0, "facts": 0,
        "events": 0, "held": [], "unreadable": [], "remarks": [],
    }  # fmt: skip


def test_the_same_rows_under_another_name_are_no_new_publication(past: Past, files: Path) -> None:
    past.load("lmarena-csv", csv(files, "2025-05-27", A))
    before = counts(past.url)

    loaded = past.load("lmarena-csv", csv(files, "2025-05-27", A, mark="c2"))

    assert (loaded.snapshots, loaded.events, loaded.failed) == (0, 0, False)
    assert more(before, counts(past.url)) == {"visit": 1}


@pytest.mark.parametrize("first", ["parquet", "json"])
def test_a_parquet_file_and_the_dump_of_its_rows_are_the_same_snapshots(
    past: Past, files: Path, first: str
) -> None:
    later = dumped(files, "2026-07-16")
    paths = {"json": later, "parquet": files / "2026-07-17_webdev.parquet"}
    paths["parquet"].write_bytes(parquet(table("2026-07-16", STORY["2026-07-16"])))
    past.load("lmarena", dumped(files, "2026-06-21"), paths.pop(first))
    before, events = counts(past.url), past.events()

    loaded = past.load("lmarena", *paths.values())

    assert (loaded.rows, loaded.snapshots, loaded.events, loaded.failed) == (3, 0, 0, False)
    grown = more(before, counts(past.url))
    visits = {"json": 2, "parquet": 1}[
        first
    ]  # a Parquet file, which may be a whole history, is named when it begins
    assert (grown.pop("payload"), grown.pop("visit")) == (1, visits)
    assert set(grown) <= {"part"}
    assert past.events() == events != []


def test_a_mixed_publication_is_held_and_its_file_named(past: Past, files: Path, topspot: Topspot) -> None:
    mixed = dumped(files, "2026-07-16", [(KIMI, 1678.5, 17.5), *[(GPT, 1600, 9)] * 3])

    ended = topspot("import", "lmarena", str(mixed), "--json")

    why = "several publications mixed: 1 of 2 models stand more than once, one up to 3 times"
    assert ended.code == 1
    assert ended.object["held"] == [f"2026-07-16_webdev.json: lmarena/webdev overall 2026-07-16: {why}"]
    assert ended.err == f"held: {ended.object['held'][0]}\n"
    assert counts(past.url)["standing"] == 0
    [event] = past.events()
    assert (event["type"], event["historical"]) == ("snapshot.held", True)


def test_a_file_that_is_cut_is_named_and_the_rest_is_there(
    sqlite_past: Past, files: Path, topspot_sqlite: Topspot
) -> None:
    cut, whole = catalog(files, "2025-05-27", A), catalog(files, "2025-05-28", B)
    cut.write_bytes(cut.read_bytes()[:-20])

    ended = topspot_sqlite("import", "lmarena-catalog", str(files), "--json")

    assert ended.code == 1
    [line] = ended.err.splitlines()
    assert line.startswith(f"not read: {cut}: ")
    assert "expected JSON" in line
    assert ended.object["unreadable"] == [line.removeprefix("not read: ")]
    assert (ended.object["snapshots"], dates(sqlite_past)) == (1, [whole.name[:10]])


def test_a_cut_parquet_file_is_named_and_the_rest_is_there(sqlite_past: Past, files: Path) -> None:
    files.mkdir()
    (files / "2026-07-15_webdev.parquet").write_bytes(publication(0)[:-20])
    (files / "2026-07-16_webdev.parquet").write_bytes(publication(1))

    loaded = sqlite_past.load("lmarena", files)

    [line] = loaded.unreadable
    assert "2026-07-15_webdev.parquet: " in line
    assert "damaged Parquet file" in line
    assert (loaded.failed, dates(sqlite_past)) == (True, ["2026-07-12"])


def test_a_path_that_is_not_there_is_a_wrong_call_and_nothing_is_imported(
    sqlite_past: Past, files: Path, topspot_sqlite: Topspot
) -> None:
    there, missing = csv(files, "2025-05-27", A), files / "none.csv"

    ended = topspot_sqlite("import", "lmarena-csv", str(there), str(missing))

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"topspot: {missing}: there is no such file or folder\n"
    assert counts(sqlite_past.url)["visit"] == 0


def test_a_file_that_only_a_parser_of_another_source_reads_is_named(sqlite_past: Past, files: Path) -> None:
    path = csv(files, "2025-05-27", A)

    loaded = sqlite_past.load("lmarena-tables", path)

    assert (loaded.snapshots, len(loaded.unreadable)) == (0, 1)
    assert "column 'Model' is missing" in loaded.unreadable[0]


def test_what_the_parser_does_not_know_is_reported(
    sqlite_past: Past, files: Path, topspot_sqlite: Topspot
) -> None:
    catalog_file, csv_file = catalog(files, "2025-05-27", A), csv(files, "2025-05-27", A)
    haiku = json.loads(catalog_file.read_text()) | {
        "haiku": {"o3": {"rating": 1, "rating_q025": 0.5, "rating_q975": 2}}
    }
    catalog_file.write_text(json.dumps(haiku))
    csv_file.write_text(csv_file.read_text().replace("votes", "votes,mood", 1).replace("100", "100,good"))

    first = topspot_sqlite("import", "lmarena-catalog", str(catalog_file), "--json")
    second = topspot_sqlite("import", "lmarena-csv", str(csv_file), "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.err == (
        f"not known: {catalog_file.name}: category 'haiku' is not known and is kept under its own name\n"
    )
    assert second.err == f"not known: {csv_file.name}: column 'mood' is not known and is left out\n"
    assert second.object["remarks"] == [second.err.removeprefix("not known: ").strip()]
    assert sqlite_past.board(category="haiku")["standings"][0]["model"] == "o3"


def test_the_date_and_the_board_are_said_where_a_file_does_not(
    sqlite_past: Past, files: Path, topspot_sqlite: Topspot
) -> None:
    plain = catalog(files, "2025-05-27", A).rename(files / "figures.json")

    silent = topspot_sqlite("import", "lmarena-catalog", str(plain))
    told = topspot_sqlite(
        "import", "lmarena-catalog", str(plain), "--board", "lmarena/text_style_control", "--published", "2025-05-28",
        "--json",
    )  # fmt: skip

    assert silent.code == 1
    assert "say --board" in silent.err
    assert (told.code, set(told.object), told.object["snapshots"]) == (0, LOADED, 1)
    [snapshot] = rows(sqlite_past.url, "snapshot")
    assert snapshot["board"] == "lmarena/text-style-control"
    assert snapshot["published_on"].isoformat() == "2025-05-28"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("lmarena-csv", "--board", "lmarena/webdev"),
            "lmarena-csv has no board 'lmarena/webdev': boards: lmarena/",
        ),
        (("lmarena-csv", "--published", "yesterday"), "--published yesterday: not a date: write it as YYYY-MM-DD"),
        (("lmsys",), "there is no source 'lmsys': sources: "),
    ],
    ids=["board", "date", "source"],
)
def test_a_wrong_call_is_one_line(
    sqlite_past: Past, files: Path, topspot_sqlite: Topspot, arguments: tuple[str, ...], line: str
) -> None:
    ended = topspot_sqlite("import", *arguments, str(csv(files, "2025-05-27", A)))

    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert ended.err.startswith(f"topspot: {line}")


def test_a_source_that_another_process_is_at_is_left_to_it(past: Past, files: Path, topspot: Topspot) -> None:
    path = csv(files, "2025-05-27", A)
    past.load("lmarena-csv", path)
    before = counts(past.url)
    claim_elsewhere(past.url, "lmarena-csv")

    ended = topspot("import", "lmarena-csv", str(csv(files, "2025-05-28", B)))
    other = topspot("import", "lmarena-catalog", str(catalog(files, "2025-05-28", B)))

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "topspot: lmarena-csv: another run is at it: try again when it has ended\n"
    assert other.code == 0
    assert {row["source"] for row in rows(past.url, "visit")} == {"lmarena-csv", "lmarena-catalog"}
    assert counts(past.url)["visit"] == before["visit"] + 1


def claim_elsewhere(url: str, source: str) -> None:
    """Let a process of another machine be at a source."""
    with opened(url) as engine, writing(engine) as session:
        claimed = write.claim_sources(
            session, [source], named=True, now=datetime.now(UTC), me="another-host|4711|1000.00"
        )
    assert claimed == [source]


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as standin:
        yield standin


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Site() as site:
        yield Hub(site)


def wired(settings: Settings, hub: Hub, slack: Slack) -> Settings:
    return Settings(**settings.model_dump() | slack.settings | {"mirror": hub.site.address})


def test_an_import_tells_nobody_and_the_next_visit_tells_what_is_newer(
    settings: Settings, files: Path, hub: Hub, slack: Slack
) -> None:
    past = Past(wired(settings, hub, slack))
    for day in list(STORY)[:3]:
        dumped(files, day)

    loaded = past.load("lmarena", files)
    hub.publish("webdev", publication(2))
    same = run(past.settings, declared("webdev"), clock=past.clock)

    assert loaded.events == len(past.events()) > 0
    assert {each["historical"] for each in past.events()} == {True}
    assert (same.failed, same.sent, same.queued, slack.calls) == (False, 0, 0, [])
    assert [counts(past.url)[name] for name in ("alert", "delivery", "alert_event")] == [0, 0, 0]

    hub.publish("webdev", publication(3))
    run(past.settings, declared("webdev"), clock=past.clock)

    assert {message["text"] for message in slack.messages} == {SENTENCES[2]}


def test_an_import_that_contradicts_what_was_told_says_so_and_sends_nothing(
    settings: Settings, files: Path, hub: Hub, slack: Slack, topspot: Topspot
) -> None:
    past = Past(wired(settings, hub, slack))
    for number in (0, 2):
        hub.publish("webdev", publication(number))
        run(past.settings, declared("webdev"), clock=past.clock)
    told = len(slack.messages)
    late = dumped(files, "2026-07-10", [(KIMI, 1700, 10), (FABLE, 1600, 10)])

    ended = topspot("import", "lmarena", str(late))
    run(past.settings, declared("webdev"), names=[], clock=past.clock)

    alerts = {row["id"] for row in rows(past.url, "alert")}
    lines = ended.err.splitlines()
    assert (ended.code, told, len(slack.messages)) == (0, 2, 2)
    assert {line.split()[1] for line in lines} == alerts
    assert all(line.endswith("an import sends no correction") for line in lines)
    assert {event["withdrawn"] for event in past.events() if event["published_on"] == "2026-07-16"} == {True}


def test_after_a_kill_the_same_import_gives_the_same_database(past: Past, sqlite_past: Past, files: Path) -> None:
    paths = [catalog(files, f"2025-05-{day}", figures) for day, figures in (("26", A), ("27", B), ("28", A))]
    manifest(files, *paths)
    sqlite_past.load("lmarena-catalog", files)

    kill_in_import(past.settings, "lmarena-catalog", [files], "INSERT INTO event", 1)
    cut = counts(past.url)
    loaded = past.load("lmarena-catalog", files)

    assert (cut["visit"], cut["snapshot"], cut["event"]) == (1, 1, 0)
    assert (loaded.unchanged, loaded.snapshots, loaded.failed) == (1, 2, False)
    assert facts_of(past.url) == facts_of(sqlite_past.url)
