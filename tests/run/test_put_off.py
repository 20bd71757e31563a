"""When a source is due next: its period, sooner after a failure, never before it asked to be left alone until."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.schedule import put_off, random_delay

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = timedelta()


@pytest.mark.parametrize(("failures", "minutes"), [(0, 60), (1, 0), (2, 5), (3, 10), (5, 40), (6, 60), (500, 60)])
def test_pauses_grow_with_failures_in_a_row_up_to_the_period(failures: int, minutes: int) -> None:
    assert put_off(NOW, HOUR, failures, None, NONE) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 63), (1, 0), (2, 5), (6, 60)])
def test_a_delay_is_added_to_the_period_and_to_nothing_else(failures: int, minutes: int) -> None:
    assert put_off(NOW, HOUR, failures, None, timedelta(minutes=3)) == NOW + timedelta(minutes=minutes)


@given(st.integers(0, 50), st.integers(0, 10_000))
def test_a_site_is_left_alone_as_long_as_it_asked(failures: int, minutes: int) -> None:
    asked = NOW + timedelta(minutes=minutes)

    assert put_off(NOW, HOUR, failures, asked, NONE) >= asked


@pytest.mark.parametrize(
    ("every", "most"),
    [(timedelta(days=1), 60), (timedelta(minutes=10), 30), (timedelta(0), 0)],
    ids=["a day", "ten minutes", "always"],
)
def test_a_delay_is_random_and_at_most_a_twentieth_of_the_period_and_a_minute(every: timedelta, most: int) -> None:
    delays = {random_delay(every) for _ in range(100)}

    assert timedelta() <= min(delays) <= max(delays) <= timedelta(seconds=most)
    assert (len(delays) > 50) == (most > 0)
