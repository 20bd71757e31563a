"""The main job, offline: real figures of LMArena, served on loopback, visited and told as live ones are.

Everything but the site is the real thing: the spider, the database, the comparison and the delivery. Only the
terminal stands in for Slack, and the database is thrown away at the end.
"""

import asyncio
import dataclasses
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console

from scrapers.boards import SourceFile, lmarena, lmarena_catalog
from topspot import answers, imports, jobs, terminal
from topspot.backfill import Unseen
from topspot.clippings import Checker
from topspot.demo.site import EDITIONS, Site
from topspot.domain.values import Source
from topspot.registry import load_registry
from topspot.settings import Settings
from topspot.store.engine import reading

NEXT = (
    ("topspot run", "collect the real thing and keep it; again later for what has changed"),
    ("topspot leads --country CN", "where a Chinese model is first, since when, alone or shared"),
    ("topspot doctor", "what is still to be set: a Slack channel, a contact"),
)
"""Three commands to try next, and what each is for."""


class Quiet:
    """Show nothing of a visit: the demo tells its own story."""

    def begins(self, source: str, addresses: int) -> None:
        """Say nothing."""

    def answered(self, source: str, url: str, outcome: str) -> None:
        """Say nothing."""

    def ended(self, source: str, report: jobs.SourceReport, seconds: float) -> None:
        """Say nothing."""


def run(console: Console | None = None) -> int:
    """Play the demo on a console (by default standard output); give the exit code."""
    console = console or terminal.stdout()
    with tempfile.TemporaryDirectory(prefix="topspot-demo-") as folder, Site() as site:
        settings = settings_of(Path(folder), site.url)
        console.print(
            "Topspot demo: LMArena as published in summer 2026, visited in turn. Nothing leaves this machine.\n"
        )
        failed = [
            problem for edition in range(len(EDITIONS)) for problem in _visit(site, edition, settings, console)
        ]
        _check_the_news(settings, console)
        _close(settings, console)
    for problem in failed:
        terminal.stderr().print(terminal.plain(problem))
    return 1 if failed else 0


def settings_of(folder: Path, mirror: str) -> Settings:
    """Give settings that nothing of this machine's own can reach: no Slack, no database but the demo's."""
    return Settings.model_construct(
        **{name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()}
        | {"data_dir": folder, "mirror": mirror, "download_delay": 0.0, "contact": "the demo"}
    )


def source_of(subsets: tuple[str, ...]) -> Source:
    """Give LMArena's source with only those subsets that the demo has figures of."""
    boards = {lmarena.address(subset): lmarena.SOURCE.boards[lmarena.address(subset)] for subset in subsets}
    return dataclasses.replace(lmarena.SOURCE, boards=boards)


def _visit(site: Site, edition: int, settings: Settings, console: Console) -> list[str]:
    """Publish one edition, visit, and let the reader see what was told or why nothing was; give problems."""
    subset, published_on = EDITIONS[edition]
    site.publish(subset, published_on)
    source = source_of(tuple(dict.fromkeys(name for name, _ in EDITIONS[: edition + 1])))
    board = source.boards[lmarena.address(subset)]
    console.rule(f"{board.name}, published {published_on}", style="dim")
    report = asyncio.run(
        jobs.cycle(
            settings,
            {source.key: SourceFile(source, lmarena.parse)},
            names=[source.key],
            watcher=Quiet(),
            console=console,
        )
    )
    for line in report.baselines:
        console.print(terminal.plain(f"First visit, nothing to compare with. In first place: {line}"))
    if not report.baselines and not report.messages:
        console.print(terminal.plain(_why_silent(settings, board.key, edition)))
    console.print()
    return report.problems


def _why_silent(settings: Settings, board: str, edition: int) -> str:
    with jobs.open_store(settings) as engine, reading(engine) as session:
        found = answers.why_silent(session, board, EDITIONS[edition][1])["reasons"][0]
        leaders = answers.board(session, answers.BoardQuery(board))["definitions"]["rank_ub"]
    return f"Nothing is said: {found['reason']}. Still first: {', '.join(leaders)}."


STORY = Path(__file__).with_name("story.txt")
"""What newspapers wrote in March 2026, in our words."""

FIGURES = Path(__file__).with_name("2026-03-20_text-style-control.json")
"""The first rows of the board that they spoke of, as it stood that day."""


def _check_the_news(settings: Settings, console: Console) -> None:
    """Load the board of a day in March, in silence, and check a story of that day against it."""
    console.rule("The news of 2026-03-20", style="dim")
    file = SourceFile(lmarena_catalog.SOURCE, lmarena_catalog.parse)
    imports.import_files(settings, file, [FIGURES], progress=Unseen())
    registry = load_registry()
    with jobs.open_store(settings) as engine, reading(engine) as session:
        found = Checker(session, registry).text(STORY.read_text("utf-8"), date(2026, 3, 20))
    for line in terminal.checked(found):
        console.print(line)
    console.print()


def _close(settings: Settings, console: Console) -> None:
    """End with who leads now and what to try next."""
    with jobs.open_store(settings) as engine, reading(engine) as session:
        console.print(terminal.leads(answers.leads(session), "model"))
    console.print("\nTry next:")
    width = max(len(command) for command, _ in NEXT)
    for command, purpose in NEXT:
        console.print(f"  {command.ljust(width)}  {purpose}")
