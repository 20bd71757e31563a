"""Single cells of a table, read so that what is none of its kind is refused or stays for *check* to see."""

import json
import math
import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from topspot.domain.check import LONGEST_NAME
from topspot.domain.values import LayoutChanged

_NUMBER = re.compile(
    r"(?P<plain>[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?|nan|[+-]?inf)"
    r"(?P<unit>[KMBT]?)",
    re.IGNORECASE | re.ASCII,  # without ASCII the Kelvin sign is a K
)

_UNITS = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}

_MARGINS = re.compile(r"±\s*(?P<both>[0-9.,]+)|\+\s*(?P<up>[0-9.,]+)\s*/\s*-\s*(?P<down>[0-9.,]+)")

_MINUS = str.maketrans("−–﹣－", "----")  # noqa: RUF001 - the signs that pages print

NOTHING = ("", "-", "–", "—", "N/A", "n/a", "NA", "null", "None")  # noqa: RUF001 - what pages print
"""What cells hold that hold nothing, where a page prints something for it."""


def number_of(text: str, where: str, *, nothing: Collection[str] = ("",)) -> float | None:
    """Read a printed number such as ``1,234``, ``-3.5``, ``1.11T`` or ``7e+22``.

    ``None`` if it is among ``nothing``. Raises ``LayoutChanged``, naming ``where``, for anything else.
    """
    plain = text.strip()
    if plain in nothing:
        return None
    found = _NUMBER.fullmatch(plain.translate(_MINUS))
    if not found:
        raise LayoutChanged(f"{where} should be a number, found {text[:40]!r}")
    return float(found["plain"].replace(",", "")) * _UNITS[found["unit"].upper()]


def percent_of(text: str, where: str, *, nothing: Collection[str] = ("",)) -> float | None:
    """Read a printed share such as ``77.47%`` or ``77.47``, as the number of percent. Raises as ``number_of``."""
    plain = text.strip()
    return number_of(plain.removesuffix("%").rstrip() if plain != "%" else plain, where, nothing=nothing)


def margins_of(text: str, where: str) -> tuple[float, float] | None:
    """Read the margins of an interval, printed ``±9`` or ``+8/-9``, as (up, down), both positive.

    ``None`` if nothing is printed. Raises ``LayoutChanged``, naming ``where``, for anything else.
    """
    plain = text.strip().translate(_MINUS)
    if not plain:
        return None
    found = _MARGINS.fullmatch(plain)
    if not found:
        raise LayoutChanged(f"{where} should be like +3/-4 or ±3, found {text[:40]!r}")
    up, down = (number_of(found["both"] or found[side], where) for side in ("up", "down"))
    if up is None or down is None:
        raise LayoutChanged(f"{where} should be like +3/-4 or ±3, found {text[:40]!r}")
    return up, down


def category_of(value: str | None) -> str:
    """Read the name of a category. Raises ``LayoutChanged`` for what cannot name a snapshot."""
    if not value or not value.isprintable() or len(value) > LONGEST_NAME:
        raise LayoutChanged(f"column 'category' should hold a name, found {(value or '')[:40]!r}")
    return value


def whole(value: float | None) -> float | None:
    """Make a count of a float that is one; what is none stays as printed, for *check* to see."""
    return int(value) if value is not None and math.isfinite(value) and value == int(value) else value


def date_of(value: Any, column: str = "leaderboard_publish_date") -> date:
    """Read a date in any of the forms that a column of them has. Raises ``LayoutChanged``, naming ``column``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise LayoutChanged(f"{column} should be a date, found {str(value)[:40]!r}") from None


def detail_of(**said: Any) -> str:
    """Give what a source says of an entry beyond its name, as the text that ``Reading.detail`` holds.

    It is JSON with sorted keys, without those that are empty or no finite number, which JSON cannot say; the
    empty text where nothing is left.
    """
    kept = {key: value for key, value in said.items() if not _says_nothing(value)}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if kept else ""


def _says_nothing(value: Any) -> bool:
    return value in (None, "", [], (), {}) or (isinstance(value, float) and not math.isfinite(value))
