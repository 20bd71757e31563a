"""Models, developers, countries and boards as running text names them, in English and Chinese.

All words that can begin a name are looked for at once (Aho-Corasick). From each of them on the longest text that
the registry knows as a model's name is taken, so that a model nobody listed is found by its family's pattern.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import ahocorasick
import opencc

from topspot.domain.countries import NAMES
from topspot.registry.names import Found
from topspot.registry.resolve import Registry
from topspot.registry.values import Developer

_SPOKEN = Path(__file__).with_name("spoken.toml")

_SIMPLER = opencc.OpenCC("t2s")
"""Traditional characters to simplified ones."""

_OTHER_MARKS = {"\u2019": "'", "\u2018": "'"} | dict.fromkeys("“”「」『』«»", '"')

_HYPHENS = re.compile(r"[\u00ad\u2010-\u2013\u2212]")
"""What joins words; a dash between them (``—``) does not."""

_CJK = "\u3400-\u9fff"

_PIECE = re.compile(r"[a-z0-9]+(?:\.\d+)*\+?")
"""One word of a name: letters and digits with dots between digits."""

_BRACKET = re.compile(r" ?[(\[]([^()\[\]]{1,40})[)\]]")

_JOINT = re.compile(r"[-_. ]|:(?=[a-z]|\d+(?:\.\d+)?b|\d(?!\d))|")

_RATING = re.compile(r"\s*[1-9](?:[\d,. ]{2,}|\d)(?:%|分|points?|elo)?\s*")
"""What stands in brackets behind a name as its rating and is no part of it."""

_MODEL_NOUN = re.compile(r"\s?(?:large )?(?:language )?(?:大?模型|models?\b|ai\b)")

_VERSION = re.compile(r"[- ]?v?(?P<number>\d{1,2}(?:\.\d{1,2})?)(?![a-z\d.%]*[a-z\d%])")

_COUNTS = re.compile(
    r"[- ]?\d+(?:\.\d+)? ?(?:次|月|年|天|日|个|倍|款|家|"
    r"(?:times?|of (?:the|\d)|x|seconds?|minutes?|hours?|days?|weeks?"
    r"|months?|years?|users?|people|points?|new|models?|million|billion|percent|out|different|other|more|variants?"
    r"|versions?|tasks?|questions?)\b)"
)
"""A number behind a name that counts what follows, and is no generation: "Claude 3 times"."""

_THOUSANDS = re.compile(r"\d[ ,]?$")

_OF_A_PRODUCT = re.compile(r"\d{1,2}\.\d(?!\d*(?:[分%倍]|[亿万]))")
"""A version right behind a Chinese name of a developer, which is that of a model nobody listed: ``天工4.0``."""

_TURNED = re.compile(
    r"^(gemini|claude)[- ](pro|flash|opus|sonnet|haiku)[- ](\d(?:\.\d)?)(?=$|[^\d.])(?!-\d(?!\d))"
)
"""Words of a name in the order in which some people write them."""

_AFTER_A_SPACE = re.compile(
    r"(?!\d\d\.\d)v?\d{1,2}(?:\.\d+)*[a-z]?|[a-z]\d(?:\.\d+)?|0\d{3}|a?\d+(?:\.\d+)?[bmtk]|20[12]\d[01]\d[0-3]\d"
    r"|pro|mini|flash|turbo|lite|nano|sol|terra|luna|opus|sonnet|haiku|maverick|scout|coder|plus|ultra"
    r"|fable|mythos|codex|instant|air"
    r"|thinking|preview|experimental|exp|beta|reasoning|instruct|latest"
)
"""A word that belongs to the name before it whatever its case: versions, sizes, tiers; others need a capital."""

_VARIANTS_AFTER_A_SPACE = frozenset(
    {
        "thinking", "preview", "experimental", "exp", "beta", "reasoning", "instruct", "latest", "max", "high",
        "xhigh", "low", "medium", "chat", "turbo", "instant", "base", "prompt", "fc",
    }
)  # fmt: skip
"""Words of a variant that people write behind a space; others there belong to the sentence: "new", "may"."""

_EDITION = re.compile(
    r"(?<![a-z0-9/-])(?P<tier>max|pro|plus|flash|mini|nano|lite|turbo|ultra|thinking|preview|instruct|reasoning)"
    r" ?(?:版本?|模型|(?:version|variant|edition|model)\b)"
)
"""A tier that stands alone, of the model that the sentence named last: "the Pro version", ``Max版``."""

_LONGEST = 10
"""Words that a name has at most."""


class Mention(NamedTuple):
    """A name in a text: ``text[start:end]`` as written.

    ``kind`` is ``model``, ``developer``, ``country`` or ``board``; ``key`` the model's or developer's key, the
    ISO 3166-1 alpha-2 code, or what the given names say of a board. ``variant`` is the rest of a model's name,
    ``owner`` its developer.
    """

    start: int
    end: int
    text: str
    kind: str
    key: str
    variant: str | None = None
    owner: str | None = None


class _Head(NamedTuple):
    kind: str
    word: str
    value: str
    owner: str = ""


class _Folding(dict[int, int]):
    """Case, width, hyphens, quotes and traditional characters brought to one form, each to one character."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        wide = unicodedata.normalize("NFKC", char)
        plain = _OTHER_MARKS.get(char, wide if len(wide) == 1 else char)
        plain = "-" if _HYPHENS.match(plain) else plain
        plain = " " if plain.isspace() else plain
        low = _SIMPLER.convert(plain.lower())
        self[code] = ord(low) if len(low) == 1 else ord(plain)
        return self[code]


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Bring a text to the form in which names and words are looked for; its length stays."""
    return text.translate(_FOLDING)


class Mentions:
    """Finds what a registry knows in running text.

    ``flagships`` are the models that people mean by the bare name of a generation; ``bare`` matches names of
    families without a version in a folded text, which are no mentions.
    """

    def __init__(self, registry: Registry) -> None:
        spoken = tomllib.loads(_SPOKEN.read_text(encoding="utf-8"))
        self._names = registry.names
        self._ambiguous = frozenset(spoken["ambiguous"]["words"])
        self._common = frozenset(spoken["ambiguous"]["common"])
        self._short: dict[str, str] = spoken["short"]
        self._alone: dict[str, str] = spoken["alone"]
        self.flagships: Mapping[str, str] = spoken["flagship"]
        self.bare = _bare(self._ambiguous)
        self._known: dict[str, Found | None] = {}
        self._heads = ahocorasick.Automaton()
        heads: dict[str, list[_Head]] = {}
        for head in self._all_heads(registry, spoken["country"]):
            heads.setdefault(folded(head.word), []).append(head)
        for word, those in heads.items():
            self._heads.add_word(word, (len(word), tuple(dict.fromkeys(those))))
        self._heads.make_automaton()

    def find(self, text: str, boards: Mapping[str, str] | None = None, spoken_of: str = "") -> list[Mention]:
        """Find the mentions in a text, in its order, none within another.

        ``boards`` maps names of boards to what they mean. The longest name wins, a board's over a model's. A name
        with other meanings counts only with a version, or where its maker, a board or another model is named.
        ``spoken_of`` is the model that the text before named last, of which there may be a "Pro version" here.
        """
        low = folded(text)
        found = [*_boards_in(text, low, tuple((boards or {}).items()))]
        taken = bytearray(len(text))
        for each in found:
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
        candidates = sorted(
            self._candidates(text, low, taken), key=lambda each: (each.start, -each.end, each.kind != "developer")
        )
        models = [each for each in candidates if each.kind == "model"]
        end = 0
        for each in candidates:
            if each.start >= end and not _is_cut_by(each, models):
                found.append(each)
                end = each.end
        found = sorted(self._in_context(found, low))
        return sorted([*found, *self._editions(text, low, found, spoken_of)])

    def _candidates(self, text: str, low: str, taken: bytearray) -> Iterator[Mention]:
        for last, (length, heads) in self._heads.iter(low):
            start = last - length + 1
            if taken[start] or not _begins_a_word(low, start) or _is_an_address(low, start, last + 1):
                continue
            for head in heads:
                if head.kind == "model":
                    mention = self._model_at(text, low, taken, start, head)
                else:
                    mention = _plain_at(text, low, start, last + 1, head)
                if mention:
                    yield mention

    def _model_at(self, text: str, low: str, taken: bytearray, start: int, head: _Head) -> Mention | None:
        first = start + len(head.word)
        generation = self._generation_at(text, low, start, first, head)
        for end, spaced in reversed(list(_ends(text, low, taken, start, first))):
            name = f"{head.value} {low[first:end].lstrip(' -')}".strip() if head.value else low[start:end]
            found = self._lookup(name)
            if found and _spaced_words_belong(found, spaced):
                is_bare = generation is not None and end == first and not _COUNTS.match(low, first)
                return generation if is_bare else _mention(start, end, text, found)
        return generation

    def _generation_at(self, text: str, low: str, start: int, first: int, head: _Head) -> Mention | None:
        """Take all variants of one generation as a model, where no single one has that name: ``Claude 4.5``."""
        version = _VERSION.match(low, first)
        if version is None or len(head.word) < 3:
            return None
        found = self._lookup(head.value or head.word)
        name, owner = (found.model, found.owner) if found else (head.word, head.owner)
        if not owner or re.search(r"\d", name):
            return None
        key = f"{name}-{version['number']}"
        return Mention(start, version.end(), text[start : version.end()], "model", key, None, owner)

    def _editions(self, text: str, low: str, found: Sequence[Mention], spoken_of: str) -> Iterator[Mention]:
        for match in _EDITION.finditer(low):
            start, end = match.span()
            if any(each.start < end and start < each.end for each in found):
                continue
            before = [each.text for each in found if each.kind == "model" and each.end <= start]
            name = before[-1] if before else spoken_of
            is_another = name and match["tier"] not in folded(name)
            known = self._lookup(f"{folded(name)} {match['tier']}") if is_another else None
            if known:
                yield _mention(start, end, text, known)

    def _lookup(self, name: str) -> Found | None:
        if name not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            turned = _TURNED.sub(r"\1 \3 \2", name)
            self._known[name] = (self._names.find(turned) if turned != name else None) or self._names.find(name)
        return self._known[name]

    def _in_context(self, found: list[Mention], low: str) -> Iterator[Mention]:
        sure = [each for each in found if not self._is_ambiguous(each)]
        owners = {each.key for each in sure if each.kind == "developer"}
        told = any(each.kind in {"board", "model"} for each in sure)
        for each in found:
            beside = each.owner in owners or _MODEL_NOUN.match(low, each.end)
            if beside or not self._is_ambiguous(each) or (told and folded(each.text) not in self._common):
                yield each

    def _is_ambiguous(self, mention: Mention) -> bool:
        word = folded(mention.text)
        return mention.kind in {"model", "developer"} and (word in self._ambiguous or word in self._common)

    def _all_heads(self, registry: Registry, countries: Mapping[str, str]) -> Iterator[_Head]:
        for short in (self._short, self._alone):
            yield from (_Head("model", word, meaning) for word, meaning in short.items())
        for each in registry.developers.values():
            yield from (_Head("model", word, "", each.key) for word in _words_that_begin(each))
            names = (each.name, each.name_zh or "", *each.aliases)
            yield from (_Head("developer", word, each.key) for word in names if len(word) > 1)
        for code, country in NAMES.items():
            yield _Head("country", country, code)
        for country, code in countries.items():
            yield _Head("country", country, code)


@lru_cache(maxsize=2)
def mentions_of(registry: Registry) -> Mentions:
    """Give what finds the names of a registry; to learn them takes a tenth of a second, so it is done once."""
    return Mentions(registry)


def _bare(words: Iterable[str]) -> re.Pattern[str]:
    """Match the name of a family that stands without a version, in a folded text."""
    names = "|".join(sorted(word for word in words if word.isalpha()))
    return re.compile(rf"(?<![a-z0-9@-])(?:{names})(?:模型|(?![\w-])(?!{_DOMAIN.pattern}))")


def _is_cut_by(mention: Mention, models: Sequence[Mention]) -> bool:
    """Whether a bare name reaches into a model's that ends behind it: ``腾讯混元`` before ``混元图像3.0``."""
    is_bare = mention.kind == "developer" or mention.key.isalpha()
    return is_bare and any(mention.start < each.start < mention.end < each.end for each in models)


def _mention(start: int, end: int, text: str, found: Found) -> Mention:
    """Make a model of what was found; a number that the registry leaves over is a generation, not a variant."""
    number = re.match(r"(\d{1,2}(?:\.\d+)?)(?: |$)", found.variant or "")
    key, variant = found.model, found.variant
    if number and variant and not re.search(r"\d", key):
        key, variant = f"{key}-{number[1]}", variant[number.end() :] or None
    return Mention(start, end, text[start:end], "model", key, variant, found.owner)


def _words_that_begin(developer: Developer) -> Iterator[str]:
    for family in developer.families:
        for branch in _branches(family.pattern):
            yield from _openings(branch)
        for example in family.examples:
            yield from _first_words(example)
    for model in developer.models:
        for name in model.names:
            yield from _first_words(name)


def _first_words(name: str) -> Iterator[str]:
    low = folded(name)
    letters = re.match(rf"[a-z]{{3,}}|[{_CJK}]+", low)
    first = re.match(r"\W*([^\s()\[\],:/-]{2,}|\w-\w+)", low)
    if letters:
        yield letters[0]
    elif first:
        yield first[1]


def _branches(pattern: str) -> Iterable[str]:
    depth, parts = 0, [""]
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


_OPENING = re.compile(
    rf"(?:\((?:\?:|\?P<\w+>)?(?P<choice>[^()\\\[]*)\)(?P<may>\??))?(?P<literal>[a-z{_CJK}]*)(?P<q>\?)?"
)


def _openings(branch: str) -> Iterator[str]:
    """Give the literal words that a pattern can begin with, as far as they are easily told."""
    match = _OPENING.match(branch)
    if match is None:
        return
    literal = match["literal"][:-1] if match["q"] else match["literal"]
    choices = [each.replace("?", "").strip("-") for each in (match["choice"] or "").split("|")]
    if not match["choice"] or match["may"]:
        choices.append("")
    for choice, rest in product(choices, [literal]):
        word = choice if "-" in choice or (match["choice"] or "").endswith("-") else choice + rest
        if len(word) > 1:
            yield word


def _begins_a_word(low: str, start: int) -> bool:
    if not start or not low[start].isascii():
        return True
    before = low[start - 1]
    return not (before.isascii() and (before.isalnum() or before in "_+")) and not _is_inside_a_name(low, start)


def _is_an_address(low: str, start: int, end: int) -> bool:
    """Whether a name is part of a handle or a domain: ``@GeminiApp``, ``grok.com``."""
    return low[start - 1 : start] == "@" or _DOMAIN.match(low, end) is not None


_DOMAIN = re.compile(r"\.(?:com|ai|org|net|io|cn|dev|app)(?![a-z])")


def _is_inside_a_name(low: str, start: int) -> bool:
    """Whether a hyphen or dot joins what begins here to a word before it: ``Arena-Hard``, ``non-gpt`` may."""
    return start > 1 and low[start - 1] in ".@" and low[start - 2].isascii() and low[start - 2].isalnum()


def _ends(text: str, low: str, taken: bytearray, start: int, first: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give where a name from ``start`` on may end, with the words in it that stand behind a space."""
    spaced: tuple[str, ...] = ()
    if not _goes_on(low, first) or not low[first - 1].isascii():
        yield first, spaced
    at = first
    for _ in range(_LONGEST):
        bracket = _BRACKET.match(low, at)
        if bracket and not _RATING.fullmatch(bracket[1]):
            yield bracket.end(), spaced
        joint = _JOINT.match(low, at)
        begin = joint.end() if joint else at
        piece = _PIECE.match(low, begin)
        if piece is None or taken[begin]:
            return
        if begin > at and low[at] == " ":
            if not _may_follow_a_space(text, piece[0], begin):
                return
            spaced = (*spaced, piece[0])
        at = piece.end()
        yield at, spaced


def _goes_on(low: str, at: int) -> bool:
    return at < len(low) and low[at].isascii() and low[at].isalnum()


def _may_follow_a_space(text: str, piece: str, at: int) -> bool:
    return bool(_AFTER_A_SPACE.fullmatch(piece)) or (text[at].isupper() and piece.rstrip("+").isalpha())


def _spaced_words_belong(found: Found, spaced: tuple[str, ...]) -> bool:
    variant = set((found.variant or "").split())
    return all(
        word not in variant or word in _VARIANTS_AFTER_A_SPACE or re.fullmatch(r"0\d{3}|\d{8}", word)
        for word in spaced
    )


def _plain_at(text: str, low: str, start: int, end: int, head: _Head) -> Mention | None:
    """Take a developer's or country's name as it stands: a capital where it has one, and no letter behind it."""
    if low[end - 1].isascii() and _goes_on(low, end):
        return None
    word = head.word
    if word[0].isupper() and not text[start].isupper():
        return None
    if word.isascii() and len(word) <= 4 and text[start:end] != word:
        return None
    if word.isdigit() and _THOUSANDS.search(text, max(0, start - 2), start):  # 1 360 is a number
        return None
    if not word.isascii() and _OF_A_PRODUCT.match(low, end):
        return None
    return Mention(start, end, text[start:end], head.kind, head.value)


@lru_cache(maxsize=8)
def _pattern_of(names: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], Mapping[str, tuple[str, str]]]:
    known = {_squeezed(folded(name)): (name, meaning) for name, meaning in names}
    longest = sorted({folded(name) for name, _ in names}, key=lambda name: (-len(name), name))
    words = "|".join(re.sub(r"(?:\\ |\\-| )+", "[ -]?", re.escape(name)) for name in longest)
    return re.compile(rf"(?:{words})") if words else re.compile(r"(?!)"), known


def _boards_in(text: str, low: str, names: tuple[tuple[str, str], ...]) -> Iterator[Mention]:
    pattern, known = _pattern_of(names)
    for match in pattern.finditer(low):
        start, end = match.span()
        name, meaning = known[_squeezed(match[0])]
        latin = low[start].isascii()
        if latin and (not _begins_a_word(low, start) or _goes_on(low, end)):
            continue
        if name.istitle() and name.isalpha() and not text[start].isupper():
            continue
        whose = _SOMEBODY_S.search(text, 0, start) if name == "Arena" else None
        if whose and whose[1] not in _NOBODY_S:
            meaning = "!"
        yield Mention(start, end, text[start:end], "board", meaning)


_SOMEBODY_S = re.compile(r"([A-Z]\w*)[ -]$")
"""A name right before ``Arena``, which makes it another one: TTS Arena, Game Arena."""

_NOBODY_S = frozenset({"The", "In", "On", "At", "By", "From", "And", "Per", "While", "With", "As", "Both", "AI"})


def _squeezed(name: str) -> str:
    return re.sub(r"[ -]+", "", name)
