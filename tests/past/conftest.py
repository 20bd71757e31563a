"""An empty database of each kind to import into, and the command line on one of SQLite."""

from pathlib import Path

import pytest

from support.captured import Captured
from support.cli import Topspot
from support.past import Past
from topspot.settings import Settings


@pytest.fixture(scope="session")
def captured(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> Captured:
    """Import all that was captured of LMArena, once, for tests that only read."""
    return Captured(captures, tmp_path_factory.mktemp("captured"))


@pytest.fixture
def past(settings: Settings) -> Past:
    return Past(settings)


@pytest.fixture
def sqlite_past(tmp_path: Path) -> Past:
    """Give the same for what has nothing to do with the kind of the database."""
    folder = tmp_path / "data"
    folder.mkdir()
    return Past(Settings(data_dir=folder, download_delay=0, contact="tests@example.org"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Give the folder that files to import lie in."""
    return tmp_path / "files"


@pytest.fixture
def topspot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], past: Past) -> Topspot:
    """Give the command line, on the database of the test."""
    return _command_line(monkeypatch, capsys, past)


@pytest.fixture
def topspot_sqlite(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sqlite_past: Past
) -> Topspot:
    """Give the command line for what has nothing to do with the kind of the database."""
    return _command_line(monkeypatch, capsys, sqlite_past)


def _command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], past: Past) -> Topspot:
    monkeypatch.setenv("TOPSPOT_DATA_DIR", str(past.settings.data_dir))
    monkeypatch.setenv("TOPSPOT_DATABASE_URL", past.url)
    monkeypatch.setenv("TOPSPOT_CONTACT", "tests@example.org")
    monkeypatch.chdir(past.settings.data_dir)
    return Topspot(monkeypatch, capsys)
