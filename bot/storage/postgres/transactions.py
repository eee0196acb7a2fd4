"""Transactions on a session: retried conflicts and lost connections, and questions with a deadline."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import field
from functools import partial
from typing import Final, TypeVar

import psycopg
from psycopg import errors

from bot.core.errors import DatabaseBusy, TookTooLong
from bot.core.lazy_dataclass import dataclass
from bot.storage.sql.database import Parameters, Rows, Transaction, Tx

from .errors import RUN_AGAIN
from .lineage import note_line
from .lock_keys import LockKey
from .session import Session

T = TypeVar("T")

_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_ALONE: Final = f"SELECT pg_advisory_xact_lock({LockKey.WRITER:d})"
_BESIDE: Final = f"SELECT pg_advisory_xact_lock_shared({LockKey.WRITER:d})"
_WRITES: Final = {
    (durable, alone): f"{_BEGIN}; {lock}; SET LOCAL synchronous_commit = {'on' if durable else 'off'}"
    for durable in (True, False)
    for alone, lock in ((True, _ALONE), (False, _BESIDE))
}
"""Begin of a write, by ``durable`` and ``alone``. The server gives the lock in the order of the requests: works
that share it do not keep one waiting that is alone."""
_TRIES: Final = 10
_LONGEST_PAUSE_S: Final = 0.1


@dataclass(slots=True)
class TransactionCounts:
    """Numbers since the process started."""

    conflicts: int = 0
    """Transactions that the server rolled back as a conflict or a deadlock, and that were run again."""
    lost: int = 0
    """Transactions that were run again because their connection was lost before COMMIT."""


class PostgresTx:
    """``Tx`` of a session. ``refuse``: called before each statement, raises where the transaction is to end."""

    __slots__ = ("_refuse", "_session")

    def __init__(self, session: Session, refuse: Callable[[], None] | None = None) -> None:
        self._session = session
        self._refuse = refuse

    def execute(self, sql: str, parameters: Parameters = (), /) -> Rows:
        """See ``Tx.execute``."""
        if self._refuse is not None:
            self._refuse()
        return self._session.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Rows:
        """See ``Tx.executemany``."""
        if self._refuse is not None:
            self._refuse()
        return self._session.executemany(sql, parameters)


def read(work: Transaction[T], counts: TransactionCounts, session: Session) -> T:
    """Result of ``work`` on one snapshot."""
    return _transact(_READ, work, counts, session)


def write(
    work: Transaction[T], counts: TransactionCounts, session: Session, *, durable: bool, alone: bool = True
) -> T:
    """Result of ``work``, committed, after all writes that hold the lock before it.

    A session whose server takes no writes is ended: the next one may find the server that took its place.
    """
    try:
        result = _transact(_WRITES[durable, alone], partial(_on_its_line, session, work), counts, session)
    except errors.ReadOnlySqlTransaction:
        session.close()
        raise
    session.is_line_noted = True
    return result


def _on_its_line(session: Session, work: Transaction[T], tx: Tx) -> T:
    """Result of ``work``; before it, in the first transaction of a connection, the database learns its line."""
    if not session.is_line_noted and session.line is not None:
        note_line(tx, session.line)
    return work(tx)


def _transact(begin: str, work: Transaction[T], counts: TransactionCounts, session: Session) -> T:
    """Run a transaction, again after a conflict and after a connection lost before COMMIT.

    Raises ``DatabaseBusy`` for a connection lost during COMMIT: the server may have committed or not.
    """
    for attempt in range(_TRIES):
        try:
            result = _run(begin, work, session)
        except RUN_AGAIN:
            counts.conflicts += 1
            time.sleep(random.uniform(0, min(_LONGEST_PAUSE_S, 0.001 * 2**attempt)))  # noqa: S311 - spreads retries
        except psycopg.OperationalError:
            if attempt or not session.is_lost:
                raise
            counts.lost += 1
        else:
            return result
    msg = f"the database rolled a transaction back {_TRIES} times"
    raise DatabaseBusy(msg)


def _run(begin: str, work: Transaction[T], session: Session) -> T:
    session.begin(begin)
    try:
        result = work(PostgresTx(session))
    except BaseException:
        session.roll_back()
        raise
    _commit(session)
    return result


def _commit(session: Session) -> None:
    try:
        session.commit()
    except psycopg.OperationalError as error:
        if session.is_lost:
            msg = "the connection was lost during COMMIT"
            raise DatabaseBusy(msg) from error
        session.roll_back()
        raise


@dataclass(frozen=True, slots=True)
class TimedQuestion:
    """One question of a person.

    ``begin_by``: monotonic time in seconds; ``answer_within_s``: seconds from its begin on.
    """

    begin_by: float
    answer_within_s: float
    cancelled: threading.Event = field(default_factory=threading.Event)

    def answer(self, work: Transaction[T], session: Session) -> T:
        """Result of ``work`` on one snapshot. The server cancels a statement that takes too long.

        Raises ``TookTooLong``.
        """
        if self.cancelled.is_set() or time.monotonic() > self.begin_by:
            raise TookTooLong("a question waited too long for those before it")
        timeout_ms = max(1, round(1000 * self.answer_within_s))
        session.begin(f"{_READ}; SET LOCAL statement_timeout = {timeout_ms}")
        begun = time.monotonic()
        try:
            result = work(PostgresTx(session, lambda: self._refuse_late(begun)))
        except errors.QueryCanceled as error:
            session.roll_back()
            raise self._too_long() from error
        except BaseException:
            session.roll_back()
            raise
        _commit(session)
        return result

    def _refuse_late(self, begun: float) -> None:
        if self.cancelled.is_set() or time.monotonic() > begun + self.answer_within_s:
            raise self._too_long()

    def _too_long(self) -> TookTooLong:
        return TookTooLong(f"a question was broken off after {self.answer_within_s:g} s")
