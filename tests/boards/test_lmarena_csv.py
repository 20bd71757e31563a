import csv
import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scrapers.boards.lmarena_csv import SOURCE, parse
from scrapers.formats import csv as _csv
from support.printed import captured_files, imported, plain
from topspot.domain.check import reasons_to_hold
from topspot.domain.publications import in_position, publications
from topspot.domain.values import Item, LayoutChanged, Payload, Reading, Remark

NAME = "2025-03-22_d155e03_lmsys.csv"

HEAD = "rank,rank_stylectrl,model,arena_score,95_pct_ci,votes,organization,license,knowledge_cutoff,url"

GROK = "1,2,Grok-3-Preview-02-24,1406,+5/-6,11718,xAI,Proprietary,,https://x.ai/blog/grok-3"

GPT = (
    "1,1,GPT-4.5-Preview,1400,+6/-5,10238,OpenAI,Proprietary,2024/10,https://openai.com/index/introducing-gpt-4-5/"
)


def table(*rows: str, head: str = HEAD, end: str = "\n") -> str:
    return end.join((head, *(rows or (GROK, GPT)))) + end


def items(text: str | bytes, name: str = NAME, board: str | None = None) -> list[Item]:
    return list(parse(imported(name, text, board)))


def read(text: str | bytes, name: str = NAME, board: str | None = None) -> list[Reading]:
    return [each for each in items(text, name, board) if isinstance(each, Reading)]


def remarks(text: str, name: str = NAME) -> list[str]:
    return [each.text for each in items(text, name) if isinstance(each, Remark)]


def refusal(text: str | bytes, name: str = NAME, board: str | None = None) -> str:
    with pytest.raises(LayoutChanged) as caught:
        items(text, name, board)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300
    return str(caught.value)


def test_score_and_interval_are_those_without_style_control() -> None:
    first, second, *_ = read(table())

    assert first == Reading(
        board="lmarena/text",
        category="overall",
        published_on=date(2025, 3, 22),
        name="Grok-3-Preview-02-24",
        organization="xAI",
        license="Proprietary",
        rank=1,
        rating=1406.0,
        lower=1400.0,
        upper=1411.0,
        votes=11_718,
    )
    assert (second.rank, second.rating, second.lower, second.upper) == (1, 1400.0, 1395.0, 1406.0)
    assert remarks(table()) == []


def test_the_other_ruler_has_ranks_and_no_ratings() -> None:
    *_, grok, gpt = read(table())

    assert grok == Reading(
        board="lmarena/text-style-control",
        category="overall",
        published_on=date(2025, 3, 22),
        name="Grok-3-Preview-02-24",
        organization="xAI",
        license="Proprietary",
        rank=2,
        votes=11_718,
    )
    assert [row.name for row in in_position([grok, gpt])] == ["GPT-4.5-Preview", "Grok-3-Preview-02-24"]
    board = SOURCE.all_boards[grok.board]
    assert reasons_to_hold([grok, gpt], board, rows_before=None, today=grok.published_on) == ()


def test_a_row_that_the_other_ruler_does_not_rank_is_not_on_its_board() -> None:
    found = read(table(GROK.replace("1,2,", "1,,", 1), GPT))

    assert Counter(row.board for row in found) == {"lmarena/text": 2, "lmarena/text-style-control": 1}


def test_the_older_files_have_another_heading_and_one_ruler() -> None:
    head = HEAD.replace("rank_stylectrl,", "").replace("score", "elo")

    assert [row[:5] + row[6:] for row in read(table(GROK.replace("1,2,", "1,", 1), head=head))] == [
        row[:5] + row[6:] for row in read(table(GROK)) if row.board == "lmarena/text"
    ]


@pytest.mark.parametrize(
    ("name", "boards"),
    [
        ("2025-08-06_283321b_lmarena_text.csv", {"lmarena/text", "lmarena/text-style-control"}),
        ("2025-08-06_lmarena_vision.csv", {"lmarena/vision", "lmarena/vision-style-control"}),
        ("2025-08-06_lmarena_image.csv", {"lmarena/text-to-image"}),
    ],
)
def test_the_name_tells_the_board(name: str, boards: set[str]) -> None:
    assert {row.board for row in read(table(), name)} == boards


def test_a_rank_by_a_ruler_that_no_board_has_is_reported() -> None:
    name = "2025-08-06_lmarena_image.csv"

    assert remarks(table(), name) == ["column 'rank_stylectrl' ranks no board that is known and is left out"]
    assert remarks(table(), "2025-08-06_lmarena_vision.csv") == []


def test_the_board_said_on_import_wins_and_is_one_of_the_source() -> None:
    assert read(table(), board="lmarena/vision")[-1].board == "lmarena/vision-style-control"
    assert "'lmarena/webdev' is none of" in refusal(table(), board="lmarena/webdev")


def test_a_name_without_a_date_asks_for_one() -> None:
    assert "--published" in refusal(table(), "lmsys.csv")


@pytest.mark.parametrize(
    ("interval", "bounds"),
    [
        ("+3/-4", (1402.0, 1409.0)),
        ("+8/\N{MINUS SIGN}9", (1397.0, 1414.0)),
        ("±9", (1397.0, 1415.0)),
        ("+3.5 / -4", (1402.0, 1409.5)),
        ("", (None, None)),
    ],
)
def test_an_interval_is_read_in_each_of_its_spellings(
    interval: str, bounds: tuple[float | None, float | None]
) -> None:
    [row, _] = read(table(GROK.replace("+5/-6", interval)))

    assert (row.lower, row.upper) == bounds


@pytest.mark.parametrize("interval", ["+3", "-4/+3", "3/4", "+-3/-4", "±", "+nan/-3", "+3/-4/-5"])
def test_an_interval_in_another_spelling_is_refused_with_its_line(interval: str) -> None:
    assert refusal(table(GPT, GROK.replace("+5/-6", interval))).startswith("line 3: '95_pct_ci'")


def test_numbers_are_read_with_their_signs_and_commas() -> None:
    [row, _] = read(table(GROK.replace("11718", '"1,234,567"').replace(",1406,", ",\N{MINUS SIGN}1406.5,")))

    assert (row.votes, row.rating) == (1_234_567, -1406.5)
    assert isinstance(row.votes, int)


@pytest.mark.parametrize("number", ['"1.406,5"', '"1,23"', "1_406", "1406 *", "n/a", "٣"])
def test_what_is_no_number_is_refused_with_its_line(number: str) -> None:
    assert refusal(table(GPT, GROK.replace("1406", number))).startswith("line 3: 'arena_score' should be a number")


@pytest.mark.parametrize("number", ["NaN", "inf", "9" * 400, ""])
def test_an_impossible_number_is_read_and_held(number: str) -> None:
    rows = [row for row in read(table(GROK.replace("1406", number))) if row.board == "lmarena/text"]

    [reason] = reasons_to_hold(rows, SOURCE.imports[0], rows_before=None, today=date(2025, 3, 22))

    assert reason.startswith("impossible value: 'Grok-3-Preview-02-24'")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\r\r\n", "\n\n"])
def test_any_end_of_a_line_is_one(end: str) -> None:
    assert read(table(end=end)) == read(table())


def test_mixed_ends_a_mark_and_packing_change_nothing() -> None:
    mixed = f"\ufeff{HEAD}\r\n{GROK}\n{GPT}".encode()

    assert read(mixed) == read(gzip.compress(mixed)) == read(table())


def test_a_quoted_cell_holds_commas_and_quotes() -> None:
    row = GROK.replace("Grok-3-Preview-02-24", '"Grok ""3"", early"')

    assert read(table(row))[0].name == 'Grok "3", early'


def test_a_quote_inside_a_word_is_a_letter_of_it() -> None:
    assert read(table(GROK.replace("Grok-3", 'Grok 3"')))[0].name == 'Grok 3"-Preview-02-24'


@pytest.mark.parametrize("second", [GPT, GPT.replace("GPT", 'GPT"'), GPT.replace("GPT-4.5-Preview", '""')])
def test_an_open_quote_shifts_nothing_and_is_refused_with_its_line(second: str) -> None:
    assert refusal(table(GROK.replace("Grok", '"Grok'), second)).startswith("line 2: ")


def test_a_quote_that_closes_lines_later_at_the_right_cell_is_refused() -> None:
    one, other = GROK.replace("Grok-3", '"Grok-3'), GPT.replace("Preview", 'Preview"')

    assert refusal(table(one, other)) == "line 2: a quote is left open up to line 3"


@pytest.mark.parametrize(
    ("row", "count"), [(f"{GROK},more", 11), (GROK.rpartition(",")[0], 9), ("<html>", 1), (f"{GROK},", 11)]
)
def test_a_row_of_another_width_is_refused_with_its_line(row: str, count: int) -> None:
    assert refusal(table(GPT, row)) == f"line 3: {count} cells below 10 headings"


@pytest.mark.parametrize("name", ["rank", "model", "arena_score", "95_pct_ci", "votes", "organization", "license"])
def test_a_column_that_is_missing_is_named(name: str) -> None:
    head = HEAD.replace(f"{name},", f"{name.upper()}?,", 1)

    assert refusal(table(head=head)).startswith(f"column {name!r} is missing; found ")


def test_a_column_that_nobody_knows_is_reported_and_one_that_stands_twice_refused() -> None:
    head = HEAD.replace("url", "arena_elo")

    assert remarks(table(head=head)) == ["column 'arena_elo' is not known and is left out"]
    assert refusal(table(head=HEAD.replace("url", "model"))) == "column 'model' stands twice"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "column 'rank' is missing"),
        (HEAD, "no rows"),
        ("<!DOCTYPE html>\n<title>Just a moment...</title>", "column 'rank' is missing"),
        (table().encode("utf-16"), "expected text in UTF-8"),
        (table(GROK.replace("Grok", "G" * 200_000)), "line 2: damaged CSV"),
    ],
    ids=["empty", "heading only", "page", "utf-16", "long"],
)
def test_damage_is_refused_in_one_line(text: str | bytes, why: str) -> None:
    assert why in refusal(text)


def test_more_lines_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_csv, "MOST_ROWS", 3)

    assert len(read(table())) == 4
    assert refusal(table(GROK, GPT, GPT)) == "more than the 3 lines that are read"


def test_a_nul_is_left_for_check_to_hold() -> None:
    rows = [row for row in read(table(GROK.replace("xAI", "x\0AI"))) if row.board == "lmarena/text"]

    assert "NUL" in reasons_to_hold(rows, SOURCE.imports[0], rows_before=None, today=date(2025, 3, 22))[0]


@pytest.mark.captures
def test_all_captured_files_are_read_whole(captures: Path) -> None:
    rows = Counter[tuple[str, date]]()
    counted = Counter[tuple[str, date]]()
    said = Counter[str]()
    payloads = captured_files(captures, "fboulnois_csv")
    for payload in payloads:
        board = board_of(payload)
        day = date.fromisoformat(payload.name[:10])
        printed = list(csv.DictReader(plain(payload).splitlines()))
        counted[board, day] += len(printed)
        if "rank_stylectrl" in printed[0] and board != "lmarena/text-to-image":
            counted[f"{board}-style-control", day] += len(printed)
        for item in parse(payload):
            if isinstance(item, Reading):
                rows[item.board, item.published_on] += 1
            else:
                said[str(item)] += 1

    assert rows == counted
    assert (len(payloads), len({day for _, day in rows})) == (62, 57)
    assert {board: sum(rows[key] for key in rows if key[0] == board) for board, _ in rows} == {
        "lmarena/text": 11_226,
        "lmarena/text-style-control": 10_415,
        "lmarena/vision": 86,
        "lmarena/vision-style-control": 86,
        "lmarena/text-to-image": 19,
    }
    assert list(said.values()) == [1]  # the other ruler of text-to-image


def board_of(payload: Payload) -> str:
    """Give the board that a captured file is of."""
    kind = payload.name.rpartition("_")[2]
    return {"vision.csv": "lmarena/vision", "image.csv": "lmarena/text-to-image"}.get(kind, "lmarena/text")


@pytest.mark.captures
def test_of_the_captured_files_nothing_is_held(captures: Path) -> None:
    boards = SOURCE.all_boards
    for payload in captured_files(captures, "fboulnois_csv"):
        readings = [each for each in parse(payload) if isinstance(each, Reading)]
        for where, rows in publications(readings).items():
            assert not reasons_to_hold(rows, boards[where.board], rows_before=None, today=where.published_on)


@pytest.mark.captures
def test_between_two_captured_days_google_took_the_lead(captures: Path) -> None:
    first = {}
    for payload in captured_files(captures, "fboulnois_csv"):
        found = [each for each in parse(payload) if isinstance(each, Reading) and each.board == "lmarena/text"]
        first[payload.name[:10]] = {row.organization for row in found if row.rank == 1}

    assert first["2025-03-22"] == {"xAI", "OpenAI"}
    assert first["2025-03-26"] == {"Google"}
