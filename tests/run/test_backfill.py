"""The whole history of a source: loaded in silence, once, and asked for by a visit that missed something."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest

from builders import parquet
from standins.site import hang_up, head, raw
from standins.slack import Slack
from support.databases import counts, more, rows
from support.hub import Hub
from support.runs import Clock, files, run
from support.story import SENTENCES, STORY, history, publication, table
from topspot import backfill as loading
from topspot import imports, rebuild, review
from topspot.settings import Settings
from topspot.store import read, write
from topspot.store.engine import create_engine, reading, writing

WEBDEV = files("webdev", history=True)
BOTH = files("webdev", "vision", history=True)
DATES = [date.fromisoformat(day) for day in STORY]


class Watched(loading.Unseen):
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, object]] = []

    def begins(self, what: str, total: int) -> None:
        self.seen.append((what.split("/")[-2], total))

    def step(self, done: str) -> None:
        self.seen.append(("step", done))


def backfill(
    settings: Settings, *, since: date | None = None, declared: object = WEBDEV, progress: object = None
) -> loading.Loaded:
    file = declared["lmarena"]  # type: ignore[index]
    shown = progress or loading.Unseen()
    return asyncio.run(loading.backfill(settings, file, since=since, clock=Clock(), progress=shown))  # type: ignore[arg-type]


def told_dates(settings: Settings, **where: object) -> list[date]:
    return sorted({event["published_on"] for event in rows(settings.url, "event", **where)})


def test_every_date_is_loaded_and_nothing_is_sent(wired: Settings, hub: Hub, slack: Slack) -> None:
    hub.publish_history("webdev", history())

    loaded = backfill(wired)
    report = run(wired, {}, names=[])

    assert (loaded.rows, loaded.snapshots, loaded.failed) == (13, 5, False)
    assert sorted(loaded.dates) == DATES
    assert told_dates(wired, historical=True) == DATES[1:]
    assert told_dates(wired, historical=False) == []
    assert (report.sent, slack.calls) == (0, [])
    assert counts(wired.url)["delivery"] == 0


def test_a_second_time_nothing_is_downloaded_and_nothing_changes(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history())
    backfill(wired)
    before, downloads = counts(wired.url), hub.downloads

    loaded = backfill(wired)

    assert (loaded.rows, loaded.unchanged, hub.downloads) == (0, 1, downloads)
    assert more(before, counts(wired.url)) == {"visit": 1}


def test_of_a_longer_history_only_the_new_date_is_read(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history(0, 1, 2, 3))
    backfill(wired)

    hub.publish_history("webdev", history())
    loaded = backfill(wired)

    assert (loaded.rows, loaded.snapshots) == (3, 1)
    assert sorted(loaded.dates) == DATES[4:]


def test_a_history_that_is_changed_corrects_the_date(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history())
    backfill(wired)
    other = table("2026-07-16", STORY["2026-07-12"])

    others = [row for day in STORY if day != "2026-07-16" for row in table(day, STORY[day])]
    hub.publish_history("webdev", parquet(others + other))
    loaded = backfill(wired)

    assert (loaded.snapshots, sorted(loaded.dates)) == (1, [date(2026, 7, 16)])
    [corrected] = rows(wired.url, "event", type="snapshot.corrected")
    assert (corrected["published_on"], corrected["historical"]) == (date(2026, 7, 16), True)
    assert rows(wired.url, "event", withdrawn=True)


def test_since_a_date_only_later_ones_are_loaded_and_the_rest_another_time(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history())

    part = backfill(wired, since=DATES[2])
    whole = backfill(wired)

    assert sorted(part.dates) == DATES[2:]
    assert sorted(whole.dates) == DATES[:2]
    assert told_dates(wired, withdrawn=False) == DATES[1:]


def test_the_progress_knows_its_end(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history())
    watched = Watched()

    backfill(wired, progress=watched)

    assert watched.seen == [("webdev", 5), *(("step", day) for day in STORY)]


def test_a_history_that_is_not_there_is_named_and_the_others_are_loaded(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history())

    loaded = backfill(wired, declared=BOTH)

    assert loaded.snapshots == 5
    [line] = loaded.unreadable
    assert "/vision/full-00000-of-00001.parquet: 404 Not Found" in line
    assert loaded.failed


def test_a_history_that_cannot_be_read_is_kept_and_held(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history()[:-20])

    loaded = backfill(wired)

    assert (loaded.rows, loaded.failed) == (0, True)
    assert "the history changed: a damaged Parquet file" in loaded.unreadable[0]
    *_, visit = rows(wired.url, "visit")
    assert visit["outcome"] == "held"
    assert any(path.name == visit["payload"] for path in wired.archive_dir.rglob("*"))
    assert [event["type"] for event in rows(wired.url, "event")] == ["snapshot.held"]


def test_a_source_that_another_process_is_at_is_left_to_it(wired: Settings, hub: Hub) -> None:
    engine = create_engine(wired.url)
    with writing(engine) as session:
        write.declare_sources(session, ["lmarena"], Clock()())
        write.claim_sources(session, ["lmarena"], named=True, now=Clock()(), me="elsewhere|1|1.0")
    engine.dispose()

    with pytest.raises(loading.Busy, match="lmarena: another run is at it"):
        backfill(wired)

    assert hub.site.requests == []


def test_the_next_live_publication_is_told_after_a_backfill(wired: Settings, hub: Hub, slack: Slack) -> None:
    hub.publish_history("webdev", history(0, 1, 2, 3))
    backfill(wired)
    hub.publish("webdev", publication(4))

    run(wired, files("webdev"))

    assert [message["text"] for message in slack.messages] == SENTENCES[3:]


def test_a_visit_that_missed_publications_tells_the_steps_with_the_newest(
    wired: Settings, hub: Hub, slack: Slack
) -> None:
    hub.publish("webdev", publication(0))
    run(wired, WEBDEV)
    hub.publish("webdev", publication(3))
    hub.publish_history("webdev", history(0, 1, 2, 3))

    report = run(wired, WEBDEV)

    assert (report.failed, report.notes, report.sources["lmarena"].new) == (False, [], 3)
    [message] = slack.messages
    assert message["text"] == SENTENCES[2]
    assert "2026-07-16: China (CN) takes first place alone" in str(message["blocks"])
    assert "2026-07-12: OpenAI (US) joins Anthropic (US)" in str(message["blocks"])
    assert told_dates(wired, historical=False) == DATES[1:4]
    assert len(rows(wired.url, "alert")) == 1


def test_a_first_visit_and_one_on_the_next_day_ask_for_no_history(wired: Settings, hub: Hub) -> None:
    for day in ("2026-07-15", "2026-07-16"):
        hub.publish("webdev", parquet(table(day, STORY["2026-06-21"])))
        hub.publish_history("webdev", history())
        run(wired, WEBDEV)

    assert not any("full-00000" in page for page in hub.site.pages)


@pytest.mark.parametrize(
    "how",
    [raw(head(404, {"Content-Length": "0"})), hang_up, raw(head(200, {"Content-Length": "4"}) + b"none")],
    ids=["not there", "no answer", "something else"],
)
def test_without_the_history_the_newest_is_told_all_the_same(
    wired_sqlite: Settings, hub: Hub, slack: Slack, how: object
) -> None:
    hub.publish("webdev", publication(0))
    run(wired_sqlite, WEBDEV)
    hub.publish("webdev", publication(3))
    hub.break_down_history("webdev", how)  # type: ignore[arg-type]

    report = run(wired_sqlite, WEBDEV)

    assert not report.failed
    [note] = report.notes
    assert "no steps on the way" in note
    assert len(slack.messages) == 1


def test_what_was_loaded_since_a_date_survives_a_rebuild_and_can_be_dropped(wired: Settings, hub: Hub) -> None:
    hub.publish_history("webdev", history())
    backfill(wired, since=DATES[2])
    before = rows(wired.url, "snapshot")

    rebuilt = rebuild.rebuild(wired, WEBDEV, Clock(), feeds={}, progress=loading.Unseen())
    review.drop(wired, WEBDEV, before[0]["id"], "a bad upload", Clock())

    assert (rebuilt.lost, rebuilt.snapshots) == ([], 3)
    assert [row["published_on"] for row in rows(wired.url, "snapshot")] == DATES[2:]
    assert [row["dropped_at"] is None for row in rows(wired.url, "snapshot")] == [False, True, True]


def test_after_steps_were_filled_a_backfill_loads_the_rest(wired: Settings, hub: Hub) -> None:
    hub.publish("webdev", publication(1))
    run(wired, WEBDEV)
    hub.publish("webdev", publication(4))
    hub.publish_history("webdev", history())
    run(wired, WEBDEV)

    loaded = backfill(wired)

    assert (loaded.unchanged, sorted(loaded.dates)) == (0, DATES[:1])
    assert rebuild.rebuild(wired, WEBDEV, Clock(), feeds={}, progress=loading.Unseen()).lost == []


def test_an_old_capture_does_not_stand_before_what_was_seen_later(
    wired_sqlite: Settings, hub: Hub, tmp_path: Path
) -> None:
    for number in (0, 3):
        hub.publish("webdev", publication(number))
        run(wired_sqlite, files("webdev"))
    old = tmp_path / "2026-07-27_webdev.json"
    meta = {"subset": "webdev", "fetched_at": "2026-07-27T01:00:00Z"}
    old.write_text(json.dumps({"meta": meta, "rows": table("2026-07-27", STORY["2026-06-21"])}))

    loaded = imports.import_files(wired_sqlite, WEBDEV["lmarena"], [old], progress=loading.Unseen())

    assert loaded.snapshots == 1
    engine = create_engine(wired_sqlite.url)
    with reading(engine) as session:
        standing = read.newest_accepted(session, "lmarena/webdev", "overall")
        assert standing is not None
        assert read.standings(session, standing.id or 0, DATES[3])[0].name == "claude-opus-5"
    engine.dispose()
    assert loaded.untold == set()


def test_what_was_loaded_before_a_kill_survives_a_rebuild(
    wired: Settings, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.publish_history("webdev", history())
    days = DATES[:2]
    whole = loading.record_day

    def break_off(*arguments: object) -> None:
        if not days:
            raise InterruptedError
        days.pop()
        whole(*arguments)  # type: ignore[arg-type]  # arguments as they came

    monkeypatch.setattr(loading, "record_day", break_off)
    with pytest.raises(InterruptedError):
        backfill(wired)
    monkeypatch.undo()

    rebuilt = rebuild.rebuild(wired, WEBDEV, Clock(), feeds={}, progress=loading.Unseen())
    loaded = backfill(wired)

    assert (rebuilt.lost, rebuilt.snapshots) == ([], 2)
    assert sorted(loaded.dates) == DATES[2:]
    assert sorted(row["published_on"] for row in rows(wired.url, "snapshot")) == DATES
