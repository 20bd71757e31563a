"""What cannot be believed is kept with its reasons, told to nobody but operators, and compared with nothing."""

import pytest

from builders import URL, reading
from support.databases import counts, more, rows
from support.recording import FABLE_ALONE, KIMI_TAKES, OPUS_TAKES, Desk, page
from topspot.domain.values import Reading

BASELINE = page("2026-06-21", FABLE_ALONE)


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database)


def impossible(on: str, category: str = "overall") -> list[Reading]:
    """Give a publication whose first row cannot be."""
    first, *rest = page(on, KIMI_TAKES, category)
    return [first._replace(rating=99_999.0), *rest]


def test_a_held_publication_is_kept_with_its_reasons_and_without_standings(desk: Desk) -> None:
    desk.visit(BASELINE)
    before = counts(desk.url)

    recorded = desk.visit(impossible("2026-07-16"))

    assert (recorded.outcome, recorded.new, recorded.events, recorded.messages) == ("held", 0, 1, [])
    [line] = recorded.held
    assert line.startswith("lmarena/webdev overall 2026-07-16: impossible value: 'kimi-k3': rating 99999.0")
    assert more(before, counts(desk.url)) == {"payload": 1, "visit": 1, "snapshot": 1, "event": 1}
    snapshot = rows(desk.url, "snapshot")[-1]
    assert snapshot["accepted_at"] is None
    assert snapshot["reasons"] == [line.partition("2026-07-16: ")[2]]
    [visit] = rows(desk.url, "visit", outcome="held")
    assert visit["error"] == line


def test_what_is_held_is_an_event_once(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(impossible("2026-07-16"))
    before = counts(desk.url)

    recorded = desk.visit(impossible("2026-07-16"))

    [event] = rows(desk.url, "event")
    assert (event["type"], event["rule"], event["change"]) == ("snapshot.held", "snapshot.held@1", None)
    assert event["detail"]["reasons"] == rows(desk.url, "snapshot")[-1]["reasons"]
    assert (recorded.events, recorded.messages) == (0, [])
    assert more(before, counts(desk.url)) == {"visit": 1}


def test_the_next_visit_is_compared_with_the_last_one_that_was_accepted(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(impossible("2026-07-16"))

    [(_, message)] = desk.visit(page("2026-07-27", KIMI_TAKES)).messages

    first, _, third = rows(desk.url, "snapshot")
    [event] = rows(desk.url, "event", type="lead.model")
    assert (event["previous_snapshot_id"], event["snapshot_id"]) == (first["id"], third["id"])
    assert "from claude-fable-5" in message.lines[-1]


def test_a_held_publication_that_is_mended_is_told(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(impossible("2026-07-16"))

    recorded = desk.visit(page("2026-07-16", KIMI_TAKES))

    assert (recorded.outcome, recorded.new, len(recorded.messages)) == ("new", 1, 1)


def test_less_than_half_of_the_rows_of_before_is_held_and_half_is_not(desk: Desk) -> None:
    names = [reading(f"model-{number}", 1500 - number, 10) for number in range(5)]
    desk.visit([row._replace(published_on=BASELINE[0].published_on) for row in names])

    few, half = desk.visit(names[:2]), desk.visit(names[:3])

    assert few.held == ["lmarena/webdev overall 2026-07-16: 2 rows, less than half of the 5 before"]
    assert (half.outcome, half.held) == ("new", [])


def test_several_publications_mixed_are_held_and_a_model_that_stands_twice_is_not(desk: Desk) -> None:
    rows_ = page("2026-07-16", KIMI_TAKES)

    mixed, twice = desk.visit(rows_ * 3), desk.visit([*rows_, rows_[0]._replace(rating=1690.0)])

    assert "several publications mixed" in mixed.held[0]
    assert (twice.outcome, twice.held) == ("new", [])


def test_one_category_that_is_held_does_not_hold_back_the_others(desk: Desk) -> None:
    desk.visit(BASELINE, page("2026-06-21", FABLE_ALONE, "webdev-html"))

    recorded = desk.visit(page("2026-07-16", KIMI_TAKES), impossible("2026-07-16", "webdev-html"))

    assert (recorded.outcome, recorded.new, len(recorded.held)) == ("new", 1, 1)
    [(_, message)] = recorded.messages
    assert message.category == "overall"


@pytest.mark.parametrize("rows_", [[], BASELINE], ids=["nothing read", "some rows read"])
def test_a_payload_that_cannot_be_read_is_held_and_its_row_kept(desk: Desk, rows_: list[Reading]) -> None:
    recorded = desk.visit(rows_, unreadable="the page changed: column 'rank' is missing", body=b"PAR1")

    assert (recorded.outcome, recorded.new, recorded.messages) == ("held", 0, [])
    assert recorded.held == ["lmarena/webdev: the page changed: column 'rank' is missing"]
    kept = counts(desk.url)
    assert {name: kept[name] for name in ("payload", "visit", "event", "snapshot", "standing")} == {
        "payload": 1, "visit": 1, "event": 1, "snapshot": 0, "standing": 0,
    }  # fmt: skip
    [event] = rows(desk.url, "event")
    assert (event["type"], event["subject_kind"], event["subject_name"]) == ("snapshot.held", "payload", URL)
    assert event["payload"] == rows(desk.url, "payload")[0]["sha256"]


def test_a_payload_without_rows_is_held(desk: Desk) -> None:
    recorded = desk.visit([])

    assert (recorded.outcome, recorded.held) == ("held", ["lmarena/webdev: no rows"])


def test_after_a_payload_that_cannot_be_read_the_news_is_told(desk: Desk) -> None:
    desk.visit(BASELINE)
    desk.visit(unreadable="the page changed")

    recorded = desk.visit(page("2026-07-16", KIMI_TAKES))

    assert len(recorded.messages) == 1


def test_an_address_that_fails_is_an_event_once_an_outage(desk: Desk) -> None:
    desk.visit(BASELINE)
    events = []
    for visit in (desk.fail, desk.fail, desk.find_unchanged, desk.fail, desk.fail):
        visit()
        events.append(len(rows(desk.url, "event", type="source.failed")))

    assert events == [1, 1, 1, 2, 2]
    assert counts(desk.url)["delivery"] == 0
    first = rows(desk.url, "event", type="source.failed")[0]
    assert (first["board"], first["subject_id"], first["published_on"]) == ("lmarena/webdev", URL, None)
    assert first["detail"]["reasons"] == ["503 Service Unavailable: the site is in trouble"]


def test_an_address_that_never_answered_is_an_event_once(desk: Desk) -> None:
    desk.fail()
    recorded = desk.fail()

    assert (recorded.outcome, recorded.events) == ("failed", 0)
    assert len(rows(desk.url, "event")) == 1


def test_a_failure_between_two_publications_costs_no_news(desk: Desk) -> None:
    desk.visit(page("2026-07-16", KIMI_TAKES))
    desk.fail()

    [(_, message)] = desk.visit(page("2026-07-27", OPUS_TAKES)).messages

    assert "claude-opus-5" in message.sentence
