"""Runs in processes of their own: to be killed, or to meet each other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from topspot.settings import Settings

TESTS = Path(__file__).parents[1]
PATIENCE = 60


def start(settings: Settings, *subsets: str, point: str = "", named: bool = True) -> "subprocess.Popen[str]":
    """Start ``run/child.py``; it kills itself at ``point``, if there is one."""
    given = {name: _plain(value) for name, value in settings.model_dump().items()}
    order = {"settings": given, "subsets": subsets or ["webdev"], "point": point, "named": named}
    return subprocess.Popen(
        [sys.executable, TESTS / "run" / "child.py", json.dumps(order)],
        env={"PYTHONPATH": str(TESTS), "PATH": "", "HOME": str(settings.data_dir)},
        cwd=TESTS.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(child: "subprocess.Popen[str]") -> dict[str, Any]:
    """Wait for a child that ends well and give its report."""
    out, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0, err
    report: dict[str, Any] = json.loads(out)
    return report


def killed(child: "subprocess.Popen[str]") -> None:
    """Wait for a child that is killed, and for nothing else."""
    out, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == -9, (child.returncode, out, err)


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, Path) else value
