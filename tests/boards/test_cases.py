"""Each case folder is a test: the bytes of one answer, and what is to be read in them."""

import pytest

from scrapers.boards import find_sources
from support.cases import Case, cases, read

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_reads_as_approved(case: Case) -> None:
    found = read(case.file, case.payload)

    kinds = ("readings", "facts", "remarks", "legends") if "error" not in found else ("error",)
    assert found == {kind: case.expected.get(kind, []) for kind in kinds}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_stays_inside_what_its_source_declares(case: Case) -> None:
    boards = case.file.source.all_boards
    for reading in read(case.file, case.payload).get("readings", []):
        board = boards[reading["board"]]
        assert reading["category"] in (board.categories or [reading["category"]])
        assert ("rating" in reading) >= board.rated
        assert ("lower" in reading) >= board.intervals


def test_each_source_has_a_case_that_is_read() -> None:
    read_ones = {case.source for case in CASES if "error" not in case.expected}

    assert set(find_sources()) - read_ones == set()
