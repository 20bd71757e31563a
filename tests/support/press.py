"""The press: feeds as bytes, a site that serves them, and a desk that records articles without a crawl."""

import asyncio
import hashlib
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from sqlalchemy import Engine, event

from scrapers.news.sources import NewsSource
from standins.site import Connection, How, Site, head
from support import children
from support.databases import opened, prepare
from support.recording import everybody
from support.runs import Clock
from topspot import newsroom
from topspot.claimdesk import REMEMBERED
from topspot.domain.stories import Article
from topspot.domain.values import Answer, Payload
from topspot.newsdesk import Item, News, Newsdesk, tie
from topspot.newsroom import NewsReport
from topspot.record import keep_payload
from topspot.registry import Registry
from topspot.settings import Settings
from topspot.store import write
from topspot.store.engine import whoami, writing
from topspot.store.tables import Feed

WRITTEN = datetime(2026, 7, 17, 9, tzinfo=UTC)
"""When articles were published, unless they say otherwise: a day after Kimi K3 took first place of WebDev."""

FIRST = "Kimi K3 is #1 on WebDev Arena."

SCORE = "Kimi K3 has 1700 points on WebDev Arena."

SECOND = "Claude Fable 5 is #1 on WebDev Arena."
"""True, true and false of WebDev as ``recording.KIMI_TAKES`` has it on 2026-07-16."""

RELEASE = "Moonshot AI releases Kimi K3"

OTHERS = (
    "A storm closed the harbour for two days",
    "The museum shows pots from the river",
    "Bakers in the old town raise the price of bread",
)
"""Headlines that name no model, developer or board."""


# -- feeds as bytes


def item(
    title: str = RELEASE,
    text: str = "",
    *,
    link: str = "/a",
    guid: str | None = None,
    at: datetime | str | None = WRITTEN,
) -> str:
    """Build an item of RSS; markup in it is escaped, as feeds do."""
    printed = format_datetime(at) if isinstance(at, datetime) else at
    parts = {"title": title, "link": link, "guid": guid, "pubDate": printed, "description": text}
    return f"<item>{''.join(f'<{tag}>{escape(said)}</{tag}>' for tag, said in parts.items() if said)}</item>"


def rss(*items: str, ttl: int | None = None) -> bytes:
    """Build a feed of RSS, the newest item first."""
    said = f"<ttl>{ttl}</ttl>" if ttl is not None else ""
    whole = f'<rss version="2.0"><channel><title>A paper</title>{said}{"".join(items)}</channel></rss>'
    return f'<?xml version="1.0" encoding="utf-8"?>{whole}'.encode()


# -- sources, and a site that serves them


def address(key: str) -> str:
    """Give where the feed of a key is."""
    return f"https://{key}.example/feed.xml"


def source(key: str = "one", kind: str = "press", **said: str) -> NewsSource:
    """Declare a feed called after its key."""
    given = {"name": f"The {key.title()}", "address": address(key), "language": "en", "terms": "made up"}
    return NewsSource(key=key, kind=kind, **(given | said))


def sources(*keys: str, **kinds: str) -> dict[str, NewsSource]:
    """Declare feeds: ``sources("one", lab="official")``."""
    return {each.key: each for each in [*map(source, keys), *(source(key, kind) for key, kind in kinds.items())]}


@dataclass
class Kiosk:
    """Serves feeds on the stand-in for the web: ``kiosk.put("one", rss(…))`` is what the feed holds from now on.

    A feed has an ETag, and answers 304 to whoever has it; ``kiosk.answer`` lets it answer in some other way.
    """

    site: Site
    _served: dict[str, How] = field(default_factory=dict)

    def put(self, key: str, body: bytes, *, url: str | None = None, headers: dict[str, str] | None = None) -> None:
        """Serve these bytes, at another address than the key's if one is given."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        said = (headers or {}) | {"ETag": etag}
        where = url or address(key)

        def give(connection: Connection) -> None:
            if self._last(where).get("if-none-match") == etag:
                connection.send(head(304, {"ETag": etag}))
            else:
                connection.send(head(200, said | {"Content-Length": str(len(body))}) + body)

        self._serve(where, give)

    def answer(self, key: str, status: int, *, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Answer with a status, these headers and this body."""
        whole = head(status, {"Content-Length": str(len(body))} | (headers or {})) + body
        self._serve(address(key), lambda connection: connection.send(whole))

    def asked(self, key: str) -> int:
        """How often the feed of a key was asked for."""
        return self.site.asked(address(key))

    def _serve(self, url: str, how: How) -> None:
        if url not in self._served:
            self.site.answer(url, how=lambda connection: self._served[url](connection))
        self._served[url] = how

    def _last(self, url: str) -> dict[str, str]:
        return next(asked.headers for asked in reversed(self.site.requests) if asked.url == url)


def collect(
    settings: Settings, feeds: dict[str, NewsSource], clock: Clock, *names: str, registry: Registry | None = None
) -> NewsReport | None:
    """Visit feeds as a run does: those that are due, or those that are named, such as ``news``."""
    prepare(settings.url)
    with opened(settings.url) as engine:
        return asyncio.run(
            newsroom.collect(
                engine, settings, feeds, registry or everybody(), names=names, me=whoami(), clock=clock
            )
        )


# -- articles that are recorded without a crawl


def article(title: str = RELEASE, text: str = "", **said: object) -> Article:
    """Build an article; its id and link are made of its title."""
    name = hashlib.sha256(title.encode()).hexdigest()[:8]
    given = {"id": name, "link": f"https://paper.example/{name}", "summary": text, "published": WRITTEN}
    return Article(**({"title": title, "language": "en"} | given | said))  # type: ignore[arg-type]


@dataclass
class Stand:
    """``stand.read("one", article(…))`` records what a visit to a feed read; each visit is an hour after the last.

    The first visit to a feed brings nothing, so that what a test reads is no history, unless it says so.
    """

    url: str
    kinds: dict[str, str] = field(default_factory=dict)
    outlets: int = 2
    now: datetime = datetime(2026, 7, 18, 6, tzinfo=UTC)
    registry: Registry = field(default_factory=everybody)

    def read(self, feed: str, *articles: Article, first: bool = False, desk: Newsdesk | None = None) -> News:
        """Record the articles of one feed, the newest first."""
        prepare(self.url)
        [found] = self.read_all([(feed, articles)], first=first, desk=desk)
        return found

    def read_all(
        self, feeds: Iterable[tuple[str, Sequence[Article]]], *, first: bool = False, desk: Newsdesk | None = None
    ) -> list[News]:
        """Record the articles of some feeds in one run."""
        prepare(self.url)
        desk, found = desk or self.desk(), []
        for feed, articles in feeds:
            body = repr(articles).encode()
            payload = Payload(address(feed), body, hashlib.sha256(body).hexdigest(), "text/xml", self.now)
            answer = Answer(f"news/{feed}", address(feed), "fetched", self.now, 200, payload)
            items = [Item(each._replace(feed=feed), payload.sha256) for each in articles]
            with opened(self.url) as engine, writing(engine) as session:
                self._declare(session, feed)
                keep_payload(session, answer, self.now)
                found.append(desk.record(session, feed, items, self.now, first=first))
        self.now += timedelta(hours=1)
        return found

    def judge_again(self) -> int:
        """Judge claims again, as the end of a run does."""
        with opened(self.url) as engine, writing(engine) as session:
            changed = self.desk().claims.judge_again(session, self.now)
        self.now += timedelta(hours=1)
        return changed

    def tie(self) -> None:
        """Tie stories to events of boards, as the end of a run does."""
        with opened(self.url) as engine, writing(engine) as session:
            tie(session, self.now - REMEMBERED)

    def desk(self) -> Newsdesk:
        """Give a desk as a run has one."""
        return Newsdesk(self.registry, self.outlets)

    def _declare(self, session: object, feed: str) -> None:
        row = {"key": feed, "name": f"The {feed.title()}", "kind": self.kinds.get(feed, "press")}
        where = {"language": "en", "declared": address(feed), "address": address(feed), "pause": 0}
        write.insert_missing(session, Feed, [row | where])  # type: ignore[arg-type]


# -- visits in processes of their own


def kill_in_visit(settings: Settings, feeds: dict[str, NewsSource], statement: str, number: int = 1) -> None:
    """Visit feeds in a process that dies before a statement that begins so, when it comes so many times."""
    process = children._processes().Process(
        target=_visit_and_die, args=(settings, feeds, statement, number), daemon=True
    )
    process.start()
    process.join(children.PATIENCE)
    assert process.exitcode == -signal.SIGKILL


def _visit_and_die(settings: Settings, feeds: dict[str, NewsSource], statement: str, number: int) -> None:
    from run.child import die

    left = iter(range(number - 1))

    def watch(_connection: object, _cursor: object, said: str, *_: object) -> None:
        if said.startswith(statement) and next(left, None) is None:
            die()

    event.listen(Engine, "before_cursor_execute", watch)
    collect(settings, feeds, Clock(), "news")
