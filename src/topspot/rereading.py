"""News read again: what articles say, name and claim follows from the payloads in the archive, by today's rules.

What depends on when an article came stays: the story that it was put into, and which events were told. An article
that is not there is recorded as on that visit, and told to nobody; a version that its payload does not show any
more goes, with what it claimed.
"""

from collections.abc import Iterable, Mapping
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
    """Derive all news again from the payloads that are kept; a feed that no file declares stays as it is."""
    rereading = _Rereading(session, settings.archive_dir, sources, Newsdesk(registry, settings.claim_outlets), now)
    visits = [each for each in read.news_visits(session) if rereading.can_read(each)]
    progress.begins("payloads of news", len(visits))
    for visit in visits:
        rereading.read(visit)
        progress.step(visit.url)
    rereading.conclude()
    return rereading.reread


@dataclass
class _Rereading:
    """Reading again under way.

    ``latest`` are the articles that were read last, by feed and link, ``met`` the versions that were found again,
    and ``done`` the payloads that were read, by feed.
    """

    session: Session
    folder: Path
    sources: Mapping[str, NewsSource]
    desk: Newsdesk
    now: datetime
    reread: Reread = field(default_factory=Reread)
    latest: dict[tuple[str, str], ArticleValue] = field(default_factory=dict)
    versions: dict[str, dict[str, int]] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    done: set[tuple[str, str]] = field(default_factory=set)
    ways: set[tuple[str, str]] = field(default_factory=set)

    def can_read(self, visit: Visit) -> bool:
        """Whether a visit brought what is in the archive, in a way that no earlier one did."""
        way = (visit.url, visit.payload or "")
        known = way in self.ways or _feed_of(visit) not in self.sources
        self.ways.add(way)
        return not known and archive.path_of(self.folder, visit.payload or "").is_file()

    def read(self, visit: Visit) -> None:
        """Read one payload again. Raises ``ArchiveError`` where it is damaged."""
        feed, answer = _feed_of(visit), self._answer(visit)
        first = feed not in self.versions
        if first:
            self.versions[feed] = _versions(self.session, feed)
        try:
            articles = self._articles(feed, answer)
        except LayoutChanged as error:
            self.reread.held.append(f"{visit.source}: {visit.url}: {error}")
            return
        self.reread.payloads += 1
        self.done.add((feed, visit.payload or ""))
        for article in articles:
            self.latest[feed, article.link or ""] = article
            number = self.versions[feed].get(digest(article))
            if number is not None and number not in self.met:
                self._refresh(article, number)
        items = [Item(each, visit.payload or "") for each in articles]
        self._take(feed, items, visit.started_at, first=first)

    def _articles(self, feed: str, answer: Answer) -> list[ArticleValue]:
        """Read a feed, or the page of an article that was read before."""
        of_page = self.latest.get((feed, answer.url))
        if of_page and answer.url not in _addresses(self.session, feed, self.sources[feed]):
            article = with_page(of_page, answer)
            return [article] if article.content else []
        return [each._replace(feed=feed) for each in read_answer(self.sources[feed], answer).articles]

    def _answer(self, visit: Visit) -> Answer:
        sha256 = visit.payload or ""
        kept = self.session.get(PayloadRow, sha256)
        body = archive.get(self.folder, sha256).read_bytes()
        payload = Payload(visit.url, body, sha256, kept.media_type if kept else "", visit.started_at)
        return Answer(visit.source, visit.url, "fetched", visit.started_at, visit.status, payload)

    def _refresh(self, article: ArticleValue, number: int) -> None:
        """Bring a version that is kept in line with what is read of it today."""
        found = self.desk.named(article)
        version = self.session.get_one(ArticleVersion, number)
        if not found:
            return
        self.met.add(number)
        version.published_at, version.updated_at = article.published, article.updated
        version.language = article.language
        self.session.get_one(Article, version.article_id).address = address_of(article)
        self.session.flush()
        day = (article.published or version.seen_at).date()
        claims = self.desk.claimed(article)
        claimed = self.desk.claims.bring_in_line(self.session, claims, version, day, self.now)
        named = _rename(self.session, version, mention_rows(version, found))
        self.reread.changed += claimed or named

    def _take(self, feed: str, items: Iterable[Item], at: datetime, *, first: bool) -> None:
        """Record the articles that are not there, as of the visit that brought them."""
        new = [each for each in items if digest(each.article) not in self.versions[feed]]
        if not new:
            return
        news = self.desk.record(self.session, feed, new, at, first=first, silent=True)
        self.reread.new += news.new
        self.versions[feed] = _versions(self.session, feed)
        self.met |= {
            self.versions[feed][name] for each in new if (name := digest(each.article)) in self.versions[feed]
        }

    def conclude(self) -> None:
        """Let go what was not met again, judge every claim, and tie stories to events anew."""
        session = self.session
        self.reread.gone = _remove(session, [
            version
            for version, feed, payload in session.execute(
                select(col(ArticleVersion.id), col(Article.feed), col(ArticleVersion.payload))
                .join(Article, col(Article.id) == col(ArticleVersion.article_id))
            )
            if (feed, payload) in self.done and version not in self.met
        ])  # fmt: skip
        self.reread.verdicts = self.desk.claims.judge_again(session, self.now, everything=True)
        session.execute(delete(EventStory))
        tie(session, ALWAYS)


def _feed_of(visit: Visit) -> str:
    return visit.source.removeprefix(f"{NEWS}/")


def _addresses(session: Session, key: str, source: NewsSource) -> set[str]:
    feed = session.get(Feed, key)
    return {source.address, *((feed.address, feed.declared) if feed else ())}


def _versions(session: Session, feed: str) -> dict[str, int]:
    query = select(col(ArticleVersion.digest), col(ArticleVersion.id)).join(
        Article, col(Article.id) == col(ArticleVersion.article_id)
    )
    return read.pairs(session.execute(query.where(col(Article.feed) == feed)))


def _rename(session: Session, version: ArticleVersion, rows: list[dict[str, object]]) -> bool:
    """Let a version of an article name these; say whether it named others."""
    kept = select(col(Mention.kind), col(Mention.key), col(Mention.written))
    before = {tuple(row) for row in session.execute(kept.where(col(Mention.version_id) == version.id))}
    if before == {(row["kind"], row["key"], row["written"]) for row in rows}:
        return False
    session.execute(delete(Mention).where(col(Mention.version_id) == version.id))
    write.insert_missing(session, Mention, rows)
    return True


def _remove(session: Session, versions: list[int]) -> int:
    """Remove versions of articles, and the articles and stories that are left without any."""
    for number in versions:
        of_version = select(col(Claim.id)).where(col(Claim.version_id) == number)
        forget_claims(session, session.scalars(of_version).all())
        session.execute(delete(Mention).where(col(Mention.version_id) == number))
        session.execute(delete(ArticleVersion).where(col(ArticleVersion.id) == number))
    if versions:
        session.execute(delete(Article).where(col(Article.id).not_in(select(col(ArticleVersion.article_id)))))
        told = select(col(Article.story_id))
        session.execute(delete(EventStory).where(col(EventStory.story_id).not_in(told)))
        session.execute(delete(Story).where(col(Story.id).not_in(told)))
    return len(versions)
