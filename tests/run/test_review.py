"""What an operator decides about a snapshot: accepting and dropping derive what follows, and correct what was told."""

from datetime import date
from pathlib import Path

import pytest

from builders import parquet
from standins.slack import Slack
from support.cli import Topspot
from support.databases import rows
from support.hub import Hub
from support.runs import Clock, files, run
from support.story import FABLE, GPT, KIMI, OPUS, SENTENCES, publication, table
from topspot import jobs, review
from topspot.backfill import Busy
from topspot.settings import Settings
from topspot.snapshots import Recorded
from topspot.store import read, write
from topspot.store.engine import create_engine, reading, writing

MIXED = parquet(
    table("2026-07-16", [(KIMI, 1678.5, 17.5), (FABLE, 1631, 13), (GPT, 1618, 13), *[(OPUS, 1500, 9)] * 3])
)
"""Three publications mixed, by the look of it: one model stands three times."""


def first_of(settings: Settings) -> str:
    """Give the model in first place of WebDev as it stands."""
    engine = create_engine(settings.url)
    with reading(engine) as session:
        snapshot = read.newest_accepted(session, "lmarena/webdev", "overall")
        assert snapshot is not None
        name = read.standings(session, snapshot.id or 0, date(2026, 9, 1))[0].name
    engine.dispose()
    return name


def accept(settings: Settings, number: int) -> Recorded:
    return review.accept(settings, files("webdev"), number, "the publisher says so", Clock())


def drop(settings: Settings, number: int) -> Recorded:
    return review.drop(settings, files("webdev"), number, "a bad upload", Clock())


@pytest.fixture
def held(wired: Settings, hub: Hub) -> int:
    """Bring a run to where a publication is held that shows a hand-over; give the number of its snapshot."""
    for body in (publication(0), MIXED):
        hub.publish("webdev", body)
        run(wired, files("webdev"))
    [snapshot] = rows(wired.url, "snapshot", accepted_at=None)
    return int(snapshot["id"])


def test_accepting_tells_the_news_that_the_hold_delayed(
    wired: Settings, hub: Hub, slack: Slack, held: int
) -> None:
    before = list(slack.messages)

    recorded = accept(wired, held)
    run(wired, files("webdev"))

    assert before == []
    assert len(recorded.messages) == 1
    assert [message["text"] for message in slack.messages] == [SENTENCES[1]]
    assert first_of(wired) == "kimi-k3"
    [snapshot] = rows(wired.url, "snapshot", id=held)
    assert (snapshot["why"], snapshot["dropped_at"]) == ("the publisher says so", None)
    assert len(rows(wired.url, "standing", snapshot_id=held)) == 6


def test_accepting_what_is_older_than_the_newest_sends_nothing_new(
    wired: Settings, hub: Hub, slack: Slack, held: int
) -> None:
    hub.publish("webdev", publication(3))
    run(wired, files("webdev"))
    told = len(slack.messages)

    accept(wired, held)
    run(wired, files("webdev"))

    of_the_date = rows(wired.url, "event", published_on=date(2026, 7, 16))
    assert {event["historical"] for event in of_the_date if event["type"] != "snapshot.held"} == {True}
    assert len(of_the_date) == 4
    assert len(slack.messages) == told
    assert "from China (CN) with" in slack.messages[-1]["text"] or "from kimi-k3" in slack.messages[-1]["text"]


def test_dropping_what_was_told_retracts_it(wired: Settings, hub: Hub, slack: Slack) -> None:
    for number in (0, 2):
        hub.publish("webdev", publication(number))
        run(wired, files("webdev"))
    newest = max(int(row["id"]) for row in rows(wired.url, "snapshot"))

    drop(wired, newest)
    run(wired, files("webdev"))

    assert first_of(wired) == "claude-fable-5"
    assert {event["withdrawn"] for event in rows(wired.url, "event")} == {True}
    assert {tuple(event["detail"]["reasons"]) for event in rows(wired.url, "event")} == {
        ("the publication of 2026-07-16 was reviewed: a bad upload",)
    }
    [alert] = rows(wired.url, "alert")
    assert alert["state"] == "retracted"
    assert "RETRACTED" in slack.messages[-1]["text"]


def test_what_was_dropped_can_be_accepted_again(wired: Settings, hub: Hub) -> None:
    for number in (0, 2):
        hub.publish("webdev", publication(number))
        run(wired, files("webdev"))
    newest = max(int(row["id"]) for row in rows(wired.url, "snapshot"))
    drop(wired, newest)

    accept(wired, newest)

    assert first_of(wired) == "kimi-k3"
    assert {event["withdrawn"] for event in rows(wired.url, "event")} == {False}


def test_dropping_what_is_held_changes_nothing_else(wired: Settings, slack: Slack, held: int) -> None:
    recorded = drop(wired, held)

    assert (recorded.events, recorded.messages) == (0, [])
    assert first_of(wired) == "claude-fable-5"
    assert slack.messages == []


@pytest.mark.parametrize("decide", [accept, drop])
def test_a_decision_that_is_taken_cannot_be_taken_again(wired: Settings, held: int, decide: object) -> None:
    decide(wired, held)  # type: ignore[operator]

    with pytest.raises(review.NotPossible, match=f"snapshot {held} is"):
        decide(wired, held)  # type: ignore[operator]


def test_beside_a_load_of_its_source_nothing_is_decided(wired: Settings, held: int) -> None:
    engine = create_engine(wired.url)
    with writing(engine) as session:
        write.claim_sources(session, ["lmarena"], named=True, now=Clock()(), me="elsewhere|1|1.0")
    engine.dispose()

    with pytest.raises(Busy, match="lmarena: another run is at it"):
        accept(wired, held)

    assert rows(wired.url, "snapshot", id=held)[0]["accepted_at"] is None


def test_without_the_bytes_nothing_is_accepted(wired: Settings, held: int) -> None:
    [snapshot] = rows(wired.url, "snapshot", id=held)
    file = next(wired.archive_dir.rglob(snapshot["payload"]))
    file.unlink()

    with pytest.raises(jobs.archive.ArchiveError, match="bring it back from a backup"):
        accept(wired, held)

    assert rows(wired.url, "snapshot", id=held) == [snapshot]


def test_the_command_lists_what_waits_and_decides_it(
    topspot: Topspot, tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOPSPOT_MIRROR", hub.site.address)
    for body in (publication(0), MIXED):
        hub.publish("webdev", body)
        topspot("run", "lmarena")
    [waiting] = topspot("snapshots", "list", "--json").objects
    number = str(waiting["id"])

    accepted = topspot("snapshots", "accept", number, "--why", "it is so", "--json")
    again = topspot("snapshots", "accept", number, "--why", "it is so")
    unknown = topspot("snapshots", "drop", "999", "--why", "it is so")

    assert (waiting["status"], waiting["category"]) == ("held", "overall")
    assert waiting["reasons"] == [
        "several publications mixed: 1 of 4 models stand more than once, one up to 3 times"
    ]
    assert accepted.object == {"id": waiting["id"], "status": "accepted", "events": 3, "messages": 1}
    assert (again.code, again.err) == (2, f"topspot: snapshot {number} is accepted\n")
    assert (unknown.code, unknown.err) == (
        2,
        "topspot: there is no snapshot 999: list them with `topspot snapshots list`\n",
    )
    assert topspot("snapshots", "list", "--json").objects == []
    listed = topspot("snapshots", "list", "--all", "--json").objects
    assert [row["status"] for row in listed] == ["accepted", "accepted"]
