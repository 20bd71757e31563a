"""The past: loading it, asking it, and deciding about what is held."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from topspot.cli.base import (
    Board,
    CallError,
    Json,
    Since,
    Until,
    app,
    ask,
    day,
    db,
    load,
    news_sources,
    print_json,
    say,
    show,
    source_files,
)

if TYPE_CHECKING:
    from scrapers.boards import SourceFile
    from topspot.backfill import Loaded
    from topspot.snapshots import Recorded

snapshots = typer.Typer(help="What is held: list it, accept it, drop it.", no_args_is_help=True)
app.add_typer(snapshots, name="snapshots")

Category = Annotated[str, typer.Option(help="A slice of the board.")]
Id = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**31 - 1, help="Of `topspot snapshots list`.")]
Why = Annotated[str, typer.Option(help="The reason; it is kept, and told where what was told changes.")]


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="Whose files they are.")],
    files: Annotated[list[Path], typer.Argument(help="Files, or folders with all that is in them and below.")],
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="When they were published, where they do not say.")
    ] = None,
    board: Annotated[str | None, typer.Option(help="What they are about, where they do not say.")] = None,
    json_: Json = False,
) -> None:
    """Read captured files through the source's own parser; nothing of it is ever sent."""
    from topspot import imports, terminal
    from topspot.answers import board_key

    settings = load()
    file = _source(source)
    key = board_key(board, file.source.all_boards) if board else None
    if key and key not in file.source.all_boards:
        raise CallError(f"{source} has no board {board!r}", f"boards: {', '.join(file.source.all_boards)}")
    said = imports.Said(key, day("--published", published))
    _report(imports.import_files(settings, file, files, said=said, progress=terminal.progress()), json_)


@app.command()
def backfill(
    source: Annotated[str, typer.Argument(help="Whose history.")],
    since: Since = None,
    json_: Json = False,
) -> None:
    """Load the whole published history of a source; nothing of it is ever sent."""
    import asyncio

    from topspot import backfill as loading
    from topspot import terminal

    file = _source(source)
    if not (file.source.history or (file.links and file.source.addresses)):
        raise CallError(f"{source} has no full history", f"import files: `topspot import {source} FILE…`")
    first = day("--since", since)
    _report(asyncio.run(loading.backfill(load(), file, since=first, progress=terminal.progress())), json_)


def _source(name: str) -> "SourceFile":
    files = source_files(load())
    if name not in files:
        raise CallError(f"there is no source {name!r}", f"sources: {', '.join(files)}")
    return files[name]


def _report(loaded: "Loaded", json_: bool) -> None:
    from topspot import terminal

    print_json(loaded.to_json()) if json_ else show(terminal.loaded(loaded))
    for line in loaded.remarks:
        say(f"not known: {line}")
    for line in loaded.held:
        say(f"held: {line}")
    for line in loaded.unreadable:
        say(f"not read: {line}")
    for alert in sorted(loaded.untold):
        say(f"alert {alert} told of something that this contradicts; an import sends no correction")
    raise typer.Exit(1 if loaded.failed else 0)


@app.command()
def series(
    board: Annotated[str, typer.Argument(help="Such as lmarena/text.")],
    category: Category = "overall",
    json_: Json = False,
) -> None:
    """Show which sources cover which dates of a board, and where they differ."""
    from topspot import chronicle, terminal

    found = ask(lambda session: chronicle.series(session, board, category))
    print_json(found) if json_ else show(*terminal.series(found))


@app.command()
def history(
    name: Annotated[str, typer.Argument(metavar="MODEL_OR_DEVELOPER", help="As printed, or a developer.")],
    board: Board = None,
    category: Category = "overall",
    json_: Json = False,
) -> None:
    """Print the positions of a model or a developer over time."""
    from topspot import chronicle, terminal
    from topspot.registry import load_registry

    registry = load_registry(load().registry_dir)
    found = ask(lambda session: chronicle.history(session, registry, name, board=board, category=category))
    print_json(found) if json_ else show(terminal.history(found))


@app.command()
def replay(
    since: Since = None,
    until: Until = None,
    board: Board = None,
    json_: Json = False,
) -> None:
    """Show the alerts that history would have caused; nothing is sent."""
    from topspot import chronicle, terminal
    from topspot.registry import load_registry

    settings = load()
    registry = load_registry(settings.registry_dir)
    sources = [file.source for file in source_files(settings).values()]
    first, last = day("--since", since), day("--until", until)

    def find(session: Any) -> list[dict[str, Any]]:
        return list(chronicle.replay(session, registry, sources, since=first, until=last, board=board))

    found = ask(find)
    print_json(*found) if json_ else show(terminal.replay(found))


@db.command()
def rebuild() -> None:
    """Derive everything again from the payloads, with today's parsers and registry, in one transaction."""
    from topspot import rebuild as rebuilding
    from topspot import terminal

    settings = load()
    feeds, progress = news_sources(settings), terminal.progress()
    rebuilt = rebuilding.rebuild(settings, source_files(settings), feeds=feeds, progress=progress)
    news = rebuilt.news
    say(
        f"{rebuilt.payloads} payloads, {rebuilt.rows} rows, {rebuilt.snapshots} snapshots; "
        f"{rebuilt.new} new events, {rebuilt.altered} changed, {len(rebuilt.held)} held"
    )
    if news.payloads or news.verdicts or news.held:
        say(
            f"news: {news.payloads} payloads, {news.new} new articles; of versions {news.changed} name or claim "
            f"something else and {news.gone} are gone; {news.verdicts} verdicts changed, {len(news.held)} held"
        )
    for line in rebuilt.lost:
        say(f"no longer there: {line}: today's parser does not find it in its payload")
    for alert in sorted(rebuilt.untold):
        say(f"alert {alert} told of something that this contradicts; a rebuild sends no correction")


@snapshots.command("list")
def list_(
    board: Board = None,
    all_: Annotated[bool, typer.Option("--all", help="With those that are decided.")] = False,
    json_: Json = False,
) -> None:
    """List the snapshots that wait for a decision."""
    from topspot import chronicle, terminal

    found = ask(lambda session: chronicle.snapshots(session, board=board, everything=all_))
    print_json(*found) if json_ else show(terminal.snapshots(found))


@snapshots.command()
def accept(id_: Id, why: Why, json_: Json = False) -> None:
    """Accept a held or dropped snapshot, and derive what follows."""
    from topspot import review

    settings = load()
    _decided(id_, "accepted", review.accept(settings, source_files(settings), id_, why), json_)


@snapshots.command()
def drop(id_: Id, why: Why, json_: Json = False) -> None:
    """Drop a snapshot, and derive what follows."""
    from topspot import review

    settings = load()
    _decided(id_, "dropped", review.drop(settings, source_files(settings), id_, why), json_)


def _decided(number: int, what: str, recorded: "Recorded", json_: bool) -> None:
    counts = {"id": number, "status": what, "events": recorded.events, "messages": len(recorded.messages)}
    if json_:
        print_json(counts)
        return
    queued = f"; {len(recorded.messages)} messages wait for the next run" if recorded.messages else ""
    say(f"snapshot {number} is {what}: {recorded.events} new events{queued}")
