"""What the registry's files say, as values."""

from dataclasses import dataclass
from datetime import date


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
        return _holds(self.since, self.until, day)


@dataclass(frozen=True, slots=True)
class OpenWeights:
    """Whether anybody may download the weights of some models, with dates and source as in ``Fact``.

    ``models`` is a pattern of their keys, ``None`` for all that the entry stands with.
    """

    value: bool
    models: str | None
    since: date | None
    until: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the fact holds on a day."""
        return _holds(self.since, self.until, day)


@dataclass(frozen=True, slots=True)
class Family:
    """What a developer calls some of its models.

    ``pattern`` is one of lower-case words joined by hyphens, ``examples`` are names that it must know. ``key`` is
    the key of a model as a template over the pattern's named groups, ``None`` where it is the words themselves;
    ``variants`` is a pattern of words that make a variant in this family beside those that always do; ``base`` is
    what the models were made from.
    """

    name: str
    pattern: str
    examples: tuple[str, ...]
    key: str | None = None
    variants: str | None = None
    base: str | None = None
    open_weights: tuple[OpenWeights, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is listed, since no pattern gives its key: ``names`` are how it is printed.

    ``family`` is the name of a family of the same developer; ``sources`` are the only ones where the names mean
    this model, none for everywhere.
    """

    key: str
    names: tuple[str, ...]
    family: str | None = None
    base: str | None = None
    sources: tuple[str, ...] = ()
    open_weights: tuple[OpenWeights, ...] = ()


@dataclass(frozen=True, slots=True)
class Developer:
    """An organization that trains models. ``key`` is the name of its file; ``POLICY.md`` has the terms.

    ``agents`` are the systems that it builds around models, its own or others'.
    """

    key: str
    name: str
    name_zh: str | None
    aliases: tuple[str, ...]
    countries: tuple[Fact, ...]
    parents: tuple[Fact, ...]
    note: str | None
    families: tuple[Family, ...] = ()
    models: tuple[Model, ...] = ()
    agents: tuple[str, ...] = ()
    wikidata: str | None = None

    def country_on(self, day: date) -> str | None:
        """Give the ISO 3166-1 alpha-2 code of its headquarters' country on a day, ``None`` where unknown."""
        return _value_on(self.countries, day)

    def parent_on(self, day: date) -> str | None:
        """Give who controls it on a day, ``None`` where nobody does or it is not known."""
        return _value_on(self.parents, day)


def _value_on(facts: tuple[Fact, ...], day: date) -> str | None:
    return next((fact.value for fact in facts if fact.holds_on(day)), None)


def _holds(since: date | None, until: date | None, day: date) -> bool:
    return (since is None or since <= day) and (until is None or day < until)
