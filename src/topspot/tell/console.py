"""The way out to a terminal: a message as a reader in Slack would see it."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from topspot.domain.messages import Message
from topspot.tell.render import HEADINGS, further, heading, opening, origin, published, taken_back, tidy, utc

WIDTH = 100  # where the output is a file or a pipe


def show(message: Message, console: Console) -> None:
    """Draw a message: header, sentence, finding, what it takes back, further lines, table, context line.

    All text goes in as ``Text``, so that neither Rich's markup nor its emoji codes nor control characters in a
    name from outside have any effect.
    """
    drawing = Group(*_parts(tidy(message)))
    before = console.width
    if not console.is_terminal:
        console.width = WIDTH  # print's own width can only narrow
    try:
        console.print(drawing)
    finally:
        if not console.is_terminal:
            console.width = before


def _parts(message: Message) -> Iterator[RenderableType]:
    yield _line(heading(message), "bold")
    yield _line(opening(message))
    if message.finding:
        yield _line(message.finding)
    yield from map(_line, taken_back(message))
    for change in further(message):
        yield _line(f"  • {change}")
    if message.table:
        yield _table(message)
    yield _line(" · ".join((published(message), f"seen {utc(message.observed_at)}", *origin(message))), "dim")


def _line(text: str, style: str = "") -> Text:
    return Text(text, style=style, overflow="fold")


def _table(message: Message) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="underline")
    for name in HEADINGS:
        table.add_column(Text(name), overflow="fold")
    for row in message.table:
        table.add_row(*map(_line, row))
    return table
