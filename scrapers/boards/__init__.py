"""One file a leaderboard source: ``SOURCE`` declares it, ``parse(payload)`` reads what it sends.

The files beside this one are found by being here; an installed copy takes further ones from
``TOPSPOT_BOARDS_DIR``. A name that begins with an underscore is a helper, not a source.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, Protocol

from topspot.domain.values import Item, Payload, Reading, Source

Parse = Callable[[Payload], Iterable[Item]]


class Part(NamedTuple):
    """One date of a history: its digest (equal where it says the same), and how many dates there are."""

    day: date
    digest: str
    total: int


class ParseHistory(Protocol):
    """Reads a history that lies in the file of a payload, date by date in order."""

    def __call__(
        self, payload: Payload, *, known: Mapping[date, str], since: date | None
    ) -> Iterator[tuple[Part, list[Reading]]]:
        """Give each date from ``since`` on with its rows, or without where its digest is ``known``."""


class Links(NamedTuple):
    """The addresses that a payload leads to: those that a visit asks next, and those that only a backfill asks.

    ``before`` are of older publications, the oldest first. An address that stands in both is asked once.
    """

    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


class SourceFile(NamedTuple):
    """A declared source, the function that reads its payloads, and what else its file has to say.

    ``parse_history(payload, known=…, since=…)`` gives the history that lies in the payload's file date by date;
    of dates whose digest is ``known`` it gives no rows. ``observed_at(payload)`` says when an imported file was
    fetched, where it says so itself. ``links(payload)`` says where a payload leads to, for a site whose addresses
    are found and not written down. ``beside(payload)`` names the file that a payload is read with, by how its
    address or name ends; it is then the payload's ``beside``.
    """

    source: Source
    parse: Parse
    file: str = ""
    parse_history: ParseHistory | None = None
    observed_at: Callable[[Payload], datetime | None] | None = None
    links: Callable[[Payload], Links] | None = None
    beside: Callable[[Payload], str | None] | None = None


class BrokenSourceFile(ValueError):
    """A file of sources cannot be used; the message names it and says why."""


def find_sources(extra: Path | None = None) -> dict[str, SourceFile]:
    """Give every source by its key: the packaged ones, then those of the folder ``extra``.

    Raises ``BrokenSourceFile`` for a folder that is none and for a file that cannot be loaded, lacks ``SOURCE``
    or ``parse``, or takes a key that another file has.
    """
    if extra and not extra.is_dir():
        raise BrokenSourceFile(f"TOPSPOT_BOARDS_DIR: {extra} is not a folder")
    packaged = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    found = [_source_of(importlib.import_module(f"{__name__}.{stem}"), stem) for stem in packaged]
    if extra:
        found += [_load(path) for path in sorted(extra.glob("[!_]*.py"))]
    sources: dict[str, SourceFile] = {}
    for entry in found:
        if entry.source.key in sources:
            other = sources[entry.source.key].file
            raise BrokenSourceFile(f"{other} and {entry.file} both declare the source {entry.source.key!r}")
        sources[entry.source.key] = entry
    return sources


def _load(path: Path) -> SourceFile:
    spec = importlib.util.spec_from_file_location(f"topspot_boards_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BrokenSourceFile(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # an operator's file may fail in any way; it is named
        raise BrokenSourceFile(f"{path}: {type(error).__name__}: {error}") from error
    return _source_of(module, str(path))


def _source_of(module: ModuleType, name: str) -> SourceFile:
    source, parse = getattr(module, "SOURCE", None), getattr(module, "parse", None)
    if not isinstance(source, Source) or not callable(parse):
        raise BrokenSourceFile(f"{name}: a source file has SOURCE = Source(…) and a function parse(payload)")
    further = (getattr(module, attribute, None) for attribute in SourceFile._fields[3:])
    return SourceFile(source, parse, name, *further)
