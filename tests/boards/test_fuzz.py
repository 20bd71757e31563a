"""Whatever bytes a parser gets, it reads rows that are there or says what is wrong: no crash, nothing made up.

``TOPSPOT_FUZZ=10000 python -m pytest tests/boards/test_fuzz.py`` tries more.
"""

import gzip
import os
import re
import unicodedata
from dataclasses import replace

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from scrapers.boards import SourceFile, find_sources
from support.cases import Case, cases
from topspot.domain.values import Fact, LayoutChanged, Payload, Reading

CASES = cases()

FILES = find_sources()

TRIES = int(os.environ.get("TOPSPOT_FUZZ", "300"))

MARKUP = re.compile(r"<[^>]*>|\\[nrt\"/]|&[a-z]+;")


def text_of(body: bytes) -> str:
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode("utf-8", "replace")


def is_text(body: bytes) -> bool:
    return not body.startswith((b"PAR1", b"PK"))


def whole(case: Case, draw: st.DrawFn) -> bytes:
    return case.payload.body


def cut(case: Case, draw: st.DrawFn) -> bytes:
    body = case.payload.body
    return body[: draw(st.integers(0, len(body)))]


def shuffled(case: Case, draw: st.DrawFn) -> bytes:
    lines = case.payload.body.splitlines(keepends=True)
    return b"".join(draw(st.permutations(lines[:200])))


def encoded_again(case: Case, draw: st.DrawFn) -> bytes:
    body = case.payload.body
    if not is_text(body):
        return body[::-1]
    return text_of(body).encode(draw(st.sampled_from(["utf-16", "gb18030", "utf-8-sig", "utf-7"])), "replace")


def with_empty_cells(case: Case, draw: st.DrawFn) -> bytes:
    parts = re.split(rb"([,|>:\"])", case.payload.body)
    for index in draw(st.lists(st.integers(0, max(len(parts) - 1, 0)), max_size=6)):
        if index % 2 == 0:
            parts[index] = b""
    return b"".join(parts)


def with_flipped_bytes(case: Case, draw: st.DrawFn) -> bytes:
    body = bytearray(case.payload.body)
    for place in draw(st.lists(st.integers(0, max(len(body) - 1, 0)), max_size=8)) if body else ():
        body[place] = draw(st.integers(0, 255))
    return bytes(body)


@st.composite
def fed(draw: st.DrawFn) -> tuple[SourceFile, Payload]:
    """Give a parser and a payload: its own or that of another source, as it was or spoiled."""
    case = draw(st.sampled_from(CASES))
    spoil = draw(st.sampled_from([whole, cut, shuffled, encoded_again, with_empty_cells, with_flipped_bytes]))
    body = spoil(case, draw)
    file = case.file if draw(st.booleans()) else draw(st.sampled_from(list(FILES.values())))
    url = draw(st.sampled_from([case.payload.url, f"file:2026-08-22_{case.payload.url.rpartition('/')[2]}"]))
    return file, replace(case.payload, body=body, url=url)


@given(fed())
@settings(max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_a_parser_reads_what_is_there_or_says_what_is_wrong(given_: tuple[SourceFile, Payload]) -> None:
    file, payload = given_
    try:
        items = list(file.parse(payload))
    except LayoutChanged as error:
        said = str(error)
        assert said.strip()
        assert "\n" not in said
        event("refused")
        return

    event("read")
    assert items, "an empty answer says nothing"
    if is_text(payload.body):
        there = squeezed(text_of(payload.body))
        for item in items:
            if isinstance(item, Reading | Fact):
                assert squeezed(item.name) in there
    boards = file.source.all_boards
    assert {item.board for item in items if isinstance(item, Reading)} <= set(boards)


def squeezed(text: str) -> str:
    """Leave out what markup, escapes and spaces add to a text."""
    plain = MARKUP.sub("", text)
    return "".join(letter for letter in unicodedata.normalize("NFKC", plain) if letter.isalnum())
