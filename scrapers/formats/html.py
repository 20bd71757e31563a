"""HTML payloads: their tables as a person sees them, and what stands in a page's scripts."""

import re
import warnings
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from scrapers.formats.files import unpacked
from scrapers.formats.tables import Table, table_of
from topspot.domain.values import LayoutChanged, Payload

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_ELEMENT = re.compile(rb"<[A-Za-z]")


def soup_of(payload: Payload) -> "BeautifulSoup":
    """Parse a page, whatever its encoding. Raises ``LayoutChanged`` for what has no element of its own."""
    from bs4 import BeautifulSoup, ParserRejectedMarkup, XMLParsedAsHTMLWarning

    page = _page(payload)
    if not _ELEMENT.search(page.replace(b"\0", b"")):
        raise LayoutChanged(f"expected a page of HTML, found {len(page)} bytes without an element")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
            return BeautifulSoup(page, "lxml")
    except (ParserRejectedMarkup, RecursionError, ValueError) as error:  # ValueError: an encoding that is none
        raise LayoutChanged(f"expected a page of HTML, found {len(page)} bytes that are none") from error


def html_tables(payload: Payload) -> Iterator[Table]:
    """Give the tables of a page that have headings and as many cells in each row, hidden rows left out.

    Tables in another shape (layouts, tables without a row) are not given: say what you need with ``the_table``.
    """
    for element in soup_of(payload).find_all("table"):
        try:
            yield read_table(element)
        except LayoutChanged:
            continue


def the_table(tables: Collection[Table], needed: Collection[str]) -> Table:
    """Give the one of some tables that has the columns ``needed``. Raises ``LayoutChanged`` for none, or two."""
    found = [table for table in tables if set(needed) <= set(table.columns)]
    if len(found) == 1:
        return found[0]
    names = "; ".join(", ".join(table.columns)[:80] for table in found or list(tables)[:5])
    wanted = ", ".join(repr(name) for name in needed)
    raise LayoutChanged(f"expected one table with the columns {wanted}, found {len(found)}: {names or 'no table'}")


def read_table(element: "Tag", needed: Collection[str] = ()) -> Table:
    """Read one ``table``: the headings of its first row, and each row that is not hidden.

    A row's line is its place among all rows of the table, hidden ones too; rows of a table inside a cell are not
    the table's. A cell that spans columns or rows leaves its row or the next with fewer cells than headings:
    raises ``LayoutChanged`` for that and as ``table_of`` does.
    """
    own = (row for row in element.find_all("tr") if row.find_parent("table") is element)
    lines = [(number, row) for number, row in enumerate(own, start=1) if not is_hidden(row)]
    if not lines:
        raise LayoutChanged("a table without rows")
    (_, first), *rest = lines
    return table_of(tuple(_cells(first)), ((number, _cells(row)) for number, row in rest), needed)


def _cells(row: "Tag") -> list[str]:
    return [text_in(cell) for cell in row.find_all(["th", "td"], recursive=False)]


def text_in(element: "Tag") -> str:
    """Give the text of an element on one line, single spaces between its parts."""
    return " ".join(element.get_text(" ").split())


def plain(markup: str) -> str:
    """Give what a reader sees of a cell that may hold HTML, such as ``<a href="…">gpt-4o</a>``."""
    from bs4 import BeautifulSoup

    return text_in(BeautifulSoup(markup, "lxml")) if "<" in markup else " ".join(markup.split())


def is_hidden(element: "Tag") -> bool:
    """Whether an element is not shown: by its own ``hidden`` or ``display: none``."""
    style = str(element.get("style") or "").replace(" ", "").lower()
    return element.has_attr("hidden") or "display:none" in style


def _page(payload: Payload) -> bytes:
    return unpacked(payload.file.read_bytes() if payload.file else payload.body)
