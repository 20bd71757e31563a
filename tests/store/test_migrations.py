"""Migrations on both databases: up, down, with rows, all at once, and never halfway."""

import shutil
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from support.databases import TABLES, counts, fill
from topspot.store import migrate
from topspot.store.engine import StoreError, create_engine
from topspot.store.tables import Base

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)

SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "0002", None, None

def upgrade():
    op.create_table("further", sa.Column("key", sa.String(), primary_key=True))
    op.execute("{last}")

def downgrade():
    op.drop_table("further")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Give an engine of a database without tables."""
    url = f"sqlite:///{tmp_path / 'topspot.db'}"
    engine = create_engine(url if request.param == "sqlite" else request.getfixturevalue("empty_postgres"))
    yield engine
    engine.dispose()


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program a second migration, in the file that this returns; it succeeds."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "versions" / "9999_further.py"
    file.write_text(SECOND.format(last="SELECT 1"))
    monkeypatch.setattr(migrate, "scripts", lambda: folder)
    monkeypatch.setattr(migrate, "HEAD", "9999")
    monkeypatch.setattr(migrate, "REVISIONS", ("0001", "0002", "9999"))
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


def test_every_row_survives_a_further_migration(empty: Engine, second: Path) -> None:
    _upgrade_to_the_first(empty)
    fill(empty)

    migrate.upgrade(empty, NOW)

    assert migrate.revision(empty) == "9999"
    assert set(counts(_url(empty)).values()) == {1}


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


def test_a_sqlite_file_is_copied_before_it_is_changed(tmp_path: Path, second: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    _upgrade_to_the_first(engine)
    fill(engine)

    copy = migrate.upgrade(engine, NOW)

    engine.dispose()
    assert copy == tmp_path / "topspot.db.0001-20260901T060000Z"
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert old.execute("SELECT raw_name FROM entry").fetchall() == [("a",)]
        assert old.execute("SELECT name FROM sqlite_master WHERE name = 'further'").fetchall() == []
    old.close()


def test_a_migration_that_fails_in_the_middle_changes_nothing_and_can_be_tried_again(
    empty: Engine, second: Path
) -> None:
    _upgrade_to_the_first(empty)
    fill(empty)
    second.write_text(SECOND.format(last="SELECT * FROM nowhere"))

    with pytest.raises(StoreError, match=r"^migration failed: ") as told:
        migrate.upgrade(empty, NOW)

    assert "\n" not in str(told.value)
    assert migrate.revision(empty) == "0001"
    assert "further" not in inspect(empty).get_table_names()
    assert set(counts(_url(empty)).values()) == {1}

    second.write_text(SECOND.format(last="SELECT 1"))
    migrate.upgrade(empty, NOW)

    assert migrate.revision(empty) == "9999"
    assert set(counts(_url(empty)).values()) == {1}


def test_the_copy_is_kept_and_named_when_a_migration_fails(tmp_path: Path, second: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    _upgrade_to_the_first(engine)
    second.write_text(SECOND.format(last="SELECT * FROM nowhere"))

    with pytest.raises(StoreError) as told:
        migrate.upgrade(engine, NOW)

    engine.dispose()
    copy = tmp_path / "topspot.db.0001-20260901T060000Z"
    assert str(told.value).endswith(f"; the copy from before is {copy}")
    assert copy.exists()


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _config(engine: Engine, connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrate.scripts()))
    config.attributes["connection"] = connection
    return config


def _upgrade_to_the_first(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        command.upgrade(_config(engine, connection), "0001")


def _downgrade(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        command.downgrade(_config(engine, connection), "base")
