"""PostgreSQL as hosts set it up: time-outs, read-only servers, schemas that hide tables; and a newer version.

https://supabase.com/docs/guides/platform/database-size#read-only-mode,
https://github.com/cloudnative-pg/cloudnative-pg/issues/1254, https://github.com/mastodon/mastodon/pull/9537.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from urllib.parse import quote

import pytest

from bot.core.errors import DatabaseBusy, MigrationFailed, ServerProblem, ServerUnusable
from bot.doctor.database_faults import why_unusable
from bot.storage.opening import migration_status, open_storage, wait_for_server
from bot.storage.postgres import session as sessions
from bot.storage.postgres.connection import PostgresDatabase
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.postgres.migrate import load_steps, prepare
from bot.storage.postgres.session import Session
from bot.storage.postgres.session_locks import SessionLocks, kept
from bot.storage.sql.database import Tx
from tests.inspection import Inspect
from tests.postgres_server import Server
from tests.test_instance_lock import wait_for


@pytest.fixture
def new_database(postgres_server: Server) -> str:
    return postgres_server.new_database("hosted")


def with_setting(url: str, setting: str) -> str:
    return f"{url}&options={quote(f'-c {setting}')}"


def note(tx: Tx, key: str) -> None:
    tx.execute("INSERT INTO notes (key, value) VALUES (?, ?)", (key, "x"))


# -- settings of the host ---------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["statement_timeout=50", "idle_session_timeout=5000"])
def test_time_outs_of_the_host_end_nothing_of_ours(postgres_url: str, setting: str) -> None:
    with closing(Session(with_setting(postgres_url, setting))) as session:
        session.connect()

        session.execute("SELECT pg_sleep(0.06)")
        name = setting.partition("=")[0]
        assert session.execute(f"SELECT current_setting('{name}') AS set").fetchone()["set"] == "0"


@pytest.mark.parametrize(
    "setting",
    [
        "default_transaction_isolation=serializable",
        "default_transaction_deferrable=on",
        "standard_conforming_strings=off",
        "bytea_output=escape",
        "extra_float_digits=-15",
        "DateStyle=German",
        "TimeZone=Asia/Kathmandu",
    ],
)
async def test_settings_of_the_host_change_no_value(postgres_url: str, setting: str) -> None:
    sql = "INSERT INTO notes (key, value) VALUES ('a\\b', ?)"
    database = PostgresDatabase(with_setting(postgres_url, setting))
    try:
        await database.write(lambda tx: tx.execute(sql, ("c\\d",)))
        row = await database.read(lambda tx: tx.execute("SELECT key, value FROM notes").fetchone())
        third = await database.read(
            lambda tx: tx.execute("SELECT CAST(1 AS DOUBLE PRECISION) / 3 AS x").fetchone()
        )
    finally:
        await database.close()

    assert tuple(row) == ("a\\b", "c\\d")
    assert third["x"] == 1 / 3


# -- servers that take no writes --------------------------------------------------------------------------


async def test_server_that_takes_no_writes_is_waited_for_and_then_named(postgres_url: str) -> None:
    url, waits = with_setting(postgres_url, "default_transaction_read_only=on"), []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with pytest.raises(ServerUnusable) as refused:
        await wait_for_server(url, within_s=0.01, sleep=sleep)

    assert refused.value.problem is ServerProblem.READ_ONLY
    assert why_unusable(url, refused.value).text_id == "cli-server-read-only"


async def test_write_after_one_that_the_server_no_longer_took_is_on_a_new_connection(postgres_url: str) -> None:
    """A connection outlives its server's turn as the primary; behind the address is another one by then."""
    database = PostgresDatabase(postgres_url)
    become_standby = "SELECT set_config('default_transaction_read_only', 'on', false)"
    try:
        await database.write(lambda tx: tx.execute(become_standby).fetchone())
        with pytest.raises(DatabaseBusy):
            await database.write(lambda tx: note(tx, "lost"))

        await database.write(lambda tx: note(tx, "kept"))
        kept = await database.read(lambda tx: tx.execute("SELECT key FROM notes").fetchall())
    finally:
        await database.close()

    assert [row["key"] for row in kept] == ["kept"]


def test_lock_on_a_server_that_became_a_standby_is_held_no_more(postgres_url: str) -> None:
    with closing(SessionLocks(postgres_url, own=[LockKey.INSTANCE])) as lock:
        assert lock.acquire() is None
        assert lock.are_held()

        # Nobody else can change a session: the server's own reload does.
        inspect = Inspect(postgres_url)
        try:
            inspect("ALTER SYSTEM SET default_transaction_read_only = on")
            inspect("SELECT pg_reload_conf() AS done")
            wait_for(lambda: not lock.are_held())
        finally:
            _write_again(postgres_url)


def _write_again(url: str) -> None:
    inspect = Inspect(f"{url}&target_session_attrs=any")
    inspect("ALTER SYSTEM RESET default_transaction_read_only")
    inspect("SELECT pg_reload_conf() AS done")
    wait_for(lambda: inspect("SHOW default_transaction_read_only") == [("off",)])


# -- schemas ----------------------------------------------------------------------------------------------


async def test_schema_of_the_users_name_that_is_made_later_hides_nothing(new_database: str) -> None:
    await (await open_storage(new_database)).close()
    Inspect(new_database)("CREATE SCHEMA kawaraban")

    storage = await open_storage(new_database)
    try:
        await storage.maintenance.set_note("a", "1")
    finally:
        await storage.close()

    assert Inspect(new_database)("SELECT key FROM public.notes") == [("a",)]
    assert (await migration_status(new_database)).exists


async def test_schema_that_is_named_holds_the_tables(new_database: str) -> None:
    Inspect(new_database)("CREATE SCHEMA app")

    await (await open_storage(with_setting(new_database, "search_path=app"))).close()

    tables = Inspect(new_database)("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'watches'")
    assert tables == [("app",)]


async def test_schema_that_is_missing_is_said(new_database: str) -> None:
    url = with_setting(new_database, "search_path=nowhere")

    with pytest.raises(ServerUnusable) as refused:
        await open_storage(url)

    assert refused.value.problem is ServerProblem.NO_SCHEMA
    assert why_unusable(url, refused.value).text_id == "cli-server-no-schema"


# -- versions ---------------------------------------------------------------------------------------------


async def test_process_waits_for_the_migration_of_another_one_as_long_as_it_takes(
    new_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sessions, "_SESSION", sessions._SESSION.replace("lock_timeout = '30s'", "lock_timeout = 1")
    )
    inspect = Inspect(new_database)
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = CAST(? AS BIGINT) AND NOT granted"
    )
    with closing(SessionLocks(new_database, own=[LockKey.MIGRATION])) as other:
        assert other.acquire() is None
        second = asyncio.ensure_future(asyncio.to_thread(prepare, new_database, may_migrate=True))
        await asyncio.to_thread(wait_for, lambda: second.done() or inspect(waiting, LockKey.MIGRATION) == [(1,)])
        assert [inspect(waiting, LockKey.MIGRATION) for _ in range(20)] == [[(1,)]] * 20
    await second

    assert (await migration_status(new_database)).pending == ()


@pytest.fixture
def outgrown(new_database: str) -> str:
    prepare(new_database, may_migrate=True)
    return new_database


def bring_past(url: str) -> None:
    Inspect(url)("UPDATE kawaraban_version SET version = CAST(? AS BIGINT)", load_steps()[-1].version + 1)


def test_process_of_a_role_is_told_that_its_database_has_a_newer_version(outgrown: str) -> None:
    newer = threading.Event()
    locks = SessionLocks(outgrown, shared=[LockKey.INSTANCE], own=[LockKey.FIRST_SHARD])
    with kept(locks, on_taken=lambda: None, on_newer=newer.set, check_every_s=0.01):
        assert not newer.wait(0.05)

        bring_past(outgrown)

        assert newer.wait(10)


def test_process_that_runs_everything_is_told_that_its_database_has_a_newer_version(outgrown: str) -> None:
    newer = threading.Event()
    locks = SessionLocks(outgrown, own=[LockKey.INSTANCE])
    with kept(locks, on_taken=lambda: None, on_newer=newer.set, check_every_s=0.01) as refused:
        assert refused is None
        bring_past(outgrown)

        assert newer.wait(10)


def test_full_disk_of_a_migration_asks_for_room(postgres_url: str) -> None:
    full = MigrationFailed(39, "could not extend file: No space left on device", step="0039", is_full=True)

    assert why_unusable(postgres_url, full).text_id == "cli-server-migration-full"
