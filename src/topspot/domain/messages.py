"""What one alert says, before any way out gives it a form: Slack's blocks, a terminal, a page."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple


class TableRow(NamedTuple):
    """One model in the small table of a message: its line before and after, each empty where it had none.

    ``before`` and ``after`` are short texts such as ``1. 1678.5 [1661.0, 1696.0]``: the position, the rating
    and its interval.
    """

    model: str
    developer: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Message:
    """The facts of one alert in words. All text is raw: each way out escapes it for itself.

    ``status`` is one of the fixed status words, ``title`` names the change and the board, ``sentence`` stands
    alone as a notification, ``finding`` says the numbers, ``lines`` are the further changes of the same
    publication (``more`` is how many did not fit), ``repeat`` marks a message that may have been seen. A
    message that corrects or retracts holds the sentence that it takes back in ``was``, and why in ``because``.
    """

    alert_id: str
    status: str
    title: str
    sentence: str
    finding: str
    lines: tuple[str, ...]
    more: int
    table: tuple[TableRow, ...]
    board: str
    board_name: str
    category: str
    published_on: date
    observed_at: datetime
    credit: str
    license: str
    rules: tuple[str, ...]
    repeat: bool = False
    was: str = ""
    because: str = ""


def to_json(message: Message) -> dict[str, Any]:
    """Give a message as plain JSON values, the form in which a delivery keeps it."""
    return asdict(message) | {
        "published_on": message.published_on.isoformat(),
        "observed_at": message.observed_at.isoformat(),
    }


def from_json(body: dict[str, Any]) -> Message:
    """Read what ``to_json`` wrote."""
    return Message(
        **body
        | {
            "lines": tuple(body["lines"]),
            "table": tuple(TableRow(*row) for row in body["table"]),
            "rules": tuple(body["rules"]),
            "published_on": date.fromisoformat(body["published_on"]),
            "observed_at": datetime.fromisoformat(body["observed_at"]),
        }
    )
