"""Questions of people, read on a connection of their own, one after the other, each with a deadline.

One of a server is on its way at a time, so that another server's is next, however many the first one asks.

A question that reads unexpectedly many rows fails for its asker and delays nothing else: polls, delivery and
digests use another connection, and SQLite interrupts the question
(https://www.sqlite.org/c3ref/progress_handler.html).
"""

from __future__ import annotations

import sqlite3
import time
from asyncio import CancelledError
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

from bot.admission import Gate, asker
from bot.core.errors import TookTooLong
from bot.core.lazy_dataclass import dataclass

from .group_commit import Work, transact

T = TypeVar("T")

ANSWER_WITHIN_S: Final = 0.5
"""Seconds for one question. With an index it takes a few milliseconds; Discord's limit for an answer is 3 s."""
MAX_WAIT_S: Final = 1.5
"""Seconds that a question waits at most for those before it."""
_ON_THE_WAY: Final = 2
"""Questions at the connection: one that is read, and another server's."""
_STEPS: Final = 2_000
"""SQLite VM instructions between two checks of the clock: less than a millisecond of usual ones."""


class RunInThread(Protocol):
    """Runs a function in a connection's thread, after the calls queued before it."""

    async def __call__(self, work: Work[T]) -> T:
        """Result of the function."""
        ...


class QuestionQueue:
    """Runs questions in a connection's thread. ``clock``: monotonic seconds, read in that thread too."""

    def __init__(
        self,
        run_in_thread: RunInThread,
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
        max_wait_s: float = MAX_WAIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run_in_thread = run_in_thread
        self._answer_within_s = answer_within_s
        self._max_wait_s = max_wait_s
        self._clock = clock
        self._gate = Gate(_ON_THE_WAY)

    async def ask(self, work: Work[T]) -> T:
        """Result of ``work`` on one consistent snapshot. Raises ``TookTooLong``; a cancelled question ends."""
        question = _QueuedQuestion(self._clock, self._clock() + self._max_wait_s, self._answer_within_s)
        try:
            turn = await self._gate.enter(asker(), max_wait_s=self._max_wait_s)
        except TimeoutError:
            raise TookTooLong("a question waited too long for those before it") from None
        try:
            return await self._run_in_thread(partial(question.answered, work))
        except CancelledError:
            question.is_over = True
            raise
        finally:
            self._gate.leave(turn)


@dataclass(slots=True)
class _QueuedQuestion:
    """One question: the time it must begin by, and the seconds it has from then on."""

    clock: Callable[[], float]
    begin_by: float
    seconds: float
    is_over: bool = False

    def answered(self, work: Work[T], connection: sqlite3.Connection) -> T:
        """Result of ``work``, run in the connection's thread. Raises ``TookTooLong``."""
        now = self.clock()
        if self.is_over or now > self.begin_by:
            raise TookTooLong("a question waited too long for those before it")
        end = now + self.seconds
        connection.set_progress_handler(lambda: self.is_over or self.clock() > end, _STEPS)
        try:
            return transact(work, ("BEGIN",), connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TookTooLong(f"a question was broken off after {self.seconds:g} s") from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
