"""The database: for operators and analysts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from topspot.cli.base import CallError, Json, day, db, load, print_json, say


@db.command()
def upgrade() -> None:
    """Bring the database to the tables of this version; a SQLite file is copied first."""
    from topspot.jobs import utc_now
    from topspot.store import engine, migrate

    opened = engine.create_engine(load().url)
    copy = migrate.upgrade(opened, utc_now())
    say(f"the database is at revision {migrate.HEAD}" + (f"; copied before to {copy}" if copy else ""))


@db.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; else topspot.db.backup-TIME in the data folder.")
    ] = None,
) -> None:
    """Copy a SQLite database whole, also while a run writes, and print where to."""
    from topspot.store import engine

    settings = load()
    url = engine.database_url(settings.url)
    from_ = engine.sqlite_file(url)
    if from_ is None:
        raise CallError("only SQLite is copied by this", f"use `pg_dump -Fc -f topspot.dump {url.database}`")
    if not from_.exists():
        raise CallError(f"{from_}: there is no database yet", "collect with `topspot run`")
    to = file or settings.data_dir / f"topspot.db.backup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    if to.exists():
        raise CallError(f"{to} exists", "name a file that does not; nothing is overwritten")
    engine.copy_sqlite(from_, to)
    typer.echo(to)
    say(f"{to.stat().st_size} bytes; copy {settings.archive_dir} as well: files there never change")


@db.command()
def prune(
    older_than: Annotated[str, typer.Option(metavar="DAYS|YYYY-MM-DD", help="Leave what is newer.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    json_: Json = False,
) -> None:
    """Remove payload files that nothing needs; no row is deleted.

    Payloads of snapshots stay, of held and of dropped ones too, which can be accepted later; so does the last
    one of each address that could not be read.
    """
    from topspot.jobs import open_store, utc_now
    from topspot.store import upkeep
    from topspot.store.engine import reading

    settings, now = load(), utc_now()
    before = _before(older_than, now)
    with open_store(settings) as engine, reading(engine) as session:
        found = upkeep.unneeded(session, settings.archive_dir, before=before, now=now)
        if not dry_run:
            upkeep.remove(settings.archive_dir, found.files)
    if json_:
        print_json({"files": len(found.files), "bytes": found.bytes, "kept": found.kept})
        return
    done = "to remove" if dry_run else "removed"
    typer.echo(f"files {done}: {len(found.files)}, of {found.bytes} bytes; files kept: {found.kept}")


def _before(text: str, now: datetime) -> datetime:
    """Read an age in days or a date as the instant that it means. Raises ``CallError``."""
    if not text.isdecimal():
        on = day("--older-than", text)
        if on is None:
            raise CallError("--older-than is empty", "write days, such as 365, or a date as YYYY-MM-DD")
        return datetime(on.year, on.month, on.day, tzinfo=UTC)
    try:
        return now - timedelta(days=int(text))
    except OverflowError:
        raise CallError(f"--older-than {text}: no database is as old as that") from None


@db.command()
def copy(
    url: Annotated[str, typer.Argument(help="An empty database, such as postgresql://user@host/topspot.")],
) -> None:
    """Copy everything into another database, PostgreSQL or SQLite, which must be empty.

    Its password is best left to PGPASSWORD or ~/.pgpass: others see the arguments of a process. Let no run use
    the old database afterwards: each would send its own messages.
    """
    from topspot.jobs import open_store, utc_now
    from topspot.store import engine, migrate, upkeep

    where = engine.shown(engine.database_url(url, "URL"))
    with open_store(load()) as old:
        new = engine.create_engine(url)
        try:
            if not upkeep.is_empty(new):
                raise CallError(f"{where} has rows", "name a database that is empty; nothing was copied")
            migrate.upgrade(new, utc_now())
            copied = upkeep.copy(old, new)
        finally:
            new.dispose()
    say(f"{sum(copied.values())} rows copied; now set TOPSPOT_DATABASE_URL to {where} and keep the archive")
