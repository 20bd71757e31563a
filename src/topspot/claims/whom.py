"""Of whom a sentence speaks."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from topspot.claims.hits import Hit
from topspot.claims.masked import Masked
from topspot.claims.where import CLAUSE
from topspot.registry.mentions import Mention, folded

_PRONOUN = re.compile(
    r"\b(?:it|its|they|this|that|which)\b|the (?:\w+ )?(?:model|version|variant|preview)"
    r"|它|其(?!中)|该模型|这款|此模型|前者|后者"
)

_STANDS_FOR = re.compile(
    r"(?:\b(?:the|this|that|its|their)|«[dm][a-z]+»'s)(?: (?:(?!and\b|of\b)[\w-]+|«d[a-z]+»)){0,4}? "
    r"(?:(?P<maker>company|startup|firm|lab)"
    r"|(?:models?|versions?|variants?|previews?|flagships?|modes?|pairing|combination)"
    r"(?: models?| versions?| variants?)?)"
    r"(?![\w-])"
    r"|\b(?:it|they)(?![\w-])"
    r"|\b(?:max|pro|plus|flash|mini|nano|lite|turbo|ultra)(?:[ -](?:max|pro|lite))?"
    r"[ -](?:preview|version|variant)\b"
    r"|(?:该|此|这款|这一|这个|其(?!它|他|余|中)|(?<!其)它的?)[^,。;:«»]{0,6}?(?:模型|版本?)"
    r"|(?:max|pro|plus|flash|mini|lite|turbo) ?版|(?:(?<!其)它|其)(?!它|他|余|中|实|次|团队|公司)|前者|后者"
)
"""Words that stand for a model, or a maker, of which neither the sentence nor those before say the name."""

_MODEL_BEHIND = re.compile(r" ?(«m[a-z]+»)")

_OF_ITS_MODELS = re.compile(
    r"^'s|^的|ceo\b|chief|founder|team\b|models?\b|version|product|\bapp\b|\bsa(?:id|ys)|announc|模型|产品|表示|称|宣布|发布|推出|旗下"
)
"""What stands between a developer and a place that is not its own."""

_MAKES = re.compile(r"\b(?:by|from|of) $")
"""What makes a developer the maker of something that stands before."""

_ITS_MODEL = re.compile(r"[^,。;«]{0,12}(«m[a-z]+»)")
"""The model of a developer, right behind its name."""

_COMPARED = re.compile(
    r"\b(?:than|unlike|versus|vs\.?|against|compared (?:to|with)"
    r"|fine-?tunes? of|fine-?tuned (?:from|on)|based on|built on|distilled from|successor (?:to|of)) (?:the )?"
    r"(«[dm][a-z]+»)|, an? («m[a-z]+») (?:fine-?tune|derivative|distillation|merge|spin-?off)"
    r"|, after (?:«d[a-z]+»'s )?(«m[a-z]+»)"
    r"|(?:比|较|相较于?|相比于?)(«[dm][a-z]+»)|(?:只有|仅为|仅是|不到|约为)(«m[a-z]+»)的"
)
"""Whom a text only compares with."""

_PARTICIPLE = re.compile(
    r", (?:thereby |also |now |and |while |further )?(?!including|according|following|during|being)[a-z]+ing\b"
    r"[^,;:.«]{0,40}$"
)
"""What goes on to speak of the subject of its sentence, whatever was named last: ", debuting at #1"."""

_OPENS_A_CLAUSE = re.compile(
    r"(?:^|[:;(.!?] |^- |\b(?:that|while|but|and|as) |, )(?:(?:the|«d[a-z]+»(?:'s)?) (?:new |latest )?)?$"
)
"""What stands before the subject of a clause."""

_SUBJECT_FOLLOWS = re.compile(r"(?: (?:on|in) (?:the )?(?:«[bd][a-z]+»(?:'s)? ?)+)?, ?(?:«d[a-z]+»(?:'s |的)?)?«m")
"""What stands behind a rating that opens its sentence where the next name is whose it is."""

_NEAR = 60
"""Characters between a developer and its place."""

_FEW = 25
"""Characters before a rating that begins its sentence, as in "Scoring 1464 points, GLM-5 is first"."""


def rivals_of(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    """Give the places and tokens of those whom a match names as rivals: models, else developers."""
    named = hit.tokens(words, ("objects", "ahead"), "md")
    models = [each for each in named if each[1].startswith("«m")]
    return models or named


def places_of_rivals(words: Masked, hits: Sequence[Hit]) -> set[int]:
    """Give the places of all that some match names as a rival, or as an older one, or to which it compares."""
    groups = ("objects", "ahead", "older", "heirs")
    named = {place for hit in hits for place, _ in hit.tokens(words, groups, "md")}
    return named | {found.start(found.lastindex or 0) for found in _COMPARED.finditer(words.text)}


def trailing_of(words: Masked, hit: Hit, rivals: set[int], known: Mention | None) -> Mention | None:
    """Say who is behind the rivals of a match: the nearest model before it but rivals, else a developer."""
    own = {place for place, _ in rivals_of(words, hit)}
    for kinds, others in (("m", rivals), ("m", own), ("d", own)):
        before = [token for place, token in words.tokens(kinds, 0, hit.match.start()) if place not in others]
        if before:
            return words.names[before[-1]]
    follows = _follows(words, hit)
    return words.names[follows[0][1]] if follows else known if known and known.key else None


def subjects_of(words: Masked, hit: Hit, rivals: set[int], known: Mention | None) -> list[Mention]:
    """Say of whom a match speaks: of whom its words name, else the nearest before, behind, or the one ``known``.

    ``rivals`` are the places of names that are nobody's subject, ``known`` is of whom the sentences before spoke.
    """
    if hit.rule.reverse:
        return _leading(words, hit, rivals, known)
    if re.match(r"open|开源", hit.group("subjects") or ""):
        return [Mention(0, 0, "open models", "model", "open-weights")]
    tokens = (
        hit.tokens(words, ("subjects", "older", "heirs"), "mdc")
        or _right_behind(words, hit)
        or _before(words, hit, rivals)
        or (hit.rule.after and _follows(words, hit))
        or _behind(words, hit, rivals, known)
        or _inside(words, hit, rivals)
    )
    if tokens:
        named = (words.names[token] for _, token in tokens)
        return [each._replace(key="") if _is_a_family(each) else each for each in named]
    stand_in = _stand_in(words, hit)
    makers = [
        (place, token)
        for place, token in words.tokens("d", 0, hit.match.start())
        if not (found := _ITS_MODEL.match(words.text, place + len(token))) or found.start(1) not in rivals
    ]
    of_another = bool(makers) and (stand_in is None or stand_in.at < makers[-1][0])
    if known and not of_another and not (stand_in and stand_in.is_another):
        return [known]
    if stand_in is None or hit.rule.relation == "count_in_top":
        return []
    return [Mention(0, 0, words.written(stand_in.text), stand_in.kind, "")]


class _StandIn(NamedTuple):
    """Words that stand for somebody; ``is_another`` says that it cannot be the model that was spoken of before."""

    at: int
    text: str
    kind: str
    is_another: bool


def _stand_in(words: Masked, hit: Hit) -> _StandIn | None:
    """Find the words nearest before a match, or behind one that begins its sentence, that stand for somebody."""
    found = [_of_match(each) for each in _STANDS_FOR.finditer(words.text)]
    found += [_StandIn(at, text, "model", is_another=True) for at, text in words.bare]
    start = hit.match.start()
    before = [each for each in found if each.at < start]
    if before or start >= _FEW:
        return max(before, default=None)
    bare = {text for _, text in words.bare} | {"it", "they"}
    behind = (each for each in found if each.at >= hit.match.end() and each.text not in bare)
    return min(behind, default=None)


def _of_match(match: re.Match[str]) -> _StandIn:
    is_maker, are_several = match["maker"] is not None, match[0].endswith(("models", "versions", "variants"))
    return _StandIn(match.start(), match[0], "developer" if is_maker else "model", is_maker or are_several)


def _is_a_family(mention: Mention) -> bool:
    """Whether a name is only a family's, such as Llama: no board has a place for it."""
    written = folded(mention.text)
    return mention.kind == "model" and mention.key.isalpha() and (written == mention.key or not written.isascii())


def _leading(words: Masked, hit: Hit, rivals: set[int], known: Mention | None) -> list[Mention]:
    """Take the rivals that somebody trails, if the sentence or those before say who."""
    others = [each for each in words.tokens("md", 0, hit.match.start()) if each[0] not in rivals]
    told = (
        others
        or known
        or words.is_chinese
        or _PRONOUN.search(words.text, 0, hit.match.start())
        or _follows(words, hit)
    )
    return [words.names[token] for _, token in rivals_of(words, hit)] if told else []


def _follows(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    """Give the model that a clause is about which opens its sentence: "Second only to GPT-5, GLM-5 has …"."""
    found = _SUBJECT_FOLLOWS.match(words.text, hit.match.end()) if hit.match.start() < _FEW else None
    return words.tokens("m", found.end() - 2)[:1] if found else []


def _right_behind(words: Masked, hit: Hit) -> list[tuple[int, str]]:
    """Take a model that the words stand right before: "the best Chinese model GLM-5"."""
    found = _MODEL_BEHIND.match(words.text, hit.match.end()) if hit.rule.after else None
    return [(found.start(1), found[1])] if found else []


_OF_THE_LAST = re.compile(r",? (?:which|who)(?: [a-z]+){0,5} ?")
"""What goes on to speak of the name right before it, whoever that is."""

_BRACKET = re.compile(r" ?\(")

_OF_MAKERS = re.compile(r"(?:developer|lab|company|start-?up|maker)$")
"""What a place is said of that is a maker's own."""


def _before(words: Masked, hit: Hit, rivals: set[int]) -> list[tuple[int, str]]:
    kinds = "mdc" if hit.rule.relation == "count_in_top" else "d" if _OF_MAKERS.search(hit.match[0]) else "m"
    dealt = "respectively" in words.text
    before = [
        (place, token)
        for place, token in words.tokens(kinds, 0, hit.match.start())
        if place not in rivals
        or (hit.rule.relation == "score" and _touches(words, place, token, hit.match))
        or (hit.rule.relation == "rank" and _BRACKET.fullmatch(words.text, place + len(token), hit.match.start()))
        or (not dealt and _OF_THE_LAST.fullmatch(words.text, place + len(token), hit.match.start()))
    ]
    first_word = hit.match.start() + len(hit.match[0].partition(" ")[0])
    if hit.rule.relation != "score" and _PARTICIPLE.search(words.text, 0, first_word):
        before = _that_open_a_clause(words, before) or before
    return _all_of_a_list(words, before, hit) if before else _maker(words, hit, rivals)


def _that_open_a_clause(words: Masked, tokens: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Keep names that stand where a subject stands: first in their clause, with a verb behind."""
    return [
        (place, token)
        for place, token in tokens
        if _OPENS_A_CLAUSE.search(words.text, 0, place) and re.match(r" [a-z(]", words.text[place + len(token) :])
    ]


def _maker(words: Masked, hit: Hit, rivals: set[int]) -> list[tuple[int, str]]:
    """Take a developer that is ranked, or ahead of others, itself in a sentence without models."""
    of_makers = hit.rule.relation == "ahead_of" and hit.tokens(words, ("objects",), "d")
    if not (of_makers or hit.rule.relation in {"first", "rank", "best_of_group"}) or words.tokens("m"):
        return []
    before = [each for each in words.tokens("d", 0, hit.match.start()) if each[0] not in rivals]
    if not before or _PRONOUN.search(words.text, 0, hit.match.start()):
        return []
    place, token = before[-1]
    if _MAKES.search(words.text, 0, place) or any(at < place for at, _ in words.bare):
        return []
    between = words.text[place + len(token) : hit.match.start()]
    return [(place, token)] if len(between) < _NEAR and not _OF_ITS_MODELS.search(between) else []


def _behind(words: Masked, hit: Hit, rivals: set[int], known: Mention | None) -> list[tuple[int, str]]:
    """Take the model behind, where the rule allows it or a rating begins the sentence; not past a pronoun."""
    behind = [each for each in words.tokens("m", hit.match.end()) if each[0] not in rivals][:1]
    begins = hit.rule.relation == "score" and hit.match.start() < _FEW
    if begins and _SUBJECT_FOLLOWS.match(words.text, hit.match.end()):
        return behind
    begins = begins and not known and not words.is_chinese
    if not behind or not (hit.rule.after or begins):
        return []
    if _PRONOUN.search(words.text, 0, behind[0][0] if begins else hit.match.start()):
        return []
    return [] if CLAUSE.search(words.text, hit.match.end(), behind[0][0]) else behind


def _inside(words: Masked, hit: Hit, rivals: set[int]) -> list[tuple[int, str]]:
    return [each for each in words.tokens("m", *hit.match.span()) if each[0] not in rivals][:1]


def _touches(words: Masked, place: int, token: str, match: re.Match[str]) -> bool:
    """Whether a number stands right behind a name: ``GPT-5 (1437)``, ``GPT-5 close behind at 1437``."""
    between = words.text[place + len(token) : match.start()]
    return bool(
        re.fullmatch(
            r" ?(?:[\(\[][^()\[\]]*[\)\]])? ?,?(?:大概|约)?|(?: (?:close|right|just|closely))? behind(?: it)? ?",
            between,
        )
    )


def _all_of_a_list(words: Masked, before: Sequence[tuple[int, str]], hit: Hit) -> list[tuple[int, str]]:
    """Take the nearest name, and those joined to it where all are spoken of: ``GPT-5 and GLM-5 are tied``."""
    last = before[-1]
    both = hit.dealt() or re.search(
        r"\b(?:are|were|both|tie|share|neither)\b|均|都|并列|并排|同",
        words.text[max(0, before[0][0] - len("neither ")) : before[0][0]] + words.text[last[0] : hit.match.end()],
    )
    if not both:
        return [last]
    chosen = [last]
    for each in reversed(before[:-1]):
        between = words.text[each[0] + len(each[1]) : chosen[0][0]]
        if not re.fullmatch(r"(?:,? (?:and|or|nor) |, |、|和|与|及|,)", between):
            break
        chosen.insert(0, each)
    return chosen
