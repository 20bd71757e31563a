"""How something is said: by the text or by a speaker, with doubt, denied, to come, of the past."""

import re

from topspot.claims.masked import Masked
from topspot.claims.when import MONTHS

_ATTRIBUTED = re.compile(
    r"according to(?! (?:these|this tweet))|\b(?:as |was )?noted (?:by|for)|press release|official figures"
    r"|\bplaced «m|\bscored «m"
    r"|\b(?:report|not|announc|say|said|claim|cit|post|shar|stat|highlight|tweet|mention|observ|describ|criticiz)"
    r"(?:ed|es|s|ing)?(?: then)?(?: that| as|,|:| «m| in| a)|(?:^| |«b[a-z]+» then reported)@"
    r"|据(?!说|传|此前|ai)|官方称|称(?=该|其|«)|宣布|表示|官宣|根据|数据显示|官方显示|并指|指出|透露|报道"
)

_HEDGED = re.compile(
    r"reportedly|reported to (?:have|be)|rumou?r|allegedly|supposedly|apparently|preliminary|looks like"
    r"|seems? to|may have|might have|suspected"
    r"|据传|据说|传闻|网传|^传|流传|有消息称|知情人士|爆料|据悉|疑似|大概|大约|约(?=[为第 \d])|左右|上下(?!文)"
    r"|或已|似乎|据称"
)

_ABOUT = re.compile(r"(?:[a-z]+ ){0,3}(?:about|around|roughly|approximately|nearly) (?:\d|[a-z]+th\b)")
"""How a match begins that tells its number with doubt."""

_NEGATED = re.compile(
    r"(?:\b(?:not|never|no longer|fail(?:s|ed)? to|isn't|wasn't|doesn't|didn't|hasn't|aren't|neither"
    r"|without(?! (?:extra |any |the )?(?:thinking|reasoning|tools|search|«k))"
    r"|los(?:es?|t|ing)|ced(?:es?|ed|ing)|gave up|gives? up|surrender\w*|relinquish\w*|out of)\b"
    r"|未(?!来|发布|公开|公布|上线|开源|予)|丢了?|丢掉|失去|痛失|让出|跌出|掉出|不再|没有|不是|并非|没能|无缘)"
    r"(?! only| just| surprisingly)[^,;:.(，。；]{0,24}$"
)

_HOAX = re.compile(
    r"\b(?:is|are|was|were) (?:wrong|false|incorrect|untrue)\b|\bhoax\b|\bprank\b|\bfake(?:d)?\b|debunked"
    r"|不属实|有误|谣言|造假|假消息|辟谣|p图|伪造"
)

_PREDICTED = re.compile(
    r"(?:\b(?:will|would|could|should|might|expects?|expected to|predict\w*|likely to|set to|aims? to"
    r"|(?<!in )(?<!of )(?<!on )(?<!by )(?<!since )(?<!until )may(?! \d)"
    r"|if(?! you (?:only )?(?:look|filter|consider|count|sort|exclude))"
    r"|hopes? to|about to|poised to|bet(?:s|ting)?)\b|预计|预期|有望|即将|可能|应该|如果(?!只看)"
    r"|若(?!启用|不启用|开启|关闭|只看|去掉)|力争|目标是|希望|将会)"
    r"[^;:.。；]{0,60}$"
)

_HISTORICAL = re.compile(
    r"(?:\b(?:was once|had (?:been|held|led|topped|taken|stood)|formerly|briefly|used to|back in \d{4}"
    r"|previously(?! (?:only )?(?:known|called|named|tested))|once(?! (?:style|it|they|the|you))"
    r"|earlier (?:this|last)|(?:weeks|months|years) ago|after [a-z]+ (?:weeks|months) (?:at|in|on))\b"
    r"|(?<!月)(?<!年)一度|此前|曾经?|前一段时间|去年|当时)[^;。；]{0,60}$"
)

_BRIEFLY = re.compile(r"(?:一度|曾)[^,。;]{0,3}$")
"""What makes even a fall of the past."""

_BY_NOW = re.compile(r"\bnow\b|\bcurrently\b|\btoday\b|目前|现在|如今|次日|随后|后来|[掉跌降升滑]到|[跌降升]至")
"""What says that the past is over."""

_MONTHS = "|".join(MONTHS)

_SEASON = "spring|summer|autumn|fall|winter"

_OF_A_PAST_DATE = re.compile(
    r"\b(?:was|were|topped|led|held)\b[^;.]{0,80}?(?:"
    rf"\b(?:back in|in|as of|during) (?:early |late |mid-? ?|the )?"
    rf"(?:{_MONTHS}|20\d\d|(?:{_SEASON}) of 20\d\d)\b"
    rf"|\b(?:weeks|months|years) ago\b|\blast (?:year|month|{_SEASON}|{_MONTHS})\b"
    rf"|\bfor most of the (?:{_SEASON}|year)\b)"
    rf"|\b(?:in|back in) (?:{_MONTHS}|20\d\d)(?: 20\d\d)?,[^;.]{{0,60}}?\b(?:was|were)\b"
)
"""A past tense with a date or a time that is over."""

_ASKED = re.compile(r"\?\s*$|\?[!?]*:")
"""The end of a question, or of a headline that is one."""

_FROM = re.compile(r"从|(?<=由)(?:榜首|第)|from (?:#|no\.|\w+)|#\d+ ?(?:->|→)")


def modality(words: Masked, at: int) -> str:
    """Say how a claim at a place of a sentence is meant: one of the modalities of a claim."""
    before = words.text[:at]
    is_asked = _ASKED.search(words.text, at) is not None
    if _HOAX.search(words.text) or _NEGATED.search(before):
        return "negated"
    if _PREDICTED.search(before):
        return "hedged" if is_asked else "predicted"
    if _is_past(words, at):
        return "historical"
    near = words.text[max(0, at - 60) : at + 30]
    if is_asked or _HEDGED.search(near) or _ABOUT.match(words.text, at):
        return "hedged"
    by_handle = any(name.text.startswith("@") for name in words.names.values())
    return "attributed" if by_handle or _ATTRIBUTED.search(words.text) else "asserted"


def _is_past(words: Masked, at: int) -> bool:
    before = words.text[:at]
    past = _HISTORICAL.search(words.text[: at + 4]) or _HISTORICAL.search(before)
    told = (past is not None and not _BY_NOW.search(past[0])) or _BRIEFLY.search(before)
    return bool(told or _FROM.match(words.text, at) or _OF_A_PAST_DATE.search(words.text))
