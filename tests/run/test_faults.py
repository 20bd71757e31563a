"""One fault costs only what it touches, and the next healthy run tells the news that it delayed, once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from builders import parquet, printed
from scrapers.boards import lmarena
from standins.site import How, Site, hang_up, head, raw, reset, short
from standins.slack import Slack
from support.databases import counts, dump, rows
from support.hub import Hub
from support.runs import Quiet, files, run
from support.story import publication
from topspot import jobs
from topspot.settings import Settings
from topspot.store import engine as store

FAULTS: dict[str, How] = {
    "500": raw(head(500, {"Content-Length": "0"})),
    "404": raw(head(404, {"Content-Length": "0"})),
    "hung up": hang_up,
    "reset": reset,
    "cut short": short(b"PAR1", claimed=10_000),
    "empty": raw(head(200, {"Content-Length": "0"})),
    "a redirect to itself": raw(head(302, {"Location": "https://huggingface.co/loop"})),
}
HELD: dict[str, bytes] = {
    "garbage": b"PAR1" + b"\0garbage" * 100 + b"PAR1",
    "a challenge page": b"<!doctype html><title>Just a moment...</title>",
    "a column less": parquet([printed()], drop=["rating"]),
    "no rows": parquet([]),
    "an impossible rating": parquet([printed(rating=99_999.0)]),
    "the year 2999": parquet([printed(leaderboard_publish_date="2999-01-01")]),
}


@pytest.fixture
def told(wired_sqlite: Settings, hub: Hub) -> Settings:
    """Bring two boards to where China takes first place on both with the next visit."""
    publish(hub, 0)
    run(wired_sqlite, files("webdev", "text"))
    publish(hub, 2)
    return wired_sqlite


def publish(hub: Hub, number: int) -> None:
    """Publish the same rows on two boards: which board they are of, their address says."""
    hub.publish("webdev", publication(number))
    hub.publish("text", publication(number))


def boards(slack: Slack) -> list[str]:
    """Give the boards that were told, as the sentences name them."""
    return sorted(str(message["text"]).partition(":")[0] for message in slack.messages)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_address_that_fails_holds_back_no_other_and_its_news_is_told_by_the_next_run(
    told: Settings, hub: Hub, slack: Slack, fault: How
) -> None:
    hub.break_down("webdev", fault)

    broken = run(told, files("webdev", "text"))

    assert boards(slack) == ["LMArena Text"]
    assert (broken.failed, broken.sources["lmarena"].failed, broken.sources["lmarena"].new) == (True, 1, 1)
    [line] = broken.problems
    assert line.startswith(f"failed: lmarena: {lmarena.address('webdev')}: ")
    assert "\n" not in line
    assert counts(told.url)["alert"] == 1

    hub.publish("webdev", publication(2))
    healthy, again = run(told, files("webdev", "text")), run(told, files("webdev", "text"))

    assert (healthy.failed, healthy.sent, again.sent) == (False, 1, 0)
    assert boards(slack) == ["LMArena Text", "LMArena WebDev"]


@pytest.mark.parametrize("body", HELD.values(), ids=HELD)
def test_a_payload_that_is_held_holds_back_no_other_and_its_news_is_told_by_the_next_run(
    told: Settings, hub: Hub, slack: Slack, body: bytes
) -> None:
    hub.publish("webdev", body)

    broken = run(told, files("webdev", "text"))

    assert boards(slack) == ["LMArena Text"]
    assert (broken.failed, broken.sources["lmarena"].held, broken.sources["lmarena"].new) == (True, 1, 1)
    [line] = broken.problems
    assert line.startswith("held: lmarena/webdev")
    assert "\n" not in line
    assert body in [path.read_bytes() for path in told.archive_dir.rglob("*") if path.is_file()]

    hub.publish("webdev", publication(2))
    healthy, again = run(told, files("webdev", "text")), run(told, files("webdev", "text"))

    assert (healthy.failed, healthy.sent, again.sent) == (False, 1, 0)
    assert boards(slack) == ["LMArena Text", "LMArena WebDev"]


def test_a_source_that_asks_to_be_left_alone_is_put_off(wired_sqlite: Settings, hub: Hub) -> None:
    hub.break_down("webdev", raw(head(429, {"Retry-After": "36000", "Content-Length": "0"})))
    began = datetime.now(UTC)

    report = run(wired_sqlite, files("webdev"), clock=jobs.utc_now)
    asked = len(hub.site.requests)
    soon = run(wired_sqlite, files("webdev"), clock=lambda: began + timedelta(hours=9), names=[])

    [state] = rows(wired_sqlite.url, "source_state")
    assert (report.failed, state["failures"]) == (True, 1)
    assert state["next_due_at"] >= began + timedelta(hours=10)
    assert (soon.sources, len(hub.site.requests)) == ({}, asked)


def test_without_a_retry_after_a_failed_source_is_due_again_at_once(wired_sqlite: Settings, hub: Hub) -> None:
    hub.break_down("webdev", raw(head(404, {"Content-Length": "0"})))
    began = datetime.now(UTC)

    run(wired_sqlite, files("webdev"), clock=lambda: began)

    [state] = rows(wired_sqlite.url, "source_state")
    assert state["next_due_at"] == began


def test_an_archive_that_cannot_be_written_keeps_nothing_and_the_next_run_completes(
    told: Settings, slack: Slack
) -> None:
    before = dump(told.url)
    aside = told.archive_dir.rename(told.data_dir / "aside")
    told.archive_dir.write_text("a file in place of the folder")

    broken = run(told, files("webdev", "text"))

    assert (broken.failed, broken.sent, broken.sources["lmarena"].failed) == (True, 0, 2)
    assert all("not recorded: " in line and "\n" not in line for line in broken.problems)
    after = dump(told.url)
    assert {name: after[name] for name in after if name != "source_state"} == {
        name: before[name] for name in before if name != "source_state"
    }

    told.archive_dir.unlink()
    aside.rename(told.archive_dir)
    healthy = run(told, files("webdev", "text"))

    assert (healthy.failed, healthy.sent) == (False, 2)
    assert boards(slack) == ["LMArena Text", "LMArena WebDev"]


class Locks(Quiet):
    """Holds the database from the first download until the first address was answered."""

    def __init__(self, lock: sqlite3.Connection) -> None:
        self.lock = lock
        self.outcomes: list[str] = []

    def take_the_lock(self) -> None:
        if not self.outcomes and not self.lock.in_transaction:
            self.lock.execute("BEGIN IMMEDIATE")

    def answered(self, source: str, url: str, outcome: str) -> None:
        self.outcomes.append(outcome)
        if self.lock.in_transaction:
            self.lock.rollback()


def test_a_locked_database_costs_one_address_and_the_next_run_completes(
    told: Settings, hub: Hub, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 50)
    with closing(
        sqlite3.connect(told.data_dir / "topspot.db", isolation_level=None, check_same_thread=False)
    ) as lock:
        watcher = Locks(lock)
        hub.before_download = watcher.take_the_lock

        broken = run(told, files("webdev", "text"), watcher=watcher)

    hub.before_download = lambda: None
    assert sorted(watcher.outcomes) == ["failed", "new"]
    [line] = broken.problems
    assert "not recorded: sqlite:///" in line
    assert "database is locked: another process writes for long; try again" in line
    assert broken.sent == 1

    healthy = run(told, files("webdev", "text"))

    assert (healthy.failed, healthy.sent) == (False, 1)
    assert boards(slack) == ["LMArena Text", "LMArena WebDev"]


@pytest.fixture
def no_space() -> Iterator[dict[str, int]]:
    """Let SQLite's files not grow: once ``pages`` is set, new connections may not take more."""
    limit: dict[str, int] = {}

    def connect(connection: Any, _record: object) -> None:
        if limit:
            connection.execute(f"PRAGMA max_page_count={limit['pages']}")

    event.listen(Engine, "connect", connect)
    yield limit
    event.remove(Engine, "connect", connect)


def test_a_full_disk_keeps_nothing_of_a_publication_and_the_next_run_completes(
    told: Settings, slack: Slack, no_space: dict[str, int]
) -> None:
    before = counts(told.url)
    with closing(sqlite3.connect(told.data_dir / "topspot.db")) as connection:
        no_space["pages"] = connection.execute("PRAGMA page_count").fetchone()[0]

    broken = run(told, files("webdev", "text"))

    no_space.clear()
    assert broken.failed
    assert all("\n" not in line for line in broken.problems)
    assert any("database or disk is full: free space on its disk" in line for line in broken.problems)
    whole = counts(told.url)
    assert whole["alert"] - before["alert"] == whole["delivery"] - before["delivery"]

    for _ in range(2):
        run(told, files("webdev", "text"))

    assert boards(slack) == ["LMArena Text", "LMArena WebDev"]


def test_one_source_that_fails_holds_back_no_other_source(told: Settings, hub: Hub, slack: Slack) -> None:
    hub.break_down("text", raw(head(404, {"Content-Length": "0"})))
    both = files("webdev") | files("text", key="another")

    report = run(told, both)

    assert (report.sources["another"].failed, report.sources["lmarena"].failed) == (1, 0)
    states = {state["source"]: state["failures"] for state in rows(told.url, "source_state")}
    assert states == {"lmarena": 0, "another": 1}
    assert boards(slack) == ["LMArena WebDev"]


def test_a_parser_that_breaks_holds_the_payload_under_its_name(wired_sqlite: Settings, hub: Hub) -> None:
    def parse(_payload: object) -> Iterator[Any]:
        raise ZeroDivisionError("division by zero")

    hub.publish("webdev", publication(0))
    [(key, file)] = files("webdev").items()

    report = run(wired_sqlite, {key: file._replace(parse=parse)})

    assert report.problems == ["held: lmarena/webdev: its parser failed: ZeroDivisionError: division by zero"]


def test_a_site_that_is_not_there_is_one_line(wired_sqlite: Settings) -> None:
    with Site() as gone:
        nowhere = wired_sqlite.model_copy(update={"mirror": gone.address})

    report = run(nowhere, files("webdev", "text"))

    [line] = report.problems
    assert report.sources["lmarena"].failed == 2
    assert line.startswith(f"failed: lmarena: {lmarena.address('webdev')} and 1 more")
    assert "\n" not in line
