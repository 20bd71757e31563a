"""The sources of news, as data: those of ``scrapers/feeds.toml``, and those of a file of the operator's."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scrapers.news import pages

PACKAGED = Path(__file__).parents[1] / "feeds.toml"

KINDS = ("official", "press", "community", "aggregator")

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)

_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)

_LONGEST = 300


class NewsSource(NamedTuple):
    """One source of news. ``page`` names the parser of a page; a source without one has a feed.

    ``kind`` is one of ``KINDS``, ``language`` the ISO 639-1 code of most items, ``terms`` a note for people.
    """

    key: str
    name: str
    address: str
    kind: str
    language: str
    terms: str
    page: str | None = None


class BrokenFeedsFile(ValueError):
    """A file of news sources cannot be used; the message names it, and the line or the key that is wrong."""


def find_news_sources(extra: Path | None = None) -> dict[str, NewsSource]:
    """Give every source of news by its key: the packaged ones, then those of the file ``extra``.

    Raises ``BrokenFeedsFile`` for a file that is missing, is no TOML or has a line that declares no source, and
    for a key or an address that stands twice.
    """
    sources: dict[str, NewsSource] = {}
    by_address: dict[str, str] = {}
    for path in (PACKAGED, *([extra] if extra else [])):
        for key, said in _lines(path).items():
            source = _source(path, key, said)
            if key in sources:
                raise BrokenFeedsFile(
                    f"{path}: {key!r} is declared in {PACKAGED.name} already: choose another key"
                )
            other = by_address.setdefault(source.address, key)
            if other != key:
                raise BrokenFeedsFile(f"{path}: {key!r} has the address of {other!r}: leave one of them out")
            sources[key] = source
    return sources


def _lines(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenFeedsFile(f"{path} cannot be read ({error.strerror}): see TOPSPOT_FEEDS_FILE") from error
    except UnicodeDecodeError as error:
        raise BrokenFeedsFile(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BrokenFeedsFile(f"{path} is no TOML: {error}") from error


def _source(path: Path, key: str, said: object) -> NewsSource:
    """Make a source of one line of a file, or say what is wrong with it."""
    if not isinstance(said, dict):
        raise _wrong(path, key, 'is no table: write key = { name = "…", address = "…", … }')
    if not _KEY.fullmatch(key):
        raise _wrong(path, key, "should be a key of small letters, digits and single hyphens")
    unknown = sorted(set(said) - set(NewsSource._fields[1:]))
    if unknown:
        raise _wrong(path, key, f"has {unknown[0]!r}, which is not known; known are {_known()}")
    texts = {field: _text(path, key, said, field) for field in NewsSource._fields[1:-1]}
    page = _text(path, key, said, "page") if "page" in said else None
    _refuse_values(path, key, texts, page)
    return NewsSource(key=key, **texts, page=page)


def _text(path: Path, key: str, said: Mapping[str, object], field: str) -> str:
    value = said.get(field)
    if field not in said:
        raise _wrong(path, key, f"has no {field}")
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _LONGEST:
        raise _wrong(path, key, f"{field} should be a text of one line, found {str(value)[:40]!r}")
    return value.strip()


def _refuse_values(path: Path, key: str, texts: Mapping[str, str], page: str | None) -> None:
    if not _is_address(texts["address"]):
        raise _wrong(path, key, f"address should begin with https:// or http://, found {texts['address'][:60]!r}")
    if texts["kind"] not in KINDS:
        raise _wrong(path, key, f"kind should be one of {', '.join(KINDS)}, found {texts['kind'][:40]!r}")
    if not _LANGUAGE.fullmatch(texts["language"]):
        raise _wrong(path, key, f"language should be two letters such as en, found {texts['language'][:40]!r}")
    if page is not None and page not in pages.names():
        raise _wrong(path, key, f"page should be one of {', '.join(pages.names())}, found {page[:40]!r}")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and parts.port != 0
        )
    except ValueError:
        return False


def _known() -> str:
    return ", ".join(NewsSource._fields[1:])


def _wrong(path: Path, key: str, what: str) -> BrokenFeedsFile:
    return BrokenFeedsFile(f"{path}: {key[:60]!r} {what}")
