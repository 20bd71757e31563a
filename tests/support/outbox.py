"""Deliveries that wait, and runs that do nothing but send them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from standins.slack import Slack
from support.databases import rows
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from support.runs import FAST, Clock, run
from topspot.jobs import Report
from topspot.settings import Settings
from topspot.tell.sender import targets_of

ALL_WAYS = {"api": ("slack_token", "slack_channel"), "webhook": ("slack_webhook_url",)}


@dataclass
class Outbox:
    """``outbox.queue(2)`` makes two alerts a target, ``outbox.send()`` is a run with nothing due."""

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
