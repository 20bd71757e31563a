"""Instants come back as they went in: aware and in UTC, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from support.databases import opened, rows
from topspot.store.engine import writing
from topspot.store.tables import Payload

SHANGHAI = timezone(timedelta(hours=8))


def keep(url: str, seen: datetime) -> None:
    with opened(url) as engine, writing(engine) as session:
        session.add(Payload(sha256="a", size=1, media_type="text/plain", first_seen_at=seen))


@pytest.mark.parametrize(
    "given",
    [datetime(2026, 7, 16, 23, 59, 59, 123456, tzinfo=UTC), datetime(2026, 7, 17, 7, 59, tzinfo=SHANGHAI)],
    ids=["UTC", "Shanghai"],
)
def test_an_instant_comes_back_aware_and_in_utc(database: str, given: datetime) -> None:
    keep(database, given)

    [row] = rows(database, "payload")

    assert row["first_seen_at"] == given
    assert row["first_seen_at"].utcoffset() == timedelta()


def test_a_naive_instant_is_refused(database: str) -> None:
    with pytest.raises(StatementError, match="a naive instant reached the database"):
        keep(database, datetime(2026, 7, 16))  # noqa: DTZ001 - the fault itself

    assert rows(database, "payload") == []
