"""The stage *check*: may a publication be believed?

A publication is held, with its reasons, when something in it cannot be so. Tests that sound right hold the
wrong ones: a falling vote count, an order that is not that of rank and a model that stands twice are all
normal at LMArena, so none of them is asked here.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from operator import gt
from typing import Any

from topspot.domain.values import OVERALL, Board, Reading

LONGEST_DETAIL = 1_000
"""Longest text in characters of what else a source says of an entry; an index holds it."""

LONGEST_NAME = 300
"""Longest printed name in characters that is believed; the longest seen is under 120."""

MOST_COUNT = 2**31 - 1
"""Highest rank or number of votes that is believed, and that a column of the database holds."""

FEWEST_SHARE = 2
"""A publication with fewer than one in this many of the rows of before is held."""

TWICE_SHARE = 20
"""More than one in this many names standing twice (and more than ``TWICE_FEW``) is several publications."""

TWICE_FEW = 2


def reasons_to_hold(
    rows: Sequence[Reading], board: Board, *, rows_before: int | None, today: date
) -> tuple[str, ...]:
    """Say why one publication is not believed; an empty answer accepts it.

    ``rows_before`` is the number of rows of the newest accepted snapshot of the series, ``None`` where there
    is none. ``today`` is the day of the visit in UTC.
    """
    found = (
        _empty(rows),
        _short(rows, board),
        _shrunk(rows, rows_before),
        _in_the_future(rows, today),
        _impossible(rows, board),
        _mixed(rows),
    )
    return tuple(reason for reason in found if reason)


def _empty(rows: Sequence[Reading]) -> str | None:
    return None if rows else "no rows"


def _short(rows: Sequence[Reading], board: Board) -> str | None:
    if not rows or rows[0].category != OVERALL or len(rows) >= board.fewest_rows:
        return None
    return f"{len(rows)} rows, fewer than the {board.fewest_rows} that a healthy page has"


def _shrunk(rows: Sequence[Reading], rows_before: int | None) -> str | None:
    if rows_before is None or len(rows) * FEWEST_SHARE >= rows_before:
        return None
    return f"{len(rows)} rows, less than half of the {rows_before} before"


def _in_the_future(rows: Sequence[Reading], today: date) -> str | None:
    # a publisher east of UTC may be a day ahead
    latest = max((row.published_on for row in rows), default=today)
    return f"published on {latest}, which is still to come" if latest > today + timedelta(days=1) else None


def _impossible(rows: Sequence[Reading], board: Board) -> str | None:
    if _all_plain(rows, board):
        return None
    wrong = [(row, why) for row in rows if (why := _why_impossible(row, board))]
    if not wrong:
        return None
    row, why = wrong[0]
    others = f" (and {len(wrong) - 1} more rows)" if len(wrong) > 1 else ""
    return f"impossible value: {row.name[:60]!r}: {why}{others}"


def _all_plain(rows: Sequence[Reading], board: Board) -> bool:
    """Whether all rows are surely possible, seen column by column: five times as fast as row by row.

    ``False`` says nothing; the rows are then judged one by one.
    """
    if not rows:
        return False
    columns: Any = Reading._make(zip(*rows, strict=True))  # a column in the place of each value
    texts = (columns.name, columns.organization, columns.license)
    details = set(columns.detail)
    numbers = (columns.rating, columns.lower, columns.upper)
    return (
        all(map(str.strip, columns.name))
        and all(_all_short(text) for text in texts)
        and (
            details == {""}
            or (max(map(len, details)) <= LONGEST_DETAIL and not any("\0" in text for text in details))
        )
        and all(_all_within(number, board.scale.low, board.scale.high) for number in numbers)
        and all(_all_counts(count) for count in (columns.rank, columns.votes))
        and not any(map(gt, columns.lower, columns.upper))
    )


def _all_short(texts: Sequence[str]) -> bool:
    return max(map(len, texts)) <= LONGEST_NAME and not any("\0" in text for text in set(texts))


def _all_within(numbers: Sequence[Any], low: float, high: float) -> bool:
    return None not in numbers and math.isfinite(sum(numbers)) and low <= min(numbers) and max(numbers) <= high


def _all_counts(counts: Sequence[Any]) -> bool:
    return set(map(type, counts)) == {int} and min(counts) >= 1 and max(counts) <= MOST_COUNT


def _why_impossible(row: Reading, board: Board) -> str | None:
    texts = (row.name, row.organization, row.license)
    if not row.name.strip():
        return "no name"
    if any(len(text) > LONGEST_NAME for text in texts):
        return f"a text of more than {LONGEST_NAME} characters"
    if len(row.detail) > LONGEST_DETAIL:
        return f"what else is said of it has more than {LONGEST_DETAIL} characters"
    if any("\0" in text for text in (*texts, row.detail)):
        return "a NUL character in its text"
    return _why_impossible_numbers(row, board)


def _why_impossible_numbers(row: Reading, board: Board) -> str | None:
    wrong_number = _why_impossible_range(row, board)
    if wrong_number:
        return wrong_number
    if board.rated and row.rating is None:
        return f"no {board.scale.name}"
    if (row.lower is None) != (row.upper is None) or (board.intervals and row.lower is None):
        return "a bound is missing"
    if row.lower is not None and row.upper is not None and row.lower > row.upper:
        return f"lower bound {row.lower} above upper bound {row.upper}"
    return None


def _why_impossible_range(row: Reading, board: Board) -> str | None:
    low, high = board.scale.low, board.scale.high
    for label, value in ((board.scale.name, row.rating), ("lower bound", row.lower), ("upper bound", row.upper)):
        if value is not None and not (math.isfinite(value) and low <= value <= high):
            return f"{label} {value} is outside {low:g} to {high:g}"
    for label, count, least in (("rank", row.rank, 1), ("number of votes", row.votes, 0)):
        if count is not None and not (isinstance(count, int) and least <= count <= MOST_COUNT):
            return f"{label} {str(count)[:20]} is not a whole number from {least} to {MOST_COUNT}"
    return None


def _mixed(rows: Sequence[Reading]) -> str | None:
    counts = Counter((row.name, row.detail) for row in rows)  # of one name, a source may know several entries
    repeated = {name: count for name, count in counts.items() if count > 1}
    most = max(repeated.values(), default=1)
    few = len(repeated) <= max(TWICE_FEW, len(counts) // TWICE_SHARE)
    if not repeated or (few and most == 2):
        return None
    return (
        f"several publications mixed: {len(repeated)} of {len(counts)} models stand more than once, "
        f"one up to {most} times"
    )
