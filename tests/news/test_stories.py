"""Many articles, one story: what is folded, and what is not."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.domain.stories import Article, Index, canonical_address, fold, place, says_only_a_date

DAY = datetime(2026, 3, 20, tzinfo=UTC)

TEXT = (
    "The laboratory said on Friday that its newest language model had overtaken all others in a blind comparison"
    " by users, with 1464 points, after three weeks of voting. A spokeswoman added that the weights would be"
    " published in the summer, once the tests of safety were over, and that prices would stay as they are."
)


def article(feed: str = "a", title: str = "", hours: float = 0, **said: str | None) -> Article:
    return Article(title=title, published=DAY + timedelta(hours=hours), feed=feed, **said)


def how(*articles: Article) -> list[str]:
    index = Index()
    return [place(one, index).how for one in articles]


@pytest.mark.parametrize(
    "address",
    [
        "https://lab.example/news/a",
        "http://lab.example/news/a/",
        "HTTPS://WWW.Lab.Example:443/news/a",
        "http://lab.example:80/news//a#top",
        "https://m.lab.example/news/a?utm_source=x&utm_medium=y&fbclid=1&ref=z",
        "https://lab.example/news/a/amp/",
        "https://lab.example/amp/news/a",
        "https://lab.example/news/a/index.html",
        "https://www.google.com/amp/s/lab.example/news/a",
        "https://lab-example.cdn.ampproject.org/c/s/lab.example/news/a?amp=1",
        "https://lab.example/news/%61",
        "https://reader@lab.example/news/a",
    ],
)
def test_addresses_of_one_page_are_one(address: str) -> None:
    assert canonical_address(address) == "https://lab.example/news/a"


@pytest.mark.parametrize(
    "address",
    [
        "https://lab.example/news/b",
        "https://lab.example/news/a?p=2",
        "https://lab.example:8080/news/a",
        "https://news.example/news/a",
    ],
)
def test_addresses_of_other_pages_stay_apart(address: str) -> None:
    assert canonical_address(address) != canonical_address("https://lab.example/news/a")


def test_parameters_that_name_a_page_are_kept_in_order() -> None:
    assert canonical_address("https://a.example/?b=2&p=1&utm_x=3") == canonical_address(
        "https://a.example/?p=1&b=2"
    )
    assert canonical_address("urn:x") == "urn:x"


def test_a_blank_within_an_address_is_no_part_of_it() -> None:
    assert canonical_address("https://lab.example/a\f#b") == "https://lab.example/a"
    assert canonical_address("https://\f#") == "https://\f#"


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://a.example/", "https://m.a.example/?"]))
def test_a_canonical_address_is_its_own(text: str, head: str) -> None:
    once = canonical_address(head + text)

    assert canonical_address(once) == once


def test_an_edited_article_is_a_new_version_and_no_new_story() -> None:
    first = article(title="Model released", id="1", link="https://a.example/1", summary=TEXT)
    edited = first._replace(title="Corrected: what the laboratory really said", summary="Other words.")
    moved = first._replace(link="https://a.example/moved")

    assert how(first, edited, moved) == ["new", "version", "version"]


def test_an_article_without_an_id_is_known_by_its_address_in_the_same_feed() -> None:
    first = article(title="Model released today", link="https://a.example/1", summary=TEXT)

    assert how(first, first._replace(summary="")) == ["new", "version"]


def test_one_address_for_many_items_is_no_identity() -> None:
    titles = [
        "Music arrives",
        "Speech gets better",
        "Video in one minute",
        "Prices fall by half",
        "Voices for all",
    ]
    items = [article(title=title, id=str(n), link="https://a.example/blog") for n, title in enumerate(titles)]
    elsewhere = article("b", "A summary of the whole blog", link="https://a.example/blog")

    assert len(fold([*items, elsewhere])) == 6
    assert how(*items, elsewhere) == ["new"] * 6


def test_an_id_that_a_feed_repeats_for_other_articles_is_none() -> None:
    first = article(title="Speech gets better", id="x", link="https://a.example/1")

    assert how(first, article(title="Prices fall by half", id="x", link="https://a.example/2")) == ["new", "new"]


def test_two_outlets_with_one_address_tell_one_story_whatever_they_call_it() -> None:
    press = article("press", "Laboratory overtakes all others", link="https://www.lab.example/a/?utm_source=p")
    forum = article("forum", "Wow", link="http://lab.example/a")

    assert how(press, forum) == ["new", "address"]


def test_a_home_page_is_no_address_of_a_story() -> None:
    assert how(
        article("a", "One", link="https://lab.example/"), article("b", "Two", link="https://lab.example")
    ) == ["new", "new"]


def test_a_copied_text_is_one_story_even_with_words_changed() -> None:
    copied = TEXT.replace("newest", "latest").replace("Friday", "Monday") + " This page was made by a machine."

    assert how(article("a", "First", summary=TEXT), article("b", "Second", 80, summary=copied)) == ["new", "text"]


def test_a_repeated_headline_is_one_story_for_some_days() -> None:
    title = "Laboratory overtakes all others in blind comparison"

    assert how(article("a", title), article("b", f"{title} of users", 30)) == ["new", "title"]
    assert how(article("a", title), article("b", f"{title} of users", 24 * 30)) == ["new", "new"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Release v3.8.8 of the client for servers", "Release v3.8.9 of the client for servers"),
        ("GPT-5.4 takes first place in the arena today", "GPT-5.5 takes first place in the arena today"),
        ("Qwen3-Max is now open to all developers", "Qwen3-Coder is now open to all developers"),
    ],
)
def test_headlines_that_name_another_model_or_release_are_other_stories(one: str, other: str) -> None:
    assert how(article("a", one, summary=TEXT), article("b", other, 2, summary=TEXT)) == ["new", "new"]


def test_a_title_that_is_only_a_date_says_nothing() -> None:
    assert how(article("a", "2026-03-20"), article("b", "2026-03-20"), article("c", "2026-03-20")) == ["new"] * 3


@pytest.mark.parametrize(
    ("title", "only"),
    [
        ("2026-03-20", True),
        ("2026年3月20日", True),
        ("March 20, 2026", True),
        ("", True),
        ("2026-03-20 GLM-5 released", False),
        ("Qwen3", False),
    ],
)
def test_titles_that_are_only_a_date_are_known(title: str, only: bool) -> None:
    assert says_only_a_date(title) is only


def test_a_translation_is_told_by_names_and_figures() -> None:
    english = article(
        "a",
        "Qwen3.5-Max overtakes its rivals",
        summary="Alibaba said that Qwen3.5-Max took first place in the LMArena with 1464 points, before GPT-5.4.",
    )
    chinese = article(
        "b", "阿里发布Qwen3.5-Max", 6, summary="阿里的Qwen3.5-Max在LMArena以1464分位居第一，超过GPT-5.4。"
    )
    other = article("c", "阿里发布Qwen4-Max", 6, summary="阿里的Qwen4-Max今天发布，价格下降一半，开发者可以申请。")

    assert how(english, chinese, other) == ["new", "translation", "new"]
    assert how(chinese, english, other) == ["new", "translation", "new"]


def test_a_letter_of_many_stories_is_none_of_them() -> None:
    letter = article(
        "l", "Qwen3.5-Max, a new chip, and prices fall", 1, summary="Alibaba Qwen3.5-Max LMArena 1464 GPT-5.4"
    )
    chinese = article(
        "b", "阿里发布Qwen3.5-Max", 6, summary="阿里的Qwen3.5-Max在LMArena以1464分位居第一，超过GPT-5.4。"
    )

    assert how(chinese, letter) == ["new", "new"]


def test_articles_without_a_date_or_words_are_placed_all_the_same() -> None:
    assert how(Article(feed="a"), Article(feed="b"), Article(feed="a", title="!")) == ["new"] * 3


def test_an_index_made_again_places_as_the_first_one_did() -> None:
    known = article("a", "First", summary=TEXT, id="1", link="https://a.example/1")
    index = Index()
    index.add(known, 7)

    assert place(article("b", "Second", summary=TEXT), index) == (7, "text")
    assert place(article("b", "Another thing altogether"), index) == (8, "new")


WORDS = ["model", "board", "arena", "chip", "price", "voice", "open", "first", "points", "users", "safety"]

ARTICLES = st.builds(
    Article,
    id=st.none() | st.sampled_from("123"),
    link=st.none() | st.sampled_from([f"https://a.example/{n}" for n in range(4)]),
    title=st.lists(st.sampled_from([*WORDS, "GPT-5.4", "Qwen3"]), max_size=6).map(" ".join),
    summary=st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    published=st.none() | st.integers(0, 20).map(lambda days: DAY + timedelta(days=days)),
    content=st.none(),
    updated=st.none(),
    language=st.none(),
    feed=st.sampled_from("abc"),
)


@given(st.lists(ARTICLES, max_size=15), st.randoms(use_true_random=False))
def test_stories_hold_every_article_once_in_whatever_order_they_come(
    found: list[Article], order: random.Random
) -> None:
    stories = fold(found)
    shuffled = list(found)
    order.shuffle(shuffled)

    assert sorted(map(repr, found)) == sorted(repr(one) for story in stories for one in story.articles)
    assert fold(shuffled) == stories
    assert all(story.how[0] == "new" and "new" not in story.how[1:] for story in stories)
