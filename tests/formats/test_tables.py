import pytest

from scrapers.formats.tables import Row, Table, refuse_headings, table_of
from topspot.domain.values import LayoutChanged, Remark

COLUMNS = ("Model", "Score", "Votes")


def table(*rows: list[str], columns: tuple[str, ...] = COLUMNS, needed: tuple[str, ...] = ("Model",)) -> Table:
    return table_of(columns, iter(enumerate(rows, start=2)), needed, "Overall")


def test_each_cell_stands_under_its_heading() -> None:
    found = table(["o3", "79.6%", "1,234"], ["o1", "", ""])

    assert (found.title, found.columns) == ("Overall", COLUMNS)
    assert found.rows == [
        Row(2, {"Model": "o3", "Score": "79.6%", "Votes": "1,234"}),
        Row(3, {"Model": "o1", "Score": "", "Votes": ""}),
    ]


def test_numbers_are_read_by_column() -> None:
    first, second = table(["o3", "79.6%", "1,234"], ["o1", "", ""]).rows

    assert (first.percent("Score"), first.number("Votes")) == (79.6, 1234.0)
    assert (second.percent("Score"), second.number("Votes")) == (None, None)


def test_a_cell_that_is_no_number_is_named_with_line_and_column() -> None:
    (row,) = table(["o3", "many", "1,234"]).rows

    with pytest.raises(LayoutChanged, match="line 2: 'Score' should be a number, found 'many'"):
        row.percent("Score")


@pytest.mark.parametrize("row", [["o3", "79.6"], ["o3", "79.6", "1", "2"], []])
def test_a_row_of_another_width_is_named(row: list[str]) -> None:
    with pytest.raises(LayoutChanged, match=f"line 3: {len(row)} cells below 3 headings"):
        table(["o1", "61.7", "1"], row)


def test_a_heading_without_rows_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="no rows below the heading"):
        table()


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(LayoutChanged, match="column 'Rank' is missing; found 'Model, Score, Votes'"):
        refuse_headings(COLUMNS, ("Model", "Rank"))


def test_a_column_that_stands_twice_is_named() -> None:
    with pytest.raises(LayoutChanged, match="column 'Score' stands twice"):
        table(["o3", "1", "2"], columns=("Model", "Score", "Score"))


def test_columns_that_are_not_known_are_remarked_on() -> None:
    found = table(["o3", "79.6", "1"])

    assert list(found.unknown(("Model", "Score"))) == [Remark("column 'Votes' is not known and is left out")]
    assert list(found.unknown(COLUMNS)) == []
