"""Public answers and the posts they show, so that a take-down reaches them like any sent message.

A public answer is a message that was sent and has no entries: a redraw deletes it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from bot.core.models import ChannelId, GuildId, MessageId, PostKey
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.moderation.moderation import hidden_among
from bot.storage.sql.outbox.edits import request_edit

_KNOWN = "SELECT id FROM messages WHERE discord_message_id = ? AND guild_id = ?"
_INSERT = """
INSERT INTO messages (id, guild_id, channel_id, sealed_at, state, discord_message_id, sent_at, ended_at)
VALUES (?1, ?2, ?3, ?4, 'sent', ?5, ?4, ?4)
"""


class PublicAnswerStore(Store):
    """Public answers and the posts that they show."""

    async def remember_answer(
        self,
        message_id: MessageId,
        guild_id: GuildId,
        channel_id: ChannelId,
        discord_message_id: int,
        keys: Collection[PostKey],
        now: datetime,
        *,
        before: bool = False,
    ) -> None:
        """Record the posts that a public answer shows now, so that ``hide`` removes it like a sent message.

        ``message_id``: id of the message row, where the answer is new. ``before``: it is about to show them;
        posts recorded earlier stay recorded. A post that was hidden meanwhile removes the answer at once.
        """
        work = partial(_remember, message_id, guild_id, channel_id, discord_message_id, keys, now, before)
        await self._database.write(work, durable=False)


def _remember(
    message_id: MessageId,
    guild_id: GuildId,
    channel_id: ChannelId,
    discord_message_id: int,
    keys: Collection[PostKey],
    now: datetime,
    before: bool,
    tx: Tx,
) -> None:
    known = tx.execute(_KNOWN, (discord_message_id, guild_id)).fetchone()
    if known is None:
        tx.execute(_INSERT, (message_id, guild_id, channel_id, to_us(now), discord_message_id))
    else:  # another page of the same answer
        message_id = MessageId(known["id"])
        if not before:
            tx.execute("DELETE FROM answer_posts WHERE message_id = ?", (message_id,))
    tx.executemany(
        "INSERT INTO answer_posts (post_key, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, message_id) for key in set(keys)],
    )
    if hidden_among(tx, [guild_id], keys):
        request_edit(tx, message_id, now, urgent=True)
