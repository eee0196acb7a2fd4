"""Posts and counts of a period: of a topic for all digests, and of one channel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from bot.core.digest.coverage import applies_at_end, as_followed, is_awaited, problems, was_read
from bot.core.digest.volume_lines import volume_line
from bot.core.models import (
    Audience,
    ChannelId,
    ChannelPeriod,
    FollowedTopic,
    GuildId,
    Listened,
    Period,
    PostKey,
    SourceName,
    Topic,
    TopicKey,
    TopicPeriod,
    Viewer,
    Volume,
    VolumeLine,
    Watch,
    WatchId,
)
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.digests.post_gains import count_seen_first, loaded, top_gains
from bot.storage.sql.mapping.common import WATCH, from_us, json_list, rules_from, to_us, watch_from
from bot.storage.sql.mapping.counts import read_counts
from bot.storage.sql.moderation.moderation import hidden_among
from bot.storage.sql.visibility import WATCH_SHOWN, WATCHES_SINCE, shown_to

_FOLLOWED_WATCHES = f"""
SELECT w.topic_key, w.id FROM watches w
WHERE w.topic_key IN (SELECT value FROM json_each(:keys)) AND {WATCH_SHOWN} ORDER BY w.id
"""  # noqa: S608 - constants only
# An operator's watch is visible to all, since its first poll.
_SINCE = f"""WITH {WATCHES_SINCE}
SELECT h.watch_id, CASE WHEN w.operator = 1 THEN 0 ELSE h.since END, w.operator = 0 AND (
  EXISTS (SELECT 1 FROM posts p WHERE p.watch_id = h.watch_id AND p.first_seen_at < h.since)
  OR EXISTS (SELECT 1 FROM snapshots o WHERE o.watch_id = h.watch_id AND o.observed_at < h.since))
FROM watches_since h CROSS JOIN watches w ON w.id = h.watch_id
WHERE w.topic_key IN (SELECT value FROM json_each(:keys))
"""  # noqa: S608 - constants only
_OF_THESE = (
    "topic_key = ?1 AND (CAST(?2 AS TEXT) IS NULL OR id IN (SELECT CAST(value AS BIGINT) FROM json_each(?2)))"
)
_IDS = f"SELECT id FROM watches WHERE {_OF_THESE} ORDER BY post_count DESC, id"  # noqa: S608 - constants only
# A source's own address comes before its further ones.
_WATCHES = f"""{WATCH}
WHERE w.topic_key = ?1 AND (CAST(?2 AS TEXT) IS NULL OR w.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?2)))
ORDER BY w.source, w.target
"""  # noqa: S608 - constants only
_LISTENED = "SELECT id FROM watches WHERE topic_key = ? AND enabled = 1 AND next_poll_at IS NOT NULL"
_VOLUME = """
SELECT volume, observed_at FROM snapshots
WHERE watch_id = ? AND observed_at >= ? AND observed_at < ? AND volume IS NOT NULL
ORDER BY observed_at DESC LIMIT 1
"""
_AUDIENCE = """
SELECT observed_at, male_pct, female_pct, audience_group FROM snapshots
WHERE watch_id = ? AND observed_at >= ? AND observed_at < ?
  AND (male_pct IS NOT NULL OR female_pct IS NOT NULL OR audience_group IS NOT NULL)
ORDER BY observed_at DESC LIMIT 1
"""

# Alerts that were sent or are still to be sent; not those dropped or given up before the channel saw them.
_ALERTED = """
SELECT a.post_key FROM json_each(?) k CROSS JOIN alerts a ON a.channel_id = ? AND a.post_key = k.value
LEFT JOIN entries e ON e.id = a.entry_id
WHERE a.held IS NULL AND (e.state IS NULL OR e.state IN ('waiting', 'sealed', 'sent'))
"""
_HELD = """
SELECT w.topic_key, count(*) FROM alerts a JOIN watches w ON w.id = a.watch_id
WHERE a.channel_id = ? AND a.held IS NOT NULL AND a.entry_id IS NOT NULL AND a.decided_at >= ? AND a.decided_at < ?
GROUP BY w.topic_key
"""
_FOLLOWED = """
SELECT s.topic_key, s.rules, (
  SELECT json_group_array(DISTINCT w.source) FROM subscription_watches sw JOIN watches w ON w.id = sw.watch_id
  WHERE sw.subscription_id = s.id)
FROM subscriptions s WHERE s.channel_id = ? AND s.removed_at IS NULL AND s.paused IS NULL
"""
_SOURCES = msgspec.json.Decoder(frozenset[SourceName])


class PeriodStore(Store):
    """Posts and counts of a period, for the editions of digests."""

    async def followed_watches(
        self, keys: Collection[TopicKey], viewer: Viewer
    ) -> dict[TopicKey, tuple[WatchId, ...]]:
        """Watches of each topic that the viewer may know of, by id; an empty tuple where there are none."""
        return await self._database.read(partial(_followed_watches, keys, viewer))

    async def listened(self, keys: Collection[TopicKey], viewer: Viewer) -> dict[WatchId, Listened]:
        """Watches of these topics that the viewer's channels listen to, each with since when."""
        return await self._database.read(partial(_listened, keys, viewer))

    async def topic_period(
        self,
        key: TopicKey,
        period: Period,
        *,
        limit: int,
        watch_ids: Collection[WatchId] | None = None,
        followed_since: datetime | None = None,
    ) -> TopicPeriod:
        """Posts and counts of a topic's watches in a period, with the ``limit`` posts that gained most RP.

        ``watch_ids``: only these watches. ``followed_since``: only data read since then; older data was read for
        other servers (invariant 10).

        A post is new when it was first seen in the period and was written at most 48 h before it. Gained RP: the
        last sample before the end less the last one before the start; without the latter, 0 where the post was
        written in the period, else the first sample in it. Posts that are hidden everywhere, or known to be gone,
        are left out. Only the returned posts are loaded. See ``TopicPeriod``.
        """
        return await self._database.read(partial(_topic_period, key, period, limit, watch_ids, followed_since))

    async def channel_period(
        self, guild_id: GuildId, channel_id: ChannelId, period: Period, posts: Collection[PostKey]
    ) -> ChannelPeriod:
        """Sent alerts, held posts and subscriptions of the channel in a period."""
        return await self._database.read(partial(_channel_period, guild_id, channel_id, period, posts))


def _followed_watches(keys: Collection[TopicKey], viewer: Viewer, tx: Tx) -> dict[TopicKey, tuple[WatchId, ...]]:
    found: dict[TopicKey, tuple[WatchId, ...]] = dict.fromkeys(keys, ())
    for key, watch_id in tx.execute(_FOLLOWED_WATCHES, {"keys": json_list(keys), **shown_to(viewer)}):
        found[key] += (watch_id,)
    return found


def _listened(keys: Collection[TopicKey], viewer: Viewer, tx: Tx) -> dict[WatchId, Listened]:
    rows = tx.execute(_SINCE, {"keys": json_list(keys), "key": "", **shown_to(viewer)})
    return {WatchId(watch_id): Listened(from_us(since), bool(shared)) for watch_id, since, shared in rows}


def _topic_period(
    key: TopicKey,
    period: Period,
    limit: int,
    watch_ids: Collection[WatchId] | None,
    followed_since: datetime | None,
    tx: Tx,
) -> TopicPeriod:
    wanted = key, None if watch_ids is None else json_list(watch_ids)
    row = tx.execute("SELECT name FROM topics WHERE topic_key = ?", (key,)).fetchone()
    ids = [watch_id for (watch_id,) in tx.execute(_IDS, wanted)]
    watches = [watch_from(row) for row in tx.execute(_WATCHES, wanted)]
    since = period.start if followed_since is None else max(period.start, followed_since)
    best, is_all = top_gains(tx, ids, period, limit, read_since=since)
    new_posts = count_seen_first(tx, ids, period, seen_since=since)
    if followed_since is not None:  # older data was read for other servers
        watches = [as_followed(watch, followed_since) for watch in watches]
    audience, audience_source = _audience(tx, watches, period, followed_since)
    listened = {WatchId(watch_id) for (watch_id,) in tx.execute(_LISTENED, (key,))}
    return TopicPeriod(
        topic=Topic(key=key, name=key if row is None else row["name"]),
        posts=tuple(loaded(tx, best, period)),
        is_all=is_all,
        new_posts=new_posts,
        polled=bool(best or new_posts) or any(was_read(watch, period) for watch in watches),
        awaited=is_awaited(watches),
        volumes=tuple(_volumes(tx, watches, period, followed_since)),
        audience=audience,
        audience_source=audience_source,
        troubles=tuple(problems(watches, listened, period)),
        lines=tuple(_lines(tx, watches, period, since)),
    )


def _lines(tx: Tx, watches: Sequence[Watch], period: Period, since: datetime) -> Iterator[VolumeLine]:
    """The volume at each source: of several servers, the one that was observed longest."""
    best: dict[SourceName, tuple[timedelta, VolumeLine]] = {}
    for watch in watches:
        counts = read_counts(watch.id, since, period.end, tx) if watch.source.traits.has_counts else ()
        line = volume_line(watch.source, counts, period) if counts else None
        seen = sum((count.seen for count in counts), timedelta())
        if line is not None and (watch.source not in best or seen > best[watch.source][0]):
            best[watch.source] = seen, line
    return (line for _, line in best.values())


# -- counts of the topic by its sources -------------------------------------------------------------------


def _oldest(period: Period, followed_since: datetime | None) -> int:
    """Earliest time (µs) of a snapshot that still applies to the period: one period's length before its start."""
    before = period.start - (period.end - period.start)
    return to_us(before if followed_since is None else max(before, followed_since))


def _volumes(
    tx: Tx, watches: Sequence[Watch], period: Period, followed_since: datetime | None
) -> Iterator[Volume]:
    """Post counts of the sources. An answer "not modified" stores no snapshot: the last one applies meanwhile."""
    counted: set[SourceName] = set()
    start, end, oldest = to_us(period.start), to_us(period.end), _oldest(period, followed_since)
    for watch in watches:
        row = tx.execute(_VOLUME, (watch.id, oldest, end)).fetchone()
        if (
            row is None
            or watch.source in counted
            or not applies_at_end(from_us(row["observed_at"]), watch, period)
        ):
            continue
        counted.add(watch.source)
        before = tx.execute(_VOLUME, (watch.id, oldest, start)).fetchone()
        volume_before = None if before is None else before["volume"]
        yield Volume(watch.source, row["volume"], volume_before, from_us(row["observed_at"]))


def _audience(
    tx: Tx, watches: Sequence[Watch], period: Period, followed_since: datetime | None
) -> tuple[Audience | None, SourceName | None]:
    """The newest audience snapshot of the watches, and its source."""
    newest, found = -1, None
    for watch in watches:
        row = tx.execute(_AUDIENCE, (watch.id, _oldest(period, followed_since), to_us(period.end))).fetchone()
        if row is None or row["observed_at"] <= newest:
            continue
        if applies_at_end(from_us(row["observed_at"]), watch, period):
            audience = Audience(row["male_pct"], row["female_pct"], row["audience_group"])
            newest, found = row["observed_at"], (audience, watch.source)
    return found if found is not None else (None, None)


# -- data of one channel ----------------------------------------------------------------------------------


def _channel_period(
    guild_id: GuildId,
    channel_id: ChannelId,
    period: Period,
    posts: Collection[PostKey],
    tx: Tx,
) -> ChannelPeriod:
    alerted = tx.execute(_ALERTED, (json_list(posts), channel_id))
    held = tx.execute(_HELD, (channel_id, to_us(period.start), to_us(period.end)))
    followed = tx.execute(_FOLLOWED, (channel_id,))
    return ChannelPeriod(
        alerted=frozenset(key for (key,) in alerted),
        hidden=frozenset(key for _, key in hidden_among(tx, [guild_id], posts)),
        held={TopicKey(key): count for key, count in held},
        followed={
            TopicKey(key): FollowedTopic(rules=rules_from(rules), sources=_SOURCES.decode(sources))
            for key, rules, sources in followed
        },
    )
