"""Models, developers, countries and boards as running text names them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topspot.registry import load_registry
from topspot.registry.mentions import Mentions, folded

REGISTRY = load_registry()

MENTIONS = Mentions(REGISTRY)

BOARDS = {"LMArena": "lmarena/text?", "Arena": "lmarena/text?", "Code Arena": "lmarena/webdev"}


def named(text: str, kind: str = "model") -> list[str]:
    return [each.key for each in MENTIONS.find(text, BOARDS) if each.kind == kind]


def written(text: str) -> list[str]:
    return [each.text for each in MENTIONS.find(text, BOARDS)]


WIDE = "".join(chr(ord(char) + 0xFEE0) if char != "-" else "\uff0d" for char in "GPT-5.4")


@pytest.mark.parametrize("text", ["GPT-5.4", "GPT5.4", "GPT 5.4", "gpt-5.4", "GPT\u20115.4", WIDE])
def test_a_model_is_the_same_however_it_is_written(text: str) -> None:
    (mention,) = MENTIONS.find(f"We saw {text} today.")

    assert (mention.text, mention.kind, mention.owner) == (text, "model", "openai")
    assert mention.key == named("GPT-5.4")[0]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("豆包2.0", "seed-2.0"),
        ("豆包 1.6", "seed-1.6"),
        ("豆包1.5-pro", "doubao-1.5-pro"),
        ("星火X1", "spark-x1"),
        ("百川4", "baichuan4"),
        ("万相 2.6", "wan2.6"),
    ],
)
def test_a_version_behind_a_chinese_name_is_that_of_a_model(text: str, key: str) -> None:
    assert named(f"在 LMArena 上,{text} 排名第六。") == [key]


def test_a_version_that_nobody_listed_is_not_taken_for_its_developer() -> None:
    assert named("天工4.0 在 LMArena 上排名第六。", "developer") == []
    assert named("天工在 LMArena 上排名第六。", "developer") == ["skywork"]
    assert named("百度4.5分之差落后。", "developer") == ["baidu"]


@pytest.mark.parametrize("text", ["以1,360分登顶", "以1 360分登顶", "以1360分登顶"])
def test_a_part_of_a_number_is_no_developer(text: str) -> None:
    assert named(text, "developer") == []
    assert named("360登顶", "developer") == ["qihoo-360"]


def test_a_number_of_points_is_no_part_of_the_name_before_it() -> None:
    assert written("gemini-2.0-flash-thinking-exp-01-21 66.92") == ["gemini-2.0-flash-thinking-exp-01-21"]


def test_a_generation_is_a_model_of_its_own_where_no_single_one_has_that_name() -> None:
    (mention,) = MENTIONS.find("It beat Claude4.5 by far.")

    assert (mention.text, mention.key, mention.owner) == ("Claude4.5", "claude-4.5", "anthropic")


def test_a_model_that_nobody_listed_is_found_by_its_family() -> None:
    assert written("Qwen3.9-Max-Preview is out") == ["Qwen3.9-Max-Preview"]
    assert MENTIONS.find("Qwen3.9-Max-Preview is out")[0].owner == "alibaba"


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("Claude Opus 4.6 thinking is out", "thinking"),
        ("GLM-5.2 (Max) is out", "max"),
        ("GPT-5.5（xhigh）is out", "xhigh"),
    ],
)
def test_the_rest_of_a_name_is_its_variant(text: str, variant: str) -> None:
    assert MENTIONS.find(text)[0].variant == variant


@pytest.mark.parametrize(
    "text", ["GPT-5 (1,406) leads", "GPT-5 new record", "GPT-5 may lead", "GPT-5 1437 points", "GPT-5登顶"]
)
def test_what_belongs_to_the_sentence_is_no_part_of_a_name(text: str) -> None:
    assert written(text) == ["GPT-5"]


@pytest.mark.parametrize(
    ("text", "developer"),
    [
        ("智谱发布新模型", "zhipu-ai"),
        ("月之暗面发布新模型", "moonshot-ai"),
        ("Yuedao Dark Face is a lab", "moonshot-ai"),
        ("騰訊發布新模型", "tencent"),
        ("A lab of Meta says so", "meta"),
    ],
)
def test_developers_are_found_in_both_languages(text: str, developer: str) -> None:
    assert named(text, "developer") == [developer]


@pytest.mark.parametrize(
    "text", ["通义千问3-Max登顶", "豆包大模型1.6登顶", "文心大模型5.0登顶", "混元图像3.0登顶"]
)
def test_chinese_product_names_are_models(text: str) -> None:
    assert [each.kind for each in MENTIONS.find(text)] == ["model"]
    assert written(text) == [text.removesuffix("登顶")]


@pytest.mark.parametrize(
    "text",
    [
        "Gemini is a sign of the zodiac.",
        "He planted a seed and took command of the step.",
        "The nova shone over Orion like a ray.",
        "a meta analysis of flux and solar data",
        "xGPT-5y and claudette",
        "",
    ],
)
def test_words_of_other_meanings_are_no_models(text: str) -> None:
    assert MENTIONS.find(text) == []


def test_an_ambiguous_name_counts_beside_its_maker_a_board_or_another_model() -> None:
    assert written("Google says that Gemma leads.") == ["Google", "Gemma"]
    assert written("Gemma leads the Arena.") == ["Gemma", "Arena"]
    assert written("Gemma leads the choir.") == []


@pytest.mark.parametrize(
    ("text", "key"),
    [("Qwen3 came out, the Max version later.", "qwen3-max"), ("Qwen3系列中,Max版最强。", "qwen3-max")],
)
def test_a_tier_alone_is_of_the_model_named_last(text: str, key: str) -> None:
    assert named(text)[-1] == key


def test_a_tier_alone_is_nothing_where_no_model_was_named() -> None:
    assert MENTIONS.find("The Max version came out.") == []


@pytest.mark.parametrize(
    ("text", "rest"), [("腾讯混元图像3.0登顶", "混元图像3.0"), ("百度文心大模型5.0登顶", "百度文心大模型5.0")]
)
def test_a_maker_s_name_does_not_cut_its_model_s(text: str, rest: str) -> None:
    assert rest in written(text)


def test_countries_are_found_by_name_and_adjective() -> None:
    assert named("China and French labs, 国产模型", "country") == ["CN", "FR", "CN"]


def test_the_longest_name_of_a_board_wins_and_its_words_are_no_models() -> None:
    assert named("It leads Code Arena, LMArena and the arena of sport.", "board") == [
        "lmarena/webdev",
        "lmarena/text?",
    ]


def test_every_family_is_found_in_a_sentence_by_one_of_its_examples() -> None:
    missed = [
        family.name
        for each in REGISTRY.developers.values()
        for family in each.families
        if not any(MENTIONS.find(f"The {name} model") for name in family.examples)
    ]

    assert missed == []


@settings(max_examples=100)
@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(["GPT-5", "Claude", " ", "4.5", "智谱", "(", ")", "-", "Arena"])).map("".join)
)
def test_mentions_lie_within_the_text_in_order_and_apart(text: str) -> None:
    found = MENTIONS.find(text, BOARDS)

    assert len(folded(text)) == len(text)
    assert found == MENTIONS.find(text, BOARDS)
    assert all(text[each.start : each.end] == each.text != "" for each in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_a_long_text_has_as_many_names_as_its_sentences() -> None:
    text = "GLM-5 beats GPT-5 on LMArena, says Baidu. Nothing else happened in the market today. " * 500

    assert len(MENTIONS.find(text, BOARDS)) == 500 * 4


def test_traditional_characters_are_read_as_simplified_ones_of_the_same_length() -> None:
    assert folded("豐富的訓練數據與優異的任務表現") == "丰富的训练数据与优异的任务表现"
    assert named("通義千問、騰訊混元、豆包") == named("通义千问、腾讯混元、豆包")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Llama 4 is out, says Meta", ["llama-4"]),
        ("Llama 4重测排名", ["llama-4"]),
        ("We use Claude 4 for it", ["claude-4"]),
        ("Anthropic asked Claude 3 times", ["claude"]),
        ("Anthropic 的 Claude 10 次答对", ["claude"]),
        ("Llama 4 and GPT-5 are level, says Meta", ["llama-4", "gpt-5"]),
    ],
)
def test_a_number_behind_a_family_is_a_generation_unless_it_counts_something(
    text: str, expected: list[str]
) -> None:
    assert named(text) == expected
