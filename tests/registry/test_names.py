"""Names as boards print them: taken apart, and the same however they are written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.registry import Registry, load_registry
from topspot.registry.names import bracketed, filled, parts_of, plain_model, words_of
from topspot.registry.resolve import UNKNOWN
from topspot.registry.values import Developer, Family, Model

REGISTRY = load_registry()

PRINTED = sorted(
    {
        (name, developer.key, (source,))
        for developer in REGISTRY.developers.values()
        for names, source in [
            *((family.examples, "") for family in developer.families),
            *((model.names, next(iter(model.sources), "")) for model in developer.models),
        ]
        for name in names
    }
)
"""Every name that a packaged file has, whose it is, and a source where it means that."""

printed = st.sampled_from(PRINTED)


def made_up(
    key: str, *families: Family, models: tuple[Model, ...] = (), agents: tuple[str, ...] = ()
) -> Developer:
    return Developer(key, key, None, (), (), (), None, families, models, agents)


ZORK = Registry(
    {
        "frobozz": made_up(
            "frobozz",
            Family(
                "zork", r"zork-?(?P<version>\d(\.\d)?)(-(?P<line>mini))?", (), "zork-{version}-{line}", "vivid"
            ),
            Family("zork-edit", r"zork-edit-\d", ()),
            models=(
                Model("zork-2-mini", ("Little Zork", "grue-2401")),
                Model("zork-0", ("Zork",), sources=("lmarena",)),
            ),
        ),
        "gnusto": made_up("gnusto", Family("rezrov", r"rezrov-\d+|zork-3-gnusto", ())),
    }
)
"""Two developers that there are not."""


def model(name: str, source: str = "") -> tuple[str | None, str | None]:
    found = ZORK.resolve(name, source=source)
    return found.model, found.variant


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def meaning(name: str, organization: str, source: str) -> tuple[str | None, ...]:
    found = REGISTRY.resolve(name, organization, source=source)
    return found.developer, found.model, found.family


# taken apart


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Claude 3.5 Sonnet (June '24)", ["claude", "3.5", "sonnet", "june", "24"]),
        ("amazon.nova-lite-v1:0", ["amazon", "nova", "lite", "v1", "0"]),
        ("Command R+", ["command", "r+"]),
        ("GPT\u20115\u2011Codex", ["gpt", "5", "codex"]),
        ("\uff27\uff30\uff34\uff0d\uff15\uff0e\uff11", ["gpt", "5.1"]),
        ("[Zork-6B \u2197](https://example.org/zork-6b)", ["zork", "6b"]),
        ("<b>Zork</b>&nbsp;2 *new* `fp8`", ["zork", "2", "new", "fp8"]),
        ("\U0001f947 Zork 2 \u2b50\ufe0f".replace("\u2b50", "\u2600"), ["zork", "2"]),
        ("zork\u200b-2", ["zork", "2"]),
        ("云雀大模型(豆包)", ["云雀大模型", "豆包"]),
        ("FLUX1.1 [pro]", ["flux1.1", "pro"]),
        ("chutes/GLM-4.5-FP8", ["glm", "4.5", "fp8"]),
        ("accounts/fireworks/models/kimi-k2", ["kimi", "k2"]),
        ("ollama", ["ollama"]),
        ("gpt-5.5 (codex-harness)", ["gpt", "5.5", "harness=codex"]),
        ("", []),
        (" -/:. ", []),
    ],
)
def test_a_name_is_taken_apart_into_words(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_a_plus_and_a_dot_between_digits_are_part_of_a_word() -> None:
    assert words_of("Command R") != words_of("Command R+")
    assert words_of("OPT-1.3B") != words_of("opt-13b")
    assert words_of("zork.2") == words_of("zork 2") == words_of("zork_2")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a + b", ["a", "b"]),
        ("a - b - c", ["a", "b", "c"]),
        ("a & b", ["a", "b"]),
        ("a and b", ["a", "b"]),
        ("a \uff0b b", ["a", "b"]),
        ("c (a + b)", ["c (a + b)"]),
        ("Command R+", ["Command R+"]),
        ("Rand-2", ["Rand-2"]),
        ("", [""]),
    ],
)
def test_a_name_may_join_several_but_not_in_brackets(name: str, parts: list[str]) -> None:
    assert [part.strip() for part in parts_of(name)] == parts


def test_what_stands_in_brackets_is_looked_at_but_no_address() -> None:
    assert bracketed("Coder (Zork 2) (2026)") == ["Zork 2", "2026"]
    assert bracketed("Coder\uff08Zork 2\uff09") == ["Zork 2"]
    assert bracketed("[Zork](https://example.org)") == []


@pytest.mark.parametrize(
    ("name", "model", "variant"),
    [
        ("Zork 2 (high)", "zork-2", "high"),
        ("zork-2-medium-20260101-preview", "zork-2", "medium 20260101 preview"),
        ("zork-image-max", "zork-image-max", None),
        ("Preview", "preview", None),
        ("", "", None),
    ],
)
def test_a_name_of_which_nothing_is_declared_is_its_words_but_for_what_always_makes_a_variant(
    name: str, model: str, variant: str | None
) -> None:
    assert plain_model(name) == (model, variant)


# found among what is declared


@pytest.mark.parametrize(
    ("name", "model_and_variant"),
    [
        ("zork-2", ("zork-2", None)),
        ("ZORK 2", ("zork-2", None)),
        ("Zork2", ("zork-2", None)),
        ("Zork_2 (high, 2026-01-02)", ("zork-2", "high 2026-01-02")),
        ("zork-2.5-mini", ("zork-2.5-mini", None)),
        ("ollama/zork-2:8b-q4_K_M", ("zork-2-8b", "q4 k m")),
        ("Zork 2 70B A7B Instruct", ("zork-2-70b-a7b", "instruct")),
        ("zork-2-8x7b", ("zork-2-8x7b", None)),
        ("zork 2 vivid thinking 32k", ("zork-2", "vivid thinking 32k")),
        ("zork-edit-2", ("zork-edit-2", None)),
        ("zork-edit-2-vivid", (None, None)),
        ("zork-2-blue", (None, None)),
        ("blue zork-2", (None, None)),
        ("zork", (None, None)),
        ("high", (None, None)),
    ],
)
def test_a_family_knows_its_models_and_what_makes_a_variant_and_nothing_else(
    name: str, model_and_variant: tuple[str | None, str | None]
) -> None:
    assert model(name) == model_and_variant


@pytest.mark.parametrize("name", ["Little Zork", "littlezork", "LITTLE-ZORK", "grue-2401", "Grue 2401"])
def test_a_listed_name_is_its_model_however_it_is_written(name: str) -> None:
    found = ZORK.resolve(name)

    assert (found.model, found.developer, found.basis, found.family) == ("zork-2-mini", "frobozz", "listed", None)


def test_a_dot_and_a_hyphen_between_the_digits_of_a_listed_name_are_one_but_not_nothing() -> None:
    listed = Registry({"frobozz": made_up("frobozz", models=(Model("grue-3.5", ("Grue 3.5",)),))})

    assert listed.resolve("grue-3-5").model == listed.resolve("GRUE3.5").model == "grue-3.5"
    assert listed.resolve("grue-35") == listed.resolve("Grue 3") == UNKNOWN


def test_a_listed_name_goes_before_a_family_that_takes_as_many_words() -> None:
    listed = Registry(
        {"frobozz": made_up("frobozz", Family("zork", r"zork-\d", ()), models=(Model("zork-ii", ("zork-2",)),))}
    )

    assert listed.resolve("zork-2 (high)")[:3] == ("zork-ii", None, "high")
    assert listed.resolve("zork-3 (high)")[:3] == ("zork-3", "zork", "high")


def test_who_takes_most_words_decides_between_developers() -> None:
    assert ZORK.resolve("zork-3-gnusto").developer == "gnusto"
    assert ZORK.resolve("zork-3").developer == "frobozz"


def test_a_name_that_two_know_equally_well_is_nobody_s() -> None:
    both = Registry(
        {key: made_up(key, Family("zork", r"zork-\d", ())) for key in ("frobozz", "gnusto")},
    )

    assert both.resolve("zork-2").developer is None
    assert both.resolve("zork-2", "gnusto").developer == "gnusto"
    assert both.names.owners_of("zork-2") == {"frobozz", "gnusto"}


def test_a_name_bound_to_a_source_means_nothing_elsewhere() -> None:
    assert model("Zork", "lmarena") == model("Zork", "lmarena/webdev") == ("zork-0", None)
    assert model("Zork") == model("Zork", "epoch") == model("Zork", "lmarena-page") == (None, None)


@pytest.mark.parametrize(
    ("template", "key"),
    [("a-{x:-}-{y}", "a-3-5-mini"), ("a-{x:.}", "a-3.5"), ("{x}", "3.5"), ("a{none}", "a"), ("a", "a")],
)
def test_a_template_of_a_key_makes_dots_and_hyphens_one(template: str, key: str) -> None:
    assert filled(template, {"x": "3.5", "y": "mini", "none": None}) == key


@pytest.mark.parametrize("template", ["{z}", "{}", "{0}", "{", "{x[9]}"])
def test_a_template_that_asks_for_something_else_is_an_error(template: str) -> None:
    with pytest.raises((KeyError, ValueError, IndexError)):
        filled(template, {"x": ""})


# as they come


@pytest.mark.parametrize(
    ("name", "developer", "model"),
    [
        ("\U0001f947 GPT\u20115\u2011Codex", "openai", "gpt-5-codex"),
        ("gpt-5.6-sol-xhigh (codex-harness)", "openai", "gpt-5.6-sol"),
        ("gpt\u20115.6\u2011sol\u2011xhigh (codex\u2011harness)", "openai", "gpt-5.6-sol"),
        ("GPT-5.6 Sol xhigh (Codex Harness)", "openai", "gpt-5.6-sol"),
        ("gpt-5.5_high_codex-harness", "openai", "gpt-5.5"),
        ("gemma2:2b-instruct-fp16", "google", "gemma-2-2b"),
        ("[ChatGLM3-6B \u2197](https://example.org/chatglm3)", "zhipu-ai", "chatglm3-6b"),
        ("[FLUX1.1 [pro]](https://example.org/flux)", "black-forest-labs", "flux-1.1-pro"),
        ("豆包", "bytedance", "doubao"),
        ("通义千问2.0\uff08网页\uff09", "alibaba", "tongyi-qianwen-2.0"),
        ("文心一言4.0(API)", "baidu", "ernie-4.0"),
        ("chutes/DeepSeek-V3.1-FP8", "deepseek", "deepseek-v3.1"),
        ("openrouter/z-ai/glm-4.6", "zhipu-ai", "glm-4.6"),
        ("<i>Claude Opus 4.6</i>&nbsp;(Adaptive Reasoning, Max Effort)", "anthropic", "claude-opus-4-6"),
        ("Claude Fable 5 (Adaptive Reasoning, Max Effort, Opus 4.8 Fallback)", "anthropic", "claude-fable-5"),
        ("**Llama-3.3-70B-Instruct** (bf16)", "meta", "llama-3.3-70b"),
        ("FLUX.1 [dev] (fp8)", "black-forest-labs", "flux-1-dev"),
        ("qwen2.5-coder:14b-instruct-q4_K_M", "alibaba", "qwen2.5-coder-14b"),
        ("\uff43\uff4f\uff4d\uff4d\uff41\uff4e\uff44\u3000\uff32\uff0b", "cohere", "command-r-plus"),
    ],
)
def test_a_decorated_name_is_its_model(name: str, developer: str, model: str) -> None:
    found = REGISTRY.resolve(name)

    assert (found.developer, found.model) == (developer, model)


# a word inside brackets or beside a joint stays where it is: those mean something
_BETWEEN_WORDS = re.compile(r"(?<=\w)[ -](?=\w)")

separators = st.sampled_from(["-", " ", "_", "  ", "\u2010", "\u2011", "\u2013", "\u3000", "\u00a0", "--"])

cases = st.sampled_from([str.upper, str.lower, str.title, full_width, lambda text: text])


@given(printed, cases, separators)
def test_case_width_and_separators_make_no_other_model(known, case, separator) -> None:
    name, developer, (source,) = known

    for organization in ("", developer):
        written = case(_BETWEEN_WORDS.sub(lambda _: separator, name))
        assert meaning(written, organization, source) == meaning(name, organization, source)


dressings = st.sampled_from(
    [
        "[{} \u2197](https://example.org/a-b)",
        "<b>{}</b>",
        "{} \U0001f3c6",
        "\u200b{}",
        "*{}*",
        "{}&nbsp;",
        "openrouter/{}",
        "ollama/{}",
        " {} ",
    ]
)


@given(printed, dressings)
def test_what_a_page_puts_around_a_name_makes_no_other_model(known, dressing) -> None:
    name, developer, (source,) = known

    assert meaning(dressing.format(name), "", source) == meaning(name, "", source)
    assert meaning(dressing.format(name), developer, source) == meaning(name, developer, source)


variants = st.lists(
    st.sampled_from(["(high)", "20260203", "fp8", "(FC)", "awq", "(thinking)", "32k", "latest", "Instruct"]),
    max_size=3,
)


@given(printed, variants)
def test_resolving_what_was_resolved_gives_the_same(known, words) -> None:
    name, developer, (source,) = known
    first = REGISTRY.resolve(" ".join([name, *words]), developer, source=source)

    again = REGISTRY.resolve(first.model or "", developer, source=source)

    assert first.model
    assert (again.model, again.developer) == (first.model, developer)


@pytest.mark.parametrize("developer", REGISTRY.developers.values(), ids=lambda developer: developer.key)
def test_every_name_of_a_packaged_file_has_a_model_that_is_its_own_name(developer: Developer) -> None:
    for name, key, (source,) in PRINTED:
        if key == developer.key:
            found = REGISTRY.resolve(name, key, source=source)
            assert found.model, name
            assert REGISTRY.resolve(found.model, key).model == found.model, name
            assert REGISTRY.names.owners_of(name) == {key}, name


@given(printed.filter(lambda known: "(" not in known[0]))
def test_a_word_that_nobody_knows_makes_it_somebody_s_fine_tune(known) -> None:
    name, _, (source,) = known

    assert REGISTRY.resolve(f"{name}-frobozzed", source=source).developer is None


texts = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [*(word for name, _, _ in PRINTED for word in words_of(name)), "+", "&", "(", ")", "[", "]("]
        )
    ).map(" ".join),
)


@given(texts, st.sampled_from(["", "OpenAI", "Stealth"]), st.sampled_from(["", "lmarena/text", "epoch"]))
def test_any_text_has_an_answer_and_always_the_same(text, organization, source) -> None:
    found = REGISTRY.resolve(text, organization, source=source)

    assert found == REGISTRY.resolve(text, organization, source=source)
    assert found.developer in {None, *REGISTRY.developers}
    assert (found.basis is None) == (found.developer is None)
    assert (found.model_basis is None) == (found.model is None)


@given(texts)
def test_taking_apart_never_leaves_a_mark_or_an_empty_word(text) -> None:
    for word in words_of(text):
        assert word
        assert word == word.casefold()
        assert not re.search(r"[\s_/,;()\[\]{}]", word)
