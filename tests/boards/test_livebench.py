"""Where LiveBench's payloads lead to, and what they are read with."""

from dataclasses import replace

import pytest

from scrapers.boards import Links
from scrapers.boards.livebench import beside, links
from support.cases import Case, cases
from topspot.domain.values import LayoutChanged, Payload

SITE = "https://livebench.ai"


def payload(case: str) -> Payload:
    found: Case = next(each for each in cases() if each.id == f"livebench/{case}")
    return found.payload


def test_the_page_leads_to_its_own_script_and_to_none_of_another_host() -> None:
    assert links(payload("page")) == Links(now=(f"{SITE}/static/js/main.4c1d2e3f.js",))


def test_the_script_leads_to_the_newest_set_and_a_backfill_to_the_older_ones_too() -> None:
    found = links(payload("script"))

    assert found.now == (f"{SITE}/categories_2026_06_25.json",)
    assert found.before == tuple(
        f"{SITE}/categories_{day}.json" for day in ("2024_06_24", "2024_11_25", "2026_01_08")
    )


def test_categories_lead_to_the_table_that_is_read_with_them() -> None:
    table = payload("table")

    assert links(payload("categories")) == Links(now=(table.url,))
    assert links(table) == Links()
    assert beside(table) == "categories_2026_06_25.json"
    assert beside(payload("categories")) is None


@pytest.mark.parametrize("case", ["page-shell", "page-for-a-table", "script-without-sets"])
def test_what_cannot_be_read_leads_nowhere(case: str) -> None:
    with pytest.raises(LayoutChanged):
        links(payload(case))


def test_categories_that_are_a_page_lead_to_no_table() -> None:
    shell = replace(payload("page"), url=f"{SITE}/categories_2026_06_25.json")

    with pytest.raises(LayoutChanged, match="found a page of HTML"):
        links(shell)
