"""Visits to feeds: what is new is recorded, what is not costs nothing, and what goes wrong costs no other feed."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from standins.site import Connection, Site, hang_up, head, short
from support.databases import counts, dump, more, opened, prepare, rows
from support.press import FIRST, OTHERS, RELEASE, SECOND, Kiosk, address, collect, item, rss, source, sources
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from support.runs import Clock
from topspot import newsroom
from topspot.newsroom import NewsReport
from topspot.settings import Settings
from topspot.store import archive
from topspot.store.engine import whoami

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

WINS = item("Kimi K3 wins", FIRST, link="/wins")


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    with Site() as site:
        yield Kiosk(site)


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands on the day after the articles of ``press`` were written."""
    clock = Clock()
    clock.now = datetime(2026, 7, 18, 6, tzinfo=UTC)
    return clock


@pytest.fixture
def reading(settings: Settings, kiosk: Kiosk) -> Settings:
    """Give settings that lead to the kiosk, with a database of each kind."""
    prepare(settings.url)
    return settings.model_copy(update={"mirror": kiosk.site.address})


@pytest.fixture
def one(tmp_path: Any, kiosk: Kiosk) -> Settings:
    """Give the same for what has nothing to do with the kind of the database."""
    settings = Settings(
        data_dir=tmp_path, download_delay=0, contact="tests@example.org", mirror=kiosk.site.address
    )
    prepare(settings.url)
    return settings


def visit(settings: Settings, kiosk_sources: dict[str, Any], clock: Clock) -> NewsReport:
    """Visit all feeds, whether due or not; an hour passes."""
    report = collect(settings, kiosk_sources, clock, "news")
    clock.forward(hours=1)
    assert report is not None
    return report


def state(settings: Settings, key: str = "one") -> dict[str, Any]:
    [found] = rows(settings.url, "source_state", source=f"news/{key}")
    return found


def show_boards(settings: Settings) -> None:
    """Let WebDev have shown Kimi K3 in first place since the day before the articles."""
    desk = Desk(settings.url, registry=everybody(), now=datetime(2026, 7, 17, 4, tzinfo=UTC))
    desk.visit(page("2026-07-01", FABLE_ALONE))
    desk.visit(page("2026-07-16", KIMI_TAKES))


def told(settings: Settings) -> list[str]:
    return [each["type"] for each in rows(settings.url, "event") if each["series"] == "news"]


# -- the whole way


def test_a_first_visit_is_history_and_a_second_one_brings_the_news(
    reading: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    feeds, quick = sources(lab="official"), reading.model_copy(update={"claim_outlets": 1})
    show_boards(quick)
    kiosk.put("lab", rss(item("Claude Fable 5 wins", SECOND, link="/old")))
    first = visit(quick, feeds, clock)
    assert told(quick) == []
    before = counts(quick.url)

    kiosk.put("lab", rss(item(RELEASE, FIRST, link="/new"), item("Claude Fable 5 wins", SECOND, link="/old")))
    second = visit(quick, feeds, clock)

    assert (first.visited, first.news.new, first.news.events, first.problems) == (1, 1, 0, [])
    assert (second.visited, second.news.new, second.news.claims, second.news.events) == (1, 1, 1, 2)
    assert sorted(told(quick)) == ["claim.supported", "story.release"]
    found = more(before, counts(quick.url))
    assert {name: found[name] for name in ("article", "story", "claim", "verdict", "event", "payload", "visit")} == {
        "article": 1, "story": 1, "claim": 1, "verdict": 1, "event": 2, "payload": 1, "visit": 1,
    }  # fmt: skip


@pytest.mark.parametrize("conditional", [True, False], ids=["304", "200"])
def test_the_same_bytes_again_write_nothing_but_the_visit(
    reading: Settings, kiosk: Kiosk, clock: Clock, conditional: bool
) -> None:
    feeds, body = sources("one"), rss(item("Kimi K3 is here"), item(OTHERS[0]))
    for _ in range(2):  # the first one is history
        kiosk.put("one", body) if conditional else kiosk.answer("one", 200, body=body)
        visit(reading, feeds, clock)
    before = dump(reading.url)
    kept = sorted(path for path in reading.archive_dir.rglob("*") if path.is_file())

    report = visit(reading, feeds, clock)

    after = dump(reading.url)
    assert (report.visited, report.news.new, report.news.versions, report.news.events) == (1, 0, 0, 0)
    assert report.unchanged == 1
    assert {name for name in after if after[name] != before[name]} == {"visit", "source_state"}
    assert rows(reading.url, "visit")[-1]["status"] == (304 if conditional else 200)
    assert sorted(path for path in reading.archive_dir.rglob("*") if path.is_file()) == kept


def test_feeds_of_one_run_are_told_as_one_story(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    feeds = sources("one", "two", "three")
    for key in feeds:
        kiosk.put(key, rss(item(OTHERS[0])))
    visit(one, feeds, clock)

    for key in feeds:
        kiosk.put(key, rss(item(RELEASE, link=f"https://{key}.example/kimi")))
    report = visit(one, feeds, clock)

    assert (report.visited, report.news.new, report.news.events) == (3, 3, 1)
    assert counts(one.url)["story"] == 1
    assert told(one) == ["story.release"]


def test_a_page_without_a_feed_is_read_by_its_parser(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    made = source("lab", "official")._replace(address="https://www.anthropic.com/news", page="anthropic")
    kiosk.put("lab", b"<html><body><p>Nothing of the kind</p></body></html>", url=made.address)

    report = visit(one, {"lab": made}, clock)

    assert (report.held, report.failed) == (1, 0)
    [line] = report.problems
    assert line.startswith("held: news/lab: https://www.anthropic.com/news: ")


# -- pages of articles


def test_an_article_of_a_ranking_is_read_on_its_page(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    show_boards(one)
    kiosk.put("one", rss(item(OTHERS[0])))
    visit(one, sources("one"), clock)
    text = " ".join([FIRST, *(f"The paper writes sentence {number} about it at length." for number in range(20))])
    kiosk.put("one", rss(item("Kimi K3 in a ranking", "In short.", link="https://one.example/tops")))
    kiosk.put(
        "x", f"<html><body><article><p>{text}</p></article></body></html>".encode(), url="https://one.example/tops"
    )

    report = visit(one, sources("one"), clock)
    before = dump(one.url)
    again = visit(one, sources("one"), clock)

    assert (report.visited, report.news.new, report.news.claims, report.problems) == (1, 1, 1, [])
    assert [each["text"] for each in rows(one.url, "claim")] == [FIRST]
    assert (counts(one.url)["article"], counts(one.url)["article_version"]) == (1, 2)
    assert not any("at length" in str(row) for found in dump(one.url).values() for row in found)
    assert (again.unchanged, kiosk.site.asked("https://one.example/tops")) == (1, 1)
    assert dump(one.url)["claim"] == before["claim"]


def test_an_article_that_links_to_another_feed_does_not_stand_for_it(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    feeds = sources("one", "two")
    for key in feeds:
        kiosk.put(key, rss(item(OTHERS[0])))
    visit(one, feeds, clock)
    kiosk.put("one", rss(item("Kimi K3 tops a leaderboard", link=address("two"))))
    kiosk.put("two", rss(item("Claude Fable 5 is there")))

    report = visit(one, feeds, clock)

    assert report.visited == 2
    assert {each["title"] for each in rows(one.url, "story")} == {
        "Kimi K3 tops a leaderboard",
        "Claude Fable 5 is there",
    }


# -- what goes wrong


def test_a_damaged_feed_is_read_as_far_as_it_goes(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    whole = rss(item("Kimi K3 is here", link="/a"), item("Claude Fable 5 is there", link="/b"))
    kiosk.put("one", whole[: whole.index(b"Fable 5")])

    report = visit(one, sources("one"), clock)

    assert (report.news.new, report.held, report.problems) == (1, 0, [])
    assert [each["title"] for each in rows(one.url, "story")][:1] == ["Kimi K3 is here"]
    [note, *_] = report.notes
    assert note.startswith("news/one: is damaged")


HELD = {
    "HTML": b"<!DOCTYPE html><html><body>Enable JavaScript</body></html>",
    "JSON that is cut": b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "ti',
    "no feed": b"nothing of the kind",
}


@pytest.mark.parametrize("body", HELD.values(), ids=HELD)
def test_what_is_no_feed_is_held_kept_and_said_and_the_others_are_recorded(
    one: Settings, kiosk: Kiosk, clock: Clock, body: bytes
) -> None:
    kiosk.put("one", body)
    kiosk.put("two", rss(item("Kimi K3 is here")))

    report = visit(one, sources("one", "two"), clock)

    assert (report.visited, report.held, report.failed, report.news.new) == (2, 1, 0, 1)
    [line] = report.problems
    assert line.startswith(f"held: news/one: {address('one')}: expected a")
    assert "\n" not in line
    assert body in [path.read_bytes() for path in one.archive_dir.rglob("*") if path.is_file()]
    assert {each["source"]: each["outcome"] for each in rows(one.url, "visit")} == {
        "news/one": "held",
        "news/two": "new",
    }


def test_what_is_held_and_stays_as_it_is_is_said_again(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.put("one", HELD["HTML"])
    first, second = (visit(one, sources("one"), clock) for _ in range(2))

    assert [each["status"] for each in rows(one.url, "visit")] == [200, 304]
    assert (second.held, second.unchanged) == (1, 0)
    assert second.problems == first.problems


def test_what_was_held_is_read_without_another_transfer_once_it_can_be(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here")))
    visit(one, {"one": source("one", page="deepseek")}, clock)
    assert counts(one.url)["article"] == 0

    report = visit(one, sources("one"), clock)

    assert [each["status"] for each in rows(one.url, "visit")] == [200, 304]
    assert (report.held, report.news.new) == (0, 1)
    assert visit(one, sources("one"), clock).unchanged == 1


def test_the_first_feed_after_one_that_was_held_is_history(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.put("lab", HELD["HTML"])
    for _ in range(2):  # the second one is a 304
        visit(one, sources(lab="official"), clock)
    kiosk.put("lab", rss(item(RELEASE)))

    report = visit(one, sources(lab="official"), clock)

    assert (report.news.new, report.news.events) == (1, 0)
    assert [each["historical"] for each in rows(one.url, "article")] == [True]


FAILURES = {
    "404": (404, {}), "403": (403, {}), "500": (500, {}), "a redirect to nowhere": (302, {}),
    "a redirect to a private address": (301, {"Location": "http://127.0.0.1/feed"}),
    "a redirect to a file": (301, {"Location": "file:///etc/passwd"}),
}  # fmt: skip


@pytest.mark.parametrize(("status", "headers"), FAILURES.values(), ids=FAILURES)
def test_a_feed_that_fails_is_said_in_one_line_and_the_others_are_recorded(
    one: Settings, kiosk: Kiosk, clock: Clock, status: int, headers: dict[str, str]
) -> None:
    kiosk.answer("one", status, headers=headers)
    kiosk.put("two", rss(item("Kimi K3 is here")))

    report = visit(one, sources("one", "two"), clock)

    assert (report.visited, report.failed, report.news.new) == (2, 1, 1)
    [line] = report.problems
    assert line.startswith(f"failed: news/one: {address('one')}: ")
    assert "\n" not in line
    assert rows(one.url, "feed")[0]["address"] == address("one")


@pytest.mark.parametrize("how", [hang_up, short(b"<rss", claimed=999)], ids=["no answer", "a short body"])
def test_a_feed_that_breaks_off_is_no_feed(one: Settings, kiosk: Kiosk, clock: Clock, how: Any) -> None:
    kiosk.site.answer(address("one"), how=how)

    report = visit(one, sources("one"), clock)

    assert (report.failed, counts(one.url)["payload"], counts(one.url)["article"]) == (1, 0, 0)


def test_the_next_run_tells_what_a_failure_delayed_and_once(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    feeds = sources(lab="official")
    kiosk.put("lab", rss(item(OTHERS[0])))
    visit(one, feeds, clock)
    kiosk.answer("lab", 500)
    broken = visit(one, feeds, clock)
    kiosk.put("lab", rss(item(RELEASE)))

    healthy, again = visit(one, feeds, clock), visit(one, feeds, clock)

    assert (broken.failed, healthy.news.events, again.news.events) == (1, 1, 0)
    assert told(one) == ["story.release"]


def test_an_archive_that_cannot_be_written_records_nothing_and_the_next_run_does(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here")))
    kiosk.put("two", rss(item("Claude Fable 5 is there")))
    one.archive_dir.parent.mkdir(exist_ok=True)
    one.archive_dir.write_text("a file in place of the folder")

    broken = visit(one, sources("one", "two"), clock)

    assert (broken.failed, len(broken.problems)) == (2, 2)
    assert all(": not recorded: " in line and "\n" not in line for line in broken.problems)
    assert (counts(one.url)["article"], counts(one.url)["visit"]) == (0, 0)
    assert {state(one, key)["failures"] for key in ("one", "two")} == {1}
    one.archive_dir.unlink()
    assert visit(one, sources("one", "two"), clock).news.new == 2


def test_a_parser_at_fault_costs_no_other_feed(
    one: Settings, kiosk: Kiosk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here")))
    kiosk.put("two", rss(item("Claude Fable 5 is there")))

    def fault(feed: Any, answer: Any) -> Any:
        if feed.key == "one":
            raise RecursionError("too deep")
        return real(feed, answer)

    real = newsroom.read_answer
    monkeypatch.setattr(newsroom, "read_answer", fault)

    report = visit(one, sources("one", "two"), clock)

    assert (report.visited, report.failed, report.news.new) == (2, 1, 1)
    [line] = report.problems
    assert line == f"{address('one')}: not recorded: a fault of Topspot: RecursionError: too deep"


def test_a_visit_that_is_cut_short_has_not_failed(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    feeds, goes_on = sources("one", "two"), threading.Event()

    def wait(connection: Connection) -> None:
        goes_on.wait(10)
        connection.send(head(404, {"Content-Length": "0"}))

    for key in feeds:
        kiosk.put(key, rss(item("Kimi K3 is here")))
        kiosk.site.answer(f"https://{key}.example/robots.txt", how=wait)

    async def go() -> None:
        with opened(one.url) as engine:
            visits = newsroom.collect(engine, one, feeds, everybody(), names=["news"], me=whoami(), clock=clock)
            work = asyncio.create_task(visits)
            for _ in range(2000):
                await asyncio.sleep(0.005)
                if len(kiosk.site.requests) == 2:
                    break
            work.cancel()
            await asyncio.sleep(0)
            goes_on.set()
            with pytest.raises(asyncio.CancelledError):
                await work

    asyncio.run(go())

    assert {state(one, key)["failures"] for key in feeds} == {0}
    assert {state(one, key)["claimed_by"] for key in feeds} == {None}
    assert rows(one.url, "visit") == []
    found = collect(one, feeds, clock)
    assert found is not None
    assert (found.visited, found.news.new, found.problems) == (2, 2, [])


# -- when a feed is asked again


def test_a_feed_is_asked_again_after_half_an_hour(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here")))
    feeds = sources("one")

    assert collect(one, feeds, clock) is not None
    clock.forward(minutes=29)
    assert collect(one, feeds, clock) is None
    clock.forward(minutes=3)
    assert collect(one, feeds, clock) is not None
    assert kiosk.asked("one") == 2


@pytest.mark.parametrize(
    ("ttl", "cache", "least"),
    [
        (None, "", 0.5), (1, "", 0.5), (180, "", 3), (None, "public, max-age=7200", 2), (180, "max-age=7200", 3),
        (60, "max-age=18000", 5), (100_000, "", 24), (None, "max-age=99999999", 24), (None, "no-cache", 0.5),
    ],
)  # fmt: skip
def test_a_feed_that_changes_seldom_is_asked_seldom_but_once_a_day(
    one: Settings, kiosk: Kiosk, clock: Clock, ttl: int | None, cache: str, least: float
) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here"), ttl=ttl), headers={"Cache-Control": cache} if cache else {})

    collect(one, sources("one"), clock)

    wait = state(one)["next_due_at"] - clock.now
    assert least * HOUR <= wait <= least * HOUR + timedelta(minutes=2)


def test_a_feed_that_asks_to_be_left_alone_is(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    began = datetime.now(UTC)
    clock.now = began
    kiosk.answer("one", 429, headers={"Retry-After": "36000"})

    report = collect(one, sources("one"), clock)
    asked = kiosk.asked("one")
    clock.forward(hours=9)

    assert report is not None
    assert (report.failed, asked) == (1, 1)
    assert "429" in report.problems[0]
    assert state(one)["next_due_at"] >= began + 10 * HOUR
    assert collect(one, sources("one"), clock) is None


def test_a_feed_that_fails_is_asked_again_after_growing_pauses(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.answer("one", 403)
    waits = []
    for _ in range(6):
        collect(one, sources("one"), clock, "news")
        waits.append((state(one)["next_due_at"] - clock.now) / timedelta(minutes=1))

    assert waits == [0, 5, 10, 20, 30, 30]


@pytest.mark.parametrize("status", [404, 410])
def test_a_feed_that_is_gone_five_times_is_retired_for_a_month_and_that_is_said(
    one: Settings, kiosk: Kiosk, clock: Clock, status: int
) -> None:
    kiosk.answer("one", status)
    reports = [visit(one, sources("one"), clock) for _ in range(5)]
    gone = clock.now - HOUR

    said = [[line for line in report.problems if "retired" in line] for report in reports]
    assert said[:4] == [[]] * 4
    assert said[4] == [
        f"news/one: retired until {(gone + 30 * DAY).date()}, nothing was there 5 times: correct its address"
    ]
    assert rows(one.url, "feed")[0]["retired_at"] == gone
    assert state(one)["next_due_at"] == gone + 30 * DAY
    clock.forward(days=29)
    assert collect(one, sources("one"), clock) is None
    clock.forward(days=2)
    assert collect(one, sources("one"), clock) is not None


def test_a_feed_that_comes_back_is_no_longer_retired(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.answer("one", 404)
    for _ in range(5):
        visit(one, sources("one"), clock)
    kiosk.put("one", rss(item("Kimi K3 is here")))

    report = visit(one, sources("one"), clock)

    assert (report.failed, report.news.new, report.problems) == (0, 1, [])
    assert rows(one.url, "feed")[0]["retired_at"] is None
    assert state(one)["failures"] == 0


def test_a_site_in_trouble_that_then_answers_404_once_is_not_gone(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    for status in (403, 403, 403, 403, 404):
        kiosk.answer("one", status)
        report = visit(one, sources("one"), clock)

    assert not any("retired" in line for line in report.problems)
    assert rows(one.url, "feed")[0]["retired_at"] is None


# -- feeds that move


NEW = "https://new.example/feed.xml"


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_and_that_is_said_once(
    reading: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    kiosk.answer("one", 301, headers={"Location": NEW})
    kiosk.put("new", rss(item("Kimi K3 is here")), url=NEW)

    first, second = visit(reading, sources("one"), clock), visit(reading, sources("one"), clock)

    assert first.notes == [f"news/one: moved for good to {NEW}"]
    assert (second.notes, second.problems) == ([], [])
    assert rows(reading.url, "feed")[0]["address"] == NEW
    assert (kiosk.asked("one"), kiosk.site.asked(NEW)) == (1, 2)


def test_an_address_that_is_corrected_in_the_file_is_asked_at_once_also_of_a_feed_that_was_retired(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    kiosk.answer("one", 410)
    for _ in range(5):
        visit(one, sources("one"), clock)
    assert rows(one.url, "feed")[0]["retired_at"]
    kiosk.put("new", rss(item("Kimi K3 is here")), url=NEW)
    corrected = {key: each._replace(address=NEW) for key, each in sources("one").items()}

    report = collect(one, corrected, clock)

    assert report
    assert (report.visited, report.problems) == (1, [])
    [feed] = rows(one.url, "feed")
    assert (feed["declared"], feed["address"], feed["retired_at"]) == (NEW, NEW, None)


def test_a_feed_that_has_not_changed_is_still_left_alone_as_long_as_it_said(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here"), ttl=120))
    visit(one, sources("one"), clock)

    report = collect(one, sources("one"), clock, "news")

    assert report
    assert report.unchanged == 1
    assert state(one)["next_due_at"] - clock.now >= 2 * HOUR


def test_what_a_feed_brings_at_its_new_address_is_news(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    feeds = sources(lab="official")
    kiosk.put("lab", rss(item(OTHERS[0])))
    visit(one, feeds, clock)
    kiosk.answer("lab", 301, headers={"Location": NEW})
    kiosk.put("new", rss(item(OTHERS[0]), item(OTHERS[1])), url=NEW)
    visit(one, feeds, clock)
    kiosk.put("new", rss(item(RELEASE)), url=NEW)

    report = visit(one, feeds, clock)

    assert (report.news.new, report.news.events) == (1, 1)
    assert told(one) == ["story.release"]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_feed_that_is_elsewhere_for_now_keeps_its_address(
    one: Settings, kiosk: Kiosk, clock: Clock, status: int
) -> None:
    kiosk.answer("one", status, headers={"Location": NEW})
    kiosk.put("new", rss(item("Kimi K3 is here")), url=NEW)

    report = visit(one, sources("one"), clock)

    assert (report.news.new, report.notes) == (1, [])
    assert rows(one.url, "feed")[0]["address"] == address("one")


def test_a_feed_that_moved_to_a_page_that_is_no_feed_keeps_its_address(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    home = "https://one.example/"
    kiosk.answer("one", 301, headers={"Location": home})
    kiosk.put("home", HELD["HTML"], url=home)

    report = visit(one, sources("one"), clock)

    assert (report.held, report.notes) == (1, [])
    assert rows(one.url, "feed")[0]["address"] == address("one")


def test_relative_links_are_read_from_the_new_address(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.answer("one", 301, headers={"Location": NEW})
    kiosk.put("new", rss(item("Kimi K3 is here", link="/kimi")), url=NEW)

    visit(one, sources("one"), clock)

    assert rows(one.url, "article")[0]["link"] == "https://new.example/kimi"


def test_what_the_file_says_of_a_feed_counts_from_the_next_visit(
    one: Settings, kiosk: Kiosk, clock: Clock
) -> None:
    kiosk.put("one", rss(item(OTHERS[0])))
    visit(one, sources("one"), clock)
    kiosk.put("one", rss(item(RELEASE)))

    visit(one, sources(one="official"), clock)

    assert rows(one.url, "feed")[0]["kind"] == "official"
    assert told(one) == ["story.release"]


# -- which feeds


def test_only_named_feeds_are_visited(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    feeds = sources("one", "two", "three")
    for key in feeds:
        kiosk.put(key, rss(item("Kimi K3 is here")))

    collect(one, feeds, clock, "news/two", "news/three")

    assert [kiosk.asked(key) for key in feeds] == [0, 1, 1]


def test_what_another_run_has_claimed_is_left_to_it(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    kiosk.put("one", rss(item("Kimi K3 is here")))
    feeds = sources("one")
    with opened(one.url) as engine:
        room = newsroom._Newsroom(engine, one, feeds, everybody(), "elsewhere|1|0.00", clock)
        assert room.claim([]) == ["one"]

    assert collect(one, feeds, clock, "news") is None
    assert kiosk.asked("one") == 0


# -- the end of a run


def test_a_run_judges_again_what_boards_have_shown_since(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    quick = one.model_copy(update={"claim_outlets": 1})
    kiosk.put("one", rss(item(OTHERS[0])))
    visit(quick, sources("one"), clock)
    kiosk.put("one", rss(WINS))
    visit(quick, sources("one"), clock)
    before = [each["verdict"] for each in rows(one.url, "verdict")]
    Desk(one.url, registry=everybody(), now=clock.now).visit(page("2026-07-16", KIMI_TAKES))
    clock.forward(hours=1)

    visit(quick, sources("one"), clock)

    assert (before, told(one)) == (["unverifiable"], ["claim.supported"])
    assert [each["verdict"] for each in rows(one.url, "verdict")] == ["unverifiable", "supported"]


def test_what_was_read_is_kept_as_it_came(one: Settings, kiosk: Kiosk, clock: Clock) -> None:
    body = rss(item("Kimi K3 is here", "A summary."))
    kiosk.put("one", body)

    visit(one, sources("one"), clock)

    [version] = rows(one.url, "article_version")
    assert archive.get(one.archive_dir, version["payload"]).read_bytes() == body
