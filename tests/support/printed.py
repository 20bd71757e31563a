"""Imported files, as their parsers get them."""

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from builders import OBSERVED
from topspot.domain.values import Payload
from topspot.files import listed, read


def imported(name: str, body: bytes | str, board: str | None = None, on: date | None = None) -> Payload:
    """Wrap a file of a name, with what was said of it on import."""
    found = body.encode() if isinstance(body, str) else body
    return Payload(f"file:{name}", found, hashlib.sha256(found).hexdigest(), "", OBSERVED, board, on)


def imported_json(name: str, value: Any, board: str | None = None, on: date | None = None) -> Payload:
    """Wrap a file that holds a value as JSON."""
    return imported(name, json.dumps(value), board, on)


def captured_files(captures: Path, folder: str) -> list[Payload]:
    """Give all files of a folder of LMArena's captures, in the order of an import."""
    return [imported(file.name, read(file.path)) for file in listed([captures / "leaderboards/lmarena" / folder])]


def plain(payload: Payload) -> str:
    """Give the text of a captured file, read without the code that is tested."""
    body = gzip.decompress(payload.body) if payload.name.endswith(".gz") else payload.body
    return body.decode("utf-8-sig")
