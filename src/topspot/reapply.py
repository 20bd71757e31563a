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
from topspot.store.tables import Alert, Event, Series, Snapshot, Standing, Target
from topspot.tell import sender

BECAUSE = "who made what is known better: the registry changed"


@dataclass(slots=True)
class Applied:
    """What applying the registry came to.

    ``entries`` mean something else than before, which can matter on ``dates`` dates of series; ``events``
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
        """Give the dates of each series on which it can matter what one of the entries means.

        There it is among the first, or it came, or it went the date after, by which renames are recognized.
        """
        found: dict[tuple[str, Key], set[date]] = defaultdict(set)
        numbers = sorted(entries)
        for start in range(0, len(numbers), 500):  # a statement takes only so many parameters
            some = numbers[start : start + 500]
            for query in (_first_dates(some), _came(some), _was_last_there(some)):
                for source, series, board, category, published_on in self.session.execute(query):
                    found[source, Key(series, board, category)].add(published_on)
        return [(source, key, sorted(days)) for (source, key), days in sorted(found.items())]

    def _bring_in_line(self, source: str, touched: dict[Key, list[date]], applied: Applied) -> None:
        desk = Desk(source, self.registry)
        alerts = self._recent_alerts({key.board for key in touched})
        told = {key: [day for day in self._told(alerts, key) if day in days] for key, days in touched.items()}
        changes = derive(self.session, desk, touched, fresh={}, told=told, because=BECAUSE, now=self.now)
        new = {each.event.id for derived in changes.new.values() for each in derived}
        applied.events += self._listed(changes.altered, new)
        ids = {alert.id for alert in alerts}
        applied.untold += [each.id for each in read.alerts_of(self.session, changes.altered) if each.id not in ids]
        if source in self.files:
            for publication in sorted({(alert.board, alert.published_on) for alert in alerts}):
                of_it = [alert for alert in alerts if (alert.board, alert.published_on) == publication]
                applied.messages += self._settle(source, desk, changes, of_it)

    def _recent_alerts(self, boards: set[str]) -> Sequence[Alert]:
        wanted = col(Alert.board).in_(boards), col(Alert.published_on) >= self.since
        return self.session.scalars(select(Alert).where(*wanted).order_by(col(Alert.id))).all()

    def _told(self, alerts: Iterable[Alert], key: Key) -> list[date]:
        """Give the dates of a series that alerts tell of: those of the publication and of the steps to it."""
        days = {alert.published_on for alert in alerts if alert.board == key.board}
        for alert in alerts:
            linked = read.events_of_alert(self.session, alert.id)
            days |= {each.published_on for each in linked if each.published_on and each.board == key.board}
        return sorted(days)

    def _settle(
        self, source: str, desk: Desk, changes: Changes, alerts: Sequence[Alert]
    ) -> Iterable[tuple[str, Message]]:
        """Correct what was told of one publication, to those who were told, and to nobody else."""
        linked = {each.id: each for alert in alerts for each in read.events_of_alert(self.session, alert.id)}
        days = {each.published_on for each in linked.values() if each.published_on} | {alerts[0].published_on}
        altered = changes.altered & linked.keys()
        if not altered:
            return []
        new = {at: found for at, found in changes.new.items() if at[0].board == alerts[0].board and at[1] in days}
        keys = {key for key, _ in new}
        told = {key: [*(day for at, day in new if at == key), alerts[0].published_on] for key in keys}
        targets = [target for target in self.targets if target.key in {alert.target for alert in alerts}]
        circle = alerting.Circle(self.files[source].source, targets, self.now, self.registry)
        of_it = Changes(changes.because, new, altered, changes.turned & altered)
        return list(alerting.settle(self.session, desk, of_it, told, circle))

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


_PLACE = [col(getattr(Snapshot, name)) for name in ("series", "board", "category")]

_DECLARED = (col(Series.key) == col(Snapshot.series)) & (col(Series.board) == col(Snapshot.board))


def _came(entries: Sequence[int]) -> Any:
    """Ask for the first date on which each series has some entries."""
    return _dates_of(entries, func.min(col(Snapshot.published_on)))


def _was_last_there(entries: Sequence[int]) -> Any:
    """Ask for the last date on which each series has some entries."""
    return _dates_of(entries, func.max(col(Snapshot.published_on)))


def _dates_of(entries: Sequence[int], wanted: Any) -> Any:
    return (
        select(col(Series.source), *_PLACE, wanted)
        .select_from(Standing)
        .join(Snapshot, col(Snapshot.id) == col(Standing.snapshot_id))
        .join(Series, _DECLARED)
        .where(col(Standing.entry_id).in_(entries))
        .group_by(col(Series.source), *_PLACE, col(Standing.entry_id))
    )


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
    return (
        select(col(Series.source), *_PLACE, col(Snapshot.published_on))
        .select_from(Standing)
        .join(bars, bars.c.snapshot == col(Standing.snapshot_id))
        .join(Snapshot, col(Snapshot.id) == col(Standing.snapshot_id))
        .join(Series, _DECLARED)
        .where(col(Standing.entry_id).in_(entries), is_first)
        .distinct()
    )
