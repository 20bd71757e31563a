"""The rows of one payload as publications: split, put in order, and named by their content."""

import hashlib
from collections.abc import Iterable

from topspot.domain.values import Publication, Reading


def publications(readings: Iterable[Reading]) -> dict[Publication, list[Reading]]:
    """Split the rows of one payload by board, category and published date, in the order they came."""
    split: dict[Publication, list[Reading]] = {}
    for reading in readings:
        key = Publication(reading.board, reading.category, reading.published_on)
        split.setdefault(key, []).append(reading)
    return split


def in_position(readings: Iterable[Reading]) -> list[Reading]:
    """Order rows by rating, the publisher's order inside equal ratings; rows without a rating by rank."""

    def key(row: Reading) -> tuple[bool, float, float]:
        return row.rating is None, -(row.rating or 0.0), row.rank if row.rank is not None else float("inf")

    return sorted(readings, key=key)


def hash_of(readings: Iterable[Reading]) -> str:
    """Hash the rows of a publication, whatever their order (SHA-256, hexadecimal)."""
    lines = sorted(repr(tuple(reading)) for reading in readings)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
