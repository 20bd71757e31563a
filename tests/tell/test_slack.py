import asyncio
import json
import logging
import socket
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from pydantic import SecretStr

from standins.messages import corrected, message
from standins.slack import CHANNEL, TOKEN, WEBHOOK_PATH, Slack
from topspot.domain.messages import Message
from topspot.settings import Settings
from topspot.tell.render import blocks, notification, plain
from topspot.tell.slack import find, post, post_webhook, update, whoami
from topspot.tell.ways import Result

AT_ONCE = 0.2  # seconds, where a test waits for the end of a request that has no end
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WAYS = ["api", "webhook"]


@pytest.fixture
def slack():
    with Slack() as slack:
        yield slack


def settings(slack: Slack, **changes: Any) -> Settings:
    return Settings(**slack.settings | changes)


def send(slack: Slack, way: str, some: Message | None = None, *, timeout: float = 5.0, **changes: Any) -> Result:
    """Send a message one of the two ways."""
    some, these = some or message(), settings(slack, **changes)
    if way == "api":
        return asyncio.run(post(these, some, key="al_1:post:1", timeout=timeout))
    return asyncio.run(post_webhook(these, some, timeout=timeout))


def closed_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return some.getsockname()[1]


def test_a_message_is_posted_to_the_channel_with_its_key_and_without_previews_or_pings(slack):
    result = send(slack, "api")

    (posted,) = slack.messages
    assert result == Result("sent", remote_ts=posted["ts"], remote_channel=CHANNEL)
    assert posted["channel"] == CHANNEL
    assert posted["text"] == notification(message())
    assert posted["blocks"] == blocks(message())
    assert posted["metadata"] == {
        "event_type": "topspot_alert",
        "event_payload": {"key": "al_1:post:1", "alert_id": "al_7f3a9c21"},
    }
    assert (posted["unfurl_links"], posted["unfurl_media"], posted["link_names"]) == (False, False, False)
    assert posted["parse"] == "none"
    assert "thread_ts" not in posted


def test_a_reply_goes_into_its_thread(slack):
    asyncio.run(post(settings(slack), message(), key="al_1:reply:2", thread_ts="1700000000.000100"))

    assert [posted["thread_ts"] for posted in slack.messages] == ["1700000000.000100"]
    assert "reply_broadcast" not in slack.messages[0]


def test_a_reply_that_is_broadcast_says_so_and_a_message_of_its_own_never_does(slack):
    asyncio.run(post(settings(slack), message(), key="al_1:reply:2", thread_ts="17.1", broadcast=True))
    asyncio.run(post(settings(slack), message(), key="al_1:post:1", broadcast=True))

    assert [posted.get("reply_broadcast") for posted in slack.messages] == [True, None]


def edit(slack: Slack, *, ts: str | None = None, channel: str = CHANNEL, **changes: Any) -> Result:
    """Correct a message, the last one that was posted unless another is named."""
    ts = ts or slack.messages[-1]["ts"]
    given = {"channel": channel, "ts": ts, "key": "al_1:update:2", "timeout": AT_ONCE}
    return asyncio.run(update(settings(slack, **changes), corrected(), **given))


def test_an_edit_changes_blocks_text_and_metadata_of_the_message_and_posts_nothing(slack):
    send(slack, "api")
    ts = slack.messages[0]["ts"]

    result = edit(slack)

    (posted,) = slack.messages
    assert result == Result("sent", remote_ts=ts, remote_channel=CHANNEL)
    assert (posted["text"], posted["blocks"]) == (notification(corrected()), blocks(corrected()))
    assert posted["metadata"]["event_payload"] == {"key": "al_1:update:2", "alert_id": "al_7f3a9c21"}
    (edited,) = slack.edits
    assert (edited["ts"], edited["parse"], edited["link_names"]) == (ts, "none", False)


def test_an_edit_whose_form_is_refused_becomes_plain_text_without_the_old_blocks(slack):
    send(slack, "api")
    slack.fail_next("chat.update", error="invalid_blocks")

    result = edit(slack)

    assert result.outcome == "sent"
    assert (slack.messages[0]["text"], slack.messages[0]["blocks"]) == (plain(corrected()), [])


def test_a_message_that_is_not_there_cannot_be_edited(slack):
    result = edit(slack, ts="1700000000.000100")

    assert result == Result(
        "gone", error="Slack says message_not_found; the message cannot be edited; a new one says so"
    )
    assert slack.messages == []


EDIT_FAULTS = [
    *(
        (word, "gone")
        for word in ("message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch")
    ),
    *(
        (word, "dead")
        for word in ("is_inactive", "channel_not_found", "not_in_channel", "invalid_auth", "a_new_word")
    ),
    *(
        (word, "retry")
        for word in ("update_failed", "external_channel_migrating", "ratelimited", "internal_error")
    ),
]


@pytest.mark.parametrize(("word", "outcome"), EDIT_FAULTS)
def test_every_word_of_slack_about_an_edit_ends_as_its_kind(slack, word, outcome):
    send(slack, "api")
    slack.fail_next("chat.update", error=word)

    result = edit(slack)

    assert result.outcome == outcome
    assert is_one_line_for_people(result.error)
    assert word in str(result.error)
    assert slack.edits == []


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"ending": "close", "accept": True}, "unknown"),
        ({"ending": "hang"}, "unknown"),
        ({"status": 503}, "retry"),
    ],
)
def test_an_edit_without_an_answer_ends_as_a_post_would(slack, fault, outcome):
    send(slack, "api")
    slack.fail_next("chat.update", **fault)

    assert edit(slack).outcome == outcome
    assert len(slack.edits) == fault.get("accept", False)


def test_an_edit_needs_the_id_of_the_channel_and_finds_it_by_name(slack):
    send(slack, "api")

    assert edit(slack, channel="#ai-leaders") == Result("sent", slack.messages[0]["ts"], CHANNEL)


def test_an_edit_in_a_channel_whose_id_cannot_be_found_is_not_tried():
    with Slack(names=False) as slack:
        send(slack, "api")

        result = edit(slack, channel="#ai-leaders")

        assert result.outcome == "gone"
        assert "the id of the Slack channel is not known" in str(result.error)
        assert slack.called("chat.update") == []


def test_an_edit_without_a_token_names_the_setting(slack):
    result = edit(slack, ts="17.1", slack_token=None)

    assert (result.outcome, slack.calls) == ("dead", [])
    assert "TOPSPOT_SLACK_TOKEN" in str(result.error)


def test_a_webhook_gets_the_same_message_and_gives_no_handle(slack):
    result = send(slack, "webhook")

    (posted,) = slack.messages
    assert result == Result("sent")
    assert (posted["text"], posted["blocks"]) == (notification(message()), blocks(message()))
    assert (posted["unfurl_links"], posted["unfurl_media"], posted["parse"]) == (False, False, "none")


@pytest.mark.parametrize("way", WAYS)
def test_slack_learns_who_is_calling(slack, way):
    send(slack, way, contact="ops@example.org")

    (call,) = slack.calls
    assert call.headers["User-Agent"].startswith("Topspot/")
    assert "ops@example.org" in call.headers["User-Agent"]


@pytest.mark.parametrize("way", WAYS)
def test_a_proxy_of_the_environment_is_not_asked_for_loopback(slack, way, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")

    assert send(slack, way).outcome == "sent"


class Case(NamedTuple):
    """A fault and what must be true after it: the outcome, the messages there, and the requests made."""

    name: str
    fault: dict[str, Any]
    outcome: str
    there: int = 0
    retry_after: int | None = None
    requests: int = 1


HTML = {"body": b"<html>Sign in</html>", "media_type": "text/html"}
JSON_TYPE = "application/json"

FAULTS = [
    Case("429 with a time", {"status": 429, "headers": {"Retry-After": "7"}}, "retry", retry_after=7),
    Case("429 without a time", {"status": 429}, "retry"),
    Case("429 with a date", {"status": 429, "headers": {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}}, "retry"),
    Case("429 for ever", {"status": 429, "headers": {"Retry-After": "999999999"}}, "retry", retry_after=86400),
    Case(
        "429 with a word", {"status": 429, "error": "ratelimited", "headers": {"Retry-After": "3"}}, "retry", 0, 3
    ),
    Case("429 with a dead word", {"status": 429, "error": "invalid_auth"}, "retry"),
    Case("500", {"status": 500, **HTML}, "retry"),
    Case("502", {"status": 502, **HTML}, "retry"),
    Case("503 with a time", {"status": 503, "headers": {"Retry-After": "30"}}, "retry", retry_after=30),
    Case("504 in plain text", {"status": 504, "body": b"timeout", "media_type": "text/plain"}, "retry"),
    Case("408", {"status": 408}, "retry"),
    Case("HTML with 200", HTML, "retry"),
    Case("broken JSON with 200", {"body": b'{"ok": tr', "media_type": JSON_TYPE}, "retry"),
    Case("a JSON list with 200", {"body": b"[1, 2]", "media_type": JSON_TYPE}, "retry"),
    Case("plain text with 200", {"body": b"hello", "media_type": "text/plain"}, "retry"),
    Case("JSON without ok", {"body": b'{"hello": 1}', "media_type": JSON_TYPE}, "retry"),
    Case("no UTF-8", {"body": b'{"ok": "\xff\xfe"}', "media_type": JSON_TYPE}, "retry"),
    Case("deeply nested JSON", {"body": b"[" * 100_000, "media_type": JSON_TYPE}, "retry"),
    Case("nothing with 200", {"body": b""}, "retry"),
    Case("sent to no address", {"status": 302, "headers": {"Location": "ftp://login.example/"}}, "retry"),
    Case("sent to nowhere", {"status": 302}, "retry"),
    Case("400", {"status": 400, **HTML}, "dead"),
    Case("401", {"status": 401, **HTML}, "dead"),
    Case("403", {"status": 403, **HTML}, "dead"),
    Case("404", {"status": 404, **HTML}, "dead"),
    Case("410", {"status": 410, **HTML}, "dead"),
    Case("closed before accepting", {"ending": "close"}, "unknown"),
    Case("closed after accepting", {"ending": "close", "accept": True}, "unknown", there=1),
    Case("reset before accepting", {"ending": "reset"}, "unknown"),
    Case("reset after accepting", {"ending": "reset", "accept": True}, "unknown", there=1),
    Case("no answer", {"ending": "hang"}, "unknown"),
    Case("no answer, but accepted", {"ending": "hang", "accept": True}, "unknown", there=1),
    Case("answer broken off", {"ending": "break off", "accept": True, "body": b'{"ok": true'}, "unknown", there=1),
    Case("500 broken off", {"ending": "break off", "status": 500, "body": b"<html>"}, "retry"),
]
WORDS = [
    Case("internal_error", {"error": "internal_error"}, "retry"),
    Case("fatal_error", {"error": "fatal_error"}, "retry"),
    Case("ratelimited", {"error": "ratelimited", "headers": {"Retry-After": "2"}}, "retry", retry_after=2),
    Case("service_unavailable", {"error": "service_unavailable"}, "retry"),
    Case("team_added_to_org", {"error": "team_added_to_org"}, "retry"),
    Case("a new word for an outage", {"error": "backend_temporarily_unavailable"}, "retry"),
    *(
        Case(word, {"error": word}, "dead")
        for word in (
            "channel_not_found",
            "not_in_channel",
            "is_archived",
            "invalid_auth",
            "not_authed",
            "token_revoked",
            "token_expired",
            "account_inactive",
            "missing_scope",
            "restricted_action",
            "accesslimited",
            "a_word_that_nobody_knows",
        )
    ),
]
WEBHOOK_WORDS = [
    *(
        Case(f"{status} {word}", {"status": status, "error": word}, "dead")
        for status, word in (
            (403, "action_prohibited"),
            (403, "invalid_token"),
            (404, "no_service"),
            (404, "channel_not_found"),
            (410, "channel_is_archived"),
            (400, "user_not_found"),
        )
    ),
    Case("500 rollup_error", {"status": 500, "error": "rollup_error"}, "retry"),
]
TABLE = [
    *(pytest.param(way, case, id=f"{way}: {case.name}") for way in WAYS for case in FAULTS),
    *(pytest.param("api", case, id=f"api: {case.name}") for case in WORDS),
    *(pytest.param("webhook", case, id=f"webhook: {case.name}") for case in WEBHOOK_WORDS),
]


@pytest.mark.parametrize(("way", "case"), TABLE)
def test_every_fault_ends_as_its_kind_and_nothing_is_sent_twice(slack, way, case):
    slack.fail_next(**case.fault)

    result = send(slack, way, timeout=AT_ONCE if case.fault.get("ending") == "hang" else 5.0)

    assert result.outcome == case.outcome
    assert result.retry_after == (timedelta(seconds=case.retry_after) if case.retry_after else None)
    assert result.remote_ts is None
    assert len(slack.messages) == case.there
    assert len(slack.calls) == case.requests
    assert is_one_line_for_people(result.error)


def is_one_line_for_people(error: str | None) -> bool:
    return bool(error) and "\n" not in str(error) and "Traceback" not in str(error) and len(str(error)) < 300


@pytest.mark.parametrize("way", WAYS)
def test_a_refused_connection_is_tried_again_later(slack, way):
    nowhere = f"http://127.0.0.1:{closed_port()}"

    result = send(
        slack, way, slack_base_url=f"{nowhere}/api/", slack_webhook_url=SecretStr(nowhere + WEBHOOK_PATH)
    )

    assert result == Result("retry", error="Slack: no connection to the server")


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_does_not_even_take_the_connection_surely_has_no_message(slack, way):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        nowhere = f"http://127.0.0.1:{address[1]}"

        result = send(
            slack,
            way,
            timeout=AT_ONCE,
            slack_base_url=f"{nowhere}/api/",
            slack_webhook_url=SecretStr(nowhere + WEBHOOK_PATH),
        )

        for one in waiting:
            one.close()
    assert result == Result("retry", error="Slack: no answer within 0.2 s")


@pytest.mark.parametrize("way", WAYS)
def test_a_name_that_cannot_be_resolved_is_tried_again_later(slack, way):
    nowhere = "https://slack.invalid"

    result = send(
        slack, way, slack_base_url=f"{nowhere}/api/", slack_webhook_url=SecretStr(nowhere + WEBHOOK_PATH)
    )

    assert result.outcome == "retry"
    assert slack.calls == []


@pytest.mark.parametrize("way", WAYS)
def test_after_a_fault_the_next_attempt_arrives_once(slack, way):
    slack.fail_next(status=503)

    outcomes = [send(slack, way).outcome, send(slack, way).outcome]

    assert outcomes == ["retry", "sent"]
    assert len(slack.messages) == 1


REFUSALS = [
    ("api", {"error": "msg_too_long"}),
    ("api", {"error": "msg_blocks_too_long"}),
    ("api", {"error": "invalid_blocks"}),
    ("webhook", {"status": 400, "error": "invalid_payload"}),
    ("webhook", {"status": 400, "error": "invalid_blocks"}),
]


@pytest.mark.parametrize(("way", "fault"), REFUSALS)
def test_a_refused_form_is_sent_once_more_as_plain_text(slack, way, fault):
    slack.fail_next(**fault)

    result = send(slack, way)

    (posted,) = slack.messages
    assert result.outcome == "sent"
    assert "blocks" not in posted
    assert posted["text"] == plain(message())
    assert len(slack.calls) == 2


@pytest.mark.parametrize(("way", "fault"), REFUSALS)
def test_plain_text_that_is_refused_too_is_dead(slack, way, fault):
    slack.fail_next(times=2, **fault)

    result = send(slack, way)

    assert result.outcome == "dead"
    assert result.error == f"Slack says {fault['error']}; Slack does not take the form of this message"
    assert len(slack.calls) == 2
    assert slack.messages == []


def test_plain_text_whose_fate_is_unknown_is_not_sent_a_third_time(slack):
    slack.fail_next(error="invalid_blocks")
    slack.drop_next(after_accepting=True)

    result = send(slack, "api")

    assert result.outcome == "unknown"
    assert len(slack.calls) == 2
    assert [posted["metadata"]["event_payload"]["key"] for posted in slack.messages] == ["al_1:post:1"]


def test_plain_text_is_escaped_and_keeps_its_lines(slack):
    slack.fail_next(error="invalid_blocks")

    send(slack, "api", message(title="<!channel> *bold*"))

    first, *others = slack.messages[0]["text"].split("\n")
    assert first == "TIE AT #1 · &lt;!channel&gt; \u2217bold\u2217"
    assert others


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("not_in_channel", "invite the app to the channel: /invite @topspot"),
        ("channel_not_found", "check TOPSPOT_SLACK_CHANNEL"),
        ("invalid_auth", "set TOPSPOT_SLACK_TOKEN"),
        ("missing_scope", "chat:write"),
        ("is_archived", "unarchive the channel"),
    ],
)
def test_a_dead_end_says_what_to_do(slack, word, advice):
    slack.fail_next(error=word)

    result = send(slack, "api")

    assert f"Slack says {word}; " in str(result.error)
    assert advice in str(result.error)


def test_a_webhook_that_is_gone_asks_for_a_new_one(slack):
    url = slack.webhook_url.replace("webhook-secret", "other")

    result = send(slack, "webhook", slack_webhook_url=SecretStr(url))

    assert result.error == (
        "Slack says no_service; make a new webhook for the channel and set TOPSPOT_SLACK_WEBHOOK_URL"
    )


@pytest.mark.parametrize(
    ("way", "changes", "named"),
    [
        ("api", {"slack_token": None}, "TOPSPOT_SLACK_TOKEN"),
        ("api", {"slack_channel": None}, "TOPSPOT_SLACK_CHANNEL"),
        ("api", {"slack_token": SecretStr("xoxb-with\r\nX-Evil: 1")}, "TOPSPOT_SLACK_TOKEN"),
        ("api", {"slack_base_url": "no address"}, "TOPSPOT_SLACK_BASE_URL"),
        ("webhook", {"slack_webhook_url": None}, "TOPSPOT_SLACK_WEBHOOK_URL"),
        (
            "webhook",
            {"slack_webhook_url": SecretStr("hooks.slack.com/services/T/B/secret")},
            "TOPSPOT_SLACK_WEBHOOK_URL",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(slack, way, changes, named):
    result = send(slack, way, **changes)

    assert result.outcome == "dead"
    assert named in str(result.error)
    assert "secret" not in str(result.error)
    assert slack.calls == []


SECRETS = (TOKEN, "webhook-secret", "/services/")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "body": f"oops: {TOKEN} {WEBHOOK_PATH}".encode()},
        {"status": 403, "body": f"oops: {TOKEN} {WEBHOOK_PATH}".encode()},
        {"status": 400, "error": f"{TOKEN} {WEBHOOK_PATH}"},
        {"body": f"<html>{TOKEN} {WEBHOOK_PATH}".encode()},
        {"body": f'{{"{TOKEN} {WEBHOOK_PATH}'.encode(), "media_type": JSON_TYPE},
        {"status": 302, "headers": {"Location": f"ftp://{TOKEN}{WEBHOOK_PATH}"}},
        {"status": 302, "headers": {"Location": f"http://127.0.0.1:1/{TOKEN}{WEBHOOK_PATH}"}},
        {"ending": "close"},
        {"ending": "reset"},
        {"ending": "hang"},
        {"ending": "break off", "body": f"{TOKEN} {WEBHOOK_PATH}".encode()},
    ],
)
def test_no_secret_is_in_an_error_or_a_log(slack, way, fault, caplog):
    caplog.set_level(logging.DEBUG)
    slack.fail_next(**fault)

    result = send(slack, way, timeout=AT_ONCE)

    said = json.dumps([str(result), caplog.text])
    assert result.outcome != "sent"
    assert not [secret for secret in SECRETS if secret in said]


def look_up(slack: Slack, key: str = "al_1:post:1", *, since: datetime = LONG_AGO, **changes: Any) -> Any:
    return asyncio.run(find(settings(slack, **changes), key, since=since, timeout=AT_ONCE))


def test_a_message_that_arrived_without_an_answer_is_found_by_its_key(slack):
    slack.drop_next(after_accepting=True)
    send(slack, "api")

    lookup = look_up(slack)

    assert (lookup.state, lookup.ts, lookup.readable) == ("found", slack.messages[0]["ts"], True)
    assert lookup.channel == CHANNEL


def test_a_message_that_did_not_arrive_is_surely_absent(slack):
    slack.drop_next(after_accepting=False)
    send(slack, "api")
    asyncio.run(post(settings(slack), message(), key="al_2:post:1"))

    lookup = look_up(slack)

    assert (lookup.state, lookup.ts, lookup.readable) == ("absent", None, True)


def test_a_message_is_looked_for_from_shortly_before_its_delivery_on(slack):
    send(slack, "api")
    sent_at = datetime.fromtimestamp(float(slack.messages[0]["ts"]), UTC)

    assert look_up(slack, since=sent_at + timedelta(minutes=1)).state == "found"
    assert look_up(slack, since=sent_at + timedelta(minutes=10)).state == "absent"


def test_a_message_behind_the_first_page_is_found():
    with Slack(page=2) as slack:
        for number in range(1, 6):
            asyncio.run(post(settings(slack), message(), key=f"al_{number}:post:1"))

        lookup = look_up(slack)

        assert lookup.ts == slack.messages[0]["ts"]
        assert len(slack.called("conversations.history")) == 3


def test_a_history_that_is_too_long_is_not_called_read():
    with Slack(page=1) as slack:
        for number in range(2, 14):
            asyncio.run(post(settings(slack), message(), key=f"al_{number}:post:1"))

        assert look_up(slack).state == "forbidden"


def test_a_reply_is_looked_for_in_its_thread(slack):
    these, parent = settings(slack), "1700000000.000100"
    asyncio.run(post(these, message(), key="al_1:reply:2", thread_ts=parent))

    in_thread = asyncio.run(find(these, "al_1:reply:2", since=LONG_AGO, thread_ts=parent))
    in_channel = asyncio.run(find(these, "al_1:reply:2", since=LONG_AGO))

    assert (in_thread.state, in_channel.state) == ("found", "absent")


def test_a_token_that_may_not_read_history_says_which_scope_it_needs():
    with Slack(history=False) as slack:
        lookup = look_up(slack)

        assert (lookup.state, lookup.readable) == ("forbidden", False)
        assert "missing_scope" in str(lookup.error)
        assert "channels:history" in str(lookup.error)


@pytest.mark.parametrize("word", ["not_in_channel", "channel_not_found", "invalid_auth"])
def test_a_history_that_slack_refuses_is_not_called_absent(slack, word):
    slack.fail_next("conversations.history", error=word)

    assert look_up(slack).state == "forbidden"


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"error": "internal_error"}, {"ending": "close"}, {"ending": "hang"}, HTML]
)
def test_a_history_that_cannot_be_had_now_is_to_be_asked_again(slack, fault):
    slack.fail_next("conversations.history", times=2, **fault)  # aiohttp asks again where a GET was closed

    assert look_up(slack).state == "retry"


def test_the_wait_that_slack_asks_for_is_told(slack):
    slack.fail_next("conversations.history", status=429, headers={"Retry-After": "9"})

    assert look_up(slack).retry_after == timedelta(seconds=9)


@pytest.mark.parametrize("name", ["#ai-leaders", "ai-leaders"])
def test_a_channel_that_is_set_by_name_is_searched_too(slack, name):
    asyncio.run(post(settings(slack, slack_channel=name), message(), key="al_1:post:1"))

    lookup = look_up(slack, slack_channel=name)

    assert (lookup.state, lookup.channel) == ("found", CHANNEL)


def test_a_channel_whose_id_cannot_be_found_is_not_called_absent():
    with Slack(names=False) as slack:
        lookup = look_up(slack, slack_channel="#ai-leaders")

        assert lookup.state == "forbidden"
        assert "set TOPSPOT_SLACK_CHANNEL to the channel's id" in str(lookup.error)


def test_doctor_learns_whose_token_it_is_and_nothing_is_posted(slack):
    identity = asyncio.run(whoami(settings(slack)))

    assert identity == (True, "signed in to Slack as topspot of Example", None)
    assert slack.messages == []


def test_doctor_learns_what_to_do_about_a_wrong_token(slack):
    identity = asyncio.run(whoami(settings(slack, slack_token=SecretStr("xoxb-other"))))

    assert identity == (False, "Slack says invalid_auth", "make a new bot token and set TOPSPOT_SLACK_TOKEN")


def test_doctor_learns_that_slack_does_not_answer(slack):
    slack.fail_next("auth.test", ending="hang")

    identity = asyncio.run(whoami(settings(slack), timeout=AT_ONCE))

    assert (identity.ok, identity.message) == (False, "Slack: no answer within 0.2 s")
    assert identity.hint
