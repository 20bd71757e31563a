"""LiveBench: tables of tasks, one a question set, and beside each the file that says which tasks make a category.

Nothing is named for good: the page leads to its script, the script lists the sets, and each set is an edition. The
script is full of other dates, those of models. Scores are means of means, of the tasks that a row has. The site
leaves out a row without any task of a category; it also leaves out a model of which its script says nothing, which
no table shows and which changes from day to day, so those rows stand here. One row has lost cells in the middle.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapers.boards import Links
from scrapers.formats.cells import category_of, detail_of
from scrapers.formats.csv import csv_table
from scrapers.formats.files import board_given, json_of, published_on, text_in, text_of
from scrapers.formats.html import soup_of
from scrapers.formats.tables import Row, Table
from topspot.domain.values import (
    OVERALL,
    PERCENT,
    Board,
    Fact,
    Item,
    LayoutChanged,
    Legend,
    License,
    Payload,
    Reading,
    Remark,
    Source,
    Terms,
)
from topspot.files import date_in

SITE = "https://livebench.ai/"

# a question set begins with a dozen models: half of what it has later would hold its first days
BOARD = Board(key="livebench", name="LiveBench", scale=PERCENT, headline=True, fewest_rows=6, editions=True)

MODEL = "model"

SOURCE = Source(
    key="livebench",
    publisher="LiveBench",
    license=License("CC BY-SA 4.0", credit="LiveBench, livebench.ai", commercial=True),
    every=timedelta(hours=12),
    boards={SITE: BOARD},
    terms=Terms(
        store=True,
        show=True,
        export=True,
        note="CC BY-SA 4.0 of the site, as third parties report it; not looked up: robots.txt and terms",
    ),
    format="CSV, JSON",
    needs=(MODEL,),
    dated=False,
)

Groups = Mapping[str, Sequence[str]]
"""The tasks of each category."""

_TABLE = re.compile(r"table_(\d{4}_\d{2}_\d{2})\.csv", re.ASCII)

_CATEGORIES = re.compile(r"categories_(\d{4}_\d{2}_\d{2})\.json", re.ASCII)

_SCRIPT = re.compile(r"([\w.:~%/-]*/)?main(\.[\w-]+)*\.js", re.ASCII)

_DATE = r"""["']\d{4}[-_]\d{2}[-_]\d{2}["']"""

_LIST = re.compile(rf"\[\s*{_DATE}(?:\s*,\s*{_DATE})*\s*(?:,\s*)?\]", re.ASCII)

_SAID = re.compile(
    r"""[{,](?:"(?P<quoted>[^"\\\n]{1,200})"|(?P<bare>[A-Za-z_$][\w$]{0,199})):\{"""
    r"""(?:url:"[^"\\\n]{0,500}",)?organization:"(?P<organization>[^"\\\n]{1,200})",displayName:"""
    r"""|\{rawName:"(?P<variant>[^"\\\n]{1,200})\"""",
    re.ASCII,
)

_COST = ("nq_", "cost_per_")
"""How columns begin that only the files of costs have."""


def parse(payload: Payload) -> Iterator[Item]:
    """Read a table as printed, with the categories beside it; or say what another file of the site is.

    The published date is the one said on import, else the first one in the file's name, else the day of the visit.
    Raises ``LayoutChanged`` for a payload in another shape, and for a table without its categories.
    """
    board_given(payload, SOURCE.all_boards)
    text = text_of(payload).lstrip()
    if text.startswith("<"):
        yield Legend(f"the page, which leads to {_script_of(payload)}")
    elif text.startswith(("{", "[")):
        yield from _json(json_of(payload))
    elif _path(payload).endswith(".js"):
        yield from _script(text)
    else:
        yield from _table(payload)


def links(payload: Payload) -> Links:
    """Say where a payload of a visit leads to: page, script, categories, table, in this order.

    The newest set is asked next, the older ones by a backfill. Raises ``LayoutChanged`` for a page without a
    script, a script without sets, and categories in another shape.
    """
    path, text = _path(payload), text_of(payload)
    if text.lstrip().startswith("<"):
        return Links(now=(_script_of(payload),))
    if found := _CATEGORIES.search(path):
        _groups(json_of(payload))
        return Links(now=(urljoin(payload.url, f"table_{found[1]}.csv"),))
    if path.endswith(".js"):
        *older, newest = [urljoin(payload.url, f"/categories_{day:%Y_%m_%d}.json") for day in _sets(text)]
        return Links(now=(newest,), before=tuple(older))
    return Links()


def beside(payload: Payload) -> str | None:
    """Name the file that a table is read with, ``None`` for what is none."""
    found = _TABLE.search(_path(payload))
    return f"categories_{found[1]}.json" if found else None


def _path(payload: Payload) -> str:
    return payload.name or urlsplit(payload.url).path


def _script_of(payload: Payload) -> str:
    """Find the address of the page's own script: those of other hosts have nothing to say."""
    if not _path(payload).endswith(("/", ".html")):
        raise LayoutChanged("found a page of HTML, where a table, categories or a script should be")
    page = SITE if payload.name else payload.url
    named = [str(tag["src"]) for tag in soup_of(payload).find_all("script", src=True)]
    found = [urljoin(page, name) for name in named if _SCRIPT.fullmatch(name)]
    own = [url for url in found if urlsplit(url)[:2] == urlsplit(page)[:2]]
    if not own:
        raise LayoutChanged(f"expected a page with a script main….js of its own, found {', '.join(named)[:200]!r}")
    return own[0]


def _sets(script: str) -> list[date]:
    """Find the question sets in a script, oldest first: its longest list of nothing but dates."""
    lists = [set(filter(None, map(date_in, re.findall(_DATE, found[0])))) for found in _LIST.finditer(script)]
    longest = max(lists, key=len, default=None)
    if not longest:
        raise LayoutChanged(
            f"expected a script with a list of the question sets' dates, found none in {len(script):,} characters"
        )
    return sorted(longest)


def _script(text: str) -> Iterator[Item]:
    days = _sets(text)
    yield Legend(f"the script, which lists {len(days)} question sets, the newest of {days[-1]}")
    yield from _makers(text)


def _makers(script: str) -> Iterator[Fact]:
    """Give what the script says of models: who made each, a variant as the model that it is of."""
    organization = ""
    for found in _SAID.finditer(script):
        organization = found["organization"] or organization
        name = found["quoted"] or found["bare"] or found["variant"]
        if organization:
            yield Fact(name, organization)


def _json(value: Any) -> Iterator[Item]:
    if isinstance(value, dict) and value and all(isinstance(said, dict) for said in value.values()):
        yield from (Fact(name, text_in(said, "organization", name)) for name, said in value.items())
        return
    groups = _groups(value)
    tasks = sum(len(tasks) for tasks in groups.values())
    yield Legend(f"the {tasks} tasks of {len(groups)} categories: {', '.join(groups)[:300]}")


def _groups(value: Any) -> Groups:
    """Check that JSON says which tasks make each category. Raises ``LayoutChanged``."""
    if not isinstance(value, dict) or not value or not all(map(_is_words, value.values())):
        raise LayoutChanged(f"expected the tasks of each category, found {str(value)[:80]!r}")
    if OVERALL in value:
        raise LayoutChanged(f"a category is called {OVERALL!r}, as the whole board is")
    return {category_of(name): tasks for name, tasks in value.items()}


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word for word in value)


def _table(payload: Payload) -> Iterator[Item]:
    table, short = _rows(payload)
    if any(name.startswith(_COST) for name in table.columns):
        raise LayoutChanged(
            "costs in dollars, which rank no model: import the table_….csv of the same date instead"
        )
    edition, groups = _edition(payload), _groups_beside(payload)
    tasks = [task for group in groups.values() for task in group]
    for missing in (task for task in tasks if task not in table.columns):
        raise LayoutChanged(f"column {missing[:60]!r} is missing; found {', '.join(table.columns)[:200]!r}")
    yield from table.unknown((MODEL, *tasks))
    yield from short
    series, on = f"{SOURCE.key}-{edition.isoformat()}", published_on(payload)
    for row in table.rows:
        yield from _scores(row, groups, series, on)


def _edition(payload: Payload) -> date:
    found = _TABLE.search(_path(payload))
    edition = date_in(found[1]) if found else None
    if edition is None:
        raise LayoutChanged("of which question set it is stands in the file's name: table_YYYY_MM_DD.csv")
    return edition


def _groups_beside(payload: Payload) -> Groups:
    if payload.beside is None:
        raise LayoutChanged(f"which tasks make a category stands in {beside(payload)}: import it with this table")
    return _groups(json_of(payload.beside))


def _rows(payload: Payload) -> tuple[Table, list[Item]]:
    """Give the table without the lines that have lost cells, and what is said of those.

    The last line is none of them, since a file that is cut ends like that, and neither are lines that are most of
    the file or have lost most of their cells.
    """
    lines = text_of(payload).rstrip().split("\n")
    width = lines[0].count(",")
    short = {number for number, line in enumerate(lines[:-1]) if width / 2 < line.count(",") < width}
    if len(short) * 2 >= len(lines):
        short = set()
    kept = "\n".join("" if number in short else line for number, line in enumerate(lines))
    table = csv_table(replace(payload, body=kept.encode(), file=None), (MODEL,))
    return table, [item for number in sorted(short) for item in _lost(number + 1, lines[number], width + 1)]


def _lost(line: int, text: str, width: int) -> Iterator[Item]:
    name, *cells = text.split(",")
    why = f"line {line} has {len(cells) + 1} cells below {width} headings"
    yield Remark(f"{why}: of which task a number is cannot be told, and {name[:60]!r} is left out")
    yield Fact(name, detail=detail_of(left_out=why))


def _scores(row: Row, groups: Groups, series: str, on: date) -> Iterator[Item]:
    scores = {task: row.number(task) for tasks in groups.values() for task in tasks}
    means = {category: _mean([scores[task] for task in tasks]) for category, tasks in groups.items()}
    none = [category for category, mean in means.items() if mean is None]
    if none:
        yield Remark(
            f"line {row.line}: {row.cells[MODEL][:60]!r} has no task of {', '.join(none)[:200]}: not shown"
        )
        yield Fact(row.cells[MODEL], detail=detail_of(scores=means))
        return
    reading = Reading(BOARD.key, OVERALL, on, row.cells[MODEL], series=series)
    yield reading._replace(rating=_mean(list(means.values())), detail=_without(scores, scores))
    for category, mean in means.items():
        yield reading._replace(category=category, rating=mean, detail=_without(scores, groups[category]))


def _mean(scores: Collection[float | None]) -> float | None:
    there = [score for score in scores if score is not None]
    return sum(there) / len(there) if there else None


def _without(scores: Mapping[str, float | None], tasks: Iterable[str]) -> str:
    """Say which of the tasks a mean is without; nothing where it has them all."""
    return detail_of(without=[task for task in tasks if scores[task] is None])
