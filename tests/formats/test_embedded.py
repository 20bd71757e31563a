import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.formats.embedded import flight_of, value_of, values_after
from topspot.domain.values import LayoutChanged


def pushed(*parts: str) -> str:
    scripts = "".join(f"<script>self.__next_f.push([1,{json.dumps(part)}])</script>" for part in parts)
    return f"<html><script>(self.__next_f=self.__next_f||[]).push([0])</script>{scripts}</html>"


@given(st.text(max_size=80), st.integers(0, 80))
def test_flight_data_is_the_parts_in_order(text: str, cut: int) -> None:
    assert flight_of(pushed(text[:cut], text[cut:])) == text


def test_a_page_without_flight_data_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="expected the flight data of Next.js"):
        flight_of("<html><script>self.__next_f=[]</script></html>")


@pytest.mark.parametrize("part", [r'"\x"', r'"half \ud83e"'])
def test_damaged_flight_data_is_refused(part: str) -> None:
    with pytest.raises(LayoutChanged, match="damaged flight data"):
        flight_of(f"<script>self.__next_f.push([1,{part}])</script>")


def test_each_value_after_a_key_is_given() -> None:
    text = '5:["$",{"rows":[1,2]}]\n6:{"rows": {"n":3,"rows":null},"rowspan":9}'

    assert list(values_after(text, "rows")) == [[1.0, 2.0], {"n": 3.0, "rows": None}, None]
    assert list(values_after(text, "columns")) == []


@pytest.mark.parametrize("value", ['{"a":', "undefined", "[" * 100_000, r'"\ud83e"'])
def test_a_value_that_is_no_json_is_refused(value: str) -> None:
    with pytest.raises(LayoutChanged, match="the value of rows is no JSON"):
        list(values_after(f'{{"rows":{value}', "rows"))


@given(st.dictionaries(st.text(max_size=5), st.booleans() | st.text(max_size=9) | st.floats(allow_nan=False)))
def test_what_a_script_sets_is_read(value: dict[str, Any]) -> None:
    page = f"<script>window.config = {json.dumps(value)};</script><script>my.window.config=1</script>"

    assert value_of(page, "window.config") == value


@pytest.mark.parametrize(
    ("page", "count"), [("window.config == {}", "none"), ("window.config={};window.config={}", "2")]
)
def test_a_name_that_is_not_set_once_is_refused(page: str, count: str) -> None:
    expected = re.escape(f"expected a script that sets window.config once, found {count}")
    with pytest.raises(LayoutChanged, match=expected):
        value_of(page, "window.config")
