"""What every way out has in common: how one attempt to send can end."""

from datetime import timedelta
from typing import Literal, NamedTuple

Outcome = Literal["sent", "retry", "dead", "unknown", "gone"]


class Result(NamedTuple):
    """How one attempt ended.

    ``sent``: the target has it (``remote_ts`` is its handle there and ``remote_channel`` the id of its channel,
    where it gives them). ``retry``: it surely has it not, and a later try may work (not before ``retry_after``,
    where it named one). ``dead``: no later try can work before a person mends something. ``unknown``: the end was
    ambiguous, the message may have arrived. ``gone``: the message that was to be edited cannot be, a new one can
    say the same. ``error`` is one line without secrets.
    """

    outcome: Outcome
    remote_ts: str | None = None
    remote_channel: str | None = None
    error: str | None = None
    retry_after: timedelta | None = None
