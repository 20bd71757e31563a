"""Aider's leaderboards: how many coding exercises a model solves within two tries, in percent.

Visited are the two files of its own repository: licensed, with an ETag, and a tenth of the page's size. The page
at aider.chat shows the same entries, the details of each in a hidden row, and is read where somebody imports it.
Nothing says when the board was published (an entry has the date of its run; the page's "last updated" is of the
page), a model may stand twice with another edit format, and no entry names who made the model.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scrapers.formats.cells import date_of, detail_of
from scrapers.formats.files import board_given, published_on, text_of
from scrapers.formats.html import read_table, soup_of, text_in
from scrapers.formats.tables import Row, refuse_headings
from topspot.domain.values import (
    OVERALL,
    PERCENT,
    Board,
    Fact,
    Item,
    LayoutChanged,
    License,
    Payload,
    Reading,
    Remark,
    Source,
    Terms,
)

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from yaml import Event

# the board began with six entries: half of today's would hold its first months
POLYGLOT = Board(key="aider/polyglot", name="Aider polyglot", scale=PERCENT, headline=True, fewest_rows=6)

EDIT = Board(key="aider/edit", name="Aider edit", scale=PERCENT, fewest_rows=49)

DATA = "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/"

SOURCE = Source(
    key="aider",
    publisher="Aider",
    license=License(
        "Apache-2.0", credit="Aider LLM leaderboards, Paul Gauthier and contributors", commercial=True
    ),
    every=timedelta(hours=12),
    boards={f"{DATA}polyglot_leaderboard.yml": POLYGLOT, f"{DATA}edit_leaderboard.yml": EDIT},
    terms=Terms(
        fetch=True,
        store=True,
        show=True,
        export=True,
        note="Apache-2.0 of the repository, as third parties report it; not looked up: robots.txt and terms",
    ),
    format="YAML; HTML on import",
    needs=("model", "pass_rate_2", "date"),
    dated=False,
)

DETAILS = (
    "dirname", "date", "edit_format", "editor_model", "editor_edit_format", "reasoning_effort", "thinking_tokens",
    "percent_cases_well_formed", "command", "commit_hash", "versions", "total_cost", "released", "_released",
)  # fmt: skip
"""What is kept of an entry besides its name and its share."""

UNUSED = (
    "test_cases", "total_tests", "pass_rate_1", "pass_num_1", "pass_num_2", "error_outputs", "user_asks",
    "num_malformed_responses", "num_with_malformed_responses", "lazy_comments", "syntax_errors", "test_timeouts",
    "indentation_errors", "exhausted_context_windows", "seconds_per_case", "prompt_tokens", "completion_tokens",
)  # fmt: skip

EXERCISES = {"225": POLYGLOT.key, "133": EDIT.key}
"""How many test cases a board has, by which a page without a telling name is known."""

FOLLOWS = {
    "": ("StreamStart",),
    "StreamStart": ("DocumentStart",),
    "DocumentStart": ("SequenceStart",),
    "SequenceStart": ("MappingStart",),
    "MappingStart": ("Scalar",),
    "Scalar": ("Scalar", "MappingEnd"),
    "MappingEnd": ("MappingStart", "SequenceEnd"),
    "SequenceEnd": ("DocumentEnd",),
    "DocumentEnd": ("StreamEnd",),
}
"""What may come after what in a YAML list of flat entries: nothing else is read."""

MODEL, SHARE = "Model", "Percent correct"
"""The columns of the page's table that say what its details say too."""

_NAMED = re.compile(r"(?:^|[:/_-])(polyglot|edit)(?:_leaderboard)?\.[a-z]+(?:\.gz)?$")

_PAGE = re.compile(r"\s*(<!doctype|<html|<head)", re.IGNORECASE)


def parse(payload: Payload) -> Iterator[Item]:
    """Read the YAML or the page as printed. Raises ``LayoutChanged`` for a payload in another shape.

    The board is the one said on import, else the one in the address or name, else the one with as many exercises.
    """
    given = board_given(payload, SOURCE.all_boards)
    text = text_of(payload)
    entries = _on_page(soup_of(payload)) if _PAGE.match(text) else _in_yaml(text)
    board = given or _board_named(payload.url) or _board_of(entries)
    on = published_on(payload)
    yield from _unknown(entries)
    yield from (_item(entry, board, on) for entry in entries)


def _board_named(url: str) -> str | None:
    found = _NAMED.search(url)
    return f"aider/{found[1]}" if found else None


def _board_of(entries: list[Row]) -> str:
    # a run that was broken off has fewer
    counts = Counter(entry.cells.get("test_cases", "") for entry in entries)
    usual = counts.most_common(1)[0][0]
    if usual not in EXERCISES:
        raise LayoutChanged(
            f"expected test_cases of {' or '.join(EXERCISES)}, found {usual[:20]!r}: "
            f"say with --board which of {', '.join(SOURCE.all_boards)} it is"
        )
    return EXERCISES[usual]


def _unknown(entries: list[Row]) -> Iterator[Remark]:
    known = {*SOURCE.needs, *DETAILS, *UNUSED}
    for name in dict.fromkeys(name for entry in entries for name in entry.cells if name not in known):
        yield Remark(f"key {name[:60]!r} is not known and is left out")


def _item(entry: Row, board: str, on: date) -> Reading | Fact:
    date_of(entry.cells["date"], f"line {entry.line}: 'date'")
    name, rating = entry.cells["model"], entry.percent("pass_rate_2")
    detail = detail_of(**{key: entry.cells.get(key) for key in DETAILS})
    if rating is None:
        return Fact(name, detail=detail)
    return Reading(board, OVERALL, on, name, rating=rating, detail=detail)


def _in_yaml(text: str) -> list[Row]:
    """Read a list of flat mappings, each scalar as it is written: a hash that is all digits stays one.

    No value is made of anything, so that no tag, reference or depth in a file can do harm.
    """
    import yaml

    try:
        return _entries(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        why = " ".join(str(error).split())[:120]
        raise LayoutChanged(f"expected a YAML list of entries, found {text[:40]!r} ({why})") from error


def _entries(events: "Iterable[Event]") -> list[Row]:
    entries: list[Row] = []
    scalars: list[str] = []
    before, start = "", 0
    for event in events:
        kind = type(event).__name__.removesuffix("Event")
        line = event.start_mark.line + 1 if event.start_mark else 0
        if getattr(event, "anchor", None):
            raise LayoutChanged(f"line {line}: expected a YAML list of flat entries, found a reference in it")
        if kind not in FOLLOWS.get(before, ()):
            raise LayoutChanged(f"line {line}: expected a YAML list of flat entries, found {kind} after {before}")
        if kind == "MappingStart":
            start, scalars = line, []
        elif kind == "Scalar":
            scalars.append(str(getattr(event, "value", "")))
        elif kind == "MappingEnd":
            entries.append(_entry(start, scalars[::2], scalars[1::2]))
        before = kind
    return entries


def _entry(line: int, names: list[str], values: list[str]) -> Row:
    refuse_headings(tuple(names), SOURCE.needs)
    return Row(line, dict(zip(names, values, strict=True)))


def _on_page(soup: "BeautifulSoup") -> list[Row]:
    """Read the details of each row, which have the names of the YAML's keys in other words."""
    table = soup.find("table")
    if table is None:
        raise LayoutChanged("expected a table of models, found a page without one")
    shown = read_table(table, (MODEL, SHARE))
    hidden = table.select("tr.details-row")
    if len(shown.rows) != len(hidden):
        raise LayoutChanged(f"expected a row of details for each model, found {len(hidden)} for {len(shown.rows)}")
    entries = [_details(row, element) for row, element in zip(shown.rows, hidden, strict=True)]
    for row, entry in zip(shown.rows, entries, strict=True):
        _refuse_other_details(row, entry)
    return entries


def _details(row: Row, element: "Tag") -> Row:
    pairs = [text_in(item).partition(":") for item in element.find_all("li")]
    names = [name.strip().lower().replace(" ", "_") for name, _, _ in pairs]
    return _entry(row.line, names, [value.strip() for _, _, value in pairs])


def _refuse_other_details(row: Row, entry: Row) -> None:
    said = (row.cells[MODEL], row.percent(SHARE))
    meant = (entry.cells["model"], entry.percent("pass_rate_2"))
    if said != meant:
        raise LayoutChanged(
            f"row {row.line} says {said[0][:60]!r} {said[1]}, its details {meant[0][:60]!r} {meant[1]}"
        )
