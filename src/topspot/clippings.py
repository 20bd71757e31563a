"""What the press answers: stories, claims with their verdicts, and a text checked sentence by sentence.

As in ``answers``: JSON values, dates ``YYYY-MM-DD``, instants RFC 3339 with ``Z``, what is missing is ``None``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from topspot.answers import day, instant
from topspot.claims import board_names, claims_of
from topspot.claims.text import plain, sentences
from topspot.domain.claims import Claim as ClaimValue
from topspot.domain.claims import Verdict as VerdictValue
from topspot.registry import Registry
from topspot.registry.mentions import Mention as MentionValue
from topspot.registry.mentions import mentions_of
from topspot.store.tables import Article, ArticleVersion, Claim, EventStory, Feed, Mention, Story, Verdict
from topspot.verdicts import Shelf, names_of


class Checker:
    """Checks texts against the boards that are kept, with names as a registry knows them."""

    def __init__(self, session: Session, registry: Registry) -> None:
        self._mentions = mentions_of(registry)
        self._shelf = Shelf(session, names_of(registry))

    def claims(self, text: str, published: date | None, title: str = "") -> list[dict[str, Any]]:
        """Give the claims of a text that was published on a day, each with its verdict and what decides it."""
        found = claims_of(text, self._mentions, board_names(), title, published)
        return [claim_json(claim, self._shelf.verdict_on(claim, published)) for claim in found]

    def text(self, text: str, published: date | None, title: str = "") -> dict[str, Any]:
        """Check a whole text: every sentence with the names in it, its claims, and a verdict.

        A sentence that claims nothing that a board could show is ``not_checkable``.
        """
        claims = self.claims(text, published, title)
        return {
            "title": title or None,
            "published": day(published),
            "sentences": [self._sentence(each, claims) for each in sentences(plain(text))],
            "claims": claims,
        }

    def _sentence(self, sentence: str, claims: Sequence[dict[str, Any]]) -> dict[str, Any]:
        mine = [claim for claim in claims if claim["text"] == sentence]
        named = self._mentions.find(sentence, board_names())
        return {
            "text": sentence,
            "verdict": _of_sentence({claim["verdict"] for claim in mine}),
            "mentions": [_mention_json(each) for each in named if not each.key.startswith("!")],
            "claims": len(mine),
        }


def _of_sentence(found: set[str]) -> str:
    """Say what holds of a sentence by the verdicts on its claims."""
    told = found - {"unverifiable", "not_checkable"} or found
    if not told:
        return "not_checkable"
    return told.pop() if len(told) == 1 else "mixed"


def _mention_json(mention: MentionValue) -> dict[str, Any]:
    key = mention.key.partition(":")[0].rstrip("?")
    return {"text": mention.text, "kind": mention.kind, "key": key, "variant": mention.variant}


def claim_json(claim: ClaimValue, verdict: VerdictValue) -> dict[str, Any]:
    """Give a claim with its verdict as the command line promises it."""
    evidence = [each._asdict() | {"published_on": day(each.published_on)} for each in verdict.evidence]
    said = {"verdict": verdict.verdict, "explanation": verdict.explanation, "evidence": evidence}
    return _said(claim) | said


CLAIM = (
    "text", "subject", "subject_key", "subject_variant", "subject_kind", "relation", "object", "board", "category",
    "rank", "rating", "n", "of_top", "as_of", "modality",
)  # fmt: skip


def _said(claim: ClaimValue | Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in CLAIM} | {"as_of": day(claim.as_of)}


def news(session: Session, *, since: date | None, until: date | None, about: str | None) -> list[dict[str, Any]]:
    """List the stories of some days, the newest first: who tells each, whom it names and what it claims."""
    query = select(Story).where(*_within(col(Story.began_at), since, until))
    query = query.order_by(col(Story.began_at).desc(), col(Story.id).desc())
    if about:
        named = select(col(Article.story_id)).join(
            ArticleVersion, col(ArticleVersion.article_id) == col(Article.id)
        )
        named = named.join(Mention, col(Mention.version_id) == col(ArticleVersion.id))
        query = query.where(col(Story.id).in_(named.where(col(Mention.key) == about)))
    stories = session.scalars(query).all()
    return [
        told for start in range(0, len(stories), _AT_ONCE) for told in _told(session, stories[start:][:_AT_ONCE])
    ]


_AT_ONCE = 500
"""Rows that one statement asks for: it takes only so many parameters."""


def _within(at: Any, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """Give the conditions that an instant lies in the days (UTC) from one to another, which may be missing."""
    first = [at >= datetime.combine(since, time.min, UTC)] if since else []
    last = [at <= datetime.combine(until, time.max, UTC)] if until else []
    return first + last


def _told(session: Session, stories: Sequence[Story]) -> Iterator[dict[str, Any]]:
    """Give some stories as the command line promises them."""
    numbers = [story.id or 0 for story in stories]
    rows = session.execute(
        select(Article, ArticleVersion, col(Feed.name), col(Feed.kind))
        .join(ArticleVersion, col(ArticleVersion.article_id) == col(Article.id))
        .join(Feed, col(Feed.key) == col(Article.feed))
        .where(col(Article.story_id).in_(numbers))
        .order_by(col(ArticleVersion.id))
    ).all()
    articles: defaultdict[int, dict[int | None, dict[str, Any]]] = defaultdict(dict)
    for article, version, name, kind in rows:
        articles[article.story_id][article.id] = _article_json(article, version, name, kind)
    mentions, events = _mentions(session, numbers), _events(session, numbers)
    found = _claims_of(session, col(Article.story_id).in_(numbers))
    claimed = _by_story((claim["story"], claim["verdict"]) for claim in found)
    for story in stories:
        number = story.id or 0
        yield {
            "id": number,
            "title": story.title,
            "began_at": instant(story.began_at),
            "articles": list(articles[number].values()),
            "mentions": mentions[number],
            "events": events[number],
            "claims": claimed[number],
        }


def _by_story(rows: Iterable[Any]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for story, value in rows:
        found[story].append(value)
    return found


def _mentions(session: Session, stories: Sequence[int]) -> defaultdict[int, list[str]]:
    query = (
        select(col(Article.story_id), col(Mention.key))
        .join(ArticleVersion, col(ArticleVersion.article_id) == col(Article.id))
        .join(Mention, col(Mention.version_id) == col(ArticleVersion.id))
        .where(col(Article.story_id).in_(stories))
        .distinct()
        .order_by(col(Mention.key))
    )
    return _by_story(session.execute(query))


def _events(session: Session, stories: Sequence[int]) -> defaultdict[int, list[str]]:
    query = select(col(EventStory.story_id), col(EventStory.event_id)).order_by(col(EventStory.event_id))
    return _by_story(session.execute(query.where(col(EventStory.story_id).in_(stories))))


def _article_json(article: Article, version: ArticleVersion, name: str, kind: str) -> dict[str, Any]:
    return {
        "source": article.feed,
        "name": name,
        "kind": kind,
        "title": version.title,
        "link": article.link,
        "published_at": instant(version.published_at),
        "seen_at": instant(article.first_seen_at),
        "language": version.language,
    }


def claims(
    session: Session, *, since: date | None, until: date | None, verdict: str | None, board: str | None
) -> list[dict[str, Any]]:
    """List the claims of some days with their verdicts, the newest first."""
    published = func.coalesce(ArticleVersion.published_at, ArticleVersion.seen_at)
    of_board = [col(Claim.board) == board] if board else []
    found = _claims_of(session, *_within(published, since, until), *of_board)
    return [each for each in found if verdict in (None, each["verdict"])]


def _claims_of(session: Session, *those: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Claim, Verdict, Article, ArticleVersion)
        .join(Verdict, col(Verdict.claim_id) == col(Claim.id))
        .join(ArticleVersion, col(ArticleVersion.id) == col(Claim.version_id))
        .join(Article, col(Article.id) == col(ArticleVersion.article_id))
        .where(col(Verdict.superseded_at).is_(None), *those)
        .order_by(col(Claim.id).desc())
    )
    told: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        said = (getattr(row[0], name) for name in CLAIM)
        told.setdefault((row[2].id, *said), row)  # a version repeats what it leaves as it was
    return [_written_claim(*row) for row in told.values()]


def _written_claim(claim: Claim, verdict: Verdict, article: Article, version: ArticleVersion) -> dict[str, Any]:
    return _said(claim) | {
        "verdict": verdict.verdict,
        "explanation": verdict.explanation,
        "evidence": verdict.evidence,
        "judged_at": instant(verdict.judged_at),
        "story": article.story_id,
        "source": article.feed,
        "link": article.link,
        "published_at": instant(version.published_at),
    }
