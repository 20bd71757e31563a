import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scrapers.boards.lmarena_catalog import CATEGORIES, ROUNDED, SOURCE, parse
from scrapers.formats import files as _files
from support.printed import captured_files, imported, imported_json, plain
from topspot.domain.check import reasons_to_hold
from topspot.domain.publications import publications
from topspot.domain.values import LayoutChanged, Payload, Reading, Remark

NAME = "2025-05-27_d95e4ad47_leaderboard-text.json"

DAY = date(2025, 5, 27)


def model(
    rating: float | None = 1447.6, low: float | None = 1441.2, high: float | None = 1454.1
) -> dict[str, Any]:
    return {"rating": rating, "rating_q975": high, "rating_q025": low}


FILE = {"full": {"gemini-2.5-pro-preview-05-06": model(), "o3-2025-04-16": model(1425.2, 1420.5, 1430.25)}}


def read(file: Any = FILE, name: str = NAME, **said: Any) -> list[Reading]:
    return [each for each in parse(imported_json(name, file, **said)) if isinstance(each, Reading)]


def read_of(payload: Payload) -> list[Reading]:
    """Read a file of which there is nothing to remark."""
    items = list(parse(payload))
    assert not any(isinstance(each, Remark) for each in items)
    return [each for each in items if isinstance(each, Reading)]


def remarks(file: Any) -> list[str]:
    return [each.text for each in parse(imported_json(NAME, file)) if isinstance(each, Remark)]


def refusal(payload: Payload) -> str:
    with pytest.raises(LayoutChanged) as caught:
        list(parse(payload))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300
    return str(caught.value)


def test_rows_are_read_as_printed() -> None:
    first, second = read()

    assert first == Reading(
        board="lmarena/text",
        category="overall",
        published_on=DAY,
        name="gemini-2.5-pro-preview-05-06",
        rating=1447.6,
        lower=1441.2,
        upper=1454.1,
    )
    assert second.name == "o3-2025-04-16"
    assert remarks(FILE) == []


@pytest.mark.parametrize(
    ("name", "board"),
    [
        ("2025-05-27_d95e4ad47_leaderboard-text-style-control.json.gz", "lmarena/text-style-control"),
        ("2026-02-27_eeff8dc_text-no-style-control.json", "lmarena/text"),
        ("2025-05-27_leaderboard_text_style_control.json", "lmarena/text-style-control"),
        ("20250527.text.json", "lmarena/text"),
    ],
)
def test_the_name_tells_the_board(name: str, board: str) -> None:
    assert {row.board for row in read(name=name)} == {board}


@pytest.mark.parametrize("kind", ["vision-style-control", "context", "text-to-image", "text2"])
def test_a_name_that_tells_no_board_of_the_source_asks_for_one(kind: str) -> None:
    name = f"2025-05-27_leaderboard-{kind}.json"

    assert "say --board lmarena/text or" in refusal(imported_json(name, FILE))
    assert read(name=name, board="lmarena/text")[0].board == "lmarena/text"


def test_a_board_of_another_source_is_refused() -> None:
    assert "'lmarena/webdev' is none of" in refusal(imported_json(NAME, FILE, board="lmarena/webdev"))


def test_what_is_said_on_import_wins_over_the_name() -> None:
    [row, _] = read(board="lmarena/text-style-control", on=date(2025, 5, 28))

    assert (row.board, row.published_on) == ("lmarena/text-style-control", date(2025, 5, 28))


def test_a_name_without_a_date_asks_for_one() -> None:
    assert "--published" in refusal(imported_json("leaderboard-text.json", FILE))


def test_categories_have_the_names_of_the_dataset() -> None:
    ours = ["no_refusal", "no_short", "german", "industry_mathematical"]
    file = {name: {"a": model()} for name in (*CATEGORIES, *ours)}

    assert [row.category for row in read(file)] == [*CATEGORIES.values(), *ours]
    assert remarks(file) == []


def test_a_category_that_nobody_knows_is_kept_and_reported() -> None:
    file = FILE | {"haiku": {"a": model()}}

    assert read(file)[-1].category == "haiku"
    assert remarks(file) == ["category 'haiku' is not known and is kept under its own name"]


def test_two_categories_that_are_one_are_refused() -> None:
    assert "both 'overall'" in refusal(imported_json(NAME, FILE | {"overall": {"a": model()}}))


def test_a_key_that_nobody_knows_is_reported_once() -> None:
    file = {"full": {name: model() | {"votes": 7} for name in "abc"}}

    assert len(read(file)) == 3
    assert remarks(file) == ["key 'votes' of a model is not known and is left out"]


def test_an_empty_category_is_reported_and_an_empty_file_refused() -> None:
    assert remarks(FILE | {"math": {}}) == ["category 'math' holds no models"]
    assert refusal(imported_json(NAME, {"math": {}})) == "no models in any category"
    assert refusal(imported_json(NAME, {})) == "no models in any category"


def test_whole_numbers_are_a_series_of_their_own() -> None:
    file = {name: {"a": model(1504, 1497.0, 1511)} for name in ("full", "math", "german")}

    assert {row.series for row in read(file)} == {ROUNDED}
    assert {row.series for row in read()} == {""}


def test_a_few_exact_categories_do_not_make_a_rounded_file_exact() -> None:
    whole = {"full": {"a": model(1504, 1497, 1511)}, "math": {"a": model(1500, 1490, 1510)}}

    assert {row.series for row in read(whole | {"no_short": {"a": model()}})} == {ROUNDED}
    assert {row.series for row in read(whole | {"no_short": {"a": model()}, "no_refusal": {"a": model()}})} == {""}


def test_a_packed_file_and_one_with_a_mark_are_read_alike() -> None:
    text = json.dumps(FILE)

    packed = list(parse(imported(NAME, gzip.compress(text.encode()))))
    marked = list(parse(imported(NAME, "\ufeff" + text)))

    assert packed == marked == read()


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ([], "the file should be an object"),
        ({"full": []}, "category 'full' should be an object"),
        ({"full": {"a": 1447.6}}, "category 'full', model 'a', should be an object"),
        (
            {"full": {"a": {"rating": 1.5, "rating_q025": 1.0}}},
            "'rating_q975' of category full model a is missing",
        ),
        ({"full": {"a": model(low="1441")}}, "'rating_q025' of category full model a should be a number"),
        ({"full": {"a\0b": model(True)}}, "'rating' of category full model a?b should be a number"),
        ({"": {"a": model()}}, "column 'category' should hold a name"),
        ({"over\0all": {"a": model()}}, "column 'category' should hold a name"),
    ],
    ids=str,
)
def test_another_shape_is_refused_with_its_place(file: Any, why: str) -> None:
    assert refusal(imported_json(NAME, file)).startswith(why)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "expected JSON"),
        (b"<!DOCTYPE html><title>Just a moment...</title>", "expected JSON"),
        (json.dumps(FILE).encode()[:-3], "expected JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"full": {"a": {"rating": 1, "rating": 2}}}', "'rating' stands twice"),
        (b'{"full": {"\\ud800": {}}}', "half a character"),
        (b"\xff\xfe{\0}\0", "expected text in UTF-8"),
        (gzip.compress(json.dumps(FILE).encode())[:-9], "a damaged gzip file"),
        (gzip.compress(b"{}") + b"more", "a damaged gzip file"),
    ],
    ids=["empty", "page", "cut", "deep", "twice", "surrogate", "utf-16", "cut gzip", "more than gzip"],
)
def test_damage_is_refused_in_one_line(body: bytes, why: str) -> None:
    assert why in refusal(imported(NAME, body))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "MOST_UNPACKED", 2**20)

    assert "more than the 1,048,576 bytes" in refusal(imported(NAME, gzip.compress(b" " * (2**20 + 1))))
    assert "more than the 1,048,576 bytes" in refusal(imported(NAME, b" " * (2**20 + 1)))
    assert "expected JSON" in refusal(imported(NAME, gzip.compress(b" " * 2**20)))


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 5_000, "null"])
def test_an_impossible_number_is_read_and_held(number: str) -> None:
    text = json.dumps(FILE).replace("1447.6", number)
    rows = [each for each in parse(imported(NAME, text)) if isinstance(each, Reading)]

    [reason] = reasons_to_hold(rows, SOURCE.imports[0], rows_before=None, today=DAY)

    assert reason.startswith("impossible value: 'gemini-2.5-pro-preview-05-06'")


@pytest.mark.captures
@pytest.mark.parametrize(
    ("folder", "files", "rows", "days", "series"),
    [("arena_catalog", 28, 103_400, 10, ""), ("smallai_arena_json", 31, 272_235, 26, ROUNDED)],
)
def test_all_captured_files_are_read_whole(
    captures: Path, folder: str, files: int, rows: int, days: int, series: str
) -> None:
    counted = Counter[date]()
    exact: dict[tuple[str, str], set[int]] = {}
    payloads = captured_files(captures, folder)
    for payload in payloads:
        day = date.fromisoformat(payload.name[:10])
        board = "lmarena/text-style-control" if "text-style-control" in payload.name else "lmarena/text"
        printed = json.loads(plain(payload))
        found = read_of(payload)
        counted[day] += len(found)
        assert {(row.board, row.published_on, row.series) for row in found} == {(board, day, series)}
        assert Counter(row.category for row in found) == {
            CATEGORIES.get(category, category): len(models) for category, models in printed.items()
        }
        for category, models in printed.items():
            if any(numbers["rating"] % 1 for numbers in models.values()):
                exact.setdefault((board, category), set()).add(hash(str(models)))

    assert (len(payloads), counted.total(), len(counted)) == (files, rows, days)
    if series == ROUNDED:  # what is exact among whole numbers are copies of one day
        assert {category for _, category in exact} == {"no_refusal", "no_short"}
        assert [len(copies) for copies in exact.values()] == [1] * 4


@pytest.mark.captures
def test_of_the_captured_files_nothing_is_held(captures: Path) -> None:
    boards = SOURCE.all_boards
    for folder in ("arena_catalog", "smallai_arena_json"):
        payload = captured_files(captures, folder)[-1]
        readings = [each for each in parse(payload) if isinstance(each, Reading)]
        split = publications(readings)
        assert len(split) == 29
        for where, rows in split.items():
            assert not reasons_to_hold(rows, boards[where.board], rows_before=None, today=where.published_on)
