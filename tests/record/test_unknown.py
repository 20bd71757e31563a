"""A name near the top of a board that the registry does not know is told to operators, once."""

from datetime import date
from typing import Any

import pytest

from builders import reading
from support.databases import counts, rows
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, page
from support.story import Line
from topspot.domain.values import Reading

NOBODY = ("zzz-9", "Nowhere Labs")
SEEN: list[Line] = [*FABLE_ALONE, (NOBODY, 1500, 10)]


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database)


def unknown(desk: Desk, **where: Any) -> list[dict[str, Any]]:
    return rows(desk.url, "event", type="registry.unknown", **where)


def test_an_unknown_name_is_one_event_that_says_where_it_stands(desk: Desk) -> None:
    recorded = desk.visit(page("2026-06-21", SEEN))

    [event] = unknown(desk)
    assert recorded.events == 1
    assert (event["board"], event["category"], event["published_on"]) == (
        "lmarena/webdev", "overall", date(2026, 6, 21),
    )  # fmt: skip
    assert (event["subject_kind"], event["subject_id"]) == ("entry", "zzz-9")
    assert event["subject_name"] == "zzz-9 (Nowhere Labs)"
    assert event["detail"]["reasons"] == ["zzz-9 (Nowhere Labs) stands at 3; see `topspot registry unknown`"]
    assert (event["historical"], event["withdrawn"]) == (False, False)


def test_it_is_told_to_nobody(desk: Desk) -> None:
    recorded = desk.visit(page("2026-06-21", SEEN))

    assert recorded.messages == []
    assert counts(desk.url)["alert"] == 0


def test_it_is_reported_once_however_often_it_stands(desk: Desk) -> None:
    desk.visit(page("2026-06-21", SEEN), page("2026-06-21", SEEN, "webdev-html"))

    again = desk.visit(page("2026-06-21", SEEN))
    next_one = desk.visit(page("2026-07-16", [*KIMI_TAKES, (NOBODY, 1520, 10)]))
    elsewhere = desk.visit(page("2026-07-16", SEEN, board="lmarena/text"))

    assert len(unknown(desk)) == 1
    assert (again.events, next_one.events, elsewhere.events) == (0, 3, 0)


def test_two_names_are_two_and_two_organizations_of_one_name_as_well(desk: Desk) -> None:
    others: list[Line] = [(("zzz-10", "Nowhere Labs"), 1490, 10), (("zzz-9", "Somewhere Labs"), 1480, 10)]

    desk.visit(page("2026-06-21", [*SEEN, *others]))

    assert {event["subject_name"] for event in unknown(desk)} == {
        "zzz-9 (Nowhere Labs)", "zzz-10 (Nowhere Labs)", "zzz-9 (Somewhere Labs)",
    }  # fmt: skip


def test_one_name_under_two_licenses_is_one(desk: Desk) -> None:
    [seen] = page("2026-06-21", [(NOBODY, 1500, 10)])

    desk.visit([*page("2026-06-21", FABLE_ALONE), seen._replace(license="MIT")])
    desk.visit([*page("2026-07-16", FABLE_ALONE), seen._replace(published_on=date(2026, 7, 16), license="")])

    assert len(unknown(desk)) == 1


def crowd(last: Reading) -> list[Reading]:
    """Give 31 rows: thirty that are known, save that ``last`` stands where its rating puts it."""
    known = [
        reading(f"claude-opus-5-{place}", 1600 - place, 5, organization="anthropic", rank=place)
        for place in range(1, 31)
    ]
    return [*known, last]


@pytest.mark.parametrize(("rating", "reported"), [(1569.5, 0), (1570.5, 1), (1700.0, 1)])
def test_only_the_first_thirty_rows_are_looked_at(desk: Desk, rating: float, reported: int) -> None:
    desk.visit(crowd(reading("zzz-9", rating, 5, organization="", rank=31)))

    assert len(unknown(desk)) == reported


def test_a_name_that_climbs_into_the_first_thirty_is_reported_then(desk: Desk) -> None:
    desk.visit(crowd(reading("zzz-9", 1500.0, 5, organization="", rank=31)))
    later = crowd(reading("zzz-9", 1580.0, 5, organization="", rank=31))

    recorded = desk.visit([row._replace(published_on=date(2026, 8, 19)) for row in later])

    assert recorded.events == 1
    [event] = unknown(desk)
    assert event["published_on"] == date(2026, 8, 19)


def test_what_is_loaded_is_reported_as_history(desk: Desk) -> None:
    desk.load(page("2026-06-21", SEEN))

    assert [event["historical"] for event in unknown(desk)] == [True]


def test_what_history_reported_is_not_reported_again_live(desk: Desk) -> None:
    desk.load(page("2026-06-21", SEEN))

    recorded = desk.visit(page("2026-07-16", SEEN))

    assert (recorded.new, recorded.events, len(unknown(desk))) == (1, 0, 1)


def test_who_is_known_is_not_reported_by_organization_or_by_name(desk: Desk) -> None:
    by_name = reading("claude-opus-5", 1640, 5, organization="")

    desk.visit(
        [by_name, *[row._replace(published_on=by_name.published_on) for row in page("2026-06-21", KIMI_TAKES)]]
    )

    assert unknown(desk) == []


def test_what_is_held_is_not_reported(desk: Desk) -> None:
    recorded = desk.visit([row._replace(rating=99_999.0) for row in page("2026-06-21", SEEN)])

    assert recorded.held
    assert unknown(desk) == []
