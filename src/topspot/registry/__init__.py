"""Who made what, and where they are at home: one reviewable TOML file a developer, and the resolver.

``POLICY.md`` beside this file says what the words mean and how to correct an entry.
"""

from topspot.registry.load import RegistryError, check_registry, load_registry
from topspot.registry.resolve import Registry, Resolution
from topspot.registry.values import Developer, Fact

__all__ = ["Developer", "Fact", "Registry", "RegistryError", "Resolution", "check_registry", "load_registry"]
