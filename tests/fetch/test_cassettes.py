"""Crawls can be recorded once and played back without a network: vcrpy knows our handler's client."""

import gzip
from pathlib import Path

import vcr

from fetch.visits import PAGE, visit
from standins.site import Site


def test_a_recorded_crawl_plays_back_whole_once_the_site_is_gone(tmp_path: Path) -> None:
    cassette = str(tmp_path / "crawl.yaml")
    signed = "https://files.example/rows?signature=a%2Fb"
    with Site() as site:
        site.answer(PAGE, status=302, headers={"Location": signed, "X-Linked-ETag": '"linked"'})
        site.answer(signed, body=gzip.compress(b"\x00rows\xff"), headers={"Content-Encoding": "gzip"})
        with vcr.use_cassette(cassette, record_mode="once"):
            [recorded] = visit(site)

    with vcr.use_cassette(cassette, record_mode="none") as played:
        [answer] = visit(site)

    assert played.all_played
    assert played.play_count == 4
    assert answer.payload is not None
    assert recorded.payload is not None
    assert answer.payload.body == recorded.payload.body == b"\x00rows\xff"
    assert answer.validators == recorded.validators
