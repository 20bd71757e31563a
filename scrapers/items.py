"""What goes into a crawl; what comes out of it is an ``Answer`` of ``topspot.domain.values``."""

from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from topspot.domain.values import Validators


class Ask(NamedTuple):
    """One address of a source to visit, with what identifies the bytes that the last visit brought.

    A large answer goes ``into`` a folder, as a file of at most ``most_bytes``, and may take ``seconds``; what is
    ``None`` is as the operator set it. ``key`` is a header and the operator's key in it: only the
    address's own host gets it, by https.
    """

    source: str
    url: str
    known: Validators = Validators()
    into: Path | None = None
    most_bytes: int | None = None
    seconds: float | None = None
    key: tuple[str, SecretStr] | None = None
