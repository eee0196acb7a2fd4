"""Quiet hours in the outbox: due times of entries, set in the transaction that decides, seals or changes them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

from bot.core.alerting.alerts import SUMMARY_EVERY
from bot.core.calendar.quiet_hours import quiet_until
from bot.core.models import ChannelId, GuildId, HoldReason, QuietHours
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import from_us, to_json, to_us
from bot.storage.sql.mapping.json_forms import form_of

_QUIET_HOURS: Final = form_of(QuietHours)
_SUMMARY_EVERY_US: Final = int(SUMMARY_EVERY.total_seconds()) * 1_000_000

_SET = """
INSERT INTO channels (channel_id, guild_id, quiet) VALUES (?1, ?2, ?3)
ON CONFLICT (channel_id) DO UPDATE SET guild_id = ?2, quiet = ?3
"""
_MOVE = "UPDATE entries SET not_before = ? WHERE id = ?"

# Due time of an entry without quiet hours: at once, but for a CEILING summary an hour after the last one.
_OWN_TIMES = """
SELECT e.id, e.not_before, e.created_at, CASE WHEN e.why = ?1 THEN (
  SELECT max(o.not_before) FROM entries o
  WHERE o.subscription_id = e.subscription_id AND o.why = ?1 AND o.kind = 'summary' AND o.state <> 'dropped'
    AND o.id < e.id) END + ?2 AS hour_after
FROM entries e WHERE e.channel_id = ?3 AND e.state = 'waiting'
"""


def read_quiet(tx: Tx, channel_id: ChannelId) -> QuietHours | None:
    """Quiet hours of a channel."""
    row = tx.execute("SELECT quiet FROM channels WHERE channel_id = ?", (channel_id,)).fetchone()
    return None if row is None else quiet_from(row["quiet"])


def write_quiet(tx: Tx, guild_id: GuildId, channel_id: ChannelId, quiet: QuietHours | None, now: datetime) -> int:
    """Set or end (None) quiet hours of a channel; returns what ``reschedule_waiting`` does."""
    if quiet is None:
        tx.execute("DELETE FROM channels WHERE channel_id = ?", (channel_id,))
    else:
        tx.execute(_SET, (channel_id, guild_id, to_json(quiet)))
    return reschedule_waiting(tx, channel_id, quiet, now)


def quiet_from(stored: str | None) -> QuietHours | None:
    """Quiet hours from their column."""
    return None if stored is None else _decoded(stored)


def next_allowed_at(tx: Tx, channel_id: ChannelId, at: datetime) -> datetime:
    """First time from ``at`` on that is not in the channel's quiet hours."""
    quiet = read_quiet(tx, channel_id)
    return at if quiet is None else quiet_until(quiet, at) or at


def defer_to_quiet_end(tx: Tx, channel_id: ChannelId, now: datetime) -> bool:
    """Move waiting entries to the end of the channel's quiet hours; False outside of them."""
    quiet = read_quiet(tx, channel_id)
    until = None if quiet is None else quiet_until(quiet, now)
    if until is None:
        return False
    tx.execute(
        "UPDATE entries SET not_before = ?1 WHERE channel_id = ?2 AND state = 'waiting' AND not_before < ?1",
        (to_us(until), channel_id),
    )
    return True


def reschedule_waiting(tx: Tx, channel_id: ChannelId, quiet: QuietHours | None, now: datetime) -> int:
    """Set the due times of waiting entries for other quiet hours.

    Returns how many entries are held by them now; without quiet hours, how many were released.
    """
    rows = tx.execute(_OWN_TIMES, (HoldReason.HOURLY_LIMIT, _SUMMARY_EVERY_US, channel_id)).fetchall()
    held = let_go = 0
    for entry_id, not_before, created_at, hour_after in rows:
        own = max(created_at, hour_after or 0)
        until = None if quiet is None else quiet_until(quiet, max(from_us(own), now))
        may_go = own if until is None else to_us(until)
        tx.execute(_MOVE, (may_go, entry_id))
        held += until is not None
        let_go += may_go <= to_us(now) < not_before
    return let_go if quiet is None else held


@lru_cache(maxsize=1024)
def _decoded(stored: str) -> QuietHours:
    """Quiet hours from JSON; cached, because every decision for a channel reads them."""
    return _QUIET_HOURS.decode(stored)
