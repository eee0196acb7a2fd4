"""Who listens to which watch: bound, silenced, and listening again with a baseline (invariant 3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import BaselineReason, Failure, PauseReason, SourceName, SubscriptionId, Topic
from bot.core.targets import OWN, targets_of
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import rules_from, to_us
from bot.storage.sql.polling.watches import activate, deactivate_unused, ensure_watch, invalidate_plans

from .baseline import record_baseline

RESTORABLE: Final = timedelta(days=30)
"""How long it can be undone that a subscription or a digest was removed."""
DISCORD_PAUSES: Final = tuple(why for why in PauseReason if why.by_discord)
"""Pauses that Discord asked for, not a person."""


def bind_watches(
    tx: Tx,
    subscription_id: SubscriptionId,
    min_rp: Mapping[SourceName, int],
    now: datetime,
) -> None:
    """Bind a subscription to each source's watches, made where there are none; watches it leaves may rest."""
    topic, target = _followed(tx, subscription_id)
    since = _since_when(tx, subscription_id)
    left = list(since)
    tx.execute("DELETE FROM subscription_watches WHERE subscription_id = ?", (subscription_id,))
    for source, bar in min_rp.items():
        aims = (target,) if target and source.traits.asked_by_address else targets_for(tx, source, topic)
        watches = [ensure_watch(tx, source, topic, aim, now) for aim in aims]
        tx.executemany(
            "INSERT INTO subscription_watches (watch_id, subscription_id, min_rp, since) VALUES (?, ?, ?, ?)",
            [(watch_id, subscription_id, bar, since.get(watch_id, to_us(now))) for watch_id in watches],
        )
    kept = watch_ids_of(tx, subscription_id)
    invalidate_plans(tx, {*left, *kept})
    deactivate_unused(tx, {*left, *kept})
    _wake_resting(tx, subscription_id, now)


def rebind_targets(tx: Tx, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime) -> None:
    """Listen to the same sources where they are asked now; what is stored there and passes is baseline."""
    bars = tx.execute(
        "SELECT w.source, min(sw.min_rp) FROM subscription_watches sw JOIN watches w ON w.id = sw.watch_id "
        "WHERE sw.subscription_id = ? GROUP BY w.source",
        (subscription_id,),
    ).fetchall()
    bind_watches(tx, subscription_id, {SourceName(source): bar for source, bar in bars}, now)
    row = tx.execute("SELECT rules FROM subscriptions WHERE id = ?", (subscription_id,)).fetchone()
    record_baseline(tx, subscription_id, rules_from(row["rules"]), baseline_since, now, BaselineReason.RESUMED)


def targets_for(tx: Tx, source: SourceName, topic: Topic) -> tuple[str | None, ...]:
    """Where a source is asked for a topic, as the settings say."""
    rows = tx.execute(
        "SELECT template FROM source_targets WHERE source = ? ORDER BY position", (source,)
    ).fetchall()
    return targets_of([template for (template,) in rows] or [OWN], topic)


def _followed(tx: Tx, subscription_id: SubscriptionId) -> tuple[Topic, str | None]:
    """A subscription's topic and the target of its feed."""
    row = tx.execute(
        "SELECT s.topic_key, s.name, s.target FROM subscriptions s WHERE s.id = ?",
        (subscription_id,),
    ).fetchone()
    return Topic(key=row["topic_key"], name=row["name"]), row["target"]


def _wake_resting(tx: Tx, subscription_id: SubscriptionId, now: datetime) -> None:
    """Wake those of a listening subscription's watches that rest; the others keep their rhythm."""
    resting = tx.execute(
        "SELECT w.id FROM watches w JOIN subscription_watches sw ON sw.watch_id = w.id "
        "JOIN subscriptions s ON s.id = sw.subscription_id "
        "WHERE s.id = ? AND s.paused IS NULL AND s.removed_at IS NULL AND w.next_poll_at IS NULL",
        (subscription_id,),
    ).fetchall()
    activate(tx, [watch_id for (watch_id,) in resting], now)


def drop_waiting(tx: Tx, subscription_id: SubscriptionId, failure: Failure, now: datetime) -> None:
    """Drop what is not sealed. The alerts stay on record: what was decided once is never decided again."""
    tx.execute(
        "UPDATE entries SET state = 'dropped', reason = ?, reason_code = ?, ended_at = ? "
        "WHERE subscription_id = ? AND state = 'waiting'",
        (failure.detail, failure.code, to_us(now), subscription_id),
    )
    watch_ids = watch_ids_of(tx, subscription_id)
    invalidate_plans(tx, watch_ids)
    deactivate_unused(tx, watch_ids)


def reactivate(tx: Tx, subscription_id: SubscriptionId, baseline_since: datetime, now: datetime) -> None:
    """Be due at once; what passes now is baseline."""
    watch_ids = watch_ids_of(tx, subscription_id)
    invalidate_plans(tx, watch_ids)
    activate(tx, watch_ids, now)
    row = tx.execute("SELECT rules FROM subscriptions WHERE id = ?", (subscription_id,)).fetchone()
    record_baseline(tx, subscription_id, rules_from(row["rules"]), baseline_since, now, BaselineReason.RESUMED)


def _since_when(tx: Tx, subscription_id: SubscriptionId) -> dict[int, int | None]:
    """The watches a subscription listens to, each with since when; None: since it was made."""
    rows = tx.execute(
        "SELECT watch_id, since FROM subscription_watches WHERE subscription_id = ?", (subscription_id,)
    )
    return {row["watch_id"]: row["since"] for row in rows}


def watch_ids_of(tx: Tx, subscription_id: SubscriptionId) -> Collection[int]:
    """The watches a subscription listens to."""
    rows = tx.execute(
        "SELECT watch_id FROM subscription_watches WHERE subscription_id = ?", (subscription_id,)
    ).fetchall()
    return [watch_id for (watch_id,) in rows]
