"""A world before and after a file of the registry changed: what was told, and what applying the file makes of it."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, update

from support import children
from support.databases import opened, rows
from support.recording import FABLE_ALONE, Desk, everybody, page
from support.runs import Clock, files
from support.story import Line
from topspot import reapply
from topspot.backfill import Progress, Unseen
from topspot.settings import Settings
from topspot.store.engine import writing
from topspot.store.tables import Delivery
from topspot.tell.sender import targets_of

NOBODY = ("zzz-9", "Nowhere Labs")

NOBODY_TAKES: list[Line] = [(NOBODY, 1800, 10), *FABLE_ALONE]

SLACK = {"slack_token": "x-test", "slack_channel": "C1"}


def developer_file(folder: Path, key: str, name: str, country: str, *aliases: str) -> None:
    """Write the file of a developer at home in one country."""
    listed = ", ".join(f'"{alias}"' for alias in aliases)
    (folder / f"{key}.toml").write_text(
        f'name = "{name}"\naliases = [{listed}]\n\n[[country]]\nvalue = "{country}"\nsource = "https://x.example"\n'
    )


@dataclass
class World:
    """``world.desk`` records, ``world.say("nowhere-labs", …)`` changes the registry, ``world.apply()`` applies it."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        folder = self.settings.data_dir / "registry"
        folder.mkdir(exist_ok=True)
        self.settings = Settings(
            **{**SLACK, **self.settings.model_dump(exclude=set(SLACK)), "registry_dir": folder}
        )
        self.desk = Desk(self.url, targets=targets_of(self.settings), registry=everybody())
        self.clock.forward(days=1)

    @property
    def url(self) -> str:
        return self.settings.url

    @property
    def folder(self) -> Path:
        assert self.settings.registry_dir
        return self.settings.registry_dir

    def say(
        self, key: str = "nowhere-labs", name: str = "Nowhere Labs", country: str = "DE", *aliases: str
    ) -> None:
        """Write or change a file of the registry."""
        developer_file(self.folder, key, name, country, *aliases)

    def tell(self, *days: str, lines: list[Line] | None = None) -> None:
        """Record a baseline before all, and on each of some days a hand-over that is told and arrives."""
        self.desk.visit(page("2026-06-21", FABLE_ALONE))
        for day in days:
            self.desk.visit(page(day, lines or NOBODY_TAKES))
            self.desk.visit(page(f"{day[:-2]}{int(day[-2:]) + 1:02}", FABLE_ALONE))
        self.arrive()

    def arrive(self) -> None:
        """Say that everything that was queued has arrived."""
        with opened(self.url) as engine, writing(engine) as session:
            session.execute(update(Delivery).values(state="sent", attempts=1, remote_ts="1.0"))

    def apply(self, progress: Progress | None = None, **changes: Any) -> reapply.Applied:
        """Apply the registry as the command does, a day after the last time."""
        settings = Settings(**self.settings.model_dump() | changes)
        applied = reapply.apply(settings, files("webdev"), self.clock, progress=progress or Unseen())
        self.clock.now += timedelta(days=1)
        return applied

    def queued(self) -> list[tuple[str, str, str]]:
        """Give what waits to be sent: action, status and sentence."""
        return [
            (row["action"], row["body"]["status"], row["body"]["sentence"])
            for row in rows(self.url, "delivery", state="queued")
        ]

    def events(self, **where: Any) -> set[tuple[str, str, str | None, str]]:
        """Give date, type, change and subject of each event that holds."""
        return {
            (row["published_on"].isoformat(), row["type"], row["change"], row["subject_id"])
            for row in rows(self.url, "event", **{"withdrawn": False, **where})
        }


def kill_in_apply(world: World, statement: str) -> None:
    """Apply in a process that dies before the first statement that begins so."""
    process = children._processes().Process(target=_apply_and_die, args=(world.settings, statement), daemon=True)
    process.start()
    process.join(children.PATIENCE)
    assert process.exitcode == -signal.SIGKILL


def _apply_and_die(settings: Settings, statement: str) -> None:
    from run.child import die

    def watch(_connection: Any, _cursor: Any, said: str, *_: object) -> None:
        if said.startswith(statement):
            die()

    event.listen(Engine, "before_cursor_execute", watch)
    clock = Clock()
    clock.forward(days=1)
    reapply.apply(settings, files("webdev"), clock, progress=Unseen())


def told(event_: Mapping[str, Any]) -> tuple[str, str, str]:
    """Say what became of an event, as ``registry apply`` lists it: what, type and subject."""
    return event_["what"], event_["type"], event_["subject"]
