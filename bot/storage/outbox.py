"""The outbox: entries wait, are sealed into a message, and leave it confirmed or given up with a reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.core.errors import StalePlan
from bot.core.models import (
    AlertContent,
    ChannelId,
    EntryKind,
    Message,
    MessageId,
    MessageState,
    OutboxEntry,
    SummaryContent,
)

from .decisions import hold_back
from .rows import Row, from_us, from_us_or_none, json_list, to_json, to_us
from .transactions import Part

# A summary counts what it holds until it is sealed; then the count in its content stands.
_ENTRY = """
SELECT e.id, e.kind, e.guild_id, e.channel_id, e.subscription_id, e.content, e.created_at, e.not_before,
       CASE WHEN e.kind = 'summary' AND e.state = 'waiting'
            THEN (SELECT count(*) FROM alerts a WHERE a.entry_id = e.id) END
FROM entries e
"""

# A channel's messages go in order: while one is on its way, nothing is sealed after it.
_FREE_CHANNEL = "e.channel_id NOT IN (SELECT m.channel_id FROM messages m WHERE m.state = 'sealed')"

_WAITING_CHANNELS = f"""
SELECT e.channel_id FROM entries e
WHERE e.state = 'waiting' AND e.not_before <= ? AND {_FREE_CHANNEL}
  AND e.channel_id NOT IN (SELECT value FROM json_each(?))
GROUP BY e.channel_id ORDER BY min(e.not_before), e.channel_id LIMIT ?
"""  # noqa: S608 - constants only
_WAITING = f"""{_ENTRY}
WHERE e.channel_id = ? AND e.state = 'waiting' AND e.not_before <= ? ORDER BY e.created_at, e.id
"""
_SUMMARIES = f"{_ENTRY} WHERE e.id IN (SELECT value FROM json_each(?)) AND e.kind = 'summary'"  # noqa: S608

_MESSAGE = """
SELECT id, guild_id, channel_id, sealed_at, state, attempts, first_try_at, next_try_at,
       discord_message_id, sent_at, error
FROM messages
"""

# Only the oldest unfinished message of a channel; while it waits for its next try, so does the channel.
_CLAIMABLE = """
SELECT m.id FROM messages m
WHERE m.state = 'sealed' AND m.next_try_at <= ?1 AND (m.claimed_until IS NULL OR m.claimed_until <= ?1)
  AND m.channel_id NOT IN (SELECT value FROM json_each(?2))
  AND NOT EXISTS (
    SELECT 1 FROM messages o WHERE o.channel_id = m.channel_id AND o.state = 'sealed'
      AND (o.sealed_at < m.sealed_at OR (o.sealed_at = m.sealed_at AND o.id < m.id)))
ORDER BY m.sealed_at, m.id LIMIT ?3
"""

# Refused: finished meanwhile, put off, or somebody else's under a running lease.
_BEGIN_TRY = """
UPDATE messages SET attempts = attempts + 1, first_try_at = coalesce(first_try_at, ?1)
WHERE id = ?2 AND state = 'sealed'
  AND (claim = ?3 OR (next_try_at <= ?1 AND (claim IS NULL OR claimed_until <= ?1)))
"""

_CONFIRM = """
UPDATE messages SET state = 'sent', discord_message_id = ?1, sent_at = ?2, ended_at = ?2, next_try_at = NULL,
  claim = NULL, claimed_until = NULL
WHERE id = ?3 AND state <> 'sent'
"""
_GIVE_UP = """
UPDATE messages SET state = 'given_up', error = ?, ended_at = ?, next_try_at = NULL, claim = NULL,
  claimed_until = NULL
WHERE id = ? AND state IN ('sealed', 'uncertain')
"""
_MARK_UNCERTAIN = """
UPDATE messages SET state = 'uncertain', error = ?, ended_at = ?, next_try_at = NULL, claim = NULL,
  claimed_until = NULL
WHERE id = ? AND state = 'sealed'
"""
_RETRY_LATER = """
UPDATE messages SET next_try_at = ?, error = ?, claim = NULL, claimed_until = NULL
WHERE id = ? AND state = 'sealed'
"""

_NEXT_SEND = f"""
SELECT min(at) FROM (
  SELECT min(e.not_before) AS at FROM entries e WHERE e.state = 'waiting' AND {_FREE_CHANNEL}
  UNION ALL
  SELECT min(max(next_try_at, coalesce(claimed_until, 0))) FROM messages WHERE state = 'sealed')
"""  # noqa: S608 - constants only

_ALERT = msgspec.json.Decoder(AlertContent)
_SUMMARY = msgspec.json.Decoder(SummaryContent)


class SqliteOutbox(Part):
    """The ``OutboxStore`` part."""

    async def waiting(
        self, now: datetime, *, channels: int = 200, skip: Collection[ChannelId] = ()
    ) -> dict[ChannelId, list[OutboxEntry]]:
        """Unsealed entries that may go now, by channel."""
        return await self._database.read(partial(_waiting, now, channels, json_list(skip)))

    async def seal(
        self, message_id: MessageId, entries: Sequence[OutboxEntry], now: datetime, *, lease_s: float
    ) -> Message | None:
        """Bind entries to a message for good and claim it."""
        lease_ends = now + timedelta(seconds=lease_s)
        work = partial(_seal, self._database.holder, message_id, entries, now, lease_ends)
        # Not durable by itself: the sync of begin_try comes before anything is sent, and carries this.
        return await self._database.write(work, durable=False)

    async def hold_back(self, entries: Sequence[OutboxEntry], now: datetime) -> None:
        """Count waiting alerts in their subscription's CATCH_UP summary."""

        def work(connection: sqlite3.Connection) -> None:
            for entry in entries:
                hold_back(connection, entry, now)

        await self._database.write(work, durable=False)

    async def claim_messages(
        self, now: datetime, *, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Message]:
        """Claim messages whose next try has come."""
        lease_ends = now + timedelta(seconds=lease_s)
        work = partial(_claim, self._database.holder, now, lease_ends, limit, json_list(skip))
        return await self._database.write(work, durable=False)

    async def begin_try(self, message_id: MessageId, now: datetime) -> Message:
        """Record, durably, that a try begins."""
        return await self._database.write(partial(_begin_try, self._database.holder, message_id, now))

    async def confirm(self, message_id: MessageId, discord_message_id: int, now: datetime) -> None:
        """Discord has it."""
        # Taken back by a power failure, it is a try without an answer, which delivery looks up before it resends.
        work = partial(_confirm, message_id, discord_message_id, now)
        await self._database.write(work, durable=False)

    async def retry_later(self, message_id: MessageId, at: datetime, error: str) -> None:
        """Not now; the claim is given back."""
        await self._database.write(partial(_retry_later, message_id, at, error), durable=False)

    async def give_up(self, message_id: MessageId, reason: str, now: datetime) -> None:
        """Never; with a reason."""
        await self._database.write(partial(_give_up, message_id, reason, now))

    async def mark_uncertain(self, message_id: MessageId, reason: str, now: datetime) -> None:
        """It may have arrived."""
        await self._database.write(partial(_mark_uncertain, message_id, reason, now))

    async def message(self, message_id: MessageId) -> Message | None:
        """One message in any state."""
        return await self._database.read(partial(_read, message_id))

    async def next_send_at(self) -> datetime | None:
        """When the earliest entry or message may go."""

        def work(connection: sqlite3.Connection) -> datetime | None:
            return from_us_or_none(connection.execute(_NEXT_SEND).fetchone()[0])

        return await self._database.read(work)


def _waiting(
    now: datetime, limit: int, skip: str, connection: sqlite3.Connection
) -> dict[ChannelId, list[OutboxEntry]]:
    at = to_us(now)
    channels = [row[0] for row in connection.execute(_WAITING_CHANNELS, (at, skip, limit))]
    return {
        channel: [_entry_from(row) for row in connection.execute(_WAITING, (channel, at))] for channel in channels
    }


def _seal(
    holder: str,
    message_id: MessageId,
    entries: Sequence[OutboxEntry],
    now: datetime,
    lease_ends: datetime,
    connection: sqlite3.Connection,
) -> Message | None:
    first = _one_channel(entries)
    ids = [entry.id for entry in entries]
    if not _may_seal(connection, ids, first.channel_id):
        return None
    _freeze_summaries(connection, ids)
    at = to_us(now)
    connection.execute(
        "INSERT INTO messages "
        "(id, guild_id, channel_id, sealed_at, state, next_try_at, claim, claimed_until) "
        "VALUES (?, ?, ?, ?, 'sealed', ?, ?, ?)",
        (message_id, first.guild_id, first.channel_id, at, at, holder, to_us(lease_ends)),
    )
    connection.executemany(
        "UPDATE entries SET state = 'sealed', message_id = ?, position = ? WHERE id = ?",
        [(message_id, position, entry_id) for position, entry_id in enumerate(ids)],
    )
    return _read(message_id, connection)


def _one_channel(entries: Sequence[OutboxEntry]) -> OutboxEntry:
    if not entries or len({entry.channel_id for entry in entries}) != 1:
        msg = "a message holds entries of one channel, at least one"
        raise ValueError(msg)
    return entries[0]


def _may_seal(connection: sqlite3.Connection, ids: Sequence[int], channel_id: ChannelId) -> bool:
    """All still wait, and the channel has no message on its way."""
    waiting = connection.execute(
        "SELECT count(*) FROM entries "
        "WHERE id IN (SELECT value FROM json_each(?)) AND state = 'waiting' AND channel_id = ?",
        (json_list(ids), channel_id),
    ).fetchone()[0]
    busy = connection.execute(
        "SELECT 1 FROM messages WHERE channel_id = ? AND state = 'sealed'", (channel_id,)
    ).fetchone()
    return waiting == len(ids) and busy is None


def _freeze_summaries(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Write a summary's count into its content: from now on it is what people were told."""
    rows = connection.execute(_SUMMARIES, (json_list(ids),)).fetchall()
    connection.executemany(
        "UPDATE entries SET content = ? WHERE id = ?",
        [(to_json(_entry_from(row).content), row[0]) for row in rows],
    )


def _claim(
    holder: str, now: datetime, lease_ends: datetime, limit: int, skip: str, connection: sqlite3.Connection
) -> list[Message]:
    ids = [row[0] for row in connection.execute(_CLAIMABLE, (to_us(now), skip, limit))]
    connection.executemany(
        "UPDATE messages SET claim = ?, claimed_until = ? WHERE id = ?",
        [(holder, to_us(lease_ends), message_id) for message_id in ids],
    )
    return [_must_read(message_id, connection) for message_id in ids]


def _begin_try(holder: str, message_id: MessageId, now: datetime, connection: sqlite3.Connection) -> Message:
    if connection.execute(_BEGIN_TRY, (to_us(now), message_id, holder)).rowcount != 1:
        msg = f"message {message_id} is finished, put off or somebody else's"
        raise StalePlan(msg)
    return _must_read(message_id, connection)


def _confirm(
    message_id: MessageId, discord_message_id: int, now: datetime, connection: sqlite3.Connection
) -> None:
    """From any state: what Discord has, it has. The first confirmation stands."""
    at = to_us(now)
    if connection.execute(_CONFIRM, (discord_message_id, at, message_id)).rowcount:
        _end_entries(connection, message_id, "sent", None, at)


def _retry_later(message_id: MessageId, at: datetime, error: str, connection: sqlite3.Connection) -> None:
    connection.execute(_RETRY_LATER, (to_us(at), error, message_id))


def _give_up(message_id: MessageId, reason: str, now: datetime, connection: sqlite3.Connection) -> None:
    at = to_us(now)
    if connection.execute(_GIVE_UP, (reason, at, message_id)).rowcount:
        _end_entries(connection, message_id, "given_up", reason, at)


def _mark_uncertain(message_id: MessageId, reason: str, now: datetime, connection: sqlite3.Connection) -> None:
    """The entries stay sealed: they have not left the outbox until a person decides."""
    connection.execute(_MARK_UNCERTAIN, (reason, to_us(now), message_id))


def _end_entries(
    connection: sqlite3.Connection, message_id: MessageId, state: str, reason: str | None, at: int
) -> None:
    connection.execute(
        "UPDATE entries SET state = ?, reason = ?, ended_at = ? WHERE message_id = ?",
        (state, reason, at, message_id),
    )


def _read(message_id: MessageId, connection: sqlite3.Connection) -> Message | None:
    row = connection.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else _message_from(row, connection)


def _must_read(message_id: MessageId, connection: sqlite3.Connection) -> Message:
    return _message_from(connection.execute(f"{_MESSAGE} WHERE id = ?", (message_id,)).fetchone(), connection)


def _message_from(row: Row, connection: sqlite3.Connection) -> Message:
    entries = connection.execute(f"{_ENTRY} WHERE e.message_id = ? ORDER BY e.position", (row[0],))
    return Message(
        id=row[0],
        guild_id=row[1],
        channel_id=row[2],
        entries=tuple(_entry_from(entry) for entry in entries),
        sealed_at=from_us(row[3]),
        state=MessageState(row[4]),
        attempts=row[5],
        first_try_at=from_us_or_none(row[6]),
        next_try_at=from_us_or_none(row[7]),
        discord_message_id=row[8],
        sent_at=from_us_or_none(row[9]),
        error=row[10],
    )


def _entry_from(row: Row) -> OutboxEntry:
    kind = EntryKind(row[1])
    return OutboxEntry(
        id=row[0],
        kind=kind,
        guild_id=row[2],
        channel_id=row[3],
        subscription_id=row[4],
        content=_CONTENT[kind](row[5], row[8]),
        created_at=from_us(row[6]),
        not_before=from_us(row[7]),
    )


def _alert_content(stored: str, _: int | None) -> AlertContent:
    return _ALERT.decode(stored)


def _summary_content(stored: str, counted: int | None) -> SummaryContent:
    content = _SUMMARY.decode(stored)
    return content if counted is None else replace(content, count=counted)


_CONTENT: dict[EntryKind, Callable[[str, int | None], AlertContent | SummaryContent]] = {
    EntryKind.ALERT: _alert_content,
    EntryKind.SUMMARY: _summary_content,
}
