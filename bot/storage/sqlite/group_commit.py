"""Transactions that wait at the same time share one: one hop to the thread and back, one BEGIN, one COMMIT.

A poll's two transactions are small; what surrounds them costs as much CPU as they do themselves. Alone, a
transaction waits for nobody; while one runs, those that come in form the next group.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar, cast

from .errors import translate_errors

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
MOST: Final = 8
"""Transactions in a group: enough to share the cost, too few to keep the next caller waiting."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one transaction."""

    result: object = None
    error: BaseException | None = None


Work = Callable[[sqlite3.Connection], T]
"""Body of a transaction; every ``Transaction`` of the SQL files is one."""
RunInThread = Callable[[Work[list[_Outcome]]], Awaitable[list[_Outcome]]]
_Caller = tuple[Work[object], "asyncio.Future[object]"]


class Groups:
    """Runs transactions on one connection. Works may run twice: they only use the connection, and return."""

    def __init__(self, run_in_thread: RunInThread, *begin: str) -> None:
        self._run_in_thread = run_in_thread
        self._begin = begin
        self._waiting: list[_Caller] = []
        self._running: asyncio.Task[None] | None = None

    async def run(self, work: Work[T]) -> T:
        """The result of ``work`` once it is committed. What it raises takes back nothing but its own part.

        A cancelled caller's part is rolled back or, when it is already being committed, done as a whole.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if not self._is_running():
            self._running = asyncio.create_task(self._run_all(), name="transactions")
        return cast("T", await done)

    async def finish(self) -> None:
        """Wait until nothing runs and nobody waits."""
        while self._running is not None and self._is_running():
            await asyncio.wait([self._running])

    def _is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    async def _run_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                await self._run_group(group)
            except BaseException as error:  # closed, or cancelled: nobody may wait for ever
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
    """The caller was cancelled; nobody hears this."""


def _outcomes(callers: Sequence[_Caller], begin: Sequence[str], connection: sqlite3.Connection) -> list[_Outcome]:
    """All in one transaction; when one of them comes to nothing, whichever it was, each in its own."""
    if len(callers) > 1:
        try:
            results = translate_errors(partial(transact, partial(_results, callers), begin, connection))
        except Exception as error:  # noqa: BLE001 - it is met again below, and told to whom it belongs
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
    """What each one's work gives; of a caller who no longer waits, nothing may be committed."""
    results = [work(connection) for work, done in callers if not done.cancelled()]
    if any(done.cancelled() for _, done in callers):
        raise _CallerCancelled
    return results


def transact(work: Work[T], begin: Sequence[str], connection: sqlite3.Connection) -> T:
    """One transaction, in the connection's thread; the connection is never left inside it.

    ``begin``: the statements it begins with. Raises what ``work`` and SQLite raise.
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
    """Roll back; what went wrong before matters more than a rollback that fails as well."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        _LOG.exception("The transaction could not be rolled back; the next one tries again.")
