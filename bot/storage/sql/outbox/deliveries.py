"""States of a server's deliveries, and the decisions of a person about one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.core.models import ChannelQueue, Deliveries, GuildId, Message, MessageId
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import from_us, to_us
from bot.storage.sql.mapping.outbox import failure_from, must_read_message, read_message

# A waiting entry has a subscription or digest that is not removed. Those give the server's channels without a
# scan of all servers' entries. CROSS JOIN fixes the order.
_QUEUES = """
SELECT e.channel_id, count(*), min(e.created_at), min(e.not_before)
FROM (SELECT channel_id FROM subscriptions WHERE guild_id = ?1 AND removed_at IS NULL
      UNION SELECT channel_id FROM digests WHERE guild_id = ?1 AND removed_at IS NULL) s
CROSS JOIN entries e ON e.channel_id = s.channel_id AND e.state = 'waiting'
WHERE e.guild_id = ?1 GROUP BY e.channel_id ORDER BY min(e.created_at), e.channel_id
"""
_ON_THE_WAY = """
SELECT id FROM messages WHERE guild_id = ? AND state = 'sealed' ORDER BY sealed_at, id LIMIT ?
"""
# Both states are named, so that SQLite uses the index messages_in_trouble. Newest first.
_IN_TROUBLE = """
SELECT id FROM messages WHERE guild_id = ? AND state IN ('uncertain', 'given_up') AND state = ?
ORDER BY ended_at DESC NULLS LAST, id LIMIT ?
"""
_TAKE_DOWNS = """
SELECT m.id, r.error, r.error_code FROM redraws r CROSS JOIN messages m ON m.id = r.message_id
WHERE m.guild_id = ? AND r.urgent = 1 AND r.error IS NOT NULL
ORDER BY coalesce(r.ended_at, r.put_off_at) DESC NULLS LAST, m.id LIMIT ?
"""

# The message arrived with one of its tries; which one is unknown, and the time of the first is used.
_MARK_DELIVERED = """
UPDATE messages SET state = 'sent', sent_at = coalesce(first_try_at, ?1), ended_at = ?1, next_try_at = NULL,
  claim = NULL, claimed_until = NULL
WHERE id = ?2 AND state = 'uncertain'
"""
_ENTRIES_DELIVERED = """
UPDATE entries SET state = 'sent', reason = NULL, reason_code = NULL, ended_at = ?
WHERE message_id = ? AND state = 'sealed'
"""

# sealed_at is set anew: the message goes behind those that the channel has under way, and the delivery horizon,
# which is counted from sealed_at, begins again.
_REQUEUE = """
UPDATE messages SET state = 'sealed', sealed_at = ?1, attempts = 0, first_try_at = NULL, next_try_at = ?1,
  ended_at = NULL, error = NULL, error_code = NULL, claim = NULL, claimed_until = NULL
WHERE id = ?2 AND state IN ('uncertain', 'given_up')
"""
_REQUEUE_ENTRIES = """
UPDATE entries SET state = 'sealed', reason = NULL, reason_code = NULL, ended_at = NULL
WHERE message_id = ? AND state IN ('sealed', 'given_up')
"""


class DeliveryStore(Store):
    """States of a server's deliveries, and the decisions of a person about one."""

    async def of_guild(self, guild_id: GuildId, *, limit: int = 25) -> Deliveries:
        """States of a server's deliveries, at most ``limit`` messages of each state."""
        return await self._database.ask(partial(_deliveries, guild_id, limit))

    async def mark_delivered(self, message_id: MessageId, now: datetime) -> bool:
        """Set an UNCERTAIN message to SENT without a message id, as a person says. False: it is not UNCERTAIN."""
        return await self._database.write(partial(_mark_delivered, message_id, to_us(now)))

    async def requeue(self, message_id: MessageId, now: datetime) -> bool:
        """Send an UNCERTAIN or GIVEN_UP message again, as a person asks, whatever the result of earlier tries.

        It is SEALED anew and due now, with no tries on record. False: it is in another state, or holds nothing.
        """
        return await self._database.write(partial(_requeue, message_id, to_us(now)))


def _deliveries(guild_id: GuildId, limit: int, tx: Tx) -> Deliveries:
    return Deliveries(
        waiting=tuple(_queues(guild_id, tx)),
        on_the_way=_messages(tx, _ON_THE_WAY, guild_id, limit),
        uncertain=_messages(tx, _IN_TROUBLE, guild_id, "uncertain", limit),
        given_up=_messages(tx, _IN_TROUBLE, guild_id, "given_up", limit),
        take_downs=tuple(_take_downs(guild_id, limit, tx)),
    )


def _queues(guild_id: GuildId, tx: Tx) -> Iterable[ChannelQueue]:
    for channel_id, entries, oldest_at, until in tx.execute(_QUEUES, (guild_id,)):
        yield ChannelQueue(
            channel_id=channel_id, entries=entries, oldest_at=from_us(oldest_at), until=from_us(until)
        )


def _messages(tx: Tx, sql: str, *values: str | int) -> tuple[Message, ...]:
    ids = [message_id for (message_id,) in tx.execute(sql, values)]
    return tuple(must_read_message(message_id, tx) for message_id in ids)


def _take_downs(guild_id: GuildId, limit: int, tx: Tx) -> Iterable[Message]:
    """Messages with a failed take-down edit; ``failure`` is that of the edit, not of the message."""
    for message_id, error, code in tx.execute(_TAKE_DOWNS, (guild_id, limit)).fetchall():
        yield replace(must_read_message(message_id, tx), failure=failure_from(error, code))


def _mark_delivered(message_id: MessageId, at: int, tx: Tx) -> bool:
    if tx.execute(_MARK_DELIVERED, (at, message_id)).rowcount != 1:
        return False
    tx.execute(_ENTRIES_DELIVERED, (at, message_id))
    return True


def _requeue(message_id: MessageId, at: int, tx: Tx) -> bool:
    message = read_message(message_id, tx)
    # A hidden post must not be sent, and a message that holds nothing else cannot be drawn.
    if message is None or message.is_empty:
        return False
    if tx.execute(_REQUEUE, (at, message_id)).rowcount != 1:
        return False
    tx.execute(_REQUEUE_ENTRIES, (message_id,))
    return True
