"""Cards: what the news indexes of labs have in common, whatever their elements and classes are called.

A card is the largest element around a link to one article that leads to no other. Its heading is the title, the
first date in it the day, its first paragraph the summary. Classes are made up anew with each build of such a
site; the addresses of its articles stay.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from scrapers.formats.html import is_hidden
from scrapers.news.dates import believable, date_of
from scrapers.news.encodings import decoded, unpacked
from scrapers.news.feed import FeedRead
from scrapers.news.plain import MOST_SUMMARY, MOST_TITLE, language_of, link_of, plain
from topspot.domain.stories import Article
from topspot.domain.values import LayoutChanged

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MOST_CARDS = 500

MOST_PAGE = 8 * 2**20
"""Characters of a page that are read."""

_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]

_WIDER = {"main", "body", "html", "ul", "ol", "tbody", "table", "[document]"}
"""Elements that hold many articles, even where they hold one."""

_HIGHEST = 12
"""How far above its link a card may begin."""

_MOST_LINKS = 30
"""Links inside one element that are looked at to see whether it is one card."""

_SHORTEST_SUMMARY = 20

_DATED = re.compile(
    r"\s*(?:[12]\d{3}(?:[-/.]|年)\d{1,2}(?:[-/.]|月)\d{1,2}日?|[A-Z][a-z]{2,8}\.? \d{1,2}, [12]\d{3})\s*"
)

_LONGEST_DATE = 60


def cards(body: bytes, url: str, seen_at: datetime, path: str) -> FeedRead:
    """Read the cards of a page that ``url`` sent at ``seen_at``, in its order, each article once.

    ``path`` is the expression that the paths of articles match whole, on the page's own host. Dates are days,
    unless the page says more. Raises ``LayoutChanged`` where there is no such card.
    """
    soup = _soup(body)
    wanted = re.compile(path)
    remarks: Counter[str] = Counter()
    found: dict[str, Article] = {}
    for element, link in _links(soup, url, wanted):
        article = _article(_card(element, link, url, wanted), element, link, seen_at, remarks)
        known = found.get(link)
        found[link] = _fuller(known, article) if known else article
        if len(found) == MOST_CARDS:
            break
    articles = tuple(article for article in found.values() if article.title)
    if not articles:
        raise LayoutChanged(f"expected links to articles ({path}) with titles, found {len(found)} links")
    if len(articles) < len(found):
        remarks[f"{len(found) - len(articles)} links without a title are left out"] += 1
    title = soup.title.get_text(" ") if soup.title else ""
    return FeedRead(articles, plain(title, MOST_TITLE), None, tuple(remarks))


def _soup(body: bytes) -> "BeautifulSoup":
    from bs4 import BeautifulSoup, ParserRejectedMarkup, XMLParsedAsHTMLWarning

    text = decoded(unpacked(body)[0]).text[:MOST_PAGE]
    if "<" not in text:
        raise LayoutChanged(f"expected a page of HTML, found {len(body):,} bytes without an element")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
            return BeautifulSoup(text, "lxml")
    except (ParserRejectedMarkup, RecursionError, ValueError) as error:
        raise LayoutChanged("expected a page of HTML, found something that cannot be parsed") from error


def _links(soup: "BeautifulSoup", url: str, wanted: re.Pattern[str]) -> Iterator[tuple["Tag", str]]:
    for element in soup.find_all("a", href=True, limit=20 * MOST_CARDS):
        link = _article_link(element, url, wanted)
        if link:
            yield element, link


def _article_link(element: "Tag", url: str, wanted: re.Pattern[str]) -> str | None:
    link = link_of(element.get("href"), url)
    if link is None:
        return None
    link = link.split("#")[0]
    host, _, path = link.split("://", 1)[1].partition("/")
    own = url.split("://", 1)[-1].partition("/")[0]
    return link if host.lower() == own.lower() and wanted.fullmatch("/" + path.split("?")[0]) else None


def _card(element: "Tag", link: str, url: str, wanted: re.Pattern[str]) -> "Tag":
    card = element
    for parent in list(element.parents)[:_HIGHEST]:
        if parent.name in _WIDER:
            break
        inside = parent.find_all("a", href=True, limit=_MOST_LINKS)
        others = {_article_link(other, url, wanted) for other in inside} - {link, None}
        if others or len(parent.find_all(_HEADINGS, limit=2)) > 1:
            break
        card = parent
    return card


def _article(card: "Tag", element: "Tag", link: str, seen_at: datetime, remarks: Counter[str]) -> Article:
    title = _title(card, element)
    date = _date(card)
    if date is None:
        remarks["some articles have no date"] += 1
    elif not believable(date, seen_at):
        remarks["dates before 1990 or after the visit are left out"] += 1
        date = None
    summary = _summary(card, title)
    return Article(
        id=link,
        link=link,
        title=title,
        summary=summary,
        published=date,
        language=language_of(f"{title} {summary}"),
    )


def _title(card: "Tag", element: "Tag") -> str:
    heading = element.find(_HEADINGS) or card.find(_HEADINGS)
    if heading:
        return plain(heading.get_text(" "), MOST_TITLE)
    texts = (plain(text, MOST_TITLE) for text in element.stripped_strings)
    longest = max(texts, key=len, default="") or plain(str(element.get("aria-label") or ""), MOST_TITLE)
    return _DATED.sub(" ", longest).strip() or longest


def _date(card: "Tag") -> datetime | None:
    stated = (str(time.get("datetime") or "") for time in card.find_all("time"))
    lines = (str(text) for text in card.stripped_strings)
    short = (line for line in lines if len(line) <= _LONGEST_DATE or _DATED.search(line))
    titles = (str(element.get("title")) for element in card.find_all(["span", "time"], title=True))
    printed = (text for texts in (stated, titles, short) for text in texts if text)
    return next((date for date in map(_date_in, printed) if date), None)


def _date_in(text: str) -> datetime | None:
    found = _DATED.search(text)
    return date_of(text) if len(text) <= _LONGEST_DATE else date_of(found[0]) if found else None


def _summary(card: "Tag", title: str) -> str:
    for paragraph in card.find_all("p"):
        text = plain(paragraph.get_text(" "), MOST_SUMMARY)
        told = len(text) >= _SHORTEST_SUMMARY and text != title and _DATED.fullmatch(text) is None
        if told and not is_hidden(paragraph):
            return text
    return ""


def _fuller(known: Article, other: Article) -> Article:
    """Join two cards of one article: a page may show it large above and small in its list."""
    title = known.title or other.title
    summary = max(known.summary, other.summary, key=len)
    return known._replace(title=title, summary=summary, published=known.published or other.published)
