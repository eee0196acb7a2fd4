"""Transactions that share a group: one commit for all, and nobody pays for another's failure."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.core.errors import DatabaseBusy
from bot.storage.sqlite.group_commit import MAX_GROUP, GroupCommit

Insert = Callable[[sqlite3.Connection], str]


class Book:
    """A table of names behind a group, and the statements that reached SQLite."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.execute("CREATE TABLE names (name TEXT PRIMARY KEY)")
        self.statements: list[str] = []
        self.connection.set_trace_callback(self.statements.append)
        self.groups = GroupCommit(self._in_thread, "BEGIN IMMEDIATE")

    async def _in_thread(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        return await asyncio.to_thread(work, self.connection)

    @property
    def names(self) -> list[str]:
        """What was committed."""
        assert not self.connection.in_transaction
        return [name for (name,) in self.connection.execute("SELECT name FROM names ORDER BY rowid")]

    @property
    def commits(self) -> int:
        """How many transactions it took."""
        return self.statements.count("COMMIT")


@pytest.fixture
def book() -> Iterator[Book]:
    made = Book()
    yield made
    made.connection.close()


def insert(name: str) -> Insert:
    def work(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO names VALUES (?)", (name,))
        return name

    return work


def fail(error: Exception) -> Insert:
    def work(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO names VALUES ('half')")
        raise error

    return work


async def test_what_waits_together_is_committed_at_once_and_each_gets_its_own_result(book: Book) -> None:
    results = await asyncio.gather(*(book.groups.run(insert(name)) for name in "abcdef"))

    assert results == list("abcdef")
    assert book.names == list("abcdef")
    assert book.commits == 1


async def test_a_group_has_a_bound(book: Book) -> None:
    await asyncio.gather(*(book.groups.run(insert(str(number))) for number in range(MAX_GROUP + 1)))

    assert len(book.names) == MAX_GROUP + 1
    assert book.commits == 2


async def test_one_that_raises_takes_back_its_own_part_only(book: Book) -> None:
    results = await asyncio.gather(
        book.groups.run(insert("a")),
        book.groups.run(fail(ZeroDivisionError("mine"))),
        book.groups.run(insert("b")),
        return_exceptions=True,
    )

    assert [results[0], results[2]] == ["a", "b"]
    assert isinstance(results[1], ZeroDivisionError)
    assert book.names == ["a", "b"]


async def test_trouble_of_sqlite_is_our_error_for_whom_it_concerns(book: Book) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    results = await asyncio.gather(
        book.groups.run(insert("a")), book.groups.run(fail(full)), return_exceptions=True
    )

    assert results[0] == "a"
    assert isinstance(results[1], DatabaseBusy)
    assert book.names == ["a"]


async def test_a_caller_who_left_before_the_group_began_leaves_nothing(book: Book) -> None:
    tasks = [asyncio.create_task(book.groups.run(insert(name))) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [results[0], results[2]] == ["a", "c"]
    assert isinstance(results[1], asyncio.CancelledError)
    assert book.names == ["a", "c"]


async def test_a_caller_who_leaves_in_the_middle_takes_nobody_with_him(book: Book) -> None:
    loop = asyncio.get_running_loop()
    turns: list[str] = []

    def leaves(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO names VALUES ('left')")
        if not turns:
            turns.append("first")
            asyncio.run_coroutine_threadsafe(cancelled(leaving), loop).result()
        return "left"

    async def cancelled(task: asyncio.Task[str]) -> None:
        task.cancel()
        await asyncio.sleep(0)

    leaving = asyncio.create_task(book.groups.run(leaves))
    staying = asyncio.create_task(book.groups.run(insert("stays")))
    results = await asyncio.gather(leaving, staying, return_exceptions=True)

    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1] == "stays"
    assert book.names == ["stays"]


async def test_finishing_waits_for_all_that_was_asked_for(book: Book) -> None:
    tasks = [asyncio.create_task(book.groups.run(insert(str(number)))) for number in range(3 * MAX_GROUP)]
    await asyncio.sleep(0)
    await book.groups.finish()

    assert len(book.names) == 3 * MAX_GROUP
    await asyncio.gather(*tasks)


async def test_a_thread_that_is_gone_fails_every_caller_and_the_next_may_try_again(book: Book) -> None:
    answers = iter([ValueError("no active connection")])
    in_thread = book._in_thread

    async def gone_once(work: Callable[[sqlite3.Connection], Any]) -> Any:
        if (error := next(answers, None)) is not None:
            raise error
        return await in_thread(work)

    groups = GroupCommit(gone_once, "BEGIN")
    results = await asyncio.gather(*(groups.run(insert(name)) for name in "ab"), return_exceptions=True)

    assert [type(result) for result in results] == [ValueError, ValueError]
    assert await groups.run(insert("c")) == "c"
