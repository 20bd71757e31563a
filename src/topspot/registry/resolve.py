"""The stage *resolve*: which model a row means, who made it, and whether its weights are open.

Pure, and never a guess: what the registry does not say is ``None``. The organization text decides whose model it
is where there is one, else the name, by the families and models that developers declare.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from topspot.registry.licenses import open_by_license
from topspot.registry.names import (
    BY_LIST,
    BY_NAME,
    Found,
    Names,
    bracketed,
    parts_of,
    plain_model,
    words_of,
)
from topspot.registry.values import Developer, Fact, OpenWeights

RULES = 4
"""Version of the rules of this module. It goes into a registry's revision, since what a text resolves to
depends on the rules as on the files; raise it with every change that can alter an answer."""

BY_ORGANIZATION = "organization text"

BY_LICENSE = "license"

BY_MODELS = "models text"

# What spellings of one name differ in: spaces, hyphens of every kind, underscores, characters that nobody sees.
_IGNORED = re.compile(r"[\s_\-\u00ad\u200b-\u200d\u2010-\u2015\u2060\u2212\ufeff]+")

# A dot is ignored too, save between digits, where it means something: 2.5 is not 25.
_IGNORED_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")

_BETWEEN_ORGANIZATIONS = re.compile(r"[,;/&|、]")


class Part(NamedTuple):
    """One of the names that a row joins: a model, with its developer, or an agent, with its maker."""

    name: str
    kind: str
    model: str | None
    developer: str | None


class Resolution(NamedTuple):
    """What a row's texts say, each ``None`` where unknown.

    ``basis`` is what told the developer, ``model_basis`` what told the model; ``license_open`` is what the license
    text says of its weights. ``parts`` are the names that a system joins, none for a plain model; models of two
    developers are of no developer.
    """

    model: str | None = None
    family: str | None = None
    variant: str | None = None
    developer: str | None = None
    base: str | None = None
    basis: str | None = None
    model_basis: str | None = None
    license_open: bool | None = None
    parts: tuple[Part, ...] = ()


UNKNOWN = Resolution()


class Registry:
    """The developers by key, and the answers that they give.

    ``revision`` is the SHA-256, in hexadecimal, of what the files say and of the version of the rules: equal
    on every machine for equal content, whatever the order of the files or of the keys in them.
    """

    def __init__(self, developers: Mapping[str, Developer]) -> None:
        self.developers: Mapping[str, Developer] = MappingProxyType(
            {key: developers[key] for key in sorted(developers)}
        )
        self._key_of_spelling = {
            normalized(spelling): developer.key
            for developer in self.developers.values()
            for spelling in spellings(developer)
        }

    def resolve(
        self,
        name: str,
        organization: str = "",
        license: str = "",
        source: str = "",
        models: Sequence[str] = (),
    ) -> Resolution:
        """Say which model the texts of one row mean, whose it is, and what its license says.

        Where there is an organization it decides alone whose model it is: several in one cell are a developer only
        where they are all the same one, or where the registry has the whole cell as an alias. Without one the name
        does, if it is one of a family's or listed and has no word that nobody knows. Where it says no model, the
        ``models`` that are printed beside it decide, if all of them are known. Anything else is unknown: never a
        guess. ``source`` is who printed them, for names that mean a model only there.
        """
        licensed = open_by_license(license)
        key = _source_key(source)
        if normalized(organization):
            owner = self._developer_of(organization)
            if owner is None:
                return UNKNOWN._replace(license_open=licensed)
            return self._of_developer(name, owner, key)._replace(license_open=licensed)
        found = self._of_name(name, key)
        if models and not found.model:
            found = self._of_models(name, models, key) or found
        return found._replace(license_open=licensed)

    @cached_property
    def revision(self) -> str:
        """What names this state of the files and of the rules."""
        return _revision_of(self.developers)

    @cached_property
    def names(self) -> Names:
        """What the developers call their models."""
        return Names(self.developers)

    def facts_of(self, developer: str, model: str, family: str | None) -> list[OpenWeights]:
        """Give what is known of a model's weights: facts of which no two hold on one day.

        What is listed for the model comes before what its family says of all that look like it, and of two that
        speak of one day the first one counts.
        """
        listed = self._listed_facts.get((developer, model), ())
        said = [
            fact
            for fact in listed + self._family_facts.get((developer, family), ())
            if fact.models is None or re.fullmatch(fact.models, model)
        ]
        days = sorted({fact.since or date.min for fact in said} | {fact.until or date.max for fact in said})
        holds = [
            (next((fact for fact in said if fact.holds_on(day)), None), day, end) for day, end in pairwise(days)
        ]
        facts = []
        for fact, spans in groupby(holds, key=itemgetter(0)):
            ends = [day for _, *both in spans for day in both]
            if fact:
                since, until = (None if day in (date.min, date.max) else day for day in (ends[0], ends[-1]))
                facts.append(replace(fact, models=None, since=since, until=until))
        return facts

    def open_on(
        self, day: date, developer: str | None, model: str | None, family: str | None, license_open: bool | None
    ) -> tuple[bool | None, str | None]:
        """Say whether weights are there for all on a day, and what told so; ``None`` where unknown."""
        for fact in self.facts_of(developer, model, family) if developer and model else ():
            if fact.holds_on(day):
                return fact.value, BY_LIST
        return license_open, None if license_open is None else BY_LICENSE

    def agent_of(self, name: str) -> str | None:
        """Give the maker of the agent that a name begins with, ``None`` where it is nobody's."""
        words = words_of(name)
        heads = ("".join(words[:count]) for count in range(len(words), 0, -1))
        return next((self._agents[head] for head in heads if head in self._agents), None)

    @cached_property
    def _agents(self) -> dict[str, str]:
        return {"".join(words_of(agent)): each.key for each in self.developers.values() for agent in each.agents}

    @cached_property
    def _listed_facts(self) -> dict[tuple[str, str], tuple[OpenWeights, ...]]:
        return {
            (each.key, model.key): model.open_weights for each in self.developers.values() for model in each.models
        }

    @cached_property
    def _family_facts(self) -> dict[tuple[str, str | None], tuple[OpenWeights, ...]]:
        return {
            (each.key, family.name): family.open_weights
            for each in self.developers.values()
            for family in each.families
        }

    def _of_developer(self, name: str, owner: str, source: str) -> Resolution:
        found = self.names.find(name, source=source, owner=owner)
        if found:
            return _resolution(found)._replace(basis=BY_ORGANIZATION)
        system = self._of_parts(name, source, owner)
        if system.model:
            return system._replace(developer=owner, basis=BY_ORGANIZATION)
        model, variant = plain_model(name)
        return Resolution(
            model=model or None,
            variant=variant,
            developer=owner,
            basis=BY_ORGANIZATION,
            model_basis=BY_NAME if model else None,
        )

    def _of_name(self, name: str, source: str) -> Resolution:
        found = self.names.find(name, source=source)
        return _resolution(found) if found else self._of_parts(name, source, None)

    def _of_parts(self, name: str, source: str, owner: str | None) -> Resolution:
        """Resolve a name that joins several: the models among them decide, where they are of one developer.

        An agent's name may give its model in brackets; in those of anything else may stand what it was made from.
        """
        parts: list[Part] = []
        models: list[Found] = []
        texts = parts_of(name)
        is_system = any(map(self.agent_of, texts))
        for text in texts:
            whole = self.names.find(text, source=source, owner=owner)
            if whole is None:
                parts.append(Part(text.strip(), "agent", None, self.agent_of(text)))
            for found in [whole] if whole else self._named_inside(text, source, owner) if is_system else []:
                models.append(found)
                parts.append(Part(text.strip(), "model", found.model, found.owner))
        if not models:
            maker = parts[0].developer if len(parts) == 1 else None
            return Resolution(parts=tuple(parts)) if maker or len(parts) > 1 else UNKNOWN
        return _joined(models)._replace(parts=tuple(parts) if len(parts) > 1 else ())

    def _of_models(self, name: str, models: Sequence[str], source: str) -> Resolution | None:
        """Resolve an agent by the models that are printed beside its name; ``None`` where one is not known."""
        known = [found for text in models if (found := self.names.find(text, source=source))]
        if len(known) < len(models):
            return None
        joined = _joined(known)
        agents = [Part(text.strip(), "agent", None, self.agent_of(text)) for text in parts_of(name)]
        listed = [Part(text, "model", found.model, found.owner) for text, found in zip(models, known, strict=True)]
        return joined._replace(
            basis=BY_MODELS if joined.developer else None,
            model_basis=BY_MODELS,
            parts=(*agents, *listed),
        )

    def _named_inside(self, text: str, source: str, owner: str | None) -> list[Found]:
        inside = [each for bracket in bracketed(text) for each in parts_of(bracket)]
        return [found for each in inside if (found := self.names.find(each, source=source, owner=owner))]

    def _developer_of(self, organization: str) -> str | None:
        whole = self._key_of_spelling.get(normalized(organization))
        if whole:
            return whole
        named = {self._key_of_spelling.get(part) for part in organizations_in(organization)}
        return named.pop() if len(named) == 1 else None


def _resolution(found: Found) -> Resolution:
    return Resolution(
        model=found.model,
        family=found.family,
        variant=found.variant,
        developer=found.owner,
        base=found.base,
        basis=found.basis,
        model_basis=found.basis,
    )


def _joined(models: Sequence[Found]) -> Resolution:
    """Join the models of a system to one: their keys with a plus between, of a developer if they have the same."""
    first, keys = _resolution(models[0]), list(dict.fromkeys(each.model for each in models))
    if len({each.owner for each in models}) > 1:
        return Resolution(model="+".join(keys), model_basis=first.model_basis)
    return first if len(keys) == 1 else first._replace(model="+".join(keys), family=None, variant=None, base=None)


def _source_key(source: str) -> str:
    return source.partition("/")[0].replace("_", "-").casefold()


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


def organizations_in(cell: str) -> Iterator[str]:
    """Give the organizations that a cell names, each in the form of ``normalized``."""
    for part in _BETWEEN_ORGANIZATIONS.split(unicodedata.normalize("NFKC", cell)):
        spelling = normalized(part)
        if spelling:
            yield spelling


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
