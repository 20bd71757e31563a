"""A wrong call is one line that says what and what to do, an object with ``--json``, and exit code 2."""

from pathlib import Path

import pytest

from support.cli import Ended, Topspot
from support.databases import prepare
from support.recording import FABLE_ALONE, Desk, page


@pytest.fixture
def asked(topspot: Topspot, tmp_path: Path) -> Topspot:
    """Give the command line over one publication of one board."""
    Desk(f"sqlite:///{tmp_path / 'topspot.db'}").visit(page("2026-06-21", FABLE_ALONE))
    return topspot


WRONG = {
    "an unknown board": (("board", "lmarena/nothing"), "not_found", "there is no board 'lmarena/nothing'"),
    "an unknown category": (
        ("board", "lmarena/webdev", "--category", "cooking"), "not_found", "lmarena/webdev has no category 'cooking'",
    ),
    "a date before all": (
        ("board", "lmarena/webdev", "--as-of", "2020-01-01"), "not_found",
        "lmarena/webdev overall has no snapshot as old as that",
    ),
    "no date": (("board", "lmarena/webdev", "--as-of", "2026-13-45"), "call", "--as-of 2026-13-45: not a date"),
    "no instant": (("board", "lmarena/webdev", "--known-at", "noon"), "call", "--known-at noon: not an instant"),
    "a board by planet": (("board", "lmarena/webdev", "--by", "planet"), "call", "--by planet: use model, developer"),
    "leads by planet": (("leads", "--by", "planet"), "call", "--by planet: use model, developer or country"),
    "leads of an unknown board": (("leads", "--board", "x/y"), "not_found", "there is no board 'x/y'"),
    "events since no date": (("events", "--since", "yesterday"), "call", "--since yesterday: not a date"),
    "events until no date": (("events", "--until", "2026-02-30"), "call", "--until 2026-02-30: not a date"),
    "an unknown id": (("explain", "0123456789ab"), "not_found", "there is no event or alert '0123456789ab'"),
    "explain nothing": (("explain",), "call", "explain takes an ID, or --board and --date together"),
    "explain a board without a date": (("explain", "--board", "x/y"), "call", "explain takes an ID, or --board"),
    "explain an id and a board": (("explain", "0", "--board", "x/y"), "call", "explain takes an ID, or --board"),
    "a silence of an unknown board": (
        ("explain", "--board", "x/y", "--date", "2026-07-01"), "not_found", "x/y has no snapshot published by",
    ),
    "an unknown source": (("run", "nowhere"), "call", "there is no source 'nowhere'"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "code", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_one_line_and_exit_code_2(
    asked: Topspot, call: tuple[str, ...], code: str, message: str
) -> None:
    ended, with_json = asked(*call), asked(*call, "--json")

    assert (ended.code, ended.out, with_json.code) == (2, "", 2)
    assert _line(ended).startswith(f"topspot: {message}")
    assert set(with_json.object) == {"error"}
    assert set(with_json.object["error"]) == {"code", "message", "hint"}
    assert with_json.object["error"]["code"] == code
    assert with_json.object["error"]["message"].startswith(message)
    assert with_json.object["error"]["hint"]


@pytest.mark.parametrize(
    "call", [("board", "x/y"), ("leads",), ("events",), ("sources",), ("explain", "0")], ids=" ".join
)
def test_without_a_database_the_line_says_how_to_make_one(topspot: Topspot, call: tuple[str, ...]) -> None:
    ended = topspot(*call)

    assert (ended.code, ended.out) == (1, "")
    assert "`topspot run`" in _line(ended)


def test_before_the_first_publication_there_is_no_board_yet(topspot: Topspot, tmp_path: Path) -> None:
    prepare(f"sqlite:///{tmp_path / 'topspot.db'}")

    ended = topspot("board", "lmarena/webdev")

    assert _line(ended) == "topspot: no board has been collected yet: collect with `topspot run`"
    assert topspot("leads", "--json").object == {"leads": []}
    assert topspot("events", "--json").objects == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_DIR", "not/absolute"), ("DOWNLOAD_DELAY", "-1"), ("DATABASE_URL", "not a url"),
        ("DATABASE_URL", "mysql://user:pass-word-0123@host/db"), ("REGISTRY_DIR", "/nowhere/at/all"),
        ("MIRROR", "ftp://127.0.0.1"), ("MIRROR", "127.0.0.1:9000"), ("MIRROR", "http://[::1"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_without_its_value_and_is_exit_code_2(
    topspot: Topspot, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TOPSPOT_{name}", value)

    ended = topspot("run")

    assert (ended.code, ended.out) == (2, "")
    assert name in _line(ended) or value in _line(ended)
    assert "pass-word-0123" not in ended.err


def test_a_file_of_settings_that_is_none_is_exit_code_2(topspot: Topspot, tmp_path: Path) -> None:
    (tmp_path / "topspot.toml").write_text("this is not TOML")

    ended = topspot("sources", "--json")

    assert (ended.code, ended.object["error"]["code"]) == (2, "settings")


def test_a_database_that_is_none_is_exit_code_1(topspot: Topspot, tmp_path: Path) -> None:
    (tmp_path / "topspot.db").write_bytes(b"not a database, but long enough to be looked at" * 20)

    ended, with_json = topspot("run"), topspot("board", "x/y", "--json")

    assert (ended.code, with_json.code) == (1, 1)
    assert "file is not a database" in _line(ended)
    assert with_json.object["error"]["code"] == "database"


def test_a_call_with_an_unknown_option_is_exit_code_2(topspot: Topspot) -> None:
    ended = topspot("board", "x/y", "--nothing")

    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err


def test_a_call_with_an_unknown_option_is_an_object_with_json(topspot: Topspot) -> None:
    ended = topspot("board", "x/y", "--nothing", "--json")

    assert ended.code == 2
    assert set(ended.object["error"]) == {"code", "message", "hint"}


def _line(ended: Ended) -> str:
    [line] = ended.err.splitlines()
    assert "Traceback" not in line
    return line
