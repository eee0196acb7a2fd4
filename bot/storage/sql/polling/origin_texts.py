"""Original texts of posts that a trend page or a feed quotes (invariant 10)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.core.identity.origins import host_at, web_home_of
from bot.core.models import ChannelId, Post, PostKey, Watch, quoted_by
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import POST_COLUMNS, json_list, post_from

_AT_SPEAKER = (
    "SELECT id FROM watches WHERE topic_key = ? AND source = ? AND enabled = 1 AND next_poll_at IS NOT NULL"
)
_FEEDS = """
SELECT s.channel_id, w.id, w.target FROM json_each(?) c
CROSS JOIN subscriptions s ON s.channel_id = CAST(c.value AS BIGINT)
CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id
CROSS JOIN watches w ON w.id = sw.watch_id AND w.source = ? AND w.id <> ?
WHERE s.removed_at IS NULL AND s.paused IS NULL
"""
_POSTS = f"""
SELECT {POST_COLUMNS} FROM json_each(?) k CROSS JOIN posts p ON p.watch_id = ? AND p.post_key = k.value
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE p.gone_at IS NULL
"""  # noqa: S608 - constants only


def own_words(
    tx: Tx, watch: Watch, channels: Collection[ChannelId], keys: Iterable[PostKey]
) -> dict[tuple[ChannelId, PostKey], Post]:
    """Posts worded as in the source that ``watch`` quotes, and articles worded as in the feed of their own host.

    Articles only for channels that are subscribed to that feed: another channel's feed must not show (invariant
    10).
    """
    return {
        (channel, post.key): post
        for channel_id, watch_id, wanted in _watches_at_home(tx, watch, channels, list(keys))
        for post in map(post_from, tx.execute(_POSTS, (json_list(wanted), watch_id)))
        for channel in channel_id
    }


def _watches_at_home(
    tx: Tx, watch: Watch, channels: Collection[ChannelId], keys: list[PostKey]
) -> Iterator[tuple[Collection[ChannelId], int, list[PostKey]]]:
    """Channels, id of the watch with the original texts, and keys of those posts."""
    if (quoted := quoted_by(watch.source)) is not None:
        posts = [key for key in keys if key.startswith(f"{quoted.traits.network}:")]
        for (watch_id,) in tx.execute(_AT_SPEAKER, (watch.topic.key, quoted)).fetchall() if posts else ():
            yield channels, watch_id, posts
    if not watch.source.traits.lists_articles:
        return
    wanted = (json_list(channels), watch.source, watch.id)
    feeds = tx.execute(_FEEDS, wanted).fetchall() if channels else []
    if not feeds:
        return
    here, homes = host_at(watch.target or ""), {key: web_home_of(key) for key in keys}
    foreign = {home for home in homes.values() if home is not None} - {here}
    for channel, watch_id, target in feeds:
        if (host := host_at(target)) in foreign:
            yield (channel,), watch_id, [key for key, home in homes.items() if home == host]
