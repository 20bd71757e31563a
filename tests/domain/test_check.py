import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import PUBLISHED, WEBDEV, reading
from topspot.domain.check import LONGEST_NAME, MOST_COUNT, reasons_to_hold
from topspot.domain.publications import publications
from topspot.domain.values import Board, Publication, Reading

PLAIN = replace(WEBDEV, intervals=False)
"""A board without intervals."""

RANKED = replace(PLAIN, rated=False)
"""A board that has only ranks."""


def held(
    *rows: Reading, before: int | None = None, today: date = PUBLISHED, board: Board = WEBDEV
) -> tuple[str, ...]:
    return reasons_to_hold(rows, board, rows_before=before, today=today)


def some(count: int, **fields: Any) -> list[Reading]:
    return [reading(f"model-{number}", **fields) for number in range(count)]


def test_a_usual_publication_is_accepted() -> None:
    assert held(*some(90), before=96) == ()


def test_no_rows_are_held() -> None:
    assert held() == ("no rows",)


def test_less_than_half_the_rows_are_held() -> None:
    assert held(*some(47), before=96) == ("47 rows, less than half of the 96 before",)


def test_half_the_rows_are_believed() -> None:
    assert held(*some(48), before=96) == ()


def test_a_board_may_grow_fourfold_in_a_day() -> None:
    assert held(*some(46), before=11) == ()


def test_the_first_publication_may_be_as_short_as_it_is() -> None:
    assert held(reading(), before=None) == ()


def test_the_year_2999_is_held() -> None:
    assert held(reading(published_on=date(2999, 1, 1))) == ("published on 2999-01-01, which is still to come",)


def test_a_publisher_east_of_utc_may_be_a_day_ahead() -> None:
    assert held(reading(), today=PUBLISHED - timedelta(days=1)) == ()
    assert held(reading(), today=PUBLISHED - timedelta(days=2)) != ()


def test_an_old_publication_is_believed() -> None:
    assert held(reading(), today=PUBLISHED + timedelta(days=400)) == ()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -1.0, 99_999.0, None])
@pytest.mark.parametrize("column", ["rating", "lower", "upper"])
def test_a_number_that_cannot_be_is_held(column: str, number: float | None) -> None:
    [reason] = held(reading()._replace(**{column: number}))

    assert reason.startswith("impossible value: 'kimi-k3': ")


@pytest.mark.parametrize("number", [math.nan, math.inf, 1.5, -1, MOST_COUNT + 1, 10**300])
@pytest.mark.parametrize("column", ["rank", "votes"])
def test_a_count_that_is_none_or_that_no_database_holds_is_held(column: str, number: float) -> None:
    [reason] = held(reading()._replace(**{column: number}))

    assert "is not a whole number from" in reason
    assert len(reason) < 200


def test_no_votes_are_a_count_but_no_rank_is_below_one() -> None:
    assert held(reading(votes=0)) == ()
    assert held(reading(rank=0)) != ()


def test_rank_and_votes_may_be_left_out() -> None:
    assert held(reading(rank=None, votes=None)) == ()


def test_a_lower_bound_above_the_upper_is_held() -> None:
    [reason] = held(reading(lower=1700.0, upper=1600.0))

    assert "lower bound 1700.0 above upper bound 1600.0" in reason


def test_an_interval_of_no_width_is_believed() -> None:
    assert held(reading(plus_minus=0)) == ()


def test_half_an_interval_is_held_on_any_board() -> None:
    assert held(reading(upper=None), board=PLAIN) == held(reading(upper=None)) != ()


def test_a_board_without_intervals_needs_none() -> None:
    assert held(reading(plus_minus=None), board=PLAIN) == ()
    assert held(reading(plus_minus=None)) != ()


def test_a_board_of_ranks_needs_no_rating() -> None:
    assert held(reading(rating=None), board=RANKED) == ()
    assert held(reading(rating=None), board=PLAIN) != ()


@pytest.mark.parametrize("name", ["", "  ", "kimi\0k3", "k" * 5_000])
def test_a_name_that_is_none_is_held(name: str) -> None:
    [reason] = held(reading(name))

    assert "\0" not in reason
    assert len(reason) < 200


@pytest.mark.parametrize("column", ["organization", "license"])
@pytest.mark.parametrize("text", ["moon\0shot", "m" * 5_000])
def test_other_texts_that_are_none_are_held(column: str, text: str) -> None:
    assert held(reading(**{column: text})) != ()


def test_a_long_name_and_no_organization_are_believed() -> None:
    assert held(reading("k" * LONGEST_NAME, organization="", license="")) == ()


def test_what_is_wrong_is_named_once_and_counted() -> None:
    rows = [reading("good"), reading("bad", -5.0), reading("worse", -6.0), reading("worst", -7.0)]

    assert held(*rows) == ("impossible value: 'bad': rating -5.0 is outside 0 to 5000 (and 2 more rows)",)


def test_every_reason_is_said() -> None:
    reasons = held(reading("bad", -5.0, published_on=date(2999, 1, 1)), before=10)

    assert [reason.split(" ")[0] for reason in reasons] == ["1", "published", "impossible"]


def test_the_same_model_twice_is_fine() -> None:
    twice = reading("gpt-5.3-codex (codex-harness)")

    assert held(*some(96), twice, twice._replace(rank=58, rating=1500.0, lower=1490.0, upper=1510.0)) == ()


def test_one_model_three_times_is_held() -> None:
    assert held(*some(96), *[reading("gpt-5.3-codex")] * 3) == (
        "several publications mixed: 1 of 97 models stand more than once, one up to 3 times",
    )


def test_several_publications_mixed_are_held() -> None:
    rows = some(40)
    stale = [each._replace(rating=each.rating and each.rating - 3) for each in rows[:12] for _ in range(5)]

    [reason] = held(*rows, *stale)

    assert reason == "several publications mixed: 12 of 40 models stand more than once, one up to 6 times"


def test_two_whole_publications_mixed_are_held() -> None:
    assert held(*some(40), *some(40)) != ()


def test_an_order_that_is_not_that_of_rank_is_believed() -> None:
    assert held(reading("a", 1490, rank=1), reading("b", 1500, rank=2)) == ()


def test_rows_are_split_by_board_category_and_date_in_their_order() -> None:
    overall, later = reading("a"), reading("a", published_on=PUBLISHED + timedelta(days=1))
    html, other = reading("a", category="webdev-html"), reading("a", board="lmarena/text")

    split = publications([overall, html, later, reading("b"), other])

    assert list(split.values()) == [[overall, reading("b")], [html], [later], [other]]
    assert next(iter(split)) == Publication("lmarena/webdev", "overall", PUBLISHED)


numbers = st.none() | st.integers() | st.floats()
readings = st.builds(
    reading, st.text(), numbers, st.none(), lower=numbers, upper=numbers, rank=numbers, votes=numbers,
    organization=st.text(), published_on=st.dates(),
)  # fmt: skip


@given(st.lists(readings, max_size=5), st.none() | st.integers(0, 20))
def test_no_row_of_nonsense_is_too_much_for_the_check(rows: list[Reading], before: int | None) -> None:
    reasons = held(*rows, before=before)

    assert all(reason and len(reason) < 300 for reason in reasons)


@given(st.lists(readings, min_size=1, max_size=5))
def test_what_is_accepted_can_be_compared_and_recorded(rows: list[Reading]) -> None:
    if held(*rows, today=date(9000, 1, 1)):
        return
    for each in rows:
        assert each.name.strip()
        assert 0 <= each.lower <= each.upper <= 5_000
        assert each.rank is None or 1 <= each.rank <= MOST_COUNT


def test_entries_of_one_name_that_their_source_tells_apart_are_not_mixed() -> None:
    rows = [reading(f"agent {number // 3}", detail=f'{{"date":"2025-09-{number + 1:02}"}}') for number in range(9)]

    assert held(*rows) == ()
    assert "several publications mixed" in held(*[row._replace(detail="") for row in rows])[0]
