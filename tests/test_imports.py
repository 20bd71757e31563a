"""A command imports what it needs and no more: names of modules are asserted, not times."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scrapers.boards import find_sources
from scrapers.news.sources import find_news_sources
from topspot.demo.site import Site
from topspot.store import migrate
from topspot.store.engine import create_engine

HEAVY = {"alembic", "pyarrow", "psycopg", "scrapy", "slack_sdk", "sqlmodel", "aiohttp", "psutil"}

SHOW = """
import sys
from topspot.cli import main
try:
    main()
except SystemExit:
    pass
print("MODULES", *sys.modules, file=sys.stderr)
"""


def modules_of(*arguments: str, **settings: str) -> set[str]:
    """Run a command in a process of its own and give the names of all that it imported."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOPSPOT_")}
    ended = subprocess.run(
        [sys.executable, "-c", SHOW, *arguments],
        env=environment | {f"TOPSPOT_{name.upper()}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stderr.rpartition("MODULES ")[2].split())


@pytest.fixture
def idle(tmp_path: Path) -> Path:
    """Give a data folder whose database knows the source and has nothing due for years."""
    news = [f"news/{key}" for key in find_news_sources()]
    engine = create_engine(f"sqlite:///{tmp_path / 'topspot.db'}")
    migrate.upgrade(engine, datetime.now(UTC))
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO source_state (source, next_due_at, failures) VALUES (?, ?, 0)",
            [(key, "2999-01-01 00:00:00.000000") for key in (*find_sources(), *news)],
        )
    engine.dispose()
    return tmp_path


def test_help_imports_nothing_of_weight() -> None:
    modules = modules_of("--help")

    assert modules & (HEAVY | {"sqlalchemy", "pydantic", "pydantic_settings"}) == set()


def test_a_run_with_nothing_due_imports_neither_scrapy_nor_the_tables(idle: Path) -> None:
    modules = modules_of("run", data_dir=str(idle))

    assert "topspot.store.due" in modules
    assert modules & (HEAVY | {"topspot.jobs", "topspot.store.tables", "rich.console"}) == set()


def test_a_board_is_shown_without_scrapy(idle: Path) -> None:
    modules = modules_of("board", "lmarena/webdev", data_dir=str(idle))

    assert modules & (HEAVY - {"sqlmodel"}) == set()


def test_a_visit_without_news_reads_no_parquet_and_speaks_to_no_slack(tmp_path: Path) -> None:
    with Site() as site:
        site.publish("webdev", date(2026, 7, 16))
        settings = {"data_dir": str(tmp_path), "mirror": site.url, "download_delay": "0"}
        first = modules_of("run", "lmarena", **settings)
        again = modules_of("run", "lmarena", **settings)

    assert {"alembic", "pyarrow", "scrapy"} <= first
    assert "scrapy" in again
    assert again & {"alembic", "pyarrow", "slack_sdk", "sqlalchemy.dialects.postgresql"} == set()
