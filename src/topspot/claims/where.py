"""Of which board a sentence speaks."""

import re
from collections.abc import Sequence
from functools import lru_cache

from topspot.claims.boards import Named, clues, kinds, meaning, parts, unsaid
from topspot.claims.hits import Hit
from topspot.claims.masked import Masked
from topspot.registry.mentions import Mention

_SPEAKER = re.compile(r"^ ?(?:reported|said|noted|announced|posted|tweeted|also|称|宣布|表示|官方|公布|团队)")

_MANY = re.compile(
    r"(?:most|all|several|multiple|major|every) (?:major )?(?:leaderboards|arenas)|多个榜单|各大榜单|所有榜单"
    r"|\b(?:all|most) (?:two|three|four|five|six|seven|of the|major) «b"
    r"|«b[a-z]+»'s (?:main|primary|major) (?:\w+ )?tracks"
)

CLAUSE = re.compile(r"[;；]|, (?:while|despite|although|though|but|whereas) |\. ")


RANKED = re.compile(
    r"#\d|\bno\. ?\d|\b(?:place|spot|position|leaderboards?|rankings?|ranks?|ranked|arena|elo|points|crown)\b"
    r"|\btied?\b|\btop[- ](?:\d|three|four|five|ten)|all «k|«k|list|\bfield\b|number one|second|third|fourth|fifth"
)
"""Words of an English sentence that ranks: what has none of them is no standing, but an opinion."""

PLACES = frozenset({"first", "tied_first", "rank", "best_of_group", "count_in_top", "record"})

ARENA = Named("lmarena/text", None, sure=False)
"""The board that is meant where Arena is named, or several of its boards were."""

LEAST_OF_ARENA = 900
"""Points that only Arena gives; other boards stop at one hundred."""

_ELSEWHERE = re.compile(
    r"app ?store|github|hackerone|product hunt|market (?:cap|value|share)|downloads?\b|stars\b|trending|olympiad"
    r"|应用商店|下载榜|免费榜|市值|股价|高考|考试|票房|市场份额|营收|融资|用户数|热搜|智商|奥数|奥赛|漏洞|star数"
    r"|csrankings|大学排名|院校|高校排名|日活|月活|活跃用户|应用榜|黑客松|奖金|«m[a-z]+»杯|数量位[居列]|数量排名"
    r"|出货|估值|专利|收入|营业额|销量|调用[榜量]"
    r"|(?:university|«d[a-z]+»)'s (?:\w+ ){0,3}(?:assessment|evaluation)"
    r"|atcoder|kaggle|\bicpc\b|\bchess\b|tournament|world finals|\bsat\b|downloaded|hugging ?face"
    r"|startups?\b|valuation|most valuable|revenue|funding round|patents|richest|employers?\b|brands?\b|openrouter"
)
"""Words of other rankings: what is said of a place there is nothing of a board."""

_OTHER_BOARD = re.compile(
    r"\b(?:on|in|of|atop|tops|topped|leads) (?:the )?(?:[A-Z][\w.&-]* )+"
    r"(?:Index|Leaderboard|Benchmark|Bench|Board|Rankings?|List)\b"
    r"|\b[A-Z]\w*(?:Bench|Eval|Arena)\b"
)
"""A board of somebody else, by a name of its own."""

_POINTS = re.compile(r"\bpoints?\b|\belo\b|分")


_WITHIN = re.compile(r" (?:with|by) («k[a-z]+»)")
"""What stands behind a board's name as its category: "Text Arena with factuality"."""

_OF_PICTURES = re.compile(r"/(?:text-to-image|image-edit|text-to-video|image-to-video)$")

_RULERS = frozenset({"style_control", "no_style_control"})

_PART_BEHIND = re.compile(
    r" (?:for|in|on) (?:the )?"
    r"(?:(search|vision|webdev|document|image edit|text-to-(?:image|video)|image-to-video)\b(?! «| model)"
    r"|(text|code)(?= ?(?:[,;.)!«]|and\b|but\b|while\b|despite\b|$)))"
)
"""What stands behind a place as the name of another board of Arena: "#2 for search"."""

_PART_OPENS = re.compile(
    r"(?:^|[;:.,] |\band )(?:in|on|for) (?:(search|vision|webdev|document)|(text|code)),? "
    r"(?:it|«m[a-z]+»)[^,;.]{0,30}$"
)
"""The same where it opens the clause: "in Text it slots in third"."""

_ENDS = re.compile("[,。;]")

_TOUCHES = frozenset({"", " ", " (", "("})
"""What stands between a board and a number that is of no other one."""

_NEAR = 25
"""Characters between a match and a list of boards that it speaks of."""


def is_of_another_ranking(sentence: str, words: Masked) -> bool:
    """Whether a sentence that names no board speaks of a ranking of something else, or of somebody else."""
    if words.tokens("b"):
        return False
    return bool(_ELSEWHERE.search(words.text) or _OTHER_BOARD.search(sentence))


def speaks_of_points(words: Masked) -> bool:
    """Whether a sentence calls its numbers points."""
    return _POINTS.search(words.text) is not None


def boards_of(
    words: Masked, hit: Hit, hits: Sequence[Hit], known: Sequence[Named]
) -> Sequence[Named | None] | None:
    """Give the boards that a match speaks of, ``[None]`` where none is named, ``None`` for a mere test set.

    ``known`` are those of the sentences before.
    """
    named = hit.tokens(words, ("boards",), "bx") or words.tokens("bx", hit.match.start(), hit.match.end())
    listed = _listed(words, hit)
    if listed:
        return listed
    part = _PART_BEHIND.match(words.text, hit.match.end()) or _PART_OPENS.search(words.text, 0, hit.match.start())
    if part and not named and words.tokens("b"):
        return [_part(part[1] or part[2])]
    token = named[0] if named else _nearest_board(words, hit, hits)
    if token is None:
        return [known[0]._replace(sure=False)] if known else [None]
    if token[1].startswith("«x"):
        others = words.tokens("b")
        near = _joined(words, token)
        real = [each for each in near if each[1].startswith("«b")]
        if not real or not others:
            return None
        return [board_of(words, each) for each in real]
    return list(dict.fromkeys(board_of(words, each) for each in _joined(words, token) if each[1].startswith("«b")))


def _part(word: str, publisher: str = "lmarena") -> Named:
    """Give the board of a publisher for which a word of a list stands."""
    return Named(f"{publisher}/{parts()[word]}", None, True)


@lru_cache(maxsize=1)
def _lists() -> re.Pattern[str]:
    """Match a list of boards, some of which are only words: "#1 in Text, Vision and WebDev"."""
    words = "|".join(sorted(map(re.escape, parts()), key=len, reverse=True))
    item = rf"(?:the )?(?:«b[a-z]+»|(?:{words})(?![\w-]))(?: arenas?| leaderboards?)?"
    opening = r"(?:«b[a-z]+»:|\b(?:in|on|across|for|both|of|tops|leads)(?: all| both| the| lmarena's)*)"
    return re.compile(rf"{opening} (?P<list>{item}(?:(?:, and |, | and | & |/){item})+)")


def _listed(words: Masked, hit: Hit) -> list[Named]:
    """Give the boards of a list near a match, of which not all are names."""
    if words.is_chinese:
        return _listed_in_chinese(words, hit)
    if not re.search(r"arena|leaderboard|boards|«b", words.text):
        return []
    for found in _lists().finditer(words.text):
        near = found.start() <= hit.match.end() + _NEAR and found.end() >= hit.match.start() - _NEAR
        items = re.split(
            r", and |, | and | & |/", re.sub(r"\bthe | arenas?\b| leaderboards?\b", "", found["list"])
        )
        if all(item.startswith("«") for item in items):
            continue
        if hit.dealt() or (near and hit.rule.relation in PLACES):
            return [board_of(words, (0, item)) if item.startswith("«") else _part(item) for item in items]
    return []


@lru_cache(maxsize=1)
def _chinese_lists() -> re.Pattern[str]:
    """Match a list of boards in Chinese: "LMArena 文本、视觉、WebDev 三个榜单"."""
    words = "|".join(sorted(map(re.escape, parts()), key=len, reverse=True))
    item = rf"(?:«b[a-z]+»|{words})"
    return re.compile(
        rf"(?:«b[a-z]+»的?)?(?P<list>{item}(?:(?:、|和|与|及|以及|,){item})+)"
        r"(?:[一二两三四五六七八九十\d]+[个大项])?(?:排行榜|榜单?|赛道|竞技场)"
    )


def _listed_in_chinese(words: Masked, hit: Hit) -> list[Named]:
    """Give the boards of a Chinese list before a match, or right behind it."""
    begin, end = hit.match.span()
    for found in _chinese_lists().finditer(words.text):
        items = re.split("、|和|与|及|以及|,", found["list"])
        near = found.end() <= begin or 0 <= found.start() - end <= 2
        if near and hit.rule.relation in PLACES and not all(item.startswith("«") for item in items):
            publisher = _publisher(words, found)
            return [
                board_of(words, (found.start("list"), item)) if item.startswith("«")
                else _part(item, publisher)
                for item in items
            ]  # fmt: skip
    return []


def _publisher(words: Masked, found: re.Match[str]) -> str:
    """Say whose boards a list is of: the publisher's right before it, else the last that was named."""
    named = [token for _, token in words.tokens("b", 0, found.start("list"))]
    return words.names[named[-1]].key.partition("/")[0] if named else "lmarena"


def of_kind(board: Named | None, subject: Mention) -> Named | None:
    """Take the board of images or videos for a model of them, where the name alone leaves the board open."""
    if board is None or board.sure or subject.kind != "model":
        return board
    told = next((part for part, pattern in kinds() if pattern.search(subject.key)), None)
    publisher = board.key.partition("/")[0]
    if told is None and subject.key and publisher == "lmarena" and _OF_PICTURES.search(board.key):
        return board._replace(key="lmarena/text")  # words of pictures stood there for another reason
    if told is None or not board.key.endswith(("/text", "/intelligence-index")):
        return board
    if publisher == "artificial-analysis" and told == "text-to-video":
        told = "video"
    return board._replace(key=f"{publisher}/{told}")


def _nearest_board(words: Masked, hit: Hit, hits: Sequence[Hit]) -> tuple[int, str] | None:
    begin, end = hit.match.span()
    tokens = words.tokens("bx")
    own = _of_its_own(words, tokens, begin, end)
    if own:
        return own
    following = min((each.match.start() for each in hits if each.match.start() >= end), default=len(words.text))
    behind = [each for each in tokens if end <= each[0] < following]
    if behind and behind[0][0] - end < 60 and not CLAUSE.search(words.text, end, behind[0][0]):
        first = behind[0]
        if not _is_speaker(words, first):
            return first
    before = [each for each in tokens if each[0] < begin]
    after = [each for each in tokens if each[0] >= end]
    sure = [each for each in before if each[1].startswith("«x") or board_of(words, each).sure]
    later = [each for each in after if each[1].startswith("«b") and board_of(words, each).sure]
    return next(iter([*sure[-1:], *later, *before[-1:], *after]), None)


def _of_its_own(words: Masked, tokens: Sequence[tuple[int, str]], begin: int, end: int) -> tuple[int, str] | None:
    """Give the board that touches a match or, in Chinese, stands in its clause: before it, else behind it."""
    before = [each for each in tokens if each[0] < begin]
    touching = [each for each in before if words.text[each[0] + len(each[1]) : begin] in _TOUCHES]
    if touching or not words.is_chinese:
        return touching[-1] if touching else None
    of_clause = [each for each in before if not _ENDS.search(words.text, each[0], begin)]
    behind = [each for each in tokens if each[0] >= end and not _ENDS.search(words.text, end, each[0])]
    return next(iter([*of_clause[-1:], *behind]), None)


def _is_speaker(words: Masked, token: tuple[int, str]) -> bool:
    """Whether a board's publisher is named as who says it."""
    named = words.names[token[1]]
    return named.text.startswith("@") or bool(_SPEAKER.match(words.text[token[0] + len(token[1]) :]))


def _joined(words: Masked, token: tuple[int, str]) -> list[tuple[int, str]]:
    """Give a board with those that a list joins to it."""
    tokens = words.tokens("bx")
    at = tokens.index(token)
    low = high = at
    while low and _joins(words, tokens[low - 1], tokens[low]):
        low -= 1
    while high + 1 < len(tokens) and _joins(words, tokens[high], tokens[high + 1]):
        high += 1
    return tokens[low : high + 1]


def _joins(words: Masked, left: tuple[int, str], right: tuple[int, str]) -> bool:
    between = words.text[left[0] + len(left[1]) : right[0]]
    if words.text.startswith("'s", right[0] + len(right[1])) or _is_speaker(words, right):
        return False  # "Code Arena, Arena's update says"
    return bool(re.fullmatch(r" ?(?:,|、|和|及|与|/|&|and|, and) ?(?:the |on the )?", between))


def board_of(words: Masked, token: tuple[int, str]) -> Named:
    """Say which board a token means, by the other words of its sentence where its name does not tell."""
    named = meaning(words.names[token[1]].key)
    within = _WITHIN.match(words.text, token[0] + len(token[1]))
    if within and named.category is None:
        return named._replace(category=words.names[within[1]].key or None)
    if named.key.startswith("lmarena") and not named.sure and _MANY.search(words.text):
        return Named("lmarena", None, True)
    return board_by_clues(words, named)


def board_by_clues(words: Masked, named: Named) -> Named:
    """Say which of its publisher's boards the words of a sentence mean, where the name leaves it open."""
    publisher = named.key.partition("/")[0]
    if named.sure:
        return named
    told = next((board for board, pattern in clues(publisher) if pattern.search(words.text)), None)
    return Named(f"{publisher}/{told}", None, False) if told else named


def unsaid_board(words: Masked, ratings: Sequence[float | None]) -> Named | None:
    """Give the board that a sentence speaks of and does not name; ``ratings`` are those that it tells."""
    told = next((board for board, pattern in unsaid() if words.is_chinese and pattern.search(words.text)), None)
    if told:
        return Named(told, None, True)
    arena = (
        (not words.is_chinese and RANKED.search(words.text))
        or any(each.text == "总榜" or each.key in _RULERS for each in words.names.values())
        or any((each or 0) >= LEAST_OF_ARENA for each in ratings)
    )
    return board_by_clues(words, Named("lmarena/text", None, False)) if arena else None


def fits(board: Named | None, rating: float | None) -> bool:
    """Whether a number can be a rating of a board: Arena's are above 900, the others' at most 100."""
    if rating is None:
        return False
    if board is None:
        return rating >= LEAST_OF_ARENA or rating <= 100
    if board.key.startswith(("lmarena", "design-arena")) or "image" in board.key or "video" in board.key:
        return rating >= 700
    return rating <= 100
