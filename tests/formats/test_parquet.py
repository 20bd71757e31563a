import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pytest

from builders import parquet, parquet_of, payload, printed
from scrapers.formats.parquet import MOST_ROWS, parquet_columns
from topspot.domain.values import LayoutChanged

COLUMNS = {"model_name": "text", "rating": "number", "leaderboard_publish_date": "date"}

GOOD = parquet([printed("kimi-k3", 1678.5), printed("claude-fable-5", 1631.2)])

PAGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
)


def rows(body: bytes) -> list[tuple[object, ...]]:
    return [row for columns in parquet_columns(payload(body), COLUMNS) for row in zip(*columns, strict=True)]


def refusal(body: bytes) -> str:
    with pytest.raises(LayoutChanged) as caught:
        rows(body)
    return str(caught.value)


def test_columns_are_read_by_name_in_the_order_asked() -> None:
    assert rows(GOOD) == [("kimi-k3", 1678.5, "2026-07-16"), ("claude-fable-5", 1631.2, "2026-07-16")]


def test_row_groups_are_read_one_after_the_other() -> None:
    table = pa.table({"model_name": ["a", "b", "c"], "rating": [3, 2, 1], "leaderboard_publish_date": ["d"] * 3})

    assert [row[0] for row in rows(parquet_of(table, row_group_size=1))] == ["a", "b", "c"]


def test_words_that_are_kept_once_are_read_as_text() -> None:
    body = parquet([printed("a"), printed("b"), printed("a")], retype={"model_name": WORDS})

    assert [row[0] for row in rows(body)] == ["a", "b", "a"]


WORDS = pa.dictionary(pa.int32(), pa.string())


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.string(), WORDS], ids=str)
def test_any_kind_of_text_is_text(kind: pa.DataType) -> None:
    assert rows(parquet([printed("kimi-k3")], retype={"model_name": kind}))[0][0] == "kimi-k3"


@pytest.mark.parametrize("kind", [pa.int32(), pa.uint64(), pa.float32(), pa.float64()], ids=str)
def test_any_kind_of_number_is_a_number(kind: pa.DataType) -> None:
    assert rows(parquet([printed(rating=1500.0)], retype={"rating": kind}))[0][1] == 1500


def test_no_rows_are_no_rows() -> None:
    assert rows(parquet([])) == []


def test_a_challenge_page_is_named() -> None:
    assert refusal(PAGE) == "expected Parquet, found a web page: 'Just a moment...'"
    assert "a web page" in refusal(b"\n  <html><body>Sorry</body></html>")


@pytest.mark.parametrize(
    "body", [b"", b"PAR1", b"PAR1PAR1", b"garbage" * 1000, b'{"error": "busy"}', b"\x1f\x8b\0\0"]
)
def test_what_is_no_parquet_is_refused_in_one_line(body: bytes) -> None:
    reason = refusal(body)

    assert "Parquet" in reason
    assert "\n" not in reason
    assert len(reason) < 200


def test_a_footer_outside_the_file_is_refused() -> None:
    assert "damaged" in refusal(GOOD[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1")
    assert "damaged" in refusal(GOOD[:-8] + (0).to_bytes(4, "little") + b"PAR1")


def test_a_file_cut_anywhere_is_refused() -> None:
    for end in range(0, len(GOOD), 7):
        assert refusal(GOOD[:end])


def test_a_file_cut_in_its_middle_with_both_ends_whole_is_refused() -> None:
    assert "damaged" in refusal(GOOD[:400] + GOOD[900:])


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_column_is_named(name: str) -> None:
    assert refusal(parquet([printed()], drop=[name])).startswith(f"column {name!r} is missing; found category, ")


@pytest.mark.parametrize("name", ["rat\0ing", "rat\ning", "\u202erating", "r" * 5_000])
def test_names_from_outside_are_shown_safely_in_a_reason(name: str) -> None:
    reason = refusal(parquet([printed()], rename={"rating": name}))

    assert reason.startswith("column 'rating' is missing; found ")
    assert reason.isprintable()
    assert len(reason) <= 300


def test_a_column_that_stands_twice_is_refused() -> None:
    table = pa.table([["a"], [1.0], [2.0], ["d"]], ["model_name", "rating", "rating", "leaderboard_publish_date"])

    assert "rating" in refusal(parquet_of(table))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rating", pa.string()),
        ("rating", pa.decimal128(10, 2)),
        ("rating", pa.list_(pa.field("element", pa.float64()))),
        ("model_name", pa.binary()),
        ("model_name", pa.float64()),
        ("model_name", pa.null()),
        ("leaderboard_publish_date", pa.int64()),
    ],
    ids=str,
)
def test_another_kind_of_value_is_named(name: str, kind: pa.DataType) -> None:
    body = parquet([printed()], columns={name: pa.nulls(1, kind)})

    assert refusal(body) == f"column {name!r} should hold a {COLUMNS[name]}, found {kind}"


def test_invalid_utf_8_is_refused() -> None:
    raw = pa.array([b"kimi\xff\xfe"]).buffers()

    assert "damaged" in refusal(
        parquet([printed()], columns={"model_name": pa.Array.from_buffers(pa.string(), 1, raw)})
    )


@pytest.mark.parametrize(
    "kind",
    [pa.date32(), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("ms", "UTC")],
    ids=str,
)
@pytest.mark.parametrize("number", [2**30, -(2**30)])
def test_a_date_that_no_calendar_has_is_refused_or_read(kind: pa.DataType, number: int) -> None:
    stored = pa.int32() if kind == pa.date32() else pa.int64()
    scale = 1 if kind == pa.date32() else 2**32
    column = pa.array([number * scale], stored).cast(kind)

    try:
        [row] = rows(parquet([printed()], columns={"leaderboard_publish_date": column}))
    except LayoutChanged:
        return
    assert row[2].year


def test_a_file_of_more_rows_than_are_read_is_refused() -> None:
    over = parquet_of(pa.table({"rating": pa.repeat(1500.0, MOST_ROWS + 1)}))

    assert refusal(over).startswith(f"a file of {MOST_ROWS + 1:,} rows and ")


def test_a_small_file_that_opens_to_twenty_million_rows_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.parquet"
    bomb.write_bytes(parquet_of(pa.table({"rating": pa.repeat(1500.0, 20_000_000)})))
    assert bomb.stat().st_size < 200_000

    reason, megabytes = opened_apart(bomb)

    assert reason.startswith("a file of 20,000,000 rows")
    assert megabytes < 50


def test_a_small_file_that_opens_to_gigabytes_of_text_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.parquet"
    rows = 400_000
    names = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows), ["k" * 20_000])
    bomb.write_bytes(parquet_of(pa.table({"model_name": names, "rating": pa.repeat(1500.0, rows)})))
    assert bomb.stat().st_size < 1_000_000

    reason, megabytes = opened_apart(bomb)

    assert reason.startswith("400,000 rows and more than")
    assert megabytes < 300


def opened_apart(path: Path) -> tuple[str, int]:
    """Open a file in a process of its own; give why it was refused and by how many megabytes that one grew."""
    script = """
        import resource, sys
        from pathlib import Path
        import pyarrow.parquet
        from builders import payload
        from scrapers.formats.parquet import parquet_columns
        from topspot.domain.values import LayoutChanged

        body = payload(Path(sys.argv[1]).read_bytes())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            list(parquet_columns(body, {"model_name": "text", "rating": "number"}))
        except LayoutChanged as refused:
            print(refused)
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    *reason, grown = done.stdout.splitlines()
    return " ".join(reason), int(grown)
