"""LMArena by way of a third party's daily CSV of the board, 2024-06 to 2025-08. Import only.

Score and interval are those without style control. ``rank_stylectrl``, where it stands, is the rank by the other
ruler, of which there is no rating; the votes are the same for both. All numbers are whole.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from scrapers.boards._lmarena import BOARDS
from scrapers.formats.cells import margins_of, whole
from scrapers.formats.csv import csv_table
from scrapers.formats.files import board_given, published_on
from scrapers.formats.tables import Row, Table
from topspot.domain.values import Board, Item, LayoutChanged, License, Payload, Reading, Remark, Source, Terms

SCORED = {board.key: board for board in (BOARDS["text"], BOARDS["vision"], BOARDS["text_to_image"])}
"""The boards of which a file may be."""

OTHER_RULER = {
    BOARDS[subset].key: replace(BOARDS[f"{subset}_style_control"], rated=False, intervals=False)
    for subset in ("text", "vision")
}
"""The boards that ``rank_stylectrl`` ranks, by those of which a file is."""

SOURCE = Source(
    key="lmarena-csv",
    publisher="LMArena",
    license=License(
        "MPL-2.0 repository", credit="LMArena's board, as fboulnois kept it day by day", commercial=True
    ),
    imports=(*SCORED.values(), *OTHER_RULER.values()),
    terms=Terms(
        store=True,
        show=True,
        export=True,
        note="the repository is under MPL-2.0, as third parties report it; LMArena's own terms not looked up",
    ),
    format="CSV",
    needs=("rank", "model", "95_pct_ci", "votes", "organization", "license"),
)

SCORES = ("arena_score", "arena_elo")

UNUSED = ("knowledge_cutoff", "url")

RANK_BY_STYLE = "rank_stylectrl"


def parse(payload: Payload) -> Iterator[Item]:
    """Read one file as printed. Raises ``LayoutChanged`` for a payload in another shape.

    The board is the one said on import, else the one in the file's name; so is the published date.
    """
    board = board_given(payload, SCORED) or _board_in(payload.name)
    on = published_on(payload)
    table = csv_table(payload, SOURCE.needs)
    score = next((name for name in SCORES if name in table.columns), None)
    if score is None:
        raise LayoutChanged(f"column {SCORES[0]!r} is missing; found {', '.join(table.columns)[:200]!r}")
    yield from table.unknown((*SOURCE.needs, score, *UNUSED, RANK_BY_STYLE))
    yield from (_scored(row, score, board, on) for row in table.rows)
    if RANK_BY_STYLE in table.columns:
        yield from _ranked(table, OTHER_RULER.get(board), on)


def _board_in(name: str) -> str:
    for words, subset in (("lmarena_vision", "vision"), ("lmarena_image", "text_to_image")):
        if words in name.lower().replace("-", "_"):
            return BOARDS[subset].key
    return BOARDS["text"].key


def _scored(row: Row, score: str, board: str, on: date) -> Reading:
    rating = row.number(score)
    lower, upper = _bounds(row, rating)
    return _reading(row, board, on)._replace(
        rank=whole(row.number("rank")), rating=rating, lower=lower, upper=upper
    )


def _ranked(table: Table, board: Board | None, on: date) -> Iterator[Item]:
    if board is None:
        yield Remark(f"column {RANK_BY_STYLE!r} ranks no board that is known and is left out")
        return
    for row in table.rows:
        rank = whole(row.number(RANK_BY_STYLE))
        if rank is not None:
            yield _reading(row, board.key, on)._replace(rank=rank)


def _reading(row: Row, board: str, on: date) -> Reading:
    return Reading(
        board=board,
        category="overall",
        published_on=on,
        name=row.cells["model"],
        organization=row.cells["organization"],
        license=row.cells["license"],
        votes=whole(row.number("votes")),
    )


def _bounds(row: Row, rating: float | None) -> tuple[float | None, float | None]:
    margins = margins_of(row.cells["95_pct_ci"], f"line {row.line}: '95_pct_ci'")
    if rating is None or margins is None:
        return None, None
    return rating - margins[1], rating + margins[0]
