"""What a source declares of itself is kept to: dates, editions, fewest rows, license; what it says is evidence."""

import dataclasses
import json

import pytest

from scrapers.boards import lmarena
from support.databases import opened, rows
from support.recording import FABLE_ALONE, GPT_JOINS, KIMI_TAKES, Desk, page
from topspot.answers import BoardQuery, board
from topspot.domain.values import Board, License, Reading, Source
from topspot.store.engine import reading as reading_session

UNDATED = dataclasses.replace(lmarena.SOURCE, dated=False)


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk(database, source=UNDATED)


def of_boards(**changes: object) -> Source:
    """Give a source whose boards are declared otherwise."""
    boards = {url: dataclasses.replace(each, **changes) for url, each in lmarena.SOURCE.boards.items()}  # type: ignore[arg-type]  # fields by name
    return dataclasses.replace(lmarena.SOURCE, boards=boards, history={})


def dates(desk: Desk) -> list[str]:
    return [str(each["published_on"]) for each in rows(desk.url, "snapshot")]


def edition(on: str, lines: list[tuple[tuple[str, str], float, float]], name: str) -> list[Reading]:
    return [row._replace(series=name) for row in page(on, lines)]


def shown(desk: Desk) -> dict[str, object]:
    with opened(desk.url) as engine, reading_session(engine) as session:
        return board(session, BoardQuery("lmarena/webdev"))


def test_where_no_date_is_printed_the_same_rows_seen_again_are_nothing_new(desk: Desk) -> None:
    first = desk.visit(page("2026-08-01", FABLE_ALONE), body=b"one")
    again = desk.visit(page("2026-08-02", FABLE_ALONE), body=b"two")

    assert (first.new, again.new, again.outcome) == (1, 0, "unchanged")
    assert dates(desk) == ["2026-08-01"]


def test_what_changed_there_has_the_day_on_which_it_was_seen_also_when_it_changes_back(desk: Desk) -> None:
    for day, lines in (("01", FABLE_ALONE), ("02", KIMI_TAKES), ("03", KIMI_TAKES), ("04", FABLE_ALONE)):
        desk.visit(page(f"2026-08-{day}", lines), body=day.encode())

    assert dates(desk) == ["2026-08-01", "2026-08-02", "2026-08-04"]


def test_a_source_that_prints_its_dates_is_believed_that_it_published_the_same_again(database: str) -> None:
    desk = Desk(database)

    desk.visit(page("2026-08-01", FABLE_ALONE), body=b"one")
    desk.visit(page("2026-08-02", FABLE_ALONE), body=b"two")

    assert dates(desk) == ["2026-08-01", "2026-08-02"]


def test_a_new_edition_compares_with_nothing_and_tells_nothing(database: str) -> None:
    desk = Desk(database, source=of_boards(editions=True))
    desk.visit(edition("2026-06-01", FABLE_ALONE, "lmarena-1"))

    recorded = desk.visit(edition("2026-06-24", KIMI_TAKES, "lmarena-2"))

    assert (recorded.new, recorded.events, recorded.messages) == (1, 0, [])
    assert desk.visit(edition("2026-06-25", GPT_JOINS, "lmarena-2")).messages != []


def test_an_older_edition_that_is_seen_later_is_not_the_board_any_more(database: str) -> None:
    desk = Desk(database, source=of_boards(editions=True))
    desk.visit(edition("2026-06-24", KIMI_TAKES, "lmarena-2"))

    desk.load(edition("2026-08-22", FABLE_ALONE, "lmarena-1"))

    assert shown(desk)["series"] == "lmarena-2"


def test_fewer_rows_than_a_healthy_page_has_are_held_in_the_whole_board_only(database: str) -> None:
    desk = Desk(database, source=of_boards(fewest_rows=3))

    recorded = desk.visit(page("2026-08-01", GPT_JOINS), page("2026-08-01", GPT_JOINS, category="coding"))

    assert recorded.new == 1
    [held] = recorded.held
    assert held.endswith("2 rows, fewer than the 3 that a healthy page has")


def test_what_else_is_said_of_an_entry_is_kept_beside_it_and_makes_another_entry(database: str) -> None:
    desk = Desk(database)
    [row, other] = page("2026-08-01", GPT_JOINS)
    said = json.dumps({"country": "United States of America"})

    desk.visit([row._replace(detail=said), other])
    desk.visit([row._replace(published_on=row.published_on.replace(day=2)), other])

    details = [each["raw_detail"] for each in rows(desk.url, "entry") if each["raw_name"] == row.name]
    assert sorted(details) == ["", said]
    assert shown(desk)["standings"][0]["country"] == "US"  # type: ignore[index]  # by the registry, not by what is said


def test_too_much_said_of_an_entry_is_held(database: str) -> None:
    desk = Desk(database)
    [row, other] = page("2026-08-01", GPT_JOINS)

    recorded = desk.visit([row._replace(detail="x" * 1_001), other])

    assert "more than 1000 characters" in recorded.held[0]


def test_a_license_that_forbids_commercial_use_is_marked_wherever_its_figures_are(database: str) -> None:
    license_ = License("CC BY-NC 4.0", credit="SWE-bench", commercial=False)
    desk = Desk(database, source=dataclasses.replace(lmarena.SOURCE, license=license_))

    desk.visit(page("2026-08-01", FABLE_ALONE))

    assert [each["commercial"] for each in rows(desk.url, "series")] == [0]
    assert {key: shown(desk)[key] for key in ("license", "credit", "commercial_use")} == {
        "license": "CC BY-NC 4.0",
        "credit": "SWE-bench",
        "commercial_use": False,
    }


def test_a_board_declares_by_which_rule_first_place_is_decided() -> None:
    scale = lmarena.BOARDS["text"].scale

    assert Board("b", "B", scale, intervals=True).decided_by == "rank_ub"
    assert Board("b", "B", scale).decided_by == "points"
    assert Board("b", "B", scale, rated=False).decided_by == "published"
