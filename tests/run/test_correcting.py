"""A correction reaches everybody who read the message: the edit, the reply, and what becomes of them in trouble."""

from datetime import timedelta
from typing import Any

import pytest

from standins.messages import corrected, message, retracted
from standins.slack import CHANNEL, Slack
from support.databases import opened, rows
from support.outbox import Outbox
from topspot.settings import Settings
from topspot.store.due import is_idle
from topspot.store.engine import writing
from topspot.store.tables import SourceState
from topspot.tell.render import UNEDITABLE, notification, plain

TOLD, CORRECTED, RETRACTED = notification(message()), notification(corrected()), notification(retracted())
MARK = "(possible repeat) "


@pytest.fixture
def outbox(wired_sqlite: Settings, slack: Slack) -> Outbox:
    return Outbox(wired_sqlite, slack)


@pytest.fixture
def posted(outbox: Outbox) -> Outbox:
    """Give an outbox whose first alert has arrived, and now is to be corrected."""
    outbox.put("post", message())
    outbox.send()
    outbox.put("update", corrected())
    outbox.put("reply", corrected())
    return outbox


def test_the_edit_and_the_reply_follow_the_post_in_order(wired: Settings, slack: Slack) -> None:
    outbox = Outbox(wired, slack)
    outbox.put("post", message())
    outbox.put("update", corrected())
    outbox.put("reply", corrected())

    report = outbox.send()

    parent, reply = slack.messages
    [edit] = slack.edits
    assert (report.sent, report.queued, report.failed) == (3, 0, False)
    assert [call.method for call in slack.calls] == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert (edit["channel"], edit["ts"], parent["text"]) == (CHANNEL, parent["ts"], CORRECTED)
    assert (reply["thread_ts"], reply["text"]) == (parent["ts"], CORRECTED)
    assert "reply_broadcast" not in reply
    assert [(row["remote_ts"], row["remote_channel"]) for row in rows(wired.url, "delivery")] == [
        (parent["ts"], CHANNEL), (parent["ts"], CHANNEL), (reply["ts"], CHANNEL),
    ]  # fmt: skip


def test_what_is_superseded_is_never_sent_and_does_not_hold_up_the_others(outbox: Outbox, slack: Slack) -> None:
    outbox.put("post", message(), state="superseded")
    outbox.put("post", corrected())

    first, second = outbox.send(), outbox.send()

    assert (first.sent, first.queued, second.sent, second.queued) == (1, 0, 0, 0)
    assert outbox.arrived == [CORRECTED]
    assert outbox.states == ["superseded", "sent"]


def test_what_is_superseded_leaves_nothing_to_do(wired: Settings, slack: Slack) -> None:
    outbox = Outbox(wired, slack)
    outbox.put("post", message(), state="superseded")
    with opened(wired.url) as engine, writing(engine) as session:
        session.add(SourceState(source="lmarena", next_due_at=outbox.clock() + timedelta(days=1)))

    idle, report = is_idle(wired.url, ["lmarena"], outbox.clock()), outbox.send()
    outbox.put("post", message())

    assert (idle, report.sent, report.queued, slack.calls) == (True, 0, 0, [])
    assert not is_idle(wired.url, ["lmarena"], outbox.clock())


def test_a_retraction_is_seen_in_the_channel_once(outbox: Outbox, slack: Slack) -> None:
    outbox.put("post", message())
    outbox.put("update", retracted())
    outbox.put("reply", retracted())

    outbox.send()

    parent, reply = slack.messages
    assert (parent["text"], reply["text"]) == (RETRACTED, RETRACTED)
    assert [each.get("reply_broadcast") for each in (parent, reply)] == [None, True]


@pytest.mark.parametrize("word", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_what_can_no_longer_be_edited_is_said_in_a_new_message_and_the_reply_goes_under_that(
    posted: Outbox, slack: Slack, word: str
) -> None:
    slack.fail_next("chat.update", error=word)

    report = posted.send()

    parent, new, reply = slack.messages
    assert (report.sent, report.queued, report.failed) == (2, 0, False)
    assert (parent["text"], new["text"], "thread_ts" in new) == (TOLD, CORRECTED, False)
    assert UNEDITABLE in str(new["blocks"])
    assert UNEDITABLE not in str(reply["blocks"])
    assert reply["thread_ts"] == new["ts"]
    assert [row["outcome"] for row in rows(posted.url, "attempt")] == ["sent", "gone", "sent", "sent"]


def test_a_retraction_in_a_new_message_is_not_broadcast_again_but_the_next_one_is(
    outbox: Outbox, slack: Slack
) -> None:
    outbox.put("post", message())
    outbox.send()
    slack.messages.clear()  # somebody deleted it
    for _ in range(2):
        outbox.put("update", retracted())
        outbox.put("reply", retracted())

    outbox.send()

    new, first, second = slack.messages
    assert [first["thread_ts"], second["thread_ts"]] == [new["ts"]] * 2
    assert [each.get("reply_broadcast") for each in slack.messages] == [None, None, True]
    assert [edit["ts"] for edit in slack.edits] == [new["ts"]]


@pytest.mark.parametrize("accept", [True, False])
def test_an_edit_of_unknown_fate_is_made_again_and_nothing_is_posted_or_marked(
    posted: Outbox, slack: Slack, accept: bool
) -> None:
    slack.history = False
    slack.fail_next("chat.update", accept=accept, ending="close")

    first = posted.send()
    before = len(slack.messages)
    second = posted.send()

    assert (first.sent, first.queued, before) == (0, 2, 1)
    assert first.problems[0].endswith("it may have arrived, the next run does it again")
    assert (second.sent, second.queued, second.failed) == (2, 0, False)
    assert len(slack.edits) == 1 + accept
    assert posted.arrived == [CORRECTED, CORRECTED]
    assert slack.called("conversations.history", "conversations.replies") == []


def test_an_edit_that_a_kill_left_without_an_end_is_made_again(posted: Outbox, slack: Slack) -> None:
    posted.put("update", retracted(), state="sending", attempts=1)

    report = posted.send()

    assert (report.sent, report.queued) == (3, 0)
    assert [edit["text"] for edit in slack.edits] == [CORRECTED, RETRACTED]
    assert len(slack.messages) == 2


@pytest.mark.parametrize("history", [True, False])
def test_a_new_message_of_unknown_fate_is_looked_up_or_marked(posted: Outbox, slack: Slack, history: bool) -> None:
    slack.history = history
    slack.fail_next("chat.update", times=2, error="edit_window_closed")
    slack.drop_next(after_accepting=True)

    first, second = posted.send(), posted.send()

    assert (first.sent, first.queued, second.sent, second.queued) == (0, 2, 2, 0)
    repeat = [] if history else [MARK + CORRECTED]
    assert posted.arrived == [TOLD, CORRECTED, *repeat, CORRECTED]
    assert slack.messages[-1]["thread_ts"] == slack.messages[-2]["ts"]


def test_between_an_edit_that_failed_and_the_new_message_a_kill_loses_nothing(
    outbox: Outbox, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.put("post", message())
    outbox.send()
    outbox.put("update", corrected(), state="unknown", attempts=1)
    slack.fail_next("chat.update", error="message_not_found")
    answer, states = slack.answer, {}

    def note(method: str, body: dict[str, Any]) -> dict[str, Any]:
        states[method] = outbox.states[1]
        return answer(method, body)

    monkeypatch.setattr(slack, "answer", note)
    outbox.send()

    assert states == {"conversations.history": "unknown", "chat.postMessage": "sending"}
    assert outbox.states == ["sent", "sent"]


def test_an_edit_that_cannot_be_made_now_holds_back_its_reply(posted: Outbox, slack: Slack) -> None:
    slack.fail_next("chat.update", times=3, status=503)

    first = posted.send()
    before = posted.arrived
    second = posted.send()

    assert (first.sent, first.queued, before) == (0, 2, [TOLD])
    assert (second.sent, posted.arrived) == (2, [CORRECTED, CORRECTED])


def test_an_edit_that_is_refused_for_good_is_dead_and_the_reply_still_tells(posted: Outbox, slack: Slack) -> None:
    slack.fail_next("chat.update", error="a_new_word")

    report = posted.send()

    assert (report.sent, report.dead, report.failed) == (1, 1, True)
    assert posted.arrived == [TOLD, CORRECTED]
    assert slack.messages[1]["thread_ts"] == slack.messages[0]["ts"]


@pytest.mark.parametrize("state", ["dead", "superseded"])
def test_an_edit_of_what_was_never_sent_is_a_message_of_its_own_with_the_reply_under_it(
    outbox: Outbox, slack: Slack, state: str
) -> None:
    outbox.put("post", message(), state=state)
    outbox.put("update", corrected())
    outbox.put("reply", corrected())

    report = outbox.send()

    new, reply = slack.messages
    assert (report.sent, slack.called("chat.update"), "thread_ts" in new) == (2, [], False)
    assert UNEDITABLE not in str(new["blocks"])
    assert reply["thread_ts"] == new["ts"]


def test_a_reply_without_anything_to_be_under_is_a_message_of_its_own(outbox: Outbox, slack: Slack) -> None:
    outbox.put("post", message(), state="dead")
    outbox.put("reply", retracted())

    outbox.send()

    [own] = slack.messages
    assert (own["text"], own.get("thread_ts"), own.get("reply_broadcast")) == (RETRACTED, None, None)


def test_a_message_of_a_former_version_is_edited_though_its_channel_is_not_known(
    outbox: Outbox, slack: Slack
) -> None:
    outbox.put("post", message())
    outbox.send()
    ts = slack.messages[0]["ts"]
    outbox.put("post", message(), alert=2, state="sent", remote_ts=ts)
    outbox.put("update", corrected(), alert=2)

    outbox.send()

    assert [(edit["channel"], edit["ts"]) for edit in slack.edits] == [(CHANNEL, ts)]


def test_one_alert_is_corrected_and_no_other(outbox: Outbox, slack: Slack) -> None:
    outbox.put("post", message())
    outbox.put("post", message(), alert=2)
    outbox.put("update", corrected())

    outbox.send()

    assert outbox.arrived == [CORRECTED, TOLD]


def test_a_webhook_hears_a_correction_as_a_message_of_its_own(wired_sqlite: Settings, slack: Slack) -> None:
    outbox = Outbox(wired_sqlite, slack, ways=("webhook",))
    outbox.put("post", message())
    outbox.put("reply", corrected())

    report = outbox.send()

    assert (report.sent, outbox.arrived, slack.edits) == (2, [TOLD, CORRECTED], [])
    assert {call.method for call in slack.calls} == {"webhook"}
    assert "thread_ts" not in slack.messages[1]


def test_a_correction_whose_form_is_refused_is_edited_in_as_plain_text(posted: Outbox, slack: Slack) -> None:
    slack.fail_next("chat.update", error="invalid_blocks")

    report = posted.send()

    assert (report.sent, report.failed) == (2, False)
    assert (slack.messages[0]["text"], slack.messages[0]["blocks"]) == (plain(corrected()), [])
