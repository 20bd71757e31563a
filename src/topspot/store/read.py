"""What is read: snapshots, standings, events and the state of sources, as values and rows."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from topspot.domain import values
from topspot.domain.values import Validators
from topspot.store.ledger import IN_ORDER
from topspot.store.tables import (
    Alert,
    AlertEvent,
    Board,
    Decision,
    Developer,
    DeveloperFact,
    Entry,
    Event,
    Instant,
    ModelFact,
    Part,
    Resolution,
    Series,
    Snapshot,
    SourceState,
    Standing,
    Visit,
)


def pairs(rows: Iterable[Any]) -> dict[Any, Any]:
    """Make a mapping of rows of two columns."""
    return {key: value for key, value in rows}  # noqa: C416 - rows, which no type takes for pairs


def known_validators(session: Session, source: str) -> dict[str, Validators]:
    """Give what identified the bytes of each address at its last visit that did not fail."""
    last = (
        select(col(Visit.url), func.max(col(Visit.id)).label("id"))
        .where(col(Visit.source) == source, col(Visit.outcome) != "failed")
        .group_by(col(Visit.url))
        .subquery()
    )
    rows = session.execute(
        select(col(Visit.url), col(Visit.etag), col(Visit.last_modified), col(Visit.linked_etag)).join(
            last, col(Visit.id) == last.c.id
        )
    )
    return {url: Validators(etag, last_modified, linked) for url, etag, last_modified, linked in rows}


def payload_visits(session: Session, payload: str | None = None) -> Sequence[Visit]:
    """Give the visits that brought payloads of boards, in their order; those of one of them, if it is given."""
    of_boards = ~col(Visit.source).startswith(f"{values.NEWS}/")
    query = select(Visit).where(col(Visit.payload).is_not(None), of_boards).order_by(col(Visit.id))
    if payload:
        query = query.where(col(Visit.payload) == payload)
    return session.scalars(query).all()


def news_visits(session: Session) -> Sequence[Visit]:
    """Give the visits that brought payloads of news, in their order."""
    of_news = col(Visit.source).startswith(f"{values.NEWS}/")
    return session.scalars(
        select(Visit).where(col(Visit.payload).is_not(None), of_news).order_by(col(Visit.id))
    ).all()


def is_read(session: Session, answer: values.Answer) -> bool:
    """Whether the bytes of an answer were read before: under its address, and said to be the same.

    What no parser could read has no snapshot and is to be tried again.
    """
    payload = answer.payload
    if payload is None:
        return False
    of_payload = select(col(Snapshot.id)).where(col(Snapshot.payload) == payload.sha256).exists()
    return (
        session.scalars(
            select(col(Visit.id))
            .where(
                col(Visit.source) == answer.source,
                col(Visit.url) == answer.url,
                col(Visit.payload) == payload.sha256,
                col(Visit.board).is_not_distinct_from(payload.board),
                col(Visit.published_on).is_not_distinct_from(payload.published_on),
                col(Visit.partial).is_(False),
                or_(col(Visit.outcome) != "held", of_payload),
            )
            .limit(1)
        ).first()
        is not None
    )


def is_held(session: Session, answer: values.Answer) -> bool:
    """Whether it is written already that the bytes of an answer cannot be read."""
    held = select(col(Visit.id)).where(
        col(Visit.source) == answer.source,
        col(Visit.url) == answer.url,
        col(Visit.payload) == (answer.payload.sha256 if answer.payload else None),
        col(Visit.outcome) == "held",
    )
    return session.scalars(held.limit(1)).first() is not None


def digests(session: Session, url: str) -> dict[date, str]:
    """Give the digest of each date of a history as it was last read."""
    query = select(col(Part.published_on), col(Part.digest)).where(col(Part.url) == url)
    return pairs(session.execute(query))


def claimed_elsewhere(session: Session, sources: Sequence[str], me: str, now: datetime) -> Sequence[str]:
    """Give those of some sources that another process is visiting."""
    return session.scalars(
        select(col(SourceState.source)).where(
            col(SourceState.source).in_(sources),
            col(SourceState.claimed_until) >= now,
            col(SourceState.claimed_by) != me,
        )
    ).all()


def failures_of(session: Session, source: str) -> int:
    """Say how often in a row the visits to a source have failed."""
    return session.scalar(select(col(SourceState.failures)).where(col(SourceState.source) == source)) or 0


def last_success(session: Session, url: str) -> datetime | None:
    """Say when an address was last had."""
    return session.scalar(
        select(func.max(col(Visit.started_at))).where(col(Visit.url) == url, col(Visit.outcome) != "failed")
    )


def newest_accepted(
    session: Session,
    board: str,
    category: str,
    *,
    series: str | None = None,
    until: date | None = None,
    known_at: datetime | None = None,
) -> Snapshot | None:
    """Give the newest accepted snapshot of a board and category.

    By published date, then the most trusted series, then the publication that came last. ``until`` is the last
    published date that counts; ``known_at`` leaves out what was accepted later.
    """
    query = (
        select(Snapshot)
        .outerjoin(Series, and_(col(Series.key) == col(Snapshot.series), col(Series.board) == col(Snapshot.board)))
        .where(col(Snapshot.board) == board, col(Snapshot.category) == category, *_believed(known_at))
        .order_by(
            col(Series.edition).desc(),  # what an older edition shows later is not the board any more
            col(Snapshot.published_on).desc(),
            col(Series.trust),
            *(each.desc() for each in IN_ORDER),
        )
        .limit(1)
    )
    if series:
        query = query.where(col(Snapshot.series) == series)
    if until:
        query = query.where(col(Snapshot.published_on) <= until)
    return session.scalars(query).first()


class OfADate(NamedTuple):
    """A snapshot that stands of its date in a series; ``edition`` is that of the series, or empty."""

    snapshot_id: int
    board: str
    category: str
    series: str
    published_on: date
    edition: str


def dates(session: Session, board: str, category: str, known_at: datetime | None = None) -> list[OfADate]:
    """Give what stands of each date of each series of a board and category, the newest first.

    Of several publications of a date that is the one that came last; ``known_at`` is as in ``newest_accepted``.
    """
    of = (col(Snapshot.series), col(Snapshot.published_on))
    query = (
        select(col(Snapshot.id), col(Snapshot.board), col(Snapshot.category), *of, col(Series.edition))
        .outerjoin(Series, and_(col(Series.key) == col(Snapshot.series), col(Series.board) == col(Snapshot.board)))
        .where(col(Snapshot.board) == board, col(Snapshot.category) == category, *_believed(known_at))
        .order_by(*(each.desc() for each in (*of, *IN_ORDER)))
    )
    last: dict[tuple[str, date], OfADate] = {}
    for number, of_board, of_category, series, day, edition in session.execute(query):
        last.setdefault((series, day), OfADate(number, of_board, of_category, series, day, edition or ""))
    return list(last.values())


def _believed(known_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions that a snapshot is accepted and not dropped, now or as was known at an instant.

    Then the last decision until that instant counts, and without one whether *check* had accepted it.
    """
    if known_at is None:
        return col(Snapshot.accepted_at).is_not(None), col(Snapshot.dropped_at).is_(None)
    decided = (
        select(col(Decision.accepted))
        .where(col(Decision.snapshot_id) == col(Snapshot.id), col(Decision.decided_at) <= known_at)
        .order_by(col(Decision.decided_at).desc(), col(Decision.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    return (func.coalesce(decided, col(Snapshot.accepted_at) <= known_at, false()),)


def standing_snapshots(
    session: Session, *, board: str | None = None, category: str | None = None
) -> list[Snapshot]:
    """Give the snapshots that stand: of each series and date the last accepted one; the most trusted first."""
    query = (
        select(Snapshot)
        .outerjoin(Series, and_(col(Series.key) == col(Snapshot.series), col(Series.board) == col(Snapshot.board)))
        .where(*_believed(None))
        .order_by(
            col(Snapshot.published_on),
            col(Series.edition).desc(),
            col(Series.trust),
            col(Snapshot.series),
            *IN_ORDER,
        )
    )
    if board:
        query = query.where(col(Snapshot.board) == board)
    if category:
        query = query.where(col(Snapshot.category) == category)
    last = {(row.series, row.board, row.category, row.published_on): row for row in session.scalars(query)}
    return list(last.values())


def series_of(session: Session, snapshot: Snapshot) -> Series | None:
    """Give what is declared of the series of a snapshot: its license, and how to credit it."""
    return session.get(Series, (snapshot.series, snapshot.board))


def board_keys(session: Session) -> Sequence[str]:
    """Give the keys of all boards that anything was recorded of, in order."""
    return session.scalars(select(col(Board.key)).order_by(col(Board.key))).all()


def held_counts(session: Session, board: str) -> dict[str, int]:
    """Count the snapshots of a board that wait for a decision, by series."""
    query = (
        select(col(Snapshot.series), func.count())
        .where(
            col(Snapshot.board) == board,
            col(Snapshot.accepted_at).is_(None),
            col(Snapshot.dropped_at).is_(None),
        )
        .group_by(col(Snapshot.series))
    )
    return pairs(session.execute(query))


def standings(
    session: Session, snapshot_id: int, on: date, known_at: datetime | None = None
) -> list[values.Standing]:
    """Give the rows of a snapshot in order of position, resolved as the registry has it for the date ``on``.

    With ``known_at`` the resolutions are those that held then.
    """
    asked = {"snapshot": snapshot_id, "day": on} | ({"known_at": known_at} if known_at else {})
    rows = session.execute(_standings_query(then=known_at is not None), asked)
    return list(map(values.Standing._make, rows))


@cache
def _standings_query(*, then: bool) -> Any:
    """Build the query of standings once, its columns in the order of the value; ``then`` is for a past instant."""
    country, parent = aliased(DeveloperFact), aliased(DeveloperFact)
    weights = aliased(ModelFact)
    return (
        select(
            col(Standing.position),
            col(Entry.raw_name),
            func.coalesce(col(Resolution.model), col(Entry.raw_name)),
            col(Resolution.developer),
            col(Developer.name),
            col(parent.value),
            col(country.value),
            func.coalesce(weights.value, col(Resolution.license_open)),
            col(Standing.rank),
            col(Standing.rating),
            col(Standing.lower),
            col(Standing.upper),
            col(Standing.votes),
            col(Standing.preliminary),
        )
        .select_from(Standing)
        .join(Entry, col(Entry.id) == col(Standing.entry_id))
        .outerjoin(Resolution, and_(col(Resolution.entry_id) == col(Entry.id), *_held(then)))
        .outerjoin(Developer, col(Developer.key) == col(Resolution.developer))
        .outerjoin(country, _fact(country, "country"))
        .outerjoin(parent, _fact(parent, "parent"))
        .outerjoin(weights, and_(_fact(weights, "open_weights"), col(weights.model) == col(Resolution.model)))
        .where(col(Standing.snapshot_id) == bindparam("snapshot"))
        .order_by(col(Standing.position))
    )


def _held(then: bool) -> tuple[ColumnElement[bool], ...]:
    superseded_at, first = col(Resolution.superseded_at), col(Resolution.part) == 0
    if not then:
        return first, superseded_at.is_(None)
    known_at = bindparam("known_at", type_=Instant)
    return first, col(Resolution.resolved_at) <= known_at, or_(superseded_at.is_(None), superseded_at > known_at)


def _fact(fact: Any, kind: str) -> Any:
    day = bindparam("day", type_=Date)
    return and_(
        fact.developer == col(Resolution.developer),
        fact.kind == kind,
        or_(fact.valid_from.is_(None), fact.valid_from <= day),
        or_(fact.valid_to.is_(None), fact.valid_to > day),
    )


def series_heads(session: Session, *, board: str | None = None) -> list[tuple[str, str]]:
    """Give every (board, category) that has an accepted snapshot, in order."""
    query = (
        select(col(Snapshot.board), col(Snapshot.category))
        .where(*_believed(None))
        .distinct()
        .order_by(col(Snapshot.board), col(Snapshot.category))
    )
    if board:
        query = query.where(col(Snapshot.board) == board)
    return [(found, category) for found, category in session.execute(query)]


def led_since(session: Session, snapshot: Snapshot, kind: str) -> date | None:
    """Say since which publication first place of a snapshot's series is held as it is there.

    That is the last lead event of the kind that changed who is first, else the first publication.
    """
    changed = session.scalar(
        select(func.max(col(Event.published_on))).where(
            col(Event.board) == snapshot.board,
            col(Event.category) == snapshot.category,
            col(Event.series) == snapshot.series,
            col(Event.type) == f"lead.{kind}",
            col(Event.change) != "points_only",
            col(Event.withdrawn).is_(False),
            col(Event.published_on) <= snapshot.published_on,
        )
    )
    return changed or session.scalar(
        select(func.min(col(Snapshot.published_on))).where(
            col(Snapshot.board) == snapshot.board,
            col(Snapshot.category) == snapshot.category,
            col(Snapshot.series) == snapshot.series,
            *_believed(None),
        )
    )


def events(
    session: Session,
    *,
    since: date | None = None,
    until: date | None = None,
    board: str | None = None,
    category: str | None = None,
    type_: str | None = None,
    everything: bool = False,
) -> Sequence[Event]:
    """Give events in order of publication; ``everything`` adds the historical and the withdrawn ones."""
    day = func.coalesce(col(Event.published_on), func.date(col(Event.observed_at)))
    query = select(Event).order_by(
        col(Event.published_on).nulls_first(),
        col(Event.recorded_at),
        col(Event.board),
        col(Event.category),
        col(Event.type),
        col(Event.id),
    )
    wanted = {Event.board: board, Event.category: category, Event.type: type_}
    for column, value in wanted.items():
        if value:
            query = query.where(col(column) == value)
    if since:
        query = query.where(day >= since)
    if until:
        query = query.where(day <= until)
    if not everything:
        query = query.where(col(Event.historical).is_(False), col(Event.withdrawn).is_(False))
    return session.scalars(query).all()


def events_of_alert(session: Session, alert_id: str) -> Sequence[Event]:
    """Give the events of an alert, most important first."""
    return session.scalars(
        select(Event)
        .join(AlertEvent, col(AlertEvent.event_id) == col(Event.id))
        .where(col(AlertEvent.alert_id) == alert_id)
        .order_by(col(AlertEvent.position))
    ).all()


def alerts_of(session: Session, events: Collection[str]) -> list[Alert]:
    """Give the alerts that tell any of some events."""
    found: dict[str, Alert] = {}
    asked = sorted(events)
    for start in range(0, len(asked), 500):  # a statement takes only so many parameters
        some = select(col(AlertEvent.alert_id)).where(col(AlertEvent.event_id).in_(asked[start : start + 500]))
        found |= {alert.id: alert for alert in session.scalars(select(Alert).where(col(Alert.id).in_(some)))}
    return [found[name] for name in sorted(found)]


def most_of(session: Session, column: Any, key: Any, value: str) -> int:
    """Give the greatest number in a column of the rows with one key, 0 where there are none."""
    return session.scalar(select(func.max(col(column))).where(col(key) == value)) or 0


def snapshots_of(session: Session, board: str, until: date) -> Sequence[Snapshot]:
    """Give the snapshots of a board published until a date, newest first."""
    return session.scalars(
        select(Snapshot)
        .where(col(Snapshot.board) == board, col(Snapshot.published_on) <= until)
        .order_by(col(Snapshot.published_on).desc(), col(Snapshot.category), col(Snapshot.id).desc())
    ).all()
