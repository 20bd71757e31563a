"""Five real days of LMArena, served in turn: what is told, what is held, and nothing more."""

from pathlib import Path

import pytest

from scrapers.boards._lmarena import SUBSETS
from standins.slack import Slack
from support.databases import counts, more, rows
from support.dataset import DAYS, file_for, parquet_file, published
from support.hub import Hub
from support.runs import files, run
from topspot.settings import Settings

pytestmark = pytest.mark.captures

WEBDEV = [
    "LMArena WebDev: OpenAI (US) joins Anthropic (US) in first place with gpt-5.6-sol-xhigh (codex-harness), "
    "now shared by 2 (published 2026-07-12)",
    "LMArena WebDev: China (CN) takes first place alone from United States (US) with kimi-k3 (Moonshot AI) "
    "(published 2026-07-16)",
    "LMArena WebDev: United States (US) takes first place alone from China (CN) with claude-opus-5-max "
    "(Anthropic) (published 2026-07-27)",
    "LMArena WebDev: China (CN) joins United States (US) in first place with kimi-k3-max (Moonshot AI), "
    "now shared by 2 (published 2026-08-19)",
]

FINDING = (
    "In first place now: kimi-k3 1678.5 [1661.0, 1696.0]. "
    "Before: gpt-5.6-sol-xhigh (codex-harness) 1631.0 [1613.5, 1648.5], claude-fable-5 1630.0 [1615.6, 1644.3], "
    "sharing it."
)

HELD = "held: lmarena/text japanese 2026-07-16: several publications mixed: 36 of "


def test_five_days_of_webdev_are_four_messages_and_a_sixth_visit_is_nothing(
    wired: Settings, hub: Hub, slack: Slack, captures: Path
) -> None:
    sent = []
    for day in DAYS:
        hub.publish("webdev", parquet_file(file_for(captures, "webdev", day)))
        report = run(wired, files("webdev"))
        assert report.problems == []
        sent.append(report.sent)
    before, downloads = counts(wired.url), hub.downloads

    sixth = run(wired, files("webdev"))

    assert sent == [0, 1, 1, 1, 1]
    assert [message["text"] for message in slack.messages] == WEBDEV
    assert FINDING in slack.messages[1]["blocks"][1]["text"]["text"]
    assert (sixth.failed, sixth.sent, sixth.sources["lmarena"].unchanged) == (False, 0, 1)
    assert more(before, counts(wired.url)) == {"visit": 1}
    assert hub.downloads == downloads
    assert len(slack.messages) == 4


def test_five_days_of_all_subsets_are_nine_messages_and_fail_only_where_japanese_is_held(
    wired: Settings, hub: Hub, slack: Slack, captures: Path
) -> None:
    problems = {}
    for day in DAYS:
        for subset, body in published(captures, day).items():
            hub.publish(subset, body)
        problems[day] = run(wired, files(*SUBSETS)).problems

    told = [alert["board"] for alert in rows(wired.url, "alert")]
    assert sorted(told) == ["lmarena/text"] * 2 + ["lmarena/text-style-control"] * 3 + ["lmarena/webdev"] * 4
    assert len(slack.messages) == 9
    assert [message["text"] for message in slack.messages if "WebDev" in message["text"]] == WEBDEV
    [line] = problems.pop("2026-07-17")
    assert line.startswith(HELD)
    assert set(map(tuple, problems.values())) == {()}
    assert [row["category"] for row in rows(wired.url, "snapshot", accepted_at=None)] == ["japanese"]
    assert hub.downloads == len(rows(wired.url, "payload"))
