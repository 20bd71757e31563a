"""Parquet payloads, read within bounds: columns by name, or an error that says what was found instead."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from topspot.domain.values import LayoutChanged, Payload

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MOST_ROWS = 500_000
"""Rows of one payload that are read: a small file can claim to open to tens of millions."""

MOST_UNPACKED = 512 * 2**20
"""Bytes that the columns of one payload may unpack to, as its footer states them."""

MOST_TEXT = 128 * 2**20
"""Bytes of text in one payload: a long word that the file keeps once may stand in every row."""

MOST_HISTORY = 20_000_000
"""Rows of one file that holds a whole history."""

MOST_GROUP = 2_000_000
"""Rows of one row group of such a file: a row group is what is in memory at a time."""

Columns = list[list[Any]]
"""The values of some columns, each a list of equal length."""


def parquet_columns(payload: Payload, columns: Mapping[str, str]) -> Iterator[Columns]:
    """Give the named columns of a Parquet payload, one row group at a time.

    ``columns`` maps each name to what it holds: ``text``, ``number`` or ``date``. Further columns are left
    alone. Raises ``LayoutChanged`` where the payload is not Parquet, lacks a column, holds something else in
    it, or is larger than the bounds.
    """
    with _plain_errors():
        _refuse_other_formats(payload.body)
        yield from _groups(payload.body, columns)


class Slice(NamedTuple):
    """The rows of one date of a history.

    ``digest`` names what the file says in them (SHA-256, hexadecimal); ``columns`` are not read where that is
    known. ``total`` is how many dates there are.
    """

    day: date
    digest: str
    columns: Columns | None
    total: int


def parquet_parts(
    path: Path,
    columns: Mapping[str, str],
    by: str,
    date_of: Callable[[Any], date],
    *,
    known: Mapping[date, str],
    since: date | None,
) -> Iterator[Slice]:
    """Give a large Parquet file by the dates in its column ``by``, in order, from ``since`` on.

    ``known`` are digests that were read before. The row groups of one date are in memory at a time. Raises
    ``LayoutChanged`` as ``parquet_columns`` does.
    """
    import pyarrow as pa

    with _plain_errors(), pa.OSFile(str(path), "rb") as source:
        file = _opened(source, columns, _refuse_large_groups)
        where = {day: groups for day, groups in _where(file, by, date_of).items() if not since or day >= since}
        group = lru_cache(maxsize=1)(lambda number: _group(file, number, columns, by, date_of))
        for day in sorted(where):
            table = pa.concat_tables([part for number in where[day] for part in group(number)[day]])
            arrays = [table.column(name).unify_dictionaries().combine_chunks() for name in columns]
            _refuse_long(sum(map(_bytes_of_text, arrays)), table.num_rows)
            digest = _digest(arrays)
            read = None if known.get(day) == digest else [_values(array) for array in arrays]
            yield Slice(day, digest, read, len(where))


def _where(file: "pq.ParquetFile", by: str, date_of: Callable[[Any], date]) -> dict[date, list[int]]:
    """Say in which row groups each date stands."""
    where: dict[date, list[int]] = {}
    for number in range(file.num_row_groups):
        column = file.read_row_group(number, columns=[by], use_threads=False).column(by)
        for day in {date_of(value) for value in column.unique().to_pylist()}:
            where.setdefault(day, []).append(number)
    return where


def _group(
    file: "pq.ParquetFile", number: int, columns: Mapping[str, str], by: str, date_of: Callable[[Any], date]
) -> dict[date, list["pa.Table"]]:
    """Read a row group and cut it by date, without copying where its rows come in the order of dates."""
    import pyarrow.compute as pc

    table = file.read_row_group(number, columns=list(columns), use_threads=False)
    runs = _runs(table.column(by))
    if len(runs) > len({value for value, _ in runs}):
        table = table.take(pc.sort_indices(_plain(table.column(by))))
        runs = _runs(table.column(by))
    parts: dict[date, list[pa.Table]] = {}
    start = 0
    for value, end in runs:
        parts.setdefault(date_of(value), []).append(table.slice(start, end - start))
        start = end
    return parts


def _runs(column: Any) -> list[tuple[Any, int]]:
    """Give the runs of equal values in a column, each with the place behind its end."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(array.type):
        runs = pc.call_function("run_end_encode", [array])
        return list(zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True))
    runs = pc.call_function("run_end_encode", [array.indices])
    words = array.dictionary.to_pylist()
    values = [None if index is None else words[index] for index in runs.values.to_pylist()]
    return list(zip(values, runs.run_ends.to_pylist(), strict=True))


def _plain(array: Any) -> Any:
    import pyarrow as pa

    return array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array


def _digest(arrays: list[Any]) -> str:
    import pyarrow as pa

    batch = pa.RecordBatch.from_arrays(list(map(_plain, arrays)), [str(index) for index in range(len(arrays))])
    return hashlib.sha256(batch.serialize()).hexdigest()


def _refuse_large_groups(file: "pq.ParquetFile") -> None:
    meta = file.metadata
    for number in range(meta.num_row_groups):
        group = meta.row_group(number)
        if group.num_rows > MOST_GROUP or group.total_byte_size > MOST_UNPACKED:
            raise LayoutChanged(
                f"a row group of {group.num_rows:,} rows and {group.total_byte_size:,} bytes unpacked, "
                f"more than the {MOST_GROUP:,} and {MOST_UNPACKED:,} that are read"
            )
    if meta.num_rows > MOST_HISTORY:
        raise LayoutChanged(f"a file of {meta.num_rows:,} rows, more than the {MOST_HISTORY:,} that are read")


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except LayoutChanged as error:
        raise LayoutChanged(_shown(error, 300)) from None
    except (pa.ArrowException, OSError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
        raise LayoutChanged(f"a damaged Parquet file ({_shown(error, 120)})") from error


def _refuse_other_formats(body: bytes) -> None:
    head = body[:512].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<head", b"<script")):
        raise LayoutChanged(f"expected Parquet, found a web page: {_title(body)!r}")
    if body[:4] != b"PAR1" or body[-4:] != b"PAR1":
        raise LayoutChanged(f"expected Parquet, found {len(body)} bytes that begin with {body[:8]!r}")


def _title(body: bytes) -> str:
    text = body[:4096].decode("utf-8", "replace")
    _, _, rest = text.partition("<title>")
    return (rest.partition("</title>")[0] or text).strip()[:60]


def _groups(body: bytes, columns: Mapping[str, str]) -> Iterator[Columns]:
    import pyarrow as pa

    file = _opened(pa.BufferReader(body), columns, _refuse_large)
    text = 0
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=list(columns), use_threads=False)
        arrays = [table.column(name).unify_dictionaries().combine_chunks() for name in columns]
        text += sum(map(_bytes_of_text, arrays))
        _refuse_long(text, file.metadata.num_rows)
        yield [_values(array) for array in arrays]


def _opened(
    source: Any, columns: Mapping[str, str], refuse: Callable[["pq.ParquetFile"], None]
) -> "pq.ParquetFile":
    """Open a file that has the columns, so that a word that stands in many rows is one object in memory."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(source)
    refuse(file)
    names = set(file.schema_arrow.names)
    missing = [name for name in columns if name not in names]
    if missing:
        raise LayoutChanged(f"column {missing[0]!r} is missing; found {', '.join(sorted(names))}")
    for name, kind in columns.items():
        _expect(name, kind, file.schema_arrow.field(name).type)
    texts = [name for name, kind in columns.items() if kind != "number"]
    return pq.ParquetFile(source, read_dictionary=texts)


def _refuse_long(text: int, rows: int) -> None:
    if text > MOST_TEXT:
        raise LayoutChanged(f"{rows:,} rows and more than {MOST_TEXT:,} bytes of text")


def _bytes_of_text(array: Any) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(array.type) or pa.types.is_primitive(array.type.value_type):
        return 0  # it opens to no more than its footer says
    return int(pc.sum(pc.binary_length(array.dictionary).take(array.indices)).as_py() or 0)


def _values(array: Any) -> list[Any]:
    import pyarrow as pa

    if not pa.types.is_dictionary(array.type):
        return list(array.to_pylist())
    words = array.dictionary.to_pylist()
    return [None if index is None else words[index] for index in array.indices.to_pylist()]


def _refuse_large(file: "pq.ParquetFile") -> None:
    meta = file.metadata
    unpacked = sum(meta.row_group(index).total_byte_size for index in range(meta.num_row_groups))
    if meta.num_rows > MOST_ROWS or unpacked > MOST_UNPACKED:
        raise LayoutChanged(
            f"a file of {meta.num_rows:,} rows and {unpacked:,} bytes unpacked, "
            f"more than the {MOST_ROWS:,} and {MOST_UNPACKED:,} that are read"
        )


def _expect(name: str, kind: str, found: Any) -> None:
    from pyarrow import types

    inner = found.value_type if types.is_dictionary(found) else found
    texts = types.is_string(inner) or types.is_large_string(inner) or types.is_string_view(inner)
    numbers = types.is_integer(inner) or types.is_floating(inner)
    dates = texts or types.is_date(inner) or types.is_timestamp(inner)
    if not {"text": texts, "number": numbers, "date": dates}[kind]:
        raise LayoutChanged(f"column {name!r} should hold a {kind}, found {found}")


def _shown(error: BaseException, most: int) -> str:
    # names of columns and types come from outside: a NUL in a reason is more than PostgreSQL takes
    text = (str(error).splitlines() or [type(error).__name__])[0][:most]
    return "".join(letter if letter.isprintable() else "?" for letter in text)
