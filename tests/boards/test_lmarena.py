import gzip
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import PUBLISHED, TYPES, WEBDEV, board, parquet, payload, printed, row
from scrapers.boards import lmarena
from scrapers.boards._lmarena import COLUMNS, HEADLINE, SUBSETS
from scrapers.boards.lmarena import SOURCE, address
from topspot.domain.check import reasons_to_hold
from topspot.domain.leads import leaders
from topspot.domain.publications import hash_of, in_position, publications
from topspot.domain.values import LayoutChanged, Publication, Reading, Standing

ROWS = [
    printed("kimi-k3", 1678.5, 17.5),
    printed("claude-fable-5", 1631.2, 13.3, organization="anthropic", rank=2, vote_count=2505),
    printed("kimi-k3", 1634.6, 53.7, category="webdev-html", vote_count=154),
]

GOOD = parquet(ROWS)


def read(body: bytes) -> list[Reading]:
    return list(lmarena.parse(payload(body)))


def refusal(body: bytes) -> str:
    with pytest.raises(LayoutChanged) as caught:
        read(body)
    return str(caught.value)


def reasons(body: bytes, before: int | None = None) -> list[tuple[str, ...]]:
    """Say why each publication of a payload is held, in their order."""
    split = publications(read(body))
    return [reasons_to_hold(rows, WEBDEV, rows_before=before, today=PUBLISHED) for rows in split.values()]


def test_rows_are_read_as_printed() -> None:
    first, second, html = read(GOOD)

    assert first == Reading(
        board="lmarena/webdev",
        category="overall",
        published_on=date(2026, 7, 16),
        name="kimi-k3",
        organization="moonshot",
        license="Proprietary",
        rank=1,
        rating=1678.5,
        lower=1661.0,
        upper=1696.0,
        votes=1757,
    )
    assert (second.rank, second.votes) == (2, 2505)
    assert html.category == "webdev-html"
    assert reasons(GOOD) == [(), ()]


def test_each_subset_is_a_board_of_its_own() -> None:
    boards = [read_of(subset).board for subset in SUBSETS]

    assert boards[:3] == ["lmarena/text", "lmarena/text-style-control", "lmarena/vision"]
    assert len(set(boards)) == len(SUBSETS) == len(SOURCE.addresses) == 14


def read_of(subset: str) -> Reading:
    return next(iter(lmarena.parse(payload(GOOD, address(subset)))))


def test_only_style_control_is_the_headline_board() -> None:
    assert [key for key, board in SOURCE.boards.items() if board.headline] == [address(HEADLINE)]


def test_counts_that_are_floats_in_one_subset_are_counts() -> None:
    as_floats = parquet(ROWS, retype={"rank": pa.float64(), "vote_count": pa.float64()})

    assert read(as_floats) == read(GOOD)
    assert hash_of(read(as_floats)) == hash_of(read(GOOD))


@pytest.mark.parametrize(
    "written",
    ["2026-07-16", "2026-07-16 00:00:00", "2026-07-16T03:00:00Z", datetime(2026, 7, 16, 3, tzinfo=UTC)],
    ids=str,
)
def test_a_date_may_have_a_time(written: object) -> None:
    body = parquet(ROWS[:1], columns={"leaderboard_publish_date": pa.array([written])})

    assert read(body)[0].published_on == date(2026, 7, 16)


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("us"), pa.timestamp("ns")], ids=str)
def test_a_date_may_be_a_date(kind: pa.DataType) -> None:
    assert read(parquet(ROWS, retype={"leaderboard_publish_date": kind})) == read(GOOD)


@pytest.mark.parametrize("written", ["", "soon", "2026-02-30", "2026-07-16?", "16.07.2026", "0", None])
def test_a_date_that_is_none_is_a_changed_shape(written: str | None) -> None:
    assert "should be a date" in refusal(parquet([printed(leaderboard_publish_date=written)]))


@pytest.mark.parametrize("days", [2**30, 3_000_000, -(2**30)])
def test_a_day_that_no_calendar_has_is_a_changed_shape(days: int) -> None:
    far = pa.array([days], pa.int32()).cast(pa.date32())

    assert "damaged" in refusal(parquet(ROWS[:1], columns={"leaderboard_publish_date": far}))


def test_the_year_2999_is_held() -> None:
    body = parquet([printed(leaderboard_publish_date="2999-01-01")])

    assert reasons(body) == [("published on 2999-01-01, which is still to come",)]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_that_is_missing_or_renamed_is_a_changed_shape(name: str) -> None:
    assert f"column {name!r} is missing" in refusal(parquet(ROWS, drop=[name]))
    assert f"column {name!r} is missing" in refusal(parquet(ROWS, rename={name: name.upper()}))


@pytest.mark.parametrize("name", ["rating", "rating_lower", "rating_upper", "vote_count", "rank"])
def test_text_for_numbers_is_a_changed_shape(name: str) -> None:
    assert (
        refusal(parquet(ROWS, retype={name: pa.string()})) == f"column {name!r} should hold a number, found string"
    )


def test_a_new_column_is_accepted() -> None:
    wider = parquet(ROWS, columns={"elo": pa.array(["new"] * 3), "a": pa.array([[1]] * 3)})

    assert read(wider) == read(GOOD)


def test_a_column_that_nobody_reads_may_go() -> None:
    assert read(parquet(ROWS, drop=["variance"])) == read(GOOD)


@given(st.permutations(ROWS), st.permutations(list(TYPES)))
def test_the_order_of_rows_and_columns_decides_nothing(rows: list[dict[str, object]], columns: list[str]) -> None:
    stirred = read(
        parquet(rows, columns={name: pa.array([row[name] for row in rows], TYPES[name]) for name in columns})
    )

    assert hash_of(stirred) == hash_of(read(GOOD))
    assert in_position(stirred) == in_position(read(GOOD))


@pytest.mark.parametrize("value", [math.nan, None, -1.0, 99_999.0, math.inf])
@pytest.mark.parametrize("name", ["rating", "rating_lower", "rating_upper"])
def test_an_impossible_number_is_held_in_its_category_alone(name: str, value: float | None) -> None:
    overall, html = reasons(parquet([ROWS[0] | {name: value}, *ROWS[1:]]))

    assert len(overall) == 1
    assert overall[0].startswith("impossible value: 'kimi-k3': ")
    assert html == ()


@pytest.mark.parametrize("value", [math.nan, -3.0, 2.5, 1e300, 2.0**31])
@pytest.mark.parametrize("name", ["rank", "vote_count"])
def test_an_impossible_count_is_held(name: str, value: float) -> None:
    overall, _ = reasons(parquet(ROWS, columns={name: pa.array([value, 2.0, 3.0])}))

    assert "is not a whole number" in overall[0]


def test_a_lower_bound_above_the_upper_is_held() -> None:
    assert "above upper bound" in reasons(parquet([printed(plus_minus=-17.5)]))[0][0]


def test_no_rows_are_an_empty_list_of_nothing() -> None:
    assert read(parquet([])) == []


def test_fewer_than_half_the_rows_are_held() -> None:
    assert reasons(parquet(ROWS[:1]), before=3) == [("1 rows, less than half of the 3 before",)]


def test_several_publications_mixed_are_held_and_the_other_categories_are_not() -> None:
    japanese = [printed(f"model-{number}", 1500 - number, 5, category="japanese") for number in range(20)]
    stale = [each | {"rating": each["rating"] + 2} for each in japanese[:4] for _ in range(5)]

    overall, mixed = reasons(parquet([*ROWS[:2], *japanese, *stale]))

    assert overall == ()
    assert mixed == ("several publications mixed: 4 of 20 models stand more than once, one up to 6 times",)


def test_the_same_model_twice_is_fine() -> None:
    name = "gpt-5.3-codex (codex-harness)"

    assert reasons(parquet([*ROWS[:2], printed(name, 1480, rank=42), printed(name, 1450, rank=58)])) == [()]


def test_two_dates_of_one_category_are_two_publications() -> None:
    body = parquet([printed(), printed(leaderboard_publish_date="2026-07-12")])

    assert [each.published_on.day for each in publications(read(body))] == [16, 12]


def test_invalid_utf_8_is_a_changed_shape() -> None:
    raw = pa.Array.from_buffers(pa.string(), 1, pa.array([b"kimi\xff"]).buffers())

    assert "damaged" in refusal(parquet(ROWS[:1], columns={"model_name": raw}))


@pytest.mark.parametrize("text", ["kimi\0k3", "k" * 5_000])
@pytest.mark.parametrize("name", ["model_name", "organization", "license"])
def test_a_text_that_no_database_or_reader_takes_is_held(name: str, text: str) -> None:
    [[reason]] = reasons(parquet([printed(**{name: text}) if name != "model_name" else printed(text)]))

    assert "\0" not in reason
    assert len(reason) < 200


@pytest.mark.parametrize("text", ["", None, "over\0all", "o" * 5_000, "over\nall"])
def test_a_category_that_is_no_name_is_a_changed_shape(text: str | None) -> None:
    reason = refusal(parquet([printed(category=text)]))

    assert reason.startswith("column 'category' should hold a name, found ")
    assert len(reason) < 120


def test_nothing_given_is_empty_text() -> None:
    [row] = read(parquet([printed(organization=None, license=None)]))

    assert (row.organization, row.license) == ("", "")


def test_no_name_is_held() -> None:
    assert "no name" in reasons(parquet([printed(model_name=None)]))[0][0]


def test_a_challenge_page_with_status_200_is_a_changed_shape() -> None:
    assert "Just a moment" in refusal(b"<!DOCTYPE html><title>Just a moment...</title>")


# Damage at random: a payload is read or refused, and nothing else ever happens.

DAMAGED = [GOOD, parquet(ROWS, retype={"leaderboard_publish_date": pa.date32(), "rank": pa.float64()})]


def outcome(body: bytes) -> str:
    """Say whether a payload is ``read`` or ``refused``, or with which words it should not have been refused."""
    try:
        rows = read(body)
    except LayoutChanged as refused:
        reason = str(refused)
        return "refused" if reason.isprintable() and len(reason) < 400 else reason
    assert all(isinstance(each, Reading) and isinstance(each.published_on, date) for each in rows)
    assert hash_of(rows)
    for found in publications(rows).values():
        reasons_to_hold(found, WEBDEV, rows_before=2, today=PUBLISHED)
    return "read"


@given(st.sampled_from(DAMAGED), st.data())
def test_a_cut_file_is_refused(whole: bytes, data: st.DataObject) -> None:
    assert outcome(whole[: data.draw(st.integers(0, len(whole) - 1))]) == "refused"


@given(st.sampled_from(DAMAGED), st.randoms(use_true_random=False), st.integers(1, 8), st.booleans())
def test_flipped_bytes_are_read_or_refused(whole: bytes, chance: Random, count: int, footer: bool) -> None:
    body = bytearray(whole)
    start = len(body) - 8 - int.from_bytes(body[-8:-4], "little") if footer else 0
    for _ in range(count):
        body[chance.randrange(start, len(body))] ^= chance.randrange(1, 256)

    assert outcome(bytes(body)) in ("read", "refused")


@given(st.binary(max_size=300))
def test_garbage_between_the_marks_is_refused(garbage: bytes) -> None:
    assert outcome(b"PAR1" + garbage + b"PAR1") == "refused"


# The captures.


def captured(captures: Path) -> Iterator[tuple[str, list[Reading]]]:
    """Read each captured file of the dataset as the Parquet file that it was."""
    files = sorted((captures / "leaderboards/lmarena/official_dataset_latest").glob("*.json.gz"))
    assert files
    for file in files:
        capture = json.loads(gzip.decompress(file.read_bytes()))
        published_on = capture["meta"]["leaderboard_publish_date"]
        rows = [each | {"leaderboard_publish_date": published_on} for each in capture["rows"]]
        floats = {name: pa.float64() for name in ("rank", "vote_count") if isinstance(rows[0][name], float)}
        body = parquet(rows, retype=floats)
        yield file.name, list(lmarena.parse(payload(body, capture["meta"]["source_url"])))


@pytest.mark.captures
def test_of_all_captured_publications_one_is_held(captures: Path) -> None:
    newest: dict[tuple[str, str], int] = {}
    held: list[Publication] = []
    seen = 0
    boards = {board.key: board for board in SOURCE.boards.values()}
    for name, readings in captured(captures):
        today = date.fromisoformat(name[:10])
        for publication, rows in publications(readings).items():
            seen += 1
            series = (publication.board, publication.category)
            if reasons_to_hold(rows, boards[publication.board], rows_before=newest.get(series), today=today):
                held.append(publication)
            else:
                newest[series] = len(rows)

    assert seen > 200
    assert held == [Publication("lmarena/text", "japanese", date(2026, 7, 16))]


@pytest.mark.captures
def test_the_captured_leaders_of_webdev_are_those_that_are_known(captures: Path) -> None:
    first: dict[date, list[list[str]]] = {}
    for _, readings in captured(captures):
        overall = [each for each in readings if each.board == "lmarena/webdev" and each.category == "overall"]
        if overall:
            first[overall[0].published_on] = [
                [each.name for each in leaders(standings(overall), definition)]
                for definition in ("rank_ub", "points")
            ]

    gpt, fable, opus = "gpt-5.6-sol-xhigh (codex-harness)", "claude-fable-5", "claude-opus-5-max"
    assert first == {
        date(2026, 6, 21): [[fable], [fable]],
        date(2026, 7, 12): [[gpt, fable], [gpt]],
        date(2026, 7, 16): [["kimi-k3"], ["kimi-k3"]],
        date(2026, 7, 27): [[opus], [opus]],
        date(2026, 8, 19): [[opus, "kimi-k3-max"], [opus]],
    }


def standings(readings: list[Reading]) -> list[Standing]:
    return board(*(row(each.name, each.rating, lower=each.lower, upper=each.upper) for each in readings))
