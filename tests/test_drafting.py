"""What a column is taken to be, by its heading and by what stands in it, and what is trimmed from a case."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers.boards import find_sources
from scrapers.formats.tables import Row, Table
from topspot.domain.values import INDEX, PERCENT, RATING, Board, License, Payload, Reading, Scale, Source, Terms
from topspot.drafting import Columns, NoDraft, columns_of, draft, scale_of
from topspot.register import COLUMNS, NoRegister, row, with_row

NOW = datetime(2026, 8, 22, 4, tzinfo=UTC)


def table(text: str) -> Table:
    """Make a table of lines whose cells are apart by bars; the first one has the headings."""
    (_, headings), *lines = (
        (number, [cell.strip() for cell in line.split("|")])
        for number, line in enumerate(text.strip().splitlines(), 1)
    )
    return Table(
        tuple(headings), [Row(number, dict(zip(headings, cells, strict=True))) for number, cells in lines]
    )


def sent(body: str, url: str = "https://board.example/rows") -> Payload:
    raw = body.encode()
    return Payload(url, raw, hashlib.sha256(raw).hexdigest(), "", NOW)


TABLES = {
    "each by its heading": (
        "Rank | Model | Model organization | Arena Elo | 95% CI | Num votes | License\n1 | gpt-5 | OpenAI | 1431 | +5/-6 | 12,345 | MIT\n2 | kimi-k3 | Moonshot AI | 1425 | ±4 | 9,000 | -",
        Columns("Model", "Arena Elo", "Rank", "Model organization", "License", "Num votes", margins="95% CI"),
    ),
    "Chinese": (
        "排名 | 模型名称 | 机构 | 总分\n1 | gpt-5 | OpenAI | 76.5\n- | kimi-k3 | 月之暗面 | 70.1",
        Columns("模型名称", "总分", "排名", "机构"),
    ),
    "names that no heading tells": ("who | of what | points\na | x | 3\nb | x | 2", Columns("who", "points")),
    "bounds between which the ratings lie": (
        "model | rating_lower | rating | rating_upper\na | 1 | 2 | 3\nb | 0 | 1 | 2",
        Columns("model", "rating", lower="rating_lower", upper="rating_upper"),
    ),
    "bounds that are none": (
        "model | rating | lower | upper\na | 5 | 1 | 3\nb | 1 | 0 | 2", Columns("model", "rating"),
    ),
    "margins beside the rating": ("model | elo\na | 1200 ±5\nb | 1100 ±6", Columns("model", "elo", margins="elo", joined=True)),
    "a cost, a date and a size are no rating": (
        "model | cost | year | params (B) | pass@1\na | 1 | 2026 | 70 | 55.5\nb | 2 | 2025 | 8 | 50", Columns("model", "pass@1"),
    ),
    "the shortest of equal headings": (
        "model | % correct edit format | % correct\na | 99 | 55\nb | 98 | 50", Columns("model", "% correct"),
    ),
    "ranks alone": ("# | system\n1 | a\n2 | b", Columns("system", rank="#")),
    "no names": ("score | cost\n1 | 2\n2 | 3", None),
    "nothing to rank by": ("model | maker\na | x\nb | y", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLES.values(), ids=TABLES)
def test_what_columns_are_taken_to_be(text: str, expected: Columns | None) -> None:
    assert columns_of(table(text)) == expected


SCALES = {
    "a percent sign": ("model | result\na | 55.5%\nb | 50%", PERCENT),
    "a heading of percent": ("model | Overall Acc\na | 77.5\nb | 70", PERCENT),
    "a share of one": ("model | accuracy\na | 0.77\nb | 0.70", INDEX),
    "more than a hundred": ("model | score\na | 1431\nb | 1390", RATING),
    "neither": ("model | score\na | 71.2\nb | -3", INDEX),
    "very large": ("model | score\na | 12000\nb | 9000", Scale("score", 0.0, 100_000.0)),
    "errors, of which fewer is better": ("model | word error rate\na | 4.5\nb | 5", Scale("percent", 0.0, 100.0, lowest_first=True)),
    "ranks that show that fewer is better": ("rank | model | score\n1 | a | 20\n2 | b | 30", Scale("index", -1000.0, 1000.0, lowest_first=True)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SCALES.values(), ids=SCALES)
def test_the_scale_that_numbers_are_on(text: str, expected: Scale) -> None:
    found = table(text)
    columns = columns_of(found)

    assert columns is not None
    assert scale_of(found, columns) == expected


def test_the_table_whose_headings_say_most_is_taken() -> None:
    rows = [{"model": f"m{number}", "score": number} for number in range(9)]
    page = {
        "releases": [{"tag": f"v{number}", "build": number} for number in range(20)],
        "boards": [{"rows": rows}],
    }

    found = draft("my-board", sent(json.dumps(page)))

    assert (found.found.path, found.columns.used) == (("boards", 0, "rows"), ("model", "score"))
    assert len(json.loads(found.case)["boards"][0]["rows"]) == 5
    assert len(json.loads(found.case)["releases"]) == 20


@pytest.mark.parametrize(("older", "taken"), [(3, ("new",)), (5, ("old",))])
def test_of_equal_tables_the_first_one_is_taken_that_is_not_small(older: int, taken: tuple[str, ...]) -> None:
    new = [{"model": "a", "score": 1}, {"model": "b", "score": 2}]
    old = [{"model": f"m{number}", "score": number} for number in range(older)]

    assert draft("my-board", sent(json.dumps({"new": new, "old": old}))).found.path == taken


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html><body><p>Just a moment…</p></body></html>", "no table was found"),
        ('{"error": "not found"}', "no table was found"),
        ("PAR1 and more", "Parquet is not drafted"),
        ("model,score\na,1,2\n", "line 2: 3 cells below 2 headings"),
        ("model,maker\na,x\nb,y\n", "no table has a column of names and one of numbers or ranks; found 'model, maker'"),
        ('{"rows": ', "expected JSON"),
    ],
)  # fmt: skip
def test_what_nothing_can_be_drafted_of_is_said_with_its_address(body: str, said: str) -> None:
    with pytest.raises(NoDraft) as refused:
        draft("my-board", sent(body))

    assert str(refused.value).startswith(f"https://board.example/rows: {said}")
    assert "\n" not in str(refused.value)


def test_an_address_cannot_break_out_of_the_text_of_the_file() -> None:
    found = draft("my-board", sent("model,score\na,1\nb,2\n", 'https://board.example/"""\\x.csv?a=";import os'))

    compile(found.module, "my_board.py", "exec")
    assert "\nimport os" not in found.module


def test_of_tables_that_share_headings_all_of_its_own_tell_one(tmp_path: Path) -> None:
    page = "| model | score | a |\n|---|---|---|\n| x | 1 | 2 |\n| y | 2 | 3 |\n\n| model | score | b |\n|---|---|---|\n| x | 5 | 6 |\n"
    (tmp_path / "my_board.py").write_text(draft("my-board", sent(page)).module, encoding="utf-8")

    file = find_sources(tmp_path)["my-board"]

    assert file.source.needs == ("model", "score", "a")
    assert [item.rating for item in file.parse(sent(page)) if isinstance(item, Reading)] == [1.0, 2.0]


PAGE = f"# Topspot\n\n## Sources\n\n| {' | '.join(COLUMNS)} |\n|---|---|---|---|---|---|\n| `b` | B | CSV | MIT | yes | a program |\n\n## Design\n"


def source(key: str, **said: object) -> Source:
    board = Board(key, "My board", PERCENT)
    defaults = {"license": License("MIT", "me", commercial=True), "boards": {"https://board.example/": board}}
    return Source(key, "Example", **(defaults | said))  # type: ignore[arg-type]  # fields by name


def test_a_row_says_what_a_source_is_and_who_visits_it() -> None:
    no = License("CC BY-NC | 4.0", "me", commercial=False)

    assert (
        row(source("a", format="CSV"), "What it\nis. More.")
        == "| `a` | What it is | CSV | MIT | yes | a program |"
    )
    assert row(source("a")) == "| `a` | Example: My board | – | MIT | yes | a program |"  # noqa: RUF001
    assert row(source("a", license=no)).endswith(r"| CC BY-NC \| 4.0 | no | a program |")
    assert row(source("a", license=License("none", "me"))).endswith("| none | not stated | a program |")
    assert row(source("a", key_header="x-key")).endswith("| a program with your own key |")
    assert row(source("a", boards={})).endswith("| nobody: import only |")
    assert row(source("a", terms=Terms(fetch=False))).endswith("| nobody: its terms forbid it |")


@pytest.mark.parametrize(("key", "order"), [("a", ["a", "b"]), ("c", ["b", "c"])])
def test_a_row_is_sorted_in(key: str, order: list[str]) -> None:
    page = with_row(PAGE, row(source(key)))

    assert [line[3] for line in page.splitlines() if line.startswith("| `")] == order
    assert page.replace(row(source(key)) + "\n", "") == PAGE


@pytest.mark.parametrize(
    ("page", "said"), [(PAGE, "a row of 'b' already"), (PAGE.replace("## Sources", "## Other"), "it has no table")]
)
def test_a_page_without_a_place_for_the_row_is_refused(page: str, said: str) -> None:
    with pytest.raises(NoRegister, match=said):
        with_row(page, row(source("b")))
