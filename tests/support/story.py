"""Five small publications of WebDev in which first place changes hands four times."""

from typing import Any

from builders import parquet, printed

FABLE = ("claude-fable-5", "anthropic")
GPT = ("gpt-5.6-sol", "openai")
KIMI = ("kimi-k3", "moonshot")
OPUS = ("claude-opus-5", "anthropic")

Line = tuple[tuple[str, str], float, float]

STORY: dict[str, list[Line]] = {
    "2026-06-21": [(FABLE, 1650, 10), (GPT, 1600, 10)],
    "2026-07-12": [(GPT, 1631, 17.5), (FABLE, 1630, 14)],
    "2026-07-16": [(KIMI, 1678.5, 17.5), (FABLE, 1631, 13), (GPT, 1618, 13)],
    "2026-07-27": [(OPUS, 1725, 27), (KIMI, 1680, 12), (FABLE, 1629, 10)],
    "2026-08-19": [(OPUS, 1691, 9), (KIMI, 1674, 11), (FABLE, 1620, 9)],
}

SENTENCES = [
    "LMArena WebDev: OpenAI (US) joins Anthropic (US) in first place with gpt-5.6-sol, now shared by 2 "
    "(published 2026-07-12)",
    "LMArena WebDev: China (CN) takes first place alone from United States (US) with kimi-k3 (Moonshot AI) "
    "(published 2026-07-16)",
    "LMArena WebDev: United States (US) takes first place alone from China (CN) with claude-opus-5 (Anthropic) "
    "(published 2026-07-27)",
    "LMArena WebDev: China (CN) joins United States (US) in first place with kimi-k3 (Moonshot AI), "
    "now shared by 2 (published 2026-08-19)",
]
"""What is told after each publication but the first."""


def table(on: str, lines: list[Line], category: str = "overall") -> list[dict[str, Any]]:
    """Give the rows of one category as LMArena prints them."""
    return [
        printed(
            name,
            rating,
            plus_minus,
            organization=organization,
            rank=rank,
            category=category,
            leaderboard_publish_date=on,
        )
        for rank, ((name, organization), rating, plus_minus) in enumerate(lines, start=1)
    ]


def publication(number: int) -> bytes:
    """Give one publication of the story as a Parquet file, from 0."""
    on = list(STORY)[number]
    return parquet(table(on, STORY[on]))


def history(*numbers: int) -> bytes:
    """Give some publications of the story in one Parquet file, as the full history has them; all, if none is said."""
    dates = [list(STORY)[number] for number in numbers or range(len(STORY))]
    return parquet([row for on in dates for row in table(on, STORY[on])])
