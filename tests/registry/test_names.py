"""Whose model a name is of, where a board prints no organization."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.registry import load_registry
from topspot.registry.names import Families, Family, parts_of, words_of
from topspot.registry.resolve import BY_FAMILY, BY_ORGANIZATION, UNKNOWN

REGISTRY = load_registry()

ACME = Families([("acme", Family("ace", r"ace(-v?\d+(\.\d+)*)?(-mini)?", ("ace-2",)))])


def owner(name: str) -> str | None:
    return REGISTRY.resolve(name, "").developer


@pytest.mark.parametrize(
    ("name", "developer"),
    [
        ("claude-4-1-opus-20250805-base", "anthropic"),
        ("Claude Opus 4.6 (Adaptive Reasoning, Max Effort)", "anthropic"),
        ("GPT‑5-Codex", "openai"),  # noqa: RUF001 - as it is printed
        ("gpt-5.6-sol-xhigh (codex-harness)", "openai"),
        ("gemma2:27b-instruct-q8_0", "google"),
        ("[ChatGLM2-6B ↗](https://github.com/THUDM/ChatGLM2-6B)", "zhipu-ai"),
        ("云雀大模型(豆包)", "bytedance"),
        ("通义千问2.0", "alibaba"),
        ("chutes/GLM-4.5-FP8", "zhipu-ai"),
        ("command-r-plus", "cohere"),
        ("DeepSeek-R1-Distill-Llama-70B", "deepseek"),
    ],
)
def test_a_name_of_a_known_family_has_its_developer(name: str, developer: str) -> None:
    assert REGISTRY.resolve(name, "") == (None, developer, BY_FAMILY)


@pytest.mark.parametrize(
    "name", ["nova", "ray", "orion", "elephant-alpha", "K2 Think V2", "", "   ", "2.0", "high"]
)
def test_a_name_that_only_sounds_familiar_is_unknown(name: str) -> None:
    assert REGISTRY.resolve(name, "") == UNKNOWN


@pytest.mark.parametrize("name", ["llama-2-13b-steerlm-chat", "qwen2.5-72b-dracarys", "mistral-7b-openorca"])
def test_a_word_that_nobody_knows_makes_a_fine_tune_of_somebody_unknown(name: str) -> None:
    assert owner(name) is None


def test_the_organization_decides_where_there_is_one() -> None:
    assert REGISTRY.resolve("claude-opus-4-6", "moonshot") == (None, "moonshot-ai", BY_ORGANIZATION)
    assert REGISTRY.resolve("claude-opus-4-6", "Stealth") == UNKNOWN


def test_a_system_is_of_the_developer_of_its_model() -> None:
    assert owner("TRAE + Doubao-Seed-Code") == "bytedance"
    assert owner("Bytedance MarsCode Agent + GPT 4o (2024-05-13)") == "openai"
    assert owner("o3 (high) + gpt-4.1") == "openai"


def test_a_system_with_models_of_two_developers_is_of_none() -> None:
    assert owner("DeepSeek R1 + claude-3-5-sonnet-20241022") is None


def test_an_agent_without_a_model_is_of_none() -> None:
    assert owner("Warp") is None
    assert owner("SWE-Fixer (Qwen2.5-7b retriever + Qwen2.5-72b editor)") is None


@pytest.mark.parametrize("model", ["ace-2", "ACE 2", "Ace_2 (high, 2026-01-02)", "ollama/ace-2:8b-q4_K_M", "ace2"])
def test_a_family_knows_its_models_however_they_are_written(model: str) -> None:
    assert ACME.owner_of(model) == ("acme" if model != "ace2" else None)


def test_a_name_is_taken_apart_into_words() -> None:
    assert words_of("Claude 3.5 Sonnet (June '24)") == ["claude", "3.5", "sonnet", "june", "24"]
    assert words_of("amazon.nova-lite-v1:0") == ["amazon", "nova", "lite", "v1", "0"]
    assert words_of("Command R+") == ["command", "r+"]


def test_what_is_joined_in_brackets_is_no_part() -> None:
    assert parts_of("a + b") == ["a", "b"]
    assert parts_of("c (a + b)") == ["c (a + b)"]


@given(st.text(max_size=60))
def test_any_text_has_one_owner_or_none_and_always_the_same(name: str) -> None:
    found = REGISTRY.resolve(name, "")

    assert found == REGISTRY.resolve(name, "")
    assert found == UNKNOWN or found.basis == BY_FAMILY


@given(
    st.sampled_from([model for each in REGISTRY.developers.values() for f in each.families for model in f.models])
)
def test_each_model_that_a_family_names_is_its_developer_s_alone(model: str) -> None:
    assert len(REGISTRY.families.owners_of(model)) == 1
