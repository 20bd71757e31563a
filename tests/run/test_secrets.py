"""No secret is in what is printed, logged, reported or kept, whatever goes wrong."""

import logging
from pathlib import Path

import pytest

from standins.slack import TOKEN, WEBHOOK_PATH, Slack
from support.databases import dump
from support.hub import Hub
from support.outbox import Outbox
from support.runs import files, run
from support.story import publication
from topspot.settings import Settings

SECRETS = (TOKEN, TOKEN.removeprefix("xoxb-"), WEBHOOK_PATH, WEBHOOK_PATH.rpartition("/")[2])


def everything_kept(settings: Settings) -> str:
    """Give all that a run leaves: every row of every table, and every file of the data folder."""
    bodies = [path.read_bytes() for path in Path(settings.data_dir).rglob("*") if path.is_file()]
    return repr(dump(settings.url)) + repr(bodies)


@pytest.fixture
def outbox(wired_sqlite: Settings, slack: Slack, caplog: pytest.LogCaptureFixture) -> Outbox:
    """Give an outbox both ways, with everything logged."""
    caplog.set_level(logging.DEBUG)
    return Outbox(wired_sqlite, slack, ways=("api", "webhook"))


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"error": "invalid_auth"},
        {"status": 404, "error": "no_service"},
        {"status": 500, "body": f"{TOKEN} {WEBHOOK_PATH}".encode()},
        {"body": f"<html>{TOKEN}{WEBHOOK_PATH}".encode()},
        {"ending": "close"},
    ],
    ids=["all well", "token refused", "webhook gone", "echoed with 500", "echoed with 200", "closed"],
)
def test_sending_keeps_and_says_no_secret(
    outbox: Outbox,
    slack: Slack,
    fault: dict[str, object],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    outbox.queue(1)
    if fault:
        slack.fail_next("chat.postMessage", times=3, **fault)
        slack.fail_next("webhook", times=3, **fault)

    report = outbox.send()

    said = f"{report} {capfd.readouterr()} {caplog.text} {everything_kept(outbox.settings)}"
    assert [secret for secret in SECRETS if secret in said] == []


def test_an_address_of_slack_that_is_not_there_says_no_secret(
    outbox: Outbox, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    outbox.queue(1)
    gone = f"http://127.0.0.1:1{WEBHOOK_PATH}"

    report = outbox.send(slack_base_url="http://127.0.0.1:1/api/", slack_webhook_url=gone)

    said = f"{report} {capfd.readouterr()} {caplog.text} {everything_kept(outbox.settings)}"
    assert report.queued == 2
    assert [secret for secret in SECRETS if secret in said] == []


def test_a_signed_address_is_not_kept(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))

    run(wired, files("webdev"))

    assert hub.downloads == 1
    assert "X-Amz-Signature" not in everything_kept(wired)


def test_a_target_names_the_setting_of_its_secret(outbox: Outbox) -> None:
    outbox.queue(1)

    targets = {row["key"]: row["setting"] for row in dump(outbox.url)["target"]}

    assert targets == {"slack:C0123456789": "TOPSPOT_SLACK_TOKEN", "slack-webhook": "TOPSPOT_SLACK_WEBHOOK_URL"}
