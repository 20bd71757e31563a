"""The program as a person calls it: arguments in, exit code and two streams out."""

import json
import sys
from typing import Any, NamedTuple

import pytest

from topspot import cli


class Ended(NamedTuple):
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object of standard output."""
        [found] = self.objects
        return found

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects of standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Topspot:
    """``topspot("leads", "--json")`` is ``topspot leads --json``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str) -> Ended:
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["topspot", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(int(ended.value.code or 0), *self._capsys.readouterr())
