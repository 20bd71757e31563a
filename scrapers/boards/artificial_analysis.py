"""Artificial Analysis: its indices of language models, by its API, with the operator's own key.

A model may lack any index: the index of math is no longer computed for new models, that of coding is for few. A
third party's dump has the same models under other keys; the ranks in it are the third party's (equal numbers get
different ones) and are left out. The API says nothing of when an index was published.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from scrapers.formats.cells import date_of, detail_of
from scrapers.formats.files import board_given, json_of, number_in, published_on, text_in
from topspot.domain.values import (
    OVERALL,
    Board,
    Fact,
    Item,
    LayoutChanged,
    License,
    Payload,
    Reading,
    Remark,
    Scale,
    Source,
    Terms,
)

INDEX = Scale("index", 0.0, 100.0)


def _board(kind: str, fewest_rows: int, *, headline: bool = False) -> Board:
    return Board(
        f"artificial-analysis/{kind}-index",
        f"Artificial Analysis {kind.capitalize()} Index",
        INDEX,
        headline=headline,
        fewest_rows=fewest_rows,
        categories=(OVERALL,),
    )


BOARDS = {
    "artificial_analysis_intelligence_index": _board("intelligence", 280, headline=True),
    "artificial_analysis_coding_index": _board("coding", 80),
    "artificial_analysis_math_index": _board("math", 130),
}
"""The boards by the evaluation that ranks them."""

MAIN = next(iter(BOARDS))

SOURCE = Source(
    key="artificial-analysis",
    publisher="Artificial Analysis",
    license=License("API terms, with attribution", credit="Artificial Analysis, https://artificialanalysis.ai"),
    every=timedelta(hours=12),
    boards={"https://artificialanalysis.ai/api/v2/data/llms/models": BOARDS[MAIN]},
    imports=tuple(board for key, board in BOARDS.items() if key != MAIN),
    terms=Terms(
        fetch=True,
        show=True,
        note="the API with a key of your own, which is free, and with attribution; reading its pages by a program"
        " is forbidden; as third parties report it; not looked up: the terms themselves, storing, giving on",
    ),
    format="JSON",
    needs=("name", "evaluations"),
    dated=False,
    key_header="x-api-key",
)


def parse(payload: Payload) -> Iterator[Item]:
    """Read each index that a model has, in an answer of the API or in a dump of it, or the one said on import.

    A model without any is a fact. The published date is the one said on import, else the dump's, else as for
    any other file. Raises ``LayoutChanged`` for a payload in another shape, such as one that refuses the key, and
    where no model has the intelligence index or the one that was said.
    """
    wanted = board_given(payload, SOURCE.all_boards)
    answer = _answer(payload)
    models = _models(answer)
    on = _published_on(payload, answer)
    keys = [key for key, board in BOARDS.items() if wanted in (None, board.key)]
    items = [
        item for number, model in enumerate(models, start=1) for item in _items(model, keys, on, ("model", number))
    ]
    there = {item.board for item in items if isinstance(item, Reading)}
    if BOARDS[keys[0]].key not in there:
        raise LayoutChanged(f"no model has a number as {keys[0]!r}")
    yield from _remarks(models, keys, there)
    yield from items


def observed_at(payload: Payload) -> datetime | None:
    """Give the instant in UTC at which a dump says that it was fetched, ``None`` where it says none.

    A file that cannot be read says none; reading its rows says why.
    """
    try:
        said = _meta(_answer(payload)).get("fetched_at")
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
        return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1)  # its instant and its rows are asked for one after the other
def _answer(payload: Payload) -> dict[str, Any]:
    found = json_of(payload)
    if not isinstance(found, dict):
        raise LayoutChanged(f"expected an object with 'data' or 'models', found {str(found)[:40]!r}")
    return found


def _models(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    status = answer.get("status", 200)
    if status != 200:
        shown = f"{status:g}" if isinstance(status, float) else repr(str(status)[:20])
        said = str(answer.get("error") or answer.get("message") or "")[:100]
        raise LayoutChanged(f"the API answered with status {shown}: {said!r}")
    models = answer.get("data", answer.get("models"))
    if not isinstance(models, list) or not models:
        raise LayoutChanged(f"expected a list of models as 'data' or 'models'; found {', '.join(answer)[:200]!r}")
    for number, model in enumerate(models, start=1):
        if not isinstance(model, dict) or not isinstance(model.get("evaluations"), dict):
            raise LayoutChanged(f"model {number} should be an object with an object of 'evaluations'")
    return models


def _meta(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = answer.get("meta")
    return meta if isinstance(meta, dict) else {}


def _published_on(payload: Payload, answer: Mapping[str, Any]) -> date:
    said = _meta(answer).get("snapshot_date")
    return published_on(payload) if payload.published_on or said is None else date_of(said, "snapshot_date")


def _items(
    model: Mapping[str, Any], keys: list[str], on: date, where: tuple[object, ...]
) -> Iterator[Reading | Fact]:
    name = text_in(model, "name", *where)
    creator = _creator(model, where)
    detail = detail_of(slug=_optional(model, "slug", where), released=_optional(model, "release_date", where))
    scores = model["evaluations"]
    indices = {key: number_in(scores, key, *where) for key in BOARDS if key in scores}
    rated = {key: index for key, index in indices.items() if index is not None}
    if not rated:
        yield Fact(name, creator, detail=detail)
    for key in keys:
        if key in rated:
            yield Reading(BOARDS[key].key, OVERALL, on, name, creator, rating=rated[key], detail=detail)


def _creator(model: Mapping[str, Any], where: tuple[object, ...]) -> str:
    if "creator_name" in model:
        return text_in(model, "creator_name", *where)
    creator = model.get("model_creator", {})
    if creator is None:
        return ""
    if not isinstance(creator, dict):
        raise LayoutChanged(f"'model_creator' of {where[0]} {where[1]} should be an object")
    return text_in(creator, "name", "model_creator", "of", *where)


def _optional(model: Mapping[str, Any], key: str, where: tuple[object, ...]) -> str:
    return text_in(model, key, *where) if key in model else ""


def _remarks(models: list[dict[str, Any]], keys: list[str], there: Collection[str]) -> Iterator[Remark]:
    for key in keys:
        if BOARDS[key].key not in there:
            yield Remark(f"no model has a number as {key!r}: {BOARDS[key].key} is left out")
    for key in {key: None for model in models for key in model["evaluations"]}:
        if key.startswith("artificial_analysis_") and key not in BOARDS:
            yield Remark(f"evaluation {key[:60]!r} is not known and is left out")
