"""Sentences in many styles, written before the rules were tried on them, and what they claim."""

import pytest

from claims.telling import said

SENTENCES: list[tuple[str, list[str]]] = [
    (
        "Moonshot's Kimi K2 cracked the top five of the Chatbot Arena this week.",
        ["kimi-k2 | rank | lmarena/text | of 5"],
    ),
    (
        "The latest Chatbot Arena update puts GPT-4.5 in first, with Grok 3 a close second.",
        ["gpt-4.5 | first | lmarena/text", "grok-3 | rank | lmarena/text | 2"],
    ),
    (
        "Grok 4 finishes fourth on Text Arena with an arena score of 1433.",
        ["grok-4 | rank | lmarena/text | 4", "grok-4 | score | lmarena/text | 1433"],
    ),
    (
        "On Vision Arena, Gemini 2.5 Pro remains number one, 15 points ahead of GPT-4.5.",
        ["gemini-2.5-pro | first | lmarena/vision", "gemini-2.5-pro | margin | lmarena/vision | 15"],
    ),
    (
        "Claude Opus 4.1 is now the No. 1 model on LMArena, displacing Gemini 2.5 Pro.",
        ["claude-opus-4-1 | ahead_of | lmarena/text", "claude-opus-4-1 | first | lmarena/text"],
    ),
    (
        "DeepSeek V3.1 slots in at #8 on the LMArena leaderboard.",
        ["deepseek-v3.1 | rank | lmarena/text | 8"],
    ),
    (
        "MiniMax M2 ranks fifth overall and first among open-source models on the Artificial Analysis Intelligence Index with a score of 61.",
        [
            "minimax-m2 | best_of_group | artificial-analysis/intelligence-index",
            "minimax-m2 | rank | artificial-analysis/intelligence-index | 5",
            "minimax-m2 | score | artificial-analysis/intelligence-index | 61",
        ],
    ),
    (
        "GPT-5 now tops both WebDev Arena and Vision Arena.",
        ["gpt-5 | first | lmarena/vision", "gpt-5 | first | lmarena/webdev"],
    ),
    (
        "GLM-4.5 placed third across all models on LiveBench.",
        ["glm-4.5 | rank | livebench | 3"],
    ),
    (
        "Qwen3-Max leapfrogged GPT-5-Chat to take third on Text Arena.",
        ["qwen3-max | ahead_of | lmarena/text", "qwen3-max | rank | lmarena/text | 3"],
    ),
    (
        "o3 fell behind Gemini 2.5 Pro on the Arena leaderboard.",
        ["gemini-2.5-pro | ahead_of | lmarena/text"],
    ),
    (
        "Gemma 3 27B has an Elo of 1339, putting it ninth in Chatbot Arena.",
        ["gemma-3-27b | rank | lmarena/text | 9", "gemma-3-27b | score | lmarena/text | 1339"],
    ),
    (
        "According to Artificial Analysis, Kimi K2 Thinking scores 67, making it the leading open-weights model.",
        [
            "kimi-k2-thinking | best_of_group | artificial-analysis/intelligence-index",
            "kimi-k2-thinking | score | artificial-analysis/intelligence-index | 67",
        ],
    ),
    (
        "LMArena's coding category is led by Claude Opus 4.1.",
        ["claude-opus-4-1 | first | lmarena/text"],
    ),
    (
        "Gemini 3 Pro posts 1501 on LMArena, the highest Elo ever recorded.",
        ["gemini-3-pro | record | lmarena/text", "gemini-3-pro | score | lmarena/text | 1501"],
    ),
    (
        "Six of the ten highest-ranked models on LMArena come from Google and OpenAI.",
        [],
    ),
    (
        "Chinese developers hold three of the top five places on LMArena.",
        ["cn | count_in_top | lmarena/text | 3/5"],
    ),
    (
        "The race at the top of LMArena is tight: GPT-5 and Claude Opus 4.1 share first place.",
        ["claude-opus-4-1 | tied_first | lmarena/text", "gpt-5 | tied_first | lmarena/text"],
    ),
    (
        "Seedream 4.0 unseated Nano Banana as leader of the Text-to-Image Arena.",
        ["seedream-4 | ahead_of | lmarena/text-to-image", "seedream-4 | first | lmarena/text-to-image"],
    ),
    (
        "Veo 3.1 ranks second on the Text-to-Video Arena, just behind Sora 2 Pro.",
        ["sora-2-pro | ahead_of | lmarena/text-to-video", "veo-3.1 | rank | lmarena/text-to-video | 2"],
    ),
    (
        "Mistral Medium 3.1 tied for eighth on LMArena.",
        ["mistral-medium-3.1 | rank | lmarena/text | 8"],
    ),
    (
        "Developers praised GLM-5 for its price and its speed on long documents.",
        [],
    ),
    (
        "LMArena raised a new round of funding at a valuation of $1.7B.",
        [],
    ),
    (
        "Grok 3 did not make the top ten of LiveBench.",
        ["grok-3 | rank | livebench | of 10"],
    ),
    (
        "Some testers prefer Kimi K2 over GPT-5 for writing.",
        [],
    ),
    (
        "Qwen3-235B-A22B sits at 1418 Elo on LMArena, four points above DeepSeek R1.",
        ["qwen3-235b-a22b | margin | lmarena/text | 4", "qwen3-235b-a22b | score | lmarena/text | 1418"],
    ),
    (
        "Claude Sonnet 4.5 took gold on the Code Arena leaderboard.",
        ["claude-sonnet-4-5 | first | lmarena/webdev"],
    ),
    (
        "GPT-5.1 rose two spots to #4 on Text Arena.",
        ["gpt-5.1 | rank | lmarena/text | 4"],
    ),
    (
        "Command A breaks into the Arena's top 15 with a score of 1305.",
        ["command-a | rank | lmarena/text | of 15", "command-a | score | lmarena/text | 1305"],
    ),
    (
        "月之暗面 Kimi K2 闯进 LMArena 前五。",
        ["kimi-k2 | rank | lmarena/text | of 5"],
    ),
    (
        "最新一期 LMArena 榜单上,GPT-5 位居榜首,GLM-5 排名第七。",
        ["glm-5 | rank | lmarena/text | 7", "gpt-5 | first | lmarena/text"],
    ),
    (
        "Grok 4 以 1433 分拿到 LMArena 第四。",
        ["grok-4 | rank | lmarena/text | 4", "grok-4 | score | lmarena/text | 1433"],
    ),
    (
        "DeepSeek V3.1 在 LMArena 上反超 Kimi K2,坐上国产模型头把交椅。",
        ["deepseek-v3.1 | ahead_of | lmarena/text", "deepseek-v3.1 | best_of_group | lmarena/text"],
    ),
    (
        "Claude Opus 4.1 在 WebDev Arena 上以 1472 分领跑。",
        ["claude-opus-4-1 | first | lmarena/webdev", "claude-opus-4-1 | score | lmarena/webdev | 1472"],
    ),
    (
        "豆包1.6 在 SuperCLUE 9月榜单中总分排名国内第三。",
        ["seed-1.6 | rank | superclue | 3"],
    ),
    (
        "GLM-4.5 在 LMArena 开源榜单拿下第二。",
        ["glm-4.5 | rank | lmarena/text | 2"],
    ),
    (
        "混元图像3.0 以微弱优势击败 Seedream 4,位列 LMArena 文生图榜第一。",
        [
            "hunyuan-image-3.0 | ahead_of | lmarena/text-to-image",
            "hunyuan-image-3.0 | first | lmarena/text-to-image",
        ],
    ),
    (
        "Qwen3-Max 在 LMArena 文本榜上超过了 GPT-5-Chat,排在第三位。",
        ["qwen3-max | ahead_of | lmarena/text", "qwen3-max | rank | lmarena/text | 3"],
    ),
    (
        "GPT-5 在 LMArena 的得分为 1481,GLM-5 为 1464。",
        ["glm-5 | score | lmarena/text | 1464", "gpt-5 | score | lmarena/text | 1481"],
    ),
    (
        "Gemini 3 Pro 成为 LMArena 上第一个突破 1500 分的大模型。",
        ["gemini-3-pro | record | lmarena/text | 1500"],
    ),
    (
        "腾讯混元 T1 首次上榜 LMArena 就排到第十三。",
        ["hunyuan-t1 | rank | lmarena/text | 13"],
    ),
    (
        "Kimi K2 Thinking 在人工智能指数 Artificial Analysis Intelligence Index 上得分 67,开源模型中排名第一。",
        [
            "kimi-k2-thinking | best_of_group | artificial-analysis/intelligence-index",
            "kimi-k2-thinking | score | artificial-analysis/intelligence-index | 67",
        ],
    ),
    (
        "MiniMax M2 在 SWE-bench Verified 上的成绩为 69.4%,不及 Claude Sonnet 4.5。",
        ["claude-sonnet-4-5 | ahead_of | swebench/Verified", "minimax-m2 | score | swebench/Verified | 69.4"],
    ),
    (
        "GLM-5 在 LMArena 与 GPT-5 并列榜首。",
        ["glm-5 | tied_first | lmarena/text"],
    ),
    (
        "LMArena 前十里有三家中国公司。",
        ["cn | count_in_top | lmarena/text | 3/10"],
    ),
    (
        "GLM-5 排名 LMArena 全球第十,仅落后 Gemini 3 Pro 20 分。",
        [
            "gemini-3-pro | ahead_of | lmarena/text",
            "gemini-3-pro | margin | lmarena/text | 20",
            "glm-5 | rank | lmarena/text | 10",
        ],
    ),
    (
        "GLM-5 的数学榜排名升至第二,创意写作排名第五,均出自 LMArena。",
        ["glm-5 | rank | lmarena/text | 2", "glm-5 | rank | lmarena/text:creative_writing | 5"],
    ),
    (
        "有用户称 GLM-5 写代码比以前快了不少。",
        [],
    ),
    (
        "智谱在港交所上市首日股价大涨,市值超过百度。",
        [],
    ),
    (
        "GPT-5 登顶 App Store 免费榜。",
        [],
    ),
    (
        "Seedance 1.0 荣登 Artificial Analysis 视频竞技场榜首。",
        ["seedance-1 | first | artificial-analysis/video"],
    ),
    (
        "Step 3 在 OpenCompass 榜单上名列第六。",
        ["step-3 | rank | opencompass | 6"],
    ),
    (
        "ERNIE-5.0 预览版以1432分并列 LMArena 文本榜全球第二。",
        ["ernie-5.0 | rank | lmarena/text | 2", "ernie-5.0 | score | lmarena/text | 1432"],
    ),
    (
        "Qwen3-Coder 在 WebDev 榜单力压 Kimi K2,夺得开源第一。",
        ["qwen3-coder | ahead_of | lmarena/webdev", "qwen3-coder | best_of_group | lmarena/webdev"],
    ),
    (
        "Chatbot Arena news: Gemini-Exp-1206 climbs to #1, overtaking ChatGPT-4o-latest.",
        ["gemini-exp | ahead_of | lmarena/text", "gemini-exp | first | lmarena/text"],
    ),
    (
        "It was a good week for Zhipu: GLM-4.6 entered the WebDev Arena in sixth place.",
        ["glm-4.6 | rank | lmarena/webdev | 6"],
    ),
    (
        "With 1,398 points, GPT-4.5 has slid to fourth on LMArena.",
        ["gpt-4.5 | rank | lmarena/text | 4", "gpt-4.5 | score | lmarena/text | 1398"],
    ),
    (
        "Among open-weight models, only DeepSeek R1 ranks higher than Qwen3-235B-A22B on LMArena.",
        ["deepseek-r1 | ahead_of | lmarena/text"],
    ),
    (
        "Grok 4 Fast is the No. 8 model on Text Arena and No. 1 on Search Arena.",
        ["grok-4-fast | first | lmarena/search", "grok-4-fast | rank | lmarena/text | 8"],
    ),
    (
        "Claude 3.7 Sonnet holds a commanding lead on WebDev Arena with 1354 points, more than 100 ahead of DeepSeek R1.",
        [
            "claude-3-7-sonnet | first | lmarena/webdev",
            "claude-3-7-sonnet | margin | lmarena/webdev | 100",
            "claude-3-7-sonnet | score | lmarena/webdev | 1354",
        ],
    ),
    (
        "LMArena: Claude Opus 4.1 1st (1451), GPT-5 2nd (1447), o3 3rd (1440)",
        [
            "claude-opus-4-1 | first | lmarena/text",
            "claude-opus-4-1 | score | lmarena/text | 1451",
            "gpt-5 | rank | lmarena/text | 2",
            "gpt-5 | score | lmarena/text | 1447",
            "o3 | rank | lmarena/text | 3",
            "o3 | score | lmarena/text | 1440",
        ],
    ),
    (
        "Kimi K2 is the most popular open model among testers.",
        [],
    ),
    (
        "Moonshot says Kimi K2.5 outranks GPT-5.1 on LMArena.",
        ["kimi-k2.5 | ahead_of | lmarena/text"],
    ),
    (
        "DeepSeek V3.2 scored 73.1% on SWE-bench Verified, trailing Claude Opus 4.5 by eight points.",
        ["claude-opus-4-5 | ahead_of | swebench/Verified", "deepseek-v3.2 | score | swebench/Verified | 73.1"],
    ),
    (
        "On LiveBench, o3 narrowly outscores Gemini 2.5 Pro, 74.6 to 74.1.",
        ["o3 | ahead_of | livebench", "o3 | score | livebench | 74.6"],
    ),
    (
        "MiniMax M2 overtook DeepSeek V3.2 as the best open-source model on Artificial Analysis.",
        [
            "minimax-m2 | ahead_of | artificial-analysis/intelligence-index",
            "minimax-m2 | best_of_group | artificial-analysis/intelligence-index",
        ],
    ),
    (
        "The company's stock rose to the top of the Nasdaq.",
        [],
    ),
    (
        "Analysts rank Microsoft first among cloud providers.",
        [],
    ),
    (
        "GPT-4o mini sits in second place with an arena score of 1286, right behind GPT-4o.",
        [
            "gpt-4o | ahead_of | lmarena/text",
            "gpt-4o-mini | rank | lmarena/text | 2",
            "gpt-4o-mini | score | lmarena/text | 1286",
        ],
    ),
    (
        "Never before has an open model reached the top three of Chatbot Arena.",
        [],
    ),
    (
        "Gemini 3 Pro could be the first model to break 1600 on LMArena.",
        ["gemini-3-pro | record | lmarena/text | 1600"],
    ),
    (
        "Imagen 4 ranks behind only GPT-Image-1 on the Text-to-Image leaderboard of LMArena.",
        ["gpt-image-1 | ahead_of | lmarena/text-to-image"],
    ),
    (
        "LMArena 发布最新榜单,Gemini-Exp-1206 登顶,反超 ChatGPT-4o-latest。",
        ["gemini-exp | ahead_of | lmarena/text", "gemini-exp | first | lmarena/text"],
    ),
    (
        "GLM-4.6 首战 WebDev Arena 便拿到第六名的好成绩。",
        ["glm-4.6 | rank | lmarena/webdev | 6"],
    ),
    (
        "GPT-4.5 以1398分滑落至 LMArena 第四位。",
        ["gpt-4.5 | rank | lmarena/text | 4", "gpt-4.5 | score | lmarena/text | 1398"],
    ),
    (
        "Claude 3.7 Sonnet 在 WebDev Arena 上以1354分高居榜首,领先 DeepSeek R1 超过 100 分。",
        [
            "claude-3-7-sonnet | ahead_of | lmarena/webdev",
            "claude-3-7-sonnet | first | lmarena/webdev",
            "claude-3-7-sonnet | score | lmarena/webdev | 1354",
        ],
    ),
    (
        "LMArena 排名:Claude Opus 4.1(1451)第一,GPT-5(1447)第二。",
        [
            "claude-opus-4-1 | first | lmarena/text",
            "claude-opus-4-1 | score | lmarena/text | 1451",
            "gpt-5 | rank | lmarena/text | 2",
            "gpt-5 | score | lmarena/text | 1447",
        ],
    ),
    (
        "Kimi K2 是开发者最喜爱的开源模型之一。",
        [],
    ),
    (
        "月之暗面称 Kimi K2.5 在 LMArena 上的排名高于 GPT-5.1。",
        ["kimi-k2.5 | ahead_of | lmarena/text"],
    ),
    (
        "DeepSeek V3.2 在 SWE-bench Verified 上得分 73.1%,落后 Claude Opus 4.5 近八个百分点。",
        ["claude-opus-4-5 | ahead_of | swebench/Verified", "deepseek-v3.2 | score | swebench/Verified | 73.1"],
    ),
    (
        "MiniMax M2 超越 DeepSeek V3.2,成为 Artificial Analysis 上得分最高的开源模型。",
        [
            "minimax-m2 | ahead_of | artificial-analysis/intelligence-index",
            "minimax-m2 | best_of_group | artificial-analysis/intelligence-index",
        ],
    ),
    (
        "LMArena 文本榜前五名中,谷歌占了三个。",
        ["google | count_in_top | lmarena/text | 3/5"],
    ),
    (
        "公司股价涨幅位居创业板第一。",
        [],
    ),
    (
        "豆包日活跃用户数位列国内第一。",
        [],
    ),
    (
        "GLM-5 的发布会座无虚席,现场排到第三个会场。",
        [],
    ),
    (
        "Hunyuan-Vision-1.5 在 LMArena 视觉榜单排名全球第三,国内首位。",
        ["hunyuan-vision-1.5 | best_of_group | lmarena/vision", "hunyuan-vision-1.5 | rank | lmarena/vision | 3"],
    ),
    (
        "Qwen3-Max 与 GPT-5-Chat 在 LMArena 文本榜并列第三。",
        ["qwen3-max | rank | lmarena/text | 3"],
    ),
    (
        "通义千问 Qwen3.5 在 LMArena 数学榜单上夺冠。",
        ["qwen3.5 | first | lmarena/text:math"],
    ),
    (
        "ERNIE-4.5 在 SuperCLUE 中以 65.42 分名列第五,超过 GPT-4o 的 62.11 分。",
        [
            "ernie-4.5 | ahead_of | superclue",
            "ernie-4.5 | rank | superclue | 5",
            "ernie-4.5 | score | superclue | 65.42",
            "gpt-4o | score | superclue | 62.11",
        ],
    ),
    (
        "Gemini 3 Pro 有望成为首个突破 1600 分的模型。",
        ["gemini-3-pro | record | lmarena/text | 1600"],
    ),
    (
        "GPT-Image-1 在 LMArena 文生图榜力压 Imagen 4 夺魁。",
        ["gpt-image-1 | ahead_of | lmarena/text-to-image", "gpt-image-1 | first | lmarena/text-to-image"],
    ),
]


@pytest.mark.parametrize(("text", "gives"), SENTENCES)
def test_a_sentence_of_any_style_claims_what_it_says(text: str, gives: list[str]) -> None:
    assert said(text) == gives
