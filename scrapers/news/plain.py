"""Plain text of what outsiders write: no markup, no entity, nothing that hides or reorders, bounded.

What is cleaned here is safe to show as text, and to be searched for names and figures.
"""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

MOST_TITLE = 300
MOST_SUMMARY = 1_000
MOST_CONTENT = 100_000
MOST_LINK = 2_000
"""Characters that are kept of each."""

_NOT_SHOWN = re.compile(
    r"<(script|style|template|noscript|svg|head)\b[^>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>",
    re.IGNORECASE | re.DOTALL,
)

_CELL = re.compile(r"</?(?:td|th)\b[^<>]*>", re.IGNORECASE)

_LINE = "\x1e"
"""Where a line ends while markup is taken out; it is a control character, which no text keeps."""

_BREAK = re.compile(
    r"</?(?:p|br|hr|div|li|ul|ol|h[1-6]|table|tr|blockquote|pre|section|article|figure|figcaption|header|"
    r"footer|dt|dd)\b[^<>]*>",
    re.IGNORECASE,
)

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>|</?(?:script|style|iframe|object|embed)\b", re.IGNORECASE)

_MOST_LAYERS = 6
"""How often text is unwrapped that was escaped again and again."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories of what no reader sees: control, bidi and zero-width characters, halves, private use."""


def plain(markup: str, most: int) -> str:
    """Give what a reader sees of a text that may hold HTML, on one line of at most ``most`` characters.

    A text that is too long is cut at a word and ends with an ellipsis.
    """
    return cut(one_line(_shown(markup, most).replace(_LINE, " ")), most)


def plain_lines(markup: str, most: int) -> str:
    """Give the same with a line for each paragraph, item, heading or row, so that none runs into the next."""
    if "<" not in markup:
        markup = markup.replace("\n", _LINE)
    return cut(in_lines(_shown(markup, most).split(_LINE)), most)


def in_lines(lines: Iterable[str]) -> str:
    """Put each of some lines that is not empty on one line."""
    return "\n".join(filter(None, map(one_line, lines)))


def _shown(markup: str, most: int) -> str:
    # twenty characters of markup to one of text is more than any page has
    text = markup[: 20 * most + 10_000]
    for _ in range(_MOST_LAYERS):
        bare = unescape(_without_markup(text))
        if bare == text:
            break
        text = bare
    else:
        text = text.replace("<", " ").replace("&", " ")
    return text


def one_line(text: str) -> str:
    """Put a text on one line without hidden characters, composed (NFC), single spaces between its words."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if not text.isprintable():
        text = "".join(letter for letter in text if unicodedata.category(letter) not in _HIDDEN)
        text = " ".join(text.split())
    return text


def cut(text: str, most: int) -> str:
    """Give at most ``most`` characters of a text, cut at a word where there is one near."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    space = head.rfind(" ", most * 3 // 4)
    return (head[:space] if space > 0 else head).rstrip() + "…"


def link_of(address: object, base: str) -> str | None:
    """Give the absolute http or https address that a printed one means, ``None`` for any other.

    ``base`` is the address of the document (or its ``xml:base``). User names in an address are refused, and so is
    one that is longer than ``MOST_LINK``.
    """
    if not isinstance(address, str) or len(address) > MOST_LINK:
        return None
    try:
        whole = urljoin(base, "".join(one_line(address).split(" ")) or " ")
        parts = urlsplit(whole)
        port_is_a_number = parts.port is None or parts.port >= 0
    except ValueError:
        return None
    if not address.strip() or parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        return None
    return whole if port_is_a_number and "\\" not in whole and len(whole) <= MOST_LINK else None


def _without_markup(text: str) -> str:
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK.sub(_LINE, _CELL.sub(" ", _NOT_SHOWN.sub(" ", text))))


_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("ja", re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")),
    ("zh", re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("ur", re.compile(r"[\u0679\u0688\u0691\u06ba\u06d2\u06be]")),
    ("ar", re.compile(r"[\u0621-\u064a]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),  # the letters that Russian does not have
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
"""Letters by language, in the order in which they decide: kana before the characters that Japanese shares."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")

_WORDS = {
    "en": "the of and to in is for with on that this from are how by at new it as we our you an its has was",
    "de": "der die das und ist nicht mit für von den auf ein eine im dem zu des sich auch bei wird nach wie aus",
    "fr": "le la les des et est dans pour une un sur avec qui que du au par pas ce sont aux en",
    "es": "el los las del en por con una para que se un su al como más la lo sus",
    "pt": "os as do da dos das em um uma para com não que no na por mais ao se",
    "it": "il gli della del di che per un una con non sono nel alla le più dei",
    "nl": "het een en van op te dat met voor zijn niet aan er naar bij ook",
    "sk": "a v z na sa je že do pre po za ako aj ktorý by sú pri",
    "pl": "na się nie jest do że jak po co dla od oraz przez",
}
"""Words that hold sentences together, of the Latin languages that news here comes in."""

LATIN = frozenset(_WORDS)
"""Languages in Latin letters that are told apart by words, so that a short text may not say which it is."""

_BY_WORD = {name: frozenset(words.split()) for name, words in _WORDS.items()}


def language_of(text: str) -> str | None:
    """Guess the language of a text from the text: ISO 639-1, ``None`` where it is too short to say.

    Names of models are Latin in any language, so few Chinese characters beside many Latin ones are Chinese.
    """
    sample = text[:4_000]
    latin = len(_LATIN.findall(sample))
    for language, letters in _SCRIPTS:
        own = len(letters.findall(sample))
        if own * (6 if language in ("zh", "ja", "ko") else 2) > latin and own >= _enough(language, sample):
            return language
    words = set(re.findall(r"[^\W\d_]+", sample.lower()))
    found = {language: len(words & own) for language, own in _BY_WORD.items()}
    best = max(found, key=found.__getitem__)
    rest = sorted(found.values())[-2]
    return best if found[best] >= 2 and found[best] > rest else None


def _enough(language: str, sample: str) -> float:
    """How many letters decide: of Japanese, Urdu and Ukrainian a share, since they share the others."""
    return 2 if language not in ("ja", "ur", "uk") else max(2, 0.02 * len(sample))
