"""Sources: how they are, what each declares, a trial of its parser, and the draft of a new one."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from topspot.cli.base import CallError, Json, app, ask, day, load, print_json, say, show, source_files

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from scrapers.boards import SourceFile
    from topspot.domain.values import Payload, Source
    from topspot.settings import Settings
    from topspot.workshop import Home, Tried

FIRST_ROWS = 5
"""Rows that a trial shows of each board."""

sources = typer.Typer(help="The sources: how they are, what they declare, and how new ones are made.")
app.add_typer(sources, name="sources")

Name = Annotated[str, typer.Argument(help="Such as lmarena.")]
Published = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="When FILE was published.")]


@sources.callback(invoke_without_command=True)
def listing(context: typer.Context, json_: Json = False) -> None:
    """List the sources, how they are and when they are visited next."""
    if context.invoked_subcommand:
        return
    from topspot import answers, terminal
    from topspot.access import why_off

    settings = load()
    declared = [file.source for file in source_files(settings).values()]
    off = {source.key: why for source in declared if (why := why_off(source, settings))}
    found = ask(lambda session: answers.sources(session, declared, off))
    print_json(*found) if json_ else show(terminal.sources(found))


@sources.command("show")
def show_one(name: Name, json_: Json = False) -> None:
    """Show what a source declares: license, terms, schedule, boards."""
    from topspot.access import why_off

    settings = load()
    file = _file(settings, name)
    said = declaration(file.source, _doc(file), why_off(file.source, settings))
    print_json(said) if json_ else show(*drawn_declaration(said))


@sources.command("test")
def try_one(
    name: Name,
    path: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A captured file; else it is visited.")
    ] = None,
    board: Annotated[str | None, typer.Option(help="The board that FILE is of, where it does not say.")] = None,
    published: Published = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Keep FILE and what is read in it as a case.")
    ] = False,
    json_: Json = False,
) -> None:
    """Run a source's parser and show rows, warnings and the difference from what was approved. Records nothing.

    Ends with 1 if a page cannot be read, or if something of it would be held and is not approved.
    """
    from pathlib import Path

    from topspot import workshop
    from topspot.jobs import utc_now

    settings, now, on = load(), utc_now(), day("--published", published)
    file, here = _file(settings, name), Path.cwd()
    if path is None:
        answers = _visit(settings, file, approve=approve, said=board or published)
    else:
        answers = [workshop.from_file(file, Path(path), now, board=board, published_on=on)]
    tried = [workshop.tried(file, answer, settings, here, now.date()) for answer in answers]
    case = _approve(workshop.home_of(settings, here), file, tried[0]) if approve else None
    said = {
        "source": name,
        "payloads": [trial_json(one, file.source) for one in tried],
        "case": case and str(case),
    }
    print_json(said) if json_ else show(*drawn_trial(said))
    _complain(name, tried)
    if any(one.error for one in tried) or (not case and any(any(one.held.values()) for one in tried)):
        raise typer.Exit(1)


@sources.command("new")
def new(
    name: Annotated[str, typer.Argument(help="What it is to be called, such as my-board.")],
    where: Annotated[str, typer.Argument(metavar="ADDRESS|FILE", help="What it is to be made of.")],
    published: Published = None,
) -> None:
    """Draft a new source: its file, a case that it passes, and its row in the register.

    An address is visited once, politely. Nothing is written unless the draft reads what it was made of.
    """
    from pathlib import Path

    from topspot import workshop
    from topspot.jobs import utc_now

    settings, now = load(), utc_now()
    home = workshop.home_of(settings, Path.cwd())
    workshop.refuse_name(name, source_files(settings), home)
    payload = _came(settings, name, where) if "://" in where else _dated(Path(where), published)
    made = workshop.make(name, payload, home, now.date())
    show(*drawn_draft(made, home))


def _file(settings: "Settings", name: str) -> "SourceFile":
    found = source_files(settings)
    if name not in found:
        raise CallError(f"there is no source {name!r}", f"sources: {', '.join(found)}")
    return found[name]


def _doc(file: "SourceFile") -> str:
    import sys

    module = sys.modules.get(getattr(file.parse, "__module__", ""))
    return (module and module.__doc__) or ""


def _visit(settings: "Settings", file: "SourceFile", *, approve: bool, said: str | None) -> Sequence[Any]:
    from topspot import workshop
    from topspot.access import why_off

    name = file.source.key
    if approve or said:
        raise CallError(
            "--approve, --board and --published are about a FILE", f"`topspot sources test {name} FILE`"
        )
    if why := why_off(file.source, settings):
        raise CallError(f"{name} is off: {why}", f"try it on a file: `topspot sources test {name} FILE`")
    if not file.source.addresses:
        raise CallError(f"{name} is read from files only", f"`topspot sources test {name} FILE`")
    return workshop.visited(settings, file)


def _approve(home: "Home", file: "SourceFile", tried: "Tried") -> "Path | None":
    from pathlib import Path

    from topspot import trial, workshop

    payload = tried.answer.payload
    if tried.error or payload is None:
        return None
    stem = Path(trial.named(payload)["name"]).stem.lower()
    stem = "".join(char if char.isalnum() else "-" for char in stem).strip("-")
    return workshop.keep_case(home, stem or "case", file.source.key, payload, tried.items)


def _complain(name: str, tried: Iterable["Tried"]) -> None:
    for one in tried:
        where = one.answer.url.removeprefix("file:")
        if one.error:
            say(f"topspot: {name}: {where}: {one.error}")
        for place, reasons in one.held.items():
            if reasons:
                say(f"topspot: {name}: {place} would be held: {'; '.join(reasons)}")


def _came(settings: "Settings", name: str, url: str) -> "Payload":
    from topspot import workshop
    from topspot.drafting import NoDraft

    answer = workshop.asked(settings, name, url)
    if answer.payload is None:
        raise NoDraft(f"{url}: {answer.error}")
    return answer.payload


def _dated(path: "Path", published: str | None) -> "Payload":
    """Read a file; one that does not say of which date it is, is taken to be of today."""
    from topspot import workshop
    from topspot.files import date_in
    from topspot.jobs import utc_now

    on, now = day("--published", published), utc_now()
    if on is None and date_in(path.name) is None:
        on = now.date()
        say(f"topspot: {path.name} has no date in its name: its case is of today; else say --published")
    return workshop.payload_of(path, now, published_on=on)


# What is said


def declaration(source: "Source", doc: str, off: str | None) -> dict[str, Any]:
    """Give everything that a source declares as JSON has it.

    ``doc`` is the docstring of its file, ``off`` why it is not visited from here.
    """
    from topspot import register

    return {
        "source": source.key,
        "what": register.what(source, doc),
        "publisher": source.publisher,
        "format": source.format or None,
        "addresses": list(source.boards),
        "history": list(source.history),
        "visited_by": register.visited_by(source),
        "off": off,
        "key_header": source.key_header,
        "every_seconds": int(source.every.total_seconds()),
        "dated": source.dated,
        "needs": list(source.needs),
        "license": {
            "name": source.license.name,
            "credit": source.license.credit,
            "commercial": source.license.commercial,
        },
        "terms": {name: getattr(source.terms, name) for name in ("fetch", "store", "show", "export", "note")},
        "boards": [
            {
                "key": board.key,
                "name": board.name,
                "scale": board.scale.name,
                "low": board.scale.low,
                "high": board.scale.high,
                "best": "lowest" if board.scale.lowest_first else "highest",
                "rated": board.rated,
                "intervals": board.intervals,
                "decided_by": board.decided_by,
                "categories": list(board.categories),
                "fewest_rows": board.fewest_rows,
                "trust": list(board.trust),
            }
            for board in source.all_boards.values()
        ],
    }


def drawn_declaration(said: dict[str, Any]) -> Iterable["Table"]:
    """Draw what a source declares: a table of it and one of its boards."""
    from topspot import register, terminal

    terms, license_ = said["terms"], said["license"]
    yield terminal.table(
        f"{said['source']}: {said['what']}",
        ("", ""),
        [
            ("publisher", said["publisher"]),
            ("format", said["format"]),
            ("addresses", said["addresses"] or None),
            ("history", said["history"] or None),
            ("visited by", said["visited_by"]),
            ("off", _why_off(said)),
            ("schedule", _schedule(said)),
            ("dates", "those that it prints" if said["dated"] else "those on which it was seen"),
            ("needed columns", ", ".join(said["needs"])),
            ("license", license_["name"]),
            ("credit", license_["credit"]),
            ("commercial use", register.in_words(license_["commercial"], "not stated")),
            *(
                (label, register.in_words(terms[name], "not looked up"))
                for label, name in (
                    ("may be visited", "fetch"), ("may be stored", "store"), ("may be shown", "show"),
                    ("may be exported", "export"),
                )
            ),
            ("about the terms", terms["note"]),
        ],
    )  # fmt: skip
    columns = ("board", "name", "scale", "best", "first by", "categories", "fewest rows")
    yield terminal.table("Boards", columns, [_board(board) for board in said["boards"]], columns[-1:])


def _why_off(said: dict[str, Any]) -> str:
    if said["off"] and said["terms"]["fetch"] is False:
        return f"{said['off']}; it cannot be switched on"
    return str(said["off"] or "no")


def _schedule(said: dict[str, Any]) -> str | None:
    visited = said["addresses"] and said["terms"]["fetch"] is not False
    return f"every {said['every_seconds'] / 3600:g} h" if visited else None


def _board(board: dict[str, Any]) -> Sequence[Any]:
    scale = f"{board['scale']} {board['low']:g} to {board['high']:g}" if board["rated"] else "ranks only"
    categories = ", ".join(board["categories"]) or "as the pages say"
    return (
        board["key"], board["name"], scale, board["best"] if board["rated"] else None, board["decided_by"],
        categories, board["fewest_rows"],
    )  # fmt: skip


def trial_json(tried: "Tried", source: "Source") -> dict[str, Any]:
    """Give what a parser made of one payload as JSON has it."""
    from topspot import trial
    from topspot.domain.publications import publications

    found = trial.found_in(tried.items)
    split = publications(tried.readings)
    first = {key.board: rows for key, rows in reversed(split.items())}  # of each board the first publication
    return {
        "payload": tried.answer.url,
        "error": tried.error,
        "publications": [
            {
                "board": key.board,
                "category": key.category,
                "series": rows[0].series or source.key,
                "published_on": key.published_on.isoformat(),
                "rows": len(rows),
                "first": list(trial.first_of(rows, source.all_boards.get(key.board))),
                "reasons": list(tried.held.get(trial.Place(key.board, key.category, rows[0].series), ())),
            }
            for key, rows in split.items()
        ],
        "first_rows": [trial.shown(row) for rows in reversed(first.values()) for row in rows[:FIRST_ROWS]],
        "facts": len(found["facts"]),
        "remarks": found["remarks"],
        "legends": found["legends"],
        "compared_with": tried.compared_with or None,
        "differences": list(tried.differences),
    }


def drawn_trial(said: dict[str, Any]) -> Iterable[Any]:
    """Draw a trial: of each payload its publications, first rows and warnings, and how it differs."""
    from topspot import terminal

    for one in said["payloads"]:
        yield from _drawn_payload(one)
    if said["case"]:
        yield terminal.plain(f"approved: {said['case']}; look its expected.json through")


def _drawn_payload(one: dict[str, Any]) -> Iterable[Any]:
    from topspot import terminal

    name = one["payload"].removeprefix("file:")
    if one["error"]:
        yield terminal.table(name, ("", ""), [("not read", one["error"])])
        return
    columns = ("board", "category", "published", "rows", "first", "would be held")
    rows = [
        (
            each["board"],
            each["category"],
            each["published_on"],
            each["rows"],
            each["first"][:3],
            each["reasons"] or None,
        )
        for each in one["publications"]
    ]
    yield terminal.table(name, columns, rows, ("rows",))
    yield terminal.table("First rows", ROW, [_row(row) for row in one["first_rows"]], ROW[4:])
    yield terminal.table("Warnings", ("", "how many"), _warnings(one), ("how many",))
    compared = one["compared_with"]
    differ = [(line,) for line in one["differences"]] or [
        ("the same shape" if compared else "nothing approved yet",)
    ]
    yield terminal.table(
        f"Compared with {compared}" if compared else "Compared with what was approved", ("",), differ
    )


ROW = ("board", "name", "organization", "license", "rank", "rating", "lower", "upper", "votes")
"""Columns of the rows that a trial shows."""


def _row(row: dict[str, Any]) -> Sequence[Any]:
    return [row.get(column) for column in ROW]


def _warnings(one: dict[str, Any]) -> list[tuple[str, int]]:
    counted = [*Counter(one["remarks"]).items(), *Counter(one["legends"]).items()]
    facts = [("entries without a ranking", one["facts"])] if one["facts"] else []
    return [*counted, *facts] or [("none", 0)]


def drawn_draft(made: Any, home: "Home") -> Iterable[Any]:
    """Draw what was proposed for a new source, and say what was written and what comes next."""
    from topspot import terminal

    draft = made.draft
    taken = [
        (label.replace("_", " "), getattr(draft.columns, label))
        for label in draft.columns._fields[:9]
        if getattr(draft.columns, label)
    ]
    yield terminal.table(
        f"{draft.key}: a draft",
        ("", ""),
        [
            ("what came", f"{draft.found.format}, {made.readings} rows"),
            *((f"{label} is in", column) for label, column in taken),
            ("scale", f"{draft.scale.name}, {draft.scale.low:g} to {draft.scale.high:g}"),
            ("written", [str(path) for path in made.paths]),
        ],
    )
    if home.page is None:
        yield terminal.plain(f"its row for a register: {made.line}")
    yield terminal.plain(
        f"Look it through, fill in license and terms, and try it: `topspot sources test {draft.key}`"
    )
