"""The whole line: publications served in turn become messages in Slack, each once."""

from pathlib import Path

from standins.slack import CHANNEL, Slack
from support.databases import counts, more
from support.hub import Hub
from support.runs import files, run
from support.story import SENTENCES, STORY, publication
from topspot.settings import Settings


def test_a_first_visit_is_a_baseline_that_says_who_leads_and_sends_nothing(
    wired: Settings, hub: Hub, slack: Slack
) -> None:
    hub.publish("webdev", publication(0))

    report = run(wired, files("webdev"))

    assert report.baselines == ["lmarena/webdev 2026-06-21: claude-fable-5"]
    assert (report.failed, report.problems, report.messages) == (False, [], [])
    assert counts(wired.url)["event"] == 0
    assert slack.calls == []


def test_each_publication_is_told_once_and_in_order(wired: Settings, hub: Hub, slack: Slack) -> None:
    told = []
    for number in range(len(STORY)):
        hub.publish("webdev", publication(number))
        report = run(wired, files("webdev"))
        told.append((report.failed, report.sent, report.queued, report.dead, len(slack.messages)))

    assert told == [(False, int(number > 0), 0, 0, number) for number in range(5)]
    assert [message["text"] for message in slack.messages] == SENTENCES
    assert {message["channel"] for message in slack.messages} == {CHANNEL}
    assert len({message["metadata"]["event_payload"]["key"] for message in slack.messages}) == 4
    assert hub.downloads == 5


def test_when_nothing_is_new_nothing_is_downloaded_recorded_or_sent(
    wired: Settings, hub: Hub, slack: Slack
) -> None:
    for number in range(2):
        hub.publish("webdev", publication(number))
        run(wired, files("webdev"))
    before, downloads, calls = counts(wired.url), hub.downloads, len(slack.calls)
    kept = sorted(path for path in wired.archive_dir.rglob("*") if path.is_file())

    report = run(wired, files("webdev"))

    assert report.to_json() == {
        "sources": {
            "lmarena": {
                "visited": 1, "unchanged": 1, "new": 0, "held": 0, "failed": 0, "events": 0, "alerts": 0,
            }
        },
        "deliveries": {"sent": 0, "queued": 0, "dead": 0},
    }  # fmt: skip
    assert more(before, counts(wired.url)) == {"visit": 1}
    assert (hub.downloads, len(slack.calls)) == (downloads, calls)
    assert sorted(path for path in wired.archive_dir.rglob("*") if path.is_file()) == kept


def test_what_is_not_due_is_not_visited_and_what_is_named_is(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    run(wired, files("webdev"))
    asked = len(hub.site.requests)

    idle = run(wired, files("webdev"), names=[])
    named = run(wired, files("webdev"), names=["lmarena"])

    assert idle.to_json() == {"sources": {}, "deliveries": {"sent": 0, "queued": 0, "dead": 0}}
    assert named.sources["lmarena"].visited == 1
    assert len(hub.site.requests) == asked + 2  # robots.txt and the page: of the named visit alone


def test_the_bytes_of_every_publication_are_in_the_archive(wired: Settings, hub: Hub) -> None:
    bodies = [publication(number) for number in range(3)]
    for body in bodies:
        hub.publish("webdev", body)
        run(wired, files("webdev"))

    kept = [path.read_bytes() for path in wired.archive_dir.rglob("*") if path.is_file()]

    assert sorted(kept) == sorted(bodies)
    assert all(Path(path).name.isalnum() for path in wired.archive_dir.rglob("*"))
