"""In which categories of its boards a match speaks."""

import re
from collections.abc import Iterator, Sequence

from topspot.claims.boards import Named
from topspot.claims.hits import Hit
from topspot.claims.masked import Masked
from topspot.claims.where import ARENA, PLACES

_OPENS_WITH = re.compile(
    r"(?:^|[.;:,] |\band |\bwhile |\bbut )(?:in|on|for) (?:the )?(?:«b[a-z]+»(?:'s)? )?(«k[a-z]+»)"
    r"(?: (?:category|subset|slice|arena|leaderboard|rankings?|tasks?|board|prompts))?,? [^,;.]*$|(«k[a-z]+») ?\($"
    r"|在(?:[^,。;«»]|«b[a-z]+»){0,6}?(«k[a-z]+»(?:(?:、|和|与|及)«k[a-z]+»)*)"
    r"[^,。;«»]{0,8}?(?:上|中|方面|榜单?|里|任务)(?:(?!领先|对齐|超越|提升|落后)[^。;]){0,24}$"
    r"|(?:^|[,。;])(?:«b[a-z]+»的?)?(«k[a-z]+»)(?:分榜|子榜|单项|分项)(?:上|中|里)?[,:]?[^。;]{0,40}$"
)
"""Categories that the clause of a match begins with, or that a place in brackets stands behind."""


def _opening_categories(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    found = _OPENS_WITH.search(words.text, 0, hit.match.start())
    return words.tokens("k", *found.span(found.lastindex or 0)) if found else []


_STANDS_BEHIND = re.compile(
    r" (?:in|on) (?:the )?(?:«b[a-z]+»(?:'s)? )?(«k[a-z]+»)(?: (?:category|subset|slice|column|arena|leaderboard))"
)
"""A category that stands right behind a match: "by 14 points in LMArena's coding category"."""

_RULERS = frozenset({"style_control", "no_style_control"})

_SWITCHED = re.compile(r"^(?:«k[a-z]+»)? ?(?:is )?(off|disabled)\b|(?:去掉|去除|关掉|关闭|不启用|未启用|不开启)$")

_NEAR = 30
"""Characters behind a match in which the ruler may stand."""

_WITHOUT = ("aider/", "swebench/")
"""Boards that have no categories: words that look like one are of something else there."""

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
    tokens = hit.tokens(words, ("cats",), "k")
    if not tokens and hit.rule.relation in PLACES and _IN_BOTH.match(words.text, hit.match.end()):
        lists = list(_LISTED_BEFORE.finditer(words.text, 0, hit.match.start()))
        tokens = words.tokens("k", *lists[-1].span()) if lists else []
    listed = _LISTS.match(words.text, hit.match.end()) if not tokens and hit.rule.relation in PLACES else None
    if listed:
        tokens = words.tokens("k", *listed.span())
    behind = _STANDS_BEHIND.match(words.text, hit.match.end()) if not tokens else None
    if behind:
        tokens = [(behind.start(1), behind[1])]
    if not tokens and not (board and board.category):
        tokens = _opening_categories(words, hit)
    if board and board.key.startswith(_WITHOUT):
        return [None]
    if tokens and words.names[tokens[0][1]].key not in _RULERS:
        return [words.names[token].key or None for _, token in tokens]
    return [(board and board.category) or _ruler(words, hit)]


def _ruler(words: Masked, hit: Hit) -> str | None:
    """Say by which of Arena's two rulers a place is, where the sentence names one before it or right behind it."""
    rulers = [each for each in words.tokens("k") if words.names[each[1]].key in _RULERS]
    near = [each for each in rulers if each[0] < hit.match.end() + _NEAR]
    if not near:
        return None
    place, token = near[-1]
    key = words.names[token].key
    around = (words.text[place + len(token) : place + len(token) + 14], words.text[max(0, place - 4) : place])
    is_off = key == "style_control" and any(_SWITCHED.search(part) for part in around)
    return "no_style_control" if is_off else key
