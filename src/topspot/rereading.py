"""News read again: what articles say, name and claim follows from the payloads in the archive, by today's rules.

What depends on when an article came stays: the story that it was put into, and which events were told. An article
that is not there is recorded as on that visit, and told to nobody; a version that its payload does not show any
more goes, with what it claimed. What cannot be read again for sure stays as it is: payloads that are not in the
archive, of feeds that no file declares, and of addresses that are neither the feed's nor an article's.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlmodel import Session, col

from scrapers.news.sources import NewsSource
from topspot.backfill import Progress
from topspot.claimdesk import forget_claims
from topspot.domain.stories import Article as ArticleValue
from topspot.domain.values import NEWS, Answer, LayoutChanged, Payload
from topspot.newsdesk import Item, Newsdesk, address_of, digest, mention_rows, tie
from topspot.newsroom import read_answer, with_page
from topspot.registry import Registry
from topspot.settings import Settings
from topspot.store import archive, read, write
from topspot.store.tables import Article, ArticleVersion, Claim, EventStory, Feed, Mention, Story, Visit
from topspot.store.tables import Payload as PayloadRow

ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Reread:
    """What reading again found.

    Payloads; articles that are new; versions of articles that name or claim something else, or went; verdicts that
    are others; and what could not be read.
    """

    payloads: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    verdicts: int = 0
    held: list[str] = field(default_factory=list)


def read_again(
    session: Session,
    settings: Settings,
    sources: Mapping[str, NewsSource],
    registry: Registry,
    now: datetime,
    progress: Progress,
) -> Reread:
    """Derive all news again from the payloads that are kept. Raises ``ArchiveError`` for one that is damaged."""
    rereading = _Rereading(session, settings.archive_dir, sources, Newsdesk(registry, settings.claim_outlets), now)
    visits = [visit for visit in read.news_visits(session) if rereading.can_read(visit)]
    progress.begins("payloads of news", len(visits))
    for visit in visits:
        rereading.read(visit)
        progress.step(visit.url)
    rereading.conclude()
    return rereading.reread


@dataclass
class _Rereading:
    """Reading again under way.

    ``known`` are the numbers of the versions of each feed, by digest; ``met`` those that were found again;
    ``begun`` the feeds of which something was read, ``done`` the payloads, by feed. ``pages`` are the articles of
    which a feed has no text itself, by feed and link: the page behind it may have been visited.
    """

    session: Session
    folder: Path
    sources: Mapping[str, NewsSource]
    desk: Newsdesk
    now: datetime
    reread: Reread = field(default_factory=Reread)
    known: dict[str, dict[str, int]] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    done: set[tuple[str, str]] = field(default_factory=set)
    pages: defaultdict[tuple[str, str], dict[str, ArticleValue]] = field(default_factory=lambda: defaultdict(dict))

    def can_read(self, visit: Visit) -> bool:
        """Whether the feed of a visit is declared, and what it brought is in the archive."""
        return _feed_of(visit) in self.sources and archive.path_of(self.folder, visit.payload or "").is_file()

    def read(self, visit: Visit) -> None:
        """Read one payload again. Bytes that a feed has shown before say nothing more."""
        feed = _feed_of(visit)
        is_feed = visit.url in self._addresses(feed)
        if is_feed and (feed, visit.payload or "") in self.done:
            return
        known = self._known(feed)
        try:
            articles = self._feed(feed, visit) if is_feed else self._page(feed, visit)
        except LayoutChanged as error:
            self.reread.held.append(f"{visit.source}: {visit.url}: {error}")
            return
        if articles is None:
            return
        first = feed not in self.begun
        self.begun.add(feed)
        self.reread.payloads += 1
        self.done.add((feed, visit.payload or ""))
        for article in articles:
            number = known.get(digest(article))
            if number is not None and number not in self.met:
                self._refresh(article, number)
        if any(digest(article) not in known for article in articles):
            items = [Item(each, visit.payload or "") for each in articles]
            self._take(feed, items, visit.started_at, first=first)

    def _addresses(self, feed: str) -> list[str]:
        """Give where a feed is or was, its own address first."""
        kept = self.session.get(Feed, feed)
        there = (self.sources[feed].address, *((kept.declared, kept.address) if kept else ()))
        return list(dict.fromkeys(there))

    def _known(self, feed: str) -> dict[str, int]:
        if feed not in self.known:
            query = select(col(ArticleVersion.digest), col(ArticleVersion.id)).join(
                Article, col(Article.id) == col(ArticleVersion.article_id)
            )
            self.known[feed] = read.pairs(self.session.execute(query.where(col(Article.feed) == feed)))
        return self.known[feed]

    def _feed(self, feed: str, visit: Visit) -> list[ArticleValue]:
        """Read what a feed showed.

        A visit that was led elsewhere for good does not say where to; it is where the feed is now, if links that
        are relative to that address are those that are kept. Raises ``LayoutChanged``.
        """
        bases = [visit.url, *(url for url in self._addresses(feed) if url != visit.url)]
        readings, why = [], LayoutChanged("nothing to read")
        for base in bases:
            try:
                read_ = read_answer(self.sources[feed], self._answer(visit, base)).articles
                readings.append([each._replace(feed=feed) for each in read_])
            except LayoutChanged as error:
                why = error
        if not readings:
            raise why
        known = self._known(feed)
        found = next((each for each in readings if any(digest(article) in known for article in each)), readings[0])
        for article in found:
            if article.content is None and article.link:
                self.pages[feed, article.link][digest(article)] = article
        return found

    def _page(self, feed: str, visit: Visit) -> list[ArticleValue] | None:
        """Read the page of an article that its feed showed before; ``None`` where no article has the address.

        Of several that share an address it is the one whose version is kept, else the last one.
        """
        articles = self.pages.get((feed, visit.url), {}).values()
        if not articles:
            return None
        content = with_page(ArticleValue(), self._answer(visit, visit.url)).content
        pages = [each._replace(content=content) for each in articles]
        kept = [each for each in pages if digest(each) in self._known(feed)]
        return (kept or pages[-1:]) if content else []

    def _answer(self, visit: Visit, url: str) -> Answer:
        sha256 = visit.payload or ""
        kept = self.session.get(PayloadRow, sha256)
        body = archive.get(self.folder, sha256).read_bytes()
        payload = Payload(url, body, sha256, kept.media_type if kept else "", visit.started_at)
        return Answer(visit.source, url, "fetched", visit.started_at, visit.status, payload)

    def _refresh(self, article: ArticleValue, number: int) -> None:
        """Bring a version that is kept in line with what is read of it today."""
        found = self.desk.named(article)
        if not found:
            return
        self.met.add(number)
        version = self.session.get_one(ArticleVersion, number)
        version.published_at, version.updated_at = article.published, article.updated
        version.language = article.language
        self.session.get_one(Article, version.article_id).address = address_of(article)
        self.session.flush()
        day = (article.published or version.seen_at).date()
        claims = self.desk.claimed(article)
        claimed = self.desk.claims.bring_in_line(self.session, claims, version, day, self.now)
        named = _rename(self.session, version, mention_rows(version, found))
        self.reread.changed += claimed or named

    def _take(self, feed: str, items: Sequence[Item], at: datetime, *, first: bool) -> None:
        """Record the articles that are not there, as of the visit that brought them."""
        known = self._known(feed)
        news = self.desk.record(self.session, feed, items, at, first=first, known=set(known), silent=True)
        self.reread.new += news.new
        for number, name in self.session.execute(
            select(col(ArticleVersion.id), col(ArticleVersion.digest)).where(
                col(ArticleVersion.digest).in_({digest(each.article) for each in items} - known.keys())
            )
        ):
            known[name] = number
            self.met.add(number)

    def conclude(self) -> None:
        """Let go what was not met again, judge every claim, and tie stories to events anew."""
        session = self.session
        self.reread.gone = self._remove()
        self.reread.verdicts = self.desk.claims.judge_again(session, self.now, everything=True)
        session.execute(delete(EventStory))
        tie(session, ALWAYS)

    def _remove(self) -> int:
        """Remove versions that were not met again, and the articles and stories that are left without any."""
        session, gone = self.session, list(self._gone())
        for number in gone:
            claims = session.scalars(select(Claim).where(col(Claim.version_id) == number)).all()
            forget_claims(session, claims, self.now)
            session.execute(delete(Mention).where(col(Mention.version_id) == number))
            session.execute(delete(ArticleVersion).where(col(ArticleVersion.id) == number))
        if gone:
            session.execute(delete(EventStory))  # tied anew behind this
            of_article = select(1).where(col(ArticleVersion.article_id) == col(Article.id))
            session.execute(delete(Article).where(~of_article.exists()))
            of_story = select(1).where(col(Article.story_id) == col(Story.id))
            session.execute(delete(Story).where(~of_story.exists()))
        return len(gone)

    def _gone(self) -> Iterator[int]:
        versions = select(col(ArticleVersion.id), col(Article.feed), col(ArticleVersion.payload)).join(
            Article, col(Article.id) == col(ArticleVersion.article_id)
        )
        for number, feed, payload in self.session.execute(versions):
            if (feed, payload) in self.done and number not in self.met:
                yield number


def _feed_of(visit: Visit) -> str:
    return visit.source.removeprefix(f"{NEWS}/")


def _rename(session: Session, version: ArticleVersion, rows: list[dict[str, object]]) -> bool:
    """Let a version of an article name these; say whether it named others."""
    kept = select(col(Mention.kind), col(Mention.key), col(Mention.written))
    before = {tuple(row) for row in session.execute(kept.where(col(Mention.version_id) == version.id))}
    if before == {(row["kind"], row["key"], row["written"]) for row in rows}:
        return False
    session.execute(delete(Mention).where(col(Mention.version_id) == version.id))
    write.insert_missing(session, Mention, rows)
    return True
