"""Files that people import, read within bounds: unpacked, as text or as JSON, with the date in their name."""

import gzip
import io
import json
import zlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from topspot.domain.values import LayoutChanged, Payload
from topspot.files import date_in

MOST_UNPACKED = 256 * 2**20
"""Bytes that one file may have, unpacked."""

_STEP = 2**20

_NOTHING = object()


def unpacked(body: bytes) -> bytes:
    """Give the bytes of a file, unpacked where they are gzip. Raises ``LayoutChanged`` for damage and excess."""
    if body[:2] != b"\x1f\x8b":
        _refuse_large(len(body))
        return body
    whole = bytearray()
    try:
        with gzip.open(io.BytesIO(body)) as file:
            while part := file.read(_STEP):
                whole += part
                _refuse_large(len(whole))
    except (OSError, EOFError, zlib.error) as error:
        raise LayoutChanged(f"a damaged gzip file ({str(error)[:100]})") from error
    return bytes(whole)


def text_of(payload: Payload) -> str:
    """Give a payload as text, with or without a byte order mark. Raises ``LayoutChanged`` if it is not UTF-8."""
    try:
        return unpacked(_body(payload)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LayoutChanged(f"expected text in UTF-8, found something else at byte {error.start}") from error


def json_of(payload: Payload) -> Any:
    """Give a payload's JSON, every number of it as a float, ``NaN`` too.

    Raises ``LayoutChanged`` for what is no JSON, is nested too deeply, has a key twice in one object (of which
    one would be lost) or text that is no Unicode.
    """
    text = text_of(payload)
    try:
        value = json.loads(text, parse_int=float, object_pairs_hook=_object)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise LayoutChanged(f"expected JSON, found {text[:40]!r} ({error})") from error
    except UnicodeEncodeError as error:
        raise LayoutChanged("a text in it is half a character") from error
    except RecursionError as error:
        raise LayoutChanged("JSON nested too deeply") from error
    return value


def published_on(payload: Payload) -> date:
    """Give the published date that was said on import, else the first one in the file's name.

    What was fetched is of the day on which it was. Raises ``LayoutChanged`` for a file without a date.
    """
    found = payload.published_on or date_in(payload.name)
    if found is None and not payload.name:
        found = payload.fetched_at.date()
    if found is None:
        raise LayoutChanged("no date in the name of the file: say when it was published with --published")
    return found


def board_given(payload: Payload, boards: Collection[str]) -> str | None:
    """Give the key of the board that was said on import, ``None`` where none was.

    Raises ``LayoutChanged`` for a key that is none of ``boards``.
    """
    if payload.board and payload.board not in boards:
        raise LayoutChanged(f"board {payload.board[:40]!r} is none of those it may be: {', '.join(boards)}")
    return payload.board


def text_in(record: Mapping[str, Any], key: str, *where: object) -> str:
    """Give a text out of an object of JSON, empty for null. Raises ``LayoutChanged`` for anything else.

    ``where`` are the words that say in an error which object it is.
    """
    value = record.get(key, _NOTHING)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise _wrong(record, key, "text", where)


def number_in(record: Mapping[str, Any], key: str, *where: object) -> float | None:
    """Give a number out of an object of JSON, ``None`` for null. Raises ``LayoutChanged`` as ``text_in`` does."""
    value = record.get(key, _NOTHING)
    if value is None or isinstance(value, float):
        return value
    raise _wrong(record, key, "a number", where)


def _body(payload: Payload) -> bytes:
    return payload.file.read_bytes() if payload.file else payload.body


def _refuse_large(size: int) -> None:
    if size > MOST_UNPACKED:
        raise LayoutChanged(f"more than the {MOST_UNPACKED:,} bytes of one file that are read")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LayoutChanged(f"{twice[:60]!r} stands twice in one object")
    return whole


def _wrong(record: Mapping[str, Any], key: str, kind: str, where: tuple[object, ...]) -> LayoutChanged:
    place = f"{key!r} of {_printable(' '.join(str(word)[:60] for word in where))}"
    if key not in record:
        return LayoutChanged(f"{place} is missing; found {', '.join(record)[:200]!r}")
    return LayoutChanged(f"{place} should be {kind}, found {_shown(record[key])}")


def _shown(value: object) -> str:
    return repr(str(value)[:40])


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
