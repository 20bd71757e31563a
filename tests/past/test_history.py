"""Positions over time, and the alerts that history would have caused."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from standins.site import Site
from standins.slack import Slack
from support.cli import Topspot
from support.databases import dump
from support.hub import Hub
from support.past import Past, catalog, csv, dumped
from support.runs import files as declared
from support.runs import run
from support.story import FABLE, GPT, KIMI, SENTENCES, STORY, Line, publication
from topspot.answers import NotFound
from topspot.settings import Settings

POSITION = {
    "board", "published_on", "series", "model", "model_raw", "position", "of", "rank", "rating", "lower", "upper",
}  # fmt: skip
WOULD = {"board", "series", "published_on", "status", "sentence", "lines", "more", "events"}


def test_a_model_has_a_position_on_each_date_that_shows_it(past: Past, files: Path, topspot: Topspot) -> None:
    past.load("lmarena", *(dumped(files, day) for day in STORY))

    shown = topspot("history", "KIMI-K3", "--board", "lmarena/webdev", "--json").object
    drawn = topspot("history", "kimi-k3")

    assert (shown["name"], shown["kind"], shown["category"]) == ("KIMI-K3", "model", "overall")
    assert all(set(row) == POSITION for row in shown["positions"])
    assert [(row["published_on"], row["position"], row["of"], row["rating"]) for row in shown["positions"]] == [
        ("2026-07-16", 1, 3, 1678.5),
        ("2026-07-27", 2, 3, 1680.0),
        ("2026-08-19", 2, 3, 1674.0),
    ]
    assert "1678.5" in drawn.out


def test_a_developer_stands_where_its_best_model_stands_by_whatever_name_it_is_called(
    past: Past, files: Path
) -> None:
    past.load("lmarena", *(dumped(files, day) for day in STORY))

    found = past.history("月之暗面")

    assert (found["name"], found["kind"]) == ("moonshot-ai", "developer")
    assert past.history("moonshotai") == found
    assert [
        (row["published_on"], row["model"], row["position"]) for row in past.history("Anthropic")["positions"]
    ] == [
        ("2026-06-21", "claude-fable-5", 1),
        ("2026-07-12", "claude-fable-5", 2),
        ("2026-07-16", "claude-fable-5", 2),
        ("2026-07-27", "claude-opus-5", 1),
        ("2026-08-19", "claude-opus-5", 1),
    ]


RENAMED: dict[str, list[Line]] = {
    "2026-07-12": [(("claude-opus-5-thinking", "anthropic"), 1700, 10), (KIMI, 1650, 10)],
    "2026-07-16": [(("claude-opus-5-high", "anthropic"), 1702, 9), (KIMI, 1660, 10)],
    "2026-07-27": [
        (("claude-opus-5-max", "anthropic"), 1720, 9), (KIMI, 1710, 10), (("claude-opus-5-high", "anthropic"), 1702, 9),
    ],
}  # fmt: skip
"""A model that is called otherwise on the second date and has a second variant on the third."""


@pytest.mark.parametrize(
    "name", ["claude-opus-5-thinking", "claude-opus-5-high", "Claude Opus 5 (max)", "claude-opus-5"]
)
def test_history_follows_the_model_through_its_names(past: Past, files: Path, name: str) -> None:
    past.load("lmarena", *(dumped(files, day, lines) for day, lines in RENAMED.items()))

    rows = past.history(name)["positions"]

    assert {row["model"] for row in rows} == {"claude-opus-5"}
    assert [(row["published_on"], row["model_raw"], row["position"]) for row in rows] == [
        ("2026-07-12", "claude-opus-5-thinking", 1),
        ("2026-07-16", "claude-opus-5-high", 1),
        ("2026-07-27", "claude-opus-5-max", 1),
    ]


def test_a_model_under_two_spellings_on_two_boards_has_one_history(past: Past, files: Path) -> None:
    past.load("lmarena", dumped(files, "2026-07-16", [(("Claude Opus 5", ""), 1700, 10), (KIMI, 1650, 10)]))
    past.load("lmarena-catalog", catalog(files, "2026-07-20", {"claude-opus-5": (1500.5, 5.0)}))

    rows = past.history("claude opus 5")["positions"]

    assert [(row["board"], row["model_raw"], row["model"]) for row in rows] == [
        ("lmarena/text", "claude-opus-5", "claude-opus-5"),
        ("lmarena/webdev", "Claude Opus 5", "claude-opus-5"),
    ]


def test_names_that_nobody_knows_are_only_themselves(past: Past, files: Path) -> None:
    nobody: list[Line] = [(("zzz-9-thinking", "nowhere"), 1700, 10), (("zzz-9-high", "nowhere"), 1690, 10)]
    past.load("lmarena", dumped(files, "2026-07-16", nobody))

    rows = past.history("ZZZ 9 high")["positions"]

    assert [(row["model"], row["model_raw"], row["position"]) for row in rows] == [("zzz-9-high", "zzz-9-high", 2)]


def test_of_each_date_the_most_trusted_series_counts(past: Past, files: Path) -> None:
    figures = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0)}
    past.load("lmarena-csv", *(csv(files, f"2025-05-{day}", figures) for day in (26, 27)))
    past.load("lmarena-catalog", catalog(files, "2025-05-27", figures))

    rows = past.history("o3", board="lmarena/text")["positions"]

    assert [(row["published_on"], row["series"], row["rating"]) for row in rows] == [
        ("2025-05-26", "lmarena-csv", 1400.0),
        ("2025-05-27", "lmarena-catalog", 1400.5),
    ]


def test_a_name_that_no_board_has_is_a_wrong_call(past: Past, files: Path, topspot: Topspot) -> None:
    past.load("lmarena", dumped(files, "2026-07-16"))

    ended = topspot("history", "kimi-k33", "--json")

    assert ended.code == 2
    assert ended.object["error"]["message"] == "no board has 'kimi-k33'"
    assert len(ended.err.splitlines()) == 1


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as standin:
        yield standin


@pytest.fixture
def told(past: Past, sqlite_past: Past, files: Path, slack: Slack) -> list[str]:
    """Tell the whole story live, and import the same publications elsewhere; give what was told."""
    token = {name: value for name, value in slack.settings.items() if name != "slack_webhook_url"}
    with Site() as site:
        hub = Hub(site)
        live = Settings(**sqlite_past.settings.model_dump() | token | {"mirror": site.address})
        for number in range(len(STORY)):
            hub.publish("webdev", publication(number))
            run(live, declared("webdev"))
    for day in STORY:
        dumped(files, day)
    past.load("lmarena", files)
    return [message["text"] for message in slack.messages]


def test_replay_gives_the_alerts_that_visits_would_have_sent_and_sends_none(
    past: Past, slack: Slack, told: list[str], topspot: Topspot
) -> None:
    before, calls = dump(past.url), len(slack.calls)

    ended = topspot("replay", "--json")
    drawn = topspot("replay")

    assert [each["sentence"] for each in ended.objects] == told == SENTENCES
    assert all(set(each) == WOULD for each in ended.objects)
    assert [each["published_on"] for each in ended.objects] == list(STORY)[1:]
    assert {name for each in ended.objects for name in each["events"]} <= {each["id"] for each in past.events()}
    assert (ended.code, ended.err, drawn.code) == (0, "", 0)
    assert (dump(past.url), len(slack.calls)) == (before, calls)


def test_replay_says_what_holds_now_and_only_of_what_was_asked_for(past: Past, files: Path) -> None:
    past.load("lmarena", *(dumped(files, day) for day in STORY))
    past.load(
        "lmarena", dumped(files / "again", "2026-07-16", [(FABLE, 1650, 10), (GPT, 1600, 10), (KIMI, 1500, 9)])
    )
    everything = past.replay()

    assert [each["published_on"] for each in everything] == [
        "2026-07-12",
        "2026-07-16",
        "2026-07-27",
        "2026-08-19",
    ]
    assert "takes first place alone" not in everything[1]["sentence"]
    assert "kimi" not in everything[1]["sentence"]
    first = everything[0]["published_on"]
    assert [each["published_on"] for each in past.replay(until=STORY_DAYS[1])] == [first]
    assert len(past.replay(since=STORY_DAYS[3])) == 2
    with pytest.raises(NotFound, match="there is no board 'lmarena/text'"):
        past.replay(board="lmarena/text")


STORY_DAYS = [date.fromisoformat(day) for day in STORY]
