"""What is written of the articles of a feed: stories, mentions, claims, verdicts and events, each once."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.databases import BOTH, counts, dump, more, rows, wanted
from support.press import FIRST, OTHERS, RELEASE, SCORE, SECOND, WRITTEN, Stand, article
from support.recording import FABLE_ALONE, KIMI_TAKES, Desk, everybody, page
from topspot.claimdesk import MOST_CLAIMS

ON = "2026-07-16"


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return wanted(request, tmp_path)


@pytest.fixture
def stand(database: str) -> Stand:
    return Stand(database, {"lab": "official"})


@pytest.fixture
def shown(database: str) -> Stand:
    """Give a stand beside a board on which Kimi K3 took first place from Claude Fable 5."""
    _publish(database, "2026-07-01", FABLE_ALONE)
    _publish(database, ON, KIMI_TAKES)
    return Stand(database, {"lab": "official"})


def _publish(url: str, on: str, lines: Sequence[Any], now: datetime | None = None) -> None:
    desk = Desk(url, registry=everybody(), now=now or datetime(2026, 7, 17, 12, tzinfo=UTC))
    desk.visit(page(on, lines))


def events(url: str, **where: Any) -> list[dict[str, Any]]:
    """Give the events that news made."""
    return [each for each in rows(url, "event", **where) if each["series"] == "news"]


def verdicts(url: str) -> Counter[str]:
    """Count the verdicts that stand."""
    return Counter(each["verdict"] for each in rows(url, "verdict", superseded_at=None))


# -- what is written


@BOTH
def test_an_article_is_a_story_with_its_names_claims_and_verdicts(shown: Stand) -> None:
    news = shown.read("one", article("Kimi K3 wins", f"{FIRST} {SECOND}"))

    [story], [told], [version] = (rows(shown.url, name) for name in ("story", "article", "article_version"))
    assert (news.new, news.versions, news.left_out, news.claims) == (1, 0, 0, 2)
    assert (story["title"], story["began_at"]) == ("Kimi K3 wins", WRITTEN)
    assert (told["story_id"], told["feed"], told["historical"]) == (story["id"], "one", False)
    assert (version["title"], version["published_at"]) == ("Kimi K3 wins", WRITTEN)
    assert {(each["kind"], each["key"], each["written"]) for each in rows(shown.url, "mention")} == {
        ("model", "kimi-k3", "Kimi K3"), ("model", "claude-fable-5", "Claude Fable 5"),
        ("board", "lmarena/webdev", "WebDev Arena"),
    }  # fmt: skip
    assert {(each["subject_key"], each["relation"], each["text"]) for each in rows(shown.url, "claim")} == {
        ("kimi-k3", "first", FIRST), ("claude-fable-5", "first", SECOND),
    }  # fmt: skip
    assert verdicts(shown.url) == {"supported": 1, "refuted": 1}


def test_no_verdict_is_without_the_rows_that_decide_it(shown: Stand) -> None:
    shown.read("one", article("Kimi K3 wins", f"{FIRST} {SCORE} {SECOND}"))

    found = rows(shown.url, "verdict")
    assert len(found) == 3
    for each in found:
        assert each["explanation"]
        assert {row["published_on"] for row in each["evidence"]} == {ON}
        assert {row["model"] for row in each["evidence"]} <= {"kimi-k3", "claude-fable-5"}


def test_without_a_board_a_claim_is_unverifiable_and_makes_no_event(stand: Stand) -> None:
    stand.outlets = 1

    stand.read("one", article("Kimi K3 wins", FIRST))

    assert verdicts(stand.url) == {"unverifiable": 1}
    assert events(stand.url) == []


def test_a_sentence_that_claims_nothing_has_no_verdict(shown: Stand) -> None:
    shown.read("one", article("Kimi K3 is pleasant to talk to", "Its makers are proud of it."))

    assert (counts(shown.url)["article"], counts(shown.url)["claim"], counts(shown.url)["verdict"]) == (1, 0, 0)


def test_what_names_no_model_developer_or_board_is_left_out(stand: Stand) -> None:
    news = stand.read("one", *map(article, OTHERS), article("China builds a bridge"))

    assert (news.new, news.left_out) == (0, 4)
    assert {name for name, count in counts(stand.url).items() if count} & {"article", "story", "mention"} == set()


def test_one_irrelevant_article_costs_no_other(stand: Stand) -> None:
    news = stand.read("one", article(OTHERS[0]), article("Kimi K3 is here"), article(OTHERS[1]))

    assert (news.new, news.left_out) == (1, 2)
    assert [each["title"] for each in rows(stand.url, "story")] == ["Kimi K3 is here"]


def test_the_full_text_is_not_in_the_database(shown: Stand) -> None:
    told = article(
        "Kimi K3 wins", "A short summary.", content=f"Some secret words of a paper. {FIRST} And more of it."
    )

    shown.read("one", told)

    whole = json.dumps(dump(shown.url), default=str)
    assert FIRST in whole
    assert "A short summary." in whole
    assert "secret words" not in whole
    assert "And more of it" not in whole


def test_an_article_without_a_date_counts_from_when_it_was_seen(shown: Stand) -> None:
    now = shown.now

    shown.read("one", article("Kimi K3 wins", FIRST, published=None))

    [story], [version] = rows(shown.url, "story"), rows(shown.url, "article_version")
    assert (story["began_at"], version["published_at"], version["seen_at"]) == (now, None, now)
    assert verdicts(shown.url) == {"supported": 1}


@pytest.mark.parametrize("title", ["", " ", "Kimi K3", "Kimi K3 " * 100], ids=["none", "a space", "short", "long"])
def test_an_article_with_any_title_or_none_is_kept(stand: Stand, title: str) -> None:
    news = stand.read("one", article(title, "Kimi K3 is here.", id=None, link=None))

    assert news.new == 1
    assert rows(stand.url, "article")[0]["address"] == ""


# -- history


def test_a_first_visit_is_history_and_makes_no_event(shown: Stand) -> None:
    shown.outlets = 1

    news = shown.read("lab", article(RELEASE, f"{FIRST} {SECOND}"), first=True)

    assert (news.new, news.claims, news.events) == (1, 2, 0)
    assert [each["historical"] for each in rows(shown.url, "article")] == [True]
    assert events(shown.url) == []


def test_history_that_is_edited_stays_history(shown: Stand) -> None:
    shown.outlets = 1
    shown.read("lab", article(RELEASE, FIRST, id="a"), first=True)

    news = shown.read("lab", article(RELEASE, f"{FIRST} A typo was mended.", id="a"))

    assert (news.versions, news.events) == (1, 0)
    assert events(shown.url) == []


def test_a_second_outlet_tells_what_was_history_in_the_first(shown: Stand) -> None:
    shown.read("one", article("Kimi K3 wins", FIRST), first=True)
    shown.read("two", article("A win for Kimi K3", FIRST))

    assert [each["type"] for each in events(shown.url)] == ["claim.supported"]


# -- the same again


@BOTH
def test_the_same_articles_again_write_nothing(shown: Stand) -> None:
    told = [article(RELEASE, f"{FIRST} {SECOND}"), article("Kimi K3 wins", SCORE), article(OTHERS[0])]
    shown.outlets = 1
    shown.read("lab", *told)
    before = dump(shown.url)

    news = shown.read("lab", *told)

    assert (news.new, news.versions, news.claims, news.events) == (0, 0, 0, 0)
    assert dump(shown.url) == before


def test_the_same_article_twice_in_a_feed_is_one(stand: Stand) -> None:
    news = stand.read("one", article("Kimi K3 is here"), article("Kimi K3 is here"))

    assert (news.new, counts(stand.url)["article_version"]) == (1, 1)


def test_what_falls_out_of_a_feed_stays(stand: Stand) -> None:
    stand.read("one", article("Kimi K3 is here"))

    stand.read("one", article("Claude Fable 5 is there"))

    assert {each["title"] for each in rows(stand.url, "story")} == {"Kimi K3 is here", "Claude Fable 5 is there"}


# -- versions


@BOTH
def test_an_edited_article_is_a_version_and_no_story(shown: Stand) -> None:
    shown.read("one", article("Kimi K3 wins", SECOND, id="a", link="https://one.example/a"))

    news = shown.read("one", article("Kimi K3 wins at last", FIRST, id="a", link="https://one.example/a"))

    [story], [told] = rows(shown.url, "story"), rows(shown.url, "article")
    versions = rows(shown.url, "article_version")
    assert (news.new, news.versions) == (0, 1)
    assert story["title"] == "Kimi K3 wins"
    assert [each["title"] for each in versions] == ["Kimi K3 wins", "Kimi K3 wins at last"]
    assert {each["article_id"] for each in versions} == {told["id"]}
    assert {each["text"]: each["version_id"] for each in rows(shown.url, "claim")} == {
        SECOND: versions[0]["id"], FIRST: versions[1]["id"],
    }  # fmt: skip


def test_an_edit_that_is_taken_back_is_no_further_version(stand: Stand) -> None:
    before, after = (article("Kimi K3 is here", text, id="a") for text in ("Early.", "Early and late."))
    for each in (before, after):
        stand.read("one", each)

    assert stand.read("one", before).versions == 0


@pytest.mark.parametrize("days", [1, 9, 11, 400])
def test_an_old_article_that_is_edited_is_a_version_too(stand: Stand, days: int) -> None:
    stand.read("lab", article(RELEASE, "Early.", id="a"), first=True)
    stand.now += timedelta(days=days)

    news = stand.read("lab", article(RELEASE, "Late.", id="a"))

    assert (news.new, news.versions, news.events) == (0, 1, 0)
    assert (counts(stand.url)["story"], counts(stand.url)["article"]) == (1, 1)


def test_items_of_one_address_that_tell_different_things_are_articles_of_their_own(stand: Stand) -> None:
    told = ("Kimi K3 is here", "Claude Fable 5 is there", "Gemini 3 Pro is everywhere")

    stand.read("one", *(article(title, id=None, link="https://one.example/notes") for title in told))
    again = stand.read("one", *(article(title, id=None, link="https://one.example/notes") for title in told))

    assert (counts(stand.url)["article"], again.new, again.versions) == (3, 0, 0)


# -- stories


@BOTH
def test_the_same_story_in_two_feeds_is_one_story(stand: Stand) -> None:
    stand.read("one", article("Moonshot AI has released Kimi K3 today"))

    news = stand.read("two", article("Moonshot AI has released Kimi K3 today", link="https://two.example/x"))

    assert (news.new, counts(stand.url)["story"], counts(stand.url)["article"]) == (1, 1, 2)
    assert len({each["story_id"] for each in rows(stand.url, "article")}) == 1


def test_two_feeds_of_one_run_tell_one_story(stand: Stand) -> None:
    told = article("Moonshot AI has released Kimi K3 today", link="https://paper.example/x")

    stand.read_all([("one", [told]), ("two", [told])])

    assert (counts(stand.url)["story"], counts(stand.url)["article"]) == (1, 2)


@BOTH
def test_a_story_begins_with_what_began_it(stand: Stand) -> None:
    early = article("Kimi K3 is here", link="https://paper.example/x", published=WRITTEN - timedelta(hours=5))
    late = article("Kimi K3 is here", link="https://paper.example/x", id="b")

    stand.read("two", late)
    stand.read("one", early)

    [story] = rows(stand.url, "story")
    assert story["began_at"] == WRITTEN - timedelta(hours=5)


def test_other_news_is_another_story(stand: Stand) -> None:
    stand.read("one", article("Moonshot AI has released Kimi K3 today"))
    stand.read("two", article("Anthropic sues a publisher over Claude Fable 5"))

    assert counts(stand.url)["story"] == 2


# -- a release


def test_an_official_feed_alone_makes_a_release_and_once(stand: Stand) -> None:
    first = stand.read("lab", article(RELEASE, id="a"))
    again = stand.read("lab", article(RELEASE, "Now with a summary.", id="a"))
    press = stand.read("one", article(RELEASE))

    [event] = events(stand.url)
    assert (first.events, again.events, press.events) == (1, 0, 0)
    assert (event["type"], event["subject_id"], event["historical"]) == ("story.release", "kimi-k3", False)
    assert event["published_on"] == WRITTEN.date()
    assert event["payload"] == rows(stand.url, "article_version")[0]["payload"]
    assert event["detail"]["reasons"] == [f"{RELEASE} (lab)"]


@BOTH
def test_press_makes_a_release_when_two_tell_it(stand: Stand) -> None:
    found = [stand.read(feed, article(RELEASE)).events for feed in ("one", "two", "three")]

    assert found == [0, 1, 0]
    assert [each["type"] for each in events(stand.url)] == ["story.release"]


def test_one_paper_that_repeats_itself_makes_no_release(stand: Stand) -> None:
    for text in ("Early.", "Later.", "Latest."):
        stand.read("one", article(RELEASE, text, id=text))

    assert events(stand.url) == []


def test_a_release_told_before_and_after_a_weekend_is_one(stand: Stand) -> None:
    sunday = datetime(2026, 7, 19, 22, tzinfo=UTC)

    stand.read("lab", article(RELEASE, published=sunday))
    stand.read("one", article(RELEASE, published=sunday + timedelta(hours=10)))

    assert counts(stand.url)["story"] == 1
    assert [each["type"] for each in events(stand.url)] == ["story.release"]


def test_a_release_told_by_unlike_stories_of_one_week_is_one(stand: Stand) -> None:
    stand.read("lab", article(RELEASE))
    stand.read("lab", article("Introducing Kimi K3: a card of its figures and safety tests", "Much of it is new."))

    assert [each["type"] for each in events(stand.url)] == ["story.release"]


@pytest.mark.parametrize(
    "title",
    ["Moonshot AI delays the release of Kimi K3", "What we think of Kimi K3", "Moonshot AI opens an office"],
)
def test_what_tells_of_no_model_that_comes_out_is_no_release(stand: Stand, title: str) -> None:
    stand.read("lab", article(title))
    stand.read("one", article(title))

    assert counts(stand.url)["article"] == 2
    assert events(stand.url) == []


def test_a_release_in_chinese_is_one(stand: Stand) -> None:
    stand.read("lab", article("月之暗面发布 Kimi K3 模型", language="zh"))

    [event] = events(stand.url)
    assert (event["type"], event["subject_id"]) == ("story.release", "kimi-k3")


def test_an_old_article_that_a_feed_shows_late_is_no_news(stand: Stand) -> None:
    news = stand.read("lab", article(RELEASE, published=stand.now - timedelta(days=400)))

    assert (news.new, news.events) == (1, 0)


# -- claims that make events


@BOTH
@pytest.mark.parametrize(
    ("sentence", "type_"), [(FIRST, "claim.supported"), (SECOND, "claim.refuted"), (SCORE, "claim.supported")]
)
def test_a_claim_makes_an_event_when_two_outlets_have_made_it_and_once(
    shown: Stand, sentence: str, type_: str
) -> None:
    made = [shown.read(feed, article(f"Kimi K3, as {feed} sees it", sentence)).events for feed in ("a", "b", "c")]

    [event] = events(shown.url)
    assert made == [0, 1, 0]
    assert (event["type"], event["board"], event["published_on"].isoformat()) == (type_, "lmarena/webdev", ON)
    assert event["detail"]["reasons"][0] == sentence
    assert len(event["detail"]["reasons"]) == 2


def test_a_claim_that_holds_by_one_ruler_only_is_mixed(database: str) -> None:
    desk = Desk(database, registry=everybody(), now=datetime(2026, 7, 17, 12, tzinfo=UTC))
    desk.visit(
        page(ON, FABLE_ALONE, board="lmarena/text-style-control"), page(ON, KIMI_TAKES, board="lmarena/text")
    )
    stand = Stand(database, outlets=1)

    stand.read("one", article("Kimi K3 wins", "Claude Fable 5 is #1 on LMArena Text."))

    assert verdicts(database) == {"mixed": 1}
    assert [each["type"] for each in events(database)] == ["claim.mixed"]


def test_one_outlet_is_enough_where_a_setting_says_so(shown: Stand) -> None:
    shown.outlets = 1

    news = shown.read("one", article("Kimi K3 wins", f"{FIRST} {SECOND}"))

    assert news.events == 2
    assert sorted(each["type"] for each in events(shown.url)) == ["claim.refuted", "claim.supported"]


def test_one_outlet_that_says_it_twice_is_one_outlet(shown: Stand) -> None:
    shown.read("one", article("Kimi K3 wins", FIRST))
    shown.read("one", article("Again of Kimi K3 and others", FIRST))

    assert counts(shown.url)["claim"] == 2
    assert events(shown.url) == []


def test_a_claim_of_long_ago_in_another_outlet_is_not_the_same(shown: Stand) -> None:
    shown.read("one", article("Kimi K3 wins", FIRST))
    shown.now += timedelta(days=30)
    shown.read("two", article("A win for Kimi K3", FIRST))

    assert events(shown.url) == []


@pytest.mark.parametrize(
    "other",
    ["Claude Fable 5 is #1 on WebDev Arena.", "Kimi K3 is #2 on WebDev Arena.", "Kimi K3 is not #1 on WebDev Arena.",
     "Kimi K3 will be #1 on WebDev Arena.", "Kimi K3 was once #1 on WebDev Arena."],
)  # fmt: skip
def test_another_claim_of_another_outlet_is_not_the_same(shown: Stand, other: str) -> None:
    shown.read("one", article("Kimi K3 wins", FIRST))
    shown.read("two", article("A word on Kimi K3", other))

    assert events(shown.url) == []


def test_a_text_of_nothing_but_claims_is_cut(shown: Stand) -> None:
    text = " ".join(f"Kimi K3 is #{rank} on WebDev Arena." for rank in range(2, 250))

    news = shown.read("one", article("Kimi K3 wins", text))

    assert news.claims == counts(shown.url)["claim"] == MOST_CLAIMS


# -- judged again


@BOTH
def test_a_newer_snapshot_changes_a_verdict_and_the_old_one_is_kept(shown: Stand) -> None:
    shown.outlets = 1
    shown.read("one", article("Claude Fable 5 wins", SECOND))
    _publish(shown.url, "2026-07-18", FABLE_ALONE, shown.now)
    shown.now += timedelta(hours=1)

    changed = shown.judge_again()

    old, new = rows(shown.url, "verdict")
    assert changed == 1
    assert (old["verdict"], new["verdict"]) == ("refuted", "supported")
    assert old["superseded_at"] == new["judged_at"]
    assert new["superseded_at"] is None
    assert {row["published_on"] for row in new["evidence"]} == {"2026-07-18"}


@BOTH
def test_the_event_of_a_verdict_that_changed_is_withdrawn_and_the_other_one_made(shown: Stand) -> None:
    shown.outlets = 1
    shown.read("one", article("Claude Fable 5 wins", SECOND))
    _publish(shown.url, "2026-07-18", FABLE_ALONE, shown.now)
    shown.now += timedelta(hours=1)

    shown.judge_again()

    found = {each["type"]: each for each in events(shown.url)}
    assert set(found) == {"claim.refuted", "claim.supported"}
    assert (found["claim.refuted"]["withdrawn"], found["claim.refuted"]["state"]) == (True, "retracted")
    assert found["claim.refuted"]["withdrawn_at"]
    assert "the boards show otherwise by now" in found["claim.refuted"]["detail"]["reasons"]
    assert (found["claim.supported"]["withdrawn"], found["claim.supported"]["withdrawn_at"]) == (False, None)


def test_a_verdict_that_changes_before_a_second_outlet_makes_no_event(shown: Stand) -> None:
    shown.read("one", article("Claude Fable 5 wins", SECOND))
    _publish(shown.url, "2026-07-18", FABLE_ALONE, shown.now)
    shown.now += timedelta(hours=1)

    assert shown.judge_again() == 1
    assert events(shown.url) == []


def test_what_no_board_showed_yet_is_told_once_one_does(stand: Stand) -> None:
    for feed in ("one", "two"):
        stand.read(feed, article(f"Kimi K3, as {feed} sees it", FIRST))
    _publish(stand.url, ON, KIMI_TAKES, stand.now)
    stand.now += timedelta(hours=1)

    changed = stand.judge_again()

    assert changed == 2
    assert verdicts(stand.url) == {"supported": 2}
    assert [each["type"] for each in events(stand.url)] == ["claim.supported"]


def test_history_that_a_board_shows_later_is_not_told(stand: Stand) -> None:
    for feed in ("one", "two"):
        stand.read(feed, article(f"Kimi K3, as {feed} sees it", FIRST), first=True)
    _publish(stand.url, ON, KIMI_TAKES, stand.now)
    stand.now += timedelta(hours=1)

    stand.judge_again()

    assert verdicts(stand.url) == {"supported": 2}
    assert events(stand.url) == []


def test_a_snapshot_that_shows_the_same_changes_nothing_but_when_it_was_judged(shown: Stand) -> None:
    shown.outlets = 1
    shown.read("one", article("Kimi K3 wins", f"{FIRST} {SCORE}"))
    _publish(shown.url, ON, KIMI_TAKES, shown.now)
    _publish(shown.url, "2026-05-01", FABLE_ALONE, shown.now)
    shown.now += timedelta(hours=1)
    before = dump(shown.url)

    changed, again = shown.judge_again(), shown.judge_again()

    after = dump(shown.url)
    assert (changed, again) == (0, 0)
    assert {name for name in after if after[name] != before[name]} <= {"verdict"}
    assert [each | {"judged_at": None} for each in after["verdict"]] == [
        each | {"judged_at": None} for each in before["verdict"]
    ]


def test_a_verdict_that_changes_back_brings_its_event_back(shown: Stand) -> None:
    shown.outlets = 1
    shown.read("one", article("Claude Fable 5 wins", SECOND))
    _publish(shown.url, "2026-07-18", FABLE_ALONE, shown.now)
    shown.now += timedelta(hours=1)
    shown.judge_again()
    _publish(shown.url, "2026-07-18", KIMI_TAKES, shown.now)
    shown.now += timedelta(hours=1)

    assert shown.judge_again() == 1

    assert [each["verdict"] for each in rows(shown.url, "verdict")] == ["refuted", "supported", "refuted"]
    standing = [each["type"] for each in events(shown.url) if not each["withdrawn"]]
    assert standing == ["claim.refuted"]


def test_old_claims_are_left_as_they_are(shown: Stand) -> None:
    shown.read("one", article("Claude Fable 5 wins", SECOND))
    shown.now += timedelta(days=11)
    _publish(shown.url, "2026-07-18", FABLE_ALONE, shown.now)
    shown.now += timedelta(hours=1)

    assert shown.judge_again() == 0
    assert verdicts(shown.url) == {"refuted": 1}


def test_without_any_snapshot_nothing_is_judged_again(stand: Stand) -> None:
    stand.read("one", article("Kimi K3 wins", FIRST))

    assert stand.judge_again() == 0


# -- stories and what happened on boards


@BOTH
def test_a_story_is_tied_to_the_events_of_whom_it_names(database: str) -> None:
    desk = Desk(database, registry=everybody(), now=datetime(2026, 7, 17, 12, tzinfo=UTC))
    desk.visit(page("2026-06-21", FABLE_ALONE))
    stand = Stand(database, now=desk.now)
    stand.read("one", article("Kimi K3 is on its way", published=desk.now - timedelta(days=1)))
    stand.read("one", article("Much ado about Mistral Large 3", published=desk.now - timedelta(days=1)))
    desk.now += timedelta(hours=3)
    desk.visit(page(ON, KIMI_TAKES))
    stand.read("two", article("A day after for Kimi K3", published=desk.now + timedelta(hours=2)))
    stand.read("two", article("Kimi K3 weeks before", published=desk.now - timedelta(days=21)))
    stand.now = desk.now + timedelta(hours=3)

    stand.tie()
    tied = rows(database, "event_story")
    stand.tie()

    titles = {each["id"]: each["title"] for each in rows(database, "story")}
    leads = {each["id"]: each for each in rows(database, "event") if each["type"] == "lead.model"}
    of_models = {(titles[each["story_id"]], each["how"]) for each in tied if each["event_id"] in leads}
    assert of_models == {("Kimi K3 is on its way", "precedes"), ("A day after for Kimi K3", "explains")}
    assert rows(database, "event_story") == tied


def test_nothing_is_tied_where_nothing_happened(shown: Stand) -> None:
    shown.read("one", article("Mistral Large 3 is on its way", published=shown.now))

    shown.tie()

    assert rows(shown.url, "event_story") == []


# -- whatever comes


def test_articles_in_any_number_of_visits_are_the_same_articles(stand: Stand, tmp_path: Any) -> None:
    told = [article(f"Kimi K3, part {number} of a series", f"Chapter {number}.") for number in range(12)]
    once, often = Stand(f"sqlite:///{tmp_path / 'once.db'}"), stand

    once.read("one", *told)
    for number in range(12):
        often.read("one", *told[11 - number :])

    assert more(counts(once.url), counts(often.url)) == {"payload": 11}
