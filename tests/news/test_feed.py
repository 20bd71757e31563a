"""Feeds as they come: whole, damaged, wrongly named and hostile."""

# ruff: noqa: RUF001 - Chinese has commas of its own

import codecs
import gzip
import json
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.news.feed import MOST_ITEMS, FeedRead, read_feed
from scrapers.news.plain import MOST_SUMMARY, MOST_TITLE, plain, plain_lines
from topspot.domain.stories import Article
from topspot.domain.values import LayoutChanged

SEEN = datetime(2026, 3, 20, 12, tzinfo=UTC)

URL = "https://lab.example/blog/feed.xml"

CHINESE = "某实验室发布新的语言模型，排名第一，我们的测试说明它在中文问题上做得很好"

JAPANESE = "新しい言語モデルのテストについて、ランキングはこちらです"


def rss(*items: str, head: str = "<title>Lab</title>", prolog: str = '<?xml version="1.0"?>') -> str:
    return f'{prolog}<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'


def item(title: str = "A model", extra: str = "", link: str = "/a") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{extra}</item>"


def read(body: str | bytes) -> FeedRead:
    return read_feed(body.encode() if isinstance(body, str) else body, URL, "application/xml", SEEN)


def one(body: str | bytes) -> Article:
    (article,) = read(body).articles
    return article


def test_an_item_of_rss_is_read_whole() -> None:
    said = (
        '<guid isPermaLink="false">g-1</guid><author>a@lab.example (Ada)</author>'
        "<pubDate>Thu, 19 Mar 2026 08:00:00 +0800</pubDate>"
        "<description>&lt;p&gt;It leads the &lt;b&gt;board&lt;/b&gt; and we are glad of that.&lt;/p&gt;</description>"
    )
    found = read(rss(item("Big &amp;amp; new", said), head="<title>Lab</title><ttl>90</ttl>"))

    assert (found.title, found.ttl, found.remarks) == ("Lab", 90, ())
    (article,) = found.articles
    assert article.id == "g-1"
    assert article.link == "https://lab.example/a"
    assert article.title == "Big & new"
    assert article.summary == "It leads the board and we are glad of that."
    assert article.content is None
    assert article.published == datetime(2026, 3, 19, tzinfo=UTC)
    assert article.language == "en"


def test_an_entry_of_atom_is_read_with_its_base_and_both_dates() -> None:
    article = one(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/x/"><title>T</title>'
        '<entry><id>i</id><title type="html">&lt;i&gt;One&lt;/i&gt;</title>'
        '<link rel="enclosure" href="a.mp3"/><link href="one"/>'
        "<published>2026-03-01T00:00:00Z</published><updated>2026-03-02T00:00:00+01:00</updated>"
        f'<content type="html">{escape("<p>" + "word " * 400 + "</p>")}</content></entry></feed>'
    )

    assert article.link == "https://other.example/x/one"
    assert article.title == "One"
    assert (article.published, article.updated) == (
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 1, 23, tzinfo=UTC),
    )
    assert article.content is not None
    assert len(article.summary) <= MOST_SUMMARY < len(article.content)


def test_a_feed_of_rdf_is_read() -> None:
    article = one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>'
        "<item><title>One</title><link>https://lab.example/1</link><dc:date>2026-03-01</dc:date></item></rdf:RDF>"
    )

    assert (article.title, article.published) == ("One", datetime(2026, 3, 1, tzinfo=UTC))


def test_a_json_feed_is_read_and_numbers_may_be_ids() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [
            {
                "id": 7,
                "url": "https://lab.example/7",
                "title": "Seven",
                "date_published": "2026-03-01T10:00:00+08:00",
            },
            {"id": "8", "external_url": "https://else.example/", "content_html": "<p>Only <b>text</b></p>"},
            "no object",
        ],
    }
    found = read(json.dumps(feed))

    assert [article.id for article in found.articles] == ["7", "8"]
    assert found.articles[0].published == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert found.articles[1].summary == "Only text"
    assert found.remarks == ("items that are no objects are left out",)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", CHINESE),
        ("big5", "某實驗室發布新的語言模型，我們的測試說明它在中文問題上做得很好"),
        ("shift_jis", JAPANESE),
        ("euc_jp", JAPANESE),
        ("cp1251", "Новая языковая модель возглавила рейтинг"),
        ("cp1252", "Le modèle dépasse enfin ses rivaux à la tête du palmarès"),
        ("utf-16", CHINESE),
        ("utf-16-le", CHINESE),
        ("utf-16-be", CHINESE),
        ("utf-32", CHINESE),
        ("utf-32-be", CHINESE),
        ("utf-8", CHINESE),
        ("utf-8-sig", CHINESE),
    ],
)
def test_an_encoding_that_nothing_names_is_told_from_the_bytes(encoding: str, text: str) -> None:
    assert one(rss(item(text)).encode(encoding)).title == text


@pytest.mark.parametrize(
    ("declared", "encoding", "remark"),
    [
        ("gb2312", "gb18030", ""),
        ("big5", "big5", ""),
        ("iso-8859-1", "utf-8", "calls itself cp1252 and is UTF-8"),
        ("gb2312", "utf-8", "calls itself gb18030 and is UTF-8"),
        ("no-such-thing", "utf-8", "names the encoding 'no-such-thing', which is none"),
        ("rot13", "utf-8", "names the encoding 'rot13', which is none"),
        ("utf-16", "utf-8", ""),
        ("utf-8", "gb18030", "the bytes are not UTF-8; they were read as gb18030"),
    ],
)
def test_the_bytes_are_believed_before_the_name(declared: str, encoding: str, remark: str) -> None:
    text = "语言模型的测试说明" if declared != "big5" else "語言模型的測試說明"
    found = read(rss(item(text), prolog=f'<?xml version="1.0" encoding="{declared}"?>').encode(encoding))

    assert found.articles[0].title == text
    assert found.remarks == ((remark,) if remark else ())


def test_few_bytes_of_windows_1252_do_not_spoil_a_feed_in_utf8() -> None:
    found = read(rss(item(CHINESE), item("don@t")).encode().replace(b"@", b"\x92"))

    assert [article.title for article in found.articles] == [CHINESE, "don’t"]
    assert found.remarks == ("1 bytes that are not UTF-8 were read as windows-1252",)


def test_a_gzip_body_is_unpacked_and_a_cut_one_is_read_as_far_as_it_goes() -> None:
    many = rss(*(item(f"Number {number}", f"<guid>{number * 7919}</guid>") for number in range(300)))
    packed = gzip.compress(many.encode())

    assert len(read(packed).articles) == 300
    cut = read(packed[: len(packed) // 2])
    assert 50 < len(cut.articles) < 300
    assert "the gzip body is cut short" in cut.remarks


@pytest.mark.parametrize(
    "damage",
    [
        "{}<trailing>junk & more",
        "\x00\x00{}\x00",
        "   \n{}",
        "{}\x0b\x1f",
        "{}<!-- a comment behind the end -->",
    ],
)
def test_what_stands_around_a_feed_does_no_harm(damage: str) -> None:
    assert [article.title for article in read(damage.format(rss(item("A"), item("B")))).articles] == ["A", "B"]


@pytest.mark.parametrize(
    "bad",
    [
        "<item><title>Bad & unescaped &nbsp; 1 < 2</title></item>",
        "<item><title>Bad <b>unclosed</title></item>",
        "<item><title>Bad\x01</title><media:thing>undeclared</media:thing></item>",
        "<item><title>Bad &#1; &#xD800; &unknown;</title></item>",
        "<item><title>Bad</title><link>javascript:alert(1)</link></item>",
        "<item><title>Bad</title><pubDate>the day after never</pubDate></item>",
        "<item></item>",
        "<item><title>Bad</title><description><![CDATA[ & <b> ]]></description></item>",
    ],
)
def test_no_item_is_lost_because_another_is_bad(bad: str) -> None:
    titles = [article.title for article in read(rss(item("First"), bad, item("Last"))).articles]

    assert titles[0] == "First"
    assert "Last" in titles


def test_a_feed_that_is_cut_off_gives_the_items_before_the_cut() -> None:
    whole = rss(*(item(f"Number {number}") for number in range(10)))
    found = read(whole[: whole.index("Number 7")])

    assert [article.title for article in found.articles][:7] == [f"Number {number}" for number in range(7)]
    assert any("is damaged" in remark for remark in found.remarks)


def test_a_prolog_that_is_none_is_passed_over() -> None:
    found = read(rss(item(), prolog='<?phpxml version="1.0"?>'))

    assert len(found.articles) == 1
    assert found.remarks == ("its prolog is no XML declaration",)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x/", "http://"]
)
def test_only_addresses_of_the_web_are_links(link: str) -> None:
    found = read(rss(item("A", link=link)))

    assert found.articles[0].link is None
    assert found.remarks == ("links that are no address of the web are left out",)


def test_a_link_with_a_user_name_is_refused_and_a_backslash_too() -> None:
    links = ["https://user:pass@lab.example/", "https://lab.example\\@evil.example/"]

    assert [article.link for article in read(rss(*(item("A", link=link) for link in links))).articles] == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2020/1/10 14:33:00", datetime(2020, 1, 10, 14, 33, tzinfo=UTC)),
        ("Ter, 10 Mar 2026 14:33:00", datetime(2026, 3, 10, 14, 33, tzinfo=UTC)),
        ("2026年3月10日", datetime(2026, 3, 10, tzinfo=UTC)),
        ("10 de março de 2026", datetime(2026, 3, 10, tzinfo=UTC)),
        ("March 10, 2026", datetime(2026, 3, 10, tzinfo=UTC)),
        ("Fri, 20 Mar 2026 13:00:00 GMT", SEEN + timedelta(hours=1)),
    ],
)
def test_a_sane_date_is_kept_however_it_is_printed(printed: str, expected: datetime) -> None:
    assert one(rss(item(extra=f"<pubDate>{printed}</pubDate>"))).published == expected


@pytest.mark.parametrize(
    "printed",
    [
        "Sat, 21 Mar 2026 12:00:00 GMT",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "soon",
        "2026-02-31",
        "31/31/2026",
    ],
)
def test_a_date_that_cannot_be_is_left_out_with_a_remark(printed: str) -> None:
    found = read(rss(item(extra=f"<pubDate>{printed}</pubDate>")))

    assert found.articles[0].published is None
    assert [remark for remark in found.remarks if "left out" in remark]


def test_the_language_is_told_from_the_text_and_not_from_what_the_feed_says() -> None:
    lie = "<title>T</title><language>zh-CN</language>"
    found = read(
        rss(item("How the model is doing on the new board"), item(CHINESE), item("模型 GPT-5.4 登顶"), head=lie)
    )

    assert [article.language for article in found.articles] == ["en", "zh", "zh"]
    assert one(rss(item("GLM-5"), head=lie)).language is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the answer is empty"),
        (b" \n\x00", "the answer is empty"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "found HTML called application/xml"),
        (b"just words", "found something else"),
        (b'{"items": [{"id": "1"', "damaged or cut"),
        (b'{"rss": {}}', "a list of 'items'"),
        (b"[1, 2]", "a list of 'items'"),
        (b"[" * 100_000, "damaged or cut"),
        (b"<rss>" + b"x" * 17_000_000, "more than the 16,777,216 bytes"),
        (gzip.compress(bytes(40_000_000)), "more than the 16,777,216 bytes"),
        (b"<rss><channel><item>" + b"&" * 600_000, "more than the 500,000 times"),
        (b"<rss><channel><item>" + b"<a/>" * 250_000, "more than the 200,000 elements"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_line(body: bytes, said: str) -> None:
    with pytest.raises(LayoutChanged) as caught:
        read(body)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_entities_are_neither_unpacked_nor_fetched() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "x"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
        + rss(item("a &e19; &f; b"), prolog="")
    )
    found = read(body)

    assert found.articles[0].title == "a &e19; &f; b"
    assert found.remarks == ("defines entities, which are not unpacked",)


def test_bytes_that_name_a_file_are_not_opened() -> None:
    with pytest.raises(LayoutChanged, match="something else"):
        read(b"/etc/passwd")


def test_of_very_many_items_the_first_are_read() -> None:
    found = read(rss(*(item(f"Number {number}") for number in range(MOST_ITEMS + 500))))

    assert len(found.articles) == MOST_ITEMS
    assert found.articles[-1].title == f"Number {MOST_ITEMS - 1}"
    assert found.remarks == (f"has more than {MOST_ITEMS:,} items, of which the first are read",)


def test_elements_inside_one_another_without_end_are_read_as_far_as_they_can_be() -> None:
    found = read(b"<rss><channel><item><title>A</title></item><item><title>B</title>" + b"<b>" * 100_000)

    assert found.articles[0].title == "A"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("<b>Qwen</b>3", "Qwen3"),
        ("a &lt;script&gt;alert(1)&lt;/script&gt; b", "a b"),
        ("<scr<script>ipt>x", "<scr"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("\u202eevil\u202c \u200bzero\u00adwidth\ufeff", "evil zerowidth"),
        ("two\nlines\tand\r\nmore", "two lines and more"),
        ("1 < 2 > 1", "1 < 2 > 1"),
        ("<!-- hidden -->seen<style>p{}</style>", "seen"),
        ("<p>one</p><p>two</p>", "one two"),
    ],
)
def test_text_is_what_a_reader_sees(printed: str, shown: str) -> None:
    assert plain(printed, 100) == shown


@given(st.text(), st.integers(20, 200))
def test_plain_text_is_short_one_line_and_hides_nothing(text: str, most: int) -> None:
    shown = plain(text, most)

    assert len(shown) <= most
    assert "\n" not in shown
    assert "<script" not in shown.lower()
    assert not {"\u202e", "\u200b", "\x00"} & set(shown)


@given(st.text(alphabet="<>&;/!-[]aAbscript= \"'#x0lt", max_size=200))
def test_no_markup_is_left_however_it_is_wrapped(text: str) -> None:
    assert "<script>" not in plain(text, 300)
    assert "<!--" not in plain(text, 300)


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40), max_size=20)
)
def test_every_title_of_a_whole_feed_is_read_in_order(titles: list[str]) -> None:
    found = read(
        rss(
            *(
                item(escape(escape(title)), f'<guid isPermaLink="false">{n}</guid>')
                for n, title in enumerate(titles)
            )
        )
    )

    assert [article.id for article in found.articles] == [str(number) for number in range(len(titles))]
    assert all(len(article.title) <= MOST_TITLE for article in found.articles)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<rss><channel><item>", b'{"items":[{', codecs.BOM_UTF16_LE, b"\x1f\x8b"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, head: bytes) -> None:
    try:
        articles = read(head + body).articles
    except LayoutChanged:
        articles = ()

    assert all(article.link is None or article.link.startswith("http") for article in articles)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<h2>One</h2><ul><li>Two\n  and <b>three</b></li><li>Four</li></ul>", "One\nTwo and three\nFour"),
        ("<table><tr><td>a</td><td>1</td></tr><tr><td>b</td></tr></table>", "a 1\nb"),
        ("&lt;p&gt;escaped&lt;/p&gt;&lt;p&gt;twice&lt;/p&gt;", "escaped\ntwice"),
        ("plain\ntext\n\nof two paragraphs", "plain\ntext\nof two paragraphs"),
        ("<p>long</p><p>text</p>", "long\ntext"),
    ],
)
def test_each_paragraph_item_and_row_has_a_line_of_its_own(markup: str, lines: str) -> None:
    assert plain_lines(markup, 1_000) == lines
    assert plain(markup, 1_000) == " ".join(lines.split())
