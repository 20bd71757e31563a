"""Claims: a source is visited by one process at a time, and a dead one holds nobody up."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from sqlalchemy import Engine

from support.databases import opened, rows
from topspot.store import read, write
from topspot.store.engine import create_engine, whoami, writing

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
ELSEWHERE = "another-host|4711|1000.00"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    with opened(database) as engine:
        yield engine


def declare(engine: Engine, *keys: str, due: datetime = NOW) -> None:
    with writing(engine) as session:
        write.declare_sources(session, keys, due)


def claim(
    engine: Engine, *keys: str, me: str | None = None, named: bool = False, now: datetime = NOW
) -> list[str]:
    with writing(engine) as session:
        return write.claim_sources(session, keys, named=named, now=now, me=me or whoami())


def release(engine: Engine, key: str, me: str, now: datetime = NOW, *, failed: bool = False) -> None:
    with writing(engine) as session:
        write.release_source(
            session, key, me, next_due_at=now + timedelta(hours=1), failed=failed, new=False, now=now
        )


def test_each_due_source_is_claimed_by_one_of_many(engine: Engine) -> None:
    keys = [f"source-{number}" for number in range(12)]
    declare(engine, *keys)
    start, claimed = threading.Barrier(6), []

    def work(number: int) -> None:
        own = create_engine(engine.url.render_as_string(hide_password=False))
        start.wait(10)
        claimed.append(claim(own, *keys, me=f"another-host|{number}|1.00"))
        own.dispose()

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(claimed) == 6
    assert sorted(key for keys_ in claimed for key in keys_) == sorted(keys)


def test_a_source_that_is_claimed_is_left_to_its_holder_and_said_to_be(engine: Engine) -> None:
    declare(engine, "a", "b")
    claim(engine, "a", me=ELSEWHERE)

    mine = claim(engine, "a", "b")

    assert mine == ["b"]
    with writing(engine) as session:
        assert read.claimed_elsewhere(session, ["a", "b"], whoami(), NOW) == ["a"]


def test_the_claim_of_a_living_process_of_this_host_holds(engine: Engine) -> None:
    declare(engine, "a")
    claim(engine, "a")

    assert claim(engine, "a", me=ELSEWHERE) == []


@pytest.mark.parametrize("died", ["its number is free", "its number is another's now"])
def test_the_claim_of_a_dead_process_of_this_host_is_free_at_once(engine: Engine, died: str) -> None:
    number = psutil.Process().pid if died == "its number is another's now" else 2**22 + 1
    declare(engine, "a")
    claim(engine, "a", me=f"{socket.gethostname()}|{number}|1000.00")

    assert claim(engine, "a") == ["a"]


def test_the_claim_of_a_killed_process_is_free_before_its_parent_looks(engine: Engine) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = psutil.Process(child.pid)
    declare(engine, "a")
    claim(engine, "a", me=f"{socket.gethostname()}|{child.pid}|{process.create_time():.2f}")
    held = claim(engine, "a")

    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    free = claim(engine, "a")

    child.communicate()
    assert (held, free) == ([], ["a"])


def test_the_claim_of_another_host_holds_until_it_runs_out(engine: Engine) -> None:
    declare(engine, "a")
    claim(engine, "a", me=ELSEWHERE)

    before = claim(engine, "a", now=NOW + write.SOURCE_TTL)
    after = claim(engine, "a", now=NOW + write.SOURCE_TTL + timedelta(seconds=1))

    assert (before, after) == ([], ["a"])


def test_a_source_that_is_not_due_is_claimed_only_by_name(engine: Engine) -> None:
    declare(engine, "a", "b", due=NOW + timedelta(minutes=5))

    due, named = claim(engine, "a", "b"), claim(engine, "a", named=True)

    assert (due, named) == ([], ["a"])


def test_only_candidates_are_claimed(engine: Engine) -> None:
    declare(engine, "a", "b")

    assert claim(engine, "b") == ["b"]


def test_a_claim_by_name_does_not_take_what_another_has(engine: Engine) -> None:
    declare(engine, "a")
    claim(engine, "a", me=ELSEWHERE)

    assert claim(engine, "a", named=True) == []


def test_only_the_holder_can_release(engine: Engine, database: str) -> None:
    declare(engine, "a")
    claim(engine, "a", me=ELSEWHERE)

    release(engine, "a", whoami())

    [state] = rows(database, "source_state")
    assert (state["claimed_by"], state["next_due_at"]) == (ELSEWHERE, NOW)
    assert state["last_success_at"] is None


def test_a_released_source_is_due_after_its_period(engine: Engine, database: str) -> None:
    declare(engine, "a")
    claim(engine, "a")

    release(engine, "a", whoami())

    [state] = rows(database, "source_state")
    assert (state["claimed_by"], state["claimed_until"]) == (None, None)
    assert (state["next_due_at"], state["last_success_at"]) == (NOW + timedelta(hours=1), NOW)
    assert claim(engine, "a") == []
    assert claim(engine, "a", now=NOW + timedelta(hours=1)) == ["a"]


def test_failures_are_counted_until_a_success(engine: Engine, database: str) -> None:
    declare(engine, "a")
    failures = []
    for failed in (True, True, False):
        claim(engine, "a", named=True)
        release(engine, "a", whoami(), failed=failed)
        failures.append(rows(database, "source_state")[0]["failures"])

    assert failures == [1, 2, 0]


def test_declaring_a_source_again_changes_nothing(engine: Engine, database: str) -> None:
    declare(engine, "a")
    before = rows(database, "source_state")

    declare(engine, "a", due=NOW + timedelta(days=1))

    assert rows(database, "source_state") == before
