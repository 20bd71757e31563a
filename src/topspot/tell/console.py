"""The way out to a terminal: a message as a reader in Slack would see it."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from topspot.domain.messages import Message
from topspot.tell.render import HEADINGS, further, heading, opening, origin, published, tidy, utc

WIDTH = 100  # where the output is a file or a pipe


def show(message: Message, console: Console) -> None:
    """Draw a message: header, sentence, finding, further lines, table, context line.

    All text goes in as ``Text``, so that neither Rich's markup nor its emoji codes nor control characters in a
    name from outside have any effect.
    """
    message = tidy(message)
    width = console.width if console.is_terminal else WIDTH

    def line(text: str, style: str = "") -> None:
        if text:
            console.print(Text(text, style=style, overflow="fold"), width=width)

    line(heading(message), "bold")
    line(opening(message))
    line(message.finding)
    for change in further(message):
        line(f"  • {change}")
    if message.table:
        console.print(_table(message), width=width)
    seen = f"seen {utc(message.observed_at)}"
    line(" · ".join((published(message), seen, *origin(message))), "dim")


def _table(message: Message) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="underline")
    for name in HEADINGS:
        table.add_column(Text(name), overflow="fold")
    for row in message.table:
        table.add_row(*(Text(cell) for cell in row))
    return table
