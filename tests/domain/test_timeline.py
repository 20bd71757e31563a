"""What follows from the publications of one date, in whatever way they replaced each other."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import OBSERVED, PUBLISHED, board, boards, place, row
from topspot.domain.compare import Event, compare
from topspot.domain.leads import Ranking
from topspot.domain.timeline import Derived, Version, events_on
from topspot.domain.values import Standing

BEFORE = board(row("a", 1500, 5), row("c", 1400, 5))
AS_BEFORE = BEFORE
C_TAKES = board(row("c", 1550, 5), row("a", 1500, 5))
C_TAKES_OTHERWISE = board(row("c", 1560, 5), row("a", 1500, 5))


def version(number: int, standings: list[Standing]) -> Version:
    return Version(number, PUBLISHED, f"hash {number}", OBSERVED, f"payload {number}", Ranking.of(standings))


def derive(before: list[Standing] | None, *versions: list[Standing]) -> list[Derived]:
    """Derive the events of a date from its publications, the one that stands last."""
    made = [version(number, each) for number, each in enumerate(versions, start=2)]
    return events_on(made, version(1, before) if before else None, place())


def leads(derived: Sequence[Derived]) -> dict[str, Derived]:
    return {each.event.id: each for each in derived if each.event.type.startswith("lead.")}


def states(derived: Sequence[Derived]) -> dict[tuple[str, str | None], str]:
    return {(each.event.subject.id, each.event.change): each.state for each in derived if each.event.change}


def figures(event: Event) -> tuple[object, ...]:
    return event.previous, event.current, event.tied


def test_what_only_an_earlier_publication_shows_is_retracted_with_the_reason() -> None:
    [corrected, takes] = derive(BEFORE, C_TAKES, AS_BEFORE)

    assert (corrected.event.type, corrected.state, corrected.withdrawn) == (
        "snapshot.corrected",
        "confirmed",
        False,
    )
    assert (takes.state, takes.withdrawn, takes.snapshot.id, takes.before.id) == ("retracted", True, 2, 1)
    assert takes.event.reasons == (
        "the publisher replaced the publication that showed it by another of the same date",
    )


def test_what_an_earlier_publication_showed_with_other_figures_is_corrected() -> None:
    assert states(derive(BEFORE, C_TAKES, C_TAKES_OTHERWISE)) == {("c", "takes"): "corrected"}
    assert states(derive(BEFORE, AS_BEFORE, C_TAKES)) == {("c", "takes"): "confirmed"}


def test_without_a_date_before_there_are_corrections_and_no_leads() -> None:
    assert derive(None, C_TAKES) == []
    assert [each.event.type for each in derive(None, C_TAKES, AS_BEFORE, C_TAKES_OTHERWISE)] == [
        "snapshot.corrected",
        "snapshot.corrected",
    ]


several = st.lists(boards(), min_size=1, max_size=4)


@given(boards(), boards())
def test_of_one_publication_the_events_are_those_of_comparing_it(
    before: list[Standing], after: list[Standing]
) -> None:
    derived = derive(before, after)

    assert [each.event for each in derived] == compare(before, after, place())
    assert {each.state for each in derived} <= {"confirmed"}


@given(boards(), several)
def test_an_event_is_retracted_where_only_an_earlier_publication_shows_it(
    before: list[Standing], versions: list[list[Standing]]
) -> None:
    shown = [{event.id: event for event in compare(before, each, place())} for each in versions]

    found = leads(derive(before, *versions))

    assert set(found) == {name for each in shown for name in each}
    assert {name for name, each in found.items() if not each.withdrawn} == set(shown[-1])
    for name, each in found.items():
        if not each.withdrawn:
            assert each.event == shown[-1][name]
            others = {figures(those[name]) for those in shown if name in those}
            assert each.state == ("confirmed" if len(others) == 1 else "corrected")


@given(boards(), several)
def test_the_same_publication_once_more_changes_no_state(
    before: list[Standing], versions: list[list[Standing]]
) -> None:
    def of(derived: list[Derived]) -> dict[str, tuple[Event, str]]:
        return {name: (each.event, each.state) for name, each in leads(derived).items()}

    assert of(derive(before, *versions, versions[-1])) == of(derive(before, *versions))


@given(boards(), several)
def test_each_event_has_an_id_of_its_own_and_leads_back_to_its_publications(
    before: list[Standing], versions: list[list[Standing]]
) -> None:
    derived = derive(before, *versions)

    assert len({each.event.id for each in derived}) == len(derived)
    corrections = [
        (each.before.id, each.snapshot.id) for each in derived if each.event.type == "snapshot.corrected"
    ]
    assert corrections == [(number, number + 1) for number in range(2, len(versions) + 1)]
    assert {each.before.id for each in leads(derived).values()} <= {1}


@pytest.mark.parametrize("versions", [(C_TAKES,), (AS_BEFORE, C_TAKES), (C_TAKES, AS_BEFORE)])
def test_an_event_was_observed_when_its_publication_was(versions: tuple[list[Standing], ...]) -> None:
    made = [
        version(number, each)._replace(observed_at=OBSERVED.replace(hour=number))
        for number, each in enumerate(versions, start=2)
    ]

    derived = events_on(made, version(1, BEFORE), place())

    assert derived
    assert all(each.event.observed_at.hour == each.snapshot.id for each in derived)
