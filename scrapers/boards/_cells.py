"""Single cells of a table, read so that what is none of its kind is refused or stays for *check* to see."""

import math
from datetime import date, datetime
from typing import Any

from topspot.domain.check import LONGEST_NAME
from topspot.domain.values import LayoutChanged


def category_of(value: str | None) -> str:
    """Read the name of a category. Raises ``LayoutChanged`` for what cannot name a snapshot."""
    if not value or not value.isprintable() or len(value) > LONGEST_NAME:
        raise LayoutChanged(f"column 'category' should hold a name, found {(value or '')[:40]!r}")
    return value


def whole(value: float | None) -> float | None:
    """Make a count of a float that is one; what is none stays as printed, for *check* to see."""
    return int(value) if value is not None and math.isfinite(value) and value == int(value) else value


def date_of(value: Any) -> date:
    """Read a publish date in any of the forms that a column of them has. Raises ``LayoutChanged``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise LayoutChanged(f"leaderboard_publish_date should be a date, found {str(value)[:40]!r}") from None
