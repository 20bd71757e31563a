import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from topspot.registry import load_registry

pytestmark = pytest.mark.captures

REGISTRY = load_registry()

CONTESTED = {"recraft"}
"""Developers whose country is disputed: for them *unknown* is the right answer."""


def categories(captures: Path) -> Iterator[tuple[str, date, list[dict]]]:
    """Give the rows of each category of each captured file of the dataset."""
    files = sorted((captures / "leaderboards/lmarena/official_dataset_latest").glob("*.json.gz"))
    assert files
    for file in files:
        captured = json.loads(gzip.decompress(file.read_bytes()))
        published_on = date.fromisoformat(captured["meta"]["leaderboard_publish_date"])
        rows_of = defaultdict(list)
        for row in captured["rows"]:
            rows_of[row["category"]].append(row)
        for category, rows in rows_of.items():
            yield f"{file.name} {category}", published_on, rows


def test_whoever_leads_a_captured_board_is_a_developer_with_a_country(captures):
    for where, published_on, rows in categories(captures):
        bar = max(row["rating_lower"] for row in rows)
        for row in rows:
            if row["rating_upper"] < bar:
                continue
            key = REGISTRY.resolve(row["model_name"], row["organization"], row["license"]).developer
            assert key, (where, row["organization"])
            assert REGISTRY.developers[key].country_on(published_on) or key in CONTESTED, (where, key)


def test_every_organization_of_the_captured_dataset_is_a_developer(captures):
    organizations = {row["organization"] for _, _, rows in categories(captures) for row in rows} - {""}

    assert {text for text in organizations if not REGISTRY.resolve("", text).developer} == set()


def test_the_labelled_organizations_agree_in_developer_and_country(captures):
    labelled = captures.parent / "reference" / "organizations-labelled.csv"
    if not labelled.is_file():
        pytest.skip(f"no {labelled}")
    with labelled.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    for row in rows:
        key = row["developer_key"] if row["developer_key"] in REGISTRY.developers else None
        assert REGISTRY.resolve("", row["organization_raw"]).developer == key, row
        if key:
            assert (REGISTRY.developers[key].country_on(date(2026, 8, 1)) or "?") == row["country"], row
