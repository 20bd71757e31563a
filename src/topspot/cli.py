"""The command line. Standard output is data, standard error is for people; an error is one line.

Only Typer is imported here: a command imports what it needs inside itself, so that each starts as fast as it can.
"""

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from datetime import date, datetime

    from scrapers.boards import SourceFile
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


@app.callback()
def _flags(
    data_dir: Annotated[str | None, typer.Option(help="Folder of the database and the archive.")] = None,
    database_url: Annotated[str | None, typer.Option(help="URL of the database.")] = None,
) -> None:
    FLAGS.update(data_dir=data_dir, database_url=database_url)


@app.command()
def run(
    sources: Annotated[list[str] | None, typer.Argument(help="Visit these whether due or not.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Record and send nothing; print what would be.")
    ] = False,
    json_: Json = False,
) -> None:
    """Collect what is due, compare, and deliver: what cron calls."""
    settings = _settings()
    files = _source_files(settings)
    if not sources and not dry_run and _is_idle(settings, files):
        _print_json({"sources": {}, "deliveries": {"sent": 0, "queued": 0, "dead": 0}}) if json_ else _say(
            "nothing is due"
        )
        return
    import asyncio

    from topspot import jobs, terminal

    for name in sources or ():
        if name not in files:
            raise CallError(f"there is no source {name!r}", f"sources: {', '.join(files)}")
    console = terminal.stderr() if json_ else terminal.stdout()
    report = asyncio.run(
        jobs.cycle(
            settings, files, names=sources or (), dry_run=dry_run, watcher=terminal.watcher(), console=console
        )
    )
    if json_:
        _print_json(report.to_json())
    else:
        _print(*terminal.summary(report))
    if dry_run:
        terminal.show_messages(report.messages, console)
    for line in (*report.notes, *report.problems):
        _say(line)
    raise typer.Exit(1 if report.failed else 0)


@app.command()
def demo() -> None:
    """Show the main job offline: real figures, a real hand-over, each alert as a Slack reader sees it."""
    from topspot import demo as show

    raise typer.Exit(show.run())


@app.command()
def leads(
    by: Annotated[str, typer.Option(help="model, developer or country.")] = "model",
    board: Board = None,
    country: Annotated[str | None, typer.Option(help="Only where this country leads, such as CN.")] = None,
    json_: Json = False,
) -> None:
    """Say who is first, everywhere: since when, by how much, alone or shared."""
    from topspot import answers, terminal
    from topspot.domain.leads import KINDS

    kind = next((kind for kind in KINDS if kind == by), None)
    if kind is None:
        raise CallError(f"--by {by}: use model, developer or country")
    found = _ask(lambda session: answers.leads(session, by=kind, board=board, country=country))
    _print_json(found) if json_ else _print(terminal.leads(found, kind))


@app.command()
def board(
    board: Annotated[str, typer.Argument(help="Such as lmarena/webdev.")],
    category: Annotated[str, typer.Option(help="A slice of the board.")] = "overall",
    as_of: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="As published by this date.")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT", help="As it was known at this time.")] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    by: Annotated[str | None, typer.Option(help="Group by developer or country.")] = None,
    json_: Json = False,
) -> None:
    """Show the standings of a board."""
    from topspot import answers, terminal

    if by not in (None, "model", "developer", "country"):
        raise CallError(f"--by {by}: use model, developer or country")
    query = answers.BoardQuery(board, category, _day("--as-of", as_of), _instant("--known-at", known_at), top, by)
    found = _ask(lambda session: answers.board(session, query))
    _print_json(found) if json_ else _print(terminal.board(found, by))


@app.command()
def events(
    since: Since = None,
    until: Until = None,
    board: Board = None,
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Only this type, such as lead.country.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="With historical and withdrawn ones.")] = False,
    json_: Json = False,
) -> None:
    """List what happened."""
    from topspot import answers, terminal
    from topspot.store import read

    first, last = _day("--since", since), _day("--until", until)
    key = answers.board_key(board) if board else None

    def find(session: Any) -> list[dict[str, Any]]:
        rows = read.events(
            session, since=first, until=last, board=key, category=category, type_=type_, everything=all_
        )
        return [answers.event(row) for row in rows]

    found = _ask(find)
    _print_json(*found) if json_ else _print(terminal.events(found))


@app.command()
def sources(json_: Json = False) -> None:
    """List the sources, how they are and when they are visited next."""
    from topspot import answers, terminal

    declared = [file.source for file in _source_files(_settings()).values()]
    found = _ask(lambda session: answers.sources(session, declared))
    _print_json(*found) if json_ else _print(terminal.sources(found))


@app.command()
def explain(
    id_: Annotated[str | None, typer.Argument(metavar="[ID]", help="An event or an alert.")] = None,
    board: Board = None,
    date_: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Why nothing was told then.")
    ] = None,
    json_: Json = False,
) -> None:
    """Explain an event or an alert, or with --board and --date why nothing was told."""
    from topspot import answers, terminal

    on = _day("--date", date_)
    if id_ is None and board and on:
        silent = _ask(lambda session: answers.why_silent(session, board, on))
        _print_json(silent) if json_ else _print(terminal.silence(silent))
        return
    if id_ is None or board or on:
        raise CallError("explain takes an ID, or --board and --date together")
    found = _ask(lambda session: answers.explain(session, id_))
    if json_:
        _print_json(found[0] if found[0]["id"] == id_ else {"alert": id_, "events": found})
    else:
        _print(*terminal.explained(found))


@app.command()
def doctor(
    send: Annotated[str | None, typer.Option(metavar="TARGET", help="Post one test message there.")] = None,
    json_: Json = False,
) -> None:
    """Say what is wrong and what to do."""
    import asyncio

    from topspot import doctor as surgery
    from topspot import terminal
    from topspot.jobs import utc_now

    settings = _settings()
    if send:
        console = terminal.stderr() if json_ else terminal.stdout()
        checks = [asyncio.run(surgery.send_test(settings, send, utc_now, console))]
    else:
        declared = [file.source for file in _source_files(settings).values()]
        checks = surgery.examine(settings, declared, utc_now())
    found = {"checks": [check._asdict() for check in checks]}
    _print_json(found) if json_ else _print(terminal.checks(found))
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


@db.command()
def upgrade() -> None:
    """Bring the database to the tables of this version; a SQLite file is copied first."""
    from topspot.jobs import utc_now
    from topspot.store import engine, migrate

    opened = engine.create_engine(_settings().url)
    copy = migrate.upgrade(opened, utc_now())
    _say(f"the database is at revision {migrate.HEAD}" + (f"; copied before to {copy}" if copy else ""))


def _settings() -> "Settings":
    from topspot.settings import load_settings

    return load_settings(**FLAGS)


def _source_files(settings: "Settings") -> dict[str, "SourceFile"]:
    from scrapers.boards import find_sources

    return find_sources(settings.boards_dir)


def _is_idle(settings: "Settings", files: dict[str, "SourceFile"]) -> bool:
    """Whether a run has nothing to do: what cron asks most, before anything heavy is imported."""
    from datetime import UTC, datetime

    from topspot.store import due

    return due.is_idle(settings.url, list(files), datetime.now(UTC))


def _ask(question: Callable[[Any], T]) -> T:
    """Put a question to the database."""
    from topspot.jobs import open_store
    from topspot.store.engine import reading

    with open_store(_settings()) as engine, reading(engine) as session:
        return question(session)


def _day(option: str, text: str | None) -> "date | None":
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CallError(f"{option} {text}: not a date", "write it as YYYY-MM-DD") from None


def _instant(option: str, text: str | None) -> "datetime | None":
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise CallError(f"{option} {text}: not an instant", "write it as 2026-07-16T12:00:00Z") from None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _print_json(*rows: dict[str, Any]) -> None:
    """Print one object a line."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))  # noqa: T201 - standard output is data


def _print(*drawn: Any) -> None:
    from topspot import terminal

    console = terminal.stdout()
    for item in drawn:
        console.print(item)


def _say(line: str) -> None:
    """Tell a person one line, without the control characters that text from outside may hold."""
    print("".join(char if char.isprintable() else " " for char in line), file=sys.stderr)  # noqa: T201 - for people


def main() -> None:
    """Run the program: every error that is known leaves as one line and an exit code."""
    try:
        code = app(standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        code = _report(error)
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: Exception) -> int:
    """Print an error as a line or, with ``--json``, as an object; give the exit code."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()  # type: ignore[attr-defined]  # Typer's, known here by its name only
        return 2
    code, exit_code, hint = _kind_of(error)
    message = getattr(error, "format_message", error.__str__)().rstrip(".") or type(error).__name__
    if "--json" in sys.argv:
        _print_json({"error": {"code": code, "message": message, "hint": hint}})
    _say(f"topspot: {message}" + (f": {hint}" if hint else ""))
    return exit_code


def _kind_of(error: Exception) -> tuple[str, int, str | None]:
    """Give an error's code, its exit code, and what to do where the message does not say it."""
    kinds = {
        "CallError": ("call", 2),
        "SettingsError": ("settings", 2),
        "RegistryError": ("registry", 2),
        "BrokenSourceFile": ("source_file", 2),
        "NotFound": ("not_found", 2),
        "StoreError": ("database", 1),
        "ArchiveError": ("archive", 1),
    }
    if hasattr(error, "format_message"):  # Typer's own, for a call that is wrong
        return "call", 2, "see `topspot --help`"
    code, exit_code = kinds.get(type(error).__name__, ("internal", 1))
    hint = getattr(error, "hint", None)
    if code == "internal":
        hint = f"this is a fault of Topspot ({type(error).__name__}); please report it"
    return code, exit_code, hint
