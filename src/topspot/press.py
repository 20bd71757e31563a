"""What the press wrote about those whom an event of a board is about, in lines for the alert."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, tuple_
from sqlmodel import Session, col

from topspot.store.tables import Article, ArticleVersion, Claim, Feed, Mention, Snapshot, Story, Verdict

NEAR = timedelta(days=4)
"""How far from an event a story began that is about it."""

MOST = 2
"""Stories, and claims, that an alert shows."""

LONGEST = 300
"""Characters of a sentence or headline that an alert shows."""

Subject = tuple[str, str]
"""A kind, model or developer, and the key of one."""


def lines(session: Session, board: str, subjects: Iterable[Subject], at: datetime) -> list[str]:
    """Say what was claimed of a board about some subjects near an instant, with verdicts, and what was told."""
    wanted = sorted(set(subjects))
    return [*_claims(session, board, wanted, at), *_stories(session, wanted, at)] if wanted else []


def _claims(session: Session, board: str, subjects: list[Subject], at: datetime) -> list[str]:
    """Give claims with their verdicts; one that a snapshot which came since may refute no longer is left out."""
    boards = (board, board.removesuffix("-style-control"))
    newest = select(func.max(Snapshot.recorded_at)).where(col(Snapshot.board).in_(boards)).scalar_subquery()
    rows = session.execute(
        select(col(Claim.text), col(Feed.name), col(Verdict.verdict), col(Verdict.explanation))
        .join(Verdict, col(Verdict.claim_id) == col(Claim.id))
        .join(ArticleVersion, col(ArticleVersion.id) == col(Claim.version_id))
        .join(Article, col(Article.id) == col(ArticleVersion.article_id))
        .join(Feed, col(Feed.key) == col(Article.feed))
        .where(
            tuple_(col(Claim.subject_kind), col(Claim.subject_key)).in_(subjects),
            col(Claim.board).in_(boards),
            col(Verdict.superseded_at).is_(None),
            or_(
                col(Verdict.verdict) == "supported",
                and_(col(Verdict.verdict).in_(("refuted", "mixed")), col(Verdict.judged_at) >= newest),
            ),
            func.coalesce(ArticleVersion.published_at, ArticleVersion.seen_at).between(at - NEAR, at + NEAR),
        )
        .order_by(col(Claim.id).desc())
    )
    found = dict.fromkeys(f"{name} claims “{_short(text)}”: {verdict}: {why}" for text, name, verdict, why in rows)
    return list(found)[:MOST]


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
