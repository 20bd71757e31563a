import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.formats.html import html_tables, is_hidden, plain, read_table, soup_of, text_in, the_table
from scrapers.formats.tables import Row, Table
from support.printed import imported
from topspot.domain.values import LayoutChanged

HEAD = "<tr><th></th><th>Model</th><th>Score</th></tr>"

O3 = "<tr><td>▶</td><td><span>o3 <b>(high)</b></span></td><td>\n 79.6 %</td></tr>"

DETAILS = '<tr style="background: red; display:  none"><td colspan="3">Dirname</td></tr>'


def page(*rows: str, head: str = HEAD) -> str:
    return f"<!DOCTYPE html><html><body><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></body></html>"


def tables(body: str | bytes) -> list[Table]:
    return list(html_tables(imported("page.html", body)))


def one(body: str) -> Table:
    element = soup_of(imported("page.html", body)).find("table")
    assert element is not None
    return read_table(element)


def test_a_table_is_read_as_a_person_sees_it() -> None:
    found = one(page(O3, DETAILS, "<tr hidden><td>x</td></tr>", O3.replace("o3", "o1")))

    assert found.columns == ("", "Model", "Score")
    assert found.rows == [
        Row(2, {"": "▶", "Model": "o3 (high)", "Score": "79.6 %"}),
        Row(5, {"": "▶", "Model": "o1 (high)", "Score": "79.6 %"}),
    ]


@pytest.mark.parametrize(
    "row",
    ["<tr><td>a</td><td colspan=2>b</td></tr>", "<tr><td>a</td></tr>", O3.replace("</tr>", "<td></td></tr>")],
)
def test_a_row_of_another_width_is_named(row: str) -> None:
    with pytest.raises(LayoutChanged, match="line 3: . cells below 3 headings"):
        one(page(O3, row))


def test_a_cell_that_spans_rows_shifts_no_column() -> None:
    with pytest.raises(LayoutChanged, match="line 3: 2 cells below 3 headings"):
        one(page(O3.replace("<td>▶", '<td rowspan="2">▶'), "<tr><td>o1</td><td>61.7</td></tr>"))


def test_the_rows_of_a_table_inside_a_cell_are_not_those_of_the_table() -> None:
    inner = "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>"

    found = one(page(O3, O3.replace("▶", inner)))

    assert [row.line for row in found.rows] == [2, 3]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(LayoutChanged, match="no rows below the heading"):
        one(page())
    with pytest.raises(LayoutChanged, match="a table without rows"):
        one("<table><caption>none</caption></table>")


def test_tables_in_another_shape_are_left_out() -> None:
    body = "<table><tr><td>layout</td></tr></table>" + page(O3) + page(O3, "<tr><td>short</td></tr>")

    assert [table.columns for table in tables(body)] == [("", "Model", "Score")]


def test_the_table_with_the_needed_columns_is_found() -> None:
    other = page("<tr><td>a</td><td>b</td></tr>", head="<tr><th>Task</th><th>Score</th></tr>")
    found = tables(other + page(O3))

    assert the_table(found, ("Model", "Score")) == found[1]
    with pytest.raises(
        LayoutChanged, match="expected one table with the columns 'Score', found 2: Task, Score; , Model"
    ):
        the_table(found, ("Score",))
    with pytest.raises(LayoutChanged, match="'Elo', found 0: Task, Score"):
        the_table(found, ("Elo",))
    with pytest.raises(LayoutChanged, match="found 0: no table"):
        the_table([], ("Elo",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_is_read_in_its_encoding(encoding: str) -> None:
    (table,) = tables(page(O3.replace("o3", "文心一言")).encode(encoding))

    assert table.rows[0].cells["Model"] == "文心一言 (high)"


def test_a_page_is_read_in_the_encoding_that_it_names() -> None:
    body = page(O3.replace("o3", "文心一言")).replace("<body>", '<head><meta charset="gb18030"></head><body>')

    assert tables(body.encode("gb18030"))[0].rows[0].cells["Model"] == "文心一言 (high)"


@pytest.mark.parametrize("body", ["", "rank,model\n1,o3\n", "1 < 2", b"PAR1\0\0\xff"])
def test_what_is_no_page_is_refused(body: str | bytes) -> None:
    with pytest.raises(LayoutChanged, match="expected a page of HTML"):
        soup_of(imported("page.html", body))


def test_xml_is_read_without_a_warning() -> None:
    assert (
        soup_of(imported("feed.xml", "<?xml version='1.0'?><rss><title>x</title></rss>")).find("title") is not None
    )


def test_markup_in_a_cell_is_seen_through() -> None:
    assert plain('<a href="https://x.ai/" style="color: red">Grok-3 &amp; co</a>') == "Grok-3 & co"
    assert plain(" FLUX1.1  [pro] ") == "FLUX1.1 [pro]"


def test_hidden_is_what_is_not_shown() -> None:
    soup = soup_of(
        imported("x.html", "<p style='DISPLAY:none'>a</p><p hidden>b</p><p style='color:red'>c <i>d</i></p>")
    )

    assert [text_in(element) for element in soup.find_all("p") if not is_hidden(element)] == ["c d"]


@given(st.binary(max_size=60) | st.text(alphabet="<>/tablerdh '\"=&;!-x\0", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        found = tables(b"<table><tr><th>a</th></tr><tr><td>" + body)
    except LayoutChanged:
        return
    assert all(list(row.cells) == list(table.columns) for table in found for row in table.rows)
