"""The outbox: entries wait until they are sealed into a message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.core.identity.marks import may_have_been_sent
from bot.core.leases import CLOCK_STEP
from bot.core.models import ChannelId, Message, MessageId, OutboxEntry
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import from_us_or_none, json_list, to_us
from bot.storage.sql.mapping.outbox import ENTRY, content_json, entry_from, read_message
from bot.storage.sql.outbox.endings import mark_uncertain
from bot.storage.sql.outbox.forums import post_of
from bot.storage.sql.outbox.history_gate import UNREAD_FAILURE, history_known, is_unreadable
from bot.storage.sql.outbox.mentions import claim_mentions
from bot.storage.sql.outbox.summaries import move_to_summary
from bot.storage.sql.quiet_hours import defer_to_quiet_end

# A channel's messages are sent in order: while one is under way, no further one is sealed.
_FREE_CHANNEL = (
    "e.channel_id NOT IN (SELECT m.channel_id FROM messages m WHERE m.state = 'sealed' AND m.aside_at IS NULL)"
)
# After a restore, until the channel's history since the copy was read, nothing of it goes out.
_HISTORY_KNOWN = history_known("e.channel_id")
# ?3: an entry decided later than this was written while the clock was ahead; it is due now.
_DUE = "(e.not_before <= ?1 OR e.created_at > ?3)"

_WAITING_CHANNELS = f"""
SELECT e.channel_id FROM entries e
WHERE e.state = 'waiting' AND {_DUE} AND {_FREE_CHANNEL} AND {_HISTORY_KNOWN}
  AND e.channel_id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(?2))
GROUP BY e.channel_id ORDER BY min(e.not_before), e.channel_id LIMIT ?4
"""  # noqa: S608 - constants only
_WAITING = f"""{ENTRY}
WHERE e.channel_id = ?2 AND e.state = 'waiting' AND {_DUE} ORDER BY e.created_at, e.id
"""
_SUMMARIES = f"{ENTRY} WHERE e.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND e.kind = 'summary'"  # noqa: S608

_NEXT_SEND = f"""
SELECT min(at) FROM (
  SELECT min(e.not_before) AS at FROM entries e WHERE e.state = 'waiting' AND {_FREE_CHANNEL}
  UNION ALL
  SELECT min(CASE WHEN claimed_until > next_try_at THEN claimed_until ELSE next_try_at END)
  FROM messages WHERE state = 'sealed') times
"""  # noqa: S608 - constants only


class EntryStore(Store):
    """Entries of the outbox until they are sealed into a message."""

    async def waiting(
        self, now: datetime, *, channels: int = 200, skip: Collection[ChannelId] = ()
    ) -> dict[ChannelId, list[OutboxEntry]]:
        """Unsealed entries that may be sent now, by channel, oldest first; channels with the longest wait first.

        At most ``channels`` of them. Channels in ``skip`` and those with an unfinished message are left out: a
        channel's messages are sent in order, and a slow channel uses no slot of another. A SUMMARY's ``count`` is
        the number of its alerts at this moment.
        """
        return await self._database.read(partial(_waiting, now, channels, json_list(skip)))

    async def seal(
        self,
        message_id: MessageId,
        entries: Sequence[OutboxEntry],
        now: datetime,
        *,
        lease_s: float,
        mention_interval: timedelta = timedelta(0),
    ) -> Message | None:
        """Bind entries to a message for good and claim it.

        The roles of its alerts and digests are mentioned, unless the role was mentioned in the channel less than
        ``mention_interval`` ago. None when an entry is no longer waiting, the channel has an unfinished message,
        or its quiet hours have begun (waiting entries are then put off until they end).
        """
        lease_ends = now + timedelta(seconds=lease_s)
        work = partial(_seal, self._database.holder, message_id, entries, now, lease_ends, mention_interval)
        # Not durable by itself: begin_try syncs before anything is sent, and that sync covers this commit.
        return await self._database.write(work, durable=False)

    async def move_to_summary(self, entries: Sequence[OutboxEntry], now: datetime) -> None:
        """Move waiting alerts into their subscription's CATCH_UP summary instead of sending each.

        The summary may be sent now. Entries that are no longer waiting stay as they are.
        """

        def work(tx: Tx) -> None:
            for entry in entries:
                move_to_summary(tx, entry, now)

        await self._database.write(work, durable=False)

    async def next_send_at(self) -> datetime | None:
        """Earliest time at which a waiting entry or message may be sent; None when nothing waits."""

        def work(tx: Tx) -> datetime | None:
            (earliest,) = tx.execute(_NEXT_SEND).fetchone()
            return from_us_or_none(earliest)

        return await self._database.read(work)


def _waiting(now: datetime, limit: int, skip: str, tx: Tx) -> dict[ChannelId, list[OutboxEntry]]:
    at, ahead = to_us(now), to_us(now + CLOCK_STEP)
    channels = [row["channel_id"] for row in tx.execute(_WAITING_CHANNELS, (at, skip, ahead, limit))]
    return {
        channel: [entry_from(row) for row in tx.execute(_WAITING, (at, channel, ahead))] for channel in channels
    }


def _seal(
    holder: str,
    message_id: MessageId,
    entries: Sequence[OutboxEntry],
    now: datetime,
    lease_ends: datetime,
    mention_interval: timedelta,
    tx: Tx,
) -> Message | None:
    first = _one_channel(entries)
    ids = [entry.id for entry in entries]
    if _may_have_been_sent(tx, message_id, entries, now):
        return None
    # Quiet hours can begin, or be set, while an entry waits.
    if defer_to_quiet_end(tx, first.channel_id, now) or not _may_seal(tx, ids, first.channel_id):
        return None
    _freeze_summaries(tx, ids)
    mentions = claim_mentions(tx, first.channel_id, entries, mention_interval, now)
    _insert_message(tx, message_id, entries, now, json_list(mentions))
    tx.execute(
        "UPDATE messages SET claim = ?, claimed_until = ? WHERE id = ?", (holder, to_us(lease_ends), message_id)
    )
    return read_message(message_id, tx)


def _insert_message(
    tx: Tx, message_id: MessageId, entries: Sequence[OutboxEntry], now: datetime, mentions: str
) -> None:
    """Bind entries to a new message."""
    first, at = entries[0], to_us(now)
    tx.execute(
        "INSERT INTO messages (id, guild_id, channel_id, sealed_at, state, next_try_at, mentions, posts_by, "
        "thread_id) VALUES (?, ?, ?, ?, 'sealed', ?, ?, ?, ?)",
        (message_id, first.guild_id, first.channel_id, at, at, mentions, first.posts_by, post_of(tx, first)),
    )
    tx.executemany(
        "UPDATE entries SET state = 'sealed', message_id = ?, position = ? WHERE id = ?",
        [(message_id, position, entry.id) for position, entry in enumerate(entries)],
    )


def _may_have_been_sent(tx: Tx, message_id: MessageId, entries: Sequence[OutboxEntry], now: datetime) -> bool:
    """Whether entries may have been sent before a restore, which a history that cannot be read does not tell.

    They are bound to a message that is UNCERTAIN from the start; a person decides.
    """
    restored_at = is_unreadable(tx, entries[0].channel_id)
    if restored_at is None:
        return False
    unclear = [one for one in entries if may_have_been_sent(one.content, restored_at)]
    if not unclear or not _may_seal(tx, [one.id for one in unclear], unclear[0].channel_id):
        return False
    _insert_message(tx, message_id, unclear, now, "[]")
    mark_uncertain(tx, message_id, UNREAD_FAILURE, now)
    return True


def _one_channel(entries: Sequence[OutboxEntry]) -> OutboxEntry:
    if not entries or len({entry.channel_id for entry in entries}) != 1:
        msg = "a message holds entries of one channel, at least one"
        raise ValueError(msg)
    return entries[0]


def _may_seal(tx: Tx, ids: Sequence[int], channel_id: ChannelId) -> bool:
    """Whether all entries are waiting and the channel has no unfinished message."""
    (waiting,) = tx.execute(
        "SELECT count(*) FROM entries "
        "WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND state = 'waiting' AND channel_id = ?",
        (json_list(ids), channel_id),
    ).fetchone()
    busy = tx.execute(
        "SELECT 1 FROM messages WHERE channel_id = ? AND state = 'sealed' AND aside_at IS NULL", (channel_id,)
    ).fetchone()
    return waiting == len(ids) and busy is None


def _freeze_summaries(tx: Tx, ids: Sequence[int]) -> None:
    """Write a summary's count into its content: from now on it is the count that was sent."""
    rows = tx.execute(_SUMMARIES, (json_list(ids),)).fetchall()
    tx.executemany(
        "UPDATE entries SET content = ? WHERE id = ?",
        [(content_json(entry_from(row).content), row["id"]) for row in rows],
    )
