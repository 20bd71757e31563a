import io
import re

import pytest
from rich.console import Console

from standins.messages import message, retracted
from topspot.domain.messages import TableRow
from topspot.tell.console import show


def shown(some, *, terminal=False, width=80):
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=width, color_system=None, legacy_windows=False)
    show(some, console)
    return out.getvalue()


def test_a_pipe_gets_readable_text_of_a_hundred_columns():
    lines = shown(message(), width=40).splitlines()

    assert lines[0] == "TIE AT #1 · LMArena Text, Overall: Qwen4-Max joins a 3-way tie"
    assert max(map(len, lines)) <= 100
    assert not [line for line in lines if "\x1b" in line]


def test_the_reader_sees_what_a_reader_in_slack_sees():
    text = shown(message(more=3))

    assert "joins a 3-way tie for #1 in Overall" in text
    assert "By points gemini-3-pro leads" in text
    assert "  • Coding: Qwen4-Max takes first place\n" in text
    assert "  • and 3 more\n" in text
    assert re.search(r"Model +Developer \(country\) +Before +After", text)
    assert re.search(r"Qwen4-Max +Alibaba \(CN\) +— +2\. 1499\.8 \[1492\.0, 1507\.5\]", text)
    assert "published 2026-09-12 · seen 2026-09-12 14:03 UTC · LMArena leaderboard dataset (CC-BY-4.0)" in text
    assert "alert al_7f3a9c21" in text.replace("\n", " ")


def test_a_possible_repeat_is_marked():
    assert "(possible repeat) LMArena Text: Qwen4-Max" in shown(message(repeat=True))


def test_a_retraction_says_what_was_said_and_why_not():
    lines = shown(retracted()).splitlines()

    assert lines[:4] == [
        "RETRACTED · first place as of 2026-09-12 · LMArena Text",
        "LMArena Text: what was told of 2026-09-12 no longer holds",
        "Said before: LMArena Text: Qwen4-Max (Alibaba, CN) joins a 3-way tie for #1 in Overall.",
        "Because: the publisher's figures of 2026-09-12, which came later, show it otherwise",
    ]
    assert "Said before" not in shown(message())
    assert "Because" not in shown(message())


@pytest.mark.parametrize("terminal", [True, False])
def test_text_from_outside_neither_styles_nor_steers_the_terminal(terminal):
    hostile = "[bold red]x[/] [link=http://evil.example]y[/link] :skull: \x1b[2J\x1b]0;owned\x07 \x9b31m\u202e\r\n"

    text = shown(
        message(
            title=hostile, sentence=hostile, lines=(hostile,), table=(TableRow(hostile, "", "", ""),), was=hostile
        ),
        terminal=terminal,
        width=100,
    )

    seen = re.sub(r"\x1b\[[\d;]*m", "", text)  # the styles of our own
    assert "[bold red]x[/] [link=http://evil.example]y[/link] :skull: [2J]0;owned 31m" in seen
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", seen)


def test_a_long_name_wraps_and_stays_whole():
    text = shown(message(title="x" * 120), width=60, terminal=True)

    assert text.replace("\n", "").count("x") >= 120
