"""Who is told: one alert a target, board and date; a second lot of events is a reply to the first."""

import pytest

from support.databases import counts, more, rows
from support.recording import CONSOLE, FABLE_ALONE, GPT_JOINS, KIMI_TAKES, Desk, page
from topspot.store.tables import Target

CHANNEL = Target(key="slack:C1", kind="slack", address="C1", setting="TOPSPOT_SLACK_TOKEN")


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database)


def test_each_target_gets_an_alert_of_its_own(database: str) -> None:
    desk = Desk(database, targets=[CONSOLE, CHANNEL])
    desk.visit(page("2026-06-21", FABLE_ALONE))

    recorded = desk.visit(page("2026-07-16", KIMI_TAKES))

    assert [target for target, _ in recorded.messages] == ["console", "slack:C1"]
    assert recorded.events == 3
    alerts = rows(database, "alert")
    assert sorted(alert["target"] for alert in alerts) == ["console", "slack:C1"]
    assert len({alert["id"] for alert in alerts}) == 2
    assert sorted(delivery["target"] for delivery in rows(database, "delivery")) == ["console", "slack:C1"]
    assert counts(database)["alert_event"] == 6


def test_categories_of_one_date_are_one_message(desk: Desk) -> None:
    first = [page("2026-06-21", FABLE_ALONE, category) for category in ("overall", "webdev-html")]
    desk.visit(*first)

    [(_, message)] = desk.visit(
        page("2026-07-16", KIMI_TAKES, "webdev-html"), page("2026-07-16", KIMI_TAKES)
    ).messages

    assert message.category == "overall"
    assert sum(line.startswith("webdev-html: ") for line in message.lines) == 3
    assert counts(desk.url)["alert"] == counts(desk.url)["delivery"] == 1


def test_categories_of_different_dates_are_alerts_of_their_own(desk: Desk) -> None:
    desk.visit(page("2026-06-21", FABLE_ALONE), page("2026-06-21", FABLE_ALONE, "webdev-html"))

    recorded = desk.visit(page("2026-07-16", KIMI_TAKES), page("2026-07-12", KIMI_TAKES, "webdev-html"))

    told = sorted((message.published_on.isoformat(), message.category) for _, message in recorded.messages)
    assert told == [("2026-07-12", "webdev-html"), ("2026-07-16", "overall")]
    assert counts(desk.url)["alert"] == 2


def test_a_second_lot_of_events_of_a_publication_is_a_reply_to_its_alert(desk: Desk) -> None:
    desk.visit(page("2026-06-21", FABLE_ALONE), page("2026-06-21", FABLE_ALONE, "webdev-html"))
    desk.visit(page("2026-07-16", KIMI_TAKES))
    before = counts(desk.url)

    [(_, message)] = desk.visit(page("2026-07-16", KIMI_TAKES, "webdev-html")).messages

    added = more(before, counts(desk.url))
    assert (added.get("alert"), added["alert_event"], added["delivery"]) == (None, 3, 1)
    first, second = rows(desk.url, "delivery")
    assert (first["action"], first["revision"]) == ("post", 1)
    assert (second["action"], second["revision"], second["alert_id"]) == ("reply", 2, first["alert_id"])
    assert message.alert_id == first["alert_id"]
    positions = [row["position"] for row in rows(desk.url, "alert_event", alert_id=first["alert_id"])]
    assert sorted(positions) == [1, 2, 3, 4, 5, 6]


def test_outside_overall_who_only_joins_is_recorded_and_not_told(desk: Desk) -> None:
    desk.visit(page("2026-06-21", FABLE_ALONE, "webdev-html"))

    recorded = desk.visit(page("2026-07-12", GPT_JOINS, "webdev-html"))

    assert (recorded.events, recorded.messages) == (2, [])
    assert {event["change"] for event in rows(desk.url, "event")} == {"joins"}
    assert counts(desk.url)["alert"] == counts(desk.url)["delivery"] == 0


def test_in_overall_who_joins_is_told(desk: Desk) -> None:
    desk.visit(page("2026-06-21", FABLE_ALONE))

    [(_, message)] = desk.visit(page("2026-07-12", GPT_JOINS)).messages

    assert message.status == "TIE AT #1"


def test_a_tie_outside_overall_that_ends_is_told(desk: Desk) -> None:
    desk.visit(page("2026-06-21", GPT_JOINS, "webdev-html"))

    [(_, message)] = desk.visit(page("2026-07-12", FABLE_ALONE, "webdev-html")).messages

    assert "is now alone in first place" in message.sentence


def test_without_a_target_the_events_are_recorded(database: str) -> None:
    desk = Desk(database, targets=[])
    desk.visit(page("2026-06-21", FABLE_ALONE))

    recorded = desk.visit(page("2026-07-16", KIMI_TAKES))

    assert (recorded.events, recorded.messages) == (3, [])
    assert counts(database)["delivery"] == 0


def test_an_alert_names_its_target_board_and_date_for_ever(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = Desk(f"sqlite:///{tmp_path_factory.mktemp('other')}/topspot.db")
    for desk in (Desk(database), again):
        desk.visit(page("2026-06-21", FABLE_ALONE))
        desk.visit(page("2026-07-16", KIMI_TAKES))

    assert rows(database, "alert")[0]["id"] == rows(again.url, "alert")[0]["id"]
    assert [row["id"] for row in rows(database, "event")] == [row["id"] for row in rows(again.url, "event")]
