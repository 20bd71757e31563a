"""The full histories of sources: fetched into the archive, and read date by date.

A visit sees only the newest publication. Where it finds that it moved on by more than a day, the dates between
are asked of the history, so that a hand-over and its reversal are both told.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from scrapers.boards import Links, Part, SourceFile
from topspot.domain.values import Answer, Item, LayoutChanged, Payload, Reading, Validators
from topspot.record import Read
from topspot.settings import Settings
from topspot.store import archive, read
from topspot.store.engine import reading
from topspot.store.ledger import Key, Ledger

MOST_BYTES = 2**30
"""Largest history that is taken; it goes to the archive as it comes."""

PATIENCE = 1800.0
"""Seconds that one history may take to arrive."""

ONE_DAY = timedelta(days=1)


def address_of(file: SourceFile, url: str) -> str | None:
    """Give the address of the history of the board that an address is about, ``None`` where there is none."""
    board = file.source.board_at(url)
    if file.parse_history is None or board is None:
        return None
    return next((address for address, other in file.source.history.items() if other.key == board.key), None)


def missed_since(session: Session, source: str, items: Iterable[Item]) -> date | None:
    """Say since which date publications may have been missed, ``None`` where none can have been.

    That is the oldest of the newest dates that are held of those categories that moved on by more than a day.
    """
    ledger = Ledger()
    since = set()
    for key, day in _newest_read(source, items).items():
        held = ledger.timeline(session, key).newest
        if held and day - held > ONE_DAY:
            since.add(held)
    return min(since, default=None)


def _newest_read(source: str, items: Iterable[Item]) -> dict[Key, date]:
    newest: dict[Key, date] = {}
    for row in items:
        if isinstance(row, Reading):
            key = Key(row.series or source, row.board, row.category)
            newest[key] = max(row.published_on, newest.get(key, row.published_on))
    return newest


def links(file: SourceFile, payload: Payload | None) -> Links:
    """Say where a payload leads to; nowhere where its source's file says nothing or cannot read it."""
    if file.links is None or payload is None:
        return Links()
    try:
        return file.links(payload)
    except LayoutChanged:
        return Links()  # its parser says so


async def fetch(
    settings: Settings, engine: Engine, asked: Iterable[tuple[str, str]], folder: Path | None = None
) -> dict[str, Answer]:
    """Ask for histories, given as (source, address), one after the other, and give the answers by address.

    What is unchanged is not downloaded; the files go to the archive, or to ``folder``. Raises ``StoreError``,
    ``ArchiveError``.
    """
    from scrapers.crawl import crawl
    from scrapers.items import Ask

    asked = list(dict.fromkeys(asked))
    into = folder or settings.archive_dir
    into.mkdir(parents=True, exist_ok=True)
    known = await asyncio.to_thread(_known, engine, {source for source, _ in asked})
    answers: dict[str, Answer] = {}

    async def keep(answer: Answer) -> None:
        if answer.payload and answer.payload.file and folder is None:
            path = await asyncio.to_thread(archive.keep_file, into, answer.payload)
            answer = replace(answer, payload=replace(answer.payload, file=path))
        answers[answer.url] = answer

    for source, url in asked:
        ask = Ask(source, url, known.get(url, Validators()), into, MOST_BYTES, PATIENCE)
        await crawl(settings, [ask], keep=keep)
    return answers


def _known(engine: Engine, sources: Iterable[str]) -> dict[str, Validators]:
    with reading(engine) as session:
        return {url: found for source in sources for url, found in read.known_validators(session, source).items()}


def steps(file: SourceFile, history: Answer, since: date) -> Read:
    """Read what a history shows after a date. What cannot be read is no step: the reason is in ``unreadable``."""
    try:
        return Read(history, [row for _, rows in parts(file, history, {}, since) for row in rows])
    except LayoutChanged as error:
        return Read(history, [], f"the history changed: {error}")


def parts(
    file: SourceFile, history: Answer, known: dict[date, str], since: date | None
) -> Iterator[tuple[Part, list[Reading]]]:
    """Give each date of a history, with its rows unless its digest is ``known``. Raises ``LayoutChanged``."""
    if file.parse_history is None or history.payload is None:
        return
    found = file.parse_history(history.payload, known=known, since=since)
    while True:
        try:
            part = next(found, None)
        except LayoutChanged:
            raise
        except Exception as error:
            raise LayoutChanged(f"its parser failed: {type(error).__name__}: {error}") from error
        if part is None:
            return
        yield part
