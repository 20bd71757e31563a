import logging
import os
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from topspot import files
from topspot.files import NoSuchFile, UnreadableFile, date_in, listed, read


def folder(root: Path, contents: Mapping[str, str]) -> Path:
    """Fill a folder with files by their paths."""
    for name, text in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def manifest(*names: str) -> str:
    return "\n".join(("file,rows", *(f"{name},1" for name in names))) + "\n"


def names(*paths: Path) -> list[str]:
    return [file.name for file in listed(paths)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2025-05-27_d95e4ad47_leaderboard-text.json.gz", date(2025, 5, 27)),
        ("leaderboard_table_20230619.csv", date(2023, 6, 19)),
        ("12345678_2025-05-27.json", date(2025, 5, 27)),
        ("2025-02-30.json", None),
        ("120250527.json", None),
        ("2025-0527.json", None),
        ("text.json", None),
    ],
)
def test_the_date_in_a_name_is_a_real_one(name: str, found: date | None) -> None:
    assert date_in(name) == found


def test_a_folder_means_all_files_in_it_and_below_in_order_of_date(tmp_path: Path) -> None:
    root = folder(tmp_path, {"2025-03-02.csv": "", "old/table_20230619.csv": "", "new/2025-03-01_x.csv": ""})

    found = listed([root])

    assert [file.name for file in found] == ["table_20230619.csv", "2025-03-01_x.csv", "2025-03-02.csv"]
    assert found[0] == (root / "old" / "table_20230619.csv", "table_20230619.csv", date(2023, 6, 19), None)


def test_hidden_files_and_manifests_are_left_out(tmp_path: Path) -> None:
    root = folder(tmp_path, {"a.csv": "", ".b.csv": "", ".git/c.csv": "", "MANIFEST.csv": "file\n"})

    assert names(root) == ["a.csv"]


def test_files_without_a_date_come_last_as_given(tmp_path: Path) -> None:
    root = folder(tmp_path, {"b.csv": "", "a.csv": "", "2025-03-01.csv": ""})

    assert names(root / "b.csv", root / "2025-03-01.csv", root / "a.csv") == ["2025-03-01.csv", "b.csv", "a.csv"]
    assert names(root) == ["2025-03-01.csv", "a.csv", "b.csv"]


def test_files_of_one_date_come_in_the_order_of_a_manifest_above(tmp_path: Path) -> None:
    root = folder(
        tmp_path,
        {
            "in/2025-05-27_a.json": "",
            "in/2025-05-27_b.json": "",
            "in/2025-05-26_z.json": "",
            "MANIFEST.csv": manifest("in/2025-05-27_b.json", "in/2025-05-27_a.json", "in/2025-05-26_z.json"),
        },
    )

    found = listed([root / "in" / "2025-05-27_a.json", root / "in"])

    assert [file.name for file in found] == ["2025-05-26_z.json", "2025-05-27_b.json", "2025-05-27_a.json"]
    assert [file.line for file in found] == [4, 2, 3]


def test_the_nearest_manifest_that_lists_a_file_counts(tmp_path: Path) -> None:
    pair = {"in/2025-05-27_a.json": "", "in/2025-05-27_b.json": ""}
    above = {"MANIFEST.csv": manifest("in/2025-05-27_b.json", "in/2025-05-27_a.json")}
    silent = {"in/MANIFEST.csv": manifest("another.json")}
    nearer = {"in/MANIFEST.csv": manifest("2025-05-27_a.json", "2025-05-27_b.json")}

    passed_by = names(folder(tmp_path / "1", pair | above | silent))
    counted = names(folder(tmp_path / "2", pair | above | nearer))

    assert passed_by == ["2025-05-27_b.json", "2025-05-27_a.json"]
    assert counted == ["2025-05-27_a.json", "2025-05-27_b.json"]


def test_files_that_no_manifest_lists_come_behind_those_of_their_date_as_given(tmp_path: Path) -> None:
    given = ["2025-05-27_c.json", "2025-05-27_b.json", "2025-05-27_a.json"]
    root = folder(tmp_path, dict.fromkeys(given, "") | {"MANIFEST.csv": manifest("2025-05-27_a.json")})

    assert names(*(root / name for name in given)) == [given[2], given[0], given[1]]


def test_a_manifest_that_cannot_be_read_lists_nothing_and_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = folder(tmp_path, {"2025-05-27_a.json": "", "2025-05-27_b.json": ""})
    (root / "MANIFEST.csv").write_bytes(b"file\n2025-05-27_b.json\n\xff\n")

    with caplog.at_level(logging.WARNING):
        assert names(root) == ["2025-05-27_a.json", "2025-05-27_b.json"]

    [line] = caplog.messages
    assert str(root / "MANIFEST.csv") in line
    assert "is not heeded" in line


def test_a_table_of_another_kind_that_is_called_manifest_is_passed_by(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = folder(
        tmp_path, {"in/a.csv": "", "in/MANIFEST.csv": "path,size\na.csv,1\n", "MANIFEST.csv": manifest("in/a.csv")}
    )

    assert [file.line for file in listed([root])] == [2]
    assert caplog.messages == []


def test_each_manifest_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(tmp_path, {f"in/{number}.csv": "" for number in range(50)} | {"MANIFEST.csv": manifest()})
    reads: list[Path] = []
    reading = files._manifest
    monkeypatch.setattr(files, "_manifest", lambda path: (reads.append(path), reading(path))[1])

    assert len(listed([root])) == 50
    assert len(reads) == len(set(reads)) == len((root / "in" / "x").parents)


def test_a_file_that_is_given_twice_is_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(tmp_path, {"in/a.csv": ""})
    monkeypatch.chdir(root)

    assert names(root, root / "in" / "a.csv", Path("in/../in/a.csv"), Path()) == ["a.csv"]


def test_a_link_to_a_file_stays_beside_its_manifest(tmp_path: Path) -> None:
    root = folder(tmp_path, {"store/0123": "", "in/MANIFEST.csv": manifest("2025-05-27.csv")})
    (root / "in" / "2025-05-27.csv").symlink_to(root / "store" / "0123")

    assert [(file.name, file.line) for file in listed([root / "in"])] == [("2025-05-27.csv", 2)]


def test_a_name_that_is_no_text_is_made_one(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"2025-05-27_\xff.csv")).write_text("")

    [file] = listed([tmp_path])

    assert file.name == "2025-05-27_\ufffd.csv"
    assert read(file.path) == b""


@pytest.mark.parametrize("name", ["none.csv", "a.csv/b.csv", "a\0.csv"])
def test_a_path_that_leads_nowhere_is_named(tmp_path: Path, name: str) -> None:
    root = folder(tmp_path, {"a.csv": ""})

    with pytest.raises(NoSuchFile) as caught:
        listed([root / "a.csv", root / name])

    assert str(caught.value) == f"{root / name}: there is no such file or folder"


def test_the_bytes_of_a_file_are_given_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfa\r\n\0")

    assert read(tmp_path / "a.csv") == b"\xef\xbb\xbfa\r\n\0"


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "lost.csv").symlink_to(tmp_path / "gone")

    for path, why in (
        (tmp_path, "folder"),
        (tmp_path / "pipe.csv", "regular"),
        (tmp_path / "lost.csv", "No such"),
    ):
        with pytest.raises(UnreadableFile) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: cannot be read: ")
        assert why in str(caught.value)


def test_a_file_that_is_too_large_is_named_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(files.LARGEST + 1)

    with pytest.raises(UnreadableFile, match=r"1,073,741,825 bytes are more than"):
        read(tmp_path / "a.csv")


@pytest.mark.captures
@pytest.mark.parametrize(
    ("source", "day", "kind", "order"),
    [
        ("arena_catalog", "2025-05-27", "text.json", "d95e4ad47 857735a2f a310074ac 6dddc5f35 209556bee"),
        ("arena_catalog", "2025-05-27", "control.json", "d95e4ad47 857735a2f a310074ac 6dddc5f35 209556bee"),
        ("fboulnois_csv", "2025-08-06", "lmarena_text", "283321b 80141c0 7a7158f e964e25"),
        ("smallai_arena_json", "2026-02-27", "text-style", "eeff8dc 81f862c"),
    ],
)
def test_captured_files_of_one_date_come_in_the_order_of_their_manifest(
    captures: Path, source: str, day: str, kind: str, order: str
) -> None:
    found = listed([captures / "leaderboards" / "lmarena" / source])

    assert [
        file.name.split("_")[1] for file in found if file.name.startswith(day) and kind in file.name
    ] == order.split()
    assert [file.date for file in found] == sorted(file.date for file in found if file.date)


@pytest.mark.captures
def test_without_their_manifest_captured_files_come_as_given(captures: Path, tmp_path: Path) -> None:
    there = listed([captures / "leaderboards" / "lmarena" / "arena_catalog"])
    for file in there:
        shutil.copy(file.path, tmp_path)

    assert all(file.line for file in there)
    assert [file.name for file in listed([tmp_path])] == sorted(file.name for file in there)
