"""Alerts: what changed becomes messages in the outbox, in the transaction that changed it.

A publication of a board makes one alert a target. Further events of it are a reply; where what was told no longer
holds, the message is edited where the target allows that, and a reply says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from topspot import press
from topspot.derive import Changes, derived_on
from topspot.desk import Desk
from topspot.domain.alerts import alert_id, amendments, compose, in_order, is_heard
from topspot.domain.messages import Message, from_json, to_json
from topspot.domain.timeline import Derived
from topspot.domain.values import Source
from topspot.registry import Registry
from topspot.store import read, write
from topspot.store.ledger import Key
from topspot.store.tables import Alert, AlertEvent, Delivery, Target
from topspot.store.tables import Event as EventRow


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is told and of which source, at which time (UTC), and who is who."""

    source: Source
    targets: Sequence[Target]
    now: datetime
    registry: Registry


def settle(
    session: Session, desk: Desk, changes: Changes, told: Mapping[Key, Sequence[date]], circle: Circle
) -> Iterator[tuple[str, Message]]:
    """Queue what the changes make necessary, and give each message with the target of it."""
    news = _heard(changes, told)
    corrected = {alert.id: alert for alert in read.alerts_of(session, changes.altered)}
    for board, day in news:
        for target in circle.targets:
            alert = session.get(Alert, alert_id(target.key, board, day))
            if alert and alert.state == "retracted":  # what was taken back is not answered but corrected again
                corrected[alert.id] = alert
    for alert in corrected.values():
        added = news.get((alert.board, alert.published_on), [])
        yield from _correct(session, desk, alert, changes, added, circle)
    for (board, day), heard in news.items():
        for target in circle.targets:
            if heard and alert_id(target.key, board, day) not in corrected:
                yield from _tell(session, target, board, day, heard, circle)


def _heard(changes: Changes, told: Mapping[Key, Sequence[date]]) -> dict[tuple[str, date], list[Derived]]:
    """Give the new events that are to be heard, by board and publication; steps belong to the newest one."""
    news: dict[tuple[str, date], list[Derived]] = {}
    for (key, day), derived in changes.new.items():
        if day in told.get(key, ()):
            heard = [each for each in derived if not each.withdrawn and is_heard(each.event)]
            news.setdefault((key.board, max(told[key])), []).extend(heard)
    return news


def _tell(
    session: Session, target: Target, board: str, day: date, heard: list[Derived], circle: Circle
) -> Iterator[tuple[str, Message]]:
    """Queue a message about a publication: a post, or, where there was one, a reply to it."""
    name = alert_id(target.key, board, day)
    action = "reply" if session.get(Alert, name) else "post"
    if action == "post":
        row = {"id": name, "target": target.key, "board": board, "published_on": day, "state": "confirmed"}
        session.execute(write.table_of(Alert).insert(), [row | {"created_at": circle.now}])
    message = composed(
        name, heard, day, circle.source, press.lines(session, board, _subjects(heard), circle.now, circle.registry)
    )
    _link(session, name, heard)
    _queue(session, name, target.key, action, message, circle.now)
    yield target.key, message


def _subjects(heard: Iterable[Derived]) -> Iterator[press.Subject]:
    """Give the models in first place, before and now, that events are about."""
    for each in heard:
        yield from (("model", row.model) for row in (*each.event.current, *each.event.previous))


def composed(
    name: str, derived: Sequence[Derived], published_on: date, source: Source, written: Sequence[str] = ()
) -> Message:
    """Put events of one publication of one board, and steps to it, into the words of the alert ``name``.

    ``written`` are lines about what the press wrote.
    """
    by_id = {each.event.id: each for each in derived}
    events = in_order(each.event for each in derived)
    main = by_id[events[0].id]
    return compose(
        name,
        events,
        main.snapshot.ranking.standings,
        main.before.ranking.standings,
        board=source.all_boards[events[0].board],
        license=source.license,
        published_on=published_on,
        press=written,
    )


def _correct(
    session: Session, desk: Desk, alert: Alert, changes: Changes, news: Sequence[Derived], circle: Circle
) -> Iterator[tuple[str, Message]]:
    """Bring what a target was told in line with what holds now."""
    linked = read.events_of_alert(session, alert.id)
    holds = [*_still_holds(session, desk, linked), *news]
    _link(session, alert.id, news)
    now = composed(alert.id, holds, alert.published_on, circle.source) if holds else None
    told = _told(session, alert.id)
    unsent = told is None or _withhold(session, alert.id)
    _set_state(session, alert, "retracted" if now is None else "confirmed" if unsent else "corrected")
    changed = bool(news) or any(row.id in changes.turned for row in linked)
    if told is None or unsent:  # nothing has arrived that could be taken back
        actions = [("post", now)] if now and (told or changed) else []
    else:
        kinds = [target.kind for target in circle.targets if target.key == alert.target]
        told_of = amendments(told, now, changed=changed, because=changes.because, editable="slack" in kinds)
        actions = told_of if kinds else []
    for action, message in actions:
        _queue(session, alert.id, alert.target, action, message, circle.now)
        if action != "update":
            yield alert.target, message


def _told(session: Session, alert: str) -> Message | None:
    """Give what a target was told last of what an alert says, ``None`` where that surely did not arrive."""
    deliveries = session.scalars(
        select(Delivery)
        .where(col(Delivery.alert_id) == alert, col(Delivery.state).not_in(("dead", "superseded")))
        .order_by(col(Delivery.id).desc())
    )
    bodies = (row.body for row in deliveries if row.action != "reply" or row.body.get("was"))
    return next(map(from_json, bodies), None)


def _still_holds(session: Session, desk: Desk, linked: Sequence[EventRow]) -> list[Derived]:
    wanted = {row.id for row in linked if not row.withdrawn}
    places = {
        (Key(row.series, row.board, row.category or ""), row.published_on) for row in linked if row.published_on
    }
    return [
        each
        for key, day in sorted(places)
        for each in derived_on(session, desk, key, day)
        if each.event.id in wanted
    ]


def _link(session: Session, alert: str, derived: Sequence[Derived]) -> None:
    """Write which events an alert tells, behind those that it told before."""
    position = read.most_of(session, AlertEvent.position, AlertEvent.alert_id, alert)
    events = in_order(each.event for each in derived)
    rows = [
        {"alert_id": alert, "event_id": event.id, "position": position + index}
        for index, event in enumerate(events, start=1)
    ]
    write.insert_missing(session, AlertEvent, rows)


def _set_state(session: Session, alert: Alert, state: str) -> None:
    session.execute(update(Alert).where(col(Alert.id) == alert.id).values(state=state))


def _withhold(session: Session, alert: str) -> bool:
    """Take back a post that nobody has begun to send, with what was to follow it; say whether there was one."""
    queued = [col(Delivery.alert_id) == alert, col(Delivery.state) == "queued", col(Delivery.attempts) == 0]
    unsent = [*queued, col(Delivery.claimed_by).is_(None)]
    post = session.scalars(select(col(Delivery.id)).where(*unsent, col(Delivery.action) == "post")).first()
    if post is None:
        return False
    session.execute(update(Delivery).where(*unsent).values(state="superseded"))
    return True


def _queue(session: Session, alert: str, target: str, action: str, message: Message, now: datetime) -> None:
    revision = read.most_of(session, Delivery.revision, Delivery.alert_id, alert) + 1
    row = {"alert_id": alert, "target": target, "action": action, "revision": revision, "state": "queued"}
    row |= {"body": to_json(message), "created_at": now, "due_at": now, "attempts": 0}
    session.execute(write.table_of(Delivery).insert(), [row])
