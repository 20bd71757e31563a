"""What sentences claim of boards: the rules' own examples, traps, and what stands before a sentence."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claims.telling import BOARDS, MENTIONS, said
from topspot.claims import claims_of
from topspot.claims.rules import LANGUAGES, NOTHING, Rule, number_of, rules_of
from topspot.claims.text import plain, sentences
from topspot.domain.claims import MODALITIES, RELATIONS

EXAMPLES = [
    pytest.param(rule, each.text, each.gives, id=f"{language}-{rule.name}-{number}")
    for language in LANGUAGES
    for rule in rules_of(language)
    for number, each in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "text", "gives"), EXAMPLES)
def test_a_rule_gives_what_its_examples_say(rule: Rule, text: str, gives: tuple[str, ...]) -> None:
    assert said(text) == sorted(gives), rule.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_an_example_and_a_name_of_its_own(language: str) -> None:
    rules = rules_of(language)

    assert all(rule.examples for rule in rules)
    assert len({rule.name for rule in rules}) == len(rules)
    assert {rule.relation for rule in rules} <= {*RELATIONS, NOTHING}


@pytest.mark.parametrize(
    "text",
    [
        "LMArena added a new board for documents today.",
        "Users say that LMArena was down for an hour.",
        "Top models such as GPT-5 are on LMArena.",
        "Our top 5 list of models on LMArena has GLM-5.",
        "OpenAI topped the App Store after GPT-5 came out.",
        "GLM-5 almost topped LMArena.",
        "GLM-5 is on par with GPT-5 on LMArena.",
        "GLM-5 beats GPT-5 on MMLU.",
        "GLM-5 is the best thing since sliced bread.",
        "豆包登顶应用商店免费榜。",
        "GLM-5 在 LMArena 稳居第一梯队,名列前茅。",
        "GLM-5 与 GPT-5 在 LMArena 上持平。",
        "GLM-5 在 LMArena 上大幅超越上一代。",
        "智谱市值超越百度,GLM-5 功不可没。",
        "GLM-5 亮相 LMArena。",
        "要做 AI 时代第一入口,LMArena 也这么看 GLM-5。",
        "Arena-Hard 上 GLM-5 登顶。",
        "",
    ],
)
def test_a_sentence_that_says_nothing_of_a_place_claims_nothing(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("GLM-5 topped LMArena.", "asserted"),
        ("According to its maker, GLM-5 topped LMArena.", "attributed"),
        ("@arena reported that GLM-5 is #1 in Text Arena.", "attributed"),
        ("GLM-5 has reportedly topped LMArena.", "hedged"),
        ("GLM-5 did not take the top spot on LMArena.", "negated"),
        ("The post that GLM-5 is #1 on LMArena was a hoax.", "negated"),
        ("GLM-5 could take the top spot on LMArena.", "predicted"),
        ("GLM-5 once topped LMArena.", "historical"),
        ("GLM-5 was #1 on LMArena in June.", "historical"),
        ("In June 2025, GLM-5 was #1 on LMArena.", "historical"),
        ("GLM-5 was #1 on LMArena three months ago.", "historical"),
        ("GLM-5 briefly held first place on LMArena.", "historical"),
        ("GLM-5, which had held the top spot on LMArena, is here.", "historical"),
        ("Two years ago GLM-5 topped LMArena.", "historical"),
        ("GLM-5, previously known as Pony, tops LMArena.", "asserted"),
        ("GLM-5, with style once it is controlled, tops LMArena.", "asserted"),
        ("You should look at Z.ai: GLM-5 tops LMArena.", "asserted"),
        ("If you only look at coding, GLM-5 tops LMArena.", "asserted"),
        ("Could GLM-5 take the top spot on LMArena?", "hedged"),
        ("GLM-5 without extra thinking tops LMArena.", "asserted"),
        ("GLM-5 is #1 on LMArena in June.", "asserted"),
        ("It was noted that GLM-5 topped LMArena.", "attributed"),
        ("GLM-5 登顶 LMArena。", "asserted"),
        ("官方称 GLM-5 登顶 LMArena。", "attributed"),
        ("据传 GLM-5 登顶 LMArena。", "hedged"),
        ("网传 GLM-5 登顶 LMArena。", "hedged"),
        ("尚未发布的 GLM-5 登顶 LMArena。", "asserted"),
        ("GLM-5 登顶 LMArena 的截图是P图。", "negated"),
        ("GLM-5 未能登顶 LMArena。", "negated"),
        ("GLM-5 有望登顶 LMArena。", "predicted"),
        ("GLM-5 曾登顶 LMArena。", "historical"),
    ],
)
def test_how_it_is_said_is_kept(text: str, modality: str) -> None:
    claims = claims_of(text, MENTIONS, BOARDS)

    assert [(each.relation, each.modality) for each in claims] == [("first", modality)]


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("Claude Opus 4.6 sits atop the LMArena leaderboard.", ["claude-opus-4-6 | first | lmarena/text"]),
        ("Kimi K3 debuts at No. 3 on Code Arena.", ["kimi-k3 | rank | lmarena/webdev | 3"]),
        ("Gemini 3 Pro dethroned GPT-5 on Vision Arena.", ["gemini-3-pro | ahead_of | lmarena/vision"]),
        (
            "Hunyuan Image 3.0 took first place in LMArena's text-to-image leaderboard.",
            ["hunyuan-image-3.0 | first | lmarena/text-to-image"],
        ),
        ("Kimi K3 is #2 on Code Arena and #9 on Text Arena.", [
            "kimi-k3 | rank | lmarena/text | 9", "kimi-k3 | rank | lmarena/webdev | 2",
        ]),
        ("GLM-5 跻身 LMArena 前十。", ["glm-5 | rank | lmarena/text | of 10"]),
        ("GLM-5 在 LMArena 闯入三甲。", ["glm-5 | rank | lmarena/text | of 3"]),
        ("智谱 GLM-5 登顶 Code Arena,力压 Kimi K2。", [
            "glm-5 | ahead_of | lmarena/webdev", "glm-5 | first | lmarena/webdev",
        ]),
        ("GLM-5 在 WebDev Arena 和 Vision Arena 均位列第一。", [
            "glm-5 | first | lmarena/vision", "glm-5 | first | lmarena/webdev",
        ]),
        ("混元图像3.0 在 LMArena 文生图榜登顶。", ["hunyuan-image-3.0 | first | lmarena/text-to-image"]),
    ],
)  # fmt: skip
def test_people_say_it_in_many_ways(text: str, gives: list[str]) -> None:
    assert said(text) == gives


def test_a_headline_is_not_believed_where_the_text_behind_it_says_otherwise() -> None:
    text = "GLM-5 jumps to #1: the Text Arena now has GLM-5 at #1 among open models and #11 overall."

    assert said(text) == ["glm-5 | best_of_group | lmarena/text", "glm-5 | rank | lmarena/text | 11"]


def test_the_first_of_a_group_and_the_first_of_all_differ() -> None:
    assert said("GLM-5 is the #1 open model on LMArena.") == ["glm-5 | best_of_group | lmarena/text"]
    assert said("GLM-5 is #1 on LMArena.") == ["glm-5 | first | lmarena/text"]


def test_the_one_behind_is_told_with_the_one_ahead() -> None:
    (claim,) = claims_of("GLM-5 trails Kimi K2 on LMArena.", MENTIONS, BOARDS)

    assert (claim.subject, claim.relation, claim.object) == ("Kimi K2", "ahead_of", "GLM-5")


def test_the_sentence_before_says_of_whom_and_of_which_board() -> None:
    assert said("GLM-5 has come to LMArena. It ranks third with 1450 points.") == [
        "glm-5 | rank | lmarena/text | 3", "glm-5 | score | lmarena/text | 1450",
    ]  # fmt: skip


def test_the_title_says_what_a_text_leaves_out() -> None:
    assert said("It ranks third.", title="GLM-5 on Code Arena") == ["glm-5 | rank | lmarena/webdev | 3"]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("It ranks third on LMArena.", "It"),
        ("This Preview version ranks third on LMArena.", "This Preview version"),
        ("Ranked #3 on LMArena, the new model is free.", "the new model"),
        ("The Max version ranks third on LMArena.", "The Max version"),
        ("Meta's most advanced open model ranks third on LMArena.", "Meta's most advanced open model"),
        ("Nemotron ranks third on LMArena.", "Nemotron"),
        ("该模型在 LMArena 排名第三。", "该模型"),
        ("它在 LMArena 排名第三。", "它"),
        ("Max 版在 LMArena 排名第三。", "max版"),
    ],
)
def test_words_that_stand_for_a_model_nobody_named_are_told_as_written(text: str, subject: str) -> None:
    (claim,) = claims_of(text, MENTIONS, BOARDS)

    assert (claim.subject, claim.subject_key, claim.rank, claim.board) == (subject, None, 3, "lmarena/text")


@pytest.mark.parametrize(
    "text",
    [
        "It ranks third.",
        "It beats GPT-5.",
        "该模型排名第三。",
        "Ranked third on LMArena.",
        "It was a good year, said the company, and it holds three of the top five places.",
    ],
)
def test_what_names_neither_model_nor_board_or_has_no_subject_at_all_is_no_claim(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Claude 3 Haiku is cheap, said Anthropic. Claude leads LMArena.",
        "Gemini 3 Pro is on LMArena. Claude leads LMArena.",
        "GPT-5 came to LMArena. The company ranks first.",
        "这是 Gemini 3 Pro。Gemini模型一度在 LMArena 排名第一。",
    ],
)
def test_a_family_or_a_maker_is_not_the_model_that_was_named_before(text: str) -> None:
    assert said(text) == ["? | first | lmarena/text"]


def test_nobody_in_particular_is_nobody_s_rival() -> None:
    claims = claims_of("This Pro preview ranks third on WebDev Arena. It trails Kimi K3.", MENTIONS, BOARDS)

    assert [(each.subject, each.subject_key, each.object) for each in claims] == [
        ("This Pro preview", None, None), ("Kimi K3", "kimi-k3", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "It scored 1,200 out of 1,600 on the SAT.",
        "The model has 1,000 billion parameters and it is fast.",
        "With 1,500 employees, the company is small.",
        "It passed 1,400 Elo in chess.",
        "It is number one with 1,000 enterprise customers.",
        "The company's new voice model took first place on the TTS Arena.",
        "Tencent's new model ranks first in the HuggingFace trends.",
        "GPT-5 costs 1,250 and 1,344 in Image Arena credits.",
        "o3 won first place in the Kaggle Game Arena chess tournament.",
        "OpenAI came second in the AtCoder World Finals with a model.",
        "OpenAI CEO Sam Altman ranked 1st in a list of leaders.",
        "GPT-4 is now number one priority at OpenAI.",
        "Kimi K2 is the most downloaded model on Hugging Face this week, in first place.",
        "GLM-5 ranks #1 across all five categories on the Vals Index.",
        "The iPhone 17, which GLM-5 runs on, starts at 1,199 dollars.",
        "其它模型在 LMArena 排名第三。",
        "他和其团队在 LMArena 排名第一。",
    ],
)
def test_other_rankings_other_numbers_and_other_people_are_no_claims(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Gemini 3 Pro has never\u2014despite its fans\u2014held first place on LMArena.",
        "No Chinese model\u2014not even Kimi K3\u2014has topped LMArena.",
        "GPT-5 is not \u2014 whatever OpenAI says \u2014 #1 on LMArena.",
        "GLM-5 \u2014 no longer GPT-5 \u2014 leads LMArena.",
    ],
)
def test_what_stands_between_dashes_hides_no_denial(text: str) -> None:
    assert [each.modality for each in claims_of(text, MENTIONS, BOARDS)] == ["negated"]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("GLM-5 has climbed to #1 in math on the Text Arena.", "math"),
        ("GLM-5 achieved #1 rank across all categories of LMArena.", "all"),
        ("GLM-5 is at #1 in Text Arena with factuality.", "factuality"),
        ("GLM-5 is at #1 in Text Arena with 1464 points.", None),
        ("GLM-5 achieved a Reasoning average (87.83) on LiveBench.", "reasoning"),
    ],
)
def test_a_claim_of_a_category_is_not_one_of_the_whole_board(text: str, category: str | None) -> None:
    assert {each.category for each in claims_of(text, MENTIONS, BOARDS)} == {category}


def test_the_one_behind_is_a_model_rather_than_its_maker() -> None:
    (claim,) = claims_of("GPT-4.5, OpenAI's latest, is on LMArena just behind Grok-3.", MENTIONS, BOARDS)

    assert (claim.subject, claim.object) == ("Grok-3", "GPT-4.5")


def test_gaps_to_two_rivals_are_both_of_the_one_who_trails() -> None:
    claims = claims_of(
        "在 SuperCLUE 上,GLM-5 与 GPT-5 有 11.6 分的差距,与 Kimi K2 有 4.9 分的差距。", MENTIONS, BOARDS
    )

    assert [(each.subject, each.rating, each.object) for each in claims] == [
        ("GPT-5", 11.6, "GLM-5"), ("Kimi K2", 4.9, "GLM-5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("In Hard Prompts, GLM-5 is third on LMArena.", "hard_prompts"),
        ("On LMArena it is good: in math GLM-5 ranks third.", "math"),
        ("GLM-5 scored 1549 in coding on LMArena.", "coding"),
        ("On LMArena GLM-5 leads Math (#1).", "math"),
        ("GLM-5 在 LMArena 硬提示方面排名第三。", "hard_prompts"),
        ("在 LMArena 数学榜上,GLM-5 排名第三。", "math"),
        ("GLM-5 leads LMArena across every single category.", "all"),
        ("On LMArena GLM-5 took the top spot in 5 of the sub-items, including math.", "math"),
    ],
)
def test_a_category_may_open_the_clause(text: str, category: str) -> None:
    assert {each.category for each in claims_of(text, MENTIONS, BOARDS)} == {category}


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("在中国模型中,GLM-5 在 LMArena 排名第一。", ["glm-5 | best_of_group | lmarena/text"]),
        ("在国产模型中,GLM-5 在 LMArena 排名第二。", ["glm-5 | rank | lmarena/text | 2"]),
        ("GLM-5 ranks first domestically on LMArena.", ["glm-5 | best_of_group | lmarena/text"]),
        ("GLM-5 is the #2 open model on LMArena.", ["glm-5 | rank | lmarena/text | 2"]),
    ],
)
def test_a_place_in_a_group_is_not_one_on_the_board(text: str, gives: list[str]) -> None:
    assert said(text) == gives
    assert all(each.object for each in claims_of(text, MENTIONS, BOARDS))


@pytest.mark.parametrize(
    "text",
    [
        "Baidu says its model surpasses DeepSeek V3. Its 1432 Elo on LMArena is new.",
        "GPT-4.5 is on LMArena. Qwen, developed by Alibaba, occupies 10th place.",
        "GLM-5 is on LMArena with pictures of 1024x1024 and 1280x720.",
        "GLM-5 came to LMArena with 981 participants.",
        "GLM-5 is a leading open model on LMArena.",
        "GLM-5 is among the top open models on LMArena.",
        "GLM-5 is in the top 5% of LMArena.",
        "GLM-5 处于 LMArena 全球第一梯隊。",
        "GLM-5 登上 LMArena 的第一天很忙。",
    ],
)
def test_words_that_look_like_a_place_claim_nothing_of_a_model(text: str) -> None:
    assert [each for each in said(text) if not each.startswith("?")] == [
        each for each in said(text) if each.endswith("| ahead_of | lmarena/text")
    ]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Once the model to beat, GLM-5 now ranks sixth on LMArena.", "asserted"),
        ("Reports that GLM-5 is #1 on LMArena are wrong.", "negated"),
        ("GLM-5 登顶 LMArena 的说法并不属实。", "negated"),
    ],
)
def test_what_is_over_and_what_is_wrong_is_heard(text: str, modality: str) -> None:
    assert [each.modality for each in claims_of(text, MENTIONS, BOARDS)] == [modality]


def test_who_is_spoken_of_stays_so_where_a_sentence_goes_on_with_it() -> None:
    text = "GLM-5 is here. It was compared to Kimi K2. Its 1450 points on LMArena are new."

    assert said(text) == ["glm-5 | score | lmarena/text | 1450"]


def test_several_models_of_a_maker_are_not_the_one_that_was_spoken_of() -> None:
    assert [each for each in said("GPT-5 is on LMArena. Google has its models at the top of the rankings.")
            if not each.startswith("?")] == []  # fmt: skip


def test_a_language_model_is_on_no_board_of_pictures() -> None:
    assert said("On LMArena GLM-5, which also has image generation, ranks third.") == [
        "glm-5 | rank | lmarena/text | 3"
    ]


def test_a_number_of_points_behind_is_claimed_as_well() -> None:
    claims = claims_of("GLM-5 is 12 points behind GPT-5 on LMArena.", MENTIONS, BOARDS)

    assert [(each.subject, each.relation, each.rating, each.object) for each in claims] == [
        ("GPT-5", "ahead_of", None, "GLM-5"), ("GPT-5", "margin", 12, "GLM-5"),
    ]  # fmt: skip


def test_the_board_of_the_title_is_spoken_of_to_the_end() -> None:
    text = "GLM-5 is here. It is fast. It is cheap. It is small. GLM-5 ranks third."

    assert said(text, title="The WebDev Arena has news") == ["glm-5 | rank | lmarena/webdev | 3"]


def test_a_version_in_a_slug_is_the_model_s() -> None:
    assert said("claude-opus-4-6-thinking is #1 on LMArena.") == ["claude-opus-4-6 | first | lmarena/text"]


def test_a_handle_or_a_domain_is_no_model() -> None:
    assert said("@GeminiApp is #1 on LMArena, says grok.com.") == []


def test_a_ranking_of_somebody_else_is_not_taken_for_arena_s() -> None:
    assert said("GLM-5 topped the list in Tsinghua University's latest assessment of models.") == []


def test_a_dash_between_words_is_no_hyphen() -> None:
    assert said("On LMArena GLM-5 landed in the top-3 in Coding & Long Queries\u2014a small step.") == [
        "glm-5 | rank | lmarena/text:coding | of 3", "glm-5 | rank | lmarena/text:longer_query | of 3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ruler"),
    [
        ("在 without style control 模式下,GLM-5 排名全球第六。", "no_style_control"),
        ("With style control on, GLM-5 is sixth in Text Arena.", "style_control"),
        ("With style control off, GLM-5 is sixth in Text Arena.", "no_style_control"),
        ("GLM-5 is sixth in Text Arena under style control.", "style_control"),
        ("去掉风格控制后,GLM-5 在 LMArena 排名第六。", "no_style_control"),
        ("开启风格控制后,GLM-5 在 LMArena 排名第六。", "style_control"),
    ],
)
def test_the_name_of_a_ruler_tells_which_is_meant_and_whose_board(text: str, ruler: str) -> None:
    assert said(text) == [f"glm-5 | rank | lmarena/text:{ruler} | 6"]


def test_aider_has_no_categories() -> None:
    assert said("在 Aider 多语言编程榜上,GLM-5 排名第六。") == ["glm-5 | rank | aider/polyglot | 6"]


def test_an_english_place_without_a_board_is_of_arena_s_text_board_and_a_chinese_one_of_none() -> None:
    assert said("GLM-5 ranks third.") == ["glm-5 | rank | lmarena/text | 3"]
    assert said("GLM-5 在榜单上排名第三。") == ["glm-5 | rank | - | 3"]


@pytest.mark.parametrize(
    ("text", "board"),
    [
        ("GLM-5 总榜排名第三。", "lmarena/text"),
        ("GLM-5 以1464分排名第三。", "lmarena/text"),
        ("GLM-5 以 Elo 评分排名第三。", "lmarena/text"),
        ("GLM-5 以61.50分排名第三。", "superclue"),
        ("GLM-5 的文本能力位列全球第三。", "lmarena/text"),
        ("混元图像3.0 以1177分排名第三。", "lmarena/text-to-image"),
        ("GLM-5 以61分排名第三。", None),
    ],
)
def test_words_and_numbers_tell_the_board_that_a_chinese_sentence_leaves_out(text: str, board: str | None) -> None:
    assert {each.board for each in claims_of(text, MENTIONS, BOARDS)} == {board}


@pytest.mark.parametrize(
    "text",
    [
        "GLM-5 beats GPT-5.",
        "GLM-5 sets a new benchmark.",
        "GLM-5 is the best model for its size.",
        "We compare GLM-5 with leading open-source models like Llama-3.1-70B.",
        "GLM-5 is the first open-weight model of Zhipu AI.",
        "OpenAI topped the ranking of the most valuable startups.",
        "GPT-5 hat 60 % market share and is ranked first.",
        "Kimi K2 is taking help from a working o1 example.",
        "GLM-5 challenges GPT-5 for third place.",
        "GLM-5 优于开源模型。",
        "GLM-5 超越 GPT-5。",
        "OpenAI 首席执行官谈 GPT-5。",
        "GLM-5 登顶 OpenRouter 调用榜。",
        "GLM-5 上线 ↗ #11",
    ],
)
def test_without_a_board_an_opinion_or_another_ranking_is_no_claim(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "word", ["claims", "holds", "retains", "reclaims", "snatches", "secures", "storms to", "keeps"]
)
def test_the_top_spot_is_taken_and_kept_in_many_words(word: str) -> None:
    assert said(f"GLM-5 {word} the top spot on LMArena.") == ["glm-5 | first | lmarena/text"]


@pytest.mark.parametrize(
    "word", ["lands", "debuts", "enters", "sits", "comes in", "climbs to", "slips to", "remains", "is"]
)
def test_a_place_follows_many_words(word: str) -> None:
    at = "" if word.endswith(" to") else "at "

    assert said(f"GLM-5 {word} {at}#3 on LMArena.") == ["glm-5 | rank | lmarena/text | 3"]
    assert said(f"GLM-5 {word} {at}third place on LMArena.") == ["glm-5 | rank | lmarena/text | 3"]
    assert said(f"GLM-5 {word} {at}No. 3 on LMArena.") == ["glm-5 | rank | lmarena/text | 3"]


@pytest.mark.parametrize(
    "words",
    ["edges out", "narrowly beats", "has overtaken", "outscores", "pulls ahead of", "dethrones", "leads", "tops"],
)
def test_the_one_ahead_is_told_in_many_words(words: str) -> None:
    assert said(f"GLM-5 {words} GPT-5 on LMArena.") == ["glm-5 | ahead_of | lmarena/text"]


@pytest.mark.parametrize(
    "words",
    ["trails", "lags behind", "was dethroned by", "lost the top spot to", "is just behind", "scores below"],
)
def test_the_one_behind_is_told_in_many_words(words: str) -> None:
    assert said(f"GLM-5 {words} GPT-5 on LMArena.") == ["gpt-5 | ahead_of | lmarena/text"]


@pytest.mark.parametrize(
    "words",
    ["has an Elo of 1437", "scores 1437", "has a rating of 1437", "reached 1,437 points", "(1437) is on top"],
)
def test_a_rating_is_told_in_many_words(words: str) -> None:
    assert "glm-5 | score | lmarena/text | 1437" in said(f"GLM-5 {words} on LMArena.")


@pytest.mark.parametrize(
    "word", ["位列", "位居", "排名", "排在", "冲上", "跃居", "升至", "拿下", "斩获", "高居", "跌至"]
)
def test_a_chinese_place_follows_many_words(word: str) -> None:
    assert said(f"GLM-5 在 LMArena {word}第三。") == ["glm-5 | rank | lmarena/text | 3"]
    assert said(f"GLM-5 在 LMArena {word}全球第三名。") == ["glm-5 | rank | lmarena/text | 3"]


@pytest.mark.parametrize(
    "word", ["登顶", "问鼎", "霸榜", "位居榜首", "夺冠", "摘冠", "夺魁", "折桂", "稳坐榜首", "重夺第一"]
)
def test_first_place_has_many_chinese_words(word: str) -> None:
    assert said(f"GLM-5 在 LMArena {word}。") == ["glm-5 | first | lmarena/text"]


@pytest.mark.parametrize("word", ["跻身", "杀入", "闯入", "进入", "位列", "挺进"])
def test_the_first_few_have_many_chinese_words(word: str) -> None:
    assert said(f"GLM-5 {word} LMArena 前五。") == ["glm-5 | rank | lmarena/text | of 5"]


@pytest.mark.parametrize("word", ["超越", "反超", "力压", "碾压", "优于", "击败", "险胜", "领先于"])
def test_the_one_ahead_has_many_chinese_words(word: str) -> None:
    assert said(f"GLM-5 在 LMArena {word} GPT-5。") == ["glm-5 | ahead_of | lmarena/text"]


@pytest.mark.parametrize("word", ["不敌", "逊于", "落后于", "仅次于", "略低于", "输给", "惜败于"])
def test_the_one_behind_has_many_chinese_words(word: str) -> None:
    assert said(f"GLM-5 在 LMArena {word} GPT-5。") == ["gpt-5 | ahead_of | lmarena/text"]


def test_an_earlier_place_is_of_the_past() -> None:
    claims = claims_of("GLM-5 jumped from #8 to #2 on LMArena.", MENTIONS, BOARDS)

    assert {(each.rank, each.modality) for each in claims} == {(8, "historical"), (2, "asserted")}


def test_words_of_a_list_are_boards_and_its_scores_are_dealt_to_them() -> None:
    text = (
        "GLM-5 is #1 on the Text, WebDev and Vision leaderboards with scores of 1490, 1475 and 1310 respectively."
    )

    assert said(text) == [
        "glm-5 | first | lmarena/text", "glm-5 | first | lmarena/vision", "glm-5 | first | lmarena/webdev",
        "glm-5 | score | lmarena/text | 1490", "glm-5 | score | lmarena/vision | 1310",
        "glm-5 | score | lmarena/webdev | 1475",
    ]  # fmt: skip


def test_a_bare_generation_is_its_flagship() -> None:
    assert said("Llama 3.1 is third on LMArena.") == ["llama-3.1-405b | rank | lmarena/text | 3"]
    assert said("Claude 4.5 is third on LMArena.") == ["claude-4.5 | rank | lmarena/text | 3"]


def test_a_developer_is_ranked_where_no_model_is_named() -> None:
    assert said("Alibaba ranks among the top five on LMArena.") == ["alibaba | rank | lmarena/text | of 5"]
    assert said("Alibaba's new model ranks among the top five on LMArena.") == ["? | rank | lmarena/text | of 5"]
    assert said("百度在 LMArena 排名全球第八。") == ["baidu | rank | lmarena/text | 8"]


def test_groups_of_one_sentence_are_told_apart() -> None:
    claims = claims_of("GLM-5 拿下 LMArena 国产第一、开源第一。", MENTIONS, BOARDS)

    assert {each.object for each in claims} == {"chinese models", "open models"}
    assert said("GLM-5 is the highest-ranked ~30B model and Apache 2.0 model on LMArena.") == [
        "glm-5 | best_of_group | lmarena/text", "glm-5 | best_of_group | lmarena/text",
    ]  # fmt: skip


def test_a_publisher_before_a_board_s_name_is_its_publisher() -> None:
    assert said("Seedance 1.0 在 Artificial Analysis 文生视频榜排名第二。") == [
        "seedance-1 | rank | artificial-analysis/text-to-video | 2"
    ]


def test_developers_of_the_group_that_was_counted_are_in_it() -> None:
    text = "Four of LMArena's top ten labs are from China. Baidu and Zhipu AI secured positions in this group."

    assert said(text)[:2] == ["baidu | rank | lmarena/text | of 10", "cn | count_in_top | lmarena/text | 4/10"]


def test_a_quotation_and_an_outlook_claim_nothing() -> None:
    text = (
        "LMArena has GLM-5 at #1. "
        '"The labs of one country are starting to set the pace," a researcher says. '
        "This opens new possibilities for developers everywhere."
    )

    assert said(text) == ["glm-5 | first | lmarena/text"]


@pytest.mark.parametrize(
    ("word", "value"),
    [("third", 3), ("15th", 15), ("7", 7), ("ten", 10), ("十三", 13), ("二十", 20), ("十", 10), ("二十一", 21), ("三", 3)],
)  # fmt: skip
def test_numbers_are_read_in_words_and_digits(word: str, value: int) -> None:
    assert number_of(word) == value


@pytest.mark.parametrize("word", ["", "十十", "many", "第", "一二三"])
def test_what_is_no_number_is_none(word: str) -> None:
    assert number_of(word) is None


def test_sentences_end_where_people_end_them() -> None:
    text = "GPT-4.5 is No. 1 on LMArena. It has 1,411 points!\nNew line\n它排第三。对吗？是的"

    assert list(sentences(text)) == [
        "GPT-4.5 is No. 1 on LMArena.", "It has 1,411 points!", "New line", "它排第三。", "对吗？", "是的",
    ]  # fmt: skip


def test_markup_and_addresses_are_no_words() -> None:
    assert plain('<b>GLM&#45;5</b> **tops** [LMArena](https://x.test/a), see https://x.test/b') == (
        "GLM-5 tops LMArena, see"
    )  # fmt: skip


WORDS = st.sampled_from(
    ["GLM-5", "GPT-5", "Kimi K2", "LMArena", "Code Arena", "SuperCLUE", "China", "Baidu", "#1", "#3", "top 10", "1450",
     "points", "is", "beats", "behind", "and", "first", "respectively", ",", ".", ":", "(1440)", "登顶", "第三", "以",
     "1464分", "超越", "仅次于", "国内第一", "前十", "分别", "在", "上", "。", "!", "\n", "62.5", "five of the top ten",
     "from", "not", "Math", "数学", "tied for #1", "in", "«ma»", "[x](", "@arena"]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=200))
@example("GLM-5 " * 400 + "is #1 on LMArena")
@example("«mc» is #1 on LMArena, says «ma».")
def test_any_text_gives_claims_of_what_stands_in_it_and_always_the_same(text: str) -> None:
    claims = claims_of(text, MENTIONS, BOARDS)

    assert claims == claims_of(text, MENTIONS, BOARDS)
    for claim in claims:
        assert claim.relation in RELATIONS
        assert claim.modality in MODALITIES
        assert claim.board or max(claim.text) >= "\u3400"
        assert claim.text in "\n".join(sentences(plain(text)))


@given(
    st.sampled_from([each.values[1] for each in EXAMPLES]),
    st.sampled_from([" ", "\u00a0", "\u3000", "  ", "\u2009"]),
)
def test_kinds_of_space_do_not_matter(text: str, space: str) -> None:
    assert said(text.replace(" ", space)) == said(text)


@settings(max_examples=40)
@given(st.sampled_from([each.values[1] for each in EXAMPLES]))
def test_kinds_of_hyphen_and_width_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in text)

    assert said(text.replace("-", "\u2011")) == said(text)
    assert said(wide) == said(text)
    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", text)


RETOLD = (
    "阿里巴巴的Qwen3.5-Max-Preview在最新的LMArena榜单上登顶,斩获1464分。它超越了GPT5.4和Claude4.5。"
    "全球前十的AI开发者中有五家来自中国。除阿里巴巴外,字节跳动、智谱、月之暗面和百度也跻身前十。"
    "这一成绩创下国产模型的新纪录。专家表示,未来的竞争将更加激烈。"
)


def test_a_story_that_is_retold_in_chinese_claims_the_same() -> None:
    found = {
        (each.subject_key, each.relation, each.object, each.rating, each.n, each.of_top)
        for each in claims_of(RETOLD, MENTIONS, BOARDS)
    }

    qwen = "qwen3.5-max"
    assert found == {
        (qwen, "first", None, None, None, None),
        (qwen, "score", None, 1464.0, None, None),
        (qwen, "ahead_of", "GPT5.4", None, None, None),
        (qwen, "ahead_of", "Claude4.5", None, None, None),
        ("cn", "count_in_top", "developers", None, 5, 10),
        *((maker, "rank", None, None, None, 10) for maker in ("bytedance", "zhipu-ai", "moonshot-ai", "baidu")),
        (qwen, "record", "chinese models", None, None, None),
    }


def test_a_board_is_spoken_of_for_two_sentences_and_not_past_another_benchmark() -> None:
    filler = "The weather was fine. "

    def told(between: str) -> set[str | None]:
        text = f"GLM-5 is #1 on WebDev Arena. {between}It also ranks #4."
        return {each.board for each in claims_of(text, MENTIONS, BOARDS) if each.rank == 4}

    assert told("") == told(filler) == {"lmarena/webdev"}
    assert "lmarena/webdev" not in told(filler * 3)
    assert "lmarena/webdev" not in told("It scored 90 % on MMLU. ")
