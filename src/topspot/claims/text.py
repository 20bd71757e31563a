"""A text made plain, and cut into sentences, in English and Chinese."""

import html
import re
from collections.abc import Iterator

_ADDRESS = re.compile(r"https?://[^\s)\]>，。；）]+")

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")

_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\([^()\s]*\)")

_NOBODY_SEES = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufe0f\ufeff]|[*`~]+|(?<!\w)_+|_+(?!\w)")

_ITEM = re.compile(r"^[ \t]*[-*\u2022\u00b7][ \t]+", re.MULTILINE)
"""The mark of a list item, in the ways of Markdown and others."""

_SPACE = re.compile(r"[^\S\n]+")

_END = re.compile(
    r"""
    (?<=[。\uff01\uff1f])["”」』\uff09)]*\s*                            # an end of a Chinese sentence
    | (?<=[!?…])["”\u2019)]*\s+(?=\S)                                  # of a loud one
    | (?<=[.])["”\u2019)]*\s+(?=["“\u2018(]?(?:@\w|[A-Z0-9\u3400-\u9fff]))  # a point before a capital or a handle
    | (?<=[\]\u3400-\u9fff])\s+(?=-\s[^\n]{0,40}[\u3400-\u9fff])  # before an item of a Chinese list
    | \s*\n\s*
    """,
    re.VERBOSE,
)

_NO_END = re.compile(
    r"(?:\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|no|Nr|vs|Mr|Mrs|Ms|Dr|St|Inc|Ltd|Co|Corp|Fig|approx|e\.g|i\.e|cf|U\.S|[A-Z])\.|(?:^|[:;,)])\s*\d{1,2}\.)$"
)
"""What a point behind does not end a sentence."""


def plain(text: str) -> str:
    """Take markup, addresses and characters that nobody sees out of a text; its lines stay.

    List items begin with ``- ``, whatever marks them.
    """
    text = _ITEM.sub("- ", _TAG.sub(" ", html.unescape(text)))
    text = _ADDRESS.sub(" ", _LINK.sub(r"\g<text>", text))
    return _SPACE.sub(" ", _NOBODY_SEES.sub("", text)).strip()


def sentences(text: str) -> Iterator[str]:
    """Cut a plain text into its sentences."""
    begin = 0
    for end in _END.finditer(text):
        if _NO_END.search(text[begin : end.start()]) and "\n" not in end[0]:
            continue
        yield from _kept(text[begin : end.end()])
        begin = end.end()
    yield from _kept(text[begin:])


def _kept(text: str) -> Iterator[str]:
    if text.strip():
        yield _SPACE.sub(" ", text).strip()
