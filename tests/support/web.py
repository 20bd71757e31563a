"""The web as the cases of the boards have it: each live address with the bytes of its case."""

import dataclasses

from scrapers.boards import SourceFile, find_sources
from support.cases import Case, cases
from topspot.domain.values import Board


def answers() -> dict[str, Case]:
    """Give a case for each address that one is of, the newest that can be read."""
    found = {}
    for case in cases():
        if case.expected.get("url") and not case.expected.get("error"):
            found[case.expected["url"]] = case
    return found


def live_files() -> dict[str, SourceFile]:
    """Give each source that is visited, with those addresses that have a case; its cases are small."""
    there = answers()
    found = {}
    for key, file in find_sources().items():
        boards = {url: _small(board) for url, board in file.source.boards.items() if url in there}
        others = tuple(map(_small, file.source.all_boards.values()))
        if file.source.addresses:
            source = dataclasses.replace(file.source, boards=boards, imports=others, history={})
            found[key] = file._replace(source=source)
    return found


def _small(board: Board) -> Board:
    return dataclasses.replace(board, fewest_rows=1)
