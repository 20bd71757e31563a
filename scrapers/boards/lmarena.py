"""LMArena: the official dataset. One Parquet file a board, each with every category and no rank of ours.

``latest`` mixes published dates: each category has its own. ``rank`` and ``vote_count`` are floats in ``text``
and integers elsewhere; ``rank`` is a plain ordinal by rating.
"""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from scrapers.boards._parquet import parquet_rows
from topspot.domain.check import LONGEST_NAME
from topspot.domain.values import RATING, Board, LayoutChanged, License, Payload, Reading, Source

ROOT = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset/resolve/main"

SUBSETS = {
    "text": "Text",
    "text_style_control": "Text with style control",
    "vision": "Vision",
    "vision_style_control": "Vision with style control",
    "webdev": "WebDev",
    "search": "Search",
    "search_style_control": "Search with style control",
    "document": "Document",
    "document_style_control": "Document with style control",
    "text_to_image": "Text to Image",
    "image_edit": "Image Edit",
    "text_to_video": "Text to Video",
    "image_to_video": "Image to Video",
    "video_edit": "Video Edit",
}

HEADLINE = "text_style_control"

TRUST = ("lmarena", "lmarena-catalog", "lmarena-catalog-rounded", "lmarena-csv", "lmarena-tables")
"""The series that tell of these boards, the most trusted first."""

BOARDS = {
    subset: Board(
        key=f"lmarena/{subset.replace('_', '-')}",
        name=f"LMArena {name}",
        scale=RATING,
        intervals=True,
        headline=subset == HEADLINE,
        trust=TRUST,
    )
    for subset, name in SUBSETS.items()
}

COLUMNS = {
    "model_name": "text",
    "organization": "text",
    "license": "text",
    "rating": "number",
    "rating_lower": "number",
    "rating_upper": "number",
    "vote_count": "number",
    "rank": "number",
    "category": "text",
    "leaderboard_publish_date": "date",
}


def address(subset: str) -> str:
    """Give the address of a subset's newest publication."""
    return f"{ROOT}/{subset}/latest-00000-of-00001.parquet"


def history_address(subset: str) -> str:
    """Give the address of everything that a subset ever published."""
    return f"{ROOT}/{subset}/full-00000-of-00001.parquet"


SOURCE = Source(
    key="lmarena",
    publisher="LMArena",
    license=License("CC BY 4.0", credit="LMArena leaderboard dataset, lmarena-ai on Hugging Face"),
    every=timedelta(hours=1),
    boards={address(subset): board for subset, board in BOARDS.items()},
    history={history_address(subset): board for subset, board in BOARDS.items()},
)


def parse(payload: Payload) -> Iterator[Reading]:
    """Read the rows of one subset as printed. Raises ``LayoutChanged`` for a payload in another shape."""
    board = SOURCE.boards[payload.url].key
    for name, organization, license_, rating, lower, upper, votes, rank, category, published in parquet_rows(
        payload, COLUMNS
    ):
        yield Reading(
            board=board,
            category=_category(category),
            published_on=_date(published),
            name=name or "",
            organization=organization or "",
            license=license_ or "",
            rank=_whole(rank),
            rating=rating,
            lower=lower,
            upper=upper,
            votes=_whole(votes),
        )


def _category(value: str | None) -> str:
    # it names a snapshot, so what is no name cannot even be held under it
    if not value or not value.isprintable() or len(value) > LONGEST_NAME:
        raise LayoutChanged(f"column 'category' should hold a name, found {(value or '')[:40]!r}")
    return value


def _whole(value: float | None) -> float | None:
    """Make a count of a float that is one; what is none stays as printed, for *check* to see."""
    return int(value) if value is not None and math.isfinite(value) and value == int(value) else value


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise LayoutChanged(f"leaderboard_publish_date should be a date, found {str(value)[:40]!r}") from None
