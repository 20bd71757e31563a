"""README is a promise: its settings are those of the program, its commands exist, its layout is true."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrapers.boards import find_sources
from topspot.cli import app
from topspot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_has_its_row_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| `TOPSPOT_(\w+)` \| .+? \| (.+) \|$", README, re.MULTILINE))

    assert rows == {name.upper(): field.description for name, field in Settings.model_fields.items()}


def test_every_source_has_its_row_with_its_license() -> None:
    for key, file in find_sources().items():
        assert re.search(rf"^\| `{key}` \| .+ \| {re.escape(file.source.license.name)}", README, re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"topspot ((?:db )?[a-z]+)(?=[ `\n])", README))))
def test_every_command_it_names_is_there(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("path", re.findall(r"^ {0,4}([a-z_]+(?:/|\.py)) ", README, re.MULTILINE))
def test_every_place_it_names_is_there(path: str) -> None:
    assert any((ROOT / folder / path).exists() for folder in ("", "scrapers", "src/topspot"))
