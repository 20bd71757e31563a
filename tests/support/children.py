"""Runs in processes of their own: to be killed, or to meet each other."""

import functools
import multiprocessing
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

import pytest

from run.child import main, work
from topspot.jobs import Report
from topspot.settings import Settings

PATIENCE = 60

_IMPORTED = ["pytest", "run.child", "scrapers.crawl", "topspot.tell.slack", "pyarrow.parquet"]


@functools.cache
def _processes() -> ForkServerContext:
    """Start a server that has imported everything once, so that each run starts at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    with pytest.MonkeyPatch.context() as patch:  # Python 3.11 does not tell the server where to import from
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        forkserver.ensure_running()
    return context


class Child(NamedTuple):
    """A run under way, and where its report comes from."""

    process: BaseProcess
    report: Connection

    def kill(self) -> None:
        """Send it SIGKILL."""
        self.process.kill()


def start(settings: Settings, *subsets: str, point: str = "", named: bool = True) -> Child:
    """Start a run; it kills itself at ``point``, if there is one."""
    ours, its = _processes().Pipe(duplex=False)
    arguments = (settings, subsets or ("webdev",), point, named, its)
    process = _processes().Process(target=main, args=arguments, daemon=True)
    process.start()
    its.close()
    return Child(process, ours)


def start_work(settings: Settings, what: str, after: int = -1) -> Child:
    """Start one of ``run.child.WORKS``; it kills itself after so many statements, if that is not negative."""
    ours, its = _processes().Pipe(duplex=False)
    process = _processes().Process(target=work, args=(settings, what, after, its), daemon=True)
    process.start()
    its.close()
    return Child(process, ours)


def statements(child: Child) -> int:
    """Wait for work that ends well and give how many statements it took."""
    assert child.report.poll(PATIENCE)
    found = child.report.recv()
    child.process.join(PATIENCE)
    assert child.process.exitcode == 0
    return int(found)


def ended(child: Child) -> Report:
    """Wait for a child that ends well and give its report."""
    assert child.report.poll(PATIENCE)
    report = child.report.recv()
    child.process.join(PATIENCE)
    assert child.process.exitcode == 0
    assert isinstance(report, Report)
    return report


def killed(child: Child) -> None:
    """Wait for a child that is killed, and for nothing else."""
    child.process.join(PATIENCE)
    assert child.process.exitcode == -9
