"""Statements are compiled once a process, and not once a database: every test has a database of its own."""

from typing import Any

from sqlalchemy import Connection, Engine, event


class _OfAllDatabases(dict[Any, Any]):
    """Compiled statements of all databases of one kind: what names the single database is left out of the key."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


_COMPILED = {"sqlite": _OfAllDatabases(), "postgresql": _OfAllDatabases()}


def share_compiled_statements() -> None:
    """Let all engines of this process have their compiled statements in common."""

    @event.listens_for(Engine, "engine_connect")
    def _share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=_COMPILED[connection.dialect.name])
