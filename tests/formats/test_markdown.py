import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.formats.markdown import markdown_tables
from scrapers.formats.tables import Table
from support.printed import imported
from topspot.domain.values import LayoutChanged


def tables(text: str | bytes) -> list[Table]:
    return list(markdown_tables(imported("README.md", text)))


def cells(text: str) -> list[list[str]]:
    (table,) = tables(text)
    return [list(row.cells.values()) for row in table.rows]


HEAD = "| 模型 | Score |\n|:-:|--:|  \n"


def test_tables_come_in_order_with_the_heading_above() -> None:
    text = f"# Board\n\n## Total (May)\n\n{HEAD}| o3 | 79.6 |\n\ntext\n\n### Open *models*\n{HEAD}| qwq | 20.9 |\n\n{HEAD}| r1 | 56.9 |\n"

    assert [(table.title, table.rows[0].cells) for table in tables(text)] == [
        ("Total (May)", {"模型": "o3", "Score": "79.6"}),
        ("Open models", {"模型": "qwq", "Score": "20.9"}),
        ("Open models", {"模型": "r1", "Score": "56.9"}),
    ]
    assert tables("# No table\n\n| o3 | 79.6 |\n") == []


def test_a_row_knows_its_line() -> None:
    (table,) = tables(f"# A\r\n\r\n{HEAD}| o3 | 79.6 |\r\n| o1 | 61.7 |\r\n")

    assert [row.line for row in table.rows] == [5, 6]


def test_a_cell_is_what_a_reader_sees() -> None:
    row = "| [GPT-4 ↗](https://openai.com/) | **79**.6 |\n|a\\|b `c`|x<br/>y &amp; z|\n|\t零一万物|\t71.87 |\n"

    assert cells(HEAD + row) == [["GPT-4 ↗", "79.6"], ["a|b c", "xy & z"], ["零一万物", "71.87"]]


def test_a_line_break_in_a_heading_is_left_out() -> None:
    (table,) = tables("|OPEN多轮<br/>开放问题|OPT<br>分数|\n|-|-|\n|1|2|\n")

    assert table.columns == ("OPEN多轮开放问题", "OPT分数")


@pytest.mark.parametrize(("row", "count"), [("| o3 |", 1), ("| o3 | 79.6 | API |", 3), ("o3, 79.6", 1)])
def test_a_row_of_another_width_is_named(row: str, count: int) -> None:
    with pytest.raises(LayoutChanged, match=f"line 4: {count} cells below 2 headings"):
        tables(f"{HEAD}| o1 | 61.7 |\n{row}\n")


def test_a_row_with_an_empty_cell_is_as_wide_as_the_others() -> None:
    assert cells(f"{HEAD}| o3 | |\n|| 61.7 |\n") == [["o3", ""], ["", "61.7"]]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="no rows below the heading"):
        tables(HEAD)


def test_a_table_inside_a_list_is_left_out() -> None:
    nested = "".join(f"  {line}\n" for line in f"{HEAD}| o3 | 1 |".splitlines())

    assert tables(f"- item\n\n{nested}") == []


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(LayoutChanged, match="expected text in UTF-8"):
        tables("模型".encode("gb18030"))


WORD = st.text(alphabet="abz09.模型-", min_size=1, max_size=6).map(lambda word: f"x{word}x")


@given(st.lists(st.lists(WORD, min_size=2, max_size=2), min_size=1, max_size=4))
def test_what_is_written_as_a_table_is_read_back(rows: list[list[str]]) -> None:
    assert cells(HEAD + "".join(f"| {first} | {second} |\n" for first, second in rows)) == rows


@given(st.text(alphabet="|-:\n\\`[](<>br/#* a&;", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = tables(HEAD + text)
    except LayoutChanged:
        return
    assert all(list(row.cells) == list(table.columns) for table in found for row in table.rows)
