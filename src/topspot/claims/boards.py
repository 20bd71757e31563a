"""Names of boards and of their categories, read from the file beside."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_FILE = Path(__file__).with_name("boards.toml")

IGNORED = "!"
"""What a name means whose results are no standings."""


class Named(NamedTuple):
    """What a board's name says; ``sure`` is false where its publisher has several boards and it names none."""

    key: str
    category: str | None
    sure: bool


def meaning(text: str) -> Named:
    """Read what the file says of a name."""
    key, _, category = text.rstrip("?").partition(":")
    return Named(key, category or None, not text.endswith("?"))


@lru_cache(maxsize=1)
def _content() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def board_names() -> Mapping[str, str]:
    """Give the names of boards, and what each means, as ``claims_of`` takes them."""
    names: Mapping[str, str] = _content()["boards"]
    return names


@lru_cache(maxsize=1)
def categories() -> Mapping[str, str]:
    """Give the words for categories, and the category that each means; empty for the whole board."""
    words: Mapping[str, str] = _content()["categories"]
    return words


@lru_cache(maxsize=8)
def clues(publisher: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give patterns of words that tell which board of a publisher is meant, and the last part of its key."""
    return tuple((board, re.compile(pattern)) for board, pattern in _content()["clues"].get(publisher, {}).items())


@lru_cache(maxsize=1)
def kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give patterns of models' keys that tell which board they stand on, and the last part of its key."""
    return tuple((board, re.compile(pattern)) for board, pattern in _content()["kinds"].items())


@lru_cache(maxsize=1)
def unsaid() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give patterns that tell which board a sentence speaks of that names none, and the board's key."""
    return tuple((board, re.compile(pattern)) for board, pattern in _content()["unsaid"].items())


def board_on(key: str, day: date | None) -> str:
    """Give the board that a name meant on a day, ``None`` for today, by the key that it means today."""
    told = _content()["earlier"].get(key)
    return str(told["was"]) if told and day and day < told["before"] else key


@lru_cache(maxsize=1)
def parts() -> Mapping[str, str]:
    """Give words of a list that stand for boards, and the last parts of the boards' keys."""
    words: Mapping[str, str] = _content()["parts"]
    return words
