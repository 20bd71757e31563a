import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scrapers.boards.lmarena_tables import SOURCE, parse
from support.printed import captured_files, imported, plain
from topspot.domain.check import reasons_to_hold
from topspot.domain.values import Fact, LayoutChanged, Reading, Remark

NAME = "leaderboard_table_20231220.csv"

RATED = """Model,MT-bench (score),Arena Elo rating,MMLU,License,Link
GPT-4-Turbo,9.32,1243,-,Proprietary,https://openai.com/blog/gpt-4-turbo
Yi-34B-Chat,-,1113,0.735,Yi License,https://huggingface.co/01-ai/Yi-34B-Chat
Orca-2-13B,6.15,-,-,Microsoft Research,https://huggingface.co/microsoft/Orca-2-13b
"""

UNRATED = """key,Model,MT-bench (score),MMLU,Knowledge cutoff date,License,Organization,Link
qwen-14b-chat,Qwen-14B-Chat,6.96,0.665,2023/8,Qianwen LICENSE,Alibaba,https://huggingface.co/Qwen/Qwen-14B-Chat
nvila-15b,NVILA-15B,-,-,-,-,NVIDIA,https://huggingface.co/Efficient-Large-Model/NVILA-15B
"""


def test_a_table_with_ratings_gives_standings_and_facts_for_the_rest() -> None:
    turbo, yi, orca = parse(imported(NAME, RATED))

    assert turbo == Reading(
        board="lmarena/text",
        category="overall",
        published_on=date(2023, 12, 20),
        name="GPT-4-Turbo",
        license="Proprietary",
        rating=1243.0,
    )
    assert isinstance(yi, Reading)
    assert orca == Fact("Orca-2-13B", license="Microsoft Research")
    assert reasons_to_hold([turbo, yi], SOURCE.imports[0], rows_before=None, today=date(2023, 12, 20)) == ()


def test_a_table_without_ratings_gives_facts_only() -> None:
    assert list(parse(imported(NAME, UNRATED))) == [
        Fact("Qwen-14B-Chat", "Alibaba", "Qianwen LICENSE"),
        Fact("NVILA-15B", "NVIDIA", ""),
    ]


def test_only_ratings_need_a_date() -> None:
    assert len(list(parse(imported("leaderboard_table.csv", UNRATED)))) == 2
    with pytest.raises(LayoutChanged, match="--published"):
        list(parse(imported("leaderboard_table.csv", RATED)))
    [first, *_] = parse(imported("leaderboard_table.csv", RATED, on=date(2023, 12, 21)))
    assert isinstance(first, Reading)
    assert first.published_on == date(2023, 12, 21)


def test_a_rating_of_nothing_is_a_rating_and_is_held() -> None:
    text = RATED.replace("1243", "NaN").replace("1113", "0")
    rows = [each for each in parse(imported(NAME, text)) if isinstance(each, Reading)]

    assert [row.rating for row in rows][1:] == [0.0]
    assert "GPT-4-Turbo" in reasons_to_hold(rows, SOURCE.imports[0], rows_before=None, today=date(2023, 12, 20))[0]


def test_a_column_that_nobody_knows_is_reported() -> None:
    said = [each for each in parse(imported(NAME, RATED.replace("MMLU", "GPQA"))) if isinstance(each, Remark)]

    assert said == [Remark("column 'GPQA' is not known and is left out")]


@pytest.mark.parametrize(
    ("text", "board", "why"),
    [
        (RATED.replace("Model", "Name"), None, "column 'Model' is missing"),
        (RATED.replace("1243", "high"), None, "line 2: 'Arena Elo rating' should be a number, found 'high'"),
        (RATED, "lmarena/vision", "'lmarena/vision' is none of those it may be: lmarena/text"),
    ],
    ids=["no model", "no number", "another board"],
)
def test_another_shape_is_refused_and_said(text: str, board: str | None, why: str) -> None:
    with pytest.raises(LayoutChanged) as caught:
        list(parse(imported(NAME, text, board)))

    assert why in str(caught.value)


@pytest.mark.captures
def test_all_captured_files_are_read_whole(captures: Path) -> None:
    found = Counter[tuple[str, str]]()
    counted = Counter[tuple[str, str]]()
    payloads = captured_files(captures, "hf_space_tables")
    for payload in payloads:
        for row in csv.DictReader(plain(payload).splitlines()):
            counted["Reading" if row.get("Arena Elo rating", "-") != "-" else "Fact", payload.name] += 1
        items = list(parse(payload))
        found.update((type(item).__name__, payload.name) for item in items)
        days = {item.published_on.strftime("%Y%m%d") for item in items if isinstance(item, Reading)}
        assert days <= {payload.name[-12:-4]}

    assert found == counted
    rated = [name for kind, name in found if kind == "Reading"]
    assert (len(payloads), len(rated), max(rated)) == (84, 10, "leaderboard_table_20231220.csv")
    assert Counter({kind: sum(found[key] for key in found if key[0] == kind) for kind, _ in found}) == {
        "Reading": 345,
        "Fact": 13_095,
    }
