"""What `serve` makes of an hour with a site that is in trouble, on a fast clock: visits, skipped cycles, memory.

    python tests/benchmarks/serving.py [HOURS [TIMES FASTER]]

Four sources of different periods are visited at a site that answers some requests late, with an error, not at
all or by halves. In the middle the loop is blocked for three minutes of the clock, so that cycles are coalesced.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psutil
from rich.console import Console

from scrapers.boards import SourceFile
from topspot.domain.values import RATING, Board, License, Payload, Reading, Source
from topspot.jobs import SourceReport
from topspot.serve import Rhythm, Serving
from topspot.settings import Settings

PERIODS = {"five": 5, "ten": 10, "fifteen": 15, "sixty": 60}
ADDRESSES = 3
BLOCK = timedelta(minutes=3)

SITE = """
import asyncio, json, random, sys, time
from aiohttp import web

BEGAN, FASTER = time.monotonic(), float(sys.argv[1])
chance = random.Random(1)

async def answer(request):
    if request.path.endswith("robots.txt"):
        return web.Response(status=404)
    what = chance.random()
    if what < 0.03:
        await asyncio.sleep(120 / FASTER)
    elif what < 0.10:
        return web.Response(status=503)
    elif what < 0.14:
        request.transport.abort()
    elif what < 0.16:
        return web.Response(status=404)
    number = int((time.monotonic() - BEGAN) * FASTER // 1200)
    tag = '"%d"' % number
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    rows = [["model-%d" % n, 1500.0 - n + (number + n) % 3] for n in range(200)]
    body = json.dumps([number, rows])
    if what < 0.18:
        body = body[:-10]
    return web.Response(text=body, headers={"ETag": tag})

async def main():
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Clock:
    """A clock that runs so many times faster than the wall's."""

    def __init__(self, faster: float) -> None:
        self.faster, self._began = faster, time.monotonic()
        self._from = datetime(2026, 9, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self._from + timedelta(seconds=(time.monotonic() - self._began) * self.faster)


class Counting:
    """A watcher that counts visits by source, and what became of them."""

    def __init__(self) -> None:
        self.visits, self.failed, self.answers = Counter[str](), Counter[str](), Counter[str]()

    def begins(self, source: str, addresses: int) -> None: ...

    def answered(self, source: str, url: str, outcome: str) -> None:
        self.answers[outcome] += 1

    def ended(self, source: str, report: SourceReport, seconds: float) -> None:
        self.visits[source] += 1
        self.failed[source] += report.failed > 0


class Held(NamedTuple):
    """What the process holds: memory in MiB, descriptors, tasks beside its own."""

    rss: float
    descriptors: int
    tasks: int


def held(running: asyncio.Task[object]) -> Held:
    """Look at this process, without the two tasks of this file."""
    process = psutil.Process()
    tasks = asyncio.all_tasks() - {asyncio.current_task(), running}
    return Held(process.memory_info().rss / 2**20, process.num_fds(), len(tasks))


def declared(key: str, minutes: int) -> SourceFile:
    """Declare a source of some addresses with a period in minutes."""
    boards = {
        f"https://{key}.example/{number}": Board(f"{key}/{number}", f"{key} {number}", RATING)
        for number in range(ADDRESSES)
    }
    source = Source(key, "A benchmark", License("none", "nobody"), timedelta(minutes=minutes), boards)

    def parse(payload: Payload) -> Iterator[Reading]:
        number, rows = json.loads(payload.body)
        on = date(2026, 1, 1) + timedelta(days=number)
        for name, rating in rows:
            yield Reading(boards[payload.url].key, "overall", on, name, rating=rating)

    return SourceFile(source, parse, f"{key}.py")


@contextmanager
def site(faster: float) -> Iterator[str]:
    """Serve from a process of its own; give its address."""
    process = subprocess.Popen([sys.executable, "-c", SITE, str(faster)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


async def serve(serving: Serving, hours: float, faster: float) -> dict[str, Held]:
    """Serve for so long and give what was held in between."""
    real = hours * 3600 / faster
    running = asyncio.create_task(serving.run())
    found = {}
    began = time.monotonic()
    for name, share in {"at 2 %": 0.02, "at 10 %": 0.1, "at 50 %": 0.5, "at the end": 1.0}.items():
        await asyncio.sleep(began + share * real - time.monotonic())
        found[name] = held(running)
        if name == "at 50 %":
            time.sleep(BLOCK.total_seconds() / faster)  # noqa: ASYNC251 - a loop that is blocked is the point
    serving.stop.set()
    await running
    found["after it"] = held(running)
    return found


def main(hours: float, faster: float) -> None:
    """Print what was done and held."""
    with tempfile.TemporaryDirectory() as folder, site(faster) as address, Path("/dev/null").open("w") as nowhere:
        settings = Settings(data_dir=Path(folder), mirror=address, download_delay=0, contact="a benchmark")
        sources = {key: declared(key, minutes) for key, minutes in PERIODS.items()}
        watcher, said, rhythm = Counting(), Counter[str](), Rhythm(every=60 / faster, grace=30, port=0)
        serving = Serving(
            settings,
            sources,
            watcher,
            Console(file=nowhere),
            lambda line: said.update([line.split()[0].partition("/")[0].strip(":;")]),
            rhythm,
            Clock(faster),
        )
        began = time.monotonic()
        found = asyncio.run(serve(serving, hours, faster))
        took = time.monotonic() - began
    report(serving, watcher, said, found, hours * 60)
    print(f"{hours:g} h of the clock in {took:.0f} s")


def report(
    serving: Serving, watcher: Counting, said: Counter[str], found: dict[str, Held], minutes: float
) -> None:
    """Print the tables."""
    served = serving.served
    begun = served.cycles + served.idle
    print(f"cycles: {minutes:.0f} due, {begun} begun ({served.idle} of them with nothing to do), "
          f"{served.skipped} skipped since one still ran, {max(0, round(minutes) - begun - served.skipped)} coalesced; "
          f"{served.failed} ended with a failure")  # fmt: skip
    for key, period in PERIODS.items():
        made, due = watcher.visits[key], minutes / period
        print(f"{key:8} every {period:2} min: {due:4.0f} periods, {made:4} visits made, "
              f"{watcher.failed[key]} of them failed and were made again, "
              f"{max(0, round(due) - made + watcher.failed[key])} periods without one that succeeded")  # fmt: skip
    print(f"answers: {dict(watcher.answers)}; lines said: {dict(said)}")
    for when, what in found.items():
        print(f"{when:11} {what.rss:6.1f} MiB, {what.descriptors} descriptors, {what.tasks} tasks")


if __name__ == "__main__":
    hours, faster = [float(given) for given in sys.argv[1:]] + [1.0, 60.0][len(sys.argv) - 1 :]
    main(hours, faster)
