"""A look into a test's database past the storage; the one place that knows its engine."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.storage.opening import is_server
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.postgres.session import Session
from bot.storage.postgres.transactions import PostgresTx
from bot.storage.sql.database import Tx
from bot.storage.sql.dialect import postgresql

Row = tuple[Any, ...]


def url_of(path: Path) -> str:
    """URL of a SQLite file."""
    return f"sqlite:///{path}"


class Inspect:
    """Runs statements on the database of a URL, each call on a connection of its own; what they write is kept.

    Statements are SQLite's, as those of the stores.
    """

    def __init__(self, url: str) -> None:
        self._engine: _Engine = _Server(url) if is_server(url) else _File(url)

    def __call__(self, sql: str, *values: object) -> list[Row]:
        """The rows of one statement."""
        return self._engine.rows(sql, values)

    def for_each(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        """Run one statement for each of the values."""
        self._engine.for_each(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """A write transaction beside a program that runs, which it waits for."""
        with self._engine.transaction() as tx:
            yield tx

    def columns(self) -> dict[str, list[str]]:
        """The columns of every table."""
        return self._engine.columns()

    def everything(self) -> dict[str, list[Row]]:
        """All rows of all tables."""
        return {table: self(f'SELECT * FROM "{table}"') for table in self.columns()}  # noqa: S608 - our own tables

    def broken_references(self) -> list[Row]:
        """Rows that refer to one that is not there."""
        return self._engine.broken_references()

    def plan(self, sql: str, *values: object) -> list[str]:
        """The steps by which a statement is answered, in SQLite's form; a parameter without a value is NULL."""
        return self._engine.plan(sql, values)

    def version(self) -> int:
        """The version that the migrations left."""
        return self._engine.version()

    def set_version(self, version: int) -> None:
        """Let the database be of another version, without its migrations."""
        self._engine.set_version(version)

    def refuse(self, verb: str, table: str, why: str) -> None:
        """Let every INSERT or UPDATE of a table fail from now on."""
        self._engine.refuse(verb, table, why)


class _Engine(Protocol):
    """See ``Inspect``."""

    def rows(self, sql: str, values: Sequence[object]) -> list[Row]: ...

    def for_each(self, sql: str, values: Sequence[Sequence[object]]) -> None: ...

    def transaction(self) -> Any: ...

    def columns(self) -> dict[str, list[str]]: ...

    def broken_references(self) -> list[Row]: ...

    def plan(self, sql: str, values: Sequence[object]) -> list[str]: ...

    def version(self) -> int: ...

    def set_version(self, version: int) -> None: ...

    def refuse(self, verb: str, table: str, why: str) -> None: ...


class _File:
    """A SQLite file."""

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")

    def rows(self, sql: str, values: Sequence[object]) -> list[Row]:
        with self._connected() as connection, connection:
            return connection.execute(sql, values).fetchall()

    def for_each(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        with self._connected() as connection, connection:
            connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def columns(self) -> dict[str, list[str]]:
        with self._connected() as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
                for (table,) in tables
            }

    def broken_references(self) -> list[Row]:
        return self.rows("PRAGMA foreign_key_check", ())

    def plan(self, sql: str, values: Sequence[object]) -> list[str]:
        with self._connected() as connection:
            return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]

    def version(self) -> int:
        [(version,)] = self.rows("PRAGMA user_version", ())
        return int(version)

    def set_version(self, version: int) -> None:
        self.rows(f"PRAGMA user_version = {version}", ())

    def refuse(self, verb: str, table: str, why: str) -> None:
        trigger = (
            f"CREATE TRIGGER refused_{verb.lower()}_{table} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
        self.rows(trigger, ())

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as connection:
            yield connection


class _Server:
    """A database of a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        self._url = url

    def rows(self, sql: str, values: Sequence[object]) -> list[Row]:
        with self._connected() as session:
            return [tuple(row) for row in session.execute(sql, values)]

    def for_each(self, sql: str, values: Sequence[Sequence[object]]) -> None:
        with self._connected() as session:
            session.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with self._connected() as session:
            session.begin(f"BEGIN; SELECT pg_advisory_xact_lock({LockKey.WRITER:d})")
            yield PostgresTx(session)
            session.commit()

    def columns(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for table, column in self.rows(_COLUMNS, ()):
            found.setdefault(table, []).append(column)
        return found

    def broken_references(self) -> list[Row]:
        """None: the server refuses them at COMMIT."""
        return []

    def plan(self, sql: str, values: Sequence[object]) -> list[str]:
        """The plan for any values, where reading a table as a whole is the last resort."""
        statement = postgresql(sql).text
        count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
        given = ", ".join(_literal(value) for value in [*values, *[None] * (count - len(values))])
        with self._connected() as session:
            session.command("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
            session.command(f"PREPARE asked AS {statement}")
            ((explained,),) = session.execute(
                f"EXPLAIN (FORMAT JSON) EXECUTE asked{f'({given})' if given else ''}"
            )
        plan = json.loads(explained) if isinstance(explained, str) else explained
        return list(_steps(plan[0]["Plan"]))

    def version(self) -> int:
        [(version,)] = self.rows("SELECT version FROM kawaraban_version", ())
        return int(version)

    def set_version(self, version: int) -> None:
        self.rows("UPDATE kawaraban_version SET version = ?", (version,))

    def refuse(self, verb: str, table: str, why: str) -> None:
        with self._connected() as session:
            session.command(
                "CREATE OR REPLACE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$; "
                f"CREATE TRIGGER refused_{verb.lower()}_{table} BEFORE {verb} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION refused('{why}')"
            )

    @contextmanager
    def _connected(self) -> Iterator[Session]:
        with closing(Session(self._url)) as session:
            session.connect()
            yield session


_COLUMNS = """
SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema()
AND table_name <> 'kawaraban_version' ORDER BY table_name, ordinal_position
"""


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def _steps(node: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """A plan's steps as SQLite calls them: SCAN of a whole table, SEARCH by an index, TEMP B-TREE to sort."""
    kind, alias = node["Node Type"], node.get("Alias", above)
    if kind == "Seq Scan":
        yield f"SCAN {alias}"
    elif "Index Name" in node:
        condition = node.get("Index Cond")
        used = f"{alias} USING INDEX {node['Index Name']}"
        yield f"SEARCH {used} {condition}" if condition else f"SCAN {used}"
    elif kind == "Sort":
        yield f"USE TEMP B-TREE FOR {', '.join(node['Sort Key'])}"
    for below in node.get("Plans", ()):
        yield from _steps(below, alias)
