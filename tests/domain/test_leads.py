import pytest
from hypothesis import given

from builders import board, boards, reading, row
from topspot.domain.leads import (
    DEFINITIONS,
    KINDS,
    best_of,
    deciding,
    is_known,
    leaders,
    subject_of,
    subjects,
)
from topspot.domain.publications import in_position
from topspot.domain.values import Standing


def first(standings: list[Standing], definition: str) -> list[str]:
    return [each.model for each in leaders(standings, definition)]


def test_the_highest_rating_is_first_by_points() -> None:
    assert first(board("a", 1500, "b", 1490), "points") == ["a"]


def test_equal_ratings_share_first_place() -> None:
    assert first(board("a", 1500, "b", 1500, "c", 1490), "points") == ["a", "b"]


def test_who_cannot_be_told_from_the_first_shares_first_place_by_rank_ub() -> None:
    standings = board(row("a", 1500, 10), row("b", 1485, 10), row("c", 1470, 10))

    assert first(standings, "rank_ub") == ["a", "b"]


def test_intervals_that_touch_share_first_place() -> None:
    assert first(board(row("a", 1500, 10), row("b", 1480, 10)), "rank_ub") == ["a", "b"]
    assert first(board(row("a", 1500, 10), row("b", 1479, 10)), "rank_ub") == ["a"]


def test_a_thin_entry_with_a_wide_interval_shares_first_place() -> None:
    standings = board(row("a", 1500, 5), row("b", 1490, 5), row("thin", 1450, 60))

    assert first(standings, "rank_ub") == ["a", "b", "thin"]


def test_the_publisher_s_rank_one_is_first_by_published() -> None:
    assert first(board(row("a", 1500, rank=2), row("b", 1490, rank=1)), "published") == ["b"]


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_nobody_is_first_where_a_definition_has_nothing_to_say(definition: str) -> None:
    assert first([row("a")], definition) == []
    assert first([], definition) == []


@given(boards(intervals=True))
def test_rank_ub_is_what_its_definition_counts(standings: list[Standing]) -> None:
    def rank(of: Standing) -> int:
        return 1 + sum(other.lower > of.upper for other in standings)

    assert leaders(standings, "rank_ub") == [each for each in standings if rank(each) == 1]


@given(boards(intervals=True))
def test_who_leads_by_points_is_always_among_the_first_by_rank_ub(standings: list[Standing]) -> None:
    assert set(leaders(standings, "points")) <= set(leaders(standings, "rank_ub"))


def test_rank_ub_decides_where_there_are_intervals() -> None:
    assert deciding(board(row("a", 1500, 10, rank=1))) == "rank_ub"


def test_points_decide_without_intervals() -> None:
    assert deciding(board(row("a", 1500, rank=2))) == "points"


def test_published_decides_where_there_are_only_ranks() -> None:
    assert deciding([row("a", rank=1)]) == "published"


def test_a_developer_stands_where_its_best_model_stands() -> None:
    standings = board(
        row("a", 1500, developer="Google"), row("b", 1490, developer="xAI"), row("c", 1480, developer="Google")
    )

    assert subjects(standings, "developer") == ["google", "xai"]
    assert [each.position for each in best_of(standings, "developer").values()] == [1, 2]


def test_two_unknown_developers_are_never_taken_for_one() -> None:
    assert len(subjects([row("a"), row("b")], "developer")) == 2
    assert len(subjects([row("a"), row("b")], "country")) == 2


def test_models_of_one_developer_without_a_country_are_in_one_unknown_country() -> None:
    assert len(subjects([row("a", developer="Nomads"), row("b", developer="Nomads")], "country")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_of_a_row_says_whether_its_subject_is_known(kind: str) -> None:
    known = row("a", developer="Google", country="US")

    assert is_known(subject_of(known, kind), kind)
    assert is_known(subject_of(row("?"), kind), kind) == (kind == "model")


def test_where_fewer_is_better_the_lowest_is_first() -> None:
    errors = [row("a", 1.5, 0.2), row("b", 1.8, 0.2), row("c", 4.0, 0.2)]
    standings = [each._replace(position=place) for place, each in enumerate(errors, start=1)]

    assert first(standings, "points") == ["a"]
    assert first(standings, "rank_ub") == ["a", "b"]
    assert first(list(reversed(standings)), "points") == ["a"]


def test_rows_are_put_in_order_by_the_scale_of_their_board() -> None:
    printed = [reading("a", 1.5), reading("c", 4.0), reading("b", 1.8)]

    assert [each.name for each in in_position(printed, lowest_first=True)] == ["a", "b", "c"]
    assert [each.name for each in in_position(printed)] == ["c", "b", "a"]
