"""Case folders of boards: ``cases/SOURCE/CASE/`` holds the bytes of one answer and what is to be read in it.

``expected.json`` says where the bytes come from (``url`` of an answer or ``name`` of a file, ``body`` beside it),
when they were seen, and the readings, facts, remarks and legends to be found, or the ``error`` to be raised. Keys
that say nothing may be left out. ``python tests/boards/approve.py SOURCE/CASE`` writes what is read today into it,
for a person to look through.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from scrapers.boards import SourceFile, find_sources
from topspot.domain.values import LayoutChanged, Payload
from topspot.trial import found_in

FOLDER = Path(__file__).parents[1] / "boards" / "cases"

SEEN = "2026-08-22T04:00:00Z"


class Case(NamedTuple):
    """One folder: the source that it is of, its payload, and what is expected of it."""

    folder: Path
    expected: dict[str, Any]

    @property
    def source(self) -> str:
        return self.folder.parent.name

    @property
    def id(self) -> str:
        return f"{self.source}/{self.folder.name}"

    @property
    def file(self) -> SourceFile:
        return find_sources()[self.source]

    @property
    def payload(self) -> Payload:
        beside = self.expected.get("beside")
        return _payload(self.folder, self.expected, beside and _payload(self.folder, beside, None))


def cases() -> list[Case]:
    """Give every case there is, in order."""
    found = sorted(FOLDER.glob("*/*/expected.json"))
    return [Case(path.parent, json.loads(path.read_text(encoding="utf-8"))) for path in found]


def read(file: SourceFile, payload: Payload) -> dict[str, Any]:
    """Read a payload as it is kept in a case: what was found by kind, or the error."""
    try:
        return found_in(file.parse(payload))
    except LayoutChanged as error:
        return {"error": str(error)}


def _payload(folder: Path, said: dict[str, Any], beside: Payload | None) -> Payload:
    body = (folder / said["body"]).read_bytes()
    return Payload(
        url=said.get("url") or f"file:{said['name']}",
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type="",
        fetched_at=datetime.fromisoformat(said.get("seen") or SEEN).astimezone(UTC),
        board=said.get("board"),
        beside=beside,
    )
