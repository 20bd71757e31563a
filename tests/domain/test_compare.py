from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MADE_BY, OBSERVED, PUBLISHED, URL, board, boards, place, row
from topspot.domain.alerts import is_heard
from topspot.domain.compare import (
    Event,
    changes,
    compare,
    event_id,
    failed,
    held,
    standing_json,
    unknown,
    unreadable,
)
from topspot.domain.leads import KINDS, Kind, deciding, leaders, subjects
from topspot.domain.values import Standing

OPENAI = {"developer": "OpenAI", "country": "US"}
ANTHROPIC = {"developer": "Anthropic", "country": "US"}
MOONSHOT = {"developer": "Moonshot AI", "country": "CN"}
ALIBABA = {"developer": "Alibaba", "country": "CN"}


def happened(before: list[Standing], after: list[Standing], kind: Kind | None = None) -> list[str]:
    """Say each event in two words, such as ``kimi-k3 takes``."""
    events = compare(before, after, place())
    return [f"{event.subject.id} {event.change}" for event in events if kind in (None, event.subject.kind)]


def by_model(before: list[Standing], after: list[Standing]) -> list[str]:
    return happened(before, after, "model")


def causes(before: list[Standing], after: list[Standing], kind: Kind = "model") -> dict[str, str | None]:
    events = [event for event in compare(before, after, place()) if event.subject.kind == kind]
    return {f"{event.subject.id} {event.change}": event.cause for event in events}


# The known hand-overs of WebDev, with the figures that were published.

JUNE_21 = board(
    row("claude-fable-5", 1653.9, 15.5, **ANTHROPIC),
    row("claude-opus-4-8-thinking", 1565.2, 11.9, **ANTHROPIC),
)
JULY_12 = board(
    row("gpt-5.6-sol-xhigh (codex-harness)", 1631.0, lower=1613.5, upper=1648.5, **OPENAI),
    row("claude-fable-5", 1630.0, lower=1615.6, upper=1644.3, **ANTHROPIC),
)
JULY_16 = board(
    row("kimi-k3", 1678.5, lower=1661.0, upper=1696.0, **MOONSHOT),
    row("claude-fable-5", 1631.2, lower=1617.9, upper=1644.5, **ANTHROPIC),
    row("gpt-5.6-sol-xhigh (codex-harness)", 1617.8, lower=1604.6, upper=1631.1, **OPENAI),
)
JULY_27 = board(
    row("claude-opus-5-max", 1725.3, lower=1698.3, upper=1752.4, **ANTHROPIC),
    row("kimi-k3-max", 1681.6, lower=1669.1, upper=1694.2, **MOONSHOT),
    row("claude-fable-5", 1629.1, lower=1619.4, upper=1638.8, **ANTHROPIC),
)
AUGUST_19 = board(
    row("claude-opus-5-max", 1690.9, lower=1682.0, upper=1699.7, **ANTHROPIC),
    row("kimi-k3-max", 1674.0, lower=1662.7, upper=1685.2, **MOONSHOT),
    row("qwen3.8-max", 1668.8, lower=1656.3, upper=1681.3, **ALIBABA),
)


def test_gpt_joins_fable_on_july_12() -> None:
    assert happened(JUNE_21, JULY_12) == ["openai joins", "gpt-5.6-sol-xhigh (codex-harness) joins"]


def test_kimi_k3_takes_first_place_alone_on_july_16() -> None:
    events = compare(JULY_12, JULY_16, place())

    assert happened(JULY_12, JULY_16) == ["CN takes", "moonshot-ai takes", "kimi-k3 takes"]
    assert [event.tied for event in events] == [1, 1, 1]
    assert [event.cause for event in events] == ["new_entry"] * 3
    assert events[0].previous == tuple(JULY_12)
    assert events[0].current == tuple(JULY_16[:1])


def test_opus_takes_it_alone_on_july_27_from_a_model_that_is_renamed_that_day() -> None:
    assert happened(JULY_16, JULY_27) == ["US takes", "anthropic takes", "claude-opus-5-max takes"]


def test_kimi_joins_opus_on_august_19_and_qwen_just_does_not() -> None:
    assert happened(JULY_27, AUGUST_19) == ["CN joins", "moonshot-ai joins", "kimi-k3-max joins"]
    assert {event.tied for event in compare(JULY_27, AUGUST_19, place())} == {2}


# What can happen, one case each.

A_ALONE = board(row("a", 1500, 5), row("b", 1480, 5))
B_ALONE = board(row("b", 1520, 5), row("a", 1500, 5))
TIED = board(row("a", 1500, 10), row("b", 1495, 10))


def test_nothing_happens_where_nothing_changed() -> None:
    assert happened(A_ALONE, A_ALONE) == []


def test_taking_over_alone_says_nothing_of_who_left() -> None:
    assert by_model(A_ALONE, B_ALONE) == ["b takes"]


def test_two_take_first_place_together_where_nobody_stayed() -> None:
    after = board(row("c", 1530, 10), row("d", 1525, 10), row("a", 1500, 5))

    assert by_model(A_ALONE, after) == ["c takes", "d takes"]


def test_a_tie_that_begins_is_joined() -> None:
    assert by_model(A_ALONE, TIED) == ["b joins"]


def test_a_tie_that_ends_leaves_one_alone_and_says_nothing_of_the_other() -> None:
    assert by_model(TIED, A_ALONE) == ["a alone"]


def test_one_joins_and_another_leaves() -> None:
    after = board(row("a", 1500, 10), row("c", 1495, 10), row("b", 1450, 10))

    assert by_model(TIED, after) == ["c joins", "b leaves"]


def test_one_of_three_leaves() -> None:
    before = board(row("a", 1500, 10), row("b", 1495, 10), row("c", 1490, 10))
    after = board(row("a", 1500, 10), row("b", 1495, 10), row("c", 1450, 10))

    assert by_model(before, after) == ["c leaves"]


def test_the_same_two_with_another_points_leader_is_points_only() -> None:
    after = board(row("b", 1502, 10), row("a", 1500, 10))

    assert by_model(TIED, after) == ["b points_only"]


def test_equal_points_that_part_inside_a_tie_are_points_only() -> None:
    before = board(row("a", 1500, 10), row("b", 1500, 10))

    assert by_model(before, TIED) == ["a points_only"]


def test_another_points_leader_says_nothing_of_its_own_where_others_share() -> None:
    after = board(row("c", 1510, 15), row("a", 1500, 10), row("b", 1495, 10))

    assert by_model(TIED, after) == ["c joins"]


def test_a_flip_in_one_house_is_no_news_of_developer_or_country() -> None:
    before = board(row("opus", 1500, 5, **ANTHROPIC), row("fable", 1480, 5, **ANTHROPIC))
    after = board(row("fable", 1520, 5, **ANTHROPIC), row("opus", 1500, 5, **ANTHROPIC))

    assert happened(before, after) == ["fable takes"]


def test_a_flip_in_one_country_is_news_of_developers() -> None:
    before = board(row("kimi", 1500, 5, **MOONSHOT), row("qwen", 1480, 5, **ALIBABA))
    after = board(row("qwen", 1520, 5, **ALIBABA), row("kimi", 1500, 5, **MOONSHOT))

    assert happened(before, after) == ["alibaba takes", "qwen takes"]


def test_a_model_that_stands_twice_is_one_subject() -> None:
    twice = board(row("a", 1500, 10), row("a", 1495, 10))

    assert by_model(A_ALONE, twice) == []
    assert by_model(B_ALONE, twice) == ["a takes"]


def test_a_board_without_intervals_is_decided_by_points() -> None:
    events = compare(board("a", 76.8, "b", 70), board("b", 78.8, "a", 76.8), place())

    assert [(event.subject.id, event.change, event.decided_by) for event in events] == [("b", "takes", "points")]


def test_a_board_of_ranks_is_decided_by_the_publisher() -> None:
    events = compare([row("a", rank=1), row("b", rank=2)], [row("b", rank=1), row("a", rank=2)], place())

    assert [(event.subject.id, event.change, event.decided_by) for event in events] == [
        ("b", "takes", "published")
    ]


def test_intervals_that_appear_are_no_news() -> None:
    assert happened(board("a", 1500, "b", 1480), B_ALONE) == []


@pytest.mark.parametrize(("before", "after"), [([], A_ALONE), (A_ALONE, []), ([], [])])
def test_with_nobody_on_one_side_there_is_nothing_to_compare(
    before: list[Standing], after: list[Standing]
) -> None:
    assert happened(before, after) == []


# Who is unknown does nothing, and is still somebody.


def test_an_unknown_developer_neither_takes_nor_is_alone_nor_joins() -> None:
    assert happened(board(row("a", 1500, 5, **OPENAI)), board(row("?", 1520, 5), row("a", 1500, 5, **OPENAI))) == [
        "US leaves",
        "openai leaves",
        "? takes",
    ]
    assert by_kind(TIED, A_ALONE) == {"model"}
    assert by_kind(A_ALONE, TIED) == {"model"}


def by_kind(before: list[Standing], after: list[Standing]) -> set[str]:
    return {event.subject.kind for event in compare(before, after, place())}


def test_who_shares_with_an_unknown_developer_is_not_alone() -> None:
    before = board(row("a", 1500, 10, **OPENAI), row("b", 1498, 10, **ANTHROPIC), row("?", 1496, 10))
    after = board(row("a", 1500, 10, **OPENAI), row("?", 1496, 10), row("b", 1450, 10, **ANTHROPIC))

    assert happened(before, after) == ["anthropic leaves", "b leaves"]


def test_a_known_developer_joins_an_unknown_one() -> None:
    before = board(row("?", 1500, 5))
    after = board(row("?", 1500, 5), row("a", 1498, 5, **OPENAI))

    assert happened(before, after) == ["US joins", "openai joins", "a joins"]


def test_a_developer_without_a_country_does_what_it_does_for_itself_alone() -> None:
    after = board(row("n", 1520, 5, developer="Nomads"), row("a", 1500, 5, **OPENAI))

    assert happened(board(row("a", 1500, 5, **OPENAI)), after) == ["US leaves", "nomads takes", "n takes"]


# Why it happened.


def test_a_new_model_is_a_new_entry() -> None:
    assert causes(A_ALONE, board(row("new", 1600, 5), *A_ALONE)) == {"new takes": "new_entry"}


def test_a_model_that_rose_is_a_rating_that_moved() -> None:
    assert causes(A_ALONE, B_ALONE) == {"b takes": "rating_moved"}


def test_who_inherits_first_place_has_it_because_the_leader_was_removed() -> None:
    assert causes(A_ALONE, A_ALONE[1:]) == {"b takes": "leader_removed"}
    assert causes(TIED, TIED[:1]) == {"a alone": "leader_removed"}


def test_a_tie_that_ends_with_the_same_points_leader_is_an_interval_that_narrowed() -> None:
    assert causes(TIED, board(row("a", 1500, 2), row("b", 1495, 2))) == {"a alone": "interval_narrowed"}


def test_a_tie_that_ends_with_another_points_leader_is_a_rating_that_moved() -> None:
    assert causes(TIED, board(row("b", 1530, 10), row("a", 1500, 10))) == {"b alone": "rating_moved"}


def test_who_leaves_a_tie_for_a_new_model_leaves_for_a_new_entry() -> None:
    after = board(row("new", 1502, 10), row("a", 1500, 10), row("b", 1450, 10))

    assert causes(TIED, after) == {"new joins": "new_entry", "b leaves": "new_entry"}


def test_who_leaves_a_tie_that_stays_as_it_is_has_fallen() -> None:
    before = board(*TIED, row("c", 1510, 20))
    after = board(*TIED, row("c", 1450, 10))

    assert causes(before, after) == {"c leaves": "rating_moved"}


def test_a_developer_is_alone_for_its_new_model() -> None:
    before = board(row("a", 1500, 10, **OPENAI), row("b", 1495, 10, **ANTHROPIC))
    after = board(row("new", 1550, 10, **OPENAI), *before)

    assert causes(before, after, "developer") == {"openai alone": "new_entry"}


def test_each_definition_says_who_was_first_before_and_after() -> None:
    [event] = compare(TIED, board(row("a", 1500, 2, rank=1), row("b", 1495, 2, rank=2)), place())
    definitions = dict(event.definitions)

    assert definitions["points"] == (("a",), ("a",))
    assert definitions["rank_ub"] == (("a", "b"), ("a",))
    assert definitions["published"] == ((), ("a",))
    assert [name for name, ruler in event.definitions if ruler.changed] == ["rank_ub", "published"]


# The rules, over all boards of the small world.


def all_of(before: list[Standing], after: list[Standing]) -> list[Event]:
    return compare(before, after, place())


@given(boards())
def test_a_board_compared_with_itself_has_no_news(standings: list[Standing]) -> None:
    assert all_of(standings, standings) == []


@given(boards(distinct=True), boards(distinct=True), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(before: list[Standing], after: list[Standing], chance: Random) -> None:
    shuffled = [chance.sample(rows, len(rows)) for rows in (before, after)]

    assert {event.id for event in all_of(*shuffled)} == {event.id for event in all_of(before, after)}
    assert all_of(*(board(*rows) for rows in shuffled)) == all_of(before, after)


@given(boards(), boards())
def test_a_subject_of_a_kind_has_one_event(before: list[Standing], after: list[Standing]) -> None:
    events = Counter((event.subject.kind, event.subject.id) for event in all_of(before, after))

    assert set(events.values()) <= {1}


@given(boards(), boards())
def test_an_unknown_one_does_nothing(before: list[Standing], after: list[Standing]) -> None:
    known = {maker.get("developer", "").lower().replace(" ", "-") for maker in MADE_BY.values()} - {""}

    for event in all_of(before, after):
        assert event.subject.kind == "model" or event.subject.id in known | {"US", "CN"}


@given(boards(), boards())
def test_an_event_holds_who_was_first_and_how_many_share(before: list[Standing], after: list[Standing]) -> None:
    for event in all_of(before, after):
        assert event.decided_by == deciding(after)
        assert event.previous == tuple(leaders(before, event.decided_by))
        assert event.current == tuple(leaders(after, event.decided_by))
        assert event.tied == len(subjects(event.current, event.subject.kind)) >= 1
        assert event.change != "alone" or event.tied == 1


sets = st.lists(st.sampled_from(["a", "b", "c", "?x", "?y"]), min_size=1, unique=True)


def is_named(subject: str) -> bool:
    return not subject.startswith("?")


def expected(before: set[str], after: set[str]) -> set[tuple[str, str]]:
    """What the rule says, word for word: S before, T after."""
    stays, arrives, goes = before & after, after - before, before - after
    told = {(subject, "joins" if stays else "takes") for subject in arrives if is_named(subject)}
    if len(after) == 1 and stays:
        told |= {(subject, "alone") for subject in stays if is_named(subject)}
    if not any(change in ("takes", "alone") for _, change in told):
        told |= {(subject, "leaves") for subject in goes if is_named(subject)}
    return told


@given(sets, sets)
def test_changes_are_those_of_the_rule(before: list[str], after: list[str]) -> None:
    told = changes(before, after, before[:1], after[:1], is_named)

    if set(before) != set(after):
        assert set(told) == expected(set(before), set(after))
    assert len(told) == len(set(told))


@given(sets, sets)
def test_takes_is_said_only_where_nobody_shared_and_never_beside_leaves(
    before: list[str], after: list[str]
) -> None:
    told = {change for _, change in changes(before, after, before[:1], after[:1], is_named)}

    assert "takes" not in told or not set(before) & set(after)
    assert "leaves" not in told or not told & {"takes", "alone"}


@given(sets, st.randoms(use_true_random=False), st.data())
def test_points_only_is_said_only_of_the_same_set(before: list[str], chance: Random, data: st.DataObject) -> None:
    after = chance.sample(before, len(before))
    points = st.lists(st.sampled_from(before), min_size=1, unique=True)
    was, now = data.draw(points), data.draw(points)

    told = changes(before, after, was, now, is_named)

    assert {change for _, change in told} <= {"points_only"}
    assert {subject for subject, _ in told} <= set(now)
    if set(was) == set(now):
        assert told == []


# Ids.


@given(boards(), boards(), st.datetimes())
def test_deriving_again_gives_the_same_ids_whenever_it_was_seen(
    before: list[Standing], after: list[Standing], seen: object
) -> None:
    again = compare(before, after, place(observed_at=seen))

    assert [event.id for event in again] == [event.id for event in all_of(before, after)]


@given(boards(), boards())
def test_ids_of_one_comparison_differ(before: list[Standing], after: list[Standing]) -> None:
    ids = [event.id for event in all_of(before, after)]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"board": "lmarena/text"},
        {"category": "webdev-html"},
        {"series": "mirror"},
        {"published_on": PUBLISHED + timedelta(days=1)},
    ],
    ids=lambda elsewhere: next(iter(elsewhere)),
)
def test_the_same_change_elsewhere_has_another_id(elsewhere: dict[str, object]) -> None:
    here, there = compare(A_ALONE, B_ALONE, place()), compare(A_ALONE, B_ALONE, place(**elsewhere))

    assert here[0].id != there[0].id


def test_another_change_of_the_same_subject_has_another_id() -> None:
    assert compare(A_ALONE, B_ALONE, place())[0].id != compare(A_ALONE, TIED, place())[0].id


def test_a_corrected_figure_of_the_same_change_has_the_same_id() -> None:
    corrected = board(row("b", 1521, 5), row("a", 1500, 5))

    assert compare(A_ALONE, B_ALONE, place())[0].id == compare(A_ALONE, corrected, place())[0].id


def test_ids_do_not_depend_on_the_machine() -> None:
    assert event_id(
        "lead.model@1", "lmarena", "lmarena/webdev", "overall", date(2026, 7, 16), "kimi-k3", "takes"
    ) == ("f1e09621745c6081")


# Events for operators.


def test_a_held_publication_is_one_event_with_its_reasons() -> None:
    event = held(place(), "hash of rows", ("no rows",))

    assert (event.type, event.change, event.reasons) == ("snapshot.held", None, ("no rows",))
    assert event.id == held(place(observed_at=None), "hash of rows", ("in other words",)).id
    assert event.id != held(place(), "other rows", ("no rows",)).id


def test_a_payload_that_cannot_be_read_is_held_once_for_its_bytes() -> None:
    event = unreadable("lmarena/webdev", "lmarena", URL, "ab12", OBSERVED, "not Parquet")

    assert (event.type, event.category, event.reasons) == ("snapshot.held", None, ("not Parquet",))
    later = OBSERVED + timedelta(days=1)
    assert event.id == unreadable("lmarena/webdev", "lmarena", URL, "ab12", later, "not Parquet").id
    assert event.id != unreadable("lmarena/webdev", "lmarena", URL, "cd34", OBSERVED, "not Parquet").id


def test_an_outage_is_one_event_and_the_next_outage_another() -> None:
    later = OBSERVED + timedelta(days=1)
    event = failed("lmarena/webdev", "lmarena", URL, OBSERVED, OBSERVED, "HTTP 500")

    assert (event.type, event.reasons) == ("source.failed", ("HTTP 500",))
    assert event.id == failed("lmarena/webdev", "lmarena", URL, OBSERVED, later, "timed out").id
    assert event.id != failed("lmarena/webdev", "lmarena", URL, later, later, "HTTP 500").id
    assert event.id != failed("lmarena/webdev", "lmarena", URL, None, OBSERVED, "HTTP 500").id


def test_a_row_is_shown_with_the_keys_that_are_promised() -> None:
    assert standing_json(JULY_16[0]) == {
        "model": "kimi-k3",
        "model_raw": "kimi-k3",
        "developer": "moonshot-ai",
        "country": "CN",
        "rating": 1678.5,
        "lower": 1661.0,
        "upper": 1696.0,
        "position": 1,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_compared_under_a_rule_of_its_own(kind: str) -> None:
    [event] = [event for event in compare(JULY_12, JULY_16, place()) if event.subject.kind == kind]

    assert (event.type, event.rule) == (f"lead.{kind}", f"lead.{kind}@1")


# Names that are another from one publication to the next.

THINKING = board(
    row("opus-5-thinking", 1500, 10, model="opus-5", votes=900, **ANTHROPIC),
    row("gpt-9-thinking", 1470, 10, model="gpt-9", votes=800, **OPENAI),
    row("kimi-k3", 1460, 10, model="kimi-k3", votes=700, **MOONSHOT),
)
HIGH = board(
    row("opus-5-high", 1502, 8, model="opus-5", votes=1200, **ANTHROPIC),
    row("gpt-9-high", 1473, 8, model="gpt-9", votes=1100, **OPENAI),
    row("kimi-k3", 1461, 9, model="kimi-k3", votes=900, **MOONSHOT),
)


def test_each_of_several_renames_is_one_event_and_nothing_else_happens() -> None:
    events = compare(THINKING, HIGH, place())

    assert [(event.type, event.subject) for event in events] == [
        ("model.renamed", ("model", "opus-5", "opus-5-high")),
        ("model.renamed", ("model", "gpt-9", "gpt-9-high")),
    ]
    assert [(event.change, event.cause, event.rule) for event in events] == [
        (None, "rename", "model.renamed@1")
    ] * 2
    assert (events[0].previous, events[0].current) == (tuple(THINKING[:1]), tuple(HIGH[:1]))
    assert events[0].reasons == ("opus-5-thinking is now called opus-5-high: both names mean one model",)


def test_a_rename_is_for_operators_and_told_to_nobody() -> None:
    assert not any(is_heard(event) for event in compare(THINKING, HIGH, place()))


def test_outside_overall_a_rename_is_no_event_and_changes_no_lead_either() -> None:
    assert compare(THINKING, HIGH, place(category="coding")) == []


def test_a_rename_has_one_id_however_often_it_is_derived_and_another_on_another_board() -> None:
    [first, second] = compare(THINKING, HIGH, place())
    again = compare(THINKING, HIGH, place(observed_at=OBSERVED + timedelta(days=1)))
    elsewhere = compare(THINKING, HIGH, place(board="lmarena/text"))

    assert [event.id for event in again] == [first.id, second.id]
    assert {event.id for event in elsewhere} & {first.id, second.id} == set()


SAME_FIGURES = [THINKING[0]._replace(name="opus five", model="opus five"), *THINKING[1:]]
"""The leader under a name that the registry does not take for the same model."""


def test_the_leader_under_another_name_with_the_same_figures_takes_nothing() -> None:
    [event] = compare(THINKING, SAME_FIGURES, place())

    assert (event.type, event.subject.id) == ("model.renamed", "opus five")
    assert compare(THINKING, SAME_FIGURES, place(category="coding")) == []


def test_after_a_rename_who_loses_the_lead_loses_it_under_the_new_name() -> None:
    kimi = THINKING[2]._replace(rating=1540, lower=1530, upper=1550)
    after = board(kimi, *SAME_FIGURES[:2])
    events = compare(THINKING, after, place())

    assert [f"{event.subject.id} {event.change}" for event in events] == [
        "CN takes",
        "moonshot-ai takes",
        "kimi-k3 takes",
        "opus five None",
    ]
    assert events[2].cause == "rating_moved"
    assert [row.model for row in events[2].previous] == ["opus five"]


def test_what_is_not_taken_for_a_rename_is_the_hand_over_that_it_looks_like() -> None:
    other = SAME_FIGURES[0]._replace(votes=899)

    assert by_model(THINKING, [other, *THINKING[1:]]) == ["opus five takes"]


def test_a_name_that_stays_is_not_renamed_to_one_that_comes() -> None:
    twin = THINKING[0]._replace(name="opus-5-high")

    events = compare(THINKING, board(*THINKING, twin), place())

    assert [event for event in events if event.type == "model.renamed"] == []


def test_two_variants_of_one_model_that_swap_places_change_no_lead() -> None:
    low, high = (row(f"opus-5-{word}", 1500, model="opus-5", **ANTHROPIC) for word in ("low", "high"))
    before = board(low._replace(rating=1510), high)
    after = board(low, high._replace(rating=1510))

    assert [each.name for each in (before[0], after[0])] == ["opus-5-low", "opus-5-high"]
    assert compare(before, after, place()) == []


def test_a_variant_that_stays_is_not_taken_along_by_one_that_is_renamed() -> None:
    stays = row("opus-5-high", 1502, 10, model="opus-5", votes=500, **ANTHROPIC)
    before = board(THINKING[0], stays)
    after = board(THINKING[0]._replace(name="opus five", model="opus five"), stays)

    assert by_model(before, after) == ["opus five None"]


def test_what_nobody_knows_is_reported_once_for_its_name_in_a_series() -> None:
    event = unknown(place(), "zzz-9", "Nowhere Labs", 3)

    assert (event.type, event.change, event.rule) == ("registry.unknown", None, "registry.unknown@1")
    assert event.subject == ("entry", "zzz-9", "zzz-9 (Nowhere Labs)")
    assert event.reasons == ("zzz-9 (Nowhere Labs) stands at 3; see `topspot registry unknown`",)
    assert not is_heard(event)
    other = place(board="lmarena/text", category="coding", published_on=PUBLISHED + timedelta(days=9))
    assert event.id == unknown(other, "zzz-9", "Nowhere Labs", 1).id
    assert event.id != unknown(place(), "zzz-9", "", 3).id
    assert event.id != unknown(place(series="lmarena-csv"), "zzz-9", "Nowhere Labs", 3).id


@given(boards())
def test_names_that_all_get_another_word_are_renames_and_nothing_more(before: list[Standing]) -> None:
    known = [each._replace(votes=10) for each in before if each.developer]
    after = [each._replace(name=f"{each.name}-high", votes=20) for each in known]
    events = compare(known, after, place())

    assert {event.type for event in events} <= {"model.renamed"}
    assert {event.current[0].name for event in events} == {each.name for each in after}
