"""A name that a publisher changes is one event for operators, and the lead stays where it is."""

from typing import Any

import pytest

from builders import reading
from support.databases import counts, more, rows
from support.recording import Desk, page
from support.story import FABLE, Line
from topspot.domain.values import Reading

THINKING: list[Line] = [
    (("claude-opus-5-thinking", "anthropic"), 1700, 10),
    (("gpt-5.6-sol-thinking", "openai"), 1660, 10),
    (("kimi-k3", "moonshot"), 1640, 10),
]
HIGH: list[Line] = [
    (("claude-opus-5-high", "anthropic"), 1703, 8),
    (("gpt-5.6-sol-high", "openai"), 1664, 8),
    (("kimi-k3", "moonshot"), 1641, 8),
]


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database)


def renamed(desk: Desk, **where: Any) -> list[tuple[str, str, str]]:
    """Give date, old name and new name of each rename that holds."""
    return [
        (row["published_on"].isoformat(), row["detail"]["previous"][0]["model_raw"], row["subject_name"])
        for row in sorted(rows(desk.url, "event", type="model.renamed", withdrawn=False, **where), key=_place)
    ]


def _place(row: dict[str, Any]) -> tuple[str, str]:
    return row["published_on"].isoformat(), row["subject_name"]


def types(desk: Desk) -> set[str]:
    return {row["type"] for row in rows(desk.url, "event")}


def test_thinking_that_becomes_high_is_a_rename_of_each_and_no_lead_changes(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING))
    before = counts(desk.url)

    recorded = desk.visit(page("2026-07-27", HIGH))

    assert (recorded.new, recorded.events, recorded.messages) == (1, 2, [])
    assert renamed(desk) == [
        ("2026-07-27", "claude-opus-5-thinking", "claude-opus-5-high"),
        ("2026-07-27", "gpt-5.6-sol-thinking", "gpt-5.6-sol-high"),
    ]
    assert types(desk) == {"model.renamed"}
    added = more(before, counts(desk.url))
    assert added["event"] == 2
    assert {"alert", "delivery", "model"} & added.keys() == set()


def test_a_rename_says_what_it_came_from_and_why(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING[:1]))
    desk.visit(page("2026-07-27", HIGH[:1]))

    [event] = rows(desk.url, "event")
    [first, second] = rows(desk.url, "snapshot")

    assert (event["previous_snapshot_id"], event["snapshot_id"]) == (first["id"], second["id"])
    assert (event["category"], event["subject_id"], event["cause"]) == ("overall", "claude-opus-5", "rename")
    assert (event["change"], event["state"], event["historical"]) == (None, "confirmed", False)
    assert event["detail"]["reasons"] == [
        "claude-opus-5-thinking is now called claude-opus-5-high: both names mean one model"
    ]


def test_a_rename_is_one_event_however_many_categories_show_it(desk: Desk) -> None:
    for on, lines in (("2026-07-16", THINKING[:1]), ("2026-07-27", HIGH[:1])):
        desk.visit(page(on, lines), page(on, lines, "webdev-html"), page(on, lines, "webdev-react"))

    assert [(row["type"], row["category"]) for row in rows(desk.url, "event")] == [("model.renamed", "overall")]


def test_the_same_publication_again_and_the_next_one_rename_nothing_more(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING))
    desk.visit(page("2026-07-27", HIGH))

    again = desk.visit(page("2026-07-27", HIGH))
    later = desk.visit(page("2026-08-19", HIGH))

    assert (again.events, later.new, later.events) == (0, 1, 0)
    assert len(renamed(desk)) == 2


def test_the_same_figures_are_evidence_where_the_names_say_two_models(desk: Desk) -> None:
    desk.visit(page("2026-07-16", [*THINKING[:1], (FABLE, 1600, 10)]))

    recorded = desk.visit(page("2026-07-27", [(("claude-mythos-5", "anthropic"), 1700, 10), (FABLE, 1601, 10)]))

    assert (recorded.events, recorded.messages) == (1, [])
    assert renamed(desk) == [("2026-07-27", "claude-opus-5-thinking", "claude-mythos-5")]


LEADER = reading("claude-opus-5-high", 1703, 8, organization="anthropic", votes=2000)

NOT_RENAMED: dict[str, Reading] = {
    "another developer": LEADER._replace(organization="openai"),
    "an unknown developer": LEADER._replace(organization="nobody at all"),
    "a rating outside": LEADER._replace(rating=1710.5, upper=1718.5, lower=1702.5),
    "fewer votes": LEADER._replace(votes=1756),
    "another model": LEADER._replace(name="claude-sonnet-5"),
}


def test_who_leads_under_another_name_is_renamed(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING))

    desk.visit([LEADER._replace(published_on=LATER[0].published_on), *LATER])

    assert renamed(desk) == [("2026-07-27", "claude-opus-5-thinking", "claude-opus-5-high")]


@pytest.mark.parametrize("leader", NOT_RENAMED.values(), ids=NOT_RENAMED)
def test_what_only_looks_like_it_is_no_rename(desk: Desk, leader: Reading) -> None:
    desk.visit(page("2026-07-16", THINKING))

    desk.visit([leader._replace(published_on=LATER[0].published_on), *LATER])

    assert renamed(desk) == []


def test_the_old_name_beside_the_new_one_is_no_rename(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING))

    desk.visit([LEADER._replace(published_on=LATER[0].published_on), *page("2026-07-27", THINKING)])

    assert renamed(desk) == []


LATER = page("2026-07-27", THINKING[1:])


def test_two_variants_that_swap_places_are_no_event(desk: Desk) -> None:
    low, high = (("claude-opus-5-low", "anthropic"), ("claude-opus-5-high", "anthropic"))
    desk.visit(page("2026-07-16", [(low, 1700, 1), (high, 1690, 1)]))

    recorded = desk.visit(page("2026-07-27", [(high, 1700, 1), (low, 1690, 1)]))

    assert (recorded.new, recorded.events, recorded.messages) == (1, 0, [])


def test_a_correction_without_the_rename_withdraws_it_and_tells_nobody(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING))
    desk.visit(page("2026-07-27", HIGH))

    recorded = desk.visit(page("2026-07-27", THINKING))

    assert renamed(desk) == []
    assert [row["state"] for row in rows(desk.url, "event", type="model.renamed")] == ["retracted"] * 2
    assert recorded.messages == []
    assert counts(desk.url)["alert"] == 0


def test_a_rename_belongs_to_the_date_that_shows_it_first(desk: Desk) -> None:
    desk.visit(page("2026-07-16", THINKING[:1]))
    desk.visit(page("2026-08-19", HIGH[:1]))

    desk.load(page("2026-07-27", HIGH[:1]))

    assert renamed(desk) == [("2026-07-27", "claude-opus-5-thinking", "claude-opus-5-high")]
    assert renamed(desk, historical=True) == renamed(desk)


def test_history_that_is_loaded_has_its_renames_in_silence(desk: Desk) -> None:
    loaded = desk.load(page("2026-07-16", THINKING), page("2026-07-27", HIGH))

    assert loaded.events == 2
    assert len(renamed(desk, historical=True)) == 2
    assert counts(desk.url)["alert"] == 0
