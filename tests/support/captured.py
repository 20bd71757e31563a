"""Everything that was captured of LMArena, imported in one go."""

from collections import defaultdict
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from scrapers.boards.lmarena_catalog import ROUNDED
from support.databases import opened
from support.past import Past
from topspot.files import listed
from topspot.settings import Settings
from topspot.store.tables import Base

TABLES = Base.metadata.tables

FOLDERS = {
    "lmarena": ("official_dataset_latest",),
    "lmarena-catalog": ("arena_catalog", "smallai_arena_json"),
    "lmarena-csv": ("fboulnois_csv",),
    "lmarena-tables": ("hf_space_tables",),
}

SOURCES = {
    "lmarena/official_dataset_latest": "lmarena",
    "lmarena/arena_catalog": "lmarena-catalog",
    "lmarena/smallai_arena_json": "lmarena-catalog",
    "lmarena/fboulnois_csv": "lmarena-csv",
    "lmarena/hf_space_tables": "lmarena-tables",
    "lmarena/html": "lmarena-page",
    "lmarena/model_registry": "lmarena-page",
    "artificial_analysis": "artificial-analysis",
    "epoch_eci": "epoch",
}
"""The source that reads the files of a folder, where its key is not the folder's name."""


def source_of(file: str) -> str:
    """Give the key of the source that reads a file, by its path below the leaderboards."""
    return next((SOURCES[each] for each in SOURCES if file.startswith(f"{each}/")), file.partition("/")[0])


Place = tuple[str, str, str, str]
"""Names a publication: its series, board, category and date."""


class Version(NamedTuple):
    """One version of a publication; each row is its name, position, rank, rating, bounds and votes."""

    payload: str
    observed_at: datetime
    rows: list[tuple[object, ...]]


class Captured:
    """Read-only: ``loaded`` says what each source gave, ``versions`` are the publications, ``events`` all events."""

    def __init__(self, captures: Path, folder: Path) -> None:
        self.captures = captures / "leaderboards" / "lmarena"
        self.past = empty(folder)
        self.loaded = {
            source: self.past.load(source, *(self.captures / name for name in names))
            for source, names in FOLDERS.items()
        }
        self.events = self.past.events()
        self.versions = versions_of(self.past.url)

    def points_leader(self, series: str, board: str, category: str, day: str) -> str:
        """Give the model in first position of the publication that stands."""
        return str(self.versions[series, board, category, day][-1].rows[0][0])


def empty(folder: Path) -> Past:
    """Give an empty database in a folder."""
    return Past(Settings(data_dir=folder, download_delay=0, contact="tests@example.org"))


def load_backwards(past: Past, source: str, folder: Path, *, only: str = "", since: str = "") -> None:
    """Import files of a folder a call a date, the newest date first; those of one date keep their order.

    They are those with ``only`` in their names, of which ``since`` is the first that counts.
    """
    files = (file for file in listed([folder]) if only in file.name and file.name >= since)
    for found in reversed([list(some) for _, some in groupby(files, key=lambda file: file.date)]):
        past.load(source, *(file.path for file in found))


def versions_of(url: str) -> dict[Place, list[Version]]:
    """Give the versions of each publication in their order, but for the third party's, which are more than half."""
    snapshot, standing, entry = (TABLES[name] for name in ("snapshot", "standing", "entry"))
    about = ("series", "board", "category", "published_on", "id", "payload", "observed_at")
    numbers = ("position", "rank", "rating", "lower", "upper", "votes")
    query = (
        select(*(snapshot.c[name] for name in about), entry.c.raw_name, *(standing.c[name] for name in numbers))
        .join_from(snapshot, standing, standing.c.snapshot_id == snapshot.c.id)
        .join(entry, entry.c.id == standing.c.entry_id)
        .where(snapshot.c.series != ROUNDED)
        .order_by(snapshot.c.observed_at, snapshot.c.line, snapshot.c.id, standing.c.position)
    )
    found: dict[Place, list[Version]] = defaultdict(list)
    with opened(url) as engine, engine.connect() as connection:
        for publication, rows in groupby(connection.execute(query), key=lambda row: row[:7]):
            series, board, category, day, _, payload, observed_at = publication
            version = Version(payload, observed_at, [tuple(row[7:]) for row in rows])
            found[series, board, category, day.isoformat()].append(version)
    return dict(found)
