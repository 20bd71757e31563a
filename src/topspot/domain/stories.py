"""What news tells, folded: many articles, one story.

article | print (address, words, names, sketch) | candidates out of the index | the same? | its story, or a new one

The same are: an article that was edited, an address that two outlets print, a text that is copied or reworded, a
headline that is repeated, and a translation, told by the names and figures that are the same in any language.
Nothing is fetched, and nothing is said of whether a story is true.
"""

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit


class Article(NamedTuple):
    """One item of a feed or page, as printed, in plain text; instants are aware and in UTC.

    ``id`` is the publisher's, ``link`` absolute. ``content`` is ``None`` where there is no more text than
    ``summary``. ``published`` falls back on the date of an update; it is ``None`` where none could be believed.
    ``language`` is ISO 639-1, guessed from the text. ``feed`` is the key of the source that it came from.
    """

    id: str | None = None
    link: str | None = None
    title: str = ""
    summary: str = ""
    content: str | None = None
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    feed: str = ""


class Story(NamedTuple):
    """The articles that tell one story, the earliest first, and how each was found to: see ``Placed``."""

    articles: tuple[Article, ...]
    how: tuple[str, ...]


class Placed(NamedTuple):
    """The story that an article belongs to, by its number, and how it was found to.

    ``new``: no other tells it. ``version``: the same article of the same feed, perhaps edited. ``address``,
    ``text``, ``title``: another's with the same address, a copied text, a repeated headline. ``translation``: the
    same names and figures in another language. ``names``: the same in the same language, told in other words.
    """

    story: int
    how: str


# ---- addresses ----

_TRACKING = re.compile(
    r"utm_.*|_?hs(?:enc|mi|fp|tc)|(?:fb|g|ms|y|dc|tw|tt)cl(?:id|kid)|[gw]braid|mc_[ce]id|igsh(?:id)?|spm|scm|"
    r"ref(?:_src|_url|errer)?|mkt_tok|cmp(?:id)?|ncid|guc(?:counter|e_referrer.*)|oly_.*_id|vero_(?:id|conv)|"
    r"share_?(?:from|token|id|source|medium|uid)?|s_?cid|wt\.\w+|at_(?:medium|campaign|custom\d)|trk(?:campaign)?|"
    r"amp|outputtype|isappinstalled|src|source|_openstat|xtor|ito|smid|smtyp|sr_share|spref",
    re.IGNORECASE,
)
"""Names of parameters that say where a reader came from, not what is read."""

_MOBILE = frozenset({"www", "m", "mobile", "amp", "wap", "3g"})

_AMP_CACHE = re.compile(r"/(?:amp|[cv])/(?:s/)?(?P<rest>[^/]+\.[a-z]{2,}(?:/.*)?)", re.IGNORECASE)

_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)

_AMP_END = re.compile(r"(?:/amp|\.amp)(?P<ending>\.html?)?$", re.IGNORECASE)

_PORTS = {"http": 80, "https": 443}


def canonical_address(url: str) -> str:
    """Give the one address for all those that lead to the same page: what two outlets can be compared by.

    Scheme, ``www.`` and mobile hosts, default ports, user names, tracking parameters, AMP forms and caches, index
    pages, fragments, blanks and a slash at the end make no difference. What is no address of the web stays so.
    """
    try:
        parts = urlsplit("".join(url.split()))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        if parts.scheme not in _PORTS or not host:
            return url.strip()
        cached = _AMP_CACHE.fullmatch(parts.path) if _is_amp_cache(host) else None
        if cached:
            return canonical_address(f"https://{cached['rest']}?{parts.query}")
    except ValueError:
        return url.strip()
    shown = _host(host) + (f":{port}" if port not in (None, _PORTS[parts.scheme], 443) else "")
    query = _query(parts.query)
    return f"https://{shown}{_path(parts.path)}" + (f"?{query}" if query else "")


def _is_amp_cache(host: str) -> bool:
    return host.endswith(".ampproject.org") or re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host) is not None


def _host(host: str) -> str:
    labels = host.lower().split(".")
    while len(labels) > 2 and labels[0] in _MOBILE:
        labels = labels[1:]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        del labels[1]
    name = ".".join(labels)
    return f"[{name}]" if ":" in name else name


def _path(path: str) -> str:
    before = ""
    plain = re.sub(
        r"/{2,}", "/", quote(unquote(path, errors="surrogateescape"), "/~!$&'()*+,;=:@", errors="surrogateescape")
    )
    plain = re.sub(r"^/amp(?=/.)", "", plain, flags=re.IGNORECASE)
    while plain != before:
        before = plain
        plain = _AMP_END.sub(lambda found: found["ending"] or "", _INDEX.sub("", plain.rstrip("/")))
    return plain


def _query(query: str) -> str:
    kept = [
        (name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _TRACKING.fullmatch(name)
    ]
    return urlencode(sorted(kept), errors="surrogateescape") if kept else ""


# ---- what an article is compared by ----

NEAR = timedelta(days=4)
"""How far apart two outlets tell one story."""

LONGEST = timedelta(days=10)
"""How long after its first article a story still grows, but by versions and copies."""

COPY = 0.5
"""Which share of their shingles two texts have in common that are one text, reworded here and there."""

REPEAT = 0.85
"""The same within one feed, whose items look alike without being so."""

HEADLINE = 0.6
"""Which share of their words two headlines have in common that say the same."""

_REWORDED = 0.9
"""The same, with what the texts have in common, where days lie between."""

_COMMON = 5.0
"""What the names weigh together that two texts of one story share; one more within a language."""

_FIGURE = frozenset("#0123456789")

_SAME_DAY = timedelta(hours=36)

SKETCH = 64
"""How many of the smallest hashes of its shingles stand for a text (a bottom-k sketch)."""

LOOKED_UP = 10
"""How many of those are looked up: a text that shares half its shingles is missed once in a thousand times."""

CROWD = 60
"""How many articles one key is followed to, the last ones; a word that more have is boilerplate."""

_COMPARED_TEXT = 20_000
"""Characters of a text that are compared."""

LEAD = 600
"""Characters of a text in which it says what it is about."""

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | {"\u00a0": " "})

_TOKEN = re.compile(r"[a-z\u00c0-\u024f\u0370-\u07ff]+|\d+(?:[.,]\d+)*|[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

_HAN = re.compile(r"[\u3400-\u9fff]")

_KANA_OR_HAN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]+")

_MODEL = re.compile(
    r"(?<![A-Za-z0-9])(?P<name>[A-Za-z]+)(?P<joint>[- ]?)[vV]?(?P<number>\d{1,4}(?:\.\d+)*)(?!\.?\d)"
)
"""A name with a number: GPT-5.4, Qwen3, Gemini 3, V3.2, o1."""

_LABEL = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z]*[- ])?[vV]?\d[\w.]*(?:-[A-Za-z0-9.]+)*|"
    r"[A-Za-z][A-Za-z0-9.]*(?:-[A-Za-z0-9.]+)*",
    re.ASCII,
)
"""A name as one word, with what hangs on it: Qwen2.5-Max, GPT 5.4, QwQ."""

_NUMBER = re.compile(r"(?<![A-Za-z0-9.,])\d{1,3}(?:[,\u202f ]\d{3})+(?!\d)|(?<![A-Za-z\d])\d+(?:\.\d+)?")

_WORD = re.compile(r"[A-Za-z][A-Za-z]+")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_NO_NAMES = _words(
    "top in of the over with to by at from for and on no us is a an or as it its this that than day week part",
    "chapter january february march april may june july august september october november december jan feb mar",
    "apr jun jul aug sep sept oct nov dec ai llm llms api apis chat model models agent agents app github hugging",
    "face hf modelscope discord demo paper blog open source news report tech technical beta preview via how what",
    "why new",
)
"""Words of headlines and of links under them that name nothing."""

_STOP = _words("the a an of and to in is for with on that this from are by at it as its has was be will")

BRANDS = {
    "通义千问": "qwen",
    "千问": "qwen",
    "混元": "hunyuan",
    "文心": "ernie",
    "豆包": "doubao",
    "智谱": "zhipu",
    "月之暗面": "moonshot",
    "深度求索": "deepseek",
    "零一万物": "yi",
    "腾讯": "tencent",
    "騰訊": "tencent",
    "阿里": "alibaba",
    "百度": "baidu",
    "字节": "bytedance",
    "谷歌": "google",
    "微软": "microsoft",
    "英伟达": "nvidia",
    "苹果": "apple",
    "小米": "xiaomi",
    "华为": "huawei",
    "马斯克": "musk",
}
"""Names that Chinese texts write in Chinese, by how English ones write them."""

_MAKERS = frozenset(
    {*BRANDS.values(), "openai", "minimax", "xai", "lmarena", "deepmind", "anthropic", "meta", "mistral"}
)
"""Names that are in too many headlines to tell one story by."""


class _Print(NamedTuple):
    """What is compared of an article. ``sketch`` and ``size`` are of its shingles, ``names`` by their weight."""

    feed: str
    id: str | None
    address: str
    at: datetime | None
    chinese: bool
    headline: frozenset[str]
    labels: frozenset[str]
    letter: bool
    names: dict[str, float]
    words: frozenset[str]
    sketch: tuple[int, ...]
    title: str


def _print_of(article: Article) -> _Print:
    title = _even("" if says_only_a_date(article.title) else article.title)
    text = _even(article.content or article.summary)
    lead = f"{title} {text[:LEAD]}"
    tokens = _TOKEN.findall(f"{title} {text}".lower())
    chinese = len(_HAN.findall(lead)) * 6 > len(lead)
    return _Print(
        feed=article.feed,
        id=article.id,
        address=canonical_address(article.link) if article.link else "",
        at=article.published or article.updated,
        chinese=chinese,
        headline=_words_of(title),
        labels=_labels(title),
        letter=len(re.findall(r"[,;、]", title)) > 1 or says_only_a_date(article.title),
        names=_names(title, lead),
        words=frozenset(word.lower() for word in _WORD.findall(lead)) | _brands(lead),
        sketch=_sketch(tokens),
        title="".join(_TOKEN.findall(title.lower())),
    )


_DATE = re.compile(
    r"[\s\W]*(?:\d{1,4}\s*(?:[-/.年月日号]|\s|$)\s*){2,3}[\s\W]*|[\s\W]*(?:\w+,?\s+)?(?:\w{3,9}\.?\s+\d{1,2}|\d{1,2}\s+\w{3,9}\.?),?\s+\d{4}[\s\W]*"
)


def says_only_a_date(title: str) -> bool:
    """Whether a title is nothing but a date, as those of daily letters are, so that equal ones mean nothing."""
    return not title.strip() or _DATE.fullmatch(title) is not None


def _even(text: str) -> str:
    """Write a text as others would: full-width letters, and dashes of any kind, as plain ones."""
    return unicodedata.normalize("NFKC", text[:_COMPARED_TEXT]).translate(_DASHES)


def _words_of(title: str) -> frozenset[str]:
    """Give the words of a headline; what is not spaced comes in pairs of characters."""
    lower = title.lower()
    words = {word for word in re.findall(r"[a-z\u00c0-\u07ff]+|\d+(?:\.\d+)*", lower) if word not in _STOP}
    pairs = {run[at : at + 2] for run in _KANA_OR_HAN.findall(lower) for at in range(max(len(run) - 1, 1))}
    return frozenset(words | pairs)


def _labels(title: str) -> frozenset[str]:
    """Give what a headline names: words with a figure or a capital within, in Chinese all Latin ones."""
    foreign = _HAN.search(title) is not None
    found = (_joined(label) for label in _LABEL.findall(title) if foreign or _is_a_name(label))
    return frozenset(label for label in found if label not in _NO_NAMES and len(label) > 1)


def _is_a_name(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or any(letter.isupper() for letter in word[1:].lstrip("-"))


def _joined(label: str) -> str:
    """Write a name one way: ``gpt5.4`` for GPT-5.4 and GPT 5.4."""
    return re.sub(r"(?<=[a-z])[- ](?=\d)", "", label.lower()).rstrip(".")


def _models(text: str) -> Iterator[str]:
    """Give the names with a number in a text, each written one way, and numbers of a Chinese name."""
    for found in _MODEL.finditer(text):
        name, spaced = found["name"].lower(), found["joint"] == " "
        if name in _NO_NAMES or (spaced and (len(found["number"]) > 2 or not found["name"][0].isupper())):
            continue
        yield f"{name}{found['number']}"
    yield from (f"#{number}" for number in re.findall(r"(?<=[\u3400-\u9fff])\d+\.\d+", text))


def _brands(text: str) -> frozenset[str]:
    return frozenset(name for printed, name in BRANDS.items() if printed in text)


def _names(title: str, lead: str) -> dict[str, float]:
    """Weigh what stays the same in another language: models most, then long numbers, brands and other names."""
    names = dict.fromkeys(_brands(lead), 1.0)
    if _HAN.search(lead):
        names |= {word: 1.0 for word in map(str.lower, _WORD.findall(lead)) if word not in _NO_NAMES}
    else:
        capitals = re.findall(r"(?<=[\w,] )[A-Z][A-Za-z]+", lead)
        names |= {word: 1.0 for word in map(str.lower, capitals) if word not in _NO_NAMES and word not in _STOP}
    numbers = (re.sub(r"[,\u202f ]", "", number) for number in _NUMBER.findall(lead))
    names |= {number: 1.0 for number in numbers if len(number) > 2 and number[:2] not in ("19", "20")}
    names |= dict.fromkeys(_models(lead), 2.0)
    return names | dict.fromkeys(_models(title), 3.0)


def _sketch(tokens: list[str]) -> tuple[int, ...]:
    """Give the smallest hashes of the runs of three tokens, none for a text too short to be told by them."""
    if len(tokens) < 14:
        return ()
    runs = {" ".join(tokens[at : at + 3]) for at in range(len(tokens) - 2)}
    return tuple(nsmallest(SKETCH, {_hash(run) for run in runs}))


def _hash(text: str) -> int:
    # a checksum alone is linear: like texts would have like values
    return (zlib.crc32(text.encode()) * 0x9E3779B97F4A7C15 >> 13) & 0xFFFFFFFFFF


# ---- whether two are the same ----


def _likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimate which share of their shingles two texts have in common (Jaccard), from their sketches."""
    if not one or not other:
        return 0.0
    common = {*one} & {*other}
    both = sorted({*one, *other})[:SKETCH]
    return len(common.intersection(both)) / len(both)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def _near(one: _Print, other: _Print, most: timedelta = NEAR) -> bool:
    return one.at is None or other.at is None or abs(one.at - other.at) <= most


def _other_label(one: _Print, other: _Print) -> bool:
    """Whether each of two headlines names a model or release that the other does not."""
    mine, theirs = _numbered(one.labels - other.labels), _numbered(other.labels - one.labels)
    return bool(mine and theirs)


def _numbered(labels: Iterable[str]) -> set[str]:
    return {label for label in labels if any(letter.isdigit() for letter in label)}


def _same(one: _Print, other: _Print) -> str:
    """Say how two articles tell one story, empty where they do not."""
    if not _near(one, other, LONGEST) or _other_label(one, other):
        return ""
    if one.chinese != other.chinese:
        return "translation" if _same_names(one, other) else ""
    likeness = _likeness(one.sketch, other.sketch)
    if likeness >= (REPEAT if one.feed == other.feed else COPY):
        return "text"
    if one.feed == other.feed:
        return ""
    if _same_headline(one, other, likeness):
        return "title"
    return "names" if _same_names(one, other) else ""


def _same_headline(one: _Print, other: _Print, likeness: float) -> bool:
    alike = _share(one.headline, other.headline)
    if alike == 1 and (len(one.title) >= _LONG_TITLE or one.labels):
        return _near(one, other)
    if min(len(one.headline), len(other.headline)) < 4:
        return False
    return alike + likeness >= (HEADLINE if _near(one, other) else _REWORDED)


def _same_names(one: _Print, other: _Print) -> bool:
    """Whether two texts of any language name the same models, figures and brands, and hardly any other.

    Both must have a date. Where the headlines name the same model, less of the texts has to agree; within one
    language, where much is written of one model in one week, a figure has to be the same as well. Letters of many
    stories are like each of them, so they are left alone.
    """
    if not _near(one, other) or one.at is None or other.at is None or one.letter or other.letter:
        return False
    common = _common(one, other)
    strong = any(weight > 1 for name, weight in one.names.items() if name in other.names)
    smaller = min(sum(one.names.values()), sum(other.names.values()))
    if one.chinese == other.chinese:
        figure = any(name[0] in _FIGURE for name in one.names.keys() & other.names.keys())
        return strong and figure and common >= _COMMON + 1 and common >= 0.6 * smaller
    if _same_labels(one, other) and abs(one.at - other.at) <= _SAME_DAY:
        return common >= 2
    return strong and common >= _COMMON and common >= 0.5 * smaller


def _same_labels(one: _Print, other: _Print) -> bool:
    """Whether the headlines name the same, beside what only the one that is not Chinese has in capitals."""
    chinese, english = (one, other) if one.chinese else (other, one)
    telling = chinese.labels & english.labels - _MAKERS
    return (
        bool(telling)
        and chinese.labels - _MAKERS <= english.labels
        and not _numbered(english.labels - chinese.labels)
    )


def _common(one: _Print, other: _Print) -> float:
    names = one.names.keys() | other.names.keys()
    return sum(
        min(one.names.get(name, 3.0), other.names.get(name, 3.0))
        for name in names
        if (name in one.names or name in one.words) and (name in other.names or name in other.words)
    )


# ---- where to look ----

_DAYS = 4
"""Days of one bucket of the index; it and both beside it hold all that is ``NEAR``."""

_COMPARED = 30
"""Candidates that are compared, those with most keys in common first."""

_VOTES = {"text": 4_000, "title": 8_000, "name": 6_000, "word": 1_000}
"""What a key counts for that two articles have in common, shared out among all that have it."""

_WORTH = 300
"""Votes with which an article is compared: a rare key, or several that are not."""

_LONG_TITLE = 12
"""Characters of a headline that is repeated and not met again by chance."""

_Key = tuple[str, str | int, int | None]


@dataclass
class Index:
    """The articles that were placed, found by what they have in common. ``add`` makes it again from what is kept.

    ``shared`` are addresses that several items of one feed have, which are no identity.
    """

    shared: set[str] = field(default_factory=set)
    began: list[datetime | None] = field(default_factory=list)
    _prints: list[_Print] = field(default_factory=list)
    _story: list[int] = field(default_factory=list)
    _by_id: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_address: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_key: defaultdict[_Key, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, article: Article, story: int) -> None:
        """Put an article into the index that is known to belong to a story, by its number (from 0)."""
        self._put(_print_of(article), story)

    def _put(self, new: _Print, story: int) -> None:
        number = len(self._prints)
        self._prints.append(new)
        self._story.append(story)
        self.began.extend([None] * (story + 1 - len(self.began)))
        self.began[story] = min(filter(None, (self.began[story], new.at)), default=None)
        if new.id:
            self._by_id[new.feed, new.id].append(number)
        if new.address:
            self._by_address[new.address].append(number)
        for key in _keys(new, (_bucket(new),)):
            self._by_key[key].append(number)

    def _place(self, new: _Print) -> Placed:
        if (earlier := self._earlier(new)) is not None:
            return Placed(self._story[earlier], "version")
        if (elsewhere := self._elsewhere(new)) is not None:
            return Placed(self._story[elsewhere], "address")
        found: dict[str, int] = {}
        for number in self._candidates(new):
            how = _same(new, self._prints[number])
            if how and how not in found and self._still_grows(self._story[number], new):
                found[how] = self._story[number]
        for how in ("text", "title", "translation", "names"):
            if how in found:
                return Placed(found[how], how)
        return Placed(len(self.began), "new")

    def _earlier(self, new: _Print) -> int | None:
        """Find the article of the same feed that this one is another version of."""
        same_id = self._by_id[new.feed, new.id][-CROWD:] if new.id else []
        same_address = self._by_address[new.address][-CROWD:] if new.address else []
        for number in reversed([*same_address, *same_id]):
            known = self._prints[number]
            if known.feed == new.feed:
                if _is_version(new, known, shared=new.address in self.shared):
                    return number
                if known.address == new.address:
                    self.shared.add(new.address)
        return None

    def _elsewhere(self, new: _Print) -> int | None:
        """Find the article of another feed that has the same address, if that is one page's."""
        if "/" not in new.address.removeprefix("https://") or new.address in self.shared:
            return None
        others = (number for number in self._by_address[new.address] if self._prints[number].feed != new.feed)
        return next(others, None)

    def _candidates(self, new: _Print) -> list[int]:
        votes: defaultdict[int, int] = defaultdict(int)
        bucket = _bucket(new)
        near = (None,) if bucket is None else (bucket - 1, bucket, bucket + 1)
        for key in _keys(new, near):
            known = self._by_key.get(key, ())
            if key[0] != "word" or len(known) <= CROWD:
                vote = _VOTES[key[0]] // max(len(known), 1)
                for number in known[-CROWD:]:
                    votes[number] += vote
        worth = sorted((-count, number) for number, count in votes.items() if count >= _WORTH)
        return [number for _, number in worth[:_COMPARED]]

    def _still_grows(self, story: int, new: _Print) -> bool:
        began = self.began[story]
        return began is None or new.at is None or abs(new.at - began) <= LONGEST


def _keys(new: _Print, buckets: Iterable[int | None]) -> Iterator[_Key]:
    for value in new.sketch[:LOOKED_UP]:
        yield "text", value, None
    if len(new.title) >= _LONG_TITLE:
        yield "title", new.title, None
    strong = [name for name, weight in new.names.items() if weight > 1]
    for bucket in buckets:
        for name in {*strong, *new.labels}:
            yield "name", name, bucket
        for word in new.headline:
            yield "word", word, bucket


def _bucket(new: _Print) -> int | None:
    return new.at.toordinal() // _DAYS if new.at else None


def _is_version(new: _Print, known: _Print, *, shared: bool) -> bool:
    """Whether two items of one feed are one article. Feeds repeat ids and addresses for what is not."""
    alike = not _other_label(new, known) and (
        (new.title != "" and new.title == known.title)
        or _share(new.headline, known.headline) >= 0.5
        or _likeness(new.sketch, known.sketch) >= COPY
    )
    same_address = new.address == known.address
    if new.id and new.id == known.id:
        return alike or (not shared and (same_address or not new.address or not known.address))
    if new.id and known.id:
        return same_address and not shared and alike and new.title == known.title
    return same_address and (alike or (not shared and new.at is not None and new.at == known.at))


def place(article: Article, index: Index) -> Placed:
    """Say which story an article belongs to, and put it into the index: a new story has the next number."""
    new = _print_of(article)
    placed = index._place(new)
    index._put(new, placed.story)
    return placed


def fold(articles: Iterable[Article]) -> list[Story]:
    """Fold articles into stories, the story that began first being the first.

    The same articles in another order give the same stories; articles without a date come last.
    """
    ordered = sorted(articles, key=_order)
    index = Index(shared=shared_addresses(ordered))
    members: defaultdict[int, list[Article]] = defaultdict(list)
    ways: defaultdict[int, list[str]] = defaultdict(list)
    for article in ordered:
        story, how = place(article, index)
        members[story].append(article)
        ways[story].append(how)
    return [Story(tuple(members[story]), tuple(ways[story])) for story in sorted(members)]


def _order(article: Article) -> tuple[bool, datetime, tuple[str, ...]]:
    at = article.published or article.updated
    said = (
        article.feed,
        article.id or "",
        article.link or "",
        article.title,
        article.summary,
        article.content or "",
        article.author,
    )
    return at is None, at or datetime.min.replace(tzinfo=UTC), said


def shared_addresses(articles: Iterable[Article]) -> set[str]:
    """Give the addresses that three items of one feed have that are not called the same."""
    titles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for article in articles:
        if article.link:
            titles[article.feed, canonical_address(article.link)].add(article.title)
    return {address for (_, address), different in titles.items() if len(different) > 2}
