"""The schema of PostgreSQL, its versions, and the servers and databases that are refused."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
import pytest

from bot.core.errors import DatabaseTooNew, MigrationFailed, ServerProblem, ServerUnusable
from bot.doctor.database_faults import why_unusable
from bot.storage.opening import migration_status, open_storage
from bot.storage.postgres import migrate, server
from bot.storage.postgres.session import Session
from bot.storage.sql.dialect import postgresql
from bot.storage.sqlite import migrate as sqlite_migrate
from tests.inspection import Inspect
from tests.postgres_server import Server
from tests.storage.statements import Statement, statements

_TYPES: Final = {"bigint": "INTEGER", "double precision": "REAL", "text": "TEXT", "bytea": "BLOB"}
_COLUMNS: Final = """
SELECT c.table_name::text AS t, c.column_name::text AS name, c.data_type::text AS type,
  c.is_nullable::text AS nullable, c.column_default::text AS otherwise,
  coalesce(c.collation_name, '')::text AS collation
FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name <> 'kawaraban_version'
ORDER BY c.table_name, c.ordinal_position
"""
_CONSTRAINTS: Final = """
SELECT conrelid::regclass::text AS t, contype::text AS type, pg_get_constraintdef(oid) AS text FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u', 'f', 'c')
"""
_INDEXES: Final = """
SELECT tablename::text AS t, indexname::text AS name, indexdef AS text FROM pg_indexes
WHERE schemaname = current_schema() AND tablename <> 'kawaraban_version'
  AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


@pytest.fixture
def new_database(postgres_server: Server) -> str:
    return postgres_server.new_database("migration")


@pytest.fixture(scope="module")
def sqlite_schema() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for step in sqlite_migrate.load_steps():
        for statement in sqlite_migrate.statements(step.sql):
            connection.execute(statement)
    return connection


def problem_of(work: Callable[[], object]) -> ServerProblem:
    with pytest.raises(ServerUnusable) as refused:
        work()
    return refused.value.problem


# -- equal schemas ----------------------------------------------------------------------------------------


def test_migrations_of_both_engines_have_equal_numbers_and_names() -> None:
    ours, theirs = migrate.load_steps(), sqlite_migrate.load_steps()

    assert ours[-1].version == theirs[-1].version
    assert [step.name for step in ours[1:]] == [step.name for step in theirs if step.version > migrate.FIRST]


def test_columns_are_equal_in_name_type_default_and_null(
    postgres_url: str, sqlite_schema: sqlite3.Connection
) -> None:
    found: dict[str, list[tuple[str, str, bool, str | None]]] = {}
    for table, name, kind, nullable, otherwise, collation in Inspect(postgres_url)(_COLUMNS):
        assert (collation == "C") == (kind == "text"), (table, name)
        found.setdefault(table, []).append((name, _TYPES[kind], nullable == "NO", _plain_default(otherwise)))

    expected = {table: _sqlite_columns(sqlite_schema, table) for table in _sqlite_tables(sqlite_schema)}
    assert found == expected


def test_keys_references_and_checks_are_equal(postgres_url: str, sqlite_schema: sqlite3.Connection) -> None:
    found = {(table, kind, _plain(text)) for table, kind, text in Inspect(postgres_url)(_CONSTRAINTS)}

    expected = set()
    for table in _sqlite_tables(sqlite_schema):
        expected |= _sqlite_constraints(sqlite_schema, table)
    assert {one for one in found if one[0] != "kawaraban_version"} == expected


def test_indexes_are_equal(postgres_url: str, sqlite_schema: sqlite3.Connection) -> None:
    found = {name: _plain_index(text) for _, name, text in Inspect(postgres_url)(_INDEXES)}

    rows = sqlite_schema.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    assert found == {name: _plain_index(postgresql(" ".join(sql.split())).text) for name, sql in rows}


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement.where)
def test_server_accepts_the_statement(statement: Statement, prepared: Session) -> None:
    prepared.command(f"PREPARE asked AS {postgresql(statement.text).text}")
    prepared.command("DEALLOCATE asked")


@pytest.fixture(scope="module")
def prepared(_migrated_postgres: str) -> object:
    session = Session(_migrated_postgres)
    session.connect()
    yield session
    session.close()


def _sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows]


def _sqlite_columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, bool, str | None]]:
    rows = connection.execute(f'PRAGMA table_info("{table}")')
    # A column of a key is never NULL in PostgreSQL, nor is one in a STRICT table WITHOUT ROWID.
    return [(name, kind, bool(not_null or key), otherwise) for _, name, kind, not_null, otherwise, key in rows]


def _sqlite_constraints(connection: sqlite3.Connection, table: str) -> set[tuple[str, str, str]]:
    columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    key = [name for *_, name in sorted((place, name) for _, name, _, _, _, place in columns if place)]
    found = {(table, "p", f"primary key ({', '.join(key)})")} if key else set()
    for _, name, _, origin, _ in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
        if origin == "u":
            unique = [row[2] for row in connection.execute(f'PRAGMA index_info("{name}")')]
            found.add((table, "u", f"unique ({', '.join(unique)})"))
    references: dict[int, list[tuple[str, str, str, str]]] = {}
    for number, _, other, here, there, _, on_delete, _ in connection.execute(
        f'PRAGMA foreign_key_list("{table}")'
    ):
        references.setdefault(number, []).append((other, here, there, on_delete))
    for parts in references.values():
        here, there = ", ".join(part[1] for part in parts), ", ".join(part[2] for part in parts)
        other, on_delete = parts[0][0], parts[0][3]
        ending = "" if on_delete == "NO ACTION" else f" on delete {on_delete.lower()}"
        found.add((table, "f", f"foreign key ({here}) references {other}({there}){ending}"))
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    for check in re.findall(r"CHECK \(([^()]*)\)", sql):
        found.add((table, "c", f"check {check}"))
    return found


def _plain_default(text: str | None) -> str | None:
    """A default as SQLite writes it; None for the ids that a table makes."""
    if text is None or text.startswith("nextval"):
        return None
    return re.sub(r"::\w+(?: \w+)?", "", text)


def _plain(text: str) -> str:
    """A constraint in small letters, without casts and doubled parentheses."""
    return re.sub(r"check \(+([^()]*)\)+", r"check \1", re.sub(r'::bigint|"', "", text.lower()))


def _plain_index(text: str) -> str:
    """An index in small letters, without what the server adds: schema, method, casts, parentheses."""
    text = re.sub(r"cast\((\w+) as (\w+)\)", r"\1::\2", text.lower())
    text = text.replace("public.", "").replace(" using btree", "")
    text = re.sub(r"= any \(array\[([^]]*)\]\)", r"in (\1)", re.sub(r"::text(?:\[\])?", "", text))
    return re.sub(r"[() ]", "", text)


# -- versions ---------------------------------------------------------------------------------------------


async def test_empty_database_is_brought_to_the_newest_version(new_database: str) -> None:
    before = await migration_status(new_database)
    await (await open_storage(new_database)).close()
    after = await migration_status(new_database)

    assert (before.exists, before.current, bool(before.pending)) == (False, 0, True)
    assert (after.exists, after.current, after.pending) == (True, after.newest, ())


async def test_processes_that_start_at_once_migrate_once(new_database: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(migrate.prepare, new_database, may_migrate=True) for _ in range(4)))

    assert Inspect(new_database)("SELECT version FROM kawaraban_version") == [(migrate.load_steps()[-1].version,)]


async def test_step_that_fails_leaves_the_database_as_it_was(new_database: str) -> None:
    steps = migrate.load_steps()
    broken = replace(steps[-1], version=steps[-1].version + 1, sql="CREATE TABLE half (a BIGINT); SELECT nothing")

    with pytest.raises(MigrationFailed, match="nothing") as failed:
        migrate.prepare(new_database, may_migrate=True, steps=(*steps, broken))

    sentence = why_unusable(new_database, failed.value)
    assert (sentence.text_id, failed.value.step) == ("cli-server-not-migrated", broken.name)
    assert all(broken.name in sentence.said(language) for language in ("en", "ja"))

    assert not (await migration_status(new_database)).exists
    assert Inspect(new_database).columns() == {}


def test_only_pending_steps_run(new_database: str) -> None:
    steps = migrate.load_steps()
    migrate.prepare(new_database, may_migrate=True)
    later = replace(steps[-1], version=steps[-1].version + 1, sql="CREATE TABLE later (a BIGINT)")

    migrate.prepare(new_database, may_migrate=True, steps=(*steps, later))

    assert "later" in Inspect(new_database).columns()
    assert Inspect(new_database).version() == later.version


async def test_database_of_a_newer_version_is_refused_and_left_alone(new_database: str) -> None:
    migrate.prepare(new_database, may_migrate=True)
    Inspect(new_database).set_version(99)

    with pytest.raises(DatabaseTooNew):
        await open_storage(new_database)
    with pytest.raises(DatabaseTooNew):
        await open_storage(new_database, migrate=False)

    assert Inspect(new_database).version() == 99


async def test_command_that_only_asks_changes_no_database(new_database: str) -> None:
    with pytest.raises(ServerUnusable) as empty:
        await open_storage(new_database, migrate=False)
    migrate.prepare(new_database, may_migrate=True)
    Inspect(new_database).set_version(migrate.FIRST - 1)
    with pytest.raises(ServerUnusable) as older:
        await open_storage(new_database, migrate=False)

    assert (empty.value.problem, older.value.problem) == (ServerProblem.EMPTY, ServerProblem.OLDER)


# -- servers that are refused -------------------------------------------------------------------------------


def test_database_of_another_program_is_refused_and_left_alone(new_database: str) -> None:
    Inspect(new_database)("CREATE TABLE theirs (a BIGINT)")

    assert problem_of(lambda: migrate.prepare(new_database, may_migrate=True)) is ServerProblem.NOT_OURS
    assert Inspect(new_database).columns() == {"theirs": ["a"]}


def test_database_of_another_encoding_is_refused(postgres_server: Server) -> None:
    with closing(psycopg.connect(postgres_server.url, autocommit=True)) as connection:
        connection.execute("DROP DATABASE IF EXISTS latin")
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")

    url = postgres_server.url.replace("/postgres?", "/latin?")
    assert problem_of(lambda: migrate.prepare(url, may_migrate=True)) is ServerProblem.ENCODING


def test_server_that_is_too_old_is_refused(new_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OLDEST", 99)

    assert problem_of(lambda: migrate.prepare(new_database, may_migrate=True)) is ServerProblem.TOO_OLD


def test_clock_that_differs_too_much_is_refused(new_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 60)

    assert problem_of(lambda: migrate.prepare(new_database, may_migrate=True)) is ServerProblem.CLOCK


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda url: url.replace("/migration?", "/nothing?"), ServerProblem.NO_DATABASE),
        (lambda url: url.replace("kawaraban@", "nobody@"), ServerProblem.LOGIN),
        (lambda url: f"{url}/nowhere", ServerProblem.UNREACHABLE),
        (lambda _: "postgresql://me@127.0.0.1:1/db", ServerProblem.UNREACHABLE),
        (lambda _: "postgresql://me:part@of-a-password@host.invalid/db", ServerProblem.WRONG_URL),
        (lambda _: "postgresql://me:pa/ss@host/db", ServerProblem.WRONG_URL),
        (lambda _: "postgresql://me:%zz@host/db", ServerProblem.WRONG_URL),
        (lambda _: "postgresql://me@host/db?pasword=x", ServerProblem.WRONG_URL),
        (lambda _: "postgresql://me@host:99999/db", ServerProblem.WRONG_URL),
    ],
)
def test_server_that_cannot_be_used_is_named_by_its_problem(
    new_database: str, change: Callable[[str], str], problem: ServerProblem
) -> None:
    with pytest.raises(ServerUnusable) as refused:
        migrate.prepare(change(new_database), may_migrate=True)

    assert refused.value.problem is problem
    assert "password" not in str(refused.value.values)


def test_user_without_rights_is_refused_with_a_sentence(
    new_database: str, postgres_server: Server, tmp_path: Path
) -> None:
    del tmp_path
    inspect = Inspect(new_database)
    inspect("DROP ROLE IF EXISTS reader")
    inspect("CREATE ROLE reader LOGIN")
    inspect("REVOKE CREATE ON SCHEMA public FROM PUBLIC")

    url = new_database.replace("kawaraban@", "reader@")
    assert problem_of(lambda: migrate.prepare(url, may_migrate=True)) is ServerProblem.FORBIDDEN
