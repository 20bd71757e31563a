"""Every fault of sending: nothing is lost, nothing silently twice, and one target holds up no other."""

from typing import Any

import pytest

from standins.slack import Slack
from support.databases import rows
from support.outbox import Outbox
from topspot.settings import Settings

TEMPORARY: dict[str, dict[str, Any]] = {
    "429 with Retry-After": {"status": 429, "error": "ratelimited", "headers": {"Retry-After": "0"}},
    "429 without": {"status": 429},
    "500": {"status": 500},
    "503": {"status": 503, "body": b"upstream connect error"},
    "HTML with 200": {"body": b"<html>sign in</html>"},
    "broken JSON with 200": {"body": b'{"ok": tr', "media_type": "application/json"},
}
OF_THE_API_ONLY = {word: {"error": word} for word in ("internal_error", "fatal_error", "request_timeout")}

DEAD = (
    "channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "token_revoked", "missing_scope",
)  # fmt: skip
DEAD_WEBHOOK = {403: "action_prohibited", 404: "no_service", 410: "channel_is_archived"}


@pytest.fixture
def outbox(wired_sqlite: Settings, slack: Slack) -> Outbox:
    return Outbox(wired_sqlite, slack)


@pytest.fixture(params=["api", "webhook"])
def one_way(request: pytest.FixtureRequest, wired_sqlite: Settings, slack: Slack) -> Outbox:
    """Give an outbox of one Slack target, by the Web API or by webhook."""
    return Outbox(wired_sqlite, slack, ways=(request.param,))


def test_what_is_queued_is_sent_once_and_in_order(one_way: Outbox) -> None:
    one_way.queue(3)

    first, second = one_way.send(), one_way.send()

    assert (first.sent, first.queued, first.failed, second.sent, second.failed) == (3, 0, False, 0, False)
    assert one_way.arrived == one_way.told
    assert one_way.states == ["sent"] * 3


@pytest.mark.parametrize("fault", TEMPORARY.values(), ids=TEMPORARY)
def test_what_cannot_go_now_stays_queued_and_is_later_sent_once_and_in_order(
    one_way: Outbox, slack: Slack, fault: dict[str, Any]
) -> None:
    one_way.queue(2)
    slack.fail_next(times=3, **fault)

    first = one_way.send()
    before = list(one_way.arrived)
    one_way.clock.forward(hours=2)
    second = one_way.send()

    assert (first.sent, first.queued, first.dead, first.failed, before) == (0, 2, 0, True, [])
    assert first.problems[0].endswith("; queued for the next run")
    assert (second.sent, second.queued, second.failed) == (2, 0, False)
    assert one_way.arrived == one_way.told


@pytest.mark.parametrize("fault", OF_THE_API_ONLY.values(), ids=OF_THE_API_ONLY)
def test_an_error_of_slacks_own_passes(outbox: Outbox, slack: Slack, fault: dict[str, Any]) -> None:
    outbox.queue(2)
    slack.fail_next(times=3, **fault)

    first, second = outbox.send(), outbox.send()

    assert (first.queued, second.sent, outbox.arrived) == (2, 2, outbox.told)


def test_a_short_trouble_is_over_within_one_run(one_way: Outbox, slack: Slack) -> None:
    one_way.queue(2)
    slack.fail_next(times=2, status=503)

    report = one_way.send()

    assert (report.sent, report.queued, report.failed) == (2, 0, False)
    assert one_way.arrived == one_way.told
    assert [attempt["outcome"] for attempt in rows(one_way.url, "attempt")] == ["retry", "retry", "sent", "sent"]


def test_a_target_that_asks_for_a_long_pause_is_left_alone_until_then(outbox: Outbox, slack: Slack) -> None:
    outbox.queue(1)
    slack.fail_next(status=429, error="ratelimited", headers={"Retry-After": "3600"})
    outbox.send()
    calls = len(slack.calls)

    early = outbox.send()
    calls_early = len(slack.calls)
    outbox.clock.forward(hours=2)
    late = outbox.send()

    assert (early.sent, early.queued, early.failed) == (0, 1, False)
    assert "asked to wait until" in early.notes[0]
    assert calls_early == calls
    assert (late.sent, outbox.arrived) == (1, outbox.told)


def test_a_server_that_is_not_there_keeps_what_is_queued(outbox: Outbox, slack: Slack) -> None:
    outbox.queue(2)

    first = outbox.send(slack_base_url="http://127.0.0.1:1/api/")
    second = outbox.send()

    assert (first.sent, first.queued, first.failed) == (0, 2, True)
    assert (second.sent, outbox.arrived) == (2, outbox.told)


@pytest.mark.parametrize("word", DEAD)
def test_a_refusal_for_good_is_dead_at_once_and_the_other_target_is_served(
    wired_sqlite: Settings, slack: Slack, word: str
) -> None:
    outbox = Outbox(wired_sqlite, slack, ways=("api", "webhook"))
    outbox.queue(1)
    slack.fail_next("chat.postMessage", error=word)

    first, second = outbox.send(), outbox.send()

    assert (first.sent, first.dead, first.queued, first.failed) == (1, 1, 0, True)
    assert word in first.problems[0]
    assert first.problems[0].endswith("not sent and not tried again")
    assert [message["via"] for message in slack.messages] == ["webhook"]
    assert (second.sent, second.dead, len(slack.called("chat.postMessage"))) == (0, 0, 1)


@pytest.mark.parametrize(("status", "word"), DEAD_WEBHOOK.items())
def test_a_webhook_that_is_no_more_is_dead_at_once_and_the_other_target_is_served(
    wired_sqlite: Settings, slack: Slack, status: int, word: str
) -> None:
    outbox = Outbox(wired_sqlite, slack, ways=("api", "webhook"))
    outbox.queue(1)
    slack.fail_next("webhook", status=status, error=word)

    first, second = outbox.send(), outbox.send()

    assert (first.sent, first.dead, first.queued, first.failed) == (1, 1, 0, True)
    assert [message["via"] for message in slack.messages] == ["api"]
    assert (second.sent, second.dead, len(slack.called("webhook"))) == (0, 0, 1)


def test_a_form_that_slack_refuses_is_sent_once_more_as_plain_text(one_way: Outbox, slack: Slack) -> None:
    one_way.queue(1)
    slack.fail_next(status=400 if one_way.ways == ("webhook",) else 200, error="invalid_blocks")

    report = one_way.send()

    assert (report.sent, report.failed) == (1, False)
    [message] = slack.messages
    assert "blocks" not in message
    assert one_way.told[0] in message["text"]


def test_one_target_that_is_stuck_holds_up_no_other(wired_sqlite: Settings, slack: Slack) -> None:
    outbox = Outbox(wired_sqlite, slack, ways=("api", "webhook"))
    outbox.queue(2)
    slack.fail_next("chat.postMessage", ending="hang")

    report = outbox.send(patience=0.3)

    assert [message["via"] for message in slack.messages] == ["webhook", "webhook"]
    assert (report.sent, report.queued, report.failed) == (2, 2, True)
    assert len(slack.called("chat.postMessage")) == 1


def test_a_target_without_settings_any_more_keeps_what_it_was_to_hear(outbox: Outbox) -> None:
    outbox.queue(1)

    without = outbox.send(slack_token=None)
    again = outbox.send()

    assert (without.sent, without.queued, again.sent) == (0, 0, 1)
    assert outbox.arrived == outbox.told
