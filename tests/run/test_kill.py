"""kill -9 at named points of a run: the next one loses nothing and repeats at most what it cannot know."""

import pytest

from run.child import POINTS
from support.children import Child, killed, start
from support.databases import counts, more, rows
from support.hub import Hub
from support.runs import files, run
from support.story import SENTENCES, publication
from support.watched import WatchedSlack
from topspot import jobs
from topspot.settings import Settings

TAKES = SENTENCES[1]
MARK = "(possible repeat) "
WHOLE = {"payload": 1, "snapshot": 1, "standing": 3, "entry": 1, "resolution": 1, "model": 1, "model_fact": 2,
         "event": 3, "alert": 1, "alert_event": 3, "delivery": 1}  # fmt: skip

BEFORE_THE_COMMIT = (
    "while the bytes come in", "inside the transaction, at its beginning", "inside it, after the standings",
    "inside it, at its end",
)  # fmt: skip
BEFORE_THE_REQUEST = ("right after its commit", "after a delivery was claimed")


@pytest.fixture
def before(wired: Settings, hub: Hub) -> dict[str, int]:
    """Bring a run to where China takes first place with the next visit; count the rows until then."""
    hub.publish("webdev", publication(0))
    run(wired, files("webdev"))
    hub.publish("webdev", publication(2))
    return counts(wired.url)


def healthy(settings: Settings) -> jobs.Report:
    return run(settings, files("webdev"), clock=jobs.utc_now)


@pytest.mark.parametrize("point", BEFORE_THE_COMMIT)
def test_a_publication_is_absent_and_the_next_run_completes_it(
    wired: Settings, hub: Hub, slack: WatchedSlack, before: dict[str, int], point: str
) -> None:
    if point in POINTS:
        killed(start(wired, point=point))
    else:
        _kill_when_asked_for_bytes(wired, hub)
    [state] = rows(wired.url, "source_state")

    assert more(before, counts(wired.url)) == {}
    report = healthy(wired)

    assert state["claimed_by"]
    assert (report.failed, report.notes, report.sent, report.queued) == (False, [], 1, 0)
    assert more(before, counts(wired.url)) == WHOLE | {"visit": 1, "attempt": 1}
    assert [message["text"] for message in slack.messages] == [TAKES]


@pytest.mark.parametrize("point", BEFORE_THE_REQUEST)
def test_a_publication_is_whole_and_the_next_run_sends_it_once(
    wired: Settings, hub: Hub, slack: WatchedSlack, before: dict[str, int], point: str
) -> None:
    killed(start(wired, point=point))

    assert more(before, counts(wired.url)) == WHOLE | {"visit": 1}
    assert slack.messages == []
    downloads = hub.downloads
    report = healthy(wired)

    assert (report.failed, report.sent, report.queued, hub.downloads) == (False, 1, 0, downloads)
    assert [message["text"] for message in slack.messages] == [TAKES]
    assert more(before, counts(wired.url)) == WHOLE | {"visit": 2, "attempt": 1}


@pytest.mark.parametrize("history", [True, False], ids=["history is readable", "history is closed"])
def test_a_kill_before_the_request_is_of_unknown_fate(
    wired: Settings, slack: WatchedSlack, before: dict[str, int], history: bool
) -> None:
    slack.history = history
    killed(start(wired, point="after an attempt began"))
    [delivery] = rows(wired.url, "delivery")
    messages = len(slack.messages)

    report = healthy(wired)

    assert (delivery["state"], messages) == ("sending", 0)
    assert (report.failed, report.sent, report.queued) == (False, 1, 0)
    assert [message["text"] for message in slack.messages] == [TAKES if history else MARK + TAKES]


@pytest.mark.parametrize("history", [True, False], ids=["history is readable", "history is closed"])
@pytest.mark.parametrize("when", ["while Slack answers", "before the answer is written"])
def test_a_kill_after_the_request_repeats_only_what_cannot_be_looked_up(
    wired: Settings, slack: WatchedSlack, before: dict[str, int], when: str, history: bool
) -> None:
    slack.history = history
    if when == "while Slack answers":
        _kill_when_slack_has_it(wired, slack)
    else:
        killed(start(wired, point=when))
    assert [message["text"] for message in slack.messages] == [TAKES]
    assert rows(wired.url, "delivery")[0]["state"] == "sending"

    report, again = healthy(wired), healthy(wired)

    assert (report.failed, report.sent, report.queued, again.sent) == (False, 1, 0, 0)
    assert [message["text"] for message in slack.messages] == [TAKES] + [MARK + TAKES] * (not history)
    assert rows(wired.url, "delivery")[0]["state"] == "sent"
    assert [attempt["outcome"] for attempt in rows(wired.url, "attempt")] == [None] + ["sent"] * (not history)


def _kill_when_asked_for_bytes(settings: Settings, hub: Hub) -> None:
    """Run a child that is killed while it waits for the bytes of the publication."""
    child: list[Child] = []
    hub.before_download = lambda: child[0].kill()
    child.append(start(settings))
    killed(child[0])
    hub.before_download = lambda: None


def _kill_when_slack_has_it(settings: Settings, slack: WatchedSlack) -> None:
    """Run a child that is killed once Slack has its message, before Slack answers."""
    child: list[Child] = []
    slack.on_accept = lambda: child[0].kill()
    slack.hang_next(after_accepting=True)
    child.append(start(settings))
    killed(child[0])
    slack.on_accept = lambda: None
