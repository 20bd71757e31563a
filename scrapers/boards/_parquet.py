"""Parquet payloads, read within bounds: columns by name, or an error that says what was found instead."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from topspot.domain.values import LayoutChanged, Payload

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MOST_ROWS = 500_000
"""Rows of one payload that are read: a small file can claim to open to tens of millions."""

MOST_UNPACKED = 512 * 2**20
"""Bytes that the columns of one payload may unpack to, as its footer states them."""


def parquet_rows(payload: Payload, columns: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a Parquet payload as tuples of the named columns, one row group in memory at a time.

    ``columns`` maps each name to what it holds: ``text``, ``number`` or ``date``. Further columns are left
    alone. Raises ``LayoutChanged`` where the payload is not Parquet, lacks a column, holds something else in
    it, or is larger than the bounds.
    """
    import pyarrow as pa

    _refuse_other_formats(payload.body)
    try:
        yield from _rows(payload.body, columns)
    except (pa.ArrowException, OSError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
        if isinstance(error, LayoutChanged):
            raise
        raise LayoutChanged(f"a damaged Parquet file ({_first_line(error)})") from error


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


def _rows(body: bytes, columns: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # one thread: a payload is small, and a run must not start a pool of threads
    file = pq.ParquetFile(pa.BufferReader(body))
    _refuse_large(file)
    names = set(file.schema_arrow.names)
    missing = [name for name in columns if name not in names]
    if missing:
        raise LayoutChanged(f"column {missing[0]!r} is missing; found {', '.join(sorted(names))}")
    for name, kind in columns.items():
        _expect(name, kind, file.schema_arrow.field(name).type)
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=list(columns), use_threads=False)
        yield from zip(*_values(table, list(columns)), strict=True)


def _values(table: Any, names: Sequence[str]) -> list[list[Any]]:
    # a dictionary column is unpacked first: read value by value it is six times slower
    return [table.column(name).unify_dictionaries().combine_chunks().to_pylist() for name in names]


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


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
