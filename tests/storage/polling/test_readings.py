"""RP of posts in their stored form: what is read out of a column is what the rows of ``samples`` held before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.postgres.migrate import load_steps as postgres_steps
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.mapping.readings import (
    READING_BYTES,
    StoredReading,
    newest_since,
    readings_bytes,
    readings_from,
    readings_since,
)
from bot.storage.sql.polling.thinning import thinned_readings
from bot.storage.sqlite.migrate import load_steps, migrate
from tests.postgres_server import Server

NOW = datetime(2026, 11, 22, 3, 4, 5, 678_901, tzinfo=UTC)
US = timedelta(microseconds=1)
HOUR_US, DAY_US = timedelta(hours=1) // US, timedelta(days=1) // US

TIMES = st.integers(0, timedelta(days=500) // US).map(lambda ago: to_us(NOW) - ago)
NEAR = st.integers(-3, 3)
EDGES = st.sampled_from([timedelta(hours=48), timedelta(days=30), timedelta(days=400)])
AT_EDGES = st.builds(lambda edge, near: to_us(NOW - edge) // HOUR_US * HOUR_US + near, EDGES, NEAR)
READINGS = st.lists(st.tuples(TIMES | AT_EDGES, st.integers(0, 2**28 - 1)), max_size=40)

# As these were before they had a column: a row each.
TABLE = "CREATE TABLE samples (at INTEGER PRIMARY KEY, rp INTEGER NOT NULL)"
WRITE = "INSERT INTO samples VALUES (?, ?) ON CONFLICT (at) DO UPDATE SET rp = excluded.rp"
ALL = "SELECT at, rp FROM samples ORDER BY at"
SINCE = """
SELECT at, rp FROM samples WHERE at >= coalesce((SELECT max(b.at) FROM samples b WHERE b.at < ?1), ?1) ORDER BY at
"""
THIN = """
DELETE FROM samples WHERE at < ?1
  AND EXISTS (SELECT 1 FROM samples n WHERE n.at > samples.at AND n.at < (samples.at / ?2 + 1) * ?2)
  AND EXISTS (SELECT 1 FROM samples f WHERE f.at < samples.at)
"""


def rows_of(readings: list[StoredReading]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(TABLE)
    connection.executemany(WRITE, readings)
    return connection


def appended(readings: list[StoredReading]) -> bytes:
    """As polls write them: one at the end of those before."""
    return b"".join(readings_bytes([one]) for one in readings)


@given(READINGS)
def test_all_is_read_as_rows_were(readings: list[StoredReading]) -> None:
    with closing(rows_of(readings)) as rows:
        assert readings_from(appended(readings)) == rows.execute(ALL).fetchall()


@given(READINGS, TIMES)
def test_what_was_read_since_a_time_is_read_as_rows_were(readings: list[StoredReading], since: int) -> None:
    with closing(rows_of(readings)) as rows:
        assert readings_since(appended(readings), since) == rows.execute(SINCE, (since,)).fetchall()


@given(READINGS, TIMES)
def test_of_readings_in_order_the_end_tells_the_same(readings: list[StoredReading], since: int) -> None:
    stored = readings_bytes(sorted(dict(readings).items()))

    assert newest_since(stored, since) == readings_since(stored, since)


@given(READINGS)
def test_the_same_is_left_of_old_readings_as_of_rows(readings: list[StoredReading]) -> None:
    with closing(rows_of(readings)) as rows:
        rows.execute("DELETE FROM samples WHERE at < ?", (to_us(NOW - timedelta(days=400)),))
        for age, span in ((timedelta(hours=48), HOUR_US), (timedelta(days=30), DAY_US)):
            while rows.execute(THIN, (to_us(NOW - age) // span * span, span)).rowcount:
                pass
        left = rows.execute(ALL).fetchall()

    assert thinned_readings(readings_from(appended(readings)), NOW) == left


def test_rp_that_no_post_has_is_stored_as_the_highest() -> None:
    assert readings_from(readings_bytes([(to_us(NOW), 2**63 - 1), (to_us(NOW) + 1, -5)])) == [
        (to_us(NOW), 2**28 - 1),
        (to_us(NOW) + 1, 0),
    ]


def test_stored_form_stays_as_it_is() -> None:
    assert readings_bytes([(1_763_780_645_678_901, 70_000)]).hex() == "644262ed8ef35001" + "1170"
    assert READING_BYTES == 10


ROWS = [
    (1, "x:1", 1_763_780_645_678_901, 70_000),
    (1, "x:1", 1_763_780_045_678_901, 3),
    (1, "x:2", 1_763_780_045_678_901, 2**40),
    (2, "x:1", 5, 0),
]
BECOME = [
    (1, "x:1", [(1_763_780_045_678_901, 3), (1_763_780_645_678_901, 70_000)]),
    (1, "x:2", [(1_763_780_045_678_901, 2**28 - 1)]),
    (1, "x:3", []),
    (2, "x:1", [(5, 0)]),
]
EARLIER = """
INSERT INTO topics (topic_key, name) VALUES ('t', 't'), ('u', 'u');
INSERT INTO watches (id, source, topic_key) VALUES (1, 'trendpage', 't'), (2, 'trendpage', 'u');
INSERT INTO posts (watch_id, post_key, rp_at, first_seen_at, updated_at, digest)
VALUES (1, 'x:1', 0, 0, 0, ''), (1, 'x:2', 0, 0, 0, ''), (1, 'x:3', 0, 0, 0, ''), (2, 'x:1', 0, 0, 0, '');
"""
FOUND = "SELECT watch_id, post_key, readings FROM posts ORDER BY watch_id, post_key"


def test_rows_become_a_column_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, load_steps()[:37])
        connection.executescript(EARLIER)
        connection.executemany("INSERT INTO samples VALUES (?, ?, ?, ?)", ROWS)
        migrate(connection, path, load_steps())

        found = [(*row[:2], readings_from(row[2])) for row in connection.execute(FOUND)]

    assert found == BECOME


def test_rows_become_a_column_on_a_server(postgres_server: Server) -> None:
    with closing(psycopg.connect(postgres_server.new_database("readings"))) as connection:
        for step in postgres_steps():
            if step.name == "0038_readings":
                connection.execute(EARLIER.encode())
                for row in ROWS:
                    connection.execute("INSERT INTO samples VALUES (%s, %s, %s, %s)", row)
            connection.execute(step.sql.encode())
        found = [(*row[:2], readings_from(row[2])) for row in connection.execute(FOUND)]

    assert found == BECOME
