"""What is answered of a name, and of a developer: JSON values, with what told so."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.registry import load_registry
from topspot.who import Printed, developer, developers, resolved

REGISTRY = load_registry()

DAY = date(2026, 9, 1)


def test_an_answer_tells_the_model_its_developer_and_what_told_so():
    found = resolved(REGISTRY, Printed("kimi-k3-max", "moonshot", "Proprietary", "lmarena/webdev"), DAY)

    assert found == {
        "name": "kimi-k3-max",
        "model": "kimi-k3",
        "family": "kimi",
        "variant": "max",
        "base_model": None,
        "developer": "moonshot-ai",
        "developer_name": "Moonshot AI",
        "parent": None,
        "country": "CN",
        "open_weights": True,
        "as_of": "2026-09-01",
        "basis": {
            "developer": "organization text",
            "model": "family pattern",
            "country": "listed",
            "open_weights": "listed",
        },
        "parts": [],
    }


def test_an_answer_is_as_of_a_day():
    before, after = (
        resolved(REGISTRY, Printed("kimi-k3"), date(2026, 7, day))["open_weights"] for day in (26, 27)
    )

    assert (before, after) == (False, True)
    owned = [resolved(REGISTRY, Printed("grok-4"), day)["parent"] for day in (date(2026, 2, 1), date(2026, 2, 2))]
    assert owned == ["xai-holdings", "spacex"]


def test_a_developer_without_a_country_leaves_it_unknown_and_says_nothing_told_it():
    found = resolved(REGISTRY, Printed("recraft-v3"), DAY)

    assert (found["developer"], found["country"], found["basis"]["country"]) == ("recraft", None, None)


def test_an_unknown_name_is_answered_with_nothing():
    found = resolved(REGISTRY, Printed("frobozz-bear"), DAY)

    assert {key for key, value in found.items() if value} == {"name", "as_of", "basis"}
    assert set(found["basis"].values()) == {None}
    assert found["parts"] == []


def test_a_license_alone_tells_of_weights():
    found = resolved(REGISTRY, Printed("frobozz-bear", "Stealth", "Apache 2.0"), DAY)

    assert (found["open_weights"], found["basis"]["open_weights"], found["developer"]) == (True, "license", None)


def test_a_system_has_the_model_s_developer_and_the_country_of_each_part():
    found = resolved(REGISTRY, Printed("Bytedance MarsCode Agent + GPT 4o (2024-05-13)"), DAY)

    assert (found["developer"], found["country"]) == ("openai", "US")
    assert [(part["kind"], part["model"], part["developer"], part["country"]) for part in found["parts"]] == [
        ("agent", None, "bytedance", "CN"),
        ("model", "gpt-4o", "openai", "US"),
    ]


def test_parts_that_disagree_have_no_developer_and_no_country():
    found = resolved(REGISTRY, Printed("DeepSeek R1 + claude-3-5-sonnet-20241022"), DAY)

    assert (found["developer"], found["country"], found["parent"]) == (None, None, None)
    assert [part["country"] for part in found["parts"]] == ["CN", "US"]


def test_developers_are_listed_with_what_holds_on_a_day():
    found = {each["developer"]: each for each in developers(REGISTRY, DAY)}

    assert found.keys() == REGISTRY.developers.keys()
    assert found["moonshot-ai"]["name_zh"] == "月之暗面"
    assert (found["manus"]["country"], found["google"]["parent"]) == ("SG", "alphabet")
    then = {each["developer"]: each["country"] for each in developers(REGISTRY, date(2025, 1, 1))}
    assert then["manus"] == "CN"


@pytest.mark.parametrize("name", ["moonshot-ai", "Moonshot AI", "KIMI", "月之暗面", "Yuedao Dark Face"])
def test_a_developer_is_found_by_any_of_its_names(name: str):
    found = developer(REGISTRY, name)

    assert found
    assert found["developer"] == "moonshot-ai"


@pytest.mark.parametrize("name", ["", "Frobozz", "Stealth", "moonshot ai kimi k2"])
def test_a_developer_that_there_is_not_is_none(name: str):
    assert developer(REGISTRY, name) is None


def test_all_that_is_known_of_a_developer_is_told_with_dates_and_sources():
    found = developer(REGISTRY, "moonshot")

    assert found
    assert found["country"] == [{"value": "CN", "since": None, "until": None, "source": "https://www.moonshot.cn"}]
    [kimi] = [family for family in found["families"] if family["name"] == "kimi"]
    assert {
        "value": False,
        "since": None,
        "until": "2026-07-27",
        "source": "https://huggingface.co/moonshotai",
        "models": "kimi-k3",
    } in kimi["open_weights"]
    assert "kimi-k2.5" in {model["model"] for model in found["models"]}
    assert found["agents"] == list(REGISTRY.developers["moonshot-ai"].agents)


def test_all_of_every_developer_is_json():
    for key in REGISTRY.developers:
        assert json.loads(json.dumps(developer(REGISTRY, key), allow_nan=False))["developer"] == key


@given(
    st.builds(Printed, st.text(max_size=30), st.text(max_size=20), st.text(max_size=20), st.text(max_size=10)),
    st.dates(),
)
def test_any_texts_have_an_answer_on_any_day(printed: Printed, on: date):
    found = resolved(REGISTRY, printed, on)

    assert json.loads(json.dumps(found)) == found
    assert found["name"] == printed.name
    assert (found["country"] is None) or found["developer"]
