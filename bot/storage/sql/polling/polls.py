"""Transactions of a poll: reading its state and committing its plan.

Written for cost: a page of 20 posts is read with one statement for each table and written with one
``executemany`` for each table; unchanged posts are not written at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Final

from bot.core.cadence.index import unit_hash
from bot.core.causes import Cause
from bot.core.errors import StalePlan
from bot.core.health.incidents import endpoint_of
from bot.core.lazy_dataclass import dataclass
from bot.core.models import (
    EVERYWHERE,
    Baseline,
    ChannelId,
    EntryFingerprints,
    GuildId,
    PollPlan,
    PollState,
    Post,
    PostChange,
    PostKey,
    RecalledEntries,
    Snapshot,
    Watch,
    WatchId,
)
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import (
    body_json,
    forecast_json,
    health_record_from,
    health_record_json,
    sql_list,
    to_us,
    to_us_or_none,
)
from bot.storage.sql.mapping.readings import readings_bytes
from bot.storage.sql.moderation.moderation import (
    GONE,
    hidden_among,
    hide_post,
    is_lost_everywhere,
    put_back,
    refuse_hidden,
    source_actor,
)
from bot.storage.sql.outbox.adoption import adopt_each
from bot.storage.sql.outbox.edits import update_count
from bot.storage.sql.polling.alert_writes import insert_alert, insert_folds, insert_gathered, insert_held
from bot.storage.sql.polling.echoes import keep_links, record_echo
from bot.storage.sql.polling.entry_fingerprints import keep_fingerprints
from bot.storage.sql.polling.pace_budgets import check_budgets, keep_crossings
from bot.storage.sql.polling.poll_state import NO_FINGERPRINTS, neighbours, read_state, written_since
from bot.storage.sql.polling.post_counts import add_counts, keep_count_state
from bot.storage.sql.polling.stories import refuse_uncompared, remember_posts
from bot.storage.sql.polling.surges import commit_surges
from bot.storage.sql.retention import keep_newest
from bot.storage.sql.subscriptions.costly_patterns import pause_costly
from bot.storage.sql.watching.entry_memos import keep_memo, read_memo

_DROP_COPY = "DELETE FROM posts WHERE watch_id = ? AND post_key = ?"
_COUNT_DOWN = """
UPDATE watches SET post_count = CASE WHEN post_count > ?1 THEN post_count - ?1 ELSE 0 END WHERE id = ?2
"""
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
_POLL_BY = "UPDATE watches SET next_poll_at = ?1 WHERE id = ?2 AND next_poll_at > ?1"

# An unknown value does not overwrite a known one (invariant 5), and the highest RP never falls (invariant 4).
_WRITE_POST = """
INSERT INTO posts (watch_id, post_key, rp, rp_at, max_rp, likes, replies, score, created_at, first_seen_at,
  updated_at, relook_at, source_id, digest, peak_velocity, readings)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
  digest = excluded.digest,
  peak_velocity = CASE WHEN posts.peak_velocity >= excluded.peak_velocity THEN posts.peak_velocity
    ELSE coalesce(excluded.peak_velocity, posts.peak_velocity) END,
  readings = CASE WHEN excluded.readings IS NULL THEN posts.readings
    WHEN posts.readings IS NULL THEN excluded.readings
    ELSE CAST(posts.readings || excluded.readings AS BLOB) END
"""
_WRITE_BODY = """
INSERT INTO post_bodies (watch_id, post_key, body) VALUES (?, ?, ?)
ON CONFLICT (watch_id, post_key) DO UPDATE SET body = excluded.body WHERE post_bodies.body <> excluded.body
"""
# An answer that shows no media, or no avatar, leaves those that were known. Within JSON text a quote is escaped,
# so that only a field is found; addresses of avatars hold neither quotes nor backslashes (``core.media``).
_WRITE_BODY_KEEPING_MEDIA = """
INSERT INTO post_bodies (watch_id, post_key, body) VALUES (?, ?, ?)
ON CONFLICT (watch_id, post_key) DO UPDATE SET body = substr(excluded.body, 1, length(excluded.body) - 1)
  || CASE WHEN instr(post_bodies.body, '"media":') > 0 AND instr(excluded.body, '"media":') = 0
     THEN ',"media":' || json_extract(post_bodies.body, '$.media') ELSE '' END
  || CASE WHEN instr(post_bodies.body, '"avatar_url":') > 0 AND instr(excluded.body, '"avatar_url":') = 0
     THEN ',"avatar_url":"' || json_extract(post_bodies.body, '$.avatar_url') || '"' ELSE '' END
  || '}'
WHERE post_bodies.body <> excluded.body
"""
_WRITE_SNAPSHOT = """
INSERT INTO snapshots (watch_id, observed_at, volume, male_pct, female_pct, audience_group)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (watch_id, observed_at) DO UPDATE SET volume = excluded.volume, male_pct = excluded.male_pct,
  female_pct = excluded.female_pct, audience_group = excluded.audience_group
"""


@dataclass(frozen=True, slots=True)
class CommitResult:
    """Rows written by a poll's commit; ``alerts`` counts only first alerts, ``folded`` posts of a known story.

    ``paused_as_costly``: subscriptions paused because their patterns cost too much CPU, with a notice to their
    channel.
    """

    new_posts: int
    changed_posts: int
    alerts: int
    held: int
    folded: int = 0
    paused_as_costly: int = 0


class PollStore(Store):
    """State that a poll reads, and the commit of its plan."""

    async def state(
        self,
        watch: Watch,
        posts: Collection[PostKey],
        now: datetime,
        fingerprints: Mapping[PostKey, EntryFingerprints] = NO_FINGERPRINTS,
    ) -> PollState:
        """State that ``plan_poll`` may use, read in one consistent snapshot.

        ``fingerprints``: the fingerprints by which posts are recognised (``core.identity.entries``); the state
        uses the keys they are known by. ``known`` and the sets cover ``posts`` only. Paused subscriptions are not
        among the listeners. ``alerts_last_hour`` counts alerts (not held ones) decided in the hour before ``now``;
        ``last_summary_at`` is the ``not_before`` of the newest CEILING summary of the subscription. The state's
        ``watch`` is read afresh except for the claim, which stays the caller's. Raises ``StalePlan`` when the
        watch is gone.
        """
        return await self._database.read(partial(read_state, watch, posts, fingerprints, now))

    async def hidden_among(
        self, guilds: Collection[GuildId], keys: Collection[PostKey]
    ) -> frozenset[tuple[GuildId, PostKey]]:
        """Pairs of server and post that are hidden, in the server or everywhere."""
        return await self._database.read(lambda tx: hidden_among(tx, guilds, keys))

    async def written_since(self, watch: WatchId, since: datetime, limit: int) -> list[Post]:
        """Posts of the watch that were written after ``since``, the newest ``limit`` of them."""
        return await self._database.read(partial(written_since, watch, since, limit))

    async def entry_memo(self, watch: WatchId) -> RecalledEntries | None:
        """Entries of the watch's page that its last commit kept, with their posts; None: nothing."""
        return await self._database.read(partial(read_memo, watch))

    async def commit(self, plan: PollPlan) -> CommitResult:
        """Write posts, samples, snapshot, watch and outbox entries in one transaction.

        The first alert is unique per (channel, post): one that exists already is skipped, with its entry. Held
        posts join their subscription's open summary entry, or open one at ``summary_at``. ``others_within``: the
        host's other watches whose last poll had no answer become due within it, unless their source asked for a
        longer wait.

        Raises ``StalePlan`` when the claim is no longer the caller's, ``rules_version`` changed, or another watch
        sent alerts from a budget that the plan takes some from. A watch that
        lost its last listener meanwhile stays inactive, whatever the plan says.
        """
        return await self._database.write(partial(_commit, plan), durable=False, alone=_writes_elsewhere(plan))


_OF_THE_WATCH: Final = frozenset(
    {
        *("watch", "at", "update", "changes", "snapshot", "baselines", "recheck_times", "gone"),
        *("kept", "seen", "new_fingerprints", "seen_again", "memo", "counted", "crossings", "surges"),
        "compared_until",  # matters to alerts, which are elsewhere
    }
)
"""Fields of a plan that are written to rows of its watch, whose row the commit updates, and so locks, first; and
baselines, which only ever are added, in the order of their keys."""
_ELSEWHERE: Final = tuple(one for one in fields(PollPlan) if one.name not in _OF_THE_WATCH)
_values_elsewhere: Final = attrgetter(*(one.name for one in _ELSEWHERE))
_NOTHING_ELSEWHERE: Final = tuple(
    one.default if one.default_factory is MISSING else one.default_factory() for one in _ELSEWHERE
)
"""The values of all other fields that write nothing."""


def _writes_elsewhere(plan: PollPlan) -> bool:
    """Whether the commit uses rows that commits of other watches use too: it is alone then."""
    surges = plan.surges  # whose states are the watch's
    return bool(surges.cards or surges.updates) or _values_elsewhere(plan) != _NOTHING_ELSEWHERE


def _commit(plan: PollPlan, tx: Tx) -> CommitResult:
    new_posts = sum(change.is_new for change in plan.changes)
    _finish_watch(tx, plan, new_posts)
    _refuse_hidden(tx, plan)
    refuse_uncompared(tx, plan)
    check_budgets(tx, plan)
    if plan.others_within is not None:
        _pull_forward(tx, plan.watch, plan.others_within, plan.at)
    _write_posts(tx, plan.watch, plan.changes, to_us(plan.at))
    if new_posts and plan.kept is not None:
        keep_newest(tx, plan.watch.id, plan.kept, plan.seen)
    keep_fingerprints(tx, plan)
    _keep_for_next_poll(tx, plan)
    keep_links(tx, plan.links)
    _write_recheck_times(tx, plan)
    _write_marks(tx, plan)
    _write_snapshot(tx, plan.watch, plan.snapshot)
    _write_counts(tx, plan)
    _write_baselines(tx, plan.baselines, to_us(plan.at))
    for channel_id, key, rp in plan.count_updates:
        update_count(tx, channel_id, key, rp, plan.at)
    for echo in plan.echoes:
        record_echo(tx, echo, echo.post_key, plan.at)
    for key in plan.put_back:
        put_back(tx, key, source_actor(plan.watch.source), plan.at)
    _drop_copies(tx, plan)
    for key in (*plan.take_downs, *(key for key in plan.lost if is_lost_everywhere(tx, key, plan.watch))):
        hide_post(tx, EVERYWHERE, key, source_actor(plan.watch.source), GONE, plan.at)
    result = CommitResult(
        paused_as_costly=len(plan.too_costly),
        new_posts=new_posts,
        changed_posts=len(plan.changes) - new_posts,
        alerts=sum(insert_alert(tx, plan.watch, alert, plan.at) for alert in plan.alerts)
        + commit_surges(tx, plan.watch, plan.surges, plan.at),
        folded=insert_folds(tx, plan.watch, plan.folds, plan.at),
        held=sum(insert_held(tx, plan.watch, held, plan.at) for held in plan.held),
    )
    for gathered in plan.gathered:
        insert_gathered(tx, gathered, plan.at)
        for one in gathered.posts:
            remember_posts(tx, one.watch_id, [one.post.key], plan.at)
    remember_posts(tx, plan.watch.id, _sent_keys(plan), plan.at)
    adopt_each(tx, _channels(plan), plan.at)
    for subscription_id in plan.too_costly:
        pause_costly(tx, subscription_id, plan.watch, plan.at)
    return result


def _keep_for_next_poll(tx: Tx, plan: PollPlan) -> None:
    if plan.memo is not None:
        keep_memo(tx, plan.watch.id, plan.memo)
    if plan.crossings is not None:
        keep_crossings(tx, plan.watch.id, plan.crossings)


def _refuse_hidden(tx: Tx, plan: PollPlan) -> None:
    """Raise ``StalePlan`` for a post hidden since the state was read, unless the plan puts it back."""
    alerts = (*plan.alerts, *(held.alert for held in plan.held), *(fold.alert for fold in plan.folds))
    alerted = {(alert.guild_id, alert.content.post.key) for alert in alerts}
    alerted |= {(one.alert.guild_id, further.post.key) for one in plan.gathered for further in one.posts}
    alerted |= {(alert.guild_id, shown.post.key) for alert in plan.surges.cards for shown in alert.content.posts()}
    stored = {change.post.key: change.post for change in plan.changes}
    back = set(plan.put_back)
    refuse_hidden(
        tx,
        plan.watch,
        ((guild, key) for guild, key in alerted if key not in back),
        {key: post for key, post in stored.items() if key not in back},
    )


def _channels(plan: PollPlan) -> Iterator[ChannelId]:
    """The channels for which something was decided."""
    alerts = (*plan.alerts, *(held.alert for held in plan.held), *(fold.alert for fold in plan.folds))
    yield from (alert.channel_id for alert in alerts)
    yield from (one.alert.channel_id for one in plan.gathered)
    yield from (card.channel_id for card in plan.surges.cards)


def _sent_keys(plan: PollPlan) -> Iterator[PostKey]:
    """Posts that a channel is sent on their own, or counted in an alert."""
    yield from (alert.content.post.key for alert in plan.alerts)
    yield from (fold.alert.content.post.key for fold in plan.folds)


def _drop_copies(tx: Tx, plan: PollPlan) -> None:
    """Delete copies of a post that other endpoints showed before its home server did."""
    if not plan.own:
        return
    for watch_id, *_ in neighbours(tx, plan.watch.id, plan.at):
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
    endpoint = endpoint_of(watch.source, watch.target)
    for watch_id, target, health_record, cause in tx.execute(
        _UNANSWERED, (watch.source, to_us(at + within))
    ).fetchall():
        if endpoint_of(watch.source, target) == endpoint:
            soon = at + within * unit_hash(watch_id, at)
            wait_until = health_record_from(health_record, cause).wait_until or soon
            tx.execute(_POLL_BY, (to_us(max(soon, wait_until)), watch_id))


def _write_posts(tx: Tx, watch: Watch, changes: Iterable[PostChange], at: int) -> None:
    posts = []
    bodies: list[tuple[int, PostKey, str]] = []
    wiped: list[tuple[int, PostKey, str]] = []
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
                change.content_hash,
                change.velocity,
                readings_bytes([(at, post.rp)]) if change.sampled and post.rp is not None else None,
            )
        )
        (wiped if post == post.redacted() else bodies).append((watch.id, key, body_json(post)))
    if posts:
        tx.executemany(_WRITE_POST, posts)
    if bodies:
        tx.executemany(_WRITE_BODY_KEEPING_MEDIA, bodies)
    if wiped:
        tx.executemany(_WRITE_BODY, wiped)


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


def _write_snapshot(tx: Tx, watch: Watch, snapshot: Snapshot | None) -> None:
    if snapshot is None:
        return
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


def _write_counts(tx: Tx, plan: PollPlan) -> None:
    if plan.counted is not None:
        add_counts(tx, plan.watch.id, plan.counted.counts)
        keep_count_state(tx, plan.watch.id, plan.counted.state)


def _write_baselines(tx: Tx, baselines: Iterable[Baseline], at: int) -> None:
    rows = sorted((baseline.subscription_id, baseline.post_key, baseline.why, at) for baseline in baselines)
    if rows:
        tx.executemany(
            "INSERT INTO baselines (subscription_id, post_key, why, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            rows,
        )
