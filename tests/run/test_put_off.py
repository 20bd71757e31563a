"""When a source is due next: its period, sooner after a failure, never before it asked to be left alone until."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.jobs import put_off

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 60), (1, 0), (2, 5), (3, 10), (5, 40), (6, 60), (500, 60)])
def test_pauses_grow_with_failures_in_a_row_up_to_the_period(failures: int, minutes: int) -> None:
    assert put_off(NOW, HOUR, failures, None) == NOW + timedelta(minutes=minutes)


@given(st.integers(0, 50), st.integers(0, 10_000))
def test_a_site_is_left_alone_as_long_as_it_asked(failures: int, minutes: int) -> None:
    asked = NOW + timedelta(minutes=minutes)

    assert put_off(NOW, HOUR, failures, asked) >= asked
