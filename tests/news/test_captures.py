"""All captured feeds and pages: every item is read, and what yields nothing is named with the reason."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.news.article import read_article
from scrapers.news.feed import FeedRead, read_feed
from scrapers.news.pages import parser_of
from topspot.domain.stories import Article, canonical_address, fold
from topspot.domain.values import LayoutChanged

pytestmark = pytest.mark.captures

SEEN = datetime(2026, 8, 23, tzinfo=UTC)

URL = "https://site.example/feeds/feed.xml"

NO_ITEMS = "has a head and no item"

NOTHING = {
    "fp-big5.xml": NO_ITEMS,
    "fp-bozo_bogus_encoding.xml": NO_ITEMS,
    "fp-declared-big5.xml": NO_ITEMS,
    "fp-http_application_atom_xml_gb2312_encoding.xml": NO_ITEMS,
    "fp-utf-16be-autodetect.xml": NO_ITEMS,
    "fp-utf-16le-bom.xml": NO_ITEMS,
    "fp-utf-32le-bom.xml": NO_ITEMS,
    "fp-utf-8-bom.xml": NO_ITEMS,
    "rssparser-incomplete-fields.atom": "its entry has an empty author and nothing else",
    "rssparser-missing-fields.atom": "its entry has an id and nothing else",
}
"""Files that are feeds and give no article."""

REFUSED = {
    "feedrs-rss_2.0_invalid_1.xml": "without an item that can be read",
    "fp-bozo_invalid-bytes-with-bom.xml": "without an item that can be read",
    "newsboat-empty.xml": "the answer is empty",
    "nnw-ScriptingNews.json": "JSON Feed with a list of 'items'",
    "nnw-allthis-partial.json": "damaged or cut",
    "rssparser-unrecognized.rss": "found HTML",
}
"""Files that are no feed, or not one that can be read."""

FEWER = {
    "miniflux-no_encoding_ISO-8859-1.xml": 1,
    "nodefp-illegally-nested.xml": 10,
    "rssparser-incomplete-fields.atom": 1,
    "rssparser-missing-fields.atom": 1,
}
"""Items that the manifest counts and that hold nothing: no title, no link, no text."""


def files(captures: Path) -> list[Path]:
    return sorted((captures / "news" / "feeds").iterdir())


def read(path: Path) -> FeedRead:
    return read_feed(path.read_bytes(), URL, "application/xml", SEEN)


def articles(captures: Path, *beginnings: str) -> list[Article]:
    found = [path for path in files(captures) if path.name.startswith(beginnings) and path.name not in REFUSED]
    return [article._replace(feed=path.name) for path in found for article in read(path).articles]


def manifest(captures: Path) -> list[dict[str, str]]:
    """Give what the captures' own list says of each file."""
    with (captures / "news" / "MANIFEST.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_item_of_every_captured_feed_is_read(captures: Path) -> None:
    counted = {row["file"].removeprefix("feeds/"): int(row["items"] or 0) for row in manifest(captures)}

    found = {path.name: len(read(path).articles) for path in files(captures) if path.name not in REFUSED}

    expected = {name: counted[name] - FEWER.get(name, 0) for name in found}
    assert found == expected
    assert {name for name, count in found.items() if not count} == set(NOTHING)


def test_what_is_no_feed_is_refused_with_the_reason(captures: Path) -> None:
    for path in files(captures):
        if path.name in REFUSED:
            with pytest.raises(LayoutChanged, match=REFUSED[path.name]):
                read(path)


def test_text_of_captured_feeds_is_plain_and_their_dates_are_sane(captures: Path) -> None:
    found = articles(captures, "")

    assert len(found) > 4_400
    assert not [
        one for one in found if "\n" in one.title + one.summary or not (one.title + one.summary).isprintable()
    ]
    assert not [one for one in found if "\ufffd" in one.title]
    assert all(one.published is None or one.published.year >= 1990 for one in found)
    assert sum(one.language is None for one in found) < 0.02 * len(found)


def test_every_captured_page_is_read(captures: Path) -> None:
    pages = sorted((captures / "news" / "pages").glob("*.html"))
    found = {path.name: read_article(path.read_bytes(), "https://site.example/a/b.html", SEEN) for path in pages}

    assert len(found) == 82
    assert not [name for name, (article, _) in found.items() if not article.title or not article.content]
    arena = [article.published for name, (article, _) in found.items() if name.startswith("lmarena-blog-202")]
    assert set(arena) == {None}  # these pages print no day, and the dates in names of models are none


@pytest.mark.parametrize(
    ("name", "file", "url", "count", "dated"),
    [
        ("qwen", "qwen-blog-en-index.html", "https://qwenlm.github.io/blog/", 5, 5),
        ("qwen", "qwen-blog-zh-index.html", "https://qwenlm.github.io/zh/blog/", 5, 5),
        ("lmarena", "lmarena-blog-index.html", "https://lmarena.github.io/blog/", 32, 10),
        ("lmarena", "lmarena-blog-2025-index.html", "https://lmarena.github.io/blog/2025/", 11, 11),
    ],
)
def test_captured_indexes_are_read(captures: Path, name: str, file: str, url: str, count: int, dated: int) -> None:
    found = parser_of(name)((captures / "news" / "pages" / file).read_bytes(), url, SEEN).articles

    assert len(found) == count
    assert sum(article.published is not None for article in found) >= dated


def test_posts_in_two_languages_are_found_by_names_and_none_is_confused(captures: Path) -> None:
    """Labels: the last part of a post's address is the same in both languages."""
    posts = [one for one in articles(captures, "qwen-blog") if one.link and "/blog/" in one.link]
    label = {one.link: one.link.split("/blog/")[1] for one in posts if one.link}
    pairs = {name for name in label.values() if list(label.values()).count(name) == 2}

    stories = fold(posts)

    together = [[label[one.link] for one in story.articles if one.link] for story in stories]
    found = {names[0] for names in together if len(names) == 2}
    assert len(pairs) == 44
    assert [names for names in together if len(set(names)) > 1] == []
    assert len(found) >= 36


def test_articles_of_two_feeds_are_found_without_their_addresses(captures: Path) -> None:
    """Labels: two articles have one canonical address, which is taken away before they are folded."""
    feeds = ("olshansk", "turing", "yuanxianh", "ainewsdirect", "lmarena")
    labelled = [one for one in articles(captures, *feeds) if one.link]
    label = {str(number): canonical_address(one.link or "") for number, one in enumerate(labelled)}
    bare = [one._replace(link=None, id=str(number)) for number, one in enumerate(labelled)]

    stories = fold(bare)

    place = {one.id: number for number, story in enumerate(stories) for one in story.articles}
    pairs = [
        (one, other)
        for one in label
        for other in label
        if one < other and label[one] == label[other] and bare[int(one)].feed != bare[int(other)].feed
    ]
    found = sum(place[one] == place[other] for one, other in pairs)
    wrong = [
        story
        for story in stories
        if len({label[one.id or ""] for one in story.articles}) > 1
        and len({one.title for one in story.articles}) > 1
    ]
    assert len(pairs) > 450
    assert found >= 0.95 * len(pairs)
    assert len(wrong) <= 6


RETOLD = [
    {"text-ai-damn-qwen3.5-max.txt", "text-ainews-cool-qwen.txt"},
    {"text-llama4-fall-to-32-zh.txt", "text-newzpulz-maverick-32.txt"},
    {"text-chinaz-hunyuan-image-3.txt", "text-mingpao-hunyuan-image-3.txt", "text-udn-hunyuan-image-3.txt"},
    {"text-yi-lightning-qbitai.txt", "text-yi-lightning-word-swapped.txt"},
    {"text-analyticsvidhya-grok-3.txt", "text-technicalterrence-grok-3.txt"},
]
"""Captured retellings of one story, by their files."""


def test_retold_stories_are_found_and_the_others_stay_apart(captures: Path) -> None:
    told = []
    for row in manifest(captures):
        name = row["file"].removeprefix("pages/")
        if name.startswith("text-"):
            text = (captures / "news" / "pages" / name).read_text(encoding="utf-8")
            at = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if len(row["date"]) == 10 else None
            told.append(Article(name, None, row["title"], text[:1000], text, published=at, feed=name))

    several = [{one.id for one in story.articles} for story in fold(told) if len(story.articles) > 1]

    assert sorted(several, key=sorted) == sorted(RETOLD, key=sorted)
