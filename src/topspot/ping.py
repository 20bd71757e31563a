"""Telling a watchman that a run began and how it ended, as healthchecks services expect it.

``TOPSPOT_PING_URL`` is asked after success, with ``/start`` before it and with ``/fail`` after failure. The
address is a secret: whoever knows it can speak for this run, so it is in no message.
"""

import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

PATIENCE = 10.0
"""Seconds that one ping may take."""

Signal = Literal["start", "success", "fail"]


def address(url: str, signal: Signal) -> str:
    """Give the address of a signal; a query of the URL stays behind it."""
    parts = urlsplit(url)
    suffix = "" if signal == "success" else f"/{signal}"
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + suffix))


def ping(url: SecretStr, signal: Signal, say: Callable[[str], None]) -> None:
    """Send a signal; what goes wrong is said and changes nothing."""
    request = urllib.request.Request(address(url.get_secret_value(), signal))  # noqa: S310 - of the web: a setting
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310 - the same
            return
    except urllib.error.HTTPError as error:
        why = f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        why = type(reason if isinstance(reason, Exception) else error).__name__
    say(f"TOPSPOT_PING_URL: the {signal} ping was not taken ({why}); the run is not touched by that")
