"""Of which day a text says that it speaks."""

from datetime import date

import pytest

from claims.telling import BOARDS, MENTIONS
from topspot.claims import claims_of

PUBLISHED = date(2026, 3, 20)


def days(text: str, published: date | None = PUBLISHED) -> list[date | None]:
    return [each.as_of for each in claims_of(text, MENTIONS, BOARDS, "", published)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("As of October 3, 2025, GLM-5 is third on LMArena.", date(2025, 10, 3)),
        ("GLM-5 is third on LMArena as of 3 Oct 2025.", date(2025, 10, 3)),
        ("On March 18, GLM-5 was third on LMArena.", date(2026, 3, 18)),
        ("On Wednesday, March 18, GLM-5 was third on LMArena.", date(2026, 3, 18)),
        ("On December 28, GLM-5 was third on LMArena.", date(2025, 12, 28)),
        ("2025-09-03, GLM-5 was third on LMArena.", date(2025, 9, 3)),
        ("As of Friday, Mar. 6, 2026, GLM-5 is third on LMArena.", date(2026, 3, 6)),
        ("March 6: GLM-5 is third on LMArena.", date(2026, 3, 6)),
        ("As of February 29, 2024, GLM-5 is third on LMArena.", date(2024, 2, 29)),
        ("截至2025年7月1日,GLM-5 在 LMArena 排名第三。", date(2025, 7, 1)),
        ("截至2025-07-01,GLM-5 在 LMArena 排名第三。", date(2025, 7, 1)),
        ("截至美国时间3月6日,GLM-5 在 LMArena 排名第三。", date(2026, 3, 6)),
        ("去年3月6日,GLM-5 在 LMArena 排名第三。", date(2025, 3, 6)),
        ("On March 6 last year, GLM-5 was third on LMArena.", date(2025, 3, 6)),
        ("3月6日,GLM-5 在 LMArena 排名第三。", date(2026, 3, 6)),
    ],
)
def test_a_sentence_that_says_of_which_day_it_speaks_is_of_that_day(text: str, day: date) -> None:
    assert days(text) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "GLM-5 is third on LMArena.",
        "GLM-5, released on March 3, is third on LMArena.",
        "GLM-5 came on March 3 and is third on LMArena.",
        "On February 31, GLM-5 was third on LMArena.",
        "As of May 3, 2026, GLM-5 is third on LMArena.",
        "GLM-5 (2026-03-01) is third on LMArena.",
        "On March 6, Zhipu released GLM-5, which is now third on LMArena.",
        "On March 6 GLM-5 came out, and on March 9 it was third on LMArena.",
        "3月19日消息,GLM-5 在 LMArena 排名第三。",
        "智东西3月6日报道,GLM-5 在 LMArena 排名第三。",
        "3月6日发布的 GLM-5 在 LMArena 排名第三。",
        "自3月6日起,GLM-5 在 LMArena 排名第三。",
        "3月6日,智谱发布的 GLM-5 目前在 LMArena 排名第三。",
        "3月25日,GLM-5 在 LMArena 排名第三。",
        "3月5日发布。GLM-5 在 LMArena 排名第三。",
    ],
)
def test_other_days_in_a_text_are_not_of_when_it_speaks(text: str) -> None:
    assert days(text) == [None]


def test_a_sentence_may_go_on_with_the_day_of_the_one_before() -> None:
    assert days("3月6日,智谱发布 GLM-5。其中,它在 LMArena 排名第三。") == [date(2026, 3, 6)]
    assert days("On March 6, GLM-5 came out. At the time it was third on LMArena.") == [date(2026, 3, 6)]
    assert days("3月6日,智谱发布 GLM-5。今天很热。其中,它在 LMArena 排名第三。") == [None]


def test_a_day_early_in_a_year_is_of_that_year_where_the_text_is_of_the_day_before() -> None:
    assert days("On January 1, GLM-5 was third on LMArena.", date(2025, 12, 31)) == [date(2026, 1, 1)]


def test_a_day_without_a_year_needs_to_know_when_the_text_was_published() -> None:
    assert days("On March 18, GLM-5 was third on LMArena.", None) == [None]
    assert days("As of October 3, 2025, GLM-5 is third on LMArena.", None) == [date(2025, 10, 3)]
