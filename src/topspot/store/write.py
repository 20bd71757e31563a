"""What is written, apart from the one transaction of ``topspot.record``: claims, declarations, the registry."""

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, text, update
from sqlmodel import Session, col

from topspot.domain.values import Board as BoardValue
from topspot.domain.values import Reading, Source, models_in
from topspot.registry import Registry
from topspot.registry import Resolution as Found
from topspot.store.engine import is_gone
from topspot.store.tables import (
    Board,
    Developer,
    DeveloperFact,
    Entry,
    Model,
    ModelFact,
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
    """An entry as the database knows it: its number, and what its row resolves to."""

    id: int
    model: str | None
    developer: str | None
    family: str | None
    license_open: bool | None


SOURCE_TTL = timedelta(hours=1)
"""How long a claim of a source holds; longer than the longest visit."""


def table_of(model: type[Any]) -> Table:
    """Give the Core table behind a table class."""
    table: Table = model.__table__
    return table


def _insert_of(session: Session) -> Any:
    """Give the ``insert`` of the session's own kind of database; the other kind's costs a tenth of a second."""
    return importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}").insert


def upsert(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, all with the same columns, or bring those that are there (by primary key) to these values."""
    if not rows:
        return
    table = table_of(model)
    keys = [column.name for column in table.primary_key]
    statement = _insert_of(session)(table)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if rest:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    session.execute(statement, rows)


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
            found = {text: _resolved(registry, self._source, text) for text in new}
            _write_resolutions(session, {numbers[text]: found[text] for text in new}, registry, now)
            self._known |= {text: _known(numbers[text], found[text]) for text in new}
        return self._known

    def _read(self, session: Session) -> dict[Text, KnownEntry]:
        rows = session.execute(
            select(
                *_ENTRY_COLUMNS, col(Entry.id), col(Resolution.model), col(Resolution.developer),
                col(Model.family), col(Resolution.license_open),
            )
            .outerjoin(Resolution, _current())
            .outerjoin(
                Model,
                and_(col(Model.developer) == col(Resolution.developer), col(Model.key) == col(Resolution.model)),
            )
            .where(col(Entry.source) == self._source)
        )  # fmt: skip
        return {tuple(row[:4]): KnownEntry(*row[4:]) for row in rows}

    def _numbers(self, session: Session) -> dict[Text, int]:
        rows = session.execute(select(*_ENTRY_COLUMNS, col(Entry.id)).where(col(Entry.source) == self._source))
        return {tuple(row[:4]): row[4] for row in rows}


_ENTRY_TEXTS = ("raw_name", "raw_organization", "raw_license", "raw_detail")

_WHOLE_COLUMNS = ("model", "variant", "developer", "basis", "model_basis", "license_open")

_PART_COLUMNS = (*_WHOLE_COLUMNS, "part_kind", "part_name")

_ENTRY_COLUMNS: tuple[Any, ...] = tuple(getattr(Entry, name) for name in _ENTRY_TEXTS)


def _resolved(registry: Registry, source: str, texts: Sequence[str]) -> Found:
    """Resolve the texts of an entry, the models that stand in its detail among them."""
    name, organization, license_, detail = texts
    return registry.resolve(name, organization, license_, source, models_in(detail))


def _known(number: int, found: Found) -> KnownEntry:
    return KnownEntry(number, found.model, found.developer, found.family, found.license_open)


def _current() -> ColumnElement[bool]:
    """Give the condition that a resolution is what an entry's row resolves to now."""
    return and_(
        col(Resolution.entry_id) == col(Entry.id),
        col(Resolution.part) == 0,
        col(Resolution.superseded_at).is_(None),
    )


def _write_resolutions(session: Session, found: Mapping[int, Found], registry: Registry, now: datetime) -> None:
    """Write what entries, by number, resolve to: the row as a whole, the parts of a system, the models."""
    if not found:
        return
    _write_models(session, found.values(), registry)
    about = {"registry_revision": registry.revision, "resolved_at": now}
    rows = [{"entry_id": number, **part, **about} for number, each in found.items() for part in _parts(each)]
    session.execute(table_of(Resolution).insert(), rows)


def _parts(found: Found) -> Iterator[dict[str, Any]]:
    """Give the columns of a resolution's parts, the whole first."""
    whole = dict.fromkeys(_PART_COLUMNS) | {name: getattr(found, name) for name in _WHOLE_COLUMNS}
    yield {"part": 0, **whole}
    for number, part in enumerate(found.parts, 1):
        columns = {
            "model": part.model,
            "developer": part.developer,
            "part_kind": part.kind,
            "part_name": part.name,
        }
        yield {"part": number, **dict.fromkeys(whole), **columns}


def _write_models(session: Session, found: Iterable[Found], registry: Registry) -> None:
    """Write the models that are not there yet, with their facts."""
    there = {tuple(row) for row in session.execute(select(col(Model.developer), col(Model.key)))}
    models = {(each.developer, each.model): each for each in found if each.developer and each.model}
    new = [each for key, each in models.items() if key not in there]
    if not new:
        return
    rows = [
        {"developer": each.developer, "key": each.model, "family": each.family, "base_model": each.base}
        for each in new
    ]
    session.execute(table_of(Model).insert(), rows)
    facts = [row for each in new for row in _model_facts(each, registry)]
    if facts:
        session.execute(table_of(ModelFact).insert(), facts)


def _model_facts(found: Found, registry: Registry) -> Iterator[dict[str, Any]]:
    for fact in registry.facts_of(found.developer or "", found.model or "", found.family):
        yield {
            "developer": found.developer,
            "model": found.model,
            "kind": "open_weights",
            "value": fact.value,
            "valid_from": fact.since,
            "valid_to": fact.until,
            "source": fact.source,
        }


def apply_registry(session: Session, registry: Registry, now: datetime) -> set[int] | None:
    """Bring developers, models, facts and resolutions to this revision of the registry.

    Give the numbers of the entries that resolve to something else than before, ``None`` where this revision holds
    already. No standing is touched. A resolution that changes is superseded, not overwritten.
    """
    if _is_newest(session, registry.revision):
        return None
    waiting = changed_entries(session)
    upsert(session, RegistryRevision, [{"revision": registry.revision, "applied_at": now, "changed": []}])
    developers = registry.developers.values()
    upsert(
        session,
        Developer,
        [{"key": each.key, "name": each.name, "name_zh": each.name_zh} for each in developers],
    )
    moved = _write_facts(session, registry)
    for table in (ModelFact, Model):
        session.execute(table_of(table).delete())
    changed = _resolve_again(session, registry, now) | _entries_of(session, moved)
    this = col(RegistryRevision.revision) == registry.revision
    session.execute(update(RegistryRevision).where(this).values(changed=sorted(waiting | changed)))
    return changed


def _write_facts(session: Session, registry: Registry) -> set[str]:
    """Write the facts of all developers anew; give the keys of those of whom another thing holds."""
    names = [column.name for column in table_of(DeveloperFact).columns if column.name not in ("id", "source")]
    written = {tuple(row) for row in session.execute(select(*(getattr(DeveloperFact, name) for name in names)))}
    rows = list(_facts(registry))
    session.execute(table_of(DeveloperFact).delete())
    session.execute(table_of(DeveloperFact).insert(), rows)
    return {fact[0] for fact in written ^ {tuple(row[name] for name in names) for row in rows}}


def _entries_of(session: Session, developers: set[str]) -> set[int]:
    rows = session.execute(
        select(col(Resolution.entry_id), col(Resolution.developer)).where(
            col(Resolution.part) == 0, col(Resolution.superseded_at).is_(None)
        )
    )
    return {entry for entry, developer in rows if developer in developers}


def changed_entries(session: Session) -> set[int]:
    """Give the entries whose events may not be in line with what they mean by now."""
    return {entry for changed in session.scalars(select(col(RegistryRevision.changed))) for entry in changed}


def forget_changed_entries(session: Session) -> None:
    """Write that all events are in line with what entries mean."""
    session.execute(update(RegistryRevision).values(changed=[]))


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


def _resolve_again(session: Session, registry: Registry, now: datetime) -> set[int]:
    """Resolve all entries, write those that changed, and all models; give the numbers of what changed."""
    written = _written_parts(session)
    texts = session.execute(select(col(Entry.id), col(Entry.source), *_ENTRY_COLUMNS)).all()
    found = {number: _resolved(registry, source, text) for number, source, *text in texts}
    changed = {number for number, each in found.items() if list(_parts(each)) != written.get(number)}
    old = sorted(changed & written.keys())
    for start in range(0, len(old), 500):  # a statement takes only so many parameters
        session.execute(
            update(Resolution)
            .where(col(Resolution.entry_id).in_(old[start : start + 500]), col(Resolution.superseded_at).is_(None))
            .values(superseded_at=now)
        )
    _write_models(session, found.values(), registry)
    _write_resolutions(session, {number: found[number] for number in sorted(changed)}, registry, now)
    return changed


def _written_parts(session: Session) -> dict[int, list[dict[str, Any]]]:
    """Give what entries, by number, resolve to as it is written, in the form of ``_parts``."""
    columns = ("part", *_PART_COLUMNS)
    rows = session.execute(
        select(col(Resolution.entry_id), *(getattr(Resolution, name) for name in columns))
        .where(col(Resolution.superseded_at).is_(None))
        .order_by(col(Resolution.entry_id), col(Resolution.part))
    )
    written: dict[int, list[dict[str, Any]]] = {}
    for number, *values in rows:
        written.setdefault(number, []).append(dict(zip(columns, values, strict=True)))
    return written


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
