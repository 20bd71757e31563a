"""A database is copied whole or not at all, and of the archive only what nothing needs is removed."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert, text

from support.databases import TABLES, counts, dump, fill, opened, prepare, rows
from support.disk import room_for
from topspot.store import archive, upkeep
from topspot.store.engine import StoreError, copy_sqlite, reading, writing
from topspot.store.tables import Attempt, Board, Developer, Payload, Snapshot, SourceState, Visit
from topspot.store.upkeep import File, Payloads
from topspot.store.write import bulk

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
ON = date(2026, 7, 16)


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """Give the URL of a SQLite database with a row in every table."""
    url = f"sqlite:///{tmp_path / 'topspot.db'}"
    with opened(url) as engine:
        fill(engine)
    return url


def copied(source: str, target: str) -> dict[str, int]:
    with opened(source) as old, opened(target) as new:
        return upkeep.copy(old, new)


def test_a_sqlite_database_is_copied_to_postgresql_and_back(filled: str, postgres: str, tmp_path: Path) -> None:
    there = copied(filled, postgres)
    back = copied(postgres, f"sqlite:///{tmp_path / 'back.db'}")

    assert there == back == {table.name: 1 for table in TABLES}
    assert dump(postgres) == dump(filled)
    assert dump(f"sqlite:///{tmp_path / 'back.db'}") == dump(filled)
    with (
        closing(sqlite3.connect(tmp_path / "topspot.db")) as old,
        closing(sqlite3.connect(tmp_path / "back.db")) as new,
    ):
        for table in TABLES:
            query = f"SELECT {', '.join(column.name for column in table.columns)} FROM {table.name}"
            assert new.execute(query).fetchall() == old.execute(query).fetchall()


def test_more_rows_than_a_batch_are_copied_once_each(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 3)
    with opened(filled) as engine, writing(engine) as session:
        session.add_all([Developer(key=f"d{number}", name="D") for number in range(9)])

    there = copied(filled, f"sqlite:///{tmp_path / 'copy.db'}")

    assert there["developer"] == 10
    assert dump(f"sqlite:///{tmp_path / 'copy.db'}") == dump(filled)


def test_ids_go_on_behind_those_that_were_copied(filled: str, postgres: str) -> None:
    copied(filled, postgres)

    with opened(postgres) as engine, engine.begin() as connection:
        for table in (table for table in TABLES if table.autoincrement_column is not None):
            [row] = rows(filled, table.name)
            changed = {"raw_name": "b", "content_hash": "b", "revision": 2, "digest": "b"}
            new = {name: changed.get(name, value) for name, value in row.items() if name != "id"}
            assert connection.execute(insert(table).values(new)).inserted_primary_key == (2,)


def test_what_is_written_while_a_database_is_copied_is_not_in_the_copy(database: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    with opened(database) as engine:
        fill(engine)
    before = dump(database)

    with opened(database) as old, opened(target) as new, opened(database) as writer:

        @event.listens_for(old, "before_cursor_execute")
        def write(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "FROM standing" in statement:
                with writing(writer) as session:
                    session.add(Attempt(id=2, delivery_id=1, started_at=NOW))

        upkeep.copy(old, new)

    assert counts(database)["attempt"] == 2
    assert dump(target) == before


def test_a_server_that_goes_leaves_an_empty_database_and_the_next_copy_is_whole(
    filled: str, postgres: str, postgres_server: str
) -> None:
    with opened(filled) as old, opened(postgres) as new, opened(postgres_server) as administrator:

        @event.listens_for(old, "before_cursor_execute")
        def go(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "FROM standing" in statement:
                with administrator.connect() as connection:
                    connection.execute(
                        text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"),
                        {"name": new.url.database},
                    )

        with pytest.raises(StoreError, match=r"^postgresql.*check that the server runs") as told:
            upkeep.copy(old, new)
        event.remove(old, "before_cursor_execute", go)

        assert "\n" not in str(told.value)
        assert upkeep.is_empty(new)
        upkeep.copy(old, new)

    assert dump(postgres) == dump(filled)


def test_a_target_without_room_stays_empty_and_the_next_copy_is_whole(filled: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    with opened(filled) as engine, writing(engine) as session:
        bulk(
            session.connection(),
            "developer",
            ["key", "name"],
            [(f"d{number}", "D" * 99) for number in range(9_000)],
        )
    prepare(target)

    with room_for((tmp_path / "copy.db").stat().st_size + 100_000):
        with pytest.raises(StoreError, match=rf"^{target}: .*nothing was kept by halves") as told:
            copied(filled, target)

    assert "\n" not in str(told.value)
    assert set(counts(target).values()) == {0}
    copied(filled, target)
    assert dump(target) == dump(filled)


def test_an_error_of_the_source_is_said_of_the_source(filled: str, tmp_path: Path) -> None:
    with opened(filled) as old, old.begin() as connection:
        connection.execute(text("DROP TABLE attempt"))

    with pytest.raises(StoreError, match=rf"^{filled}: no such table: attempt"):
        copied(filled, f"sqlite:///{tmp_path / 'copy.db'}")

    assert set(counts(f"sqlite:///{tmp_path / 'copy.db'}").values()) == {0}


def test_a_database_with_other_rows_than_were_copied_is_left_as_it_was(filled: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    with opened(target) as engine, writing(engine) as session:
        session.add(Developer(key="other", name="Other"))

    with pytest.raises(StoreError, match=r"developer has 2 rows instead of 1: another process writes there"):
        copied(filled, target)

    assert {name: count for name, count in counts(target).items() if count} == {"developer": 1}


def test_a_database_is_empty_until_a_table_has_a_row_whatever_its_revision(tmp_path: Path) -> None:
    (tmp_path / "topspot.db").touch()

    with opened(f"sqlite:///{tmp_path / 'topspot.db'}") as engine:
        found = [upkeep.is_empty(engine)]
        for statement in ("CREATE TABLE developer (old TEXT)", "INSERT INTO developer VALUES ('a')"):
            with engine.begin() as connection:
                connection.execute(text(statement))
            found.append(upkeep.is_empty(engine))

    assert found == [True, True, False]


def test_a_sqlite_file_is_copied_while_another_writes(filled: str, tmp_path: Path) -> None:
    before, to = dump(filled), tmp_path / "copy.db"

    with closing(sqlite3.connect(tmp_path / "topspot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO developer (key, name) VALUES ('late', 'Late')")
        copy_sqlite(tmp_path / "topspot.db", to)
        other.execute("COMMIT")

    with closing(sqlite3.connect(f"file:{to}?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert dump(f"sqlite:///{to}") == before
    assert counts(filled)["developer"] == 2
    assert not list(tmp_path.glob(".new-*"))


def test_a_copy_that_does_not_fit_leaves_nothing_behind(filled: str, tmp_path: Path) -> None:
    before, folder = dump(filled), tmp_path / "elsewhere"
    folder.mkdir()

    with room_for(100_000), pytest.raises(StoreError, match=r"was not copied to .*: look at its disk") as told:
        copy_sqlite(tmp_path / "topspot.db", folder / "copy.db")

    assert "\n" not in str(told.value)
    assert list(folder.iterdir()) == []
    assert dump(filled) == before


def test_a_damaged_database_is_not_taken_for_a_copy(filled: str, tmp_path: Path) -> None:
    with opened(filled) as engine, engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    with (tmp_path / "topspot.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)

    with pytest.raises(StoreError, match=r"was not copied to"):
        copy_sqlite(tmp_path / "topspot.db", tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()


def file(name: str, modified_at: datetime = LONG_AGO) -> File:
    return File(Path("archive") / name[:2] / name, 10, modified_at)


PAYLOADS = Payloads({"a" * 64: LONG_AGO, "b" * 64: LONG_AGO, "c" * 64: NOW}, {"a" * 64})
FILES = {
    "needed": (file("a" * 64), False),
    "not needed": (file("b" * 64), True),
    "not needed, but newer": (file("c" * 64), False),
    "of no visit": (file("d" * 64), True),
    "of no visit, but newer": (file("d" * 64, BEFORE), False),
    "left-over": (file(".new-abc", NOW - timedelta(hours=2)), True),
    "being written": (file(".new-abc", NOW - timedelta(minutes=59)), False),
}


@pytest.mark.parametrize(("given", "expected"), FILES.values(), ids=FILES)
def test_only_what_is_old_and_not_needed_is_removed(given: File, expected: bool) -> None:
    assert upkeep.is_unneeded(given, PAYLOADS, before=BEFORE, now=NOW) is expected


def test_a_file_that_may_be_about_to_be_recorded_stays_whatever_is_asked_for() -> None:
    given = file("d" * 64, NOW - timedelta(minutes=59))

    assert not upkeep.is_unneeded(given, PAYLOADS, before=NOW + timedelta(days=1), now=NOW)


def test_payloads_of_snapshots_and_the_last_one_held_of_each_address_are_needed(database: str) -> None:
    with opened(database) as engine:
        with writing(engine) as session:
            session.add(Board(key="b", name="B", publisher="P", scale="x", headline=False))
            names = ("accepted", "held", "dropped", "facts", "again", "unreadable", "last", "elsewhere")
            session.add_all(
                [Payload(sha256=name, size=1, media_type="", first_seen_at=LONG_AGO) for name in names]
            )
            session.flush()
            session.add_all([_snapshot(name, number) for number, name in enumerate(names[:3], start=1)])
            for url, outcome, payload in (
                ("one", "new", "accepted"), ("one", "new", "facts"), ("one", "unchanged", "again"),
                ("one", "held", "unreadable"), ("one", "held", "last"), ("one", "held", None),
                ("two", "held", "elsewhere"), ("two", "failed", None),
            ):  # fmt: skip
                session.add(Visit(source="s", url=url, started_at=NOW, outcome=outcome, payload=payload))
                session.flush()
        with reading(engine) as session:
            found = upkeep.payloads_of(session)

    assert found.needed == {"accepted", "held", "dropped", "facts", "last", "elsewhere"}
    assert found.first_seen_at == dict.fromkeys(names, LONG_AGO)


def _snapshot(payload: str, line: int) -> Snapshot:
    return Snapshot(
        board="b", category="overall", series="s", published_on=ON, observed_at=NOW, recorded_at=NOW,
        payload=payload, content_hash=payload, row_count=3, line=line,
        accepted_at=None if payload == "held" else NOW, dropped_at=NOW if payload == "dropped" else None,
    )  # fmt: skip


def kept(folder: Path, name: str) -> Path:
    """Put an old file into an archive."""
    path = archive.path_of(folder, name) if not name.startswith(".") else folder / "aa" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"12345")
    os.utime(path, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    return path


def found_in(url: str, folder: Path) -> upkeep.Unneeded:
    with opened(url) as engine, reading(engine) as session:
        return upkeep.unneeded(session, folder, before=BEFORE, now=NOW)


def test_only_files_that_are_ours_by_name_and_place_are_looked_at(tmp_path: Path) -> None:
    url, folder = f"sqlite:///{tmp_path / 'topspot.db'}", tmp_path / "archive"
    ours = [kept(folder, ".new-abc").rename(folder / ".new-abc")]
    ours += [kept(folder, ".new-abc"), kept(folder, "aa" + "1" * 62)]
    outside = kept(tmp_path / "outside", "ee" + "2" * 62)
    (folder / "ee").symlink_to(outside.parent)
    (folder / "aa" / ("aa" + "3" * 62)).symlink_to(outside)
    others = [kept(folder, "aa-notes"), kept(folder, "AA" + "4" * 62), folder / "bb" / ("cc" + "5" * 62)]
    others[-1].parent.mkdir()
    others[-1].write_bytes(b"in the folder of another")

    found = found_in(url, folder)
    upkeep.remove(folder, found.files)

    assert sorted(file.path for file in found.files) == sorted(ours)
    assert (found.bytes, found.kept) == (15, 0)
    assert [path for path in ours if path.exists()] == []
    assert all(path.exists() for path in (*others, outside))
    assert (folder / "ee").is_symlink()
    assert (folder / "aa" / ("aa" + "3" * 62)).is_symlink()


def test_without_an_archive_nothing_is_found(tmp_path: Path) -> None:
    assert found_in(f"sqlite:///{tmp_path / 'topspot.db'}", tmp_path / "archive") == ([], 0)


def test_an_archive_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.write_text("a file in place of the folder")

    with pytest.raises(archive.ArchiveError) as told:
        found_in(f"sqlite:///{tmp_path / 'topspot.db'}", folder)

    assert str(told.value) == (
        f"{folder}: Not a directory: nothing was removed: let this user write in the archive and try again"
    )


def test_a_file_that_cannot_be_removed_is_named_with_how_far_it_went(tmp_path: Path) -> None:
    first, folder_in_its_place = kept(tmp_path, "aa" + "1" * 62), tmp_path / "bb"
    folder_in_its_place.mkdir()

    with pytest.raises(archive.ArchiveError, match=rf"^{folder_in_its_place}: .*: files removed before it: 1: "):
        upkeep.remove(tmp_path, [File(path, 1, LONG_AGO) for path in (first, folder_in_its_place)])

    assert not first.exists()
    assert folder_in_its_place.exists()


@pytest.mark.parametrize(("holder", "refused"), [("another-host|1|1.00", True), (None, False)])
def test_nothing_is_looked_for_while_a_run_is_under_way(
    database: str, tmp_path: Path, holder: str | None, refused: bool
) -> None:
    with opened(database) as engine, writing(engine) as session:
        until = NOW + timedelta(minutes=30)
        session.add(
            SourceState(source="s", next_due_at=NOW, claimed_by=holder, claimed_until=until if holder else None)
        )

    if refused:
        with pytest.raises(StoreError, match=r"^a run is at s: try again when it has ended$"):
            found_in(database, tmp_path / "archive")
    else:
        assert found_in(database, tmp_path / "archive").files == []
