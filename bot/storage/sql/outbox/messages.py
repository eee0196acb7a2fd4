"""Sealed messages: claimed, tried, and confirmed, put off, given up or uncertain."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.core.errors import StalePlan
from bot.core.leases import CLOCK_STEP, LONGEST_LEASE
from bot.core.models import ChannelId, Failure, Message, MessageId, SentFile
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import json_list, to_us
from bot.storage.sql.mapping.outbox import files_json, must_read_message, read_message
from bot.storage.sql.outbox.channel_troubles import clear_channel_troubles, clear_unreachable
from bot.storage.sql.outbox.endings import end_entries, give_up, mark_uncertain
from bot.storage.sql.outbox.forums import stands_in
from bot.storage.sql.outbox.history_gate import history_known

# Only the oldest unfinished message of a channel; until its next try the whole channel waits. A message that is
# aside blocks no other. ?4 and ?5: a message put off, or claimed, later than this was written while the clock was
# ahead.
_CLAIMABLE = f"""
SELECT m.id, m.channel_id FROM messages m
WHERE m.state = 'sealed' AND {history_known("m.channel_id")}
  AND (m.next_try_at <= ?1 OR coalesce(m.put_off_at, m.sealed_at) > ?4)
  AND (m.claimed_until IS NULL OR m.claimed_until <= ?1 OR m.claimed_until > ?5)
  AND m.channel_id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(?2))
  AND (m.aside_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM messages o WHERE o.channel_id = m.channel_id AND o.state = 'sealed' AND o.aside_at IS NULL
      AND (o.sealed_at < m.sealed_at OR (o.sealed_at = m.sealed_at AND o.id < m.id))))
ORDER BY m.aside_at IS NOT NULL, m.sealed_at, m.id LIMIT ?3
"""  # noqa: S608 - constants only

# Refused when the message was finished or put off meanwhile, or another process holds an unexpired lease.
_BEGIN_TRY = """
UPDATE messages SET attempts = attempts + 1, first_try_at = coalesce(first_try_at, ?1)
WHERE id = ?2 AND state = 'sealed'
  AND (claim = ?3 OR (next_try_at <= ?1 AND (claim IS NULL OR claimed_until <= ?1)))
"""

_CONFIRM = """
UPDATE messages SET state = 'sent', discord_message_id = ?1, sent_at = ?2, ended_at = ?2, next_try_at = NULL,
  claim = NULL, claimed_until = NULL, files = ?4
WHERE id = ?3 AND state <> 'sent'
"""
# By the id at Discord, which grows with time and has an index.
_SENT_AFTER = """
SELECT id FROM messages WHERE discord_message_id > ?1 AND state = 'sent' AND removed_at IS NULL
ORDER BY discord_message_id DESC LIMIT ?2
"""
_RETRY_LATER = """
UPDATE messages SET next_try_at = ?1, error = ?2, error_code = ?7, put_off_at = ?4, claim = NULL,
  claimed_until = NULL,
  first_try_at = CASE WHEN ?5 = 1 THEN NULL ELSE first_try_at END,
  aside_at = CASE WHEN ?6 = 1 THEN coalesce(aside_at, ?4) ELSE aside_at END
WHERE id = ?3 AND state = 'sealed'
"""
_ENTRIES_APART = """
UPDATE entries SET state = 'waiting', message_id = NULL, position = NULL, alone = 1, not_before = ?1
WHERE message_id = ?2 AND state = 'sealed'
"""


class MessageStore(Store):
    """Sealed messages: claimed, tried, and confirmed, put off, given up or uncertain."""

    async def claim(
        self, now: datetime, *, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Message]:
        """Claim SEALED messages with a due try and no claim, oldest first, one for each channel.

        Channels in ``skip`` are left out.
        """
        lease_ends = now + timedelta(seconds=lease_s)
        work = partial(_claim, self._database.holder, now, lease_ends, limit, json_list(skip))
        return await self._database.write(work, durable=False)

    async def begin_try(self, message_id: MessageId, now: datetime) -> Message:
        """Record that a try begins, on disk before anything is sent: ``attempts`` + 1, ``first_try_at`` set once.

        Raises ``StalePlan`` when the message is finished, put off, or claimed by another process.
        """
        work = partial(_begin_try, self._database.holder, message_id, now)
        # Beside polls, so that they need not wait for its sync: it changes one row, which none of them uses.
        return await self._database.write(work, alone=False)

    async def confirm(
        self,
        message_id: MessageId,
        discord_message_id: int,
        now: datetime,
        *,
        thread_id: int | None = None,
        files: Sequence[SentFile] = (),
    ) -> None:
        """Set a message to SENT, from any state, and its entries too. The first confirmation stands.

        ``thread_id``: the forum post that it opened; with one post a topic, later messages of the topic use that
        post. ``files``: those that it has at Discord.
        """
        # A confirmation lost in a power failure leaves a try without an answer, which delivery looks up before it
        # resends.
        work = partial(_confirm, message_id, discord_message_id, now, thread_id, files_json(files))
        await self._database.write(work, durable=False)

    async def retry_later(
        self,
        message_id: MessageId,
        at: datetime,
        failure: Failure,
        now: datetime | None = None,
        *,
        untried: bool = False,
        aside: bool = False,
    ) -> None:
        """Put the next try of a SEALED message off to ``at`` and give the claim back.

        ``now``: the time of this call; if the clock proves to have been ahead then, the message is due at once.
        ``untried``: no try can have arrived. ``aside``: from now on the message blocks no other message of its
        channel.
        """
        put_off_at = None if now is None else to_us(now)
        values = (to_us(at), failure.detail, message_id, put_off_at, untried, aside, failure.code)
        await self._database.write(partial(_retry_later, values), durable=False)

    async def take_apart(self, message_id: MessageId, now: datetime) -> None:
        """Set each entry of a SEALED message to wait for a message of its own, and delete the message.

        Only for a message that is known not to have arrived.
        """
        await self._database.write(partial(_take_apart, message_id, now))

    async def give_up(self, message_id: MessageId, failure: Failure, now: datetime) -> None:
        """Give a message up; its failure stays stored."""
        await self._database.write(partial(_give_up, message_id, failure, now))

    async def mark_uncertain(self, message_id: MessageId, failure: Failure, now: datetime) -> None:
        """Set a message to UNCERTAIN: it may have arrived, and a person decides."""
        await self._database.write(partial(_mark_uncertain, message_id, failure, now))

    async def renew(self, message_ids: Collection[MessageId], now: datetime, *, lease_s: float) -> None:
        """Extend this process's claims on messages and redraws that it still works on."""
        until = to_us(now + timedelta(seconds=lease_s))
        rows = [(until, message_id, self._database.holder) for message_id in message_ids]

        def work(tx: Tx) -> None:
            for table, column in (("messages", "id"), ("redraws", "message_id")):
                tx.executemany(
                    f"UPDATE {table} SET claimed_until = ? WHERE {column} = ? AND claim = ?",  # noqa: S608
                    rows,
                )

        await self._database.write(work, durable=False)

    async def get(self, message_id: MessageId) -> Message | None:
        """One message with its entries, in any state."""
        return await self._database.read(partial(read_message, message_id))

    async def sent_after(self, discord_message_id: int, limit: int) -> list[Message]:
        """The newest messages that Discord gave a higher id, without removed ones."""
        return await self._database.read(partial(_sent_after, discord_message_id, limit))


def _claim(holder: str, now: datetime, lease_ends: datetime, limit: int, skip: str, tx: Tx) -> list[Message]:
    at, ahead = to_us(now), to_us(now + CLOCK_STEP)
    longest = to_us(now + LONGEST_LEASE)
    first: dict[int, str] = {}  # one for each channel
    for message_id, channel_id in tx.execute(_CLAIMABLE, (at, skip, limit, ahead, longest)):
        first.setdefault(channel_id, message_id)
    ids = [MessageId(message_id) for message_id in first.values()]
    tx.executemany(
        "UPDATE messages SET claim = ?, claimed_until = ? WHERE id = ?",
        [(holder, to_us(lease_ends), message_id) for message_id in ids],
    )
    return [must_read_message(message_id, tx) for message_id in ids]


def _sent_after(discord_message_id: int, limit: int, tx: Tx) -> list[Message]:
    rows = tx.execute(_SENT_AFTER, (discord_message_id, limit)).fetchall()
    return [must_read_message(row["id"], tx) for row in rows]


def _begin_try(holder: str, message_id: MessageId, now: datetime, tx: Tx) -> Message:
    if tx.execute(_BEGIN_TRY, (to_us(now), message_id, holder)).rowcount != 1:
        msg = f"message {message_id} is finished, put off or somebody else's"
        raise StalePlan(msg)
    return must_read_message(message_id, tx)


def _confirm(
    message_id: MessageId,
    discord_message_id: int,
    now: datetime,
    thread_id: int | None,
    files: str | None,
    tx: Tx,
) -> None:
    """Set a message to SENT from any state, since Discord has it. The first confirmation stands."""
    at = to_us(now)
    if tx.execute(_CONFIRM, (discord_message_id, at, message_id, files)).rowcount:
        if thread_id is not None:
            stands_in(tx, message_id, thread_id)
        end_entries(tx, message_id, "sent", None, now)
        clear_channel_troubles(tx, message_id)


def _retry_later(values: tuple[object, ...], tx: Tx) -> None:
    tx.execute(_RETRY_LATER, values)


def _take_apart(message_id: MessageId, now: datetime, tx: Tx) -> None:
    tx.execute(_ENTRIES_APART, (to_us(now), message_id))
    tx.execute("DELETE FROM messages WHERE id = ?", (message_id,))


def _give_up(message_id: MessageId, failure: Failure, now: datetime, tx: Tx) -> None:
    if give_up(tx, message_id, failure, now):
        clear_unreachable(tx, message_id)


def _mark_uncertain(message_id: MessageId, failure: Failure, now: datetime, tx: Tx) -> None:
    """Set a message to UNCERTAIN. Its entries stay sealed until a person decides."""
    if mark_uncertain(tx, message_id, failure, now):
        clear_unreachable(tx, message_id)
