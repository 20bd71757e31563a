"""What comes back from a healthy site, and from one that is not."""

import hashlib

import pytest

from fetch.visits import PAGE, failed, visit
from standins.site import (
    Site,
    chunks,
    dribble,
    endless,
    endless_headers,
    hang_up,
    raw,
    reset,
    short,
    silence,
)

MOVED = {"Location": "https://files.example/rows.json"}


def test_the_bytes_come_back_whole_with_their_hash_and_type(site: Site) -> None:
    body = b"\x00\xff rows \xe7\xac\xac"
    site.answer(PAGE, body=body, headers={"Content-Type": "Application/JSON; charset=utf-8"})

    [answer] = visit(site)

    assert (answer.outcome, answer.status, answer.error, answer.url) == ("fetched", 200, None, PAGE)
    assert answer.payload is not None
    assert answer.payload.body == body
    assert answer.payload.sha256 == hashlib.sha256(body).hexdigest()
    assert answer.payload.media_type == "application/json"
    assert answer.payload.url == PAGE
    assert answer.started_at <= answer.payload.fetched_at
    assert answer.payload.fetched_at.tzinfo is not None


def test_bytes_in_chunks_come_back_whole(site: Site) -> None:
    site.answer(PAGE, how=chunks(b"ro", b"ws"))

    [answer] = visit(site)

    assert answer.payload is not None
    assert answer.payload.body == b"rows"


@pytest.mark.parametrize("kind", ["text/html", "image/png", "nonsense", ""])
def test_a_wrong_content_type_is_left_to_the_parser(site: Site, kind: str) -> None:
    site.answer(PAGE, body=b"rows", headers={"Content-Type": kind})

    [answer] = visit(site)

    assert answer.payload is not None
    assert answer.payload.media_type == kind


def test_a_challenge_page_with_200_is_left_to_the_parser_and_its_reload_not_followed(site: Site) -> None:
    page = b'<html><meta http-equiv="refresh" content="0; url=https://board.example/challenge"></html>'
    site.answer(PAGE, body=page, headers={"Content-Type": "text/html"})

    [answer] = visit(site)

    assert answer.outcome == "fetched"
    assert site.pages == [PAGE]


def test_a_redirect_is_followed_under_the_address_that_the_source_names(site: Site) -> None:
    site.answer(PAGE, status=302, headers=MOVED)
    site.answer(MOVED["Location"], body=b"rows")

    [answer] = visit(site)

    assert answer.payload is not None
    assert (answer.url, answer.payload.url) == (PAGE, PAGE)
    assert site.pages == [PAGE, MOVED["Location"]]


def test_a_signed_address_is_asked_for_exactly_as_it_was_signed(site: Site) -> None:
    signed = "https://files.example/a%2Fb%20c?X-Sig=a%2Bb%3D&x=%7E~"
    site.answer(PAGE, status=302, headers={"Location": signed})
    site.answer(signed, body=b"rows")

    [answer] = visit(site)

    assert answer.outcome == "fetched"
    assert site.pages[-1] == signed


def test_a_signed_address_is_named_in_no_error(site: Site) -> None:
    signed = "https://files.example/rows?X-Sig=hush"
    site.answer(PAGE, status=302, headers={"Location": signed})
    site.answer(signed, status=403)

    [answer] = visit(site)

    assert "hush" not in failed(answer)


def test_every_request_says_who_asks_and_nothing_else_about_us(site: Site) -> None:
    site.answer(PAGE, status=302, headers=MOVED | {"Set-Cookie": "seen=1"})
    site.answer(MOVED["Location"], body=b"rows", headers={"Set-Cookie": "seen=1"})

    visit(site, PAGE, PAGE, contact="ops@example.org")

    assert len(site.requests) == 6
    for asked in site.requests:
        assert asked.headers["user-agent"].startswith("Topspot/")
        assert "ops@example.org" in asked.headers["user-agent"]
        assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding"}


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 429])
def test_a_passing_trouble_is_asked_three_times(site: Site, status: int) -> None:
    site.answer(PAGE, status=status, body=b"sorry")

    [answer] = visit(site)

    assert failed(answer).startswith(f"{status} ")
    assert answer.status == status
    assert site.asked(PAGE) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 204, 206, 599])
def test_a_final_no_is_asked_once(site: Site, status: int) -> None:
    site.answer(PAGE, status=status, body=b"" if status == 204 else b"no rows", headers={"ETag": '"1"'})

    [answer] = visit(site)

    assert failed(answer).startswith(f"{status}")
    assert answer.validators.etag is None
    assert site.asked(PAGE) == 1


def test_what_is_asked_again_may_be_well_the_next_time(site: Site) -> None:
    site.answer(PAGE, status=503)
    site.answer(PAGE, how=reset)
    site.answer(PAGE, body=b"rows")

    [answer] = visit(site)

    assert answer.outcome == "fetched"
    assert site.asked(PAGE) == 3


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (hang_up, "without an answer"),
        (reset, "without an answer"),
        (raw(b"\x00\x01 this is not HTTP\r\n\r\n"), "headers"),
        (short(b"rows", claimed=5), "breaks off"),
        (chunks(b"rows", whole=False), "breaks off"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nrows\r\n0\r\n\r\n"), "sent "),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nrows"), "headers"),
    ],
    ids=["closed", "reset", "no HTTP", "short", "cut chunks", "no chunks", "two lengths"],
)
def test_an_answer_that_breaks_off_is_a_failure_and_never_believed(site: Site, how: object, said: str) -> None:
    site.answer(PAGE, how=how)  # type: ignore[arg-type]

    [answer] = visit(site)

    assert said in failed(answer)
    assert site.asked(PAGE) == 3


def test_a_refused_connection_is_a_failure_in_plain_words() -> None:
    with Site() as gone:
        pass

    [answer] = visit(gone)

    assert "could not connect (Connection refused)" in failed(answer)


def test_a_mirror_without_a_host_of_that_name_is_named_as_the_mistake() -> None:
    [answer] = visit(None, mirror="http://mirror.invalid:9000")

    assert "TOPSPOT_MIRROR" in failed(answer)


def test_an_empty_body_is_a_failure_and_never_believed(site: Site) -> None:
    site.answer(PAGE, body=b"", headers={"ETag": '"1"'})

    [answer] = visit(site)

    assert "empty" in failed(answer)
    assert answer.validators.etag is None


@pytest.mark.parametrize("how", [silence, dribble(every=0.02)], ids=["silence", "dribble"])
def test_the_time_limit_is_on_the_whole_request(site: Site, how: object) -> None:
    site.answer(PAGE, how=how)  # type: ignore[arg-type]

    [answer] = visit(site, download_timeout=0.1)

    assert failed(answer) == "took longer than 0.1 s"
    assert site.asked(PAGE) == 3


def test_other_hosts_are_visited_while_one_is_silent(site: Site) -> None:
    site.answer(PAGE, how=silence)
    site.answer("https://other.example/", body=b"rows")

    slow, quick = visit(site, PAGE, "https://other.example/", download_timeout=0.1)

    failed(slow)
    assert quick.outcome == "fetched"


def test_a_body_without_an_end_is_stopped_at_the_size_limit(site: Site) -> None:
    site.answer(PAGE, how=endless)

    [answer] = visit(site, download_max_bytes=2**20)

    assert failed(answer).startswith("larger than 1 MiB")
    assert site.asked(PAGE) == 1


def test_a_length_of_a_terabyte_is_not_even_begun(site: Site) -> None:
    site.answer(PAGE, how=short(b"", claimed=10**12))

    [answer] = visit(site)

    assert failed(answer).startswith("larger than 32 MiB")
    assert site.asked(PAGE) == 1


def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(site: Site) -> None:
    site.answer("https://a.example/", body=b"." * 1000)
    site.answer("https://b.example/", body=b"." * 1001)

    fits, exceeds = visit(site, "https://a.example/", "https://b.example/", download_max_bytes=1000)

    assert fits.outcome == "fetched"
    assert failed(exceeds).startswith("larger than 1000 bytes")


@pytest.mark.parametrize(
    "how",
    [endless_headers, raw(b"HTTP/1.1 200 OK\r\nX-Huge: " + b"." * 2**20 + b"\r\n\r\nrows")],
    ids=["endless", "huge"],
)
def test_headers_without_measure_are_stopped(site: Site, how: object) -> None:
    site.answer(PAGE, how=how)  # type: ignore[arg-type]

    [answer] = visit(site)

    assert "headers" in failed(answer)


def test_the_long_headers_of_file_hosts_are_read(site: Site) -> None:
    signed = "https://files.example/?policy=" + "p" * 30_000
    site.answer(PAGE, status=302, headers={"Location": signed})
    site.answer(signed, body=b"rows")

    [answer] = visit(site)

    assert answer.outcome == "fetched"


def test_the_same_address_of_two_sources_is_two_answers(site: Site) -> None:
    site.answer(PAGE, body=b"rows")

    first, second = visit(site, PAGE, PAGE)

    assert (first.outcome, second.outcome) == ("fetched", "fetched")
    assert site.asked(PAGE) == 2


@pytest.mark.parametrize("url", ["", "rows.json", "file:///etc/passwd", "ftp://board.example/x", "https://[::1"])
def test_an_address_that_is_none_is_an_answer_too(site: Site, url: str) -> None:
    site.answer(PAGE, body=b"rows")

    wrong, right = visit(site, url, PAGE)

    assert "not an http or https address" in failed(wrong)
    assert right.outcome == "fetched"
