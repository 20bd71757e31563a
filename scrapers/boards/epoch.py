"""Epoch Capabilities Index: one number a model out of many benchmarks, as a CSV inside a zip of benchmark data.

Two in five rows have no score, and several versions of one model share theirs. A cell may name several
organizations and countries, and some cells hold line breaks. Neither the CSV nor its name says when it was
published.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from scrapers.formats.cells import detail_of
from scrapers.formats.csv import csv_table
from scrapers.formats.files import board_given, published_on
from scrapers.formats.tables import Row, Table
from scrapers.formats.zip import is_zip, member_of
from topspot.domain.values import (
    INDEX,
    OVERALL,
    Board,
    Fact,
    Item,
    LayoutChanged,
    License,
    Payload,
    Reading,
    Source,
    Terms,
)

ECI = Board("epoch/eci", "Epoch Capabilities Index", INDEX, fewest_rows=150, categories=(OVERALL,))

MEMBER = "epoch_capabilities_index.csv"

NAME, SCORE, ORGANIZATION = NEEDED = ("Model version", "ECI Score", "Organization")

SAID = {
    "country": "Country",
    "accessibility": "Model accessibility",
    "released": "Release date",
    "model": "Model name",
    "display": "Display name",
    "confidence": "Confidence",
    "training_flop": "Training compute (FLOP)",
}
"""What is kept of a model beyond its score, by the column that says it."""

UNUSED = ("Description",)

SOURCE = Source(
    key="epoch",
    publisher="Epoch AI",
    license=License("CC BY 4.0", credit="Epoch AI, Epoch Capabilities Index, https://epoch.ai", commercial=True),
    every=timedelta(hours=12),
    boards={"https://epoch.ai/data/benchmark_data.zip": ECI},
    terms=Terms(
        store=True,
        show=True,
        export=True,
        note="CC BY 4.0: with credit, as third parties report it; not looked up: terms of use, robots.txt",
    ),
    format="CSV in a zip",
    needs=NEEDED,
    dated=False,
)

_ROW_LINES = 20  # a description of a few paragraphs; an open quote runs on


def parse(payload: Payload) -> Iterator[Item]:
    """Read the index out of its zip, or out of the CSV itself: readings where there is a score, else facts.

    Organizations, and countries in ``detail``, are the text of their cells. Raises ``LayoutChanged`` for a
    payload in another shape.
    """
    board_given(payload, SOURCE.all_boards)
    table = _table(payload)
    on = published_on(payload)
    yield from table.unknown((*NEEDED, *SAID.values(), *UNUSED))
    items = [_item(row, on) for row in table.rows]
    if not any(isinstance(item, Reading) for item in items):
        raise LayoutChanged(f"no row has a number in {SCORE!r}")
    yield from items


def _table(payload: Payload) -> Table:
    if is_zip(payload):
        payload = replace(payload, body=member_of(payload, MEMBER), file=None)
    return csv_table(payload, NEEDED, row_lines=_ROW_LINES)


def _item(row: Row, on: date) -> Reading | Fact:
    name, organization = row.cells[NAME], row.cells[ORGANIZATION]
    score = row.number(SCORE)
    detail = detail_of(**{key: row.cells.get(column, "").strip() for key, column in SAID.items()})
    if score is None:
        return Fact(name, organization, detail=detail)
    return Reading(ECI.key, OVERALL, on, name, organization, rating=score, detail=detail)
