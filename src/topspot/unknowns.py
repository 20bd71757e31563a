"""What is on boards and nobody's, as far as the registry knows, and TOML to begin from."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from topspot.registry import Registry
from topspot.registry.names import plain_model
from topspot.registry.resolve import normalized, organizations_in
from topspot.store.tables import Entry, Resolution, Snapshot, Standing

NAMES_FILE = "_names.toml"
"""Where drafts of models without an organization are written: a name with ``_`` is not read as a developer's."""

_KEY_WORDS = re.compile(r"[^\W_]+(?:[.+]+[^\W_]+)*\+?")
"""What a model's key may be made of, with hyphens between."""

_HEAD = "# A draft: add [[country]] with a value and a source, and say what is known; see POLICY.md.\n"


def unknown(session: Session) -> list[dict[str, Any]]:
    """List the entries whose developer is unknown, most important first: best position, then most boards."""
    best, boards = func.min(col(Standing.position)), func.count(func.distinct(col(Snapshot.board)))
    rows = session.execute(
        select(
            col(Entry.raw_name), col(Entry.raw_organization), best, boards,
            func.min(col(Snapshot.board)), func.max(col(Snapshot.published_on)),
        )
        .join(Standing, col(Standing.entry_id) == col(Entry.id))
        .join(Snapshot, col(Snapshot.id) == col(Standing.snapshot_id))
        .join(Resolution, col(Resolution.entry_id) == col(Entry.id))
        .where(
            col(Resolution.part) == 0,
            col(Resolution.superseded_at).is_(None),
            col(Resolution.developer).is_(None),
            col(Resolution.model).is_(None),  # a system of models of several developers is known
        )
        .group_by(col(Entry.raw_name), col(Entry.raw_organization))
        .order_by(best, boards.desc(), col(Entry.raw_name), col(Entry.raw_organization))
    )  # fmt: skip
    return [
        {
            "name": name,
            "organization": organization or None,
            "best_position": position,
            "boards": count,
            "board": board,
            "last_seen": last.isoformat(),
            "toml": draft(name, organization),
        }
        for name, organization, position, count, board, last in rows
    ]


def draft(name: str, organization: str) -> str:
    """Write TOML to begin from: a developer's file for an organization text, else a model for one's file."""
    if organization:
        return f"name = {_quoted(organization)}\n"
    model, _ = plain_model(name)
    key = "-".join(_KEY_WORDS.findall(model))
    return f"[[model]]\nkey = {_quoted(key)}\nnames = [{_quoted(name)}]\n"


def write_drafts(found: Sequence[Mapping[str, Any]], folder: Path, registry: Registry) -> list[Path]:
    """Write drafts of what is unknown into a folder of developer files; what is there already stays as it is.

    An organization has a file of its own. Names without one go into ``_names.toml``, from which each belongs into
    the file of who made it. Give the files that are new. Raises ``OSError`` for a folder that cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for organization in _organizations(found):
        path = folder / f"{_key(organization)}.toml"
        if not path.exists() and path.stem not in registry.developers:
            path.write_text(_HEAD + draft("", organization), "utf-8")
            written.append(path)
    path, names = folder / NAMES_FILE, [row["toml"] for row in found if not row["organization"]]
    if names and not path.exists():
        path.write_text("# Each belongs into the file of who made it.\n\n" + "\n".join(names), "utf-8")
        written.append(path)
    return written


def _organizations(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the organization texts that can be a developer's file, once however they are spelled.

    A cell of several organizations is none, nor is one without a Latin letter, of which no key can be made.
    """
    texts = [row["organization"] for row in found if row["organization"] and row["organization"].isprintable()]
    single = [text for text in texts if _key(text) and len(list(organizations_in(text))) == 1]
    return list({normalized(text): text for text in single}.values())


def _key(organization: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", organization.casefold()))


def _quoted(text: str) -> str:
    """Write a text as TOML does; its basic strings are those of JSON, but for what they leave bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
