"""Collecting news: the feeds and pages that are due are asked for, read and recorded, each as it comes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Engine, select, update
from sqlmodel import Session, col

from scrapers.news.sources import NewsSource
from topspot import record
from topspot.claimdesk import REMEMBERED
from topspot.domain.stories import Article
from topspot.domain.values import NEWS, Answer, LayoutChanged, Payload, Validators
from topspot.newsdesk import Item, News, Newsdesk, tie
from topspot.registry import Registry
from topspot.schedule import put_off, random_delay
from topspot.settings import Settings
from topspot.store import archive, read, write
from topspot.store.engine import StoreError, reading, writing
from topspot.store.tables import Feed, SourceState, Visit
from topspot.store.tables import Payload as PayloadRow

if TYPE_CHECKING:
    from scrapers.items import Ask
    from scrapers.news.feed import FeedRead

EVERY = timedelta(minutes=30)
"""How often a feed is asked, unless it says that it changes less often."""

SELDOM = timedelta(days=1)
"""How long a feed may ask to be left alone by calling itself fresh."""

GONE = (404, 410)

MOST_PAGES = 10
"""Pages of articles that one run visits for what they may claim of boards."""

RETIRED_AFTER = 5
"""Visits in a row that find nothing there, after which a feed is retired."""

RETIRED_FOR = timedelta(days=30)
"""How long a retired feed is left alone."""


@dataclass(slots=True)
class NewsReport:
    """How collecting went: feeds visited, unchanged, held and failed, what was new, and lines for operators."""

    visited: int = 0
    unchanged: int = 0
    held: int = 0
    failed: int = 0
    news: News = field(default_factory=News)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def collect(
    engine: Engine,
    settings: Settings,
    sources: Mapping[str, NewsSource],
    registry: Registry,
    *,
    names: Sequence[str],
    me: str,
    clock: Callable[[], datetime],
) -> NewsReport | None:
    """Visit the feeds that are due, or those that are named, and record what they tell; ``None`` if none is."""
    room = _Newsroom(engine, settings, dict(sources), registry, me, clock)
    keys = await asyncio.to_thread(room.claim, names)
    if not keys:
        return None
    from scrapers.crawl import crawl

    try:
        await crawl(settings, [room.ask(key) for key in keys], keep=room.keep)
        await asyncio.to_thread(room.conclude)
    finally:
        for key in keys:
            await asyncio.to_thread(room.release, key)
    return room.report


@dataclass
class _Newsroom:
    """One visit to the feeds under way. ``ended`` is how each visit ended, by feed.

    ``pages`` are the articles whose pages are visited as well, by source and address, ``pauses`` how long a feed
    says that it stays as it is. ``was_read`` are the feeds that were read, and are no other page.
    """

    engine: Engine
    settings: Settings
    sources: dict[str, NewsSource]
    registry: Registry
    me: str
    clock: Callable[[], datetime]
    report: NewsReport = field(default_factory=NewsReport)
    ended: dict[str, Answer] = field(default_factory=dict)
    pauses: dict[str, timedelta] = field(default_factory=dict)
    was_read: set[str] = field(default_factory=set)
    addresses: dict[str, str] = field(default_factory=dict)
    known: dict[str, Validators] = field(default_factory=dict)
    pages: dict[tuple[str, str], Article] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from scrapers.handler import CutShort

        self.desk, self.cut_short = self._new_desk(), str(CutShort())

    def _new_desk(self) -> Newsdesk:
        return Newsdesk(self.registry, self.settings.claim_outlets)

    def claim(self, names: Sequence[str]) -> list[str]:
        """Claim the feeds that are due or named, and learn where they are and what their last answers were."""
        now = self.clock()
        wanted = [key for key in self.sources if not names or NEWS in names or f"{NEWS}/{key}" in names]
        with writing(self.engine) as session:
            _declare(session, self.sources.values(), now)
            write.declare_sources(session, [f"{NEWS}/{key}" for key in self.sources], now)
            feeds = {feed.key: feed for feed in session.scalars(select(Feed))}
            states = [f"{NEWS}/{key}" for key in wanted]
            claimed = write.claim_sources(session, states, named=bool(names), now=now, me=self.me)
            keys = [name.removeprefix(f"{NEWS}/") for name in claimed]
            self.addresses = {key: feeds[key].address for key in keys}
            self.pauses = {key: timedelta(seconds=feeds[key].pause) for key in keys}
            self.known = {key: self._validators(session, self.addresses[key]) for key in keys}
        return keys

    def _validators(self, session: Session, url: str) -> Validators:
        """Give what identified the bytes of an address, unless those were held and are lost."""
        last = _last_payload(session, url)
        lost = (
            last
            and last.outcome == "held"
            and not archive.path_of(self.settings.archive_dir, last.sha256).is_file()
        )
        return Validators() if lost else _validators(session, url)

    def ask(self, key: str) -> "Ask":
        """Give what is asked of the crawl for a feed."""
        from scrapers.items import Ask

        return Ask(f"{NEWS}/{key}", self.addresses[key], self.known[key])

    async def keep(self, answer: Answer) -> "list[Ask]":
        """Record one answer, off the loop; what goes wrong holds back no other."""
        if answer.error == self.cut_short:  # by our own end: it is visited by the next run, and has not failed
            return []
        key = answer.source.removeprefix(f"{NEWS}/")
        is_page, asked = (answer.source, answer.url) in self.pages, set(self.pages)
        record_it = self._record_page if is_page else self._record
        if not is_page:
            self.ended[key] = answer
            self.report.visited += 1
        try:
            await asyncio.to_thread(record_it, key, answer)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one answer costs no other
            self.desk = self._new_desk()  # what it had at hand was not written
            if not is_page:
                self.ended[key] = replace(answer, outcome="failed")
            self.report.failed += 1
            known = isinstance(error, StoreError | archive.ArchiveError)
            why = str(error) if known else f"a fault of Topspot: {type(error).__name__}: {error}"
            self.report.problems.append(f"{answer.url}: not recorded: {why}")
        return [self._ask_page(*page) for page in self.pages if page not in asked]

    def _ask_page(self, source: str, url: str) -> "Ask":
        from scrapers.items import Ask

        return Ask(source, url)

    def _record(self, key: str, answer: Answer) -> None:
        if answer.outcome == "unchanged":  # what could not be read is tried again, without another transfer
            answer = replace(answer, payload=self._held_before(answer))
        if answer.payload is None:
            self.report.unchanged += answer.outcome == "unchanged"
            self.report.failed += answer.outcome == "failed"
            with writing(self.engine) as session:
                record.record_visit(session, answer, answer.outcome, answer.error)
            if answer.outcome == "failed":
                self.report.problems.append(f"failed: {answer.source}: {answer.url}: {answer.error}")
            return
        archive.keep(self.settings.archive_dir, answer.payload)
        try:
            found = read_answer(self.sources[key], answer)
        except LayoutChanged as error:
            self._hold(answer, str(error))
            return
        self.was_read.add(key)
        self.pauses[key] = min(
            max(timedelta(minutes=found.ttl or 0), timedelta(seconds=answer.max_age or 0)), SELDOM
        )
        with writing(self.engine) as session:
            first = not _was_read(session, {answer.url, self.sources[key].address})
            record.keep_payload(session, answer, self.clock())
            items = [Item(article._replace(feed=key), answer.payload.sha256) for article in found.articles]
            news = self.desk.record(session, key, items, self.clock(), first=first)
            record.record_visit(session, answer, "new" if news.new or news.versions else "unchanged", None)
        self.report.unchanged += not (news.new or news.versions)
        self._note(answer, news, found)
        for article in news.pages[: MOST_PAGES - len(self.pages)]:
            self.pages.setdefault((answer.source, article.link or ""), article)

    def _held_before(self, answer: Answer) -> Payload | None:
        """Give the bytes that an answer says are still there, if they were held when they came."""
        with reading(self.engine) as session:
            last = _last_payload(session, answer.url)
        if last is None or last.outcome != "held":
            return None
        body = archive.get(self.settings.archive_dir, last.sha256).read_bytes()
        return Payload(answer.url, body, last.sha256, last.media_type, answer.started_at)

    def _record_page(self, key: str, answer: Answer) -> None:
        """Read an article's page, as a further version of it; one that cannot be had is left alone."""
        if answer.payload is None:
            self.report.notes.append(f"{answer.source}: {answer.url}: its page was not read: {answer.error}")
            return
        archive.keep(self.settings.archive_dir, answer.payload)
        article = with_page(self.pages[answer.source, answer.url], answer)
        with writing(self.engine) as session:
            record.keep_payload(session, answer, self.clock())
            if article.content:
                item = Item(article, answer.payload.sha256)
                news = self.desk.record(session, key, [item], self.clock(), first=False)
                self.report.news.claims += news.claims
                self.report.news.events += news.events
            record.record_visit(session, answer, "new" if article.content else "unchanged", None)

    def _hold(self, answer: Answer, why: str) -> None:
        self.report.held += 1
        self.report.problems.append(f"held: {answer.source}: {answer.url}: {why}")
        with writing(self.engine) as session:
            record.keep_payload(session, answer, self.clock())
            record.record_visit(session, answer, "held", why)

    def _note(self, answer: Answer, news: News, found: "FeedRead") -> None:
        total = self.report.news
        for name in ("new", "versions", "left_out", "claims", "events"):
            setattr(total, name, getattr(total, name) + getattr(news, name))
        self.report.notes += [f"{answer.source}: {remark}" for remark in found.remarks]

    def conclude(self) -> None:
        """Judge again what boards have shown more of since, and tie stories to what happened on boards."""
        with writing(self.engine) as session:
            self.desk.claims.judge_again(session, self.clock())
            tie(session, self.clock() - REMEMBERED)

    def release(self, key: str) -> None:
        """Give up the claim of a feed, say when it is due next, where it moved to, and whether it is gone."""
        now, answer = self.clock(), self.ended.get(key)
        name = f"{NEWS}/{key}"
        try:
            with writing(self.engine) as session:
                if answer is None:
                    write.free_source(session, name, self.me)
                    return
                failed = answer.outcome == "failed"
                failures = read.failures_of(session, name) + 1 if failed else 0
                every = max(EVERY, self.pauses.get(key, EVERY))
                due = put_off(now, every, failures, answer.retry_after, random_delay(every))
                retired = failed and _is_gone(session, answer.url)
                due, new = (now + RETIRED_FOR if retired else due), answer.outcome == "fetched"
                write.release_source(session, name, self.me, next_due_at=due, failed=failed, new=new, now=now)
                self._follow(session, key, answer, now if retired else None)
        except StoreError as error:
            self.report.problems.append(f"{name}: the end of its visit was not recorded: {error}")

    def _follow(self, session: Session, key: str, answer: Answer, retired_at: datetime | None) -> None:
        values: dict[str, object] = {"retired_at": retired_at} if retired_at or answer.outcome != "failed" else {}
        if key in self.was_read:
            values["pause"] = int(self.pauses[key].total_seconds())
        if answer.moved_to and answer.moved_to != answer.url and key in self.was_read:
            values["address"] = answer.moved_to
            self.report.notes.append(f"{answer.source}: moved for good to {answer.moved_to}")
        if retired_at:
            again = (retired_at + RETIRED_FOR).date()
            why = f"retired until {again}, nothing was there {RETIRED_AFTER} times"
            self.report.problems.append(f"{answer.source}: {why}: correct its address")
        if values:
            session.execute(update(Feed).where(col(Feed.key) == key).values(values))


def _declare(session: Session, sources: Iterable[NewsSource], now: datetime) -> None:
    """Write what the file says of each feed; one that it has another address for than before is due at once.

    Otherwise a feed stays where it moved to.
    """
    there = {each.key: each for each in session.scalars(select(Feed))}
    for source in sources:
        feed = there.get(source.key)
        if feed is None:
            feed = Feed(  # type: ignore[call-arg]  # the rest follows below, or has defaults
                key=source.key, declared=source.address, address=source.address
            )
            session.add(feed)
        elif feed.declared != source.address:
            feed.declared = feed.address = source.address
            feed.retired_at = None
            state = update(SourceState).where(col(SourceState.source) == f"{NEWS}/{source.key}")
            session.execute(state.values(next_due_at=now, failures=0))
        feed.name, feed.kind, feed.language = source.name, source.kind, source.language
    session.flush()


def _validators(session: Session, url: str) -> Validators:
    """Give what identified the bytes of an address at its last visit that did not fail."""
    visits = select(col(Visit.etag), col(Visit.last_modified), col(Visit.linked_etag))
    visits = visits.where(col(Visit.url) == url, col(Visit.outcome) != "failed").order_by(col(Visit.id).desc())
    found = session.execute(visits.limit(1)).first()
    return Validators(*found) if found else Validators()


class _Kept(NamedTuple):
    """How a visit ended, and the payload that it brought."""

    outcome: str
    sha256: str
    media_type: str


def _last_payload(session: Session, url: str) -> _Kept | None:
    """Give the payload that an address brought last."""
    visits = select(col(Visit.outcome), col(PayloadRow.sha256), col(PayloadRow.media_type))
    visits = visits.join(PayloadRow, col(PayloadRow.sha256) == col(Visit.payload)).where(col(Visit.url) == url)
    found = session.execute(visits.order_by(col(Visit.id).desc()).limit(1)).first()
    return _Kept(*found) if found else None


def _was_read(session: Session, urls: Iterable[str]) -> bool:
    """Whether a feed was read before, at any of these addresses."""
    visits = select(col(Visit.id)).where(col(Visit.url).in_(urls), col(Visit.payload).is_not(None))
    return session.scalars(visits.where(col(Visit.outcome).in_(("new", "unchanged"))).limit(1)).first() is not None


def _is_gone(session: Session, url: str) -> bool:
    """Whether nothing was at an address at any of the last visits."""
    visits = select(col(Visit.status)).where(col(Visit.url) == url).order_by(col(Visit.id).desc())
    last = session.scalars(visits.limit(RETIRED_AFTER)).all()
    return len(last) == RETIRED_AFTER and all(status in GONE for status in last)


def with_page(article: Article, answer: Answer) -> Article:
    """Give an article with the text of its page, which an answer brought, as ``content``: empty if it has none."""
    from scrapers.news.article import read_article

    assert answer.payload is not None  # noqa: S101 - asked before
    return article._replace(
        content=read_article(answer.payload.body, answer.url, answer.started_at).article.content
    )


def read_answer(source: NewsSource, answer: Answer) -> "FeedRead":
    """Read the articles of an answer that has a payload. Raises ``LayoutChanged``."""
    from scrapers.news import pages
    from scrapers.news.feed import read_feed

    assert answer.payload is not None  # noqa: S101 - asked before
    body, url = answer.payload.body, answer.moved_to or answer.url
    if source.page:
        return pages.parser_of(source.page)(body, url, answer.started_at)
    return read_feed(body, url, answer.payload.media_type, answer.started_at)
