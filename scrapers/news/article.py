"""Article pages: the text, the title, when it was published and the address that the page itself gives."""

import itertools
import logging
import re
from datetime import datetime
from typing import Any, NamedTuple

from scrapers.news.dates import believable, date_of
from scrapers.news.encodings import decoded, unpacked
from scrapers.news.plain import (
    MOST_CONTENT,
    MOST_SUMMARY,
    MOST_TITLE,
    cut,
    in_lines,
    language_of,
    link_of,
    one_line,
    plain,
)
from topspot.domain.stories import Article
from topspot.domain.values import LayoutChanged

MOST_PAGE = 4 * 2**20
"""Characters of a page that are read; what lies behind them is left out."""

DEEPEST = 200
"""Elements inside one another that are read: what is deeper is no article, and would break the parsers."""

_PUBLISHED = (
    "//meta[contains(@property, 'published_time') or contains(@name, 'published_time')]/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[contains('|publishdate|pubdate|date|dc.date|dc.date.issued|', concat('|', @name, '|'))]/@content",
    "//*[@itemprop='datePublished' or @pubdate]/@datetime",
    "//article//time/@datetime | //main//time/@datetime | //header//time/@datetime",
)
"""Where pages say when they were published. Dates in the text are not looked for: models carry dates in names."""

_LINES = (
    "//*[not(self::script or self::style)][contains(@class, 'date') or contains(@class, 'time') or"
    " contains(@class, 'pub') or contains(@class, 'meta') or contains(@class, 'footer') or"
    " contains(@id, 'date') or contains(@id, 'time') or contains(@id, 'pub')]"
)
"""Elements that are called after a date, of which the first short one that holds one counts."""

_LONGEST_LINE = 80

_IN_SCRIPT = re.compile(r'"(?:datePublished|publishDate|publish_time|pubDate)"\s*:\s*"([^"]{8,40})"')

_IN_ADDRESS = re.compile(r"/(20\d{2})[-/]?(\d{2})(?:[-/]?(\d{2}))(?=[/_.-]|\d*/|$)")


class ArticleRead(NamedTuple):
    """What was found of an article page, and in ``remarks`` what was not, in words for operators.

    ``article.link`` is the canonical address, or the one that was asked where the page gives none.
    """

    article: Article
    remarks: tuple[str, ...] = ()


def read_article(body: bytes, url: str, seen_at: datetime) -> ArticleRead:
    """Read an article page that ``url`` sent at ``seen_at``. Raises nothing, whatever the bytes are."""
    try:
        whole, packing = unpacked(body)
    except LayoutChanged as error:
        return ArticleRead(Article(link=link_of(url, url)), (f"nothing was read: {error}",))
    text, _, encoding = decoded(whole)
    found = _read(text[:MOST_PAGE], url, seen_at)
    too_long = f"only the first {MOST_PAGE:,} characters were read" if len(text) > MOST_PAGE else ""
    return found._replace(remarks=tuple(filter(None, (packing, encoding, too_long, *found.remarks))))


def _read(text: str, url: str, seen_at: datetime) -> ArticleRead:
    from trafilatura import bare_extraction, load_html

    _quiet()
    nothing = Article(link=link_of(url, url))
    try:
        tree = load_html(text) if "<" in text else None
        if tree is None:
            return ArticleRead(nothing, ("no page of HTML: nothing was read",))
        if _is_too_deep(tree):
            return ArticleRead(nothing, (f"nothing was read: more than {DEEPEST} elements inside one another",))
        published, canonical = _said(tree, text, url, seen_at), _canonical(tree, url)
        found = bare_extraction(tree, url=url, with_metadata=True, include_comments=False)
    except Exception as error:  # noqa: BLE001 - what a stranger's page breaks in a parser is a remark
        return ArticleRead(nothing, (f"nothing was read: {type(error).__name__}: {one_line(str(error))[:100]}",))
    if found is None:
        return ArticleRead(nothing._replace(link=canonical, published=published), ("no text was found",))
    return _found(found, canonical, published)


def _quiet() -> None:
    """Keep the extractor's own lines off standard error, unless somebody has set their level: remarks say it."""
    logger = logging.getLogger("trafilatura")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL + 1)


def _found(found: object, canonical: str | None, published: datetime | None) -> ArticleRead:
    content = cut(in_lines(_text(found, "text").splitlines()), MOST_CONTENT)
    title = plain(_text(found, "title"), MOST_TITLE)
    article = Article(
        link=canonical,
        title=title,
        summary=cut(plain(_text(found, "description"), MOST_SUMMARY) or one_line(content), MOST_SUMMARY),
        content=content or None,
        author=plain(_text(found, "author"), MOST_TITLE),
        published=published,
        language=language_of(content or title),
    )
    missing = {"title": title, "text": content, "date": published}
    return ArticleRead(article, tuple(f"no {what} was found" for what, value in missing.items() if not value))


def _text(found: object, name: str) -> str:
    value = getattr(found, name, None)
    return value if isinstance(value, str) else ""


def _said(tree: Any, text: str, url: str, seen_at: datetime) -> datetime | None:
    """Give the date that a page says it was published on, the most certain place first."""
    stated = (str(value) for path in _PUBLISHED for value in _at(tree, path))
    scripts = (found[1] for found in _IN_SCRIPT.finditer(text))
    lines = ("".join(element.itertext()).strip() for element in _at(tree, _LINES))
    short = (line for line in lines if 6 <= len(line) <= _LONGEST_LINE)
    address = ("-".join(found.groups()) for found in _IN_ADDRESS.finditer(url))
    dates = (date_of(printed) for printed in itertools.chain(stated, scripts, short, address))
    return next((date for date in dates if date and believable(date, seen_at)), None)


def _canonical(tree: Any, url: str) -> str | None:
    """Give the address that a page gives itself; a home page that all articles name is none."""
    own = link_of(url, url)
    for printed in _at(tree, "//link[@rel='canonical']/@href"):
        link = link_of(str(printed), url)
        if link and link.split("://", 1)[1].rstrip("/").count("/"):
            return link
    return own


def _at(tree: Any, path: str) -> list[Any]:
    found = tree.xpath(path)
    return list(found) if isinstance(found, list) else []


def _is_too_deep(tree: Any) -> bool:
    """Whether elements lie too deep, found without recursion."""
    from lxml.etree import iterwalk

    depth = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            return True
    return False
