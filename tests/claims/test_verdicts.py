"""What the boards show of a claim: each rule with its opposite, both rulers, variants, dates, denials."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import row
from claims.judging import DAY, SHARED, STYLED, TEXT, claim, judged, models, ranked, shot, verdict
from support.databases import opened
from support.past import Past, catalog
from topspot.domain.claims import RELATIONS, VERDICTS, Claim, Verdict
from topspot.domain.meant import Names, group_of, words
from topspot.domain.shots import Shot
from topspot.domain.verdicts import asked, is_category
from topspot.registry import load_registry
from topspot.settings import Settings
from topspot.store.engine import reading
from topspot.verdicts import Shelf, names_of

SMALL = ("a", 1500.0, "b", 1490.0, "c", 1480.0)

CN = {"developer": "Alibaba", "country": "CN"}

US = {"developer": "OpenAI", "country": "US"}


def days(count: int) -> timedelta:
    return timedelta(days=count)


# -- first place


@pytest.mark.parametrize(("subject", "expected"), [("a", "supported"), ("b", "refuted")])
def test_first_is_who_has_most_points(subject: str, expected: str) -> None:
    assert verdict(claim("first", subject), shot(*SMALL)) == expected


def test_first_with_the_same_rating_as_another_is_first() -> None:
    assert verdict(claim("first", "b"), shot("a", 1500.0, "b", 1500.0)) == "supported"


@pytest.mark.parametrize(("subject", "expected"), [("a", "supported"), ("b", "mixed"), ("c", "refuted")])
def test_who_shares_rank_1_is_first_only_with_most_points(subject: str, expected: str) -> None:
    close = shot(row("a", 1500, 10), row("b", 1495, 10), row("c", 1400, 10), on=SHARED)

    assert verdict(claim("first", subject), close, on=SHARED) == expected


def test_since_ranks_are_ordinals_closeness_makes_nobody_first() -> None:
    close = shot(row("a", 1500, 10), row("b", 1495, 10))

    assert verdict(claim("first", "b"), close) == "refuted"


@pytest.mark.parametrize(("subject", "expected"), [("b", "supported"), ("c", "refuted")])
def test_where_only_ranks_are_kept_who_shares_rank_1_is_first(subject: str, expected: str) -> None:
    shared = shot(*ranked("a", "b", "c", ranks=(1, 1, 3)), on=SHARED)

    assert verdict(claim("first", subject), shared, on=SHARED) == expected


def test_a_refuted_first_place_says_what_would_have_been_true() -> None:
    rows = shot(
        row("claude", 1502, developer="Anthropic", country="US"), row("gpt", 1464, **US), row("qwen", 1464, **CN)
    )

    told = judged(claim("first", "qwen"), rows)

    assert told.explanation == (
        "On 2026-03-20 qwen stood 3rd of 3 on LMArena Text with style control with 1464 points, sharing the rating "
        "with gpt; first was claude with 1502 points; it was the best Chinese model; Alibaba was the 3rd developer."
    )
    assert [(each.model, each.position, each.rating) for each in told.evidence] == [
        ("claude", 1, 1502.0),
        ("qwen", 3, 1464.0),
    ]


# -- both rulers


def test_true_by_one_ruler_only_is_mixed_and_says_which() -> None:
    told = judged(claim("first"), shot(*SMALL), shot("b", 1500.0, "a", 1490.0, of=TEXT))

    assert told.verdict == "mixed"
    assert told.explanation.startswith("True with style control, not true without: on 2026-03-20 a stood 1st of 3")
    assert {each.board for each in told.evidence} == {TEXT, STYLED}


def test_true_by_both_rulers_is_supported() -> None:
    told = judged(claim("first"), shot(*SMALL, of=TEXT), shot(*SMALL))

    assert told.verdict == "supported"
    assert [each.board for each in told.evidence] == [STYLED, TEXT]  # the headline board first


def test_a_ruler_that_has_the_row_alone_decides() -> None:
    assert verdict(claim("first"), shot(*SMALL), shot("b", 1500.0, of=TEXT)) == "supported"


@pytest.mark.parametrize(
    ("category", "expected"), [("style_control", "supported"), ("no_style_control", "refuted"), (None, "mixed")]
)
def test_a_ruler_that_the_text_names_is_asked_alone(category: str | None, expected: str) -> None:
    about = claim("first", category=category)

    assert verdict(about, shot(*SMALL), shot("b", 1500.0, "a", 1490.0, of=TEXT)) == expected


def test_a_category_is_asked_on_both_rulers_and_the_whole_board_is_not() -> None:
    about = claim("first", category="math")
    of_math = shot("b", 1500.0, "a", 1490.0, category="math")

    assert asked(about) == ((STYLED, "math"), (TEXT, "math"))
    assert verdict(about, of_math, shot(*SMALL)) == "refuted"
    assert verdict(about, shot(*SMALL)) == "unverifiable"


@pytest.mark.parametrize(
    ("board", "printed", "claimed", "same"),
    [
        ("lmarena/webdev", "webdev-react", "react", True),
        ("lmarena/webdev", "webdev-html", "react", False),
        ("livebench", "Mathematics", "math", True),
        ("lmarena/text", "hard_prompts_english", "hard_prompts", False),
        ("lmarena/text", "overall", "math", False),
    ],
)
def test_categories_are_the_same_however_they_are_written(
    board: str, printed: str, claimed: str, same: bool
) -> None:
    assert is_category(board, printed, claimed) is same


# -- variants


VARIANTS = ("gpt-high", 1486.0, "qwen-max", 1464.0, "gpt", 1463.0)


def test_a_model_is_all_its_variants_any_of_which_may_be_first() -> None:
    assert verdict(claim("first", "gpt"), shot(*VARIANTS), names=models()) == "supported"


def test_ahead_of_a_model_whose_variants_stand_on_both_sides_is_mixed_and_says_so() -> None:
    told = judged(claim("ahead_of", "qwen", object="GPT"), shot(*VARIANTS), names=models(gpt="gpt"))

    assert told.verdict == "mixed"
    assert "gpt-high stood 1st of 3 with 1486 points and gpt stood 3rd of 3 with 1463 points" in told.explanation


@pytest.mark.parametrize(("rival", "expected"), [("GPT (High)", "refuted"), ("gpt-5", "unverifiable")])
def test_a_rival_s_variant_that_is_named_decides_alone(rival: str, expected: str) -> None:
    about = claim("ahead_of", "qwen", object=rival)

    assert verdict(about, shot(*VARIANTS), names=models(**{"gpt (high)": "gpt"})) == expected


@pytest.mark.parametrize(
    ("variant", "expected"), [("high", "supported"), ("preview", "supported"), ("low", "unverifiable")]
)
def test_a_variant_of_the_subject_is_looked_for(variant: str, expected: str) -> None:
    about = claim("ahead_of", "gpt", object="qwen", subject_variant=variant)
    rows = shot("gpt-high-preview", 1486.0, "qwen-max", 1464.0)

    assert verdict(about, rows, names=models(qwen="qwen")) == expected


def test_an_effort_is_not_asked_of_a_board_that_tells_none_apart() -> None:
    about = claim("rank", "gpt", rank=1, subject_variant="high")

    assert verdict(about, shot("gpt", 1486.0, "qwen", 1464.0)) == "supported"
    assert verdict(about, shot("gpt-low", 1486.0, "qwen", 1464.0), names=models()) == "unverifiable"


def test_a_family_of_which_one_is_ahead_and_one_behind_is_mixed() -> None:
    assert verdict(claim("ahead_of", "gpt", object="qwen"), shot(*VARIANTS), names=models(qwen="qwen")) == "mixed"


def test_on_other_boards_the_best_effort_of_each_is_meant() -> None:
    about = claim("ahead_of", "gpt", object="qwen", board="artificial-analysis/intelligence-index")
    rows = shot("gpt-high", 60.0, "qwen-max", 50.0, "gpt", 40.0, of="artificial-analysis/intelligence-index")

    assert verdict(about, rows, names=models(qwen="qwen")) == "supported"


@pytest.mark.parametrize(
    "spoken", ["Claude4.5", "Opus 4.5", "claude\u2011opus\u20114\u20115", "the Claude 4.5 models"]
)
def test_a_rival_is_known_by_some_words_of_its_name(spoken: str) -> None:
    rows = shot("claude-opus-4-5-20251101", 1500.0, "a", 1490.0, "claude-3-5-sonnet", 1400.0)

    assert verdict(claim("ahead_of", "a", object=spoken), rows) == "refuted"


def test_a_rival_known_by_some_words_is_no_smaller_model_of_the_name() -> None:
    rows = shot("chatgpt-4o-latest", 1500.0, "a", 1490.0, "gpt-4o-mini", 1400.0)

    assert verdict(claim("ahead_of", "a", object="4o"), rows) == "refuted"
    assert verdict(claim("ahead_of", "a", object="4o mini"), rows) == "supported"


@pytest.mark.parametrize("nobody", ["it", "the models", "GPT-9", ""])
def test_a_rival_that_nobody_knows_is_unverifiable(nobody: str) -> None:
    rows = shot("a", 1500.0, "gemma-27b-it", 1400.0)

    assert verdict(claim("ahead_of", "a", object=nobody), rows) == "unverifiable"


# -- a shared first place


@pytest.mark.parametrize(("subject", "expected"), [("a", "supported"), ("b", "supported"), ("c", "refuted")])
def test_tied_first_is_who_shares_first_place(subject: str, expected: str) -> None:
    close = shot(row("a", 1500, 10), row("b", 1495, 10), row("c", 1400, 10), on=SHARED)

    assert verdict(claim("tied_first", subject), close, on=SHARED) == expected


def test_tied_first_is_only_partly_so_for_who_is_alone() -> None:
    told = judged(claim("tied_first"), shot(row("a", 1500, 1), row("b", 1400, 1)))

    assert (told.verdict, told.explanation[:13]) == ("mixed", "Only partly s")


def test_since_ranks_are_ordinals_first_place_is_shared_by_intervals() -> None:
    told = judged(claim("tied_first", "b"), shot(row("a", 1500, 10), row("b", 1495, 10)))

    assert told.verdict == "supported"
    assert "first place was shared with a, as intervals overlap" in told.explanation


def test_tied_with_somebody_who_is_not_first_is_only_partly_so() -> None:
    close = shot(row("a", 1500, 10), row("bb1", 1495, 10), row("cc1", 1400, 10))

    assert verdict(claim("tied_first", object="bb1"), close) == "supported"
    assert verdict(claim("tied_first", object="cc1"), close) == "mixed"


# -- ranks


@pytest.mark.parametrize(("rank", "expected"), [(1, "refuted"), (2, "supported"), (3, "refuted")])
def test_a_rank_is_the_place_by_points(rank: int, expected: str) -> None:
    assert verdict(claim("rank", "b", rank=rank), shot(*SMALL)) == expected


def test_who_is_first_after_all_is_not_told_who_was_first() -> None:
    told = judged(claim("rank", "a", rank=2), shot(*SMALL))

    assert told.verdict == "refuted"
    assert (
        told.explanation == "On 2026-03-20 a stood 1st of 3 on LMArena Text with style control with 1500 points."
    )


@pytest.mark.parametrize(("top", "expected"), [(1, "refuted"), (2, "supported"), (10, "supported")])
def test_in_the_top_n(top: int, expected: str) -> None:
    assert verdict(claim("rank", "b", of_top=top), shot(*SMALL)) == expected


@pytest.mark.parametrize("rank", [2, 3])
def test_equals_have_each_of_their_places(rank: int) -> None:
    assert verdict(claim("rank", "b", rank=rank), shot("a", 1500.0, "b", 1490.0, "c", 1490.0)) == "supported"


def test_equal_only_once_rounded_is_only_partly_so() -> None:
    told = judged(claim("rank", "c", rank=2), shot("a", 1500.0, "b", 1490.4, "c", 1490.3))

    assert told.verdict == "mixed"
    assert "rounded" in told.explanation


@pytest.mark.parametrize(("rank", "expected"), [(1, "supported"), (2, "mixed"), (3, "refuted")])
def test_a_shared_rank_counts_and_the_place_by_points_only_partly(rank: int, expected: str) -> None:
    close = shot(row("a", 1500, 10), row("b", 1495, 10), row("c", 1400, 10), on=SHARED)

    told = judged(claim("rank", "b", rank=rank), close, on=SHARED)

    assert told.verdict == expected
    assert ("by points alone it was 2nd" in told.explanation) == (rank == 2)


def test_a_printed_rank_of_the_arena_is_believed() -> None:
    printed = shot(row("a", 1500, rank=1), row("b", 1490, rank=1), row("c", 1480, rank=3), on=SHARED)

    assert verdict(claim("rank", "b", rank=1), printed, on=SHARED) == "supported"


@pytest.mark.parametrize(("rank", "expected"), [(4, "supported"), (3, "mixed"), (2, "mixed"), (1, "refuted")])
def test_a_rank_without_withdrawn_entries_is_only_partly_so_and_says_so(rank: int, expected: str) -> None:
    google = {"developer": "Google", "plus_minus": 1}
    rows = shot(
        row("gemini-exp-1206", 1500, **google),
        row("gemini-exp-1121", 1490, **google),
        row("gemini-exp-1114", 1480, **google),
        row("qwen", 1450, 1, developer="Alibaba"),
        on=SHARED,
    )

    told = judged(claim("rank", "qwen", rank=rank), rows, on=SHARED)

    assert told.verdict == expected
    assert told.explanation.endswith("hidden: gemini-exp-1121, gemini-exp-1114.") == (expected == "mixed")
    assert ("without 1 of the entries" in told.explanation) == (rank == 3)


def test_what_stands_ahead_for_good_is_not_left_out() -> None:
    rows = shot(row("gemini-2.5-pro", 1500, developer="Google"), row("gemini-2.5-flash", 1490, developer="Google"),
                row("qwen", 1450, developer="Alibaba"))  # fmt: skip

    assert verdict(claim("rank", "qwen", rank=2), rows) == "refuted"


DEVELOPERS = (
    row("gpt", 1500, **US), row("gpt-old", 1490, **US), row("qwen", 1480, **CN),
    row("kimi", 1470, developer="Moonshot AI", country="CN"), row("who", 1460),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rank", "expected"), [(2, "supported"), (3, "mixed"), (1, "refuted")]
)  # third is its best model among models
def test_a_developer_stands_where_its_best_model_does(rank: int, expected: str) -> None:
    told = judged(claim("rank", "alibaba", subject_kind="developer", rank=rank), shot(*DEVELOPERS))

    assert told.verdict == expected
    assert "stood 2nd of the 3 developers" in told.explanation


def test_a_country_stands_where_its_best_model_does() -> None:
    about = claim("rank", "cn", subject_kind="country", rank=2)

    assert verdict(about, shot(*DEVELOPERS)) == "supported"
    assert verdict(replace(about, rank=1), shot(*DEVELOPERS)) == "refuted"


@pytest.mark.parametrize(("rank", "expected"), [(2, "supported"), (4, "refuted")])
def test_a_rank_within_a_group_counts_the_group_alone(rank: int, expected: str) -> None:
    assert verdict(claim("rank", "kimi", rank=rank, object="Chinese models"), shot(*DEVELOPERS)) == expected


def test_a_rank_within_a_group_that_it_is_none_of_is_refuted() -> None:
    assert verdict(claim("rank", "gpt", rank=1, object="Chinese models"), shot(*DEVELOPERS)) == "refuted"


def test_one_row_a_model_is_only_partly_how_other_boards_count() -> None:
    about = claim("rank", "qwen", rank=2, board="artificial-analysis/intelligence-index")
    rows = shot("gpt-high", 60.0, "gpt-low", 55.0, "qwen-max", 50.0, of="artificial-analysis/intelligence-index")

    assert verdict(about, rows, names=models()) == "mixed"
    assert verdict(replace(about, rank=3), rows, names=models()) == "supported"
    assert verdict(replace(about, rank=1), rows, names=models()) == "refuted"


def test_models_that_came_after_the_claim_are_left_out_of_such_a_count() -> None:
    of = "artificial-analysis/intelligence-index"
    before = shot("old-x", 60.0, "low-x", 10.0, of=of, on=DAY - days(9))
    after = shot("old-x", 60.0, "new-x", 58.0, "a", 50.0, of=of, on=DAY + days(2))

    assert verdict(claim("rank", rank=2, board=of), before, after, names=models()) == "mixed"
    assert verdict(claim("rank", rank=2, board=of), after, names=models()) == "refuted"  # nobody knows what is new
    assert verdict(claim("rank", rank=3, board=of), before, after, names=models()) == "supported"


def test_a_printed_rank_that_leaves_models_out_is_not_the_place() -> None:
    among_chinese = shot(row("gpt", 90), row("qwen", 80, rank=1), of="superclue")

    assert verdict(claim("rank", "qwen", rank=2, board="superclue"), among_chinese) == "supported"
    assert verdict(claim("rank", "qwen", rank=1, board="superclue"), among_chinese) == "refuted"


def test_an_older_date_of_a_model_is_left_out_as_withdrawn_entries_are() -> None:
    rows = shot("claude-20241022", 1500.0, "claude-20240620", 1490.0, "qwen-max", 1450.0)

    assert verdict(claim("rank", "qwen", rank=2), rows, names=models()) == "mixed"
    assert verdict(claim("rank", "qwen", rank=1), rows, names=models()) == "refuted"


# -- scores and margins


@pytest.mark.parametrize(
    ("rating", "day", "expected"),
    [
        (1491, DAY, "supported"), (1492, DAY, "refuted"),
        (1493, DAY + days(1), "supported"), (1494, DAY + days(1), "refuted"),
    ],
)  # fmt: skip
def test_a_score_may_be_a_point_off_the_same_day_and_three_on_another(
    rating: float, day: date, expected: str
) -> None:
    assert verdict(claim("score", "b", rating=rating), shot(*SMALL, on=day)) == expected


def test_a_score_within_the_interval_of_another_day_is_left_open() -> None:
    rows = {"on": DAY + days(3)}

    assert verdict(claim("score", rating=1504), shot(row("a", 1500, 10), **rows)) == "unverifiable"
    assert verdict(claim("score", rating=1511), shot(row("a", 1500, 10), **rows)) == "refuted"
    assert verdict(claim("score", rating=1504), shot(row("a", 1500, 10))) == "refuted"


def test_a_score_that_two_variants_have_is_that_of_the_plain_one_unless_the_claim_names_the_other() -> None:
    rows = shot(row("a-thinking", 1500), row("a", 1499))
    names = models()

    plain = judged(claim("score", rating=1500), rows, names=names)
    named = judged(claim("score", subject_variant="thinking", rating=1500), rows, names=names)
    only = judged(claim("score", rating=1503), shot(row("a-thinking", 1503), row("a", 1450)), names=names)

    assert ["a-thinking" in told.explanation for told in (plain, named, only)] == [False, True, True]
    assert [told.verdict for told in (plain, named, only)] == ["supported", "supported", "mixed"]


def test_a_score_that_the_plain_model_may_have_had_is_not_refuted_by_its_variant() -> None:
    rows = shot(row("a-thinking", 1500, 5), row("a", 1450, 10), on=DAY - timedelta(days=1))

    assert verdict(claim("score", rating=1455), rows, names=models()) == "unverifiable"


def test_a_score_by_either_ruler_is_supported() -> None:
    told = judged(claim("score", "a", rating=1520), shot(*SMALL), shot("a", 1520.0, of=TEXT))

    assert told.verdict == "supported"
    assert [each.board for each in told.evidence] == [TEXT]


def test_a_score_may_be_that_of_the_ruler_of_which_only_ranks_are_kept() -> None:
    about = claim("score", "a", rating=1470)

    told = judged(about, shot(*ranked("a", "b")), shot("a", 1476.0, of=TEXT))

    assert (told.verdict, told.evidence) == ("unverifiable", ())
    assert "its rating there is not kept" in told.explanation
    assert verdict(about, shot("a", 1490.0), shot("a", 1476.0, of=TEXT)) == "refuted"


@pytest.mark.parametrize(
    ("said", "there", "expected"),
    [(80, 79.6, "supported"), (80, 79.4, "refuted"), (76.1, 76.12, "supported"), (76.1, 76.2, "refuted")],
)
def test_a_share_is_compared_as_far_as_it_is_said(said: float, there: float, expected: str) -> None:
    about = claim("score", rating=said, board="aider/polyglot")

    assert verdict(about, shot("a", there, of="aider/polyglot")) == expected


@pytest.mark.parametrize(("rating", "expected"), [(10, "supported"), (11, "supported"), (15, "refuted")])
def test_a_margin_without_a_rival_is_over_the_next_model(rating: float, expected: str) -> None:
    rows = shot("a", 1500.0, "a-old", 1499.0, "b", 1490.0)

    assert verdict(claim("margin", rating=rating), rows, names=models()) == expected


@pytest.mark.parametrize(("rival", "expected"), [("cc1", "supported"), ("bb1", "refuted"), ("第二名", "refuted")])
def test_a_margin_is_over_the_rival_that_is_named(rival: str, expected: str) -> None:
    assert (
        verdict(claim("margin", object=rival, rating=20), shot("a", 1500.0, "bb1", 1490.0, "cc1", 1480.0))
        == expected
    )


def test_a_margin_says_who_is_behind() -> None:
    told = judged(claim("margin", "bb1", object="aa1", rating=10), shot("aa1", 1500.0, "bb1", 1490.0))

    assert told.verdict == "supported"
    assert "10 behind aa1 with 1500 points" in told.explanation


# -- rivals and groups


def test_ahead_behind_and_level() -> None:
    rows = shot("aa1", 1500.0, "bb1", 1490.0, "bb2", 1490.0)

    assert verdict(claim("ahead_of", "aa1", object="bb1"), rows) == "supported"
    assert verdict(claim("ahead_of", "bb1", object="aa1"), rows) == "refuted"
    assert verdict(claim("ahead_of", "bb1", object="bb2"), rows) == "mixed"


def test_ahead_of_all_of_a_group() -> None:
    about = claim("ahead_of", "gpt", object="Chinese models")

    assert verdict(about, shot(*DEVELOPERS)) == "supported"
    assert verdict(replace(about, subject_key="kimi"), shot(*DEVELOPERS)) == "refuted"


OPEN = (
    row("gpt", 1500, **US, open_weights=False), row("qwen", 1490, **CN, open_weights=True),
    row("llama", 1480, developer="Meta", country="US", open_weights=True), row("who", 1495),
)  # fmt: skip


@pytest.mark.parametrize(
    "group", ["open models", "open-weight models", "开源模型", "国产开源大模型", "Chinese models"]
)
def test_the_best_of_a_group_is_the_first_of_it(group: str) -> None:
    assert verdict(claim("best_of_group", "qwen", object=group), shot(*OPEN)) == "supported"


def test_who_is_behind_another_of_the_group_or_none_of_it_is_not_its_best() -> None:
    behind = judged(claim("best_of_group", "llama", object="open models"), shot(*OPEN))
    none = judged(claim("best_of_group", "gpt", object="open models"), shot(*OPEN))

    assert (behind.verdict, none.verdict) == ("refuted", "refuted")
    assert "the best open one, qwen stood 3rd of 4" in behind.explanation
    assert "is none of the open ones" in none.explanation


def test_level_with_another_of_the_group_is_only_partly_its_best() -> None:
    rows = shot(row("a", 1490, open_weights=True), row("b", 1490, open_weights=True))

    assert verdict(claim("best_of_group", object="open models"), rows) == "mixed"


@pytest.mark.parametrize("group", ["models under 30B", "Apache 2.0 models", "non-reasoning models", None])
def test_a_group_that_rows_do_not_tell_is_unverifiable(group: str | None) -> None:
    assert group_of(group) is None
    assert verdict(claim("best_of_group", "qwen", object=group), shot(*OPEN)) == "unverifiable"


def test_a_developer_is_the_best_of_a_group_by_its_best_model() -> None:
    about = claim("best_of_group", "alibaba", subject_kind="developer", object="chinese developers")

    assert verdict(about, shot(*DEVELOPERS)) == "supported"
    assert verdict(replace(about, subject_key="moonshot-ai"), shot(*DEVELOPERS)) == "refuted"


@pytest.mark.parametrize(("count", "expected"), [(2, "supported"), (1, "mixed"), (3, "refuted")])
def test_the_developers_of_a_country_in_the_top_are_counted(count: int, expected: str) -> None:
    about = claim("count_in_top", "cn", subject_kind="country", object="developers", n=count, of_top=3)

    assert verdict(about, shot(*DEVELOPERS)) == expected


def test_models_in_the_top_are_counted_by_row() -> None:
    about = claim("count_in_top", "openai", subject_kind="developer", object="models", n=2, of_top=3)

    assert verdict(about, shot(*DEVELOPERS)) == "supported"
    assert (
        verdict(claim("count_in_top", "open-weights", object="models", n=2, of_top=4), shot(*OPEN)) == "supported"
    )


# -- records


def history(*ratings: tuple[str, float, int]) -> list[Shot]:
    return [shot(name, rating, on=DAY - days(ago)) for name, rating, ago in ratings]


def test_a_record_is_above_all_that_stood_before() -> None:
    before = history(("b", 1490.0, 300), ("c", 1495.0, 100))

    assert verdict(claim("record"), *before, shot("a", 1500.0)) == "supported"
    assert verdict(claim("record", rating=1500), *before, shot("a", 1501.0)) == "supported"


def test_what_somebody_reached_before_is_no_record_and_the_earlier_row_is_evidence() -> None:
    told = judged(claim("record"), *history(("b", 1510.0, 300)), shot("a", 1500.0))

    assert told.verdict == "refuted"
    assert "b had 1510 on 2025-05-24 already" in told.explanation
    assert {(each.model, each.rating) for each in told.evidence} == {("a", 1500.0), ("b", 1510.0)}


def test_a_record_that_is_only_equalled_is_partly_so_and_one_not_reached_is_refuted() -> None:
    before = history(("b", 1500.0, 300))

    assert verdict(claim("record"), *before, shot("a", 1500.0)) == "mixed"
    assert verdict(claim("record", rating=1600), *before, shot("a", 1500.0)) == "refuted"


def test_a_record_that_another_variant_holds_is_only_partly_so() -> None:
    before = history(("a-high", 1510.0, 300))
    about = claim("record", subject_variant="low")

    assert verdict(about, *before, shot("a-low", 1500.0), names=models()) == "mixed"
    assert verdict(about, *before, shot("a-low", 1500.0)) == "unverifiable"  # nobody knows that they are one model


def test_a_record_that_is_a_little_less_than_said_is_compared_as_it_is() -> None:
    about = claim("record", rating=1503)

    assert verdict(about, *history(("b", 1502.0, 300)), shot("a", 1501.0)) == "refuted"
    assert verdict(about, *history(("b", 1499.0, 300)), shot("a", 1501.0)) == "supported"


def test_a_record_of_a_group_is_above_all_of_the_group() -> None:
    before = [shot(row("gpt", 1600, **US), row("kimi", 1450, **CN), on=DAY - days(60))]

    assert (
        verdict(claim("record", "qwen", object="Chinese models"), *before, shot(row("qwen", 1500, **CN)))
        == "supported"
    )
    assert verdict(claim("record", "qwen"), *before, shot(row("qwen", 1500, **CN))) == "refuted"


def test_without_any_earlier_snapshot_a_record_is_unverifiable() -> None:
    assert verdict(claim("record"), shot("a", 1500.0)) == "unverifiable"


# -- dates


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(-8, "unverifiable"), (-7, "supported"), (-2, "supported"), (5, "supported"), (6, "unverifiable")],
)
def test_arena_snapshots_count_from_a_week_before_to_five_days_after(offset: int, expected: str) -> None:
    assert verdict(claim("first"), shot(*SMALL, on=DAY + days(offset))) == expected


def test_what_was_in_force_counts_beside_what_came_after() -> None:
    before, after = shot(*SMALL, on=DAY - days(6)), shot("b", 1500.0, "a", 1490.0, on=DAY + days(4))

    assert verdict(claim("first"), before, after) == "supported"


def test_an_old_snapshot_does_not_count_where_a_ruler_has_one_close_by() -> None:
    close, old = shot(*SMALL), shot("b", 1500.0, "a", 1490.0, of=TEXT, on=DAY - days(4))

    assert verdict(claim("first"), close, old) == "supported"
    assert verdict(claim("first"), shot(*SMALL, on=DAY - days(4)), old) == "mixed"


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(-181, "unverifiable"), (-170, "supported"), (10, "supported"), (11, "unverifiable")],
)
def test_of_slower_boards_the_state_in_force_counts(offset: int, expected: str) -> None:
    of = "swebench/Verified"

    assert verdict(claim("first", board=of), shot(*SMALL, of=of, on=DAY + days(offset))) == expected


def test_a_state_that_another_has_replaced_does_not_count() -> None:
    of = "swebench/Verified"
    older, newer = shot(*SMALL, of=of, on=DAY - days(90)), shot("b", 70.0, "a", 60.0, of=of, on=DAY - days(9))

    assert verdict(claim("first", board=of), older, newer) == "refuted"


def test_a_score_that_never_changes_may_be_kept_much_later_and_a_place_may_not() -> None:
    later = shot("a", 79.6, of="aider/polyglot", on=DAY + days(200))

    assert verdict(claim("score", rating=80, board="aider/polyglot"), later) == "supported"
    assert verdict(claim("first", board="aider/polyglot"), later) == "unverifiable"


def test_who_does_not_stand_on_a_slower_board_is_not_first_there() -> None:
    of = "swebench/Verified"

    told = judged(claim("first", "qwen", board=of), shot(*SMALL, of=of))

    assert told.verdict == "refuted"
    assert "qwen did not stand on swebench/Verified at all; first was a" in told.explanation
    assert verdict(claim("first", "qwen"), shot(*SMALL)) == "unverifiable"  # the arena shows what is new later


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [("claude-20260101", "refuted"), ("claude-20260601", "unverifiable"), ("claude", "unverifiable")],
)
def test_rows_that_may_have_come_later_refute_nothing(ahead: str, expected: str) -> None:
    grown = shot(ahead, 80.0, "a", 70.0, of="livebench", on=DAY - days(60), grows=True)

    told = judged(claim("first", board="livebench"), grown)

    assert told.verdict == expected
    assert (f"ahead of it stood {ahead} with 80 points already" in told.explanation) == (expected == "refuted")


def test_the_past_is_looked_for_in_all_that_came_before() -> None:
    about = claim("first", modality="historical")
    once = shot(*SMALL, on=DAY - days(400))

    assert verdict(about, once, shot("b", 1500.0, "a", 1490.0)) == "supported"
    assert verdict(about, shot("b", 1500.0, "a", 1490.0)) == "unverifiable"  # what is kept has gaps


# -- what cannot be judged, and denials


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"board": None}, "names no board"),
        ({"board": "lmarena"}, "several boards"),
        ({"subject_key": None}, "is not known"),
        ({"subject_key": "unknown"}, "is not known"),
        ({"board": "opencompass"}, "no snapshot of opencompass"),
        ({"subject_key": "zzz9"}, "has the rows"),
    ],
)
def test_what_no_row_tells_is_unverifiable_and_says_why(fields: dict[str, Any], word: str) -> None:
    told = judged(claim("rank", **{"rank": 1} | fields), shot(*SMALL))

    assert (told.verdict, told.evidence) == ("unverifiable", ())
    assert word in told.explanation


def test_what_has_no_date_is_unverifiable() -> None:
    assert "no date" in judged(claim(), shot(*SMALL), on=None).explanation


def test_what_is_to_come_is_not_checkable() -> None:
    assert verdict(claim(modality="predicted"), shot(*SMALL)) == "not_checkable"


@pytest.mark.parametrize("modality", ["attributed", "hedged"])
def test_who_says_it_and_with_how_much_doubt_changes_nothing(modality: str) -> None:
    assert verdict(claim(modality=modality), shot(*SMALL)) == "supported"


# -- what holds of every claim

some_rows = st.lists(
    st.builds(
        lambda name, rating, country, weights: row(
            name, rating, 5, country=country, developer=f"of {name[0]}", open_weights=weights
        ),
        st.sampled_from(["a", "a-high", "b", "b-preview", "c"]),
        st.integers(1480, 1500),
        st.sampled_from(["CN", "US", None]),
        st.sampled_from([True, False, None]),
    ),
    max_size=6,
    unique_by=lambda each: each.name,
)

some_shots = st.lists(
    st.builds(
        lambda rows, of, ago: shot(*rows, of=of, on=DAY - days(ago)),
        some_rows, st.sampled_from([TEXT, STYLED]), st.integers(-6, 30),
    ),
    max_size=4,
    unique_by=lambda each: each.snapshot_id,
)  # fmt: skip

some_claims = st.builds(
    claim,
    st.sampled_from(RELATIONS),
    st.sampled_from(["a", "b", "zzz"]),
    subject_variant=st.sampled_from([None, "high"]),
    object=st.sampled_from([None, "b", "Chinese models", "open models", "nobody"]),
    rank=st.sampled_from([None, 1, 2, 3]),
    of_top=st.sampled_from([None, 1, 3]),
    rating=st.sampled_from([None, 5.0, 1490.0, 1495.0]),
    n=st.sampled_from([None, 1, 2]),
    modality=st.sampled_from(["asserted", "historical"]),
)


@given(some_claims, some_shots, st.randoms(use_true_random=False))
def test_a_verdict_comes_with_its_rows_and_does_not_depend_on_their_order(
    about: Claim, shots: list[Shot], random: Any
) -> None:
    told = judged(about, *shots, names=models(b="b"))
    random.shuffle(shots)

    assert told.verdict in VERDICTS
    assert bool(told.evidence) == (told.verdict not in ("unverifiable", "not_checkable"))
    assert told.explanation.endswith(".")
    assert told.explanation[0].isupper() or told.explanation[0].isdigit()
    assert judged(about, *shots, names=models(b="b")) == told


@given(some_claims.filter(lambda each: each.modality == "asserted"), some_shots)
def test_a_denial_turns_true_into_false_and_back(about: Claim, shots: list[Shot]) -> None:
    told = judged(about, *shots, names=models(b="b"))
    denied = judged(replace(about, modality="negated"), *shots, names=models(b="b"))

    opposite = {"supported": "refuted", "refuted": "supported"}
    assert denied.verdict == opposite.get(told.verdict, told.verdict)
    assert denied.evidence == told.evidence


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT5.4", "gpt-5.4"), ("Claude Opus 4.6", "claude-opus-4-6"), ("文心一言 4.0（API）", "文心一言4.0(api)"),
        ("GPT\u20115\u2011High", "gpt-5 high"), ("exp-03-25", "Exp 03.25"), ("latest (2025-01-29)", "latest 20250129"),
    ],
)  # fmt: skip
def test_names_are_the_same_words_however_they_are_written(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("command-r", "command-r+"), ("gpt-4.1", "gpt-41"), ("opt-1.3b", "opt-13b"), ("gpt-5-minimal", "gpt-5-mini")],
)
def test_names_that_mean_something_else_are_other_words(one: str, other: str) -> None:
    assert words(one) != words(other)


# -- from what is kept


@pytest.fixture
def past(tmp_path: Path) -> Past:
    return Past(Settings(data_dir=tmp_path, download_delay=0, contact="tests@example.org"))


def kept(past: Past, about: Claim, on: date = date(2025, 11, 20), **more: Any) -> Verdict:
    with opened(past.url) as engine, reading(engine) as session:
        return Shelf(session, names_of(load_registry()), **more).verdict_on(about, on)


def load_two_rulers(past: Past, folder: Path) -> None:
    with_style = {"claude-opus-4-5": (1500.0, 5.0), "gpt-5.1-high": (1480.0, 5.0), "gpt-5.1": (1470.0, 5.0)}
    without = {"gpt-5.1-high": (1500.0, 5.0), "claude-opus-4-5": (1480.0, 5.0)}
    past.load(
        "lmarena-catalog",
        catalog(folder, "2025-11-18", with_style, ruler="text-style-control"),
        catalog(folder, "2025-11-19", without),
        catalog(folder, "2025-10-01", {"gemini-2.5-pro": (1510.0, 5.0)}),
    )


def test_a_claim_is_judged_by_the_snapshots_that_are_kept(past: Past, tmp_path: Path) -> None:
    load_two_rulers(past, tmp_path / "files")

    told = kept(past, claim("first", "claude-opus-4-5"))

    assert told.verdict == "mixed"
    assert told.explanation.startswith(
        "True with style control, not true without: on 2025-11-18 claude-opus-4-5 stood"
    )
    assert [(each.board, each.published_on.isoformat(), each.position) for each in told.evidence] == [
        (STYLED, "2025-11-18", 1), (TEXT, "2025-11-19", 1), (TEXT, "2025-11-19", 2),
    ]  # fmt: skip
    assert all(each.snapshot_id for each in told.evidence)


def test_variants_and_rivals_are_those_that_the_registry_knows(past: Past, tmp_path: Path) -> None:
    load_two_rulers(past, tmp_path / "files")

    assert kept(past, claim("rank", "gpt-5.1", rank=3)).verdict == "mixed"  # its plain variant, by one ruler
    assert (
        kept(past, claim("ahead_of", "claude-opus-4-5", object="GPT 5.1", category="style_control")).verdict
        == "supported"
    )


def test_a_record_looks_back_through_all_that_is_kept(past: Past, tmp_path: Path) -> None:
    load_two_rulers(past, tmp_path / "files")

    told = kept(past, claim("record", "gpt-5.1", category="no_style_control"))

    assert (told.verdict, [each.rating for each in told.evidence]) == ("refuted", [1500.0, 1510.0])


def test_what_was_not_known_yet_decides_nothing(past: Past, tmp_path: Path) -> None:
    load_two_rulers(past, tmp_path / "files")
    loaded = past.clock()

    assert kept(past, claim("first", "claude-opus-4-5"), known_at=loaded - days(1)).verdict == "unverifiable"
    assert kept(past, claim("first", "claude-opus-4-5"), known_at=loaded + days(1)).verdict == "mixed"
    assert kept(past, claim("first", "claude-opus-4-5"), on=date(2026, 6, 1)).verdict == "unverifiable"
    assert kept(past, claim("first", "claude-opus-4-5"), known_at=datetime(2020, 1, 1, tzinfo=UTC)).evidence == ()


def test_of_a_question_set_rows_may_have_come_later(past: Past, tmp_path: Path) -> None:
    scores = {
        "claude-3-7-sonnet": 76,
        "gemini-2.5-pro": 82,
        "gpt-4o-2024-11-20": 55,
        "o1": 70,
        "o3-mini": 60,
        "grok-2": 50,
    }
    table = tmp_path / "table_2024_11_25.csv"
    table.write_text("\n".join(["model,puzzles", *(f"{name},{score}" for name, score in scores.items())]) + "\n")
    categories = tmp_path / "categories_2024_11_25.json"
    categories.write_text('{"Reasoning": ["puzzles"]}')
    past.load("livebench", table, categories)
    day = date(2025, 2, 25)

    later = kept(past, claim("first", "claude-3-7-sonnet", board="livebench"), on=day)
    score = kept(past, claim("score", "claude-3-7-sonnet", board="livebench", rating=76), on=day)
    category = kept(
        past, claim("score", "claude-3-7-sonnet", board="livebench", category="reasoning", rating=70), on=day
    )

    assert (later.verdict, score.verdict, category.verdict) == ("unverifiable", "supported", "refuted")
    assert "rows that came later" in later.explanation


def test_nothing_kept_and_no_date_are_unverifiable(past: Past) -> None:
    with opened(past.url) as engine, reading(engine) as session:
        assert Shelf(session).verdict_on(claim(), DAY).verdict == "unverifiable"
        assert Shelf(session).verdict_on(claim(), None).verdict == "unverifiable"


def test_names_without_a_registry_are_those_of_the_rows() -> None:
    assert Names().key_of(row("a")) == "a"
    assert (Names().model_of("a"), Names().developer_of("a")) == (None, None)


# -- slower boards


SWE = "swebench/Verified"


@pytest.mark.parametrize(("age", "expected"), [(10, "refuted"), (60, "unverifiable")])
def test_one_who_does_not_stand_on_a_board_is_refuted_only_by_a_fresh_one(age: int, expected: str) -> None:
    rows = shot("a", 80.0, "b", 70.0, of=SWE, on=DAY - days(age))

    assert verdict(claim("first", "qwen", board=SWE), rows) == expected


def test_a_score_that_a_maker_tells_of_its_own_agent_is_not_refuted_by_another_agent_s() -> None:
    told = judged(claim("score", "a", board=SWE, rating=63.8), shot("a", 53.6, "b", 70.0, of=SWE))

    assert told.verdict == "unverifiable"
    assert "which another agent than the claimed one may have got" in told.explanation
    assert verdict(claim("score", "a", board=SWE, rating=53.6), shot("a", 53.6, "b", 70.0, of=SWE)) == "supported"


def test_a_rival_that_came_later_to_a_board_that_grows_was_not_passed_then() -> None:
    about = claim("ahead_of", "a", object="b", board="livebench")
    both = shot(
        "b-2026-05-01", 90.0, "a", 80.0, "b-2026-01-01", 70.0, of="livebench", on=DAY - days(60), grows=True
    )

    assert verdict(about, both, names=models(b="b")) == "supported"


def test_what_no_snapshot_shows_is_said_with_its_category() -> None:
    told = judged(claim("first", category="hard_prompts"), shot("a", 1500.0))

    assert told.explanation.startswith("There is no snapshot of lmarena/text, hard prompts within reach of ")
