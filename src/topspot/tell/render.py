"""A message in the forms that people read: Slack's blocks, its notification, plain text. Pure functions.

Names, titles and licenses come from outside, so every text passes two gates here. ``tidy`` makes it visible and
short (no control, zero-width or bidi characters, no line breaks, cut between graphemes); ``escape`` and
``literal`` make it harmless for the place where it is shown. Slack's limits are constants, and the tests hold
every message against them.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeVar

from topspot.domain.messages import Message, TableRow

HEADER_LIMIT = 150  # Slack's limit for a header
SECTION_LIMIT = 3_000  # Slack's limit for the text of a section
TABLE_ROWS = 100  # Slack's limit, with the row of headings
TABLE_CHARACTERS = 10_000  # Slack's limit over all cells of a table
WISHED_SIZE = 3_500  # of all blocks as JSON: what still reads well on a phone
MOST_SIZE = 12_000  # of all blocks as JSON: near 13,200 Slack answers msg_blocks_too_long (bolt-js #2509)
PLAIN_LIMIT = 3_900  # Slack splits or truncates a plain text of more than 4,000
LINES = 8  # further changes that a message lists; the others are counted
SURE_ROWS = 3  # rows of the table that are shown even beyond the wished size

T = TypeVar("T")

REPEAT = "(possible repeat)"
UNEDITABLE = "The message that this corrects can no longer be edited."
MISSING = "—"  # a cell of Slack's table may not be empty
HEADINGS = TableRow("Model", "Developer (country)", "Before", "After")

# What our own parts may take, so that all of them together stay under the limits above whatever they hold.
_SENTENCE, _FINDING, _LINE, _ALL_LINES, _CELL, _CREDIT, _RULE, _WORD = 600, 600, 200, 1_000, 80, 150, 60, 64
_WAS, _BECAUSE = 350, 350
_RULES = 4
_NOTE = 160  # the row that counts the rows left out

# Shown as nothing, yet neither control nor format characters in Unicode's tables: fillers, joiners and the
# variation selectors, in which a whole hidden text fits.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_MARKS_IN_A_ROW = 4  # more combining marks than any language stacks are a text that covers its neighbours

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_COST = {character: len(entity) for character, entity in _ENTITIES.items()}
# Slack has no escape for its emphasis, so a marker that could open one gives way to a sign that looks like it.
_LOOKALIKES = {"*": "\u2217", "_": "\uff3f", "~": "\u223c"}
_EMPHASIS = tuple(
    (re.compile(rf"(?<![A-Za-z0-9]){re.escape(mark)}(?=\S)(.*?){re.escape(mark)}"), rf"{like}\1{like}")
    for mark, like in _LOOKALIKES.items()
)
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]*[a-z+])([a-z0-9_+'-]+):", re.IGNORECASE)


def clean(text: str) -> str:
    """Give a text as one line in which every character shows, in the order in which it is written.

    Line breaks and runs of white space become one space; control, zero-width and bidi characters go; half a
    surrogate pair becomes the replacement character, since it cannot be sent.
    """
    kept: list[str] = []
    marks = 0
    for character in " ".join(text.split()):
        shown, is_mark = _shown(character)
        marks = marks + 1 if is_mark else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(shown)
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def _shown(character: str) -> tuple[str, bool]:
    """Give what a character is shown as, nothing where it is invisible, and whether it is set over another."""
    category = unicodedata.category(character)
    if category in {"Cc", "Cf"} or character in _BLANK or any(ord(character) in some for some in _SELECTORS):
        return "", False
    return ("\ufffd" if category == "Cs" else character), category in {"Mn", "Me"}


def escape(text: str) -> str:
    """Give a text so that Slack's mrkdwn shows it as it is: no mention, link, date, emphasis or emoji in it.

    Slack decodes exactly three entities, so ``&lt;`` in the text is shown as ``&lt;``. For emphasis it has no
    escape: markers that could form a pair are replaced by signs that look like them, and others are left, so
    that ``gpt_image_2*`` stays as it is. Line breaks are kept; ``clean`` removes those that came from outside.
    """
    for pattern, lookalikes in _EMPHASIS:
        text = pattern.sub(lookalikes, text)
    text = text.replace("`", "\u02cb")  # one alone already turns the rest of a message into code
    text = _EMOJI_CODE.sub("\u2236\\1\u2236", text)
    return re.sub("[&<>]", lambda match: _ENTITIES[match[0]], text)


def literal(text: str) -> str:
    """Give a text for Slack's plain text and table cells, where nothing is parsed and nothing need be decoded.

    Angle brackets become angle quotation marks: Slack does not document whether it decodes entities there, and
    so no reader of the message, human or program, can take ``<!channel>`` for a mention.
    """
    return text.replace("<", "\u2039").replace(">", "\u203a")


def size(text: str) -> int:
    """Count the characters of a text as the strictest reader would: UTF-16 units, entities spelled out."""
    return sum(map(_cost, text))


def _cost(character: str) -> int:
    return _COST.get(character) or (2 if ord(character) > 0xFFFF else 1)


def cut(text: str, limit: int) -> str:
    """Shorten a text to ``limit`` characters (see ``size``) with an ellipsis, never inside a grapheme."""
    if size(text) <= limit:
        return text
    fits = bisect_right(list(accumulate(map(_cost, text))), limit - 1)
    end = fits
    while end and _continues(text, end):
        end -= 1
    return text[: end or fits].rstrip() + "…"  # a grapheme beyond the limit is the one thing cut in itself


def _continues(text: str, index: int) -> bool:
    """Whether the character at ``index`` belongs to the grapheme before it (joiners are cleaned away before)."""
    character = text[index]
    if unicodedata.category(character).startswith("M") or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    if "\u1160" <= character <= "\u11ff":  # vowels and finals of Hangul written in parts
        return True
    flags = 0
    while index - flags >= 0 and "\U0001f1e6" <= text[index - flags] <= "\U0001f1ff":
        flags += 1
    return flags > 0 and flags % 2 == 0  # the second letter of a flag


def tidy(message: Message) -> Message:
    """Give a message whose texts are clean and within their limits; what did not fit is counted in ``more``."""
    lines = _first_lines(_short(line, _LINE) for line in message.lines)
    return replace(
        message,
        alert_id=_short(message.alert_id, _WORD),
        status=_short(message.status, _WORD),
        title=_short(message.title, HEADER_LIMIT),
        sentence=_short(message.sentence, _SENTENCE),
        finding=_short(message.finding, _FINDING),
        lines=lines,
        more=message.more + len(message.lines) - len(lines),
        table=tuple(TableRow(*(_short(cell, _CELL) or MISSING for cell in row)) for row in message.table),
        credit=_short(message.credit, _CREDIT),
        license=_short(message.license, _WORD),
        rules=tuple(_short(rule, _RULE) for rule in message.rules[:_RULES]),
        was=_short(message.was, _WAS),
        because=_short(message.because, _BECAUSE),
    )


def _short(text: str, limit: int) -> str:
    # enough is read to fill the limit, so that a text of any length takes little time
    read = 4 * limit
    return cut(clean(text[:read]) + ("…" if len(text) > read else ""), limit)


def _first_lines(lines: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for line in lines:
        if len(kept) == LINES or sum(map(size, kept)) + size(line) > _ALL_LINES:
            break
        kept.append(line)
    return tuple(kept)


def heading(message: Message) -> str:
    """Give the status word and the title of a tidy message, in one line."""
    return cut(" · ".join(filter(None, (message.status, message.title))) or "Topspot", HEADER_LIMIT)


def opening(message: Message) -> str:
    """Give the sentence of a tidy message, behind a mark where it may have been seen before.

    The mark comes first: a push notification shows the beginning only.
    """
    sentence = message.sentence or heading(message)
    return f"{REPEAT} {sentence}" if message.repeat else sentence


def taken_back(message: Message) -> tuple[str, ...]:
    """Say what a tidy message takes back, and why; a plain alert takes nothing back."""
    return tuple(filter(None, (_labeled("Said before", message.was), _reason(message))))


def _reason(message: Message) -> str:
    return _labeled("Because", message.because)


def _labeled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def uneditable(message: Message) -> Message:
    """Give a message that corrects one that can no longer be edited: its reason ends with that."""
    because = _short(message.because, _BECAUSE - size(UNEDITABLE) - len(". "))
    stop = "" if because.endswith((".", "!", "?", "…")) else "."
    return replace(message, because=f"{because}{stop} {UNEDITABLE}" if because else UNEDITABLE)


def further(message: Message) -> tuple[str, ...]:
    """Give the further lines of a tidy message, the last of which counts those that did not fit."""
    return (*message.lines, f"and {message.more} more") if message.more else message.lines


def origin(message: Message) -> tuple[str, ...]:
    """Say where a tidy message comes from: credit and license, rules, alert; what is missing is left out."""
    license_ = f"({message.license})" if message.license else ""
    rules = ", ".join(filter(None, message.rules))
    parts = (
        " ".join(filter(None, (message.credit, license_))),
        f"rule {rules}" if rules else "",
        f"alert {message.alert_id}" if message.alert_id else "",
    )
    return tuple(filter(None, parts))


def published(message: Message) -> str:
    """Give the publisher's date. It is no instant: shown as one, it would be the day before in New York."""
    return f"published {message.published_on.isoformat()}"


def utc(instant: datetime) -> str:
    """Give an instant to the minute, in UTC."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def notification(message: Message) -> str:
    """Give the one sentence that a push notification shows, escaped for Slack; a correction names its status."""
    message = tidy(message)
    if message.was and not message.sentence.casefold().startswith(message.status.casefold()):
        message = replace(message, sentence=f"{message.status}: {message.sentence or heading(message)}")
    return escape(opening(message))


def plain(message: Message) -> str:
    """Give the whole message as raw text without markup, at most ``PLAIN_LIMIT`` characters once escaped."""
    message = tidy(message)
    lines = [heading(message), opening(message), message.finding, *taken_back(message)]
    lines += [f"• {line}" for line in further(message)]
    context = " · ".join((published(message), f"seen {utc(message.observed_at)}", *origin(message)))
    spare = PLAIN_LIMIT - sum(size(line) + 1 for line in (*lines, context))
    rows = [_row_text(row) for row in message.table]
    table, left_out = _fitting(rows, lambda row: size(row) + 1, spare, sure=0)
    if left_out:
        table.append(f"and {left_out} more models")
    return "\n".join(filter(None, (*lines, *table, context)))


def _row_text(row: TableRow) -> str:
    return f"{row.model}, {row.developer}: {row.before} → {row.after}"


def blocks(message: Message) -> list[dict[str, Any]]:
    """Give the message as Block Kit: header, finding, what it takes back, further lines, table, context.

    At most ``WISHED_SIZE`` characters where the first rows of the table allow it, and never ``MOST_SIZE``; the
    table is cut by whole rows. The table stands last before the context, since some clients show it last.
    """
    message = tidy(message)
    above = [
        {"type": "header", "text": _plain_text(heading(message))},
        _section(filter(None, (opening(message), message.finding))),
    ]
    if taken_back(message):
        above.append(_taken_back(message))
    if further(message):
        above.append(_section(f"• {line}" for line in further(message)))
    below = [_context(message)]
    return [*above, *_table(message.table, WISHED_SIZE - json_size([*above, *below])), *below]


def json_size(value: object) -> int:
    """Count the characters of a value as JSON, in UTF-16 units."""
    text = json.dumps(value, ensure_ascii=False)
    return len(text.encode("utf-16-le")) // 2


def _section(lines: Iterable[str]) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn("\n".join(map(escape, lines)))}


def _taken_back(message: Message) -> dict[str, Any]:
    was = _labeled("Said before", _struck(message.was))
    return {"type": "section", "text": _mrkdwn("\n".join(filter(None, (was, escape(_reason(message))))))}


def _struck(text: str) -> str:
    """Give a clean text for mrkdwn as struck through: the only emphasis of ours, and only we open or close it."""
    return f"~{escape(text.replace('~', _LOOKALIKES['~']))}~" if text else ""


def _context(message: Message) -> dict[str, Any]:
    unix = int(message.observed_at.timestamp())
    seen = f"seen <!date^{unix}^{{date_short_pretty}} {{time}}|{utc(message.observed_at)}>"
    elements = [
        _plain_text(published(message)),
        _mrkdwn(seen),
        *(_mrkdwn(escape(part)) for part in origin(message)),
    ]
    return {"type": "context", "elements": elements}


def _table(rows: tuple[TableRow, ...], spare: int) -> list[dict[str, Any]]:
    if not rows:
        return []
    shell = {"type": "table", "column_settings": [{"is_wrapped": True}] * 2, "rows": [_cells(HEADINGS)]}
    spare -= json_size(shell)
    shown, left_out = _fitting(list(map(_cells, rows)), lambda row: json_size(row) + 2, spare, sure=SURE_ROWS)
    if left_out:
        shown.append(_cells(TableRow(f"and {left_out} more", MISSING, MISSING, MISSING)))
    return [shell | {"rows": [_cells(HEADINGS), *shown]}]


def _fitting(rows: list[T], cost: Callable[[T], int], spare: int, *, sure: int) -> tuple[list[T], int]:
    """Give the first rows that fit into ``spare``, at least ``sure`` of them, and how many are left out."""
    costs = list(accumulate(map(cost, rows)))
    fit = bisect_right(costs, spare)
    if fit < len(rows):
        fit = max(bisect_right(costs, spare - _NOTE), sure)
    return rows[:fit], max(0, len(rows) - fit)


def _cells(row: TableRow) -> list[dict[str, str]]:
    return [{"type": "raw_text", "text": literal(cell)} for cell in row]


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}  # else Slack makes links of bare addresses and names


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": literal(text), "emoji": False}
