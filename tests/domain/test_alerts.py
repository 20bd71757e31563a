from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from builders import OBSERVED, PUBLISHED, URL, WEBDEV, board, boards, event, place, row
from scrapers.boards.lmarena import SOURCE
from topspot.domain.alerts import MOST_LINES, TABLE_ROWS, alert_id, amendments, clause, compose, in_order, is_heard
from topspot.domain.compare import CHANGES, Event, compare, failed, held, unreadable
from topspot.domain.leads import KINDS
from topspot.domain.messages import Message, TableRow
from topspot.domain.values import Standing

OPENAI = {"developer": "OpenAI", "country": "US"}
ANTHROPIC = {"developer": "Anthropic", "country": "US"}
MOONSHOT = {"developer": "Moonshot AI", "country": "CN"}

JULY_12 = board(
    row("gpt-5.6-sol", 1631.0, lower=1613.5, upper=1648.5, **OPENAI),
    row("claude-fable-5", 1630.0, lower=1615.6, upper=1644.3, **ANTHROPIC),
)
JULY_16 = board(
    row("kimi-k3", 1678.5, lower=1661.0, upper=1696.0, **MOONSHOT),
    row("claude-fable-5", 1631.2, lower=1617.9, upper=1644.5, **ANTHROPIC),
    row("gpt-5.6-sol", 1617.8, lower=1604.6, upper=1631.1, **OPENAI),
)


def said(before: Sequence[Standing], after: Sequence[Standing], **where: object) -> dict[str, str]:
    """Say in words what happened, by kind and change of each event."""
    events = compare(before, after, place(**where))
    return {f"{each.subject.kind} {each.change}": clause(each) for each in events}


def told(before: Sequence[Standing], after: Sequence[Standing], **where: object) -> Message:
    """Compose the message of one category."""
    return message(in_order(compare(before, after, place(**where))), after, before)


def message(
    events: Sequence[Event], after: Sequence[Standing] = JULY_16, before: Sequence[Standing] = JULY_12
) -> Message:
    return compose("7f3a", events, after, before, board=WEBDEV, license=SOURCE.license)


# What is heard.


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_lead_change_of_overall_is_heard(kind: str, change: str) -> None:
    assert is_heard(event(change, kind=kind))


def test_of_a_slice_only_taking_first_place_and_being_alone_are_heard() -> None:
    heard = [change for change in CHANGES if is_heard(event(change, category="webdev-html"))]

    assert heard == ["takes", "alone"]


def test_events_for_operators_are_never_heard() -> None:
    assert not is_heard(held(place(), "hash", ("no rows",)))
    assert not is_heard(unreadable("lmarena/webdev", "lmarena", URL, "ab12", OBSERVED, "not Parquet"))
    assert not is_heard(failed("lmarena/webdev", "lmarena", URL, None, OBSERVED, "HTTP 500"))


# In which order.


def test_overall_comes_before_slices_and_country_before_developer_before_model() -> None:
    events = [
        event(kind=kind, category=category) for category in ("webdev-html", "overall") for kind in reversed(KINDS)
    ]

    assert [(each.category, each.subject.kind) for each in in_order(events)] == [
        ("overall", "country"),
        ("overall", "developer"),
        ("overall", "model"),
        ("webdev-html", "country"),
        ("webdev-html", "developer"),
        ("webdev-html", "model"),
    ]


def test_a_new_leader_comes_before_who_joins_or_leaves() -> None:
    assert [each.change for each in in_order(event(change) for change in reversed(CHANGES))] == list(CHANGES)


def test_the_order_is_the_same_however_the_events_come() -> None:
    events = [event(subject=subject) for subject in "abc"]

    assert in_order(events) == in_order(reversed(events))


# Identity.


def test_an_alert_is_named_after_its_target_board_and_publication() -> None:
    name = alert_id("slack:main", "lmarena/webdev", PUBLISHED)

    assert name == alert_id("slack:main", "lmarena/webdev", PUBLISHED)
    assert len({
        name,
        alert_id("slack:other", "lmarena/webdev", PUBLISHED),
        alert_id("slack:main", "lmarena/text", PUBLISHED),
        alert_id("slack:main", "lmarena/webdev", PUBLISHED + timedelta(days=1)),
    }) == 4  # fmt: skip


# The words.


def test_a_sole_leader_takes_first_place_alone_from_those_who_shared_it() -> None:
    assert list(said(JULY_12, JULY_16).values()) == [
        "China (CN) takes first place alone from United States (US) with kimi-k3 (Moonshot AI)",
        "Moonshot AI (CN) takes first place alone from OpenAI (US) and Anthropic (US) with kimi-k3",
        (
            "kimi-k3 (Moonshot AI, CN) takes first place alone from "
            "gpt-5.6-sol (OpenAI, US) and claude-fable-5 (Anthropic, US)"
        ),
    ]


def test_who_takes_first_place_with_others_shares_it() -> None:
    after = board(row("kimi-k3", 1680, 10, **MOONSHOT), row("opus", 1675, 10, **ANTHROPIC))
    before = board(row("gpt-5.6-sol", 1631, 10, **OPENAI))

    sentence = said(before, after)["country joins"]

    assert (
        sentence
        == "China (CN) joins United States (US) in first place with kimi-k3 (Moonshot AI), now shared by 2"
    )
    assert said(before, after)["model takes"].startswith(
        "opus (Anthropic, US) takes first place, shared by 2, from"
    )


def test_who_joins_is_said_with_whom() -> None:
    before = board(row("opus", 1690, 10, **ANTHROPIC))
    after = board(row("opus", 1690, 10, **ANTHROPIC), row("kimi-k3", 1680, 10, **MOONSHOT))

    assert said(before, after)["model joins"] == (
        "kimi-k3 (Moonshot AI, CN) joins opus (Anthropic, US) in first place, now shared by 2"
    )


def test_who_is_alone_is_said_with_whom_it_shared() -> None:
    after = board(row("gpt-5.6-sol", 1660, 5, **OPENAI), row("claude-fable-5", 1630, 5, **ANTHROPIC))

    assert said(JULY_12, after)["developer alone"] == (
        "OpenAI (US) is now alone in first place, which it shared with Anthropic (US)"
    )


def test_who_leaves_is_said_with_those_who_stay() -> None:
    before = board(*JULY_12, row("kimi-k3", 1625, 15, **MOONSHOT))

    assert said(before, JULY_12)["developer leaves"] == (
        "Moonshot AI (CN) is no longer in first place, now shared by OpenAI (US) and Anthropic (US)"
    )


def test_another_points_leader_of_the_same_tie_is_no_new_leader() -> None:
    after = board(row("gpt-5.6-sol", 1629.0, 15, **OPENAI), row("claude-fable-5", 1630.0, 15, **ANTHROPIC))

    assert said(JULY_12, after)["model points_only"] == (
        "claude-fable-5 (Anthropic, US) now has the most points in first place, which 2 share as before"
    )


def test_many_names_are_counted() -> None:
    before = board(*(row(name, 1500, 10) for name in "abcde"))
    after = board(row("new", 1600, 10))

    assert said(before, after)["model takes"] == "new takes first place alone from a, b, c and 2 more"


def test_who_made_an_unknown_model_is_said_to_be_unknown() -> None:
    before = board(row("opus", 1500, 10, **ANTHROPIC))
    after = board(row("mystery", 1600, 10), row("opus", 1500, 10, **ANTHROPIC))

    assert list(said(before, after).values()) == [
        "United States (US) is no longer in first place, now held by an unknown country (mystery)",
        "Anthropic (US) is no longer in first place, now held by an unknown developer (mystery)",
        "mystery takes first place alone from opus (Anthropic, US)",
    ]


@given(boards(), boards())
def test_no_sentence_says_more_than_its_rule(before: list[Standing], after: list[Standing]) -> None:
    for each in compare(before, after, place()):
        sentence = clause(each)

        assert ("takes first place" in sentence) == (each.change == "takes")
        assert ("alone" in sentence) == (each.tied == 1 and each.change in ("takes", "alone"))
        if each.change in ("takes", "joins") and each.tied > 1:
            assert f"shared by {each.tied}" in sentence


# The message.


def test_the_message_of_a_hand_over_says_it_with_its_figures() -> None:
    main = told(JULY_12, JULY_16)

    assert main.status == "NEW SOLE LEADER"
    assert main.title == "China (CN) takes first place · LMArena WebDev"
    assert main.sentence == (
        "LMArena WebDev: China (CN) takes first place alone from United States (US) with kimi-k3 (Moonshot AI)"
        " (published 2026-07-16)"
    )
    assert main.finding == (
        "In first place now: kimi-k3 1678.5 [1661.0, 1696.0]. Before: "
        "gpt-5.6-sol 1631.0 [1613.5, 1648.5], claude-fable-5 1630.0 [1615.6, 1644.3], sharing it. "
        "Decided by rank_ub, where no other interval lies wholly above."
    )
    assert [line.split(" takes ")[0] for line in main.lines] == ["Moonshot AI (CN)", "kimi-k3 (Moonshot AI, CN)"]
    assert main.rules == ("lead.country@1", "lead.developer@1", "lead.model@1")
    assert (main.board, main.category, main.published_on) == ("lmarena/webdev", "overall", PUBLISHED)
    assert (main.credit, main.license) == (SOURCE.license.credit, "CC BY 4.0")


def test_the_table_holds_the_leaders_before_and_after() -> None:
    assert told(JULY_12, JULY_16).table == (
        TableRow("kimi-k3", "Moonshot AI (CN)", "", "1. 1678.5 [1661.0, 1696.0]"),
        TableRow("claude-fable-5", "Anthropic (US)", "2. 1630.0 [1615.6, 1644.3]", "2. 1631.2 [1617.9, 1644.5]"),
        TableRow("gpt-5.6-sol", "OpenAI (US)", "1. 1631.0 [1613.5, 1648.5]", "3. 1617.8 [1604.6, 1631.1]"),
    )


def test_a_leader_that_is_gone_is_in_the_table_without_a_place_now() -> None:
    assert told(JULY_16, JULY_12).table[-1] == TableRow(
        "kimi-k3", "Moonshot AI (CN)", "1. 1678.5 [1661.0, 1696.0]", ""
    )


def test_the_table_shows_what_there_is_of_a_row() -> None:
    points = told(board("a", 76.8, "b", 70.0), board("b", 78.8, "a", 76.8))
    ranks = told(
        [row("a", rank=1), row("b", rank=2, position=2)], [row("b", rank=1), row("a", rank=2, position=2)]
    )

    assert points.table[0] == TableRow("b", "unknown", "2. 70.0", "1. 78.8")
    assert ranks.table[0] == TableRow("b", "unknown", "2. rank 2", "1. rank 1")


def test_the_table_is_small() -> None:
    rows = [row(f"model-{number}", 1500 - 20 * number, 5) for number in range(30)]

    main = told(board(*rows), board(row("new", 1600, 5), *rows))

    assert [each.model for each in main.table] == ["new", *(f"model-{number}" for number in range(4))]


def test_a_tie_has_the_status_of_one() -> None:
    assert told(JULY_16, board(*JULY_16, row("opus", 1680, 15, **ANTHROPIC))).status == "TIE AT #1"


def test_the_header_says_what_the_subject_did_so_that_who_leaves_is_not_taken_for_the_new_leader() -> None:
    before = board(row("opus", 1500, 10, **ANTHROPIC))
    after = board(row("mystery", 1600, 10), row("opus", 1500, 10, **ANTHROPIC))

    [main, *_] = [each for each in compare(before, after, place()) if each.subject.kind == "developer"]

    assert message([main], after, before).title.startswith("Anthropic (US) leaves first place")


def test_a_model_that_stands_twice_is_told_once_where_it_stands_best() -> None:
    twice = board(row("a", 1500, 20), row("b", 1495, 20), row("a", 1490, 20))

    finding = told(board(row("c", 1400, 5)), twice).finding

    assert "now: a 1500.0 [1480.0, 1520.0], b 1495.0 [1475.0, 1515.0]. " in finding


def test_a_slice_is_named_where_it_is_told() -> None:
    main = told(JULY_12, JULY_16, category="webdev-html")

    assert main.title == "China (CN) takes first place · LMArena WebDev, webdev-html"
    assert main.sentence.startswith("LMArena WebDev, webdev-html: China (CN) takes")
    assert all(line.startswith("webdev-html: ") for line in main.lines)


def test_eight_further_changes_are_listed_and_the_others_counted() -> None:
    events = [
        each
        for category in ("overall", "webdev-html", "webdev-react", "image_to_webdev")
        for each in compare(JULY_12, JULY_16, place(category=category))
    ]

    main = message(in_order(events))

    assert len(main.lines) == MOST_LINES == 8
    assert main.more == 12 - 1 - MOST_LINES
    assert message(events[:9]).more == 0


def test_a_payload_that_could_not_be_read_makes_no_message() -> None:
    with pytest.raises(ValueError, match="not about a publication"):
        message([unreadable("lmarena/webdev", "lmarena", URL, "ab12", OBSERVED, "not Parquet")])


@given(boards(), boards())
def test_a_sentence_stands_alone(before: list[Standing], after: list[Standing]) -> None:
    events = in_order(compare(before, after, place()))
    if not events:
        return

    main = message(events, after, before)

    assert main.sentence.startswith("LMArena WebDev: ")
    assert main.sentence.endswith("(published 2026-07-16)")
    assert events[0].subject.name in main.sentence
    assert 1 + len(main.lines) + main.more == len(events)
    assert 0 < len(main.table) <= TABLE_ROWS
    leaders = {each.model for each in (*events[0].current, *events[0].previous)}
    assert len(leaders & {each.model for each in main.table}) == min(len(leaders), TABLE_ROWS)


def sentence_of(sentence: str) -> Message:
    """Build a message of which a test is about the sentence."""
    events = in_order(compare(JULY_12, JULY_16, place()))
    made = compose("name", events, JULY_16, JULY_12, board=WEBDEV, license=SOURCE.license)
    return replace(made, sentence=sentence)


@pytest.mark.parametrize("editable", [True, False])
@pytest.mark.parametrize(
    ("now", "changed", "status", "was"),
    [
        ("new", True, "CORRECTED", "old"),
        (None, True, "RETRACTED", "old"),
        (None, False, "RETRACTED", "old"),
        ("new", False, "NEW SOLE LEADER", ""),
    ],
    ids=["another thing holds", "nothing holds", "nothing holds, as before", "other figures hold"],
)
def test_what_was_told_is_edited_where_that_can_be_and_answered_where_it_says_another_thing(
    now: str | None, changed: bool, status: str, was: str, editable: bool
) -> None:
    found = amendments(
        sentence_of("old"), sentence_of(now) if now else None, changed=changed, because="why", editable=editable
    )

    answered = status != "NEW SOLE LEADER"
    assert [action for action, _ in found] == ["update"] * editable + ["reply"] * answered
    assert {(message.status, message.was) for _, message in found} <= {(status, was)}
