"""Of which day a sentence speaks, where it says so."""

import re
from datetime import date, timedelta

from topspot.claims.masked import Masked

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip

_MONTH = "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" if len(name) > 3 else name for name in MONTHS)

_DATE = (
    rf"(?:(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>20\d\d))?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?P<month2>{_MONTH})(?:,? (?P<year2>20\d\d))?"
    r"|(?P<year3>20\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d))(?![\w-])(?P<last> last year)?"
)

_CHINESE_DATE = (
    r"(?:(?P<year>20\d\d)年|(?P<last>去年))?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    r"|(?P<year2>20\d\d)[-./](?P<month2>\d{1,2})[-./](?P<day2>\d{1,2})(?!\d)"
)

_AS_OF = (
    re.compile(rf"\b(?:as of|as at) (?:the )?(?:\w+day,? )?{_DATE}"),
    re.compile(rf"(?:截至|截止到?)(?:(?:北京|当地|«c[a-z]+»)时间)?(?:{_CHINESE_DATE})"),
)
"""What says of which day all of a sentence is: "as of March 3", 截至4月6日."""

_OPENS = (
    re.compile(rf"^(?:- )?(?:(?:back )?on (?:\w+day,? )?|by )?{_DATE}(?:,|:)? "),
    re.compile(
        rf"^(?:- )?(?:早在|就在|在|于)?(?:(?:北京|当地|«c[a-z]+»)时间)?(?:{_CHINESE_DATE})"
        r"(?!起|前|至|到|之前|以来|以后|之后|的|[^,。;]{0,6}(?:消息|讯|电|报道|发布的|上线的|推出的))"
    ),
)
"""The date that a sentence opens with: what it says is of that day unless it speaks of now."""

_ANOTHER_DATE = re.compile(rf"{_DATE}|{_CHINESE_DATE.replace('?P<', '?P<c')}")

_NOW = re.compile(r"\b(?:now|currently|today|still)\b|目前|现在|如今|当前|今天|今日|仍")

GOES_ON = re.compile(r"^(?:其中|当时|彼时|at (?:the|that) time\b|then,)")
"""What opens a sentence that still speaks of the day of the one before."""

_EARLY, _SOON = timedelta(days=1), timedelta(days=60)
"""How much later than its publication, in UTC, a text may be dated where it was written, and for how long a day
without a year is one to come and none of the year before."""


def told_day(words: Masked, published: date | None) -> date | None:
    """Give the day that a sentence says it speaks of, ``None`` if it says none or one after its publication.

    A day without a year is the last one before its publication; without ``published`` it is none.
    """
    for pattern in _AS_OF:
        found = pattern.search(words.text)
        if found:
            return _read(found, published)
    if _NOW.search(words.text) or len(_ANOTHER_DATE.findall(words.text)) > 1:
        return None
    for pattern in _OPENS:
        found = pattern.search(words.text)
        if found:
            return _read(found, published)
    return None


def _read(found: re.Match[str], published: date | None) -> date | None:
    parts = {name.rstrip("23"): text for name, text in found.groupdict().items() if text}
    month = parts["month"]
    number = int(month) if month.isdigit() else [name[:3] for name in MONTHS].index(month[:3]) + 1
    latest = published + _EARLY if published else None
    for year in _years(parts, latest):
        try:
            day = date(year, number, int(parts["day"]))
        except ValueError:
            continue
        if latest is None or day <= latest:
            return day
        if day <= latest + _SOON:
            return None
    return None


def _years(parts: dict[str, str], latest: date | None) -> list[int]:
    """Give the years in which a day may be, the likeliest first."""
    if "year" in parts:
        return [int(parts["year"])]
    if latest is None:
        return []
    return [latest.year - 1] if "last" in parts else [latest.year, latest.year - 1]
