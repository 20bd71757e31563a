"""Builders of the values of the line: each gives a whole value, of which a test names only what it is about."""

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from scrapers.boards import lmarena
from topspot.domain.compare import Event, Place, Subject, event_id
from topspot.domain.values import Board, Payload, Reading, Standing

URL = lmarena.address("webdev")

WEBDEV: Board = lmarena.SOURCE.boards[URL]

PUBLISHED = date(2026, 7, 16)

OBSERVED = datetime(2026, 7, 17, 4, 5, 56, tzinfo=UTC)


def row(name: str, rating: float | None = None, plus_minus: float | None = None, **fields: Any) -> Standing:
    """Build a standing; ``developer`` is its name, of which the key is made: Moonshot AI, moonshot-ai."""
    developer = fields.pop("developer", None)
    made = {
        "position": 1,
        "model": name,
        "developer": developer and developer.lower().replace(" ", "-"),
        "developer_name": developer,
    }
    return Standing(**{"name": name, "rating": rating} | _bounds(rating, plus_minus) | made | fields)


def board(*parts: Standing | str | float) -> list[Standing]:
    """Put rows in their positions: ``board(row("a", 1500, 10), row("b", 1490, 10))``, ``board("a", 1500)``."""
    names = [index for index, part in enumerate(parts) if isinstance(part, str)]
    rows = [part for part in parts if isinstance(part, Standing)]
    rows += [row(str(parts[index]), float(parts[index + 1])) for index in names]  # type: ignore[arg-type]
    rows.sort(key=lambda each: -(each.rating or 0))
    return [each._replace(position=position) for position, each in enumerate(rows, start=1)]


def reading(
    name: str = "kimi-k3", rating: float | None = 1678.5, plus_minus: float | None = 17.5, **fields: Any
) -> Reading:
    """Build a row as a source prints it."""
    given: dict[str, Any] = {"board": WEBDEV.key, "category": "overall", "published_on": PUBLISHED}
    counts = {"rank": 1, "votes": 1757}
    return Reading(**given | counts | {"name": name, "rating": rating} | _bounds(rating, plus_minus) | fields)


def place(**fields: Any) -> Place:
    """Say where and when two snapshots are compared."""
    given: dict[str, Any] = {
        "board": WEBDEV.key,
        "category": "overall",
        "series": "lmarena",
        "published_on": PUBLISHED,
        "observed_at": OBSERVED,
    }
    return Place(**(given | fields))


def event(change: str = "takes", subject: str = "a", kind: str = "model", **fields: Any) -> Event:
    """Build the event that ``subject`` did something to first place of WebDev."""
    where = place(**{name: fields.pop(name) for name in Place._fields if name in fields})
    given: dict[str, Any] = {
        "id": event_id(f"lead.{kind}@1", *where[:-1], subject, change),
        "type": f"lead.{kind}",
        "rule": f"lead.{kind}@1",
        "change": change,
        "subject": Subject(kind, subject, subject),
        "decided_by": "rank_ub",
        "tied": 1,
    }
    return Event(**where._asdict() | given | fields)


def printed(
    name: str = "kimi-k3", rating: float | None = 1678.5, plus_minus: float = 17.5, **columns: Any
) -> dict[str, Any]:
    """Build a row of LMArena's dataset, by column."""
    bounds = _bounds(rating, plus_minus)
    given: dict[str, Any] = {
        "model_name": name,
        "organization": "moonshot",
        "license": "Proprietary",
        "rating": rating,
        "rating_lower": bounds.get("lower"),
        "rating_upper": bounds.get("upper"),
        "variance": 79.6,
        "vote_count": 1757,
        "rank": 1,
        "category": "overall",
        "leaderboard_publish_date": PUBLISHED.isoformat(),
    }
    return given | columns


def parquet(
    rows: Iterable[Mapping[str, Any]],
    *,
    drop: Sequence[str] = (),
    rename: Mapping[str, str] | None = None,
    retype: Mapping[str, pa.DataType] | None = None,
    columns: Mapping[str, "pa.Array[Any]"] | None = None,
) -> bytes:
    """Write rows in the shape of LMArena's dataset, or in another one; ``columns`` are added or replaced."""
    rows = list(rows)
    arrays = {name: pa.array([each[name] for each in rows], kind) for name, kind in TYPES.items()}
    for name, kind in (retype or {}).items():
        arrays[name] = arrays[name].cast(kind)
    arrays |= columns or {}
    renamed = {(rename or {}).get(name, name): array for name, array in arrays.items() if name not in drop}
    return parquet_of(pa.table(renamed))


def parquet_of(table: pa.Table, **options: Any) -> bytes:
    """Write a table as a Parquet file."""
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


TYPES = {
    "model_name": pa.string(),
    "organization": pa.string(),
    "license": pa.string(),
    "rating": pa.float64(),
    "rating_lower": pa.float64(),
    "rating_upper": pa.float64(),
    "variance": pa.float64(),
    "vote_count": pa.int64(),
    "rank": pa.int64(),
    "category": pa.string(),
    "leaderboard_publish_date": pa.string(),
}


def payload(body: bytes, url: str = URL) -> Payload:
    """Wrap the bytes of an answer."""
    return Payload(url, body, hashlib.sha256(body).hexdigest(), "application/octet-stream", OBSERVED)


MADE_BY: dict[str, dict[str, Any]] = {
    "a": {"developer": "Anthropic", "country": "US"},
    "b": {"developer": "Anthropic", "country": "US"},
    "c": {"developer": "OpenAI", "country": "US"},
    "d": {"developer": "Alibaba", "country": "CN"},
    "e": {"developer": "Moonshot AI", "country": "CN"},
    "f": {"developer": "Nomads"},
    "g": {},
    "h": {},
}
"""A small world of models: two of one developer, two of one country, one without country, two unknown."""


def boards(*, intervals: bool | None = None, distinct: bool = False) -> st.SearchStrategy[list[Standing]]:
    """Draw boards of the small world, with or without intervals, mostly with ties; a model may stand twice."""
    widths = st.integers(0, 8)
    line = st.tuples(st.sampled_from(sorted(MADE_BY)), st.integers(1490, 1510), widths, widths)
    lines = st.lists(line, min_size=1, max_size=8, unique_by=(lambda each: each[1]) if distinct else None)
    with_bounds = st.booleans() if intervals is None else st.just(intervals)
    return st.builds(_board_of, lines, with_bounds)


def _board_of(lines: Sequence[tuple[str, int, int, int]], with_bounds: bool) -> list[Standing]:
    rows = [
        row(name, rating, lower=rating - down, upper=rating + up, **MADE_BY[name])
        if with_bounds
        else row(name, rating, **MADE_BY[name])
        for name, rating, down, up in lines
    ]
    return board(*rows)


def _bounds(rating: float | None, plus_minus: float | None) -> dict[str, float]:
    if rating is None or plus_minus is None:
        return {}
    return {"lower": rating - plus_minus, "upper": rating + plus_minus}
