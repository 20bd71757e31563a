"""What the registry says reaches the database: twice changes nothing, and no standing is ever touched."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import builders
from support.databases import counts, dump, more, opened, rows
from topspot.desk import Desk
from topspot.domain.values import Standing
from topspot.registry import Fact, Registry, load_registry
from topspot.store import read, write
from topspot.store.engine import reading, writing
from topspot.store.ledger import Known
from topspot.store.tables import Board, Payload, Snapshot

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ON = date(2026, 7, 16)
TEXTS = [("kimi-k3", "moonshot", "", ""), ("claude-fable-5", "anthropic", "", ""), ("nobody-1", "nobody", "", "")]

FIRST = load_registry()


def with_alias(alias: str, key: str) -> Registry:
    """Give the registry with one further alias of one developer."""
    developer = FIRST.developers[key]
    return Registry({**FIRST.developers, key: replace(developer, aliases=(*developer.aliases, alias))})


def apply(url: str, registry: Registry, now: datetime) -> set[int] | None:
    with opened(url) as engine, writing(engine) as session:
        return write.apply_registry(session, registry, now)


def one_snapshot(url: str) -> int:
    """Write a snapshot of the three texts, resolved by the first registry; give its id."""
    apply(url, FIRST, NOW)
    with opened(url) as engine, writing(engine) as session:
        session.add(Board(key="b", name="B", publisher="P", scale="x", headline=False))
        session.add(Payload(sha256="a", size=1, media_type="", first_seen_at=NOW))
        session.flush()
        snapshot = Snapshot(
            board="b", category="overall", series="s", published_on=ON, observed_at=NOW, recorded_at=NOW,
            payload="a", content_hash="a", row_count=3, accepted_at=NOW,
        )  # fmt: skip
        session.add(snapshot)
        session.flush()
        entries = write.Entries("s").of(session, TEXTS, FIRST, NOW)
        number = snapshot.id or 0
        write.insert_standings(
            session,
            [
                (number, place, entries[text].id, None, 1500.0 - place, None, None, None, False)
                for place, text in enumerate(TEXTS, start=1)
            ],
        )
    return number


def standings(url: str, snapshot: int, known_at: datetime | None = None) -> list[Standing]:
    with opened(url) as engine, reading(engine) as session:
        return read.standings(session, snapshot, ON, known_at)


def test_a_registry_is_applied_once(database: str) -> None:
    first = apply(database, FIRST, NOW)
    before = dump(database)

    again = apply(database, FIRST, LATER)

    assert (first, again) == (set(), None)
    assert dump(database) == before


def test_developers_and_their_facts_are_in_the_database(database: str) -> None:
    apply(database, FIRST, NOW)

    kept = rows(database, "developer", key="moonshot-ai")

    assert [(row["name"], row["name_zh"]) for row in kept] == [("Moonshot AI", "月之暗面")]
    [country] = rows(database, "developer_fact", developer="moonshot-ai", kind="country")
    assert country["value"] == "CN"
    assert country["source"].startswith("https://")


def test_an_entry_is_resolved_once_and_an_unknown_one_stays_unknown(database: str) -> None:
    number = one_snapshot(database)

    found = standings(database, number)

    assert [(row.model, row.developer, row.country) for row in found] == [
        ("kimi-k3", "moonshot-ai", "CN"),
        ("claude-fable-5", "anthropic", "US"),
        ("nobody-1", None, None),
    ]
    assert counts(database)["resolution"] == 3


def test_a_changed_registry_supersedes_only_what_it_changes(database: str) -> None:
    number = one_snapshot(database)
    before, kept = counts(database), rows(database, "standing")

    changed = apply(database, with_alias("nobody", "anthropic"), LATER)

    assert changed == {kept[2]["entry_id"]}
    assert more(before, counts(database)) == {"registry_revision": 1, "resolution": 1, "model": 1}
    assert rows(database, "standing") == kept
    [old, new] = rows(database, "resolution", entry_id=kept[2]["entry_id"])
    assert (old["developer"], old["superseded_at"]) == (None, LATER)
    assert (new["developer"], new["resolved_at"], new["superseded_at"]) == ("anthropic", LATER, None)
    assert [row.developer for row in standings(database, number)] == ["moonshot-ai", "anthropic", "anthropic"]


def test_what_was_known_before_a_change_is_still_answered(database: str) -> None:
    number = one_snapshot(database)
    before = standings(database, number, known_at=NOW)

    apply(database, with_alias("nobody", "anthropic"), LATER)

    assert standings(database, number, known_at=NOW) == before
    assert standings(database, number, known_at=LATER) == standings(database, number)


def test_an_earlier_registry_can_be_applied_again(database: str) -> None:
    number = one_snapshot(database)
    first = standings(database, number)
    apply(database, with_alias("nobody", "anthropic"), LATER)

    assert apply(database, FIRST, LATER + timedelta(days=1)) is not None

    assert standings(database, number) == first
    assert len(rows(database, "resolution")) == 5


def test_a_new_country_is_read_without_a_new_resolution(database: str) -> None:
    number = one_snapshot(database)
    moved = replace(
        FIRST.developers["moonshot-ai"], countries=(Fact("SG", None, None, "https://example.org/moved"),)
    )
    before = counts(database)

    apply(database, Registry({**FIRST.developers, "moonshot-ai": moved}), LATER)

    assert standings(database, number)[0].country == "SG"
    assert more(before, counts(database)) == {"registry_revision": 1}


def written(url: str, source: str, *texts: write.Text) -> dict[str, write.KnownEntry]:
    """Write texts of a source, resolved by the first registry; give what each name became."""
    apply(url, FIRST, NOW)
    with opened(url) as engine, writing(engine) as session:
        entries = write.Entries(source).of(session, texts, FIRST, NOW)
        return {text[0]: entries[text] for text in texts}


def parts(url: str, entry: int) -> list[tuple[object, ...]]:
    """Give what an entry means now: part, kind, name, model and developer of each part, the whole first."""
    columns = ("part", "part_kind", "part_name", "model", "developer")
    found = rows(url, "resolution", entry_id=entry, superseded_at=None)
    return sorted(tuple(row[name] for name in columns) for row in found)


def pending(url: str) -> set[int]:
    with opened(url) as engine, reading(engine) as session:
        return write.changed_entries(session)


def test_a_plain_model_is_one_part_with_what_told_it(database: str) -> None:
    entry = written(database, "s", ("kimi-k3-max", "moonshot", "", ""))["kimi-k3-max"]

    [row] = rows(database, "resolution", entry_id=entry.id)
    assert (row["part"], row["model"], row["variant"]) == (0, "kimi-k3", "max")
    assert (row["basis"], row["model_basis"], row["license_open"]) == (
        "organization text", "family pattern", None,
    )  # fmt: skip
    assert entry == (entry.id, "kimi-k3", "moonshot-ai", "kimi", None)


def test_a_system_has_its_parts_behind_the_whole(database: str) -> None:
    same, two = "Claude Code + Claude Opus 4.6", "Claude Code + Claude Opus 4.6 + kimi-k3"
    found = written(database, "s", (same, "", "", ""), (two, "", "", ""))

    assert parts(database, found[same].id) == [
        (0, None, None, "claude-opus-4-6", "anthropic"),
        (1, "agent", "Claude Code", None, "anthropic"),
        (2, "model", "Claude Opus 4.6", "claude-opus-4-6", "anthropic"),
    ]
    assert found[two].developer is None
    assert parts(database, found[two].id)[1:] == [
        (1, "agent", "Claude Code", None, "anthropic"),
        (2, "model", "Claude Opus 4.6", "claude-opus-4-6", "anthropic"),
        (3, "model", "kimi-k3", "kimi-k3", "moonshot-ai"),
    ]


def test_an_agent_is_of_the_model_that_stands_beside_it_when_it_came_and_when_it_is_resolved_again(
    database: str,
) -> None:
    agent = ("Some Agent", "", "", '{"checked":false,"models":["kimi-k3"]}')
    apply(database, FIRST, NOW)
    with opened(database) as engine, writing(engine) as session:
        found = write.Entries("swebench").of(session, [agent], FIRST, NOW)[agent]

    assert (found.model, found.developer) == ("kimi-k3", "moonshot-ai")
    assert apply(database, with_alias("nobody", "openai"), LATER) == set()


def test_a_system_is_one_row_of_standings(database: str) -> None:
    number = one_snapshot(database)
    system = written(database, "s", ("Claude Code + kimi-k3", "", "", ""))["Claude Code + kimi-k3"]
    with opened(database) as engine, writing(engine) as session:
        write.insert_standings(session, [(number, 4, system.id, None, 1400.0, None, None, None, False)])

    found = standings(database, number)

    assert [row.position for row in found] == [1, 2, 3, 4]
    assert (found[3].model, found[3].developer) == ("kimi-k3", "moonshot-ai")


def test_a_name_means_a_model_only_where_its_source_is_listed(database: str) -> None:
    text = ("Moonshot", "", "", "")

    there = written(database, "superclue", text)["Moonshot"]
    elsewhere = written(database, "lmarena", text)["Moonshot"]

    assert (there.model, there.developer) == ("kimi-chat", "moonshot-ai")
    assert (elsewhere.model, elsewhere.developer) == (None, None)


def test_the_models_that_are_meant_are_written_once_with_their_dated_facts(database: str) -> None:
    written(database, "s", ("kimi-k3", "moonshot", "", ""), ("Kimi K3 (max)", "", "", ""), ("zzz", "", "", ""))
    written(database, "t", ("kimi-k3", "moonshot", "", ""))

    [model] = rows(database, "model")
    assert (model["developer"], model["key"], model["family"]) == ("moonshot-ai", "kimi-k3", "kimi")
    closed, opened_ = sorted(rows(database, "model_fact"), key=lambda row: row["value"])
    assert (closed["value"], closed["valid_from"], closed["valid_to"]) == (False, None, date(2026, 7, 27))
    assert (opened_["value"], opened_["valid_from"], opened_["valid_to"]) == (True, date(2026, 7, 27), None)
    assert closed["source"].startswith("https://")


def test_open_weights_are_those_of_the_day_and_a_license_tells_only_where_no_fact_does(database: str) -> None:
    number = one_snapshot(database)
    licensed = written(database, "s", ("zzz-9", "nobody", "MIT", ""), ("claude-opus-5", "anthropic", "MIT", ""))
    with opened(database) as engine, writing(engine) as session:
        write.insert_standings(
            session,
            [
                (number, place, entry.id, None, 1400.0, None, None, None, False)
                for place, entry in enumerate(licensed.values(), start=4)
            ],
        )

    def weights(on: date) -> dict[str, bool | None]:
        with opened(database) as engine, reading(engine) as session:
            return {row.name: row.open_weights for row in read.standings(session, number, on)}

    assert weights(date(2026, 7, 26)) == {
        "kimi-k3": False, "claude-fable-5": False, "nobody-1": None, "zzz-9": True, "claude-opus-5": False,
    }  # fmt: skip
    assert weights(date(2026, 7, 27))["kimi-k3"] is True


def test_what_is_at_hand_while_recording_is_what_the_database_gives(database: str) -> None:
    number = one_snapshot(database)
    printed = [
        builders.reading(name, 1500.0 - place, None, organization=organization, rank=None, votes=None)
        for place, (name, organization, _, _) in enumerate(TEXTS, start=1)
    ]
    known = Known(number, ON, NOW, 0, "a", 3, "a", accepted=True)
    at_hand, asked = Desk("s", FIRST), Desk("s", FIRST)
    with opened(database) as engine, writing(engine) as session:
        at_hand.put(known, printed, at_hand.entries.of(session, (), FIRST, NOW))

        assert at_hand.version(session, known).ranking.standings == asked.version(session, known).ranking.standings
        assert at_hand.version(session, known).ranking.models == asked.version(session, known).ranking.models


def test_entries_that_are_read_are_what_they_were_when_written(database: str) -> None:
    text = ("kimi-k3", "moonshot", "MIT", "")

    assert written(database, "s", text) == written(database, "s", text)


def moved_to(country: str) -> Registry:
    """Give the registry with another headquarters of Moonshot AI."""
    moved = replace(
        FIRST.developers["moonshot-ai"], countries=(Fact(country, None, None, "https://example.org/moved"),)
    )
    return Registry({**FIRST.developers, "moonshot-ai": moved})


def test_whose_country_moved_means_something_else_without_a_new_resolution(database: str) -> None:
    one_snapshot(database)
    [kimi] = rows(database, "entry", raw_name="kimi-k3")

    assert apply(database, moved_to("SG"), LATER) == {kimi["id"]}
    assert counts(database)["resolution"] == 3


def test_another_address_for_the_same_fact_changes_nothing(database: str) -> None:
    one_snapshot(database)

    assert apply(database, moved_to("CN"), LATER) == set()
    [country] = rows(database, "developer_fact", developer="moonshot-ai", kind="country")
    assert country["source"] == "https://example.org/moved"


def test_changed_entries_wait_until_they_are_forgotten(database: str) -> None:
    one_snapshot(database)
    kimi, nobody = (rows(database, "entry", raw_name=name)[0]["id"] for name in ("kimi-k3", "nobody-1"))
    assert pending(database) == set()

    apply(database, with_alias("nobody", "anthropic"), LATER)
    assert pending(database) == {nobody}
    apply(database, moved_to("SG"), LATER + timedelta(days=1))  # which has not the alias either
    assert pending(database) == {nobody, kimi}

    with opened(database) as engine, writing(engine) as session:
        write.forget_changed_entries(session)
    assert pending(database) == set()


def test_an_entry_waits_also_where_a_registry_comes_back_in_between(database: str) -> None:
    one_snapshot(database)
    nobody = rows(database, "entry", raw_name="nobody-1")[0]["id"]
    with_nobody = with_alias("nobody", "anthropic")
    apply(database, with_nobody, LATER)
    developer = with_nobody.developers["moonshot-ai"]
    more_aliases = {"moonshot-ai": replace(developer, aliases=(*developer.aliases, "nobody else"))}

    apply(database, Registry({**with_nobody.developers, **more_aliases}), LATER + timedelta(days=1))
    apply(database, with_nobody, LATER + timedelta(days=2))

    assert pending(database) == {nobody}


def test_a_model_that_nothing_means_any_more_is_not_there_any_more(database: str) -> None:
    one_snapshot(database)
    apply(database, with_alias("nobody", "anthropic"), LATER)
    assert rows(database, "model", key="nobody-1")

    apply(database, FIRST, LATER + timedelta(days=1))

    assert rows(database, "model", key="nobody-1") == []
    assert len(rows(database, "model")) == 2


def test_what_a_file_of_ones_own_says_is_in_the_database(database: str, tmp_path: Path) -> None:
    number = one_snapshot(database)
    (tmp_path / "nobody.toml").write_text(
        'name = "Nobody"\n\n[[country]]\nvalue = "CH"\nsource = "https://nobody.example"\n'
    )

    apply(database, load_registry(tmp_path), LATER)

    assert [(row.developer, row.country) for row in standings(database, number)] == [
        ("moonshot-ai", "CN"), ("anthropic", "US"), ("nobody", "CH"),
    ]  # fmt: skip
