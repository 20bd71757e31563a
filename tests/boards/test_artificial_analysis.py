import json
from datetime import UTC, datetime

import pytest

from scrapers.boards.artificial_analysis import observed_at
from support.printed import imported_json

FETCHED = "2026-06-30T11:04:37+00:00"


def test_a_dump_says_itself_when_it_was_fetched() -> None:
    payload = imported_json("2026-06-30_llms.json", {"meta": {"fetched_at": FETCHED}, "models": []})

    assert observed_at(payload) == datetime(2026, 6, 30, 11, 4, 37, tzinfo=UTC)


@pytest.mark.parametrize("file", [{"status": 200, "data": []}, {"meta": {"fetched_at": "soon"}}, [], "no", None])
def test_what_does_not_say_so_says_nothing(file: object) -> None:
    assert observed_at(imported_json("2026-06-30_llms.json", json.loads(json.dumps(file)))) is None
