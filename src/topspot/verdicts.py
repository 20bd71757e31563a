"""What the boards that are kept show of a claim: reads the snapshots that may decide it, and has it judged."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlmodel import Session, col

from topspot.domain.claims import Claim, Verdict
from topspot.domain.meant import Names
from topspot.domain.shots import Shot
from topspot.domain.values import Standing
from topspot.domain.verdicts import asked, is_category, judge, reach
from topspot.registry import Registry
from topspot.store import read
from topspot.store.tables import Board, Series, Snapshot


def verdict_on(
    session: Session,
    claim: Claim,
    published: date | None,
    *,
    names: Names | None = None,
    known_at: datetime | None = None,
) -> Verdict:
    """Judge a claim that was published on a day by the snapshots that are kept.

    ``names`` are those of ``names_of``; without them a text names a model only by its words. With ``known_at``
    (UTC) only what was believed at that instant counts.
    """
    shots = [] if published is None else list(_shots(session, claim, published, known_at))
    return judge(claim, shots, published, names)


def names_of(registry: Registry) -> Names:
    """Give the names that a registry knows. A system of several models has their keys with a plus between."""

    @lru_cache(maxsize=20_000)
    def key_of_name(name: str) -> str:
        found = registry.resolve(name)
        return found.model or "+".join(part.model for part in found.parts if part.model) or name

    @lru_cache(maxsize=2_000)
    def model_of(text: str) -> str | None:
        return registry.resolve(text).model

    def key_of(row: Standing) -> str:
        return row.model if row.model != row.name else key_of_name(row.name)

    return Names(
        key_of=key_of, model_of=model_of, developer_of=lambda text: registry.resolve(text, text).developer
    )


def _shots(session: Session, claim: Claim, published: date, known_at: datetime | None) -> Iterator[Shot]:
    since, until = reach(claim, published)
    for board, wanted in asked(claim):
        series = session.scalars(select(Series).where(col(Series.board) == board)).all()
        names = session.scalars(select(col(Board.name)).where(col(Board.key) == board)).all()
        for _, category in read.series_heads(session, board=board):
            if is_category(board, category, wanted):
                for each in series:
                    for snapshot in _snapshots(session, each, category, since, until, known_at):
                        yield _shot(session, snapshot, names[0], each.edition, known_at)


def _snapshots(
    session: Session,
    series: Series,
    category: str,
    since: date | None,
    until: date | None,
    known_at: datetime | None,
) -> Iterator[Snapshot]:
    """Give what stands of each date of a series, the newest first."""
    while snapshot := read.newest_accepted(
        session, series.board, category, series=series.key, until=until, known_at=known_at
    ):
        if since and snapshot.published_on < since:
            return
        yield snapshot
        until = snapshot.published_on - timedelta(days=1)


def _shot(session: Session, snapshot: Snapshot, name: str, edition: str, known_at: datetime | None) -> Shot:
    number, on = snapshot.id or 0, snapshot.published_on
    return Shot(
        snapshot_id=number,
        board=snapshot.board,
        name=name,
        category=snapshot.category,
        series=snapshot.series,
        published_on=on,
        standings=read.standings(session, number, on, known_at),
        grows=edition.endswith(on.isoformat()) if edition else False,
    )
