"""A message that may have arrived: looked up where that can be, else sent again and marked; never silently twice."""

import pytest

from standins.slack import CHANNEL, Slack
from support.databases import rows
from support.outbox import Outbox
from support.recording import KIMI_TAKES, page
from topspot.settings import Settings

ENDINGS = ("close", "reset", "break off", "hang")
MARK = "(possible repeat) "


@pytest.fixture
def outbox(wired_sqlite: Settings, slack: Slack) -> Outbox:
    return Outbox(wired_sqlite, slack)


@pytest.fixture
def webhook(wired_sqlite: Settings, slack: Slack) -> Outbox:
    return Outbox(wired_sqlite, slack, ways=("webhook",))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_message_that_arrived_is_found_and_not_sent_again(outbox: Outbox, slack: Slack, ending: str) -> None:
    outbox.queue(2)
    slack.fail_next(accept=True, ending=ending)

    first, second = outbox.send(patience=0.3), outbox.send()

    assert (first.sent, first.queued, first.failed) == (0, 2, True)
    assert first.problems[0].endswith("it may have arrived, the next run finds out or marks a repeat")
    assert (second.sent, second.queued, second.failed) == (2, 0, False)
    assert outbox.arrived == outbox.told
    found = rows(outbox.url, "delivery")[0]
    assert (found["remote_ts"], found["remote_channel"]) == (slack.messages[0]["ts"], CHANNEL)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_message_that_did_not_arrive_is_sent_without_a_mark(outbox: Outbox, slack: Slack, ending: str) -> None:
    outbox.queue(2)
    slack.fail_next(ending=ending)

    first, second = outbox.send(patience=0.3), outbox.send()

    assert (first.sent, first.queued) == (0, 2)
    assert (second.sent, second.queued) == (2, 0)
    assert outbox.arrived == outbox.told


@pytest.mark.parametrize("accept", [True, False])
def test_where_history_is_closed_it_is_sent_again_and_marked(outbox: Outbox, slack: Slack, accept: bool) -> None:
    slack.history = False
    outbox.queue(2)
    slack.drop_next(after_accepting=accept)

    _, second, third = outbox.send(), outbox.send(), outbox.send()

    told = outbox.told
    assert outbox.arrived == [told[0]] * accept + [MARK + told[0], told[1]]
    assert (second.sent, third.sent, third.queued) == (2, 0, 0)


@pytest.mark.parametrize("accept", [True, False])
def test_a_webhook_sends_again_and_marks(webhook: Outbox, slack: Slack, accept: bool) -> None:
    webhook.queue(2)
    slack.drop_next(after_accepting=accept)

    _, second, third = webhook.send(), webhook.send(), webhook.send()

    told = webhook.told
    assert webhook.arrived == [told[0]] * accept + [MARK + told[0], told[1]]
    assert (second.sent, third.sent, third.queued) == (2, 0, 0)


def test_a_possible_repeat_stays_one_until_it_is_sent(webhook: Outbox, slack: Slack) -> None:
    webhook.queue(1)
    slack.drop_next(after_accepting=True)
    webhook.send()
    slack.fail_next(times=3, status=503)
    webhook.send()

    webhook.send()

    assert webhook.arrived == [webhook.told[0], MARK + webhook.told[0]]


def test_while_history_cannot_be_read_just_now_nothing_is_sent(outbox: Outbox, slack: Slack) -> None:
    outbox.queue(1)
    slack.drop_next(after_accepting=True)
    outbox.send()
    slack.fail_next("conversations.history", status=503)

    report, after = outbox.send(), outbox.send()

    assert (report.sent, report.queued, report.failed) == (0, 1, True)
    assert (after.sent, after.queued) == (1, 0)
    assert outbox.arrived == outbox.told


def test_a_reply_that_arrived_is_found_in_its_thread(outbox: Outbox, slack: Slack) -> None:
    outbox.queue(1)
    outbox.send()
    outbox.desk.visit(page("2026-07-02", KIMI_TAKES, "webdev-html"))
    slack.drop_next(after_accepting=True)

    first, second = outbox.send(), outbox.send()

    parent, *replies = slack.messages
    assert (first.sent, second.sent, second.queued) == (0, 1, 0)
    assert [reply["thread_ts"] for reply in replies] == [parent["ts"]]
    assert not any(reply["text"].startswith(MARK) for reply in replies)
