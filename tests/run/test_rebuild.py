"""Everything that is derived is derived again from the payloads, and comes out the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from run.test_review import MIXED
from standins.slack import Slack
from support.databases import dump, rows
from support.hub import Hub
from support.runs import Clock, Files, files, run
from support.story import publication
from topspot import rebuild as rebuilding
from topspot import review
from topspot.backfill import Unseen
from topspot.domain.values import Item, LayoutChanged, Payload, Reading
from topspot.settings import Settings
from topspot.store.archive import ArchiveError


def rebuild(settings: Settings, declared: Files | None = None) -> rebuilding.Rebuilt:
    return rebuilding.rebuild(settings, declared or files("webdev"), Clock(), feeds={}, progress=Unseen())


def everything(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    return {name: sorted(found, key=repr) for name, found in dump(settings.url).items()}


@pytest.fixture
def told(wired: Settings, hub: Hub) -> Settings:
    """Give a database with a history in it: told, held, accepted, corrected, late, dropped."""
    for body in (publication(0), MIXED, publication(3), publication(1), publication(2), publication(4)):
        hub.publish("webdev", body)
        run(wired, files("webdev"))
    [held] = rows(wired.url, "snapshot", accepted_at=None)
    review.accept(wired, files("webdev"), held["id"], "it is so", Clock())
    newest = max(int(row["id"]) for row in rows(wired.url, "snapshot"))
    review.drop(wired, files("webdev"), newest, "a bad upload", Clock())
    run(wired, files("webdev"))
    return wired


def test_every_row_comes_out_the_same(told: Settings, slack: Slack) -> None:
    before, messages = everything(told), len(slack.calls)

    rebuilt = rebuild(told)
    run(told, files("webdev"), names=[])

    assert everything(told) == before
    assert (rebuilt.new, rebuilt.altered, rebuilt.lost, rebuilt.untold) == (0, 0, [], set())
    assert rebuilt.snapshots == len([row for row in before["snapshot"] if row["accepted_at"]])
    assert len(slack.calls) == messages


def parse_otherwise(payload: Payload) -> Iterator[Item]:
    """Read as before, but leave kimi-k3 out."""
    for item in files("webdev")["lmarena"].parse(payload):
        if not (isinstance(item, Reading) and item.name == "kimi-k3"):
            yield item


def parse_nothing(payload: Payload) -> Iterator[Item]:
    """Find the page changed."""
    raise LayoutChanged("another shape")


def _with(parse: Any) -> Files:
    declared = files("webdev")
    return {"lmarena": declared["lmarena"]._replace(parse=parse)}


def test_todays_parser_decides_and_what_it_does_not_show_is_withdrawn(told: Settings, slack: Slack) -> None:
    before = {row["id"]: row for row in rows(told.url, "event")}
    messages = len(slack.calls)

    rebuilt = rebuild(told, _with(parse_otherwise))

    after = {row["id"]: row for row in rows(told.url, "event")}
    assert before.keys() <= after.keys()
    of_kimi = [row for row in after.values() if row["subject_id"] in ("kimi-k3", "CN", "moonshot-ai")]
    assert of_kimi
    assert all(row["withdrawn"] for row in of_kimi)
    assert {row["historical"] for name, row in after.items() if name not in before} <= {True}
    assert rebuilt.untold <= {row["id"] for row in rows(told.url, "alert")}
    assert rebuilt.untold
    assert len(slack.calls) == messages
    names = {row["raw_name"] for row in rows(told.url, "entry")}
    assert "kimi-k3" in names  # what was once printed stays


def test_going_back_to_the_parser_of_before_brings_everything_back(told: Settings) -> None:
    before = everything(told)
    rebuild(told, _with(parse_otherwise))

    rebuild(told)

    after = everything(told)
    for table in ("snapshot", "standing", "entry", "alert", "delivery"):
        assert after[table] == before[table]
    assert standing(after) == standing(before)


def standing(tables: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Give the lead events that hold, without the instant at which they once did not."""
    return [
        row | {"withdrawn_at": None}
        for row in tables["event"]
        if row["type"].startswith("lead.") and not row["withdrawn"]
    ]


def test_what_cannot_be_read_any_more_is_named_and_lost(told: Settings) -> None:
    rebuilt = rebuild(told, _with(parse_nothing))

    assert rebuilt.snapshots == 0
    assert len(rebuilt.lost) == 6
    assert all("the page changed: another shape" in line for line in rebuilt.held)


def test_nothing_changes_when_a_payload_is_not_in_the_archive(told: Settings) -> None:
    before = everything(told)
    next(path for path in told.archive_dir.rglob("*") if path.is_file()).unlink()

    with pytest.raises(ArchiveError, match="bring it back from a backup, nothing was changed"):
        rebuild(told)

    assert everything(told) == before


def test_nothing_changes_when_a_source_is_no_longer_declared(told: Settings) -> None:
    before = everything(told)

    with pytest.raises(rebuilding.archived.NotDeclared, match="lmarena: its file is not there"):
        rebuild(told, {"other": files("webdev")["lmarena"]})

    assert everything(told) == before


def test_a_registry_that_knows_more_gives_old_standings_their_developer(
    told: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("registry")
    (folder / "moonshot-ai.toml").write_text(
        'name = "Moonshot"\n\n[[country]]\nvalue = "SG"\nsource = "https://example.org"\n'
    )

    rebuild(Settings(**told.model_dump() | {"registry_dir": folder}))

    shown = {
        row["subject_id"] for row in rows(told.url, "event", type="lead.country", withdrawn=False, change="takes")
    }
    assert "SG" in shown
    assert "CN" not in shown
