"""The question that cron asks most: is there anything to do? Answered without the tables' classes.

Importing them costs as much as everything else that a run with nothing to do imports.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import DateTime, String, bindparam, text
from sqlalchemy.exc import DBAPIError

from topspot.store import migrate
from topspot.store.engine import StoreError, create_engine, database_url, sqlite_file

_WAITING = text(
    """
    SELECT (SELECT count(*) FROM source_state WHERE source IN :sources AND next_due_at > :now) AS early,
           (SELECT count(*) FROM delivery WHERE state NOT IN ('sent', 'dead', 'superseded')) AS open
    """
).bindparams(bindparam("sources", expanding=True, type_=String()), bindparam("now", type_=DateTime(timezone=True)))


def is_idle(url: str, sources: Sequence[str], now: datetime) -> bool:
    """Whether every source is known and not yet due, and no delivery is open.

    A database that is not there, not current or cannot be read is never idle: the run itself says what is
    wrong with it.
    """
    try:
        file = sqlite_file(database_url(url))
        if file is not None and not file.exists():
            return False
        engine = create_engine(url)
        try:
            if not migrate.is_current(engine):
                return False
            with engine.connect() as connection:
                instant = now.replace(tzinfo=None) if engine.dialect.name == "sqlite" else now
                early, waiting = connection.execute(_WAITING, {"sources": list(sources), "now": instant}).one()
        finally:
            engine.dispose()
    except (StoreError, DBAPIError):
        return False
    return bool(early == len(sources) and waiting == 0)
