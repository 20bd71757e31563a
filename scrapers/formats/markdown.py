"""Markdown payloads: their tables (GitHub's), each with the heading above it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scrapers.formats.files import text_of
from scrapers.formats.tables import Table, table_of
from topspot.domain.values import LayoutChanged, Payload

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n?|\n")

_SHOWN = ("text", "code_inline", "image")


def markdown_tables(payload: Payload) -> Iterator[Table]:
    """Give the tables of a Markdown payload in order, those inside lists and quotes left out.

    A cell is what a reader sees: the words of a link without its address, the parts on either side of ``<br>``
    joined. Raises ``LayoutChanged`` for a table without rows and for one with a row of more or fewer cells than
    headings. (GitHub cuts and fills such a row; here it would be a shifted column.)
    """
    from markdown_it import MarkdownIt

    text = text_of(payload)
    lines = _LINE_END.split(text)
    try:
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
    except RecursionError as error:
        raise LayoutChanged("Markdown nested too deeply") from error
    title = ""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _shown(tokens[place + 1])
        elif token.type == "table_open" and token.level == 0:
            (_, columns), *rows = _rows(tokens, place, lines)
            yield table_of(tuple(columns), iter(rows), (), title)


def _rows(tokens: list["Token"], start: int, lines: list[str]) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for before, token in zip(tokens[start:], tokens[start + 1 :], strict=False):
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append(((token.map or [0])[0] + 1, []))
        elif before.type in ("th_open", "td_open"):
            rows[-1][1].append(_shown(token))
    for number, cells in rows:
        _refuse_other_width(lines[number - 1], number, len(cells))
    return rows


def _refuse_other_width(line: str, number: int, headings: int) -> None:
    from markdown_it.rules_block.table import escapedSplit

    cells = escapedSplit(line.strip())
    written = len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")
    if written != headings:
        raise LayoutChanged(f"line {number}: {written} cells below {headings} headings")


def _shown(inline: "Token") -> str:
    """Give the text of one line without what marks it up; lines inside it become spaces."""
    parts = inline.children or []
    return " ".join("".join(_part(part) for part in parts).split())


def _part(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in _SHOWN else ""
