from pathlib import Path

import pytest

from scrapers.boards import BrokenSourceFile, find_sources
from scrapers.boards.lmarena import SOURCE, parse

MINIMAL = """
from datetime import timedelta
from topspot.domain.values import RATING, Board, License, Source

SOURCE = Source(
    key="mine",
    publisher="Me",
    license=License("MIT", credit="Me"),
    every=timedelta(days=1),
    boards={"https://mine.example/rows.csv": Board("mine/overall", "Mine", RATING)},
)


def parse(payload):
    return []
"""


def refusal(folder: Path) -> str:
    with pytest.raises(BrokenSourceFile) as caught:
        find_sources(folder)
    return str(caught.value)


def test_the_packaged_sources_are_found_by_their_keys() -> None:
    found = find_sources()["lmarena"]

    assert (found.source, found.parse) == (SOURCE, parse)


def test_every_source_is_complete() -> None:
    for key, (source, *_) in find_sources().items():
        assert source.key == key
        assert source.license.credit
        assert all(address.startswith("https://") for address in source.addresses)
        assert all(board.key.split("/")[0] == key for board in source.boards.values())


def test_a_folder_of_one_s_own_adds_to_them(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINIMAL)
    (tmp_path / "_helper.py").write_text("raise RuntimeError('a helper is no source')")
    (tmp_path / "notes.txt").write_text("not Python")

    found = find_sources(tmp_path)

    assert set(found) == {*find_sources(), "mine"}
    assert found["mine"].source.addresses == ("https://mine.example/rows.csv",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SOURCE = ", "SyntaxError"),
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("raise KeyError('boards')", "KeyError"),
        ("", "SOURCE = Source"),
        (MINIMAL.replace("def parse", "def read"), "parse(payload)"),
        (MINIMAL.replace("SOURCE = Source", "SOURCE = dict"), "SOURCE = Source"),
    ],
    ids=["syntax", "import", "raises", "empty", "no parse", "no source"],
)
def test_a_broken_file_is_named_and_says_why(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "mine.py").write_text(text)

    reason = refusal(tmp_path)

    assert str(tmp_path / "mine.py") in reason
    assert why in reason


def test_a_key_that_is_taken_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINIMAL.replace('"mine"', '"lmarena"'))

    assert "'lmarena'" in refusal(tmp_path)
