"""Whether a source may be visited from here: its terms, and the operator's own key."""

from pydantic import SecretStr

from topspot.domain.values import Source
from topspot.settings import Settings


def why_off(source: Source, settings: Settings) -> str | None:
    """Say in one line why a source may not be visited; ``None`` where it may, or where files are all there is."""
    if source.terms.fetch is False:
        return "its terms forbid automated access: only files that a person saved are imported"
    if source.key_header and settings.key_of(source.key) is None:
        return f"needs a key of your own: set {settings.key_setting(source.key)}"
    return None


def is_visited(source: Source, settings: Settings) -> bool:
    """Whether a run visits a source when it is due."""
    return bool(source.addresses) and why_off(source, settings) is None


def key_for(source: Source, settings: Settings) -> tuple[str, SecretStr] | None:
    """Give the header and the key that a source's requests carry, ``None`` for a source without one."""
    key = settings.key_of(source.key) if source.key_header else None
    return (source.key_header, key) if source.key_header and key else None
