"""Importing captured files: the way of a visit, without the visit. Nothing of it is ever sent.

Each file is a transaction; one that cannot be read is named, and the rest goes on.
"""

import dataclasses
import hashlib
import mimetypes
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import Engine

from scrapers.boards import SourceFile
from topspot import companions, files, jobs
from topspot.backfill import Loaded, Progress, Unseen, claimed, load_history
from topspot.desk import Desk
from topspot.domain.values import Answer, Payload
from topspot.jobs import open_store, utc_now
from topspot.record import record_answer
from topspot.registry import Registry, load_registry
from topspot.settings import Settings
from topspot.snapshots import Context
from topspot.store import archive, read, write
from topspot.store.engine import reading, writing


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What whoever imports says of the files: the board's key and the published date, where they do not."""

    board: str | None = None
    published_on: date | None = None


def import_files(
    settings: Settings,
    file: SourceFile,
    paths: Sequence[Path],
    *,
    said: Said = Said(),
    clock: Callable[[], datetime] = utc_now,
    progress: Progress,
) -> Loaded:
    """Import captured files of one source; a folder means all files in it and below.

    They go in by date, those of one date in the order of a list of them or as given. Raises ``StoreError``,
    ``ArchiveError``, ``RegistryError``, ``Busy``, ``files.NoSuchFile`` and, for a path that may not be looked at,
    ``files.UnreadableFile``.
    """
    listed = files.listed(paths)
    registry = load_registry(settings.registry_dir)
    loaded = Loaded(file.source.key)
    with open_store(settings, upgrade=True, now=clock) as engine, claimed(engine, file, registry, clock()):
        importing = _Importing(settings, engine, file, registry, said, clock, loaded, progress, listed)
        progress.begins(file.source.key, len(listed))
        for each in listed:
            importing.take(each)
        progress.ends()
        with writing(engine) as session:
            write.analyze(session)
    return loaded


class _Importing:
    """One import under way."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        file: SourceFile,
        registry: Registry,
        said: Said,
        clock: Callable[[], datetime],
        loaded: Loaded,
        progress: Progress,
        listed: Sequence[files.File],
    ) -> None:
        self.listed, self.taken = listed, set[Path]()
        self.settings, self.engine, self.file, self.registry = settings, engine, file, registry
        self.said, self.clock, self.loaded, self.progress = said, clock, loaded, progress
        self.desk = Desk(file.source.key, registry)

    def take(self, listed: files.File) -> None:
        """Import one file, unless it was needed before, or name it and say why not."""
        if listed.path in self.taken:
            return
        self.taken.add(listed.path)
        self.loaded.files += 1
        self._import(listed)
        self.progress.step(listed.name)

    def _import(self, listed: files.File) -> None:
        try:
            body = files.read(listed.path)
        except files.UnreadableFile as error:
            self.loaded.unreadable.append(str(error))
            return
        answer = self._answer(listed, body)
        with reading(self.engine) as session:
            known = read.is_read(session, answer)
        if known:
            self.loaded.unchanged += 1
        else:
            self._record(listed, answer)

    def _answer(self, listed: files.File, body: bytes) -> Answer:
        now = self.clock()
        kind = mimetypes.guess_type(listed.name)[0] or "application/octet-stream"
        payload = Payload(
            url=f"file:{listed.name}",
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            media_type=kind,
            fetched_at=now,
            board=self.said.board,
            published_on=self.said.published_on or (None if files.date_in(listed.name) else listed.date),
        )
        seen = self.file.observed_at(payload) if self.file.observed_at else None
        named = datetime.combine(listed.date, time(), UTC) if listed.date else now
        return Answer(self.file.source.key, payload.url, "fetched", min(seen or named, now), payload=payload)

    def _beside(self, answer: Answer) -> Answer:
        """Give an answer with what its payload is read with: imported before, or still to come."""
        name = companions.name_beside(self.file, answer)
        if name is None:
            return answer
        found = self._attach(answer)
        coming = [each for each in self.listed if each.name.endswith(name)]
        if (found.payload and found.payload.beside) or not coming:
            return found
        self.take(coming[-1])
        return self._attach(answer)

    def _attach(self, answer: Answer) -> Answer:
        with reading(self.engine) as session:
            return companions.attach(session, self.settings.archive_dir, self.file, answer)

    def _record(self, listed: files.File, answer: Answer) -> None:
        path = archive.keep(self.settings.archive_dir, answer.payload) if answer.payload else None
        if answer.payload and answer.payload.body.startswith(b"PAR1") and self.file.parse_history:
            kept = dataclasses.replace(answer.payload, body=b"", file=path)
            answer = dataclasses.replace(answer, payload=kept)
            load_history(
                self.engine,
                self.file,
                answer,
                self.registry,
                self.clock,
                self.loaded,
                Unseen(),
                line=listed.line or 0,
                name=str(listed.path),
            )
            self.desk = Desk(self.file.source.key, self.registry)
            return
        found = jobs.parse(self.file, self._beside(answer))
        context = Context(self.file.source, self.registry, (), self.clock(), live=False, line=listed.line or 0)
        with writing(self.engine) as session:
            if found.unreadable and read.is_held(session, answer):
                self.loaded.unreadable.append(f"{listed.path}: {found.unreadable}")
                return
            recorded = record_answer(session, answer, found.items, found.unreadable, context, desk=self.desk)
        if found.unreadable:
            self.loaded.unreadable.append(f"{listed.path}: {found.unreadable}")
            recorded.held.clear()
        self.loaded.add(recorded, listed.name)
