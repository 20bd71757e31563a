"""What is wrong with a database is one line that says which, why and what to do, and never a password."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from support.databases import opened, prepare, rows
from topspot.settings import SettingsError
from topspot.store import engine as store
from topspot.store import migrate
from topspot.store.engine import StoreError, create_engine, reading, writing
from topspot.store.tables import Developer
from topspot.store.write import bulk

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
SECRET = "pass-word-0123"


def refused(url: str) -> str:
    """Give the one line with which a database is refused."""
    with pytest.raises(StoreError) as told:
        engine = create_engine(url)
        try:
            migrate.upgrade(engine, NOW)
        finally:
            engine.dispose()
    assert "\n" not in str(told.value)
    assert SECRET not in str(told.value)
    return str(told.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "topspot.db"
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    before = file.read_bytes()

    line = refused(f"sqlite:///{file}")

    assert line == f"sqlite:///{file}: file is not a database: is this a database of Topspot?"
    assert file.read_bytes() == before


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "topspot.db").mkdir()

    assert "unable to open database file: check that the folder exists" in refused(
        f"sqlite:///{tmp_path / 'topspot.db'}"
    )


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file in place of a folder")

    assert refused(f"sqlite:///{tmp_path / 'file' / 'data' / 'topspot.db'}").startswith(
        f"{tmp_path / 'file' / 'data'}: Not a directory: choose another folder"
    )


def test_an_error_of_a_driver_that_was_called_directly_is_one_line(postgres: str) -> None:
    with opened(postgres) as engine:
        with pytest.raises(StoreError, match=r": PostgreSQL text fields cannot contain NUL") as told:
            with writing(engine) as session:
                bulk(session.connection(), "developer", ["key", "name"], [("a", "A"), ("b", "\0")])

    assert "\n" not in str(told.value)
    assert rows(postgres, "developer") == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://topspot:{SECRET}@127.0.0.1:1/topspot",
        f"postgresql://topspot@127.0.0.1:1/topspot?password={SECRET}",
    ],
    ids=["in the address", "in the query"],
)
def test_a_server_that_is_not_there_is_named_without_the_password(url: str) -> None:
    line = refused(url)

    assert line.startswith("postgresql+psycopg://topspot")
    assert "127.0.0.1" in line
    assert line.endswith("check that the server runs and that the URL is right")


def test_a_database_that_the_server_has_not_is_said(empty_postgres: str) -> None:
    line = refused(empty_postgres.replace("topspot_", "nowhere_"))

    assert "does not exist" in line


@pytest.mark.parametrize("url", ["not a url", "", f"mysql://topspot:{SECRET}@127.0.0.1/topspot"])
def test_a_url_of_no_database_of_ours_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^TOPSPOT_DATABASE_URL: ") as told:
        create_engine(url)

    assert SECRET not in str(told.value)


def test_a_locked_database_is_said_to_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 20)
    url = f"sqlite:///{tmp_path / 'topspot.db'}"
    prepare(url)

    with closing(sqlite3.connect(tmp_path / "topspot.db", isolation_level=None)) as other, opened(url) as engine:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            StoreError, match=r"database is locked: another process writes for long; try again"
        ) as told:
            with writing(engine) as session:
                session.add(Developer(key="a", name="A"))
        with reading(engine) as session:
            assert session.execute(text("SELECT count(*) FROM developer")).scalar() == 0

    assert "\n" not in str(told.value)


def test_a_writer_takes_its_lock_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 20)
    url = f"sqlite:///{tmp_path / 'topspot.db'}"
    prepare(url)

    with opened(url) as engine, writing(engine) as session:
        session.execute(text("SELECT 1"))
        with closing(sqlite3.connect(tmp_path / "topspot.db", timeout=0.02)) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")


def test_a_transaction_that_fails_leaves_nothing(database: str) -> None:
    with opened(database) as engine, pytest.raises(LookupError), writing(engine) as session:
        session.add(Developer(key="a", name="A"))
        session.flush()
        raise LookupError

    assert rows(database, "developer") == []


def test_a_transaction_that_is_not_to_be_kept_leaves_nothing(database: str) -> None:
    with opened(database) as engine, writing(engine, keep=False) as session:
        session.add(Developer(key="a", name="A"))
        session.flush()
        assert session.get(Developer, "a") is not None

    assert rows(database, "developer") == []


def test_a_broken_rule_of_the_database_is_one_line(database: str) -> None:
    with opened(database) as engine:
        with pytest.raises(StoreError) as told, writing(engine) as session:
            session.execute(text("INSERT INTO developer (key, name) VALUES ('a', 'A')"))
            session.execute(text("INSERT INTO developer (key, name) VALUES ('a', 'A')"))

    assert "\n" not in str(told.value)
    assert rows(database, "developer") == []
