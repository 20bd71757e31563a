"""Where the rules match a sentence."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from topspot.claims.masked import Masked
from topspot.claims.rules import Rule, rules_of

_NUMBER = re.compile(r"1[, ]\d{3}|\d+(?:\.\d+)?|[一二三四五六七八九十]+|\b(?!and)[a-z]*(?:st|nd|rd|th)\b")


class Hit(NamedTuple):
    """A rule, and what it matched."""

    rule: Rule
    match: re.Match[str]

    def group(self, *names: str) -> str | None:
        """Give the first of some groups that matched something, in the order of their names."""
        groups = self.match.groupdict()
        return next(
            (groups[each] for name in names for each in self.rule.groups.get(name, ()) if groups[each]), None
        )

    def tokens(self, words: Masked, names: Sequence[str], kinds: str) -> list[tuple[int, str]]:
        """Give places and tokens of some kinds within some groups."""
        spans = (self.match.span(each) for name in names for each in self.rule.groups.get(name, ()))
        return [token for begin, end in spans if begin >= 0 for token in words.tokens(kinds, begin, end)]

    def dealt(self) -> list[str]:
        """Give the numbers that are dealt out in order: "respectively"."""
        return _NUMBER.findall(self.group("ranks", "ratings") or "")


_DEALT = re.compile(r"\b(?:are|placed?|ranked?|finish(?:ed)?|scores of)(?: now)? $|(?<=») (?:in|at) $")


def _is_dealt(words: Masked, begin: int) -> bool:
    """Whether numbers are dealt out: "respectively", or "are first and second"."""
    return "respectively" in words.text or _DEALT.search(words.text, 0, begin) is not None


def hits_of(words: Masked) -> list[Hit]:
    """Match the rules in their order; words that one rule took are no other's."""
    taken = bytearray(len(words.text))
    hits: list[Hit] = []
    for rule in rules_of("zh" if words.is_chinese else "en"):
        for match in rule.pattern.finditer(words.text):
            begin, end = match.span()
            hit = Hit(rule, match)
            if not words.is_chinese and hit.dealt() and not _is_dealt(words, begin):
                continue
            if begin < end and (rule.over or not any(taken[begin:end])):
                hits.append(hit)
                if not rule.over:
                    taken[begin:end] = b"\1" * (end - begin)
    return sorted(hits, key=lambda hit: hit.match.start())
