"""CSV payloads, read strictly: every cell under its heading, or an error that names the line."""

import csv
import io
from collections.abc import Collection, Iterator

from scrapers.formats.files import text_of
from scrapers.formats.tables import Table, table_of
from topspot.domain.values import LayoutChanged, Payload

MOST_ROWS = 500_000
"""Rows of one payload that are read."""


def csv_table(payload: Payload, needed: Collection[str]) -> Table:
    """Read a CSV payload that has the columns ``needed`` and may have others.

    Raises ``LayoutChanged`` where a column is missing or stands twice, a row has more or fewer cells than the
    heading, a quote is left open (also one that closes lines later: no cell of a board has a line break), where
    there is no row, and where there are too many.
    """
    lines = _lines(text_of(payload))
    _, names = next(lines, (0, []))
    return table_of(tuple(name.strip() for name in names), lines, needed)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 0
    try:
        for cells in reader:
            line += 1
            if reader.line_num != line:
                raise LayoutChanged(f"line {line}: a quote is left open up to line {reader.line_num}")
            if line > MOST_ROWS:
                raise LayoutChanged(f"more than the {MOST_ROWS:,} lines that are read")
            if cells:
                yield line, cells
    except csv.Error as error:
        raise LayoutChanged(f"line {line + 1}: damaged CSV ({error})") from error
