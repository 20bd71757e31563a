"""News on the command line: visits, lists, texts that are checked; exit codes, one line an error, nothing harmful."""

import asyncio
import io
import json
import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scrapers.news.sources import find_news_sources
from standins.site import Site
from support.cli import Ended, Topspot
from support.databases import counts, dump, others_visited, prepare, rows
from support.hub import Hub
from support.press import (
    FIRST,
    OTHERS,
    RELEASE,
    SECOND,
    Kiosk,
    address,
    collect,
    item,
    kill_in_visit,
    rss,
    sources,
)
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from support.runs import Clock, Quiet
from topspot.serve import Rhythm, Serving
from topspot.settings import Settings

LINE = 'KEY = { name = "The KEY", address = "https://KEY.example/feed.xml", kind = "KIND", language = "en", terms = "x" }\n'

REPORT = {"visited", "unchanged", "new", "held", "failed", "events", "alerts"}

NOW = datetime.now(UTC)


@pytest.fixture
def kiosk(hub: Hub) -> Kiosk:
    return Kiosk(hub.site)


@pytest.fixture
def mine(topspot: Topspot, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Topspot:
    """Give the command line with two feeds of one's own, of which one is official, through the stand-in."""
    _feeds_file(monkeypatch, tmp_path, LINE.replace("KEY", "mine").replace("KIND", "press")
                + LINE.replace("KEY", "lab").replace("KIND", "official"))  # fmt: skip
    monkeypatch.setenv("TOPSPOT_NEWS", "true")
    monkeypatch.setenv("TOPSPOT_MIRROR", kiosk.site.address)
    return topspot


@pytest.fixture
def told(mine: Topspot, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Topspot:
    """Give the command line after one outlet told of a release and two claims, the day after a hand-over."""
    monkeypatch.setenv("TOPSPOT_CLAIM_OUTLETS", "1")
    show_boards(tmp_path, NOW - timedelta(days=1))
    kiosk.put("lab", rss(item(OTHERS[0])))
    assert mine("run", "news/lab").code == 0
    kiosk.put("lab", rss(item(RELEASE, f"{FIRST} {SECOND}", link="https://lab.example/k3", at=NOW)))
    assert mine("run", "news/lab").code == 0
    return mine


def _feeds_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "feeds.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("TOPSPOT_FEEDS_FILE", str(tmp_path / "feeds.toml"))


def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'topspot.db'}"


def show_boards(tmp_path: Path, on: datetime) -> None:
    """Let WebDev show Kimi K3 in first place from a day on, and Claude Fable 5 before."""
    desk = Desk(url(tmp_path), registry=everybody(), now=on)
    desk.visit(page((on - timedelta(days=20)).date().isoformat(), FABLE_ALONE))
    desk.visit(page(on.date().isoformat(), KIMI_TAKES))


def line(ended: Ended) -> str:
    """Give the one line on standard error of a call that went wrong."""
    [found] = ended.err.splitlines()
    assert ended.out == ""
    return found


def asked(kiosk: Kiosk) -> set[str]:
    return {each.host for each in kiosk.site.requests}


# -- run


def test_one_feed_is_visited_by_its_name_and_told_in_the_summary(mine: Topspot, kiosk: Kiosk) -> None:
    kiosk.put("mine", rss(item("Kimi K3 is here", at=NOW)))

    ended, with_json = mine("run", "news/mine"), mine("run", "news/mine", "--json")

    assert (ended.code, with_json.code) == (0, 0)
    assert "news: 1 addresses visited, 0 unchanged, 0 failed" in " ".join(ended.out.split())
    assert with_json.object["sources"] == {
        "news": {"visited": 1, "unchanged": 1, "new": 0, "held": 0, "failed": 0, "events": 0, "alerts": 0}
    }
    assert asked(kiosk) == {"mine.example"}


def test_news_by_name_are_all_feeds_the_packaged_ones_and_those_of_the_file(mine: Topspot, kiosk: Kiosk) -> None:
    kiosk.put("mine", rss(item("Kimi K3 is here", at=NOW)))

    ended = mine("run", "news", "--json")

    packaged = {each.address.split("/")[2] for each in find_news_sources().values()}
    assert asked(kiosk) == packaged | {"mine.example", "lab.example"}
    assert ended.code == 1
    found = ended.object["sources"]["news"]
    assert set(found) == REPORT
    assert (
        found | {"visited": len(find_news_sources()) + 2, "failed": len(find_news_sources()) + 1, "new": 1}
        == found
    )


def test_a_run_visits_the_boards_and_the_news(mine: Topspot, kiosk: Kiosk) -> None:
    kiosk.put("mine", rss(item("Kimi K3 is here", at=NOW)))

    ended = mine("run", "lmarena", "news/mine", "--json")

    assert set(ended.object["sources"]) == {"lmarena", "news"}
    assert ended.object["sources"]["news"]["new"] == 1


def test_an_unknown_feed_is_one_line(mine: Topspot, kiosk: Kiosk) -> None:
    for name in ("news/nowhere", "news/", "mine", "News"):
        ended = mine("run", name)
        assert ended.code == 2
        assert line(ended).startswith(f"topspot: there is no source {name!r} to visit: sources: ")
    assert kiosk.site.requests == []


def test_where_news_are_off_none_is_visited(
    mine: Topspot, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOPSPOT_NEWS", "false")
    addresses = {each.address for each in find_news_sources().values()}

    ended = mine("run", "--json")

    assert "news" not in ended.object["sources"]
    assert not set(kiosk.site.pages) & {*addresses, address("mine"), address("lab")}
    assert kiosk.site.pages
    assert rows(url(tmp_path), "feed") == []


def test_a_dry_run_visits_no_feed(mine: Topspot, kiosk: Kiosk, tmp_path: Path) -> None:
    ended = mine("run", "--dry-run", "news/mine")

    assert ended.code == 0
    assert kiosk.site.requests == []
    assert not (tmp_path / "topspot.db").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mine = ", "is no TOML"), ("mine = 3", "'mine' is no table"), (LINE, "'KEY' should be a key"),
        (LINE.replace("KEY", "mine").replace("KIND", "gossip"), "kind should be one of"),
        (LINE.replace("KEY", "openai").replace("KIND", "press"), "'openai' is declared"),
    ],
)  # fmt: skip
def test_a_broken_file_of_feeds_is_one_line_and_nothing_is_visited(
    mine: Topspot, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, said: str
) -> None:
    _feeds_file(monkeypatch, tmp_path, text)

    ended, with_json = mine("run"), mine("run", "--json")

    assert (ended.code, with_json.code) == (2, 2)
    assert "feeds.toml" in line(ended)
    assert said in line(ended)
    assert with_json.object["error"]["code"] == "feeds_file"
    assert kiosk.site.requests == []


def test_a_file_of_feeds_that_is_not_there_is_one_line(mine: Topspot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPSPOT_FEEDS_FILE", "/nowhere/at/all.toml")

    ended = mine("run", "news")

    assert ended.code == 2
    assert "TOPSPOT_FEEDS_FILE" in line(ended)


def test_a_page_in_place_of_a_feed_is_exit_code_1_and_the_others_are_recorded(
    mine: Topspot, kiosk: Kiosk, tmp_path: Path
) -> None:
    kiosk.put("mine", b"<!DOCTYPE html><html><body>Enable JavaScript</body></html>")
    kiosk.put("lab", rss(item("Kimi K3 is here", at=NOW)))

    ended = mine("run", "news/mine", "news/lab")

    assert ended.code == 1
    assert any(each.startswith(f"held: news/mine: {address('mine')}: ") for each in ended.err.splitlines())
    assert counts(url(tmp_path))["article"] == 1


def test_a_run_with_nothing_due_says_so(mine: Topspot, kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.put("mine", rss(item("Kimi K3 is here", at=NOW)))
    mine("run")
    others_visited(url(tmp_path), "news/mine")
    before = len(kiosk.site.requests)

    ended = mine("run")

    assert (ended.code, ended.out, ended.err) == (0, "", "nothing is due\n")
    assert len(kiosk.site.requests) == before


def test_the_process_that_stays_visits_feeds_when_they_are_due(tmp_path: Path, kiosk: Kiosk) -> None:
    settings = Settings(
        data_dir=tmp_path, download_delay=0, contact="tests@example.org", mirror=kiosk.site.address
    )
    kiosk.put("one", rss(item("Kimi K3 is here", at=NOW)))
    rhythm, console = Rhythm(0.02, 5, "127.0.0.1", 0), Console(file=io.StringIO())
    serving = Serving(settings, {}, Quiet(), console, lambda _line: None, rhythm, feeds=sources("one"))

    async def go() -> None:
        work = asyncio.create_task(serving.run())
        for _ in range(4000):
            await asyncio.sleep(0.005)
            if serving.served.idle >= 2:
                break
        serving.stop.set()
        await work

    asyncio.run(go())

    assert (kiosk.asked("one"), serving.served.idle >= 2) == (1, True)
    assert [each["title"] for each in rows(settings.url, "story")] == ["Kimi K3 is here"]


# -- db rebuild


def test_a_rebuild_reads_the_news_again_and_says_what_became_of_it(
    told: Topspot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("topspot.rebuild._Rebuilding.run", lambda _: None)  # these boards are in no archive
    before = dump(url(tmp_path))

    ended = told("db", "rebuild")

    assert ended.code == 0
    assert (
        "news: 2 payloads, 0 new articles; of versions 0 name or claim something else and 0 are gone" in ended.err
    )
    after = dump(url(tmp_path))
    assert {name for name in after if after[name] != before[name]} == set()


# -- kills


POINTS = (
    "INSERT INTO payload", "INSERT INTO story", "INSERT INTO article ", "INSERT INTO article_version", "INSERT INTO mention",
    "INSERT INTO claim", "INSERT INTO verdict", "INSERT INTO event", "INSERT INTO visit",
)  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_nothing_half_done_and_the_next_run_completes_it(
    settings: Settings, kiosk: Kiosk, point: str
) -> None:
    reading, clock = settings.model_copy(update={"mirror": kiosk.site.address, "claim_outlets": 1}), Clock()
    prepare(reading.url)
    feeds = sources(lab="official")
    desk = Desk(reading.url, registry=everybody(), now=clock.now - timedelta(days=1))
    desk.visit(page("2026-08-31", KIMI_TAKES))
    kiosk.put("lab", rss(item(OTHERS[0])))
    collect(reading, feeds, clock, "news")
    kiosk.put("lab", rss(item(RELEASE, f"{FIRST} {SECOND}", at=clock.now)))
    before = dump(reading.url)

    kill_in_visit(reading, feeds, point)
    after = dump(reading.url)
    report, again = collect(reading, feeds, clock, "news"), collect(reading, feeds, clock, "news")

    assert {name for name in after if after[name] != before[name]} == {"source_state"}
    assert report is not None
    assert again is not None
    assert (report.news.new, report.news.claims, report.news.events, report.problems) == (1, 2, 3, [])
    assert (again.news.new, again.news.versions, again.news.events) == (0, 0, 0)
    whole = counts(reading.url)
    assert [whole[name] for name in ("story", "article", "article_version", "claim", "verdict")] == [1, 1, 1, 2, 2]


# -- news and claims


def test_news_are_listed_as_a_table_and_as_json(told: Topspot) -> None:
    ended = told("news")
    [story] = told("news", "--json").objects

    assert ended.code == 0
    assert RELEASE in " ".join(ended.out.split())
    assert set(story) == {"id", "title", "began_at", "articles", "mentions", "events", "claims"}
    assert (story["title"], story["articles"][0]["source"]) == (RELEASE, "lab")
    assert story["mentions"] == ["claude-fable-5", "kimi-k3", "lmarena/webdev", "moonshot-ai"]
    assert sorted(story["claims"]) == ["refuted", "supported"]


def test_stories_are_tied_to_the_hand_over_and_explain_shows_them(told: Topspot) -> None:
    [story] = told("news", "--json").objects
    leads = [each for each in told("events", "--json").objects if each["type"] == "lead.model"]

    assert {each["id"] for each in leads} <= set(story["events"])
    [explained] = told("explain", leads[0]["id"], "--json").objects
    assert [each["title"] for each in explained["stories"]] == [RELEASE]
    assert set(explained["stories"][0]) == {"story", "title", "began_at", "how"}


def test_claims_are_listed_as_a_table_and_as_json(told: Topspot) -> None:
    ended = told("claims")
    found = told("claims", "--json").objects

    assert ended.code == 0
    assert "✓ supported" in ended.out
    assert "✗ refuted" in ended.out
    assert {each["text"]: each["verdict"] for each in found} == {FIRST: "supported", SECOND: "refuted"}
    assert len({frozenset(each) for each in found}) == 1
    assert set(found[0]) == {
        "text", "subject", "subject_key", "subject_variant", "subject_kind", "relation", "object", "board", "category",
        "rank", "rating", "n", "of_top", "as_of", "modality", "verdict", "explanation", "evidence", "judged_at", "story", "source",
        "link", "published_at",
    }  # fmt: skip


def test_lists_take_filters(told: Topspot) -> None:
    tomorrow, yesterday = ((NOW + timedelta(days=by)).date().isoformat() for by in (1, -1))

    def texts(*options: str) -> set[str]:
        return {each["text"] for each in told("claims", *options, "--json").objects}

    def stories(*options: str) -> int:
        return len(told("news", *options, "--json").objects)

    assert texts("--verdict", "refuted") == {SECOND}
    assert texts("--verdict", "mixed") == texts("--board", "lmarena/text") == texts("--since", tomorrow) == set()
    assert texts("--until", tomorrow, "--since", yesterday, "--board", "lmarena/webdev") == {FIRST, SECOND}
    assert (stories("--about", "kimi-k3"), stories("--about", "grok-4"), stories()) == (1, 0, 1)
    assert (stories("--since", tomorrow), stories("--until", yesterday), stories("--since", yesterday)) == (
        0,
        0,
        1,
    )


def test_events_of_news_are_listed(told: Topspot) -> None:
    found = [each for each in told("events", "--all", "--json").objects if each["series"] == "news"]

    assert sorted(each["type"] for each in found) == ["claim.refuted", "claim.supported", "story.release"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("claims", "--verdict", "true"), "--verdict true: use supported, refuted, mixed"),
        (("claims", "--since", "yesterday"), "--since yesterday: not a date"),
        (("news", "--until", "2026-02-30"), "--until 2026-02-30: not a date"),
    ],
)
def test_a_wrong_filter_is_one_line(told: Topspot, call: tuple[str, ...], said: str) -> None:
    ended, with_json = told(*call), told(*call, "--json")

    assert (ended.code, with_json.code) == (2, 2)
    assert line(ended).startswith(f"topspot: {said}")
    assert with_json.object["error"]["code"] == "call"


@pytest.mark.parametrize("call", [("news",), ("claims",)])
def test_before_any_news_the_list_is_empty(topspot: Topspot, tmp_path: Path, call: tuple[str, ...]) -> None:
    prepare(url(tmp_path))

    assert topspot(*call).code == 0
    assert (topspot(*call, "--json").code, topspot(*call, "--json").out) == (0, "")


@pytest.mark.parametrize("call", [("news",), ("claims",), ("check", "story.txt")])
def test_without_a_database_the_line_says_how_to_make_one(
    topspot: Topspot, tmp_path: Path, call: tuple[str, ...]
) -> None:
    (tmp_path / "story.txt").write_text(FIRST)

    ended = topspot(*call)

    assert ended.code == 1
    assert "`topspot run`" in line(ended)


# -- hostile text


HOSTILE = [
    item("<script>alert(1)</script> Kimi K3", link="javascript:alert(1)"), item("Kimi K3 \u202eecremmoc\u202c", link="data:x"),
    item("Kimi K3 \x1b[31mred\x07", link="/b").replace("\x1b", "&#27;").replace("\x07", "&#7;"),
    item("[red]Kimi K3[/red] [link=https://evil.example]x[/link]", link="/c"), item("=cmd|'x'!A0 Kimi K3", link="/d"),
    item("Claude Fable 5 &#x202E; <!channel>", link="file:///etc/passwd"), item("Kimi\u200bK3 \ufeff Kimi K3", link="vbscript:x"),
]  # fmt: skip


def test_hostile_titles_and_links_come_out_harmless(mine: Topspot, kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.put("mine", rss(*HOSTILE))

    ended = mine("run", "news/mine")
    drawn, found = mine("news").out, mine("news", "--json")

    assert ended.code == 0
    assert counts(url(tmp_path))["article_version"] == len(HOSTILE)
    assert not [char for char in drawn if unicodedata.category(char) in {"Cc", "Cf"} and char != "\n"]
    links = [each["link"] for story in found.objects for each in story["articles"]]
    assert all(link is None or link.startswith("https://mine.example/") for link in links)
    titles = [each["title"] for story in found.objects for each in story["articles"]]
    assert not [char for title in titles for char in title if unicodedata.category(char) in {"Cc", "Cf"}]
    assert not any("script>" in title for title in titles)


@pytest.mark.parametrize(
    "at",
    [
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
        "31 Feb 2026",
        "tomorrow",
        "2999-01-01",
    ],
)
def test_a_date_that_cannot_be_is_none(mine: Topspot, kiosk: Kiosk, at: str) -> None:
    kiosk.put("mine", rss(item("Kimi K3 is here", at=at)))

    ended = mine("run", "news/mine")
    [story] = mine("news", "--json").objects

    assert ended.code == 0
    assert story["articles"][0]["published_at"] is None
    assert story["began_at"][:4] == str(NOW.year)
    assert mine("news", "--until", "2998-12-31").code == 0


def test_a_bomb_of_entities_is_no_news(mine: Topspot, kiosk: Kiosk, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    body = f'<?xml version="1.0"?>{bomb}]><rss version="2.0"><channel>{item("Kimi K3 is here", link="/a")}</channel></rss>'
    kiosk.put("mine", body.replace("is here", "is &m; here").encode())
    kiosk.put("lab", rss(item("Claude Fable 5 is there", at=NOW)))

    ended = mine("run", "news/mine", "news/lab")

    assert ended.code in (0, 1)
    titles = {each["title"] for each in rows(url(tmp_path), "story")}
    assert "Claude Fable 5 is there" in titles
    assert all(len(title) < 500 for title in titles)


# -- check


@pytest.fixture
def shown(topspot: Topspot, tmp_path: Path) -> Topspot:
    """Give the command line beside a board on which Kimi K3 took first place on 2026-07-16."""
    show_boards(tmp_path, datetime(2026, 7, 16, 6, tzinfo=UTC))
    return topspot


STORY = f"{FIRST} {SECOND} Its makers are proud."

VERDICTS = ["supported", "refuted", "not_checkable"]


def verdicts(ended: Ended) -> list[str]:
    assert ended.code == 0
    return [each["verdict"] for each in ended.object["sentences"]]


def test_a_file_of_text_is_checked_sentence_by_sentence(shown: Topspot, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)

    drawn = shown("check", "story.txt", "--as-of", "2026-07-17")
    found = shown("check", "story.txt", "--as-of", "2026-07-17", "--json")

    assert drawn.code == 0
    said = " ".join(drawn.out.split())
    for words in (
        "as of 2026-07-17",
        f"✓ supported: {FIRST}",
        f"✗ refuted: {SECOND}",
        "- not checkable: Its makers",
    ):
        assert words in said
    assert verdicts(found) == VERDICTS
    assert set(found.object) == {"title", "published", "sentences", "claims"}
    assert (found.object["title"], found.object["published"]) == (None, "2026-07-17")
    assert all(each["evidence"] and each["explanation"] for each in found.object["claims"])


def test_a_page_is_checked_by_its_own_date_and_as_of_is_stronger(shown: Topspot, tmp_path: Path) -> None:
    words = " ".join(f"The paper writes sentence {number} about it at length." for number in range(12))
    body = (
        '<html><head><title>Of boards</title><meta property="article:published_time" content="2026-07-17T08:00:00Z">'
        f"<script>x('{SECOND}')</script></head><body><article><h1>Of boards</h1><p>{STORY} {words}</p></article></body></html>"
    )
    (tmp_path / "page.html").write_text(body)

    found = shown("check", "page.html", "--json")
    later = shown("check", "page.html", "--as-of", "2026-11-01", "--json")

    assert verdicts(found)[:4] == ["not_checkable", *VERDICTS]  # the heading, and the sentences behind it
    assert (found.object["title"], found.object["published"]) == ("Of boards", "2026-07-17")
    assert (later.object["published"], set(verdicts(later))) == ("2026-11-01", {"unverifiable", "not_checkable"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_the_encoding_that_it_has(shown: Topspot, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "story.txt").write_bytes(
        "Kimi K3 在 WebDev Arena 上排名第一，大家都说这个新的语言模型在中文问题上做得很好。".encode(encoding)
    )

    assert verdicts(shown("check", "story.txt", "--as-of", "2026-07-17", "--json")) == ["supported"]


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe\x00", b"<", b"<html>", b"<" * 10_000, b"\x1f\x8b\x08"])
def test_a_file_that_says_nothing_is_checked_as_well(shown: Topspot, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "story.txt").write_bytes(body)

    ended = shown("check", "story.txt", "--json")

    assert ended.code == 0
    assert ended.object["claims"] == []


@pytest.mark.parametrize("name", ["nothing.txt", ".", "nowhere/at/all"])
def test_a_file_that_cannot_be_read_is_one_line(shown: Topspot, name: str) -> None:
    ended = shown("check", name)

    assert ended.code == 2
    assert line(ended).startswith(f"topspot: {name} cannot be read (")


@pytest.mark.parametrize("size", [100_001, 17 * 2**20])
def test_a_file_that_is_too_large_is_one_line(shown: Topspot, tmp_path: Path, size: int) -> None:
    (tmp_path / "story.txt").write_bytes(b"a" * size)

    ended = shown("check", "story.txt")

    assert ended.code == 2
    assert line(ended).startswith("topspot: story.txt: more than 1")
    assert line(ended).endswith(": check it in parts")


def test_a_wrong_date_is_one_line(shown: Topspot, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)

    ended = shown("check", "story.txt", "--as-of", "soon")

    assert (ended.code, line(ended)) == (2, "topspot: --as-of soon: not a date: write it as YYYY-MM-DD")


def test_hostile_text_is_drawn_harmless(shown: Topspot, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(f"[red]x[/red] \x1b[31m \u202e {FIRST}")

    drawn = shown("check", "story.txt", "--as-of", "2026-07-17").out

    assert not [char for char in drawn if unicodedata.category(char) in {"Cc", "Cf"} and char != "\n"]


# -- check URL


ARTICLE = "https://paper.example/story"


@pytest.fixture
def web(shown: Topspot, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("TOPSPOT_MIRROR", hub.site.address)
    words = " ".join(f"The paper writes sentence {number} about it at length." for number in range(12))
    hub.site.answer(ARTICLE, body=f"<html><body><article><p>{STORY} {words}</p></article></body></html>".encode())
    return hub.site


def test_an_address_is_asked_for_and_checked(shown: Topspot, web: Site, tmp_path: Path) -> None:
    before = dump(url(tmp_path))

    ended = shown("check", ARTICLE, "--as-of", "2026-07-17", "--json")

    assert verdicts(ended)[:3] == VERDICTS
    assert web.asked(ARTICLE) == 1
    assert dump(url(tmp_path)) == before


@pytest.mark.parametrize(
    "address_",
    ["http://127.0.0.1/x", "http://localhost/x", "http://[::1]/x", "http://2130706433/x", "http://10.0.0.1/x",
     "https://169.254.169.254/latest"],
)  # fmt: skip
def test_a_private_address_is_refused_in_one_line(shown: Topspot, web: Site, address_: str) -> None:
    ended = shown("check", address_)

    assert ended.code == 2
    assert line(ended).startswith(f"topspot: {address_}: ")
    assert web.requests == []


def test_an_address_that_leads_to_a_private_one_is_refused(shown: Topspot, web: Site) -> None:
    web.answer("https://paper.example/away", status=301, headers={"Location": "http://127.0.0.1:1/x"})

    ended = shown("check", "https://paper.example/away")

    assert ended.code == 2
    assert "private" in line(ended) or "127.0.0.1" in line(ended)


def test_robots_txt_is_respected(shown: Topspot, web: Site) -> None:
    web.answer("https://paper.example/robots.txt", body=b"User-agent: *\nDisallow: /")

    ended = shown("check", ARTICLE)

    assert ended.code == 2
    assert "robots.txt of paper.example forbids this address" in line(ended)
    assert web.asked(ARTICLE) == 0


@pytest.mark.parametrize("status", [404, 403, 500])
def test_an_address_that_cannot_be_had_is_one_line(shown: Topspot, web: Site, status: int) -> None:
    web.answer("https://paper.example/gone", status=status)

    ended, with_json = (
        shown("check", "https://paper.example/gone"),
        shown("check", "https://paper.example/gone", "--json"),
    )

    assert ended.code == 2
    assert str(status) in line(ended)
    assert with_json.object["error"]["code"] == "call"


def test_a_page_without_a_text_says_so_in_one_line(shown: Topspot, web: Site) -> None:
    web.answer("https://paper.example/empty", body=b"<html><body><script>go()</script></body></html>")

    ended = shown("check", "https://paper.example/empty")

    assert ended.code == 2
    assert "https://paper.example/empty: " in line(ended)


@pytest.mark.parametrize("what", ["https://", "http://a b/", "https://paper.example:99999/"])
def test_an_address_that_is_none_is_one_line(shown: Topspot, web: Site, what: str) -> None:
    ended = shown("check", what)

    assert ended.code == 2
    assert line(ended).startswith(f"topspot: {what}: ")


# -- check -


def said(monkeypatch: pytest.MonkeyPatch, *asked: Any) -> None:
    """Let these objects, or bytes, be the lines on standard input."""
    lines = [each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode() for each in asked]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))


def test_lines_are_answered_in_their_order(shown: Topspot, monkeypatch: pytest.MonkeyPatch) -> None:
    said(
        monkeypatch,
        {"id": 7, "text": FIRST, "published": "2026-07-17"},
        b"",
        {"id": "b", "text": "Nothing of the kind.", "published": "2026-07-17T10:00:00Z", "more": 1},
        {"text": SECOND, "published": "2026-07-17"},
        {"id": 9, "text": FIRST},
    )

    ended = shown("check", "-")

    assert ended.code == 0
    assert [(each["id"], [claim["verdict"] for claim in each["claims"]]) for each in ended.objects] == [
        (7, ["supported"]), ("b", []), (None, ["refuted"]), (9, ["unverifiable"]),
    ]  # fmt: skip
    assert {frozenset(each) for each in ended.objects} == {frozenset({"id", "claims"})}
    [claim] = ended.objects[0]["claims"]
    assert {"text", "subject_key", "relation", "board", "verdict", "explanation", "evidence"} <= set(claim)


def test_a_line_s_title_tells_of_whom_its_text_speaks(shown: Topspot, monkeypatch: pytest.MonkeyPatch) -> None:
    text = {"text": "It is #1 on WebDev Arena.", "published": "2026-07-17"}
    said(monkeypatch, text | {"title": "Kimi K3 is here"}, text, text | {"title": 3})

    ended = shown("check", "-")

    told = [(claim["subject_key"], claim["verdict"]) for each in ended.objects for claim in each["claims"]]
    assert told == [("kimi-k3", "supported"), (None, "unverifiable"), (None, "unverifiable")]


def test_as_of_counts_for_lines_that_say_no_date(shown: Topspot, monkeypatch: pytest.MonkeyPatch) -> None:
    said(monkeypatch, {"id": 1, "text": FIRST}, {"id": 2, "text": FIRST, "published": "2020-01-01"})

    ended = shown("check", "-", "--as-of", "2026-07-17")

    assert [[claim["verdict"] for claim in each["claims"]] for each in ended.objects] == [
        ["supported"],
        ["unverifiable"],
    ]


@pytest.mark.parametrize(
    "bad",
    [b"no JSON", b"[1]", b'"text"', b"null", b'{"id": 1}', b'{"text": 3}', b'{"text": "a", "published": "soon"}',
  b"\xff\xfe", b"[" * 100_000, b'{"text": "a" \x1b[31m'],
    ids=range(10),
)  # fmt: skip
def test_a_bad_line_is_one_line_after_the_answers_before_it(
    shown: Topspot, monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    said(monkeypatch, {"id": 1, "text": FIRST, "published": "2026-07-17"}, bad, {"id": 3, "text": FIRST})

    ended = shown("check", "-")

    assert ended.code == 2
    assert [each["id"] for each in ended.objects] == [1]
    [problem] = ended.err.splitlines()
    assert problem.startswith("topspot: ")
    assert problem.isprintable()
    assert len(problem) < 300


def test_nothing_on_standard_input_is_answered_with_nothing(
    shown: Topspot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(monkeypatch, b"", b"  ")

    ended = shown("check", "-")

    assert (ended.code, ended.out, ended.err) == (0, "", "")
