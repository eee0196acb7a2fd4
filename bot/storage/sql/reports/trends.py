"""Topics, watches and posts for answers to people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from functools import partial
from typing import Final

from bot.core.keywords.utterances import Utterance
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    EVERYWHERE,
    STRANGER,
    Audience,
    EntryId,
    GuildId,
    PostKey,
    Sample,
    Snapshot,
    SourceName,
    StoredPost,
    Topic,
    TopicKey,
    Viewer,
    Watch,
    WatchId,
)
from bot.core.redaction import is_hidden
from bot.core.text import topic_key
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.mapping.common import (
    STORED_POST_COLUMNS,
    WATCH,
    from_us,
    json_list,
    stored_post_from,
    to_us,
    watch_from,
)
from bot.storage.sql.mapping.readings import readings_since, samples_of
from bot.storage.sql.moderation.moderation import hidden_among
from bot.storage.sql.visibility import (
    DIGEST_SHOWN,
    SUBSCRIPTION_SHOWN,
    TOPICS_SHOWN,
    WATCH_SHOWN,
    WATCHES_SINCE,
    shown_to,
)

_KNOWN = f"WITH known AS ({TOPICS_SHOWN}) SELECT t.topic_key, k.name, k.followers"
_BEST_FIRST = "ORDER BY k.followers DESC, t.topic_key LIMIT :limit"

# A prefix is a range of the key, so that no scan is needed.
_STARTS_WITH = f"""{_KNOWN} FROM known k CROSS JOIN topics t ON t.topic_key = k.topic_key
WHERE k.topic_key >= :typed AND k.topic_key < :after {_BEST_FIRST}
"""
_CONTAINS = f"""{_KNOWN} FROM known k CROSS JOIN topics t ON t.topic_key = k.topic_key
WHERE instr(t.topic_key, :typed) > 1 OR (substr(t.topic_key, 1, 4) = 'url:' AND instr(lower(k.name), :typed) > 0)
{_BEST_FIRST}
"""
_SHARES_PAIRS = f"""{_KNOWN} FROM known k CROSS JOIN topics t ON t.topic_key = k.topic_key
CROSS JOIN json_each(:pairs) pair ON instr(t.topic_key, pair.value) > 0
GROUP BY t.topic_key, k.name, k.followers ORDER BY count(*) DESC LIMIT 100
"""
_WAITING = "SELECT count(*) AS waiting FROM entries WHERE state = 'waiting'"
# The CAST stops SQLite from using the index of all subscriptions to the topic.
_SHOWN_TOPIC = f"""
SELECT t.topic_key, t.name FROM topics t WHERE t.topic_key = :key AND (
  EXISTS (SELECT 1 FROM watches w WHERE w.topic_key = t.topic_key AND w.operator = 1)
  OR EXISTS (SELECT 1 FROM subscriptions s WHERE CAST(s.topic_key AS TEXT) = t.topic_key AND {SUBSCRIPTION_SHOWN})
  OR EXISTS (SELECT 1 FROM digests d CROSS JOIN digest_topics n ON n.digest_id = d.id
             WHERE n.topic_key = t.topic_key AND {DIGEST_SHOWN}))
"""  # noqa: S608 - constants only
_IS_FOLLOWED = (
    f"SELECT 1 FROM subscriptions s WHERE CAST(s.topic_key AS TEXT) = :key AND {SUBSCRIPTION_SHOWN} LIMIT 1"  # noqa: S608
)
_SHOWN_WATCHES = f"{WATCH} WHERE w.topic_key = :key AND {WATCH_SHOWN} ORDER BY w.source, w.target"

# By the primary key, and a bounded number of posts of each watch, so that posts read for others are not all
# scanned.
_SOME_TEXTS = f"""WITH watches_since AS MATERIALIZED (
  SELECT watch_id, min(since) AS since FROM (
    SELECT sw.watch_id, coalesce(sw.since, s.created_at) AS since FROM subscriptions s
    CROSS JOIN subscription_watches sw ON sw.subscription_id = s.id WHERE {SUBSCRIPTION_SHOWN}
    UNION ALL SELECT dw.watch_id, coalesce(dw.since, d.created_at) FROM digests d
    CROSS JOIN digest_watches dw ON dw.digest_id = d.id WHERE {DIGEST_SHOWN}
    UNION ALL SELECT w.id, 0 FROM watches w WHERE w.operator = 1) listeners
  GROUP BY watch_id ORDER BY watch_id DESC LIMIT :watches)
SELECT b.post_key, json_extract(b.body, '$.text') FROM watches_since h
CROSS JOIN post_bodies b ON b.watch_id = h.watch_id AND b.post_key IN (
  SELECT p.post_key FROM (
    SELECT n.post_key, n.first_seen_at FROM posts n WHERE n.watch_id = h.watch_id
    ORDER BY n.post_key DESC LIMIT :searched) p
  WHERE p.first_seen_at >= h.since ORDER BY p.post_key DESC LIMIT :each)
"""  # noqa: S608 - constants only

_LAST = "\U0010ffff"
"""Highest code point: end of a prefix range."""
_MOST_PAIRS = 12
_RESEMBLES = 0.5
"""Least ratio of difflib: half of both words is shared."""

# All targets of a source count as one: a post has one row there, of the highest RP. Bodies are read last, of the
# remaining rows. CROSS JOIN fixes the order; SQLite's bare columns come from the row with the max().
_RECENT = f"""WITH {WATCHES_SINCE}
SELECT {STORED_POST_COLUMNS} FROM (
  SELECT watch_id, post_key,
         row_number() OVER (PARTITION BY source ORDER BY rp DESC NULLS LAST, first_seen_at DESC, post_key) AS place
  FROM (
    SELECT w.source, p.post_key, max(p.max_rp) AS rp,
      /*pg (array_agg( */ p.watch_id /*pg ORDER BY p.max_rp DESC NULLS LAST))[1] */ AS watch_id,
      /*pg (array_agg( */ p.first_seen_at /*pg ORDER BY p.max_rp DESC NULLS LAST))[1] */ AS first_seen_at
    FROM watches_since h CROSS JOIN watches w ON w.id = h.watch_id CROSS JOIN posts p ON p.watch_id = w.id
    WHERE w.topic_key = :key AND w.source IN (SELECT value FROM json_each(:sources))
      AND p.first_seen_at >= h.since AND (p.first_seen_at >= :since OR p.created_at >= :since)
    GROUP BY w.source, p.post_key
  ) highest
) seen
CROSS JOIN watches w ON w.id = seen.watch_id
CROSS JOIN posts p ON p.watch_id = seen.watch_id AND p.post_key = seen.post_key
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE seen.place <= :limit
ORDER BY p.rp DESC NULLS LAST, p.first_seen_at DESC, p.post_key, p.watch_id
"""  # noqa: S608 - constants only

# A channel that has listened since before the recent period missed no recent post of the watch.
_RECALLABLE = f"""WITH {WATCHES_SINCE}
SELECT h.watch_id FROM watches_since h CROSS JOIN watches w ON w.id = h.watch_id
WHERE w.topic_key = :key AND (h.since <= :recent OR NOT EXISTS (
  SELECT 1 FROM posts p WHERE p.watch_id = h.watch_id AND p.first_seen_at < h.since
    AND (p.first_seen_at >= :recent OR p.created_at >= :recent)))
"""  # noqa: S608 - constants only

# Of the watch that knows the highest RP. A sample from before the viewer listened was read for others.
_SAMPLES = f"""WITH {WATCHES_SINCE}
SELECT w.source, p.post_key, p.watch_id, h.since, p.readings
FROM watches_since h CROSS JOIN watches w ON w.id = h.watch_id CROSS JOIN json_each(:posts) k
CROSS JOIN posts p ON p.watch_id = w.id AND p.post_key = k.value
WHERE w.topic_key = :key
ORDER BY w.source, p.post_key, p.watch_id
"""  # noqa: S608 - constants only

# The content hash is the order, because it depends on nothing that is counted: the rows are a sample of all.
_TEXT_COLUMNS = """seen.post_key, seen.born, seen.rp, json_extract(b.body, '$.text') AS text,
  json_extract(b.body, '$.author_handle') AS handle, json_extract(b.body, '$.author_name') AS author,
  json_extract(b.body, '$.by_bot') AS by_bot, json_extract(b.body, '$.sensitive') AS sensitive"""
_WRITTEN_THEN = """p.gone_at IS NULL
    AND coalesce(p.created_at, p.first_seen_at) >= :since AND coalesce(p.created_at, p.first_seen_at) < :until
  ORDER BY p.digest, p.post_key, p.watch_id LIMIT :limit"""
_TEXTS_SHOWN = f"""WITH {WATCHES_SINCE}
SELECT {_TEXT_COLUMNS} FROM (
  SELECT p.watch_id, p.post_key, p.rp, coalesce(p.created_at, p.first_seen_at) AS born
  FROM watches_since h CROSS JOIN watches w ON w.id = h.watch_id CROSS JOIN posts p ON p.watch_id = w.id
  WHERE w.topic_key = :key AND p.first_seen_at >= h.since AND {_WRITTEN_THEN}
) seen CROSS JOIN post_bodies b ON b.watch_id = seen.watch_id AND b.post_key = seen.post_key
"""  # noqa: S608 - constants only
_TEXTS_OF_WATCHES = f"""
SELECT {_TEXT_COLUMNS} FROM (
  SELECT p.watch_id, p.post_key, p.rp, coalesce(p.created_at, p.first_seen_at) AS born
  FROM json_each(:watches) w CROSS JOIN posts p ON p.watch_id = CAST(w.value AS BIGINT)
  WHERE p.first_seen_at >= :stored_since AND {_WRITTEN_THEN}
) seen CROSS JOIN post_bodies b ON b.watch_id = seen.watch_id AND b.post_key = seen.post_key
"""  # noqa: S608 - constants only

_HELD = f"""
SELECT {STORED_POST_COLUMNS} FROM alerts a
JOIN posts p ON p.watch_id = a.watch_id AND p.post_key = a.post_key
JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
JOIN watches w ON w.id = p.watch_id
WHERE a.entry_id = ?
ORDER BY p.rp DESC NULLS LAST, p.first_seen_at DESC
"""  # noqa: S608 - constants only

# A source's own address comes before its further ones.
_LATEST_SNAPSHOTS = f"""
SELECT w.source, o.observed_at, o.volume, o.male_pct, o.female_pct, o.audience_group
FROM watches w JOIN snapshots o ON o.watch_id = w.id
  AND o.observed_at = (SELECT max(n.observed_at) FROM snapshots n WHERE n.watch_id = w.id)
WHERE w.topic_key = :key AND {WATCH_SHOWN} ORDER BY w.target DESC
"""  # noqa: S608 - constants only


TEXTS_OF_WATCH: Final = 20
TEXT_WATCHES: Final = 50
"""Watches, and texts of each of them, that are read for their tags."""
SEARCHED_POSTS: Final = 10 * TEXTS_OF_WATCH
"""Posts of a watch that are searched for those texts, including posts read for other servers."""
RECENT_MAX: Final = 500
"""Default number of recent posts read of each source; more than a person reads."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of stored rows, for ``doctor`` and ``/help``."""

    topics: int
    watches: int
    subscriptions: int
    posts: int
    waiting: int


class TrendStore(Store):
    """Topics, watches and posts that answers to people show.

    A method with a ``Viewer`` reads only what the viewer may know of: the operator's watches, and those that
    subscriptions and digests (not removed) of the viewer's channels listen to. A plain ``Viewer()`` has no
    channels.
    """

    async def topic(self, key: TopicKey) -> Topic | None:
        """A stored topic, whether or not the viewer may know of it."""
        return await self._database.ask(partial(_topic, key))

    async def shown_topic(self, key: TopicKey, viewer: Viewer) -> Topic | None:
        """A topic that the viewer may know of, else None."""
        return await self._database.ask(partial(_shown_topic, key, viewer))

    async def suggest_topics(self, typed: str, viewer: Viewer = STRANGER, *, limit: int = 25) -> list[Topic]:
        """Topics that the viewer may know of and that start with, then contain, then resemble the typed text.

        Topics with most subscriptions in the viewer's channels come first.
        """
        return await self._database.ask(partial(_suggest, topic_key(typed), viewer, limit))

    async def some_texts(self, viewer: Viewer) -> list[str]:
        """Texts of stored posts: ``TEXTS_OF_WATCH`` of each of at most ``TEXT_WATCHES`` watches of the viewer.

        Those with the highest ids, which are the newest where a network numbers its posts. Left out are posts
        hidden everywhere or in the viewer's server, and posts that a watch stored before any of the viewer's
        channels listened to it; ``SEARCHED_POSTS`` posts of each watch are searched for the others.
        """
        return await self._database.ask(partial(_some_texts, viewer))

    async def is_followed(self, key: TopicKey, viewer: Viewer) -> bool:
        """Whether a channel of the viewer is subscribed to the topic (not removed); digests do not count."""
        return await self._database.ask(partial(_is_followed, key, viewer))

    async def topic_watches(self, key: TopicKey) -> list[Watch]:
        """Watches of a topic, whether or not the viewer may know of them."""
        return await self._database.ask(partial(_topic_watches, key))

    async def shown_watches(self, key: TopicKey, viewer: Viewer) -> list[Watch]:
        """Watches of a topic that the viewer may know of."""
        return await self._database.ask(partial(_shown_watches, key, viewer))

    async def recallable_watches(self, key: TopicKey, viewer: Viewer, recent: datetime) -> frozenset[WatchId]:
        """Watches of a topic that read all of their recent posts for the viewer, and so represent their source.

        Posts that a watch stored before any of the viewer's channels listened to it were read for other servers.
        Showing their number would show that those servers listen.
        """
        return await self._database.ask(partial(_recallable_watches, key, viewer, recent))

    async def latest_snapshots(self, key: TopicKey, viewer: Viewer = STRANGER) -> dict[SourceName, Snapshot]:
        """Newest snapshot of each source; of a source with several targets, that of its own address."""
        return await self._database.ask(partial(_latest_snapshots, key, viewer))

    async def recent_posts(
        self,
        key: TopicKey,
        since: datetime,
        viewer: Viewer = STRANGER,
        *,
        sources: Collection[SourceName] | None = None,
        limit: int = RECENT_MAX,
    ) -> list[StoredPost]:
        """Stored posts of the topic first seen or written since then at ``sources`` (None: at any).

        Highest RP first. Of a watch only posts stored since a channel of the viewer listens to it; of the
        operator's watches, all. A post comes once for each source that stored it, because each source has its own
        min_rp; of several targets of a source, the row with the highest RP. Each source gives at most its
        ``limit`` posts with the highest RP, so that none displaces another. Posts hidden everywhere or in the
        viewer's server are left out.
        """
        asked = tuple(SourceName) if sources is None else tuple(sources)
        return await self._database.ask(partial(_recent_posts, key, since, viewer, asked, limit))

    async def samples(
        self, key: TopicKey, posts: Collection[PostKey], since: datetime, viewer: Viewer = STRANGER
    ) -> dict[tuple[SourceName, PostKey], tuple[Sample, ...]]:
        """The RP of posts as each source showed them since then, and once before; oldest first.

        Of several targets of a source, as the one with the highest RP showed it.
        """
        return await self._database.ask(partial(_samples, key, posts, since, viewer))

    async def texts(
        self, key: TopicKey, since: datetime, until: datetime, viewer: Viewer = STRANGER, *, limit: int
    ) -> list[Utterance]:
        """At most ``limit`` posts of the topic written from ``since`` to ``until``: a sample, if there are more.

        As ``recent_posts`` reads them, each once; without posts of bots and sensitive ones.
        """
        return await self._database.ask(partial(_texts, key, since, until, viewer, limit))

    async def texts_of_watches(
        self,
        watch_ids: Sequence[WatchId],
        since: datetime,
        until: datetime,
        *,
        stored_since: datetime | None = None,
        limit: int,
    ) -> list[Utterance]:
        """``texts`` that these watches stored since ``stored_since``, without what is hidden everywhere."""
        return await self._database.ask(partial(_texts_of_watches, watch_ids, since, until, stored_since, limit))

    async def held_posts(self, entry_id: EntryId) -> list[StoredPost]:
        """Posts that a summary counted, highest RP first, without those hidden since."""
        return await self._database.ask(partial(_held_posts, entry_id))

    async def waiting(self) -> int:
        """Number of entries that wait to be sent: of ``totals`` what the log says each minute."""
        return await self._database.read(lambda tx: int(tx.execute(_WAITING).fetchone()["waiting"]))

    async def totals(self) -> Totals:
        """Numbers of stored rows."""
        return await self._database.read(_totals)


def _topic(key: TopicKey, tx: Tx) -> Topic | None:
    row = tx.execute("SELECT topic_key, name FROM topics WHERE topic_key = ?", (key,)).fetchone()
    return None if row is None else Topic(key=row["topic_key"], name=row["name"])


def _shown_topic(key: TopicKey, viewer: Viewer, tx: Tx) -> Topic | None:
    row = tx.execute(_SHOWN_TOPIC, {"key": key, **shown_to(viewer)}).fetchone()
    return None if row is None else Topic(key=row["topic_key"], name=row["name"])


def _suggest(typed: TopicKey, viewer: Viewer, limit: int, tx: Tx) -> list[Topic]:
    """Suggestions: each query runs only when the ones before gave fewer than ``limit``."""
    found: dict[str, str] = {}
    values = {"typed": typed, "after": typed + _LAST, "limit": limit, **shown_to(viewer)}
    for sql in (_STARTS_WITH, _CONTAINS) if typed else (_STARTS_WITH,):
        if len(found) < limit:
            found |= {key: name for key, name, _ in tx.execute(sql, values) if key not in found}
    if len(typed) > 1 and len(found) < limit:
        found |= {key: name for key, name in _resembling(typed, viewer, tx) if key not in found}
    return [Topic(key=TopicKey(key), name=name) for key, name in list(found.items())[:limit]]


def _resembling(typed: TopicKey, viewer: Viewer, tx: Tx) -> list[tuple[str, str]]:
    """Topics that share pairs of characters (SQLite finds at most 100), by likeness, then by followers."""
    pairs = json_list(dict.fromkeys(typed[i : i + 2] for i in range(min(len(typed) - 1, _MOST_PAIRS))))
    rows = tx.execute(_SHARES_PAIRS, {"pairs": pairs, **shown_to(viewer)}).fetchall()
    matcher = SequenceMatcher(b=typed, autojunk=False)
    likeness = []
    for key, name, followers in rows:
        matcher.set_seq1(key)
        likeness.append((matcher.ratio(), followers, key, name))
    likeness.sort(key=lambda item: (-item[0], -item[1], item[2]))
    return [(key, name) for ratio, _, key, name in likeness if ratio >= _RESEMBLES]


def _some_texts(viewer: Viewer, tx: Tx) -> list[str]:
    bounds = {"watches": TEXT_WATCHES, "each": TEXTS_OF_WATCH, "searched": SEARCHED_POSTS}
    values = {**bounds, **shown_to(viewer)}
    texts = [(PostKey(key), text) for key, text in tx.execute(_SOME_TEXTS, values)]
    hidden = hidden_among(tx, [viewer.guild_id], [key for key, _ in texts])
    return [text for key, text in texts if not is_hidden(hidden, viewer.guild_id, key)]


def _is_followed(key: TopicKey, viewer: Viewer, tx: Tx) -> bool:
    return tx.execute(_IS_FOLLOWED, {"key": key, **shown_to(viewer)}).fetchone() is not None


def _topic_watches(key: TopicKey, tx: Tx) -> list[Watch]:
    rows = tx.execute(f"{WATCH} WHERE w.topic_key = ? ORDER BY w.source, w.target", (key,))
    return [watch_from(row) for row in rows]


def _shown_watches(key: TopicKey, viewer: Viewer, tx: Tx) -> list[Watch]:
    rows = tx.execute(_SHOWN_WATCHES, {"key": key, **shown_to(viewer)})
    return [watch_from(row) for row in rows]


def _recallable_watches(key: TopicKey, viewer: Viewer, recent: datetime, tx: Tx) -> frozenset[WatchId]:
    values = {"key": key, "recent": to_us(recent), **shown_to(viewer)}
    return frozenset(WatchId(watch_id) for (watch_id,) in tx.execute(_RECALLABLE, values))


def _latest_snapshots(key: TopicKey, viewer: Viewer, tx: Tx) -> dict[SourceName, Snapshot]:
    return {
        SourceName(source): Snapshot(
            observed_at=from_us(observed_at),
            volume=volume,
            audience=Audience(male_pct=male_pct, female_pct=female_pct, group=group),
        )
        for source, observed_at, volume, male_pct, female_pct, group in tx.execute(
            _LATEST_SNAPSHOTS, {"key": key, **shown_to(viewer)}
        )
    }


def _recent_posts(
    key: TopicKey,
    since: datetime,
    viewer: Viewer,
    sources: Sequence[SourceName],
    limit: int,
    tx: Tx,
) -> list[StoredPost]:
    values = {"key": key, "sources": json_list(sources), "since": to_us(since), "limit": limit}
    rows = tx.execute(_RECENT, values | shown_to(viewer))
    return _seen_in(viewer.guild_id, [stored_post_from(row) for row in rows], tx)


def _samples(
    key: TopicKey, posts: Collection[PostKey], since: datetime, viewer: Viewer, tx: Tx
) -> dict[tuple[SourceName, PostKey], tuple[Sample, ...]]:
    values = {"key": key, "posts": json_list(posts), **shown_to(viewer)}
    series: list[tuple[tuple[SourceName, PostKey, int], tuple[Sample, ...]]] = []
    for source, post_key, watch_id, shown_since, stored in tx.execute(_SAMPLES, values):
        read = [one for one in readings_since(stored, to_us(since)) if one[0] >= shown_since]
        if read:
            series.append(((SourceName(source), PostKey(post_key), watch_id), samples_of(read)))
    series.sort(key=lambda item: (item[1][-1].rp, item[0]))
    return {(source, post_key): samples for (source, post_key, _), samples in series}


def _texts(key: TopicKey, since: datetime, until: datetime, viewer: Viewer, limit: int, tx: Tx) -> list[Utterance]:
    values = {"key": key, "since": to_us(since), "until": to_us(until), "limit": limit, **shown_to(viewer)}
    return _utterances(tx, tx.execute(_TEXTS_SHOWN, values), viewer.guild_id)


def _texts_of_watches(
    watch_ids: Sequence[WatchId],
    since: datetime,
    until: datetime,
    stored_since: datetime | None,
    limit: int,
    tx: Tx,
) -> list[Utterance]:
    times = {
        "since": to_us(since),
        "until": to_us(until),
        "stored_since": 0 if stored_since is None else to_us(stored_since),
    }
    rows = tx.execute(_TEXTS_OF_WATCHES, {"watches": json_list(watch_ids), "limit": limit, **times})
    return _utterances(tx, rows, EVERYWHERE)


def _utterances(tx: Tx, found: Iterable[Row], guild_id: GuildId) -> list[Utterance]:
    rows = {row["post_key"]: row for row in found}
    hidden = hidden_among(tx, [guild_id], list(rows))
    return [
        Utterance(
            key=post_key,
            author=(row["handle"] or row["author"] or post_key).casefold(),
            text=row["text"],
            at=from_us(row["born"]),
            rank=row["rp"] or 0,
        )
        for post_key, row in rows.items()
        if not row["by_bot"] and not row["sensitive"] and not is_hidden(hidden, guild_id, post_key)
    ]


def _held_posts(entry_id: EntryId, tx: Tx) -> list[StoredPost]:
    entry = tx.execute("SELECT guild_id FROM entries WHERE id = ?", (entry_id,)).fetchone()
    held = [stored_post_from(row) for row in tx.execute(_HELD, (entry_id,))]
    return _seen_in(entry["guild_id"], held, tx) if entry else []


def _seen_in(guild_id: GuildId, posts: list[StoredPost], tx: Tx) -> list[StoredPost]:
    """Posts without those hidden in the server or everywhere (invariant 8)."""
    hidden = hidden_among(tx, [guild_id], [stored.post.key for stored in posts])
    return [stored for stored in posts if not is_hidden(hidden, guild_id, stored.post.key)]


def _totals(tx: Tx) -> Totals:
    """Numbers of rows. Posts are summed from each watch's count: counting a million rows reads the whole file."""
    row = tx.execute(
        "SELECT (SELECT count(*) FROM topics) AS topics, (SELECT count(*) FROM watches) AS watches, "
        "(SELECT count(*) FROM subscriptions WHERE removed_at IS NULL) AS subscriptions, "
        "(SELECT coalesce(sum(post_count), 0) FROM watches) AS posts, "
        "(SELECT count(*) FROM entries WHERE state = 'waiting') AS waiting"
    ).fetchone()
    return Totals(
        topics=row["topics"],
        watches=row["watches"],
        subscriptions=row["subscriptions"],
        posts=row["posts"],
        waiting=row["waiting"],
    )
