"""Two runs at once: each source is visited once, each message sent once, and the other says so."""

import threading
from pathlib import Path

import pytest

from support.children import PATIENCE, ended, start
from support.databases import counts, rows
from support.hub import Hub
from support.runs import files, run
from support.story import SENTENCES, publication
from support.watched import WatchedSlack
from topspot import jobs
from topspot.settings import Settings


class Gate:
    """Holds whoever passes until it is opened, and says that somebody is there."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        self.opened.wait(PATIENCE)


def begin(settings: Settings, hub: Hub) -> None:
    """Record a baseline and publish what comes next."""
    hub.publish("webdev", publication(0))
    run(settings, files("webdev"))
    hub.publish("webdev", publication(2))


def test_a_source_that_another_run_visits_is_left_to_it(wired: Settings, hub: Hub, slack: WatchedSlack) -> None:
    begin(wired, hub)
    hub.before_download = gate = Gate()
    first = start(wired)
    assert gate.reached.wait(PATIENCE)
    asked = len(hub.site.requests)

    second = run(wired, files("webdev"), clock=jobs.utc_now)

    gate.opened.set()
    assert (ended(first).sent, second.queued) == (1, 0)
    assert (second.failed, second.sources, second.sent) == (False, {}, 0)
    assert second.notes == ["lmarena: another run is at it; left to it"]
    assert len(hub.site.requests) == asked
    assert [message["text"] for message in slack.messages] == [SENTENCES[1]]


def test_a_message_that_another_run_sends_is_left_to_it(wired: Settings, hub: Hub, slack: WatchedSlack) -> None:
    begin(wired, hub)
    slack.on_accept = gate = Gate()
    first = start(wired)
    assert gate.reached.wait(PATIENCE)

    second = run(wired, files("webdev"), clock=jobs.utc_now)

    gate.opened.set()
    assert ended(first).sent == 1
    assert (second.failed, second.sent, second.dead) == (False, 0, 0)
    assert second.notes == ["slack:C0123456789: another run is sending; left to it"]
    assert len(slack.messages) == 1
    assert len(rows(wired.url, "attempt")) == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, hub: Hub, slack: WatchedSlack) -> Settings:
    """Give settings of a database that nobody has migrated."""
    url = None if request.param == "sqlite" else request.getfixturevalue("empty_postgres")
    wires = {name: value for name, value in slack.settings.items() if name != "slack_webhook_url"}
    return Settings(
        data_dir=tmp_path, database_url=url, download_delay=0, contact="tests", mirror=hub.site.address, **wires
    )


def test_three_first_runs_at_the_same_instant_do_everything_once(fresh: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    hub.publish("text", publication(0))

    reports = [ended(child) for child in [start(fresh, "webdev", named=False) for _ in range(3)]]

    visited = [report.sources for report in reports if report.sources]
    assert len(visited) == 1
    assert visited[0]["lmarena"].new == 1
    assert hub.downloads == 1
    assert all(report.problems == [] for report in reports)
    kept = counts(fresh.url)
    assert (kept["visit"], kept["snapshot"], kept["delivery"]) == (1, 1, 0)
