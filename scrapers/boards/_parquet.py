"""Parquet payloads, read within bounds: columns by name, or an error that says what was found instead."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from topspot.domain.values import LayoutChanged, Payload

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MOST_ROWS = 500_000
"""Rows of one payload that are read: a small file can claim to open to tens of millions."""

MOST_UNPACKED = 512 * 2**20
"""Bytes that the columns of one payload may unpack to, as its footer states them."""

MOST_TEXT = 128 * 2**20
"""Bytes of text in one payload: a long word that the file keeps once may stand in every row."""


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
    # opened once more, so that a word that stands in many rows is one object in memory
    texts = [name for name, kind in columns.items() if kind != "number"]
    file = pq.ParquetFile(pa.BufferReader(body), read_dictionary=texts)
    left = MOST_TEXT
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=list(columns), use_threads=False)
        arrays = [table.column(name).unify_dictionaries().combine_chunks() for name in columns]
        left -= sum(_bytes_of_text(array) for array in arrays)
        if left < 0:
            raise LayoutChanged(
                f"a file of {file.metadata.num_rows:,} rows and more than {MOST_TEXT:,} bytes of text"
            )
        yield from zip(*map(_values, arrays), strict=True)


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
