"""The archive: every payload once, whole or not at all."""

from pathlib import Path

import pytest

from builders import payload
from support.disk import room_for
from topspot.store import archive


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_payload_is_kept_under_its_hash(tmp_path: Path) -> None:
    given = payload(b"rows")

    path = archive.keep(tmp_path / "archive", given)

    assert path == tmp_path / "archive" / given.sha256[:2] / given.sha256
    assert path == archive.path_of(tmp_path / "archive", given.sha256)
    assert path.read_bytes() == b"rows"


def test_a_payload_is_kept_once(tmp_path: Path) -> None:
    first = archive.keep(tmp_path, payload(b"rows"))
    written = first.stat().st_mtime_ns

    again = archive.keep(tmp_path, payload(b"rows"))

    assert files_in(tmp_path) == [first] == [again]
    assert again.stat().st_mtime_ns == written


def test_different_bytes_lie_side_by_side(tmp_path: Path) -> None:
    archive.keep(tmp_path, payload(b"rows"))
    archive.keep(tmp_path, payload(b"other rows"))

    assert sorted(path.read_bytes() for path in files_in(tmp_path)) == [b"other rows", b"rows"]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.write_text("a file, not a folder")

    with pytest.raises(archive.ArchiveError) as told:
        archive.keep(folder, payload(b"rows"))

    assert str(told.value).startswith(f"{folder}: ")
    assert str(told.value).endswith("was kept; mend and run again")
    assert "\n" not in str(told.value)


def test_a_payload_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    with room_for(1_000), pytest.raises(archive.ArchiveError, match="mend and run again"):
        archive.keep(tmp_path, payload(b"r" * 100_000))

    assert files_in(tmp_path) == []


def test_after_a_full_disk_the_payload_is_kept_whole(tmp_path: Path) -> None:
    given = payload(b"r" * 100_000)
    with room_for(1_000), pytest.raises(archive.ArchiveError):
        archive.keep(tmp_path, given)

    path = archive.keep(tmp_path, given)

    assert path.read_bytes() == given.body
