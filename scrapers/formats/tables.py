"""Tables, whatever they were written in: named columns, and rows with a cell for each."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scrapers.formats.cells import number_of, percent_of
from topspot.domain.values import LayoutChanged, Remark


class Row(NamedTuple):
    """One row by column, and the line of the file or the row of the table (from 1) that it is."""

    line: int
    cells: dict[str, str]

    def number(self, column: str) -> float | None:
        """Read a cell such as ``1,234``, ``1.11T`` or ``-3.5``, ``None`` if empty. Raises ``LayoutChanged``."""
        return number_of(self.cells[column], self._where(column))

    def percent(self, column: str) -> float | None:
        """Read a cell such as ``77.47%``, ``None`` if it is empty. Raises ``LayoutChanged``."""
        return percent_of(self.cells[column], self._where(column))

    def _where(self, column: str) -> str:
        return f"line {self.line}: {column!r}"


class Table(NamedTuple):
    """The columns of a table and its rows, of which there is at least one. ``title`` is the heading above it."""

    columns: tuple[str, ...]
    rows: list[Row]
    title: str = ""

    def unknown(self, known: Collection[str]) -> Iterator[Remark]:
        """Give a remark for each column that is not among the known ones."""
        for name in self.columns:
            if name not in known:
                yield Remark(f"column {name[:60]!r} is not known and is left out")


def table_of(
    columns: tuple[str, ...], rows: Iterator[tuple[int, list[str]]], needed: Collection[str], title: str = ""
) -> Table:
    """Put numbered lines of cells below their headings.

    Raises ``LayoutChanged`` where a column of ``needed`` is missing or one stands twice, where a row has more or
    fewer cells than there are headings, and where there is no row.
    """
    refuse_headings(columns, needed)
    read = [Row(line, dict(zip(columns, _as_many(cells, columns, line), strict=True))) for line, cells in rows]
    if not read:
        raise LayoutChanged("no rows below the heading")
    return Table(columns, read, title)


def refuse_headings(columns: tuple[str, ...], needed: Collection[str]) -> None:
    """Raise ``LayoutChanged`` where a column of ``needed`` is missing or a named one stands twice."""
    for name in needed:
        if name not in columns:
            raise LayoutChanged(f"column {name!r} is missing; found {', '.join(columns)[:200]!r}")
    for name in columns:
        if name and columns.count(name) > 1:
            raise LayoutChanged(f"column {name[:60]!r} stands twice")


def _as_many(cells: list[str], columns: tuple[str, ...], line: int) -> list[str]:
    if len(cells) != len(columns):
        raise LayoutChanged(f"line {line}: {len(cells)} cells below {len(columns)} headings")
    return cells
