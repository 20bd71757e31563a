"""Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, read as far as they can be read.

bytes | unpack | decode | mend | feedparser or json | clean each item | articles, and what was damaged in words

The text is mended before a parser sees it: its prolog and DOCTYPE go, so that no entity is ever defined or
fetched, and what XML forbids becomes what was meant. Nothing here opens an address or a file.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from html.entities import html5
from typing import Any, NamedTuple
from xml.parsers import expat

from scrapers.news.dates import believable, date_of
from scrapers.news.encodings import decoded, unpacked
from scrapers.news.plain import (
    LATIN,
    MOST_CONTENT,
    MOST_SUMMARY,
    MOST_TITLE,
    cut,
    language_of,
    link_of,
    one_line,
    plain,
    plain_lines,
)
from topspot.domain.stories import Article
from topspot.domain.values import LayoutChanged

MOST_ITEMS = 2_000
"""Items of one feed that are read, the first ones, which are the newest."""

MOST_ELEMENTS = 200_000

DEEPEST = 300
"""Elements of a feed that are read, and how many of them inside one another."""

MOST_REFERENCES = 500_000

MOST_NAMESPACES = 5_000
"""Entities and declared prefixes of a feed: feedparser takes its time with each."""

MOST_REMARKS = 20

MOST_ID = 500

MOST_TTL = 31 * 24 * 60

_ENOUGH = 3
"""Articles whose language is known, from which that of a short title beside them is told."""

_ROOT = re.compile(r"<(?:[\w-]{1,40}:)?(rss|feed|RDF|rdf|channel|html|body|head)\b", re.IGNORECASE)

_PROLOG = re.compile(r"\s*(?:<\?(?!xml-stylesheet)[^>]{0,500}>\s*)+")

_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,1000}(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?![A-Za-z_/!?])|&(?!(?:amp|lt|gt|quot|apos);)(?:(\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|\w{1,32});)?",
    re.DOTALL,
)

_ITEM = re.compile(r"<(?:[\w-]{1,40}:)?(item|entry)[\s>/]")

_ITEM_END = re.compile(r"</(?:[\w-]{1,40}:)?(?:item|entry)\s*>")

_END = re.compile(r"</\s*(?:[\w-]{1,40}:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)

_MOST_PREFIXES = 50

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
}
"""What prefixes stand for by custom; any other stands for itself."""

_PICTURE = re.compile(r"(?:image|audio|video)/")


class FeedRead(NamedTuple):
    """What a feed holds. ``ttl`` is after how many minutes it may be asked again, ``None`` where it does not say.

    ``remarks`` are what was damaged or left out, in words for operators, each kind once.
    """

    articles: tuple[Article, ...]
    title: str = ""
    ttl: int | None = None
    remarks: tuple[str, ...] = ()


def read_feed(body: bytes, url: str, media_type: str, seen_at: datetime) -> FeedRead:
    """Read the items of a feed, in its order, as they were sent by ``url`` at the instant ``seen_at``.

    ``media_type`` is what the answer calls itself; it is only repeated where the bytes are no feed. An item that
    has neither title, link nor text is left out. A date is kept where it is before ``seen_at`` and after 1990.

    Raises ``LayoutChanged`` for what is no feed: nothing, HTML, JSON that is cut or no JSON Feed, more bytes than
    are read.
    """
    whole, packing = unpacked(body)
    text, _, encoding = decoded(whole)
    remarks = Counter(remark for remark in (packing, encoding) if remark)
    if not text.strip("\x00\ufeff \t\r\n"):
        raise LayoutChanged("expected a feed, found nothing: the answer is empty")
    if text.lstrip("\x00\ufeff \t\r\n")[0] in "{[":
        return _read_json(text, url, seen_at, remarks)
    return _read_xml(text, url, media_type, seen_at, remarks)


# ---- JSON Feed ----


def _read_json(text: str, url: str, seen_at: datetime, remarks: Counter[str]) -> FeedRead:
    try:
        feed = json.loads(text.strip("\x00\ufeff \t\r\n"), strict=False, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise LayoutChanged(
            f"expected a JSON Feed, found JSON that is damaged or cut ({str(error)[:80]})"
        ) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not isinstance(feed, dict):
        found = ", ".join(map(repr, feed))[:80] if isinstance(feed, dict) else type(feed).__name__
        raise LayoutChanged(f"expected a JSON Feed with a list of 'items', found {one_line(found)}")
    if len(items) > MOST_ITEMS:
        remarks[f"has {len(items):,} items, of which the first {MOST_ITEMS:,} are read"] += 1
    items = items[:MOST_ITEMS]
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) < len(items):
        remarks["items that are no objects are left out"] += len(items) - len(objects)
    writers = _json_author(feed)
    articles = (_of_json(item, url, seen_at, remarks, writers) for item in objects)
    return FeedRead(_kept(articles, remarks), plain(_text(feed, "title"), MOST_TITLE), None, _in_words(remarks))


def _of_json(item: Mapping[str, Any], url: str, seen_at: datetime, remarks: Counter[str], writers: str) -> Article:
    body = _text(item, "content_html") or _text(item, "content_text")
    return _article(
        {
            "id": _text(item, "id"),
            "link": next((_text(item, key) for key in ("url", "external_url") if _text(item, key)), ""),
            "title": _text(item, "title"),
            "summary": _text(item, "summary"),
            "content": body,
            "author": _json_author(item) or writers,
            "published": _text(item, "date_published"),
            "updated": _text(item, "date_modified"),
        },
        url,
        seen_at,
        remarks,
    )


def _json_author(said: Mapping[str, Any]) -> str:
    several = said.get("authors")
    authors = [*(several if isinstance(several, list) else []), said.get("author")]
    return ", ".join(_text(author, "name") for author in authors if isinstance(author, dict))


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


# ---- XML ----


def _read_xml(text: str, url: str, media_type: str, seen_at: datetime, remarks: Counter[str]) -> FeedRead:
    _refuse_other(text, media_type)
    mended = _mended(text, remarks)
    damage = _damage(mended)
    if damage:
        mended = _recovered(mended, damage)
        remarks[f"is damaged ({damage})"] += 1
    found = _parsed(mended, url)
    if damage and not found["entries"]:
        raise LayoutChanged(f"expected a feed, found a damaged one without an item that can be read ({damage})")
    feed = found.get("feed", {})
    writer = _plain_of(feed, "author")
    bases = found.get("href") or url
    articles = (_of_entry(entry, bases, seen_at, remarks, writer) for entry in found["entries"][:MOST_ITEMS])
    return FeedRead(
        _kept(articles, remarks), plain(_plain_of(feed, "title"), MOST_TITLE), _ttl(feed), _in_words(remarks)
    )


def _recovered(mended: str, damage: str) -> str:
    """Make XML of what is none, by a parser that recovers: feedparser's own way is slow.

    Raises ``LayoutChanged`` where nothing is left.
    """
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, encoding="utf-8")
    try:
        root = etree.fromstring(mended.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    recovered = "" if root is None else str(etree.tostring(root, encoding="unicode"))
    if not recovered or _damage(recovered):
        raise LayoutChanged(f"expected a feed, found XML of which nothing can be read ({damage})")
    return recovered


def _damage(text: str) -> str:
    """Say what keeps a text from being XML that is read: an error, or elements too deep in one another.

    Raises ``LayoutChanged`` for more elements than are read.
    """
    depth = elements = 0

    def start(_: str, __: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > DEEPEST:
            raise _TooDeepError
        if elements > MOST_ELEMENTS:
            raise LayoutChanged(f"expected a feed, found more than the {MOST_ELEMENTS:,} elements that are read")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        return one_line(str(error))[:120]
    except _TooDeepError:
        return f"more than {DEEPEST} elements inside one another"
    return ""


class _TooDeepError(Exception):
    pass


def _parsed(mended: str, url: str) -> Any:
    """Parse a text that is called UTF-8 and whose every entity is one of XML's own; its markup stays as it is."""
    import feedparser

    said = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    body = io.BytesIO(mended.encode())  # given bytes or text, feedparser would look for an address or a file in it
    return feedparser.parse(body, response_headers=said, resolve_relative_uris=False, sanitize_html=False)


def _refuse_other(text: str, media_type: str) -> None:
    root = _ROOT.search(text[:200_000])
    if root is None or (root[1].lower() in ("html", "body", "head") and not _ITEM.search(text)):
        kind = "HTML" if root else "something else"
        begins = one_line(text[:200])[:40]
        raise LayoutChanged(f"expected a feed, found {kind} called {media_type[:60] or 'nothing'}: {begins!r}")


def _mended(text: str, remarks: Counter[str]) -> str:
    """Make a feed as well-formed as can be without knowing what it says."""
    text = text[max(text.find("<"), 0) :]
    prolog = _PROLOG.match(text)
    if prolog:
        if "phpxml" in prolog[0]:
            remarks["its prolog is no XML declaration"] += 1
        text = text[prolog.end() :]
    if _DOCTYPE.search(text[:100_000]):
        defines = "<!ENTITY" in text[:100_000]
        text = _DOCTYPE.sub("", text, count=1)
        if defines:
            remarks["defines entities, which are not unpacked"] += 1
    text, forbidden = _FORBIDDEN.subn("", text)
    if forbidden:
        remarks["characters that XML forbids are left out"] += forbidden
    text = _without_a_tail(_few(text, remarks), remarks)
    text = _with_prefixes(_REFERENCE.sub(_reference, text))
    for mark, most in (("&", MOST_REFERENCES), ("xmlns", MOST_NAMESPACES)):
        if text.count(mark) > most:
            raise LayoutChanged(f"expected a feed, found more than the {most:,} times {mark!r} that are read")
    return text


def _with_prefixes(text: str) -> str:
    """Declare the prefixes that a feed uses without saying what they stand for, on its first element."""
    used = set(re.findall(r"<([A-Za-z][\w-]{0,40}):[A-Za-z]", text))
    missing = sorted(used - set(re.findall(r"xmlns:([A-Za-z][\w-]{0,40})\s*=", text)))[:_MOST_PREFIXES]
    root = re.search(r"<[A-Za-z][\w:-]*", text)
    if not missing or root is None:
        return text
    said = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix, prefix)}"' for prefix in missing)
    return f"{text[: root.end()]}{said}{text[root.end() :]}"


def _reference(found: re.Match[str]) -> str:
    """Give an ampersand or a bracket that begins nothing as text, and what HTML's and forbidden entities mean."""
    if found[0][0] == "<":
        return found[0] if len(found[0]) > 1 else "&lt;"
    name = found[1]
    if name is None:
        return "&amp;"
    if name[0] == "#":
        code = int(f"0{name[1:]}", 0) if name[1] in "xX" else int(name[1:])
        legal = code in (9, 10, 13) or 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
        return found[0] if legal or 0x10000 <= code < 0x110000 else _FORBIDDEN.sub("", unescape(found[0]))
    meant = html5.get(f"{name};")
    return f"&amp;{name};" if meant is None else meant.replace("&", "&amp;").replace("<", "&lt;")


def _few(text: str, remarks: Counter[str]) -> str:
    count = 0
    for count, item in enumerate(_ITEM.finditer(text), start=1):
        if count > MOST_ITEMS:
            remarks[f"has more than {MOST_ITEMS:,} items, of which the first are read"] += 1
            return _closed(text[: item.start()])
    return text


def _closed(text: str) -> str:
    """End a feed that was cut behind an item."""
    ends = [*_ITEM_END.finditer(text)]
    head = text[: ends[-1].end()] if ends else text
    root = re.search(r"<((?:[\w-]{1,40}:)?(?:rss|feed|RDF))\b", head)
    channel = "</channel>" if root and root[1] == "rss" and "</channel>" not in head else ""
    return f"{head}{channel}</{root[1]}>" if root else head


def _without_a_tail(text: str, remarks: Counter[str]) -> str:
    ends = [*_END.finditer(text)]
    if not ends:
        return text
    tail = re.sub(r"<!--.*?-->", "", text[ends[-1].end() :], flags=re.DOTALL).strip()
    if tail and not _ITEM.search(tail):
        remarks["text after the end is left out"] += 1
        return text[: ends[-1].end()]
    return text


def _of_entry(entry: dict[str, Any], url: str, seen_at: datetime, remarks: Counter[str], writer: str) -> Article:
    bodies = [_plain_of(part, "value") for part in dict.get(entry, "content") or [] if isinstance(part, dict)]
    return _article(
        {
            "id": _plain_of(entry, "id"),
            "link": _link_in(entry, url),
            "title": _plain_of(entry, "title"),
            "summary": _plain_of(entry, "summary"),
            "content": max(bodies, key=len, default=""),
            "author": _plain_of(entry, "author") or writer,
            "published": _plain_of(entry, "published") or _plain_of(entry, "created"),
            "updated": _plain_of(entry, "updated"),
        },
        url,
        seen_at,
        remarks,
    )


def _plain_of(said: Mapping[str, Any], key: str) -> str:
    """Give a text of feedparser's, whose own look-up makes up what is missing of something else."""
    value = dict.get(said, key) if isinstance(said, dict) else None
    return value if isinstance(value, str) else ""


def _link_in(entry: dict[str, Any], url: str) -> str:
    """Choose the address of the article itself among those of an entry: the first that a browser shows as a page.

    An id that is no address of the web is none, though feedparser offers it.
    """
    links = [link for link in dict.get(entry, "links") or [] if isinstance(link, dict) and link.get("href")]
    pages = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages.sort(key=lambda link: bool(_PICTURE.match(str(link.get("type") or ""))))
    addresses = [str(link["href"]) for link in pages]
    offered = _plain_of(entry, "link")
    if link_of(offered, url):
        addresses.append(offered)
    return next((address for address in addresses if link_of(address, url)), next(iter(addresses), ""))


def _ttl(feed: Mapping[str, Any]) -> int | None:
    printed = _plain_of(feed, "ttl").strip()
    minutes = int(printed) if re.fullmatch(r"[0-9]{1,7}", printed, re.ASCII) else 0
    return min(minutes, MOST_TTL) or None


# ---- what all of them have in common ----


def _article(said: Mapping[str, str], url: str, seen_at: datetime, remarks: Counter[str]) -> Article:
    title = plain(said["title"], MOST_TITLE)
    summary, content = _texts(said["summary"], said["content"])
    published, updated = (_believed(said[key], seen_at, remarks) for key in ("published", "updated"))
    link = link_of(said["link"], url)
    if said["link"] and link is None:
        remarks["links that are no address of the web are left out"] += 1
    return Article(
        id=cut(one_line(said["id"]), MOST_ID) or None,
        link=link,
        title=title,
        summary=summary,
        content=content,
        author=plain(said["author"], MOST_TITLE),
        published=published or updated,
        updated=updated,
        language=language_of(f"{title} {content or summary}"),
    )


def _texts(summary: str, content: str) -> tuple[str, str | None]:
    """Give the summary and, where there is more to read than that, the text; a body may stand in either place."""
    body = plain_lines(content if len(content) >= len(summary) else summary, MOST_CONTENT)
    short = plain(summary or content, MOST_SUMMARY)
    return short, body if len(body) > len(short) else None


def _believed(printed: str, seen_at: datetime, remarks: Counter[str]) -> datetime | None:
    """Read a date. Not feedparser's, which takes 2020/1/10 for the first of November."""
    if not printed:
        return None
    date = date_of(printed)
    if date is None:
        remarks["dates that cannot be read are left out"] += 1
        return None
    if not believable(date, seen_at):
        remarks["dates before 1990 or after the visit are left out"] += 1
        return None
    return date


def _kept(articles: Iterable[Article], remarks: Counter[str]) -> tuple[Article, ...]:
    """Give the articles that say something; one that is too short to tell has the language of most others."""
    kept = [*_saying_something(articles, remarks)]
    known = Counter(article.language for article in kept if article.language)
    language, count = next(iter(known.most_common(1)), (None, 0))
    if count < _ENOUGH or language not in LATIN:
        return tuple(kept)
    return tuple(
        article._replace(language=language)
        if article.language is None and _has_letters(article.title)
        else article
        for article in kept
    )


def _has_letters(title: str) -> bool:
    return any(letter.isalpha() for letter in title)


def _saying_something(articles: Iterable[Article], remarks: Counter[str]) -> Iterator[Article]:
    for article in articles:
        if article.title or article.summary or article.link:
            yield article
        else:
            remarks["items without title, link and text are left out"] += 1


def _in_words(remarks: Counter[str]) -> tuple[str, ...]:
    kinds: Sequence[tuple[str, int]] = list(remarks.items())[:MOST_REMARKS]
    return tuple(f"{remark} ({count:,} times)" if count > 1 else remark for remark, count in kinds)
