"""Article pages: what is read of them, and that no page stops anything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.news.article import ArticleRead, read_article

SEEN = datetime(2026, 3, 20, 12, tzinfo=UTC)

URL = "https://lab.example/2026/03/01/model?utm_source=x"

BODY = "".join(
    f"<p>Sentence {n} of the article says that the model is the best on this board, of all.</p>" for n in range(8)
)


def page(head: str = "", body: str = BODY) -> bytes:
    return f"<html><head><title>A model</title>{head}</head><body><article><h1>A model</h1>{body}</article></body></html>".encode()


def read(body: bytes, url: str = URL) -> ArticleRead:
    return read_article(body, url, SEEN)


def test_text_title_date_and_canonical_address_are_read() -> None:
    head = (
        '<link rel="canonical" href="/model"/>'
        '<meta property="article:published_time" content="2026-03-02T08:00:00+08:00"/>'
    )
    article, remarks = read(page(head))

    assert remarks == ()
    assert (article.title, article.link) == ("A model", "https://lab.example/model")
    assert article.published == datetime(2026, 3, 2, tzinfo=UTC)
    assert article.content is not None
    assert "Sentence 7 of the article" in article.content
    assert article.language == "en"


def test_a_date_in_the_name_of_a_model_is_not_the_date_of_the_article() -> None:
    article, remarks = read(
        page(body=BODY + "<p>It is before gpt-4o-2024-05-13 and others.</p>"), "https://lab.example/x"
    )

    assert article.published is None
    assert "no date was found" in remarks


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", '<span class="post-date">2026年3月5日</span>', datetime(2026, 3, 5, tzinfo=UTC)),
        ("", '<time datetime="2026-03-06T01:00:00Z">x</time>', datetime(2026, 3, 6, 1, tzinfo=UTC)),
        (
            '<script type="application/ld+json">{"datePublished": "2026-03-07"}</script>',
            "",
            datetime(2026, 3, 7, tzinfo=UTC),
        ),
        ("", "", datetime(2026, 3, 1, tzinfo=UTC)),
        ('<meta name="pubdate" content="2999-01-01"/>', "", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_date_is_found_where_pages_state_it(head: str, body: str, expected: datetime) -> None:
    assert read(page(head, body + BODY)).article.published == expected


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://lab.example/", "", "file:///etc/passwd"])
def test_a_canonical_address_that_is_none_leaves_the_one_that_was_asked(address: str) -> None:
    assert read(page(f'<link rel="canonical" href="{address}"/>')).article.link == URL


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain words",
        b"<html></html>",
        b"\x1f\x8b damaged",
        b"\x00" * 100,
        b"<div>" * 50_000,
        b"<" * 100_000,
        b"a" * 17_000_000,
    ],
    ids=range(8),
)
def test_a_page_that_cannot_be_read_says_so_and_stops_nothing(body: bytes) -> None:
    article, remarks = read(body)

    assert article.content is None
    assert article.link == URL
    assert remarks
    assert all("\n" not in remark for remark in remarks)


@given(st.binary(max_size=300), st.sampled_from([b"", b"<html><body><p>", b'<html><head><meta charset="utf-16">']))
def test_any_bytes_are_read(body: bytes, head: bytes) -> None:
    assert read(head + body).article.link == URL
