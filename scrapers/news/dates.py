"""Printed dates, in the forms that feeds and pages have, and which of them can be believed."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

SLACK = timedelta(hours=1)
"""How much later than the visit a date may be: clocks differ, and no more."""

_NUMBERS = re.compile(
    r"(?P<year>[12]\d{3})\s*(?:[-/.]|年)\s*(?P<month>\d{1,2})\s*(?:[-/.]|月)\s*(?P<day>\d{1,2})(?:\s*日|\b)"
    r"(?:[\sT,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}\b)?",
    re.ASCII,
)

_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:de\s+)?(?P<word>[^\W\d_]{3,10})\.?|"
    r"(?P<word_first>[^\W\d_]{3,10})\.?\s+(?P<day_second>\d{1,2})(?:st|nd|rd|th)?),?"
    r"\s+(?:de\s+)?(?P<year>[12]\d{3})\b"
    r"(?:[\s,T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}\b)?",
)

_MONTHS = (
    "jan january januar janvier enero ene janeiro gennaio gen januari styczeń",
    "feb february februar février fév fevr febrero fevereiro fev febbraio februari",
    "mar march märz maerz mrz mars marzo março maart",
    "apr april avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei maj",
    "jun june juni juin junio junho giugno giu",
    "jul july juli juillet juil julio julho luglio lug",
    "aug august août aout agosto ago augustus",
    "sep sept september septembre septiembre setembro set settembre",
    "oct october oktober okt octobre octubre outubro out ottobre ott",
    "nov november novembre noviembre novembro",
    "dec december dezember dez décembre déc diciembre dic dezembro dicembre",
)

_MONTH = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}


def date_of(text: str) -> datetime | None:
    """Read a printed date as an instant in UTC, ``None`` where there is none; without a zone it is UTC.

    Reads RFC 822 and ISO 8601, numbers with the year first (``2020/1/10 14:33:00``, ``2025年9月23日``), and months
    in words of the languages of Western Europe, whatever the day of the week is called.
    """
    text = text.strip()[:100]
    return _standard(text) or _from_numbers(text) or _from_words(text)


def believable(date: datetime | None, seen_at: datetime) -> bool:
    """Whether a date can be one of something seen at ``seen_at``: not before the web, not after the visit."""
    return date is None or EARLIEST <= date <= seen_at + SLACK


def _standard(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return _in_utc(read(text))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _in_utc(found: datetime) -> datetime:
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _from_numbers(text: str) -> datetime | None:
    found = _NUMBERS.search(text)
    return _made(found, found["month"], found["day"]) if found else None


def _from_words(text: str) -> datetime | None:
    for found in _WORDS.finditer(text):
        month = _MONTH.get((found["word"] or found["word_first"]).lower())
        if month:
            return _made(found, month, found["day"] or found["day_second"])
    return None


def _made(found: re.Match[str], month: int | str, day: str) -> datetime | None:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    try:
        local = datetime(int(found["year"]), int(month), int(day), hour, minute, second, tzinfo=UTC)
        return local - _offset(found["zone"] or "")
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone[:1] not in ("+", "-"):
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return size if zone[0] == "+" else -size
