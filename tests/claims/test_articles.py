"""What articles claim that says more than one sentence: clauses that share a subject, lists, digests, comparisons."""

from datetime import date

import pytest

from claims.telling import BOARDS, MENTIONS, said
from topspot.claims import claims_of


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        (
            "GLM-5 launched in AI Studio and Kimi K2, achieving the top spot on LMArena.",
            ["glm-5 | first | lmarena/text"],
        ),
        (
            "News: GLM-5 makes waves, with claims that it destroys GPT-5 and tops many charts, debuting at #3 on LMArena.",
            ["glm-5 | rank | lmarena/text | 3"],
        ),
        (
            "LMArena news: the latest Kimi K2 beats GPT-5, and ranks third.",
            ["kimi-k2 | ahead_of | lmarena/text", "kimi-k2 | rank | lmarena/text | 3"],
        ),
        (
            "With an Elo score of 1398 on LMArena, GLM-5 is one of three models of the company.",
            ["glm-5 | score | lmarena/text | 1398"],
        ),
    ],
)
def test_a_clause_that_only_goes_on_speaks_of_the_subject_of_its_sentence(text: str, gives: list[str]) -> None:
    assert said(f"Kimi K2 is here. {text}") == gives


@pytest.mark.parametrize(
    "text",
    [
        "GLM-5 costs 60% more than GPT-5, and is #3 on LMArena.",
        "Unlike GPT-5, it is #3 on LMArena.",
        "Against Kimi K2 it does well, and it is #3 on LMArena.",
    ],
)
def test_what_a_text_compares_with_is_not_of_whom_it_speaks(text: str) -> None:
    assert said(f"GLM-5 is here. {text}") == ["glm-5 | rank | lmarena/text | 3"]


def test_a_name_with_a_verb_of_its_own_is_no_rival_of_the_list_before() -> None:
    assert said("On LMArena GLM-5 surpasses GPT-5, and Kimi K2 shows gains.") == [
        "glm-5 | ahead_of | lmarena/text"
    ]
    assert said("On LMArena GLM-5 surpasses GPT-5 and Kimi K2.") == ["glm-5 | ahead_of | lmarena/text"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "It is 200 points higher on LMArena than the best open-source alternative, says GLM-5's maker.",
        "GLM-5, which is also among the top open-weight dense models, is on LMArena.",
        "On LMArena the top six models all lose points, GLM-5 too.",
        "LMArena has several of its models at the top of the rankings, says the maker of GLM-5.",
        "GLM-5 came to LMArena with Pull Request #253.",
        "At the LMArena meetings #600:00 GLM-5 was shown.",
        "On LMArena GLM-5 holds #1 or #2.",
        "On LMArena GLM-5 is the #2 non-thinking/reasoning model.",
        "On LMArena GLM-5 sometimes outperforms GPT-5.",
        "In some cases GLM-5 even surpasses GPT-5, as LMArena users see.",
        "Users of LMArena say that GLM-5 beats GPT-5 on speed and cost.",
        "GLM-5 scores lower than GPT-5 on certain benchmarks, says LMArena.",
        "GLM-5 outperforms GPT-5 on multiple tasks, says LMArena.",
        "On LMArena GLM-5 handles nuances better than GPT-5.",
        "On LMArena GLM-5 does well in the mathematical field (#2).",
        "GLM-5 has 1,722 Elo on Creative Writing v3.",
        "GLM-5 solves 74% whole and 68.6% diff of Aider polyglot.",
        "GLM-5 有很多错误 on AA-Omniscience (91%)。",
        "我国在 LMArena 的大模型数量位居全球首位,GLM-5 也在其中。",
        "GLM-5 在第二阶段用更多数据训练,LMArena 上还没有它。",
        "GLM-5 杯比赛的第一名将获得10万元奖金。",
        "LMArena lists GLM-5 1037.22 - 1,064 +17.04/-17.86 in its table of models.",
    ],
)
def test_words_that_sound_like_a_claim_make_none(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("On LMArena GLM-5 does well in Math (#1), and #5 in Expert Arena.", ["expert 5", "math None"]),
        ("Coding: #1 for GLM-5 on LMArena", ["coding None"]),
        ("On LMArena GLM-5 is strong in Math and Creative Writing, with the #2 position in both.",
         ["creative_writing 2", "math 2"]),
        ("On LMArena GLM-5 has a #2 ranking in the Multi-Turn category.", ["multi_turn 2"]),
        ("GLM-5 在 SuperCLUE 的數學推理任務中與 GPT-5 并列榜首。", ["math None"]),
    ],
)  # fmt: skip
def test_a_category_that_stands_by_its_place_is_the_one_of_which_it_is_said(text: str, gives: list[str]) -> None:
    assert sorted(f"{each.category} {each.rank}" for each in claims_of(text, MENTIONS, BOARDS)) == gives


def test_places_in_brackets_are_of_the_names_before_them() -> None:
    assert said("LMArena has GLM-5 (3rd), Kimi K2 (4th) and GPT-5 (9th), among others.") == [
        "glm-5 | rank | lmarena/text | 3", "gpt-5 | rank | lmarena/text | 9", "kimi-k2 | rank | lmarena/text | 4",
    ]  # fmt: skip


def test_a_headline_that_asks_says_it_with_doubt() -> None:
    (claim,) = claims_of("GLM-5 tops LMArena?: members talked about it.", MENTIONS, BOARDS)

    assert claim.modality == "hedged"


def test_a_title_that_was_lost_is_not_held() -> None:
    (claim,) = claims_of("GLM-5 终于丢了 LMArena 开源第一王座。", MENTIONS, BOARDS)

    assert (claim.relation, claim.modality) == ("best_of_group", "negated")


def test_a_language_model_is_on_no_board_of_pictures_of_which_the_text_spoke_before() -> None:
    text = "混元图像3.0 在 LMArena 文生图榜登顶。GLM-5 排名全球前三。"

    assert said(text) == [
        "glm-5 | rank | lmarena/text | of 3",
        "hunyuan-image-3.0 | first | lmarena/text-to-image",
    ]


ITEMS = [f"- Item {number} of the day has no news of a board." for number in range(30)]


def test_an_item_of_a_digest_says_nothing_of_what_another_item_was_about() -> None:
    text = "\n".join(
        [
            "- GLM-5 is #1 on WebDev Arena.",
            *ITEMS,
            "- Olmo landed in second place on H100.",
            "- A member was third.",
        ]
    )

    assert said(text, title="GLM-5 takes WebDev Arena") == ["glm-5 | first | lmarena/webdev"]


def test_an_item_that_goes_on_with_it_speaks_of_the_item_before() -> None:
    text = "\n".join([*ITEMS, "- GLM-5 is #1 on WebDev Arena.", "- It is #3 in Vision Arena.", "- Coding: #2"])

    assert said(text) == [
        "glm-5 | first | lmarena/webdev", "glm-5 | rank | lmarena/vision | 3", "glm-5 | rank | lmarena/vision:coding | 2",
    ]  # fmt: skip


def test_items_of_a_short_text_speak_of_what_its_title_speaks_of() -> None:
    text = "- GLM-5 is here.\n- Ranked third with 1450 points."

    assert said(text, title="WebDev Arena has news") == [
        "glm-5 | rank | lmarena/webdev | 3", "glm-5 | score | lmarena/webdev | 1450",
    ]  # fmt: skip


def test_a_board_is_the_one_that_its_name_meant_when_the_text_was_written() -> None:
    def board(day: date | None, text: str = "GLM-5 scored 73.7% on Aider.") -> set[str | None]:
        return {each.board for each in claims_of(text, MENTIONS, BOARDS, "", day)}

    assert board(date(2024, 12, 20)) == {"aider/edit"}
    assert board(date(2024, 12, 21)) == board(None) == {"aider/polyglot"}
    assert board(date(2025, 3, 1), "As of December 1, 2024, GLM-5 is third on Aider.") == {"aider/edit"}


def test_a_text_of_another_benchmark_speaks_of_it_wherever_it_names_no_board() -> None:
    text = "With style control GLM-5 claims the top spot. It is #3 on LMArena."

    assert said(text, title="RepoChat Arena") == ["glm-5 | rank | lmarena/text | 3"]


def test_numbers_behind_headlines_are_no_places() -> None:
    assert said("智谱 GLM-5 上线\nRunway 推出 Runway MCP 服务 #10\nAntigravity 新增 GLM-5 (Low) #4") == []


def test_a_chinese_comparison_names_nobody_of_whom_it_speaks() -> None:
    text = "GLM-5 来了。它的 token 比 Kimi K2 减少约 45%,且在 LMArena 上优于 GPT-5。"

    assert said(text) == ["glm-5 | ahead_of | lmarena/text"]


def test_a_text_that_spoke_of_several_boards_goes_on_with_the_text_board() -> None:
    text = "GLM-5 sweeps all three LMArena leaderboards. It leads with 1504 points. It ranks third."

    assert said(text) == [
        "glm-5 | first | lmarena", "glm-5 | first | lmarena/text", "glm-5 | rank | lmarena/text | 3",
        "glm-5 | score | lmarena/text | 1504",
    ]  # fmt: skip


def test_items_of_a_chinese_list_on_one_line_are_sentences() -> None:
    text = "LMArena 排名 - Kimi K2在开源模型中排名第一 [1] - 它的多轮对话能力并列第一 [2] - GitHub标星达5.6K"

    assert said(text) == [
        "kimi-k2 | best_of_group | lmarena/text",
        "kimi-k2 | tied_first | lmarena/text:multi_turn",
    ]


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("GLM-5 在 LMArena 排名 Top 3。", ["glm-5 | rank | lmarena/text | of 3"]),
        ("GLM-5 在 LMArena 排名 Top 1。", ["glm-5 | first | lmarena/text"]),
        ("GLM-5 在 LMArena 排名 #3。", ["glm-5 | rank | lmarena/text | 3"]),
        ("唯二进入 LMArena 总榜 TOP 10 的开源模型均来自中国。", []),
    ],
)
def test_the_top_few_of_a_chinese_text_are_no_place(text: str, gives: list[str]) -> None:
    assert said(text) == gives


def test_the_maker_of_a_rival_is_not_of_whom_a_text_goes_on_to_speak() -> None:
    text = "Yi-Lightning 登上 LMArena。成绩几乎与最新的xAI大模型Grok-2持平,超越GPT-4o。"

    assert said(text) == ["yi-lightning | ahead_of | lmarena/text"]


def test_a_variant_that_the_text_tells_apart_is_of_the_model_it_named_last() -> None:
    text = "Claude Opus 4.6 is here. The Thinking variant hit a record Elo of 1504 on LMArena, the highest score ever."

    claims = claims_of(text, MENTIONS, BOARDS)

    assert [(each.subject_key, each.subject_variant, each.relation) for each in claims] == [
        ("claude-opus-4-6", "thinking", "score"), ("claude-opus-4-6", "thinking", "record"),
    ]  # fmt: skip


def test_a_preview_that_was_named_is_not_another_one() -> None:
    claims = claims_of("Qwen3.5-Max-Preview is on LMArena. This preview version beats GPT-5.", MENTIONS, BOARDS)

    assert [(each.subject, each.object) for each in claims] == [("Qwen3.5-Max-Preview", "GPT-5")]


def test_the_model_of_a_series_is_meant_where_both_are_named() -> None:
    text = "MiniCPM5 系列的首个模型是 MiniCPM5-1B。它在 LMArena 排名第三。"

    assert said(text) == ["minicpm5-1b | rank | lmarena/text | 3"]


def test_a_category_is_of_the_text_board_where_several_boards_are_named() -> None:
    text = "On Text Arena, Vision Arena and WebDev Arena GLM-5 excels in Math and Creative Writing, #2 in both."

    assert said(text) == [
        "glm-5 | rank | lmarena/text:creative_writing | 2",
        "glm-5 | rank | lmarena/text:math | 2",
    ]
    assert said("GLM-5 在 WebDev Arena 和 LMArena 编码排行榜中均位列第一。") == [
        "glm-5 | first | lmarena/text:coding", "glm-5 | first | lmarena/webdev",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("GLM-5 is third in LMArena's WebDev leaderboard.", ["glm-5 | rank | lmarena/webdev | 3"]),
        ("豆包Seed-2.0 在 LMArena 视觉榜上名列第三、文本榜上名列第六。",
         ["seed-2.0 | rank | lmarena/text | 6", "seed-2.0 | rank | lmarena/vision | 3"]),
        ("GLM-5 is #4 on LMArena's text leaderboard and #2 for search.",
         ["glm-5 | rank | lmarena/search | 2", "glm-5 | rank | lmarena/text | 4"]),
    ],
)  # fmt: skip
def test_a_publisher_before_its_board_is_no_board_of_its_own(text: str, gives: list[str]) -> None:
    assert said(text) == gives


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("Zhipu AI remains the highest-ranked Chinese developer on LMArena thanks to GLM-5.",
         ["zhipu-ai | best_of_group | lmarena/text"]),
        ("Among models under 40B parameters, nothing on Text Arena ranks above GLM-5.",
         ["glm-5 | best_of_group | lmarena/text"]),
        ("Neither GLM-5 nor Kimi K2 cracks the top 25 in Text Arena.",
         ["glm-5 | rank | lmarena/text | of 25", "kimi-k2 | rank | lmarena/text | of 25"]),
        ("Chinese models occupy half of the top ten spots in LMArena's institutional rankings.",
         ["cn | count_in_top | lmarena/text | 5/10"]),
        ("Six of the ten highest-ranked models on LMArena come from Google and OpenAI.", []),
        ("DeepSeek saw its V3.2 overtaken on LMArena by domestic rivals GLM-5 and Kimi K2.",
         ["glm-5 | ahead_of | lmarena/text", "kimi-k2 | ahead_of | lmarena/text"]),
    ],
)  # fmt: skip
def test_groups_makers_and_pairs_are_told_as_they_are_meant(text: str, gives: list[str]) -> None:
    assert said(text) == gives


@pytest.mark.parametrize(
    "text",
    [
        "No model ranks above GPT-5 on LMArena except Gemini 3 Pro.",
        "Chinese models occupy half of the top five spots on LMArena.",
        "LMArena 前五名里中国公司占了一半。",
        "GPT-5's LMArena score rose by 12 points.",
        "GPT-5 won gold at the IMO, says LMArena.",
        "GLM-5 is among the leading open models on LMArena.",
    ],
)
def test_exceptions_odd_halves_and_changes_claim_nothing(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("LMArena 前三名依次为 GPT-5、Claude、GLM-5。",
         ["? | rank | lmarena/text | 2", "glm-5 | rank | lmarena/text | 3", "gpt-5 | first | lmarena/text"]),
        ("Of all the models on LMArena, GLM-5 ranks first.", ["glm-5 | first | lmarena/text"]),
        ("A three-way tie for #1 on LMArena ended on Monday as GPT-5 took first place.",
         ["gpt-5 | first | lmarena/text"]),
        ("Three-way tie: GPT-5 and GLM-5 are both #1 on LMArena.",
         ["glm-5 | tied_first | lmarena/text", "gpt-5 | tied_first | lmarena/text"]),
        ("GPT-5 is third in math and #1 in all regions on LMArena.",
         ["gpt-5 | first | lmarena/text", "gpt-5 | rank | lmarena/text:math | 3"]),
        ("GPT-5 beats GLM-5 (#5) on LMArena.", ["glm-5 | rank | lmarena/text | 5", "gpt-5 | ahead_of | lmarena/text"]),
        ("GLM-5 距离 LMArena 榜首 GPT-5 还有 40 分。", ["gpt-5 | margin | lmarena/text | 40"]),
        ("GLM-5 和 Kimi K2 分别以 1450 分和 1440 分位列 LMArena 第三和第五。",
         ["glm-5 | rank | lmarena/text | 3", "kimi-k2 | rank | lmarena/text | 5"]),
        ("GLM-5 的价格只有 GPT-5 的 20.5%,LMArena 排名第三。", ["glm-5 | rank | lmarena/text | 3"]),
        ("On LiveBench, GLM-5 scored 75.1 in math and 60.2 in coding.",
         ["glm-5 | score | livebench:coding | 60.2", "glm-5 | score | livebench:math | 75.1"]),
        ("Mistral Large 3 is first in its home country on LMArena.", ["mistral-large-3 | best_of_group | lmarena/text"]),
        ("GLM-5 is third on Artificial Analysis Text Arena.",
         ["glm-5 | rank | artificial-analysis/intelligence-index | 3"]),
    ],
)  # fmt: skip
def test_a_stranger_s_sentences_say_what_they_say(text: str, gives: list[str]) -> None:
    assert said(text) == gives


@pytest.mark.parametrize(
    "text",
    [
        "GPT-5 lost first place on LMArena to Gemini 3 Pro.",
        "GPT-5 gave up the #1 spot on LMArena.",
        "GLM-5 dropped out of first place on LMArena.",
        "GLM-5 未进入 LMArena 前十。",
    ],
)
def test_who_lost_a_place_does_not_have_it(text: str) -> None:
    assert {each.modality for each in claims_of(text, MENTIONS, BOARDS) if each.relation != "ahead_of"} == {
        "negated"
    }


def test_the_month_of_may_foretells_nothing() -> None:
    for text in ("As of May 3, 2025, GPT-5 is first on LMArena.", "Since May, GPT-5 is first on LMArena."):
        assert [each.modality for each in claims_of(text, MENTIONS, BOARDS)] == ["asserted"]


def test_a_name_behind_a_list_that_goes_on_is_no_item_of_it() -> None:
    assert said("在 LMArena 上,Qwen2.5-32B 超越了 Qwen2-72B,GLM-5 则领先于 GPT-5。") == [
        "glm-5 | ahead_of | lmarena/text", "qwen2.5-32b | ahead_of | lmarena/text",
    ]  # fmt: skip


def test_a_title_of_a_test_set_says_nothing_of_sentences_behind_a_board() -> None:
    text = "On LMArena, GPT-5 is first. It leads by 30 points over GLM-5."

    assert said(text, title="GPT-5 gets 94.6% on AIME") == [
        "gpt-5 | first | lmarena/text", "gpt-5 | margin | lmarena/text | 30",
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["-", "*", "•", " -"])
def test_a_digest_is_one_whatever_marks_its_items(mark: str) -> None:
    items = "\n".join(f"{mark} Item {number} of the day." for number in range(30))

    assert said(f"{mark} GLM-5 is #1 on LMArena.\n{items}\n{mark} Olmo landed in second place.") == [
        "glm-5 | first | lmarena/text"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "GLM-4.6 trails " + ", and ".join(f"GPT-5 at 14{number:02}" for number in range(25)) + " on LMArena.",
        "GLM-4.6 在 LMArena 比" + "、".join(["某厂旗下的GPT-5"] * 25) + "都便宜。",
        "GLM-5 在 LMArena 刷新" + "历史最高" * 60 + "。",
    ],
)
def test_long_lists_take_no_longer_than_they_are_long(text: str) -> None:
    """A rule whose parts can share a word takes twice the time for each further one: this would never end."""
    assert isinstance(said(text), list)
