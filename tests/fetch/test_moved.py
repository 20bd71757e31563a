"""Where an address has moved for good, and for how long an answer calls itself fresh."""

import pytest

from fetch.visits import PAGE, failed, visit
from standins.site import Site
from topspot.domain.values import Validators

NEXT = "https://next.example/rows.json"

LAST = "https://last.example/rows.json"


def redirect(site: Site, status: int, url: str, to: str) -> None:
    site.answer(url, status=status, headers={"Location": to})


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ((301, 301), LAST), ((308, 308), LAST), ((301, 308), LAST), ((308, 301), LAST), ((302, 301), None),
        ((301, 302), None), ((303, 308), None), ((301, 307), None), ((302, 302), None), ((307, 303), None),
    ],
)  # fmt: skip
def test_an_address_has_moved_only_if_each_redirect_is_for_good(
    site: Site, statuses: tuple[int, int], moved_to: str | None
) -> None:
    redirect(site, statuses[0], PAGE, NEXT)
    redirect(site, statuses[1], NEXT, LAST)
    site.answer(LAST, body=b"rows")

    [answer] = visit(site)

    assert (answer.outcome, answer.url, answer.moved_to) == ("fetched", PAGE, moved_to)


@pytest.mark.parametrize(("status", "moved_to"), [(301, NEXT), (308, NEXT), (302, None), (303, None), (307, None)])
def test_one_redirect_is_for_good_or_not(site: Site, status: int, moved_to: str | None) -> None:
    redirect(site, status, PAGE, NEXT)
    site.answer(NEXT, body=b"rows")

    assert visit(site)[0].moved_to == moved_to


def test_without_a_redirect_nothing_has_moved(site: Site) -> None:
    site.answer(PAGE, body=b"rows")

    assert visit(site)[0].moved_to is None


def test_the_new_address_is_that_of_the_web_and_not_of_the_mirror(site: Site) -> None:
    redirect(site, 301, PAGE, "/moved/rows.json?page=2#top")
    site.answer("https://board.example/moved/rows.json?page=2", body=b"rows")

    moved_to = visit(site)[0].moved_to

    assert moved_to is not None
    assert moved_to.partition("#")[0] == "https://board.example/moved/rows.json?page=2"
    assert "127.0.0.1" not in moved_to


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1/rows", "http://[::1]/rows", "http://localhost/rows", "file:///rows"]
)
def test_an_address_that_is_refused_is_no_new_one(site: Site, to: str) -> None:
    redirect(site, 301, PAGE, to)

    [answer] = visit(site)

    assert failed(answer)
    assert answer.moved_to is None


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_address_where_nothing_is_is_no_new_one(site: Site, status: int) -> None:
    redirect(site, 301, PAGE, NEXT)
    site.answer(NEXT, status=status)

    [answer] = visit(site)

    assert (answer.outcome, answer.moved_to) == ("failed", None)


def test_a_redirect_of_one_address_is_none_of_another(site: Site) -> None:
    redirect(site, 301, PAGE, NEXT)
    site.answer(NEXT, body=b"rows")
    site.answer(LAST, body=b"other rows")

    assert [answer.moved_to for answer in visit(site, PAGE, LAST)] == [NEXT, None]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600), ("public, max-age=600, must-revalidate", 600), ('max-age="600"', 600),
        ("max-age=0", 0), ("no-cache", None), ("", None), ("max-age=soon", None), ("max-age=-5", None), ("s-maxage=60", None),
        ("stale-if-error=1, max-age=3", 3), ("max-age = 5", None), ("max-age=" + "9" * 400, 999_999_999),
    ],
)  # fmt: skip
def test_how_long_an_answer_calls_itself_fresh(site: Site, header: str, seconds: int | None) -> None:
    site.answer(PAGE, body=b"rows", headers={"Cache-Control": header} if header else {})

    assert visit(site)[0].max_age == seconds


def test_the_last_answer_of_a_chain_says_how_long_it_is_fresh(site: Site) -> None:
    site.answer(PAGE, status=301, headers={"Location": NEXT, "Cache-Control": "max-age=99"})
    site.answer(NEXT, body=b"rows", headers={"Cache-Control": "max-age=5"})

    assert visit(site)[0].max_age == 5


def test_an_answer_that_brings_nothing_new_has_not_moved(site: Site) -> None:
    site.answer(PAGE, status=304)

    [answer] = visit(site, known=Validators(etag='"1"'))

    assert (answer.outcome, answer.moved_to, answer.max_age) == ("unchanged", None, None)
