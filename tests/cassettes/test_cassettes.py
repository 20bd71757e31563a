"""What production sends, played back: no request that is not on the tape, nothing secret on it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from cassettes.play import ASKS, MESSAGE, answers_to, slack_settings, visit, web_settings
from cassettes.tape import FOLDER, WEBHOOK, tape
from scrapers.boards.lmarena import parse
from topspot.tell import slack

TAPED = sorted(path.stem.removeprefix("source-") for path in FOLDER.glob("source-*.yaml"))

SECRETS = ("xoxb-", "Bearer", "127.0.0.1", "localhost")


def test_a_first_visit_asks_robots_of_each_host_once_and_each_file_once() -> None:
    with tape("lmarena-first-visit") as played:
        answers = answers_to(web_settings(), ASKS)

    assert [answer.outcome for answer in answers] == ["fetched", "fetched"], answers
    assert played.all_played
    hosts = [(request.host, request.path.rpartition("/")[2]) for request in played.requests]
    assert hosts.count(("huggingface.co", "robots.txt")) == 1
    assert hosts.count(("cas-bridge.xethub.hf.co", "robots.txt")) == 1
    assert len(hosts) == 2 + 2 * 2


def test_the_parser_reads_the_bytes_of_the_tape() -> None:
    with tape("lmarena-first-visit"):
        answers = answers_to(web_settings(), ASKS)

    readings = [reading for answer in answers if answer.payload for reading in parse(answer.payload)]
    first = next(row for row in readings if row.board == "lmarena/webdev" and row.category == "overall")
    assert (first.name, first.organization, round(first.rating or 0, 1)) == ("kimi-k3", "moonshot", 1678.5)


def test_an_unchanged_file_is_not_downloaded() -> None:
    with tape("lmarena-first-visit"):
        first = answers_to(web_settings(), ASKS)
    again = [ask._replace(known=answer.validators) for ask, answer in zip(ASKS, first, strict=True)]

    with tape("lmarena-unchanged") as played:
        answers = answers_to(web_settings(), again)

    assert [answer.outcome for answer in answers] == ["unchanged", "unchanged"], answers
    assert played.all_played
    assert {request.host for request in played.requests} == {"huggingface.co"}


def test_every_request_carries_the_one_honest_user_agent() -> None:
    with tape("lmarena-first-visit") as played:
        agents = {request.headers["User-Agent"] for request in played.requests}

    assert agents == {web_settings().user_agent}


def test_a_request_that_is_not_on_the_tape_fails() -> None:
    with tape("lmarena-unchanged"):  # asked without conditions, which that tape does not have
        answers = answers_to(web_settings(), ASKS)

    assert {answer.outcome for answer in answers} == {"failed"}


@pytest.mark.parametrize("source", TAPED)
def test_one_polite_visit_of_each_source_is_on_its_tape(source: str, tmp_path: Path) -> None:
    settings = web_settings(data_dir=tmp_path, artificial_analysis_key="none")

    with tape(f"source-{source}") as played:
        report = visit(settings, source)

    assert (report.problems, report.sources[source].failed) == ([], 0)
    assert report.sources[source].new > 0
    assert played.all_played
    robots = [request.host for request in played.requests if request.path == "/robots.txt"]
    assert sorted(robots) == sorted({request.host for request in played.requests})


def test_a_post_to_slack_is_on_the_tape() -> None:
    with tape("slack-post") as played:
        result = asyncio.run(slack.post(slack_settings(), MESSAGE, key="a:post:1"))

    assert (result.outcome, bool(result.remote_ts)) == ("sent", True), result
    assert played.all_played
    assert [request.uri for request in played.requests] == ["https://slack.com/api/chat.postMessage"]


def test_a_post_to_a_webhook_is_on_the_tape() -> None:
    with tape("slack-webhook") as played:
        result = asyncio.run(slack.post_webhook(slack_settings(slack_webhook_url=WEBHOOK), MESSAGE))

    assert result.outcome == "sent", result
    assert played.all_played
    assert json.loads(played.requests[0].body)["text"].startswith("LMArena WebDev: China (CN)")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_nothing_secret_is_on_a_tape(path: Any) -> None:
    text = path.read_text(encoding="utf-8")

    assert [secret for secret in SECRETS if secret in text] == []
    assert "X-Amz-Signature" not in text.replace("X-Amz-Signature=REDACTED", "")
