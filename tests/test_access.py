import dataclasses

import pytest

from scrapers.boards.lmarena import SOURCE
from topspot.access import is_visited, key_for, why_off
from topspot.domain.values import Terms
from topspot.settings import Settings

FORBIDDEN = dataclasses.replace(SOURCE, terms=Terms(fetch=False))

KEYED = dataclasses.replace(SOURCE, key="artificial-analysis", key_header="x-api-key")

OWN = dataclasses.replace(KEYED, key="my-board")


def test_a_source_whose_terms_forbid_automated_access_has_no_address_to_visit() -> None:
    assert FORBIDDEN.addresses == ()
    assert not is_visited(FORBIDDEN, Settings())
    assert "forbid automated access" in (why_off(FORBIDDEN, Settings()) or "")


def test_a_source_that_needs_a_key_is_off_without_it_and_names_the_setting() -> None:
    assert not is_visited(KEYED, Settings())
    assert "TOPSPOT_ARTIFICIAL_ANALYSIS_KEY" in (why_off(KEYED, Settings()) or "")
    assert key_for(KEYED, Settings()) is None


def test_with_the_key_it_is_visited() -> None:
    settings = Settings(artificial_analysis_key="mine")
    found = key_for(KEYED, settings)

    assert is_visited(KEYED, settings)
    assert found is not None
    assert (found[0], found[1].get_secret_value()) == ("x-api-key", "mine")
    assert "mine" not in repr(found)


def test_a_board_of_one_s_own_has_its_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_visited(OWN, Settings())

    monkeypatch.setenv("TOPSPOT_MY_BOARD_KEY", "mine")

    assert is_visited(OWN, Settings())


def test_a_source_without_terms_that_could_be_looked_up_is_visited() -> None:
    assert is_visited(dataclasses.replace(SOURCE, terms=Terms()), Settings())
    assert key_for(SOURCE, Settings()) is None
