"""LMArena's old tables of models, 2023-06 to 2025-05. Import only.

Those of 2023 have an Elo rating; the later ones say of a model who made it and under which license, and no more.
"""

from collections.abc import Iterator
from dataclasses import replace

from scrapers.boards._lmarena import BOARDS
from scrapers.formats.csv import csv_table
from scrapers.formats.files import board_given, published_on
from scrapers.formats.tables import Row
from topspot.domain.values import Fact, Item, License, Payload, Reading, Source, Terms

TEXT = replace(BOARDS["text"], intervals=False)

SOURCE = Source(
    key="lmarena-tables",
    publisher="LMArena",
    license=License("Apache-2.0", credit="Tables of LMArena's leaderboard space on Hugging Face", commercial=True),
    imports=(TEXT,),
    terms=Terms(
        store=True,
        show=True,
        export=True,
        note="the space is tagged apache-2.0, as third parties report it; not looked up",
    ),
    format="CSV",
    needs=("Model", "License"),
)

RATING = "Arena Elo rating"

ORGANIZATION = "Organization"

UNUSED = ("key", "MT-bench (win rate %)", "MT-bench (score)", "MMLU", "Knowledge cutoff date", "Link")


def parse(payload: Payload) -> Iterator[Item]:
    """Read one file as printed: standings where there is a rating, facts where there is none.

    Raises ``LayoutChanged`` for a payload in another shape. The published date is the one said on import, else
    the one in the file's name; a file without ratings needs none.
    """
    board_given(payload, SOURCE.all_boards)
    table = csv_table(payload, SOURCE.needs)
    yield from table.unknown((*SOURCE.needs, RATING, ORGANIZATION, *UNUSED))
    facts = [(row, _fact(row)) for row in table.rows]
    if RATING not in table.columns:
        yield from (fact for _, fact in facts)
        return
    on = published_on(payload)
    for row, fact in facts:
        rated = _printed(row, RATING) != ""
        yield Reading(TEXT.key, "overall", on, *fact[:3], rating=row.number(RATING)) if rated else fact


def _fact(row: Row) -> Fact:
    return Fact(row.cells["Model"], _printed(row, ORGANIZATION), _printed(row, "License"))


def _printed(row: Row, column: str) -> str:
    # "-" is how the tables print that there is nothing
    text = row.cells.get(column, "")
    return "" if text.strip() == "-" else text
