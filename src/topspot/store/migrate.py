"""Bring a database to the tables of this program: under a lock, copied first, never backwards."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from topspot.store.engine import StoreError, copy_sqlite, describe, plain_errors, shown, sqlite_file

HEAD = "0006"
"""The newest revision of ``alembic/versions``; known here so that Alembic is imported only to migrate."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", HEAD)
"""All revisions, oldest first."""

MIGRATE_LOCK = "topspot:migrate"


def scripts() -> Path:
    """Find the folder of migrations: beside the package in a wheel, at the top level in a clone."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_alembic"
    return shipped if shipped.is_dir() else package.parents[1] / "alembic"


def revision(engine: Engine) -> str | None:
    """Give the revision of a database, ``None`` for an empty one. Raises ``StoreError``."""
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except OperationalError as error:
        raise StoreError(describe(engine, error)) from error
    except DBAPIError as error:
        raise StoreError(f"{describe(engine, error)}: is this a database of Topspot?") from error


def is_current(engine: Engine) -> bool:
    """Whether a database has the tables of this program. Raises ``StoreError`` for a newer one."""
    found = revision(engine)
    if found is not None and found not in REVISIONS:
        newer = f"its tables (revision {found}) are newer than this program"
        raise StoreError(f"{shown(engine.url)}: {newer}: upgrade topspot")
    return found == HEAD


def upgrade(engine: Engine, now: datetime) -> Path | None:
    """Migrate a database to this program's tables and give the copy made before, if one was.

    A SQLite file that holds something is copied first. Several processes may call this at once: one migrates,
    the others wait and find nothing to do. Raises ``StoreError``.
    """
    if is_current(engine):
        return None
    with _lock(engine):
        if is_current(engine):
            return None
        copy = _copy_sqlite(engine, now)
        try:
            _run_alembic(engine)
        except StoreError as error:
            kept = f"; the copy from before is {copy}" if copy else ""
            raise StoreError(f"migration failed: {error}{kept}") from error
        return copy


def _run_alembic(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    with transaction(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextlib.contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection in the one transaction of a migration, rolled back on any error. Raises ``StoreError``.

    SQLite looks at its foreign keys at the end, not in between: a table that is made anew is dropped under
    those that refer to it.
    """
    with plain_errors(engine), engine.execution_options(writes=True).connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        pragma = connection.connection.cursor()  # inside a transaction it would do nothing
        pragma.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                _check_keys(connection)
        finally:
            pragma.execute("PRAGMA foreign_keys=ON")
            pragma.close()


def _check_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        where = shown(connection.engine.url)
        raise StoreError(f"{where}: a row of {broken[0]} would refer to one of {broken[2]} that is not there")


@contextlib.contextmanager
def _lock(engine: Engine) -> Iterator[None]:
    file = sqlite_file(engine.url)
    if file is not None:
        from filelock import FileLock

        lock_file = FileLock(f"{file}.migrate.lock")
        try:
            lock_file.acquire()
        except OSError as error:
            raise StoreError(f"{file.parent}: {error.strerror}: let this user write there") from error
        try:
            yield
        finally:
            lock_file.release()
        return
    with engine.connect() as connection:
        lock = {"name": MIGRATE_LOCK}
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 0))"), lock)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), lock)


def _copy_sqlite(engine: Engine, now: datetime) -> Path | None:
    file, found = sqlite_file(engine.url), revision(engine)
    if file is None or found is None:
        return None
    copy = file.with_name(f"{file.name}.{found}-{now:%Y%m%dT%H%M%SZ}")
    copy_sqlite(file, copy)
    return copy
