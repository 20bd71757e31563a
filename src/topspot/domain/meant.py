"""Which rows of a board a text means: a model in all its variants, a rival by the name it is called, a group.

Names are compared as words, so that ``GPT5.4``, ``gpt-5.4-high`` and ``claude-opus-4-6``, ``Opus 4.6`` meet.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from topspot.domain.countries import country_name
from topspot.domain.values import Standing

_HYPHENS = re.compile(r"[\u00ad\u2010-\u2015\u2212]")

_DAY = re.compile(r"\b(20[12]\d)[-_. /](\d\d)[-_. /](\d\d)\b")

# claude-opus-4-6 is version 4.6, and so is a month with a day; gpt-4-1106 and llama-3-8b are two words each
_SHORT_NUMBERS = re.compile(r"(?<![\w.])(\d{1,2})[-_](?=\d{1,2}(?!\w))")

_WORD = re.compile(r"(?P<name>[a-z]{2,})(?=\d)|[a-z]*\d+(?:\.\d+)*[a-z]*\+?|[a-z]+\+?|[^\W\da-z_]+")

_SAME = {"网页": "web", "网页版": "web", "experimental": "exp", "inst": "instruct", "模型": "model"}
"""Words that mean the same in a name."""

_EFFORTS = frozenset(
    ["minimal", "low", "medium", "high", "xhigh", "max", "thinking", "reasoning", "web", "api", "non", "no"]
)
"""Words without which a variant is another one, beside all that have a digit."""

_NO_NAMES = frozenset(["the", "its", "this", "that", "model", "models", "variants", "family", "series", "and"])
"""Words that are no part of the name of a rival."""

_OTHER_MODELS = frozenset(
    ["mini", "nano", "turbo", "flash", "lite", "air", "codex", "coder", "vl", "audio", "image"]
)
"""Words that make a model another one, where a rival is known by some words of its name alone."""

_CHINESE = re.compile(r"chinese|china|domestic|国产|国内|中国|國產|國內|中國")

_AMERICAN = re.compile(r"american|united states|\bu\.?s\.?(?!\w)|美国|美國")

_OPEN = re.compile(r"open(?:[- ]?(?:source|sourced|weights?))?|开源|開源|开放权重")

_CLOSED = re.compile(r"closed(?:[- ]?(?:source|weights?))?|proprietary|闭源|閉源")

_NEUTRAL = re.compile(
    r"\b(?:ai|models?|llms?|labs?|developers?|companies|company|firms?|makers?|entries|systems?|the|all|every|any"
    r"|other|others|of|large|language|from|in|global|world|top)\b|大模型|模型|公司|厂商|企业|团队|开发者|[\W_]"
)
"""What may stand beside the words of a group without making it another one."""


@dataclass(frozen=True, slots=True)
class Names:
    """How to know who is who: the key of a row's model, and of the model and developer that a text names.

    A text that names none gives ``None``.
    """

    key_of: Callable[[Standing], str] = lambda row: row.model
    model_of: Callable[[str], str | None] = lambda _: None
    developer_of: Callable[[str], str | None] = lambda _: None


class Group(NamedTuple):
    """The rows of one country, of open or closed weights, or both; ``name`` is what to call them."""

    name: str
    country: str | None = None
    open_weights: bool | None = None

    def holds(self, row: Standing) -> bool:
        """Whether a row is surely of the group: what is unknown of it is not."""
        return self.country in (None, row.country) and self.open_weights in (None, row.open_weights)

    def denies(self, row: Standing) -> bool:
        """Whether a row is surely not of the group."""
        other_country = self.country is not None and row.country not in (None, self.country)
        known = self.open_weights is not None and row.open_weights is not None
        return other_country or (known and row.open_weights != self.open_weights)


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """Take a name apart: lower-case words, versions and dates each one word, in order.

    ``Claude-Opus-4-5-20251101`` gives ``claude opus 4.5 20251101``, ``GPT5.4`` gives ``gpt 5.4``.
    """
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).casefold()
    plain = _SHORT_NUMBERS.sub(r"\1.", _DAY.sub(r" \1\2\3 ", plain))
    return tuple(_SAME.get(word, word) for word in (found[0] for found in _WORD.finditer(plain)))


def efforts_in(name: str) -> frozenset[str]:
    """Give the words of a name that say with which effort a model worked, such as ``thinking`` and ``high``."""
    return _EFFORTS.intersection(words(name))


def same_name(one: str, other: str) -> bool:
    """Whether two keys are the same but for the order and the joints of their words."""
    return one == other or sorted(words(one)) == sorted(words(other))


def rows_of_model(rows: Sequence[Standing], key: str, variant: str | None, names: Names) -> list[Standing]:
    """Give the rows of a model, in order of position: all its variants, or those that fit a given one best."""
    other = names.model_of(key) or key  # a key may be an older spelling of another one
    return _of_variant(
        [row for row in rows if same_name(names.key_of(row), key) or same_name(names.key_of(row), other)], variant
    )


def rows_of_text(rows: Sequence[Standing], text: str, names: Names) -> list[Standing]:
    """Give the rows that a text means: of the model that it names, else those that have all its words."""
    key = names.model_of(text)
    if key:
        more = [word for word in words(text) if word not in words(key)]
        if found := rows_of_model(rows, key, " ".join(more), names):
            return found
    said = {*words(text)} - _NO_NAMES
    if not any(map(_is_telling, said)):
        return []
    others = _OTHER_MODELS - said
    return [row for row in rows if said <= {*words(row.name)} and others.isdisjoint(words(row.name))]


def _is_telling(word: str) -> bool:
    return len(word) > 2 or any(map(str.isdigit, word)) or not word.isascii()


def _of_variant(rows: list[Standing], variant: str | None) -> list[Standing]:
    said = {*words(variant or "")}
    needed = {word for word in said if word in _EFFORTS or any(map(str.isdigit, word))}
    fitting = [row for row in rows if needed <= {*words(row.name)}]
    if not fitting and needed <= _EFFORTS and all(_EFFORTS.isdisjoint(words(row.name)) for row in rows):
        fitting = rows  # a board that tells no efforts apart
    most = max((len(said & {*words(row.name)}) for row in fitting), default=0)
    return [row for row in fitting if len(said & {*words(row.name)}) == most]


def group_of(text: str | None) -> Group | None:
    """Say which group a text means, such as "Chinese open models"; ``None`` for one that rows do not tell."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    rest, country, weights = plain, None, None
    for pattern, code in ((_CHINESE, "CN"), (_AMERICAN, "US")):
        if pattern.search(rest):
            rest, country = pattern.sub(" ", rest), code
    for pattern, value in ((_CLOSED, False), (_OPEN, True)):
        if pattern.search(rest):
            rest, weights = pattern.sub(" ", rest), value
    if _NEUTRAL.sub("", rest) or (country, weights) == (None, None):
        return None
    return Group(_called(country, weights), country, weights)


def group_of_country(code: str) -> Group:
    """Give the group of all rows of a country, by its code."""
    return Group(_called(code.upper(), None), code.upper())


def _called(country: str | None, weights: bool | None) -> str:
    people = {"CN": "Chinese", "US": "American"}.get(country or "", country and country_name(country))
    openly = {True: "open", False: "closed", None: None}[weights]
    return " ".join(filter(None, (people, openly)))


def day_in(name: str, year: int) -> date | None:
    """Give the day that a model's name tells of it, ``None`` where it tells none.

    A month with a day is of the given year; a year with a month (``2407``) is its first day.
    """
    for word in words(name):
        if found := re.fullmatch(r"(20[12]\d)(\d\d)(\d\d)", word):
            made = _day(int(found[1]), int(found[2]), int(found[3]))
        elif found := re.fullmatch(r"(2[3-9])(0[1-9]|1[0-2])", word):
            made = _day(2000 + int(found[1]), int(found[2]), 1)
        elif found := re.fullmatch(r"([01]\d)\.?([0-3]\d)", word):
            made = _day(year, int(found[1]), int(found[2]))
        else:
            continue
        if made:
            return made
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
