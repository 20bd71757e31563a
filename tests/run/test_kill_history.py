"""kill -9 at any moment of a backfill, a rebuild or an accept: what is done is kept, and a second try completes it."""

import random
from typing import Any

import pytest

from run.test_review import MIXED
from support.children import killed, start_work, statements
from support.databases import dump
from support.hub import Hub
from support.runs import files, run
from support.story import history, publication
from topspot.settings import Settings

PASSING = {"first_seen_at", "recorded_at", "accepted_at", "resolved_at", "withdrawn_at", "observed_at", "applied_at",
           "created_at", "due_at", "body", "remote_ts"}  # fmt: skip
"""Instants, which differ between a try and the next one, and what has them in it."""


TABLES = ("payload", "snapshot", "standing", "entry", "resolution", "event", "part", "alert", "delivery")

NUMBERS = {"entry_id": "entry", "snapshot_id": "snapshot", "previous_snapshot_id": "snapshot"}
"""Columns that are the number of a row of another table."""


def standing(settings: Settings) -> dict[str, list[str]]:
    """Give all rows of what a history is made of, without the instants at which they were written.

    Numbers are counted anew, in their order: PostgreSQL gives none twice, also not those of a killed transaction.
    """
    tables = {name: found for name, found in dump(settings.url).items() if name in TABLES}
    counted = {
        name: {number: place for place, number in enumerate(sorted(row["id"] for row in found), start=1)}
        for name, found in tables.items()
        if found and isinstance(found[0].get("id"), int)
    }

    def plain(name: str, row: dict[str, Any]) -> str:
        of = NUMBERS | ({"id": name} if name in counted else {})
        kept = {key: value for key, value in row.items() if key not in PASSING}
        return repr(
            {key: counted[of[key]][value] if key in of and value else value for key, value in kept.items()}
        )

    return {name: sorted(plain(name, row) for row in found) for name, found in tables.items()}


def prepared(settings: Settings, hub: Hub, work: str) -> None:
    """Bring a database to where there is something to do."""
    if work == "backfill":
        hub.publish_history("webdev", history())
        return
    for body in (publication(0), MIXED, publication(3), publication(4)):
        hub.publish("webdev", body)
        run(settings, files("webdev"))


@pytest.mark.parametrize("work", ["backfill", "rebuild", "accept"])
def test_after_a_kill_the_result_is_that_of_an_undisturbed_one(
    settings: Settings, wired: Settings, hub: Hub, tmp_path_factory: pytest.TempPathFactory, work: str
) -> None:
    prepared(wired, hub, work)
    beginning = standing(wired)
    undisturbed = Settings(**wired.model_dump() | _elsewhere(tmp_path_factory))
    prepared(undisturbed, hub, work)
    total = statements(start_work(undisturbed, work))
    wanted = standing(undisturbed)
    assert wanted != beginning or work == "rebuild"

    chance = random.Random(work)
    for _ in range(4):
        # what a backfill has done is kept, so that each try has less to do; PostgreSQL is asked less than SQLite
        after = chance.randrange(total // 8 if work == "backfill" else total * 2 // 3)
        killed(start_work(wired, work, after))
        if work != "backfill":
            assert standing(wired) == beginning, f"{work} died before statement {after} of {total}"
    statements(start_work(wired, work))

    assert standing(wired) == wanted


def _elsewhere(folders: pytest.TempPathFactory) -> dict[str, Any]:
    folder = folders.mktemp("undisturbed")
    return {"data_dir": folder, "database_url": f"sqlite:///{folder / 'topspot.db'}"}
