import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from standins.messages import corrected, message, retracted
from standins.slack import refusal
from topspot.domain.messages import Message, TableRow
from topspot.tell.render import (
    HEADER_LIMIT,
    LINES,
    MOST_SIZE,
    PLAIN_LIMIT,
    SECTION_LIMIT,
    TABLE_CHARACTERS,
    TABLE_ROWS,
    WISHED_SIZE,
    blocks,
    clean,
    cut,
    escape,
    json_size,
    notification,
    plain,
    size,
    uneditable,
)

HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U012ABCDEF>",
    "<#C012ABCDEF>",
    "<!subteam^S012ABCDE>",
    "<http://evil.example|LMArena>",
    "<!date^1392734382^{date}|never>",
    "&lt;!channel&gt; &amp;amp;",
    "*bold* _italic_ ~struck~",
    "*_both_* and **twice** and _this is_half",
    "`code` and ```a block```",
    "an open ` and an open *",
    ":skull: and :+1:",
    "pay\u202egro.live\u202c \u2066x\u2069 \u200fy",
    "zero\u200bwidth\u2060joined\ufeff\u00ad",
    "hidden\U000e0041\U000e0042\U000e0043 and \ufe01\ufe02\U000e0101",
    "bell\x07 escape\x1b[31m nul\x00 return\rline\nnext\u2028para\u2029",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "https://evil.example/?q=@channel",
    "@channel @here #general",
    "half a pair \ud83d of surrogates",
    "z" + "\u0335" * 60,
    "\u3164\u115f\u2800",
    "[link](http://evil.example)",
    "name" * 1250,
]
CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from("*_~`<>&!@#|^:\n\r\t \u200b\u202e\u2028"),
    st.sampled_from("模型月之暗面한국어日本語"),
    st.sampled_from(["👩‍💻", "🇨🇳", "👍🏽", "❤️", "🧑‍🧑‍🧒‍🧒", "e\u0301", "\u1112\u1161\u11ab", "𠜎"]),
)
TEXTS = st.one_of(st.lists(CHARACTERS, max_size=30).map("".join), st.sampled_from(HOSTILE)).flatmap(
    lambda text: st.sampled_from([1, 1, 1, 30]).map(lambda times: (text * times)[:6000])
)
MESSAGES = st.builds(
    message,
    alert_id=TEXTS,
    title=TEXTS,
    sentence=TEXTS,
    finding=TEXTS,
    lines=st.lists(TEXTS, max_size=10).map(tuple),
    more=st.integers(0, 5000),
    table=st.lists(st.builds(TableRow, TEXTS, TEXTS, TEXTS, TEXTS), max_size=4).map(
        lambda rows: tuple(rows * (40 if len(rows) > 3 else 1))
    ),
    credit=TEXTS,
    license=TEXTS,
    rules=st.lists(TEXTS, max_size=6).map(tuple),
    repeat=st.booleans(),
    was=TEXTS,
    because=TEXTS,
)
OUR_DATE = re.compile(r"seen <!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>")


def everywhere(text: str) -> Message:
    """A message that has this text in every field that comes from outside."""
    return message(
        alert_id=text,
        title=text,
        sentence=text,
        finding=text,
        lines=(text, text),
        table=(TableRow(text, text, text, text),),
        credit=text,
        license=text,
        rules=(text,),
        was=text,
        because=text,
    )


def texts(value: Any) -> list[str]:
    """All texts of blocks that are shown."""
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if isinstance(value, dict):
        inner = [
            text for name, item in value.items() if name in {"text", "elements", "rows"} for text in texts(item)
        ]
        return inner + ([value["text"]] if isinstance(value.get("text"), str) else [])
    return []


def mrkdwn(value: list[dict[str, Any]]) -> list[str]:
    """The texts of blocks that Slack parses."""
    objects = [block["text"] for block in value if "text" in block]
    objects += [element for block in value for element in block.get("elements", [])]
    return [one["text"] for one in objects if one["type"] == "mrkdwn"]


def as_slack_shows(text: str) -> str:
    """Decode the three entities, once."""
    return re.sub("&(lt|gt|amp);", lambda match: {"lt": "<", "gt": ">", "amp": "&"}[match[1]], text)


def block(value: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = [block for block in value if block["type"] == kind]
    return found


def test_a_message_has_header_finding_further_lines_table_and_context_in_this_order():
    kinds = [block["type"] for block in blocks(message())]

    assert kinds == ["header", "section", "section", "table", "context"]


def test_the_header_has_the_status_word_and_the_title():
    header = block(blocks(message(status="TIE AT #1", title="LMArena Text: three lead")), "header")

    assert header["text"] == {"type": "plain_text", "text": "TIE AT #1 · LMArena Text: three lead", "emoji": False}


def test_the_notification_is_the_sentence_and_stands_alone():
    assert notification(message(sentence="Qwen4-Max joins #1.")) == "Qwen4-Max joins #1."


@pytest.mark.parametrize("form", [notification, plain, lambda m: blocks(m)[1]["text"]["text"]])
def test_a_possible_repeat_is_marked_where_everybody_sees_it(form):
    assert "(possible repeat) Qwen4-Max joins #1." in form(message(sentence="Qwen4-Max joins #1.", repeat=True))
    assert "repeat" not in form(message(sentence="Qwen4-Max joins #1."))


def test_the_published_date_is_plain_text_and_only_the_instant_goes_into_the_readers_zone():
    elements = block(blocks(message()), "context")["elements"]

    assert elements[0] == {"type": "plain_text", "text": "published 2026-09-12", "emoji": False}
    assert elements[1]["text"] == "seen <!date^1789221780^{date_short_pretty} {time}|2026-09-12 14:03 UTC>"


def test_the_context_credits_the_source_and_names_rules_and_alert():
    elements = block(blocks(message()), "context")["elements"]

    assert [element["text"] for element in elements[2:]] == [
        "LMArena leaderboard dataset (CC-BY-4.0)",
        "rule lead.model@1, lead.country@1",
        "alert al_7f3a9c21",
    ]


def test_the_table_has_before_and_after_and_no_empty_cell():
    rows = block(blocks(message()), "table")["rows"]

    assert [[cell["text"] for cell in row] for row in rows] == [
        ["Model", "Developer (country)", "Before", "After"],
        ["gemini-3-pro", "Google (US)", "1. 1501.0 [1496.1, 1506.0]", "1. 1501.2 [1496.3, 1506.1]"],
        ["Qwen4-Max", "Alibaba (CN)", "—", "2. 1499.8 [1492.0, 1507.5]"],
    ]
    assert {cell["type"] for row in rows for cell in row} == {"raw_text"}


def test_a_message_without_table_and_further_lines_is_short():
    kinds = [block["type"] for block in blocks(message(table=(), lines=()))]

    assert kinds == ["header", "section", "context"]


def test_more_lines_than_eight_are_counted():
    lines = blocks(message(lines=tuple(f"line {n}" for n in range(11)), more=2))[2]["text"]["text"].split("\n")

    assert lines == [*(f"• line {n}" for n in range(LINES)), "• and 5 more"]


def test_lines_are_left_out_whole_when_they_are_long():
    text = blocks(message(lines=("a " * 400,) * 8))[2]["text"]["text"]

    lines = text.split("\n")
    assert lines[-1] == f"• and {8 - len(lines) + 1} more"
    assert all(line == "• " + ("a " * 400)[:199].rstrip() + "…" for line in lines[:-1])


def test_rows_are_left_out_whole_and_counted():
    row = TableRow(
        "model-" + "x" * 40, "Developer (CN)", "1. 1500.0 [1490.0, 1510.0]", "2. 1499.0 [1489.0, 1509.0]"
    )

    made = blocks(message(table=(row,) * 40))

    rows = block(made, "table")["rows"]
    assert rows[-1][0]["text"] == f"and {40 - (len(rows) - 2)} more"
    assert 4 < len(rows) < 20
    assert json_size(made) <= WISHED_SIZE


def test_a_typical_message_is_short_and_the_sdk_and_slack_take_it():
    made = blocks(message())

    assert json_size(made) <= WISHED_SIZE
    assert refusal({"text": notification(message()), "blocks": made}) is None
    for parsed in Block.parse_all(made):
        parsed.validate_json()


def test_plain_text_tells_the_same_without_markup():
    assert plain(message(lines=("Coding: Qwen4-Max takes first place",), more=3)).split("\n") == [
        "TIE AT #1 · LMArena Text, Overall: Qwen4-Max joins a 3-way tie",
        "LMArena Text: Qwen4-Max (Alibaba, CN) joins a 3-way tie for #1 in Overall.",
        "By points gemini-3-pro leads; by rank upper bound Qwen4-Max shares first place with 2 others.",
        "• Coding: Qwen4-Max takes first place",
        "• and 3 more",
        "gemini-3-pro, Google (US): 1. 1501.0 [1496.1, 1506.0] → 1. 1501.2 [1496.3, 1506.1]",
        "Qwen4-Max, Alibaba (CN): — → 2. 1499.8 [1492.0, 1507.5]",
        " · ".join(
            (
                "published 2026-09-12",
                "seen 2026-09-12 14:03 UTC",
                "LMArena leaderboard dataset (CC-BY-4.0)",
                "rule lead.model@1, lead.country@1",
                "alert al_7f3a9c21",
            )
        ),
    ]


def test_a_correction_shows_the_old_sentence_struck_through_and_why_below_the_finding():
    made = blocks(corrected())

    assert [block["type"] for block in made] == ["header", "section", "section", "section", "table", "context"]
    assert (
        block(made, "header")["text"]["text"] == "CORRECTED · LMArena Text, Overall: Qwen4-Max joins a 3-way tie"
    )
    assert made[2] == {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "Said before: ~LMArena Text: Qwen4-Max (Alibaba, CN) joins a 3-way tie for #1 in Overall.~\n"
            "Because: the publisher's figures of 2026-09-12, which came later, show it otherwise",
            "verbatim": True,
        },
    }


def test_a_retraction_is_short_and_the_sdk_and_slack_take_it_and_the_correction():
    made = blocks(retracted())

    assert [block["type"] for block in made] == ["header", "section", "section", "context"]
    for some in (retracted(), corrected()):
        assert json_size(blocks(some)) <= WISHED_SIZE
        assert refusal({"text": notification(some), "blocks": blocks(some)}) is None
        for parsed in Block.parse_all(blocks(some)):
            parsed.validate_json()


def test_a_retraction_in_plain_text_says_what_was_said_and_why_not():
    assert plain(retracted()).split("\n")[:-1] == [
        "RETRACTED · first place as of 2026-09-12 · LMArena Text",
        "LMArena Text: what was told of 2026-09-12 no longer holds",
        "Said before: LMArena Text: Qwen4-Max (Alibaba, CN) joins a 3-way tie for #1 in Overall.",
        "Because: the publisher's figures of 2026-09-12, which came later, show it otherwise",
    ]


@pytest.mark.parametrize("form", [plain, lambda m: "\n".join(texts(blocks(m)))])
def test_a_message_that_takes_nothing_back_says_nothing_of_before(form):
    assert not re.search("Said before|Because|~", form(message()))
    assert not re.search("Said before|~", form(message(because="it is late")))
    assert "Because: it is late" in form(message(because="it is late"))
    assert "Because" not in form(message(was="x leads"))


@pytest.mark.parametrize(
    ("some", "told"),
    [
        (corrected(sentence="x and y share it."), "CORRECTED: x and y share it."),
        (retracted(sentence="what was told does not hold"), "RETRACTED: what was told does not hold"),
        (retracted(sentence="Retracted: x never led."), "Retracted: x never led."),
        (corrected(sentence="x leads.", repeat=True), "(possible repeat) CORRECTED: x leads."),
        (corrected(sentence="x leads.", was=""), "x leads."),
    ],
)
def test_the_notification_of_a_correction_begins_with_its_status_once(some, told):
    assert notification(some) == told


def test_a_message_instead_of_an_edit_says_so_at_the_end_of_its_reason():
    said = "The message that this corrects can no longer be edited."

    assert uneditable(corrected(because="a row was wrong.")).because == f"a row was wrong. {said}"
    assert uneditable(corrected(because="a row was wrong")).because == f"a row was wrong. {said}"
    assert uneditable(corrected(because="")).because == said


@given(TEXTS)
def test_that_a_message_can_no_longer_be_edited_is_never_cut_off(text):
    shown = blocks(uneditable(corrected(because=text)))[2]["text"]["text"]

    assert shown.endswith("The message that this corrects can no longer be edited.")


@pytest.mark.parametrize(
    ("was", "shown"),
    [
        ("x~y ~ z", "~x\u223cy \u223c z~"),
        ("~out~ again", "~\u223cout\u223c again~"),
        ("gpt_image_2* <!here>", "~gpt_image_2* &lt;!here&gt;~"),
        ("  one\ntwo  ", "~one two~"),
    ],
)
def test_nothing_in_the_old_sentence_ends_or_opens_the_stroke(was, shown):
    assert (
        blocks(corrected(was=was, because="a ~ b"))[2]["text"]["text"] == f"Said before: {shown}\nBecause: a ~ b"
    )


def test_rendering_needs_no_slack_sdk_and_no_network_library():
    code = "import sys, topspot.tell.render; print({'slack_sdk', 'aiohttp', 'rich'} & set(sys.modules))"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["gpt_image_2*", "o3-mini_high", "a_b_c_d", "2 * 3 * 4", "x~y", "claude: 4.6"])
def test_a_name_that_slack_shows_as_it_is_stays_as_it_is(name):
    assert escape(name) == name


def test_two_starred_names_in_a_sentence_stay_as_they_are():
    assert escape("gpt_image_2* passes gpt_image_1* (OpenAI)") == "gpt_image_2* passes gpt_image_1* (OpenAI)"


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U012>", "&lt;@U012&gt;"),
        ("<http://x|y>", "&lt;http://x|y&gt;"),
        ("&lt;", "&amp;lt;"),
        ("*bold*", "\u2217bold\u2217"),
        ("_italic_", "\uff3fitalic\uff3f"),
        ("~struck~", "\u223cstruck\u223c"),
        ("`code`", "\u02cbcode\u02cb"),
        (":skull:", "\u2236skull\u2236"),
        ("AT&T", "AT&amp;T"),
    ],
)
def test_markup_in_a_text_is_shown_and_not_obeyed(text, harmless):
    assert escape(text) == harmless


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("one\r\ntwo\tthree\u2028four", "one two three four"),
        ("a\u200bb\u202ec\u2066d\ufeffe", "abcde"),
        ("\x1b[31mred\x00", "[31mred"),
        ("  spaced\u3000\u00a0out  ", "spaced out"),
        ("\ud83d", "\ufffd"),
        ("月之暗面 🌙 é", "月之暗面 🌙 é"),
        ("\u3164", ""),
    ],
)
def test_cleaning_leaves_one_line_in_which_every_character_shows(text, seen):
    assert clean(text) == seen


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless_in_every_place_of_a_message(text):
    made = blocks(everywhere(text))

    everything = [OUR_DATE.sub("", shown) for shown in [*texts(made), notification(everywhere(text))]]
    assert not [shown for shown in everything if re.search("[<>]", shown)]
    assert not [
        shown
        for shown in everything
        if re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00\x1b]", shown)
    ]
    for shown in map(without_our_stroke, mrkdwn(made)):
        assert not re.search(r"(?<![A-Za-z0-9])([*_~])(?=\S)[^\n]*?\1", shown)
        assert "`" not in shown
    assert all(one.get("verbatim") for one in objects(made, "mrkdwn"))
    assert not any(one["emoji"] for one in objects(made, "plain_text"))
    assert refusal({"text": notification(everywhere(text)), "blocks": made}) is None


def without_our_stroke(shown: str) -> str:
    """Take the two signs away that strike the old sentence through, if nothing between them is one."""
    return re.sub(r"\ASaid before: ~([^~\n]*\S)~$", r"Said before: \1", shown, flags=re.MULTILINE)


def objects(value: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The text objects of one kind in header, sections and context."""
    found = [block["text"] for block in value if "text" in block]
    found += [element for block in value for element in block.get("elements", [])]
    return [one for one in found if one["type"] == kind]


@given(MESSAGES)
@example(everywhere("&" * 5000))
@example(everywhere("模" * 5000))
@example(everywhere("👩‍💻🇨🇳" * 1000))
@example(everywhere("\u0301" * 5000))
@example(everywhere('"\\' * 2500))
@example(everywhere(""))
@example(replace(everywhere(""), status="", rules=(), table=(), lines=()))
def test_no_message_breaks_a_limit_of_slack(some):
    made = blocks(some)

    assert len(made) <= 9
    assert json_size(made) <= MOST_SIZE
    assert refusal({"text": notification(some), "blocks": made}) is None
    for shown in texts([block for block in made if block["type"] == "section"]):
        assert 1 <= size(as_slack_shows(shown)) <= len(shown) * 2 <= SECTION_LIMIT * 2
    for header in texts([block for block in made if block["type"] == "header"]):
        assert 1 <= len(header.encode("utf-16-le")) // 2 <= HEADER_LIMIT
    for table in [block for block in made if block["type"] == "table"]:
        assert len(table["rows"]) <= TABLE_ROWS
        assert sum(len(text.encode("utf-16-le")) // 2 for text in texts(table)) <= TABLE_CHARACTERS
    assert json.loads(json.dumps(made).encode()) == made
    for parsed in Block.parse_all(made):
        parsed.validate_json()


@given(MESSAGES)
def test_no_message_pings_links_or_hides_anything(some):
    everything = [
        OUR_DATE.sub("", text) for text in [*texts(blocks(some)), notification(some), escape(plain(some))]
    ]

    assert not [text for text in everything if "<" in text or ">" in text]
    for text in everything:
        assert not {unicodedata.category(character) for character in text.replace("\n", "")} & {"Cc", "Cf", "Cs"}


@given(MESSAGES)
@example(replace(everywhere("&" * 5000), lines=("&" * 40,) * 9, more=5000, rules=("&" * 99,) * 4, repeat=True))
def test_plain_text_and_notification_are_never_split_or_truncated_by_slack(some):
    assert 1 <= len(escape(plain(some)).encode("utf-16-le")) // 2 <= PLAIN_LIMIT
    assert 1 <= len(notification(some).encode("utf-16-le")) // 2 <= 1_000


@given(TEXTS)
def test_what_is_cleaned_stays_clean(text):
    assert clean(clean(text)) == clean(text)


@given(TEXTS.map(clean))
def test_but_for_lookalikes_slack_shows_what_was_escaped(text):
    lookalikes = str.maketrans("\u2217\uff3f\u223c\u02cb\u2236", "*_~`:")

    assert as_slack_shows(escape(text)).translate(lookalikes) == text.translate(lookalikes)


@given(TEXTS.map(clean), st.integers(2, 60))
def test_a_text_is_cut_to_its_limit_and_only_its_end_is_lost(text, limit):
    short = cut(text, limit)

    assert size(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("月之暗面", 3, "月之…"),
        ("ab🌙cd", 4, "ab…"),
        ("ab👍🏽cd", 6, "ab…"),
        ("a🇨🇳🇺🇸", 8, "a🇨🇳…"),
        ("abe\u0301x", 4, "ab…"),
        ("a\u1112\u1161\u11abx", 4, "a…"),
        ("a&b", 4, "a…"),
    ],
)
def test_no_grapheme_is_cut_in_two(text, limit, short):
    assert cut(text, limit) == short
