"""The captured files of LMArena's dataset, as the Parquet files that they were."""

import functools
import gzip
import json
from pathlib import Path

import pyarrow as pa

from builders import TYPES, parquet_of
from scrapers.boards._lmarena import SUBSETS

DAYS = ("2026-07-01", "2026-07-16", "2026-07-17", "2026-07-28", "2026-08-22")


def file_for(captures: Path, subset: str, day: str) -> Path:
    """Find what a subset held on a day: its file of the day, else its last one, else its first."""
    folder = captures / "leaderboards" / "lmarena" / "official_dataset_latest"
    there = {found: folder / f"{found}_{subset}.json.gz" for found in DAYS}
    days = [found for found, path in there.items() if path.exists()]
    before = [found for found in days if found <= day]
    return there[before[-1] if before else days[0]]


@functools.cache
def parquet_file(path: Path) -> bytes:
    """Give a captured file as Parquet; the capture holds the published date once for all rows."""
    with gzip.open(path) as file:
        captured = json.load(file)
    rows = captured["rows"]
    on = captured["meta"]["leaderboard_publish_date"]
    columns = {name: pa.array([row.get(name, on) for row in rows], kind) for name, kind in TYPES.items()}
    return parquet_of(pa.table(columns))


def published(captures: Path, day: str) -> dict[str, bytes]:
    """Give every subset as it was on a day."""
    return {subset: parquet_file(file_for(captures, subset, day)) for subset in SUBSETS}
