"""Forum channels: their posting mode, and the forum post of each topic."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from bot.core.models import ChannelId, GuildId, Message, MessageId, OutboxEntry, PostsBy
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import to_json, to_us
from bot.storage.sql.mapping.outbox import must_read_message

_KNOW = """
INSERT INTO forums (channel_id, guild_id, posts_by) VALUES (?1, ?2, coalesce(?3, ?4))
ON CONFLICT (channel_id) DO UPDATE SET posts_by = coalesce(?3, forums.posts_by) RETURNING posts_by
"""
_POST_OF = "SELECT thread_id FROM forum_posts WHERE channel_id = ? AND topic_key = ?"
_REMEMBER = """
INSERT INTO forum_posts (channel_id, topic_key, thread_id) VALUES (?, ?, ?)
ON CONFLICT (channel_id, topic_key) DO UPDATE SET thread_id = excluded.thread_id
"""
_OF_OTHERS = """
SELECT DISTINCT thread_id FROM messages WHERE channel_id = (SELECT channel_id FROM messages WHERE id = ?1)
  AND id <> ?1 AND thread_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?2))
"""
_LEAVE = """
UPDATE messages SET thread_id = NULL, first_try_at = NULL, next_try_at = ?1, claim = NULL, claimed_until = NULL
WHERE id = ?2 AND state = 'sealed'
"""


class ForumStore(Store):
    """Forum channels: their posting mode, and the forum posts that hold messages."""

    async def know_forum(self, guild_id: GuildId, channel_id: ChannelId, posts_by: PostsBy | None) -> PostsBy:
        """Record a forum channel; returns its posting mode.

        ``posts_by`` None: the stored mode, at first one post for each topic. Sealed messages keep the mode they
        were sealed with.
        """
        return await self._database.write(lambda tx: record_forum(tx, guild_id, channel_id, posts_by))

    async def are_of_others(self, message_id: MessageId, thread_ids: Collection[int]) -> bool:
        """Whether each of these forum posts is known to hold another message, so that none can hold this one."""
        wanted = set(thread_ids)
        values = (message_id, to_json(sorted(wanted)))

        def work(tx: Tx) -> bool:
            return len(tx.execute(_OF_OTHERS, values).fetchall()) == len(wanted)

        return await self._database.read(work)

    async def leave_post(self, message_id: MessageId, now: datetime) -> None:
        """Detach a SEALED message from a forum post that is deleted or locked and does not hold it.

        The message opens a new post, due now, and later messages of the topic use that one.
        """
        await self._database.write(partial(_leave_post, message_id, now))


def record_forum(tx: Tx, guild_id: GuildId, channel_id: ChannelId, posts_by: PostsBy | None) -> PostsBy:
    """Record a forum channel; returns its posting mode. ``posts_by`` None: the stored mode, at first by topic."""
    values = (channel_id, guild_id, posts_by, PostsBy.TOPIC)
    return PostsBy(tx.execute(_KNOW, values).fetchone()["posts_by"])


def post_of(tx: Tx, entry: OutboxEntry) -> ChannelId | None:
    """Forum post of an entry; None where the channel is no forum, or the entry opens a new post."""
    if entry.posts_by is not PostsBy.TOPIC or entry.topic_key is None:
        return None
    row = tx.execute(_POST_OF, (entry.channel_id, entry.topic_key)).fetchone()
    return None if row is None else ChannelId(row["thread_id"])


def stands_in(tx: Tx, message_id: MessageId, thread_id: int) -> None:
    """Record that a message opened a forum post; with one post a topic, later messages of the topic use it."""
    tx.execute("UPDATE messages SET thread_id = ? WHERE id = ?", (thread_id, message_id))
    message = must_read_message(message_id, tx)
    if message.forum is not None and message.forum.posts_by is PostsBy.TOPIC and message.topic_key is not None:
        tx.execute(_REMEMBER, (message.channel_id, message.topic_key, thread_id))


def _leave_post(message_id: MessageId, now: datetime, tx: Tx) -> None:
    message: Message = must_read_message(message_id, tx)
    tx.execute(
        "DELETE FROM forum_posts WHERE channel_id = ? AND thread_id = ?", (message.channel_id, message.destination)
    )
    tx.execute("DELETE FROM channel_troubles WHERE channel_id = ?", (message.destination,))
    tx.execute(_LEAVE, (to_us(now), message_id))
