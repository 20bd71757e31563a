"""Which model a row means, whose it is, and whether its weights are open: what the packaged files and the rules say."""

from datetime import date

import pytest

from topspot.registry import Developer, Registry, load_registry
from topspot.registry.resolve import UNKNOWN, Part
from topspot.registry.values import Family, Model, OpenWeights

REGISTRY = load_registry()

DAY = date(2026, 9, 1)


def answer(name: str, organization: str = "", source: str = "") -> tuple[str | None, str | None]:
    found = REGISTRY.resolve(name, organization, source=source)
    return found.developer, found.model


def open_on(
    day: date, name: str, organization: str = "", license_text: str = ""
) -> tuple[bool | None, str | None]:
    found = REGISTRY.resolve(name, organization, license_text)
    return REGISTRY.open_on(day, found.developer, found.model, found.family, found.license_open)


# one model, two spellings


@pytest.mark.parametrize(
    ("one", "other", "developer", "model"),
    [
        ("claude-3-5-sonnet-20240620", "Claude 3.5 Sonnet (Oct '24)", "anthropic", "claude-3-5-sonnet"),
        ("claude-4-opus-20250514-thinking-16k", "Claude Opus 4 (thinking-32k)", "anthropic", "claude-opus-4"),
        ("claude-4-1-opus-20250805-thinking", "Claude-Opus-4-1-20250805 (FC)", "anthropic", "claude-opus-4-1"),
        ("Claude 4.5 Haiku (Reasoning)", "claude-haiku-4-5-20251001", "anthropic", "claude-haiku-4-5"),
        ("Claude Opus 4.6 (Adaptive Reasoning, Low Effort)", "claude-opus-4-6", "anthropic", "claude-opus-4-6"),
        ("claude-v1", "Claude 1", "anthropic", "claude-1"),
        ("GPT-4 Turbo (Jan 2024)", "gpt-4-0125-preview", "openai", "gpt-4-turbo"),
        ("ChatGPT-4o (latest)", "chatgpt-4o-latest-2025-01-29", "openai", "chatgpt-4o"),
        ("GPT-5 nano (2025-08-07) (low reasoning)", "gpt-5-nano-high", "openai", "gpt-5-nano"),
        ("GPT-5.1 Codex (medium)", "gpt-5.1-codex (low reasoning)", "openai", "gpt-5.1-codex"),
        ("o3-mini-high", "o3 mini (2025-01-31) (low)", "openai", "o3-mini"),
        ("gemini-1.5-flash-001", "Gemini 1.5 Flash (May '24)", "google", "gemini-1.5-flash"),
        ("gemini-pro-dev-api", "Gemini 1.0 Pro", "google", "gemini-1.0-pro"),
        ("imagen-ultra-4.0-generate-001", "Imagen 4 Ultra", "google", "imagen-4-ultra"),
        ("gemma2:9b-instruct-q4_K_M", "Gemma 2 9B", "google", "gemma-2-9b"),
        ("deepseek-r1-0528", "DeepSeek R1 (May '25)", "deepseek", "deepseek-r1"),
        ("DeepSeek Chat V3 (0324)", "DeepSeek-V3 (Prompt)", "deepseek", "deepseek-v3"),
        ("deepseek-v3.1-terminus-thinking", "DeepSeek V3.1 Terminus", "deepseek", "deepseek-v3.1-terminus"),
        ("amazon.nova-micro-v1:0", "Amazon Nova Micro 1.0", "amazon", "nova-micro"),
        ("Mistral Small 3.1", "mistral-small-2503 (Prompt)", "mistral", "mistral-small-3.1"),
        ("Devstral (2512)", "devstral-2", "mistral", "devstral-2"),
        ("Mistral-Medium-2312 (FC)", "mistral-medium", "mistral", "mistral-medium"),
        ("Llama 4 Scout", "llama4-scout-instruct-basic", "meta", "llama-4-scout"),
        ("Llama 3.1 Instruct 70B", "Meta-Llama-3.1-70B-Instruct-fp8", "meta", "llama-3.1-70b"),
        ("llama-3.2-vision-90b-instruct", "Llama-3.2-90B-Vision-Instruct", "meta", "llama-3.2-90b"),
        ("qwen2.5-coder:14b-instruct-q8_0", "Qwen2.5-Coder (14B)", "alibaba", "qwen2.5-coder-14b"),
        ("Qwen Chat 14B", "Qwen-14B-Chat", "alibaba", "qwen-14b"),
        ("Qwen3-235B-A22B (Apr 2025)", "Qwen3 235B A22B 2507 (Reasoning)", "alibaba", "qwen3-235b-a22b"),
        ("NV-Llama2-70B-SteerLM", "llama2-70b-steerlm-chat", "nvidia", "llama2-70b-steerlm"),
        ("Arctic Instruct", "snowflake-arctic-instruct", "snowflake", "snowflake-arctic"),
        ("ppl-sonar-pro", "perplexity-sonar-pro-high", "perplexity", "sonar-pro"),
        ("chutes/GLM-4.6-FP8", "GLM-4.6 (Non-reasoning)", "zhipu-ai", "glm-4.6"),
        ("kimi-k2-0905-preview", "Moonshotai-Kimi-K2-Instruct (Prompt)", "moonshot-ai", "kimi-k2"),
        ("kimi-k2-thinking-turbo", "Kimi K2 Thinking", "moonshot-ai", "kimi-k2-thinking"),
        ("command-r-plus-08-2024", "Command R+ (04-2024)", "cohere", "command-r-plus"),
        ("doubao-seed-1.6-thinking", "Seed 1.6", "bytedance", "seed-1.6"),
        ("falcon-11b", "Falcon 2 11B", "tii", "falcon2-11b"),
        ("Grok 4", "grok-4-0709 (FC)", "xai", "grok-4"),
        ("Yi-1.5-34B-Chat-16K", "yi-1.5-34b", "01-ai", "yi-1.5-34b"),
        ("文心一言4.0(API)", "ERNIE 4.0", "baidu", "ernie-4.0"),
    ],
)
def test_one_model_is_one_under_two_spellings(one: str, other: str, developer: str, model: str) -> None:
    assert answer(one) == answer(other) == (developer, model)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Command R", "Command R+"),
        ("Command A", "Command A+"),
        ("OPT-1.3B", "opt-13b"),
        ("gpt-5-minimal", "gpt-5-mini"),
        ("gpt-5.5 (codex-harness)", "gpt-5.5-codex"),
        ("grok-4.20-beta1", "grok-4.2"),
        ("gpt-4-1106-preview", "gpt-4-0613"),
        ("kimi-k2-thinking", "kimi-k2-0711"),
        ("DeepSeek V3.1", "DeepSeek V3.1 Terminus"),
        ("DeepSeek V3.2", "DeepSeek V3.2 Exp"),
        ("DeepSeek-R1", "DeepSeek-R1-Distill-Qwen-32B"),
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-5.1-codex", "gpt-5.1-codex-max"),
        ("mistral-medium", "mistral-large"),
        ("qwen3-32b", "qwen3-30b-a3b"),
        ("qwen2.5-7b", "qwen2.5-vl-7b"),
        ("flux-2-max", "flux-2-pro"),
        ("krea-2-medium", "krea-2-large"),
        ("gpt-5.5", "gpt-5"),
        ("Mixtral-8x7B", "Mixtral-8x22B"),
    ],
)
def test_two_models_are_two_however_alike_they_sound(one: str, other: str) -> None:
    assert answer(one)[1] != answer(other)[1]


@pytest.mark.parametrize(
    ("name", "developer", "model", "variant"),
    [
        ("gpt-5-minimal", "openai", "gpt-5", "minimal"),
        ("gpt-5.5-xhigh (codex-harness)", "openai", "gpt-5.5", "xhigh harness=codex"),
        ("gpt-5.6-sol-max", "openai", "gpt-5.6-sol", "max"),
        ("glm-5.2-max", "zhipu-ai", "glm-5.2", "max"),
        ("kimi-k3-max", "moonshot-ai", "kimi-k3", "max"),
        ("krea-2-medium", "krea", "krea-2-medium", None),
        ("flux-2-max", "black-forest-labs", "flux-2-max", None),
        ("mistral-medium-2505", "mistral", "mistral-medium-3", None),
        ("grok-4.20-beta1", "xai", "grok-4.20", "beta1"),
        ("K2-V2 (high)", "mbzuai", "k2-v2", "high"),
        ("K2 Think V2", "mbzuai", "k2-think-v2", None),
        ("mercury-2", "inception-labs", "mercury-2", None),
        ("claude-opus-4-20250514 (32k thinking)", "anthropic", "claude-opus-4", "20250514 32k thinking"),
        ("o3-pro-2025-06-10-high", "openai", "o3-pro", "2025-06-10 high"),
    ],
)
def test_a_word_is_part_of_a_model_or_a_setting_as_its_maker_means_it(
    name: str, developer: str, model: str, variant: str | None
) -> None:
    found = REGISTRY.resolve(name)

    assert (found.developer, found.model, found.variant) == (developer, model, variant)


@pytest.mark.parametrize(
    "name", ["gpt-5-5-high", "qwen3-5-4b", "kimi-k2-6", "deepseek-v3-2", "llama-3-1-8b-instruct"]
)
def test_a_hyphen_for_the_dot_of_a_version_never_makes_it_the_version_before(name: str) -> None:
    before = {"gpt-5", "qwen3-4b", "kimi-k2", "deepseek-v3", "llama-3-8b"}

    assert REGISTRY.resolve(name).model not in before


# whose it is


@pytest.mark.parametrize(
    ("name", "developer", "base"),
    [
        ("DeepSeek-R1-Distill-Llama-70B", "deepseek", "Llama 3.3 70B"),
        ("INTELLECT-3", "prime-intellect", "GLM-4.5-Air"),
        ("Llama-3.1-Tulu-3-8B", "ai2", "Llama 3.1 8B"),
        ("Llama-3.1-Nemotron-70B-Instruct", "nvidia", "Llama 3.1 70B"),
        ("Openbuddy-Llama2-13b", "openbuddy", "Llama 2 13B"),
    ],
)
def test_a_fine_tune_is_of_who_trained_it_and_tells_its_base(name: str, developer: str, base: str) -> None:
    found = REGISTRY.resolve(name)

    assert found.developer == developer
    assert found.base
    assert found.base.casefold().replace("-", " ").startswith(base.casefold().replace("-", " ")[:7])


@pytest.mark.parametrize(
    "name", ["llama-2-13b-frobozz-chat", "qwen2.5-72b-zork", "mistral-7b-grue", "Gnusto-GPT-4"]
)
def test_a_word_that_nobody_knows_makes_a_fine_tune_of_somebody_unknown(name: str) -> None:
    assert REGISTRY.resolve(name) == UNKNOWN


@pytest.mark.parametrize(
    ("name", "developer", "model"),
    [
        ("chocolate (Early Grok-3)", "xai", "grok-3"),
        ("Quasar Alpha", "openai", "gpt-4.1"),
        ("optimus-alpha", "openai", "gpt-4.1"),
        ("claude-fudge-eap", "anthropic", "claude-opus-4-6"),
        ("nano-banana", "google", "gemini-2.5-flash-image"),
        ("sonoma-sky-alpha", "xai", "grok-4-fast"),
    ],
)
def test_a_code_name_that_became_known_is_its_model(name: str, developer: str, model: str) -> None:
    assert answer(name) == (developer, model)


@pytest.mark.parametrize(
    "name",
    [
        "nova",
        "ray",
        "orion",
        "elephant-alpha",
        "spark",
        "phantom-frobozz",
        "anonymous-0000",
        "k2",
        "mercury",
        "aria",
        "Max",
        "preview",
        "thinking",
        "2.0",
        "high",
        "32b",
        "gpt",
        "chat",
        "kangaroo",
        "photon",
        "step-2",
        "",
        "   ",
    ],
)
def test_a_name_that_only_sounds_familiar_is_unknown(name: str) -> None:
    assert REGISTRY.resolve(name) == UNKNOWN


def test_a_code_name_with_an_organization_has_its_developer() -> None:
    found = REGISTRY.resolve("frobozz-bear-v4", "alibaba")

    assert (found.developer, found.basis, found.family, found.model_basis) == (
        "alibaba",
        "organization text",
        None,
        "name",
    )


@pytest.mark.parametrize("organization", ["Stealth", "OpenRouter", "boss-bandit", "Frobozz Magic Company"])
def test_an_organization_that_nobody_knows_leaves_even_a_famous_name_unknown(organization: str) -> None:
    assert REGISTRY.resolve("claude-opus-4-6", organization) == UNKNOWN


def test_the_organization_decides_over_the_name() -> None:
    found = REGISTRY.resolve("Claude Opus 4.6 (high)", "moonshot")

    assert (found.developer, found.basis) == ("moonshot-ai", "organization text")
    assert (found.model, found.variant, found.model_basis) == ("claude-opus-4.6", "high", "name")


def test_a_name_of_an_organization_s_that_its_families_do_not_know_is_a_model_by_its_name() -> None:
    found = REGISTRY.resolve("Zork-9 Max (high)", "OpenAI")

    assert (found.model, found.variant, found.model_basis, found.family) == ("zork-9-max", "high", "name", None)


def test_an_organization_without_a_name_is_a_developer_and_no_model() -> None:
    found = REGISTRY.resolve("", "OpenAI")

    assert (found.developer, found.model, found.model_basis) == ("openai", None, None)


@pytest.mark.parametrize(
    ("name", "source", "developer"),
    [
        ("mercury", "lmarena/text", "inception-labs"),
        ("mercury", "lmarena-catalog", "inception-labs"),
        ("mercury", "epoch", None),
        ("Moonshot", "superclue", "moonshot-ai"),
        ("Moonshot", "lmarena", None),
    ],
)
def test_a_common_word_is_a_model_only_where_it_is_printed(name: str, source: str, developer: str | None) -> None:
    assert answer(name, source=source)[0] == developer


# systems and their parts


@pytest.mark.parametrize(
    ("name", "developer", "model", "makers"),
    [
        ("TRAE + Doubao-Seed-Code", "bytedance", "doubao-seed-code", ["bytedance"]),
        ("Bytedance MarsCode Agent + GPT 4o (2024-05-13)", "openai", "gpt-4o", ["bytedance"]),
        ("Frobozz Agent + claude-opus-4-5", "anthropic", "claude-opus-4-5", [None]),
        ("Claude Code + Kimi K2.5", "moonshot-ai", "kimi-k2.5", ["anthropic"]),
        ("Frobozz - Tools - Kimi K2 Instruct", "moonshot-ai", "kimi-k2", [None, None]),
        ("\uff34\uff32\uff21\uff25\u3000\uff0b\u3000GPT-5", "openai", "gpt-5", ["bytedance"]),
        ("OpenHands (claude-3-7-sonnet-20250219)", "anthropic", "claude-3-7-sonnet", ["all-hands"]),
        ("OpenHands\uff08claude-3-7-sonnet-20250219\uff09", "anthropic", "claude-3-7-sonnet", ["all-hands"]),
        ("[TRAE + GPT-5 \u2197](https://example.org/a)", "openai", "gpt-5", ["bytedance"]),
    ],
)
def test_a_system_is_of_the_developer_of_its_model_and_tells_the_agent_s_maker(
    name: str, developer: str, model: str, makers: list[str | None]
) -> None:
    found = REGISTRY.resolve(name)

    assert (found.developer, found.model) == (developer, model)
    assert [part.developer for part in found.parts if part.kind == "agent"] == makers


def test_the_parts_of_a_system_are_told_as_printed() -> None:
    assert REGISTRY.resolve("TRAE + GPT-5 (high)").parts == (
        Part("TRAE", "agent", None, "bytedance"),
        Part("GPT-5 (high)", "model", "gpt-5", "openai"),
    )


def test_a_plain_model_has_no_parts() -> None:
    assert REGISTRY.resolve("GPT-5 (high)").parts == ()
    assert REGISTRY.resolve("gpt-5", "OpenAI").parts == ()


def test_models_of_one_developer_are_joined_to_one() -> None:
    found = REGISTRY.resolve("o3 (high) + gpt-4.1")

    assert (found.developer, found.model, found.variant, found.family) == ("openai", "o3+gpt-4.1", None, None)
    assert [part.model for part in found.parts] == ["o3", "gpt-4.1"]


def test_one_model_twice_is_that_model() -> None:
    found = REGISTRY.resolve("gpt-5 (high) + gpt-5 (low)")

    assert (found.developer, found.model, found.family) == ("openai", "gpt-5", "gpt")


def test_a_system_with_an_organization_is_of_that_organization_s_model() -> None:
    found = REGISTRY.resolve("Frobozz + Seed-1.6", "ByteDance")

    assert (found.developer, found.model, found.basis) == ("bytedance", "seed-1.6", "organization text")
    assert [part.kind for part in found.parts] == ["agent", "model"]


@pytest.mark.parametrize(
    "name",
    [
        "DeepSeek R1 + claude-3-5-sonnet-20241022",
        "Frobozz + GPT 4o & Claude 3 Opus",
        "Frobozz (GPT-5 and claude-opus-4-5)",
        "[DeepSeek R1 + claude-3-5-sonnet](https://example.org)",
    ],
)
def test_models_of_two_developers_are_of_no_developer(name: str) -> None:
    found = REGISTRY.resolve(name)

    assert (found.developer, found.basis, found.family, found.variant) == (None, None, None, None)


def test_parts_that_disagree_are_told_apart() -> None:
    found = REGISTRY.resolve("DeepSeek R1 + claude-3-5-sonnet-20241022")

    assert [(part.kind, part.model, part.developer) for part in found.parts] == [
        ("model", "deepseek-r1", "deepseek"),
        ("model", "claude-3-5-sonnet", "anthropic"),
    ]
    assert REGISTRY.open_on(DAY, found.developer, found.model, found.family, found.license_open) == (None, None)


@pytest.mark.parametrize("name", ["Claude Code", "TRAE", "TRAE (2026-01-01)"])
def test_an_agent_without_a_model_has_its_maker_and_no_developer(name: str) -> None:
    found = REGISTRY.resolve(name)

    assert (found.developer, found.model) == (None, None)
    assert [part.kind for part in found.parts] == ["agent"]
    assert found.parts[0].developer


def test_an_agent_that_nobody_knows_without_a_model_is_unknown() -> None:
    assert REGISTRY.resolve("Frobozz Agent (2026-01-01)") == UNKNOWN
    assert REGISTRY.resolve("Frobozz 7B (Llama 3 8B)").developer is None  # it may have been made from that
    assert REGISTRY.resolve("Frobozz + Gnusto").developer is None


# open weights


@pytest.mark.parametrize(
    ("day", "name", "value"),
    [
        (date(2026, 7, 26), "kimi-k3", False),
        (date(2026, 7, 27), "kimi-k3", True),
        (date(2026, 7, 27), "Kimi K3 (max)", True),
        (date(2025, 8, 22), "grok-2", False),
        (date(2025, 8, 23), "grok-2", True),
        (DAY, "grok-4", False),
        (DAY, "Open-Mixtral-8x22B (FC)", True),
        (DAY, "FLUX-1-Kontext-Dev", True),
        (DAY, "FLUX.1 [pro]", False),
        (DAY, "qwen-max-0919", False),
        (DAY, "qwen2.5-72b-instruct", True),
        (DAY, "Command R+", True),
        (DAY, "claude-2.1", False),
        (DAY, "gpt-oss-120b", True),
        (DAY, "gpt-5", False),
        (DAY, "codestral-2501", False),
        (DAY, "DeepSeek-R1-Distill-Llama-70B", True),
    ],
)
def test_weights_are_open_as_of_a_day(day: date, name: str, value: bool) -> None:
    assert open_on(day, name) == (value, "listed")


@pytest.mark.parametrize(
    ("name", "organization", "license_text"),
    [("Open-Mixtral-8x7b", "Mistral", "Proprietary"), ("FLUX-1-Kontext-Dev", "bfl", "Proprietary")],
)
def test_what_is_listed_goes_before_what_the_license_says(name: str, organization: str, license_text: str) -> None:
    assert open_on(DAY, name, organization, license_text) == (True, "listed")


def test_the_license_tells_where_nothing_is_listed() -> None:
    assert open_on(DAY, "zork-9", "OpenAI", "Apache 2.0") == (True, "license")
    assert open_on(DAY, "zork-9", "OpenAI", "Proprietary") == (False, "license")
    assert open_on(DAY, "zork-9", "OpenAI", "see website") == (None, None)
    assert open_on(DAY, "zork-9", "Stealth", "Apache 2.0") == (True, "license")


def weights(
    value: bool, models: str | None = None, since: date | None = None, until: date | None = None
) -> OpenWeights:
    return OpenWeights(value, models, since, until, "https://frobozz.example")


def frobozz(*family: OpenWeights, model: tuple[OpenWeights, ...] = ()) -> Registry:
    """Build a registry of one developer with a family of which one model is listed too."""
    families = (Family("zork", r"zork-\d", ("zork-1",), open_weights=family),)
    models = (Model("zork-2", ("zork-2",), "zork", open_weights=model),)
    return Registry({"frobozz": Developer("frobozz", "Frobozz", None, (), (), (), None, families, models)})


def told(registry: Registry, model: str, day: date = DAY) -> bool | None:
    found = registry.resolve(model)
    return registry.open_on(day, found.developer, found.model, found.family, found.license_open)[0]


def test_what_is_listed_of_a_model_goes_before_what_its_family_says() -> None:
    registry = frobozz(weights(False), model=(weights(True),))

    assert told(registry, "zork-2") is True
    assert told(registry, "zork-1") is False


def test_a_listed_model_that_says_nothing_has_what_its_family_says() -> None:
    assert told(frobozz(weights(False)), "zork-2") is False


def test_of_a_family_the_first_that_fits_the_whole_key_counts() -> None:
    registry = frobozz(weights(True, "zork-[12]"), weights(True, "zork"), weights(False))

    assert [told(registry, f"zork-{number}") for number in (1, 2, 3)] == [True, True, False]


def test_no_two_facts_hold_on_one_day() -> None:
    june, july, august = (date(2026, month, 1) for month in (6, 7, 8))
    registry = frobozz(
        weights(False, until=june),
        weights(True, since=june, until=august),
        weights(False, since=july),
        weights(False, since=august),
    )

    facts = registry.facts_of("frobozz", "zork-1", "zork")

    assert [(fact.value, fact.since) for fact in facts] == [(False, None), (True, june), (False, august)]
    for day in (date(2026, 5, 31), june, july, date(2026, 7, 31), august):
        assert sum(fact.holds_on(day) for fact in facts) == 1


def test_no_two_facts_of_a_packaged_model_hold_on_one_day() -> None:
    for developer in REGISTRY.developers.values():
        keys = {(model.key, model.family) for model in developer.models}
        keys |= {
            (REGISTRY.resolve(name, developer.key).model, family.name)
            for family in developer.families
            for name in family.examples
        }
        for key, family_name in keys:
            facts = REGISTRY.facts_of(developer.key, key or "", family_name)
            for day in {day for fact in facts for day in (fact.since, fact.until) if day}:
                assert sum(fact.holds_on(day) for fact in facts) <= 1, (developer.key, key, day)


def test_weights_of_what_is_nobody_s_are_unknown() -> None:
    assert REGISTRY.open_on(DAY, None, "gpt-5", "gpt", None) == (None, None)
    assert REGISTRY.open_on(DAY, "openai", None, None, None) == (None, None)
