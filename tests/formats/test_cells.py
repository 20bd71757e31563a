import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.formats.cells import (
    NOTHING,
    category_of,
    date_of,
    detail_of,
    margins_of,
    number_of,
    percent_of,
    whole,
)
from topspot.domain.values import LayoutChanged


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("1,234", 1234.0),
        ("12,345,678.5", 12_345_678.5),
        (" -3.5 ", -3.5),
        ("−3.5", -3.5),  # noqa: RUF001 - the sign of minus
        ("+4", 4.0),
        ("1.11T", 1.11e12),
        ("8k", 8_000.0),
        ("7e+22", 7e22),
        ("0", 0.0),
        ("", None),
    ],
)
def test_a_printed_number_is_read(printed: str, number: float | None) -> None:
    assert number_of(printed, "line 3") == number


@pytest.mark.parametrize(
    "printed", ["1,23", "1.234,5", "1 234", "12a", "-", "1..2", "٣", "5\u212a", "İnf", "1_000", "0x10", "±9", "9%"]
)
def test_what_is_no_number_is_refused_with_its_place(printed: str) -> None:
    with pytest.raises(LayoutChanged, match=r"line 3: 'votes' should be a number, found"):
        number_of(printed, "line 3: 'votes'")


@given(st.floats(allow_nan=False))
def test_a_number_as_python_writes_it_is_read_as_it_is(number: float) -> None:
    assert number_of(repr(number), "here") == number


@given(st.integers(-(10**15), 10**15))
def test_a_number_in_groups_of_three_is_read_as_it_is(number: int) -> None:
    assert number_of(f"{number:,}", "here") == number


@given(st.text(alphabet="0123456789.,+-±/%kKTnaif eE−", max_size=8))  # noqa: RUF001
def test_a_cell_of_any_signs_is_read_or_refused(text: str) -> None:
    for read in (number_of, percent_of, margins_of):
        assert refusal(read, text).startswith(("here should be", "read"))


def refusal(read: Callable[[str, str], object], text: str) -> str:
    try:
        read(text, "here")
    except LayoutChanged as refused:
        return str(refused)
    return "read"


def test_nothing_is_only_what_was_said_to_be() -> None:
    assert [number_of(text, "here", nothing=NOTHING) for text in NOTHING] == [None] * len(NOTHING)
    with pytest.raises(LayoutChanged):
        number_of("N/A", "here")


@pytest.mark.parametrize(
    ("printed", "share"), [("77.47%", 77.47), ("77.47 %", 77.47), ("77.47", 77.47), ("", None)]
)
def test_a_share_is_a_number_of_percent(printed: str, share: float | None) -> None:
    assert percent_of(printed, "here") == share


@pytest.mark.parametrize("printed", ["%", "77%%", "%77", "-%"])
def test_a_sign_without_a_share_is_refused(printed: str) -> None:
    with pytest.raises(LayoutChanged):
        percent_of(printed, "here")


@pytest.mark.parametrize(
    ("printed", "margins"),
    [("+8/-9", (8.0, 9.0)), ("+14 / -15", (14.0, 15.0)), ("±9", (9.0, 9.0)), ("± 1.5", (1.5, 1.5)), ("", None)],
)
def test_margins_are_read_as_up_and_down(printed: str, margins: tuple[float, float] | None) -> None:
    assert margins_of(printed, "here") == margins


@pytest.mark.parametrize("printed", ["9", "-9/+8", "+8", "+8/9", "±1 2", "±", "+1..2/-3", "±9%"])
def test_margins_in_another_form_are_refused(printed: str) -> None:
    with pytest.raises(LayoutChanged, match="here should be"):
        margins_of(printed, "here")


def test_a_date_is_read_in_each_form() -> None:
    day = date(2026, 7, 12)

    for value in (day, datetime(2026, 7, 12, 20, tzinfo=UTC), "2026-07-12", "2026-07-12T20:00:00.000Z"):
        assert date_of(value) == day


@pytest.mark.parametrize("value", ["2026-02-30", "12.07.2026", "", None, 1.5, "July 12"])
def test_what_is_no_date_is_refused_with_its_column(value: object) -> None:
    with pytest.raises(LayoutChanged, match="seen should be a date, found"):
        date_of(value, "seen")


def test_a_count_is_whole_and_what_is_none_stays() -> None:
    assert [whole(value) for value in (3.0, 3.5, None, float("inf"))] == [3, 3.5, None, float("inf")]
    assert isinstance(whole(3.0), int)


@pytest.mark.parametrize("value", [None, "", "over\nall", "x" * 301])
def test_what_cannot_name_a_category_is_refused(value: str | None) -> None:
    with pytest.raises(LayoutChanged, match="'category' should hold a name"):
        category_of(value)


def test_detail_keeps_what_says_something() -> None:
    said = detail_of(
        models=["o3", "gpt-4.1"], tags=[], date=None, cost=0.0, open=False, 使用="网页", gone=float("nan")
    )

    assert said == '{"cost":0.0,"models":["o3","gpt-4.1"],"open":false,"使用":"网页"}'
    assert detail_of(tags=(), name="", parts={}) == ""


@given(
    st.dictionaries(
        st.text(max_size=5), st.none() | st.text(max_size=5) | st.floats() | st.lists(st.text(max_size=3))
    )
)
def test_detail_is_json_of_no_more_than_was_said(said: dict[str, object]) -> None:
    text = detail_of(**said)

    found = json.loads(text, parse_constant=pytest.fail) if text else {}
    assert found.items() <= said.items()
