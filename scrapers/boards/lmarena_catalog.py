"""LMArena's catalog: files of ratings by category, its own and a third party's of the same shape. Import only.

The catalog's numbers are exact. Those of the third party are whole, and a series of their own; only its
categories ``no_refusal`` and ``no_short`` are exact: copies of one day that stand unchanged in every file.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scrapers.boards._lmarena import BOARDS
from scrapers.formats.cells import category_of
from scrapers.formats.files import board_given, json_of, number_in, published_on
from topspot.domain.values import Item, LayoutChanged, License, Payload, Reading, Remark, Source, Terms

TEXT = BOARDS["text"]

STYLE_CONTROL = BOARDS["text_style_control"]

SOURCE = Source(
    key="lmarena-catalog",
    publisher="LMArena",
    license=License(
        "none stated", credit="LMArena's catalog of its leaderboards, and a public copy of later ones"
    ),
    imports=(TEXT, STYLE_CONTROL),
    terms=Terms(note="LMArena's own repository, which states no license; a file that a person has is read"),
    format="JSON",
    needs=("rating", "rating_q025", "rating_q975"),
)

ROUNDED = "lmarena-catalog-rounded"
"""The series of files whose numbers are whole."""

CATEGORIES = {
    "full": "overall",
    "hard_6": "hard_prompts",
    "hard_english_6": "hard_prompts_english",
    "if": "instruction_following",
    "long_user": "longer_query",
    "multiturn": "multi_turn",
    "no_tie": "exclude_ties",
}
"""The names of the dataset for the categories that the catalog calls otherwise."""

INDUSTRIES = (
    "business_and_management_and_financial_operations",
    "entertainment_and_sports_and_media",
    "legal_and_government",
    "life_and_physical_and_social_science",
    "mathematical",
    "medicine_and_healthcare",
    "software_and_it_services",
    "writing_and_literature_and_language",
)

TOPICS = ("coding", "creative_writing", "expert", "math", "no_refusal", "no_short")

LANGUAGES = (
    "chinese",
    "english",
    "french",
    "german",
    "japanese",
    "korean",
    "non_english",
    "polish",
    "russian",
    "spanish",
)

KNOWN = {*CATEGORIES, *CATEGORIES.values(), *TOPICS, *LANGUAGES, *(f"industry_{name}" for name in INDUSTRIES)}

KEYS = ("rating", "rating_q025", "rating_q975")


def parse(payload: Payload) -> Iterator[Item]:
    """Read one file as printed. Raises ``LayoutChanged`` for a payload in another shape.

    The board is the one said on import, else the one in the file's name; so is the published date.
    """
    board = board_given(payload, SOURCE.all_boards) or _board_in(payload.name)
    categories = _categories(json_of(payload))
    on = published_on(payload)
    yield from _remarks(categories)
    series = ROUNDED if _rounded(categories) else ""
    for category, models in categories.items():
        ours = _mapped(category)
        for name, numbers in models.items():
            rating, lower, upper = [number_in(numbers, key, "category", category, "model", name) for key in KEYS]
            yield Reading(board, ours, on, name, rating=rating, lower=lower, upper=upper, series=series)


def _board_in(name: str) -> str:
    words = name.lower().replace("_", "-")
    if "text-style-control" in words:
        return STYLE_CONTROL.key
    if "text-no-style-control" in words or re.search(r"(?<![a-z0-9])text(?![a-z0-9-])", words):
        return TEXT.key
    raise LayoutChanged(f"the name of the file tells no board: say --board {TEXT.key} or {STYLE_CONTROL.key}")


def _categories(found: Any) -> dict[str, Mapping[str, Any]]:
    categories = _object(found, "the file")
    for category, models in categories.items():
        where = f"category {category_of(category)!r}"
        for name, numbers in _object(models, where).items():
            _object(numbers, f"{where}, model {name[:60]!r},")
    if not any(categories.values()):
        raise LayoutChanged("no models in any category")
    _refuse_two_of_one_name(categories)
    return categories


def _refuse_two_of_one_name(categories: Mapping[str, Any]) -> None:
    twice = [name for name, count in Counter(map(_mapped, categories)).items() if count > 1]
    if twice:
        raise LayoutChanged(f"two categories of one file are both {twice[0]!r}")


def _mapped(category: str) -> str:
    return CATEGORIES.get(category, category)


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LayoutChanged(f"{where} should be an object, found {str(value)[:40]!r}")
    return value


def _remarks(categories: Mapping[str, Mapping[str, Any]]) -> Iterator[Remark]:
    for category, models in categories.items():
        if category not in KNOWN:
            yield Remark(f"category {category!r} is not known and is kept under its own name")
        if not models:
            yield Remark(f"category {category!r} holds no models")
    keys = {key: None for models in categories.values() for numbers in models.values() for key in numbers}
    for key in keys:
        if key not in KEYS:
            yield Remark(f"key {key[:60]!r} of a model is not known and is left out")


def _rounded(categories: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether most categories hold whole numbers only."""
    filled = [models for models in categories.values() if models]
    return sum(map(_is_whole, filled)) * 2 > len(filled)


def _is_whole(models: Mapping[str, Mapping[str, Any]]) -> bool:
    numbers = (numbers.get(key) for numbers in models.values() for key in KEYS)
    return all(number.is_integer() for number in numbers if isinstance(number, float))
