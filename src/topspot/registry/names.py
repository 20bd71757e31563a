"""Names of models as boards print them: taken apart into words, and told by the families that developers declare.

A family's pattern says how its models are called; what may follow are words that make a variant of a model and no
other one: dates, sizes, effort, thinking, precision, the way of calling. A name with any other word is nobody's.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\([^)]*\)")

_MARKUP = re.compile(r"<[^>]*>|[↗*`]|\([\w-]*harness\)", re.IGNORECASE)

# a hyphen between words and a dot that ends one separate; a dot between digits and "+" mean something
_BETWEEN = re.compile(r"[\s_\-\u00ad\u2010-\u2015\u2212/:,;()\[\]{}|'’\"]+|\.(?!\d)|(?<!\d)\.")  # noqa: RUF001 - marks that are printed

_PARTS = re.compile(r"\s(?:\+|&|and)\s", re.IGNORECASE)

_SERVED_BY = frozenset(["chutes", "deepinfra", "ollama", "openrouter", "fireworks", "together", "hf", "accounts"])

_VARIANT = re.compile(
    r"""
    \d{1,8} | v?\d+(\.\d+)*[bkmt]? | \d+x\d+(\.\d+)?b | [ae]\d+(\.\d+)?b
    | minimal | low | medium | high | xhigh | max | effort | adaptive | default | budget | tokens | token
    | no | non | nothink | nothinking | \w*thinking | think | auto | reasoning | reasoner | nonthinking | hybrid
    | preview | exp | experimental | beta\d* | alpha | early | latest | new | public | free | stable | legacy
    | chat | instruct | inst | it | base | sft | dpo | rlhf | turbo | fast | online | api | app | web
    | fc | prompt | search | grounding | diff | whole | architect | editor | harness | harnesses | quality
    | k | m | bf16 | fp16 | fp8 | fp4 | nvfp4 | int[48] | q\d(_\w+)? | awq | gptq | gguf | hf | mlx | 4bit | 8bit
    | jan(uary)? | feb(ruary)? | mar(ch)? | apr(il)? | may | june? | july? | aug(ust)? | sept?(ember)? | oct(ober)?
    | nov(ember)? | dec(ember)? | 网页 | 模型
    """,
    re.VERBOSE,
)
"""A word that makes a variant of a model, whoever made it."""


@dataclass(frozen=True, slots=True)
class Family:
    """What a developer calls some of its models: a pattern of hyphened words, and names that it must know."""

    name: str
    pattern: str
    models: tuple[str, ...]


def words_of(name: str) -> list[str]:
    """Take a printed name apart: lower-case words, without links, markup, brackets and who serves it."""
    plain = _MARKUP.sub(" ", _LINK.sub(r"\g<text>", unicodedata.normalize("NFKC", name)))
    words = [word for word in _BETWEEN.split(plain.casefold()) if word]
    while len(words) > 1 and words[0] in _SERVED_BY:
        words.pop(0)
    return words


def parts_of(name: str) -> list[str]:
    """Give the names that a printed name joins, such as an agent and its model; mostly it is one.

    What is joined in brackets explains a name and is none.
    """
    parts = [part for part in _PARTS.split(name) if part.strip()]
    whole = all(part.count("(") == part.count(")") for part in parts)
    return parts if whole else [name]


class Families:
    """Tells by a name whose model it is."""

    def __init__(self, families: Iterable[tuple[str, Family]]) -> None:
        self._known = [(owner, re.compile(family.pattern)) for owner, family in families]

    def owner_of(self, name: str) -> str | None:
        """Give the developer of the models in a name, ``None`` where there is none or they are of several.

        Of a name with several parts, such as an agent and its model, those that are nobody's say nothing.
        """
        found = {owner for part in parts_of(name) for owner in self.owners_of(part)}
        return found.pop() if len(found) == 1 else None

    def owners_of(self, name: str) -> set[str]:
        """Give every developer whose patterns claim a name; more than one is a fault of the files."""
        words = words_of(name)
        return {owner for owner, pattern in self._known if _fits(pattern, words)}


def _fits(pattern: re.Pattern[str], words: list[str]) -> bool:
    """Whether a pattern takes the first words of a name, as many as it can, and the rest make a variant."""
    return any(
        pattern.fullmatch("-".join(head)) and all(map(_VARIANT.fullmatch, rest)) for head, rest in _splits(words)
    )


def _splits(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    for count in range(len(words), 0, -1):
        yield words[:count], words[count:]
