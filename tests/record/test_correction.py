"""What was told and no longer holds is withdrawn and corrected; what history brings is silent."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from builders import WEBDEV
from support.databases import counts, more, opened, rows
from support.recording import FABLE_ALONE, GPT_JOINS, KIMI_TAKES, OPUS_TAKES, Desk, page
from topspot.store import read
from topspot.store.engine import reading, writing
from topspot.store.tables import Delivery, Target

SLACK = Target(key="slack:#ai", kind="slack", address="#ai", setting="TOPSPOT_SLACK_TOKEN")

BASELINE = page("2026-06-21", FABLE_ALONE)
NEWS = page("2026-07-16", KIMI_TAKES)
OTHER_FIGURES = page("2026-07-16", [(*KIMI_TAKES[0][:1], 1690, 10), *KIMI_TAKES[1:]])


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database, targets=[SLACK])


def sent(desk: Desk) -> None:
    """Say that everything that was queued has arrived."""
    with opened(desk.url) as engine, writing(engine) as session:
        session.execute(update(Delivery).values(state="sent", attempts=1, remote_ts="1.0"))


def told(desk: Desk) -> list[tuple[str, str, str]]:
    """Give the deliveries that were queued after everything that had arrived: action, status and sentence."""
    return [
        (row["action"], row["body"]["status"], row["body"]["sentence"])
        for row in rows(desk.url, "delivery")
        if row["state"] == "queued"
    ]


def lead_events(desk: Desk, **where: Any) -> set[tuple[str, str, str, bool]]:
    return {
        (event["published_on"].isoformat(), event["change"], event["subject_id"], event["withdrawn"])
        for event in rows(desk.url, "event", **where)
        if event["type"].startswith("lead.")
    }


def first_as_of(desk: Desk, day: str, known_at: datetime | None = None) -> str | None:
    with opened(desk.url) as engine, reading(engine) as session:
        snapshot = read.newest_accepted(
            session, WEBDEV.key, "overall", until=date.fromisoformat(day), known_at=known_at
        )
        if snapshot is None:
            return None
        return read.standings(session, snapshot.id or 0, snapshot.published_on)[0].name


def test_another_publication_of_the_date_takes_back_what_it_does_not_show(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    sent(desk)

    desk.visit(page("2026-07-16", FABLE_ALONE))

    assert lead_events(desk) == {
        ("2026-07-16", "takes", "CN", True),
        ("2026-07-16", "takes", "moonshot-ai", True),
        ("2026-07-16", "takes", "kimi-k3", True),
    }
    [alert] = rows(desk.url, "alert")
    assert alert["state"] == "retracted"
    assert told(desk) == [
        ("update", "RETRACTED", "LMArena WebDev: what was told of 2026-07-16 no longer holds"),
        ("reply", "RETRACTED", "LMArena WebDev: what was told of 2026-07-16 no longer holds"),
    ]
    body = rows(desk.url, "delivery", action="reply")[0]["body"]
    assert body["was"].startswith("LMArena WebDev: China (CN) takes first place alone from United States (US)")
    assert body["because"]


def test_another_publication_that_shows_another_leader_corrects_the_message(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    sent(desk)

    recorded = desk.visit(page("2026-07-16", OPUS_TAKES))

    standing = {event for event in lead_events(desk) if not event[3]}
    assert standing == {("2026-07-16", "takes", "claude-opus-5", False)}
    assert [(action, status) for action, status, _ in told(desk)] == [
        ("update", "CORRECTED"),
        ("reply", "CORRECTED"),
    ]
    [(target, message)] = recorded.messages
    assert target == SLACK.key
    assert message.sentence == (
        "LMArena WebDev: claude-opus-5 (Anthropic, US) takes first place alone from "
        "claude-fable-5 (Anthropic, US) (published 2026-07-16)"
    )
    assert "kimi-k3" in message.was


def test_a_correction_is_an_event_that_says_what_was_replaced(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)

    desk.visit(page("2026-07-16", OPUS_TAKES))

    [event] = rows(desk.url, "event", type="snapshot.corrected")
    assert (event["cause"], event["state"], event["tied"]) == ("correction", "confirmed", 1)
    assert event["detail"]["reasons"] == [
        "replaced by the publisher: of its models 1 came, 1 went and 0 of 2 moved"
    ]
    assert [row["model"] for row in event["detail"]["previous"]] == ["kimi-k3"]
    assert [row["model"] for row in event["detail"]["current"]] == ["claude-opus-5"]


def test_both_publications_stay_and_the_last_one_stands(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)

    desk.visit(page("2026-07-16", OPUS_TAKES))

    kept = [row["published_on"].isoformat() for row in rows(desk.url, "snapshot")]
    assert kept == ["2026-06-21", "2026-07-16", "2026-07-16"]
    assert first_as_of(desk, "2026-07-16") == "claude-opus-5"


def test_known_at_answers_with_what_was_believed_then(desk: Desk) -> None:
    desk.visit(BASELINE)
    before = desk.now
    desk.visit(NEWS)
    between = desk.now
    desk.visit(page("2026-07-16", OPUS_TAKES))

    assert first_as_of(desk, "2026-07-16", known_at=before.replace(minute=0)) == "kimi-k3"
    assert first_as_of(desk, "2026-07-16", known_at=between) == "claude-opus-5"
    assert first_as_of(desk, "2026-07-16", known_at=before.replace(hour=6)) == "claude-fable-5"


def test_other_figures_of_the_same_leader_edit_the_message_and_say_nothing_more(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    sent(desk)

    recorded = desk.visit(OTHER_FIGURES)

    assert recorded.messages == []
    [(action, status, sentence)] = told(desk)
    assert (action, status) == ("update", "NEW SOLE LEADER")
    assert "China (CN) takes first place" in sentence
    assert {event["state"] for event in rows(desk.url, "event") if event["type"] == "lead.model"} == {"corrected"}


def test_a_target_that_cannot_edit_gets_one_message(database: str) -> None:
    desk = Desk(database)
    desk.visit(BASELINE)
    desk.visit(NEWS)
    sent(desk)

    desk.visit(page("2026-07-16", FABLE_ALONE))

    assert [(action, status) for action, status, _ in told(desk)] == [("reply", "RETRACTED")]


def test_a_post_that_nobody_began_to_send_is_replaced_and_nothing_is_taken_back(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)

    desk.visit(page("2026-07-16", OPUS_TAKES))

    states = [(row["action"], row["state"]) for row in rows(desk.url, "delivery")]
    assert states == [("post", "superseded"), ("post", "queued")]
    [(_, status, sentence)] = told(desk)
    assert status == "NEW SOLE LEADER"
    assert "claude-opus-5" in sentence


def test_a_post_that_nobody_began_to_send_is_not_sent_when_nothing_of_it_holds(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)

    recorded = desk.visit(page("2026-07-16", FABLE_ALONE))

    assert recorded.messages == []
    assert [row["state"] for row in rows(desk.url, "delivery")] == ["superseded"]


def test_what_is_shown_again_after_a_correction_is_told_again(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    desk.visit(page("2026-07-16", FABLE_ALONE))
    sent(desk)

    desk.visit(NEWS)

    assert {event[3] for event in lead_events(desk)} == {False}
    assert first_as_of(desk, "2026-07-16") == "kimi-k3"


def test_a_correction_of_a_date_that_made_no_alert_is_told_as_news(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(page("2026-07-16", FABLE_ALONE))

    recorded = desk.visit(NEWS)

    [(_, message)] = recorded.messages
    assert (message.status, message.was) == ("NEW SOLE LEADER", "")


def test_the_date_after_a_corrected_one_is_derived_again(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    desk.visit(page("2026-07-27", OPUS_TAKES))
    sent(desk)

    desk.visit(page("2026-07-16", FABLE_ALONE), page("2026-07-27", OPUS_TAKES))

    after = {event[1:] for event in lead_events(desk) if event[0] == "2026-07-27"}
    assert after == {
        ("takes", "US", True),  # it took from China only as long as kimi-k3 had been first
        ("takes", "anthropic", True),
        ("takes", "claude-opus-5", False),
    }
    states = {alert["published_on"].isoformat(): alert["state"] for alert in rows(desk.url, "alert")}
    assert states == {"2026-07-16": "retracted", "2026-07-27": "corrected"}


def test_a_late_publication_derives_both_sides_and_edits_what_was_told(desk: Desk) -> None:
    desk.visit(page("2026-07-12", FABLE_ALONE))
    desk.visit(page("2026-07-27", OPUS_TAKES))
    sent(desk)
    before = counts(desk.url)

    recorded = desk.visit(NEWS)

    assert (recorded.new, recorded.messages) == (1, [])
    assert more(before, counts(desk.url)) == {
        "payload": 1, "visit": 1, "snapshot": 1, "standing": 3, "event": 5, "delivery": 1,
    }  # fmt: skip
    assert {event for event in lead_events(desk, historical=True) if not event[3]} == {
        ("2026-07-16", "takes", "CN", False),
        ("2026-07-16", "takes", "moonshot-ai", False),
        ("2026-07-16", "takes", "kimi-k3", False),
        ("2026-07-27", "takes", "US", False),
        ("2026-07-27", "takes", "anthropic", False),
    }
    [(action, _, sentence)] = told(desk)
    assert action == "update"
    assert "from kimi-k3 (Moonshot AI, CN)" in sentence


def test_a_late_publication_withdraws_what_it_shows_to_have_happened_before(desk: Desk) -> None:
    desk.visit(page("2026-07-12", FABLE_ALONE))
    desk.visit(page("2026-07-27", KIMI_TAKES))
    sent(desk)

    desk.visit(NEWS)

    assert lead_events(desk, historical=False) == {
        ("2026-07-27", "takes", "CN", True),
        ("2026-07-27", "takes", "moonshot-ai", True),
        ("2026-07-27", "takes", "kimi-k3", True),
    }
    withdrawn = rows(desk.url, "event", withdrawn=True)
    assert all(event["withdrawn_at"] and event["state"] == "retracted" for event in withdrawn)
    assert {tuple(event["detail"]["reasons"]) for event in withdrawn} == {
        ("the publisher's figures of 2026-07-16, which came later, show it otherwise",)
    }


def test_an_import_changes_events_and_tells_nobody(desk: Desk) -> None:
    desk.visit(page("2026-07-12", FABLE_ALONE))
    desk.visit(page("2026-07-27", KIMI_TAKES))
    sent(desk)
    before = counts(desk.url)

    recorded = desk.load(NEWS)

    assert "delivery" not in more(before, counts(desk.url))
    assert recorded.messages == []
    [alert] = rows(desk.url, "alert")
    assert recorded.untold == [alert["id"]]
    assert {event[3] for event in lead_events(desk, historical=False)} == {True}


def test_imported_history_is_historical_and_the_next_live_publication_is_told(desk: Desk) -> None:
    desk.load(BASELINE)
    desk.load(NEWS)
    imported = lead_events(desk, historical=False)

    recorded = desk.visit(page("2026-07-27", OPUS_TAKES))

    assert imported == set()
    assert len(recorded.messages) == 1
    assert {event[0] for event in lead_events(desk, historical=False)} == {"2026-07-27"}


def test_steps_that_were_missed_are_told_with_the_newest_publication(desk: Desk) -> None:
    desk.visit(BASELINE)
    history = BASELINE + page("2026-07-12", GPT_JOINS) + NEWS + page("2026-07-27", OPUS_TAKES)

    recorded = desk.visit(page("2026-07-27", FABLE_ALONE), missed=history)

    [(_, message)] = recorded.messages
    assert message.published_on.isoformat() == "2026-07-27"
    assert message.sentence == (
        "LMArena WebDev: United States (US) takes first place alone from China (CN) with claude-fable-5 "
        "(Anthropic) (published 2026-07-27)"
    )
    dates = [line[:10] for line in message.lines if line.startswith("2026-07-")]
    assert dates == sorted(dates, reverse=True)
    assert {"2026-07-12", "2026-07-16"} == set(dates)
    kept = [row["published_on"].isoformat() for row in rows(desk.url, "snapshot")]
    assert sorted(kept) == ["2026-06-21", "2026-07-12", "2026-07-16", "2026-07-27"]
    assert {event["historical"] for event in rows(desk.url, "event")} == {False}


def test_a_hand_over_and_its_reversal_between_two_visits_are_one_message(desk: Desk) -> None:
    desk.visit(BASELINE)

    recorded = desk.visit(page("2026-07-27", FABLE_ALONE), missed=NEWS + page("2026-07-20", FABLE_ALONE))

    [(_, message)] = recorded.messages
    assert message.published_on.isoformat() == "2026-07-27"
    assert message.sentence.endswith("(published 2026-07-20)")
    assert any(line.startswith("2026-07-16: China (CN) takes first place") for line in message.lines)


def test_a_first_visit_takes_no_steps_from_a_history(desk: Desk) -> None:
    recorded = desk.visit(NEWS, missed=BASELINE)

    assert (recorded.new, recorded.messages, recorded.events) == (1, [], 0)


def test_news_after_a_post_that_was_taken_back_unsent_is_a_post(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    desk.visit(page("2026-07-16", FABLE_ALONE))

    desk.visit(page("2026-07-16", OPUS_TAKES))

    assert [(row["action"], row["state"]) for row in rows(desk.url, "delivery")] == [
        ("post", "superseded"),
        ("post", "queued"),
    ]
    assert [alert["state"] for alert in rows(desk.url, "alert")] == ["confirmed"]


def test_what_comes_back_before_anything_was_sent_is_a_post(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    desk.visit(page("2026-07-16", FABLE_ALONE))

    desk.visit(NEWS)

    [(action, status, sentence)] = told(desk)
    assert (action, status) == ("post", "NEW SOLE LEADER")
    assert "China (CN) takes first place" in sentence


def test_news_after_a_retraction_correct_the_message_once_more(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    sent(desk)
    desk.visit(page("2026-07-16", FABLE_ALONE))
    sent(desk)

    desk.visit(page("2026-07-16", OPUS_TAKES))

    assert [(action, status) for action, status, _ in told(desk)] == [
        ("update", "CORRECTED"),
        ("reply", "CORRECTED"),
    ]
    assert [alert["state"] for alert in rows(desk.url, "alert")] == ["corrected"]


def test_news_after_a_post_that_could_not_be_sent_are_a_post(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(NEWS)
    with opened(desk.url) as engine, writing(engine) as session:
        session.execute(update(Delivery).values(state="dead", attempts=1))

    desk.visit(page("2026-07-16", OPUS_TAKES))

    [(action, status, _)] = told(desk)
    assert (action, status) == ("post", "NEW SOLE LEADER")
