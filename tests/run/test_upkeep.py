"""`db backup`, `db prune` and `db copy` as an operator calls them, between runs."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from standins.slack import Slack
from support.cli import Ended, Topspot
from support.databases import dump, fill, opened, prepare, rows
from support.disk import room_for
from support.hub import Hub
from support.runs import files, run
from support.story import publication
from topspot.settings import Settings

SECRET = "pass-word-0123"


@pytest.fixture
def collected(wired_sqlite: Settings, hub: Hub) -> Settings:
    """Give settings of a database with one publication."""
    hub.publish("webdev", publication(0))
    run(wired_sqlite, files("webdev"))
    return wired_sqlite


def line(ended: Ended) -> str:
    [only] = ended.err.splitlines()
    return only


def payload_files(settings: Settings) -> set[bytes]:
    return {path.read_bytes() for path in settings.archive_dir.rglob("*") if path.is_file()}


def test_a_backup_is_the_whole_database_in_a_file_that_is_printed(topspot: Topspot, collected: Settings) -> None:
    before = dump(collected.url)

    ended = topspot("db", "backup")

    made = Path(ended.out.removesuffix("\n"))
    assert (ended.code, made.parent) == (0, collected.data_dir)
    assert made.name.startswith("topspot.db.backup-2")
    assert dump(f"sqlite:///{made}") == before == dump(collected.url)
    assert line(ended).endswith(f"copy {collected.archive_dir} as well: files there never change")


def test_a_backup_overwrites_nothing(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")
    (tmp_path / "mine").write_text("mine")

    ended = topspot("db", "backup", "mine")

    assert (ended.code, ended.out) == (2, "")
    assert line(ended) == "topspot: mine exists: name a file that does not; nothing is overwritten"
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_backup_on_a_full_disk_is_one_line_and_leaves_nothing(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")
    (tmp_path / "elsewhere").mkdir()

    with room_for(100_000):
        ended = topspot("db", "backup", "elsewhere/copy.db")

    assert (ended.code, ended.out) == (1, "")
    assert "was not copied to elsewhere/copy.db: " in line(ended)
    assert "nothing was kept by halves" in line(ended)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_backup_into_a_folder_that_is_not_there_is_one_line(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")

    ended = topspot("db", "backup", "nowhere/copy.db")

    assert (ended.code, ended.out) == (1, "")
    assert "unable to open database file: check that the folder exists" in line(ended)


def test_a_backup_without_a_database_makes_none(topspot: Topspot, tmp_path: Path) -> None:
    ended = topspot("db", "backup")

    assert (ended.code, ended.out) == (2, "")
    assert "there is no database yet" in line(ended)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_postgresql_is_left_to_pg_dump(topspot: Topspot) -> None:
    ended = topspot("--database-url", f"postgresql://me:{SECRET}@127.0.0.1:1/spot", "db", "backup")

    assert (ended.code, ended.out) == (2, "")
    assert line(ended) == "topspot: only SQLite is copied by this: use `pg_dump -Fc -f topspot.dump spot`"


@pytest.fixture
def dated(collected: Settings, hub: Hub) -> Settings:
    """Add two payloads that could not be read, of which nobody needs the first."""
    for body in (b"PAR1, the first that cannot be read", b"PAR1, the second"):
        hub.publish("webdev", body)
        run(collected, files("webdev"))
    return collected


def test_pruning_removes_what_nothing_needs_and_no_row(topspot: Topspot, dated: Settings) -> None:
    before, there = dump(dated.url), payload_files(dated)

    counted = topspot("db", "prune", "--older-than", "0", "--dry-run")
    untouched = payload_files(dated)
    ended = topspot("db", "prune", "--older-than", "0", "--json")
    again = topspot("db", "prune", "--older-than", "0")

    assert (counted.code, ended.code, again.code) == (0, 0, 0)
    assert counted.out == "files to remove: 1, of 35 bytes; files kept: 2\n"
    assert ended.object == {"files": 1, "bytes": 35, "kept": 2}
    assert again.out == "files removed: 0, of 0 bytes; files kept: 2\n"
    assert untouched == there
    assert there - payload_files(dated) == {b"PAR1, the first that cannot be read"}
    assert dump(dated.url) == before


def test_pruning_leaves_what_is_newer(topspot: Topspot, dated: Settings) -> None:
    there = payload_files(dated)

    ended = topspot("db", "prune", "--older-than", "2020-01-01", "--json")

    assert ended.object == {"files": 0, "bytes": 0, "kept": 3}
    assert payload_files(dated) == there


@pytest.mark.parametrize("age", ["-1", "soon", "", "2026-13-01", "9" * 12])
def test_an_age_that_is_none_is_a_wrong_call(topspot: Topspot, tmp_path: Path, age: str) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")

    ended = topspot("db", "prune", f"--older-than={age}")

    assert (ended.code, ended.out) == (2, "")
    assert line(ended).startswith("topspot: --older-than")


def test_an_archive_that_cannot_be_read_is_exit_code_1(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")
    (tmp_path / "archive").write_text("a file in place of the folder")

    ended = topspot("db", "prune", "--older-than", "1")

    assert (ended.code, ended.out) == (1, "")
    assert line(ended).startswith(f"topspot: {tmp_path / 'archive'}: Not a directory: nothing was removed")


def test_a_run_goes_on_in_the_database_that_was_copied(
    topspot: Topspot, collected: Settings, hub: Hub, slack: Slack, postgres: str
) -> None:
    before = dump(collected.url)

    ended = topspot("db", "copy", postgres)

    assert (ended.code, ended.out) == (0, "")
    assert line(ended).startswith(f"{sum(len(table) for table in before.values())} rows copied; ")
    assert dump(postgres) == before

    hub.publish("webdev", publication(2))
    moved = collected.model_copy(update={"database_url": postgres})
    healthy, again = run(moved, files("webdev")), run(moved, files("webdev"))

    assert (healthy.failed, healthy.sent, again.sent) == (False, 1, 0)
    assert len(slack.messages) == 1
    assert [row["id"] for row in rows(postgres, "snapshot")] == [1, 2]
    assert dump(collected.url) == before


def test_a_database_with_rows_is_not_copied_into(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")
    target = f"sqlite:///{tmp_path / 'target.db'}"
    with opened(target) as engine:
        fill(engine)
    before = dump(target)

    ended = topspot("db", "copy", target)

    assert (ended.code, ended.out) == (2, "")
    assert line(ended) == f"topspot: {target} has rows: name a database that is empty; nothing was copied"
    assert dump(target) == before


@pytest.mark.parametrize(
    ("url", "code"),
    [(f"postgresql://me:{SECRET}@127.0.0.1:1/spot", 1), (f"mysql://me:{SECRET}@127.0.0.1/spot", 2)],
)
def test_a_target_that_is_not_to_be_had_is_one_line_without_its_password(
    topspot: Topspot, tmp_path: Path, url: str, code: int
) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")

    ended = topspot("db", "copy", url)

    assert (ended.code, ended.out) == (code, "")
    assert SECRET not in line(ended)


def test_a_target_that_is_locked_is_one_line(
    topspot: Topspot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("topspot.store.engine.BUSY_MS", 20)
    for name in ("topspot", "target"):
        prepare(f"sqlite:///{tmp_path / name}.db")

    with closing(sqlite3.connect(tmp_path / "target.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = topspot("db", "copy", f"sqlite:///{tmp_path / 'target.db'}")

    assert (ended.code, ended.out) == (1, "")
    assert "database is locked: another process writes for long" in line(ended)
