"""The stage *claims*: what the sentences of a text say of boards.

Pure: every claim follows from one rule of the files beside, the names in the sentence, and, where the sentence
leaves out of whom or of which board it speaks, the sentences before. Where they leave it out too, the claim has no
key for its subject, only the words that stand for it ("this model"); without such words there is no claim.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from topspot.claims.boards import Named, board_on
from topspot.claims.categories import with_categories
from topspot.claims.groups import group_around, group_as_said
from topspot.claims.hits import Hit, hits_of
from topspot.claims.manner import modality
from topspot.claims.masked import Masked, masked
from topspot.claims.rules import NOTHING, number_of
from topspot.claims.text import plain, sentences
from topspot.claims.when import GOES_ON, told_day
from topspot.claims.where import (
    ARENA,
    LEAST_OF_ARENA,
    PLACES,
    board_of,
    boards_of,
    fits,
    is_of_another_ranking,
    of_kind,
    speaks_of_points,
    unsaid_board,
)
from topspot.claims.whom import places_of_rivals, rivals_of, subjects_of, trailing_of
from topspot.domain.claims import Claim
from topspot.registry.mentions import Mention, Mentions, folded

_LONGEST_SENTENCE = 1_500
"""Characters; what is longer is a table or a list of names and no sentence."""

_BELONGS = re.compile(
    r"(?:secured? positions?|a place|belong|also)[^.]{0,20} (?:this|that|the) (?:elite )?(?:group|list|club)"
    r"|也在(?:此|其)列|均在列"
)

_ITEM = re.compile(r"^- ", re.MULTILINE)

_DIGEST = 30
"""List items that make a text a digest of the news: each item stands alone, and the title speaks of one."""

_GOES_ON_WITH_IT = re.compile(
    r". (?:[\w',-]+ ){0,4}?(?:it|its|they|this|the (?:\w+ )?model)\b"
    r"|.(?: \S+){1,4}$",
    re.IGNORECASE,
)
"""A list item that goes on with what the one before it was about."""

_WIDEST = 500
"""Points that no margin reaches: what is more is a rating."""

_REMEMBERED = 2
"""Sentences for which a board that was named is still the one that is spoken of."""


class Context(NamedTuple):
    """What the sentences before were about; ``age`` counts those since a board was named.

    ``day`` is the one of which the last sentence spoke, ``home`` are the boards of the title, of which a text
    speaks unless it names others; ``is_away`` says that the title is of a test set, and so is what names no board.
    """

    subject: Mention | None = None
    boards: tuple[Named, ...] = ()
    of_top: int | None = None
    age: int = 0
    day: date | None = None
    home: tuple[Named, ...] = ()
    is_away: bool = False


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


def claims_of(
    text: str, mentions: Mentions, boards: Mapping[str, str], title: str = "", published: date | None = None
) -> list[Claim]:
    """Give the claims of a text, in its order, none twice in one sentence.

    ``boards`` are the names of boards as in ``board_names``. What a sentence leaves out, the sentences before and
    the title may say. ``published`` is the day by which days without a year are read.
    """
    lines = plain(text)
    is_digest = len(_ITEM.findall(lines)) >= _DIGEST
    context = Context() if is_digest else _context_of_title(masked(plain(title), mentions, boards))
    claims: list[Claim] = []
    for sentence in sentences(lines):
        if len(sentence) > _LONGEST_SENTENCE:
            continue
        if is_digest and _ITEM.match(sentence) and not _GOES_ON_WITH_IT.match(sentence):
            context = Context()
        words = masked(sentence, mentions, boards, context.subject.text if context.subject else "")
        hits = hits_of(words)
        sayings = [] if _is_elsewhere(sentence, words, context) else _sayings_of(words, hits, context)
        day = told_day(words, published) or (context.day if GOES_ON.match(words.text) else None)
        claims += [
            _on(_claim(sentence, words, each, mentions.flagships, day), day or published) for each in sayings
        ]
        context = _context_after(words, sayings, context, places_of_rivals(words, hits))._replace(day=day)
    return claims


def _context_of_title(words: Masked) -> Context:
    context = _context_after(words, [], Context(), set())
    is_away = bool(words.tokens("x")) and not words.tokens("b")
    return context._replace(home=context.boards, is_away=is_away)


def _is_elsewhere(sentence: str, words: Masked, context: Context) -> bool:
    """Whether a sentence speaks of no board of ours: of another ranking, or of the test set of its title."""
    is_away = context.is_away and not context.boards and not words.tokens("b")
    return is_away or is_of_another_ranking(sentence, words)


def _sayings_of(words: Masked, hits: Sequence[Hit], context: Context) -> list[_Saying]:
    rivals = places_of_rivals(words, hits)
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
    return rated and speaks_of_points(words)


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
    placed = _OVERALL.search(words.text) or any(
        each.board or each.relation in PLACES or (told and each.relation == "score" and fits(told, each.rating))
        for each in sayings
    )
    return [
        each._replace(board=each.board or (told and of_kind(told, each.subject)))
        for each in sayings
        if each.board or (placed and _may_be_of(told, each))
    ]


_OVERALL = re.compile(
    r"(?:整体|综合|总体)(?:能力|性能|表现|实力|水平)?(?:上|已|全面|也|均)*(?:略|稍|大幅)?(?:超|优|领先|低|高|强)"
)
"""What makes an order of Chinese texts one on the whole, if on no board that they name."""


def _may_be_of(told: Named | None, saying: _Saying) -> bool:
    """Whether a claim that names no board may be of one: a record without a number may be of anything."""
    if saying.relation == "record":
        return told is not None and saying.rating is not None
    return saying.relation != "score" or told is None or fits(told, saying.rating)


def _of_hit(words: Masked, hit: Hit, hits: Sequence[Hit], rivals: set[int], context: Context) -> Iterator[_Saying]:
    rule, match = hit
    if rule.relation == NOTHING or _OF_SOMETHING_ELSE.search(words.text, 0, match.start()):
        return
    subjects = subjects_of(words, hit, rivals, context.subject)
    named = boards_of(words, hit, hits, context.boards)
    if named is None:
        return
    many = [
        _Saying(match.start(), rule.relation, subject, of_kind(board, subject), category)
        for board, category in with_categories(words, hit, named)
        for subject in subjects
    ]
    dealt = hit.dealt()
    if dealt:
        yield from _deal(words, hit, rivals, dealt, many)
        return
    trailing = trailing_of(words, hit, rivals, context.subject) if rule.reverse else None
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
        yield from _placed(words, hit, saying)
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
        second = hit.group("second_group") if saying.relation == "best_of_group" else None
        if second:
            yield saying._replace(object=group_as_said(words, second))


_TIED_BEHIND = re.compile(
    r"[^.;:«]{0,12}(?:«b[a-z]+»)?,? (?:and )?(?:is )?(?:tied|level|jointly?|together|shared) with"
    r" «m[a-z]+»(?! for)"
)
"""What makes a first place behind which it stands a shared one."""

_WAY_TIE = re.compile(r"\b[a-z\d]+-way tie\b[^.;:]{0,24}:[^.;]*$")
"""What makes the first places behind it shared ones."""


def _placed(words: Masked, hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    group = group_around(words, hit)
    tied = _TIED_BEHIND.match(words.text, hit.match.end()) or _WAY_TIE.search(words.text, 0, hit.match.start())
    first = "best_of_group" if group else "tied_first" if tied else "first"
    for each in _place(words, hit, saying):
        relation = first if each.relation == "first" else each.relation
        yield each._replace(relation=relation, object=group or each.object)


def _ordered(words: Masked, hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    if hit.rule.reverse:
        yield saying
        points = _number(hit.group("rating"))
        if points and points < _WIDEST and saying.object:
            yield saying._replace(relation="margin", rating=points)
        return
    for _, token in rivals_of(words, hit):
        if words.names[token].key != saying.subject.key:
            yield saying._replace(object=words.names[token].text)


def _turn(words: Masked, hit: Hit, saying: _Saying) -> int:
    """Give the place of one of several that are named in order."""
    named = [words.names[token].start for _, token in hit.tokens(words, ("subjects",), "m")]
    return named.index(saying.subject.start) + 1


def _place(words: Masked, hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    of_top = number_of(hit.group("of_top") or "")
    rank = number_of(hit.group("rank") or "")
    grouped = hit.group("group")
    if hit.group("in_order"):
        rank, of_top = _turn(words, hit, saying), None
    if (of_top or 0) > 1 or (rank is None and "三甲" in hit.match[0]):
        yield saying._replace(relation="rank", of_top=of_top or 3)
    elif (rank == 1 or of_top == 1) and grouped:
        yield saying._replace(relation="best_of_group")
    elif rank == 1 or of_top == 1 or (rank is None and saying.relation == "first"):
        yield saying._replace(relation="first")
    elif rank:
        yield saying._replace(rank=rank)


def _counted(hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    both = number_of(hit.group("n_of_top") or "")
    of_top = both or number_of(hit.group("of_top") or "")
    n = both or _how_many(hit, of_top or 0)
    if n and of_top and n <= of_top:
        yield saying._replace(n=n, of_top=of_top)


def _how_many(hit: Hit, of_top: int) -> int | None:
    told = hit.group("n", "half") or ""
    if hit.group("one"):
        return 1
    if told == "half" or hit.group("half"):
        return None if of_top % 2 else of_top // 2
    return number_of(told)


def _rated(hit: Hit, saying: _Saying) -> Iterator[_Saying]:
    rating = _number(hit.group("rating", "small") or (saying.board and hit.group("bare")))
    if rating is None:
        return
    if saying.relation == "margin":
        if 0 < rating < _WIDEST:
            yield saying._replace(rating=rating)
    elif fits(saying.board, rating):
        yield saying._replace(rating=rating)


def _number(text: str | None) -> float | None:
    if text and text[0].isalpha():
        return number_of(text)
    return float(re.sub(r"[, ]", "", text)) if text else None


def _object(words: Masked, hit: Hit, saying: _Saying) -> str | None:
    group = hit.group("group")
    if saying.relation == "margin":
        rivals = rivals_of(words, hit)
        return words.names[rivals[0][1]].text if rivals and not hit.rule.reverse else None
    return group_as_said(words, group) if group else None


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


_OF_SOMETHING_ELSE = re.compile(
    r"(?<!»)(?<!\))(?<!overall)(?<!model)(?<!variant)(?<!version)(?<!mode)(?<!preview)(?<!arena)(?<!board) \($"
)
"""What stands before a place in brackets that is of something without a name here: "the field of law (#2)"."""


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
    numbered = {each.subject.key for each in kept.values() if each.relation == "record" and each.rating}
    return [
        each
        for each in kept.values()
        if each.relation != "record" or each.rating or each.object or each.subject.key not in numbered
    ]


def _words_of(name: str | None) -> tuple[str, ...]:
    """Bring orders of a name's words to one: "Claude Sonnet 3.5", "Claude 3.5 Sonnet"."""
    return tuple(sorted(re.split(r"[ -]", folded(name or ""))))


_TOLD_AGAIN = frozenset({"first", "tied_first", "rank", "best_of_group", "record", "ahead_of"})
"""What a headline says shorter than the text behind it does."""


def _without_headline(words: Masked, sayings: list[_Saying]) -> list[_Saying]:
    """Drop what a headline before a colon claims where the text behind it makes claims of its own."""
    colon = re.search(r"[:!?] (?=\S)", words.text[:140])
    if words.is_chinese or colon is None or not words.tokens("md", 0, colon.start()):
        return sayings
    if re.search(r"\bnot\b|n't\b", words.text[: colon.start()]):
        return sayings  # what is denied before a colon is put right behind it
    behind = [each for each in sayings if each.at > colon.start()]
    kept = [
        each for each in sayings if each.at <= colon.start() and (each.relation not in _TOLD_AGAIN or each.of_top)
    ]
    return kept + behind if behind else sayings


def _claim(sentence: str, words: Masked, saying: _Saying, flagships: Mapping[str, str], day: date | None) -> Claim:
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
        as_of=day,
        modality=modality(words, saying.at),
    )


def _on(claim: Claim, day: date | None) -> Claim:
    """Take the board that a name meant on the day of which a text speaks."""
    return replace(claim, board=board_on(claim.board, day)) if claim.board else claim


def _as_written(sentence: str, words: str) -> str:
    """Give some folded words as the sentence has them."""
    at = folded(sentence).find(folded(words))
    return words if at < 0 else sentence[at : at + len(words)]


def _the_one_meant(models: Sequence[Mention]) -> Mention:
    """Take the first of some models, or that of its series: "the MiniCPM5 series begins with MiniCPM5-1B"."""
    first = models[0]
    return next((each for each in models if each.key.startswith(f"{first.key}-")), first)


_GOES_ON = re.compile(r"\b(?:it|its)\b|它|其(?!他|余|中|它)")
"""What speaks on of the one that was spoken of, before another is named."""


def _context_after(words: Masked, sayings: Sequence[_Saying], context: Context, rivals: set[int]) -> Context:
    """Keep what a sentence was about for those behind it: not a rival of whom it speaks."""
    models = [each for each in words.tokens("m") if each[0] not in rivals]
    subject = next((each.subject for each in sayings if each.subject.kind == "model" and each.subject.key), None)
    if subject is None and models and not (context.subject and _GOES_ON.search(words.text, 0, models[0][0])):
        subject = _the_one_meant([words.names[token] for _, token in models])
    boards = tuple(each.board for each in sayings if each.board)
    if not boards:
        boards = tuple(board_of(words, each) for each in words.tokens("b")[:1])
    boards = tuple(ARENA if each.key == "lmarena" else each for each in boards)
    of_top = next((each.of_top for each in sayings if each.relation == "count_in_top"), None)
    named = tuple(dict.fromkeys(boards))
    age = 0 if named else context.age + 1
    kept = context.boards if age <= _REMEMBERED and not words.tokens("x") else context.home
    return context._replace(
        subject=subject or context.subject,
        boards=named or kept,
        of_top=of_top or context.of_top,
        age=age,
    )
