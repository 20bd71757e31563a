"""In which categories of its boards a match speaks."""

import re
from collections.abc import Iterator, Sequence

from topspot.claims.boards import Named
from topspot.claims.hits import Hit
from topspot.claims.masked import Masked
from topspot.claims.where import ARENA, PLACES

_OPENS_WITH = re.compile(
    r"(?:^|[.;:,] |\band |\bwhile |\bbut )(?:in|on|for) (?:the )?(«k[a-z]+»)"
    r"(?: (?:category|subset|arena|leaderboard|rankings?|tasks?|board|prompts))?,? [^,;.]*$|(«k[a-z]+») ?\($"
    r"|在(?:[^,。;«»]|«b[a-z]+»){0,6}?(«k[a-z]+»(?:(?:、|和|与|及)«k[a-z]+»)*)"
    r"[^,。;«»]{0,8}?(?:上|中|方面|榜单?|里|任务)[^。;]{0,24}$"
)
"""Categories that the clause of a match begins with, or that a place in brackets stands behind."""


def _opening_categories(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    found = _OPENS_WITH.search(words.text, 0, hit.match.start())
    return words.tokens("k", *found.span(found.lastindex or 0)) if found else []


_OF_A_PLACE = re.compile(r"(«k[a-z]+»)(?: ?\(|: )$")
"""A category that stands right before its place: "Math (#1)", "Coding: #1"."""

_IN_BOTH = re.compile(r" in (?:both|each|all (?:of )?(?:them|these|three|four|five|\d))\b(?! «| \w+ arena)")
"""What stands behind a place that is in all the categories that were listed before it."""

_LISTED_BEFORE = re.compile(r"«k[a-z]+»(?:(?:, and |, | and )(?:the )?«k[a-z]+»)+")

_LISTS = re.compile(
    r"[^.;«]{0,60}?\b(?:including|such as|like) (?:the )?«k[a-z]+»(?:(?:, and |, | and )[^.;«]{0,20}?«k[a-z]+»)*"
)
"""Categories that are listed behind a place: "in five of them, including math and coding"."""


def with_categories(
    words: Masked, hit: Hit, boards: Sequence[Named | None]
) -> Iterator[tuple[Named | None, str | None]]:
    """Give boards with their categories; of several boards only the text board has those that are named."""
    for board in boards:
        categories = _categories(words, hit, board)
        if len(boards) == 1 or not any(categories) or (board and board.key == ARENA.key):
            yield from ((board, category) for category in categories)
        elif len(categories) == 1:
            yield board, None


def _categories(words: Masked, hit: Hit, board: Named | None) -> list[str | None]:
    """Say in which categories of a board a match speaks; ``None`` is the whole board."""
    own = _OF_A_PLACE.search(words.text, 0, hit.match.start())
    if own:
        return [words.names[own[1]].key or None]
    tokens = hit.tokens(words, ("cats", "cats2"), "k")
    if not tokens and hit.rule.relation in PLACES and _IN_BOTH.match(words.text, hit.match.end()):
        lists = list(_LISTED_BEFORE.finditer(words.text, 0, hit.match.start()))
        tokens = words.tokens("k", *lists[-1].span()) if lists else []
    listed = _LISTS.match(words.text, hit.match.end()) if not tokens and hit.rule.relation in PLACES else None
    if listed:
        tokens = words.tokens("k", *listed.span())
    if not tokens and not (board and board.category):
        tokens = _opening_categories(words, hit)
    if tokens:
        return [words.names[token].key or None for _, token in tokens]
    return [board and board.category]
