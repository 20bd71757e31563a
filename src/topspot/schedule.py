"""When a source is visited next."""

import random
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=5)
"""How long a source that failed twice in a row is left alone; doubled for each further failure."""

LONGEST_DELAY = timedelta(minutes=1)
"""The most that a visit is put off by chance, so that not everybody asks a site at the full hour."""


def random_delay(every: timedelta) -> timedelta:
    """Give a random delay of at most a twentieth of a period, and of at most ``LONGEST_DELAY``."""
    return random.uniform(0, 1) * min(every / 20, LONGEST_DELAY)  # noqa: S311 - no secret


def put_off(
    now: datetime, every: timedelta, failures: int, retry_after: datetime | None, delay: timedelta
) -> datetime:
    """Say when a source is due next.

    After its period and a small ``delay``, or sooner where the visit failed: at once the first time, then after
    growing pauses of at most the period (``failures`` are those in a row, with this one). Never before a site
    asked to be left alone until.
    """
    pause = every + delay
    if failures:
        pause = min(every, FIRST_PAUSE * 2 ** min(failures - 2, 10)) if failures > 1 else timedelta()
    return max(now + pause, retry_after or now)
