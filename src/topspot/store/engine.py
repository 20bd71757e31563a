"""Engines for SQLite and PostgreSQL, and how a process claims work from the others."""

import contextlib
import glob
import os
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy import create_engine as new_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from topspot.settings import SettingsError

if TYPE_CHECKING:
    from sqlmodel import Session

BUSY_MS = 15_000
"""How long SQLite waits for another writer, in milliseconds."""


CACHE_KIB = 32_768
"""Memory that SQLite may use for pages, in KiB: room for the ends of an index of a million standings."""


class StoreError(Exception):
    """The database cannot be used; the message is one line that says which, why and what to do."""


def database_url(text: str, name: str = "TOPSPOT_DATABASE_URL") -> URL:
    """Read a database URL; a bare ``postgresql://`` means the driver that is installed.

    Raises ``SettingsError`` for what is none of a database of ours; ``name`` says in it who gave the URL.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(f"{name}: not a database URL; use sqlite:///… or postgresql://…") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingsError(f"{name}: {url.get_backend_name()} is neither sqlite nor postgresql")
    return url


def sqlite_file(url: URL) -> Path | None:
    """Give the file of a SQLite database, ``None`` for any other."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def shown(url: URL) -> str:
    """Write a database's URL for people: without its password, in the address or in the query."""
    secrets = [name for name in url.query if "password" in name.lower()]
    return url.difference_update_query(secrets).render_as_string(hide_password=True)


def create_engine(text: str) -> Engine:
    """Make an engine; transactions on SQLite are real ones, and a writer takes its lock at once.

    Raises ``SettingsError`` for a wrong URL and ``StoreError`` where the folder of a SQLite file cannot be made.
    """
    url = database_url(text)
    file = sqlite_file(url)
    if file is None:
        return new_engine(url, pool_pre_ping=True)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{file.parent}: {error.strerror}: choose another folder, or let this user write"
        ) from error
    engine = new_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes late and not before DDL
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    with contextlib.suppress(sqlite3.OperationalError):
        # two that open a new file at once both want this, and the second is told "locked" without any wait; the
        # mode belongs to the file, so it is set for both
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator["Session"]:
    """Give a session that only reads; database errors leave as ``StoreError``."""
    from sqlmodel import Session

    with plain_errors(engine), Session(engine) as session:
        yield session


@contextlib.contextmanager
def writing(engine: Engine, *, keep: bool = True) -> Iterator["Session"]:
    """Give a session in one write transaction, rolled back on any error, and at the end unless ``keep``."""
    from sqlmodel import Session

    with plain_errors(engine), Session(engine.execution_options(writes=True)) as session:
        yield session
        if keep:
            session.commit()


@contextlib.contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Let errors of a database leave as ``StoreError``, also those of its driver that was called directly."""
    try:
        yield
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise StoreError(describe(engine, error)) from error


def describe(engine: Engine, error: Exception) -> str:
    """Say in one line what is wrong with a database and what to do, without its password."""
    return _with_advice(shown(engine.url), getattr(error, "orig", error))


def _with_advice(where: str, error: object) -> str:
    text = (str(error).strip().splitlines() or ["no reason given"])[0]
    for sign, advice in _ADVICE:
        if sign in text.lower():
            return f"{where}: {text}: {advice}"
    return f"{where}: {text}"


_ADVICE = (
    ("locked", "another process writes for long; try again, or stop it"),
    ("full", "free space on its disk and run again: nothing was kept by halves"),
    ("no space left", "free space on its disk and run again: nothing was kept by halves"),
    ("disk i/o error", "look at its disk, is it full or failing? Then run again: nothing was kept by halves"),
    ("readonly", "make the file writable for this user"),
    ("unable to open", "check that the folder exists and may be written"),
    ("no such table", "run `topspot db upgrade`"),
    ("connection", "check that the server runs and that the URL is right"),
    ("password", "check the user and password of the URL"),
)


def copy_sqlite(file: Path, to: Path) -> None:
    """Copy a SQLite database whole while others read and write it; ``to`` is there when it is, and not before.

    The copy is one file, in which every page was looked at. Raises ``StoreError``; nothing is left behind then.
    """
    half = to.with_name(f".new-{to.name}")
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=BUSY_MS / 1000)) as old:
            _fill_copy(old, half)
        half.replace(to)
    except (sqlite3.Error, OSError) as error:
        for rest in half.parent.glob(f"{glob.escape(half.name)}*"):
            rest.unlink()
        why = error.strerror if isinstance(error, OSError) else error
        raise StoreError(_with_advice(f"{file} was not copied to {to}", why)) from error


def _fill_copy(old: sqlite3.Connection, half: Path) -> None:
    half.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(half)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")  # a file alone, which opens on a medium that cannot be written
        [[found]] = new.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok":
        raise sqlite3.DatabaseError(f"it is damaged ({found})")
    with half.open("rb") as file:
        os.fsync(file.fileno())


def whoami() -> str:
    """Name this process: host, process id and start time, so that a later process with its id is another."""
    import psutil

    return _name_process(psutil.Process())


def _name_process(process: Any) -> str:
    return f"{socket.gethostname()}|{process.pid}|{process.create_time():.2f}"


def is_gone(claimed_by: str) -> bool:
    """Whether the process of a claim surely lives no longer; one of another host may live."""
    import psutil

    host, _, rest = claimed_by.partition("|")
    number = rest.partition("|")[0]
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        process = psutil.Process(int(number))
        # a killed process whose parent has not looked yet still has its number and its start
        return process.status() == psutil.STATUS_ZOMBIE or _name_process(process) != claimed_by
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return int(number) != os.getpid()
