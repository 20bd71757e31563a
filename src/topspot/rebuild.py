"""Rebuilding: everything that can be derived is derived again from the payloads, in one transaction.

Today's parsers, checks and registry decide. What cannot be derived is kept: the numbers and times of snapshots,
the order of a date's publications, what operators decided, and which events were told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, text, update
from sqlmodel import Session, col

from scrapers.boards import SourceFile
from scrapers.news.sources import NewsSource
from topspot import archived, record
from topspot.backfill import Progress
from topspot.derive import Changes, derive
from topspot.desk import Desk
from topspot.domain.values import Item, Reading
from topspot.jobs import open_store, utc_now
from topspot.registry import Registry, load_registry
from topspot.rereading import Reread, read_again
from topspot.settings import Settings
from topspot.snapshots import Context, Recorded, key_of
from topspot.store import archive, read, write
from topspot.store.engine import writing
from topspot.store.ledger import Key
from topspot.store.tables import Event, Snapshot, Standing, Visit

Kept = dict[tuple[str, Key, date], list[Snapshot]]


class Link(NamedTuple):
    """Which snapshots an event was derived from, by number."""

    event: str
    snapshot: int
    before: int | None


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found: counts, what is held now, events that are new or hold no more, and who was told."""

    payloads: int = 0
    snapshots: int = 0
    rows: int = 0
    held: list[str] = field(default_factory=list)
    new: int = 0
    altered: int = 0
    untold: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    news: Reread = field(default_factory=Reread)


def rebuild(
    settings: Settings,
    files: Mapping[str, SourceFile],
    clock: Callable[[], datetime] = utc_now,
    *,
    feeds: Mapping[str, NewsSource],
    progress: Progress,
) -> Rebuilt:
    """Derive everything again; nothing is sent, and nothing changes unless all of it could be done.

    Raises ``NotDeclared``, ``ArchiveError``, ``StoreError``, ``RegistryError``.
    """
    registry = load_registry(settings.registry_dir)
    with open_store(settings, upgrade=True, now=clock) as engine, writing(engine) as session:
        rebuilding = _Rebuilding(session, settings, files, registry, clock(), progress)
        rebuilding.run()
        rebuilding.rebuilt.news = read_again(session, settings, feeds, registry, rebuilding.now, progress)
        write.analyze(session)
    progress.ends()
    return rebuilding.rebuilt


class _Rebuilding:
    """One rebuild under way."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        files: Mapping[str, SourceFile],
        registry: Registry,
        now: datetime,
        progress: Progress,
    ) -> None:
        self.session, self.settings, self.files = session, settings, files
        self.registry, self.now, self.progress = registry, now, progress
        self.rebuilt = Rebuilt()
        self.desks: dict[str, Desk] = {}

    def run(self) -> None:
        """Do it all."""
        session = self.session
        write.apply_registry(session, self.registry, self.now)
        if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
            session.execute(text("LOCK TABLE snapshot IN SHARE ROW EXCLUSIVE MODE"))
        kept = _kept(session)
        visits = self._visits({payload for payload, _, _ in kept})
        links = _links(session)
        _clear(session)
        self.progress.begins("payloads", len(visits))
        for file, visit in visits:
            self._record(file, visit, kept)
            self.progress.step(visit.url)
        self.rebuilt.payloads = len(visits)
        self._restore(links, kept)
        for source, desk in self.desks.items():
            self._derive(self.files[source], desk)

    def _visits(self, needed: set[str]) -> list[tuple[SourceFile, Visit]]:
        """Give each way that a payload came once; one that nothing needs only if it is still there.

        Of a history that was read in part and then whole the latter counts. Raises ``NotDeclared`` and
        ``ArchiveError`` for what cannot be derived again.
        """
        found: dict[tuple[Any, ...], tuple[SourceFile, Visit]] = {}
        for visit in read.payload_visits(self.session):
            way = (visit.payload, visit.source, visit.url, visit.board, visit.published_on)
            if visit.payload in needed or archived.is_kept(self.settings.archive_dir, visit):
                archive.get(self.settings.archive_dir, visit.payload or "")
                if way not in found or found[way][1].partial:
                    found[way] = archived.file_of(self.files, visit), visit
        return list(found.values())

    def _record(self, file: SourceFile, visit: Visit, kept: Kept) -> None:
        answer = archived.answer_of(self.session, self.settings.archive_dir, file, visit)
        context = Context(file.source, self.registry, (), self.now, live=False, kept=kept)
        desk = self.desks.setdefault(file.source.key, Desk(file.source.key, self.registry))
        recorded = Recorded("unchanged")
        for each in archived.reads(file, answer):
            items = [item for item in each.items if not visit.partial or _was_read(item, visit, context)]
            record.record_again(self.session, each.answer, items, context, desk, recorded)
            if each.unreadable:
                self.rebuilt.held.append(f"{answer.url}: {each.unreadable}")
        self.rebuilt.snapshots += recorded.new
        self.rebuilt.rows += recorded.rows
        self.rebuilt.held += recorded.held

    def _restore(self, links: Sequence[Link], kept: Kept) -> None:
        """Let events refer to their snapshots again, as far as those were made again."""
        there = read.pairs(self.session.execute(select(col(Snapshot.id), col(Snapshot.payload))))
        referring = [
            {"event": event, "its": its if its in there else None, "before": before if before in there else None}
            for event, its, before in links
        ]
        if referring:
            table = write.table_of(Event)
            values: dict[str, Any] = {"snapshot_id": bindparam("its"), "previous_snapshot_id": bindparam("before")}
            statement = update(table).where(table.c.id == bindparam("event")).values(values)
            self.session.connection().execute(statement, referring)
        self.rebuilt.lost = [
            f"{key.board} {key.category} {day}"
            for (_, key, day), snapshots in kept.items()
            if any(there.get(snapshot.id or 0) != snapshot.payload for snapshot in snapshots)
        ]

    def _derive(self, file: SourceFile, desk: Desk) -> None:
        context = Context(file.source, self.registry, (), self.now, live=False)
        days = {key: list(timeline.on) for key, timeline in desk.ledger.everything()}
        because = "today's parsers, checks and registry do not show it"
        changes: Changes = derive(self.session, desk, days, fresh={}, told={}, because=because, now=self.now)
        recorded = Recorded("unchanged")
        record.tell(self.session, desk, changes, {}, context, recorded)
        self.rebuilt.new += changes.count
        self.rebuilt.altered += len(changes.altered)
        self.rebuilt.untold |= set(recorded.untold)


def _was_read(item: Item, visit: Visit, context: Context) -> bool:
    """Whether a row of a history that was read in part belongs to what was read of it."""
    return isinstance(item, Reading) and (visit.payload, key_of(item, context), item.published_on) in context.kept


def _kept(session: Session) -> Kept:
    kept: Kept = {}
    for row in session.scalars(select(Snapshot).order_by(col(Snapshot.id))).all():
        session.expunge(row)
        kept.setdefault((row.payload, Key(row.series, row.board, row.category), row.published_on), []).append(row)
    return kept


def _links(session: Session) -> list[Link]:
    query = select(col(Event.id), col(Event.snapshot_id), col(Event.previous_snapshot_id))
    rows = session.execute(query.where(col(Event.snapshot_id).is_not(None)))
    return [Link(*row) for row in rows]


def _clear(session: Session) -> None:
    """Remove what is derived anew.

    Events are brought in line afterwards, since messages refer to them; entries keep what they once resolved to.
    """
    session.execute(update(Event).values(snapshot_id=None, previous_snapshot_id=None))
    for table in (Standing, Snapshot):
        session.execute(delete(table))
