"""A model that is called otherwise from one publication to the next is recognized by evidence, never by guess."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import board, row
from topspot.domain.renames import SAME_FIGURES, SAME_MODEL, renames
from topspot.domain.values import Standing

ANTHROPIC = {"developer": "Anthropic", "country": "US"}
OPENAI = {"developer": "OpenAI", "country": "US"}

OLD = row("opus-5-thinking", 1500, 10, model="opus-5", votes=900, **ANTHROPIC)
NEW = row("opus-5-high", 1504, 8, model="opus-5", votes=1200, **ANTHROPIC)

TWIN = OLD._replace(name="opus-five", model="opus-five")
"""The same row under a name that the registry does not take for the same model."""


def pairs(gone: Sequence[Standing], came: Sequence[Standing]) -> list[tuple[str, str]]:
    return [(pair.old.name, pair.new.name) for pair in renames(gone, came)]


def test_the_same_model_with_a_rating_inside_the_old_interval_is_renamed() -> None:
    [pair] = renames([OLD], [NEW])

    assert (pair.old, pair.new, pair.evidence) == (OLD, NEW, SAME_MODEL)


def test_the_same_figures_tell_where_the_registry_does_not() -> None:
    [pair] = renames([OLD], [TWIN])

    assert (pair.old, pair.new, pair.evidence) == (OLD, TWIN, SAME_FIGURES)


@pytest.mark.parametrize(
    "came",
    [
        NEW._replace(developer="openai"),
        NEW._replace(developer=None),
        NEW._replace(rating=1510.1),
        NEW._replace(rating=1489.9),
        NEW._replace(rating=None),
        NEW._replace(votes=899),
        NEW._replace(votes=0),
        NEW._replace(model="opus-6"),
        TWIN._replace(developer="openai"),
        TWIN._replace(rating=1500.5),
        TWIN._replace(lower=1489.0),
        TWIN._replace(upper=1511.0),
        TWIN._replace(votes=901),
    ],
    ids=[
        "another developer", "unknown developer", "above the interval", "below the interval", "no rating",
        "fewer votes", "no vote at all", "another model", "figures of another developer", "another rating",
        "another lower bound", "another upper bound", "other votes",
    ],
)  # fmt: skip
def test_without_all_of_the_evidence_it_is_no_rename(came: Standing) -> None:
    assert renames([OLD], [came]) == []


def test_two_unknown_developers_are_not_one() -> None:
    unknown = [each._replace(developer=None, developer_name=None) for each in (OLD, NEW, TWIN)]

    assert renames(unknown[:1], unknown[1:]) == []


@pytest.mark.parametrize("rating", [1490.0, 1510.0])
def test_the_bounds_belong_to_the_interval(rating: float) -> None:
    assert pairs([OLD], [NEW._replace(rating=rating)]) == [("opus-5-thinking", "opus-5-high")]


@pytest.mark.parametrize("votes", [900, 901, None])
def test_votes_that_are_as_many_or_more_or_not_printed_are_no_obstacle(votes: int | None) -> None:
    assert pairs([OLD], [NEW._replace(votes=votes)]) == [("opus-5-thinking", "opus-5-high")]


def test_without_an_interval_the_rating_must_be_the_same() -> None:
    old = OLD._replace(lower=None, upper=None)

    assert pairs([old], [NEW._replace(rating=1500)]) == [("opus-5-thinking", "opus-5-high")]
    assert renames([old], [NEW._replace(rating=1500.1)]) == []


def test_rank_alone_leaves_nothing_but_the_registry_to_tell() -> None:
    nothing = {"rating": None, "lower": None, "upper": None, "votes": None}
    old, new, twin = (each._replace(**nothing) for each in (OLD, NEW, TWIN))

    assert pairs([old], [new]) == [("opus-5-thinking", "opus-5-high")]
    assert renames([old], [twin]) == []


def test_figures_without_votes_are_too_few_to_tell() -> None:
    assert renames([OLD._replace(votes=None)], [TWIN._replace(votes=None)]) == []
    assert renames([OLD._replace(lower=None, upper=None)], [TWIN._replace(lower=None, upper=None)]) == []


def test_of_several_the_nearest_rating_is_it_and_each_row_is_in_one_pair() -> None:
    near = NEW._replace(name="opus-5-max", rating=1501, position=3)
    far = NEW._replace(name="opus-5-low", rating=1506, position=2)

    assert pairs([OLD], [far, near]) == [("opus-5-thinking", "opus-5-max")]
    other = OLD._replace(name="opus-5-old", rating=1507, position=2)
    assert pairs([OLD, other], [far, near]) == [("opus-5-old", "opus-5-low"), ("opus-5-thinking", "opus-5-max")]


def test_the_same_figures_come_before_a_nearer_rating() -> None:
    nearest = NEW._replace(rating=1500)

    assert [pair.evidence for pair in renames([OLD], [nearest, TWIN])] == [SAME_FIGURES]


def test_thinking_becomes_high_for_several_models_at_once() -> None:
    def named(word: str, votes: int) -> list[Standing]:
        lines = [("opus-5", 1530, ANTHROPIC), ("sonnet-5", 1528, ANTHROPIC), ("gpt-9", 1526, OPENAI)]
        rows = [
            row(f"{model}-{word}", rating + votes / 100, 12, model=model, votes=votes, **maker)
            for model, rating, maker in lines
        ]
        return board(*rows)

    assert pairs(named("thinking", 100), named("high", 300)) == [
        ("opus-5-thinking", "opus-5-high"),
        ("sonnet-5-thinking", "sonnet-5-high"),
        ("gpt-9-thinking", "gpt-9-high"),
    ]


def _rows(prefix: str) -> st.SearchStrategy[list[Standing]]:
    line = st.builds(
        lambda rating, votes, model, maker: row(
            "", rating, 5, votes=votes, model=model, developer=maker, position=1
        ),
        st.integers(1495, 1505), st.integers(1, 3), st.sampled_from("mn"), st.sampled_from(["A", "B", None]),
    )  # fmt: skip
    return st.lists(line, max_size=6).map(
        lambda rows: [each._replace(name=f"{prefix}{place}", position=place) for place, each in enumerate(rows, 1)]
    )


@given(_rows("old"), _rows("new"), st.randoms(use_true_random=False))
def test_whatever_stands_there_each_row_has_one_partner_at_most_in_any_order(
    gone: list[Standing], came: list[Standing], chance: Random
) -> None:
    found = renames(gone, came)

    for side in ([pair.old.name for pair in found], [pair.new.name for pair in found]):
        assert len(side) == len(set(side))
    assert all(pair.old.developer and pair.old.developer == pair.new.developer for pair in found)
    shuffled = [chance.sample(rows, len(rows)) for rows in (gone, came)]
    assert renames(*shuffled) == found


@given(_rows("old"), _rows("new"))
def test_no_pair_is_left_that_would_be_nearer(gone: list[Standing], came: list[Standing]) -> None:
    found = renames(gone, came)
    taken = {name for pair in found for name in (pair.old.name, pair.new.name)}

    free = [[each for each in rows if each.name not in taken] for rows in (gone, came)]
    assert renames(*free) == []
