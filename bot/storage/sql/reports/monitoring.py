"""State of the outbox and of the polls for monitoring, in queries whose cost has a bound.

No query reads more than ``COUNTED_MAX`` rows of an index that holds only what waits, whatever the database holds.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.maintenance import WRITE_NOTE
from bot.storage.sql.mapping.common import from_us_or_none, to_us

COUNTED_MAX: Final = 10_000
"""Rows that a count reads at most; what waits beyond them is not counted."""
PROBE_NOTE: Final = "monitoring.written_at"
"""Note that is written to find out whether the database can be written to."""

# An entry whose channel has an unfinished message is not sealed before that message is finished.
_ENTRIES: Final = """
SELECT count(*) AS waiting, min(CASE WHEN w.not_before <= ?1 THEN w.not_before END) AS oldest,
  min(CASE WHEN w.not_before <= ?1 AND w.channel_id NOT IN (
    SELECT m.channel_id FROM messages m WHERE m.state = 'sealed' AND m.aside_at IS NULL)
  THEN w.not_before END) AS due
FROM (SELECT channel_id, not_before FROM entries WHERE state = 'waiting' LIMIT ?2) w
"""
_MESSAGES: Final = """
SELECT count(*) AS waiting, min(m.sealed_at) AS oldest,
  min(CASE WHEN coalesce(m.next_try_at, m.sealed_at) <= ?1 THEN coalesce(m.next_try_at, m.sealed_at) END) AS due
FROM (SELECT sealed_at, next_try_at FROM messages WHERE state = 'sealed' LIMIT ?2) m
"""
_EDITS: Final = """
SELECT count(*) AS due FROM (
  SELECT 1 FROM redraws WHERE ended_at IS NULL AND urgent IN (0, 1) AND due_at <= ?1 LIMIT ?2) r
"""
# Claimed watches keep their time; of them there are not more than processes poll at once.
_WATCHES: Final = """
SELECT count(*) AS due, min(w.next_poll_at) AS oldest FROM (
  SELECT next_poll_at FROM watches
  WHERE enabled = 1 AND next_poll_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1)
  ORDER BY next_poll_at LIMIT ?2) w
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts of what waits, each at most ``COUNTED_MAX``, and times since which it does (None: nothing waits).

    ``entries``: unsealed entries, those for later included; ``messages``: sealed and unfinished ones; ``edits``:
    due edits. ``oldest_at``: the earliest time at which one of the entries or messages could be sent.
    ``due_since``: the earliest time of a try that is due and has not ended, whether or not a sender is at it.
    ``watches_due``: due watches that nobody polls, ``watches_due_since``: the earliest time at which one was due.
    """

    entries: int
    messages: int
    edits: int
    oldest_at: datetime | None
    due_since: datetime | None
    watches_due: int
    watches_due_since: datetime | None


class MonitoringStore(Store):
    """State of the outbox and of the polls, and a probe of the database."""

    async def backlog(self, now: datetime) -> Backlog:
        """Read what waits."""
        return await self._database.read(partial(_backlog, to_us(now)))

    async def probe(self, now: datetime) -> None:
        """Write a row. Raises ``DatabaseBusy`` or another ``StorageError`` where that is not possible."""
        value = now.isoformat(timespec="seconds")

        def work(tx: Tx) -> None:
            tx.execute(WRITE_NOTE, (PROBE_NOTE, value))

        await self._database.write(work, durable=False)


def _backlog(now_us: int, tx: Tx) -> Backlog:
    entries, messages, edits, watches = (
        tx.execute(statement, (now_us, COUNTED_MAX)).fetchone()
        for statement in (_ENTRIES, _MESSAGES, _EDITS, _WATCHES)
    )
    return Backlog(
        entries=entries["waiting"],
        messages=messages["waiting"],
        edits=edits["due"],
        oldest_at=_earliest(entries["oldest"], messages["oldest"]),
        due_since=_earliest(entries["due"], messages["due"]),
        watches_due=watches["due"],
        watches_due_since=from_us_or_none(watches["oldest"]),
    )


def _earliest(*times_us: int | None) -> datetime | None:
    return from_us_or_none(min((at for at in times_us if at is not None), default=None))
