"""A history in one file: date by date, in order, whatever the order of its rows and row groups."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scrapers.formats import parquet as _parquet
from scrapers.formats.cells import date_of
from scrapers.formats.parquet import Slice, parquet_parts
from topspot.domain.values import LayoutChanged

COLUMNS = {"model_name": "text", "rating": "number", "leaderboard_publish_date": "date"}

DAYS = ("2026-06-21", "2026-07-12", "2026-07-16")

ROWS = [(f"{name}-{number}", float(number), day) for day in DAYS for number, name in enumerate("abcd")]


def write(path: Path, rows: list[tuple[Any, ...]], group: int = 100, **options: Any) -> Path:
    columns = list(zip(*rows, strict=True))
    pq.write_table(pa.table(dict(zip(COLUMNS, columns, strict=True))), path, row_group_size=group, **options)
    return path


def parts(path: Path, known: dict[date, str] | None = None, since: date | None = None) -> list[Slice]:
    found = parquet_parts(path, COLUMNS, "leaderboard_publish_date", date_of, known=known or {}, since=since)
    return list(found)


def rows_of(part: Slice) -> list[tuple[Any, ...]]:
    return list(zip(*part.columns or [], strict=True))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "full.parquet", ROWS)


def test_each_date_comes_with_its_rows_in_order(file: Path) -> None:
    found = parts(file)

    assert [part.day.isoformat() for part in found] == list(DAYS)
    assert [rows_of(part) for part in found] == [[row for row in ROWS if row[2] == day] for day in DAYS]
    assert {part.total for part in found} == {3}


@pytest.mark.parametrize("group", [1, 3, 5, 12])
def test_row_groups_may_end_anywhere(tmp_path: Path, file: Path, group: int) -> None:
    cut = write(tmp_path / "cut.parquet", ROWS, group)

    assert parts(cut) == parts(file)


def test_the_newest_date_may_come_first(tmp_path: Path) -> None:
    file = write(tmp_path / "turned.parquet", ROWS[::-1], 5)

    assert [part.day.isoformat() for part in parts(file)] == list(DAYS)


def test_rows_of_all_dates_may_be_mixed(tmp_path: Path) -> None:
    mixed = random.Random(3).sample(ROWS, len(ROWS))
    file = write(tmp_path / "mixed.parquet", mixed, 5)

    found = parts(file)

    assert [part.day.isoformat() for part in found] == list(DAYS)
    assert [sorted(rows_of(part)) for part in found] == [sorted(r for r in ROWS if r[2] == day) for day in DAYS]


def test_what_is_known_is_not_read_again(file: Path) -> None:
    known = {part.day: part.digest for part in parts(file)[:2]}

    found = parts(file, known)

    assert [part.columns is None for part in found] == [True, True, False]


def test_one_number_that_changed_is_read_again_and_the_other_dates_are_not(tmp_path: Path, file: Path) -> None:
    known = {part.day: part.digest for part in parts(file)}
    other = [(name, rating + (name == "c-2" and day == DAYS[1]), day) for name, rating, day in ROWS]

    found = parts(write(tmp_path / "other.parquet", other), known)

    assert [part.columns is None for part in found] == [True, False, True]


@pytest.mark.parametrize(
    "options",
    [{"compression": "zstd"}, {"use_dictionary": False}, {"group": 3}, {"data_page_size": 64}],
    ids=str,
)
def test_another_way_of_writing_the_same_says_the_same(
    tmp_path: Path, file: Path, options: dict[str, Any]
) -> None:
    again = write(tmp_path / "again.parquet", ROWS, **options)

    assert [part.digest for part in parts(again)] == [part.digest for part in parts(file)]


def test_dates_before_the_first_that_is_wanted_are_left_out(file: Path) -> None:
    found = parts(file, since=date(2026, 7, 12))

    assert [part.day.isoformat() for part in found] == list(DAYS[1:])
    assert {part.total for part in found} == {2}


@pytest.mark.parametrize("kind", [pa.string(), pa.date32(), pa.timestamp("ns")], ids=str)
def test_a_date_may_be_written_as_any_kind(tmp_path: Path, kind: pa.DataType) -> None:
    days: pa.Array[Any] = pa.array([row[2] for row in ROWS])
    columns = {"model_name": [row[0] for row in ROWS], "rating": [row[1] for row in ROWS]}
    path = tmp_path / "kind.parquet"
    pq.write_table(pa.table(columns | {"leaderboard_publish_date": days.cast(kind)}), path)

    assert [part.day.isoformat() for part in parts(path)] == list(DAYS)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("MOST_GROUP", "a row group of 12 rows"),
        ("MOST_HISTORY", "a file of 12 rows, more than the 5 that are read"),
        ("MOST_TEXT", "4 rows and more than 5 bytes of text"),
    ],
)
def test_what_is_too_large_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch, limit: str, said: str) -> None:
    monkeypatch.setattr(_parquet, limit, 5)

    with pytest.raises(LayoutChanged, match=said):
        parts(file)


def test_a_file_that_is_cut_is_said_to_be_damaged(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])

    with pytest.raises(LayoutChanged, match="a damaged Parquet file"):
        parts(file)


def test_a_date_that_is_missing_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "none.parquet", [*ROWS, ("e", 1.0, None)])

    with pytest.raises(LayoutChanged, match="leaderboard_publish_date should be a date, found 'None'"):
        parts(file)
