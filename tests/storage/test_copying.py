"""A database copied to the other engine and back: equal rows, the same reads, and nothing of a copy that ended."""

from __future__ import annotations

import asyncio
import math
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import CopyFailed, CopyProblem, CopyRefused, DatabaseBusy
from bot.core.models import OPERATOR, ChannelId, GuildId, PostKey, SourceName, TopicKey, UserId, Viewer
from bot.core.text import make_topic
from bot.storage import copying
from bot.storage.copying import CopiedTable, in_reference_order
from bot.storage.nul import without_nul
from bot.storage.opening import copy_database, migration_status, open_storage
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.sqlite.copying import opened_source, schema_tables
from bot.storage.stores import Storage
from tests import data
from tests.costs import AT_MOST, growth
from tests.inspection import Inspect, url_of
from tests.postgres_server import Server, empty

FAR = datetime(2027, 3, 1, tzinfo=UTC)
GUILD, CHANNEL = GuildId(1001), ChannelId(2001)
KEYWORD = TopicKey("データセンター")
VIEWER = Viewer(GUILD, frozenset(ChannelId(number) for number in range(2001, 2008)), UserId(3001), CHANNEL)
TABLES: Final = schema_tables()


class Watched:
    """Progress that runs ``at_call`` with the number of the call, and keeps what was copied."""

    def __init__(self, at_call: Callable[[int], None] = lambda _: None) -> None:
        self.calls = 0
        self.tables: list[CopiedTable] = []
        self._at_call = at_call

    def begun(self, rows: int) -> None:
        self._count()

    def rows_done(self, rows: int) -> None:
        self._count()

    def table_done(self, table: CopiedTable) -> None:
        self.tables.append(table)
        self._count()

    def _count(self) -> None:
        self.calls += 1
        self._at_call(self.calls)


def copy(source: str, target: str, at_call: Callable[[int], None] = lambda _: None) -> list[CopiedTable]:
    return copy_database(source, target, Watched(at_call))


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a row in every table."""
    path = tmp_path_factory.mktemp("filled") / "kawaraban.db"
    data.load(path)
    newest(path)
    inspect = Inspect(url_of(path))
    inspect("INSERT INTO entry_memos SELECT min(id), 5, x'00ff', x'' FROM watches")
    inspect("INSERT INTO leases VALUES ('host', 'me', 9)")
    inspect("INSERT INTO leaders VALUES ('sender', 3, NULL)")
    inspect("INSERT INTO processes VALUES ('me', 'machine:1', 'gateway', '[0,1]', 4, 5, 9, -3)")
    inspect("INSERT INTO post_counts SELECT min(id), 1990000, 1, 900, 7, 5, 1, 0 FROM watches")
    inspect("INSERT INTO count_states SELECT min(id), '{}' FROM watches")
    inspect("INSERT INTO story_posts SELECT 7, 'x:1', min(id), 9 FROM watches")
    inspect("INSERT INTO story_splits VALUES (1, 'x:1', 'x:2', 9, 'user:1')")
    inspect("INSERT INTO crossings SELECT min(id), x'00ff' FROM watches")
    inspect("INSERT INTO surge_states SELECT min(id), 'every', '{}' FROM watches")
    inspect("INSERT INTO surge_alerts SELECT 2001, 'ai', 1, 1, 'every', 5, 6, NULL, min(id) FROM entries")
    inspect("INSERT INTO surge_figures SELECT min(id), '{}' FROM entries")
    inspect("INSERT INTO rankings VALUES ('mastodon:m.example', 5, 9, 6, '{}')")
    inspect("INSERT INTO blocked_topics VALUES (1001, 'ai', 'AI', 9)")
    inspect("INSERT INTO guild_settings VALUES (1001, '{}')")
    inspect("INSERT INTO welcomes VALUES (1001, 9)")
    inspect("INSERT INTO notify_roles VALUES (1001, 1, 5, 6, 9)")
    inspect("INSERT INTO entry_sentences SELECT min(id), NULL FROM entries")
    inspect("INSERT INTO surge_posts SELECT 'x:1', min(id) FROM entries")
    inspect("INSERT INTO read_histories VALUES (2001, 1, 'reading', 7, 1, 5, NULL)")
    inspect("INSERT INTO found_entries SELECT min(id), 0, '00ff', 2001 FROM messages")
    return path


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "kawaraban.db"
    newest(path)
    return path


def newest(path: Path) -> None:
    """Bring a file to the newest version, as opening it does."""

    async def open_and_close() -> None:
        await (await open_sqlite(url_of(path))).close()

    asyncio.run(open_and_close())


@pytest.fixture
def source(filled_file: Path, tmp_path: Path) -> str:
    path = tmp_path / "kawaraban.db"
    shutil.copy(filled_file, path)
    return url_of(path)


@pytest.fixture
def new_database(postgres_server: Server) -> str:
    return postgres_server.new_database("copied")


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables of the schema, in the order of their keys."""
    inspect = Inspect(url)
    rows = {}
    for table in TABLES:
        columns, key = (", ".join(f'"{name}"' for name in names) for names in (table.columns, table.key))
        rows[table.name] = inspect(f'SELECT {columns} FROM "{table.name}" ORDER BY {key}')  # noqa: S608
    return rows


# -- equal --------------------------------------------------------------------------------------------------


def test_copy_to_a_server_and_back_is_equal_in_every_row_and_checksum(
    source: str, new_database: str, tmp_path: Path
) -> None:
    back = url_of(tmp_path / "back.db")
    before = contents(source)

    there, again = copy(source, new_database), copy(new_database, back)

    assert [name for name, rows in before.items() if not rows] == []
    assert contents(new_database) == before
    assert contents(back) == before
    assert contents(source) == before
    assert there == again
    assert {table.name: table.rows for table in there} == {name: len(rows) for name, rows in before.items()}
    assert Inspect(back).broken_references() == []


async def test_stores_read_the_same_from_the_copy(source: str, new_database: str) -> None:
    await asyncio.to_thread(copy, source, new_database)

    ours, theirs = await open_storage(source, migrate=False), await open_storage(new_database, migrate=False)
    try:
        found = await reads(ours)
        assert [name for name, value in found.items() if not value] == []
        assert await reads(theirs) == found
    finally:
        await ours.close()
        await theirs.close()


async def reads(storage: Storage) -> dict[str, Any]:
    """Answers of the stores to questions that change nothing."""
    subscriptions = await storage.subscriptions.listed(GUILD)
    digests = await storage.digests.listed(GUILD)
    now, day = FAR, timedelta(days=400)
    return {
        "watches": sorted(await storage.watches.listed(), key=lambda one: one.id),
        "next due": await storage.watches.next_due_at(),
        "loads": await storage.guild_loads.server_loads(),
        "spent": await storage.spend.spent(SourceName.X, datetime(2026, 11, 22, tzinfo=UTC).date()),
        "subscriptions": subscriptions,
        "activity": await storage.activity.alert_activity([one.id for one in subscriptions], now - day),
        "quiet hours": await storage.guilds.channels_with_quiet_hours(GUILD),
        "guilds": await storage.guilds.known_guilds(),
        "waiting": await storage.entries.waiting(now),
        "deliveries": await storage.deliveries.of_guild(GUILD),
        "notices": await storage.channel_troubles.due_pause_notices(now, now),
        "digests": digests,
        "digest topics": [await storage.digests.topics_of(one) for one in digests],
        "editions": [await storage.editions.unsent(one.id) for one in digests],
        "listened": await storage.periods.listened([KEYWORD], VIEWER),
        "topic": await storage.trends.topic(KEYWORD),
        "posts": await storage.trends.recent_posts(KEYWORD, now - day, VIEWER),
        "snapshots": await storage.trends.latest_snapshots(KEYWORD, VIEWER),
        "totals": await storage.trends.totals(),
        "health": [sorted(map(repr, part)) for part in await storage.health.dependent_watches(now)],
        "trace": await storage.post_history.of_post(GUILD, CHANNEL, PostKey("x:1800000000000000001"), now),
        "lookup": await storage.lookup.find_posts("https://x.com/kawara/status/1800000000000000001"),
        "hidden": await storage.moderation.hidden_posts(GUILD),
        "audit": await storage.moderation.audit(None),
        "note": await storage.maintenance.get_note("bluesky_session"),
    }


async def test_copy_goes_on_with_the_next_id(source: str, new_database: str, tmp_path: Path) -> None:
    Inspect(source)("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    await asyncio.to_thread(copy, source, new_database)
    back = url_of(tmp_path / "back.db")
    await asyncio.to_thread(copy, new_database, back)

    added = []
    for url in (source, new_database, back):
        storage = await open_storage(url, migrate=False)
        await storage.watches.add([(SourceName.MASTODON, make_topic("新しい"), None)], FAR)
        await storage.moderation.hide(GUILD, PostKey("x:new"), actor=OPERATOR, why=None, now=FAR)
        await storage.close()
        added.append((Inspect(url)("SELECT max(id) FROM watches"), Inspect(url)("SELECT max(id) FROM audit")))

    assert added[1:] == added[:1] * 2


def test_empty_database_can_be_copied(empty_file: Path, new_database: str) -> None:
    assert {table.rows for table in copy(url_of(empty_file), new_database)} == {0}


def test_database_that_is_migrated_and_empty_is_a_target(source: str, postgres_url: str) -> None:
    copy(source, postgres_url)

    assert contents(postgres_url) == contents(source)
    empty(postgres_url)


# -- any values ---------------------------------------------------------------------------------------------

odd = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="\0\\u{}[]\"'\t\n\r\x7f\x80\ufffd\ufeff👩‍👩‍👧\u202e\\.", max_size=30),
    st.sampled_from(["", "\\N", "NULL", "\\.", "nan", "-0.0", "\\x00", "{\\u0000", '{"a":"\\u0000\\\\u0000"}']),
)
large = st.integers(-(2**63), 2**63 - 1)


def are_apart(notes: dict[str, str]) -> bool:
    """Whether the keys differ without NUL, too."""
    return len({*map(without_nul, notes)}) == len(notes)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    notes=st.dictionaries(odd, odd, max_size=8).filter(
        lambda notes: len({*map(without_nul, notes)}) == len(notes)
    ),
    numbers=st.lists(st.tuples(large, st.one_of(st.none(), large)), max_size=5, unique_by=lambda pair: pair[0]),
    price=st.one_of(st.none(), st.floats()),
    memo=st.tuples(st.binary(max_size=40), st.binary(max_size=40)),
)
def test_any_rows_are_equal_there_and_back(
    notes: dict[str, str],
    numbers: list[tuple[int, int | None]],
    price: float | None,
    memo: tuple[bytes, bytes],
    empty_file: Path,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    path, back = tmp_path / "random.db", tmp_path / "back.db"
    back.unlink(missing_ok=True)
    shutil.copy(empty_file, path)
    empty(postgres_url)
    inspect = Inspect(url_of(path))
    inspect.for_each("INSERT INTO notes VALUES (?, ?)", list(notes.items()))
    inspect.for_each("INSERT INTO left_guilds VALUES (?, ?)", [(key, at or 0) for key, at in numbers])
    inspect("INSERT INTO topics VALUES ('a', 'A')")
    inspect("INSERT INTO watches (id, source, topic_key, price) VALUES (1, 'x', 'a', ?)", price)
    inspect("INSERT INTO entry_memos VALUES (1, 5, ?, ?)", *memo)

    there = copy(url_of(path), postgres_url)
    again = copy(postgres_url, url_of(back))

    assert there == again
    assert contents(postgres_url) == contents(url_of(back))
    found = contents(postgres_url)
    assert dict(found["notes"]) == {without_nul(key): without_nul(value) for key, value in notes.items()}
    assert dict(found["left_guilds"]) == {key: at or 0 for key, at in numbers}
    [(stored,)] = Inspect(postgres_url)("SELECT price FROM watches")
    assert stored == (None if price is None or math.isnan(price) else price)
    assert found["entry_memos"] == [(1, 5, *memo)]
    empty(postgres_url)


def test_tables_are_copied_after_those_that_they_refer_to() -> None:
    ordered = [table.name for table in in_reference_order(TABLES)]

    assert sorted(ordered) == sorted(table.name for table in TABLES)
    for table in TABLES:
        for other in table.references:
            assert ordered.index(other) < ordered.index(table.name)


# -- cost ---------------------------------------------------------------------------------------------------


def test_rows_are_read_in_batches_of_bounded_size(
    empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH_BYTES", 100_000)
    path = tmp_path / "kawaraban.db"
    shutil.copy(empty_file, path)
    notes = [(f"{number:04}", "x" * 10_000) for number in range(200)]
    Inspect(url_of(path)).for_each("INSERT INTO notes VALUES (?, ?)", notes)
    table = next(table for table in TABLES if table.name == "notes")

    with opened_source(path) as opened:
        batches = list(copying._batches(opened, table))

    assert [row for batch in batches for row in batch] == notes
    sizes = [sum(map(copying._size, batch)) for batch in batches]
    assert max(sizes[1:]) <= 100_000


def test_twice_the_rows_cost_at_most_two_and_a_half_times(
    empty_file: Path, tmp_path: Path, postgres_url: str
) -> None:
    def make(size: int) -> Callable[[], object]:
        path = tmp_path / f"{size}.db"
        shutil.copy(empty_file, path)
        inspect = Inspect(url_of(path))
        inspect("INSERT INTO topics VALUES ('a', 'A')")
        inspect("INSERT INTO watches (id, source, topic_key) VALUES (1, 'x', 'a')")
        posts = [(1, f"x:{number}", 5, 5, 5, "d") for number in range(size)]
        columns = "watch_id, post_key, rp_at, first_seen_at, updated_at, digest"
        inspect.for_each(f"INSERT INTO posts ({columns}) VALUES (?, ?, ?, ?, ?, ?)", posts)  # noqa: S608

        def once() -> None:
            empty(postgres_url)
            copy(url_of(path), postgres_url)

        return once

    assert growth(make, 500) <= AT_MOST
    empty(postgres_url)


# -- ended in the middle ------------------------------------------------------------------------------------

KILLED: Final = """
import os, signal, sys
from bot.storage.opening import copy_database
from tests.storage.test_copying import Watched

def end(call):
    if call == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

copy_database(sys.argv[1], sys.argv[2], Watched(end))
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_copy_that_was_killed_leaves_nothing_and_runs_again(
    seed: int, source: str, new_database: str, tmp_path: Path
) -> None:
    back = tmp_path / "back.db"
    probe = Watched()
    copy_database(source, url_of(tmp_path / "probe.db"), probe)
    drawn = random.Random(seed)

    for origin, target in ((source, new_database), (new_database, url_of(back))):
        call = str(drawn.randint(1, probe.calls))
        command = [sys.executable, "-W", "ignore", "-c", KILLED, origin, target, call]
        ended = subprocess.run(command, check=False, capture_output=True)
        assert ended.returncode == -9, ended.stderr

        assert asyncio.run(migration_status(target)).exists is False
        copy(origin, target)

    assert contents(url_of(back)) == contents(new_database) == contents(source)
    assert sorted(path.name for path in tmp_path.iterdir() if "copying" in path.name) == []


def test_lost_connection_ends_the_copy_and_leaves_nothing(source: str, new_database: str) -> None:
    def cut(call: int) -> None:
        if call == 20:
            with closing(psycopg.connect(new_database, autocommit=True)) as connection:
                connection.execute(_END_OTHERS)

    with pytest.raises(CopyFailed) as failed:
        copy(source, new_database, cut)

    assert failed.value.is_target
    assert isinstance(failed.value.error, DatabaseBusy)
    assert asyncio.run(migration_status(new_database)).exists is False
    copy(source, new_database)


_END_OTHERS: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def test_nobody_writes_to_a_source_while_it_is_copied(source: str, new_database: str, tmp_path: Path) -> None:
    refused = []

    def write_to_file(call: int) -> None:
        if call == 5:
            path = source.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=0)) as connection, pytest.raises(sqlite3.OperationalError):
                connection.execute("DELETE FROM notes")
            refused.append("file")

    def write_to_server(call: int) -> None:
        if call == 5:
            [(is_free,)] = Inspect(new_database)(f"SELECT pg_try_advisory_lock({LockKey.WRITER:d}) AS taken")
            assert not is_free
            refused.append("server")

    copy(source, new_database, write_to_file)
    copy(new_database, url_of(tmp_path / "back.db"), write_to_server)

    assert refused == ["file", "server"]


# -- refused ------------------------------------------------------------------------------------------------


def problem_of(work: Callable[[], object]) -> CopyProblem:
    with pytest.raises(CopyRefused) as refused:
        work()
    return refused.value.problem


def test_rows_that_the_target_changes_are_noticed(source: str, postgres_url: str) -> None:
    inspect = Inspect(postgres_url)
    inspect(
        "CREATE OR REPLACE FUNCTION altered() RETURNS trigger LANGUAGE plpgsql AS "
        "$f$ BEGIN NEW.value = NEW.value || ' '; RETURN NEW; END $f$"
    )
    inspect("CREATE TRIGGER altered BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION altered()")

    assert problem_of(lambda: copy(source, postgres_url)) is CopyProblem.DIFFERS
    assert [name for name, rows in contents(postgres_url).items() if rows] == []
    empty(postgres_url)


def test_rows_that_the_target_leaves_out_are_noticed(source: str, postgres_url: str) -> None:
    inspect = Inspect(postgres_url)
    inspect(
        "CREATE OR REPLACE FUNCTION left_out() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$"
    )
    inspect("CREATE TRIGGER left_out BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION left_out()")

    assert problem_of(lambda: copy(source, postgres_url)) is CopyProblem.DIFFERS
    empty(postgres_url)


def test_rows_that_refer_to_nothing_are_refused(source: str, new_database: str) -> None:
    with closing(sqlite3.connect(source.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("DELETE FROM posts WHERE post_key = (SELECT min(post_key) FROM post_bodies)")

    assert problem_of(lambda: copy(source, new_database)) is CopyProblem.REFUSED_ROWS
    assert asyncio.run(migration_status(new_database)).exists is False


def test_table_with_other_columns_is_refused(source: str, new_database: str) -> None:
    Inspect(source)("ALTER TABLE notes ADD COLUMN mine TEXT")

    assert problem_of(lambda: copy(source, new_database)) is CopyProblem.OTHER_SCHEMA
