"""The rules: how sentences claim something, as patterns in files that one can read and extend.

A pattern is matched against a sentence in lower case, with a token for every name: ``{M}`` is a model, ``{D}`` a
developer, ``{C}`` a country, ``{B}`` a board, ``{K}`` a category; ``{MS}`` and ``{KS}`` are one or more of them;
``{N}`` is a number, ``{ELO}`` one of the size of a rating, ``{ORD}`` a place and ``{CARD}`` a count in words or
digits, ``{ZH}`` either in Chinese, ``{G}`` a group of models. Named groups say what is claimed; where a pattern
needs one again, it has a number behind its name: ``rank``, ``rank2``.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from topspot.domain.claims import RELATIONS

FOLDER = Path(__file__).parent

LANGUAGES = ("en", "zh")

NOTHING = "nothing"
"""The relation of a rule that keeps others from words that claim nothing."""

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
}  # fmt: skip

CARDINALS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50,
}  # fmt: skip

MEDALS = {"runner-up": 2, "亚军": 2, "榜眼": 2, "次席": 2, "季军": 3, "探花": 3}

_CHINESE = "零一二三四五六七八九"

_LIST = (
    r"(?:\s?(?:,|/|、|&|\+|;)\s?(?:and |or )?|\s?(?:and|or|as well as|和|及|与|以及|跟)\s?)(?:the |its own |in )?"
)

_POSSESSIVE = r"(?:«d[a-z]+»(?:'s (?:[a-z-]+ ){0,3}|'s|的)? ?|(?:(?!旗下)[\u4e00-\u9fff]){2,4}(?:旗下的?|的) ?)?"

_ASIDE = r"(?: ?[\(\[][^()\[\]]{1,30}[\)\]]| at \d[\d,.]*(?<![,.]))"

_VERB = (
    r" (?:(?:now|also|still|then) )?(?:is|are|was|were|has|had|shows?|showed|remains?|sits?|ranks?|ranked|stands?"
    r"|climb(?:s|ed)|jump(?:s|ed)|rises?|rose|falls?|fell|drop(?:s|ped)|moves?|moved|trails?|lags?|debut(?:s|ed)"
    r"|comes?|came|follows?|followed|scores?|scored|takes?|took|leads?|tops?|beats?|gets?|got|lands?|landed)\b"
    r"|[则却也在以]|位[列居]|排名|领先|超越"
)
"""What makes the name before it the subject of a clause of its own, and no item of the list before."""

_NO_RATING = (
    r"[\d%]|[.,]\d|[x\u00d7]\d| ?(?:participants|training|steps?|px\b"
    r"|tokens?|votes?|models?|k\b|票|亿|万|个|种|项|家|名|人|次|年|月|参数|倍|元"
    r"|dollars?|usd|euros?|yuan|rmb|users?|customers?|employees|people|engineers|companies|[mb]illion|parameters"
    r"|gpus?|chips|hours?|minutes|days?|years?|credits|requests|games|questions|problems|prompts|tasks|stars"
    r"|languages|benchmarks|enterprise)"
)

MACROS = {
    "M": r"«m[a-z]+»",
    "D": r"«d[a-z]+»",
    "C": r"«c[a-z]+»",
    "B": r"«b[a-z]+»",
    "K": r"«k[a-z]+»",
    "MS": rf"{_POSSESSIVE}«m[a-z]+»(?:{_ASIDE}?{_LIST}{_POSSESSIVE}«m[a-z]+»(?!{_VERB}))*",
    "KS": rf"«k[a-z]+»(?:{_LIST}«k[a-z]+»)*",
    "N": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    "ELO": rf"(?<![\d.,$x\u00d7])(?:1[, ]?[0-8]\d\d|9[5-9]\d)(?:\.\d+)?(?!{_NO_RATING})",
    "ORD": rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))(?!\w)",
    "CARD": rf"(?:{'|'.join(CARDINALS)}|\d{{1,3}})(?!\w)",
    "ZH": r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})",
    "ASIDE": _ASIDE,
    "G": r"(?:open(?:[- ](?:source|weights?))?(?:d|-weight)?|«c[a-z]+»|european|domestic|non-proprietary"
    r"|~?\d+b(?![\w-])|apache[- ]2(?:\.0)?|mit-licensed|permissively licensed|non-reasoning|non-thinking)",
}

_NEW_LINE = re.compile(r"\n\s*")

_MACRO = re.compile(r"\{([A-Z]+)\}")


class Example(NamedTuple):
    """A sentence, and what it must give: ``subject | relation | board | number`` for each claim."""

    text: str
    gives: tuple[str, ...]


class Rule(NamedTuple):
    """One way of claiming something.

    ``groups`` are the names of the pattern's groups, those that differ only by a number under one name.
    ``after`` lets the subject stand behind the words where none stands before; ``over`` lets it share words with
    other rules; ``reverse`` makes the rivals the subjects.
    """

    name: str
    relation: str
    pattern: re.Pattern[str]
    groups: Mapping[str, Sequence[str]]
    after: bool
    over: bool
    reverse: bool
    examples: tuple[Example, ...]


@lru_cache(maxsize=2)
def rules_of(language: str) -> tuple[Rule, ...]:
    """Read the rules of a language: ``en`` or ``zh``. Raises ``ValueError`` for a rule that is none."""
    path = FOLDER / f"rules-{language}.toml"
    return tuple(_rule(each, path.name) for each in tomllib.loads(path.read_text(encoding="utf-8"))["rule"])


def number_of(text: str) -> int | None:
    """Read a place or a count in digits or words, English or Chinese."""
    word = text.strip().lower()
    digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", word)
    if digits:
        return int(digits[1])
    return ORDINALS.get(word) or CARDINALS.get(word) or MEDALS.get(word) or _chinese(word)


def _chinese(word: str) -> int | None:
    """Read a Chinese number below one hundred."""
    if not word or any(char not in _CHINESE + "十两" for char in word):
        return None
    tens, ten, ones = word.replace("两", "二").rpartition("十")
    if not ten:
        return _CHINESE.find(ones) if len(ones) == 1 else None
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        return None
    return (_CHINESE.find(tens) if tens else 1) * 10 + (_CHINESE.find(ones) if ones else 0)


def _rule(entry: dict[str, Any], file: str) -> Rule:
    name = entry.get("name", "?")
    if entry.get("relation") not in (*RELATIONS, NOTHING):
        raise ValueError(f"{file}: rule {name}: its relation is none of {', '.join(RELATIONS)}, {NOTHING}")
    try:
        joined = _NEW_LINE.sub("", entry["pattern"])
        pattern = re.compile(_MACRO.sub(lambda macro: f"(?:{MACROS[macro[1]]})", joined))
    except (re.error, KeyError) as error:
        raise ValueError(f"{file}: rule {name}: its pattern cannot be read: {error}") from error
    examples = tuple(Example(each["text"], tuple(each["gives"])) for each in entry.get("examples", ()))
    return Rule(
        name=name,
        relation=entry["relation"],
        pattern=pattern,
        groups=_groups(pattern),
        after=entry.get("after", False),
        over=entry.get("over", False),
        reverse=entry.get("reverse", False),
        examples=examples,
    )


def _groups(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in pattern.groupindex:
        groups.setdefault(name.rstrip("123456789"), []).append(name)
    return groups
