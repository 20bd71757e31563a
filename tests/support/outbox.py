"""Deliveries that wait, and runs that do nothing but send them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from standins.slack import Slack
from support.databases import opened, rows
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from support.runs import FAST, Clock, run
from topspot.domain.messages import Message, to_json
from topspot.jobs import Report
from topspot.settings import Settings
from topspot.store import write
from topspot.store.engine import writing
from topspot.store.tables import Alert, Board, Delivery
from topspot.tell.sender import targets_of

ALL_WAYS = {"api": ("slack_token", "slack_channel"), "webhook": ("slack_webhook_url",)}

WHERE = {"key": "lmarena/text", "name": "LMArena Text", "publisher": "LMArena", "scale": "elo", "headline": False}


@dataclass
class Outbox:
    """``outbox.queue(2)`` makes two alerts a target, ``outbox.send()`` is a run with nothing due.

    ``outbox.put("update", corrected())`` queues one delivery by itself.
    """

    settings: Settings
    slack: Slack
    ways: tuple[str, ...] = ("api",)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        unset = {name: None for names in ALL_WAYS.values() for name in names}
        wanted = {name: self.slack.settings[name] for way in self.ways for name in ALL_WAYS[way]}
        self.settings = Settings(**self.settings.model_dump() | unset | wanted)
        self.desk = Desk(self.url, targets=targets_of(self.settings), registry=everybody())
        self.clock.forward(days=1)

    @property
    def url(self) -> str:
        return self.settings.url

    def queue(self, alerts: int) -> None:
        """Record a baseline of two categories and so many hand-overs in one of them, each a publication."""
        first = date(2026, 7, 1)
        self.desk.visit(page(f"{first}", FABLE_ALONE), page(f"{first}", FABLE_ALONE, "webdev-html"))
        for number in range(alerts):
            on = first + timedelta(days=number + 1)
            self.desk.visit(page(f"{on}", FABLE_ALONE if number % 2 else KIMI_TAKES))

    def put(self, action: str, message: Message, *, alert: int = 1, **columns: Any) -> None:
        """Queue one delivery of an alert for every target, as recording does; the alert is made if need be."""
        revision = len(rows(self.url, "delivery")) + 1
        with opened(self.url) as engine, writing(engine) as session:
            write.declare_targets(session, targets_of(self.settings))
            write.insert_missing(session, Board, [WHERE])
            for target in self.desk.targets:
                name, on = f"{alert}-{target.key}", date(2026, 7, alert)
                told = {"id": name, "target": target.key, "board": WHERE["key"], "published_on": on}
                write.insert_missing(session, Alert, [told | {"state": "confirmed", "created_at": self.clock()}])
                row = {"alert_id": name, "target": target.key, "action": action, "revision": revision}
                row |= {"body": to_json(message), "created_at": self.clock(), "due_at": self.clock()}
                session.execute(insert(Delivery), [row | {"state": "queued", "attempts": 0} | columns])

    def send(self, *, patience: float = 5, **changes: object) -> Report:
        """Do a run in which no source is due."""
        settings = Settings(**self.settings.model_dump() | changes)
        return run(settings, {}, clock=self.clock, pace=FAST._replace(patience=patience))

    @property
    def told(self) -> list[str]:
        """The sentences that a target is to read, in order."""
        return [str(delivery["body"]["sentence"]) for delivery in rows(self.url, "delivery")]

    @property
    def arrived(self) -> list[str]:
        """The sentences that Slack has, in order."""
        return [str(message["text"]) for message in self.slack.messages]

    @property
    def states(self) -> list[str]:
        return [str(delivery["state"]) for delivery in rows(self.url, "delivery")]
