"""Zip payloads: one file out of them, read within bounds."""

import io
import struct
import zlib
from typing import TYPE_CHECKING

from scrapers.formats import files
from topspot.domain.values import LayoutChanged, Payload

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MARKS = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip file begins: with a file, or with the end of the list of none."""

_READ = (0, 8)  # stored and deflated, as every program writes; the others bring errors of their own

_STEP = 2**20

_ENCRYPTED = 0x1


def is_zip(payload: Payload) -> bool:
    """Say whether a payload begins as a zip file does."""
    if payload.file is None:
        return payload.body.startswith(MARKS)
    with payload.file.open("rb") as file:
        return file.read(len(MARKS[0])) in MARKS


def member_of(payload: Payload, name: str) -> bytes:
    """Give the bytes of the one file called ``name`` in a zip payload, in whichever folder of it.

    Raises ``LayoutChanged`` for what is no zip, has no such file or several, is damaged or encrypted, or has more
    bytes unpacked than ``files.MOST_UNPACKED``.
    """
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(payload.file or io.BytesIO(payload.body)) as archive:
            return _unpacked(archive, _entry(archive.infolist(), name))
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error) as error:
        if isinstance(error, LayoutChanged):
            raise
        raise LayoutChanged(f"no zip file, or a damaged one ({str(error)[:100]})") from error


def _entry(entries: "list[ZipInfo]", name: str) -> "ZipInfo":
    found = [entry for entry in entries if entry.filename.rsplit("/", 1)[-1] == name]
    if not found:
        there = ", ".join(entry.filename for entry in entries)[:200]
        raise LayoutChanged(f"no {name} in the zip file; found {there!r}")
    if len(found) > 1:
        raise LayoutChanged(f"{len(found)} files called {name} in the zip file, expected one")
    if found[0].flag_bits & _ENCRYPTED:
        raise LayoutChanged(f"{name} in the zip file is encrypted")
    if found[0].compress_type not in _READ:
        raise LayoutChanged(f"{name} in the zip file is packed in a way that is not read")
    return found[0]


def _unpacked(archive: "ZipFile", entry: "ZipInfo") -> bytes:
    whole = bytearray()
    with archive.open(entry) as file:
        while part := file.read(_STEP):
            whole += part
            if len(whole) > files.MOST_UNPACKED:
                raise LayoutChanged(f"more than the {files.MOST_UNPACKED:,} bytes of one file that are read")
    return bytes(whole)
