import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.registry import Developer, Fact, Registry, load_registry
from topspot.registry.resolve import UNKNOWN, normalized, spellings
from topspot.registry.values import Family, Model, OpenWeights

REGISTRY = load_registry()

AGAIN = Registry(dict(reversed(REGISTRY.developers.items())))
"""The same developers, told in another order."""

NAMES = [
    name
    for each in REGISTRY.developers.values()
    for names in [*(family.examples for family in each.families), *(model.names for model in each.models)]
    for name in names
]

SPELLED = [(text, developer.key) for developer in REGISTRY.developers.values() for text in spellings(developer)]

spelled = st.sampled_from(SPELLED)
cells = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([text for text, _ in SPELLED] + ["Some Lab", ""]), max_size=4).map(", ".join),
)


def developer(key: str, *aliases: str) -> Developer:
    return Developer(key, name=key, name_zh=None, aliases=aliases, countries=(), parents=(), note=None)


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def key_of(organization: str) -> str | None:
    return REGISTRY.resolve("kimi-k3", organization).developer


def test_a_known_organization_is_its_developer_and_says_what_that_was_read_from():
    found = REGISTRY.resolve("kimi-k3", "moonshot", "Proprietary")

    assert (found.developer, found.basis, found.license_open) == ("moonshot-ai", "organization text", False)


@pytest.mark.parametrize(
    "organization", ["", "  ", "-", "Stealth", "OpenRouter", "openrouter", "NTU", "boss-bandit", "Moonshine"]
)
def test_what_the_registry_does_not_say_is_unknown(organization):
    assert REGISTRY.resolve("zen-bear-v4", organization) == UNKNOWN


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("Google DeepMind,Google", "google"),
        ("Google, Google DeepMind", "google"),
        ("Cohere\uff0cCohere for AI", "cohere"),
        ("xAI / SpaceXAI", "xai"),
        ("阿里巴巴、通义千问", "alibaba"),
        ("OpenAI,", "openai"),
        ("OpenAI,Microsoft", None),
        ("OpenAI,Some Lab", None),
        ("Hugging Face,ServiceNow", None),
        ("Google,DeepMind", None),
    ],
)
def test_several_organizations_are_a_developer_only_where_all_are_the_same(cell, key):
    assert key_of(cell) == key


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("DeepSeek, Peking University", "deepseek"),
        ("Z.ai (Zhipu AI),Tsinghua University", "zhipu-ai"),
        ("清华&智谱", "zhipu-ai"),
        ("AllenAI/UW", "ai2"),
        ("Hugging Face,ServiceNow,NVIDIA,BigCode", "bigcode"),
    ],
)
def test_a_cell_that_the_registry_has_as_a_whole_is_the_one_who_led(cell, key):
    assert key_of(cell) == key


@pytest.mark.parametrize(
    ("organization", "key"),
    [
        ("DeepMind", "deepmind"),
        ("Google DeepMind", "google"),
        ("inception-ai", "inception-labs"),
        ("wan", "alibaba"),
        ("Tsinghua", "tsinghua-university"),
    ],
)
def test_like_names_are_told_apart_and_brands_are_their_company(organization, key):
    assert key_of(organization) == key


def test_a_plus_and_a_dot_between_digits_make_another_name():
    assert normalized("Command R") != normalized("Command R+")
    assert normalized("OPT-1.3B") != normalized("opt-13b")
    assert normalized("Z.ai") == normalized("zai") == normalized("Z AI")
    assert normalized("GPT\u20115") == normalized("gpt_5")


def test_a_country_that_is_contested_stays_unknown():
    recraft = REGISTRY.developers["recraft"]

    assert recraft.country_on(date(2026, 8, 1)) is None


@given(spelled, st.data())
def test_case_width_and_separators_make_no_other_name(pair, data):
    text, key = pair
    variants = [text.upper(), text.lower(), text.title(), full_width(text), unicodedata.normalize("NFD", text)]
    variant = data.draw(st.sampled_from(variants))
    at = data.draw(st.integers(0, len(variant)))
    separator = data.draw(st.sampled_from(["", " ", "-", "_", "\u3000", "\u2011", "\u200b", "\t"]))

    assert key_of(variant[:at] + separator + variant[at:]) == key


@given(st.text(), st.sampled_from([" ", "-", "_", "\u00a0"]))
def test_normalizing_again_changes_nothing(text, separator):
    once = normalized(text)

    assert normalized(once) == once
    assert normalized(separator + text + separator) == once


names = st.one_of(
    st.sampled_from(NAMES), st.text(max_size=30), st.lists(st.sampled_from(NAMES), max_size=3).map(" + ".join)
)

rows = st.tuples(
    names,
    st.one_of(st.just(""), cells),
    st.sampled_from(["", "Proprietary", "Apache 2.0", "see website"]),
    st.sampled_from(["", "lmarena/text", "superclue", "epoch"]),
)


@given(rows)
def test_resolving_is_deterministic_whatever_the_order_of_the_developers(row):
    assert REGISTRY.resolve(*row) == REGISTRY.resolve(*row) == AGAIN.resolve(*row)
    assert AGAIN.revision == REGISTRY.revision


@given(cells.filter(normalized), names, st.sampled_from(["", "epoch"]))
def test_the_organization_alone_decides_whose_it_is(cell, name, source):
    assert REGISTRY.resolve(name, cell, source=source).developer == key_of(cell)


@given(rows, st.sampled_from(["Proprietary", "MIT", "see website", ""]))
def test_a_license_changes_nothing_but_what_the_license_says(row, text):
    name, cell, license_text, source = row
    one, other = REGISTRY.resolve(name, cell, license_text, source), REGISTRY.resolve(name, cell, text, source)

    assert one._replace(license_open=None) == other._replace(license_open=None)


UNRELATED = Developer(
    "frobozz",
    "Frobozz Magic Company",
    None,
    ("Frobozzco", "Zorkmid"),
    (Fact("NO", None, None, "https://frobozz.example"),),
    (),
    None,
    (Family("zork", r"(frobozz-)?zork(-\d+(\.\d+)?)?", ("zork-2",), variants="vivid|claude|gpt"),),
    (
        Model(
            "zork-grue",
            ("Zork Grue", "zorked-gpt-4"),
            open_weights=(OpenWeights(True, None, None, None, "https://z.example"),),
        ),
    ),
    ("Zork Coder",),
)

LARGER = Registry({**REGISTRY.developers, "frobozz": UNRELATED})


@given(rows)
def test_an_unrelated_developer_never_changes_what_another_s_row_means(row):
    if "zork" in normalized(row[0] + row[1]) or "frobozz" in normalized(row[0] + row[1]):
        return

    before = REGISTRY.resolve(*row)

    assert LARGER.resolve(*row) == before
    assert LARGER.open_on(
        date(2026, 9, 1), before.developer, before.model, before.family, before.license_open
    ) == (REGISTRY.open_on(date(2026, 9, 1), before.developer, before.model, before.family, before.license_open))


def test_what_an_unrelated_developer_adds_is_its_own():
    assert LARGER.resolve("Zork 2 (vivid)").developer == LARGER.resolve("frobozz/zork-3").developer == "frobozz"
    assert LARGER.resolve("Zork Coder + GPT-5").parts[0].developer == "frobozz"
    assert LARGER.revision != REGISTRY.revision
    assert REGISTRY.resolve("Zork 2 (vivid)") == UNKNOWN


@pytest.mark.parametrize(
    "changed",
    [
        {"agents": ()},
        {"wikidata": "Q42"},
        {"families": ()},
        {"models": ()},
        {"aliases": ("Frobozzco",)},
        {"countries": ()},
        {"note": "n"},
        {"name_zh": "佐克"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_a_file_says_otherwise_makes_another_revision(changed):
    assert (
        Registry({"frobozz": replace(UNRELATED, **changed)}).revision != Registry({"frobozz": UNRELATED}).revision
    )


@given(cells, st.text(alphabet="abcxyz 月+.", min_size=1, max_size=12))
def test_an_unrelated_alias_never_changes_whose_a_cell_is(cell, alias):
    known = {normalized(text) for text, _ in SPELLED}
    if not normalized(alias) or normalized(alias) in known:
        return
    larger = Registry({**REGISTRY.developers, "unrelated": developer("unrelated", alias)})

    before, after = REGISTRY.resolve("", cell), larger.resolve("", cell)

    assert after == before or (before == UNKNOWN and after.developer == "unrelated")


@given(st.text(max_size=40))
def test_an_answer_is_always_a_developer_of_the_registry_or_unknown(text):
    resolution = REGISTRY.resolve(text, text, text, text)

    assert resolution.developer in {None, *REGISTRY.developers}
    assert {part.developer for part in resolution.parts} <= {None, *REGISTRY.developers}


def listed(name: str, *models: str) -> tuple[str | None, str | None, str | None]:
    found = REGISTRY.resolve(name, models=models)
    return found.model, found.developer, found.basis


def test_an_agent_that_names_no_model_is_of_the_one_that_is_listed_beside_it():
    found = REGISTRY.resolve("Some Agent", models=["kimi-k3"])

    assert (found.model, found.developer) == ("kimi-k3", "moonshot-ai")
    assert (found.basis, found.model_basis) == ("models text", "models text")
    assert [(part.name, part.kind, part.developer) for part in found.parts] == [
        ("Some Agent", "agent", None),
        ("kimi-k3", "model", "moonshot-ai"),
    ]


def test_listed_models_of_two_developers_are_nobody_s_and_of_one_are_theirs():
    assert listed("Some Agent", "kimi-k3", "claude-fable-5") == ("kimi-k3+claude-fable-5", None, None)
    assert listed("Some Agent", "claude-opus-4-6", "claude-fable-5")[1:] == ("anthropic", "models text")


def test_a_listed_model_that_nobody_knows_leaves_an_agent_unknown():
    assert REGISTRY.resolve("Some Agent", models=["kimi-k3", "zen-bear-v4"]) == UNKNOWN


def test_a_name_or_an_organization_that_says_more_is_not_overruled_by_what_is_listed():
    assert listed("kimi-k3", "claude-fable-5") == ("kimi-k3", "moonshot-ai", "family pattern")
    assert REGISTRY.resolve("Some Agent", "Stealth", models=["kimi-k3"]) == UNKNOWN
