"""What a host does not want visited is not visited."""

import pytest

from fetch.visits import PAGE, failed, visit
from standins.site import Site, hang_up, silence

ROBOTS = "https://board.example/robots.txt"
OTHER = "https://board.example/other.json"
FORBID_ROWS = b"User-agent: *\nDisallow: /rows.json\n"


def test_a_forbidden_address_is_not_visited_but_another_of_the_host_is(site: Site) -> None:
    site.answer(ROBOTS, body=FORBID_ROWS)
    site.answer(PAGE, body=b"rows")
    site.answer(OTHER, body=b"rows")

    forbidden, allowed = visit(site, PAGE, OTHER)

    assert failed(forbidden) == "robots.txt of board.example forbids this address: not visited"
    assert allowed.outcome == "fetched"
    assert site.pages == [OTHER]


def test_robots_txt_is_asked_for_once_a_host_and_crawl(site: Site) -> None:
    site.answer(ROBOTS, body=b"User-agent: *\nDisallow:\n")
    site.answer(PAGE, body=b"rows")

    visit(site, PAGE, PAGE, PAGE, OTHER)

    assert site.asked(ROBOTS) == 1
    assert site.requests[0].url == ROBOTS


@pytest.mark.parametrize(
    "contact", ["ops@example.org", "https://evilbot.example/EvilBot"], ids=["plain", "name of another"]
)
def test_the_rules_for_our_name_are_ours_whatever_the_contact(site: Site, contact: str) -> None:
    site.answer(ROBOTS, body=b"User-agent: EvilBot\nDisallow: /\n\nUser-agent: topspot\nDisallow: /other\n")
    site.answer(PAGE, body=b"rows")

    page, other = visit(site, PAGE, OTHER, contact=contact)

    assert page.outcome == "fetched"
    assert "forbids" in failed(other)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_where_there_is_no_robots_txt_all_is_allowed(site: Site, status: int) -> None:
    site.answer(ROBOTS, status=status, body=b"User-agent: *\nDisallow: /\n")
    site.answer(PAGE, body=b"rows")

    [answer] = visit(site)

    assert answer.outcome == "fetched"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00 garbage", b"<html>a page for everything</html>"])
def test_a_robots_txt_that_says_nothing_allows_all(site: Site, body: bytes) -> None:
    site.answer(ROBOTS, body=body)
    site.answer(PAGE, body=b"rows")

    [answer] = visit(site)

    assert answer.outcome == "fetched"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_where_robots_txt_cannot_be_had_nothing_is_visited_this_time(site: Site, status: int) -> None:
    site.answer(ROBOTS, status=status)
    site.answer(PAGE, body=b"rows")
    site.answer("https://other.example/", body=b"rows")

    first, second, elsewhere = visit(site, PAGE, OTHER, "https://other.example/")

    assert failed(first) == failed(second)
    assert failed(first) == f"robots.txt could not be had (it answered {status}): not visited this time"
    assert elsewhere.outcome == "fetched"
    assert site.pages == ["https://other.example/"]
    assert site.asked(ROBOTS) == 3


@pytest.mark.parametrize(("how", "said"), [(hang_up, "without an answer"), (silence, "took longer than 0.1 s")])
def test_where_robots_txt_does_not_answer_nothing_is_visited_this_time(site: Site, how: object, said: str) -> None:
    site.answer(ROBOTS, how=how)  # type: ignore[arg-type]
    site.answer(PAGE, body=b"rows")

    [answer] = visit(site, download_timeout=0.1)

    assert said in failed(answer)
    assert site.pages == []


def test_a_pause_that_robots_txt_is_answered_with_is_in_the_answer(site: Site) -> None:
    site.answer(ROBOTS, status=503, headers={"Retry-After": "3600"})

    [answer] = visit(site)

    failed(answer)
    assert answer.retry_after is not None
    assert site.asked(ROBOTS) == 1


def test_the_host_that_a_redirect_leads_to_is_asked_for_its_own_rules(site: Site) -> None:
    site.answer("https://files.example/robots.txt", body=b"User-agent: *\nDisallow: /\n")
    site.answer(PAGE, status=302, headers={"Location": "https://files.example/rows"})
    site.answer("https://files.example/rows", body=b"rows")

    [answer] = visit(site)

    assert failed(answer) == "robots.txt of files.example forbids this address: not visited"
    assert site.pages == [PAGE]


def test_a_robots_txt_that_moved_is_followed(site: Site) -> None:
    site.answer(ROBOTS, status=301, headers={"Location": "https://www.board.example/robots.txt"})
    site.answer("https://www.board.example/robots.txt", body=FORBID_ROWS)

    [answer] = visit(site)

    assert "forbids" in failed(answer)


@pytest.mark.parametrize("location", ["http://127.0.0.1/robots.txt", ROBOTS, "file:///etc/passwd"])
def test_a_robots_txt_that_leads_astray_is_one_that_cannot_be_had(site: Site, location: str) -> None:
    site.answer(ROBOTS, status=302, headers={"Location": location})
    site.answer(PAGE, body=b"rows")

    [answer] = visit(site)

    failed(answer)
    assert site.pages == []
