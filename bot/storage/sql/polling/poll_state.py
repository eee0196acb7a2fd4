"""Reading the state of a poll: one statement for each table, for all posts of the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from bot.core.alerting.echoes import found_at
from bot.core.alerting.velocity import MAX_SPAN
from bot.core.errors import StalePlan
from bot.core.models import (
    FEDERATED,
    AlertState,
    ChannelId,
    CrossingTable,
    Elsewhere,
    EntryFingerprints,
    GuildId,
    KnownPost,
    Listener,
    PollState,
    Post,
    PostKey,
    Sample,
    SourceName,
    SubscriptionId,
    Topic,
    Watch,
    WatchId,
)
from bot.core.surge.settings import Preset
from bot.storage.sql.database import Row, Tx
from bot.storage.sql.mapping.common import (
    POST_COLUMNS,
    WATCH,
    claimed_watch_from,
    from_us,
    from_us_or_none,
    json_list,
    post_from,
    rules_from,
    to_us,
)
from bot.storage.sql.mapping.readings import newest_since, samples_of
from bot.storage.sql.moderation.moderation import (
    hidden_among,
    said_gone_among,
)
from bot.storage.sql.polling.echoes import found_at_from, read_echoes
from bot.storage.sql.polling.entry_fingerprints import read_fingerprints
from bot.storage.sql.polling.origin_texts import own_words
from bot.storage.sql.polling.pace_budgets import (
    PACE_COLUMNS,
    Paced,
    has_pace,
    pace_zone,
    read_budgets,
    read_crossings,
)
from bot.storage.sql.polling.post_counts import count_state_from
from bot.storage.sql.polling.surges import read_open_surges, read_past_counts, read_surge_states
from bot.storage.sql.watching.digest_watches import DIGEST_ONLY

_ANSWERED_WITHIN = timedelta(days=1)

_WATCH_BY_ID = f"""
SELECT watch.*, (SELECT c.state FROM count_states c WHERE c.watch_id = watch.id) AS count_state,
       EXISTS (SELECT 1 FROM surge_states s WHERE s.watch_id = watch.id) AS has_detectors
FROM ({WATCH} WHERE w.id = ?) watch
"""  # noqa: S608 - constants only

_LISTENERS = f"""
SELECT s.id, s.guild_id, s.channel_id, sw.min_rp, s.rules, s.language, s.role_id, s.muted_until,
       s.topic_key, s.name, s.surge,
       (SELECT max(e.not_before) FROM entries e WHERE e.subscription_id = s.id AND e.why = 'ceiling'
        AND e.kind = 'summary' AND e.state <> 'dropped') AS last_summary_at,
       {DIGEST_ONLY} AS digest_only, {PACE_COLUMNS}
FROM subscription_watches sw JOIN subscriptions s ON s.id = sw.subscription_id
WHERE sw.watch_id = ? AND s.removed_at IS NULL AND s.paused IS NULL
ORDER BY s.id
"""  # noqa: S608 - constants only
_DIGEST_GUILDS = """
SELECT DISTINCT d.guild_id FROM digest_watches dw JOIN digests d ON d.id = dw.digest_id
WHERE dw.watch_id = ? AND d.removed_at IS NULL AND d.paused IS NULL
"""

# CROSS JOIN fixes the order: one key look-up for each listed post.
_KNOWN = """
SELECT p.post_key, p.rp, p.max_rp, p.created_at, p.first_seen_at, p.relook_at, p.gone_at, p.rp_at, p.digest,
       p.peak_velocity, p.readings
FROM json_each(?) k CROSS JOIN posts p ON p.watch_id = ? AND p.post_key = k.value
"""
# Other fediverse endpoints that are polled for the watch's topic. One that has failed for a day is left out.
_FEDERATED = ", ".join(f"'{name}'" for name in sorted(FEDERATED))
_NEIGHBOURS = f"""
SELECT o.id, o.source, o.target FROM watches w JOIN watches o ON o.topic_key = w.topic_key AND o.id <> w.id
WHERE w.id = ? AND w.source IN ({_FEDERATED}) AND o.source IN ({_FEDERATED})
  AND o.enabled = 1 AND o.next_poll_at IS NOT NULL AND (o.failures = 0 OR o.last_ok_at > ?)
"""  # noqa: S608 - constants only
_ELSEWHERE = """
SELECT p.post_key, w.source, w.target, p.first_seen_at, json_extract(b.body, '$.author_handle')
FROM json_each(?) n CROSS JOIN json_each(?) k CROSS JOIN watches w ON w.id = CAST(n.value AS BIGINT)
CROSS JOIN posts p ON p.watch_id = w.id AND p.post_key = k.value
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
WHERE p.gone_at IS NULL
"""
_ALERTS = """
SELECT a.channel_id, a.post_key, a.held, a.live_rp, a.decided_at, a.found_at, a.lead_key
FROM json_each(?) k CROSS JOIN json_each(?) c
CROSS JOIN alerts a ON a.channel_id = CAST(c.value AS BIGINT) AND a.post_key = k.value
"""
_BASELINED = """
SELECT b.subscription_id, b.post_key FROM json_each(?) k CROSS JOIN json_each(?) s
CROSS JOIN baselines b ON b.subscription_id = CAST(s.value AS BIGINT) AND b.post_key = k.value
"""
_ALERTS_LAST_HOUR = """
SELECT subscription_id, CAST(sum(number) AS BIGINT) AS told FROM (
  SELECT subscription_id, count(*) AS number FROM alerts
  WHERE subscription_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND held IS NULL AND decided_at > ?2
  GROUP BY subscription_id
  UNION ALL
  SELECT subscription_id, count(*) AS number FROM surge_alerts
  WHERE subscription_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1)) AND decided_at > ?2
  GROUP BY subscription_id) told
GROUP BY subscription_id
"""

_WRITTEN_SINCE = f"""
SELECT {POST_COLUMNS} FROM (SELECT * FROM posts WHERE watch_id = ? AND created_at > ?
                            ORDER BY created_at DESC LIMIT ?) p
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
"""  # noqa: S608 - constants only

NO_FINGERPRINTS: Final[Mapping[PostKey, EntryFingerprints]] = {}


def written_since(watch: WatchId, since: datetime, limit: int, tx: Tx) -> list[Post]:
    """Posts of the watch that were written after ``since``, the newest ``limit`` of them."""
    return [post_from(row) for row in tx.execute(_WRITTEN_SINCE, (watch, to_us(since), limit))]


def read_state(
    watch: Watch,
    keys: Collection[PostKey],
    fingerprints: Mapping[PostKey, EntryFingerprints],
    now: datetime,
    tx: Tx,
) -> PollState:
    """The state that ``plan_poll`` may use; see ``PollStore.state``."""
    row = tx.execute(_WATCH_BY_ID, (watch.id,)).fetchone()
    if row is None:
        msg = f"watch {watch.id} is gone"
        raise StalePlan(msg)
    found = read_fingerprints(tx, watch, fingerprints, now)
    same = found.recognised.same
    keys = [same.get(key, key) for key in keys] if same else keys
    listeners = _listeners(tx, watch, now)
    crossings = read_crossings(tx, (one.budget for one in listeners if one.budget is not None))
    # Posts that compete for a budget and are not in the answer: were they sent?
    settled_keys = [*keys, *_waiting(crossings)]
    alerted = _alerted(tx, watch, listeners, settled_keys)
    digest_guilds = frozenset(GuildId(guild) for (guild,) in tx.execute(_DIGEST_GUILDS, (watch.id,)))
    near = neighbours(tx, watch.id, now)
    surge_states = read_surge_states(tx, watch.id) if row["has_detectors"] else {}
    return PollState(
        # Read afresh except for the claim: after a lost lease, the commit must not use the claim of the new
        # holder.
        watch=claimed_watch_from(row, watch.claim),
        known=_known(tx, watch, json_list(keys), now),
        listeners=listeners,
        alerted=alerted.alerted,
        baselined=_baselined(tx, listeners, settled_keys),
        hidden=hidden_among(tx, digest_guilds | {listener.guild_id for listener in listeners}, settled_keys),
        shown=alerted.shown,
        folded=alerted.folded,
        digested=bool(digest_guilds) or any(listener.digest_only for listener in listeners),
        digest_guilds=digest_guilds,
        neighbours=tuple((SourceName(source), target or None) for _, source, target in near),
        elsewhere=_elsewhere(tx, [watch_id for watch_id, *_ in near], keys),
        own_words=own_words(tx, watch, {one.channel_id for one in listeners}, keys),
        said_gone=said_gone_among(tx, keys),
        echoed=alerted.echoed,
        same=same,
        new_fingerprints=found.recognised.fresh,
        seen_again=found.old,
        counting=count_state_from(row["count_state"]),
        crossings=crossings,
        surge_states=surge_states,
        past_counts=read_past_counts(tx, watch.id, listeners, surge_states, now),
        open_surges=read_open_surges(tx, watch.id, surge_states),
    )


def _waiting(crossings: Mapping[WatchId, CrossingTable]) -> set[PostKey]:
    return {one.key for table in crossings.values() for one in table.waiting}


class _Alerted(NamedTuple):
    """Pairs of channel and post with an alert: of any kind or an echo; shown in a message; echoed from here."""

    alerted: frozenset[tuple[ChannelId, PostKey]]
    shown: Mapping[tuple[ChannelId, PostKey], AlertState]
    folded: Mapping[tuple[ChannelId, PostKey], AlertState]
    echoed: frozenset[tuple[ChannelId, PostKey]]


_NOT_ALERTED = _Alerted(frozenset(), {}, {}, frozenset())


def _alerted(tx: Tx, watch: Watch, listeners: Collection[Listener], keys: Collection[PostKey]) -> _Alerted:
    if not listeners:
        return _NOT_ALERTED
    channels = json_list({listener.channel_id for listener in listeners})
    alerted = tx.execute(_ALERTS, (json_list(keys), channels)).fetchall()
    states = [
        ((channel, key), AlertState(live_rp, from_us(decided_at), found_at_from(found)), held, lead)
        for channel, key, held, live_rp, decided_at, found, lead in alerted
    ]
    echoes, here = read_echoes(tx, json_list(keys), channels), found_at(watch)
    return _Alerted(
        alerted=frozenset(
            {(row["channel_id"], row["post_key"]) for row in alerted}
            | {(channel, key) for channel, key, _ in echoes}
        ),
        shown={at: state for at, state, held, _ in states if held is None},
        folded={at: state for at, state, _, lead in states if lead is not None},
        echoed=frozenset((channel, key) for channel, key, found in echoes if found == here),
    )


def _baselined(
    tx: Tx, listeners: Collection[Listener], keys: Collection[PostKey]
) -> frozenset[tuple[SubscriptionId, PostKey]]:
    """Pairs of subscription and post that are baseline."""
    if not listeners:
        return frozenset()
    subscriptions = json_list(listener.subscription_id for listener in listeners)
    rows = tx.execute(_BASELINED, (json_list(keys), subscriptions))
    return frozenset((subscription, key) for subscription, key in rows)


def neighbours(tx: Tx, watch_id: int, now: datetime) -> list[Row]:
    """Id, source and target of other fediverse endpoints polled for the topic, without those failing for a day."""
    return tx.execute(_NEIGHBOURS, (watch_id, to_us(now - _ANSWERED_WITHIN))).fetchall()


def _elsewhere(tx: Tx, watch_ids: Collection[int], keys: Collection[PostKey]) -> tuple[Elsewhere, ...]:
    if not watch_ids:
        return ()
    rows = tx.execute(_ELSEWHERE, (json_list(watch_ids), json_list(keys)))
    return tuple(
        Elsewhere(key, SourceName(source), target or None, from_us(first_seen_at), handle or "")
        for key, source, target, first_seen_at, handle in rows
    )


def _listeners(tx: Tx, watch: Watch, now: datetime) -> tuple[Listener, ...]:
    rows = tx.execute(_LISTENERS, (watch.id,)).fetchall()
    if not rows:
        return ()
    budgets = read_budgets(tx, _paced(watch, rows), now)
    hour_ago = to_us(now - timedelta(hours=1))
    ids = json_list(row["id"] for row in rows)
    alerted = {row["subscription_id"]: row["told"] for row in tx.execute(_ALERTS_LAST_HOUR, (ids, hour_ago))}
    return tuple(
        Listener(
            subscription_id=row["id"],
            guild_id=row["guild_id"],
            channel_id=row["channel_id"],
            min_rp=row["min_rp"],
            rules=rules_from(row["rules"]),
            language=row["language"],
            role_id=row["role_id"],
            muted_until=from_us_or_none(row["muted_until"]),
            alerts_last_hour=alerted.get(row["id"], 0),
            topic=Topic(key=row["topic_key"], name=row["name"]),
            last_summary_at=from_us_or_none(row["last_summary_at"]),
            digest_only=bool(row["digest_only"]),
            budget=budgets.get(row["id"]),
            surge=None if row["surge"] is None else Preset(row["surge"]),
        )
        for row in rows
    )


def _paced(watch: Watch, rows: Iterable[Row]) -> list[Paced]:
    """The listeners with a pace. Of a topic's searches in feeds, whose articles have no RP, all are sent."""
    if not has_pace(watch):
        return []
    return [
        Paced(row["id"], row["pace"], pace_zone(row["pace_zone"], row["language"]))
        for row in rows
        if row["pace"] is not None
    ]


def _known(tx: Tx, watch: Watch, keys: str, now: datetime) -> dict[PostKey, KnownPost]:
    rows = tx.execute(_KNOWN, (keys, watch.id)).fetchall()
    # A reading is stored with the time of its RP: of other posts, usually of all, there is none that matters.
    since = to_us(now - MAX_SPAN)
    return {
        key: KnownPost(
            key=key,
            rp=rp,
            max_rp=max_rp,
            created_at=from_us_or_none(created_at),
            first_seen_at=from_us(first_seen_at),
            recheck_at=from_us_or_none(recheck_at),
            gone_at=from_us_or_none(gone_at),
            rp_at=from_us(rp_at),
            content_hash=digest,
            samples=recent_samples(watch, readings, now) if rp_at >= since else (),
            peak_velocity=peak,
        )
        for key, rp, max_rp, created_at, first_seen_at, recheck_at, gone_at, rp_at, digest, peak, readings in rows
    }


def recent_samples(watch: Watch, stored: bytes | None, now: datetime) -> tuple[Sample, ...]:
    """The RP of a post as read in ``MAX_SPAN`` before ``now``, and once before; oldest first.

    ``stored``: its readings. None of a source that counts no reposts, and of a post whose RP did not change in
    that span.
    """
    if not watch.source.traits.counts_reposts:
        return ()
    since = to_us(now - MAX_SPAN)
    found = newest_since(stored, since)
    return samples_of(found) if found and found[-1][0] >= since else ()
