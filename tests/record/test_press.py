"""What the press wrote stands below the alert that it belongs to: claims with verdicts, and stories."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.databases import BOTH, rows, wanted
from support.press import FIRST, SECOND, WRITTEN, Stand, article
from support.recording import CONSOLE, FABLE_ALONE, GPT_JOINS, KIMI_TAKES, Desk, everybody, page
from topspot.domain.messages import Message
from topspot.tell.render import blocks, notification, plain

BEFORE = "2026-07-16"

AFTER = "2026-07-18"

GPT = "GPT-5.6 Sol is #1 on WebDev Arena."
"""False of ``FABLE_ALONE``, true of ``GPT_JOINS``."""

HOSTILE = (
    "<!channel> Kimi K3 is here", "<http://evil.example|Kimi K3> is here", "<script>alert(1)</script> Kimi K3",
    "Kimi K3 \u202eecremmoc\u202c is here", "Kimi K3 *is* `here`", "&lt;!here&gt; Kimi K3", "[bold]Kimi K3[/bold]",
    "@channel Kimi K3 at https://evil.example",
)  # fmt: skip


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return wanted(request, tmp_path)


@pytest.fixture
def desk(database: str) -> Desk:
    """Give a desk that knows who led WebDev the day before the articles."""
    desk = Desk(database, registry=everybody(), now=datetime(2026, 7, 17, 4, tzinfo=UTC))
    desk.visit(page(BEFORE, FABLE_ALONE))
    desk.now = datetime(2026, 7, 18, 12, tzinfo=UTC)
    return desk


@pytest.fixture
def stand(database: str, desk: Desk) -> Stand:
    return Stand(database)


def alert(desk: Desk, lines: Any = KIMI_TAKES) -> Message:
    """Record the next publication and give the alert of it."""
    [(target, message)] = desk.visit(page(AFTER, lines)).messages
    assert target == CONSOLE.key
    return message


def press(message: Message) -> list[str]:
    return [line for line in message.lines if "claims “" in line or line.startswith("In the news")]


@BOTH
def test_an_alert_shows_what_was_claimed_and_what_was_told(desk: Desk, stand: Stand) -> None:
    stand.read("one", article("Claude Fable 5 ahead", SECOND))
    stand.read("two", article("Moonshot AI is about to show Kimi K3"))

    message = alert(desk)

    claimed, *told = press(message)
    [verdict] = rows(desk.url, "verdict")
    assert claimed == f"The One claims “{SECOND}”: supported: {verdict['explanation']}"
    assert set(told) == {
        "In the news: “Claude Fable 5 ahead” (The One)", "In the news: “Moonshot AI is about to show Kimi K3” (The Two)",
    }  # fmt: skip
    assert list(message.lines)[-3:] == [claimed, *told]


def test_what_was_written_is_in_the_delivery_too(desk: Desk, stand: Stand) -> None:
    stand.read("two", article("Moonshot AI is about to show Kimi K3"))

    message = alert(desk)

    [delivery] = rows(desk.url, "delivery")
    assert press(message) == ["In the news: “Moonshot AI is about to show Kimi K3” (The Two)"]
    assert delivery["body"]["lines"] == list(message.lines)


def test_without_news_an_alert_is_as_it_was(desk: Desk) -> None:
    message = alert(desk)

    assert press(message) == []
    assert len(message.lines) == 2


@pytest.mark.parametrize(
    "told",
    [
        article("Mistral Large 3 is here"),
        article("Kimi K3 long ago", FIRST, published=WRITTEN - timedelta(days=9)),
        article("", "Kimi K3 is here."),
        article("A word on boards", "Kimi K3 is #1 on LMArena Text."),
    ],
    ids=["of others", "long ago", "without a title", "of another board"],
)  # fmt: skip
def test_what_has_nothing_to_do_with_an_alert_is_not_below_it(desk: Desk, stand: Stand, told: Any) -> None:
    desk.visit(page(BEFORE, FABLE_ALONE, board="lmarena/text"))
    stand.read("one", told)

    written = press(alert(desk))

    assert [line for line in written if "claims" in line or "A word on boards" not in line] == []


def test_a_story_of_many_is_shown_once_with_their_number(desk: Desk, stand: Stand) -> None:
    for feed in ("two", "one", "three"):
        stand.read(feed, article("Moonshot AI is about to show Kimi K3"))

    assert press(alert(desk)) == ["In the news: “Moonshot AI is about to show Kimi K3” (The One and 2 more)"]


def test_the_stories_that_most_tell_come_first_and_no_more_than_two(desk: Desk, stand: Stand) -> None:
    for title in ("Kimi K3 is near", "Claude Fable 5 is far", "A paper asks Kimi K3 for bread"):
        stand.read("one", article(title))
    for feed in ("two", "three"):
        stand.read(feed, article("A paper asks Kimi K3 for bread"))

    found = press(alert(desk))

    assert found[0] == "In the news: “A paper asks Kimi K3 for bread” (The One and 2 more)"
    assert len(found) == 2


def test_a_claim_that_several_make_is_shown_for_each_but_no_more_than_two(desk: Desk, stand: Stand) -> None:
    for feed in ("a", "b", "c"):
        stand.read(feed, article(f"Of Claude Fable 5, as {feed} sees it", SECOND))

    found = [line for line in press(alert(desk)) if "claims “" in line]

    assert [line.partition(" claims")[0] for line in found] == ["The C", "The B"]


def test_a_claim_that_nothing_could_decide_yet_is_left_out(desk: Desk, stand: Stand) -> None:
    stand.read("one", article("Of Kimi K3", "Kimi K3 is #1 on Aider."))

    assert press(alert(desk)) == ["In the news: “Of Kimi K3” (The One)"]


def test_a_verdict_that_was_given_up_is_not_told(desk: Desk, stand: Stand) -> None:
    stand.read("one", article("Of GPT-5.6 Sol", GPT))
    desk.visit(page("2026-07-17", GPT_JOINS))
    stand.now = desk.now
    changed = stand.judge_again()

    found = [line for line in press(alert(desk, KIMI_TAKES)) if "claims “" in line]

    assert changed == 1
    assert [each["verdict"] for each in rows(desk.url, "verdict")] == ["refuted", "supported"]
    assert [line.startswith(f"The One claims “{GPT}”: supported: ") for line in found] == [True]


def test_what_was_claimed_before_is_judged_by_the_publication_that_the_alert_tells(
    desk: Desk, stand: Stand
) -> None:
    stand.read("one", article("Of GPT-5.6 Sol", GPT))
    before = [each["verdict"] for each in rows(desk.url, "verdict")]

    message = alert(desk, GPT_JOINS)

    assert before == ["refuted"]
    assert "gpt-5.6-sol" in message.sentence
    claimed, story = press(message)
    assert claimed.startswith("The One claims “")
    assert ": refuted: " not in claimed
    assert story == "In the news: “Of GPT-5.6 Sol” (The One)"


@pytest.mark.parametrize("title", HOSTILE)
def test_what_the_press_wrote_does_no_harm_in_slack_or_as_text(desk: Desk, stand: Stand, title: str) -> None:
    stand.read("one", article(title, SECOND))

    message = alert(desk)

    shown = str(blocks(message)) + notification(message)
    for sign in ("<!channel>", "<http", "<script>", "\u202e", "<!here"):
        assert sign not in shown
        assert sign not in notification(message)
    assert "\u202e" not in plain(message)


def test_a_sentence_without_end_makes_no_message_that_slack_refuses(desk: Desk, stand: Stand) -> None:
    words = " ".join(["very"] * 800)
    stand.read(
        "one", article(f"Of Kimi K3 {words}", f"Claude Fable 5 is, {words} indeed, #1 on WebDev Arena. {SECOND}")
    )

    message = alert(desk)

    assert all(len(line) < 1000 for line in message.lines)
    assert any(line.startswith("In the news") for line in message.lines)


def test_the_line_of_a_board_without_a_hand_over_has_no_press(desk: Desk, stand: Stand) -> None:
    stand.read("one", article("Of Claude Fable 5", SECOND))

    assert desk.visit(page(AFTER, FABLE_ALONE)).messages == []
