"""Large answers go into a file as they come: whole, within their limit, or not at all."""

import asyncio
import gzip
import hashlib
import tracemalloc
from pathlib import Path

import pytest

from fetch.visits import PAGE, ask_all, failed, settings
from scrapers.crawl import crawl
from scrapers.items import Ask
from standins.site import Connection, How, Site, chunks, dribble, endless, hang_up, head, raw, reset, short
from support.disk import room_for
from topspot.domain.values import Answer, Validators

ROWS = b"rows " * 100_000
NO_LIMIT = 2**40


def land(site: Site, folder: Path, url: str = PAGE, **about: object) -> Answer:
    """Ask for an address into a folder."""
    [answer] = ask_all(settings(site), [Ask("source", url, into=folder)._replace(**about)])  # type: ignore[arg-type]
    return answer


def test_the_bytes_lie_in_the_file_and_not_in_memory(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, body=ROWS, headers={"ETag": '"1"'})

    answer = land(site, tmp_path)

    assert answer.payload is not None
    assert answer.payload.file is not None
    assert answer.payload.file.read_bytes() == ROWS
    assert answer.payload.file.name.startswith(".new-")
    assert (answer.payload.body, answer.payload.sha256) == (b"", hashlib.sha256(ROWS).hexdigest())
    assert answer.validators.etag == '"1"'


@pytest.mark.parametrize(
    "body",
    [gzip.compress(ROWS), gzip.compress(ROWS) + bytes(100), gzip.compress(ROWS[:9]) + gzip.compress(ROWS[9:])],
)
def test_what_is_packed_is_unpacked_on_the_way(site: Site, tmp_path: Path, body: bytes) -> None:
    site.answer(PAGE, body=body, headers={"Content-Encoding": "gzip"})

    answer = land(site, tmp_path)

    assert answer.payload is not None
    assert answer.payload.file is not None
    assert answer.payload.file.read_bytes() == ROWS
    assert answer.payload.sha256 == hashlib.sha256(ROWS).hexdigest()


def test_a_large_body_takes_little_memory(site: Site, tmp_path: Path) -> None:
    def send(connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": str(60 * 2**20)}))
        for _ in range(60):
            connection.send(bytes(2**20))

    site.answer(PAGE, how=send)
    tracemalloc.start()

    answer = land(site, tmp_path, most_bytes=2**27)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.payload is not None
    assert answer.payload.file is not None
    assert answer.payload.file.stat().st_size == 60 * 2**20
    assert peak < 8 * 2**20


def broken(connection: Connection) -> None:
    """Break the connection in the middle of a body."""
    connection.send(head(200, {"Content-Length": str(len(ROWS) + 1)}) + ROWS)
    reset(connection)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (short(ROWS, claimed=len(ROWS) + 1), "breaks off"),
        (chunks(ROWS, whole=False), "breaks off"),
        (hang_up, "closed the connection"),
        (raw(head(200, {"Content-Length": "0"})), "empty body"),
        (raw(head(200, {"Content-Length": str(2**40)})), "larger than 4 MiB: stopped"),
        (chunks(*[bytes(2**20)] * 5), "larger than 4 MiB: stopped"),
        (raw(head(404, {"Content-Length": "7"}) + b"no rows"), "404 Not Found"),
        (broken, "breaks off"),
    ],
    ids=["short", "chunks break off", "no answer", "empty", "claims a terabyte", "too long", "not there", "reset"],
)
def test_what_goes_wrong_leaves_no_file(site: Site, tmp_path: Path, how: How, said: str) -> None:
    site.answer(PAGE, how=how)

    answer = land(site, tmp_path, most_bytes=4 * 2**20)

    assert said in failed(answer)
    assert "TOPSPOT_DOWNLOAD_MAX_BYTES" not in failed(answer)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(bytes(5 * 2**20)), "gzip", "larger than 4 MiB"),
        (gzip.compress(ROWS)[:-9], "gzip", "gzip stream that is damaged"),
        (gzip.compress(ROWS) + b"junk", "gzip", "gzip stream that is damaged"),
        (ROWS, "gzip", "gzip stream that is damaged"),
        (ROWS, "br", "an encoding that was not asked for"),
        (gzip.compress(gzip.compress(ROWS)), "gzip, gzip", "too many layers"),
    ],
    ids=["a bomb", "cut", "junk behind", "none", "another", "twice"],
)
def test_what_is_packed_wrong_leaves_no_file(
    site: Site, tmp_path: Path, body: bytes, encoding: str, said: str
) -> None:
    site.answer(PAGE, body=body, headers={"Content-Encoding": encoding})

    answer = land(site, tmp_path, most_bytes=4 * 2**20)

    assert said in failed(answer)
    assert list(tmp_path.iterdir()) == []


def test_without_a_limit_of_its_own_that_of_the_operator_is_kept_and_named(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, how=endless)

    [answer] = ask_all(settings(site, download_max_bytes=2**20), [Ask("source", PAGE, into=tmp_path)])

    assert failed(answer) == "larger than 1 MiB: stopped; see TOPSPOT_DOWNLOAD_MAX_BYTES"
    assert list(tmp_path.iterdir()) == []


def test_what_takes_longer_than_it_may_leaves_no_file(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, how=dribble(every=0.01))

    answer = land(site, tmp_path, seconds=0.1)

    assert failed(answer) == "took longer than 0.1 s"
    assert site.asked(PAGE) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_large_body_may_take_longer_than_others_as_long_as_it_comes(site: Site, tmp_path: Path) -> None:
    def slowly(connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": "6"}))
        for _ in range(6):
            connection.ended.wait(0.05)
            connection.send(b".")

    site.answer(PAGE, how=slowly)

    [answer] = ask_all(settings(site, download_timeout=0.2), [Ask("source", PAGE, into=tmp_path, seconds=5)])

    assert answer.outcome == "fetched"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"......"]


def test_a_body_that_stands_still_is_not_waited_for(site: Site, tmp_path: Path) -> None:
    def stand_still(connection: Connection) -> None:
        connection.send(head(200, {"Content-Length": "1000000"}) + b"rows")
        connection.ended.wait(30)

    site.answer(PAGE, how=stand_still)

    [answer] = ask_all(settings(site, download_timeout=0.1), [Ask("source", PAGE, into=tmp_path, seconds=60)])

    assert failed(answer) == "sent nothing for 0.1 s"
    assert list(tmp_path.iterdir()) == []


def test_a_crawl_that_is_cancelled_cuts_a_large_body_off_and_leaves_no_file(site: Site, tmp_path: Path) -> None:
    answers: list[Answer] = []

    def files() -> list[Path]:
        return list(tmp_path.iterdir())

    async def keep(answer: Answer) -> None:
        answers.append(answer)

    async def cancelled_under_way() -> list[Path]:
        loop, under_way = asyncio.get_running_loop(), asyncio.Event()

        def send(connection: Connection) -> None:
            connection.send(head())
            connection.send(bytes(2**24))  # more than waits in sockets: some of it was read
            loop.call_soon_threadsafe(under_way.set)
            endless(connection)

        site.answer(PAGE, how=send)
        asks = [Ask("source", PAGE, into=tmp_path, most_bytes=NO_LIMIT, seconds=60)]
        task = asyncio.create_task(crawl(settings(site), asks, keep=keep))
        async with asyncio.timeout(5):
            await under_way.wait()
            begun = files()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return begun

    begun = asyncio.run(cancelled_under_way())

    assert len(begun) == 1
    assert [failed(answer) for answer in answers] == ["the visit was cut short: ask again"]
    assert files() == []


def test_a_disk_that_is_full_is_named_and_leaves_no_file(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, how=endless)

    with room_for(2**20):
        answer = land(site, tmp_path, most_bytes=NO_LIMIT)

    assert failed(answer).startswith(f"could not be written to {tmp_path} (File too large): make room there")
    assert site.asked(PAGE) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_named(site: Site, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"a file")
    site.answer(PAGE, body=ROWS)

    answer = land(site, tmp_path / "taken")

    assert failed(answer).startswith(f"could not be written to {tmp_path / 'taken'} (File exists)")
    assert (tmp_path / "taken").read_bytes() == b"a file"


def test_what_is_unchanged_is_not_downloaded(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, status=302, headers={"Location": "https://cdn.example/x", "X-Linked-ETag": '"7"'})

    answer = land(site, tmp_path, known=Validators(linked_etag='"7"'))

    assert answer.outcome == "unchanged"
    assert site.asked("https://cdn.example/x") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_body_behind_a_redirect_lands_under_the_address_that_was_asked_for(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, status=302, headers={"Location": "https://cdn.example/x", "X-Linked-ETag": '"7"'})
    site.answer("https://cdn.example/x", body=ROWS)

    answer = land(site, tmp_path)

    assert answer.url == PAGE
    assert answer.payload is not None
    assert answer.payload.file is not None
    assert answer.validators.linked_etag == '"7"'
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [ROWS]


def test_each_try_begins_its_file_anew(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, status=503, body=b"sorry")
    site.answer(PAGE, how=short(ROWS, claimed=len(ROWS) + 1))
    site.answer(PAGE, body=b"whole")

    answer = land(site, tmp_path)

    assert answer.payload is not None
    assert answer.payload.sha256 == hashlib.sha256(b"whole").hexdigest()
    assert site.asked(PAGE) == 3
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_two_large_bodies_of_one_host_come_one_after_the_other(site: Site, tmp_path: Path) -> None:
    urls = ["https://one-host.example/a", "https://one-host.example/b"]
    log: list[str] = []

    def slowly(connection: Connection) -> None:
        log.append("begin")
        connection.send(head(200, {"Content-Length": str(len(ROWS))}) + ROWS[:-1])
        connection.ended.wait(0.02)
        log.append("end")
        connection.send(ROWS[-1:])

    for url in urls:
        site.answer(url, how=slowly)

    answers = ask_all(settings(site), [Ask("source", url, into=tmp_path) for url in urls])

    assert [answer.outcome for answer in answers] == ["fetched"] * 2
    assert log == ["begin", "end"] * 2
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [ROWS] * 2


def test_a_redirect_to_a_private_address_is_refused(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, status=302, headers={"Location": "http://127.0.0.1:1/x"})

    answer = land(site, tmp_path)

    assert "redirects to a private address" in failed(answer)
    assert list(tmp_path.iterdir()) == []
