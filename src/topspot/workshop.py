"""Where source files are made and tried: what a page gives today, what was approved before, and where drafts go.

Nothing here touches the database but to read, and no visit is recorded.
"""

import asyncio
import hashlib
import json
import mimetypes
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from scrapers.boards import BrokenSourceFile, SourceFile, find_sources
from scrapers.crawl import crawl
from scrapers.items import Ask
from topspot import drafting, files, histories, jobs, register, trial
from topspot.access import key_for
from topspot.companions import name_beside
from topspot.domain.check import reasons_to_hold
from topspot.domain.publications import publications
from topspot.domain.values import Answer, Item, LayoutChanged, Payload, Reading
from topspot.drafting import NoDraft
from topspot.settings import Settings
from topspot.store import read
from topspot.store.engine import StoreError, database_url, reading, sqlite_file
from topspot.store.tables import Entry, Standing
from topspot.trial import Place, Shape

MOST_ADDRESSES = 100
"""Addresses of one trial visit: a page may lead to no more."""

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What a source may be called."""


class NotPossible(ValueError):
    """The call cannot be done as it is; the message is one line, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Home(NamedTuple):
    """Where source files live: the folder of them, that of their cases, and the page with the register, if any."""

    boards: Path
    cases: Path
    page: Path | None = None

    def file(self, key: str) -> Path:
        """Give where the file of a source is."""
        return self.boards / f"{key.replace('-', '_')}.py"


def homes(settings: Settings, here: Path) -> list[Home]:
    """Give the homes of source files: the clone that ``here`` is, and ``TOPSPOT_BOARDS_DIR``."""
    found = [Home(here / "scrapers" / "boards", here / "tests" / "boards" / "cases", here / "README.md")]
    outside = [Home(settings.boards_dir, settings.boards_dir / "cases")] if settings.boards_dir else []
    return (found if is_clone(here) else []) + outside


def is_clone(here: Path) -> bool:
    """Whether a folder is a clone of this project."""
    try:
        said = tomllib.loads((here / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    project = said.get("project")
    named = isinstance(project, dict) and project.get("name") == "topspot"
    return named and (here / "scrapers" / "boards").is_dir()


def home_of(settings: Settings, here: Path) -> Home:
    """Give the home that is written to. Raises ``NotPossible`` where there is none."""
    found = homes(settings, here)
    if not found:
        raise NotPossible(
            "there is no folder to write to", "set TOPSPOT_BOARDS_DIR, or call it in a clone of the project"
        )
    return found[0]


# What there is to read


def asked(settings: Settings, source: str, url: str) -> Answer:
    """Ask one address once, politely, and record nothing."""
    return _crawled(settings, [Ask(source, url)], lambda _: [])[0]


def visited(settings: Settings, file: SourceFile) -> list[Answer]:
    """Visit all addresses of a source once, those that its pages lead to now as well, and record nothing."""
    source, key = file.source, key_for(file.source, settings)
    known = set(source.addresses)

    def further(answer: Answer) -> list[Ask]:
        led = dict.fromkeys(histories.links(file, answer.payload).now)
        new = [url for url in led if url not in known][: max(0, MOST_ADDRESSES - len(known))]
        known.update(new)
        return [Ask(source.key, url, key=key) for url in new]

    answers = _crawled(settings, [Ask(source.key, url, key=key) for url in source.addresses], further)
    payloads = [answer.payload for answer in answers if answer.payload]
    return [_beside(file, answer, payloads) for answer in answers]


def _crawled(settings: Settings, asks: Sequence[Ask], further: Callable[[Answer], list[Ask]]) -> list[Answer]:
    answers: list[Answer] = []

    async def keep(answer: Answer) -> list[Ask]:
        answers.append(answer)
        return further(answer)

    asyncio.run(crawl(settings, asks, keep=keep))
    return answers


def _beside(file: SourceFile, answer: Answer, others: Iterable[Payload]) -> Answer:
    ending = name_beside(file, answer)
    if answer.payload is None or ending is None:
        return answer
    other = next((other for other in others if other.url.endswith(ending)), None)
    return replace(answer, payload=replace(answer.payload, beside=other))


def from_file(
    file: SourceFile, path: Path, now: datetime, *, board: str | None = None, published_on: date | None = None
) -> Answer:
    """Give a file of this machine as an answer, with the one beside it that its source reads it with.

    Raises ``NoSuchFile`` and ``UnreadableFile``.
    """
    payload = payload_of(path, now, board=board, published_on=published_on)
    seen = file.observed_at(payload) if file.observed_at else None
    answer = Answer(file.source.key, payload.url, "fetched", seen or now, payload=payload)
    ending = name_beside(file, answer)
    if ending is None:
        return answer
    there = sorted(other for other in path.parent.iterdir() if other.name.endswith(ending) and other != path)
    alike = [other for other in there if files.date_in(other.name) == files.date_in(path.name)]
    return _beside(file, answer, [payload_of(other, now) for other in (alike or there)[-1:]])


def payload_of(
    path: Path, now: datetime, *, board: str | None = None, published_on: date | None = None
) -> Payload:
    """Read a file of this machine as a payload. Raises ``NoSuchFile`` and ``UnreadableFile``."""
    if not path.exists():
        raise files.NoSuchFile(path)
    body = files.read(path)
    return Payload(
        url=f"file:{path.name}",
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        fetched_at=now,
        board=board,
        published_on=published_on,
    )


# A trial


class Tried(NamedTuple):
    """What a parser made of one answer, what *check* would hold of it, and how it differs from what was approved.

    ``compared_with`` says what that is; it is empty where nothing was approved yet.
    """

    answer: Answer
    items: list[Item]
    error: str | None
    held: dict[Place, tuple[str, ...]]
    compared_with: str = ""
    differences: tuple[str, ...] = ()

    @property
    def readings(self) -> list[Reading]:
        """The rows that were read."""
        return [item for item in self.items if isinstance(item, Reading)]


class Before(NamedTuple):
    """An approved reading: what it is called, and its shape."""

    name: str
    shapes: Mapping[Place, Shape]


def tried(file: SourceFile, answer: Answer, settings: Settings, here: Path, today: date) -> Tried:
    """Run a source's parser over an answer and compare what it reads with what was approved last."""
    found = jobs.parse(file, answer)
    rows = [item for item in found.items if isinstance(item, Reading)]
    boards = file.source.all_boards
    stray = sorted({row.board for row in rows} - set(boards))
    error = (
        answer.error
        or found.unreadable
        or (f"it reads a board that it does not declare: {stray[0]}" if stray else None)
    )
    if error:
        return Tried(answer, list(found.items), error, {})
    recorded = _recorded(settings, file, rows)
    held: dict[Place, tuple[str, ...]] = {}
    for key, part in publications(rows).items():
        place = Place(key.board, key.category, part[0].series)
        rows_before = recorded[place].rows if place in recorded else None
        reasons = reasons_to_hold(part, boards[key.board], rows_before=rows_before, today=today)
        held[place] = held.get(place, ()) + reasons
    before = _approved(file, homes(settings, here), {row.board for row in rows}) or (
        Before("what the database accepted last", recorded) if recorded else None
    )
    now = trial.shapes_of(rows, boards)
    said = tuple(trial.differences(now, before.shapes)) if before else ()
    return Tried(answer, list(found.items), None, held, before.name if before else "", said)


def _approved(file: SourceFile, places: Iterable[Home], boards: set[str]) -> Before | None:
    """Give the newest case that reads something, rather one of the boards that are asked for."""
    cases = [
        (path.parent, json.loads(path.read_text(encoding="utf-8")))
        for home in places
        for path in home.cases.glob(f"{file.source.key}/*/expected.json")
    ]
    read_ones = [(folder, said) for folder, said in cases if said.get("readings")]
    if not read_ones:
        return None

    def newness(case: tuple[Path, dict[str, Any]]) -> tuple[bool, str, str]:
        folder, said = case
        return bool({row["board"] for row in said["readings"]} & boards), said.get("seen") or "", folder.name

    folder, said = max(read_ones, key=newness)
    return Before(f"the case {folder.name}", trial.shapes_of(trial.readings_in(said), file.source.all_boards))


def _recorded(settings: Settings, file: SourceFile, rows: Sequence[Reading]) -> dict[Place, Shape]:
    """Give what the database accepted last of the series and boards that were read; nothing without a database."""
    path = sqlite_file(database_url(settings.url))
    if path is not None and not path.exists():
        return {}
    series = {(row.series, row.board) for row in rows}
    try:
        with jobs.open_store(settings) as engine, reading(engine) as session:
            return {
                Place(board, category, name): found
                for name, board in series
                for _, category in read.series_heads(session, board=board)
                if (found := _newest(session, file, board, category, name))
            }
    except StoreError:
        return {}  # one of another version: `topspot doctor` says so


def _newest(session: Session, file: SourceFile, board: str, category: str, series: str) -> Shape | None:
    snapshot = read.newest_accepted(session, board, category, series=series or file.source.key)
    if snapshot is None:
        return None
    numbers = (Standing.rank, Standing.rating, Standing.lower, Standing.upper, Standing.votes)
    query = (
        select(col(Entry.raw_name), col(Entry.raw_organization), col(Entry.raw_license), *map(col, numbers))
        .join_from(Standing, Entry, col(Entry.id) == col(Standing.entry_id))
        .where(col(Standing.snapshot_id) == snapshot.id)
        .order_by(col(Standing.position))
    )
    rows = [Reading(board, category, snapshot.published_on, *row) for row in session.execute(query)]
    return trial.shape_of(rows, file.source.all_boards.get(board))


# What is written


def keep_case(home: Home, name: str, source: str, payload: Payload, items: Iterable[Item]) -> Path:
    """Write the payload of a file and what was read in it as a case; give its folder.

    Raises ``NotPossible`` where it is there already.
    """
    folder = home.cases / source / name
    body = f"body{Path(payload.name).suffix}"
    other = payload.beside
    beside = {**trial.named(other), "body": f"beside{Path(other.name).suffix}"} if other else {}
    texts = {body: payload.body, "expected.json": trial.expected_json(payload, body, items, beside).encode()}
    if other:
        texts[beside["body"]] = other.body
    _write_folder(folder, texts)
    return folder


def _write_folder(folder: Path, texts: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise NotPossible(f"{folder}: it is there already", "nothing is overwritten: move it away") from None
    for name, body in texts.items():
        (folder / name).write_bytes(body)


class Made(NamedTuple):
    """What was written for a new source, and what was proposed."""

    draft: drafting.Draft
    readings: int
    paths: tuple[Path, ...]
    line: str


def refuse_name(key: str, known: Iterable[str], home: Home) -> None:
    """Raise ``NotPossible`` for a name that no source may have, or that one has."""
    if not NAME.fullmatch(key):
        raise NotPossible(
            f"{key}: no name for a source", "use small letters, digits and hyphens, such as my-board"
        )
    there = [path for path in (home.file(key), home.cases / key) if path.exists()]
    if key in known or there:
        where = there[0] if there else "topspot sources"
        raise NotPossible(f"{key}: there is such a source already ({where})", "choose another name")


def make(key: str, payload: Payload, home: Home, today: date) -> Made:
    """Draft a source of a payload, read it back, and write its file, its case and its row in the register.

    Raises ``NoDraft`` and ``register.NoRegister``, and then has written nothing.
    """
    draft = drafting.draft(key, payload)
    with tempfile.TemporaryDirectory(prefix="topspot-") as folder:
        passing = Path(folder) / home.file(key).name
        passing.write_text(draft.module, encoding="utf-8")
        try:
            file = find_sources(passing.parent)[key]
        except BrokenSourceFile as error:
            raise NoDraft(f"the draft cannot be loaded: {error}") from error
    items = _read_back(file, payload, today)
    case = _case(file, payload, draft, items)
    line = register.row(file.source, draft.module.split('"""')[1])
    page = register.with_row(home.page.read_text(encoding="utf-8"), line) if home.page else ""
    return _written(home, key, draft, case, file, page, line, items)


def _read_back(file: SourceFile, payload: Payload, today: date) -> list[Item]:
    try:
        items = list(file.parse(payload))
    except LayoutChanged as error:
        raise NoDraft(f"the draft does not read what it was made of: {error}") from error
    rows = [item for item in items if isinstance(item, Reading)]
    for key, part in publications(rows).items():
        reasons = reasons_to_hold(part, file.source.all_boards[key.board], rows_before=None, today=today)
        if reasons:
            raise NoDraft(f"what the draft reads cannot be so: {reasons[0]}")
    return items


def _case(file: SourceFile, payload: Payload, draft: drafting.Draft, items: list[Item]) -> Payload:
    """Give the payload of the case: with few rows if they read as they did among all, else the whole one."""
    few = replace(payload, body=draft.case, sha256=hashlib.sha256(draft.case).hexdigest())
    try:
        found = list(file.parse(few))
    except LayoutChanged:
        return payload
    told = [item for item in items if isinstance(item, Reading)]
    kept = [item for item in found if isinstance(item, Reading)]
    return few if kept and kept == told[: len(kept)] else payload


def _written(
    home: Home,
    key: str,
    draft: drafting.Draft,
    case: Payload,
    file: SourceFile,
    page: str,
    line: str,
    items: Sequence[Item],
) -> Made:
    folder, path = home.cases / key / "first", home.file(key)
    body = f"body.{draft.ending}"
    expected = trial.expected_json(case, body, file.parse(case))
    _write_folder(folder, {body: case.body, "expected.json": expected.encode()})
    with path.open("x", encoding="utf-8") as out:
        out.write(draft.module)
    if home.page:
        home.page.write_text(page, encoding="utf-8")
    paths = (path, folder, *([home.page] if home.page else []))
    return Made(draft, sum(isinstance(item, Reading) for item in items), paths, line)
