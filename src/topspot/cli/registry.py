"""Who is who: resolving names, and looking at, checking and applying the registry."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from topspot.cli.base import CallError, Json, app, ask, day, load, print_json, say, show, source_files

if TYPE_CHECKING:
    from datetime import date

    from topspot.registry import Registry

registry = typer.Typer(help="Who made what, and where they are at home.", no_args_is_help=True)
app.add_typer(registry, name="registry")


@app.command()
def resolve(
    names: Annotated[list[str], typer.Argument(metavar="NAME…|-", help="Models as printed; - reads JSON lines.")],
    organization: Annotated[str, typer.Option(help="The organization printed beside it.")] = "",
    license_: Annotated[str, typer.Option("--license", help="The license printed beside it.")] = "",
    source: Annotated[str, typer.Option(help="Who printed it, such as lmarena.")] = "",
    as_of: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="As of this date; else today.")] = None,
    json_: Json = False,
) -> None:
    """Say which model a name means, who made it, of which country, and why.

    With - one JSON object a line is read (name, organization, license, source, models, as_of) and one a line is
    written.
    """
    from topspot.registry import load_registry

    known = load_registry(load().registry_dir)
    if names == ["-"]:
        for line in sys.stdin.buffer:
            if line.strip():
                print_json(_resolved_line(known, line))
        return
    beside = {"organization": organization, "license": license_, "source": source, "as_of": as_of}
    found = [_resolved(known, {"name": name, **beside}) for name in names]
    if json_:
        print_json(*found)
    else:
        from topspot import terminal

        show(terminal.resolved(found))


def _resolved_line(known: "Registry", line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        json.dumps(asked, ensure_ascii=False).encode()  # half a character cannot be printed again
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("name"), str):
        shown = line.decode(errors="replace").strip()[:60]
        raise CallError(f"not a JSON object with a name: {shown!a}", 'write {"name": "kimi-k3"}')
    return _resolved(known, asked)


def _resolved(known: "Registry", asked: dict[str, Any]) -> dict[str, Any]:
    from topspot import who

    models = asked.get("models")
    listed = tuple(str(each) for each in models) if isinstance(models, list) else ()
    texts = {name: str(asked.get(name) or "") for name in who.Printed._fields if name != "models"}
    printed = who.Printed(**texts, models=listed)
    as_of = asked.get("as_of")
    on = day("as_of", None if as_of is None else str(as_of)) or _today()
    return who.resolved(known, printed, on)


@registry.command("list")
def list_(json_: Json = False) -> None:
    """List the developers."""
    from topspot import terminal, who

    found = who.developers(_registry(), _today())
    print_json(*found) if json_ else show(terminal.developers(found))


@registry.command("show")
def show_(key: Annotated[str, typer.Argument(help="A developer's key, or any of its names.")]) -> None:
    """Print what is known of a developer, as JSON: facts with dates and sources, families, models."""
    from topspot import who

    found = who.developer(_registry(), key)
    if found is None:
        raise CallError(f"there is no developer {key!r}", "list them with `topspot registry list`")
    print_json(found)


@registry.command()
def check() -> None:
    """Check the files: what is wrong is named with its line."""
    from topspot.registry import check_registry

    known = check_registry(load().registry_dir)
    families = sum(len(each.families) for each in known.developers.values())
    models = sum(len(each.models) for each in known.developers.values())
    say(f"{len(known.developers)} developers, {families} families, {models} listed models: nothing is wrong")


@registry.command()
def unknown(
    write: Annotated[bool, typer.Option("--write", help="Write drafts into TOPSPOT_REGISTRY_DIR.")] = False,
    json_: Json = False,
) -> None:
    """List what stands on boards and is nobody's, most important first, with TOML to begin from."""
    from topspot import unknowns

    folder = load().registry_dir
    if write and folder is None:
        raise CallError("--write needs a folder of your own", "set TOPSPOT_REGISTRY_DIR")
    found = ask(unknowns.unknown)
    if json_:
        print_json(*found)
    else:
        from topspot import terminal

        show(*terminal.unknown(found))
    if write and folder is not None:
        for file in unknowns.write_drafts(found, folder, _registry()):
            say(f"drafted {file}: say in it what is known, then `topspot registry check`")


@registry.command()
def apply(json_: Json = False) -> None:
    """Apply changed files: resolve again, bring past events in line, correct what was told of the last days."""
    from topspot import reapply, terminal

    settings = load()
    applied = reapply.apply(settings, source_files(settings), progress=terminal.progress())
    print_json(applied.to_json()) if json_ else show(terminal.applied(applied))
    for target, message in applied.messages:
        say(f"to {target}: {message.sentence}")
    for alert in applied.untold:
        say(f"alert {alert} told of something that is known otherwise now; it is too old to be corrected")


def _registry() -> "Registry":
    from topspot.registry import load_registry

    return load_registry(load().registry_dir)


def _today() -> "date":
    from datetime import UTC, datetime

    return datetime.now(UTC).date()
