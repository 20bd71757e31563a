"""CSV payloads, read strictly: every cell under its heading, or an error that names the line."""

import csv
import io
from collections.abc import Collection, Iterator

from scrapers.formats.files import text_of
from scrapers.formats.tables import Table, table_of
from topspot.domain.values import LayoutChanged, Payload

MOST_ROWS = 500_000
"""Rows of one payload that are read."""


def csv_table(payload: Payload, needed: Collection[str], *, row_lines: int = 1) -> Table:
    """Read a CSV payload that has the columns ``needed`` and may have others.

    ``row_lines`` is how many lines of the file one row may run over, where cells hold line breaks.

    Raises ``LayoutChanged`` where a column is missing or stands twice, a row has more or fewer cells than the
    heading, a quote is left open (also one that closes more lines later than a row has), where there is no row,
    and where there are too many.
    """
    lines = _lines(text_of(payload), row_lines)
    _, names = next(lines, (0, []))
    return table_of(tuple(name.strip() for name in names), lines, needed)


def _lines(text: str, row_lines: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    end = 0
    try:
        for cells in reader:
            line, end = end + 1, reader.line_num
            if end - line >= row_lines:
                raise LayoutChanged(f"line {line}: a quote is left open up to line {end}")
            if line > MOST_ROWS:
                raise LayoutChanged(f"more than the {MOST_ROWS:,} lines that are read")
            if cells:
                yield line, cells
    except csv.Error as error:
        raise LayoutChanged(f"line {end + 1}: damaged CSV ({error})") from error
