"""What goes into a crawl; what comes out of it is an ``Answer`` of ``topspot.domain.values``."""

from typing import NamedTuple

from topspot.domain.values import Validators


class Ask(NamedTuple):
    """One address of a source to visit, with what identifies the bytes that the last visit brought."""

    source: str
    url: str
    known: Validators = Validators()
