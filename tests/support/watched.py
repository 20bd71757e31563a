"""A Slack that says when it has a message, and waits for whoever listens."""

from collections.abc import Callable
from typing import Any

from standins.slack import Slack


class WatchedSlack(Slack):
    """Calls ``on_accept`` once it has a message, before it answers."""

    on_accept: Callable[[], object] = staticmethod(lambda: None)

    def accept(self, via: str, body: dict[str, Any]) -> dict[str, Any]:
        message = super().accept(via, body)
        self.on_accept()
        return message
