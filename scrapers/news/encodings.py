"""The text of a feed or page, whatever its bytes are called: the bytes are believed before the name.

A name in a prolog is often wrong and often missing. UTF-8 is recognized with certainty; what is not UTF-8 and not
named is told apart by which characters it would make: common Chinese ones, kana, or accents among ASCII letters.
"""

import codecs
import re
import zlib
from collections.abc import Callable
from typing import NamedTuple

from topspot.domain.values import LayoutChanged

MOST_BYTES = 16 * 2**20
"""Bytes of one feed or page that are read, unpacked."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_WIDE = (
    (re.compile(rb"[<{\[\s]\0\0\0", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\[\s]", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[<{\[\s]\0[^\0]", re.DOTALL), "utf-16-le"),
    (re.compile(rb"\0[<{\[\s]\0", re.DOTALL), "utf-16-be"),
)
"""How a text begins that has no mark and more than one byte to a character."""

_DECLARED = re.compile(
    rb"""(?:<\?[^>]{0,200}?encoding|<meta[^>]{0,200}?charset)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)

_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
}
"""What is meant by a name: the larger set, as browsers read it (WHATWG Encoding Standard)."""

_SEVEN_BITS = ("iso2022_jp", "hz", "utf-7")

_HIGH = re.compile(rb"[\x80-\xff]")

_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")

_FOREIGN = re.compile(r"[^\x00-\x7f]")

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")

_CJK_PUNCTUATION = re.compile(r"[\u3000-\u303f\uff01-\uff5e\u2014\u2018-\u201d\u2026\u00b7]")

_RUSSIAN = re.compile(r"[\u0410-\u044f\u0401\u0451]{4,}")

_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]+")

_FIRST_LEVEL = {"gb18030": (0xB0, 0xD7), "cp950": (0xA4, 0xC6)}
"""The first bytes of the characters of everyday Chinese, which both sets put before the rare ones."""

_AS_WINDOWS, _AS_LATIN = "topspot-windows-1252", "topspot-latin-1"


class Decoded(NamedTuple):
    """A text, what it was read as, and what was wrong with its bytes (empty if nothing was)."""

    text: str
    encoding: str
    remark: str = ""


def unpacked(body: bytes) -> tuple[bytes, str]:
    """Give the bytes of an answer, unpacked where they are gzip, and what was wrong with the packing.

    A damaged gzip body gives what lies before the damage. Raises ``LayoutChanged`` for more than ``MOST_BYTES``.
    """
    if body[:2] != b"\x1f\x8b":
        _refuse_large(len(body))
        return body, ""
    whole, remark = bytearray(), ""
    try:
        while body[:2] == b"\x1f\x8b":
            unpacker = zlib.decompressobj(31)
            whole += unpacker.decompress(body, MOST_BYTES + 1 - len(whole))
            _refuse_large(len(whole))
            if not unpacker.eof:
                remark = "the gzip body is cut short"
            body = unpacker.unused_data
    except zlib.error:
        whole += _before_the_damage(body, MOST_BYTES - len(whole))
        remark = "the gzip body is damaged"
    return bytes(whole), remark


def decoded(body: bytes) -> Decoded:
    """Make text of bytes. No byte stops it: what cannot be read is U+FFFD, and ``remark`` says so."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _read_as(body, name)
    for pattern, name in _WIDE:
        if pattern.match(body):
            return _read_as(body, name)
    found = _DECLARED.search(body[:4096])
    if not found:
        return _undeclared(body)
    name = found[1].decode("ascii")
    declared = _codec(name)
    if declared is None:
        return _undeclared(body)._replace(remark=f"names the encoding {name!r}, which is none")
    return _undeclared(body) if declared.startswith(("utf-8", "utf-16", "utf-32")) else _declared(body, declared)


def _declared(body: bytes, name: str) -> Decoded:
    if name in _SEVEN_BITS or not _HIGH.search(body) or not _is_utf8(body):
        return _read_as(body, name)
    if _THREE_BYTES.search(body) or name.startswith("cp125"):
        return Decoded(body.decode(), "utf-8", f"calls itself {name} and is UTF-8")
    return _read_as(body, name)


def _undeclared(body: bytes) -> Decoded:
    if _is_utf8(body):
        return Decoded(body.decode(), "utf-8")
    mended = body.decode("utf-8", _AS_WINDOWS)
    right = len(_FOREIGN.findall(body.decode("utf-8", "ignore")))
    wrong = len(_FOREIGN.findall(mended)) - right
    if right > 4 * wrong:
        return Decoded(mended, "utf-8", f"{wrong:,} bytes that are not UTF-8 were read as windows-1252")
    name = _guess(body)
    return Decoded(_read_as(body, name).text, name, f"the bytes are not UTF-8; they were read as {name}")


def _guess(body: bytes) -> str:
    """Say which of the encodings that go unnamed makes usual characters of the bytes."""
    for name, fits in _UNNAMED:
        try:
            text = body.decode(name)
        except UnicodeDecodeError as error:
            if error.end < len(body) - 1:  # the last character may be cut in two
                continue
            text = body[: error.start].decode(name)
        if fits(text, name):
            return name
    return "cp1252"


def _has_kana(text: str, _: str) -> bool:
    return len(_KANA.findall(text)) > 0.2 * len(_FOREIGN.findall(text))


def _is_usual_chinese(text: str, name: str) -> bool:
    low, high = _FIRST_LEVEL[name]
    letters = _FOREIGN.findall(text)
    usual: int = sum(low <= letter.encode(name)[0] <= high for letter in letters)
    punctuation = len(_CJK_PUNCTUATION.findall(text))
    return usual >= 2 and usual + punctuation > 0.75 * len(letters)


def _is_cyrillic(text: str, _: str) -> bool:
    """Whether whole words are of the alphabet: accents among ASCII letters stand alone or in twos."""
    foreign: int = sum(len(run) for run in _FOREIGN_RUN.findall(text))
    russian: int = sum(len(run) for run in _RUSSIAN.findall(text))
    return russian * 10 > foreign * 7


_UNNAMED: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("euc_jp", _has_kana),
    ("cp932", _has_kana),
    ("gb18030", _is_usual_chinese),
    ("cp950", _is_usual_chinese),
    ("cp1251", _is_cyrillic),
)


def _read_as(body: bytes, name: str) -> Decoded:
    """Read bytes by a codec; the few bytes that windows-1252 has no character for are control characters."""
    text = body.decode(name, "replace")
    lost = text.count("\ufffd")
    if lost and name == "cp1252":
        return Decoded(body.decode(name, _AS_LATIN), name)
    return Decoded(text, name, f"{lost:,} characters could not be read as {name}" if lost else "")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _codec(declared: str) -> str | None:
    """Give the name of the codec that a declared name means, ``None`` for a name that means none."""
    try:
        found = codecs.lookup(declared)
        b"text".decode(found.name, "replace")  # codecs of bytes and of text alone are no encodings of a feed
    except (LookupError, ValueError):
        return None
    return _WIDER.get(found.name, found.name)


def _before_the_damage(packed: bytes, most: int) -> bytes:
    unpacker, whole = zlib.decompressobj(31), bytearray()
    try:
        for start in range(0, len(packed), 256):
            whole += unpacker.decompress(packed[start : start + 256], most + 1 - len(whole))
            _refuse_large(len(whole))
    except zlib.error:
        pass
    return bytes(whole)


def _refuse_large(size: int) -> None:
    if size > MOST_BYTES:
        raise LayoutChanged(f"more than the {MOST_BYTES:,} bytes of one feed or page that are read")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_AS_WINDOWS, _as_windows)
codecs.register_error(_AS_LATIN, _as_latin)
