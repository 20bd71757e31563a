"""A draft of a new source: from the bytes that came to a proposed board file, its case and its few rows.

What a column is, is proposed by its heading and by what stands in it. Nothing is written here; whoever writes the
draft reads it back first, since only its own parser says whether it fits.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scrapers.formats.cells import NOTHING, margins_of, percent_of
from scrapers.formats.csv import csv_table
from scrapers.formats.files import json_of, unpacked
from scrapers.formats.html import html_tables
from scrapers.formats.markdown import markdown_tables
from scrapers.formats.tables import Row, Table, table_of
from topspot.domain.values import INDEX, PERCENT, RATING, LayoutChanged, Payload, Scale

FEW = 5
"""Rows that are kept in a case."""

WIDTH = 115
"""Longest line of a board file, where it can be broken."""

NOTE = "not looked up: read the site's terms, and say fetch=False where they forbid it"
"""What a draft says of the terms, of which a program cannot know anything."""

DEEPEST, MOST_LOOKED_AT = 8, 20
"""How deep lists are looked for in JSON, and in how many entries of one list."""

_DASHES = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$", re.MULTILINE)


class NoDraft(ValueError):
    """Nothing can be drafted of a payload; the message is one line that says what could not be found in it."""


class Found(NamedTuple):
    """One table in a payload; ``path`` leads to it in JSON."""

    format: str
    table: Table
    path: tuple[str | int, ...] = ()


class Columns(NamedTuple):
    """What the columns of a table are taken to be; ``None`` is what none of them is.

    ``margins`` are printed like ``±9`` in a column of their own, or in that of the rating (``joined``).
    """

    name: str
    rating: str | None = None
    rank: str | None = None
    organization: str | None = None
    license: str | None = None
    votes: str | None = None
    lower: str | None = None
    upper: str | None = None
    margins: str | None = None
    joined: bool = False

    @property
    def used(self) -> tuple[str, ...]:
        """The headings that a parser needs, once each."""
        return tuple(dict.fromkeys(column for column in self[:9] if column is not None))


class Draft(NamedTuple):
    """What was proposed: the board file's text, the bytes of its case and how their file's name ends."""

    key: str
    module: str
    case: bytes
    ending: str
    found: Found
    columns: Columns
    scale: Scale


def draft(key: str, payload: Payload) -> Draft:
    """Propose a source named ``key`` for what an address sent, or for a file. Raises ``NoDraft``."""
    try:
        tables = tables_in(payload)
    except LayoutChanged as error:
        raise NoDraft(f"{_place(payload)}: {error}") from error
    if not tables:
        raise NoDraft(
            f"{_place(payload)}: no table was found: expected CSV, JSON with a list of objects, "
            "or a table of HTML or Markdown"
        )
    found, columns = _best(tables, payload)
    scale = scale_of(found.table, columns)
    alike = [other for other in tables if set(columns.used) <= set(other.table.columns)]
    # where several tables have them, all its headings tell it from the others
    needs = columns.used if len(alike) == 1 or found.format == "JSON" else found.table.columns
    module = _Writing(key, payload, found, columns, scale, needs).text()
    return Draft(key, module, trimmed(payload, found), ENDINGS[found.format], found, columns, scale)


ENDINGS = {"CSV": "csv", "JSON": "json", "HTML": "html", "Markdown": "md"}


# What came


def tables_in(payload: Payload) -> list[Found]:
    """Give every table that is found in a payload, whatever it is written in. Raises ``LayoutChanged``."""
    body = unpacked(payload.body)
    head = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if body[:4] == b"PAR1":
        raise LayoutChanged("Parquet is not drafted: write the file by hand, after scrapers/boards/lmarena.py")
    if head in (b"{", b"["):
        return list(_json(json_of(payload), ()))
    if head == b"<" or b"<table" in body.lower():
        return [Found("HTML", table) for table in html_tables(payload)]
    if _DASHES.search(body.decode("utf-8", "replace")):
        return [Found("Markdown", table) for table in markdown_tables(payload)]
    return [Found("CSV", csv_table(payload, ()))]


def _json(value: Any, path: tuple[str | int, ...]) -> Iterator[Found]:
    if len(path) > DEEPEST or not isinstance(value, list | dict) or not value:
        return
    inner = value if isinstance(value, list) else list(value.values())
    if len(inner) > 1 and all(isinstance(each, dict) and each for each in inner):
        yield Found("JSON", _table(_objects(value, ()), ()), path)
    steps = enumerate(value) if isinstance(value, list) else value.items()
    for number, (step, each) in enumerate(steps):
        if number < MOST_LOOKED_AT:
            yield from _json(each, (*path, step))


# These three are written into a draft as they stand here, so that it reads what was looked at.


def _objects(found: Any, path: Sequence[str | int]) -> list[dict[str, str]]:
    """Give the objects at a place in JSON as cells of text. Raises ``LayoutChanged``."""
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            raise LayoutChanged(f"expected {step!r} in the JSON, on the way to {list(path)}") from None
    if isinstance(found, dict):
        found = [{"(key)": key} | row if isinstance(row, dict) else row for key, row in found.items()]
    if not isinstance(found, list) or not found or not all(isinstance(row, dict) for row in found):
        raise LayoutChanged(f"expected objects at {list(path)} in the JSON, found {str(found)[:40]!r}")
    return [_cells(row) for row in found]


def _cells(row: dict[str, Any]) -> dict[str, str]:
    """Give the values of an object as text; one of an object inside it is named ``outer.inner``."""
    cells: dict[str, str] = {}
    for key, value in row.items():
        inside = value.items() if isinstance(value, dict) else ()
        values = {f"{key}.{name}": each for name, each in inside} or {key: value}
        cells |= {name: "" if each is None else str(each) for name, each in values.items()}
    return cells


def _table(rows: list[dict[str, str]], needed: Sequence[str]) -> Table:
    """Put objects below their keys, empty where one lacks a key. Raises ``LayoutChanged``."""
    columns = tuple(dict.fromkeys(key for row in rows for key in row))
    lines = ([row.get(column, "") for column in columns] for row in rows)
    return table_of(columns, enumerate(lines, start=1), needed)


# What its columns are

NAMES = ("model", "模型", "system", "agent", "submission", "entry", "method", "llm", "name", "名称", "player",
         "key", "id", "slug")  # fmt: skip
RATINGS = ("elo", "rating", "score", "overall", "total", "average", "avg", "mean", "总分", "得分", "index", "acc",
           "accuracy", "resolved", "correct", "pass", "success", "win", "rate", "percent", "%")  # fmt: skip
RANKS = ("rank", "ranking", "#", "place", "position", "排名", "名次")
ORGANIZATIONS = ("organization", "organisation", "org", "developer", "creator", "vendor", "provider", "company",
                 "lab", "maker", "institution", "机构", "厂商", "公司")  # fmt: skip
LICENSES = ("license", "licence", "许可")
VOTES = ("votes", "vote", "battles", "comparisons", "matches", "票数")
LOWER, UPPER = ("lower", "low", "q025", "lb"), ("upper", "high", "q975", "ub")
MARGINS = ("ci", "interval", "margin", "±", "confidence")
PERCENTS = ("acc", "accuracy", "percent", "%", "rate", "resolved", "correct", "pass", "success")
FEWER_IS_BETTER = ("error", "errors", "wer", "loss", "perplexity", "hallucination", "hallucinations")
NO_NAMES = ("url", "link", "date", "type", "logo")
NO_RATINGS = ("cost", "price", "$", "usd", "date", "year", "size", "params", "parameters", "tokens", "seconds",
              "time", "latency", "count", "id", "context", "released", "release", "cutoff", "std", "stderr",
              "runs", "sessions", "games", "samples", "ranks", "variance", "ci", "min", "max", "n")  # fmt: skip


def columns_of(table: Table) -> Columns | None:
    """Propose what the columns of a table are, ``None`` where it has no names, or nothing to rank them by."""
    rank = _one(table, RANKS, _is_count(1))
    organization = _one(table, ORGANIZATIONS, _is_text)
    license_ = _one(table, LICENSES, _is_text)
    votes = _one(table, VOTES, _is_count(0))
    margins = _one(table, MARGINS, _is_margins)
    taken = {column for column in (rank, organization, license_, votes, margins) if column}
    name = _name(table, taken)
    rating, joined = _rating(table, taken)
    if name is None or (rating is None and rank is None):
        return None
    lower, upper = _bounds(table, rating, taken) if not margins and not joined else (None, None)
    margins = (rating if joined else margins) if rating else None
    return Columns(name, rating, rank, organization, license_, votes, lower, upper, margins, joined)


def _one(table: Table, words: Sequence[str], fits: Callable[[list[str]], bool]) -> str | None:
    """Give the column whose heading has the first of some words, and whose cells fit."""
    found = [
        column for column in table.columns if _first(words, column) < len(words) and fits(_said(table, column))
    ]
    return min(found, key=lambda column: (_first(words, column), len(_words(column))), default=None)


def _name(table: Table, taken: set[str]) -> str | None:
    no_names = (*NO_NAMES, *ORGANIZATIONS, *LICENSES, *RANKS, *VOTES)
    texts = [
        column
        for column in table.columns
        if column not in taken and _are_names(table, column) and _first(no_names, column) == len(no_names)
    ]
    return min(texts, key=lambda column: (_first(NAMES, column), len(_words(column))), default=None)


def _are_names(table: Table, column: str) -> bool:
    cells = [row.cells[column].strip() for row in table.rows]
    apart = len(set(cells)) >= 0.8 * len(cells)
    return apart and all(cells) and not _are_numbers(cells)


def _rating(table: Table, taken: set[str]) -> tuple[str | None, bool]:
    """Give the column of ratings, and whether margins are joined to them."""
    others = (*NO_RATINGS, *VOTES, *RANKS, *LOWER, *UPPER)
    left = [column for column in table.columns if column not in taken and _first(others, column) == len(others)]
    told = [column for column in left if len(_said(table, column)) * 2 >= len(table.rows)]
    plain = [column for column in told if _are_numbers(_said(table, column))]
    joined = [column for column in told if _are_joined(_said(table, column))]
    words = (*RATINGS, *FEWER_IS_BETTER)
    best = min((*plain, *joined), key=lambda column: (_first(words, column), len(_words(column))), default=None)
    return best, best in joined


def _bounds(table: Table, rating: str | None, taken: set[str]) -> tuple[str | None, str | None]:
    """Give the columns of bounds, if the ratings lie between them."""
    lower = _one(table, LOWER, _are_numbers) if rating else None
    upper = _one(table, UPPER, _are_numbers) if rating else None
    if rating is None or lower is None or upper is None or {lower, upper} & taken:
        return None, None
    rows = [[_number(row.cells[column]) for column in (lower, rating, upper)] for row in table.rows]
    between = all(None not in row and row[0] <= row[1] <= row[2] for row in rows if row[1] is not None)  # type: ignore[operator]
    return (lower, upper) if between else (None, None)


def _said(table: Table, column: str) -> list[str]:
    return [row.cells[column].strip() for row in table.rows if row.cells[column].strip() not in NOTHING]


def _words(heading: str) -> list[str]:
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", heading).lower()
    return re.findall(r"q[0-9]+|[a-z]+|[0-9]+|[%#$±]|[^\W0-9a-z_]+", apart)


def _first(words: Sequence[str], heading: str) -> int:
    """Give the place of the first of some words that a heading has, their number where it has none."""
    has = _words(heading)
    found = (place for place, word in enumerate(words) if word in has or (not word.isascii() and word in heading))
    return next(found, len(words))


def _number(text: str) -> float | None:
    """Read a cell as a draft does, ``None`` where it is no number."""
    try:
        return percent_of(text, "", nothing=NOTHING)
    except LayoutChanged:
        return None


def _are_numbers(cells: list[str]) -> bool:
    return bool(cells) and all(_number(cell) is not None for cell in cells)


def _is_text(cells: list[str]) -> bool:
    return not _are_numbers(cells)


def _is_count(least: int) -> Callable[[list[str]], bool]:
    def fits(cells: list[str]) -> bool:
        numbers = [_number(cell) for cell in cells]
        return bool(cells) and all(
            number is not None and number >= least and number % 1 == 0 for number in numbers
        )

    return fits


def _is_margins(cells: list[str]) -> bool:
    try:
        return bool(cells) and all(margins_of(cell, "") for cell in cells)
    except LayoutChanged:
        return False


def _are_joined(cells: list[str]) -> bool:
    parts = [cell.partition("±") for cell in cells]
    return _are_numbers([part[0] for part in parts]) and _is_margins(
        [part[1] + part[2] for part in parts if part[1]]
    )


def _best(tables: Sequence[Found], payload: Payload) -> tuple[Found, Columns]:
    """Choose the table whose headings say most; of those the first one that is not small. Raises ``NoDraft``."""
    proposed = [(found, columns) for found in tables if (columns := columns_of(found.table))]
    if not proposed:
        seen = "; ".join(", ".join(found.table.columns)[:120] for found in tables[:3])
        raise NoDraft(
            f"{_place(payload)}: no table has a column of names and one of numbers or ranks; found {seen!r}"
        )
    most = max(_worth(columns) for _, columns in proposed)
    best = [each for each in proposed if _worth(each[1]) == most]
    rows = max(len(found.table.rows) for found, _ in best)
    # pages put the newest first and older ones, which may be longer, below
    return next(each for each in best if len(each[0].table.rows) * 2 >= rows)


def _worth(columns: Columns) -> tuple[bool, bool]:
    named = _first(NAMES, columns.name) < len(NAMES)
    return named, _first(RATINGS, columns.rating or "") < len(RATINGS)


def scale_of(table: Table, columns: Columns) -> Scale:
    """Propose the scale of a table's numbers: by ``%``, by what its heading says, and by how large they are."""
    if columns.rating is None:
        return INDEX
    cells = [cell.partition("±")[0] for cell in _said(table, columns.rating)]
    numbers = [number for number in map(_number, cells) if number is not None]
    low, high = min(numbers), max(numbers)
    scale = _scale(low, high, percent="%" in "".join(cells) or _first(PERCENTS, columns.rating) < len(PERCENTS))
    return replace(scale, lowest_first=True) if _fewer_is_better(table, columns) else scale


def _scale(low: float, high: float, *, percent: bool) -> Scale:
    if percent and low >= 0 and 1 < high <= 100:
        return PERCENT
    if low >= 0 and 100 < high <= RATING.high:
        return RATING
    if INDEX.low <= low and high <= INDEX.high:
        return INDEX
    most = 10.0 ** len(str(int(2 * max(abs(low), abs(high)))))
    return Scale("score", -most if low < 0 else 0.0, most)


def _fewer_is_better(table: Table, columns: Columns) -> bool:
    """Whether fewer is better: the publisher's ranks show it or, without ranks, a word in the heading does."""
    ranks = [_number(row.cells[columns.rank]) if columns.rank else None for row in table.rows]
    ratings = [_number(row.cells[columns.rating or ""].partition("±")[0]) for row in table.rows]
    told = sorted(
        (rank, rating) for rank, rating in zip(ranks, ratings, strict=True) if rank and rating is not None
    )
    if len(told) > 1 and told[0][1] != told[-1][1]:
        return told[0][1] < told[-1][1]
    return _first(FEWER_IS_BETTER, columns.rating or "") < len(FEWER_IS_BETTER)


# A case of it


def trimmed(payload: Payload, found: Found) -> bytes:
    """Give the bytes of a payload with the first rows of the table that was found, and without the others."""
    body = unpacked(payload.body)
    if found.format == "JSON":
        return _trimmed_json(body, found.path)
    if found.format == "HTML":
        return _trimmed_page(payload, found.table)
    left_out = {row.line for row in found.table.rows[FEW:]}
    lines = re.split(rb"(?<=\n)", body)
    return b"".join(line for number, line in enumerate(lines, start=1) if number not in left_out)


def _trimmed_json(body: bytes, path: Sequence[str | int]) -> bytes:
    whole: list[Any] = [json.loads(body.decode("utf-8-sig"))]
    *steps, last = (0, *path)
    holder: Any = whole
    for step in steps:
        holder = holder[step]
    rows = holder[last]
    holder[last] = rows[:FEW] if isinstance(rows, list) else dict(list(rows.items())[:FEW])
    return json.dumps(whole[0], ensure_ascii=False, indent=1).encode() + b"\n"


def _trimmed_page(payload: Payload, table: Table) -> bytes:
    from scrapers.formats.html import read_table, soup_of

    soup = soup_of(payload)
    for element in soup.find_all("table"):
        try:
            found = read_table(element)
        except LayoutChanged:
            continue
        if found == table:
            left_out = {row.line for row in table.rows[FEW:]}
            for number, row in enumerate(element.find_all("tr"), start=1):
                if number in left_out:
                    row.decompose()
    return bytes(soup.encode("utf-8"))


def _place(payload: Payload) -> str:
    return payload.name or payload.url


# Its file


class _Writing:
    """Writes the board file of one draft."""

    def __init__(
        self,
        key: str,
        payload: Payload,
        found: Found,
        columns: Columns,
        scale: Scale,
        needs: Sequence[str],
    ) -> None:
        self.key, self.payload, self.found = key, payload, found
        self.columns, self.scale, self.needs = columns, scale, needs

    def text(self) -> str:
        parts = [
            *self._head(), *self._imports(), "", *self._declared(), "", "", *self._parse(), "", "", *self._item(),
            "", *self._helpers(),
        ]  # fmt: skip
        return "\n".join(parts).rstrip() + "\n"

    def _head(self) -> list[str]:
        where = "".join(char for char in _place(self.payload) if char.isprintable() and char not in '\\"')
        return [
            f'"""The board at {where}. A draft, made of what it sent on {self.payload.fetched_at:%Y-%m-%d}.'
            if not self.payload.name
            else f'"""The board in files like {where}. A draft; import only.',
            "",
            "Its columns were proposed by their headings and by what stands in them: compare it with the page.",
            '"""',
            "",
        ]

    def _imports(self) -> list[str]:
        json_ = self.found.format == "JSON"
        cells = ["NOTHING", self._reader] + ["margins_of"] * bool(self.columns.margins) + ["whole"] * self._counts
        reads = {
            "CSV": ("csv", ["csv_table"]),
            "HTML": ("html", ["html_tables", "the_table"]),
            "Markdown": ("markdown", ["markdown_tables"]),
        }
        values = ["PERCENT", "RATING", "INDEX", "Scale"]
        scales = [name for name in values if re.search(rf"\b{name}\b", self._scale())]
        classes = ["Board", "Item", "LayoutChanged", "License", "Payload", "Reading", "Source", "Terms"]
        files = ["json_of"] * json_ + ["published_on"]
        tables = ["Row"] + ["Table"] * json_ + ["table_of"] * json_
        lines = {
            f"from scrapers.formats.{module} import {', '.join(names)}"
            for module, names in [
                ("cells", sorted(cells, key=_as_isort)),
                ("files", files),
                ("tables", tables),
                *([] if json_ else [reads[self.found.format]]),
                *([("html", ["the_table"])] if self.found.format == "Markdown" else []),
            ]
        }
        named = sorted({*scales, *classes, "Fact"}, key=_as_isort)
        abc = ["Iterator"] + ["Sequence"] * json_
        return [
            f"from collections.abc import {', '.join(abc)}",
            "from datetime import date, timedelta",
            *["from typing import Any"] * json_,
            "",
            *sorted(lines),
            *_broken("from topspot.domain.values import ", named),
        ]

    @property
    def _counts(self) -> bool:
        return bool(self.columns.rank or self.columns.votes)

    @property
    def _reader(self) -> str:
        columns = self.columns
        numbers = [
            each for each in (columns.rating, columns.rank, columns.votes, columns.lower, columns.upper) if each
        ]
        cells = "".join(row.cells[column] for column in numbers for row in self.found.table.rows)
        return "percent_of" if "%" in cells else "number_of"

    def _scale(self) -> str:
        known = {PERCENT: "PERCENT", RATING: "RATING", INDEX: "INDEX"}
        low, high = float(self.scale.low), float(self.scale.high)
        made = f'Scale("{self.scale.name}", {low!r}, {high!r}'
        return known.get(self.scale) or made + (", lowest_first=True)" if self.scale.lowest_first else ")")

    def _declared(self) -> list[str]:
        payload, columns = self.payload, self.columns
        title = self.key.replace("-", " ")
        publisher = (not payload.name and urlsplit(payload.url).hostname) or title
        fewest = max(1, sum(self._is_ranked(row) for row in self.found.table.rows) // 2)
        flags = ", rated=False" * (columns.rating is None) + ", intervals=True" * self._all_bounded()
        unused = [column for column in self.found.table.columns if column not in self.needs]
        where = "imports=(BOARD,)" if payload.name else f"boards={{{_text(payload.url)}: BOARD}}"
        credit = f"{publisher}, {payload.name or payload.url}"
        return [
            *_call("BOARD = Board", [_text(self.key), _text(title[:1].upper() + title[1:]), self._scale(),
                                     *(flags[2:].split(", ") if flags else []), f"fewest_rows={fewest}"]),
            "",
            "SOURCE = Source(",
            f"    key={_text(self.key)},",
            f"    publisher={_text(publisher)},",
            f'    license=License("none stated", credit={_text(credit)}),',
            "    every=timedelta(days=1),",
            f"    {where},",
            f"    terms=Terms(note={_text(NOTE)}),",
            f"    format={_text(self.found.format)},",
            *_broken("    needs=", [_text(column) for column in self.needs], end=","),
            "    dated=False,",
            ")",
            "",
            *(self._path() if self.found.format == "JSON" else []),
            *_broken("UNUSED = ", [_text(column) for column in unused]),
            '"""Columns that are known and left out."""',
        ]  # fmt: skip

    def _path(self) -> list[str]:
        steps = [_text(step) if isinstance(step, str) else str(step) for step in self.found.path]
        return [f"PATH: tuple[str | int, ...] = {_tuple(steps)}", '"""Where the objects stand in the JSON."""', ""]

    def _is_ranked(self, row: Row) -> bool:
        by = self.columns.rating or self.columns.rank or ""
        return row.cells[by].strip() not in NOTHING

    def _all_bounded(self) -> bool:
        if self.columns.lower:
            return True  # they are proposed only where each rating has both
        margins, joined = self.columns.margins, self.columns.joined
        rows = [row.cells[margins] for row in self.found.table.rows if self._is_ranked(row)] if margins else [""]
        return all("±" in cell if joined else cell.strip() for cell in rows)

    def _parse(self) -> list[str]:
        by = self.columns.rating or self.columns.rank
        tables = {
            "CSV": ["    table = csv_table(payload, SOURCE.needs)"],
            "HTML": ["    table = the_table(list(html_tables(payload)), SOURCE.needs)"],
            "Markdown": ["    table = the_table(list(markdown_tables(payload)), SOURCE.needs)"],
            "JSON": ["    table = _table(_objects(json_of(payload), PATH), SOURCE.needs)"],
        }
        return [
            "def parse(payload: Payload) -> Iterator[Item]:",
            '    """Read the table as printed. Raises ``LayoutChanged`` for a payload in another shape."""',
            *tables[self.found.format],
            "    on = published_on(payload)",
            "    yield from table.unknown((*SOURCE.needs, *UNUSED))",
            "    items = [_item(row, on) for row in table.rows]",
            "    if not any(isinstance(item, Reading) for item in items):",
            f"        raise LayoutChanged({_text(f'no row has a number in the column {by!r}')})",
            "    yield from items",
        ]

    def _item(self) -> list[str]:
        columns = self.columns
        by = columns.rating or columns.rank or ""
        variable = "rating" if columns.rating else "rank"
        read = f"whole(_number(row, {_text(by)}))" if variable == "rank" else f"_number(row, {_text(by)})"
        texts = [
            f"{label}=_said(row, {_text(column)})"
            for label, column in (("organization", columns.organization), ("license", columns.license))
            if column
        ]
        name = f"row.cells[{_text(columns.name)}]"
        return [
            "def _item(row: Row, on: date) -> Item:",
            *(self._joined() if columns.joined else [f"    {variable} = {read}"]),
            f"    if {variable} is None:",
            *_call("        return Fact", [name, *texts]),
            *self._margins(),
            "    return Reading(",
            *(f"        {part}," for part in ("BOARD.key", '"overall"', "on", name, *texts, *self._numbers())),
            "    )",
            *self._readers(),
        ]

    def _joined(self) -> list[str]:
        column = _text(self.columns.rating or "")
        return [
            f'    printed, sign, margin = row.cells[{column}].partition("±")',
            f'    where = f"line {{row.line}}: {_inside(self.columns.rating or "")}"',
            f"    rating = {self._reader}(printed, where, nothing=NOTHING)",
        ]

    def _margins(self) -> list[str]:
        columns = self.columns
        if columns.joined:
            return ["    margins = margins_of(sign + margin, where)"]
        if columns.margins:
            column = columns.margins
            return [
                f'    margins = margins_of(row.cells[{_text(column)}], f"line {{row.line}}: {_inside(column)}")'
            ]
        return []

    def _numbers(self) -> list[str]:
        columns = self.columns
        said = [f"rank=whole(_number(row, {_text(columns.rank)}))"] if columns.rank and columns.rating else []
        said += ["rank=rank"] * (columns.rating is None) + ["rating=rating"] * (columns.rating is not None)
        if columns.margins:
            said += [
                "lower=rating - margins[1] if margins else None",
                "upper=rating + margins[0] if margins else None",
            ]
        elif columns.lower and columns.upper:
            said += [f"lower=_number(row, {_text(columns.lower)})", f"upper=_number(row, {_text(columns.upper)})"]
        return said + ([f"votes=whole(_number(row, {_text(columns.votes)}))"] if columns.votes else [])

    def _readers(self) -> list[str]:
        columns = self.columns
        texts = [
            "",
            "",
            "def _said(row: Row, column: str) -> str:",
            '    return "" if row.cells[column].strip() in NOTHING else row.cells[column]',
        ] * bool(columns.organization or columns.license)
        if columns.joined and not any((columns.rank, columns.votes)):
            return texts
        return [
            *texts,
            "",
            "",
            "def _number(row: Row, column: str) -> float | None:",
            f'    return {self._reader}(row.cells[column], f"line {{row.line}}: {{column!r}}", nothing=NOTHING)',
        ]

    def _helpers(self) -> list[str]:
        helpers: list[Callable[..., Any]] = [_objects, _cells, _table] if self.found.format == "JSON" else []
        return [line for helper in helpers for line in ("", *inspect.getsource(helper).splitlines(), "")]


def _as_isort(name: str) -> tuple[int, str]:
    """Put constants before classes before functions, as the imports of the other files are."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _inside(column: str) -> str:
    """Write a column's name for the inside of an f-string between double quotes."""
    return _text(repr(column))[1:-1].replace("{", "{{").replace("}", "}}")


def _tuple(parts: Sequence[str]) -> str:
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _broken(start: str, parts: Sequence[str], end: str = "") -> list[str]:
    """Write a tuple, or names that are imported, on one line if they fit, else one a line."""
    line = f"{start}{', '.join(parts)}" if start.endswith("import ") else f"{start}{_tuple(parts)}{end}"
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(start) - len(start.lstrip()))
    return [f"{start}(", *(f"{indent}    {part}," for part in parts), f"{indent}){end}"]


def _call(start: str, parts: Sequence[str]) -> list[str]:
    line = f"{start}({', '.join(parts)})"
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(start) - len(start.lstrip()))
    return [f"{start}(", *(f"{indent}    {part}," for part in parts), f"{indent})"]
