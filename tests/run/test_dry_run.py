"""A dry run says what would be sent, and leaves no row and no file."""

from pathlib import Path

from standins.slack import Slack
from support.databases import dump
from support.hub import Hub
from support.runs import files, run
from support.story import SENTENCES, publication
from topspot.settings import Settings


def files_in(folder: Path) -> set[Path]:
    """Give the files of a folder, but for those that belong to an open SQLite database."""
    return {path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))}


def test_it_gives_the_messages_and_writes_nothing(wired: Settings, hub: Hub, slack: Slack) -> None:
    hub.publish("webdev", publication(0))
    run(wired, files("webdev"))
    hub.publish("webdev", publication(2))
    before, kept = dump(wired.url), files_in(wired.data_dir)

    report = run(wired, files("webdev"), dry_run=True)

    assert [(target, message.sentence) for target, message in report.messages] == [
        ("slack:C0123456789", SENTENCES[1])
    ]
    assert (report.failed, report.sources["lmarena"].new, report.sent, report.queued) == (False, 1, 0, 0)
    assert dump(wired.url) == before
    assert files_in(wired.data_dir) == kept
    assert slack.calls == []


def test_what_it_would_have_told_the_next_run_tells(wired: Settings, hub: Hub, slack: Slack) -> None:
    hub.publish("webdev", publication(0))
    run(wired, files("webdev"))
    hub.publish("webdev", publication(2))
    run(wired, files("webdev"), dry_run=True)

    report = run(wired, files("webdev"))

    assert (report.sent, [message["text"] for message in slack.messages]) == (1, [SENTENCES[1]])


def test_it_says_what_would_be_held(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", b"PAR1 but not really PAR1")
    before = dump(wired.url)

    report = run(wired, files("webdev"), dry_run=True)

    assert report.failed
    assert report.problems[0].startswith("held: lmarena/webdev: the page changed: ")
    assert dump(wired.url) == before


def test_it_works_where_there_is_no_database_and_makes_none(tmp_path: Path, hub: Hub) -> None:
    hub.publish("webdev", publication(0))
    nowhere = Settings(data_dir=tmp_path / "data", download_delay=0, mirror=hub.site.address)

    report = run(nowhere, files("webdev"), dry_run=True)

    assert report.baselines == ["lmarena/webdev 2026-06-21: claude-fable-5"]
    assert not (tmp_path / "data").exists()
