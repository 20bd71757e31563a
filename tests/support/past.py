"""Captured files of a test's own, and what a database holds after they were imported."""

import json
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from scrapers.boards import find_sources
from support import children
from support.databases import dump, opened, prepare
from support.runs import Clock
from support.story import STORY, Line, table
from topspot import answers, chronicle, imports
from topspot.backfill import Loaded, Unseen
from topspot.registry import load_registry
from topspot.settings import Settings
from topspot.store import read
from topspot.store.engine import reading

SOURCES = find_sources(None)

Models = Mapping[str, tuple[float, float]]
"""The rating of each model, and how far its bounds are."""

CSV = "rank,rank_stylectrl,model,arena_score,95_pct_ci,votes,organization,license"

WORDS_OF_ARRIVAL = {
    "recorded_at",
    "accepted_at",
    "observed_at",
    "snapshot_id",
    "previous_snapshot_id",
    "withdrawn_at",
}


def _written(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def catalog(folder: Path, day: str, models: Models, *, mark: str = "v1", ruler: str = "text") -> Path:
    """Write a file of the catalog with one category; numbers that are whole make a rounded one."""
    figures = {
        name: {"rating": rating, "rating_q025": rating - both, "rating_q975": rating + both}
        for name, (rating, both) in models.items()
    }
    return _written(folder, f"{day}_{mark}_leaderboard-{ruler}.json", json.dumps({"full": figures}))


def csv(folder: Path, day: str, models: Models, *, mark: str = "c1") -> Path:
    """Write a daily CSV, ranked as given by both rulers."""
    lines = [
        f"{rank},{rank},{name},{rating:.0f},+{both:.0f}/-{both:.0f},100,OpenAI,MIT"
        for rank, (name, (rating, both)) in enumerate(models.items(), start=1)
    ]
    return _written(folder, f"{day}_{mark}_lmsys.csv", "\n".join((CSV, *lines)))


def dumped(folder: Path, day: str, lines: Sequence[Line] | None = None) -> Path:
    """Write rows of WebDev as JSON, of a day of the story or others."""
    rows = table(day, list(lines if lines is not None else STORY[day]))
    return _written(folder, f"{day}_webdev.json", json.dumps({"meta": {"subset": "webdev"}, "rows": rows}))


def manifest(folder: Path, *paths: Path) -> None:
    """Write which files came in which order."""
    _written(folder, "MANIFEST.csv", "\n".join(("file", *(path.name for path in paths))) + "\n")


@dataclass
class Past:
    """``past.load("lmarena-csv", path)`` imports files; each import is a day after the last."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        prepare(self.url)

    @property
    def url(self) -> str:
        return self.settings.url

    def load(self, source: str, *paths: Path, board: str | None = None, on: date | None = None) -> Loaded:
        """Import files as the command does."""
        self.clock.forward(days=1)
        said = imports.Said(board, on)
        return imports.import_files(
            self.settings, SOURCES[source], paths, said=said, clock=self.clock, progress=Unseen()
        )

    def events(self, **where: Any) -> list[dict[str, Any]]:
        """Give all events of publications with these values, as the command line shows them.

        What was first seen of an unknown name hangs on what was loaded first, and is left out.
        """
        with opened(self.url) as engine, reading(engine) as session:
            shown = [answers.event(row) for row in read.events(session, everything=True)]
        shown = [each for each in shown if each["type"] != "registry.unknown"]
        return [each for each in shown if where.items() <= each.items()]

    def leads(self, **where: Any) -> set[tuple[str, str, str]]:
        """Give date, change and subject of each event of a model that holds."""
        return {
            (each["published_on"], each["change"], each["subject"]["id"])
            for each in self.events(type="lead.model", withdrawn=False, **where)
        }

    def standings(self) -> set[tuple[Any, ...]]:
        """Give every row of every version of every publication, each version in its place."""
        return standings_of(dump(self.url))

    def board(self, name: str = "lmarena/text", **query: Any) -> dict[str, Any]:
        with opened(self.url) as engine, reading(engine) as session:
            return answers.board(session, answers.BoardQuery(name, **query))

    def history(self, name: str, **query: Any) -> dict[str, Any]:
        with opened(self.url) as engine, reading(engine) as session:
            return chronicle.history(session, load_registry(), name, **query)

    def replay(self, **query: Any) -> list[dict[str, Any]]:
        declared = [file.source for file in SOURCES.values()]
        with opened(self.url) as engine, reading(engine) as session:
            return list(chronicle.replay(session, load_registry(), declared, **query))


def standings_of(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> set[tuple[Any, ...]]:
    """Give every row of every version of every publication, without numbers that say in which order they came."""
    names = {row["id"]: row["raw_name"] for row in tables["entry"]}
    about: dict[int, tuple[Any, ...]] = {}
    versions: dict[tuple[Any, ...], int] = {}
    for row in sorted(tables["snapshot"], key=itemgetter("observed_at", "line", "id")):
        place = tuple(row[name] for name in ("series", "board", "category", "published_on"))
        versions[place] = versions.get(place, 0) + 1
        about[row["id"]] = (*place, versions[place], row["accepted_at"] is None, row["content_hash"])
    return {
        (*about[row["snapshot_id"]], names[row["entry_id"]], *(row[name] for name in _NUMBERS))
        for row in tables["standing"]
    }


_NUMBERS = ("position", "rank", "rating", "lower", "upper", "votes", "preliminary")


def facts_of(url: str) -> dict[str, Any]:
    """Give all that a database holds, but for the numbers of rows and the times at which they were written."""
    tables = dump(url)
    names = {row["id"]: row["raw_name"] for row in tables["entry"]}
    plain = {name: [_plain(row, names) for row in found] for name, found in tables.items() if name != "standing"}
    return {name: sorted(found) for name, found in plain.items()} | {"standing": standings_of(tables)}


def _plain(row: Mapping[str, Any], names: Mapping[int, str]) -> str:
    kept = {name: value for name, value in row.items() if name not in WORDS_OF_ARRIVAL | {"id"}}
    return repr(kept | {"id": row["id"]} if isinstance(row.get("id"), str) else _named(kept, names))


def _named(row: dict[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    return row | {"entry_id": names[row["entry_id"]]} if "entry_id" in row else row


def by_id(events: Iterable[Mapping[str, Any]], *, withdrawn: bool) -> dict[str, Mapping[str, Any]]:
    """Give the events that are, or are not, withdrawn, by id."""
    return {each["id"]: each for each in events if each["withdrawn"] is withdrawn}


def kill_in_import(settings: Settings, source: str, paths: Sequence[Path], statement: str, number: int) -> None:
    """Import files in a process that dies before a statement that begins so, when it comes so many times."""
    context = children._processes()
    process = context.Process(
        target=_import_and_die, args=(settings, source, paths, statement, number), daemon=True
    )
    process.start()
    process.join(children.PATIENCE)
    assert process.exitcode == -signal.SIGKILL


def _import_and_die(settings: Settings, source: str, paths: Sequence[Path], statement: str, number: int) -> None:
    from run.child import die

    left = iter(range(number - 1))

    def watch(_connection: Any, _cursor: Any, said: str, *_: object) -> None:
        if said.startswith(statement) and next(left, None) is None:
            die()

    event.listen(Engine, "before_cursor_execute", watch)
    Past(settings).load(source, *paths)
