"""A run with everything around it: Hugging Face, Slack, a database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from standins.site import Site
from standins.slack import Slack
from support.cli import Topspot
from support.databases import prepare
from support.hub import Hub
from support.watched import WatchedSlack
from topspot.settings import Settings


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Site() as site:
        yield Hub(site)


@pytest.fixture
def slack() -> Iterator[WatchedSlack]:
    with WatchedSlack() as standin:
        yield standin


@pytest.fixture
def wired(settings: Settings, hub: Hub, slack: Slack) -> Settings:
    """Give settings of a migrated database, through the stand-in for the web, into one Slack channel."""
    return _wire(settings, hub, slack)


@pytest.fixture
def wired_sqlite(tmp_path: Path, hub: Hub, slack: Slack) -> Settings:
    """Give the same for what has nothing to do with the kind of the database."""
    return _wire(Settings(data_dir=tmp_path, download_delay=0, contact="tests@example.org"), hub, slack)


@pytest.fixture
def topspot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Topspot:
    """Give the command line, in an empty folder, with a data folder of the test's own."""
    monkeypatch.setenv("TOPSPOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TOPSPOT_DOWNLOAD_DELAY", "0")
    monkeypatch.setenv("TOPSPOT_CONTACT", "tests@example.org")
    monkeypatch.chdir(tmp_path)
    return Topspot(monkeypatch, capsys)


def _wire(settings: Settings, hub: Hub, slack: Slack) -> Settings:
    prepare(settings.url)
    token = {name: value for name, value in slack.settings.items() if name != "slack_webhook_url"}
    return Settings(**settings.model_dump() | token | {"mirror": hub.site.address})
