"""``topspot run`` and its neighbors as cron and people call them: exit codes, streams, one line an error."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scrapers.boards import find_sources
from scrapers.boards._lmarena import SUBSETS
from scrapers.news.sources import find_news_sources
from standins.slack import Slack
from support.cli import Topspot
from support.databases import counts, opened, others_visited, rows
from support.hub import Hub
from support.story import SENTENCES, publication
from topspot.access import is_visited
from topspot.settings import Settings
from topspot.store import migrate, write
from topspot.store.engine import writing
from topspot.store.tables import SourceState

NOW = datetime.now(UTC)

REPORT = {"visited", "unchanged", "new", "held", "failed", "events", "alerts"}


@pytest.fixture
def collected(topspot: Topspot, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Topspot:
    """Give the command line after a first run over all boards of LMArena, with news on one of them."""
    monkeypatch.setenv("TOPSPOT_MIRROR", hub.site.address)
    for subset in SUBSETS:
        hub.publish(subset, publication(0))
    assert topspot("run", "lmarena").code == 0
    hub.publish("webdev", publication(2))
    return topspot


def visited() -> set[str]:
    """Name the sources that a run visits where no key is set."""
    return {key for key, file in find_sources().items() if is_visited(file.source, Settings())}


def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'topspot.db'}"


def test_a_first_run_does_all_the_set_up_and_says_who_leads(
    topspot: Topspot, hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOPSPOT_MIRROR", hub.site.address)
    for subset in SUBSETS:
        hub.publish(subset, publication(0))

    ended = topspot("run", "lmarena")

    assert ended.code == 0
    assert "lmarena: 14 addresses visited, 0 unchanged, 0 failed; 14 new snapshots" in " ".join(ended.out.split())
    assert "lmarena/webdev 2026-06-21: claude-fable-5" in ended.out
    [line] = ended.err.splitlines()
    assert json.loads(line) | {"event": "source visited", "source": "lmarena", "status": "ok"} == json.loads(line)
    assert counts(url(tmp_path))["snapshot"] == 14


def test_news_are_shown_in_the_terminal_where_nothing_else_is_configured(collected: Topspot) -> None:
    ended = collected("run", "lmarena")

    assert ended.code == 0
    assert SENTENCES[1] in " ".join(ended.out.split())
    assert "deliveries: 1 sent, 0 queued, 0 dead" in ended.out


def test_with_json_standard_output_is_one_object_and_the_message_goes_to_standard_error(
    collected: Topspot,
) -> None:
    ended = collected("run", "lmarena", "--json")

    assert ended.code == 0
    assert set(ended.object) == {"sources", "deliveries"}
    assert set(ended.object["sources"]["lmarena"]) == REPORT
    assert ended.object["sources"]["lmarena"] == {
        "visited": 14, "unchanged": 13, "new": 1, "held": 0, "failed": 0, "events": 3, "alerts": 1,
    }  # fmt: skip
    assert ended.object["deliveries"] == {"sent": 1, "queued": 0, "dead": 0}
    assert SENTENCES[1] in " ".join(ended.err.split())


def test_nothing_due_is_exit_code_0(collected: Topspot, hub: Hub, tmp_path: Path) -> None:
    others_visited(url(tmp_path), "lmarena")
    asked = len(hub.site.requests)

    ended = collected("run")

    assert (ended.code, ended.out, ended.err) == (0, "", "nothing is due\n")
    assert len(hub.site.requests) == asked


def test_news_go_to_slack_where_that_is_configured(
    collected: Topspot, slack: Slack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    others_visited(url(tmp_path), "lmarena")
    for name in ("slack_token", "slack_channel", "slack_base_url"):
        monkeypatch.setenv(f"TOPSPOT_{name.upper()}", slack.settings[name])

    ended = collected("run", "lmarena")

    assert ended.code == 0
    assert [message["text"] for message in slack.messages] == [SENTENCES[1]]
    assert "takes first place" not in ended.out


def test_a_dry_run_prints_what_it_would_send(collected: Topspot, tmp_path: Path) -> None:
    before = counts(url(tmp_path))

    ended = collected("run", "lmarena", "--dry-run")

    assert ended.code == 0
    assert "would be sent to console:" in ended.out
    assert SENTENCES[1] in " ".join(ended.out.split())
    assert counts(url(tmp_path)) == before


def test_something_held_is_exit_code_1_and_a_line_for_operators_only(
    collected: Topspot, hub: Hub, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOPSPOT_SLACK_WEBHOOK_URL", slack.webhook_url)
    hub.publish("webdev", b"<html><title>Just a moment...</title>")

    ended = collected("run", "lmarena")

    assert ended.code == 1
    assert "held: lmarena/webdev: the page changed: " in ended.err
    assert ended.err.splitlines()[-1].startswith("held: ")
    assert slack.calls == []


def test_a_dead_delivery_is_exit_code_1(collected: Topspot, slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPSPOT_SLACK_WEBHOOK_URL", slack.webhook_url)
    slack.fail_next("webhook", status=404, error="no_service")

    ended = collected("run", "lmarena", "--json")

    assert (ended.code, ended.object["deliveries"]) == (1, {"sent": 0, "queued": 0, "dead": 1})
    assert "not sent and not tried again" in ended.err


def test_upgrade_makes_the_tables_once(topspot: Topspot, tmp_path: Path) -> None:
    first, second = topspot("db", "upgrade"), topspot("db", "upgrade")

    assert (first.code, first.out, second.code) == (0, "", 0)
    assert first.err == second.err == f"the database is at revision {migrate.HEAD}\n"
    assert rows(url(tmp_path), "snapshot") == []


def test_doctor_finds_everything_well_after_a_run(
    collected: Topspot, slack: Slack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    others_visited(url(tmp_path), "lmarena")
    for name in ("slack_token", "slack_channel", "slack_base_url"):
        monkeypatch.setenv(f"TOPSPOT_{name.upper()}", slack.settings[name])

    ended = collected("doctor", "--json")

    assert all(set(check) == {"name", "ok", "message", "hint"} for check in ended.object["checks"])
    assert [check for check in ended.object["checks"] if not check["ok"]] == []
    assert ended.code == 0
    assert slack.messages == []


def test_doctor_says_what_is_wrong_and_what_to_do(topspot: Topspot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOPSPOT_CONTACT")
    monkeypatch.setenv("TOPSPOT_MIRROR", "http://127.0.0.1:1")

    ended = topspot("doctor", "--json")

    wrong = {check["name"]: check["hint"] for check in ended.object["checks"] if not check["ok"]}
    assert ended.code == 1
    assert set(wrong) == {"contact", "database"} | {f"network {key}" for key in visited()}
    assert all(wrong.values())


@pytest.mark.parametrize(
    ("failing", "ok", "said"),
    [
        ((), True, "0 of 40 feeds are failing"),
        (("openai", "xai"), True, "2 of 40 feeds are failing: openai, xai"),
        (find_news_sources(), False, "40 of 40 feeds are failing: "),
    ],
)
def test_doctor_names_the_feeds_that_fail_and_is_worried_where_most_do(
    collected: Topspot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failing: Any, ok: bool, said: str
) -> None:
    feeds_stand(monkeypatch, tmp_path, {key: 3 * (key in failing) for key in find_news_sources()})

    checks = {check["name"]: check for check in collected("doctor", "--json").object["checks"]}

    assert checks["news"]["ok"] is ok
    assert checks["news"]["message"].startswith(said)
    assert (checks["news"]["hint"] is None) is ok


def feeds_stand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failures: dict[str, int], last: datetime = NOW
) -> None:
    """Let feeds have failed so many times in a row, and have answered last at an instant."""
    monkeypatch.setenv("TOPSPOT_NEWS", "true")
    states = [
        {"source": f"news/{key}", "next_due_at": NOW, "failures": count, "last_success_at": last}
        for key, count in failures.items()
    ]
    with opened(url(tmp_path)) as engine, writing(engine) as session:
        write.insert_missing(session, SourceState, states)


@pytest.mark.parametrize(
    ("failures", "said"),
    [({}, "never visited with success"), ({"openai": 0}, f"last success {NOW - timedelta(days=3):%Y-%m-%d}")],
)
def test_doctor_is_worried_where_no_feed_answered_of_late(
    collected: Topspot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failures: dict[str, int], said: str
) -> None:
    feeds_stand(monkeypatch, tmp_path, failures, NOW - timedelta(days=3))

    [check] = [each for each in collected("doctor", "--json").object["checks"] if each["name"] == "news"]

    assert not check["ok"]
    assert check["message"].startswith(said)
    assert check["hint"]


def test_doctor_names_a_feed_that_was_held(
    collected: Topspot, hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOPSPOT_NEWS", "true")
    hub.site.answer(find_news_sources()["openai"].address, body=b"<html>no feed</html>")
    collected("run", "news/openai")
    feeds_stand(monkeypatch, tmp_path, {"deepmind": 0})

    [check] = [each for each in collected("doctor", "--json").object["checks"] if each["name"] == "news"]

    assert check["message"] == "1 of 40 feeds are failing: openai"


def test_doctor_looks_at_no_feed_where_news_are_off(collected: Topspot) -> None:
    assert "news" not in {check["name"] for check in collected("doctor", "--json").object["checks"]}


def test_doctor_sends_one_test_message(topspot: Topspot, slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPSPOT_SLACK_WEBHOOK_URL", slack.webhook_url)

    ended, wrong = topspot("doctor", "--send", "slack-webhook"), topspot("doctor", "--send", "nowhere")

    assert (ended.code, wrong.code) == (0, 1)
    assert [message["text"] for message in slack.messages] == [
        "This is a test message of Topspot: alerts will look like this one."
    ]


def test_the_installed_program_answers_without_a_traceback(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("topspot")

    ended = subprocess.run(
        [program, "--data-dir", tmp_path / "none", "board", "x/y", "--json"],
        capture_output=True, text=True, timeout=60, env={"HOME": str(tmp_path)}, cwd=tmp_path, check=False,
    )  # fmt: skip

    assert ended.returncode == 1
    assert json.loads(ended.stdout)["error"]["code"] == "database"
    assert "Traceback" not in ended.stderr


def test_a_newer_database_is_refused_in_one_line(collected: Topspot, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "topspot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    ended = collected("run")

    assert (ended.code, ended.out) == (1, "")
    [line] = ended.err.splitlines()
    assert line.endswith("are newer than this program: upgrade topspot")
