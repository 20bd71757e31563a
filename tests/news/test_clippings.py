"""What is answered: stories, claims with their verdicts, and texts checked sentence by sentence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.databases import BOTH, opened, prepare, rows, wanted
from support.press import FIRST, RELEASE, SCORE, SECOND, WRITTEN, Stand, article
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from topspot import answers, clippings
from topspot.clippings import Checker
from topspot.store import read
from topspot.store.engine import reading

ON = date(2026, 7, 17)

STORY = {"id", "title", "began_at", "articles", "mentions", "events", "claims"}

ARTICLE = {"source", "name", "kind", "title", "link", "published_at", "seen_at", "language"}

CLAIM = {
    "text", "subject", "subject_key", "subject_variant", "subject_kind", "relation", "object", "board", "category",
    "rank", "rating", "n", "of_top", "as_of", "modality", "verdict", "explanation", "evidence",
}  # fmt: skip

WRITTEN_CLAIM = CLAIM | {"judged_at", "story", "source", "link", "published_at"}

EVIDENCE = {"snapshot_id", "board", "category", "published_on", "position", "model", "rating"}


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return wanted(request, tmp_path)


@pytest.fixture
def stand(database: str) -> Stand:
    """Give a stand beside a board on which Kimi K3 took first place from Claude Fable 5."""
    desk = Desk(database, registry=everybody(), now=datetime(2026, 7, 17, 4, tzinfo=UTC))
    desk.visit(page("2026-07-01", FABLE_ALONE))
    desk.visit(page("2026-07-16", KIMI_TAKES))
    return Stand(database, {"lab": "official"})


def news(stand: Stand, **query: Any) -> list[dict[str, Any]]:
    with opened(stand.url) as engine, reading(engine) as session:
        return clippings.news(session, **({"since": None, "until": None, "about": None} | query))


def claims(stand: Stand, **query: Any) -> list[dict[str, Any]]:
    given = {"since": None, "until": None, "verdict": None, "board": None}
    with opened(stand.url) as engine, reading(engine) as session:
        return clippings.claims(session, **(given | query))


@contextmanager
def checking(stand: Stand) -> Iterator[Checker]:
    with opened(stand.url) as engine, reading(engine) as session:
        yield Checker(session, everybody())


def check(stand: Stand, text: str, published: date | None = ON, title: str = "") -> dict[str, Any]:
    with checking(stand) as checker:
        return checker.text(text, published, title)


# -- stories


@BOTH
def test_a_story_has_every_key_and_its_articles_in_their_order(stand: Stand) -> None:
    stand.read("one", article(RELEASE, FIRST, link="https://one.example/a"))
    stand.read("lab", article(RELEASE, link="https://lab.example/b", language=None))

    [story] = news(stand)

    assert set(story) == STORY
    assert (story["title"], story["began_at"]) == (RELEASE, "2026-07-17T09:00:00Z")
    assert [set(each) for each in story["articles"]] == [ARTICLE, ARTICLE]
    assert [(each["source"], each["name"], each["kind"]) for each in story["articles"]] == [
        ("one", "The One", "press"), ("lab", "The Lab", "official"),
    ]  # fmt: skip
    assert story["articles"][0] | {"title": RELEASE, "link": "https://one.example/a", "language": "en",
        "published_at": "2026-07-17T09:00:00Z", "seen_at": "2026-07-18T06:00:00Z"} == story["articles"][0]  # fmt: skip
    assert story["mentions"] == ["kimi-k3", "lmarena/webdev", "moonshot-ai"]
    assert story["claims"] == ["supported"]
    json.dumps(story)


def test_what_is_missing_is_none_and_its_key_is_there(stand: Stand) -> None:
    stand.read("one", article("Kimi K3 is here", id=None, link=None, published=None, language=None))

    [story] = news(stand)

    assert (set(story), story["claims"], story["events"]) == (STORY, [], [])
    [told] = story["articles"]
    assert set(told) == ARTICLE
    assert [told[name] for name in ("link", "published_at", "language")] == [None, None, None]
    assert told["seen_at"]


def test_an_edited_article_is_shown_as_it_reads_now(stand: Stand) -> None:
    for title in ("Kimi K3 wins", "Kimi K3 wins at last"):
        stand.read("one", article(title, FIRST, id="a", link="https://one.example/a"))

    [story] = news(stand)

    assert [each["title"] for each in story["articles"]] == ["Kimi K3 wins at last"]
    assert story["claims"] == ["supported"]


def test_stories_come_newest_first_and_only_those_of_the_days_that_are_asked_for(stand: Stand) -> None:
    for days in range(4):
        titles = ("Kimi K3 is here", "Claude Fable 5 is there", "Gemini 3 Pro is away", "Grok 4 is near")
        stand.read("one", article(titles[days], published=WRITTEN - timedelta(days=days)))

    def dates(**query: date) -> list[str]:
        return [each["began_at"][:10] for each in news(stand, **query)]

    assert dates() == ["2026-07-17", "2026-07-16", "2026-07-15", "2026-07-14"]
    assert dates(since=date(2026, 7, 16)) == ["2026-07-17", "2026-07-16"]
    assert dates(until=date(2026, 7, 15)) == ["2026-07-15", "2026-07-14"]
    assert dates(since=date(2026, 7, 15), until=date(2026, 7, 16)) == ["2026-07-16", "2026-07-15"]
    assert dates(since=date(2026, 7, 18)) == []


@BOTH
@pytest.mark.parametrize(
    ("about", "found"),
    [("kimi-k3", 1), ("moonshot-ai", 1), ("lmarena/webdev", 1), ("claude-fable-5", 1), ("kimi", 0), ("", 2)],
)
def test_stories_are_found_by_whom_they_name(stand: Stand, about: str, found: int) -> None:
    stand.read("one", article("Claude Fable 5 is there"), article(RELEASE, FIRST))

    assert len(news(stand, about=about or None)) == found


def test_without_news_there_are_none(stand: Stand) -> None:
    assert (news(stand), claims(stand)) == ([], [])


# -- claims


@BOTH
def test_a_claim_has_every_key_and_its_evidence_too(stand: Stand) -> None:
    stand.read("one", article("Kimi K3 wins", f"{FIRST} {SCORE}", link="https://one.example/a"))

    found = claims(stand)

    assert [set(each) for each in found] == [WRITTEN_CLAIM, WRITTEN_CLAIM]
    assert {frozenset(row) for each in found for row in each["evidence"]} == {frozenset(EVIDENCE)}
    first = next(each for each in found if each["relation"] == "first")
    assert first | {
        "text": FIRST, "subject": "Kimi K3", "subject_key": "kimi-k3", "subject_kind": "model", "object": None,
        "board": "lmarena/webdev", "rank": None, "as_of": None, "modality": "asserted", "verdict": "supported", "source": "one",
        "link": "https://one.example/a", "published_at": "2026-07-17T09:00:00Z",
    } == first  # fmt: skip
    assert first["explanation"]
    json.dumps(found)


def test_claims_come_newest_first_and_once_an_article(stand: Stand) -> None:
    stand.read("one", article("Kimi K3 wins", FIRST, id="a", link="https://one.example/a"))
    stand.read("one", article("Kimi K3 wins", f"{FIRST} {SECOND}", id="a", link="https://one.example/a"))
    stand.read("two", article("A win for Kimi K3", FIRST))

    assert [(each["source"], each["subject_key"]) for each in claims(stand)] == [
        ("two", "kimi-k3"), ("one", "claude-fable-5"), ("one", "kimi-k3"),
    ]  # fmt: skip


def test_more_claims_than_a_statement_takes_come_in_their_order(stand: Stand) -> None:
    stand.read("one", *(article(f"Kimi K3, day {number} of many", FIRST) for number in range(520)))

    found = [each["story"] for each in claims(stand)]

    assert len(found) == len(rows(stand.url, "claim")) == 520
    numbers = {claim["text"]: 0 for claim in rows(stand.url, "claim")}
    assert set(numbers) == {FIRST}
    written = [row["version_id"] for row in reversed(rows(stand.url, "claim"))]
    stories = {row["id"]: row["story_id"] for row in rows(stand.url, "article")}
    articles = {row["id"]: row["article_id"] for row in rows(stand.url, "article_version")}
    assert found == [stories[articles[version]] for version in written]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {FIRST, SECOND}), ({"verdict": "supported"}, {FIRST}), ({"verdict": "refuted"}, {SECOND}),
        ({"verdict": "mixed"}, set()), ({"board": "lmarena/webdev"}, {FIRST, SECOND}),
        ({"board": "lmarena/text"}, set()), ({"since": date(2026, 7, 17)}, {FIRST}),
        ({"until": date(2026, 7, 16)}, {SECOND}), ({"since": date(2026, 7, 16)}, {FIRST, SECOND}),
        ({"board": "lmarena/webdev", "verdict": "refuted", "since": date(2026, 7, 17)}, set()),
    ],
)  # fmt: skip
def test_claims_are_found_by_verdict_board_and_day(stand: Stand, query: dict[str, Any], found: set[str]) -> None:
    stand.read("one", article("Kimi K3 wins", FIRST))
    stand.read("one", article("Claude Fable 5 wins", SECOND, published=WRITTEN - timedelta(days=1)))

    assert {each["text"] for each in claims(stand, **query)} == found


def test_a_verdict_that_was_given_up_is_not_shown(stand: Stand) -> None:
    stand.read("one", article("Claude Fable 5 wins", SECOND))
    Desk(stand.url, registry=everybody(), now=stand.now).visit(page("2026-07-18", FABLE_ALONE))
    stand.now += timedelta(hours=1)
    stand.judge_again()

    assert [each["verdict"] for each in claims(stand)] == ["supported"]
    assert len(rows(stand.url, "verdict")) == 2


# -- events and their stories


@BOTH
def test_an_event_is_explained_by_its_stories_and_a_story_names_its_events(stand: Stand) -> None:
    stand.read("one", article("Kimi K3 is on its way"))
    stand.tie()
    [lead] = [each for each in rows(stand.url, "event", type="lead.model") if each["subject_id"] == "kimi-k3"]

    with opened(stand.url) as engine, reading(engine) as session:
        [explained] = answers.explain(session, lead["id"])
        others = [answers.explain(session, row.id) for row in read.events(session) if row.type == "lead.country"]

    [story] = news(stand)
    assert explained["stories"] == [
        {
            "story": story["id"],
            "title": "Kimi K3 is on its way",
            "began_at": "2026-07-17T09:00:00Z",
            "how": "explains",
        }
    ]
    assert lead["id"] in story["events"]
    assert [each["stories"] for [each] in others] == [[]] * len(others)


# -- texts that are checked


def test_every_sentence_of_a_text_has_a_verdict(stand: Stand) -> None:
    found = check(stand, f"{FIRST} {SECOND} The makers are proud. What will come next?", title="Of boards")

    assert set(found) == {"title", "published", "sentences", "claims"}
    assert (found["title"], found["published"]) == ("Of boards", "2026-07-17")
    assert [(each["text"], each["verdict"], each["claims"]) for each in found["sentences"]] == [
        (FIRST, "supported", 1), (SECOND, "refuted", 1), ("The makers are proud.", "not_checkable", 0),
        ("What will come next?", "not_checkable", 0),
    ]  # fmt: skip
    assert {frozenset(each) for each in found["sentences"]} == {
        frozenset({"text", "verdict", "mentions", "claims"})
    }
    assert [set(each) for each in found["claims"]] == [CLAIM, CLAIM]
    assert found["sentences"][0]["mentions"] == [
        {"text": "Kimi K3", "kind": "model", "key": "kimi-k3", "variant": None},
        {"text": "WebDev Arena", "kind": "board", "key": "lmarena/webdev", "variant": None},
    ]
    json.dumps(found)


def test_a_sentence_with_a_true_and_a_false_claim_is_mixed(stand: Stand) -> None:
    found = check(stand, "Kimi K3 is #1 on WebDev Arena with 1500 points.")

    assert sorted(each["verdict"] for each in found["claims"]) == ["refuted", "supported"]
    assert [each["verdict"] for each in found["sentences"]] == ["mixed"]


def test_what_cannot_be_told_beside_what_can_makes_no_sentence_mixed(stand: Stand) -> None:
    found = check(stand, "Kimi K3 is #1 on WebDev Arena and #1 on Aider.")

    assert {each["verdict"] for each in found["claims"]} >= {"supported"}
    assert found["sentences"][0]["verdict"] == "supported"


def test_a_chinese_text_is_checked_like_an_english_one(stand: Stand) -> None:
    found = check(stand, "Kimi K3 在 WebDev Arena 上排名第一。大家都很高兴。")

    assert [each["verdict"] for each in found["sentences"]] == ["supported", "not_checkable"]


def test_a_sentence_that_names_its_day_is_judged_by_the_boards_of_that_day(stand: Stand) -> None:
    text = "As of July 2, Claude Fable 5 was #1 on WebDev Arena. Claude Fable 5 is #1 on WebDev Arena."

    (then, now) = check(stand, text)["claims"]

    assert [(then["as_of"], then["verdict"]), (now["as_of"], now["verdict"])] == [
        ("2026-07-02", "supported"), (None, "refuted"),
    ]  # fmt: skip
    assert {row["published_on"] for row in then["evidence"]} == {"2026-07-01"}


def test_a_day_in_the_text_is_enough_where_nobody_says_when_it_was_published(stand: Stand) -> None:
    found = check(stand, "As of July 16, 2026, Kimi K3 was #1 on WebDev Arena.", None)

    assert [each["verdict"] for each in found["claims"]] == ["supported"]


@pytest.mark.parametrize("published", [None, date(2020, 1, 1), date(2026, 1, 1)])
def test_without_a_board_of_the_day_nothing_is_verified(stand: Stand, published: date | None) -> None:
    found = check(stand, FIRST, published)

    assert [each["verdict"] for each in found["sentences"]] == ["unverifiable"]
    assert found["claims"][0]["evidence"] == []
    assert found["claims"][0]["explanation"]


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x1b[31m", "<script>alert(1)</script>", "。。。", "." * 20_000])
def test_a_text_that_says_nothing_claims_nothing(stand: Stand, text: str) -> None:
    found = check(stand, text)

    assert found["claims"] == []
    assert {each["verdict"] for each in found["sentences"]} <= {"not_checkable"}


def test_checking_writes_nothing(database: str) -> None:
    prepare(database)
    stand = Stand(database)

    assert check(stand, FIRST)["claims"][0]["verdict"] == "unverifiable"
    assert (rows(database, "claim"), rows(database, "verdict")) == ([], [])
