"""One file a leaderboard source: ``SOURCE`` declares it, ``parse(payload)`` reads what it sends.

The files beside this one are found by being here; an installed copy takes further ones from
``TOPSPOT_BOARDS_DIR``. A name that begins with an underscore is a helper, not a source.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from topspot.domain.values import Item, Payload, Source

Parse = Callable[[Payload], Iterable[Item]]


class SourceFile(NamedTuple):
    """A declared source and the function that reads its payloads."""

    source: Source
    parse: Parse
    file: str = ""


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
    return SourceFile(source, parse, name)
