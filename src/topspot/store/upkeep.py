"""Keeping a database for years: everything copied into another one, and what the archive can do without."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Dialect,
    Engine,
    Table,
    func,
    inspect,
    literal,
    select,
    text,
    union,
)
from sqlmodel import Session, col

from topspot.store.archive import ArchiveError
from topspot.store.engine import StoreError, is_gone, plain_errors, shown
from topspot.store.read import pairs
from topspot.store.tables import Base, Payload, Snapshot, SourceState, Visit
from topspot.store.write import bulk

BATCH = 10_000
"""How many rows are in memory at once while a database is copied."""

GRACE = timedelta(hours=1)
"""How long a file in the archive may be one that is just being written, whatever is asked for."""


def is_empty(engine: Engine) -> bool:
    """Whether no table of ours holds a row, of whatever revision the tables are. Raises ``StoreError``."""
    with plain_errors(engine), engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        return not any(
            connection.execute(select(literal(1)).select_from(table).limit(1)).first() for table in tables
        )


def copy(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every row into a database that has the tables and no rows; give the number of rows by table.

    All of it is read as it is at one moment, while others write, and written in one transaction or not at all.
    Raises ``StoreError``.
    """
    with (
        plain_errors(source),
        _at_one_moment(source) as old,
        plain_errors(target),
        target.execution_options(writes=True).begin() as new,
    ):
        copied = {table.name: _copy_table(old, new, table) for table in Base.metadata.sorted_tables}
        _compare_counts(new, copied)
        new.execute(text("ANALYZE"))
        return copied


def _at_one_moment(engine: Engine) -> Connection:
    """Open a transaction that sees nothing of what others write meanwhile; SQLite knows no other."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


def _compare_counts(new: Connection, copied: Mapping[str, int]) -> None:
    for table in Base.metadata.sorted_tables:
        written = new.execute(select(func.count()).select_from(table)).scalar_one()
        if written != copied[table.name]:
            raise StoreError(
                f"{shown(new.engine.url)}: {table.name} has {written} rows instead of {copied[table.name]}: "
                "another process writes there; nothing was copied, stop it and try again"
            )


def _copy_table(old: Connection, new: Connection, table: Table) -> int:
    columns = [column.name for column in table.columns]
    count = 0
    for rows in _rows(old, table):
        bulk(new, table.name, columns, _as_bound(rows, table, new.dialect))
        count += len(rows)
    if new.dialect.name == "postgresql" and table.autoincrement_column is not None:
        _move_sequence(new, table, table.autoincrement_column.name)
    return count


def _rows(old: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """Give the rows of a table in batches, by its primary key."""
    with plain_errors(old.engine):  # here, so that an error is said of the database that it came from
        query = select(table).order_by(*table.primary_key)
        yield from old.execute(query, execution_options={"yield_per": BATCH}).partitions()


def _as_bound(rows: Sequence[Sequence[Any]], table: Table, dialect: Dialect) -> list[tuple[Any, ...]]:
    """Turn values into what a driver takes, as SQLAlchemy would: JSON, instants and dates are written as text."""
    made = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    columns = [
        values if process is None else [process(value) for value in values]
        for values, process in zip(zip(*rows, strict=True), made, strict=True)
    ]
    return list(zip(*columns, strict=True))


def _move_sequence(new: Connection, table: Table, column: str) -> None:
    """Let the next id be the one behind the highest: rows that bring their ids leave the sequence as it was."""
    highest = select(func.max(table.c[column])).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.name, column)
    new.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


class File(NamedTuple):
    """A file in the archive: a payload under its hash, or one that was being written (``.new-…``)."""

    path: Path
    size: int
    modified_at: datetime


class Payloads(NamedTuple):
    """What the database says of payloads: when each was first seen, and which are needed."""

    first_seen_at: Mapping[str, datetime]
    needed: AbstractSet[str]


class Unneeded(NamedTuple):
    """What the archive can do without: those files, and how many others stay."""

    files: list[File]
    kept: int

    @property
    def bytes(self) -> int:
        """The size of the files together."""
        return sum(file.size for file in self.files)


def is_unneeded(file: File, payloads: Payloads, *, before: datetime, now: datetime) -> bool:
    """Whether nothing needs a file of the archive that is older than ``before``.

    A payload is as old as the first visit that brought it. A file that no visit brought, since its run was cut,
    is as old as it is on the disk, and what was being written is left-over after ``GRACE``.
    """
    name = file.path.name
    if name.startswith(".new-"):
        return file.modified_at < now - GRACE
    if name in payloads.first_seen_at:
        return name not in payloads.needed and payloads.first_seen_at[name] < before
    return file.modified_at < min(before, now - GRACE)


def unneeded(session: Session, archive: Path, *, before: datetime, now: datetime) -> Unneeded:
    """Find the files of the archive that nothing needs and that are older than ``before``.

    Raises ``StoreError`` while a run is under way, which may be about to need what it found, and
    ``ArchiveError`` where the folder cannot be read.
    """
    _refuse_during_runs(session, now)
    payloads = payloads_of(session)
    files = list(_files(archive))
    found = [file for file in files if is_unneeded(file, payloads, before=before, now=now)]
    return Unneeded(found, len(files) - len(found))


def _refuse_during_runs(session: Session, now: datetime) -> None:
    claims = session.execute(
        select(col(SourceState.source), col(SourceState.claimed_by)).where(col(SourceState.claimed_until) >= now)
    )
    busy = [source for source, holder in claims if not is_gone(holder)]
    if busy:
        raise StoreError(f"a run is at {', '.join(sorted(busy))}: try again when it has ended")


def payloads_of(session: Session) -> Payloads:
    """Read when each payload was first seen, and which of them something needs.

    Needed are the payloads of all snapshots (a held one may be accepted, a dropped one as well), of all visits
    that brought something new, and the last one of each address that was held: its rows may yet be read.
    """
    seen = session.execute(select(col(Payload.sha256), col(Payload.first_seen_at)))
    last_held = (
        select(func.max(col(Visit.id)))
        .where(col(Visit.outcome) == "held", col(Visit.payload).is_not(None))
        .group_by(col(Visit.url))
    )
    needed: CompoundSelect[Any] = union(
        select(col(Snapshot.payload)),
        select(col(Visit.payload)).where(col(Visit.outcome) == "new"),
        select(col(Visit.payload)).where(col(Visit.id).in_(last_held)),
    )
    return Payloads(pairs(seen), set(session.scalars(needed)))


_FOLDER, _PAYLOAD = re.compile(r"[0-9a-f]{2}"), re.compile(r"[0-9a-f]{64}")


def _files(archive: Path) -> Iterator[File]:
    """Give the files of the archive that are ours by name and place; links are not followed."""
    try:
        if not archive.exists():
            return
        for folder in (archive, *_folders(archive)):
            for entry in _entries(folder):
                if entry.is_file(follow_symlinks=False) and _is_ours(folder.name, entry.name):
                    there = entry.stat(follow_symlinks=False)
                    yield File(Path(entry.path), there.st_size, datetime.fromtimestamp(there.st_mtime, UTC))
    except OSError as error:
        raise _cannot(archive, error, "nothing was removed") from error


def _folders(archive: Path) -> list[Path]:
    return [
        Path(entry.path)
        for entry in _entries(archive)
        if entry.is_dir(follow_symlinks=False) and _FOLDER.fullmatch(entry.name)
    ]


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _is_ours(folder: str, name: str) -> bool:
    return name.startswith(".new-") or (name[:2] == folder and _PAYLOAD.fullmatch(name) is not None)


def remove(archive: Path, files: Iterable[File]) -> None:
    """Remove files of the archive. Raises ``ArchiveError`` for the first that cannot be removed."""
    for count, file in enumerate(files):
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot(archive, error, f"files removed before it: {count}") from error


def _cannot(archive: Path, error: OSError, done: str) -> ArchiveError:
    where = error.filename or archive
    return ArchiveError(f"{where}: {error.strerror}: {done}: let this user write in the archive and try again")
