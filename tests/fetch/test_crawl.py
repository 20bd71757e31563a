"""One crawl for all asks: each has its answer, whatever happens to the others."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from fetch.visits import PAGE, ask_all, settings, visit
from scrapers.crawl import crawl
from scrapers.items import Ask
from standins.site import Connection, Site, head, silence
from topspot.domain.values import Answer

ADDRESSES = [f"https://host-{number}.example/rows" for number in range(5)]


def healthy(site: Site) -> None:
    for url in ADDRESSES:
        site.answer(url, body=b"rows")


def test_no_asks_are_no_answers_and_no_requests(site: Site) -> None:
    assert ask_all(settings(site), []) == []
    assert site.connections == 0


def test_many_addresses_of_many_hosts_are_answered_once_each(site: Site) -> None:
    urls = [f"https://host-{number % 7}.example/{number}" for number in range(60)]
    for url in urls:
        site.answer(url, body=url.encode())

    answers = visit(site, *urls)

    assert [answer.payload and answer.payload.body for answer in answers] == [url.encode() for url in urls]
    assert len(site.pages) == 60


def test_answers_are_kept_one_at_a_time_as_they_come(site: Site) -> None:
    healthy(site)
    site.answer(PAGE, how=silence)
    log: list[str] = []

    async def keep(answer: Answer) -> None:
        log.append("begin")
        await asyncio.sleep(0)
        log.append(f"end {answer.outcome}")

    asks = [Ask("s", url) for url in [PAGE, *ADDRESSES]]
    asyncio.run(crawl(settings(site, download_timeout=0.1), asks, keep=keep))

    assert log == ["begin", "end fetched"] * 5 + ["begin", "end failed"]


def test_what_cannot_be_kept_does_not_stop_the_others_and_is_raised_in_the_end(site: Site) -> None:
    healthy(site)
    kept: list[str] = []

    async def keep(answer: Answer) -> None:
        kept.append(answer.url)
        if len(kept) < 3:
            raise RuntimeError(f"disk full {len(kept)}")

    with pytest.raises(RuntimeError, match="disk full 1"):
        asyncio.run(crawl(settings(site), [Ask("s", url) for url in ADDRESSES], keep=keep))

    assert sorted(kept) == ADDRESSES


def test_a_crawl_that_is_cancelled_ends_what_is_under_way_and_answers_the_rest(site: Site) -> None:
    urls = [f"https://one-host.example/{number}" for number in range(30)]
    cancelled = threading.Event()

    def first_at_once_others_later(connection: Connection) -> None:
        if len(site.pages) > 1:
            cancelled.wait(5)
        connection.send(head(200, {"Content-Length": "4"}) + b"rows")

    for url in urls:
        site.answer(url, how=first_at_once_others_later)
    answers: list[Answer] = []

    async def cancelled_after_the_first() -> None:
        async def keep(answer: Answer) -> None:
            answers.append(answer)
            if len(answers) == 1:
                task.cancel()
                asyncio.get_running_loop().call_later(0.05, cancelled.set)

        task = asyncio.create_task(crawl(settings(site), [Ask("s", url) for url in urls], keep=keep))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(cancelled_after_the_first())

    assert sorted(answer.url for answer in answers) == sorted(urls)
    assert [answer.url for answer in answers if answer.outcome == "fetched"] == site.pages
    assert len(site.pages) == 2
    assert {answer.error for answer in answers if answer.outcome == "failed"} == {
        "the visit was cut short: ask again"
    }


@pytest.mark.parametrize("steps", range(1, 8))
def test_a_crawl_that_is_cancelled_as_it_begins_answers_all_without_a_request(site: Site, steps: int) -> None:
    healthy(site)
    answers: list[Answer] = []

    async def keep(answer: Answer) -> None:
        answers.append(answer)

    async def cancelled_at_once() -> None:
        task = asyncio.create_task(crawl(settings(site), [Ask("s", url) for url in ADDRESSES], keep=keep))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(cancelled_at_once(), timeout=5))

    assert sorted(answer.url for answer in answers) == ADDRESSES
    assert {answer.error for answer in answers} == {"the visit was cut short: ask again"}
    assert site.requests == []


def test_several_crawls_run_on_one_loop_one_after_another_and_at_once(site: Site) -> None:
    healthy(site)
    answers: list[Answer] = []

    async def keep(answer: Answer) -> None:
        answers.append(answer)

    async def three() -> None:
        asks = [Ask("s", url) for url in ADDRESSES]
        await crawl(settings(site), asks, keep=keep)
        await asyncio.gather(*(crawl(settings(site), asks, keep=keep) for _ in range(2)))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(three())

    assert [answer.outcome for answer in answers] == ["fetched"] * 15


def test_one_host_is_asked_at_the_pace_that_the_operator_chose(site: Site) -> None:
    healthy(site)
    began = time.monotonic()

    visit(site, ADDRESSES[0], ADDRESSES[0], ADDRESSES[0], download_delay=0.1)

    assert len(site.requests) == 4
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("delay", [0, 0.01])
def test_one_host_is_asked_one_request_at_a_time(site: Site, delay: float) -> None:
    urls = [f"https://one-host.example/{number}" for number in range(20)]
    log: list[str] = []

    def slowly(connection: Connection) -> None:
        log.append("begin")
        connection.ended.wait(0.005)
        log.append("end")
        connection.send(head(200, {"Content-Length": "4"}) + b"rows")

    for url in urls:
        site.answer(url, how=slowly)

    visit(site, *urls, download_delay=delay)

    assert log == ["begin", "end"] * 20


def test_a_program_that_crawls_writes_nothing_to_the_terminal_however_it_goes(site: Site) -> None:
    site.answer("https://cut.example/", status=500)
    site.answer("https://bomb.example/", body=b"." * 2000)
    site.answer("https://lost.example/", status=302, headers={"Location": "http://[::1"})
    site.answer("https://none.example/robots.txt", status=500)
    program = f"""
import asyncio
from scrapers.crawl import crawl
from scrapers.items import Ask
from topspot.settings import Settings

async def keep(answer):
    assert answer.outcome == "failed", answer
    kept.append(answer)

kept = []
hosts = ["cut", "bomb", "lost", "none"]
settings = Settings(mirror="{site.address}", download_delay=0, download_max_bytes=1000)
asyncio.run(crawl(settings, [Ask("s", f"https://{{host}}.example/") for host in hosts], keep=keep))
assert len(kept) == 4
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
