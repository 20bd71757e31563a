"""Collecting: what cron calls, what it looks like, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from topspot.cli.base import CallError, Json, app, load, news_sources, print_json, say, show, source_files

if TYPE_CHECKING:
    from scrapers.boards import SourceFile
    from scrapers.news.sources import NewsSource
    from topspot.ping import Signal
    from topspot.settings import Settings


@app.command()
def run(
    sources: Annotated[list[str] | None, typer.Argument(help="Visit these whether due or not.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Record and send nothing; print what would be.")
    ] = False,
    json_: Json = False,
) -> None:
    """Collect what is due, compare, and deliver: what cron calls."""
    from topspot.access import is_visited, why_off

    settings = load()
    every = source_files(settings)
    files = {key: file for key, file in every.items() if is_visited(file.source, settings)}
    feeds = news_sources(settings)
    if not sources and not dry_run and _is_idle(settings, [*files, *(f"news/{key}" for key in feeds)]):
        _ping(settings, "success")
        print_json({"sources": {}, "deliveries": {"sent": 0, "queued": 0, "dead": 0}}) if json_ else say(
            "nothing is due"
        )
        return
    if not settings.news and any(name.partition("/")[0] == "news" for name in sources or ()):
        raise CallError("news are off", "set TOPSPOT_NEWS=true")
    for name in sources or ():
        if name in every and (why := why_off(every[name].source, settings)):
            raise CallError(f"{name} is off: {why}")
        if name not in files and name not in {"news", *(f"news/{key}" for key in feeds)}:
            raise CallError(
                f"there is no source {name!r} to visit", f"sources: {', '.join(files)}, news, news/KEY"
            )
    if dry_run:
        failed = _cycle(settings, files, feeds, sources or (), dry_run=True, json_=json_)
    else:
        with _pings(settings) as ended:
            failed = ended.failed = _cycle(settings, files, feeds, sources or (), dry_run=False, json_=json_)
    raise typer.Exit(1 if failed else 0)


def _cycle(
    settings: "Settings",
    files: dict[str, "SourceFile"],
    feeds: "dict[str, NewsSource]",
    names: Sequence[str],
    *,
    dry_run: bool,
    json_: bool,
) -> bool:
    """Do one cycle, print what it did, and say whether something failed."""
    import asyncio

    from topspot import jobs, terminal

    console = terminal.stderr() if json_ else terminal.stdout()
    watcher = terminal.watcher()
    report = asyncio.run(
        jobs.cycle(settings, files, feeds=feeds, names=names, dry_run=dry_run, watcher=watcher, console=console)
    )
    if json_:
        print_json(report.to_json())
    else:
        show(*terminal.summary(report))
    if dry_run:
        terminal.show_messages(report.messages, console)
    for line in (*report.notes, *report.problems):
        say(line)
    return report.failed


@dataclass
class _Ended:
    """How a run ended, for whoever is told of it."""

    failed: bool = True


@contextmanager
def _pings(settings: "Settings") -> Iterator[_Ended]:
    """Tell a watchman that a run begins and how it ends; without a word to the contrary it failed."""
    ended = _Ended()
    _ping(settings, "start")
    try:
        yield ended
    finally:
        _ping(settings, "fail" if ended.failed else "success")


def _ping(settings: "Settings", signal: "Signal") -> None:
    if settings.ping_url:
        from topspot.ping import ping

        ping(settings.ping_url, signal, say)


@app.command()
def demo() -> None:
    """Show the main job offline: real figures, a real hand-over, each alert as a Slack reader sees it."""
    from topspot import demo as show

    raise typer.Exit(show.run())


@app.command()
def doctor(
    send: Annotated[str | None, typer.Option(metavar="TARGET", help="Post one test message there.")] = None,
    json_: Json = False,
) -> None:
    """Say what is wrong and what to do."""
    import asyncio

    from topspot import doctor as surgery
    from topspot import terminal
    from topspot.access import is_visited
    from topspot.jobs import utc_now

    settings = load()
    if send:
        console = terminal.stderr() if json_ else terminal.stdout()
        checks = [asyncio.run(surgery.send_test(settings, send, utc_now, console))]
    else:
        every = (file.source for file in source_files(settings).values())
        declared = [source for source in every if is_visited(source, settings)]
        checks = surgery.examine(settings, declared, list(news_sources(settings)), utc_now())
    found = {"checks": [check._asdict() for check in checks]}
    print_json(found) if json_ else show(terminal.checks(found))
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


def _is_idle(settings: "Settings", sources: list[str]) -> bool:
    """Whether a run has nothing to do: what cron asks most, before anything heavy is imported."""
    from datetime import UTC, datetime

    from topspot.store import due

    return due.is_idle(settings.url, sources, datetime.now(UTC))
