"""Files of this machine that are imported: which ones, in which order, and their bytes.

A file's date stands in its name; what came first among files of one date does not, so a ``MANIFEST.csv`` says it.
"""

import csv
import datetime as dt
import logging
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MANIFEST = "MANIFEST.csv"

LARGEST = 2**30
"""Size in bytes of the largest file that is read."""

_DATE = re.compile(r"(?<![0-9])([0-9]{4})([-_]?)([0-9]{2})\2([0-9]{2})(?![0-9])")

_logger = logging.getLogger(__name__)


class File(NamedTuple):
    """A file to import: where it is, what it is called, its date, and its line in a manifest.

    The date is the one in its name, else the manifest's (column ``date``). ``date`` and ``line`` (from 1, the
    heading's) are ``None`` where there is none.
    """

    path: Path
    name: str
    date: dt.date | None
    line: int | None


class NoSuchFile(ValueError):
    """A path that was given leads nowhere; the message names it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: there is no such file or folder")


class UnreadableFile(ValueError):
    """A file is there and cannot be read; the message names it and says why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot be read: {why}")


class _Place(NamedTuple):
    """Where a manifest puts a file."""

    manifest: str
    line: int
    date: dt.date | None


def date_in(name: str) -> dt.date | None:
    """Give the first date in a file's name, such as 2025-05-27, 2025_05_27 or 20250527, else ``None``."""
    for year, _, month, day in _DATE.findall(name):
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            continue  # eight digits of a hash
    return None


def listed(paths: Sequence[Path]) -> list[File]:
    """Give the files to import, in the order in which they were published, each once.

    A folder means all files in it and below it, but for hidden ones and manifests; links to folders are not
    followed. The order is that of the dates in the names (or in the manifest), files without one last. Files of
    one date come in the order of the nearest ``MANIFEST.csv`` there or above that lists them, then those that none
    lists, as given (in a folder: by name). A manifest that cannot be read lists nothing, and a warning in the log
    names it.

    Raises ``NoSuchFile`` for a path that leads nowhere, ``UnreadableFile`` for one that may not be looked at.
    """
    manifests: dict[Path, dict[Path, _Place]] = {}
    every = dict.fromkeys(path for given in paths for path in _files_at(given))
    placed = [(path, _place_of(path, manifests)) for path in every]
    return sorted(_ordered(placed), key=lambda file: file.date or dt.date.max)


def read(path: Path) -> bytes:
    """Give the bytes of a file. Raises ``UnreadableFile`` for what is no file, too large or not to be read."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableFile(path, "it is a folder that may not be looked into")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile(path, "it is not a regular file")
        if found.st_size > LARGEST:
            raise UnreadableFile(path, f"{found.st_size:,} bytes are more than the {LARGEST:,} that are read")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error.strerror or type(error).__name__) from error


def _files_at(given: Path) -> Iterator[Path]:
    try:
        folder = stat.S_ISDIR(given.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise NoSuchFile(given) from None
    except OSError as error:
        raise UnreadableFile(given, error.strerror or type(error).__name__) from error
    if folder:
        yield from _files_below(given.resolve())
    else:
        # a link stays where it lies: the manifest is beside it
        yield given.parent.resolve() / given.name


def _files_below(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(names) if not name.startswith(".") and name != MANIFEST)
    yield from closed  # reading them will say why, and the others are read


def _place_of(path: Path, manifests: dict[Path, dict[Path, _Place]]) -> _Place | None:
    for folder in path.parents:
        if folder not in manifests:
            manifests[folder] = _manifest(folder)
        if path in manifests[folder]:
            return manifests[folder][path]
    return None


def _manifest(folder: Path) -> dict[Path, _Place]:
    path = folder / MANIFEST
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            return {
                folder / row["file"]: _Place(str(folder), rows.line_num, date_in(row.get("date") or ""))
                for row in rows
                if row.get("file")
            }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, csv.Error) as error:
        _logger.warning("%s is not heeded: it cannot be read as CSV (%s)", path, error)
        return {}


def _ordered(placed: Sequence[tuple[Path, _Place | None]]) -> Iterator[File]:
    there = [(place, path) for path, place in placed if place]
    for place, path in sorted(there, key=lambda each: each[0][:2]):
        yield _file(path, place)
    yield from (_file(path, None) for path, place in placed if not place)


def _file(path: Path, place: _Place | None) -> File:
    # a name is stored as text: bytes in it that are none would stop the database
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return File(path, name, date_in(name) or (place and place.date), place and place.line)
