"""Migrations on both databases: up, down, with rows, all at once, and never halfway."""

import contextlib
import shutil
import sqlite3
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from support.databases import TABLES, counts, everything, fill, reflected
from support.disk import room_for
from topspot.store import migrate
from topspot.store.engine import StoreError, create_engine
from topspot.store.tables import Base

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)

LAST = migrate.HEAD
"""The newest revision, before a test gives the program a further one."""

FURTHER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{last}", None, None

def upgrade():
    op.create_table("further", sa.Column("key", sa.String(), primary_key=True))
    op.execute("{statement}")

def downgrade():
    op.drop_table("further")
"""


def further(statement: str = "SELECT 1") -> str:
    """Write a migration that adds a table and ends with a statement."""
    return FURTHER.format(last=LAST, statement=statement)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Give an engine of a database without tables."""
    url = f"sqlite:///{tmp_path / 'topspot.db'}"
    engine = create_engine(url if request.param == "sqlite" else request.getfixturevalue("empty_postgres"))
    yield engine
    engine.dispose()


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program one more migration, in the file that this returns; it succeeds."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "versions" / "9999_further.py"
    file.write_text(further())
    monkeypatch.setattr(migrate, "scripts", lambda: folder)
    monkeypatch.setattr(migrate, "HEAD", "9999")
    monkeypatch.setattr(migrate, "REVISIONS", (*migrate.REVISIONS, "9999"))
    return file


def test_a_database_is_migrated_from_nothing(empty: Engine) -> None:
    copy = migrate.upgrade(empty, NOW)

    assert copy is None
    assert migrate.revision(empty) == migrate.HEAD
    assert set(inspect(empty).get_table_names()) == {table.name for table in TABLES} | {"alembic_version"}


def test_tables_and_migrations_say_the_same(empty: Engine) -> None:
    migrate.upgrade(empty, NOW)

    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_there_is_one_head_and_the_program_knows_every_revision() -> None:
    scripts = ScriptDirectory(str(migrate.scripts()))

    known = [script.revision for script in scripts.walk_revisions()]

    assert scripts.get_heads() == [migrate.HEAD]
    assert tuple(reversed(known)) == migrate.REVISIONS


def test_a_database_with_rows_in_every_table_goes_down_and_up_again(empty: Engine) -> None:
    migrate.upgrade(empty, NOW)
    fill(empty)
    assert set(counts(_url(empty)).values()) == {1}

    _downgrade(empty)
    left = inspect(empty).get_table_names()
    migrate.upgrade(empty, NOW)

    assert left == ["alembic_version"]
    assert set(counts(_url(empty)).values()) == {0}
    fill(empty)


def test_every_row_survives_a_further_migration(empty: Engine, added: Path) -> None:
    _upgrade_to(empty, LAST)
    fill(empty)
    before = everything(empty)

    migrate.upgrade(empty, NOW)

    assert migrate.revision(empty) == "9999"
    assert everything(empty) == before | {"further": []}


def test_nothing_of_the_first_tables_is_lost_on_the_way_to_history_and_back(empty: Engine) -> None:
    _upgrade_to(empty, "0001")
    fill(empty)
    _add_snapshots(empty, "2026-07-16 2026-07-15 2026-07-16 2026-07-16")
    before = everything(empty)

    migrate.upgrade(empty, NOW)
    after = everything(empty)
    _downgrade(empty, "0001")

    [board], [series] = before["board"], after["series"]
    assert {row["line"] for row in after["snapshot"]} == {0}
    assert {row["partial"] for row in after["visit"]} == {False}
    assert (series["key"], series["board"], series["trust"]) == (board["source"], board["key"], 0)
    moved = {name: board.pop(name) for name in ("source", "license", "credit")}
    assert moved.items() <= series.items()
    assert {name: [row | old for row, old in zip(after[name], before[name], strict=True)] for name in before} == {
        name: after[name] for name in before
    }
    board |= moved
    assert everything(empty) == before


def test_foreign_keys_hold_again_after_a_migration_that_went_well_or_failed(tmp_path: Path, added: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    _upgrade_to(engine, "0001")
    fill(engine)

    for statement in ("SELECT * FROM nowhere", "SELECT 1"):
        added.write_text(further(statement))
        with contextlib.suppress(StoreError):
            migrate.upgrade(engine, NOW)
        with pytest.raises(IntegrityError), engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("DELETE FROM board"))

    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("SELECT count(*) FROM board")).scalar() == 1
    assert migrate.revision(engine) == "9999"
    engine.dispose()


def test_a_migration_that_would_leave_a_row_without_what_it_refers_to_changes_nothing(
    empty: Engine, added: Path
) -> None:
    _upgrade_to(empty, LAST)
    fill(empty)
    before = everything(empty)
    added.write_text(further("DELETE FROM board"))

    with pytest.raises(StoreError, match=r"^migration failed: ") as told:
        migrate.upgrade(empty, NOW)

    assert "\n" not in str(told.value)
    assert everything(empty) == before


def test_five_at_once_migrate_once(empty: Engine) -> None:
    start = threading.Barrier(5)
    ended: list[object] = []

    def upgrade() -> None:
        engine = create_engine(_url(empty))
        start.wait(10)
        try:
            ended.append(migrate.upgrade(engine, NOW))
        except Exception as error:  # noqa: BLE001 - what a thread raises would be lost
            ended.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert ended == [None] * 5
    assert migrate.is_current(empty)


def test_a_current_database_is_left_alone(empty: Engine, tmp_path: Path) -> None:
    migrate.upgrade(empty, NOW)
    before = sorted(tmp_path.iterdir())

    copy = migrate.upgrade(empty, NOW)

    assert copy is None
    assert sorted(tmp_path.iterdir()) == before


def test_a_newer_database_is_refused_in_one_line_and_left_alone(empty: Engine) -> None:
    migrate.upgrade(empty, NOW)
    fill(empty)
    with empty.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(
        StoreError, match=r"\(revision 9999\) are newer than this program: upgrade topspot$"
    ) as told:
        migrate.upgrade(empty, NOW)

    assert "\n" not in str(told.value)
    assert set(counts(_url(empty)).values()) == {1}


def test_a_sqlite_file_is_copied_before_it_is_changed(tmp_path: Path, added: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    _upgrade_to(engine, LAST)
    fill(engine)

    copy = migrate.upgrade(engine, NOW)

    engine.dispose()
    assert copy == tmp_path / f"topspot.db.{LAST}-20260901T060000Z"
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [(LAST,)]
        assert old.execute("SELECT raw_name FROM entry").fetchall() == [("a",)]
        assert old.execute("SELECT name FROM sqlite_master WHERE name = 'further'").fetchall() == []
    old.close()


def test_a_migration_that_fails_in_the_middle_changes_nothing_and_can_be_tried_again(
    empty: Engine, added: Path
) -> None:
    _upgrade_to(empty, LAST)
    fill(empty)
    added.write_text(further("SELECT * FROM nowhere"))

    with pytest.raises(StoreError, match=r"^migration failed: ") as told:
        migrate.upgrade(empty, NOW)

    assert "\n" not in str(told.value)
    assert migrate.revision(empty) == LAST
    assert "further" not in inspect(empty).get_table_names()
    assert set(counts(_url(empty)).values()) == {1}

    added.write_text(further())
    migrate.upgrade(empty, NOW)

    assert migrate.revision(empty) == "9999"
    assert set(counts(_url(empty)).values()) == {1}


def test_the_copy_is_kept_and_named_when_a_migration_fails(tmp_path: Path, added: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    _upgrade_to(engine, LAST)
    added.write_text(further("SELECT * FROM nowhere"))

    with pytest.raises(StoreError) as told:
        migrate.upgrade(engine, NOW)

    engine.dispose()
    copy = tmp_path / f"topspot.db.{LAST}-20260901T060000Z"
    assert str(told.value).endswith(f"; the copy from before is {copy}")
    assert copy.exists()


def test_a_copy_that_does_not_fit_is_one_line_and_nothing_is_migrated(tmp_path: Path, added: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    _upgrade_to(engine, LAST)
    with room_for(100_000), pytest.raises(StoreError, match=r"was not copied to .*: look at its disk") as told:
        migrate.upgrade(engine, NOW)

    assert "\n" not in str(told.value)
    assert migrate.revision(engine) == LAST
    assert list(tmp_path.glob(f"*topspot.db.{LAST}*")) == []
    engine.dispose()


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _config(engine: Engine, connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrate.scripts()))
    config.attributes["connection"] = connection
    return config


def _upgrade_to(engine: Engine, revision: str) -> None:
    with migrate.transaction(engine) as connection:
        command.upgrade(_config(engine, connection), revision)


def _downgrade(engine: Engine, revision: str = "base") -> None:
    with migrate.transaction(engine) as connection:
        command.downgrade(_config(engine, connection), revision)


def _add_snapshots(engine: Engine, days: str) -> None:
    """Add snapshots like the one that is there, one a day that is named, with the next ids."""
    [snapshot] = [table for table in reflected(engine) if table.name == "snapshot"]
    with engine.execution_options(writes=True).begin() as connection:
        like = dict(connection.execute(snapshot.select()).mappings().one())
        for number, day in enumerate(days.split(), start=2):
            mine = {"id": number, "published_on": date.fromisoformat(day), "content_hash": f"hash-{number}"}
            connection.execute(snapshot.insert().values(like | mine))
