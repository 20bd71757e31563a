"""Who made what, and where they are at home: one reviewable TOML file a developer, and the resolver.

``POLICY.md`` beside this file says what the words mean and how to correct an entry.
"""

from topspot.registry.load import RegistryError, load_registry
from topspot.registry.resolve import Developer, Fact, Registry, Resolution

__all__ = ["Developer", "Fact", "Registry", "RegistryError", "Resolution", "load_registry"]
