"""Large answers go into a file as they come: whole, within their limit, or not at all."""

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import pytest

from fetch.visits import PAGE, ask_all, failed, settings
from scrapers.items import Ask
from standins.site import Connection, How, Site, chunks, hang_up, head, raw, short, silence
from topspot.domain.values import Answer, Validators

ROWS = b"rows " * 100_000


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


@pytest.mark.parametrize("body", [gzip.compress(ROWS), gzip.compress(ROWS[:9]) + gzip.compress(ROWS[9:])])
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
    assert peak < 16 * 2**20


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (short(ROWS, claimed=len(ROWS) + 1), "breaks off"),
        (chunks(ROWS, whole=False), "breaks off"),
        (hang_up, "closed the connection"),
        (raw(head(200, {"Content-Length": "0"})), "empty body"),
        (raw(head(200, {"Content-Length": str(2**40)})), "larger than 4 MiB: stopped"),
        (chunks(*[bytes(2**20)] * 5), "larger than 4 MiB: stopped"),
        (raw(head(404, {"Content-Length": "0"})), "404 Not Found"),
    ],
    ids=["short", "chunks break off", "no answer", "empty", "claims a terabyte", "too long", "not there"],
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


def test_what_takes_longer_than_it_may_leaves_no_file(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, how=silence)

    answer = land(site, tmp_path, seconds=0.2)

    assert "took longer than 0.2 s" in failed(answer)
    assert list(tmp_path.iterdir()) == []


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


def test_a_second_try_begins_its_file_anew(site: Site, tmp_path: Path) -> None:
    answers = iter([short(ROWS, claimed=len(ROWS) + 1), raw(head(200, {"Content-Length": "5"}) + b"whole")])
    site.answer(PAGE, how=lambda connection: next(answers)(connection))

    answer = land(site, tmp_path)

    assert answer.payload is not None
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_a_redirect_to_a_private_address_is_refused(site: Site, tmp_path: Path) -> None:
    site.answer(PAGE, status=302, headers={"Location": "http://127.0.0.1:1/x"})

    answer = land(site, tmp_path)

    assert "redirects to a private address" in failed(answer)
    assert list(tmp_path.iterdir()) == []
