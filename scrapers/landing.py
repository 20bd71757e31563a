"""Where a large body lands: in a file, as it comes, unpacked and hashed on the way."""

import contextlib
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from scrapy.exceptions import ResponseDataLossError

STEP = 2**20
"""Bytes that are unpacked at a time: what a bomb can take of memory before the limit stops it."""

_GZIP = 31  # zlib's window for a gzip header


class Landed(NamedTuple):
    """A body that is whole: its file, and the SHA-256 of it in hexadecimal."""

    path: Path
    sha256: str


class LandedTooLarge(Exception):
    """More bytes than the limit, received or unpacked."""


class Landing:
    """Takes a body piece by piece. ``gzip`` is whether it is packed; ``largest`` is in bytes, unpacked too."""

    def __init__(self, file: IO[bytes], *, gzip: bool, largest: int) -> None:
        self._file = file
        self._largest = largest
        self._hash = hashlib.sha256()
        self._received = self._written = 0
        self._unpacking = zlib.decompressobj(_GZIP) if gzip else None

    def take(self, chunk: bytes) -> None:
        """Write one piece. Raises ``LandedTooLarge``, ``ResponseDataLossError`` for a damaged stream."""
        self._received += len(chunk)
        if self._received > self._largest:
            raise LandedTooLarge
        if self._unpacking is None:
            self._write(chunk)
        else:
            self._unpack(chunk)

    def _unpack(self, chunk: bytes) -> None:
        while chunk and self._unpacking:
            if self._unpacking.eof:  # padding, or another member
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    return
                self._unpacking = zlib.decompressobj(_GZIP)
            try:
                self._write(self._unpacking.decompress(chunk, STEP))
            except zlib.error as error:
                raise _damaged() from error
            chunk = self._unpacking.unconsumed_tail or self._unpacking.unused_data

    def _write(self, piece: bytes) -> None:
        self._written += len(piece)
        if self._written > self._largest:
            raise LandedTooLarge
        self._hash.update(piece)
        self._file.write(piece)

    def end(self) -> Landed:
        """Give the whole body. Raises ``ResponseDataLossError`` where a packed one breaks off."""
        if self._unpacking and self._received and not self._unpacking.eof:
            raise _damaged()
        self._file.flush()
        return Landed(Path(self._file.name), self._hash.hexdigest())


@contextlib.contextmanager
def landing(folder: Path, *, gzip: bool, largest: int) -> Iterator[Landing]:
    """Give a landing in a new file of ``folder``; whatever is raised inside leaves no file behind."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
        try:
            yield Landing(file, gzip=gzip, largest=largest)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _damaged() -> ResponseDataLossError:
    return ResponseDataLossError("sent a gzip stream that is damaged or breaks off")
