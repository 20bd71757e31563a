"""The payload that another is read with, such as the file that says which tasks make a category.

A source's file names it by how its address ends; what was brought along comes first, then what the archive has.
"""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from scrapers.boards import SourceFile
from topspot.domain.values import Answer, LayoutChanged, Payload
from topspot.store import archive
from topspot.store.tables import Visit


def name_beside(file: SourceFile, answer: Answer) -> str | None:
    """Name what an answer's payload is read with, ``None`` where it is read alone."""
    if file.beside is None or answer.payload is None:
        return None
    try:
        return file.beside(answer.payload)
    except LayoutChanged:
        return None  # its parser will say so


def attach(
    session: Session, folder: Path, file: SourceFile, answer: Answer, brought: Collection[Payload] = ()
) -> Answer:
    """Give an answer with what its payload is read with, where that is to be had. Raises ``ArchiveError``.

    Of several versions the newest one seen until then counts, else the first one seen after it. ``brought`` are
    payloads of this visit, the newest last; ``folder`` is the archive.
    """
    name = name_beside(file, answer)
    if name is None or answer.payload is None:
        return answer
    mine = [payload for payload in brought if payload.url.endswith(name)]
    found = mine[-1] if mine else _kept(session, folder, answer, name)
    return replace(answer, payload=replace(answer.payload, beside=found))


def _kept(session: Session, folder: Path, answer: Answer, name: str) -> Payload | None:
    """Give the archived payload of an answer's source whose address ends with ``name``, as ``attach`` says."""
    visits = session.scalars(
        select(Visit)
        .where(
            col(Visit.source) == answer.source,
            col(Visit.payload).is_not(None),
            col(Visit.outcome) != "held",
            col(Visit.url).endswith(name, autoescape=True),
        )
        .order_by(col(Visit.started_at), col(Visit.id))
    ).all()
    until = [visit for visit in visits if visit.started_at <= answer.started_at]
    visit = until[-1] if until else next(iter(visits), None)
    return _payload(folder, visit) if visit else None


def last_payload(session: Session, folder: Path, answer: Answer) -> Payload | None:
    """Give the bytes that the last visit to an unchanged address brought. Raises ``ArchiveError``."""
    visit = session.scalars(
        select(Visit)
        .where(col(Visit.source) == answer.source, col(Visit.url) == answer.url, col(Visit.payload).is_not(None))
        .order_by(col(Visit.id).desc())
        .limit(1)
    ).first()
    return _payload(folder, visit) if visit else None


def _payload(folder: Path, visit: Visit) -> Payload:
    sha256 = visit.payload or ""
    body = archive.get(folder, sha256).read_bytes()
    return Payload(visit.url, body, sha256, "", visit.started_at, visit.board, visit.published_on)
