"""A file that comes late stands between two others: both sides are derived again, and what was believed is kept."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.past import Past, catalog

A = {"o3": (1400.5, 10.0), "gpt-4o": (1350.5, 5.0)}
B = {"o3": (1400.5, 10.0), "grok-3": (1450.5, 10.0)}
C = {"opus": (1449.5, 5.0), "grok-3": (1450.5, 5.0), "o3": (1400.5, 10.0)}


@pytest.fixture
def gap(past: Past, files: Path) -> Past:
    """Import A and C."""
    past.load("lmarena-catalog", catalog(files, "2025-05-26", A), catalog(files, "2025-05-28", C))
    return past


def test_what_no_longer_holds_of_the_later_date_is_withdrawn_with_the_reason(gap: Past, files: Path) -> None:
    before = gap.leads()

    loaded = gap.load("lmarena-catalog", catalog(files, "2025-05-27", B))

    assert before == {("2025-05-28", "takes", "opus"), ("2025-05-28", "takes", "grok-3")}
    assert gap.leads() == {("2025-05-27", "takes", "grok-3"), ("2025-05-28", "joins", "opus")}
    assert loaded.events == 3
    gone = gap.events(withdrawn=True, type="lead.model")
    assert {(each["change"], each["subject"]["id"], each["state"]) for each in gone} == {
        ("takes", "opus", "retracted"),
        ("takes", "grok-3", "retracted"),
    }
    why = "the publisher's figures of 2025-05-27, which came later, show it otherwise"
    assert [each["reasons"] for each in gone] == [[why], [why]]


def test_what_still_holds_stays_and_says_what_was_first_before_it(gap: Past, files: Path) -> None:
    another_first = {"sonar": (1420.5, 5.0), "o3": (1400.5, 5.0)}
    identity = {each["subject"]["id"]: each["id"] for each in gap.events(type="lead.model")}

    gap.load("lmarena-catalog", catalog(files, "2025-05-27", another_first))

    held = gap.events(withdrawn=False, published_on="2025-05-28", change="takes", type="lead.model")
    assert {each["subject"]["id"]: each["id"] for each in held} == identity
    assert [[row["model"] for row in each["previous"]] for each in held] == [["sonar"], ["sonar"]]
    assert gap.events(withdrawn=True) == []


def test_known_at_answers_without_what_came_later(gap: Past, files: Path) -> None:
    then, on = gap.clock(), date(2025, 5, 27)
    gap.load("lmarena-catalog", catalog(files, "2025-05-27", B))

    believed, now = gap.board(as_of=on, known_at=then), gap.board(as_of=on)

    assert (believed["published_on"], believed["standings"][0]["model"]) == ("2025-05-26", "o3")
    assert (now["published_on"], now["standings"][0]["model"]) == ("2025-05-27", "grok-3")


def test_known_at_answers_with_the_version_of_a_date_that_was_believed(past: Past, files: Path) -> None:
    past.load("lmarena-catalog", catalog(files, "2025-05-27", A))
    then = past.clock()
    past.load("lmarena-catalog", catalog(files, "2025-05-27", B, mark="v2"))

    assert past.board(known_at=then)["definitions"]["points"] == ["o3"]
    assert past.board()["definitions"]["points"] == ["grok-3"]
    with pytest.raises(LookupError):
        past.board(known_at=datetime(2026, 1, 1, tzinfo=UTC))
