"""Transactions on a PostgreSQL server that ends connections, refuses, is slow, or is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from functools import partial

import psycopg
import pytest
from psycopg import errors

from bot.core.errors import ConstraintViolated, DatabaseBusy, TookTooLong
from bot.storage.postgres.connection import PostgresDatabase
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.sql.database import Tx
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.postgres_server import Server
from tests.test_instance_lock import wait_for

TERMINATE = """
SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
NOTES = "SELECT value FROM notes ORDER BY key"


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
def inspect(postgres_url: str) -> Inspect:
    return Inspect(postgres_url)


def note(tx: Tx, key: str, value: str = "x") -> None:
    tx.execute("INSERT INTO notes (key, value) VALUES (?, ?)", (key, value))


async def test_connections_that_the_server_ended_are_opened_anew(
    database: PostgresDatabase, inspect: Inspect
) -> None:
    await database.write(lambda tx: note(tx, "before"))
    await database.read(lambda tx: tx.execute(NOTES).fetchall())
    await database.ask(lambda tx: tx.execute(NOTES).fetchall())

    inspect(TERMINATE)

    await database.write(lambda tx: note(tx, "after"))
    assert len(await database.read(lambda tx: tx.execute(NOTES).fetchall())) == 2
    assert len(await database.ask(lambda tx: tx.execute(NOTES).fetchall())) == 2


async def test_write_whose_connection_ends_before_commit_is_run_again(
    database: PostgresDatabase, inspect: Inspect
) -> None:
    runs: list[int] = []

    def work(tx: Tx) -> None:
        note(tx, "once")
        runs.append(len(runs))
        if len(runs) == 1:
            inspect(TERMINATE)
        tx.execute(NOTES)

    await database.write(work)

    assert inspect("SELECT key FROM notes") == [("once",)]
    assert (len(runs), database.counts.lost) == (2, 1)


async def test_write_whose_connection_always_ends_is_busy(database: PostgresDatabase, inspect: Inspect) -> None:
    def work(tx: Tx) -> None:
        inspect(TERMINATE)
        tx.execute(NOTES)

    with pytest.raises(DatabaseBusy):
        await database.write(work)


async def test_conflict_is_run_again_and_counted(database: PostgresDatabase, inspect: Inspect) -> None:
    runs: list[int] = []

    def work(tx: Tx) -> None:
        note(tx, f"run {len(runs)}")
        runs.append(len(runs))
        if len(runs) < 3:
            raise errors.SerializationFailure

    await database.write(work)

    assert inspect("SELECT key FROM notes") == [("run 2",)]
    assert database.counts.conflicts == 2


async def test_conflict_without_end_is_busy(database: PostgresDatabase) -> None:
    def work(_: Tx) -> None:
        raise errors.DeadlockDetected

    with pytest.raises(DatabaseBusy):
        await database.write(work)


async def test_broken_constraint_is_rolled_back_with_all_of_its_transaction(
    database: PostgresDatabase, inspect: Inspect
) -> None:
    def work(tx: Tx) -> None:
        note(tx, "a", "secret")
        note(tx, "a", "secret")

    with pytest.raises(ConstraintViolated) as broken:
        await database.write(work)

    assert "secret" not in str(broken.value)
    assert inspect(NOTES) == []
    await database.write(lambda tx: note(tx, "a"))


async def test_transaction_that_goes_on_after_an_error_is_not_taken_for_committed(
    database: PostgresDatabase, inspect: Inspect
) -> None:
    def work(tx: Tx) -> None:
        note(tx, "a")
        with pytest.raises(psycopg.Error):
            tx.execute("SELECT * FROM nothing")

    with pytest.raises(DatabaseBusy):
        await database.write(work)

    assert inspect(NOTES) == []


async def test_question_that_takes_too_long_is_cancelled_at_the_server(
    postgres_url: str, inspect: Inspect
) -> None:
    database = PostgresDatabase(postgres_url, answer_within_s=0.05)
    try:
        with pytest.raises(TookTooLong):
            await database.ask(lambda tx: tx.execute("SELECT pg_sleep(30)").fetchone())

        running = inspect(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE ? AND state = ?", "%sleep(30)%", "active"
        )
        assert running == [(0,)]
        assert await database.ask(lambda tx: tx.execute(NOTES).fetchall()) == []
    finally:
        await database.close()


async def test_questions_wait_no_longer_than_a_person(postgres_url: str) -> None:
    database = PostgresDatabase(postgres_url, max_wait_s=0.0)
    go_on = threading.Event()
    try:
        busy = [asyncio.ensure_future(database.read(lambda _: go_on.wait())) for _ in range(1)]
        with pytest.raises(TookTooLong):
            await database.ask(lambda tx: tx.execute(NOTES).fetchall())
        go_on.set()
        await asyncio.gather(*busy)
    finally:
        await database.close()


async def test_readers_see_one_snapshot_and_wait_for_no_write(postgres_url: str, inspect: Inspect) -> None:
    database = PostgresDatabase(postgres_url)

    def work(tx: Tx) -> tuple[int, int]:
        before = len(tx.execute(NOTES).fetchall())
        inspect("INSERT INTO notes (key, value) VALUES ('meanwhile', 'x')")
        return before, len(tx.execute(NOTES).fetchall())

    try:
        with inspect.transaction():  # holds the writers' lock
            assert await database.read(work) == (0, 0)
    finally:
        await database.close()


async def test_reads_write_nothing(database: PostgresDatabase) -> None:
    with pytest.raises(DatabaseBusy):
        await database.read(lambda tx: note(tx, "a"))


async def test_writes_of_two_processes_run_one_after_the_other(postgres_url: str) -> None:
    one, other = PostgresDatabase(postgres_url), PostgresDatabase(postgres_url)
    inside = 0
    most = 0

    def work(tx: Tx) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        tx.execute("SELECT pg_sleep(0.002)").fetchone()
        inside -= 1

    try:
        await asyncio.gather(*(database.write(work) for database in (one, other) * 10))
    finally:
        await one.close()
        await other.close()

    assert most == 1


@pytest.mark.parametrize(("durable", "setting"), [(True, "on"), (False, "off")])
async def test_durable_write_waits_for_the_disk(database: PostgresDatabase, durable: bool, setting: str) -> None:
    def work(tx: Tx) -> object:
        return tx.execute("SELECT current_setting('synchronous_commit') AS how").fetchone()["how"]

    assert await database.write(work, durable=durable) == setting


async def test_numbers_are_those_of_sqlite(database: PostgresDatabase) -> None:
    def work(tx: Tx) -> list[object]:
        sql = """
        SELECT sum(CAST(v AS BIGINT)) AS a, avg(CAST(v AS BIGINT)) AS b, count(*) AS c, 1 = 1 AS d,
          max(v) = 'x' AS e, CAST(0.5 AS DOUBLE PRECISION) AS f, sum(CAST(v AS BIGINT)) FILTER (WHERE 1 = 2) AS g
        FROM (VALUES ('1'), ('2')) t (v)
        """
        return list(tx.execute(sql).fetchone())

    found = await database.read(work)

    assert found == [3, 1.5, 2, 1, 0, 0.5, None]
    assert [type(value) for value in found] == [int, float, int, int, int, float, type(None)]


async def test_nul_is_replaced_where_sqlite_would_store_it(database: PostgresDatabase, inspect: Inspect) -> None:
    await database.write(lambda tx: note(tx, "a", "x\0y"))

    assert inspect(NOTES) == [("x\ufffdy",)]


async def test_batch_is_counted_and_may_be_empty(database: PostgresDatabase) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        many = tx.executemany("INSERT INTO notes (key, value) VALUES (?, ?)", [(str(n), "x") for n in range(5)])
        none = tx.executemany("INSERT INTO notes (key, value) VALUES (?, ?)", [])
        return many.rowcount, none.rowcount

    assert await database.write(work) == (5, 0)


async def test_idle_transaction_of_a_paused_process_is_ended_and_frees_the_writers(
    database: PostgresDatabase, postgres_url: str
) -> None:
    with closing(psycopg.connect(postgres_url)) as paused:
        paused.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        paused.execute(f"SELECT pg_advisory_xact_lock({LockKey.WRITER:d})")

        await database.write(lambda tx: note(tx, "a"))

    assert database.counts.lost == 0


@pytest.fixture
def own_server(tmp_path: object) -> Iterator[Server]:
    from tests.postgres_server import NoServer, running_server  # noqa: PLC0415

    try:
        with running_server() as server:
            yield server
    except NoServer as why:
        pytest.skip(str(why))


async def test_storage_is_busy_while_the_server_is_away_and_then_well(own_server: Server) -> None:
    from bot.storage.opening import open_storage  # noqa: PLC0415

    storage: Storage = await open_storage(own_server.url)
    try:
        await storage.maintenance.set_note("a", "1")
        await storage.maintenance.get_note("a")

        await asyncio.to_thread(own_server.stop)
        with pytest.raises(DatabaseBusy):
            await storage.maintenance.set_note("b", "2")
        with pytest.raises(DatabaseBusy):
            await storage.maintenance.get_note("a")
        await asyncio.to_thread(own_server.start)

        await storage.maintenance.set_note("b", "2")
        assert (await storage.maintenance.get_note("a"), await storage.maintenance.get_note("b")) == ("1", "2")
    finally:
        await storage.close()


async def test_write_that_waits_for_long_is_said_once(
    postgres_url: str, inspect: Inspect, caplog: pytest.LogCaptureFixture
) -> None:
    """It has no deadline: a standby that does not confirm keeps it waiting for ever."""
    database = PostgresDatabase(postgres_url, slow_write_s=0.01)
    try:
        with inspect.transaction():
            writes = [asyncio.create_task(database.write(partial(note, key=key))) for key in "ab"]
            await asyncio.to_thread(wait_for, lambda: bool(caplog.records))
        await asyncio.gather(*writes)
    finally:
        await database.close()

    assert len(caplog.records) == 1
