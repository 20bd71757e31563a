"""A watchman hears that a run began and how it ended; what becomes of the ping changes no run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scrapers.boards._lmarena import SUBSETS
from standins.site import Site, hang_up
from support.cli import Topspot
from support.databases import others_visited
from support.hub import Hub
from support.story import publication
from topspot.ping import Signal, address

WATCHMAN = "https://hc.example/4f2b-secret"


@pytest.fixture
def watchman() -> Iterator[Site]:
    """Give a service that takes pings, beside the stand-in for the web that is visited."""
    with Site() as site:
        yield site


@pytest.fixture
def pinged(topspot: Topspot, hub: Hub, watchman: Site, monkeypatch: pytest.MonkeyPatch) -> Topspot:
    """Give the command line, told to ping the watchman and to visit the hub."""
    for path in ("", "/start", "/fail"):
        watchman.answer(f"{WATCHMAN}{path}", body=b"OK")
    monkeypatch.setenv("TOPSPOT_PING_URL", f"{watchman.address}/hc.example/4f2b-secret")
    monkeypatch.setenv("TOPSPOT_MIRROR", hub.site.address)
    return topspot


def heard(watchman: Site) -> list[str]:
    """Give what the watchman heard, in order."""
    return [page.removeprefix(WATCHMAN) or "/success" for page in watchman.pages]


@pytest.fixture
def everything(hub: Hub) -> None:
    """Let every address of the source answer."""
    for subset in SUBSETS:
        hub.publish(subset, publication(0))


def test_a_run_that_ends_well_is_a_start_and_a_success(pinged: Topspot, everything: None, watchman: Site) -> None:
    ended = pinged("run", "lmarena")

    assert (ended.code, heard(watchman)) == (0, ["/start", "/success"])


def test_a_run_in_which_something_failed_is_a_start_and_a_failure(pinged: Topspot, watchman: Site) -> None:
    ended = pinged("run", "lmarena")

    assert (ended.code, heard(watchman)) == (1, ["/start", "/fail"])


def test_a_run_with_nothing_due_is_a_success(
    pinged: Topspot, everything: None, watchman: Site, tmp_path: Path
) -> None:
    pinged("run", "lmarena")
    others_visited(f"sqlite:///{tmp_path / 'topspot.db'}", "lmarena")

    pinged("run")

    assert heard(watchman) == ["/start", "/success", "/success"]


def test_a_run_that_cannot_use_its_database_is_a_failure(pinged: Topspot, watchman: Site, tmp_path: Path) -> None:
    (tmp_path / "topspot.db").write_bytes(b"no database at all")

    ended = pinged("run", "lmarena")

    assert (ended.code, heard(watchman)) == (1, ["/start", "/fail"])


def test_a_dry_run_is_no_sign_of_life(pinged: Topspot, everything: None, watchman: Site) -> None:
    pinged("run", "lmarena", "--dry-run")

    assert heard(watchman) == []


def test_a_watchman_who_does_not_answer_is_one_line_without_his_address(
    pinged: Topspot, everything: None, watchman: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchman.answer("https://hc.example/other/start", how=hang_up)
    monkeypatch.setenv("TOPSPOT_PING_URL", f"{watchman.address}/hc.example/other")

    ended = pinged("run", "lmarena")

    assert ended.code == 0
    lines = [line for line in ended.err.splitlines() if "PING" in line]
    assert [line.partition(" (")[0] for line in lines] == [
        "TOPSPOT_PING_URL: the start ping was not taken",
        "TOPSPOT_PING_URL: the success ping was not taken",
    ]
    assert "other" not in ended.err
    assert "hc.example" not in ended.err


def test_an_address_that_is_none_is_refused_without_being_repeated(
    topspot: Topspot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOPSPOT_PING_URL", "file:///etc/secret")

    ended = topspot("run")

    assert (ended.code, ended.err) == (2, "topspot: TOPSPOT_PING_URL: must be an http or https address\n")


@pytest.mark.parametrize(
    ("url", "signal", "asked"),
    [
        ("https://hc.example/4f2b", "success", "https://hc.example/4f2b"),
        ("https://hc.example/4f2b", "start", "https://hc.example/4f2b/start"),
        ("https://hc.example/4f2b/", "fail", "https://hc.example/4f2b/fail"),
        ("https://hc.example/p?key=1&x=2", "start", "https://hc.example/p/start?key=1&x=2"),
    ],
)
def test_signals_are_behind_the_path_and_before_the_query(url: str, signal: Signal, asked: str) -> None:
    assert address(url, signal) == asked
