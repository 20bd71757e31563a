"""News indexes without a feed."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from scrapers.news.feed import FeedRead
from scrapers.news.pages import names, parser_of
from topspot.domain.values import LayoutChanged

SEEN = datetime(2026, 3, 20, 12, tzinfo=UTC)

CARDS = """
<html><head><title>News</title></head><body><nav><a href="{root}">News</a><a href="/careers">Jobs</a></nav><main>
<a href="{root}big-one"><h2>The big one</h2><p>What the big one can do, told at some length.</p><div>Mar 18, 2026</div></a>
<ul><li><a href="{root}big-one"><span>The big one</span></a></li>
<li><a href="{root}second?ref=x#top"><time>March 3, 2026</time><span>Product</span><span>The second of all</span></a></li>
<li><div><h3>The third</h3><p>Mar 2, 2026</p><a href="{root}third">Read more</a></div></li>
<li><a href="https://other.example{root}foreign"><h3>Foreign</h3></a></li>
<li><a href="javascript:alert(1)"><h3>Script</h3></a></li></ul></main></body></html>
"""

ROOTS = {
    "anthropic": ("https://www.anthropic.com/news", "/news/"),
    "meta": ("https://ai.meta.com/blog/", "/blog/"),
    "mistral": ("https://mistral.ai/news", "/news/"),
    "xai": ("https://x.ai/news", "/news/"),
    "qwen": ("https://qwenlm.github.io/blog/", "/blog/"),
    "lmarena": ("https://lmarena.github.io/blog/", "/blog/2026/"),
}


def read(name: str, body: str, url: str) -> FeedRead:
    return parser_of(name)(body.encode(), url, SEEN)


@pytest.mark.parametrize("name", ROOTS)
def test_each_article_of_a_page_of_cards_is_read_once(name: str) -> None:
    url, root = ROOTS[name]
    found = read(name, CARDS.format(root=root), url)

    host = f"https://{urlsplit(url).hostname}"
    assert [article.title for article in found.articles] == ["The big one", "The second of all", "The third"]
    assert [article.link for article in found.articles] == [
        f"{host}{root}big-one",
        f"{host}{root}second?ref=x",
        f"{host}{root}third",
    ]
    assert [article.published and article.published.day for article in found.articles] == [18, 3, 2]
    assert found.articles[0].summary == "What the big one can do, told at some length."
    assert found.articles[2].summary == ""


def test_deepseek_has_the_day_behind_the_title() -> None:
    body = '<ul><li><a href="/news/news260301">DeepSeek-X Release 2026/03/01</a></li><li><a href="/guide">Guide</a></li></ul>'
    (article,) = read("deepseek", body, "https://api-docs.deepseek.com/news").articles

    assert article.title == "DeepSeek-X Release"
    assert article.published == datetime(2026, 3, 1, tzinfo=UTC)


def test_qwen_lays_an_empty_link_over_each_article() -> None:
    body = (
        "<main><article><header><h2>模型发布</h2></header><div><p>这是一个新的模型，我们今天介绍它的能力和价格，欢迎试用它。</p></div>"
        '<footer><span title="2026-03-01 01:00:00 +0800 +0800">2026年3月1日</span></footer>'
        '<a class="x" href="https://qwenlm.github.io/zh/blog/m/"></a></article></main>'
    )
    (article,) = read("qwen", body, "https://qwenlm.github.io/zh/blog/").articles

    assert (article.title, article.language) == ("模型发布", "zh")
    assert article.published == datetime(2026, 2, 28, 17, tzinfo=UTC)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(
    "body", ["", "words", "<html><body>Checking your browser</body></html>", '<a href="/news/x"></a>']
)
def test_a_page_without_articles_is_refused(name: str, body: str) -> None:
    with pytest.raises(LayoutChanged, match="expected"):
        read(name, body, "https://lab.example/")


def test_a_date_to_come_is_left_out_with_a_remark() -> None:
    found = read("xai", '<a href="/news/x"><h2>Soon</h2><time>May 1, 2026</time></a>', "https://x.ai/news")

    assert found.articles[0].published is None
    assert found.remarks == ("dates before 1990 or after the visit are left out",)


def test_very_many_links_are_read_within_bounds() -> None:
    body = (
        "<div>" + "".join(f'<a href="/news/n{number}">Number {number}</a>' for number in range(5_000)) + "</div>"
    )

    assert len(read("xai", body, "https://x.ai/news").articles) == 500


def test_a_name_that_is_no_page_is_refused() -> None:
    with pytest.raises(KeyError):
        parser_of("_cards")
