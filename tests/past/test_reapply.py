"""After a change of the registry the past says what is known now; what was told long ago is left alone."""

from pathlib import Path
from typing import Any

import pytest

from support.databases import BOTH, counts, dump, more, rows, wanted
from support.past import SOURCES, Past, dumped
from support.reapplied import NOBODY, NOBODY_TAKES, World, developer_file, kill_in_apply, told
from support.recording import FABLE_ALONE, GPT_JOINS, KIMI_TAKES, page
from support.runs import Clock
from support.story import OPUS, STORY, Line
from topspot import reapply, rebuild
from topspot.backfill import Unseen
from topspot.registry import RegistryError, load_registry
from topspot.registry.load import PACKAGED
from topspot.settings import Settings

RECENT, OLD = "2026-08-28", "2026-08-01"

DECORATED: list[Line] = [(("ZZZ 9 (beta)", "Nowhere Labs"), 1800, 10), *FABLE_ALONE]
"""The same with a name that is another than its model's key."""

FACTS = ("snapshot", "standing", "entry", "payload", "visit", "board", "series")
"""Tables of what was published, which applying never touches."""


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return wanted(request, tmp_path)


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings)


def facts(url: str) -> dict[str, list[dict[str, Any]]]:
    return {name: rows(url, name) for name in FACTS}


@BOTH
def test_who_is_known_now_takes_what_nobody_took_and_no_standing_is_touched(world: World) -> None:
    world.tell(RECENT)
    before = facts(world.url)
    assert (RECENT, "lead.country", "leaves", "US") in world.events()
    world.say()

    applied = world.apply()

    assert facts(world.url) == before
    assert {event for event in world.events() if event[0] == RECENT and event[1] != "registry.unknown"} == {
        (RECENT, "lead.country", "takes", "DE"),
        (RECENT, "lead.developer", "takes", "nowhere-labs"),
        (RECENT, "lead.model", "takes", "zzz-9"),
    }
    assert (applied.entries, applied.dates) == (1, 1)
    assert {told(event) for event in applied.events if event["published_on"] == RECENT} == {
        ("new", "lead.country", "Germany"),
        ("new", "lead.developer", "Nowhere Labs"),
        ("changed", "lead.model", "zzz-9"),
        ("withdrawn", "lead.country", "United States"),
        ("withdrawn", "lead.developer", "Anthropic"),
    }


def test_the_date_after_is_brought_in_line_as_well(world: World) -> None:
    world.tell(RECENT)
    world.say()

    world.apply()

    assert {event for event in world.events() if event[0] == "2026-08-29"} == {
        ("2026-08-29", "lead.country", "takes", "US"),
        ("2026-08-29", "lead.developer", "takes", "anthropic"),
        ("2026-08-29", "lead.model", "takes", "claude-fable-5"),
    }


def test_what_no_longer_follows_is_withdrawn_with_its_reason_and_what_is_new_is_silent(world: World) -> None:
    world.tell(RECENT)
    world.say()
    now = world.clock()

    world.apply()

    [gone] = rows(world.url, "event", type="lead.country", subject_id="US", change="leaves")
    assert (gone["withdrawn"], gone["withdrawn_at"], gone["state"]) == (True, now, "retracted")
    assert gone["detail"]["reasons"] == [reapply.BECAUSE]
    [new] = rows(world.url, "event", type="lead.country", subject_id="DE", change="takes")
    assert (new["recorded_at"], new["withdrawn"]) == (now, False)


@BOTH
def test_what_was_told_of_the_last_days_is_corrected_and_queued(world: World) -> None:
    world.tell(RECENT)
    world.say()

    applied = world.apply()

    of_recent = [(target, message) for target, message in applied.messages if str(message.published_on) == RECENT]
    [(target, message)] = of_recent
    assert (target, message.status, message.because) == ("slack:C1", "CORRECTED", reapply.BECAUSE)
    assert "(Nowhere Labs, DE) takes first place alone" in message.sentence or "Germany (DE)" in message.sentence
    assert "an unknown country (zzz-9)" in message.was
    queued = [row for row in rows(world.url, "delivery", state="queued") if row["alert_id"] == message.alert_id]
    assert [(row["action"], row["body"]["status"]) for row in queued] == [
        ("update", "CORRECTED"),
        ("reply", "CORRECTED"),
    ]
    assert applied.untold == []


def bodies(world: World) -> list[dict[str, Any]]:
    return [row["body"] for row in rows(world.url, "delivery", state="queued", action="reply")]


@pytest.mark.parametrize("lines", [NOBODY_TAKES, DECORATED], ids=["a plain name", "a decorated name"])
def test_a_hand_over_that_did_happen_is_never_taken_back(world: World, lines: list[Line]) -> None:
    world.tell(RECENT, lines=lines)
    world.say()

    world.apply()

    assert [state for state in (row["state"] for row in rows(world.url, "alert")) if state == "retracted"] == []
    assert [status for _, status, _ in world.queued() if status == "RETRACTED"] == []
    assert any(status == "CORRECTED" for _, status, _ in world.queued())


def test_what_was_told_before_the_last_days_is_listed_and_left_alone(world: World) -> None:
    world.tell(OLD)
    world.say()
    before = {name: rows(world.url, name) for name in ("alert", "alert_event", "delivery")}

    applied = world.apply()

    assert (applied.messages, world.queued()) == ([], [])
    assert {name: rows(world.url, name) for name in before} == before
    assert applied.untold
    assert set(applied.untold) <= {alert["id"] for alert in before["alert"]}
    assert (OLD, "lead.country", "takes", "DE") in world.events()


@pytest.mark.parametrize(("days", "corrected"), [(4, False), (5, True), (6, True), (0, False)])
def test_how_many_days_are_the_last_ones_is_a_setting(settings: Settings, days: int, corrected: bool) -> None:
    world = World(settings)  # it is the 2nd of September
    world.tell(RECENT)
    [alert] = [row["id"] for row in rows(world.url, "alert") if row["published_on"].isoformat() == RECENT]
    world.say()

    applied = world.apply(correction_days=days)

    told_of = {message.alert_id for _, message in applied.messages}
    assert (alert in told_of, alert in applied.untold) == (corrected, not corrected)


def test_a_message_that_has_not_gone_out_goes_out_as_it_is_known_now(world: World) -> None:
    world.desk.visit(page("2026-06-21", FABLE_ALONE))
    world.desk.visit(page(RECENT, NOBODY_TAKES))
    world.say()

    world.apply()

    assert [row["state"] for row in rows(world.url, "delivery")] == ["superseded", "queued"]
    [(action, status, sentence)] = world.queued()
    assert (action, status) == ("post", "NEW SOLE LEADER")
    assert "Germany (DE) takes first place alone" in sentence


def test_nobody_hears_of_what_was_never_told(world: World) -> None:
    world.desk.load(page("2026-06-21", FABLE_ALONE), page(RECENT, NOBODY_TAKES))
    world.say()

    applied = world.apply()

    assert len(applied.events) == 5
    assert (applied.messages, applied.untold, counts(world.url)["delivery"]) == ([], [], 0)


@BOTH
def test_a_second_time_there_is_nothing_to_do(world: World) -> None:
    world.tell(RECENT, OLD)
    world.say()
    first = world.apply()
    before = dump(world.url)

    again = world.apply()

    assert first.events
    assert again.to_json() == {
        "revision": first.revision, "entries": 0, "dates": 0, "events": [], "alerts": 0, "untold": [],
    }  # fmt: skip
    assert dump(world.url) == before


def test_without_a_change_there_is_nothing_to_do(world: World) -> None:
    world.tell(RECENT)
    before = dump(world.url)

    applied = world.apply()

    assert (applied.entries, applied.dates, applied.events) == (0, 0, [])
    assert dump(world.url) == before


def test_an_entry_that_is_not_among_the_first_changes_no_event(world: World) -> None:
    behind: list[Line] = [*FABLE_ALONE, (NOBODY, 1500, 10), (("gpt-3", "openai"), 1000, 10)]
    world.desk.visit(page("2026-06-21", behind))
    world.desk.visit(page("2026-07-16", KIMI_TAKES + behind[-2:]))
    world.desk.visit(page(RECENT, behind))
    world.arrive()
    before = {name: rows(world.url, name) for name in ("event", "alert", "delivery")}
    world.say()

    applied = world.apply()

    assert (applied.entries, applied.events, applied.messages) == (1, [], [])
    assert {name: rows(world.url, name) for name in before} == before


def test_one_who_shares_first_place_by_interval_alone_is_among_the_first(world: World) -> None:
    shares: list[Line] = [(FABLE_ALONE[0][0], 1650, 10), (NOBODY, 1640, 10), (("gpt-3", "openai"), 1000, 10)]
    world.desk.visit(page("2026-06-21", FABLE_ALONE))
    world.desk.visit(page(RECENT, shares))
    world.say()

    applied = world.apply()

    assert ("new", "lead.country", "Germany") in {told(event) for event in applied.events}
    assert (RECENT, "lead.developer", "joins", "nowhere-labs") in world.events()


@BOTH
def test_a_country_that_moved_changes_events_and_corrects_what_was_told(world: World) -> None:
    world.tell(RECENT, lines=KIMI_TAKES)
    before = counts(world.url)
    world.say("moonshot-ai", "Moonshot AI", "SG", "moonshot")

    applied = world.apply()

    assert (RECENT, "lead.country", "takes", "SG") in world.events()
    assert (RECENT, "lead.country", "takes", "CN") in world.events(withdrawn=True)
    assert (RECENT, "lead.model", "takes", "kimi-k3") in world.events()
    assert [body["published_on"] for body in bodies(world)].count(RECENT) == 1
    assert applied.messages
    assert "standing" not in more(before, counts(world.url))


def test_a_country_that_moved_on_a_day_changes_only_what_came_later(world: World) -> None:
    world.tell(OLD, RECENT, lines=KIMI_TAKES)
    (world.folder / "moonshot-ai.toml").write_text(
        'name = "Moonshot AI"\naliases = ["moonshot"]\n'
        '[[country]]\nvalue = "CN"\nuntil = 2026-08-15\nsource = "https://x.example"\n'
        '[[country]]\nvalue = "SG"\nsince = 2026-08-15\nsource = "https://x.example"\n'
    )

    world.apply()

    assert {event for event in world.events(type="lead.country", change="takes") if event[3] != "US"} == {
        (OLD, "lead.country", "takes", "CN"),
        (RECENT, "lead.country", "takes", "SG"),
    }


def test_a_run_resolves_by_the_new_registry_and_applying_brings_the_events_in_line_later(world: World) -> None:
    world.tell(RECENT)
    world.say()
    events = rows(world.url, "event")
    world.desk.registry = load_registry(world.folder)

    world.desk.find_unchanged()

    [entry] = rows(world.url, "entry", raw_name="zzz-9")
    [now] = rows(world.url, "resolution", entry_id=entry["id"], superseded_at=None)
    assert now["developer"] == "nowhere-labs"
    assert rows(world.url, "event") == events

    applied = world.apply()

    assert (applied.entries, applied.dates) == (1, 1)
    assert (RECENT, "lead.country", "takes", "DE") in world.events()
    assert world.apply().events == []


def test_what_is_taken_back_out_of_the_registry_is_unknown_again(world: World) -> None:
    world.tell(RECENT)
    before = world.events()
    world.say()
    world.apply()
    (world.folder / "nowhere-labs.toml").unlink()

    applied = world.apply()

    assert applied.events
    assert world.events() == before


def test_a_rename_that_is_known_now_withdraws_the_hand_over_that_it_was(world: World) -> None:
    one: list[Line] = [(("zzz-9-thinking", "Nowhere Labs"), 1700, 10), *FABLE_ALONE]
    two: list[Line] = [(("zzz-9-high", "Nowhere Labs"), 1703, 10), *FABLE_ALONE]
    world.desk.visit(page("2026-08-20", one))
    world.desk.visit(page(RECENT, two))
    world.arrive()
    assert (RECENT, "lead.model", "takes", "zzz-9-high") in world.events()
    world.say()

    applied = world.apply()

    assert {event for event in world.events() if event[0] == RECENT and event[1] != "registry.unknown"} == {
        (RECENT, "model.renamed", None, "zzz-9")
    }
    assert ("new", "model.renamed", "zzz-9-high") in {told(event) for event in applied.events}
    assert {status for _, status, _ in world.queued()} == {"RETRACTED"}


class Fails(Unseen):
    """A watcher that fails once a source is done."""

    def step(self, name: str) -> None:
        raise OSError("no room left")


def test_an_apply_that_fails_changes_nothing(world: World) -> None:
    world.tell(RECENT)
    before = dump(world.url)
    world.say()

    with pytest.raises(OSError, match="no room left"):
        world.apply(Fails())

    assert dump(world.url) == before
    assert world.apply().events


def test_a_wrong_file_is_named_and_changes_nothing(world: World) -> None:
    world.tell(RECENT)
    before = dump(world.url)
    world.say("nowhere-labs", "Nowhere Labs", "XX")

    with pytest.raises(RegistryError, match=r"nowhere-labs.toml:\d+: 'XX' is not an ISO 3166-1"):
        world.apply()

    assert dump(world.url) == before


@pytest.mark.parametrize(
    "statement", ["DELETE FROM developer_fact", "INSERT INTO event", "UPDATE event", "INSERT INTO delivery"]
)
def test_an_apply_that_is_killed_changes_nothing_and_can_be_done_again(world: World, statement: str) -> None:
    world.tell(RECENT)
    world.say()
    before = dump(world.url)

    kill_in_apply(world, statement)

    assert dump(world.url) == before
    assert world.apply().messages


# Rebuilding derives everything again from the payloads: applying must have left it nothing to do.


@pytest.fixture
def loaded(settings: Settings) -> Past:
    """Give an empty database with a folder of the registry that is empty, to import into."""
    folder = settings.data_dir / "registry"
    folder.mkdir()
    return Past(Settings(**settings.model_dump() | {"registry_dir": folder}))


def events(past: Past) -> list[dict[str, Any]]:
    """Give all events, without the instants at which they were written."""
    passing = ("recorded_at", "withdrawn_at", "observed_at")
    return [{**row, **dict.fromkeys(passing)} for row in rows(past.url, "event")]


def apply(past: Past) -> reapply.Applied:
    return reapply.apply(past.settings, SOURCES, past.clock, progress=Unseen())


def rebuilt(past: Past) -> list[dict[str, Any]]:
    """Rebuild and give all events then."""
    rebuild.rebuild(past.settings, SOURCES, Clock(), feeds={}, progress=Unseen())
    return events(past)


def publications(past: Past, folder: Path, **days: list[Line]) -> None:
    """Import publications of WebDev, a day of July each: ``d16=…``."""
    past.load("lmarena", *(dumped(folder, f"2026-07-{day[1:]}", lines) for day, lines in days.items()))


def say(past: Past, country: str = "DE") -> None:
    assert past.settings.registry_dir
    developer_file(past.settings.registry_dir, "nowhere-labs", "Nowhere Labs", country)


def test_after_applying_a_country_a_rebuild_has_nothing_to_do(loaded: Past, files: Path) -> None:
    loaded.load("lmarena", *(dumped(files, day) for day in STORY))
    assert loaded.settings.registry_dir
    developer_file(loaded.settings.registry_dir, "moonshot-ai", "Moonshot AI", "SG", "moonshot")
    before = events(loaded)

    applied = apply(loaded)

    after = events(loaded)
    assert (applied.messages, after != before) == ([], True)
    assert rebuilt(loaded) == after


@BOTH
def test_after_applying_a_new_developer_a_rebuild_has_nothing_to_do(loaded: Past, files: Path) -> None:
    publications(loaded, files, d01=FABLE_ALONE, d02=NOBODY_TAKES, d03=GPT_JOINS, d04=DECORATED, d05=KIMI_TAKES)
    say(loaded)

    assert apply(loaded).events

    after = events(loaded)
    assert rebuilt(loaded) == after


def test_after_applying_who_is_renamed_far_from_the_first_a_rebuild_has_nothing_to_do(
    loaded: Past, files: Path
) -> None:
    def behind(name: str) -> list[Line]:
        return [*FABLE_ALONE, ((name, "Nowhere Labs"), 1500, 10), (("gpt-3", "openai"), 1000, 10)]

    publications(loaded, files, d01=behind("zzz-9-thinking"), d02=behind("zzz-9-high"))
    say(loaded)
    apply(loaded)

    after = events(loaded)
    assert rebuilt(loaded) == after


def test_after_applying_who_was_there_before_by_another_name_a_rebuild_has_nothing_to_do(
    loaded: Past, files: Path
) -> None:
    far: Line = (("Claude Opus 5", "Nowhere Labs"), 1500, 10)
    last: Line = (("gpt-3", "openai"), 1000, 10)
    publications(loaded, files, d01=[*FABLE_ALONE, far, last], d02=[(OPUS, 1740, 10), *FABLE_ALONE, far, last])
    assert loaded.settings.registry_dir
    packaged = (PACKAGED / "anthropic.toml").read_text("utf-8")
    known = packaged.replace("aliases = [", 'aliases = ["Nowhere Labs", ', 1)
    (loaded.settings.registry_dir / "anthropic.toml").write_text(known, "utf-8")
    apply(loaded)

    after = events(loaded)
    assert rebuilt(loaded) == after


def test_after_applying_who_is_unknown_again_a_rebuild_only_reports_it(loaded: Past, files: Path) -> None:
    say(loaded)
    publications(loaded, files, d01=FABLE_ALONE, d02=NOBODY_TAKES)
    assert loaded.settings.registry_dir
    (loaded.settings.registry_dir / "nowhere-labs.toml").unlink()
    apply(loaded)

    after = events(loaded)
    assert [each for each in rebuilt(loaded) if each["type"] != "registry.unknown"] == after
