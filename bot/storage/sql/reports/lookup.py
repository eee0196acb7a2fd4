"""Look-ups of messages by their Discord id and of posts by their link or id, as a person names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Final

from bot.core.models import (
    ChannelId,
    GuildId,
    Message,
    Network,
    OutboxEntry,
    PostKey,
    StoredPost,
)
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import STORED_POST_COLUMNS, json_list, stored_post_from
from bot.storage.sql.mapping.outbox import ENTRY, entry_from, must_read_message

# CROSS JOIN fixes the order: by key one look-up for each watch, by address the index on the URL in the bodies.
_BY_KEY = f"""
SELECT {STORED_POST_COLUMNS} FROM watches w
CROSS JOIN posts p ON p.watch_id = w.id AND p.post_key IN (SELECT value FROM json_each(?1))
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
"""  # noqa: S608 - constants only
_BY_URL = f"""
SELECT {STORED_POST_COLUMNS} FROM post_bodies b
CROSS JOIN posts p ON p.watch_id = b.watch_id AND p.post_key = b.post_key
CROSS JOIN watches w ON w.id = b.watch_id
WHERE json_extract(b.body, '$.url') = ?1
"""  # noqa: S608 - constants only
FOUND_MAX: Final = 100
"""Most posts returned for one address; a feed may list any number under the same one."""
_FOLLOWED = """
w.id IN (SELECT sw.watch_id FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
         WHERE s.guild_id = ?2 AND s.removed_at IS NULL
           AND (CAST(?3 AS TEXT) IS NULL OR s.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?3)))
         UNION SELECT dw.watch_id FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id
         WHERE d.guild_id = ?2 AND d.removed_at IS NULL
           AND (CAST(?3 AS TEXT) IS NULL OR d.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?3))))
"""
# Each branch uses an index; the newest 100 of the found entries are enough.
_ALERTED = f"""{ENTRY}
WHERE e.id IN (
  SELECT a.entry_id FROM alerts a WHERE a.post_key IN (SELECT value FROM json_each(?3))
  UNION SELECT p.entry_id FROM digest_posts p WHERE p.post_key IN (SELECT value FROM json_each(?3))
  UNION SELECT p.entry_id FROM digest_posts p WHERE p.url = ?2
  UNION SELECT t.id FROM entries t WHERE t.kind = 'alert' AND json_extract(t.content, '$.post.url') = ?2)
  AND e.guild_id = coalesce(?1, e.guild_id)
  AND (CAST(?4 AS TEXT) IS NULL OR e.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?4)))
ORDER BY e.id DESC LIMIT 100
"""  # noqa: S608 - constants only


class LookupStore(Store):
    """Messages by their id at Discord, and posts by their link or id."""

    async def sent_message(
        self,
        discord_message_id: int,
        guild_id: GuildId | None = None,
        channels: Collection[ChannelId] | None = None,
    ) -> Message | None:
        """Sent message with this Discord id, in these channels of a server (None: in any)."""
        return await self._database.ask(partial(_sent_message, discord_message_id, guild_id, _listed(channels)))

    async def find_posts(
        self, needle: str, guild_id: GuildId | None = None, channels: Collection[ChannelId] | None = None
    ) -> list[StoredPost]:
        """Stored or alerted posts whose key, canonical id or URL equals ``needle``, each identity once.

        ``guild_id``: only among topics that its subscriptions and digests listen to and posts that it was sent.
        ``channels``: only those of these channels of the server.
        """
        return await self._database.ask(partial(_find, needle, guild_id, _listed(channels)))


def _listed(channels: Collection[ChannelId] | None) -> str | None:
    """Channels for ``json_each``; None: any channel."""
    return None if channels is None else json_list(channels)


def _sent_message(
    discord_message_id: int, guild_id: GuildId | None, channels: str | None, tx: Tx
) -> Message | None:
    row = tx.execute(
        "SELECT id FROM messages WHERE discord_message_id = ?1 AND guild_id = coalesce(?2, guild_id) "
        "AND (CAST(?3 AS TEXT) IS NULL OR channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?3)))",
        (discord_message_id, guild_id, channels),
    ).fetchone()
    return None if row is None else must_read_message(row["id"], tx)


def _find(needle: str, guild_id: GuildId | None, channels: str | None, tx: Tx) -> list[StoredPost]:
    """Stored posts first, as they hold more than sent entries; each identity once."""
    keys = [needle, *(f"{network}:{needle}" for network in Network)]
    found: dict[PostKey, StoredPost] = {}
    for stored in (
        *_find_stored(needle, keys, guild_id, channels, tx),
        *_find_alerted(needle, keys, guild_id, channels, tx),
    ):
        found.setdefault(stored.post.key, stored)
    return list(found.values())


def _find_stored(
    needle: str, keys: list[str], guild_id: GuildId | None, channels: str | None, tx: Tx
) -> Iterable[StoredPost]:
    """Stored posts found by key and by address."""
    values: tuple[object, ...] = () if guild_id is None else (guild_id, channels)
    by_key = _BY_KEY if guild_id is None else f"{_BY_KEY} WHERE {_FOLLOWED}"
    by_url = _BY_URL if guild_id is None else f"{_BY_URL} AND {_FOLLOWED}"
    for sql, value in ((by_key, json_list(keys)), (by_url, needle)):
        for row in tx.execute(f"{sql} LIMIT {FOUND_MAX}", (value, *values)):
            yield stored_post_from(row)


def _find_alerted(
    needle: str, keys: list[str], guild_id: GuildId | None, channels: str | None, tx: Tx
) -> Iterable[StoredPost]:
    """Posts found in sent entries."""
    for row in tx.execute(_ALERTED, (guild_id, needle, json_list(keys), channels)):
        for shown in _shown_by(entry_from(row)):
            if shown.post.key in keys or shown.post.url == needle:
                yield shown


def _shown_by(entry: OutboxEntry) -> Iterator[StoredPost]:
    """Posts of an entry, as it shows them."""
    for post, source, observed_at in entry.content.posts():
        yield StoredPost(
            post=post, source=source, max_rp=post.rp, rp_at=observed_at, first_seen_at=entry.created_at
        )
