"""Bytes that we have are not asked for again, and nothing is remembered without its bytes."""

import pytest

from fetch.visits import PAGE, failed, visit
from standins.site import Site
from topspot.domain.values import Validators

SIGNED = "https://files.example/rows?signature=1"
SIGNED_ANEW = "https://files.example/rows?signature=2"
LINKED = {"Location": SIGNED, "X-Linked-ETag": '"linked"', "ETag": '"of the redirect"'}
KNOWN = Validators(etag='"final"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT", linked_etag='"linked"')


def test_what_identifies_the_bytes_is_kept_under_the_address_that_the_source_names(site: Site) -> None:
    site.answer(PAGE, status=302, headers=LINKED)
    site.answer(SIGNED, body=b"rows", headers={"ETag": '"final"', "Last-Modified": KNOWN.last_modified or ""})

    [answer] = visit(site)

    assert answer.url == PAGE
    assert answer.validators == KNOWN


def test_the_first_visit_asks_without_conditions(site: Site) -> None:
    site.answer(PAGE, body=b"rows")

    visit(site)

    assert not {"if-none-match", "if-modified-since"} & set(site.requests[-1].headers)


def test_a_304_to_our_condition_is_unchanged(site: Site) -> None:
    site.answer(PAGE, status=304, headers={"ETag": '"another"'})

    [answer] = visit(site, known=KNOWN)

    assert (answer.outcome, answer.status, answer.payload, answer.error) == ("unchanged", 304, None, None)
    assert answer.validators == KNOWN
    asked = site.requests[-1].headers
    assert asked["if-none-match"] == KNOWN.etag
    assert asked["if-modified-since"] == KNOWN.last_modified


def test_each_hop_is_asked_with_the_condition_and_may_answer_it(site: Site) -> None:
    site.answer(PAGE, status=302, headers={"Location": SIGNED})
    site.answer(SIGNED, status=304)

    [answer] = visit(site, known=KNOWN)

    assert answer.outcome == "unchanged"
    assert [asked.headers["if-none-match"] for asked in site.requests if asked.path != "/robots.txt"] == [
        KNOWN.etag,
        KNOWN.etag,
    ]


def test_robots_txt_is_asked_for_without_conditions(site: Site) -> None:
    site.answer(PAGE, status=304)

    visit(site, known=KNOWN)

    assert "if-none-match" not in site.requests[0].headers


def test_a_304_that_no_condition_asked_for_brings_nothing_and_is_not_remembered(site: Site) -> None:
    site.answer(PAGE, status=304, headers={"ETag": '"never seen"'})

    [answer] = visit(site)

    assert (answer.outcome, answer.payload) == ("unchanged", None)
    assert answer.validators == Validators()
    assert site.asked(PAGE) == 1


def test_an_unchanged_linked_etag_downloads_nothing_however_the_address_is_signed(site: Site) -> None:
    site.answer(PAGE, status=302, headers=LINKED | {"Location": SIGNED_ANEW})

    [answer] = visit(site, known=KNOWN)

    assert (answer.outcome, answer.status) == ("unchanged", 302)
    assert answer.validators == KNOWN
    assert site.pages == [PAGE]
    assert all(asked.host != "files.example" for asked in site.requests)


def test_another_linked_etag_downloads_the_new_bytes(site: Site) -> None:
    site.answer(PAGE, status=302, headers=LINKED | {"X-Linked-ETag": '"newer"'})
    site.answer(SIGNED, body=b"new rows", headers={"ETag": '"new final"'})

    [answer] = visit(site, known=KNOWN)

    assert answer.outcome == "fetched"
    assert answer.validators == Validators(etag='"new final"', linked_etag='"newer"')


def test_linked_is_compared_with_linked_only(site: Site) -> None:
    site.answer(PAGE, status=302, headers=LINKED | {"X-Linked-ETag": '"final"'})
    site.answer(SIGNED, body=b"rows")

    [answer] = visit(site, known=Validators(etag='"final"', linked_etag='"linked"'))

    assert answer.outcome == "fetched"


def test_a_linked_etag_survives_a_second_try(site: Site) -> None:
    site.answer(PAGE, status=302, headers=LINKED)
    site.answer(SIGNED, status=503)
    site.answer(SIGNED, body=b"rows")

    [answer] = visit(site)

    assert answer.validators.linked_etag == '"linked"'


def test_a_failed_visit_remembers_no_new_etag(site: Site) -> None:
    site.answer(PAGE, status=302, headers=LINKED | {"X-Linked-ETag": '"newer"'})
    site.answer(SIGNED, status=404, headers={"ETag": '"of the error"'})

    [answer] = visit(site, known=KNOWN)

    failed(answer)
    assert answer.validators == KNOWN


@pytest.mark.parametrize("etag", ['"caf\xe9"', '"' + "x" * 600 + '"', ""])
def test_an_etag_that_could_not_be_sent_back_is_not_kept(site: Site, etag: str) -> None:
    site.answer(PAGE, body=b"rows", headers={"ETag": etag})

    [answer] = visit(site)

    assert answer.outcome == "fetched"
    assert answer.validators.etag is None


def test_the_same_bytes_again_have_the_same_hash(site: Site) -> None:
    site.answer(PAGE, body=b"rows")

    [first], [second] = visit(site), visit(site)

    assert first.payload is not None
    assert second.payload is not None
    assert first.payload.sha256 == second.payload.sha256
