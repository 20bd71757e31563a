"""Packed bodies: unpacked whole and within the limit, or not at all."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest

from fetch.visits import PAGE, failed, visit
from standins.site import Site

ROWS = b"rows " * 1000
PACKED = gzip.compress(ROWS)


def test_gzip_is_asked_for_and_unpacked(site: Site) -> None:
    site.answer(PAGE, body=PACKED, headers={"Content-Encoding": "gzip"})

    [answer] = visit(site)

    assert answer.payload is not None
    assert answer.payload.body == ROWS
    assert site.requests[-1].headers["accept-encoding"] == "gzip"


def test_gzip_in_several_members_is_unpacked_whole(site: Site) -> None:
    site.answer(PAGE, body=PACKED + PACKED, headers={"Content-Encoding": "gzip"})

    [answer] = visit(site)

    assert answer.payload is not None
    assert answer.payload.body == ROWS + ROWS


def test_a_file_that_is_gzip_itself_is_kept_as_it_is(site: Site) -> None:
    site.answer(PAGE, body=PACKED, headers={"Content-Type": "application/gzip"})

    [answer] = visit(site)

    assert answer.payload is not None
    assert answer.payload.body == PACKED


@pytest.mark.parametrize(
    "body",
    [PACKED[:-1], PACKED[: len(PACKED) // 2], PACKED[:-8] + bytes(8), PACKED + b"junk", b"<html>no gzip</html>"],
    ids=["last byte", "half", "checksum", "junk behind", "none"],
)
def test_gzip_that_breaks_off_or_is_damaged_is_never_believed(site: Site, body: bytes) -> None:
    site.answer(PAGE, body=body, headers={"Content-Encoding": "gzip", "ETag": '"1"'})

    [answer] = visit(site)

    assert "gzip" in failed(answer)
    assert answer.validators.etag is None


def test_gzip_that_holds_nothing_is_an_empty_body(site: Site) -> None:
    site.answer(PAGE, body=gzip.compress(b""), headers={"Content-Encoding": "gzip"})

    [answer] = visit(site)

    assert "empty" in failed(answer)


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size // 2**20)) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (bomb(2**28), "gzip"),
        (gzip.compress(bomb(2**28)), "gzip, gzip"),
        (gzip.compress(bytes(2**20)) * 400, "x-gzip"),
    ],
    ids=["gzip", "gzip in gzip", "many members"],
)
def test_a_gzip_bomb_is_stopped_at_the_limit_of_unpacked_bytes(site: Site, body: bytes, encoding: str) -> None:
    site.answer(PAGE, body=body, headers={"Content-Encoding": encoding})

    tracemalloc.start()
    [answer] = visit(site, download_max_bytes=2**20)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert failed(answer).startswith("larger than 1 MiB")
    assert site.asked(PAGE) == 1
    assert most < 16 * 2**20


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "compress", "gzip, br"])
def test_an_encoding_that_nobody_asked_for_is_not_unpacked(site: Site, encoding: str) -> None:
    site.answer(PAGE, body=brotli.compress(bytes(2**26), quality=1), headers={"Content-Encoding": encoding})

    [answer] = visit(site)

    assert "encoding that was not asked for" in failed(answer)
    assert site.asked(PAGE) == 1


def test_a_body_in_layer_upon_layer_is_not_unpacked(site: Site) -> None:
    site.answer(PAGE, body=PACKED, headers={"Content-Encoding": ", ".join(["gzip"] * 1000)})

    [answer] = visit(site)

    assert "too many layers" in failed(answer)


def test_the_encoding_of_an_error_page_does_not_hide_the_error(site: Site) -> None:
    site.answer(PAGE, status=404, body=b"???", headers={"Content-Encoding": "br"})

    [answer] = visit(site)

    assert failed(answer).startswith("404 Not Found")
