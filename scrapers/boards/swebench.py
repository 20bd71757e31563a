"""SWE-bench: which systems resolve most issues of real repositories, in one JSON for all its boards.

An entry is a system, an agent with one or more models, so it has no developer: the models and who made the agent
stand in its tags. A name may stand several times (TRAE in May and in June), told apart by date and folder. The
file has no date of its own, and what is said of an entry changed its keys in June 2025.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from scrapers.formats.cells import detail_of
from scrapers.formats.files import board_given, json_of, number_in, published_on, text_in
from topspot.domain.check import LONGEST_DETAIL
from topspot.domain.values import (
    OVERALL,
    PERCENT,
    Board,
    Fact,
    Item,
    LayoutChanged,
    License,
    Payload,
    Reading,
    Remark,
    Source,
    Terms,
)

ADDRESS = "https://raw.githubusercontent.com/SWE-bench/swe-bench.github.io/master/data/leaderboards.json"


def _board(name: str, fewest_rows: int, *, headline: bool = False) -> Board:
    title = f"SWE-bench {name}"
    return Board(
        f"swebench/{name}",
        title,
        PERCENT,
        headline=headline,
        fewest_rows=fewest_rows,
        categories=(OVERALL,),
    )


BOARDS = {
    "Verified": _board("Verified", 60, headline=True),
    "Lite": _board("Lite", 40),
    "Test": _board("Test", 10),
    "Multimodal": _board("Multimodal", 10),
    "bash-only": _board("bash-only", 10),
}
"""The boards by the names that the file has for them."""

SOURCE = Source(
    key="swebench",
    publisher="SWE-bench",
    license=License("CC BY-NC 4.0", credit="SWE-bench leaderboards, https://www.swebench.com", commercial=False),
    every=timedelta(hours=12),
    boards={ADDRESS: BOARDS["Verified"]},
    imports=tuple(board for name, board in BOARDS.items() if name != "Verified"),
    terms=Terms(
        store=True,
        show=True,
        export=True,
        note="CC BY-NC 4.0: with credit and not for profit, as third parties report it; not looked up: the"
        " license itself, the host's terms and robots.txt",
    ),
    format="JSON",
    needs=("leaderboards", "name", "results", "resolved"),
    dated=False,
)

SAID = {
    "date": "date",
    "folder": "folder",
    "checked": "checked",
    "verified": "verified",
    "open_model": "os_model",
    "open_system": "os_system",
    "open_source": "oss",
    "agent_version": "mini-swe-agent_version",
    "warning": "warning",
}
"""What is kept of an entry beyond its tags, by the key of the file that says it."""

UNUSED = (
    *("logo", "org_logo", "site", "logs", "trajs", "trajs_docent"),
    *("cost", "instance_cost", "instance_calls", "per_instance_details"),
)

KNOWN = {"name", "resolved", "tags", *SAID.values(), *UNUSED}

SHED = ("tags", *(mark for mark in SAID if mark != "date"), "models", "date")
"""What is left out of a detail that is too long, in order, until it is short enough."""


def parse(payload: Payload) -> Iterator[Item]:
    """Read all boards of the file, or the one that was said on import.

    A board that nobody knows is a remark, an entry without a share resolved a fact. ``detail`` has the entry's
    own date, models, tags (the maker of the agent among them) and marks; where that is longer than may be stored,
    its tags go first and its models and date last. Raises ``LayoutChanged`` for a payload in another shape, also
    for one without Verified or the board that was said.
    """
    wanted = board_given(payload, SOURCE.all_boards)
    printed = _boards(json_of(payload))
    on = published_on(payload)
    known = {name: entries for name, entries in printed.items() if name in BOARDS}
    items = [
        _item(entry, BOARDS[name].key, on, (name, "entry", number))
        for name, entries in known.items()
        if wanted in (None, BOARDS[name].key)
        for number, entry in enumerate(entries, start=1)
    ]
    _refuse_without(wanted or BOARDS["Verified"].key, items, printed)
    yield from _remarks(printed)
    yield from _unknown_keys(known.values())
    yield from items


def _boards(found: Any) -> dict[str, list[dict[str, Any]]]:
    boards = found.get("leaderboards") if isinstance(found, dict) else None
    if not isinstance(boards, list):
        raise LayoutChanged("expected an object with a list of 'leaderboards'")
    for number, board in enumerate(boards, start=1):
        if not isinstance(board, dict) or not _all_objects(board.get("results")):
            raise LayoutChanged(f"leaderboard {number} should be an object with a list of objects as 'results'")
    names = [text_in(board, "name", "leaderboard", number) for number, board in enumerate(boards, start=1)]
    for name, count in Counter(names).items():
        if count > 1:
            raise LayoutChanged(f"board {name[:60]!r} stands {count} times")
    return {name: board["results"] for name, board in zip(names, boards, strict=True)}


def _all_objects(results: object) -> bool:
    return isinstance(results, list) and all(isinstance(entry, dict) for entry in results)


def _refuse_without(board: str, items: list[Reading | Fact], printed: Collection[str]) -> None:
    if not any(isinstance(item, Reading) and item.board == board for item in items):
        found = ", ".join(printed)[:200]
        raise LayoutChanged(f"expected entries of {board} with a number as 'resolved'; found boards {found!r}")


def _remarks(printed: Mapping[str, list[dict[str, Any]]]) -> Iterator[Remark]:
    for name, entries in printed.items():
        if name not in BOARDS:
            yield Remark(f"board {name[:60]!r} is not known and is left out")
        elif not entries:
            yield Remark(f"board {name!r} has no entries")


def _unknown_keys(boards: Iterable[list[dict[str, Any]]]) -> Iterator[Remark]:
    every = {key: None for entries in boards for entry in entries for key in entry}
    yield from (Remark(f"key {key[:60]!r} is not known and is left out") for key in every if key not in KNOWN)


def _item(entry: Mapping[str, Any], board: str, on: date, where: tuple[object, ...]) -> Reading | Fact:
    name = text_in(entry, "name", *where)
    resolved = number_in(entry, "resolved", *where)
    detail = _detail(entry, where)
    if resolved is None:
        return Fact(name, detail=detail)
    return Reading(board, OVERALL, on, name, rating=resolved, detail=detail)


def _detail(entry: Mapping[str, Any], where: tuple[object, ...]) -> str:
    models, tags = _tags(entry, where)
    marks = {key: _mark(entry, printed, where) for key, printed in SAID.items()}
    said: dict[str, Any] = {**marks, "models": models, "tags": tags}
    for left_out in ("", *SHED):
        said.pop(left_out, None)
        detail = detail_of(**said)
        if len(detail) <= LONGEST_DETAIL:
            break
    return detail


def _tags(entry: Mapping[str, Any], where: tuple[object, ...]) -> tuple[list[str], list[str]]:
    tags = entry.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise LayoutChanged(f"'tags' of {_words(where)} should be a list of texts, found {str(tags)[:40]!r}")
    split = [tag.partition(":") for tag in tags]
    models = [model.strip() for kind, _, model in split if kind == "Model"]
    return models, [tag for tag, (kind, _, _) in zip(tags, split, strict=True) if kind != "Model"]


def _mark(entry: Mapping[str, Any], key: str, where: tuple[object, ...]) -> str | bool | None:
    value = entry.get(key)
    if value is None or isinstance(value, str | bool):
        return value
    raise LayoutChanged(f"{key!r} of {_words(where)} should be a text or a yes or no, found {str(value)[:40]!r}")


def _words(where: tuple[object, ...]) -> str:
    return " ".join(map(str, where))
