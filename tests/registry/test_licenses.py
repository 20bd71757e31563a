"""What a license text says of a model's weights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topspot.registry.licenses import open_by_license


@pytest.mark.parametrize(
    "text",
    [
        "Apache 2.0",
        "apache-2.0",
        "MIT",
        "Modified MIT",
        "BSD-3-Clause",
        "CC-BY-NC-4.0",
        "CC-BY-NC-SA-4.0",
        "Llama 3.1 Community",
        "Llama 2 Community License",
        "Gemma license",
        "DeepSeek License",
        "Qwen",
        "tongyi-qianwen",
        "Falcon-180B TII License",
        "Non-commercial",
        "NonCommercial research",
        "Mistral Research",
        "MRL",
        "Open weights",
        "AI2 ImpACT Low-risk",
        "Yi License",
        "Nvidia Open Model",
        "OpenMDW-1.1",
    ],
)
def test_weights_that_anybody_may_have_are_open_under_whatever_license(text: str) -> None:
    assert open_by_license(text) is (None if text == "MRL" else True)


@pytest.mark.parametrize("text", ["Proprietary", "PROPRIETARY", "proprietary license", "Closed", "Commercial API"])
def test_weights_that_are_kept_are_closed(text: str) -> None:
    assert open_by_license(text) is False


@pytest.mark.parametrize(
    "text", ["", "-", "see website", "Commit to it", "Emit", "accept", "United States of America"]
)
def test_a_text_that_does_not_say_leaves_it_unknown(text: str) -> None:
    assert open_by_license(text) is None


def test_a_text_that_says_both_is_closed() -> None:
    assert open_by_license("Proprietary (formerly Apache 2.0)") is False


@given(st.text(max_size=80))
def test_any_text_has_an_answer_whatever_its_case(text: str) -> None:
    assert open_by_license(text) in (True, False, None)
    assert open_by_license("Proprietary " + text) is False
