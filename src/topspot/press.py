"""What the press wrote about those whom an event of a board is about, in lines for the alert."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlmodel import Session, col

from topspot.claimdesk import TOLD, value_of
from topspot.registry import Registry
from topspot.store.tables import Article, ArticleVersion, Claim, Feed, Mention, Story
from topspot.verdicts import Shelf, names_of

NEAR = timedelta(days=4)
"""How far from an event a story began that is about it."""

MOST = 2
"""Stories, and claims, that an alert shows."""

MOST_JUDGED = 10
"""Claims that are looked at for those."""

LONGEST = 300
"""Characters of a sentence or headline that an alert shows."""

Subject = tuple[str, str]
"""A kind, model or developer, and the key of one."""


def lines(
    session: Session, board: str, subjects: Iterable[Subject], at: datetime, registry: Registry
) -> list[str]:
    """Say what was claimed of a board about some subjects near an instant, with verdicts, and what was told.

    The verdicts are those of the snapshots as they are now, with that of the event itself.
    """
    wanted = sorted(set(subjects))
    if not wanted:
        return []
    shelf = Shelf(session, names_of(registry))
    return [*_claims(session, board, wanted, at, shelf), *_stories(session, wanted, at)]


def _claims(session: Session, board: str, subjects: list[Subject], at: datetime, shelf: Shelf) -> list[str]:
    published = func.coalesce(ArticleVersion.published_at, ArticleVersion.seen_at)
    rows = session.execute(
        select(Claim, col(Feed.name), published.label("published"))
        .join(ArticleVersion, col(ArticleVersion.id) == col(Claim.version_id))
        .join(Article, col(Article.id) == col(ArticleVersion.article_id))
        .join(Feed, col(Feed.key) == col(Article.feed))
        .where(
            tuple_(col(Claim.subject_kind), col(Claim.subject_key)).in_(subjects),
            col(Claim.board).in_((board, board.removesuffix("-style-control"))),
            published.between(at - NEAR, at + NEAR),
        )
        .order_by(col(Claim.id).desc())
        .limit(MOST_JUDGED)
    )
    found: dict[str, None] = {}
    for claim, name, day in rows:
        if len(found) < MOST:
            verdict = shelf.verdict_on(value_of(claim), day.date())
            if verdict.verdict in TOLD:
                found[f"{name} claims “{_short(claim.text)}”: {verdict.verdict}: {verdict.explanation}"] = None
    return list(found)


def _stories(session: Session, subjects: list[Subject], at: datetime) -> list[str]:
    rows = session.execute(
        select(col(Story.title), col(Story.id), func.min(col(Feed.name)), func.count(func.distinct(col(Feed.key))))
        .join(Article, col(Article.story_id) == col(Story.id))
        .join(Feed, col(Feed.key) == col(Article.feed))
        .join(ArticleVersion, col(ArticleVersion.article_id) == col(Article.id))
        .join(Mention, col(Mention.version_id) == col(ArticleVersion.id))
        .where(
            tuple_(col(Mention.kind), col(Mention.key)).in_(subjects),
            col(Story.began_at).between(at - NEAR, at + NEAR),
            col(Story.title) != "",
        )
        .group_by(col(Story.id), col(Story.title))
        .order_by(func.count(func.distinct(col(Feed.key))).desc(), col(Story.id))
        .limit(MOST)
    )
    return [
        f"In the news: “{_short(title)}” ({name}{f' and {count - 1} more' if count > 1 else ''})"
        for title, _, name, count in rows
    ]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
