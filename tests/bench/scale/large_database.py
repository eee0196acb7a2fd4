"""A database of a million watches on each engine: how long works take there, and how much space tables take."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import psycopg

from bot.storage.opening import is_server, open_storage
from bot.storage.postgres.migrate import prepare
from tests.bench.report import Number, number
from tests.bench.worlds import bulk
from tests.bench.worlds.seed import new_database
from tests.inspection import url_of
from tests.postgres_server import Server, running_server

from . import hot
from .plans import Explained

SLOW_MS: Final = 5.0
"""A plan of at least so long is printed."""
READ_AS_A_WHOLE: Final = 10_000
"""So is one that reads at least so many rows of a table as a whole."""
_SETTINGS: Final = ("shared_buffers=512MB", "max_wal_size=8GB")
_SIZES: Final = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
ORDER BY pg_total_relation_size(c.oid) DESC
"""
_FILE_SIZES: Final = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY sum(pgsize) DESC"
_MB: Final = 1 << 20
_SHOWN: Final = 12


async def measure(folder: Path, rounds: int, size: bulk.Size) -> list[Number]:
    """Works on SQLite, then on PostgreSQL; slow plans go to stderr."""
    found: list[Number] = []
    path = folder / "large.db"
    with new_database(path) as connection:
        bulk.fill(connection.execute, size)
        connection.execute("ANALYZE")
    found += await _works("SQLite", url_of(path), rounds, size)
    found += _file_sizes(path)
    path.unlink()
    with ExitStack() as stack:
        server = stack.enter_context(running_server(_SETTINGS))
        url = _filled(server, size)
        found += await _works("PostgreSQL", url, rounds, size)
        found += _table_sizes(url)
    return found


async def _works(label: str, url: str, rounds: int, size: bulk.Size) -> list[Number]:
    storage = await open_storage(url)
    works = hot.Works.over(storage)
    try:
        await hot.run(works, rounds, size)
    finally:
        await storage.close()
    found = works.numbers(label)
    if is_server(url):
        plans = hot.explain(url, works)
        for name, explained in plans.items():
            _say(name, explained)
        found += _of_plans(plans)
    return found


def _of_plans(plans: dict[str, list[Explained]]) -> list[Number]:
    """The server's own time for the statements of a work, each once: other programs of the machine add little."""
    return [
        number(f"PostgreSQL: {name}: EXPLAIN ANALYZE", "ms", [sum(plan.ms for plan in explained)])
        for name, explained in plans.items()
    ]


def _say(name: str, plans: list[Explained]) -> None:
    for plan in plans:
        whole = [(table, rows) for table, rows in plan.scans if rows >= READ_AS_A_WHOLE]
        if whole or plan.ms >= SLOW_MS:
            read = "".join(f", all of {table} ({rows:,} rows)" for table, rows in whole)
            text = " ".join(plan.sql.split())[:200]
            sys.stderr.write(f"{name}: {plan.ms:.1f} ms, {plan.pages:,} pages{read}: {text}\n")


def _filled(server: Server, size: bulk.Size) -> str:
    url = server.new_database("large")
    prepare(url, may_migrate=True)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        run: Callable[[str], object] = lambda text: connection.execute(text.encode())  # noqa: E731
        run("SET session_replication_role = replica")  # checks no references
        run("SET synchronous_commit = off")
        bulk.fill(run, size, reading=bulk.POSTGRES_READING)
        for table in bulk.SEQUENCES:
            run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size.watches})")
        run("VACUUM ANALYZE")
    return url


def _table_sizes(url: str) -> list[Number]:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        rows = connection.execute(_SIZES.encode()).fetchall()
    found = [number("PostgreSQL: all tables and indexes", "MB", [sum(row[1] + row[2] for row in rows) / _MB])]
    for name, table, indexes in rows[:_SHOWN]:
        found.append(number(f"PostgreSQL: table {name}", "MB", [table / _MB]))
        found.append(number(f"PostgreSQL: indexes of {name}", "MB", [indexes / _MB]))
    return found


def _file_sizes(path: Path) -> list[Number]:
    found = [number("SQLite: the file", "MB", [path.stat().st_size / _MB])]
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute(_FILE_SIZES).fetchall()
        except sqlite3.OperationalError:  # this SQLite has no dbstat
            return found
    return found + [number(f"SQLite: {name}", "MB", [size / _MB]) for name, size in rows[:_SHOWN]]
