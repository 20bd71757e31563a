"""A migrated database in no time, and all that one holds."""

import functools
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, MetaData, func, insert, make_url, select
from sqlalchemy import Table as CoreTable

from topspot.store import migrate
from topspot.store.engine import create_engine, database_url, sqlite_file
from topspot.store.tables import Base

TABLES = Base.metadata.sorted_tables


@functools.cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "topspot.db"
        engine = create_engine(f"sqlite:///{file}")
        migrate.upgrade(engine, datetime.now(UTC))
        engine.dispose()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "VACUUM"
            )  # a migration leaves free pages, which would be room on a disk that is full
        return file.read_bytes()


def prepare(url: str) -> None:
    """Give a SQLite database its tables, unless it is there; those of PostgreSQL come migrated."""
    file = sqlite_file(database_url(url))
    if file is not None and not file.exists():
        file.write_bytes(_migrated_file())


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Give an engine of a migrated database, and close it."""
    prepare(url)
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def passing_postgres(server: str, template: str) -> Iterator[str]:
    """Give a migrated PostgreSQL database for as long as the context is open, for several tests."""
    url = make_url(server).set(drivername="postgresql")
    name = f"topspot_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type]
        yield url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def counts(url: str) -> dict[str, int]:
    """Count the rows of every table."""
    with opened(url) as engine, engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


def more(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Say how many rows each table has more than before; those without a change are left out."""
    return {name: count - before[name] for name, count in after.items() if count != before[name]}


def rows(url: str, table: str, **where: Any) -> list[dict[str, Any]]:
    """Give the rows of a table that have these values, in order of the primary key."""
    found = Base.metadata.tables[table]
    query = select(found).where(*(found.c[name] == value for name, value in where.items()))
    with opened(url) as engine, engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.order_by(*found.primary_key)).mappings()]


def dump(url: str) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table."""
    return {table.name: rows(url, table.name) for table in TABLES}


def reflected(engine: Engine) -> list[CoreTable]:
    """Give the tables that a database has, of whatever revision, those that others refer to first."""
    found = MetaData()
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table of a database of whatever revision, in order of the primary key."""
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in reflected(engine)
        }


def fill(engine: Engine) -> None:
    """Put a row into every table, whatever tables there are."""
    tables = reflected(engine)
    with engine.execution_options(writes=True).begin() as connection:
        for table in tables:
            connection.execute(insert(table).values(_made_up(table)))


def _made_up(table: CoreTable) -> dict[str, Any]:
    return {column.name: _MADE_UP[column.type.python_type] for column in table.columns}


_MADE_UP: dict[type, Any] = {
    bool: True,
    int: 1,
    float: 1.5,
    str: "a",
    object: {"a": 1},
    datetime: datetime(2026, 7, 17, 4, 5, 56, tzinfo=UTC),
    date: date(2026, 7, 16),
}


def others_visited(url: str, *but: str) -> None:
    """Let all sources but these have been visited just now with success, and not be due for years."""
    with opened(url) as engine, engine.execution_options(writes=True).begin() as connection:
        table = Base.metadata.tables["source_state"]
        state = {"last_success_at": datetime.now(UTC), "next_due_at": datetime(2999, 1, 1, tzinfo=UTC)}
        connection.execute(table.update().where(table.c.source.not_in(but)).values(state))


def wanted(request: pytest.FixtureRequest, folder: Path) -> str:
    """Give the URL of a database of a test's own: SQLite, or the kind that ``BOTH`` asks for.

    For files of many tests of which only some have to do with the kind of the database.
    """
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{folder / 'topspot.db'}"
    return str(request.getfixturevalue("postgres"))


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""Lets a test run on both kinds of databases, where its file has ``wanted`` as its fixture."""
