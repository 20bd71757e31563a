"""News is derived again from the payloads: what articles name and claim, and the verdicts, by today's rules."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from scrapers.news.sources import NewsSource
from standins.site import Site
from support.databases import counts, dump, opened, prepare, rows
from support.press import FIRST, OTHERS, RELEASE, SECOND, Kiosk, address, collect, item, rss, sources
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from support.runs import Clock
from topspot import rebuild
from topspot.backfill import Unseen
from topspot.claimdesk import forget_claims
from topspot.newsdesk import Newsdesk
from topspot.rereading import Reread
from topspot.settings import Settings
from topspot.store.archive import path_of
from topspot.store.engine import writing
from topspot.store.tables import Article, ArticleVersion, Claim, EventStory, Mention, Story, Verdict

FEEDS = sources("paper", lab="official")

DERIVED = (EventStory, Verdict, Claim, Mention, ArticleVersion, Article, Story)

NOTHING = Reread(payloads=6)


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    with Site() as site:
        yield Kiosk(site)


@pytest.fixture
def told(settings: Settings, kiosk: Kiosk) -> Settings:
    """Give a database with news in it: history, a release, an edited article, one whose page was read."""
    prepare(settings.url)
    desk = Desk(settings.url, registry=everybody(), now=datetime(2026, 7, 17, 4, tzinfo=UTC))
    desk.visit(page("2026-07-01", FABLE_ALONE))
    desk.visit(page("2026-07-16", KIMI_TAKES))
    mirrored = settings.model_copy(update={"mirror": kiosk.site.address, "claim_outlets": 1, "news": True})
    clock = Clock()
    clock.now = datetime(2026, 7, 18, 6, tzinfo=UTC)
    old = item("Kimi K3 is near", link="/old", guid="old")
    kiosk.put("lab", rss(old, item(OTHERS[0])))
    kiosk.put("paper", rss(item(OTHERS[1])))
    kiosk.put(
        "page", _page(SECOND).encode(), url="https://paper.example/fable", headers={"Content-Type": "text/html"}
    )
    _visit(mirrored, clock)
    kiosk.put("lab", rss(item(RELEASE, FIRST, link="/new", guid="new"), old))
    kiosk.put("paper", rss(item("Claude Fable 5 leads the rankings", link="https://paper.example/fable")))
    _visit(mirrored, clock)
    kiosk.put("lab", rss(item(f"{RELEASE}, again", FIRST, link="/new", guid="new"), old))
    _visit(mirrored, clock)
    return mirrored


class Reading:
    """``reading.visit(lab=rss(…))`` lets feeds show these bytes, and visits all of them."""

    def __init__(self, settings: Settings, kiosk: Kiosk) -> None:
        prepare(settings.url)
        self.settings, self.kiosk, self.clock = settings, kiosk, Clock()
        self.clock.now = datetime(2026, 7, 18, 6, tzinfo=UTC)
        kiosk.put("lab", rss(item(OTHERS[0])))
        kiosk.put("paper", rss(item(OTHERS[1])))
        self.visit()

    def visit(self, **feeds: bytes) -> None:
        for key, body in feeds.items():
            self.kiosk.put(key, body)
        _visit(self.settings, self.clock)

    def page(self, url: str, text: str = SECOND) -> None:
        """Serve a page with a text."""
        self.kiosk.put("page", _page(text).encode(), url=url, headers={"Content-Type": "text/html"})

    def stays(self) -> bool:
        """Whether reading again finds nothing else, and changes no row."""
        before = news_of(self.settings)
        found = again(self.settings)
        counted = (found.new, found.changed, found.gone, found.verdicts, found.held)
        return counted == (0, 0, 0, 0, []) and news_of(self.settings) == before


def _page(text: str) -> str:
    return f"<article><h1>A page</h1><p>{text} {'Its makers say that much work went into it. ' * 20}</p></article>"


def _visit(settings: Settings, clock: Clock) -> None:
    collect(settings, FEEDS, clock, "news")
    clock.forward(hours=1)


def again(settings: Settings, feeds: dict[str, NewsSource] | None = None) -> Reread:
    clock = Clock()
    clock.now = datetime(2026, 7, 19, tzinfo=UTC)
    chosen = FEEDS if feeds is None else feeds
    return rebuild.rebuild(settings, {}, clock, feeds=chosen, progress=Unseen()).news


def news_of(settings: Settings) -> dict[str, Any]:
    names = {table.__tablename__ for table in DERIVED} | {"event"}
    return {name: sorted(found, key=repr) for name, found in dump(settings.url).items() if name in names}


def told_without_numbers(settings: Settings) -> list[list[Any]]:
    """Give what is derived without the numbers of its rows and without the instants at which it was."""
    left_out = ("id", "story_id", "article_id", "version_id", "claim_id", "first_seen_at", "seen_at", "judged_at")
    return [
        [{name: value for name, value in row.items() if name not in left_out} for row in rows(settings.url, table)]
        for table in ("article", "article_version", "claim", "verdict")
    ]


def change(settings: Settings, statement: Any) -> None:
    with opened(settings.url) as engine, writing(engine) as session:
        session.execute(statement)


@pytest.fixture
def boardless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the boards alone: what is to be seen here is the news."""
    monkeypatch.setattr(rebuild._Rebuilding, "run", lambda _: None)


@pytest.fixture
def reading(tmp_path: Path, kiosk: Kiosk) -> Reading:
    """Give a database of SQLite, and visits to the feeds of the kiosk."""
    settings = Settings(
        data_dir=tmp_path,
        mirror=kiosk.site.address,
        download_delay=0,
        contact="tests@example.org",
        claim_outlets=1,
    )
    return Reading(settings, kiosk)


pytestmark = pytest.mark.usefixtures("boardless")


def test_what_is_told_has_all_that_these_tests_look_for(told: Settings) -> None:
    found = counts(told.url)

    assert {name: found[name] for name in ("article", "article_version", "claim", "story")} == {
        "article": 3, "article_version": 5, "claim": 5, "story": 3,
    }  # fmt: skip
    assert sorted(each["type"] for each in rows(told.url, "event") if each["series"] == "news") == [
        "claim.refuted", "claim.supported", "story.release",
    ]  # fmt: skip
    assert found["event_story"] > 0


def test_the_same_rules_change_nothing(told: Settings) -> None:
    before = news_of(told)

    assert again(told) == NOTHING
    assert news_of(told) == before


def test_what_is_not_there_is_derived_from_the_payloads_and_told_to_nobody(told: Settings) -> None:
    before, events = told_without_numbers(told), rows(told.url, "event")
    for table in DERIVED:
        change(told, delete(table))

    found = again(told)

    assert (found.payloads, found.new) == (6, 3)
    assert told_without_numbers(told) == before
    assert rows(told.url, "event") == events
    assert counts(told.url)["event_story"] > 0
    assert again(told) == NOTHING


def test_names_that_are_known_by_now_and_claims_that_are_read_otherwise_are_written_anew(told: Settings) -> None:
    before = news_of(told)
    change(told, delete(Mention).where(col(Mention.kind) == "model"))
    change(told, update(Claim).values(rank=7))

    found = again(told)

    assert (found.changed, found.new, found.gone) == (5, 0, 0)
    after = news_of(told)
    assert (after["mention"], after["event"]) == (before["mention"], before["event"])
    assert {row["rank"] for row in after["claim"]} == {None}
    assert len(after["verdict"]) == len(after["claim"]) == 5
    assert again(told) == NOTHING


def test_a_version_that_its_payload_does_not_show_goes_with_what_it_claimed(told: Settings) -> None:
    change(told, update(ArticleVersion).values(digest="other").where(col(ArticleVersion.title) == RELEASE))
    before = told_without_numbers(told)

    found = again(told)

    assert (found.gone, counts(told.url)["article_version"]) == (1, 5)
    assert "other" not in {row["digest"] for row in rows(told.url, "article_version")}
    assert len(told_without_numbers(told)[2]) == len(before[2])
    assert again(told) == NOTHING


def test_a_verdict_that_today_s_rules_do_not_give_is_followed_by_theirs(told: Settings) -> None:
    change(told, update(Verdict).values(verdict="mixed", explanation="by older rules"))

    found = again(told)

    assert found.verdicts == 5
    kept = rows(told.url, "verdict")
    assert sorted(row["verdict"] for row in kept if row["superseded_at"] is None) == [
        "refuted", "supported", "supported", "unverifiable", "unverifiable",
    ]  # fmt: skip
    assert [row["explanation"] for row in kept if row["superseded_at"]] == ["by older rules"] * 5


def test_feeds_that_no_file_declares_and_payloads_that_are_gone_stay_as_they_are(told: Settings) -> None:
    before = news_of(told)
    assert again(told, {}) == Reread()
    for row in rows(told.url, "payload"):
        path_of(told.archive_dir, row["sha256"]).unlink(missing_ok=True)

    assert again(told) == Reread()
    assert news_of(told) == before


def test_a_payload_that_cannot_be_read_by_now_is_named_and_its_articles_stay(
    told: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = news_of(told)
    paged = {key: source._replace(page="deepseek") for key, source in FEEDS.items()}

    found = again(told, paged)

    assert len(found.held) == 5
    assert all(line.startswith("news/") for line in found.held)
    assert news_of(told) == before


# -- pages, and feeds that moved


FABLE = "https://paper.example/fable"

LEADS = "Claude Fable 5 leads the rankings"


def test_a_page_that_was_read_for_two_versions_of_its_article_belongs_to_both(reading: Reading) -> None:
    reading.page(FABLE)
    reading.visit(paper=rss(item(LEADS, "Ten comments", link=FABLE, guid="f")))
    reading.visit(paper=rss(item(LEADS, "Twelve comments", link=FABLE, guid="f")))

    assert counts(reading.settings.url)["article_version"] == 4
    assert reading.stays()


def test_a_page_of_a_link_that_two_articles_share_stays_with_its_own(reading: Reading) -> None:
    reading.page(FABLE)
    reading.visit(paper=rss(item("Claude Fable 5 is in beta now", link=FABLE, guid="a")))
    reading.visit(paper=rss(
        item("Claude Fable 5 is in beta now", link=FABLE, guid="a"), item(LEADS, link=FABLE, guid="b")
    ))  # fmt: skip

    assert any(row["title"] == LEADS for row in rows(reading.settings.url, "article_version"))
    assert reading.stays()


def test_a_page_that_two_feeds_have_is_read_again_for_both(reading: Reading) -> None:
    reading.page(FABLE)
    feed = rss(item(LEADS, link=FABLE))
    reading.visit(lab=feed, paper=feed)
    change(reading.settings, update(Claim).values(rank=7))

    found = again(reading.settings)

    assert found.changed == counts(reading.settings.url)["article_version"] == 4
    assert {row["rank"] for row in rows(reading.settings.url, "claim")} == {None}


def test_links_of_a_feed_that_moved_for_good_are_those_of_its_new_place(reading: Reading) -> None:
    new = "https://new.example/feed.xml"
    reading.kiosk.put("moved", rss(item("Kimi K3 is near", link="/near")), url=new)
    reading.kiosk.answer("lab", 301, headers={"Location": new})
    reading.visit()

    [article] = rows(reading.settings.url, "article")
    assert article["link"] == "https://new.example/near"
    assert reading.stays()


def test_a_page_is_never_taken_for_a_feed(reading: Reading) -> None:
    reading.page(FABLE)
    feed = rss(item(LEADS, link=FABLE))
    reading.visit(paper=feed)
    [shown] = {row["payload"] for row in rows(reading.settings.url, "visit") if row["url"] == address("paper")} & {
        hashlib.sha256(feed).hexdigest()
    }
    path_of(reading.settings.archive_dir, shown).unlink()

    assert reading.stays()


def test_the_first_that_could_be_read_of_a_feed_is_history_still(reading: Reading) -> None:
    reading.kiosk.put("late", b"<html>no feed</html>")
    feeds = FEEDS | sources("late")
    collect(reading.settings, feeds, reading.clock, "news")
    reading.kiosk.put("late", rss(item(RELEASE)))
    collect(reading.settings, feeds, reading.clock, "news")
    for table in DERIVED:
        change(reading.settings, delete(table))

    found = again(reading.settings, feeds)

    assert (found.new, len(found.held)) == (1, 1)
    assert [row["historical"] for row in rows(reading.settings.url, "article")] == [True]


# -- what was told


def test_what_was_told_of_a_claim_that_no_article_makes_is_withdrawn(
    told: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Newsdesk, "claimed", lambda *_: [])

    found = again(told)

    assert found.changed == 4
    events = {row["type"]: row for row in rows(told.url, "event") if row["series"] == "news"}
    assert {name: row["state"] for name, row in events.items()} == {
        "claim.refuted": "retracted", "claim.supported": "retracted", "story.release": "confirmed",
    }  # fmt: skip
    assert "no article claims it" in events["claim.refuted"]["detail"]["reasons"][-1]


def test_what_another_article_claims_stays_told(reading: Reading) -> None:
    desk = Desk(reading.settings.url, registry=everybody(), now=datetime(2026, 7, 17, 4, tzinfo=UTC))
    desk.visit(page("2026-07-01", FABLE_ALONE))
    desk.visit(page("2026-07-16", KIMI_TAKES))
    reading.visit(lab=rss(item("On K3", FIRST, guid="1")), paper=rss(item("About K3", FIRST, guid="2")))
    [one, other] = rows(reading.settings.url, "article_version")
    with opened(reading.settings.url) as engine, writing(engine) as session:
        claims = session.scalars(select(Claim).where(col(Claim.version_id) == one["id"])).all()
        forget_claims(session, claims, reading.clock.now)

    assert [row["version_id"] for row in rows(reading.settings.url, "claim")] == [other["id"]]
    assert {row["state"] for row in rows(reading.settings.url, "event") if row["series"] == "news"} == {
        "confirmed"
    }
