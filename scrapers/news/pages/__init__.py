"""News indexes of publishers without a feed: one file each, found by being here and named in ``feeds.toml``.

``PAGE`` is the address that the file was written for; ``parse(body, url, seen_at)`` gives what ``read_feed``
gives.
A name that begins with an underscore is a helper, not a page.
"""

import importlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from scrapers.news.feed import FeedRead

Parse = Callable[[bytes, str, datetime], "FeedRead"]


def names() -> list[str]:
    """Give the names of all pages that can be read, in order."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def parser_of(name: str) -> Parse:
    """Give the parser of a page. Raises ``KeyError`` for a name that is none of ``names()``."""
    if name not in names():
        raise KeyError(name)
    return cast("Parse", importlib.import_module(f"{__name__}.{name}").parse)
