"""A typical message, of which a test changes what it is about."""

from datetime import UTC, date, datetime
from typing import Any

from topspot.domain.messages import Message, TableRow


def message(**changes: Any) -> Message:
    """Build the message of a three-way tie at the top of LMArena Text."""
    facts: dict[str, Any] = {
        "alert_id": "al_7f3a9c21",
        "status": "TIE AT #1",
        "title": "LMArena Text, Overall: Qwen4-Max joins a 3-way tie",
        "sentence": "LMArena Text: Qwen4-Max (Alibaba, CN) joins a 3-way tie for #1 in Overall.",
        "finding": "By points gemini-3-pro leads; by rank upper bound Qwen4-Max shares first place with 2 others.",
        "lines": ("Coding: Qwen4-Max takes first place", "Overall, country: China joins the United States"),
        "more": 0,
        "table": (
            TableRow("gemini-3-pro", "Google (US)", "1. 1501.0 [1496.1, 1506.0]", "1. 1501.2 [1496.3, 1506.1]"),
            TableRow("Qwen4-Max", "Alibaba (CN)", "", "2. 1499.8 [1492.0, 1507.5]"),
        ),
        "board": "lmarena/text",
        "board_name": "LMArena Text",
        "category": "overall",
        "published_on": date(2026, 9, 12),
        "observed_at": datetime(2026, 9, 12, 14, 3, tzinfo=UTC),
        "credit": "LMArena leaderboard dataset",
        "license": "CC-BY-4.0",
        "rules": ("lead.model@1", "lead.country@1"),
    }
    return Message(**facts | changes)


def corrected(**changes: Any) -> Message:
    """Build the message that corrects it: two share first place, not three."""
    facts: dict[str, Any] = {
        "status": "CORRECTED",
        "sentence": "LMArena Text: Qwen4-Max (Alibaba, CN) joins gemini-3-pro in first place, now shared by 2.",
        "was": "LMArena Text: Qwen4-Max (Alibaba, CN) joins a 3-way tie for #1 in Overall.",
        "because": "the publisher's figures of 2026-09-12, which came later, show it otherwise",
    }
    return message(**facts | changes)


def retracted(**changes: Any) -> Message:
    """Build the message that takes all of it back."""
    facts: dict[str, Any] = {
        "status": "RETRACTED",
        "title": "first place as of 2026-09-12 · LMArena Text",
        "sentence": "LMArena Text: what was told of 2026-09-12 no longer holds",
        "finding": "",
        "lines": (),
        "table": (),
    }
    return corrected(**facts | changes)
