"""Serving: one long-lived process instead of cron."""

from typing import Annotated

import typer

from topspot.cli.base import CallError, app, load, news_sources, say, source_files


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address of the page.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 takes any that is free.")] = 8080,
    every: Annotated[float, typer.Option(min=0.05, help="Seconds between two looks at what is due.")] = 60.0,
    grace: Annotated[float, typer.Option(min=0, help="Seconds that a cycle may go on after SIGTERM.")] = 30.0,
) -> None:
    """Do what cron does, every minute, in one process, with a page at /health."""
    import asyncio

    from topspot import terminal
    from topspot.serve import Rhythm, Serving

    settings = load()
    rhythm = Rhythm(every, grace, host, port)

    async def go() -> None:
        files, feeds = source_files(settings), news_sources(settings)
        watcher, console = terminal.watcher(), terminal.stdout()
        await Serving(settings, files, watcher, console, say, rhythm, feeds=feeds).run()

    try:
        asyncio.run(go())
    except OSError as error:
        raise CallError(
            f"the page cannot be at {host}:{port}: {error.strerror}", "choose another --port"
        ) from None
