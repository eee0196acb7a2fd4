"""What is SQLite's own: full disks, locks, cancelled callers and killed processes never leave half of anything."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import DatabaseBusy, StorageError
from bot.core.models import PostKey, SourceName
from bot.storage.sqlite import connection as sqlite
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from tests.sqlite_file import sqlite_of
from tests.storage.world import CHANNEL, NOW, SINCE, TOPIC, World, alert, change, key, later, plan, post, wanted

from .processes import files_of, python

TRENDPAGE = SourceName.TRENDPAGE


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_sqlite(f"sqlite:///{tmp_path / 'kawaraban.db'}", busy_timeout_s=0.05)
    yield opened
    await opened.close()


@pytest.fixture
def world(storage: Storage) -> World:
    return World(storage)


async def run(storage: Storage, sql: str) -> object:
    """Run a statement on the writing connection, outside any transaction of ours."""
    return await sqlite_of(storage)._writer.run(lambda connection: connection.execute(sql).fetchone())


async def in_transaction(storage: Storage) -> bool:
    return await sqlite_of(storage)._writer.run(lambda connection: connection.in_transaction)


async def test_full_disk_is_busy_and_the_same_poll_succeeds_when_there_is_room(
    world: World, storage: Storage
) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    state = await world.poll()
    posts = [post(number, text="長い本文" * 500) for number in range(200)]
    big = plan(state, changes=[change(seen) for seen in posts], alerts=[alert(subscription, posts[0])])
    await run(storage, "PRAGMA max_page_count = 1")  # SQLite makes it the present size

    with pytest.raises(DatabaseBusy, match="full"):
        await storage.polls.commit(big)

    assert not await in_transaction(storage)
    assert (await world.state_of(TOPIC, 0)).known == {}
    assert await storage.entries.waiting(NOW) == {}
    await run(storage, "PRAGMA max_page_count = 1000000")
    assert (await storage.polls.commit(big)).new_posts == 200
    assert len((await storage.entries.waiting(NOW))[CHANNEL]) == 1


async def test_read_only_file_is_busy_and_recovers(world: World, storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    state = await world.poll()
    await run(storage, "PRAGMA query_only = ON")

    with pytest.raises(DatabaseBusy, match="readonly"):
        await storage.polls.commit(plan(state, changes=[change(post(1))]))

    await run(storage, "PRAGMA query_only = OFF")
    assert (await storage.polls.commit(plan(state, changes=[change(post(1))]))).new_posts == 1


async def test_file_locked_by_another_process_is_busy_but_can_be_read(tmp_path: Path, storage: Storage) -> None:
    with closing(sqlite3.connect(tmp_path / "kawaraban.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(DatabaseBusy, match="locked"):
            await storage.maintenance.set_note("tree", "a")

        assert await storage.maintenance.get_note("tree") is None
        other.execute("ROLLBACK")
    await storage.maintenance.set_note("tree", "a")
    assert await storage.maintenance.get_note("tree") == "a"


async def test_transaction_that_raises_is_rolled_back(storage: Storage) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('tree', 'a')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sqlite_of(storage).write(work)

    assert not await in_transaction(storage)
    assert await storage.maintenance.get_note("tree") is None


async def test_cancelled_caller_leaves_no_half_transaction(storage: Storage) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO notes VALUES ('tree', 'a')")
        begun.set()
        may_go_on.wait()

    running = asyncio.create_task(sqlite_of(storage).write(work))
    queued = asyncio.create_task(storage.maintenance.set_note("queued", "a"))
    await asyncio.to_thread(begun.wait)
    running.cancel()
    queued.cancel()
    results = await asyncio.gather(running, queued, return_exceptions=True)
    may_go_on.set()
    await storage.maintenance.set_note("after", "a")

    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    notes = [await storage.maintenance.get_note(name) for name in ("tree", "queued", "after")]
    assert notes == [None, None, "a"]


async def test_many_cancelled_callers_leave_the_connection_usable(world: World, storage: Storage) -> None:
    await storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    for turns in range(20):
        task = asyncio.create_task(storage.maintenance.set_note("turn", str(turns)))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert (await world.polled(changes=[change(post(1))])).new_posts == 1


async def test_closing_finishes_what_was_asked_for(tmp_path: Path) -> None:
    opened = await open_sqlite(f"sqlite:///{tmp_path / 'closing.db'}")
    writes = [asyncio.create_task(opened.maintenance.set_note(str(number), "a")) for number in range(20)]
    await asyncio.sleep(0)

    await opened.close()

    await asyncio.gather(*writes)
    assert files_of(tmp_path) == ["closing.db"]


async def test_reader_cannot_write(storage: Storage) -> None:
    with pytest.raises(DatabaseBusy, match="readonly"):
        await storage.database.read(lambda connection: connection.execute("DELETE FROM notes"))


async def test_reader_sees_one_snapshot_while_another_task_writes(storage: Storage) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def twice(connection: sqlite3.Connection) -> list[int]:
        counts = [connection.execute("SELECT count(*) FROM notes").fetchone()[0]]
        begun.set()
        may_go_on.wait()
        return [*counts, connection.execute("SELECT count(*) FROM notes").fetchone()[0]]

    reading = asyncio.create_task(sqlite_of(storage).read(twice))
    await asyncio.to_thread(begun.wait)
    await storage.maintenance.set_note("tree", "a")
    may_go_on.set()

    assert await reading == [0, 0]


async def test_other_aiosqlite_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite._Connection, "_RUN_IN_THREAD", "a_name_it_does_not_have")

    with pytest.raises(StorageError, match=r"install aiosqlite 0\.22"):
        await open_sqlite(f"sqlite:///{tmp_path / 'other.db'}")


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (
            "SELECT id FROM watches WHERE enabled = 1 AND next_poll_at <= 1 ORDER BY next_poll_at LIMIT 9",
            "watches_due",
        ),
        (
            "SELECT id FROM watches WHERE source = 'feed' AND health <> 'ok' AND failures > 0 AND enabled = 1 "
            "AND next_poll_at > 1",
            "watches_unwell",
        ),
        ("SELECT * FROM posts WHERE watch_id = 1 AND relook_at <= 1 ORDER BY relook_at", "posts_relook"),
        (
            "SELECT * FROM entries WHERE channel_id = 1 AND state = 'waiting' AND not_before <= 1",
            "entries_waiting",
        ),
        (
            "SELECT count(*) FROM alerts WHERE subscription_id = 1 AND held IS NULL AND decided_at > 1",
            "alerts_told",
        ),
    ],
)
async def test_what_is_asked_often_is_asked_of_an_index(storage: Storage, sql: str, index: str) -> None:
    steps = await storage.database.read(
        lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    )

    assert index in " ".join(step["detail"] for step in steps)


KILLED_POLL = """
import asyncio, os, signal, sys
from bot.core.text import make_topic
from bot.storage.sqlite.connection import open_sqlite
from tests.sqlite_file import sqlite_of
from tests.storage.world import SINCE, TOPIC, World, alert, change, held, later, plan, post, wanted

async def main(url, marker, minutes):
    def die_at_the_marker(sql):
        if marker in sql:
            os.kill(os.getpid(), signal.SIGKILL)
    storage = await open_sqlite(url)
    world = World(storage)
    now = later(minutes=minutes)
    [subscription] = await storage.subscriptions.listed(wanted().guild_id)
    state = await world.poll(now)
    await sqlite_of(storage)._writer.run(lambda connection: connection.set_trace_callback(die_at_the_marker))
    await storage.polls.commit(
        plan(
            state,
            at=now,
            next_poll_at=later(days=9),
            changes=[change(post(1)), change(post(2))],
            alerts=[alert(subscription, post(1))],
            holds=[held(subscription, post(2), summary_at=now)],
        )
    )
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is a thing of POSIX")
async def test_invariant_1_process_killed_in_a_poll_leaves_all_of_it_or_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    opened = await open_sqlite(url)
    await opened.subscriptions.subscribe(wanted(), SINCE, NOW)
    await opened.close()
    markers = [
        "UPDATE watches",
        "INSERT INTO posts",
        "INSERT INTO post_bodies",
        "INSERT INTO entries",
        "COMMIT",
        "no statement holds this",
    ]

    found: list[tuple[set[PostKey], set[PostKey], int, bool]] = []
    for minutes, marker in enumerate(markers, start=1):
        ended = python(KILLED_POLL, url, marker, str(10 * minutes))
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        opened = await open_sqlite(url)
        state = await World(opened).state_of(TOPIC, 1, 2)
        waiting = (await opened.entries.waiting(later(days=1))).get(CHANNEL, [])
        moved = state.watch.next_poll_at == later(days=9)
        await opened.close()
        found.append((set(state.known), {told[1] for told in state.alerted}, len(waiting), moved))

    both = {key(1), key(2)}
    assert found[:5] == [(set(), set(), 0, False)] * 5
    assert found[5:] == [(both, both, 2, True)]
