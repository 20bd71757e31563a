"""An operator's own key goes to the host that it is for, and to nobody else."""

import pytest
from pydantic import SecretStr

from fetch.visits import PAGE, ask_all, settings
from scrapers.items import Ask
from standins.site import Site
from topspot.domain.values import Answer

HEADER, SECRET = "x-api-key", "not-for-others"


def visit(site: Site, url: str = PAGE) -> Answer:
    [answer] = ask_all(settings(site), [Ask("s", url, key=(HEADER, SecretStr(SECRET)))])
    return answer


def keys_of(site: Site) -> dict[str, str | None]:
    """Give the key that each address was asked with."""
    return {asked.url: asked.headers.get(HEADER) for asked in site.requests}


def test_the_address_is_asked_with_the_key_and_robots_txt_without(site: Site) -> None:
    site.answer(PAGE, body=b"rows")

    assert visit(site).outcome == "fetched"
    assert keys_of(site) == {"https://board.example/robots.txt": None, PAGE: SECRET}


@pytest.mark.parametrize(
    ("to", "key"),
    [("https://board.example/new.json", SECRET), ("https://other.example/rows.json", None)],
    ids=["the same host", "another host"],
)
def test_a_redirect_takes_the_key_along_to_the_same_host_only(site: Site, to: str, key: str | None) -> None:
    site.answer(PAGE, status=302, headers={"Location": to})
    site.answer(to, body=b"rows")

    assert visit(site).outcome == "fetched"
    assert keys_of(site)[to] == key


def test_a_redirect_without_encryption_does_not_get_it(site: Site) -> None:
    site.answer(PAGE, status=302, headers={"Location": "http://board.example/plain.json"})
    site.answer("https://board.example/plain.json", body=b"rows")  # the stand-in knows no schemes

    assert visit(site).outcome == "fetched"
    assert keys_of(site)["https://board.example/plain.json"] is None


def test_a_visit_without_a_key_sends_none(site: Site) -> None:
    site.answer(PAGE, body=b"rows")

    ask_all(settings(site), [Ask("s", PAGE)])

    assert set(keys_of(site).values()) == {None}


def test_a_key_is_not_shown_where_an_ask_is() -> None:
    assert SECRET not in repr(Ask("s", PAGE, key=(HEADER, SecretStr(SECRET))))
