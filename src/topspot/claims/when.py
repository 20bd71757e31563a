"""Of which day a sentence speaks, where it says so."""

import re
from datetime import date, timedelta

from topspot.claims.masked import Masked

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" if len(name) > 3 else name for name in _MONTHS)

_DAY = (
    rf"(?:(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>20\d\d))?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?P<month2>{_MONTH})(?:,? (?P<year2>20\d\d))?"
    r"|(?P<year3>20\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d))(?![\w-])"
)

_SAID = (
    re.compile(rf"\b(?:as of|as at) (?:the )?{_DAY}"),
    re.compile(rf"^(?:- )?(?:(?:back )?on (?:\w+day,? )?|by )?{_DAY},? "),
    re.compile(
        r"(?:截至|截止到?)(?:北京时间|当地时间)?(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
        r"|^[^,。;:«»\d]{0,6}(?:(?P<year2>20\d\d)年)?(?P<month2>\d{1,2})月(?P<day2>\d{1,2})[日号]"
        r"(?! ?(?:消息|讯|电))"
    ),
)
"""What says on which day something was so: "as of March 3", a sentence that opens with its date, 截至4月6日."""

GOES_ON = re.compile(r"^(?:其中|当时|彼时|at (?:the|that) time\b|then,)")
"""What opens a sentence that still speaks of the day of the one before."""

_EARLY = timedelta(days=1)
"""How much later than its publication, in UTC, a text may be dated where it was written."""


def told_day(words: Masked, published: date | None) -> date | None:
    """Give the day that a sentence says it speaks of, ``None`` if it says none or one after its publication.

    A day without a year is the last one before its publication; without ``published`` it is none.
    """
    for pattern in _SAID:
        found = pattern.search(words.text)
        if found:
            return _read({name.rstrip("23"): text for name, text in found.groupdict().items() if text}, published)
    return None


def _read(parts: dict[str, str], published: date | None) -> date | None:
    month = parts["month"]
    number = int(month) if month.isdigit() else [name[:3] for name in _MONTHS].index(month[:3]) + 1
    latest = published + _EARLY if published else None
    years = [int(parts["year"])] if "year" in parts else [published.year, published.year - 1] if published else []
    for year in years:
        try:
            day = date(year, number, int(parts["day"]))
        except ValueError:
            continue
        if latest is None or day <= latest:
            return day
    return None
