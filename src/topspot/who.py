"""What the registry answers: which model a name means and who made it, and what is known of a developer.

As in ``answers``: JSON values, dates ``YYYY-MM-DD``, what is missing is ``None``. No database is needed.
"""

from datetime import date
from typing import Any, NamedTuple

from topspot.registry import Developer, Fact, Registry
from topspot.registry.resolve import Part, normalized, spellings
from topspot.registry.values import OpenWeights


class Printed(NamedTuple):
    """The texts of one row, empty where nothing is printed, who printed them, and the models printed beside."""

    name: str
    organization: str = ""
    license: str = ""
    source: str = ""
    models: tuple[str, ...] = ()


def resolved(registry: Registry, printed: Printed, on: date) -> dict[str, Any]:
    """Say which model the texts of one row mean, and who made it, where, as of a date, and what told so."""
    found = registry.resolve(*printed)
    developer = registry.developers.get(found.developer or "")
    country = developer.country_on(on) if developer else None
    open_weights, weights_basis = registry.open_on(
        on, found.developer, found.model, found.family, found.license_open
    )
    return {
        "name": printed.name,
        "model": found.model,
        "family": found.family,
        "variant": found.variant,
        "base_model": found.base,
        "developer": found.developer,
        "developer_name": developer.name if developer else None,
        "parent": developer.parent_on(on) if developer else None,
        "country": country,
        "open_weights": open_weights,
        "as_of": _day(on),
        "basis": {
            "developer": found.basis,
            "model": found.model_basis,
            "country": "listed" if country else None,
            "open_weights": weights_basis,
        },
        "parts": [_part(registry, part, on) for part in found.parts],
    }


def _part(registry: Registry, part: Part, on: date) -> dict[str, Any]:
    developer = registry.developers.get(part.developer or "")
    return {
        "name": part.name,
        "kind": part.kind,
        "model": part.model,
        "developer": part.developer,
        "country": developer.country_on(on) if developer else None,
    }


def developers(registry: Registry, on: date) -> list[dict[str, Any]]:
    """List the developers, with what holds of each on a date."""
    return [
        {
            "developer": each.key,
            "name": each.name,
            "name_zh": each.name_zh,
            "parent": each.parent_on(on),
            "country": each.country_on(on),
            "families": [family.name for family in each.families],
            "wikidata": each.wikidata,
        }
        for each in registry.developers.values()
    ]


def developer(registry: Registry, name: str) -> dict[str, Any] | None:
    """Give all that is known of a developer, by its key or any of its names; ``None`` where there is none."""
    wanted = normalized(name)
    found = next(
        (each for each in registry.developers.values() if wanted in map(normalized, spellings(each))), None
    )
    return _developer(found) if found else None


def _developer(found: Developer) -> dict[str, Any]:
    return {
        "developer": found.key,
        "name": found.name,
        "name_zh": found.name_zh,
        "aliases": list(found.aliases),
        "wikidata": found.wikidata,
        "country": [_fact(fact) for fact in found.countries],
        "parent": [_fact(fact) for fact in found.parents],
        "agents": list(found.agents),
        "families": [
            {
                "name": family.name,
                "pattern": family.pattern,
                "base_model": family.base,
                "examples": list(family.examples),
                "open_weights": [_fact(fact) | {"models": fact.models} for fact in family.open_weights],
            }
            for family in found.families
        ],
        "models": [
            {
                "model": model.key,
                "family": model.family,
                "base_model": model.base,
                "names": list(model.names),
                "open_weights": [_fact(fact) for fact in model.open_weights],
            }
            for model in found.models
        ],
        "note": found.note,
    }


def _fact(fact: Fact | OpenWeights) -> dict[str, Any]:
    return {"value": fact.value, "since": _day(fact.since), "until": _day(fact.until), "source": fact.source}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
