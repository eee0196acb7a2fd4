"""Group commit: transactions that wait at the same time share one thread hop, one BEGIN and one COMMIT.

A poll's two transactions are small: the hop and COMMIT cost as much CPU as the statements. A single transaction
starts at once; those that arrive while one runs form the next group.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, TypeVar, cast

from bot.core.lazy_dataclass import dataclass

from .errors import translate_errors

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
MAX_GROUP: Final = 8
"""Most transactions in a group: enough to share the cost, too few to delay the next caller."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Result or error of one transaction."""

    result: object = None
    error: BaseException | None = None


Work = Callable[[sqlite3.Connection], T]
"""Body of a transaction; every ``Transaction`` of the SQL files is one."""
RunInThread = Callable[[Work[list[_Outcome]]], Awaitable[list[_Outcome]]]
_Caller = tuple[Work[object], "asyncio.Future[object]"]


class GroupCommit:
    """Runs transactions on one connection. Works may run twice: they only use the connection, and return."""

    def __init__(self, run_in_thread: RunInThread, *begin: str) -> None:
        self._run_in_thread = run_in_thread
        self._begin = begin
        self._waiting: list[_Caller] = []
        self._running: asyncio.Task[None] | None = None

    async def run(self, work: Work[T]) -> T:
        """Result of ``work`` once it is committed. An error of ``work`` rolls back only its own part.

        A cancelled caller's part is rolled back or, when it is already being committed, done as a whole.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if not self._is_running():
            self._running = asyncio.create_task(self._run_all(), name="transactions")
        return cast("T", await done)

    async def finish(self) -> None:
        """Wait until no transaction runs or waits."""
        while self._running is not None and self._is_running():
            await asyncio.wait([self._running])

    def _is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    async def _run_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
            try:
                await self._run_group(group)
            except BaseException as error:  # closed, or cancelled: every caller gets an error
                for _, done in group:
                    _resolve(done, _Outcome(error=error))
                if isinstance(error, asyncio.CancelledError):
                    raise

    async def _run_group(self, group: Sequence[_Caller]) -> None:
        outcomes = await self._run_in_thread(partial(_outcomes, group, self._begin))
        for (_, done), outcome in zip(group, outcomes, strict=True):
            _resolve(done, outcome)


def _resolve(done: asyncio.Future[object], outcome: _Outcome) -> None:
    if done.done():
        return
    if isinstance(outcome.error, asyncio.CancelledError):
        done.cancel()
    elif outcome.error is not None:
        done.set_exception(outcome.error)
    else:
        done.set_result(outcome.result)


class _CallerCancelled(Exception):
    """Rolls back a group in which a caller was cancelled. Never leaves this module."""


def _outcomes(callers: Sequence[_Caller], begin: Sequence[str], connection: sqlite3.Connection) -> list[_Outcome]:
    """Outcomes of all callers in one transaction; when one of them fails, each runs in its own."""
    if len(callers) > 1:
        try:
            results = translate_errors(partial(transact, partial(_results, callers), begin, connection))
        except Exception as error:  # noqa: BLE001 - raised again below, for the caller it belongs to
            _LOG.debug("A group of %s transactions falls apart: %s", len(callers), error)
        else:
            return [_Outcome(result) for result in results]
    return [_outcome(caller, begin, connection) for caller in callers]


def _outcome(caller: _Caller, begin: Sequence[str], connection: sqlite3.Connection) -> _Outcome:
    try:
        (result,) = translate_errors(partial(transact, partial(_results, [caller]), begin, connection))
    except Exception as error:  # noqa: BLE001 - raised again where it is awaited
        return _Outcome(error=error)
    return _Outcome(result)


def _results(callers: Sequence[_Caller], connection: sqlite3.Connection) -> list[object]:
    """Results of each caller's work; raises where a caller was cancelled, so that nothing is committed for it."""
    results = [work(connection) for work, done in callers if not done.cancelled()]
    if any(done.cancelled() for _, done in callers):
        raise _CallerCancelled
    return results


def transact(work: Work[T], begin: Sequence[str], connection: sqlite3.Connection) -> T:
    """Run one transaction in the connection's thread; the connection never stays inside it.

    ``begin``: the statements that begin it. Raises the errors of ``work`` and SQLite.
    """
    if connection.in_transaction:  # the last rollback failed, on a broken disk
        connection.execute("ROLLBACK")
    try:
        for statement in begin:
            connection.execute(statement)
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise
    return result


def _roll_back(connection: sqlite3.Connection) -> None:
    """Roll back. A failing rollback is logged, so that the error before it is the one raised."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        _LOG.exception("The transaction could not be rolled back; the next one tries again.")
