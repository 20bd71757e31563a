"""The stage *claims*: what the sentences of a text say of boards.

Pure: every claim follows from one rule of the files beside, the names in the sentence, and, where the sentence
leaves out of whom or of which board it speaks, the sentences before. Where they leave it out too, the claim has no
key for its subject, only the words that stand for it ("this model"); without such words there is no claim.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from topspot.claims.boards import Named
from topspot.claims.hits import Hit, hits_of
from topspot.claims.manner import modality
from topspot.claims.masked import Masked, masked
from topspot.claims.rules import NOTHING, number_of
from topspot.claims.text import plain, sentences
from topspot.claims.where import CLAUSE, LEAST_OF_ARENA, PLACES, board_of, boards_of, fits, of_kind, unsaid_board
from topspot.domain.claims import Claim
from topspot.registry.mentions import Mention, Mentions, folded

_LONGEST_SENTENCE = 1_500
"""Characters; what is longer is a table or a list of names and no sentence."""

_ELSEWHERE = re.compile(
    r"app ?store|github|hackerone|product hunt|market (?:cap|value|share)|downloads?\b|stars\b|trending|olympiad"
    r"|应用商店|下载榜|免费榜|市值|股价|高考|考试|票房|市场份额|营收|融资|用户数|热搜|智商|奥数|奥赛|漏洞|star数"
    r"|出货|估值|专利|收入|营业额|销量|调用[榜量]"
    r"|(?:university|«d[a-z]+»)'s (?:\w+ ){0,3}(?:assessment|evaluation)"
    r"|atcoder|kaggle|\bicpc\b|\bchess\b|tournament|world finals|\bsat\b|downloaded|hugging ?face"
    r"|startups?\b|valuation|most valuable|revenue|funding round|patents|richest|employers?\b|brands?\b|openrouter"
)
"""Words of other rankings: what is said of a place there is nothing of a board."""

_PRONOUN = re.compile(
    r"\b(?:it|its|they|this|that|which)\b|the (?:\w+ )?(?:model|version|variant|preview)"
    r"|它|其|该模型|这款|此模型|前者|后者"
)

_OTHER_BOARD = re.compile(
    r"\b(?:on|in|of|atop|tops|topped|leads) (?:the )?(?:[A-Z][\w.&-]* )+"
    r"(?:Index|Leaderboard|Benchmark|Bench|Board|Rankings?|List)\b"
    r"|\b[A-Z]\w*(?:Bench|Eval|Arena)\b"
)
"""A board of somebody else, by a name of its own."""

_STANDS_FOR = re.compile(
    r"(?:\b(?:the|this|that|its|their)|«[dm][a-z]+»'s)(?: (?!and\b|of\b)[\w-]+){0,4}? (?:(?P<maker>company|startup"
    r"|firm|lab)|(?:models?|versions?|variants?|previews?|modes?|pairing|combination)(?: models?| versions?"
    r"| variants?)?)(?![\w-])|\b(?:it|they)(?![\w-])"
    r"|\b(?:max|pro|plus|flash|mini|nano|lite|turbo|ultra)(?:[ -](?:max|pro|lite))?"
    r"[ -](?:preview|version|variant)\b"
    r"|(?P<brand>\b(?:claude|gemini|chatgpt|gpt|grok|llama|qwen|kimi|ernie|mistral|glm)(?:模型|(?![\w-])))"
    r"|(?:该|此|这款|这一|这个|其(?!它|他|余|中)|(?<!其)它的?)[^,。;:«»]{0,6}?(?:模型|版本?)"
    r"|(?:max|pro|plus|flash|mini|lite|turbo) ?版|(?:(?<!其)它|其)(?!它|他|余|中|实|次|团队|公司)|前者|后者"
)
"""Words that stand for a model, or a maker, of which neither the sentence nor those before say the name."""

_MODEL_BEHIND = re.compile(r" ?(«m[a-z]+»)")

_BELONGS = re.compile(
    r"(?:secured? positions?|a place|belong|also)[^.]{0,20} (?:this|that|the) (?:elite )?(?:group|list|club)"
    r"|也在(?:此|其)列|均在列"
)

_OF_ITS_MODELS = re.compile(
    r"^'s|^的|ceo\b|chief|founder|team\b|models?\b|version|product|\bapp\b|\bsa(?:id|ys)|announc|模型|产品|表示|称|宣布|发布|推出|旗下"
)
"""What stands between a developer and a place that is not its own."""

_POINTS = re.compile(r"\bpoints?\b|\belo\b|分")

_NEAR = 60
"""Characters between a developer and its place."""

_FEW = 25
"""Characters before a rating that begins its sentence, as in "Scoring 1464 points, GLM-5 is first"."""


_REMEMBERED = 2
"""Sentences for which a board that was named is still the one that is spoken of."""


class Context(NamedTuple):
    """What the sentences before were about; ``age`` counts those since a board was named."""

    subject: Mention | None = None
    boards: tuple[Named, ...] = ()
    of_top: int | None = None
    age: int = 0


class _Saying(NamedTuple):
    """One claim before its sentence and modality are added; ``at`` is where it stands."""

    at: int
    relation: str
    subject: Mention
    board: Named | None
    category: str | None = None
    rank: int | None = None
    rating: float | None = None
    n: int | None = None
    of_top: int | None = None
    object: str | None = None


def claims_of(text: str, mentions: Mentions, boards: Mapping[str, str], title: str = "") -> list[Claim]:
    """Give the claims of a text, in its order, none twice in one sentence.

    ``boards`` are the names of boards as in ``board_names``. What a sentence leaves out, the sentences before and
    the title may say.
    """
    context = Context()
    if title:
        context = _context_after(masked(plain(title), mentions, boards), [], context)
    claims: list[Claim] = []
    for sentence in sentences(plain(text)):
        if len(sentence) > _LONGEST_SENTENCE:
            continue
        words = masked(sentence, mentions, boards)
        of_another = not words.tokens("b") and _OTHER_BOARD.search(sentence)
        sayings = [] if of_another else _sayings_of(words, context)
        claims += [_claim(sentence, words, each, mentions.flagships) for each in sayings]
        context = _context_after(words, sayings, context)
    return claims


def _sayings_of(words: Masked, context: Context) -> list[_Saying]:
    if not words.tokens("b") and _ELSEWHERE.search(words.text):
        return []
    hits = hits_of(words)
    rivals = {
        place
        for hit in hits
        for place, _ in hit.tokens(words, ("objects", "objects2", "objects3", "ahead", "older"), "md")
    }
    said = [each for hit in hits for each in _of_hit(words, hit, hits, rivals, context)]
    said += _elite(words, context)
    if not _tells_a_board(words, said, context):
        said = [each for each in said if each.subject.key]
    return _without_doubles(_without_headline(words, _with_boards(words, said)))


def _tells_a_board(words: Masked, sayings: Sequence[_Saying], context: Context) -> bool:
    """Whether a sentence or those before it name a board, or words or a rating tell which is meant.

    What tells neither of whom nor of which board it speaks is no claim.
    """
    told = words.is_chinese and unsaid_board(words, []) is not None
    if told or words.tokens("b") or context.boards:
        return True
    rated = any((each.rating or 0) >= LEAST_OF_ARENA for each in sayings if each.relation == "score")
    return rated and _POINTS.search(words.text) is not None


def _with_boards(words: Masked, sayings: Sequence[_Saying]) -> list[_Saying]:
    """Say of which board claims speak that name none; an order or a number without a place may be of anything.

    English texts that give a place mean Arena's text board, as do ratings of its size and 总榜; other Chinese
    claims stay without a board unless the file tells one.
    """
    if all(each.board for each in sayings):
        return list(sayings)
    told = unsaid_board(words, [each.rating for each in sayings])
    if told is None:
        sayings = [each for each in sayings if each.board or words.is_chinese]
    placed = any(
        each.board or each.relation in PLACES or (told and each.relation == "score" and fits(told, each.rating))
        for each in sayings
    )
    return [
        each._replace(board=each.board or (told and of_kind(told, each.subject)))
        for each in sayings
        if each.board or (placed and _may_be_of(told, each))
    ]


def _may_be_of(told: Named | None, saying: _Saying) -> bool:
    """Whether a claim that names no board may be of one: a record without a number may be of anything."""
    if saying.relation == "record":
        return told is not None and saying.rating is not None
    return saying.relation != "score" or told is None or fits(told, saying.rating)


def _rivals(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    named = hit.tokens(words, ("objects", "objects2", "objects3", "ahead"), "md")
    models = [each for each in named if each[1].startswith("«m")]
    return models or named


def _of_hit(words: Masked, hit: Hit, hits: Sequence[Hit], rivals: set[int], context: Context) -> Iterator[_Saying]:
    rule, match = hit
    if rule.relation == NOTHING:
        return
    subjects = _subjects(words, hit, rivals, context)
    named = boards_of(words, hit, hits, context.boards)
    if named is None:
        return
    many = [
        _Saying(match.start(), rule.relation, subject, of_kind(board, subject), category)
        for board in named
        for category in (_categories(words, hit) or [board.category if board else None])
        for subject in subjects
    ]
    dealt = hit.dealt()
    if dealt:
        yield from _deal(words, hit, rivals, dealt, many)
        return
    trailing = _trailing(words, hit, rivals, context) if rule.reverse else None
    for each in many:
        yield from _filled(words, hit, each, trailing)


def _filled(words: Masked, hit: Hit, saying: _Saying, trailing: Mention | None) -> Iterator[_Saying]:
    """Put the numbers and rivals of a match into its claims; ``trailing`` is who is behind where that is told."""
    saying = saying._replace(object=trailing.text if trailing else _object(words, hit, saying))
    ahead = hit.tokens(words, ("ahead",), "m")
    for _, token in ahead:
        yield saying._replace(relation="ahead_of", object=words.names[token].text, category=None)
    if saying.relation == "ahead_of":
        yield from _ordered(words, hit, saying)
    elif saying.relation in {"rank", "first"}:
        yield from _placed(hit, saying)
    elif saying.relation == "count_in_top":
        yield from _counted(hit, saying)
    elif saying.relation == "record":
        rating = _number(hit.group("rating", "score"))
        if hit.group("score") and fits(saying.board, rating):
            yield saying._replace(relation="score", rating=rating, object=None)
        yield saying._replace(rating=rating if fits(saying.board, rating) else None)
    elif saying.relation in {"score", "margin"}:
        yield from _rated(hit, saying)
    else:
        yield saying
        second = hit.group("group4") if saying.relation == "best_of_group" else None
        if second:
            yield saying._replace(object=_group_as_said(words, second))


def _trailing(words: Masked, hit: Hit, rivals: set[int], context: Context) -> Mention | None:
    """Say who is behind the rivals of a match: the nearest model before it but rivals, else a developer."""
    own = {place for place, _ in _rivals(words, hit)}
    for kinds, others in (("m", rivals), ("m", own), ("d", own)):
        before = [token for place, token in words.tokens(kinds, 0, hit.match.start()) if place not in others]
        if before:
            return words.names[before[-1]]
    known = context.subject
    return known if known and known.key else None


def _ordered(words: Masked, hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    if hit.rule.reverse:
        yield saying
        return
    for _, token in _rivals(words, hit):
        if words.names[token].key != saying.subject.key:
            yield saying._replace(object=words.names[token].text)


def _placed(hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    of_top = number_of(hit.group("of_top", "of_top2") or "")
    rank = number_of(hit.group("rank", "rank2", "rank3") or "")
    grouped = hit.group("group", "group2")
    if of_top is not None or "三甲" in hit.match[0]:
        yield saying._replace(relation="rank", of_top=of_top or 3)
    elif rank == 1 and grouped:
        yield saying._replace(relation="best_of_group")
    elif rank == 1 or (rank is None and saying.relation == "first"):
        yield saying._replace(relation="first")
    elif rank:
        yield saying._replace(rank=rank)


def _counted(hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    both = number_of(hit.group("n_of_top", "n_of_top2") or "")
    of_top = both or number_of(hit.group("of_top", "of_top2") or "")
    n = both or (1 if hit.group("one") else number_of(hit.group("n", "n2") or ""))
    if n and of_top and n <= of_top:
        yield saying._replace(n=n, of_top=of_top)


def _rated(hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    rating = _number(hit.group("rating", "rating2", "small"))
    if rating is None:
        return
    if saying.relation == "margin":
        if 0 < rating < 500:
            yield saying._replace(rating=rating)
    elif fits(saying.board, rating):
        yield saying._replace(rating=rating)


def _number(text: str | None) -> float | None:
    if text and text[0].isalpha():
        return number_of(text)
    return float(re.sub(r"[, ]", "", text)) if text else None


def _object(words: Masked, hit: Hit, saying: _Saying) -> str | None:
    group = hit.group("group", "group2", "group3")
    if saying.relation == "margin":
        rivals = _rivals(words, hit)
        return words.names[rivals[0][1]].text if rivals and not hit.rule.reverse else None
    return _group_as_said(words, group) if group else None


def _group_as_said(words: Masked, group: str) -> str:
    if re.fullmatch(r"家|公司|企业|开发者|开发商|厂商|实验室", group):  # what is counted by 家 are companies
        return "developers"
    if re.match(r"open|开", group):
        return "open models"
    if group in words.names:
        country = words.names[group]
        return "chinese models" if country.key == "CN" else f"{country.text} models"
    if re.match(r"国|全国|domestic", group):
        return "chinese models"
    return (
        group.strip()
        if re.search(r"models|developers|labs|compan|places|spots", group)
        else f"{group.strip()} models"
    )


def _subjects(words: Masked, hit: Hit, rivals: set[int], context: Context) -> list[Mention]:
    """Say of whom a match speaks: of whom its words name, else the nearest before, behind, or in the context."""
    if hit.rule.reverse:
        return _leading(words, hit, rivals, context)
    if re.match(r"open|开源", hit.group("subjects", "subjects2", "subjects3") or ""):
        return [Mention(0, 0, "open models", "model", "open-weights")]
    tokens = (
        hit.tokens(words, ("subjects", "subjects2", "subjects3", "older"), "mdc")
        or _right_behind(words, hit)
        or _before(words, hit, rivals)
        or _behind(words, hit, rivals, context)
        or _inside(words, hit, rivals)
    )
    if tokens:
        named = (words.names[token] for _, token in tokens)
        return [each._replace(key="") if _is_a_family(each) else each for each in named]
    stands = _stands_for(words, hit)
    of_another = stands is not None and (stands["maker"] or stands["brand"])
    return [context.subject] if context.subject and not of_another else _nobody(words, hit, stands)


def _stands_for(words: Masked, hit: Hit) -> re.Match[str] | None:
    """Find the words nearest before a match, or behind one that begins its sentence, that stand for somebody."""
    start = hit.match.start()
    before = [each for each in _STANDS_FOR.finditer(words.text, 0, hit.match.end()) if each.start() < start]
    if before or start >= _FEW:
        return before[-1] if before else None
    behind = _STANDS_FOR.finditer(words.text, hit.match.end())
    return next((each for each in behind if each[0] not in {"it", "they"}), None)


def _nobody(words: Masked, hit: Hit, stands: re.Match[str] | None) -> list[Mention]:
    """Give somebody without a key where some words stand for him."""
    if stands is None or hit.rule.relation == "count_in_top":
        return []
    kind = "developer" if stands["maker"] else "model"
    return [Mention(0, 0, words.written(stands[0]), kind, "")]


def _is_a_family(mention: Mention) -> bool:
    """Whether a name is only a family's, such as Llama: no board has a place for it."""
    written = folded(mention.text)
    return mention.kind == "model" and mention.key.isalpha() and (written == mention.key or not written.isascii())


def _leading(words: Masked, hit: Hit, rivals: set[int], context: Context) -> list[Mention]:
    """Take the rivals that somebody trails, if the sentence or the context says who."""
    others = [each for each in words.tokens("md", 0, hit.match.start()) if each[0] not in rivals]
    told = others or context.subject or words.is_chinese or _PRONOUN.search(words.text, 0, hit.match.start())
    return [words.names[token] for _, token in _rivals(words, hit)] if told else []


def _right_behind(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    """Take a model that the words stand right before: "the best Chinese model GLM-5"."""
    found = _MODEL_BEHIND.match(words.text, hit.match.end()) if hit.rule.after else None
    return [(found.start(1), found[1])] if found else []


def _before(words: Masked, hit: Hit, rivals: set[int]) -> list[tuple[int, str]]:
    kinds = "mdc" if hit.rule.relation == "count_in_top" else "m"
    before = [
        (place, token)
        for place, token in words.tokens(kinds, 0, hit.match.start())
        if place not in rivals or (hit.rule.relation == "score" and _touches(words, place, token, hit.match))
    ]
    return _all_of_a_list(words, before, hit) if before else _maker(words, hit, rivals)


def _maker(words: Masked, hit: Hit, rivals: set[int]) -> list[tuple[int, str]]:
    """Take a developer that is ranked itself, in a sentence without models: "Baidu ranks among the top ten"."""
    if hit.rule.relation not in {"first", "rank", "best_of_group"} or words.tokens("m"):
        return []
    before = [each for each in words.tokens("d", 0, hit.match.start()) if each[0] not in rivals]
    if not before or _PRONOUN.search(words.text, 0, hit.match.start()):
        return []
    place, token = before[-1]
    between = words.text[place + len(token) : hit.match.start()]
    return [(place, token)] if len(between) < _NEAR and not _OF_ITS_MODELS.search(between) else []


def _behind(words: Masked, hit: Hit, rivals: set[int], context: Context) -> list[tuple[int, str]]:
    """Take the model behind, where the rule allows it or a rating begins the sentence; not past a pronoun."""
    behind = [each for each in words.tokens("m", hit.match.end()) if each[0] not in rivals][:1]
    begins = (
        hit.rule.relation == "score" and hit.match.start() < _FEW and not context.subject and not words.is_chinese
    )
    if not behind or not (hit.rule.after or begins):
        return []
    if _PRONOUN.search(words.text, 0, behind[0][0] if begins else hit.match.start()):
        return []
    return [] if CLAUSE.search(words.text, hit.match.end(), behind[0][0]) else behind


def _inside(words: Masked, hit: Hit, rivals: set[int]) -> list[tuple[int, str]]:
    return [each for each in words.tokens("m", *hit.match.span()) if each[0] not in rivals][:1]


def _touches(words: Masked, place: int, token: str, match: re.Match[str]) -> bool:
    """Whether a number stands right behind a name: ``GPT-5 (1437)``, ``GPT-5 at 1437``."""
    between = words.text[place + len(token) : match.start()]
    return bool(re.fullmatch(r" ?(?:[\(\[][^()\[\]]*[\)\]])? ?,?(?:大概|约)?", between))


def _all_of_a_list(words: Masked, before: Sequence[tuple[int, str]], hit: Hit) -> list[tuple[int, str]]:
    """Take the nearest name, and those joined to it where all are spoken of: ``GPT-5 and GLM-5 are tied``."""
    last = before[-1]
    both = hit.dealt() or re.search(
        r"\b(?:are|were|both|tie|share)\b|均|都|并列", words.text[last[0] : hit.match.end()]
    )
    if not both:
        return [last]
    chosen = [last]
    for each in reversed(before[:-1]):
        between = words.text[each[0] + len(each[1]) : chosen[0][0]]
        if not re.fullmatch(r"(?:,? and |, |、|和|与|及|,)", between):
            break
        chosen.insert(0, each)
    return chosen


def _deal(
    words: Masked, hit: Hit, rivals: set[int], numbers: Sequence[str], sayings: Sequence[_Saying]
) -> Iterator[_Saying]:
    subjects = list(dict.fromkeys(each.subject for each in sayings))
    boards = list(dict.fromkeys(each.board for each in sayings))
    by_board = len(subjects) == 1 and len(boards) == len(numbers)
    if len(subjects) != len(numbers) and not by_board:
        return
    for each in sayings:
        number = numbers[boards.index(each.board) if by_board else subjects.index(each.subject)]
        if hit.rule.relation == "score":
            yield each._replace(rating=_number(number))
        else:
            rank = number_of(number)
            yield each._replace(relation="first") if rank == 1 else each._replace(rank=rank)


def _categories(words: Masked, hit: Hit) -> list[str | None]:
    tokens = hit.tokens(words, ("cats",), "k")
    return [words.names[token].key or None for _, token in tokens]


def _elite(words: Masked, context: Context) -> Iterator[_Saying]:
    """Take developers that are said to belong to the group that the sentence before counted."""
    belongs = _BELONGS.search(words.text)
    if belongs and context.of_top:
        for place, token in words.tokens("d", 0, belongs.start()):
            if words.text[place + len(token) :].startswith("'s"):
                continue
            for board in context.boards or (None,):
                yield _Saying(place, "rank", words.names[token], board, of_top=context.of_top)


def _without_doubles(sayings: Iterable[_Saying]) -> list[_Saying]:
    kept: dict[tuple[object, ...], _Saying] = {}
    for each in sayings:
        first = each.relation in {"first", "tied_first"}
        ordered = each.relation == "ahead_of"
        key = (
            "first" if first else each.relation, each.subject.key, each.board and each.board.key,
            None if ordered else each.category, each.rank, each.rating, each.n, each.of_top,
            _words_of(each.object) if ordered or each.relation == "best_of_group" else None,
        )  # fmt: skip
        known = kept.get(key)
        if known is None or (each.relation == "tied_first" != known.relation):
            kept[key] = each
    return list(kept.values())


def _words_of(name: str | None) -> tuple[str, ...]:
    """Bring orders of a name's words to one: "Claude Sonnet 3.5", "Claude 3.5 Sonnet"."""
    return tuple(sorted(re.split(r"[ -]", folded(name or ""))))


def _without_headline(words: Masked, sayings: list[_Saying]) -> list[_Saying]:
    """Drop what a headline before a colon claims where the text behind it makes claims of its own."""
    colon = re.search(r"[:!?] (?=\S)", words.text[:140])
    if words.is_chinese or colon is None or not words.tokens("md", 0, colon.start()):
        return sayings
    behind = [each for each in sayings if each.at > colon.start()]
    return behind or sayings


def _claim(sentence: str, words: Masked, saying: _Saying, flagships: Mapping[str, str]) -> Claim:
    subject, board = saying.subject, saying.board
    key = flagships.get(subject.key, subject.key) or None
    return Claim(
        text=sentence,
        subject=subject.text if key else _as_written(sentence, subject.text),
        subject_key=key.lower() if key and subject.kind == "country" else key,
        subject_kind=subject.kind,
        subject_variant=subject.variant,
        relation=saying.relation,
        object=saying.object,
        board=board.key if board else None,
        category=saying.category,
        rank=saying.rank,
        rating=saying.rating,
        n=saying.n,
        of_top=saying.of_top,
        modality=modality(words, saying.at),
    )


def _as_written(sentence: str, words: str) -> str:
    """Give some folded words as the sentence has them."""
    at = folded(sentence).find(folded(words))
    return words if at < 0 else sentence[at : at + len(words)]


def _context_after(words: Masked, sayings: Sequence[_Saying], context: Context) -> Context:
    """Keep what a sentence was about for those behind it."""
    models = words.tokens("m")
    subject = next((each.subject for each in sayings if each.subject.kind == "model" and each.subject.key), None)
    if subject is None and models:
        subject = words.names[models[0][1]]
    boards = tuple(each.board for each in sayings if each.board)
    if not boards:
        boards = tuple(board_of(words, each) for each in words.tokens("b")[:1])
    of_top = next((each.of_top for each in sayings if each.relation == "count_in_top"), None)
    named = tuple(dict.fromkeys(boards))
    age = 0 if named else context.age + 1
    kept = context.boards if age <= _REMEMBERED and not words.tokens("x") else ()
    return Context(subject or context.subject, named or kept, of_top or context.of_top, age)
