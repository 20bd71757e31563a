"""One publication becomes a snapshot, events, an alert and a delivery, together and once."""

import pytest

from builders import WEBDEV, reading
from support.databases import counts, more, rows
from support.recording import FABLE_ALONE, GPT_JOINS, KIMI_TAKES, OPUS_TAKES, Desk, page
from topspot.domain.values import Reading

BASELINE = page("2026-06-21", FABLE_ALONE)
NEWS = page("2026-07-16", KIMI_TAKES)


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database)


def test_a_first_visit_is_a_baseline_and_sends_nothing(desk: Desk) -> None:
    recorded = desk.visit(BASELINE)

    assert (recorded.outcome, recorded.new, recorded.events, recorded.messages) == ("new", 1, 0, [])
    assert recorded.baselines == ["lmarena/webdev 2026-06-21: claude-fable-5"]
    kept = counts(desk.url)
    assert {name: kept[name] for name in ("snapshot", "standing", "entry", "visit", "payload")} == {
        "snapshot": 1, "standing": 2, "entry": 2, "visit": 1, "payload": 1,
    }  # fmt: skip
    assert {kept[name] for name in ("event", "alert", "alert_event", "delivery", "attempt")} == {0}


def test_a_newer_publication_makes_events_one_alert_and_one_delivery(desk: Desk) -> None:
    desk.visit(BASELINE)
    before = counts(desk.url)

    recorded = desk.visit(NEWS)

    assert (recorded.outcome, recorded.new, recorded.events, recorded.held) == ("new", 1, 3, [])
    assert more(before, counts(desk.url)) == {
        "payload": 1, "visit": 1, "snapshot": 1, "standing": 3, "entry": 1, "resolution": 1,
        "model": 1, "model_fact": 2, "event": 3, "alert": 1, "alert_event": 3, "delivery": 1,
    }  # fmt: skip
    found = {(event["type"], event["change"], event["subject_id"]) for event in rows(desk.url, "event")}
    assert found == {
        ("lead.country", "takes", "CN"),
        ("lead.developer", "takes", "moonshot-ai"),
        ("lead.model", "takes", "kimi-k3"),
    }


def test_an_event_says_what_it_came_from(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)

    [event] = rows(desk.url, "event", type="lead.country")
    [first, second] = rows(desk.url, "snapshot")

    assert (event["previous_snapshot_id"], event["snapshot_id"]) == (first["id"], second["id"])
    assert (event["payload"], event["rule"]) == (second["payload"], "lead.country@1")
    assert (event["state"], event["historical"], event["withdrawn"]) == ("confirmed", False, False)
    assert event["detail"]["decided_by"] == "rank_ub"
    assert [row["model"] for row in event["detail"]["previous"]] == ["claude-fable-5"]
    assert [row["model"] for row in event["detail"]["current"]] == ["kimi-k3"]


def test_a_delivery_is_queued_and_due_at_once(desk: Desk) -> None:
    desk.visit(BASELINE)
    now = desk.now
    [(target, message)] = desk.visit(NEWS).messages

    [delivery] = rows(desk.url, "delivery")

    assert (delivery["target"], target) == ("console", "console")
    assert (delivery["action"], delivery["revision"], delivery["state"]) == ("post", 1, "queued")
    assert (delivery["due_at"], delivery["attempts"]) == (now, 0)
    assert delivery["body"]["sentence"] == message.sentence
    assert delivery["alert_id"] == message.alert_id


def test_the_same_bytes_again_are_a_visit_and_nothing_more(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    before = counts(desk.url)

    recorded = desk.visit(NEWS)

    assert (recorded.outcome, recorded.new, recorded.events, recorded.messages) == ("unchanged", 0, 0, [])
    assert more(before, counts(desk.url)) == {"visit": 1}


def test_the_same_rows_in_another_order_are_nothing_new(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    before = counts(desk.url)

    recorded = desk.visit(NEWS[::-1])

    assert (recorded.outcome, recorded.messages) == ("unchanged", [])
    assert more(before, counts(desk.url)) == {"visit": 1, "payload": 1}


def test_an_answer_without_news_is_a_visit_and_nothing_more(desk: Desk) -> None:
    desk.visit(BASELINE)
    before = counts(desk.url)

    recorded = desk.find_unchanged()

    assert recorded.outcome == "unchanged"
    assert more(before, counts(desk.url)) == {"visit": 1}


def test_the_next_publication_is_compared_with_the_newest_not_with_the_last_that_came(desk: Desk) -> None:
    desk.visit(page("2026-07-12", FABLE_ALONE))
    desk.visit(page("2026-07-27", OPUS_TAKES))
    desk.visit(NEWS)
    before = counts(desk.url)

    recorded = desk.visit(page("2026-08-19", OPUS_TAKES))

    assert (recorded.new, recorded.events, recorded.messages) == (1, 0, [])
    assert "alert" not in more(before, counts(desk.url))


def test_first_place_that_stays_is_no_event(desk: Desk) -> None:
    desk.visit(BASELINE)

    recorded = desk.visit(page("2026-07-12", FABLE_ALONE))

    assert (recorded.new, recorded.events, recorded.messages) == (1, 0, [])


def test_two_dates_of_one_category_in_one_payload_are_one_message_with_its_step(desk: Desk) -> None:
    desk.visit(BASELINE)

    recorded = desk.visit(page("2026-07-27", OPUS_TAKES) + NEWS)

    assert recorded.new == 2
    [(_, message)] = recorded.messages
    assert (message.published_on.isoformat(), message.table[0].model) == ("2026-07-27", "claude-opus-5")
    assert [line for line in message.lines if line.startswith("2026-07-16: ")] == [
        "2026-07-16: China (CN) takes first place alone from United States (US) with kimi-k3 (Moonshot AI)",
        "2026-07-16: Moonshot AI (CN) takes first place alone from Anthropic (US) with kimi-k3",
        "2026-07-16: kimi-k3 (Moonshot AI, CN) takes first place alone from claude-fable-5 (Anthropic, US)",
    ]


def test_a_text_is_written_once_however_often_it_stands(desk: Desk) -> None:
    desk.visit(BASELINE, page("2026-06-21", GPT_JOINS, category="webdev-html"))
    desk.visit(NEWS)

    names = [entry["raw_name"] for entry in rows(desk.url, "entry")]

    assert sorted(names) == ["claude-fable-5", "gpt-5.6-sol", "kimi-k3"]
    assert counts(desk.url)["standing"] == 7


def test_an_unknown_developer_stays_unknown_and_takes_nothing(desk: Desk) -> None:
    desk.visit(BASELINE)

    recorded = desk.visit([reading("new-1", 1800, 10, organization="never heard of"), *BASELINE_LATER])

    [resolution] = rows(desk.url, "resolution", basis=None)
    assert (resolution["model"], resolution["developer"]) == (None, None)
    found = {(event["type"], event["change"], event["subject_id"]) for event in rows(desk.url, "event")}
    assert found == {
        ("lead.country", "leaves", "US"),
        ("lead.developer", "leaves", "anthropic"),
        ("lead.model", "takes", "new-1"),
        ("registry.unknown", None, "new-1"),
    }
    [(_, message)] = recorded.messages
    assert message.table[0].developer == "unknown"


BASELINE_LATER: list[Reading] = page("2026-07-16", FABLE_ALONE)


def test_positions_go_by_rating_whatever_the_order_of_the_rows(desk: Desk) -> None:
    desk.visit(NEWS[::-1])

    found = [(row["position"], row["rating"], row["rank"]) for row in rows(desk.url, "standing")]

    assert found == [(1, 1700, 1), (2, 1650, 2), (3, 1600, 3)]
    [board] = rows(desk.url, "board", key=WEBDEV.key)
    [series] = rows(desk.url, "series", board=WEBDEV.key)
    assert (board["publisher"], series["license"]) == ("LMArena", "CC BY 4.0")
