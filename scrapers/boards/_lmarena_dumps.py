"""LMArena's dataset as JSON: its rows, and beside them what they are and when they were published."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from scrapers.boards._lmarena import BOARDS, COLUMNS
from scrapers.formats.cells import category_of, date_of, whole
from scrapers.formats.files import board_given, json_of, number_in, text_in
from topspot.domain.values import Item, LayoutChanged, Payload, Reading, Remark

PUBLISHED = "leaderboard_publish_date"

UNUSED = ("variance",)

_MARK = b"PAR1"


def dump_rows(payload: Payload, board_key: str) -> Iterator[Item]:
    """Read the rows of a dump as the same rows of a Parquet file would be read, all of one board.

    A row's published date is its own, else the one said on import, else that of the whole. Raises
    ``LayoutChanged`` for a payload in another shape.
    """
    dump = _dump(payload)
    rows = dump["rows"]
    yield from _remarks(dump["meta"], rows, board_key)
    published = payload.published_on or dump["meta"].get(PUBLISHED)
    for number, row in enumerate(rows, start=1):
        yield _reading(row, number, board_key, published)


def board_of(payload: Payload) -> str:
    """Give the key of the board of an imported file of the dataset, in JSON or Parquet.

    It is the one said on import, else that of the subset the dump says it is, else that of the longest name of a
    subset in the file's name. Raises ``LayoutChanged`` where none of them tells.
    """
    keys = [board.key for board in BOARDS.values()]
    if given := board_given(payload, keys):
        return given
    subset = _subset_of(payload) or _subset_in(payload.name)
    if subset is None:
        raise LayoutChanged(
            f"neither the file nor its name tells the board: say --board with one of {', '.join(keys)}"
        )
    return BOARDS[subset].key


def fetched_at(payload: Payload) -> datetime | None:
    """Give the instant in UTC at which a dump says that it was fetched, ``None`` where it says none.

    A file that cannot be read says none; reading its rows says why.
    """
    try:
        said = None if _is_parquet(payload) else _dump(payload)["meta"].get("fetched_at")
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
        return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _is_parquet(payload: Payload) -> bool:
    if payload.file is None:
        return payload.body.startswith(_MARK)
    with payload.file.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


@lru_cache(maxsize=1)  # its board, its instant and its rows are asked for one after the other
def _dump(payload: Payload) -> dict[str, Any]:
    found = json_of(payload)
    if isinstance(found, list):
        found = {"rows": found}
    if not isinstance(found, dict) or not isinstance(found.get("rows"), list):
        raise LayoutChanged("expected rows, or an object with 'meta' and 'rows'")
    meta = found.get("meta", {})
    if not isinstance(meta, dict):
        raise LayoutChanged(f"'meta' should be an object, found {str(meta)[:40]!r}")
    if not found["rows"]:
        raise LayoutChanged("no rows")
    for number, row in enumerate(found["rows"], start=1):
        if not isinstance(row, dict):
            raise LayoutChanged(f"row {number} should be an object, found {str(row)[:40]!r}")
    return {"meta": meta, "rows": found["rows"]}


def _remarks(meta: Mapping[str, Any], rows: list[dict[str, Any]], board_key: str) -> Iterator[Remark]:
    subset = meta.get("subset")
    if subset is not None and _key_of(subset) != board_key:
        yield Remark(f"subset {str(subset)[:60]!r} is not that of {board_key}, as which the rows are read")
    for name in {name: None for row in rows for name in row}:
        if name not in COLUMNS and name not in UNUSED:
            yield Remark(f"column {name[:60]!r} is not known and is left out")


def _key_of(subset: object) -> str | None:
    return BOARDS[subset].key if isinstance(subset, str) and subset in BOARDS else None


def _subset_of(payload: Payload) -> str | None:
    if _is_parquet(payload):
        return None
    subset = _dump(payload)["meta"].get("subset")
    return subset if isinstance(subset, str) and subset in BOARDS else None


def _subset_in(name: str) -> str | None:
    words = name.lower().replace("-", "_")
    found = [subset for subset in BOARDS if re.search(rf"(?<![a-z0-9]){subset}(?![a-z0-9])", words)]
    return max(found, key=len, default=None)


def _reading(row: Mapping[str, Any], number: int, board_key: str, published: object) -> Reading:
    return Reading(
        board=board_key,
        category=category_of(text_in(row, "category", "row", number)),
        published_on=_date(published if row.get(PUBLISHED) is None else row[PUBLISHED]),
        name=text_in(row, "model_name", "row", number),
        organization=text_in(row, "organization", "row", number),
        license=text_in(row, "license", "row", number),
        rank=whole(number_in(row, "rank", "row", number)),
        rating=number_in(row, "rating", "row", number),
        lower=number_in(row, "rating_lower", "row", number),
        upper=number_in(row, "rating_upper", "row", number),
        votes=whole(number_in(row, "vote_count", "row", number)),
    )


def _date(value: object) -> date:
    if value is None:
        raise LayoutChanged(f"no {PUBLISHED} in the rows or in 'meta': say when it was published with --published")
    return date_of(value)
