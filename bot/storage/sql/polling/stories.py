"""Stories: posts that new ones are compared with, posts counted in another alert, and splits by people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.alerting.folding import FOLD_FOR
from bot.core.errors import StalePlan
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    ChannelId,
    EntryId,
    FurtherPost,
    GuildId,
    PollPlan,
    Post,
    PostKey,
    RoleId,
    StoredPost,
    TopicKey,
    UserId,
    WatchId,
)
from bot.core.redaction import is_hidden
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import (
    POST_COLUMNS,
    STORED_POST_COLUMNS,
    from_us,
    json_list,
    post_from,
    stored_post_from,
    to_us,
)
from bot.storage.sql.moderation.moderation import hidden_among
from bot.storage.sql.polling.story_splits import channel_of_split, split_post, undo_split

RENEWED_EVERY: Final = timedelta(hours=1)
"""Least time between two numbers of a post: each makes plans stale for channels that have the post."""
READ_MAX: Final = 2_000
"""Posts that are read at once."""

_SINCE = f"""
SELECT s.seq, s.at, w.topic_key, {POST_COLUMNS}
FROM story_posts s CROSS JOIN watches w ON w.id = s.watch_id
CROSS JOIN posts p ON p.watch_id = s.watch_id AND p.post_key = s.post_key
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE s.seq > ? AND s.at > ? ORDER BY s.seq LIMIT ?
"""  # noqa: S608 - constants only
_LAST = "SELECT coalesce(max(seq), 0) AS last FROM story_posts"
# CROSS JOIN fixes the order: one key look-up for each listed post, then one for each alert of it.
_ALERTED = """
SELECT a.channel_id, a.post_key, coalesce(a.lead_key, a.post_key) AS lead_key, s.guild_id, s.role_id
FROM json_each(?1) k CROSS JOIN alerts a ON a.post_key = k.value
CROSS JOIN alerts l ON l.channel_id = a.channel_id AND l.post_key = coalesce(a.lead_key, a.post_key)
CROSS JOIN subscriptions s ON s.id = l.subscription_id
WHERE a.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?2)) AND l.held IS NULL AND l.decided_at > ?3
  AND (a.held IS NULL OR a.held = 'story')
"""
_FURTHER = f"""
SELECT s.channel_id, s.guild_id, p.watch_id, {POST_COLUMNS} FROM json_each(?1) k
CROSS JOIN posts p ON p.post_key = k.value
CROSS JOIN subscription_watches sw ON sw.watch_id = p.watch_id
CROSS JOIN subscriptions s ON s.id = sw.subscription_id
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE s.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?2))
  AND s.removed_at IS NULL AND s.paused IS NULL AND p.rp > 0 AND p.gone_at IS NULL AND p.first_seen_at > ?3
  AND NOT EXISTS (SELECT 1 FROM baselines x WHERE x.subscription_id = s.id AND x.post_key = p.post_key)
ORDER BY s.id, p.watch_id, p.post_key
"""  # noqa: S608 - constants only
_SPLITS = """
SELECT x.channel_id, x.post_key, x.lead_key FROM json_each(?) c
CROSS JOIN story_splits x ON x.channel_id = CAST(c.value AS BIGINT)
"""
_REMEMBER = """
INSERT INTO story_posts (post_key, watch_id, at) VALUES (?, ?, ?) ON CONFLICT (post_key) DO NOTHING
"""
_RENEW = "DELETE FROM story_posts WHERE post_key = ? AND at <= ?"
_NEWER_IN = """
SELECT 1 FROM story_posts s CROSS JOIN alerts a ON a.post_key = s.post_key
WHERE s.seq > ?1 AND a.channel_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?2)) LIMIT 1
"""
_POSTS = f"""
SELECT {STORED_POST_COLUMNS}, a.channel_id FROM alerts l
JOIN alerts a ON a.channel_id = l.channel_id AND a.lead_key = l.post_key
JOIN posts p ON p.watch_id = a.watch_id AND p.post_key = a.post_key
JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
JOIN watches w ON w.id = p.watch_id
WHERE l.entry_id = ? AND l.held IS NULL
ORDER BY p.rp DESC NULLS LAST, p.first_seen_at DESC, p.post_key
"""  # noqa: S608 - constants only
_AMONG = "SELECT s.post_key FROM json_each(?) k CROSS JOIN story_posts s ON s.post_key = k.value"
_DROP_OLD = "DELETE FROM story_posts WHERE at <= ?"


@dataclass(frozen=True, slots=True)
class ComparedPost:
    """A post that new ones are compared with. ``seq``: its number; ``at``: when it was decided about."""

    seq: int
    at: datetime
    topic: TopicKey
    post: Post


@dataclass(frozen=True, slots=True)
class AlertedPost:
    """A post that a channel was sent, on its own (``lead`` is its own key) or in the alert ``lead``.

    ``role_id``: the role of the alert's subscription.
    """

    channel_id: ChannelId
    key: PostKey
    lead: PostKey
    role_id: RoleId | None = None


class StoryStore(Store):
    """Posts of stories, as they are compared and as channels were sent them."""

    async def since(self, seq: int, now: datetime) -> list[ComparedPost]:
        """Posts of the last 72 hours with a higher number, in the order of numbers; at most ``READ_MAX``."""
        return await self._database.read(partial(_since, seq, now - FOLD_FOR))

    async def among(self, keys: Collection[PostKey]) -> frozenset[PostKey]:
        """Posts among these that new ones are compared with."""

        def work(tx: Tx) -> frozenset[PostKey]:
            return frozenset(PostKey(key) for (key,) in tx.execute(_AMONG, (json_list(keys),)))

        return await self._database.read(work)

    async def last(self) -> int:
        """The highest number of a post; 0 without any."""
        return await self._database.read(lambda tx: int(tx.execute(_LAST).fetchone()["last"]))

    async def alerted(
        self, channels: Collection[ChannelId], keys: Collection[PostKey], now: datetime
    ) -> list[AlertedPost]:
        """Posts among these that the channels were sent in alerts of the last 72 hours.

        Without posts that are hidden in the channel's server, or everywhere.
        """
        return await self._database.read(partial(_alerted, channels, keys, now - FOLD_FOR))

    async def further(
        self, channels: Collection[ChannelId], same: Mapping[PostKey, Collection[PostKey]], now: datetime
    ) -> dict[tuple[ChannelId, PostKey], list[FurtherPost]]:
        """Stored posts of the last 72 hours that say the same as a post, for each channel and post.

        ``same``: the posts that say the same as each. Only posts with an RP, at watches that the channel listens
        to, that are no baseline of its subscription and not hidden there; each once, with its highest RP.
        """
        return await self._database.read(partial(_further, channels, same, now - FOLD_FOR))

    async def splits(self, channels: Collection[ChannelId]) -> frozenset[tuple[ChannelId, PostKey, PostKey]]:
        """Channel, post and alert of what people split in these channels."""

        def work(tx: Tx) -> frozenset[tuple[ChannelId, PostKey, PostKey]]:
            rows = tx.execute(_SPLITS, (json_list(channels),))
            return frozenset((channel, post, lead) for channel, post, lead in rows)

        return await self._database.read(work)

    async def counted_posts(self, entry_id: EntryId) -> list[StoredPost]:
        """Posts that are counted in an alert, highest RP first, without those hidden since."""
        return await self._database.ask(partial(_posts, entry_id))

    async def split(self, entry_id: EntryId, digits: str, user_id: UserId, now: datetime) -> EntryId | None:
        """Part a post from the story of an alert, for good, and put it into the outbox on its own.

        ``digits``: the first of its hash. None: it is not counted there, its text is not stored any more, or its
        subscription has ended.
        """
        return await self._database.write(partial(split_post, entry_id, digits, user_id, now))

    async def channel_of_split(self, entry_id: EntryId, guild_id: GuildId) -> ChannelId | None:
        """The channel of the entry that a split made; None where it made none in this server."""
        return await self._database.ask(partial(channel_of_split, entry_id, guild_id))

    async def undo_split(self, entry_id: EntryId, guild_id: GuildId, now: datetime) -> bool | None:
        """Take back the split that made this entry of a server.

        True: the post, still waiting, is counted in the story again. False: it was sent. None: no such split.
        """
        return await self._database.write(partial(undo_split, entry_id, guild_id, now))


def _since(seq: int, since: datetime, tx: Tx) -> list[ComparedPost]:
    return [
        ComparedPost(row["seq"], from_us(row["at"]), TopicKey(row["topic_key"]), post_from(row))
        for row in tx.execute(_SINCE, (seq, to_us(since), READ_MAX)).fetchall()
    ]


def _alerted(
    channels: Collection[ChannelId], keys: Collection[PostKey], since: datetime, tx: Tx
) -> list[AlertedPost]:
    rows = tx.execute(_ALERTED, (json_list(keys), json_list(channels), to_us(since))).fetchall()
    hidden = hidden_among(tx, {GuildId(row["guild_id"]) for row in rows}, keys)
    return [
        AlertedPost(row["channel_id"], row["post_key"], row["lead_key"], row["role_id"])
        for row in rows
        if not is_hidden(hidden, row["guild_id"], row["post_key"])
    ]


def _further(
    channels: Collection[ChannelId], same: Mapping[PostKey, Collection[PostKey]], since: datetime, tx: Tx
) -> dict[tuple[ChannelId, PostKey], list[FurtherPost]]:
    wanted = {key for keys in same.values() for key in keys}
    rows = tx.execute(_FURTHER, (json_list(wanted), json_list(channels), to_us(since))).fetchall()
    hidden = hidden_among(tx, {GuildId(row["guild_id"]) for row in rows}, wanted)
    highest: dict[tuple[ChannelId, PostKey], FurtherPost] = {}
    for row in rows:
        at = (ChannelId(row["channel_id"]), PostKey(row["post_key"]))
        known = highest.get(at)
        if not is_hidden(hidden, row["guild_id"], at[1]) and (known is None or (known.post.rp or 0) < row["rp"]):
            highest[at] = FurtherPost(post_from(row), row["watch_id"])
    found: dict[tuple[ChannelId, PostKey], list[FurtherPost]] = {}
    for channel in channels:
        for key, others in same.items():
            posts = [highest[channel, other] for other in sorted(others) if (channel, other) in highest]
            if posts:
                found[channel, key] = posts
    return found


def _posts(entry_id: EntryId, tx: Tx) -> list[StoredPost]:
    entry = tx.execute("SELECT guild_id FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if entry is None:
        return []
    found = [stored_post_from(row) for row in tx.execute(_POSTS, (entry_id,)).fetchall()]
    hidden = hidden_among(tx, [entry["guild_id"]], [stored.post.key for stored in found])
    return [stored for stored in found if not is_hidden(hidden, entry["guild_id"], stored.post.key)]


# -- in the transaction of a poll ----------------------------------------------------------------------


def refuse_uncompared(tx: Tx, plan: PollPlan) -> None:
    """Raise ``StalePlan`` where a channel of the plan was sent a post that the plan's were not compared with."""
    if plan.compared_until is None:
        return
    decided = (*plan.alerts, *(fold.alert for fold in plan.folds))
    channels = {alert.channel_id for alert in decided}
    if channels and tx.execute(_NEWER_IN, (plan.compared_until, json_list(channels))).fetchone() is not None:
        msg = f"watch {plan.watch.id}: a channel was sent another post since the stories were read"
        raise StalePlan(msg)


def remember_posts(tx: Tx, watch: WatchId, keys: Iterable[PostKey], at: datetime) -> None:
    """Store that channels were sent these posts: new ones are compared with them from now on.

    A post that another channel was sent before gets a new number, so that all processes keep it as long again.
    """
    rows = [(key, watch, to_us(at)) for key in dict.fromkeys(keys)]
    if rows:
        tx.executemany(_RENEW, [(key, to_us(at - RENEWED_EVERY)) for key, _, _ in rows])
        tx.executemany(_REMEMBER, rows)


def drop_old(tx: Tx, now: datetime) -> int:
    """Drop posts that nothing is compared with any more; returns how many."""
    return tx.execute(_DROP_OLD, (to_us(now - FOLD_FOR),)).rowcount
