"""One long-lived process: it visits what is due, says how it is, leaks nothing and ends clean."""

import asyncio
import dataclasses
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console
from sqlalchemy import Engine

from scrapers.boards import lmarena
from scrapers.boards._lmarena import SUBSETS
from standins.site import Site, head, raw, silence
from support.cli import Topspot
from support.databases import rows
from support.hub import Hub
from support.outbox import Outbox
from support.runs import FAST, Clock, Files, Quiet, files, run
from support.story import publication
from topspot import jobs
from topspot.serve import Rhythm, Serving
from topspot.settings import Settings
from topspot.web import health

PATIENCE = 20
NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
EVERY = lmarena.SOURCE.every


class Visits(Quiet):
    """A watcher that keeps the reports."""

    def __init__(self) -> None:
        self.reports: list[jobs.SourceReport] = []

    def ended(self, source: str, report: jobs.SourceReport, seconds: float) -> None:
        self.reports.append(report)


async def until(happened: Callable[[], bool]) -> None:
    """Let the process go on until something has happened."""
    for _ in range(PATIENCE * 200):
        if happened():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it never happened")


class Stage:
    """A process under way, and what it has said and done."""

    def __init__(self, settings: Settings, sources: Files, clock: Callable[[], datetime], **rhythm: Any) -> None:
        self.visits, self.lines = Visits(), list[str]()
        self.serving = Serving(
            settings,
            sources,
            self.visits,
            Console(file=io.StringIO()),
            self.lines.append,
            Rhythm(**{"every": 0.02, "port": 0} | rhythm),
            clock,
            FAST,
        )

    async def visited(self, times: int) -> None:
        """Wait for so many visits."""
        await until(lambda: len(self.visits.reports) >= times)

    async def said(self, words: str) -> None:
        """Wait for a line with these words."""
        await until(lambda: any(words in line for line in self.lines))

    async def idled(self, times: int) -> None:
        """Wait for so many cycles with nothing to do."""
        await until(lambda: self.serving.served.idle >= times)

    async def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """Ask the page, as whatever watches the process does."""
        await self.said("serving")
        return await asyncio.to_thread(get, f"http://127.0.0.1:{self.serving.served.at}{path}")


def get(url: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            body = error.read()
        return error.code, json.loads(body) if body.startswith(b"{") else {}


async def play(stage: Stage, do: Callable[[Stage], Awaitable[None]]) -> None:
    """Serve until ``do`` is through."""
    serving = asyncio.create_task(stage.serving.run())
    try:
        await do(stage)
    finally:
        stage.serving.stop.set()
        await asyncio.wait_for(serving, PATIENCE)


def serve(
    settings: Settings,
    sources: Files,
    do: Callable[[Stage], Awaitable[None]],
    clock: Callable[[], datetime] = jobs.utc_now,
    **rhythm: Any,
) -> Stage:
    """Serve until ``do`` is through, and give what was said and done."""
    stage = Stage(settings, sources, clock, **rhythm)
    asyncio.run(play(stage, do))
    return stage


def always_due(*subsets: str) -> Files:
    """Declare LMArena with a period of nothing."""
    [(key, file)] = files(*subsets).items()
    return {key: file._replace(source=dataclasses.replace(file.source, every=timedelta()))}


async def some_cycles(stage: Stage) -> None:
    """Wait for a visit and then for cycles with nothing to do."""
    await stage.visited(1)
    await stage.idled(3)


def test_what_is_due_is_visited_once_and_cron_agrees_when_it_is_due_next(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    began = datetime.now(UTC)

    stage = serve(wired, files("webdev"), some_cycles)
    asked = len(hub.site.requests)
    cron = run(wired, files("webdev"), clock=jobs.utc_now, names=[])

    [state] = rows(wired.url, "source_state")
    assert [report.new for report in stage.visits.reports] == [1]
    assert stage.serving.served.cycles == 1
    assert began + EVERY <= state["next_due_at"] <= datetime.now(UTC) + EVERY + timedelta(minutes=1)
    assert (cron.sources, len(hub.site.requests)) == ({}, asked)


def test_a_source_that_is_due_again_is_visited_again(wired_sqlite: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    clock = Clock()

    async def a_day_later(stage: Stage) -> None:
        await stage.visited(1)
        clock.forward(days=1, minutes=2)
        await stage.visited(2)

    stage = serve(wired_sqlite, files("webdev"), a_day_later, clock)

    assert [(report.new, report.unchanged) for report in stage.visits.reports] == [(1, 0), (0, 1)]


def test_a_message_is_sent_and_said_in_a_line(wired_sqlite: Settings, hub: Hub, slack: Any) -> None:
    hub.publish("webdev", publication(0))
    run(wired_sqlite, files("webdev"))
    hub.publish("webdev", publication(2))

    stage = serve(
        wired_sqlite,
        files("webdev"),
        lambda stage: stage.said("deliveries"),
        lambda: Clock().now + 2 * DAY,
    )

    assert "deliveries: 1 sent, 0 queued, 0 dead" in stage.lines
    assert len(slack.messages) == 1


def test_the_page_is_well_where_all_is_and_knows_no_other_address(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    seen = []

    async def look(stage: Stage) -> None:
        await some_cycles(stage)
        seen.append(await stage.ask("/health"))
        seen.append(await stage.ask("/"))

    serve(wired, files("webdev"), look)

    assert seen == [(200, {"ok": True, "reasons": []}), (404, {})]


def test_the_page_says_what_is_not_well(wired: Settings, hub: Hub, slack: Any) -> None:
    outbox = Outbox(wired, slack)
    outbox.queue(1)
    hub.break_down("webdev", raw(head(404, {"Content-Length": "0"})))
    clock, seen = Clock(), []
    clock.now = outbox.clock()

    async def look_after_three_days(stage: Stage) -> None:
        await stage.visited(1)
        slack.fail_next("chat.postMessage", times=1000, status=503)
        clock.forward(days=3)
        seen.append(await stage.ask("/health"))

    slack.fail_next("chat.postMessage", times=1000, status=503)
    serve(wired, files("webdev"), look_after_three_days, clock)

    [(status, said)] = seen
    assert (status, said["ok"]) == (503, False)
    assert said["reasons"][0] == "lmarena was never visited with success"
    assert said["reasons"][1].startswith("a delivery waits since ")
    assert len(said["reasons"]) == 2


@pytest.mark.parametrize(
    ("last", "started", "reasons"),
    [
        (NOW - 2 * DAY, NOW - 9 * DAY, []),
        (NOW - 2 * DAY - timedelta(seconds=1), NOW - 9 * DAY, ["s succeeded last at 2026-08-30T05:59:59Z, longer ago"]),
        (NOW - 3 * DAY, NOW, ["s succeeded last at 2026-08-29T06:00:00Z, longer ago"]),
        (None, NOW - 2 * DAY, []),
        (None, NOW - 3 * DAY, ["s was never visited with success"]),
    ],
    ids=["just in time", "silent", "silent, and restarted", "never, but just began", "never"],
)  # fmt: skip
def test_a_source_is_well_that_succeeded_within_twice_its_period(
    last: datetime | None, started: datetime, reasons: list[str]
) -> None:
    found = health({"s": last, "gone": None}, {"s": DAY}, None, started, NOW)

    assert [line.partition(" than ")[0] for line in found] == reasons


@pytest.mark.parametrize(("minutes", "well"), [(60, True), (61, False)])
def test_a_delivery_is_well_for_an_hour(minutes: int, well: bool) -> None:
    assert (health({}, {}, NOW - timedelta(minutes=minutes), NOW, NOW) == []) == well


def test_a_cycle_that_fails_is_a_line_and_the_next_one_tries_again(
    wired_sqlite: Settings, hub: Hub, tmp_path: Path
) -> None:
    hub.publish("webdev", publication(0))
    folder = tmp_path / "registry"
    folder.mkdir()
    broken = folder / "broken.toml"
    broken.write_text("no TOML at all")

    async def mend(stage: Stage) -> None:
        await stage.said("the cycle failed, the next one tries again: ")
        broken.unlink()
        await stage.visited(1)

    settings = Settings(**wired_sqlite.model_dump() | {"registry_dir": folder})
    stage = serve(settings, files("webdev"), mend)

    [first, *_] = [line for line in stage.lines if "cycle failed" in line]
    assert "broken.toml" in first
    assert [report.new for report in stage.visits.reports] == [1]


def test_a_watchman_hears_of_each_cycle_and_of_those_with_nothing_to_do(wired_sqlite: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    with Site() as watchman:
        settings = Settings(**wired_sqlite.model_dump() | {"ping_url": f"{watchman.address}/hc.example/secret"})
        stage = serve(settings, files("webdev"), some_cycles)
        heard = [page.removeprefix("https://hc.example/secret") for page in watchman.pages]

    assert heard[:4] == ["/start", "", "", ""]
    assert set(heard[4:]) <= {""}
    assert "secret" not in "".join(stage.lines)


def held_open() -> tuple[int, int, int]:
    """Count this process's descriptors, the tasks of its loop, and its engines."""
    gc.collect()
    engines = sum(isinstance(thing, Engine) for thing in gc.get_objects())
    return psutil.Process().num_fds(), len(asyncio.all_tasks()), engines


def test_many_cycles_leave_as_much_open_as_few(wired_sqlite: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))

    async def serve_twice() -> list[tuple[int, int, int]]:
        found = []
        for number in (3, 12):
            stage = Stage(wired_sqlite, always_due("webdev"), jobs.utc_now)
            await play(stage, lambda stage, number=number: stage.visited(number))
            found.append(held_open())
        return found

    few, many = asyncio.run(serve_twice())

    assert few == many
    assert many[1] == 1


class Gate:
    """Holds an answer of the hub until it is opened, and says that somebody waits for it."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        self.opened.wait(PATIENCE)


def stopped_at(gate: Gate) -> Callable[[Stage], Awaitable[None]]:
    """Ask for the end while an answer is waited for, which comes a moment later."""

    async def stop(stage: Stage) -> None:
        assert await asyncio.to_thread(gate.reached.wait, PATIENCE)
        stage.serving.stop.set()
        asyncio.get_running_loop().call_later(0.05, gate.opened.set)

    return stop


def test_the_end_waits_for_the_cycle_under_way(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    hub.publish("text", publication(0))
    hub.before_download = gate = Gate()

    stage = serve(wired, files("webdev", "text"), stopped_at(gate), grace=PATIENCE)

    [state] = rows(wired.url, "source_state")
    assert [(report.visited, report.failed) for report in stage.visits.reports] == [(2, 0)]
    assert (state["claimed_by"], state["failures"]) == (None, 0)
    assert state["last_success_at"] is not None
    assert stage.lines[-1] == "ended; nothing is left half done"


def test_a_visit_that_the_end_cuts_short_has_not_failed_and_the_next_run_completes_it(
    wired: Settings, hub: Hub
) -> None:
    hub.publish("webdev", publication(0))
    hub.publish("text", publication(0))
    hub.before_download = gate = Gate()

    stage = serve(wired, files("webdev", "text"), stopped_at(gate), grace=0)
    [state] = rows(wired.url, "source_state")
    kept, asked = rows(wired.url, "visit"), len(hub.site.requests)
    hub.before_download = lambda: None
    again = run(wired, files("webdev", "text"), clock=jobs.utc_now, names=[])

    assert [visit["outcome"] for visit in kept] == ["new"]
    assert (state["claimed_by"], state["failures"], state["last_success_at"]) == (None, 0, None)
    assert [line for line in stage.lines if "failed" in line] == []
    assert rows(wired.url, "event", type="source.failed") == []
    assert (again.failed, again.sources["lmarena"].new, again.sources["lmarena"].unchanged) == (False, 1, 1)
    assert len(hub.site.requests) > asked


def test_a_port_that_is_taken_is_named(topspot: Topspot, hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = topspot("serve", "--port", str(port))

    assert ended.code == 2
    assert ended.err.startswith(f"topspot: the page cannot be at 127.0.0.1:{port}: ")
    assert ended.err.endswith(": choose another --port\n")
    assert hub.site.requests == []


@contextmanager
def process(tmp_path: Path, site: Site, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the program as systemd does; it is gone in the end."""
    settings = {"DATA_DIR": str(tmp_path), "MIRROR": site.address, "DOWNLOAD_DELAY": "0", "CONTACT": "tests"}
    started = subprocess.Popen(
        [sys.executable, "-c", "from topspot.cli import main; main()", "serve", "--port", "0", *arguments],
        env=dict(os.environ) | {f"TOPSPOT_{name}": value for name, value in settings.items()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        try:
            yield started
        finally:
            started.kill()


def _said(line: str) -> dict[str, Any]:
    """Read a line of the log, empty for one that is for people."""
    said: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
    return said


def test_a_signal_ends_the_process_with_zero(tmp_path: Path, hub: Hub) -> None:
    for subset in SUBSETS:
        hub.publish(subset, publication(0))

    with process(tmp_path, hub.site, "--every", "0.1") as started:
        assert started.stderr is not None
        lines = iter(started.stderr)
        first = next(lines)
        visited = next(said for line in lines if (said := _said(line)).get("source") == "lmarena")
        started.send_signal(signal.SIGTERM)
        rest = list(lines)
        code = started.wait(PATIENCE)

    assert first.startswith("serving: health at http://127.0.0.1:")
    assert (visited["status"], visited["new"]) == ("ok", len(SUBSETS))
    assert (code, rest[-1]) == (0, "ended; nothing is left half done\n")


def test_a_second_signal_ends_the_process_at_once(tmp_path: Path, hub: Hub) -> None:
    for subset in SUBSETS:
        hub.break_down(subset, silence)

    with process(tmp_path, hub.site, "--grace", str(PATIENCE)) as started:
        assert started.stderr is not None
        assert started.stderr.readline().startswith("serving")
        began = time.monotonic()
        while started.poll() is None:
            started.send_signal(signal.SIGINT)
            time.sleep(0.02)  # two that come together are one
        took = time.monotonic() - began
        said = started.stderr.read()

    assert started.returncode == -signal.SIGINT
    assert took < PATIENCE / 2
    assert said == ""
