"""BFCL: how well models call functions, in percent, as the CSV files of Berkeley's leaderboard.

The columns change from version to version, so a category is where its column is; ``N/A`` is what was not measured.
The files of single sections say the same under other headings and name no developer. The page itself is a shell
that a script fills.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from scrapers.formats.cells import percent_of, whole
from scrapers.formats.csv import csv_table
from scrapers.formats.files import board_given, published_on, text_of
from scrapers.formats.tables import Row, Table
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
    Source,
    Terms,
)

OF_SECTIONS = "bfcl-sections"
"""The series of the files that have one section each."""

BOARD = Board(
    key="bfcl/overall",
    name="BFCL",
    scale=PERCENT,
    headline=True,
    trust=("bfcl", OF_SECTIONS),
    fewest_rows=50,
)

NEEDED = ("Rank", "Overall Acc", "Model", "Organization", "License")

SOURCE = Source(
    key="bfcl",
    publisher="Gorilla, UC Berkeley",
    license=License(
        "Apache-2.0", credit="Berkeley Function-Calling Leaderboard, Gorilla, UC Berkeley", commercial=True
    ),
    every=timedelta(hours=24),
    boards={"https://gorilla.cs.berkeley.edu/data_overall.csv": BOARD},
    terms=Terms(
        store=True,
        show=True,
        export=True,
        note="Apache-2.0 of the repository, as third parties report it; not looked up: robots.txt and terms",
    ),
    format="CSV",
    needs=NEEDED,
    dated=False,
)

SECTIONS = (
    "Non-Live AST Acc", "Non-Live Exec Acc", "Live Acc", "Multi Turn Acc", "Web Search Acc", "Memory Acc",
)  # fmt: skip
"""The columns that sum up a section. Whoever calls nothing is perfect at irrelevance: that ranks nobody."""

UNUSED = (
    "Model Link", "Cost ($ Per 1k Function Calls)", "Total Cost ($)", "Latency Mean (s)",
    "Latency Standard Deviation (s)", "Latency 95th Percentile (s)",
    "Non-Live Simple AST", "Non-Live Multiple AST", "Non-Live Parallel AST", "Non-Live Parallel Multiple AST",
    "Non-Live Simple Exec", "Non-Live Multiple Exec", "Non-Live Parallel Exec", "Non-Live Parallel Multiple Exec",
    "Live Simple AST", "Live Multiple AST", "Live Parallel AST", "Live Parallel Multiple AST",
    "Multi Turn Base", "Multi Turn Miss Func", "Multi Turn Miss Param", "Multi Turn Long Context",
    "Multi Turn Composite", "Web Search Base", "Web Search No Snippet", "Memory KV", "Memory Vector",
    "Memory Recursive Summarization", "Relevance Detection", "Irrelevance Detection",
    "Format Sensitivity Max Delta", "Format Sensitivity Standard Deviation",
)  # fmt: skip

RANKED_BY = {
    "Agentic Overall Acc": "Agentic Overall Acc",
    "Live Overall Acc": "Live Acc",
    "Multi Turn Overall Acc": "Multi Turn Acc",
    "Non-Live Overall Acc": "Non-Live AST Acc",
}
"""What the file of a section is ranked by, and what the overall file, cell by cell the same, calls it."""

PARTS = {"Web Search Summary": "Web Search Acc", "Memory Summary": "Memory Acc"}
"""The same for what the agentic file sums up besides."""

UNUSED_IN_SECTIONS = (
    "AST Summary", "Simple AST", "Python Simple AST", "Java Simple AST", "JavaScript Simple AST", "Multiple AST",
    "Parallel AST", "Parallel Multiple AST", "Python Multiple AST", "Python Parallel AST",
    "Python Parallel Multiple AST", "Irrelevance Detection", "Relevance Detection", "Base", "Miss Func",
    "Miss Param", "Long Context", "Web Search Base", "Web Search No Snippet", "Memory KV", "Memory Vector",
    "Memory Recursive Summarization",
)  # fmt: skip

NOTHING = ("", "N/A")


def parse(payload: Payload) -> Iterator[Item]:
    """Read one file as printed. Raises ``LayoutChanged`` for a payload in another shape.

    The published date is the one said on import, else the one in the file's name, else the day of the visit.
    """
    board_given(payload, SOURCE.all_boards)
    if text_of(payload).lstrip().startswith("<"):
        raise LayoutChanged("a page of HTML, whose table a script fills: import data_overall.csv instead")
    table = csv_table(payload, ("Rank", "Model"))
    ranked_by = next((name for name in RANKED_BY if name in table.columns), None)
    if ranked_by is None:
        yield from _overall(csv_table(payload, NEEDED), published_on(payload))
    else:
        yield from _section(table, ranked_by, published_on(payload))


def _overall(table: Table, on: date) -> Iterator[Item]:
    yield from table.unknown((*NEEDED, *SECTIONS, *UNUSED))
    shown = {"Overall Acc": OVERALL} | {name: name for name in SECTIONS if name in table.columns}
    for row in table.rows:
        yield from _readings(row, shown, "Overall Acc", on, "")


def _section(table: Table, ranked_by: str, on: date) -> Iterator[Item]:
    yield from table.unknown(("Rank", "Model", ranked_by, *PARTS, *UNUSED_IN_SECTIONS))
    shown = {name: category for name, category in (RANKED_BY | PARTS).items() if name in table.columns}
    for row in table.rows:
        yield from _readings(row, shown, ranked_by, on, OF_SECTIONS)


def _readings(
    row: Row, shown: Mapping[str, str], ranked_by: str, on: date, series: str
) -> list[Reading] | list[Fact]:
    """Give the row in each category that it has a number in; who it is, where it has none at all."""
    who = Fact(row.cells["Model"], row.cells.get("Organization", ""), row.cells.get("License", ""))
    rank = whole(row.number("Rank"))
    found = [
        Reading(BOARD.key, category, on, *who[:3], rank if name == ranked_by else None, rating, series=series)
        for name, category in shown.items()
        if (rating := percent_of(row.cells[name], f"line {row.line}: {name!r}", nothing=NOTHING)) is not None
    ]
    return found or [who]
