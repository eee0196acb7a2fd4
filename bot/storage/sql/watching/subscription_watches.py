"""Bindings of subscriptions to watches: bound, silenced, and resumed with a baseline (invariant 3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import BaselineReason, Failure, PauseReason, SourceName, SubscriptionId, Topic
from bot.core.targets import OWN, targets_of
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import rules_from, to_us
from bot.storage.sql.watching.baseline import record_baseline
from bot.storage.sql.watching.watches import activate, deactivate_unused, ensure_watch, invalidate_plans

RESTORABLE: Final = timedelta(days=30)
"""Time within which the removal of a subscription or a digest can be undone."""
DISCORD_PAUSES: Final = tuple(why for why in PauseReason if why.by_discord)
"""Pause reasons set by an answer of Discord, not by a person."""


def bind_watches(
    tx: Tx,
    subscription_id: SubscriptionId,
    min_rp: Mapping[SourceName, int],
    now: datetime,
) -> None:
    """Bind a subscription to each source's watches, made where there are none; unused watches are deactivated."""
    topic, target = _followed(tx, subscription_id)
    since = _since_when(tx, subscription_id)
    left = list(since)
    tx.execute("DELETE FROM subscription_watches WHERE subscription_id = ?", (subscription_id,))
    for source, least in min_rp.items():
        aims = (target,) if target and source.traits.asked_by_address else targets_for(tx, source, topic)
        watches = [ensure_watch(tx, source, topic, aim, now) for aim in aims]
        tx.executemany(
            "INSERT INTO subscription_watches (watch_id, subscription_id, min_rp, since) VALUES (?, ?, ?, ?)",
            [(watch_id, subscription_id, least, since.get(watch_id, to_us(now))) for watch_id in watches],
        )
    kept = watch_ids_of(tx, subscription_id)
    invalidate_plans(tx, {*left, *kept})
    deactivate_unused(tx, {*left, *kept})
    _activate_inactive(tx, subscription_id, now)


def rebind_targets(tx: Tx, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime) -> None:
    """Rebind a subscription to its sources' current targets; posts stored there that pass are baseline."""
    minimums = tx.execute(
        "SELECT w.source, min(sw.min_rp) FROM subscription_watches sw JOIN watches w ON w.id = sw.watch_id "
        "WHERE sw.subscription_id = ? GROUP BY w.source",
        (subscription_id,),
    ).fetchall()
    bind_watches(tx, subscription_id, {SourceName(source): least for source, least in minimums}, now)
    row = tx.execute("SELECT rules FROM subscriptions WHERE id = ?", (subscription_id,)).fetchone()
    record_baseline(tx, subscription_id, rules_from(row["rules"]), baseline_since, now, BaselineReason.RESUMED)


def targets_for(tx: Tx, source: SourceName, topic: Topic) -> tuple[str | None, ...]:
    """Targets of a source for a topic, from the settings."""
    rows = tx.execute(
        "SELECT template FROM source_targets WHERE source = ? ORDER BY position", (source,)
    ).fetchall()
    return targets_of([template for (template,) in rows] or [OWN], topic)


def _followed(tx: Tx, subscription_id: SubscriptionId) -> tuple[Topic, str | None]:
    """Topic of a subscription, and the target of its feed."""
    row = tx.execute(
        "SELECT s.topic_key, s.name, s.target FROM subscriptions s WHERE s.id = ?",
        (subscription_id,),
    ).fetchone()
    return Topic(key=row["topic_key"], name=row["name"]), row["target"]


def _activate_inactive(tx: Tx, subscription_id: SubscriptionId, now: datetime) -> None:
    """Activate inactive watches of an active subscription; the schedule of the others stays."""
    inactive = tx.execute(
        "SELECT w.id FROM watches w JOIN subscription_watches sw ON sw.watch_id = w.id "
        "JOIN subscriptions s ON s.id = sw.subscription_id "
        "WHERE s.id = ? AND s.paused IS NULL AND s.removed_at IS NULL AND w.next_poll_at IS NULL",
        (subscription_id,),
    ).fetchall()
    activate(tx, [watch_id for (watch_id,) in inactive], now)


def drop_waiting(tx: Tx, subscription_id: SubscriptionId, failure: Failure, now: datetime) -> None:
    """Drop entries that are not sealed. Their alerts stay stored: a post is decided once."""
    tx.execute(
        "UPDATE entries SET state = 'dropped', reason = ?, reason_code = ?, ended_at = ? "
        "WHERE subscription_id = ? AND state = 'waiting'",
        (failure.detail, failure.code, to_us(now), subscription_id),
    )
    watch_ids = watch_ids_of(tx, subscription_id)
    invalidate_plans(tx, watch_ids)
    deactivate_unused(tx, watch_ids)


def reactivate(tx: Tx, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime) -> None:
    """Make a subscription's watches due at once; posts that pass now are baseline."""
    watch_ids = watch_ids_of(tx, subscription_id)
    invalidate_plans(tx, watch_ids)
    activate(tx, watch_ids, now)
    row = tx.execute("SELECT rules FROM subscriptions WHERE id = ?", (subscription_id,)).fetchone()
    record_baseline(tx, subscription_id, rules_from(row["rules"]), baseline_since, now, BaselineReason.RESUMED)


def _since_when(tx: Tx, subscription_id: SubscriptionId) -> dict[int, int | None]:
    """Watches that a subscription listens to, each with since when (µs); None: since the subscription was made."""
    rows = tx.execute(
        "SELECT watch_id, since FROM subscription_watches WHERE subscription_id = ?", (subscription_id,)
    )
    return {row["watch_id"]: row["since"] for row in rows}


def watch_ids_of(tx: Tx, subscription_id: SubscriptionId) -> Collection[int]:
    """Watches that a subscription listens to."""
    rows = tx.execute(
        "SELECT watch_id FROM subscription_watches WHERE subscription_id = ?", (subscription_id,)
    ).fetchall()
    return [watch_id for (watch_id,) in rows]
