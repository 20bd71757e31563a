"""The page that says whether all is well: ``/health``, for whatever watches a long-lived process."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from topspot.store import read
from topspot.store.engine import StoreError, reading
from topspot.store.tables import Delivery, SourceState

LONGEST_QUEUED = timedelta(hours=1)
"""How old a delivery may be that is not sent yet."""


def health(
    last_success: Mapping[str, datetime | None],
    periods: Mapping[str, timedelta],
    oldest_queued: datetime | None,
    started_at: datetime,
    now: datetime,
) -> list[str]:
    """Say in words what is not well; an empty answer is health. All instants are UTC.

    A source is well that succeeded within twice its period; one that never did has that long from
    ``started_at`` on, when the process began. What it did before that counts: else whoever restarts the process
    daily would never hear that a source is silent.
    """
    reasons = []
    for key, every in periods.items():
        last = last_success.get(key)
        if now - (last or started_at) <= 2 * every:
            continue
        if last is None:
            reasons.append(f"{key} was never visited with success")
        else:
            reasons.append(f"{key} succeeded last at {last:%Y-%m-%dT%H:%M:%SZ}, longer ago than twice its period")
    if oldest_queued and now - oldest_queued > LONGEST_QUEUED:
        reasons.append(f"a delivery waits since {oldest_queued:%Y-%m-%dT%H:%M:%SZ}")
    return reasons


def last_successes(session: Session) -> dict[str, datetime | None]:
    """Give when each source was last visited with success."""
    query = select(col(SourceState.source), col(SourceState.last_success_at))
    return read.pairs(session.execute(query))


def oldest_queued(session: Session) -> datetime | None:
    """Give when the oldest delivery was queued that is neither sent nor given up."""
    open_ = col(Delivery.state).not_in(("sent", "dead", "superseded"))
    return session.scalar(select(func.min(col(Delivery.created_at))).where(open_))


def application(
    engine: Engine, periods: Mapping[str, timedelta], started_at: datetime, clock: Callable[[], datetime]
) -> web.Application:
    """Make the application; ``/health`` answers 200 where all is well, else 503 with the reasons."""

    def look() -> list[str]:
        try:
            with reading(engine) as session:
                return health(last_successes(session), periods, oldest_queued(session), started_at, clock())
        except StoreError as error:
            return [str(error)]

    async def answer(_: web.Request) -> web.Response:
        reasons = await asyncio.to_thread(look)
        body: dict[str, Any] = {"ok": not reasons, "reasons": reasons}
        return web.json_response(body, status=503 if reasons else 200)

    app = web.Application()
    app.router.add_get("/health", answer)
    return app
