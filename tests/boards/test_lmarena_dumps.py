import dataclasses
import gzip
import json
import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from builders import PUBLISHED, parquet, payload, printed
from scrapers.boards import lmarena
from scrapers.boards._lmarena_dumps import board_of, dump_rows, fetched_at
from support.dataset import parquet_file
from support.printed import captured_files, imported, imported_json, plain
from topspot.domain.publications import hash_of
from topspot.domain.values import LayoutChanged, Payload, Reading, Remark

NAME = "2026-07-17_webdev.json"

WEBDEV = "lmarena/webdev"

META = {"subset": "webdev", "leaderboard_publish_date": "2026-07-16", "fetched_at": "2026-07-17T04:05:56+00:00"}

ROWS = [
    printed("kimi-k3", 1678.5, 17.5),
    printed("claude-fable-5", 1631, 13, organization=None, rank=2.0, vote_count=2505.0),
    printed("kimi-k3", 1634.6, 53.7, category="webdev-html", vote_count=154),
]


def undated(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "leaderboard_publish_date"}


def dump(rows: list[Any] | None = None, **meta: Any) -> dict[str, Any]:
    """Build a dump, whose rows have no date of their own."""
    return {"meta": META | meta, "rows": [undated(row) for row in ROWS] if rows is None else rows}


def read(file: Any, **said: Any) -> list[Reading]:
    return [row for row in dump_rows(imported_json(NAME, file, **said), WEBDEV) if isinstance(row, Reading)]


def remarks(file: Any) -> list[str]:
    return [each.text for each in dump_rows(imported_json(NAME, file), WEBDEV) if isinstance(each, Remark)]


def refusal(file: Any) -> str:
    with pytest.raises(LayoutChanged) as caught:
        read(file)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_rows_are_those_of_the_parquet_file() -> None:
    for retype in ({}, {"rank": pa.float64(), "vote_count": pa.float64()}):
        whole = list(lmarena.parse(payload(parquet(ROWS, retype=retype))))
        rows = read(dump())

        assert rows == whole
        assert hash_of(rows) == hash_of(whole)
        assert [list(map(type, row)) for row in rows] == [list(map(type, row)) for row in whole]
    assert remarks(dump()) == []


@pytest.mark.captures
def test_a_captured_dump_gives_the_rows_of_its_parquet_file(captures: Path) -> None:
    path = captures / "leaderboards/lmarena/official_dataset_latest/2026-07-17_text.json.gz"
    whole = list(lmarena.parse(payload(parquet_file(path), lmarena.address("text"))))

    assert list(dump_rows(imported(path.name, path.read_bytes()), "lmarena/text")) == whole
    assert len(whole) == 10_069


@pytest.mark.captures
def test_all_captured_dumps_are_read_whole(captures: Path) -> None:
    total = 0
    payloads = captured_files(captures, "official_dataset_latest")
    for each in payloads:
        meta = json.loads(plain(each))["meta"]
        board = board_of(each)
        rows = list(dump_rows(each, board))
        total += len(rows)
        assert board == f"lmarena/{meta['subset'].replace('_', '-')}"
        assert len(rows) == meta["n_rows"]
        assert all(isinstance(row, Reading) for row in rows)
        assert {row.category for row in rows if isinstance(row, Reading)} == set(meta["categories"])
        assert {str(row.published_on) for row in rows if isinstance(row, Reading)} == {
            meta["leaderboard_publish_date"]
        }

    assert (len(payloads), total) == (24, 83_738)


def test_a_count_that_is_none_stays_as_printed_for_check_to_see() -> None:
    row = printed(rank=1.5, vote_count=math.nan, rating=None, rating_lower=math.inf)

    [found] = read(dump([row]))

    assert (found.rank, found.rating, found.lower) == (1.5, None, math.inf)
    assert found.votes is not None
    assert math.isnan(found.votes)


def test_a_row_s_own_date_wins_then_what_was_said_then_that_of_the_whole() -> None:
    own, none = printed(leaderboard_publish_date="2026-07-12T00:00:00"), undated(printed())

    assert [row.published_on.day for row in read(dump([own, none]))] == [12, 16]
    assert [row.published_on.day for row in read(dump([own, none]), on=date(2026, 7, 14))] == [12, 14]


def test_rows_without_anything_beside_them_are_read_too() -> None:
    assert read(ROWS) == read({"rows": ROWS}) == read(dump())
    assert {row.published_on for row in read(ROWS)} == {PUBLISHED}
    assert "--published" in refusal([undated(each) for each in ROWS])


@pytest.mark.parametrize(
    ("name", "meta", "board"),
    [
        ("2026-07-17_text.json", {"subset": "text_style_control"}, "lmarena/text-style-control"),
        ("2026-07-17_text-style-control.json.gz", {}, "lmarena/text-style-control"),
        ("image_to_video_2026.json", {"subset": "hologram"}, "lmarena/image-to-video"),
        ("text.json", {"subset": 7}, "lmarena/text"),
    ],
)
def test_the_board_is_that_of_the_subset_else_that_in_the_name(name: str, meta: Any, board: str) -> None:
    assert board_of(imported_json(name, {"meta": meta, "rows": ROWS})) == board


def test_the_board_said_on_import_wins() -> None:
    file = imported_json(NAME, dump(), board="lmarena/search")

    assert board_of(file) == "lmarena/search"
    with pytest.raises(LayoutChanged, match="'lmarena/chess' is none of"):
        board_of(imported_json(NAME, dump(), board="lmarena/chess"))


def test_a_parquet_file_tells_its_board_by_its_name() -> None:
    assert board_of(imported("full_text_to_image.parquet", parquet(ROWS))) == "lmarena/text-to-image"
    assert fetched_at(imported("full_text_to_image.parquet", parquet(ROWS))) is None


def test_a_file_that_tells_no_board_asks_for_one() -> None:
    with pytest.raises(LayoutChanged, match="say --board with one of lmarena/text, "):
        board_of(imported_json("context.json", ROWS))


def test_a_subset_of_another_board_is_reported() -> None:
    for subset in ("text", "hologram"):
        assert remarks(dump(subset=subset)) == [
            f"subset '{subset}' is not that of lmarena/webdev, as which the rows are read"
        ]


def test_a_column_that_nobody_knows_is_reported_once() -> None:
    assert remarks(dump([row | {"elo": 1} for row in ROWS])) == ["column 'elo' is not known and is left out"]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-07-17T04:05:56+00:00", datetime(2026, 7, 17, 4, 5, 56, tzinfo=UTC)),
        ("2026-07-17T06:05:56+02:00", datetime(2026, 7, 17, 4, 5, 56, tzinfo=UTC)),
        ("2026-07-17T04:05:56", datetime(2026, 7, 17, 4, 5, 56, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        (None, None),
        (7, None),
    ],
)
def test_the_instant_of_the_fetch_is_in_utc(written: object, instant: datetime | None) -> None:
    found = fetched_at(imported_json(NAME, dump(fetched_at=written)))

    assert found == instant
    assert found is None or found.tzinfo is UTC


def test_a_file_that_cannot_be_read_says_no_instant() -> None:
    assert fetched_at(imported(NAME, json.dumps(dump())[:-9])) is None


def test_a_dump_or_a_parquet_file_that_lies_on_disk_is_read_there(tmp_path: Path) -> None:
    def lying(name: str, body: bytes) -> Payload:
        (tmp_path / name).write_bytes(body)
        return dataclasses.replace(imported(name, b""), file=tmp_path / name)

    text = lying(NAME, json.dumps(dump()).encode())

    assert list(dump_rows(text, board_of(text))) == read(dump())
    assert board_of(lying("text.parquet", parquet(ROWS))) == "lmarena/text"


def test_a_packed_dump_is_read_alike() -> None:
    packed = imported("2026-07-17_webdev.json.gz", gzip.compress(json.dumps(dump()).encode()))

    assert list(dump_rows(packed, board_of(packed))) == read(dump())


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ({"meta": META}, "expected rows"),
        ("rows", "expected rows"),
        ({"meta": [], "rows": ROWS}, "'meta' should be an object"),
        (dump([]), "no rows"),
        (dump([ROWS[0], 7]), "row 2 should be an object"),
        (dump([ROWS[0], {"category": "overall"}]), "'model_name' of row 2 is missing; found 'category'"),
        (dump([printed(rank="first")]), "'rank' of row 1 should be a number, found 'first'"),
        (dump([printed(vote_count=True)]), "'vote_count' of row 1 should be a number"),
        (dump([printed(license=7)]), "'license' of row 1 should be text"),
        (dump([printed(category=None)]), "column 'category' should hold a name"),
        (dump([printed(category="over\0all")]), "column 'category' should hold a name"),
        (dump([printed(leaderboard_publish_date="")]), "leaderboard_publish_date should be a date"),
        (dump(leaderboard_publish_date=20260716), "leaderboard_publish_date should be a date"),
        (dump(leaderboard_publish_date=None), "no leaderboard_publish_date"),
    ],
    ids=[
        "no rows", "text", "meta", "empty", "row", "missing", "word", "truth", "number", "no category", "category",
        "no date", "number for a date", "no date at all",
    ],
)  # fmt: skip
def test_another_shape_is_refused_with_its_place(file: Any, why: str) -> None:
    assert refusal(file).startswith(why)
