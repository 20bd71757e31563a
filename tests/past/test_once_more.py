"""Imported once more: a publication that came back, a board said wrong, a file that could not be read."""

from pathlib import Path

from builders import parquet
from support.captured import empty
from support.cli import Topspot
from support.past import Past, catalog, manifest
from support.story import FABLE, GPT, table

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
