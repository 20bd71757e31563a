"""What the commands share: the program, its options, and how they ask, print and complain.

Only Typer is imported here and beside here: a command imports what it needs inside itself, so that each starts
as fast as it can.
"""

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from topspot import __version__

if TYPE_CHECKING:
    from datetime import date, datetime

    from scrapers.boards import SourceFile
    from scrapers.news.sources import NewsSource
    from topspot.settings import Settings

T = TypeVar("T")

app = typer.Typer(
    name="topspot",
    help="Watches AI leaderboards and tells when a ranking really changes hands.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db = typer.Typer(help="For operators and analysts: the database.", no_args_is_help=True)
app.add_typer(db, name="db")

FLAGS: dict[str, str | None] = {}
"""Settings given as flags of this call."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Board = Annotated[str | None, typer.Option(help="Only this board, such as lmarena/webdev.")]
Since = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="From this published date on.")]
Until = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Up to this published date.")]


class CallError(ValueError):
    """The call is wrong; the message says what, ``hint`` what to do."""

    def __init__(self, message: str, hint: str = "see `topspot --help`") -> None:
        super().__init__(message)
        self.hint = hint


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"topspot {__version__}")
        raise typer.Exit


@app.callback()
def _flags(
    data_dir: Annotated[str | None, typer.Option(help="Folder of the database and the archive.")] = None,
    database_url: Annotated[str | None, typer.Option(help="URL of the database.")] = None,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    FLAGS.update(data_dir=data_dir, database_url=database_url)


def load() -> "Settings":
    """Read the settings, flags of this call first."""
    from topspot.settings import load_settings

    return load_settings(**FLAGS)


def source_files(settings: "Settings") -> dict[str, "SourceFile"]:
    """Find the declared sources, by key."""
    from scrapers.boards import find_sources

    return find_sources(settings.boards_dir)


def news_sources(settings: "Settings") -> "dict[str, NewsSource]":
    """Find the sources of news, by key; none where news are off."""
    if not settings.news:
        return {}
    from scrapers.news.sources import find_news_sources

    return find_news_sources(settings.feeds_file)


def ask(question: Callable[[Any], T]) -> T:
    """Put a question to the database."""
    from topspot.jobs import open_store
    from topspot.store.engine import reading

    with open_store(load()) as engine, reading(engine) as session:
        return question(session)


def day(option: str, text: str | None) -> "date | None":
    """Read the date of an option. Raises ``CallError``."""
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CallError(f"{option} {text}: not a date", "write it as YYYY-MM-DD") from None


def instant(option: str, text: str | None) -> "datetime | None":
    """Read the instant of an option, in UTC where it names no zone. Raises ``CallError``."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise CallError(f"{option} {text}: not an instant", "write it as 2026-07-16T12:00:00Z") from None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def print_json(*rows: dict[str, Any]) -> None:
    """Print one object a line."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))  # noqa: T201 - standard output is data


def show(*drawn: Any) -> None:
    """Draw something on standard output."""
    from topspot import terminal

    console = terminal.stdout()
    for item in drawn:
        console.print(item)


def say(line: str) -> None:
    """Tell a person one line, without the control characters that text from outside may hold."""
    print("".join(char if char.isprintable() else " " for char in line), file=sys.stderr)  # noqa: T201 - for people
