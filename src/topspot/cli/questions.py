"""Asking: who is first, since when, what happened and why."""

from typing import Annotated, Any

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
    instant,
    print_json,
    show,
)


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
    found = ask(lambda session: answers.leads(session, by=kind, board=board, country=country))
    print_json(found) if json_ else show(terminal.leads(found, kind))


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
    query = answers.BoardQuery(board, category, day("--as-of", as_of), instant("--known-at", known_at), top, by)
    found = ask(lambda session: answers.board(session, query))
    print_json(found) if json_ else show(terminal.board(found, by))


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

    first, last = day("--since", since), day("--until", until)

    def find(session: Any) -> list[dict[str, Any]]:
        key = answers.board_key(board, read.board_keys(session)) if board else None
        rows = read.events(
            session, since=first, until=last, board=key, category=category, type_=type_, everything=all_
        )
        return [answers.event(row) for row in rows]

    found = ask(find)
    print_json(*found) if json_ else show(terminal.events(found))


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

    on = day("--date", date_)
    if id_ is None and board and on:
        silent = ask(lambda session: answers.why_silent(session, board, on))
        print_json(silent) if json_ else show(terminal.silence(silent))
        return
    if id_ is None or board or on:
        raise CallError("explain takes an ID, or --board and --date together")
    found = ask(lambda session: answers.explain(session, id_))
    if json_:
        print_json(found[0] if found[0]["id"] == id_ else {"alert": id_, "events": found})
    else:
        show(*terminal.explained(found))
