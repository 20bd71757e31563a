"""LMArena: the official dataset. One Parquet file a board, each with every category and no rank of ours.

``latest`` mixes published dates: each category has its own. ``rank`` and ``vote_count`` are floats in ``text``
and integers elsewhere; ``rank`` is a plain ordinal by rating.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import Any

from scrapers.boards import Part
from scrapers.boards._lmarena import BOARDS, COLUMNS
from scrapers.boards._lmarena_dumps import board_of, dump_rows, fetched_at
from scrapers.formats.cells import category_of, date_of, whole
from scrapers.formats.files import unpacked
from scrapers.formats.parquet import Columns, parquet_columns, parquet_parts
from topspot.domain.values import Item, LayoutChanged, License, Payload, Reading, Source, Terms

ROOT = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset/resolve/main"


def address(subset: str) -> str:
    """Give the address of a subset's newest publication."""
    return f"{ROOT}/{subset}/latest-00000-of-00001.parquet"


def history_address(subset: str) -> str:
    """Give the address of everything that a subset ever published."""
    return f"{ROOT}/{subset}/full-00000-of-00001.parquet"


SOURCE = Source(
    key="lmarena",
    publisher="LMArena",
    license=License(
        "CC BY 4.0", credit="LMArena leaderboard dataset, lmarena-ai on Hugging Face", commercial=True
    ),
    terms=Terms(
        fetch=True,
        store=True,
        show=True,
        export=True,
        note="the dataset's card says CC BY 4.0, as third parties report it; the site's own terms not looked up",
    ),
    format="Parquet; rows of it as JSON",
    needs=tuple(COLUMNS),
    every=timedelta(hours=1),
    boards={address(subset): board for subset, board in BOARDS.items()},
    history={history_address(subset): board for subset, board in BOARDS.items()},
)


def parse(payload: Payload) -> Iterator[Item]:
    """Read the rows of one subset as printed: the dataset's Parquet, or rows of it that were kept as JSON.

    Raises ``LayoutChanged`` for a payload in another shape.
    """
    board = SOURCE.board_at(payload.url)
    if payload.name:
        payload = replace(payload, body=unpacked(payload.body))
    if not payload.body.startswith(b"PAR1") and payload.name:
        yield from dump_rows(payload, board_of(payload))
        return
    for columns in parquet_columns(payload, COLUMNS):
        yield from _readings(board.key if board else board_of(payload), columns)


def observed_at(payload: Payload) -> datetime | None:
    """Say when an imported file was fetched, where it says so itself."""
    return fetched_at(payload)


def parse_history(
    payload: Payload, *, known: Mapping[date, str], since: date | None = None
) -> Iterator[tuple[Part, list[Reading]]]:
    """Read all that a subset ever published, date by date, from the file that the payload lies in.

    ``known`` are digests of dates that were read before: those come without rows. Raises ``LayoutChanged``.
    """
    known_board = SOURCE.history.get(payload.url)
    board = known_board.key if known_board else board_of(payload)
    if payload.file is None:
        raise LayoutChanged("a history is read from a file")
    slices = parquet_parts(payload.file, COLUMNS, "leaderboard_publish_date", date_of, known=known, since=since)
    for part in slices:
        rows = list(_readings(board, part.columns)) if part.columns else []
        yield Part(part.day, part.digest, part.total), rows


def _readings(board: str, columns: Columns) -> Iterator[Reading]:
    """Make readings of the columns, in their order: a column at a time, since a history has a million rows."""
    names, organizations, licenses, ratings, lowers, uppers, votes, ranks, categories, dates = columns
    named = {category: category_of(category) for category in set(categories)}
    dated = {value: date_of(value) for value in set(dates)}
    return map(
        Reading,
        repeat(board),
        map(named.__getitem__, categories),
        map(dated.__getitem__, dates),
        _texts(names),
        _texts(organizations),
        _texts(licenses),
        _wholes(ranks),
        ratings,
        lowers,
        uppers,
        _wholes(votes),
    )


def _texts(column: list[Any]) -> list[str]:
    return [value or "" for value in column] if None in column else column


def _wholes(column: list[Any]) -> list[Any]:
    kinds = set(map(type, column))
    if kinds == {float} and all(map(float.is_integer, column)):
        return list(map(int, column))
    return column if kinds == {int} else list(map(whole, column))
