"""The database: for operators and analysts."""

from topspot.cli.base import db, load, say


@db.command()
def upgrade() -> None:
    """Bring the database to the tables of this version; a SQLite file is copied first."""
    from topspot.jobs import utc_now
    from topspot.store import engine, migrate

    opened = engine.create_engine(load().url)
    copy = migrate.upgrade(opened, utc_now())
    say(f"the database is at revision {migrate.HEAD}" + (f"; copied before to {copy}" if copy else ""))
