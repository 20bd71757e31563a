"""A sentence with its names as tokens, as the rules see it."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from topspot.claims.boards import IGNORED, categories
from topspot.registry.mentions import Mention, Mentions, folded

_TOKEN = re.compile(r"«([mdcbkx])([a-z]+)»")

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

_CHINESE = re.compile(r"[\u3400-\u9fff]")

_GAP = re.compile(r"(?<=[\u3400-\u9fff»,;:。]) +| +(?=[\u3400-\u9fff«])")
"""A space beside Chinese, which says nothing."""

_KINDS = {"model": "m", "developer": "d", "country": "c", "board": "b"}

_NOUNS = r"(?:\s?(?:(?:large )?(?:language )?(?:ai )?models?\b|ai\b(?= )|(?:ai)?大?模型|系列|旗舰版))"

_ADJECTIVES = "(?:new |latest |own |open[- ]source |新|最新|开源|自研)*"

_MODE = "(?:thinking|reasoning|non-reasoning|fast) (?:mode|variant|version)"

_BOARD_NOUN = "(?:leaderboards?|rankings?|benchmarks?|board)"

_PLAINER = tuple(
    (re.compile(pattern), plainer)
    for pattern, plainer in (
        (r"[\"《》]", ""),
        # the maker before its model, what the model is called besides, and what kind of thing it is
        (rf"«d[a-z]+»(?:'s|旗下的?|推出的?|发布的?|的)? ?{_ADJECTIVES}(?=«m)", ""),
        (
            (
                r"(«m[a-z]+») ?\((?:«[dm][a-z]+»|(?!\d+(?:st|nd|rd|th)\b)[a-z0-9 .-]*[a-z][a-z0-9 .-]*)\)"
                r"(?= ?[^\s\d])"
            ),
            r"\1",
        ),
        (rf"(«m[a-z]+»)(?:'s)? {_MODE}", r"\1"),
        (rf"(«m[a-z]+»){_NOUNS}", r"\1"),
        (r"(«m[a-z]+») variants?\b", r"\1"),
        # a board with the noun that follows it
        (rf"(«b[a-z]+»)(?: llm| ai)*(?: ?«b[a-z]+»)?(?:'s)? {_BOARD_NOUN}\b", r"\1"),
        (r"@(?=«b)", ""),
        (r"(«b[a-z]+»)单(?![独一个项])", r"\1"),
        (r"(«b[a-z]+»)首(?=位?(?:[,。;、和与及的]|$))", r"\1榜首"),
        (r" +(?=[,;)])|(?<=\() +", ""),
        (r"  +", " "),
    )
)
"""What is taken out of a sentence with tokens, so that one pattern fits many ways of writing."""


_MARKS = ((re.compile("。"), "."), (re.compile("、"), ", "))
"""Chinese marks in a sentence whose words are English, or names alone."""


class Masked(NamedTuple):
    """A sentence in lower case with a token for each name, and what the tokens stand for.

    ``bare`` are the places of names that are only a family's, such as Claude, and therefore no token.
    """

    text: str
    names: Mapping[str, Mention]
    is_chinese: bool
    bare: Sequence[tuple[int, str]] = ()

    def tokens(self, kinds: str, begin: int = 0, end: int | None = None) -> list[tuple[int, str]]:
        """Give places and tokens of some kinds in a part of the text, in its order."""
        stop = len(self.text) if end is None else end
        return [(each.start(), each[0]) for each in _TOKEN.finditer(self.text, begin, stop) if each[1] in kinds]

    def written(self, part: str) -> str:
        """Put the names back into a part of the text."""
        return _TOKEN.sub(lambda token: self.names[token[0]].text, part)


def masked(sentence: str, mentions: Mentions, boards: Mapping[str, str], spoken_of: str = "") -> Masked:
    """Put tokens in place of the names of a sentence; ``spoken_of`` is the model that the text named last."""
    low = folded(sentence)
    found = _without_publishers(low, mentions.find(sentence, boards, spoken_of), boards)
    names: dict[str, Mention] = {}
    parts: list[str] = []
    at = 0
    for each in sorted([*found, *_categories_in(low, found)]):
        token = f"«{_kind_of(each)}{_letters(len(names))}»"
        names[token] = each
        parts += [low[at : each.start], token]
        at = each.end
    text = "".join([*parts, low[at:]])
    is_chinese = len(_CHINESE.findall(text)) * 3 > sum(map(str.isalpha, _TOKEN.sub("", text)))
    for pattern, plainer in ((_GAP, ""), *_PLAINER) if is_chinese else (*_MARKS, *_PLAINER):
        text = pattern.sub(plainer, text)
    return Masked(text, names, is_chinese, [(each.start(), each[0]) for each in mentions.bare.finditer(text)])


def _without_publishers(low: str, found: Sequence[Mention], names: Mapping[str, str]) -> list[Mention]:
    """Join a publisher to its board that is named right behind it: "LMArena's WebDev leaderboard".

    Names of boards without a publisher's are those of Arena, unless that of another one stands before them.
    """
    known = {each.rstrip("?") for each in names.values()}
    boards = [each for each in found if each.kind == "board"]
    publishers = {
        other: one
        for one, other in pairwise(boards)
        if one.key.endswith("?")
        and low[one.end : other.start] in {" ", "'s ", "' ", "", "的", " 的", "("}
        and _of_publisher(one, other).rstrip("?") in known
    }
    return [
        each._replace(start=publishers[each].start, key=_of_publisher(publishers[each], each))
        if each in publishers
        else each
        for each in found
        if each not in publishers.values()
    ]


def _of_publisher(publisher: Mention, board: Mention) -> str:
    """Give the key of a board that is a publisher's own, whose name alone would be that of one of Arena."""
    if not board.key.startswith("lmarena/"):
        return board.key if board.key.partition("/")[0] == publisher.key.partition("/")[0] else ""
    return f"{publisher.key.partition('/')[0]}/{board.key.partition('/')[2]}"


def _kind_of(mention: Mention) -> str:
    if mention.kind == "board":
        return "x" if mention.key == IGNORED else "b"
    return _KINDS.get(mention.kind, "k")


def _letters(number: int) -> str:
    tens, ones = divmod(number, len(_LETTERS))
    return (_letters(tens - 1) if tens else "") + _LETTERS[ones]


@lru_cache(maxsize=1)
def _category_pattern() -> re.Pattern[str]:
    words = sorted(categories(), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    chinese = "|".join(re.escape(word) for word in words if not word.isascii())
    return re.compile(rf"(?<![\w-])(?:{latin})(?![\w-])|{chinese}".replace("\\ ", "[ -]"))


def _categories_in(low: str, taken: Sequence[Mention]) -> list[Mention]:
    known = {word.replace("-", " "): category for word, category in categories().items()}
    return [
        Mention(match.start(), match.end(), match[0], "category", known[match[0].replace("-", " ")])
        for match in _category_pattern().finditer(low)
        if not any(each.start < match.end() and match.start() < each.end for each in taken)
    ]
