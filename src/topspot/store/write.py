"""What is written, apart from the one transaction of ``topspot.record``: claims, declarations, the registry."""

import importlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, text, update
from sqlmodel import Session, col

from topspot.domain.values import Board as BoardValue
from topspot.domain.values import Reading, Source
from topspot.registry import Registry
from topspot.store.engine import is_gone
from topspot.store.tables import (
    Board,
    Developer,
    DeveloperFact,
    Entry,
    Part,
    RegistryRevision,
    Resolution,
    Series,
    SourceState,
    Standing,
    Target,
)

Text = tuple[str, str, str, str]
"""A name, organization, license and what else is said, as printed."""

text_of = itemgetter(*map(Reading._fields.index, ("name", "organization", "license", "detail")))
"""Gives the texts of a reading that are an entry."""


class KnownEntry(NamedTuple):
    """An entry as the database knows it: its number, and the model and developer that it resolves to."""

    id: int
    model: str | None
    developer: str | None


SOURCE_TTL = timedelta(hours=1)
"""How long a claim of a source holds; longer than the longest visit."""


def table_of(model: type[Any]) -> Table:
    """Give the Core table behind a table class."""
    table: Table = model.__table__
    return table


def _insert_of(session: Session) -> Any:
    """Give the ``insert`` of the session's own kind of database; the other kind's costs a tenth of a second."""
    return importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}").insert


def upsert(session: Session, model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, or bring those that are there (by primary key) to the given values."""
    table = table_of(model)
    insert = _insert_of(session)
    keys = [column.name for column in table.primary_key]
    for row in rows:
        statement = insert(table).values(row)
        rest = {name: statement.excluded[name] for name in row if name not in keys}
        if rest:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=rest)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        session.execute(statement)


def insert_missing(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those whose unique key is there already are left as they are."""
    if not rows:
        return
    session.execute(_insert_of(session)(table_of(model)).on_conflict_do_nothing(), rows)


def declare_series(session: Session, source: Source, board: BoardValue, series: str) -> None:
    """Write a board and one series of it as their source declares them."""
    about = {
        "key": board.key,
        "name": board.name,
        "publisher": source.publisher,
        "scale": board.scale.name,
        "headline": board.headline,
    }
    upsert(session, Board, [about])
    trust = board.trust.index(series) if series in board.trust else len(board.trust)
    row = {
        "key": series,
        "board": board.key,
        "source": source.key,
        "license": source.license.name,
        "credit": source.license.credit,
        "commercial": source.license.commercial,
        "trust": trust,
        "edition": series if board.editions else "",
    }
    upsert(session, Series, [row])


def declare_targets(session: Session, targets: Iterable[Target]) -> None:
    """Write the configured targets."""
    upsert(session, Target, [target.model_dump() for target in targets])


def declare_sources(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Give each source a state; a new one is due at once."""
    insert_missing(session, SourceState, [{"source": key, "next_due_at": now, "failures": 0} for key in keys])


def free_claims_of_the_dead(session: Session, table: type[Any]) -> None:
    """Free every claim whose process on this host no longer lives, without waiting for it to run out."""
    holders = session.scalars(
        select(col(table.claimed_by)).where(col(table.claimed_by).is_not(None)).distinct()
    ).all()
    gone = [holder for holder in holders if is_gone(holder)]
    if gone:
        session.execute(
            update(table).where(col(table.claimed_by).in_(gone)).values(claimed_by=None, claimed_until=None)
        )


def is_free(table: type[Any], now: datetime) -> ColumnElement[bool]:
    """Give the condition that nobody holds a claim of a row."""
    return or_(col(table.claimed_until).is_(None), col(table.claimed_until) < now)


def claim_sources(
    session: Session, candidates: Sequence[str], *, named: bool, now: datetime, me: str
) -> list[str]:
    """Claim sources by one UPDATE and give their keys: those that are due, or, when ``named``, whether due or not.

    What another process has claimed is left to it.
    """
    free_claims_of_the_dead(session, SourceState)
    wanted = [col(SourceState.source).in_(candidates), is_free(SourceState, now)]
    if not named:
        wanted.append(col(SourceState.next_due_at) <= now)
    due = select(col(SourceState.source)).where(*wanted)
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    return sorted(
        session.scalars(
            update(SourceState)
            .where(and_(col(SourceState.source).in_(due), is_free(SourceState, now)))
            .values(claimed_by=me, claimed_until=now + SOURCE_TTL)
            .returning(col(SourceState.source))
        )
    )


def release_source(
    session: Session, source: str, me: str, *, next_due_at: datetime, failed: bool, new: bool, now: datetime
) -> None:
    """Give up the claim of a source and write how its visit went; only the holder of the claim can."""
    values: dict[str, Any] = {"claimed_by": None, "claimed_until": None, "next_due_at": next_due_at}
    if failed:
        values["failures"] = col(SourceState.failures) + 1
    else:
        values |= {"failures": 0, "last_success_at": now}
    if new:
        values["last_new_at"] = now
    session.execute(
        update(SourceState)
        .where(col(SourceState.source) == source, col(SourceState.claimed_by) == me)
        .values(values)
    )


def free_source(session: Session, source: str, me: str) -> None:
    """Give up the claim of a source without changing when it is due."""
    session.execute(
        update(SourceState)
        .where(col(SourceState.source) == source, col(SourceState.claimed_by) == me)
        .values(claimed_by=None, claimed_until=None)
    )


def keep_digest(session: Session, url: str, day: date, digest: str) -> None:
    """Write what one date of a history says, so that the same need not be read again."""
    upsert(session, Part, [{"url": url, "published_on": day, "digest": digest}])


def analyze(session: Session) -> None:
    """Let the database count its rows after a long load: without it, "first of every snapshot" is a scan."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit=1000"))
    session.execute(text("ANALYZE"))


class Entries:
    """The entries of one source, with what the registry makes of them; read once and kept for a long load."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._known: dict[Text, KnownEntry] | None = None

    def of(
        self, session: Session, texts: Iterable[Text], registry: Registry, now: datetime
    ) -> dict[Text, KnownEntry]:
        """Give all known entries by their texts, after writing and resolving those of ``texts`` that are new."""
        if self._known is None:
            self._known = self._read(session)
        new = sorted({text for text in texts if text not in self._known})
        if new:
            rows = [{"source": self._source, **dict(zip(_ENTRY_TEXTS, text, strict=True))} for text in new]
            insert_missing(session, Entry, rows)
            numbers = self._numbers(session)
            _resolve(session, [(numbers[text], text) for text in new], registry, now)
            self._known |= {text: KnownEntry(numbers[text], *registry.resolve(*text[:3])[:2]) for text in new}
        return self._known

    def _read(self, session: Session) -> dict[Text, KnownEntry]:
        rows = session.execute(
            select(*_ENTRY_COLUMNS, col(Entry.id), col(Resolution.model), col(Resolution.developer))
            .outerjoin(
                Resolution,
                and_(
                    col(Resolution.entry_id) == col(Entry.id),
                    col(Resolution.part) == 0,
                    col(Resolution.superseded_at).is_(None),
                ),
            )
            .where(col(Entry.source) == self._source)
        )
        return {tuple(row[:4]): KnownEntry(*row[4:]) for row in rows}

    def _numbers(self, session: Session) -> dict[Text, int]:
        rows = session.execute(select(*_ENTRY_COLUMNS, col(Entry.id)).where(col(Entry.source) == self._source))
        return {tuple(row[:4]): row[4] for row in rows}


_ENTRY_TEXTS = ("raw_name", "raw_organization", "raw_license", "raw_detail")

_ENTRY_COLUMNS: tuple[Any, ...] = tuple(getattr(Entry, name) for name in _ENTRY_TEXTS)


def _resolve(session: Session, entries: Iterable[tuple[int, Text]], registry: Registry, now: datetime) -> None:
    rows = []
    for number, printed in entries:
        found = registry.resolve(*printed[:3])
        rows.append(
            {
                "entry_id": number,
                "part": 0,
                "registry_revision": registry.revision,
                "resolved_at": now,
                "model": found.model,
                "developer": found.developer,
                "basis": found.basis,
            }
        )
    if rows:
        session.execute(table_of(Resolution).insert(), rows)


def apply_registry(session: Session, registry: Registry, now: datetime) -> bool:
    """Bring developers, facts and resolutions to this revision of the registry; say whether that was to be done.

    No standing is touched. A resolution that changes is superseded, not overwritten.
    """
    if session.get(RegistryRevision, registry.revision) and _is_newest(session, registry.revision):
        return False
    upsert(session, RegistryRevision, [{"revision": registry.revision, "applied_at": now}])
    upsert(
        session,
        Developer,
        [
            {"key": developer.key, "name": developer.name, "name_zh": developer.name_zh}
            for developer in registry.developers.values()
        ],
    )
    session.execute(table_of(DeveloperFact).delete())
    session.execute(table_of(DeveloperFact).insert(), list(_facts(registry)))
    _resolve_changed(session, registry, now)
    return True


def _is_newest(session: Session, revision: str) -> bool:
    newest = select(col(RegistryRevision.revision)).order_by(col(RegistryRevision.applied_at).desc()).limit(1)
    return session.scalar(newest) == revision


def _facts(registry: Registry) -> Iterable[dict[str, Any]]:
    for developer in registry.developers.values():
        for kind, facts in (("country", developer.countries), ("parent", developer.parents)):
            for fact in facts:
                yield {
                    "developer": developer.key,
                    "kind": kind,
                    "value": fact.value,
                    "valid_from": fact.since,
                    "valid_to": fact.until,
                    "source": fact.source,
                }


def _resolve_changed(session: Session, registry: Registry, now: datetime) -> None:
    rows = session.execute(
        select(
            col(Entry.id), *_ENTRY_COLUMNS,
            col(Resolution.id), col(Resolution.model), col(Resolution.developer), col(Resolution.basis),
        ).outerjoin(
            Resolution, and_(col(Resolution.entry_id) == col(Entry.id), col(Resolution.superseded_at).is_(None))
        )
    ).all()  # fmt: skip
    changed, superseded = [], []
    for number, name, organization, license_, detail, old, *was in rows:
        if old is None or tuple(registry.resolve(name, organization, license_)) != tuple(was):
            changed.append((number, (name, organization, license_, detail)))
            superseded.append(old)
    if superseded:
        session.execute(
            update(Resolution)
            .where(col(Resolution.id).in_([old for old in superseded if old]))
            .values(superseded_at=now)
        )
    _resolve(session, changed, registry, now)


STANDING_COLUMNS = (
    "snapshot_id", "position", "entry_id", "rank", "rating", "lower", "upper", "votes", "preliminary",
)  # fmt: skip

_STANDING_TYPES = ("int4", "int4", "int4", "int4", "float8", "float8", "float8", "int4", "bool")
"""What PostgreSQL calls the types of these columns."""


def insert_standings(session: Session, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write the standings of a snapshot as tuples of ``STANDING_COLUMNS``: never one object a row."""
    bulk(session.connection(), table_of(Standing).name, STANDING_COLUMNS, rows, types=_STANDING_TYPES)


def bulk(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    types: Sequence[str] = (),
) -> None:
    """Insert tuples by the driver's own fast way: ``executemany`` on SQLite, ``COPY`` on PostgreSQL.

    With ``types``, PostgreSQL's names of the columns' types, ``COPY`` is binary, which is a quarter faster.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of ours
        connection.exec_driver_sql(statement, list(rows))
        return
    cursor = connection.connection.cursor()
    form = " WITH (FORMAT BINARY)" if types else ""
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN{form}") as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)
