"""What is wrong, and what to do: settings, database, disk, network, Slack, silence."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlmodel import Session, col, func, select

from topspot.domain.messages import Message, TableRow
from topspot.domain.values import NEWS, Source
from topspot.jobs import open_store
from topspot.settings import Settings
from topspot.store.engine import StoreError, database_url, reading, shown
from topspot.store.tables import Delivery, Feed, SourceState, Visit
from topspot.tell import slack
from topspot.tell.sender import targets_of

LEAST_FREE = 200 * 2**20
"""Free bytes below which the disk of the data folder is said to be nearly full."""

CONNECT_SECONDS = 5.0

FAILING_AFTER = 3
"""Visits in a row without an answer after which a feed is said to be failing."""

NEWS_SILENT_AFTER = timedelta(days=2)
"""How long no feed at all may have answered."""

SILENT_AFTER = 2
"""Periods without a success after which a source is said to be silent."""


class Check(NamedTuple):
    """One thing that was looked at; ``hint`` says what to do where it is not ok."""

    name: str
    ok: bool
    message: str
    hint: str | None = None


def examine(settings: Settings, declared: Sequence[Source], feeds: Sequence[str], now: datetime) -> list[Check]:
    """Look at everything that a run needs, changing nothing; ``feeds`` are the keys of the sources of news."""
    checks = [
        Check("settings", True, "read"),
        Check("data folder", True, str(settings.data_dir)),
        _contact(settings),
        _disk(settings),
        _archive(settings),
    ]
    checks += _database(settings, declared, feeds, now)
    checks += [_network(source, settings) for source in declared]
    checks.append(_slack(settings))
    return checks


def _contact(settings: Settings) -> Check:
    if settings.contact:
        return Check("contact", True, settings.user_agent)
    return Check("contact", False, "sites cannot reach you", "set TOPSPOT_CONTACT to a mail address or URL")


def _disk(settings: Settings) -> Check:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    hint = None if free >= LEAST_FREE else "free space, or move TOPSPOT_DATA_DIR"
    return Check("disk", hint is None, f"{free // 2**20:,} MiB free at {folder}", hint)


def _archive(settings: Settings) -> Check:
    count = sum(1 for _ in settings.archive_dir.glob("??/*")) if settings.archive_dir.exists() else 0
    return Check("archive", True, f"{settings.archive_dir}: {count} payloads")


def _database(settings: Settings, declared: Sequence[Source], feeds: Sequence[str], now: datetime) -> list[Check]:
    where = shown(database_url(settings.url))
    try:
        with ExitStack() as stack:
            engine = stack.enter_context(open_store(settings))
            session = stack.enter_context(reading(engine))
            return [
                Check("database", True, where),
                *(_silence(session, source, now) for source in declared),
                *([_feeds(session, feeds, now)] if feeds else ()),
                _deliveries(session, settings),
            ]
    except StoreError as error:
        return [Check("database", False, f"{where}: {error}", "run `topspot db upgrade`")]


def _silence(session: Session, source: Source, now: datetime) -> Check:
    state = session.get(SourceState, source.key)
    last = state.last_success_at if state else None
    name = f"source {source.key}"
    if last is None:
        return Check(name, False, "never visited with success", f"run `topspot run {source.key}`")
    silent = now - last > SILENT_AFTER * source.every
    message = f"last success {last:%Y-%m-%d %H:%M:%SZ}"
    return Check(
        name,
        not silent,
        message,
        "see `topspot events --type source.failed`; is cron running?" if silent else None,
    )


def _feeds(session: Session, feeds: Sequence[str], now: datetime) -> Check:
    """Say which feeds are failing. Sites refuse programs and move; only where most fail the fault is here."""
    of_news = select(SourceState).where(col(SourceState.source).startswith(f"{NEWS}/"))
    states = {state.source.removeprefix(f"{NEWS}/"): state for state in session.exec(of_news)}
    last = max((state.last_success_at for state in states.values() if state.last_success_at), default=None)
    if last is None:
        return Check("news", False, "never visited with success", f"run `topspot run {NEWS}`")
    if now - last > NEWS_SILENT_AFTER:
        return Check("news", False, f"last success {last:%Y-%m-%d %H:%M:%SZ}", "is cron running?")
    silent = {key for key, state in states.items() if state.failures >= FAILING_AFTER}
    failing = sorted((silent | _held(session)) & set(feeds))
    message = f"{len(failing)} of {len(feeds)} feeds are failing{': ' if failing else ''}{', '.join(failing)}"
    ok = len(failing) * 2 <= len(feeds)
    return Check("news", ok, message, None if ok else f"see `topspot run {NEWS}`; check the network")


def _held(session: Session) -> set[str]:
    """Name the feeds of which the last visit brought what could not be read."""
    last = select(func.max(Visit.id)).join(Feed, col(Feed.address) == col(Visit.url)).group_by(col(Visit.url))
    held = select(Visit.source).where(col(Visit.id).in_(last), col(Visit.outcome) == "held")
    return {source.removeprefix(f"{NEWS}/") for source in session.exec(held)}


def _deliveries(session: Session, settings: Settings) -> Check:
    rows = session.exec(
        select(Delivery.target, Delivery.state, func.count())
        .where(col(Delivery.state).not_in(("sent", "superseded")))
        .group_by(Delivery.target, Delivery.state)
    ).all()
    if not rows:
        return Check("deliveries", True, "none is waiting")
    configured = {target.key for target in targets_of(settings)}
    texts = [
        f"{count} {state} for {target}{'' if target in configured else ' (not configured now)'}"
        for target, state, count in rows
    ]
    return Check("deliveries", False, "; ".join(texts), "mend the target, then `topspot run`")


def _network(source: Source, settings: Settings) -> Check:
    asked = urlsplit(settings.mirror or source.addresses[0])
    host, port = asked.hostname or "", asked.port or (443 if asked.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            return Check(f"network {source.key}", True, f"{host}:{port} answers")
    except OSError as error:
        return Check(
            f"network {source.key}",
            False,
            f"{host}:{port}: {error.strerror or error}",
            "check the network and TOPSPOT_MIRROR",
        )


def _slack(settings: Settings) -> Check:
    keys = [target.key for target in targets_of(settings)]
    if not settings.slack_token:
        return Check("slack", True, f"alerts go to: {', '.join(keys)}")
    if not settings.slack_channel:
        return Check("slack", False, "a token without a channel", "set TOPSPOT_SLACK_CHANNEL")
    found = asyncio.run(slack.whoami(settings))
    message = f"{found.message}; alerts go to: {', '.join(keys)}" if found.ok else found.message
    return Check("slack", found.ok, message, found.hint)


def test_message(now: datetime) -> Message:
    """Make the message that ``doctor --send`` posts."""
    return Message(
        alert_id="test",
        status="TEST",
        title="Topspot can post here",
        sentence="This is a test message of Topspot: alerts will look like this one.",
        finding="Nothing has happened on any leaderboard.",
        lines=(),
        more=0,
        table=(
            TableRow("a model", "its developer (CN)", "2. 1400.0 [1390.0, 1410.0]", "1. 1450.0 [1440.0, 1460.0]"),
        ),
        board="test",
        board_name="Test",
        category="overall",
        published_on=now.date(),
        observed_at=now,
        credit="made up by Topspot",
        license="none",
        rules=("test@1",),
    )


async def send_test(settings: Settings, target: str, clock: Callable[[], datetime], console: Any) -> Check:
    """Post one test message to a target and say how that ended."""
    from topspot.tell import console as console_way

    message, name = test_message(clock()), f"send {target}"
    kinds = {row.key: row.kind for row in targets_of(settings)} | {
        row.kind: row.kind for row in targets_of(settings)
    }
    match kinds.get(target):
        case "slack":
            result = await slack.post(settings, message, key=f"test:{clock().astimezone(UTC):%Y%m%dT%H%M%S}")
        case "slack-webhook":
            result = await slack.post_webhook(settings, message)
        case "console":
            console_way.show(message, console)
            return Check(name, True, "shown")
        case _:
            return Check(name, False, "no such target", f"configured: {', '.join(sorted(kinds))}")
    return Check(
        name, result.outcome == "sent", result.error or "posted", result.error and "see above, then try again"
    )
