"""The rows of one payload as publications: split, put in order, and named by their content."""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from topspot.domain.values import Publication, Reading

_PUBLICATION = itemgetter(*(Reading._fields.index(name) for name in Publication._fields))

_TEXTS = [Reading._fields.index(name) for name in ("name", "organization", "license")]

_NUMBERS = [Reading._fields.index(name) for name in ("rank", "rating", "lower", "upper", "votes", "preliminary")]

_DETAIL = Reading._fields.index("detail")

_MISSING = float("-inf")


def publications(readings: Iterable[Reading]) -> dict[Publication, list[Reading]]:
    """Split the rows of one payload by board, category and published date, in the order they came."""
    split: dict[Publication, list[Reading]] = {}
    for key, rows in groupby(readings, key=_PUBLICATION):  # they mostly come together
        split.setdefault(Publication(*key), []).extend(rows)
    return split


def in_position(readings: Iterable[Reading], *, lowest_first: bool = False) -> list[Reading]:
    """Order rows by rating, the publisher's order inside equal ratings; rows without a rating by rank.

    ``lowest_first`` is for scales on which fewer is better.
    """
    sign = 1 if lowest_first else -1

    def key(row: Reading) -> tuple[bool, float, float]:
        return row.rating is None, sign * (row.rating or 0.0), row.rank if row.rank is not None else float("inf")

    return sorted(readings, key=key)


def hash_of(readings: Sequence[Reading]) -> str:
    """Hash the rows of a publication, whatever their order (SHA-256, hexadecimal).

    What is hashed is the texts and numbers of the rows, not which publication they are.
    """
    apart = len({row.name for row in readings}) == len(readings)
    ordered = sorted(readings, key=_NAME if apart else _whole)
    columns = list(zip(*ordered, strict=True)) or [()] * len(Reading._fields)
    digest = hashlib.sha256()
    for column in _TEXTS:
        digest.update(_joined(columns[column]))
    if any(columns[_DETAIL]):
        digest.update(_joined(columns[_DETAIL]))
    for column in _NUMBERS:
        digest.update(_packed(columns[column]) + b"\x1e")
    return digest.hexdigest()


_NAME = itemgetter(Reading._fields.index("name"))


def _joined(texts: Iterable[str]) -> bytes:
    return "\x1f".join(texts).encode("utf-8", "surrogatepass") + b"\x1e"


def _whole(row: Reading) -> tuple[object, ...]:
    return row.name, row.organization, row.license, repr(row[6:])


def _packed(numbers: Sequence[float | None]) -> bytes:
    if None in numbers:
        numbers = [_MISSING if number is None else number for number in numbers]
    try:
        return struct.pack(f"<{len(numbers)}d", *numbers)
    except (struct.error, OverflowError):  # what is no number, or too large for one, is held, and held by a name
        return repr(tuple(numbers)).encode("utf-8", "surrogatepass")
