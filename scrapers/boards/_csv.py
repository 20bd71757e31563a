"""CSV payloads, read strictly: every cell under its heading, or an error that names the line."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from scrapers.boards._files import text_of
from topspot.domain.values import LayoutChanged, Payload, Remark

MOST_ROWS = 500_000
"""Rows of one payload that are read."""

_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?|nan|[+-]?inf", re.IGNORECASE)

_MINUS = str.maketrans("−–", "--")  # noqa: RUF001 - the signs that pages print


class Row(NamedTuple):
    """One row by column, and the line of the file that it stands in."""

    line: int
    cells: dict[str, str]

    def number(self, column: str) -> float | None:
        """Read a cell such as ``1,234`` or ``-3.5``, ``None`` if it is empty. Raises ``LayoutChanged``."""
        return number_of(self.cells[column], f"line {self.line}: {column!r}")


class Table(NamedTuple):
    """The columns of a CSV payload and its rows, of which there is at least one."""

    columns: tuple[str, ...]
    rows: list[Row]

    def unknown(self, known: Collection[str]) -> Iterator[Remark]:
        """Give a remark for each column that is not among the known ones."""
        for name in self.columns:
            if name not in known:
                yield Remark(f"column {name[:60]!r} is not known and is left out")


def csv_table(payload: Payload, needed: Collection[str]) -> Table:
    """Read a CSV payload that has the columns ``needed`` and may have others.

    Raises ``LayoutChanged`` where a column is missing or stands twice, a row has more or fewer cells than the
    heading, a quote is left open (also one that closes lines later: no cell of a board has a line break), where
    there is no row, and where there are too many.
    """
    lines = _lines(text_of(payload))
    _, names = next(lines, (0, []))
    columns = tuple(name.strip() for name in names)
    _refuse_headings(columns, needed)
    rows = [Row(line, dict(zip(columns, _as_many(cells, columns, line), strict=True))) for line, cells in lines]
    if not rows:
        raise LayoutChanged("no rows below the heading")
    return Table(columns, rows)


def number_of(text: str, where: str) -> float | None:
    """Read a printed number, ``None`` if there is none. Raises ``LayoutChanged``, naming ``where``, else."""
    plain = text.strip().translate(_MINUS)
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise LayoutChanged(f"{where} should be a number, found {text[:40]!r}")
    return float(plain.replace(",", ""))


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


def _refuse_headings(columns: tuple[str, ...], needed: Collection[str]) -> None:
    for name in needed:
        if name not in columns:
            raise LayoutChanged(f"column {name!r} is missing; found {', '.join(columns)[:200]!r}")
    for name in columns:
        if columns.count(name) > 1:
            raise LayoutChanged(f"column {name[:60]!r} stands twice")


def _as_many(cells: list[str], columns: tuple[str, ...], line: int) -> list[str]:
    if len(cells) != len(columns):
        raise LayoutChanged(f"line {line}: {len(cells)} cells below {len(columns)} headings")
    return cells
