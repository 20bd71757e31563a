"""Headlines that tell of a new model, and those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.domain.releases import tells_a_release

TOLD = [
    "Moonshot AI releases Kimi K3", "Introducing Kimi K3", "Kimi K3 launched for everybody", "Meet Kimi K3",
    "OpenAI unveils GPT-6", "Qwen4 is now available", "Announcing Gemini 4", "Google rolls out Gemini 4",
    "Meta open-sources a model", "Meta is open sourcing Llama 5", "LAUNCHING TODAY: Grok 5", "Kimi K3 debuts",
    "Mistral ships a small model", "General availability of Nova 3", "月之暗面发布 Kimi K3", "Qwen4正式开源",
    "豆包新模型上线", "谷歌推出新模型", "智谱新模型亮相", "百度發布新模型", "新模型問世", "新模型问世",
]  # fmt: skip

NOT_TOLD = [
    "", "Kimi K3", "What we think of Kimi K3", "How to run Kimi K3 at home", "OpenAI opens an office in Seoul",
    "Moonshot AI raises money", "A meeting of two laboratories", "Membership of a club", "Kimi K3 登顶 WebDev",
    "A relationship of two models", "Spaceship simulators compared",
]  # fmt: skip

NOT_YET = [
    "OpenAI delays the release of GPT-6", "GPT-6 launch postponed", "Meta won't release Llama 5",
    "Launch of Gemini 4 cancelled", "Launch of Gemini 4 canceled", "Rumor: xAI launches Grok 6",
    "Rumour has it that Qwen4 is released", "GPT-6 is not released in Europe", "GPT-6 is not yet released", "Llama 5 launch rumored", "DeepSeek 推迟发布新模型",
    "新模型发布跳票", "传闻谷歌发布新模型", "傳聞谷歌推出新模型",
]  # fmt: skip


@pytest.mark.parametrize("title", TOLD)
def test_a_headline_that_something_comes_out_tells_a_release(title: str) -> None:
    assert tells_a_release(title)


@pytest.mark.parametrize("title", NOT_TOLD)
def test_another_headline_tells_none(title: str) -> None:
    assert not tells_a_release(title)


@pytest.mark.parametrize("title", NOT_YET)
def test_what_does_not_come_out_yet_is_no_release(title: str) -> None:
    assert not tells_a_release(title)


@pytest.mark.parametrize("title", TOLD)
def test_capitals_make_no_difference(title: str) -> None:
    assert tells_a_release(title.upper())
    assert tells_a_release(title.lower())


@given(st.text(max_size=200))
def test_one_word_of_doubt_is_enough_in_any_text(text: str) -> None:
    assert not tells_a_release(f"Moonshot AI releases Kimi K3 {text} delayed")
