"""What the registry says reaches the database: twice changes nothing, and no standing is ever touched."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from support.databases import counts, dump, more, opened, rows
from topspot.domain.values import Standing
from topspot.registry import Registry, load_registry
from topspot.registry.resolve import Fact
from topspot.store import read, write
from topspot.store.engine import reading, writing
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


def apply(url: str, registry: Registry, now: datetime) -> bool:
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

    assert (first, again) == (True, False)
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

    assert apply(database, with_alias("nobody", "anthropic"), LATER)

    assert more(before, counts(database)) == {"registry_revision": 1, "resolution": 1}
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

    assert apply(database, FIRST, LATER + timedelta(days=1))

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
