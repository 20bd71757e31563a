"""README is a promise: its settings are those of the program, its commands exist, its layout is true.

So is the version in the package's file.
"""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrapers.boards import find_sources
from topspot import register
from topspot.cli import app
from topspot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_has_its_row_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| `TOPSPOT_(\w+)` \| .+? \| (.+) \|$", README, re.MULTILINE))

    assert rows == {name.upper(): field.description for name, field in Settings.model_fields.items()}


def test_the_register_says_of_every_source_what_its_file_declares() -> None:
    table = README[README.index(register.HEADING) :]
    files = sorted(find_sources().items())
    rows = [register.row(file.source, sys.modules[file.parse.__module__].__doc__ or "") for _, file in files]

    assert re.findall(r"^\| `.*", table[: table.index("### ")], re.MULTILINE) == rows


@pytest.mark.parametrize("key", sorted(find_sources()))
def test_every_source_says_what_may_be_done_with_it_and_where_that_is_said(key: str) -> None:
    source = find_sources()[key].source

    assert source.publisher
    assert source.format
    assert source.license.credit
    assert len(source.terms.note) > 30
    if source.terms.fetch is None or source.license.commercial is None:
        assert "not looked up" in source.terms.note or "states no" in source.terms.note


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"topspot ((?:db |sources |snapshots )?[a-z]+)(?=[ `\n])", README)))
)
def test_every_command_it_names_is_there(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])

    assert result.exit_code == 0, result.output


def test_the_program_tells_the_version_that_the_package_has() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert CliRunner().invoke(app, ["--version"]).output == f"topspot {package['version']}\n"


@pytest.mark.parametrize("path", re.findall(r"^ {0,4}([a-z_]+(?:/|\.py)) ", README, re.MULTILINE))
def test_every_place_it_names_is_there(path: str) -> None:
    assert any((ROOT / folder / path).exists() for folder in ("", "scrapers", "src/topspot"))


def test_the_lines_about_news_run_as_printed_in_an_empty_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    [block] = [each for each in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "article.txt" in each]
    text, *calls = block.splitlines()
    [(written, name)] = re.findall(r"^echo '(.*)' > (\S+)$", text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOPSPOT_DATA_DIR", str(tmp_path))
    Path(name).write_text(f"{written}\n", encoding="utf-8")
    CliRunner().invoke(app, ["db", "upgrade"])

    results = [CliRunner().invoke(app, call.split()[1:]) for call in calls]

    assert [result.exit_code for result in results] == [0, 0, 0], [result.output for result in results]
    assert results[0].output.count("unverifiable: ") == 4
