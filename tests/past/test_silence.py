"""Why nothing was told of what was imported: history is silent."""

from pathlib import Path

from support.cli import Topspot
from support.past import Past, catalog


def test_explain_says_that_history_is_silent(sqlite_past: Past, files: Path, topspot_sqlite: Topspot) -> None:
    for day, leader in (("2025-05-26", "o3"), ("2025-05-27", "grok-3"), ("2025-05-28", "grok-3")):
        table = {leader: (1450.5, 10.0), "gpt-4o": (1350.5, 5.0)}
        sqlite_past.load("lmarena-catalog", catalog(files, day, table))

    said = {
        day: topspot_sqlite("explain", "--board", "lmarena/text", "--date", day, "--json").object["reasons"]
        for day in ("2025-05-26", "2025-05-27", "2025-05-28")
    }

    reasons = {day: {reason["reason"] for reason in found} for day, found in said.items()}
    assert reasons == {
        "2025-05-26": {"a baseline: the first snapshot has nothing to be compared with"},
        "2025-05-27": {
            "recorded, not told: history is silent (lead.developer takes, lead.model takes); "
            "`topspot replay` shows what would have been"
        },
        "2025-05-28": {"first place did not change hands"},
    }
