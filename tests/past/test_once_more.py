"""Imported once more: a publication that came back, a board said wrong, a file that could not be read."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from builders import parquet
from support.captured import empty
from support.cli import Topspot
from support.databases import rows
from support.past import SOURCES, Past, catalog, manifest
from support.story import FABLE, GPT, table
from topspot import rebuild, review
from topspot.answers import NotFound
from topspot.backfill import Unseen

A = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0)}
B = {"o3": (1400.5, 10.0), "grok-3": (1450.5, 10.0)}


def test_a_publication_that_came_back_stands(sqlite_past: Past, files: Path) -> None:
    paths = [catalog(files, "2025-05-27", each, mark=mark) for mark, each in (("v1", A), ("v2", B), ("v3", A))]
    manifest(files, *paths)
    sqlite_past.load("lmarena-catalog", files)
    assert sqlite_past.board()["definitions"]["points"] == ["o3"]


def test_a_publication_that_came_back_does_not_depend_on_the_order_of_calls(
    sqlite_past: Past, files: Path
) -> None:
    paths = [catalog(files, "2025-05-27", each, mark=mark) for mark, each in (("v1", A), ("v2", B), ("v3", A))]
    manifest(files, *paths)
    for path in paths:
        sqlite_past.load("lmarena-catalog", path)
    forward = sqlite_past.board()["definitions"]["points"]
    folder = files.parent / "other"
    folder.mkdir()
    other = empty(folder)
    for path in reversed(paths):
        other.load("lmarena-catalog", path)
    assert other.board()["definitions"]["points"] == forward


def test_a_wrong_board_can_be_mended(sqlite_past: Past, files: Path) -> None:
    files.mkdir()
    path = files / "latest.parquet"
    path.write_bytes(parquet(table("2026-07-16", [(FABLE, 1650, 10), (GPT, 1600, 10)])))
    sqlite_past.load("lmarena", path, board="lmarena/text")
    assert sqlite_past.load("lmarena", path, board="lmarena/webdev").snapshots == 1


def test_a_file_that_could_not_be_read_is_named_again(sqlite_past: Past, files: Path) -> None:
    cut = catalog(files, "2025-05-27", A)
    cut.write_bytes(cut.read_bytes()[:-20])
    first, second = sqlite_past.load("lmarena-catalog", cut), sqlite_past.load("lmarena-catalog", cut)
    assert second.unreadable == first.unreadable


def test_a_cut_parquet_file_is_named_by_its_path(sqlite_past: Past, files: Path) -> None:
    files.mkdir()
    path = files / "2026-07-15_webdev.parquet"
    path.write_bytes(parquet(table("2026-07-16", [(FABLE, 1650, 10)]))[:-20])
    assert sqlite_past.load("lmarena", path).unreadable[0].startswith(f"{path}: ")


def test_a_path_that_may_not_be_looked_at_is_no_fault_of_topspot(topspot_sqlite: Topspot, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    ended = topspot_sqlite("import", "lmarena", str(tmp_path / "loop"))
    assert ended.code == 2
    assert "please report it" not in ended.err


def test_one_payload_under_two_names_is_rebuilt_once(sqlite_past: Past, files: Path) -> None:
    first = catalog(files, "2025-05-27", A)
    second = catalog(files, "2025-05-27", A, mark="copy")
    sqlite_past.load("lmarena-catalog", first, second)

    rebuilt = rebuild.rebuild(sqlite_past.settings, SOURCES, sqlite_past.clock, feeds={}, progress=Unseen())

    assert (rebuilt.snapshots, rebuilt.lost) == (1, [])


def test_what_was_first_imported_wrong_can_be_accepted(sqlite_past: Past, files: Path) -> None:
    file = catalog(files, "2030-01-01", A)
    sqlite_past.load("lmarena-csv", file)
    held = sqlite_past.load("lmarena-catalog", file).held
    [snapshot] = rows(sqlite_past.url, "snapshot")

    review.accept(sqlite_past.settings, SOURCES, snapshot["id"], "it is so", sqlite_past.clock)

    assert len(held) == 1
    assert len(rows(sqlite_past.url, "standing")) == 2


def test_what_was_said_to_be_of_another_date_can_be_accepted(sqlite_past: Past, files: Path) -> None:
    file = catalog(files, "2025-01-01", A)
    sqlite_past.load("lmarena-catalog", file)
    sqlite_past.load("lmarena-catalog", file, on=date(2030, 1, 1))
    [held] = rows(sqlite_past.url, "snapshot", accepted_at=None)

    review.accept(sqlite_past.settings, SOURCES, held["id"], "it is so", sqlite_past.clock)

    assert len(rows(sqlite_past.url, "standing", snapshot_id=held["id"])) == 2


def test_what_was_believed_before_a_drop_while_it_held_and_after_is_still_answered(
    sqlite_past: Past, files: Path
) -> None:
    sqlite_past.load("lmarena-catalog", catalog(files, "2025-01-01", A))
    asked = [sqlite_past.clock()]
    [snapshot] = rows(sqlite_past.url, "snapshot")
    for decide in (review.drop, review.accept):
        sqlite_past.clock.forward(days=1)
        decide(sqlite_past.settings, SOURCES, snapshot["id"], "a try", sqlite_past.clock)
        asked.append(sqlite_past.clock())

    assert len(sqlite_past.board(known_at=asked[0])["standings"]) == 2
    with pytest.raises(NotFound):
        sqlite_past.board(known_at=asked[1])
    assert len(sqlite_past.board(known_at=asked[2])["standings"]) == 2


def test_a_packed_parquet_file_is_read(sqlite_past: Past, files: Path) -> None:
    files.mkdir()
    file = files / "2026-07-16_webdev.parquet.gz"
    file.write_bytes(gzip.compress(parquet(table("2026-07-16", [(FABLE, 1650, 10), (GPT, 1600, 10)]))))

    loaded = sqlite_past.load("lmarena", file)

    assert (loaded.rows, loaded.unreadable) == (2, [])
