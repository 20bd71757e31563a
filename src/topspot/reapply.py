"""After a change of the registry: what entries mean is resolved again, and past events are brought in line.

No standing is touched, and nothing is flooded: only what was told of the last days is corrected, the rest is
listed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from scrapers.boards import SourceFile
from topspot import alerting
from topspot.backfill import Progress
from topspot.derive import Changes, derive
from topspot.desk import Desk
from topspot.domain.messages import Message
from topspot.jobs import open_store, utc_now
from topspot.registry import Registry, load_registry
from topspot.settings import Settings
from topspot.store import read, write
from topspot.store.engine import writing
from topspot.store.ledger import Key
from topspot.store.tables import Event, Series, Snapshot, Standing, Target
from topspot.tell import sender

BECAUSE = "who made what is known better: the registry changed"


@dataclass(slots=True)
class Applied:
    """What applying the registry came to.

    ``entries`` mean something else than before, and are among the first on ``dates`` dates of series; ``events``
    are those that are new, say otherwise or no longer hold; ``messages`` were queued with their targets, and
    ``untold`` are alerts of before the last days that told what is otherwise by now.
    """

    revision: str
    entries: int = 0
    dates: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    messages: list[tuple[str, Message]] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Give the object that ``registry apply --json`` prints."""
        counts = {"alerts": len(self.messages), "untold": self.untold}
        return {
            "revision": self.revision,
            "entries": self.entries,
            "dates": self.dates,
            "events": self.events,
        } | counts


def apply(
    settings: Settings,
    files: Mapping[str, SourceFile],
    clock: Callable[[], datetime] = utc_now,
    *,
    progress: Progress,
) -> Applied:
    """Apply the registry's files to the database, in one transaction; corrections are queued, ``run`` sends them.

    Raises ``RegistryError`` and ``StoreError``.
    """
    registry, targets, now = load_registry(settings.registry_dir), sender.targets_of(settings), clock()
    since = now.date() - timedelta(days=settings.correction_days)
    with open_store(settings, upgrade=True, now=clock) as engine, writing(engine) as session:
        write.declare_targets(session, targets)
        write.apply_registry(session, registry, now)
        applying = _Applying(session, files, registry, targets, now, since)
        applied = applying.run(progress)
    progress.ends()
    return applied


@dataclass(frozen=True, slots=True)
class _Applying:
    """One application under way."""

    session: Session
    files: Mapping[str, SourceFile]
    registry: Registry
    targets: list[Target]
    now: datetime
    since: date

    def run(self, progress: Progress) -> Applied:
        entries = write.changed_entries(self.session)
        applied = Applied(self.registry.revision, len(entries))
        by_source: dict[str, dict[Key, list[date]]] = defaultdict(dict)
        for source, key, days in self._touched(entries):
            by_source[source][key] = days
            applied.dates += len(days)
        progress.begins("sources", len(by_source))
        for source, touched in sorted(by_source.items()):
            self._bring_in_line(source, touched, applied)
            progress.step(source)
        write.forget_changed_entries(self.session)
        return applied

    def _touched(self, entries: set[int]) -> Iterable[tuple[str, Key, list[date]]]:
        """Give the dates of each series on which one of the entries may be among the first."""
        found: dict[tuple[str, Key], set[date]] = defaultdict(set)
        numbers = sorted(entries)
        for start in range(0, len(numbers), 500):  # a statement takes only so many parameters
            query = _first_dates(numbers[start : start + 500])
            for source, series, board, category, published_on in self.session.execute(query):
                found[source, Key(series, board, category)].add(published_on)
        return [(source, key, sorted(days)) for (source, key), days in sorted(found.items())]

    def _bring_in_line(self, source: str, touched: dict[Key, list[date]], applied: Applied) -> None:
        desk = Desk(source, self.registry)
        changes = derive(self.session, desk, touched, fresh={}, told={}, because=BECAUSE, now=self.now)
        new = {each.event.id for derived in changes.new.values() for each in derived}
        applied.events += self._listed(changes.altered, new)
        recent = self._recent(changes)
        applied.untold += [each.id for each in read.alerts_of(self.session, changes.altered - recent.altered)]
        if source in self.files:
            circle = alerting.Circle(self.files[source].source, self.targets, self.now)
            applied.messages += alerting.settle(self.session, desk, recent, {}, circle)

    def _recent(self, changes: Changes) -> Changes:
        """Keep of what changed that which is about the last days."""
        ids = set(self.session.scalars(select(col(Event.id)).where(col(Event.published_on) >= self.since)))
        return Changes(changes.because, altered=changes.altered & ids, turned=changes.turned & ids)

    def _listed(self, altered: set[str], new: set[str]) -> list[dict[str, Any]]:
        rows = [self.session.get(Event, name) for name in sorted(altered | new)]
        return [
            {
                "id": row.id,
                "what": "new" if row.id in new else "withdrawn" if row.withdrawn else "changed",
                "type": row.type,
                "change": row.change,
                "board": row.board,
                "category": row.category,
                "published_on": row.published_on.isoformat() if row.published_on else None,
                "subject": row.subject_name,
            }
            for row in rows
            if row
        ]


def _first_dates(entries: Sequence[int]) -> Any:
    """Ask for the dates of series on which some entries may be among the first, by whatever definition.

    That a row is first hangs on the best rating and on the bar that the others' intervals set, on either scale.
    """
    concerned = select(col(Standing.snapshot_id)).where(col(Standing.entry_id).in_(entries)).distinct()
    bars = (
        select(
            col(Standing.snapshot_id).label("snapshot"),
            func.max(col(Standing.rating)).label("highest"),
            func.min(col(Standing.rating)).label("lowest"),
            func.max(col(Standing.lower)).label("above"),
            func.min(col(Standing.upper)).label("below"),
        )
        .where(col(Standing.snapshot_id).in_(concerned))
        .group_by(col(Standing.snapshot_id))
        .subquery()
    )
    is_first = or_(
        col(Standing.rank) == 1,
        col(Standing.rating).in_((bars.c.highest, bars.c.lowest)),
        col(Standing.upper) >= bars.c.above,
        col(Standing.lower) <= bars.c.below,
    )
    declared = (col(Series.key) == col(Snapshot.series)) & (col(Series.board) == col(Snapshot.board))
    key = [col(getattr(Snapshot, name)) for name in ("series", "board", "category", "published_on")]
    return (
        select(col(Series.source), *key)
        .select_from(Standing)
        .join(bars, bars.c.snapshot == col(Standing.snapshot_id))
        .join(Snapshot, col(Snapshot.id) == col(Standing.snapshot_id))
        .join(Series, declared)
        .where(col(Standing.entry_id).in_(entries), is_first)
        .distinct()
    )
