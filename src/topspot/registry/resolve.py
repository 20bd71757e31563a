"""The stage *resolve*: which developer stands behind a row, and of which country and parent at a date.

Pure, and never a guess: what the registry does not say is ``None``. The organization text decides where there is
one, else the name, by the families that developers declare.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from topspot.registry.names import Families, Family

RULES = 2
"""Version of the rules of this module. It goes into a registry's revision, since what a text resolves to
depends on the rules as on the files; raise it with every change that can alter an answer."""

BY_ORGANIZATION = "organization text"

BY_FAMILY = "family pattern"

# What spellings of one name differ in: spaces, hyphens of every kind, underscores, characters that nobody sees.
_IGNORED = re.compile(r"[\s_\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212\ufeff]+")

# A dot is ignored too, save between digits, where it means something: 2.5 is not 25.
_IGNORED_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")

_BETWEEN_ORGANIZATIONS = re.compile(r"[,;/&|、]")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds of a developer from ``since`` to the day before ``until``, and where it is said.

    A date that is ``None`` leaves that side open.
    """

    value: str
    since: date | None
    until: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the fact holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Developer:
    """An organization that trains models. ``key`` is the name of its file; ``POLICY.md`` has the terms."""

    key: str
    name: str
    name_zh: str | None
    aliases: tuple[str, ...]
    countries: tuple[Fact, ...]
    parents: tuple[Fact, ...]
    note: str | None
    families: tuple[Family, ...] = ()

    def country_on(self, day: date) -> str | None:
        """Give the ISO 3166-1 alpha-2 code of its headquarters' country on a day, ``None`` where unknown."""
        return _value_on(self.countries, day)

    def parent_on(self, day: date) -> str | None:
        """Give who controls it on a day, ``None`` where nobody does or it is not known."""
        return _value_on(self.parents, day)


class Resolution(NamedTuple):
    """What a row's texts say: model and developer, each ``None`` where unknown, and what they were read from."""

    model: str | None
    developer: str | None
    basis: str | None


UNKNOWN = Resolution(None, None, None)


class Registry:
    """The developers by key, and the answers that they give.

    ``revision`` is the SHA-256, in hexadecimal, of what the files say and of the version of the rules: equal
    on every machine for equal content, whatever the order of the files or of the keys in them.
    """

    def __init__(self, developers: Mapping[str, Developer]) -> None:
        self.developers: Mapping[str, Developer] = MappingProxyType(
            {key: developers[key] for key in sorted(developers)}
        )
        self.revision = _revision_of(self.developers)
        self._key_of_spelling = {
            normalized(spelling): developer.key
            for developer in self.developers.values()
            for spelling in spellings(developer)
        }

    def resolve(self, name: str, organization: str, license: str = "") -> Resolution:  # noqa: A002  # a row's word
        """Say which developer the texts of one row name.

        Where there is an organization it decides alone: several in one cell are a developer only where they are
        all the same one, or where the registry has the whole cell as an alias. Without one the name does, if it
        is one of a family's and has no word that nobody knows. Anything else is unknown: never a guess.
        ``license`` is not read yet.
        """
        if organization.strip():
            key = self._developer_of(organization)
            return Resolution(None, key, BY_ORGANIZATION) if key else UNKNOWN
        owner = self.families.owner_of(name)
        return Resolution(None, owner, BY_FAMILY) if owner else UNKNOWN

    @cached_property
    def families(self) -> Families:
        """What the developers call their models."""
        return Families((each.key, family) for each in self.developers.values() for family in each.families)

    def _developer_of(self, organization: str) -> str | None:
        whole = self._key_of_spelling.get(normalized(organization))
        if whole:
            return whole
        named = {self._key_of_spelling.get(part) for part in _organizations(organization)}
        return named.pop() if len(named) == 1 else None


def spellings(developer: Developer) -> Iterator[str]:
    """Give every text that names a developer: its key, its names, its aliases."""
    yield developer.key
    yield developer.name
    if developer.name_zh:
        yield developer.name_zh
    yield from developer.aliases


def normalized(text: str) -> str:
    """Bring the spellings of one name to one form.

    Case, width, spaces, hyphens, underscores and dots are ignored, but ``+`` and a dot between digits stay.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    joined = _IGNORED_DOT.sub("", _IGNORED.sub("", unicodedata.normalize("NFKC", folded)))
    # an accent that stood behind a space or dot now stands behind a letter
    return unicodedata.normalize("NFKC", joined)


def _organizations(cell: str) -> Iterator[str]:
    for part in _BETWEEN_ORGANIZATIONS.split(unicodedata.normalize("NFKC", cell)):
        spelling = normalized(part)
        if spelling:
            yield spelling


def _value_on(facts: tuple[Fact, ...], day: date) -> str | None:
    return next((fact.value for fact in facts if fact.holds_on(day)), None)


def _revision_of(developers: Mapping[str, Developer]) -> str:
    content = {"rules": RULES, "developers": {key: _content(value) for key, value in developers.items()}}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _content(developer: Developer) -> dict[str, object]:
    """Give what a file says, without the order in which it says it."""
    return asdict(developer) | {
        "aliases": sorted(developer.aliases),
        "countries": _in_order(developer.countries),
        "parents": _in_order(developer.parents),
    }


def _in_order(facts: tuple[Fact, ...]) -> list[dict[str, object]]:
    return [asdict(fact) for fact in sorted(facts, key=lambda fact: fact.since or date.min)]
