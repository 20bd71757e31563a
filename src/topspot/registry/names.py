"""Names of models as boards print them: taken apart into words, and found among what developers declare.

A family's pattern, or a listed name, takes the first words of a name. What follows may only be sizes, which
belong to the model, and words that make a variant of a model, whoever made it: dates, effort, thinking, precision,
harness. A name with any other word is nobody's: it may be somebody's fine-tune.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from topspot.registry.values import Developer, Family, Model

BY_LIST = "listed"

BY_FAMILY = "family pattern"

BY_NAME = "name"

_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])+)\]\([^)]*\)")

_MARKUP = re.compile(r"<[^>]*>|&#?\w{1,10};|[↗*`]", re.IGNORECASE)

# a hyphen between words and a dot that ends one separate; a dot between digits and "+" mean something
_BETWEEN = re.compile(r"[\s_\-\u00ad\u2010-\u2015\u2212/:,;()\[\]{}|'’\"]+|\.(?!\d)|(?<!\d)\.")  # noqa: RUF001 - marks that are printed

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufe0f\ufeff]|[\U0001f000-\U0001faff\u2600-\u27bf]")

_HARNESS = re.compile(r"([^\W\d_]+)[\s_\-\u2010-\u2015\u2212]+harness\b")

_PARTS = re.compile(r"\s(?:\+|&|and)\s", re.IGNORECASE)

_DASHES = re.compile(r"\s[-\u2010-\u2015]\s")

_BRACKETS = re.compile(r"\(([^()]{2,})\)")

_SERVED_BY = frozenset(
    [
        "chutes",
        "deepinfra",
        "ollama",
        "openrouter",
        "fireworks",
        "together",
        "parasail",
        "hf",
        "accounts",
        "models",
    ]
)

_SIZE = re.compile(r"\d+(\.\d+)?[bmt] | \d+x\d+(\.\d+)?b | [ae]\d+(\.\d+)?b", re.VERBOSE)
"""A word that tells how large a model is, which makes it another one."""

_ALWAYS = r"""
    \d{4} | \d{6} | \d{8} | minimal | low | medium | high | xhigh | effort | adaptive | default | budget | tokens?
    | no | non | nothink | nothinking | \w*thinking | think | reasoning | nonthinking
    | preview | exp | experimental | beta\d* | latest
    | instruct | inst | it | fc | prompt | search | grounding | harness(es|=\w+)?
    | bf16 | fp16 | fp8 | fp4 | nvfp4 | int[48] | q\d(_\w+)? | awq | gptq | gguf | hf | mlx | 4bit | 8bit
"""

_VARIANT = re.compile(
    rf"""
    {_ALWAYS} | \d{{1,8}} | v?\d+(\.\d+)*k? | max | auto | reasoner | hybrid | alpha | early | new | public
    | free | stable | legacy | chat | base | sft | dpo | rlhf | turbo | fast | online | api | app | web |
    webapp | none | unknown | dev | old | mixed | udiff | diff | whole | architect | editor | quality | k |
    m | [01]\.\d | t=\d(\.\d)? | \+ | tts | bo\d+ | \d+e | \d+p | jan(uary)? | feb(ruary)? | mar(ch)? |
    apr(il)? | may | june? | july? | aug(ust)? | sept?(ember)? | oct(ober)? | nov(ember)? | dec(ember)? | 网页
    | 模型
    """,
    re.VERBOSE,
)
"""A word that makes a variant of a model, whoever made it."""

_ALWAYS_VARIANT = re.compile(_ALWAYS, re.VERBOSE)
"""A word that makes a variant even in a name of which nothing is declared."""

_DATE = re.compile(r"\b((?:20)?\d\d) (\d\d)(?: (\d\d))?\b")


class Found(NamedTuple):
    """What a name says: whose model, which, and which variant of it; ``basis`` is what told so."""

    owner: str
    model: str
    family: str | None
    variant: str | None
    base: str | None
    basis: str


class _Hit(NamedTuple):
    head: int
    listed: bool
    found: Found


def words_of(name: str) -> list[str]:
    """Take a printed name apart: lower-case words, without links, markup, brackets and who serves it."""
    plain = _MARKUP.sub(" ", _LINK.sub(r"\g<text>", unicodedata.normalize("NFKC", name)))
    text = _HARNESS.sub(r"harness=\1", _INVISIBLE.sub("", plain).casefold())
    words = [word for word in _BETWEEN.split(text) if word]
    while len(words) > 1 and words[0] in _SERVED_BY:
        words.pop(0)
    return words


def parts_of(name: str) -> list[str]:
    """Give the names that a printed name joins, such as an agent and its model; mostly it is one.

    What is joined in brackets explains a name and is none.
    """
    shown = _shown(name)
    for joint in (_PARTS, _DASHES):
        parts = [part for part in joint.split(shown) if part.strip()]
        if len(parts) > 1 and all(part.count("(") == part.count(")") for part in parts):
            return parts
    return [shown]


def bracketed(name: str) -> list[str]:
    """Give what stands in the brackets of a name, where a system may name its model."""
    return _BRACKETS.findall(_shown(name))


def _shown(name: str) -> str:
    return _LINK.sub(r"\g<text>", unicodedata.normalize("NFKC", name))


def plain_model(name: str) -> tuple[str, str | None]:
    """Give a name of which nothing is declared as a model's key, and its words that make a variant."""
    first, *rest = words_of(name) or [""]
    kept = [word for word in rest if not _ALWAYS_VARIANT.fullmatch(word)]
    return "-".join([first, *kept]), _variant([word for word in rest if _ALWAYS_VARIANT.fullmatch(word)])


class Names:
    """Finds names among the families and models that developers declare."""

    def __init__(self, developers: Mapping[str, Developer]) -> None:
        self._families = [
            (each.key, family, re.compile(family.pattern), re.compile(family.variants or r"(?!)"))
            for each in developers.values()
            for family in each.families
        ]
        self._listed: dict[str, list[tuple[str, Model]]] = {}
        for each in developers.values():
            for model in each.models:
                for name in model.names:
                    self._listed.setdefault(_joined(words_of(name)), []).append((each.key, model))

    def find(self, name: str, *, source: str = "", owner: str | None = None) -> Found | None:
        """Find whose model a name is of, and which; ``owner`` asks one developer alone.

        The pattern or listed name that takes most words decides. ``None`` where nobody knows the name, and where
        two developers know it equally well.
        """
        hits = [hit for hit in self._hits(words_of(name), source) if owner in (None, hit.found.owner)]
        most = max((hit.head for hit in hits), default=0)
        best = [hit for hit in hits if hit.head == most]
        if len({hit.found.owner for hit in best}) != 1:
            return None
        return max(best, key=lambda hit: hit.listed).found

    def owners_of(self, name: str) -> set[str]:
        """Give every developer that claims a name, which are not more than one unless files are at odds."""
        hits = list(self._hits(words_of(name), None))
        most = max((hit.head for hit in hits), default=0)
        return {hit.found.owner for hit in hits if hit.head == most}

    def _hits(self, words: Sequence[str], source: str | None) -> Iterator[_Hit]:
        text = "-".join(words)
        yield from self._listed_hits(words, source)
        for owner, family, pattern, variants in self._families:
            if not pattern.match(text):  # what does not begin the whole name begins no head of it
                continue
            for head, rest in _splits(words):
                match = pattern.fullmatch("-".join(head))
                if (
                    match
                    and not _goes_on(head, rest)
                    and all(_may_follow(word) or variants.fullmatch(word) for word in rest)
                ):
                    yield _Hit(len(head), False, _of_family(owner, family, match, rest))
                    break

    def _listed_hits(self, words: Sequence[str], source: str | None) -> Iterator[_Hit]:
        for head, rest in _splits(words):
            for owner, model in self._listed.get(_joined(head), ()):
                if _is_meant(model, source) and not _goes_on(head, rest) and all(map(_may_follow, rest)):
                    found = Found(owner, model.key, model.family, _variant(rest), model.base, BY_LIST)
                    yield _Hit(len(head), True, found)


def _is_meant(model: Model, source: str | None) -> bool:
    return source is None or not model.sources or source in model.sources


def _joined(words: Sequence[str]) -> str:
    """Bring spellings of listed words to one form: ``gpt4`` is ``gpt-4``, ``3-5`` is ``3.5`` and not ``35``."""
    return re.sub(r"(?<=\d)-(?=\d)", ".", "-".join(words)).replace("-", "")


def _may_follow(word: str) -> bool:
    return bool(_VARIANT.fullmatch(word) or _SIZE.fullmatch(word))


def _goes_on(head: Sequence[str], rest: Sequence[str]) -> bool:
    """Say whether a version goes on behind a hyphen: in ``gpt-5-5`` the second 5 is no variant of GPT-5."""
    return bool(rest) and rest[0].isdigit() and len(rest[0]) == 1 and head[-1][-1].isdigit()


def _splits(words: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    for count in range(len(words), 0, -1):
        yield words[:count], words[count:]


def _of_family(owner: str, family: Family, match: re.Match[str], rest: Sequence[str]) -> Found:
    named = filled(family.key, match.groupdict()) if family.key else match[0]
    sizes = [word for word in rest if _SIZE.fullmatch(word)]
    others = [word for word in rest if not _SIZE.fullmatch(word)]
    model = re.sub(r"-{2,}", "-", "-".join([named, *sizes])).strip("-")
    return Found(owner, model, family.name, _variant(others), family.base, BY_FAMILY)


def filled(template: str, groups: Mapping[str, str | None]) -> str:
    """Fill the template of a model's key with the groups of a match; one that took no part is empty.

    Raises ``KeyError``, ``ValueError`` or ``IndexError`` for a template that asks for something else.
    """
    return template.format_map({name: _Text(text or "") for name, text in groups.items()})


class _Text(str):
    """A text that a template may ask to have its dots and hyphens as one of them: ``{version:-}``."""

    __slots__ = ()

    def __format__(self, mark: str) -> str:
        return re.sub(r"[.-]", mark, self) if mark else str(self)


def _variant(words: Sequence[str]) -> str | None:
    return _DATE.sub(lambda date: "-".join(filter(None, date.groups())), " ".join(words)) or None
