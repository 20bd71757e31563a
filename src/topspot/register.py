"""The register of sources: what README's table says of each, and where a new row goes."""

import re

from topspot.domain.values import Source

HEADING = "## Sources"

COLUMNS = ("source", "what", "format", "license", "commercial use", "visited by")

BAR = "\\|"
"""How a table of Markdown writes a bar inside a cell."""

_ROW = re.compile(r"^\| `(?P<key>[^`]+)` \|")


class NoRegister(ValueError):
    """A page has no table of sources; the message says what was looked for."""


def row(source: Source, doc: str = "") -> str:
    """Give the line of a source in README's table.

    ``doc`` is the docstring of its file, whose first sentence says what it is; without one its publisher and its
    boards do.
    """
    cells = (
        f"`{source.key}`",
        what(source, doc),
        source.format or "–",  # noqa: RUF001 - as README's tables print that there is nothing
        source.license.name,
        commercial_use(source),
        visited_by(source),
    )
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def what(source: Source, doc: str = "") -> str:
    """Say in one sentence, without its full stop, what a source is; ``doc`` as in ``row``."""
    first = re.split(r"\.\s", " ".join(doc.split()) + " ", maxsplit=1)[0].strip()
    boards = ", ".join(board.name for board in source.all_boards.values())
    return first or f"{source.publisher}: {boards}"


def commercial_use(source: Source) -> str:
    """Say whether one may earn by a source's data: yes, no or not stated."""
    return in_words(source.license.commercial, "not stated")


def visited_by(source: Source) -> str:
    """Say who visits a source, and where nobody does, why not."""
    if source.terms.fetch is False:
        return "nobody: its terms forbid it"
    if not source.addresses:
        return "nobody: import only"
    return "a program with your own key" if source.key_header else "a program"


def in_words(said: bool | None, nothing: str) -> str:
    """Say yes or no, or ``nothing`` for what is ``None``."""
    return nothing if said is None else "yes" if said else "no"


def with_row(page: str, line: str) -> str:
    """Give a page (README) with one more row in its table of sources, sorted in by key.

    Raises ``NoRegister`` where the page has no such table, or the source has a row already.
    """
    lines = page.splitlines(keepends=True)
    first = _first_row(lines)
    last = first
    while last < len(lines) and _ROW.match(lines[last]):
        last += 1
    key = _key(line)
    keys = [_key(text) for text in lines[first:last]]
    if key in keys:
        raise NoRegister(f"its table below {HEADING!r} has a row of {key!r} already")
    place = first + sum(other < key for other in keys)
    return "".join([*lines[:place], line + "\n", *lines[place:]])


def _first_row(lines: list[str]) -> int:
    header = f"| {' | '.join(COLUMNS)} |"
    here = False
    for number, line in enumerate(lines):
        here = line.strip() == HEADING or (here and not line.startswith("## "))
        if here and line.strip() == header:
            return number + 2  # below the line of dashes
    raise NoRegister(f"it has no table {header!r} below {HEADING!r}")


def _key(line: str) -> str:
    found = _ROW.match(line)
    return found["key"] if found else ""
