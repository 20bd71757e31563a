"""SuperCLUE: Chinese general ability of models, as the tables of a README in Chinese.

Each table stands below a heading with its month; when that month's list came out stands elsewhere on the page,
in several spellings. The rank ``-`` is of models that are shown beside the Chinese ones and not ranked, so rank 1
is not always the highest score; the first three ranks are emoji. The page has a table of abilities with a column
for each, and its other tables name the column that counts in another way from month to month.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from scrapers.formats.cells import category_of, detail_of, number_of, whole
from scrapers.formats.files import board_given, text_of
from scrapers.formats.markdown import markdown_tables
from scrapers.formats.tables import Row, Table, refuse_headings
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
    Remark,
    Source,
    Terms,
)

BOARD = Board(key="superclue", name="SuperCLUE", scale=PERCENT, headline=True, fewest_rows=13)

RANK, MODEL, ORGANIZATION = "排名", "模型", "机构"

SOURCE = Source(
    key="superclue",
    publisher="SuperCLUE",
    license=License("none stated", credit="SuperCLUE, CLUEbenchmark"),
    every=timedelta(hours=24),
    boards={"https://raw.githubusercontent.com/CLUEbenchmark/SuperCLUE/main/README.md": BOARD},
    terms=Terms(
        note="the repository states no license, as third parties report it; not looked up: terms, robots.txt"
    ),
    format="Markdown",
    needs=(MODEL,),
)

SCORES = ("总分", "OPEN总分", "OPEN多轮开放问题", "OPT分数", "平均分", "分数")
"""The column that counts, as it is called from table to table: the first of these that a table has."""

USED = ("使用", "使用方式")
"""By what a model was asked: an API, its weights, a web page."""

ABILITIES = "基础能力"
"""In the heading of the table whose columns are categories of their own."""

MEDALS = {"🏅": 1, "🥈": 2, "🥉": 3}

_HEADING = re.compile(r"(?P<table>.+排行榜)\s*（(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月）")

_TOTAL = "SuperCLUE总排行榜"

# bounded, and never past the next notice: a page of notices takes no longer than it is long
_RELEASE = re.compile(
    r"【(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})】[^【\n]{0,300}?发布[^【\n]{0,40}?"
    r"(?:(?P<year>[0-9]{4})年)?(?<![0-9])(?P<month>[0-9]{1,2})月榜单"
)

_VARIATION = "\ufe0f"

Month = tuple[int, int]


def parse(payload: Payload) -> Iterator[Item]:
    """Read the page as printed. Raises ``LayoutChanged`` for a payload in another shape.

    A table is of the day said on import, else of the day on which the page says that its month's list came out,
    else of the last of that month (of the day of the visit, where that is still to come).
    """
    board_given(payload, SOURCE.all_boards)
    released = _releases(text_of(payload))
    titles = []
    for table in markdown_tables(payload):
        found = _HEADING.fullmatch(table.title)
        if found is None:
            yield Remark(f"the table below {table.title[:60]!r} is not known and is left out")
            continue
        titles.append(found["table"])
        month = _month(found["year"], found["month"])
        on = payload.published_on or released.get(month) or _last_day(month, payload.fetched_at.date())
        yield from _table(table, found["table"], on)
    _refuse_without_total(titles)


def _refuse_without_total(titles: list[str]) -> None:
    for title in (_TOTAL, *titles):
        if titles.count(title) != 1:
            raise LayoutChanged(
                f"expected one table below {title[:60]!r}, found {titles.count(title)}; "
                f"tables: {', '.join(titles)[:200] or 'none'}"
            )


def _table(table: Table, title: str, on: date) -> Iterator[Reading | Fact]:
    refuse_headings(table.columns, (MODEL,))
    if ABILITIES in title:
        yield from _by_ability(table, on)
    if ABILITIES in title and RANK not in table.columns:
        return
    refuse_headings(table.columns, (RANK, MODEL))
    score = next((name for name in SCORES if name in table.columns), None)
    if score is None:
        raise LayoutChanged(
            f"{title[:60]}: expected a column {' or '.join(SCORES)}, found {', '.join(table.columns)[:200]!r}"
        )
    category = OVERALL if title == _TOTAL else title
    for row in table.rows:
        said = {name: row.cells[name] for name in table.columns if name not in (RANK, MODEL, ORGANIZATION, score)}
        yield _item(row, category, score, on, rank=_rank(row), detail=detail_of(**said))


def _by_ability(table: Table, on: date) -> Iterator[Reading | Fact]:
    for name in table.columns:
        if name not in (RANK, MODEL, ORGANIZATION, *SCORES, *USED):
            for row in table.rows:
                yield _item(row, name, name, on)


def _item(
    row: Row, category: str, score: str, on: date, *, rank: float | None = None, detail: str = ""
) -> Reading | Fact:
    # an arrow behind a name is how the page draws a link
    name = row.cells[MODEL].removesuffix("↗").rstrip()
    organization, rating = row.cells.get(ORGANIZATION, ""), row.percent(score)
    if rating is None:
        return Fact(name, organization, detail=detail)
    return Reading(
        BOARD.key, category_of(category), on, name, organization, rank=rank, rating=rating, detail=detail
    )


def _rank(row: Row) -> float | None:
    text = row.cells[RANK].replace(_VARIATION, "").strip()
    return MEDALS.get(text) or whole(number_of(text, f"line {row.line}: {RANK!r}", nothing=("", "-")))


def _releases(text: str) -> Mapping[Month, date]:
    """Give the day on which the list of each month came out, as the page's notices say."""
    found: dict[Month, date] = {}
    for notice in _RELEASE.finditer(text):
        year, month, day = map(int, notice["day"].split("-"))
        on = _date(year, month, day)
        # a notice without a year is of the month before it, at New Year too
        of = _month(notice["year"] or str(year - (int(notice["month"]) > month)), notice["month"])
        found[of] = max(on, found.get(of, on))
    return found


def _month(year: str, month: str) -> Month:
    return _date(int(year), int(month), 1).timetuple()[:2]


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise LayoutChanged(f"expected a date, found {year}-{month}-{day}") from None


def _last_day(month: Month, seen: date) -> date:
    last = date(*month, monthrange(*month)[1])
    return min(last, max(seen, date(*month, 1)))
