"""Pauses: our own that grow, and those that a site asks for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import Headers

from fetch.visits import PAGE, failed, visit
from scrapers.middlewares import LONGEST_PAUSE, pause_asked
from standins.site import Site

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_pause_is_not_waited_for_and_the_address_not_asked_again(site: Site, status: int) -> None:
    site.answer(PAGE, status=status, headers={"Retry-After": "3600"})
    began = datetime.now(UTC)

    [answer] = visit(site)

    failed(answer)
    assert site.asked(PAGE) == 1
    assert answer.retry_after is not None
    assert timedelta(0) <= answer.retry_after - began - timedelta(hours=1) < timedelta(seconds=10)


def test_a_long_pause_until_a_date_is_kept_as_that_instant(site: Site) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    site.answer(PAGE, status=503, headers={"Retry-After": format_datetime(until, usegmt=True)})

    [answer] = visit(site)

    assert answer.retry_after == until


@pytest.mark.parametrize("pause", ["0", "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_a_short_pause_is_waited_for(site: Site, pause: str) -> None:
    site.answer(PAGE, status=429, headers={"Retry-After": pause})
    site.answer(PAGE, body=b"rows")

    [answer] = visit(site)

    assert (answer.outcome, answer.retry_after) == ("fetched", None)
    assert site.asked(PAGE) == 2


def test_the_last_pause_asked_for_is_in_the_answer_when_patience_ends(site: Site) -> None:
    site.answer(PAGE, status=503, headers={"Retry-After": "0"})

    [answer] = visit(site)

    assert site.asked(PAGE) == 3
    assert answer.retry_after is not None


def test_a_pause_of_one_address_does_not_hold_up_its_host_or_another(site: Site) -> None:
    site.answer(PAGE, status=429, headers={"Retry-After": "3600"})
    site.answer("https://board.example/other", body=b"rows")
    site.answer("https://other.example/", body=b"rows")

    first, second, third = visit(site, PAGE, "https://board.example/other", "https://other.example/")

    assert [first.outcome, second.outcome, third.outcome] == ["failed", "fetched", "fetched"]


def test_pauses_grow_and_other_hosts_are_visited_meanwhile(site: Site) -> None:
    site.answer(PAGE, status=500)
    site.answer("https://other.example/", body=b"rows")

    slow, quick = visit(site, PAGE, "https://other.example/", download_delay=0.1)

    order = [asked.host for asked in site.requests]
    assert failed(slow).startswith("500")
    assert quick.payload is not None
    # board: robots, page, pause 0.1, page, pause 0.2, page; the other host has long been served
    assert order.index("other.example") < len(order) - 2
    assert order[-2:] == ["board.example", "board.example"]


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("120", timedelta(seconds=120)),
        (" 5 ", timedelta(seconds=5)),
        ("9" * 5000, LONGEST_PAUSE),
        ("Tue, 24 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Tue, 24 Nov 2026 12:01:00 -0000", timedelta(minutes=1)),
        ("Tue, 24 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("\xb2", None),
        ("Tue, 99 Nov 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, pause: timedelta | None) -> None:
    assert pause_asked(Headers({"Retry-After": text.encode("latin-1")}), NOW) == pause


def test_without_retry_after_no_pause_is_asked_for() -> None:
    assert pause_asked(Headers(), NOW) is None
