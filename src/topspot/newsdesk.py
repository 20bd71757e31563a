"""News is recorded: articles folded into stories, what they mention and claim, and whether the boards show it.

All that follows from one feed's answer is written in one transaction. What a feed shows on its first visit is
history and makes no event.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session, col

from topspot.claimdesk import REMEMBERED, Claimdesk, is_news
from topspot.claims import board_names, claims_of
from topspot.derive import add_events
from topspot.domain import stories
from topspot.domain.claims import Claim as ClaimValue
from topspot.domain.compare import Event, Subject, event_id
from topspot.domain.releases import tells_a_release
from topspot.press import NEAR
from topspot.registry import Registry
from topspot.registry.mentions import Mention as MentionValue
from topspot.registry.mentions import Mentions, mentions_of
from topspot.store import write
from topspot.store.tables import Article, ArticleVersion, EventStory, Feed, Mention, Story
from topspot.store.tables import Event as EventRow


class Item(NamedTuple):
    """An article as it was read, in the payload that brought it."""

    article: stories.Article
    payload: str


_OF_A_RANKING = re.compile(
    r"#\s?1\b|\b(top(s|ped|ping)?|lead(s|ing|erboard)?|first|best|beats?|record|rank(s|ed|ing)?|arena)\b"
    r"|第一|登顶|榜|超越|击败|领先|夺冠|排名",
    re.IGNORECASE,
)
"""Words of a headline or summary whose article may claim something of a board."""


@dataclass(slots=True)
class News:
    """What came of some articles: how many are new, versions of known ones, and left out as not about AI.

    ``pages`` are new articles that may claim something of a board, of which the feed gives no more than a summary.
    """

    new: int = 0
    versions: int = 0
    left_out: int = 0
    claims: int = 0
    events: int = 0
    pages: list[stories.Article] = field(default_factory=list)


@dataclass
class Newsdesk:
    """What recording news has at hand for one run. ``outlets`` is in how many feeds a claim makes an event."""

    registry: Registry
    outlets: int = 2
    _numbers: list[int] = field(default_factory=list)
    _index: stories.Index | None = None
    _places: dict[int, int] = field(default_factory=dict)
    _indexed: set[int] = field(default_factory=set)
    _shared: set[str] = field(default_factory=set)

    @cached_property
    def mentions(self) -> Mentions:
        """Finds names in texts."""
        return mentions_of(self.registry)

    @cached_property
    def claims(self) -> Claimdesk:
        """Judges what articles claim."""
        return Claimdesk(self.registry, self.outlets)

    def record(
        self,
        session: Session,
        feed: str,
        items: Sequence[Item],
        now: datetime,
        *,
        first: bool,
        known: set[str] | None = None,
        silent: bool = False,
    ) -> News:
        """Write the articles of a feed that are new or edited, and what follows.

        ``first`` is a first visit. ``known`` are the digests of what is there, if they are at hand; those of what
        is met come to them. ``silent`` makes no events.
        """
        news = News()
        digests = _digests(session, feed) if known is None else known
        self._shared |= stories.shared_addresses(item.article for item in items)
        for item in reversed(items):  # the oldest first, so that a story begins with what began it
            name = digest(item.article)
            if name not in digests:
                digests.add(name)
                self._take(session, item, name, now, news, first=first, silent=silent)
        return news

    def named(self, article: stories.Article) -> list[MentionValue]:
        """Give the names that make an article one about AI; without any it is none."""
        return [each for each in self.mentions.find(_text(article), board_names()) if _counts(each)]

    def claimed(self, article: stories.Article) -> list[ClaimValue]:
        """Give what an article claims of boards."""
        published = article.published.date() if article.published else None
        return claims_of(_text(article), self.mentions, board_names(), article.title, published)

    def _take(
        self,
        session: Session,
        item: Item,
        digest: str,
        now: datetime,
        news: News,
        *,
        first: bool,
        silent: bool,
    ) -> None:
        article = item.article
        found = self.named(article)
        if not found:
            news.left_out += 1
            return
        published = article.published or now
        row = self._article(session, article._replace(published=published), now, news, first=first)
        version = ArticleVersion(
            article_id=row.id or 0, seen_at=now, published_at=article.published, updated_at=article.updated,
            title=article.title, summary=article.summary, language=article.language, payload=item.payload,
            digest=digest,
        )  # fmt: skip
        session.add(version)
        session.flush()
        self._indexed.add(version.id or 0)
        write.insert_missing(session, Mention, mention_rows(version, found))
        judged = self.claims.judge(session, self.claimed(article), version, published.date(), now)
        news.claims += len(judged)
        if not silent and is_news(row, version, now):
            news.pages += [article] if _may_claim(article) else []
            events = [*self._release(session, row, version, now), *self.claims.events(session, judged, now)]
            news.events += add_events(session, events, now, payload=version.payload)

    def _article(
        self, session: Session, article: stories.Article, now: datetime, news: News, *, first: bool
    ) -> Article:
        """Find the article that this is a version of, or write a new one in the story that it belongs to."""
        index = self._stories(session, now)
        index.shared |= self._shared
        if not first:
            self._remember(_versions_of(session, article))
        placed = stories.place(article, index)
        if placed.story == len(self._numbers):
            story = Story(title=article.title, began_at=article.published or now)
            session.add(story)
            session.flush()
            self._places[story.id or 0] = len(self._numbers)
            self._numbers.append(story.id or 0)
        number = self._numbers[placed.story]
        if placed.how != "new":
            began = article.published or now
            later = update(Story).where(col(Story.id) == number, col(Story.began_at) > began)
            session.execute(later.values(began_at=began))
        known = _same_article(session, article, number) if placed.how == "version" else None
        if known:
            news.versions += 1
            return known
        news.new += 1
        row = Article(
            feed=article.feed, story_id=number, guid=article.id, link=article.link,
            address=address_of(article), first_seen_at=now, historical=first,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    def _stories(self, session: Session, now: datetime) -> stories.Index:
        """Give the index of the stories of the last days, made from what is kept."""
        if self._index is None:
            self._index = stories.Index()
            self._remember(_versions(session, col(Article.first_seen_at) >= now - REMEMBERED))
        return self._index

    def _remember(self, kept: Iterable[tuple[Article, ArticleVersion]]) -> None:
        """Put what is kept into the index, unless it is there."""
        for article, version in kept:
            if self._index is None or version.id in self._indexed:
                continue
            if article.story_id not in self._places:
                self._places[article.story_id] = len(self._numbers)
                self._numbers.append(article.story_id)
            self._index.add(_value(article, version), self._places[article.story_id])
            self._indexed.add(version.id or 0)

    def _release(
        self, session: Session, article: Article, version: ArticleVersion, now: datetime
    ) -> Iterator[Event]:
        """Make the event that a model came out, once: two feeds or an official one tell it."""
        model = next((each for each in self.mentions.find(version.title) if each.kind == "model"), None)
        if model is None or not tells_a_release(version.title):
            return
        feeds = set(session.scalars(select(col(Article.feed)).where(col(Article.story_id) == article.story_id)))
        kinds = session.scalars(select(col(Feed.kind)).where(col(Feed.key).in_(feeds))).all()
        if (len(feeds) < 2 and "official" not in kinds) or _is_released(session, model.key, now):
            return
        story = session.get(Story, article.story_id)
        title = story.title if story else version.title
        told = f"{title} ({', '.join(sorted(feeds))})"
        yield _release_event(version, Subject("model", model.key, model.text), told, now)


def mention_rows(version: ArticleVersion, found: Sequence[MentionValue]) -> list[dict[str, Any]]:
    """Give the rows of the names in a version of an article: each once, as it is written first."""
    mentioned = {(each.kind, each.key.partition(":")[0].rstrip("?")): each.text for each in reversed(found)}
    return [
        {"version_id": version.id, "kind": kind, "key": key, "written": written}
        for (kind, key), written in mentioned.items()
    ]


def tie(session: Session, since: datetime) -> None:
    """Tie stories to the lead events observed since an instant that they explain or precede, by who is in both."""
    events = session.execute(
        select(
            col(EventRow.id), col(EventRow.subject_kind), col(EventRow.subject_id), col(EventRow.observed_at)
        ).where(
            col(EventRow.type).startswith("lead."),
            col(EventRow.subject_kind).in_(_TIED_BY),
            col(EventRow.observed_at) >= since,
        )
    ).all()
    if not events:
        return
    told = _stories_about(session, min(at for *_, at in events) - NEAR)
    rows = [
        {"event_id": name, "story_id": story, "how": "precedes" if began < at else "explains"}
        for name, kind, key, at in events
        for story, began in told[kind, key]
        if abs(began - at) <= NEAR
    ]
    write.insert_missing(session, EventStory, rows)


_TIED_BY = ("model", "developer")
"""Kinds of subjects that stories and events have in common."""


def _stories_about(session: Session, since: datetime) -> defaultdict[tuple[str, str], list[tuple[int, datetime]]]:
    """Give the stories that began since an instant, with when they did, by the kind and key of whom they name."""
    query = (
        select(col(Mention.kind), col(Mention.key), col(Story.id), col(Story.began_at))
        .join(ArticleVersion, col(ArticleVersion.id) == col(Mention.version_id))
        .join(Article, col(Article.id) == col(ArticleVersion.article_id))
        .join(Story, col(Story.id) == col(Article.story_id))
        .where(col(Mention.kind).in_(_TIED_BY), col(Story.began_at) >= since)
        .distinct()
    )
    found: defaultdict[tuple[str, str], list[tuple[int, datetime]]] = defaultdict(list)
    for kind, key, story, began in session.execute(query):
        found[kind, key].append((story, began))
    return found


def _may_claim(article: stories.Article) -> bool:
    """Whether an article's page is worth a visit for what it may claim."""
    told = f"{article.title} {article.summary}"
    return article.content is None and article.link is not None and bool(_OF_A_RANKING.search(told))


def _counts(mention: MentionValue) -> bool:
    """Whether a name makes an article one about AI: no country's, and no board's that ranks nothing of ours."""
    return mention.kind != "country" and not mention.key.startswith("!")


def _text(article: stories.Article) -> str:
    return f"{article.title}\n{article.content or article.summary}"


def digest(article: stories.Article) -> str:
    """Name what was read of an article (SHA-256): the same of the same feed is no further version."""
    said = (article.feed, article.id, article.link, article.title, article.summary, article.content)
    return hashlib.sha256("\x1f".join(part or "" for part in said).encode()).hexdigest()


def _digests(session: Session, feed: str) -> set[str]:
    query = select(col(ArticleVersion.digest)).join(Article, col(Article.id) == col(ArticleVersion.article_id))
    return set(session.scalars(query.where(col(Article.feed) == feed)))


def address_of(article: stories.Article) -> str:
    """Give the canonical address of an article, empty where it has none."""
    return stories.canonical_address(article.link) if article.link else ""


def _same_article(session: Session, article: stories.Article, story: int) -> Article | None:
    """Find the article of a feed and a story that has the same id or, without one, the same address."""
    of_feed = select(Article).where(col(Article.feed) == article.feed, col(Article.story_id) == story)
    same = col(Article.guid) == article.id if article.id else col(Article.address) == address_of(article)
    return session.scalars(of_feed.where(same).order_by(col(Article.id).desc())).first()


def _is_released(session: Session, model: str, now: datetime) -> bool:
    """Whether it was told in the last days that a model came out."""
    told = select(col(EventRow.id)).where(col(EventRow.type) == "story.release", col(EventRow.subject_id) == model)
    return session.scalars(told.where(col(EventRow.recorded_at) >= now - REMEMBERED)).first() is not None


def _versions(session: Session, *those: ColumnElement[bool]) -> list[tuple[Article, ArticleVersion]]:
    rows = session.execute(
        select(Article, ArticleVersion)
        .join(ArticleVersion, col(ArticleVersion.article_id) == col(Article.id))
        .where(*those)
        .order_by(col(ArticleVersion.id))
    )
    return [(article, version) for article, version in rows]


def _versions_of(session: Session, article: stories.Article) -> list[tuple[Article, ArticleVersion]]:
    """Give what is kept of a feed, however old, that has the id or the address of an article."""
    same = [col(Article.guid) == article.id] if article.id else []
    same += [col(Article.address) == address_of(article)] if article.link else []
    return _versions(session, col(Article.feed) == article.feed, or_(*same)) if same else []


def _value(article: Article, version: ArticleVersion) -> stories.Article:
    return stories.Article(
        id=article.guid,
        link=article.link,
        title=version.title,
        summary=version.summary,
        published=version.published_at or version.seen_at,
        updated=version.updated_at,
        language=version.language,
        feed=article.feed,
    )


def _release_event(version: ArticleVersion, subject: Subject, told: str, now: datetime) -> Event:
    day = (version.published_at or now).astimezone(UTC).date()
    return Event(
        id=event_id("story.release@1", subject.id, day.isocalendar()[:2]),
        type="story.release",
        rule="story.release@1",
        change=None,
        board="news",
        category=None,
        series="news",
        published_on=day,
        observed_at=now,
        subject=subject,
        reasons=(told,),
    )
