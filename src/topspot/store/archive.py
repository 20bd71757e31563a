"""The archive: every payload once, as a file named by its hash, so that today's parser can read it again."""

import os
import tempfile
from pathlib import Path

from topspot.domain.values import Payload


class ArchiveError(OSError):
    """A payload cannot be kept; the message is one line that names the folder and the reason."""


def path_of(folder: Path, sha256: str) -> Path:
    """Give the place of a payload in the archive."""
    return folder / sha256[:2] / sha256


def keep(folder: Path, payload: Payload) -> Path:
    """Write a payload unless it is there, whole or not at all. Raises ``ArchiveError``."""
    path = path_of(folder, payload.sha256)
    if path.exists():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, payload.body)
    except OSError as error:
        raise ArchiveError(
            f"{folder}: {error.strerror}: nothing of {payload.url} was kept; mend and run again"
        ) from error
    return path


def keep_file(folder: Path, payload: Payload) -> Path:
    """Move the file of a large payload to its place, and give that. Raises ``ArchiveError``."""
    path = path_of(folder, payload.sha256)
    if payload.file is None:
        raise ValueError(f"{payload.url} has no file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        payload.file.replace(path)
    except OSError as error:
        raise ArchiveError(
            f"{folder}: {error.strerror}: nothing of {payload.url} was kept; mend and run again"
        ) from error
    return path


def get(folder: Path, sha256: str) -> Path:
    """Give the place of a payload that was kept. Raises ``ArchiveError`` where it is no longer there."""
    path = path_of(folder, sha256)
    if not path.is_file():
        raise ArchiveError(f"{path} is not in the archive: bring it back from a backup, nothing was changed")
    return path


def _write(path: Path, body: bytes) -> None:
    """Write a file beside its place and move it there; what did not fit on the disk does not stay there."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
