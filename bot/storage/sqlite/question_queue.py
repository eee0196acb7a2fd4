"""What people ask is read on a connection of its own, one question after the other, each with a deadline.

A question that walks through more than anybody foresaw costs its asker an answer, and nobody else anything: polls,
delivery and digests read on another connection, and SQLite breaks the question off
(https://www.sqlite.org/c3ref/progress_handler.html).
"""

from __future__ import annotations

import sqlite3
import time
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeVar

from bot.core.errors import TookTooLong

from .group_commit import Work, transact

T = TypeVar("T")

ANSWER_WITHIN_S: Final = 0.5
"""A question with an index takes a few milliseconds; a person has three seconds in all (Discord's limit)."""
PATIENCE_S: Final = 1.5
"""How long a question waits for those before it."""
_STEPS: Final = 2_000
"""Instructions of SQLite's machine between two looks at the clock: less than a millisecond of the usual ones."""


class RunInThread(Protocol):
    """Runs a function in a connection's thread, after what was asked for before."""

    async def __call__(self, work: Work[T]) -> T:
        """What the function returns."""
        ...


class Questions:
    """Runs questions in a connection's thread. ``clock``: seconds that only grow, read in that thread too."""

    def __init__(
        self,
        run_in_thread: RunInThread,
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run_in_thread = run_in_thread
        self._answer_within_s = answer_within_s
        self._patience_s = patience_s
        self._clock = clock

    async def ask(self, work: Work[T]) -> T:
        """What ``work`` finds on one consistent snapshot. Raises ``TookTooLong``; a cancelled question ends."""
        question = _Question(self._clock, self._clock() + self._patience_s, self._answer_within_s)
        try:
            return await self._run_in_thread(partial(question.answered, work))
        except CancelledError:
            question.is_over = True
            raise


@dataclass(slots=True)
class _Question:
    """One question: until when it may wait, and how many seconds it has from then on."""

    clock: Callable[[], float]
    begin_by: float
    seconds: float
    is_over: bool = False

    def answered(self, work: Work[T], connection: sqlite3.Connection) -> T:
        """In the connection's thread."""
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
