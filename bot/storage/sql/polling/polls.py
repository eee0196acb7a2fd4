"""Transactions of a poll: reading its state and committing its plan.

Written for cost: a page of 20 posts is read with one statement for each table and written with one
``executemany`` for each table; unchanged posts are not written at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.alerting.echoes import found_at
from bot.core.cadence.index import unit_hash
from bot.core.causes import Cause
from bot.core.errors import StalePlan
from bot.core.health.incidents import endpoint_of
from bot.core.models import (
    EVERYWHERE,
    FEDERATED,
    AlertState,
    Baseline,
    Elsewhere,
    EntryNames,
    GuildId,
    KnownPost,
    Listener,
    PollPlan,
    PollState,
    Post,
    PostChange,
    PostKey,
    RecalledEntries,
    Snapshot,
    SourceName,
    SubscriptionId,
    Topic,
    Watch,
    WatchId,
)
from bot.storage.sql.database import Row, Store, Tx
from bot.storage.sql.digests.digest_watches import DIGEST_ONLY
from bot.storage.sql.mapping.common import (
    POST_COLUMNS,
    WATCH,
    body_json,
    claimed_watch_from,
    forecast_json,
    from_us,
    from_us_or_none,
    health_record_from,
    health_record_json,
    json_list,
    post_from,
    rules_from,
    sql_list,
    to_us,
    to_us_or_none,
)
from bot.storage.sql.moderation import (
    GONE,
    hidden_among,
    hide_post,
    is_lost_everywhere,
    put_back,
    refuse_hidden,
    said_gone_among,
    source_actor,
)
from bot.storage.sql.outbox.edits import update_count
from bot.storage.sql.retention import keep_newest
from bot.storage.sql.subscriptions.costly_patterns import set_aside

from .alert_writes import insert_alert, insert_held
from .echoes import found_at_from, keep_links, read_echoes, record_echo
from .entry_memos import keep_memo, read_memo
from .entry_names import keep_names, read_names
from .origin_texts import own_words

_ANSWERED_WITHIN = timedelta(days=1)

_WATCH_BY_ID = f"{WATCH} WHERE w.id = ?"

_LISTENERS = f"""
SELECT s.id, s.guild_id, s.channel_id, sw.min_rp, s.rules, s.language, s.role_id, s.muted_until,
       s.topic_key, s.name,
       (SELECT max(e.not_before) FROM entries e WHERE e.subscription_id = s.id AND e.why = 'ceiling'
        AND e.kind = 'summary' AND e.state <> 'dropped') AS last_summary_at,
       {DIGEST_ONLY} AS digest_only
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
SELECT p.post_key, p.rp, p.max_rp, p.created_at, p.first_seen_at, p.relook_at, p.gone_at, p.digest
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
_DROP_COPY = "DELETE FROM posts WHERE watch_id = ? AND post_key = ?"
_COUNT_DOWN = """
UPDATE watches SET post_count = CASE WHEN post_count > ?1 THEN post_count - ?1 ELSE 0 END WHERE id = ?2
"""
_TOLD = """
SELECT a.channel_id, a.post_key, a.held, a.live_rp, a.decided_at, a.found_at
FROM json_each(?) k CROSS JOIN json_each(?) c
CROSS JOIN alerts a ON a.channel_id = CAST(c.value AS BIGINT) AND a.post_key = k.value
"""
_BASELINED = """
SELECT b.subscription_id, b.post_key FROM json_each(?) k CROSS JOIN json_each(?) s
CROSS JOIN baselines b ON b.subscription_id = CAST(s.value AS BIGINT) AND b.post_key = k.value
"""
_TOLD_LAST_HOUR = """
SELECT subscription_id, count(*) AS told FROM alerts
WHERE subscription_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND held IS NULL AND decided_at > ?
GROUP BY subscription_id
"""

_WRITTEN_SINCE = f"""
SELECT {POST_COLUMNS} FROM (SELECT * FROM posts WHERE watch_id = ? AND created_at > ?
                            ORDER BY created_at DESC LIMIT ?) p
CROSS JOIN post_bodies b ON b.watch_id = p.watch_id AND b.post_key = p.post_key
"""  # noqa: S608 - constants only

# An inactive watch (NULL) stays inactive: its last listener was removed while it was polled.
_FINISH_WATCH = """
UPDATE watches SET next_poll_at = CASE WHEN next_poll_at IS NULL THEN NULL ELSE CAST(? AS BIGINT) END, cursor = ?,
  etag = ?, last_modified = ?, last_ok_at = ?, failures = ?, health = ?, health_note = ?, cause = ?,
  vitals = ?,
  outlook = ?, price = ?,
  post_count = post_count + ?, claim = NULL, claimed_until = NULL
WHERE id = ? AND claim = ? AND rules_version = ?
"""

# Uses the index of watches with a health other than OK, which is short.
_UNANSWERED = f"""
SELECT id, target, vitals, cause FROM watches
WHERE source = ? AND health <> 'ok' AND failures > 0 AND enabled = 1 AND next_poll_at > ?
  AND cause IN {sql_list(cause for cause in Cause if cause.host_unreachable)}
"""  # noqa: S608 - constants only
_LOOK_BY = "UPDATE watches SET next_poll_at = ?1 WHERE id = ?2 AND next_poll_at > ?1"

# An unknown value does not overwrite a known one (invariant 5), and the highest RP never falls (invariant 4).
_WRITE_POST = """
INSERT INTO posts (watch_id, post_key, rp, rp_at, max_rp, likes, replies, score, created_at, first_seen_at,
  updated_at, relook_at, source_id, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (watch_id, post_key) DO UPDATE SET
  rp = coalesce(excluded.rp, posts.rp),
  rp_at = CASE WHEN excluded.rp IS NULL THEN posts.rp_at ELSE excluded.rp_at END,
  max_rp = CASE WHEN posts.max_rp >= excluded.max_rp THEN posts.max_rp
    ELSE coalesce(excluded.max_rp, posts.max_rp) END,
  likes = coalesce(excluded.likes, posts.likes),
  replies = coalesce(excluded.replies, posts.replies),
  score = coalesce(excluded.score, posts.score),
  created_at = coalesce(excluded.created_at, posts.created_at),
  updated_at = excluded.updated_at,
  relook_at = excluded.relook_at,
  source_id = coalesce(excluded.source_id, posts.source_id),
  digest = excluded.digest
"""
_WRITE_BODY = """
INSERT INTO post_bodies (watch_id, post_key, body) VALUES (?, ?, ?)
ON CONFLICT (watch_id, post_key) DO UPDATE SET body = excluded.body WHERE post_bodies.body <> excluded.body
"""
_WRITE_SAMPLE = """
INSERT INTO samples (watch_id, post_key, at, rp) VALUES (?, ?, ?, ?)
ON CONFLICT (watch_id, post_key, at) DO UPDATE SET rp = excluded.rp
"""
_WRITE_SNAPSHOT = """
INSERT INTO snapshots (watch_id, observed_at, volume, male_pct, female_pct, audience_group)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (watch_id, observed_at) DO UPDATE SET volume = excluded.volume, male_pct = excluded.male_pct,
  female_pct = excluded.female_pct, audience_group = excluded.audience_group
"""


NO_NAMES: Final[Mapping[PostKey, EntryNames]] = {}


@dataclass(frozen=True, slots=True)
class CommitResult:
    """Rows written by a poll's commit; ``alerts`` counts only first alerts.

    ``set_aside``: subscriptions paused because their patterns cost too much CPU, with a notice to their channel.
    """

    new_posts: int
    changed_posts: int
    alerts: int
    held: int
    set_aside: int = 0


class PollStore(Store):
    """State that a poll reads, and the commit of its plan."""

    async def state(
        self,
        watch: Watch,
        posts: Collection[PostKey],
        now: datetime,
        names: Mapping[PostKey, EntryNames] = NO_NAMES,
    ) -> PollState:
        """State that ``plan_poll`` may use, read in one consistent snapshot.

        ``names``: the names by which posts are recognised (``core.identity.entries``); the state uses the keys
        they are known by. ``known`` and the sets cover ``posts`` only. Paused subscriptions are not among the
        listeners. ``told_last_hour`` counts alerts (not held ones) decided in the hour before ``now``;
        ``last_summary_at`` is the ``not_before`` of the newest CEILING summary of the subscription. The state's
        ``watch`` is read afresh except for the claim, which stays the caller's. Raises ``StalePlan`` when
        the watch is gone.
        """
        return await self._database.read(partial(_read_state, watch, posts, names, now))

    async def written_since(self, watch: WatchId, since: datetime, limit: int) -> list[Post]:
        """Posts of the watch that were written after ``since``, the newest ``limit`` of them."""
        return await self._database.read(partial(_written_since, watch, since, limit))

    async def entry_memo(self, watch: WatchId) -> RecalledEntries | None:
        """Entries of the watch's page that its last commit kept, with their posts; None: nothing."""
        return await self._database.read(partial(read_memo, watch))

    async def commit(self, plan: PollPlan) -> CommitResult:
        """Write posts, samples, snapshot, watch and outbox entries in one transaction.

        The first alert is unique per (channel, post): one that exists already is skipped, with its entry. Held
        posts join their subscription's open summary entry, or open one at ``tell_at``. ``others_within``: the
        host's other watches whose last poll had no answer become due within it, unless their source asked for a
        longer wait.

        Raises ``StalePlan`` when the claim is no longer the caller's or ``rules_version`` changed. A watch that
        lost its last listener meanwhile stays inactive, whatever the plan says.
        """
        return await self._database.write(partial(_commit, plan), durable=False)


def _written_since(watch: WatchId, since: datetime, limit: int, tx: Tx) -> list[Post]:
    return [post_from(row) for row in tx.execute(_WRITTEN_SINCE, (watch, to_us(since), limit))]


def _read_state(
    watch: Watch,
    keys: Collection[PostKey],
    names: Mapping[PostKey, EntryNames],
    now: datetime,
    tx: Tx,
) -> PollState:
    row = tx.execute(_WATCH_BY_ID, (watch.id,)).fetchone()
    if row is None:
        msg = f"watch {watch.id} is gone"
        raise StalePlan(msg)
    found = read_names(tx, watch, names, now)
    same = found.recognised.same
    keys = [same.get(key, key) for key in keys] if same else keys
    listeners = _listeners(tx, watch.id, now)
    digest_guilds = frozenset(GuildId(guild) for (guild,) in tx.execute(_DIGEST_GUILDS, (watch.id,)))
    channels = json_list({listener.channel_id for listener in listeners})
    subscriptions = json_list(listener.subscription_id for listener in listeners)
    told = tx.execute(_TOLD, (json_list(keys), channels)).fetchall() if listeners else []
    echoes = read_echoes(tx, json_list(keys), channels) if listeners else []
    here = found_at(watch)
    neighbours = _neighbours(tx, watch.id, now)
    return PollState(
        # Read afresh except for the claim: after a lost lease, the commit must not use the claim of the new
        # holder.
        watch=claimed_watch_from(row, watch.claim),
        known=_known(tx, watch, json_list(keys)),
        listeners=listeners,
        told=frozenset(
            {(row["channel_id"], row["post_key"]) for row in told} | {(channel, key) for channel, key, _ in echoes}
        ),
        baselined=_baselined(tx, json_list(keys), subscriptions) if listeners else frozenset(),
        hidden=hidden_among(tx, digest_guilds | {listener.guild_id for listener in listeners}, keys),
        shown={
            (channel, key): AlertState(live_rp, from_us(decided_at), found_at_from(place))
            for channel, key, held, live_rp, decided_at, place in told
            if held is None
        },
        digested=bool(digest_guilds) or any(listener.digest_only for listener in listeners),
        digest_guilds=digest_guilds,
        neighbours=tuple((SourceName(source), target or None) for _, source, target in neighbours),
        elsewhere=_elsewhere(tx, [watch_id for watch_id, *_ in neighbours], keys),
        own_words=own_words(tx, watch, {one.channel_id for one in listeners}, keys),
        said_gone=said_gone_among(tx, keys),
        echoed=frozenset((channel, key) for channel, key, place in echoes if place == here),
        same=same,
        fresh_names=found.recognised.fresh,
        old_names=found.old,
    )


def _baselined(tx: Tx, keys: str, subscriptions: str) -> frozenset[tuple[SubscriptionId, PostKey]]:
    """Pairs of subscription and post (JSON lists of ids and of keys) that are baseline."""
    return frozenset((subscription, key) for subscription, key in tx.execute(_BASELINED, (keys, subscriptions)))


def _neighbours(tx: Tx, watch_id: int, now: datetime) -> list[Row]:
    return tx.execute(_NEIGHBOURS, (watch_id, to_us(now - _ANSWERED_WITHIN))).fetchall()


def _elsewhere(tx: Tx, watch_ids: Collection[int], keys: Collection[PostKey]) -> tuple[Elsewhere, ...]:
    if not watch_ids:
        return ()
    rows = tx.execute(_ELSEWHERE, (json_list(watch_ids), json_list(keys)))
    return tuple(
        Elsewhere(key, SourceName(source), target or None, from_us(first_seen_at), handle or "")
        for key, source, target, first_seen_at, handle in rows
    )


def _listeners(tx: Tx, watch_id: int, now: datetime) -> tuple[Listener, ...]:
    rows = tx.execute(_LISTENERS, (watch_id,)).fetchall()
    if not rows:
        return ()
    hour_ago = to_us(now - timedelta(hours=1))
    ids = json_list(row["id"] for row in rows)
    told = {row["subscription_id"]: row["told"] for row in tx.execute(_TOLD_LAST_HOUR, (ids, hour_ago))}
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
            told_last_hour=told.get(row["id"], 0),
            topic=Topic(key=row["topic_key"], name=row["name"]),
            last_summary_at=from_us_or_none(row["last_summary_at"]),
            digest_only=bool(row["digest_only"]),
        )
        for row in rows
    )


def _known(tx: Tx, watch: Watch, keys: str) -> dict[PostKey, KnownPost]:
    return {
        key: KnownPost(
            key=key,
            rp=rp,
            max_rp=max_rp,
            created_at=from_us_or_none(created_at),
            first_seen_at=from_us(first_seen_at),
            recheck_at=from_us_or_none(recheck_at),
            gone_at=from_us_or_none(gone_at),
            digest=digest,
        )
        for key, rp, max_rp, created_at, first_seen_at, recheck_at, gone_at, digest in tx.execute(
            _KNOWN, (keys, watch.id)
        )
    }


def _commit(plan: PollPlan, tx: Tx) -> CommitResult:
    new_posts = sum(change.is_new for change in plan.changes)
    _finish_watch(tx, plan, new_posts)
    _refuse_hidden(tx, plan)
    if plan.others_within is not None:
        _pull_forward(tx, plan.watch, plan.others_within, plan.at)
    _write_posts(tx, plan.watch, plan.changes, to_us(plan.at))
    if new_posts and plan.kept is not None:
        keep_newest(tx, plan.watch.id, plan.kept, plan.seen)
    keep_names(tx, plan)
    if plan.memo is not None:
        keep_memo(tx, plan.watch.id, plan.memo)
    keep_links(tx, plan.links)
    _write_recheck_times(tx, plan)
    _write_marks(tx, plan)
    if plan.snapshot is not None:
        _write_snapshot(tx, plan.watch, plan.snapshot)
    _write_baselines(tx, plan.baselines, to_us(plan.at))
    for channel_id, key, rp in plan.recounts:
        update_count(tx, channel_id, key, rp, plan.at)
    for echo in plan.echoes:
        record_echo(tx, echo, echo.post_key, plan.at)
    for key in plan.put_back:
        put_back(tx, key, source_actor(plan.watch.source), plan.at)
    _drop_copies(tx, plan)
    for key in (*plan.take_downs, *(key for key in plan.lost if is_lost_everywhere(tx, key, plan.watch))):
        hide_post(tx, EVERYWHERE, key, source_actor(plan.watch.source), GONE, plan.at)
    result = CommitResult(
        set_aside=len(plan.too_dear),
        new_posts=new_posts,
        changed_posts=len(plan.changes) - new_posts,
        alerts=sum(insert_alert(tx, plan.watch, alert, plan.at) for alert in plan.alerts),
        held=sum(insert_held(tx, plan.watch, held, plan.at) for held in plan.held),
    )
    for subscription_id in plan.too_dear:
        set_aside(tx, subscription_id, plan.watch, plan.at)
    return result


def _refuse_hidden(tx: Tx, plan: PollPlan) -> None:
    """Raise ``StalePlan`` for a post hidden since the state was read, unless the plan puts it back."""
    alerts = (*plan.alerts, *(held.alert for held in plan.held))
    told = {(alert.guild_id, alert.content.post.key) for alert in alerts}
    stored = {change.post.key: change.post for change in plan.changes}
    back = set(plan.put_back)
    refuse_hidden(
        tx,
        plan.watch,
        ((guild, key) for guild, key in told if key not in back),
        {key: post for key, post in stored.items() if key not in back},
    )


def _drop_copies(tx: Tx, plan: PollPlan) -> None:
    """Delete copies of a post that other endpoints showed before its home server did."""
    if not plan.own:
        return
    for watch_id, *_ in _neighbours(tx, plan.watch.id, plan.at):
        dropped = tx.executemany(_DROP_COPY, [(watch_id, key) for key in plan.own]).rowcount
        tx.execute(_COUNT_DOWN, (dropped, watch_id))


def _finish_watch(tx: Tx, plan: PollPlan, new_posts: int) -> None:
    watch, update = plan.watch, plan.update
    values = (
        to_us(update.next_poll_at),
        update.cursor,
        update.validators.etag,
        update.validators.last_modified,
        to_us_or_none(update.last_ok_at),
        update.failures,
        update.health,
        update.health_note,
        update.health_record.cause,
        health_record_json(update.health_record),
        forecast_json(update.forecast),
        update.next_poll.index_threshold if update.next_poll else None,
        new_posts,
        watch.id,
        watch.claim,
        watch.rules_version,
    )
    if tx.execute(_FINISH_WATCH, values).rowcount != 1:
        msg = f"watch {watch.id}: the claim or the rules changed since its state was read"
        raise StalePlan(msg)


def _pull_forward(tx: Tx, watch: Watch, within: timedelta, at: datetime) -> None:
    """Make due soon the host's watches whose last poll had no answer, spread evenly within ``within``.

    Never before the time that a source asked to wait until.
    """
    place = endpoint_of(watch.source, watch.target)
    for watch_id, target, health_record, cause in tx.execute(
        _UNANSWERED, (watch.source, to_us(at + within))
    ).fetchall():
        if endpoint_of(watch.source, target) == place:
            soon = at + within * unit_hash(watch_id, at)
            wait_until = health_record_from(health_record, cause).wait_until or soon
            tx.execute(_LOOK_BY, (to_us(max(soon, wait_until)), watch_id))


def _write_posts(tx: Tx, watch: Watch, changes: Iterable[PostChange], at: int) -> None:
    posts, bodies, samples = [], [], []
    for change in changes:
        post, key = change.post, change.post.key
        posts.append(
            (
                watch.id,
                key,
                post.rp,
                at,
                change.max_rp,
                post.likes,
                post.replies,
                post.score,
                to_us_or_none(post.created_at),
                at,
                at,
                to_us_or_none(change.recheck_at),
                post.source_id,
                change.digest,
            )
        )
        bodies.append((watch.id, key, body_json(post)))
        if change.sampled and post.rp is not None:
            samples.append((watch.id, key, at, post.rp))
    if posts:
        tx.executemany(_WRITE_POST, posts)
        tx.executemany(_WRITE_BODY, bodies)
    if samples:
        tx.executemany(_WRITE_SAMPLE, samples)


def _write_recheck_times(tx: Tx, plan: PollPlan) -> None:
    if plan.recheck_times:
        tx.executemany(
            "UPDATE posts SET relook_at = ? WHERE watch_id = ? AND post_key = ?",
            [(to_us_or_none(at), plan.watch.id, key) for key, at in plan.recheck_times],
        )


def _write_marks(tx: Tx, plan: PollPlan) -> None:
    if plan.gone:
        tx.executemany(
            "UPDATE posts SET gone_at = ? WHERE watch_id = ? AND post_key = ?",
            [(to_us_or_none(at), plan.watch.id, key) for key, at in plan.gone],
        )


def _write_snapshot(tx: Tx, watch: Watch, snapshot: Snapshot) -> None:
    audience = snapshot.audience
    tx.execute(
        _WRITE_SNAPSHOT,
        (
            watch.id,
            to_us(snapshot.observed_at),
            snapshot.volume,
            audience.male_pct,
            audience.female_pct,
            audience.group,
        ),
    )


def _write_baselines(tx: Tx, baselines: Iterable[Baseline], at: int) -> None:
    rows = [(baseline.subscription_id, baseline.post_key, baseline.why, at) for baseline in baselines]
    if rows:
        tx.executemany(
            "INSERT INTO baselines (subscription_id, post_key, why, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            rows,
        )
