"""The outbox: every queued delivery is sent once, in the order of its target, or stays for the next run.

The head of a target's queue is claimed, an attempt is written, the message is sent, the end is written. A
process that is killed in between leaves an attempt without an end: whether its message arrived is unknown, so
it is looked up where the target can be asked, else sent again and marked as a possible repeat. An edit is simply
made again, since twice is the same as once.
"""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from rich.console import Console
from sqlalchemy import Engine, func, insert, select, update
from sqlmodel import Session, col

from topspot.domain.messages import Message, from_json
from topspot.settings import Settings
from topspot.store.engine import reading, writing
from topspot.store.tables import Attempt, Delivery, Target
from topspot.store.write import free_claims_of_the_dead, is_free
from topspot.tell import console as console_way
from topspot.tell import render
from topspot.tell.ways import Result

DELIVERY_TTL = timedelta(minutes=5)
"""How long a claim of a delivery holds; longer than the longest attempt."""

OPEN = ("queued", "sending", "unknown")
"""States of a delivery that is still to be sent; the others are ``sent``, ``dead`` and ``superseded``."""

SPACING = 1.1
"""Seconds between two messages to one target: Slack takes about one a second in a channel."""

PAUSES = (1.0, 2.0)
"""Seconds before the second and the third try within one run."""

LONGEST_WAIT = 10.0
"""Seconds that a run waits because a target asked for it; for longer it leaves the delivery to a later run."""

BUDGET = 120.0
"""Seconds that one run spends on one target."""

PATIENCE = 10.0
"""Seconds that one request to a target may take."""


@dataclass(slots=True)
class Deliveries:
    """How a run's deliveries ended: ``queued`` are still to be sent, ``problems`` are lines for operators."""

    sent: int = 0
    queued: int = 0
    dead: int = 0
    problems: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class Pace(NamedTuple):
    """How fast a run sends, in seconds: between messages, before further tries, for a target in all, a request."""

    spacing: float = SPACING
    pauses: tuple[float, ...] = PAUSES
    budget: float = BUDGET
    patience: float = PATIENCE


STEADY = Pace()


class Parent(NamedTuple):
    """The message of an alert that an edit changes and a reply belongs under.

    ``channel`` is the id of its channel, where it is known. ``fresh``: it is no edit of an earlier one but a
    message of its own that corrects, so the channel has just seen the correction.
    """

    ts: str
    channel: str | None
    fresh: bool


def targets_of(settings: Settings) -> list[Target]:
    """Give the configured targets; without any, the terminal is one."""
    targets = []
    if settings.slack_token and settings.slack_channel:
        targets.append(
            Target(
                key=f"slack:{settings.slack_channel}",
                kind="slack",
                address=settings.slack_channel,
                setting="TOPSPOT_SLACK_TOKEN",
            )
        )
    if settings.slack_webhook_url:
        targets.append(Target(key="slack-webhook", kind="slack-webhook", setting="TOPSPOT_SLACK_WEBHOOK_URL"))
    return targets or [Target(key="console", kind="console")]


async def deliver(
    engine: Engine,
    settings: Settings,
    targets: Sequence[Target],
    *,
    clock: Callable[[], datetime],
    me: str,
    console: Console,
    pace: Pace = STEADY,
) -> Deliveries:
    """Send what is due, all targets side by side, each in its own order; give how it ended.

    A target that fails keeps its later messages too, so that they arrive in order. ``me`` names this process
    in claims; ``console`` is where the terminal's messages go. Raises ``StoreError``.
    """
    total = Deliveries()
    if not await asyncio.to_thread(_anything_open, engine, targets):
        return total
    outbox = _Outbox(engine, settings, clock, me, console, pace)
    for ended in await asyncio.gather(*(outbox.empty(target) for target in targets)):
        total.sent += ended.sent
        total.dead += ended.dead
        total.problems += ended.problems
        total.skipped += ended.skipped
    total.queued = await asyncio.to_thread(count_open, engine, targets)
    return total


def count_open(engine: Engine, targets: Sequence[Target]) -> int:
    """Count the deliveries of some targets that are still to be sent."""
    with reading(engine) as session:
        return session.scalar(
            select(func.count()).select_from(Delivery).where(*_open_for([target.key for target in targets]))
        ) or 0  # fmt: skip


def _anything_open(engine: Engine, targets: Sequence[Target]) -> bool:
    return count_open(engine, targets) > 0


def _open_for(targets: Sequence[str]) -> tuple[Any, Any]:
    return col(Delivery.target).in_(targets), col(Delivery.state).in_(OPEN)


@dataclass(slots=True)
class _Outbox:
    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]
    me: str
    console: Console
    pace: Pace

    async def empty(self, target: Target) -> Deliveries:
        """Send a target's deliveries until there are none, one cannot go, or the time is up."""
        ended = Deliveries()
        until = asyncio.get_running_loop().time() + self.pace.budget
        while asyncio.get_running_loop().time() < until:
            delivery = await asyncio.to_thread(self._claim, target.key, ended)
            if delivery is None:
                break
            if ended.sent and target.kind != "console":
                await asyncio.sleep(self.pace.spacing)
            result = await self._send(target, delivery)
            await asyncio.to_thread(self._release, delivery)
            _count(ended, target, delivery, result)
            if result.outcome in ("retry", "unknown"):
                break
        return ended

    def _claim(self, target: str, ended: Deliveries) -> Delivery | None:
        """Claim the head of a target's queue, if it is due and nobody else is at it."""
        now = self.clock()
        with writing(self.engine) as session:
            free_claims_of_the_dead(session, Delivery)
            head = session.scalar(select(func.min(col(Delivery.id))).where(*_open_for([target])))
            claimed = session.scalars(
                update(Delivery)
                .where(
                    col(Delivery.id) == head,
                    col(Delivery.state).in_(OPEN),
                    col(Delivery.due_at) <= now,
                    is_free(Delivery, now),
                )
                .values(claimed_by=self.me, claimed_until=now + DELIVERY_TTL)
                .returning(Delivery)
            ).first()
            if claimed is None and head is not None:
                ended.skipped += _why_not(session, target, head, now)
            if claimed is not None:
                session.expunge(claimed)
            return claimed

    async def _send(self, target: Target, delivery: Delivery) -> Result:
        """Edit what an update is of; send all else, and what can no longer be edited, as a message."""
        message = from_json(delivery.body)
        parent = await asyncio.to_thread(self._parent_of, delivery)
        if delivery.action == "update" and parent:
            result = await self._insist(delivery, lambda: self._edit(target, delivery, message, parent))
            if result.outcome != "gone":
                return result
            return await self._send_message(target, delivery, render.uneditable(message), None)
        return await self._send_message(target, delivery, message, parent)

    async def _send_message(
        self, target: Target, delivery: Delivery, message: Message, parent: Parent | None
    ) -> Result:
        """Send a message until it is there or surely cannot go now; an unknown fate is settled first."""
        if delivery.state in ("sending", "unknown"):
            found, message = await self._settle(target, delivery, message, parent)
            if found:
                return found
        return await self._insist(delivery, lambda: self._post(target, delivery, message, parent))

    async def _insist(self, delivery: Delivery, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Try a few times within this run, as long as that may help."""
        for pause in (*self.pace.pauses, None):
            result = await self._try(delivery, attempt)
            wait = _wait(result, pause)
            if wait is None:
                return result
            await asyncio.sleep(wait)
        return result

    async def _settle(
        self, target: Target, delivery: Delivery, message: Message, parent: Parent | None
    ) -> tuple[Result | None, Message]:
        """Find out whether a delivery of unknown fate arrived; if nobody can say, mark it as a possible repeat."""
        if target.kind != "slack":
            return None, dataclasses.replace(message, repeat=True)
        from topspot.tell import slack

        found = await slack.find(
            self.settings,
            key_of(delivery),
            since=delivery.created_at,
            thread_ts=parent.ts if parent else None,
            timeout=self.pace.patience,
        )
        if found.state == "forbidden":
            return None, dataclasses.replace(message, repeat=True)
        if found.state == "absent":
            return None, message
        if found.state == "found":
            ended = Result("sent", found.ts, found.channel)
        else:
            ended = Result("unknown", error=found.error, retry_after=found.retry_after)
        await asyncio.to_thread(self._settled, delivery, ended)
        return ended, message

    async def _try(self, delivery: Delivery, attempt: Callable[[], Awaitable[Result]]) -> Result:
        begun = await asyncio.to_thread(self._begin, delivery)
        result = await attempt()
        await asyncio.to_thread(self._end, begun, delivery, result)
        return result

    async def _post(self, target: Target, delivery: Delivery, message: Message, parent: Parent | None) -> Result:
        if target.kind == "console":
            console_way.show(message, self.console)
            return Result("sent")
        from topspot.tell import slack

        if target.kind == "slack-webhook":
            return await slack.post_webhook(self.settings, message, timeout=self.pace.patience)
        return await slack.post(
            self.settings,
            message,
            key=key_of(delivery),
            thread_ts=parent.ts if parent else None,
            # people may have acted on what is retracted, and of a reply only those in its thread are told
            broadcast=message.status == "RETRACTED" and parent is not None and not parent.fresh,
            timeout=self.pace.patience,
        )

    async def _edit(self, target: Target, delivery: Delivery, message: Message, parent: Parent) -> Result:
        from topspot.tell import slack

        return await slack.update(
            self.settings,
            message,
            channel=parent.channel or target.address or "",
            ts=parent.ts,
            key=key_of(delivery),
            timeout=self.pace.patience,
        )

    def _parent_of(self, delivery: Delivery) -> Parent | None:
        """Give the newest message of the alert in the channel, if this is no post and there is one."""
        if delivery.action == "post":
            return None
        with reading(self.engine) as session:
            sent = session.execute(
                select(col(Delivery.remote_ts), col(Delivery.remote_channel), col(Delivery.action))
                .where(
                    col(Delivery.alert_id) == delivery.alert_id,
                    col(Delivery.action).in_(("post", "update")),
                    col(Delivery.state) == "sent",
                    col(Delivery.remote_ts).is_not(None),
                )
                .order_by(col(Delivery.id).desc())
                .limit(2)
            ).all()
        if not sent:
            return None
        ts, channel, action = sent[0]
        return Parent(ts, channel, fresh=action == "update" and ts not in {row[0] for row in sent[1:]})

    def _begin(self, delivery: Delivery) -> int:
        """Write that an attempt begins, before it does: a kill from here on leaves its fate unknown."""
        with writing(self.engine) as session:
            session.execute(
                update(Delivery)
                .where(*self._mine(delivery))
                .values(state="sending", attempts=col(Delivery.attempts) + 1)
            )
            # not by session.add: the class would keep something of the engine of each cycle that `serve` made
            attempt = insert(Attempt).values(delivery_id=delivery.id, started_at=self.clock())
            return session.scalar(attempt.returning(col(Attempt.id))) or 0

    def _end(self, attempt: int, delivery: Delivery, result: Result) -> None:
        """Write how an attempt ended and what that makes of its delivery, together."""
        state = _state_after(delivery.state, result)
        with writing(self.engine) as session:
            session.execute(
                update(Attempt)
                .where(col(Attempt.id) == attempt)
                .values(outcome=result.outcome, error=result.error)
            )
            session.execute(update(Delivery).where(*self._mine(delivery)).values(**self._ended(state, result)))

    def _settled(self, delivery: Delivery, result: Result) -> None:
        """Write what looking a delivery of unknown fate up has shown."""
        with writing(self.engine) as session:
            values = self._ended(result.outcome, result)
            session.execute(update(Delivery).where(*self._mine(delivery)).values(**values))

    def _ended(self, state: str, result: Result) -> dict[str, Any]:
        due_at = self.clock() + (result.retry_after or timedelta())
        where = {"remote_ts": result.remote_ts, "remote_channel": result.remote_channel}
        return {"state": state, "error": result.error, "due_at": due_at} | where

    def _release(self, delivery: Delivery) -> None:
        with writing(self.engine) as session:
            session.execute(
                update(Delivery).where(*self._mine(delivery)).values(claimed_by=None, claimed_until=None)
            )

    def _mine(self, delivery: Delivery) -> tuple[Any, Any]:
        return col(Delivery.id) == delivery.id, col(Delivery.claimed_by) == self.me


def key_of(delivery: Delivery) -> str:
    """Name a delivery for ever: its alert, action and revision."""
    return f"{delivery.alert_id}:{delivery.action}:{delivery.revision}"


def _state_after(before: str, result: Result) -> str:
    """Give a delivery's state after an attempt; what may have arrived once stays unknown until it is sent."""
    if result.outcome not in ("retry", "gone"):
        return result.outcome
    return "unknown" if before in ("sending", "unknown") else "queued"


def _wait(result: Result, pause: float | None) -> float | None:
    """Say how long to wait before the next try within this run; ``None`` means there is none."""
    if result.outcome != "retry" or pause is None:
        return None
    asked = result.retry_after.total_seconds() if result.retry_after else 0.0
    return max(asked, pause) if asked <= LONGEST_WAIT else None


def _why_not(session: Session, target: str, head: int, now: datetime) -> list[str]:
    """Say why the head of a queue was not claimed: it is claimed elsewhere, or the target asked to wait."""
    row = session.execute(
        select(col(Delivery.claimed_until), col(Delivery.due_at)).where(col(Delivery.id) == head)
    ).one()
    if row.claimed_until and row.claimed_until >= now:
        return [f"{target}: another run is sending; left to it"]
    if row.due_at > now:
        return [f"{target}: asked to wait until {row.due_at:%Y-%m-%d %H:%M:%SZ}; a later run sends"]
    return []


def _count(ended: Deliveries, target: Target, delivery: Delivery, result: Result) -> None:
    line = f"{target.key}: alert {delivery.alert_id}: {result.error}"
    match result.outcome:
        case "sent":
            ended.sent += 1
        case "dead":
            ended.dead += 1
            ended.problems.append(f"{line}; not sent and not tried again")
        case "unknown" if delivery.action == "update":
            ended.problems.append(f"{line}; it may have arrived, the next run does it again")
        case "unknown":
            ended.problems.append(f"{line}; it may have arrived, the next run finds out or marks a repeat")
        case "retry":
            ended.problems.append(f"{line}; queued for the next run")
