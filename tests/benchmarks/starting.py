"""How fast the program starts and how much a visit with nothing new costs, as ratios in one run.

    python tests/benchmarks/starting.py [RUNS]

Whole processes, in turn, in CPU seconds (user and system) and peak memory; medians. The reference of each is
run beside it: Typer's hello, ``import scrapy``, and bare Scrapy over the same hundred addresses.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ADDRESSES = 100

HELLO = """
import typer

app = typer.Typer()

@app.command()
def hello(name: str) -> None:
    print(name)

@app.command()
def bye(name: str) -> None:
    print(name)

app()
"""

BODY = """
import sys
from datetime import date
from pathlib import Path
from topspot.demo.site import parquet_of

Path(sys.argv[1]).write_bytes(parquet_of("webdev", date(2026, 7, 16)))
"""

SITE = """
import sys
from aiohttp import web

async def answer(request):
    if request.path.endswith("robots.txt"):
        return web.Response(text="User-agent: *\\nAllow: /\\n")
    if request.headers.get("If-None-Match") == '"one"':
        return web.Response(status=304, headers={"ETag": '"one"'})
    return web.Response(body=BODY, headers={"ETag": '"one"'})

BODY = open(sys.argv[1], "rb").read()
app = web.Application()
app.router.add_get("/{path:.*}", answer)

runner = web.AppRunner(app, access_log=None)

async def main():
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    import asyncio
    await asyncio.Event().wait()

import asyncio
asyncio.run(main())
"""

BOARDS = """
from datetime import timedelta
import dataclasses
from scrapers.boards import lmarena
from topspot.domain.values import Board, RATING, Source

SOURCE = Source(
    key="hundred",
    publisher="A benchmark",
    license=lmarena.SOURCE.license,
    every=timedelta(0),
    boards={{
        f"https://hundred.example/{{n}}": Board(f"hundred/{{n}}", f"Hundred {{n}}", RATING) for n in range({count})
    }},
)

def parse(payload):
    board = SOURCE.boards[payload.url].key
    inner = dataclasses.replace(payload, url=lmarena.address("webdev"))
    for reading in lmarena.parse(inner):
        yield reading._replace(board=board)
"""

BARE = """
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    handle_httpstatus_list = [304]

    async def start(self):
        for n in range({count}):
            yield scrapy.Request(
                "http://127.0.0.1:{port}/hundred.example/%d" % n,
                headers={{"If-None-Match": '"one"'}}, dont_filter=True, callback=self.parse,
            )

    def parse(self, response):
        assert response.status == 304

process = CrawlerProcess({{"ROBOTSTXT_OBEY": True, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
                          "CONCURRENT_REQUESTS_PER_DOMAIN": 1}})
process.crawl(Bare)
process.start()
"""


class Cost(NamedTuple):
    """What one process took: CPU and wall seconds, peak memory in MiB."""

    cpu: float
    wall: float
    peak: float


def cost_of(command: Sequence[str], environment: dict[str, str] | None = None) -> Cost:
    """Run a command to its end and give what it took. Raises ``RuntimeError`` where it fails."""
    began = os.times()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{command}: exit {process.returncode}: {output.read().decode()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, os.times().elapsed - began.elapsed, usage.ru_maxrss / 1024)


def in_turn(
    runs: int, ours: Sequence[str], other: Sequence[str], environment: dict[str, str]
) -> tuple[Cost, Cost]:
    """Run two commands in turn, once to warm up, and give the median cost of each."""
    pairs = [(cost_of(ours, environment), cost_of(other, environment)) for _ in range(runs + 1)][1:]
    a, b = zip(*pairs, strict=True)
    return _median(a), _median(b)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


@contextmanager
def site(folder: Path) -> Iterator[int]:
    """Serve a hundred files on loopback from a process of its own; give the port."""
    body = folder / "body.parquet"
    # in a process of its own: a child's peak begins with what its parent held
    subprocess.run([sys.executable, "-c", BODY, str(body)], check=True)
    script = folder / "site.py"
    script.write_text(SITE)
    process = subprocess.Popen([sys.executable, str(script), str(body)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def main(runs: int) -> None:
    """Print the table."""
    topspot = str(Path(sys.executable).with_name("topspot"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TOPSPOT_")}
        environment |= {"TOPSPOT_DATA_DIR": name, "TOPSPOT_DOWNLOAD_DELAY": "0"}
        (folder / "hello.py").write_text(HELLO)
        hello = [sys.executable, str(folder / "hello.py"), "--help"]
        report("topspot --help / Typer hello", in_turn(runs, [topspot, "--help"], hello, environment), 1.4)
        with site(folder) as port:
            boards = folder / "boards"
            boards.mkdir()
            (boards / "hundred.py").write_text(textwrap.dedent(BOARDS).format(count=ADDRESSES))
            environment |= {"TOPSPOT_BOARDS_DIR": str(boards), "TOPSPOT_MIRROR": f"http://127.0.0.1:{port}"}
            subprocess.run([topspot, "run", "hundred"], env=environment, check=True, capture_output=True)
            bare = folder / "bare.py"
            bare.write_text(BARE.format(count=ADDRESSES, port=port))
            ours, other = in_turn(runs, [topspot, "run", "hundred"], [sys.executable, str(bare)], environment)
            report(f"run, {ADDRESSES} unchanged / bare Scrapy", (ours, other), 2.0)
            (boards / "hundred.py").unlink()
        _put_off(folder)
        nothing = [sys.executable, "-c", "import scrapy"]
        report("run, nothing due / import scrapy", in_turn(runs, [topspot, "run"], nothing, environment), 1.8)


def _put_off(folder: Path) -> None:
    import sqlite3

    from scrapers.boards import find_sources

    with sqlite3.connect(folder / "topspot.db") as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO source_state (source, next_due_at, failures) VALUES (?, ?, 0)",
            [(key, "2099-01-01 00:00:00.000000") for key in find_sources()],
        )


def report(what: str, costs: tuple[Cost, Cost], target: float) -> None:
    """Print one line: both costs, the ratio of CPU, and the ratio that is aimed at."""
    ours, other = costs
    print(
        f"{what:42} cpu {ours.cpu:.2f} / {other.cpu:.2f} s = {ours.cpu / other.cpu:.2f} (target {target}); "
        f"wall {ours.wall:.2f} / {other.wall:.2f} s; peak {ours.peak:.0f} / {other.peak:.0f} MiB"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
