"""A standby takes the place of its server: commits may be missing there, and the old server may come back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from bot.core.errors import ServerProblem, ServerUnusable
from bot.doctor.database_faults import why_unusable
from bot.storage.opening import open_storage
from bot.storage.postgres import migrate
from bot.storage.postgres.leader_lock import IDLE_WITHIN_S
from bot.storage.postgres.lineage import LeftBehind, SeenLines, ServerLine, each_first, host_of, line_of, see_all
from bot.storage.postgres.server import server_facts
from bot.storage.postgres.session import Session, connection_parameters
from tests.inspection import Inspect
from tests.postgres_server import FAST, NoServer, Server, running_server
from tests.storage.world import CHANNEL, NOW, SINCE, World, later, wanted
from tests.test_instance_lock import wait_for

NOTE = "INSERT INTO notes (key, value) VALUES ('a', '1')"


@pytest.fixture
def primary() -> Iterator[Server]:
    try:
        with running_server((*FAST, "shared_buffers=16MB")) as started:
            yield started
    except NoServer as why:
        pytest.skip(str(why))


@pytest.fixture
def standby(primary: Server) -> Iterator[Server]:
    with primary.standby() as following:
        yield following


def both(primary: Server, standby: Server) -> str:
    """The URL of the two: whoever takes writes."""
    return f"{primary.url},{standby.folder}"


def _caught_up(primary: Server, standby: Server) -> None:
    """Wait until the standby has what its server has."""
    with psycopg.connect(primary.url, autocommit=True) as here, psycopg.connect(standby.url) as there:
        [(sent,)] = here.execute("SELECT pg_current_wal_insert_lsn()").fetchall()
        here.execute("CHECKPOINT")
        wait_for(lambda: there.execute("SELECT pg_last_wal_replay_lsn() >= %s", (sent,)).fetchone() == (True,))


def _line(server: Server) -> ServerLine:
    with psycopg.connect(server.url, autocommit=True) as connection:
        line = line_of(connection)
    assert line is not None
    return line


@pytest.mark.invariant(2)
async def test_channels_histories_are_read_before_anything_is_sent_by_a_standby_that_took_over(
    primary: Server, standby: Server
) -> None:
    storage = await open_storage(both(primary, standby))
    try:
        subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
        await World(storage).told(subscription, 1)
        before = await storage.restores.note()
        _caught_up(primary, standby)
        primary.stop()
        standby.promote()

        await World(storage).told(subscription, 2, at=later(hours=1))

        note = await storage.restores.note()
        assert before is None
        assert note is not None
        assert note.copied_at <= later(hours=1)
        assert await storage.entries.waiting(later(hours=2)) == {}
        assert [one.channel_id for one in await storage.restores.unread(later(hours=2), limit=9)] == [CHANNEL]

        other = await open_storage(standby.url)
        await other.maintenance.set_note("written", "by another process")
        await other.close()
        assert await storage.restores.note() == note
    finally:
        await storage.close()


async def test_database_of_a_server_that_only_restarted_lacks_nothing(primary: Server) -> None:
    storage = await open_storage(primary.url)
    try:
        await storage.maintenance.set_note("a", "1")
        primary.stop("immediate")
        primary.start()
        await storage.maintenance.set_note("a", "2")

        assert await storage.restores.note() is None
    finally:
        await storage.close()


async def test_old_server_that_comes_back_is_passed_over(primary: Server, standby: Server) -> None:
    storage = await open_storage(both(primary, standby))
    await storage.maintenance.set_note("a", "1")
    _caught_up(primary, standby)
    primary.stop()
    standby.promote()
    await storage.maintenance.set_note("a", "2")
    await storage.close()

    primary.start()

    with closing(Session(both(primary, standby))) as session:
        session.connect()
        assert session.execute("SELECT value FROM notes WHERE key = 'a'").fetchone()["value"] == "2"
    with closing(Session(primary.url)) as session, pytest.raises(LeftBehind):
        session.connect()
    with pytest.raises(ServerUnusable) as refused:
        server_facts(primary.url)
    assert refused.value.problem is ServerProblem.LEFT_BEHIND
    assert why_unusable(primary.url, refused.value).text_id == "cli-server-left-behind"


def test_process_that_begins_while_both_take_writes_knows_the_newer_one(primary: Server, standby: Server) -> None:
    standby.promote()
    seen, parameters = SeenLines(), connection_parameters(both(primary, standby))

    see_all(parameters, seen)

    old, new = _line(primary), _line(standby)
    assert not seen.see(old)
    assert seen.see(new)


def test_process_that_began_passes_no_time_with_other_hosts(primary: Server, standby: Server) -> None:
    seen = SeenLines()
    seen.see(ServerLine(1, 1))

    see_all(connection_parameters("postgresql://nobody@/x?host=/nowhere,/elsewhere"), seen)

    assert seen.see(ServerLine(2, 1))


@pytest.mark.parametrize(
    ("url", "orders"),
    [
        ("postgresql://a/x", [("a", None)]),
        ("postgresql://a:1,b:2,c:3/x", [("a,b,c", "1,2,3"), ("b,c,a", "2,3,1"), ("c,a,b", "3,1,2")]),
        ("postgresql://a,b/x?port=7", [("a,b", "7"), ("b,a", "7")]),
    ],
)
def test_each_host_is_first_once_with_its_port(url: str, orders: list[tuple[str, str | None]]) -> None:
    found = [(one["host"], one.get("port")) for one in each_first(connection_parameters(url))]

    assert found == orders


def test_host_that_answered_is_asked_first_by_the_next_connection(postgres_server: Server) -> None:
    """A machine that is switched off lets each connection wait for seconds."""
    parameters = connection_parameters(f"{postgres_server.url.replace('?host=', '?host=/nowhere,')}")
    with psycopg.connect(**parameters) as connection:
        answered = host_of(connection)

    assert next(each_first(parameters, answered))["host"] == f"{postgres_server.folder},/nowhere"
    assert len(list(each_first(parameters, answered))) == 2


@pytest.mark.parametrize("answered", [("b", 7), ("c", 2), None])
def test_hosts_stay_in_their_order_where_the_one_that_answered_is_none_of_them(
    answered: tuple[str, int] | None,
) -> None:
    parameters = connection_parameters("postgresql://a:1,b:2/x")

    assert [one["host"] for one in each_first(parameters, answered)] == ["a,b", "b,a"]


def test_lock_of_the_active_sender_is_given_up_when_the_server_has_ended_its_session() -> None:
    """The time that the URL names is the operator's own choice."""
    usual, lock = (
        connection_parameters("postgresql://a/x", unanswered_s=seconds)["tcp_user_timeout"]
        for seconds in (None, IDLE_WITHIN_S)
    )
    own = connection_parameters("postgresql://a/x?tcp_user_timeout=1", unanswered_s=IDLE_WITHIN_S)

    assert (usual, lock, own["tcp_user_timeout"]) == (10_000, 4_000, "1")


async def test_line_outlives_a_migration_and_comes_to_a_database_from_before(postgres_server: Server) -> None:
    url = postgres_server.new_database("lines")
    storage = await open_storage(url)
    await storage.maintenance.set_note("a", "1")
    await storage.close()
    steps = migrate.load_steps()
    inspect = Inspect(url)
    [(line,)] = inspect("SELECT line FROM kawaraban_version")

    inspect("UPDATE kawaraban_version SET version = CAST(? AS BIGINT)", steps[-2].version)
    migrate.prepare(url, may_migrate=True, steps=[*steps[:-1], replace(steps[-1], sql="SELECT 1")])
    assert inspect("SELECT version, line FROM kawaraban_version") == [(steps[-1].version, line)]

    inspect("ALTER TABLE kawaraban_version DROP COLUMN line")
    await (await open_storage(url, migrate=False)).close()
    migrate.prepare(url, may_migrate=True)
    assert inspect("SELECT version, line FROM kawaraban_version") == [(steps[-1].version, None)]


async def test_commit_that_waits_for_a_standby_is_counted_until_it_is_let_go(primary: Server) -> None:
    storage = await open_storage(primary.url)
    inspect = Inspect(primary.url)
    try:
        _confirmed_by(inspect, "nobody")
        write = asyncio.create_task(storage.database.write(lambda tx: tx.execute(NOTE)))
        await asyncio.to_thread(wait_for, lambda: server_facts(primary.url, unconfirmed_s=0).unconfirmed == 1)
        assert server_facts(primary.url).unconfirmed == 0

        _confirmed_by(inspect, "")

        await write
        assert server_facts(primary.url, unconfirmed_s=0).unconfirmed == 0
    finally:
        await storage.close()


def _confirmed_by(inspect: Inspect, standby: str) -> None:
    """Let the server wait at each COMMIT for this standby."""
    inspect(f"ALTER SYSTEM SET synchronous_standby_names = '{standby}'")
    inspect("SELECT pg_reload_conf() AS done")
    wait_for(lambda: inspect("SHOW synchronous_standby_names") == [(standby,)])
