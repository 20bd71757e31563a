"""A made-up history as large as the largest there is: 120 dates of 30 categories, 1.1 million rows, one file."""

import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ORGANIZATIONS = ("anthropic", "openai", "google", "moonshot", "alibaba", "deepseek-ai", "xai", "meta", "zai", "")
FIRST = date(2023, 5, 8)
DATES, CATEGORIES, MODELS = 120, 30, 400

NUMBERS = ("rating", "rating_lower", "rating_upper", "variance", "vote_count", "rank")
TEXTS = ("model_name", "organization", "license", "category", "leaderboard_publish_date")


def write(path: Path, dates: int = DATES, seed: int = 7) -> int:
    """Write the history of the first ``dates`` dates; more dates only add rows. Give the number of rows."""
    kinds: list[tuple[str, pa.DataType]] = [
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.float64()) for name in NUMBERS),
    ]
    schema = pa.schema(kinds)
    rows = 0
    with pq.ParquetWriter(path, schema) as file:
        waiting: list[pa.Table] = []
        for columns in _dates(dates, random.Random(seed)):
            waiting.append(pa.table(columns, schema))
            rows += waiting[-1].num_rows
        file.write_table(pa.concat_tables(waiting), row_group_size=1_000_000)
    return rows


def _dates(dates: int, chance: random.Random) -> Iterator[dict[str, list[object]]]:
    names = [f"model-{number:03d}-{chance.randrange(10**6):06d}" for number in range(MODELS)]
    strength = [chance.gauss(1300, 90) for _ in names]
    width = [chance.uniform(3, 14) for _ in names]
    for number in range(dates):
        there = 233 + number * (MODELS - 233) // DATES
        strength = [value + chance.gauss(0, 1.5) for value in strength]
        yield _one_date(number, names[:there], strength, width, chance)


def _one_date(
    number: int, names: list[str], strength: list[float], width: list[float], chance: random.Random
) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {name: [] for name in (*TEXTS, *NUMBERS)}
    day = (FIRST + timedelta(days=10 * number)).isoformat()
    for category in range(CATEGORIES):
        ratings = [value + chance.gauss(0, 4) for value in strength[: len(names)]]
        order = sorted(range(len(names)), key=ratings.__getitem__, reverse=True)
        columns["model_name"] += [names[index] for index in order]
        columns["organization"] += [ORGANIZATIONS[index % len(ORGANIZATIONS)] for index in order]
        columns["license"] += ["MIT" if index % 3 else "Proprietary" for index in order]
        columns["category"] += ["overall" if category == 0 else f"category_{category:02d}"] * len(order)
        columns["leaderboard_publish_date"] += [day] * len(order)
        columns["rating"] += [ratings[index] for index in order]
        columns["rating_lower"] += [ratings[index] - width[index] for index in order]
        columns["rating_upper"] += [ratings[index] + width[index] for index in order]
        columns["variance"] += [(width[index] / 1.96) ** 2 for index in order]
        columns["vote_count"] += [float(500 + 37 * index + number) for index in order]
        columns["rank"] += [float(rank) for rank in range(1, len(order) + 1)]
    return columns


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else DATES))
