"""What resolving costs: reading with it joined, as a ratio in one run; starting and asking it, in milliseconds.

    python tests/benchmarks/registry.py [--runs N] [--dates N]

A made-up history of a million rows is loaded once into SQLite. All its standings are read with the resolution
joined as ``read.standings`` does, and without; the two take turns, in CPU seconds of this process. Then whole
processes, in turn with an interpreter that does nothing, and 5,000 names in one process. Medians, with the
least and the most of the rounds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import made_up
from starting import cost_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

HERE = Path(__file__).resolve()
TOPSPOT = str(Path(sys.executable).with_name("topspot"))

COLD = """
import time
began = time.perf_counter()
from topspot.registry import load_registry
registry = load_registry()
registry.resolve("kimi-k3-max")
print(time.perf_counter() - began)
"""

NAMES = 5_000


def load(folder: Path, dates: int) -> None:
    """Load the made-up history into a new database in a folder, as `topspot sources backfill` does."""
    from scrapers.boards import lmarena
    from topspot.store import migrate, write
    from topspot.store.engine import create_engine, writing

    file = folder / "full.parquet"
    made_up.write(file, dates)
    engine = create_engine(f"sqlite:///{folder / 'topspot.db'}")
    now = datetime.now(UTC)
    migrate.upgrade(engine, now)
    _record(engine, lmarena, file, now)
    with writing(engine) as session:
        write.analyze(session)
    engine.dispose()


def _record(engine: "Engine", lmarena: Any, file: Path, now: datetime) -> None:
    from topspot import record
    from topspot.desk import Desk
    from topspot.domain.values import Answer, Payload
    from topspot.registry import load_registry
    from topspot.snapshots import Context, Recorded
    from topspot.store import write
    from topspot.store.engine import writing

    registry, url = load_registry(), lmarena.history_address("text")
    payload = Payload(url, b"", "0" * 64, "x", now, file=file)
    answer = Answer("lmarena", url, "fetched", now, 200, payload)
    context, desk = Context(lmarena.SOURCE, registry, (), now, live=False), Desk("lmarena", registry)
    with writing(engine) as session:
        write.apply_registry(session, registry, now)
        record.begin_history(session, answer, context)
    for part, rows in lmarena.parse_history(payload, known={}):
        with writing(engine) as session:
            record.record_day(session, answer, rows, part.digest, context, desk, Recorded("unchanged"))


def joined(session: "Session", snapshots: Sequence[Any]) -> int:
    """Read every standing with what it resolves to, a snapshot at a time."""
    from topspot.store import read

    return sum(len(read.standings(session, number, day)) for number, day in snapshots)


def plain(session: "Session", snapshots: Sequence[Any]) -> int:
    """Read every standing with its name, a snapshot at a time, into values as long."""
    from sqlalchemy import bindparam, literal, select
    from sqlmodel import col

    from topspot.domain.values import Standing as Value
    from topspot.store.tables import Entry, Standing

    nothing = literal(None)
    query = (
        select(
            col(Standing.position), col(Entry.raw_name), col(Entry.raw_name), nothing, nothing, nothing, nothing,
            nothing, col(Standing.rank), col(Standing.rating), col(Standing.lower), col(Standing.upper),
            col(Standing.votes), col(Standing.preliminary),
        )
        .join(Entry, col(Entry.id) == col(Standing.entry_id))
        .where(col(Standing.snapshot_id) == bindparam("snapshot"))
        .order_by(col(Standing.position))
    )  # fmt: skip
    return sum(
        len([Value(*row) for row in session.execute(query, {"snapshot": number})]) for number, _ in snapshots
    )


def reading_ratio(folder: Path, runs: int) -> None:
    """Print what reading with the resolution costs beside reading without."""
    from sqlalchemy import select
    from sqlmodel import col

    from topspot.store.engine import create_engine, reading
    from topspot.store.tables import Snapshot

    engine = create_engine(f"sqlite:///{folder / 'topspot.db'}")
    with reading(engine) as session:
        query = select(col(Snapshot.id), col(Snapshot.published_on)).where(col(Snapshot.accepted_at).is_not(None))
        snapshots = session.execute(query).all()
        rows = joined(session, snapshots), plain(session, snapshots)  # to warm up
        if rows[0] != rows[1]:
            raise RuntimeError(f"{rows[0]} rows are not {rows[1]}")
        pairs = [(_cpu(joined, session, snapshots), _cpu(plain, session, snapshots)) for _ in range(runs)]
    engine.dispose()
    with_it, without = (list(each) for each in zip(*pairs, strict=True))
    ratios = [one / other for one, other in pairs]
    print(
        f"{rows[0]:,} standings, resolution joined / without: {statistics.median(with_it):.2f} / "
        f"{statistics.median(without):.2f} s = {_spread(ratios)}"
    )


def _cpu(work: Callable[..., object], *arguments: object) -> float:
    began = time.process_time()
    work(*arguments)
    return time.process_time() - began


def _spread(values: Sequence[float], digits: int = 2) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def cold_start(runs: int) -> None:
    """Print what the first answer costs in a new process: of the resolver, and of the command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOPSPOT_")}
    with tempfile.TemporaryDirectory() as own:
        ways: dict[str, tuple[list[str], dict[str, str]]] = {
            "python -c pass": ([sys.executable, "-c", "pass"], environment),
            "topspot --help": ([TOPSPOT, "--help"], environment),
            "topspot resolve NAME": ([TOPSPOT, "resolve", "kimi-k3-max", "--json"], environment),
            "topspot resolve NAME, a registry folder of one's own": (
                [TOPSPOT, "resolve", "kimi-k3-max", "--json"], environment | {"TOPSPOT_REGISTRY_DIR": own},
            ),
        }  # fmt: skip
        costs: dict[str, list[float]] = {name: [] for name in ways}
        inside = []
        for number in range(runs + 1):
            inside.append(_cold(environment))
            for name, (command, variables) in ways.items():
                cost = cost_of(command, variables)
                if number:
                    costs[name].append(cost.cpu * 1000)
    print(f"the resolver, from its import to its first answer: {_spread(inside[1:], 0)} ms")
    for name, found in costs.items():
        print(f"{name}: {_spread(found, 0)} ms CPU")


def _cold(environment: dict[str, str]) -> float:
    ended = subprocess.run(
        [sys.executable, "-c", COLD], env=environment, check=True, capture_output=True, text=True
    )
    return float(ended.stdout) * 1000


def names(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Make up names as boards print them, each with an organization or none: known, decorated, unknown."""
    from topspot.registry import load_registry

    chance = Random(seed)
    known = [
        (name, each.name)
        for each in load_registry().developers.values()
        for family in each.families
        for name in family.examples
    ]
    for number in range(count):
        name, organization = chance.choice(known)
        word = chance.choice(["", "-high", " (thinking)", "-20260716", " FC", f"-zzz{number}"])
        yield f"{name}{word}", chance.choice([organization, ""])


def resolving(runs: int) -> None:
    """Print what resolving many different names costs, once the registry is there."""
    from topspot.registry import load_registry

    asked = list(names(NAMES))
    taken = []
    for _ in range(runs):
        registry = load_registry()
        registry.resolve("kimi-k3-max")
        taken.append(_cpu(lambda known: [known.resolve(*each) for each in asked], registry) * 1000)
    print(f"resolving {NAMES:,} names ({len(set(asked)):,} different): {_spread(taken, 0)} ms")


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dates", type=int, default=made_up.DATES)
    given = parser.parse_args()
    cold_start(given.runs)
    resolving(given.runs)
    with tempfile.TemporaryDirectory() as name:
        # in a process of its own, so that reading begins with nothing at hand
        subprocess.run([sys.executable, str(HERE), "load", name, str(given.dates)], check=True)
        reading_ratio(Path(name), given.runs)


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        load(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
