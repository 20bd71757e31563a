"""Of which group of models or makers a place is said: "the best Chinese model", 国产第一."""

import re

from topspot.claims.hits import Hit
from topspot.claims.masked import Masked

_GROUP_BEFORE = re.compile(
    r"(?:在(?:«b[a-z]+»的?)?|(?:^|[,。;]))(国产|国内|开源|«c[a-z]+»)(?:大?模型|厂商|阵营|企业|公司)?"
    r"(?:当)?(?:中|里|之中|内),?[^。;]{0,30}$"
)

_GROUP_THAT_OPENS = re.compile(
    r"(?:^|[.;:] )(?:among|of all) (?:all |the )*"
    r"([^,.;]{0,40}?(?:models|labs|developers|companies|ones)[^,.;]{0,24}),[^.;]{0,60}$"
)

_ANYBODY = re.compile(
    r"\b(?:the|its|own|all|ai|other|large|language|top|leading|models?|labs?|developers?|companies|ones|on|in|of)\b"
    r"|«b[a-z]+»|[\W_]"
)
"""What is left out of a group of models to see that it is none: "all the models on LMArena"."""

_GROUP_BEHIND = re.compile(r",? (domestic)ally\b|,? (?:at home|(?:in|within) («c[a-z]+»))(?=[,.;]|$)")


_MAKERS = re.compile(r"institution|compan|developer|lab|家|公司|企业|开发者|开发商|厂商|实验室")
"""What makers are called: what is counted by 家 are companies."""


def group_around(words: Masked, hit: Hit) -> str | None:
    """Give the group of which a place is said, where it opens the clause or stands right behind the place."""
    before = _GROUP_BEFORE.search(words.text, 0, hit.match.start())
    before = before or _GROUP_THAT_OPENS.search(words.text, 0, hit.match.start())
    behind = _GROUP_BEHIND.match(words.text, hit.match.end())
    group = before[1] if before else behind and (behind[1] or behind[2] or "domestic")
    return group_as_said(words, group) if group and _ANYBODY.sub("", group) else None


def group_as_said(words: Masked, group: str) -> str:
    """Give a group as a claim has it: "chinese models", "developers", or in the text's own words."""
    if _MAKERS.fullmatch(group):
        return "developers"
    if re.match(r"open|开", group):
        return "open models"
    if group in words.names:
        country = words.names[group]
        return "chinese models" if country.key == "CN" else f"{country.text} models"
    group = words.written(group)
    if group == "country":
        return "its country's models"
    if re.match(r"国|全国|domestic", group):
        return "chinese models"
    return (
        group.strip()
        if re.search(r"models|developers|labs|compan|places|spots", group)
        else f"{group.strip()} models"
    )
