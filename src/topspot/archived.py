"""Payloads out of the archive, read again by today's parsers."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from sqlmodel import Session

from scrapers.boards import SourceFile
from topspot import companions, histories, jobs
from topspot.domain.values import Answer, LayoutChanged, Payload, Publication, Reading, Validators
from topspot.record import Read
from topspot.store import archive
from topspot.store.tables import Visit


class NotDeclared(LookupError):
    """The file of a source that a payload came from is not there any more; the message says which."""


def file_of(files: Mapping[str, SourceFile], visit: Visit) -> SourceFile:
    """Give the file of the source that a visit was to. Raises ``NotDeclared``."""
    file = files.get(visit.source)
    if file is None:
        raise NotDeclared(f"{visit.source}: its file is not there: bring it back, nothing was changed")
    return file


def is_kept(folder: Path, visit: Visit) -> bool:
    """Whether the payload of a visit is still in the archive."""
    return archive.path_of(folder, visit.payload or "").is_file()


def answer_of(session: Session, folder: Path, file: SourceFile, visit: Visit) -> Answer:
    """Give the answer of a visit again, its payload and what that is read with from the archive.

    Raises ``ArchiveError``.
    """
    sha256 = visit.payload or ""
    path = archive.get(folder, sha256)
    large = visit.url in file.source.history or (visit.url.startswith("file:") and _is_parquet(path))
    payload = Payload(
        url=visit.url,
        body=b"" if large else path.read_bytes(),
        sha256=sha256,
        media_type="",
        fetched_at=visit.started_at,
        board=visit.board,
        published_on=visit.published_on,
        file=path if large else None,
    )
    known = Validators(visit.etag, visit.last_modified, visit.linked_etag)
    answer = Answer(visit.source, visit.url, "fetched", visit.started_at, visit.status, payload, known)
    return companions.attach(session, folder, file, answer)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def reads(file: SourceFile, answer: Answer, since: date | None = None) -> Iterator[Read]:
    """Read an archived payload again: once, or date by date, from ``since`` on, where it is a history."""
    if answer.payload is None or answer.payload.file is None:
        yield jobs.parse(file, answer)
        return
    try:
        for _, rows in histories.parts(file, answer, {}, since):
            yield Read(answer, rows)
    except LayoutChanged as error:
        yield Read(answer, [], f"the history changed: {error}")


def rows_of(file: SourceFile, answer: Answer, publication: Publication) -> list[Reading]:
    """Read the rows of one publication again; none where today's parser finds it no more."""
    return [
        row
        for read in reads(file, answer, publication.published_on)
        for row in read.items
        if isinstance(row, Reading) and (row.board, row.category, row.published_on) == publication
    ]
