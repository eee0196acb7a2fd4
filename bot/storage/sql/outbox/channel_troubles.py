"""Refusals of channels by Discord, and notices to people whose subscriptions were paused by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.core.models import ChannelId, GuildId, MessageId, Pausable, PauseNotice, PauseReason, UserId
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import SUBSCRIPTION, from_us, subscription_from, to_us
from bot.storage.sql.mapping.digests import DIGEST, digest_from

# A stored time in the future was written while the clock was ahead.
_MARK_UNREACHABLE = """
INSERT INTO channel_troubles (channel_id, guild_id, lost_since) VALUES (?1, ?2, ?3)
ON CONFLICT (channel_id) DO UPDATE SET
  lost_since = CASE WHEN channel_troubles.lost_since < ?3 THEN channel_troubles.lost_since ELSE ?3 END
RETURNING lost_since
"""
_COUNT_REFUSAL = """
INSERT INTO channel_troubles (channel_id, guild_id, refusals) VALUES (?, ?, 1)
ON CONFLICT (channel_id) DO UPDATE SET refusals = channel_troubles.refusals + 1
RETURNING refusals
"""
_NOTICE = """
INSERT INTO pause_notices (user_id, guild_id, channel_id, why, since) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (user_id, guild_id, channel_id) DO UPDATE SET why = excluded.why, since = excluded.since
"""
# One notice for all that a person lost together: due when the last loss is older than ?1, or the first older than
# ?2.
_DUE = """
SELECT user_id, guild_id, why, json_group_array(channel_id) FROM pause_notices
GROUP BY user_id, guild_id, why HAVING max(since) <= ?1 OR min(since) <= ?2
ORDER BY min(since), user_id, guild_id, why
"""
_PAUSED_SUBSCRIPTIONS = f"""{SUBSCRIPTION}
WHERE s.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND s.created_by = ?2 AND s.paused = ?3
  AND s.guild_id = ?4 AND s.removed_at IS NULL ORDER BY s.channel_id, s.id
"""  # noqa: S608 - constants only
_PAUSED_DIGESTS = f"""{DIGEST}
WHERE d.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND d.created_by = ?2 AND d.paused = ?3
  AND d.guild_id = ?4 AND d.removed_at IS NULL ORDER BY d.channel_id, d.id
"""  # noqa: S608 - constants only


class ChannelTroubleStore(Store):
    """Channels that refuse messages, and notices to people whose subscriptions were paused for that."""

    async def mark_unreachable(self, guild_id: GuildId, channel_id: ChannelId, now: datetime) -> datetime:
        """Mark a channel that Discord reports as unknown; returns since when, with no message settled since."""

        def work(tx: Tx) -> datetime:
            row = tx.execute(_MARK_UNREACHABLE, (channel_id, guild_id, to_us(now))).fetchone()
            return from_us(row["lost_since"])

        return await self._database.write(work, durable=False)

    async def count_refusal(self, guild_id: GuildId, channel_id: ChannelId) -> int:
        """Count a message that a channel refused; returns the refusals since it last accepted one."""

        def work(tx: Tx) -> int:
            refusals: int = tx.execute(_COUNT_REFUSAL, (channel_id, guild_id)).fetchone()["refusals"]
            return refusals

        return await self._database.write(work, durable=False)

    async def due_pause_notices(self, calm_since: datetime, first_before: datetime) -> list[PauseNotice]:
        """Notices due for still paused items of ``pause_channel``: one for each person, server and reason.

        A notice holds everything that a person lost together. It is due when nothing more was lost since
        ``calm_since``, or the first loss was at ``first_before`` or earlier.
        """
        return await self._database.read(partial(_due, calm_since, first_before))

    async def pause_notice_sent(self, notice: PauseNotice) -> None:
        """Delete a notice: it was sent, or its person cannot be reached."""

        def work(tx: Tx) -> None:
            tx.executemany(
                "DELETE FROM pause_notices WHERE user_id = ? AND guild_id = ? AND channel_id = ?",
                [(notice.user_id, notice.guild_id, channel_id) for channel_id in notice.channels],
            )

        await self._database.write(work, durable=False)


def clear_channel_troubles(tx: Tx, message_id: MessageId) -> None:
    """Clear the troubles of a message's channel, and of its forum post: Discord accepted the message."""
    tx.execute(
        "DELETE FROM channel_troubles WHERE channel_id IN "
        "(SELECT channel_id FROM messages WHERE id = ?1 UNION SELECT thread_id FROM messages WHERE id = ?1)",
        (message_id,),
    )


def clear_unreachable(tx: Tx, message_id: MessageId) -> None:
    """Clear the unreachable mark of a message's channel: a later refusal counts as a first one."""
    tx.execute(
        "UPDATE channel_troubles SET lost_since = NULL "
        "WHERE channel_id = (SELECT channel_id FROM messages WHERE id = ?)",
        (message_id,),
    )


def note_pause(
    tx: Tx,
    channel_id: ChannelId,
    why: PauseReason,
    paused: Sequence[Pausable],
    now: datetime,
) -> None:
    """Add a notice for each person who made a subscription or digest that was paused in the channel."""
    tx.execute("DELETE FROM channel_troubles WHERE channel_id = ?", (channel_id,))
    theirs = {(one.created_by, one.guild_id) for one in paused}
    tx.executemany(
        _NOTICE, [(user_id, guild_id, channel_id, why, to_us(now)) for user_id, guild_id in sorted(theirs)]
    )


def _due(calm_since: datetime, first_before: datetime, tx: Tx) -> list[PauseNotice]:
    rows = tx.execute(_DUE, (to_us(calm_since), to_us(first_before))).fetchall()
    return [
        PauseNotice(
            user_id=UserId(user_id),
            guild_id=GuildId(guild_id),
            why=PauseReason(why),
            channels=_channels(tx, user_id, guild_id, why),
            paused=_still_paused(tx, channels, user_id, why, guild_id),
        )
        for user_id, guild_id, why, channels in rows
    ]


def _channels(tx: Tx, user_id: int, guild_id: int, why: str) -> tuple[ChannelId, ...]:
    rows = tx.execute(
        "SELECT channel_id FROM pause_notices WHERE user_id = ? AND guild_id = ? AND why = ? ORDER BY since",
        (user_id, guild_id, why),
    )
    return tuple(ChannelId(row["channel_id"]) for row in rows)


def _still_paused(tx: Tx, channels: str, user_id: int, why: str, guild_id: int) -> tuple[Pausable, ...]:
    """Subscriptions and digests that are still paused; some may have been resumed or removed meanwhile."""
    values = (channels, user_id, why, guild_id)
    return (
        *(subscription_from(row) for row in tx.execute(_PAUSED_SUBSCRIPTIONS, values)),
        *(digest_from(row) for row in tx.execute(_PAUSED_DIGESTS, values)),
    )
