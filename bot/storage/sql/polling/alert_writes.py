"""Rows of a poll's decisions: an alert with its entry, a held post in its subscription's open summary."""

from __future__ import annotations

from datetime import datetime

from bot.core.alerting.echoes import found_at
from bot.core.identity.urls import address_hashes
from bot.core.models import (
    Alert,
    AlertContent,
    Echo,
    FailureCode,
    HeldAlert,
    HoldReason,
    OutboxEntry,
    SummaryContent,
    Watch,
)
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_json, to_us
from bot.storage.sql.outbox.entry_writes import add_entry
from bot.storage.sql.subscriptions.quiet_hours import next_allowed_at

from .echoes import alerted_as, record_echo, remember_urls
from .entry_names import told_by_sibling

# Invariant 2: the key (channel, post) decides, not the plan's state.
_FIRST_ALERT = """
INSERT INTO alerts
  (channel_id, post_key, subscription_id, watch_id, reason, held, rp, decided_at, live_rp, found_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?9)
ON CONFLICT DO NOTHING
"""
_TOLD_ELSEWHERE = """
SELECT 1 FROM alerts WHERE channel_id = ? AND post_key = ? AND held IS NULL AND found_at <> ?
"""
_OPEN_SUMMARY = """
SELECT id FROM entries WHERE subscription_id = ? AND why = ? AND kind = 'summary' AND state = 'waiting'
"""


def insert_alert(tx: Tx, watch: Watch, alert: Alert, at: datetime) -> bool:
    """Put an alert into the outbox, unless the channel has a first alert for the post."""
    if not _is_first(tx, watch, alert, None, at):
        return False
    subscription_id = alert.subscription_id
    entry_id = add_entry(tx, alert.guild_id, alert.channel_id, alert.content, at, subscription_id=subscription_id)
    _link(tx, alert, entry_id)
    return True


def insert_held(tx: Tx, watch: Watch, held: HeldAlert, at: datetime) -> bool:
    """Count a post in the subscription's open summary, unless the channel has a first alert for it."""
    alert = held.alert
    if not _is_first(tx, watch, alert, held.why, at):
        return False
    _link(tx, alert, _open_summary(tx, alert, held.why, at, held.tell_at))
    return True


def move_to_summary(tx: Tx, entry: OutboxEntry, now: datetime) -> None:
    """Move a waiting alert into its subscription's CATCH_UP summary, due now or when quiet hours end."""
    content, subscription_id = entry.content, entry.subscription_id
    if not isinstance(content, AlertContent) or subscription_id is None or not _drop(tx, entry, now):
        return
    alert = Alert(subscription_id, entry.guild_id, entry.channel_id, content)
    summary_id = _open_summary(tx, alert, HoldReason.CATCH_UP, now, now)
    may_go = to_us(next_allowed_at(tx, alert.channel_id, now))
    tx.execute("UPDATE entries SET not_before = ?1 WHERE id = ?2 AND not_before > ?1", (may_go, summary_id))
    tx.execute(
        "UPDATE alerts SET held = ?, entry_id = ? WHERE entry_id = ?", (HoldReason.CATCH_UP, summary_id, entry.id)
    )


def _drop(tx: Tx, entry: OutboxEntry, now: datetime) -> bool:
    """Drop a waiting entry; False when it is no longer waiting."""
    dropped = tx.execute(
        "UPDATE entries SET state = 'dropped', reason = ?, reason_code = ?, ended_at = ? "
        "WHERE id = ? AND state = 'waiting'",
        (HoldReason.CATCH_UP, FailureCode.SUMMARISED, to_us(now), entry.id),
    ).rowcount
    return bool(dropped)


def _is_first(tx: Tx, watch: Watch, alert: Alert, held: HoldReason | None, at: datetime) -> bool:
    """Insert a first alert; False for a post that has one, also under a key its addresses or names lead to."""
    content, channel_id = alert.content, alert.channel_id
    key, addresses = content.post.key, address_hashes(content.post)
    told_key = alerted_as(tx, channel_id, key, addresses)
    told_key = told_key or told_by_sibling(tx, watch, channel_id, key, at)
    if told_key is not None:
        record_echo(tx, Echo(channel_id, key, found_at(watch)), told_key, at)
        return False
    first = (
        channel_id,
        key,
        alert.subscription_id,
        watch.id,
        content.reason,
        held,
        content.post.rp,
        to_us(at),
        to_json(found_at(watch)),
    )
    if tx.execute(_FIRST_ALERT, first).rowcount == 0:
        note_late_echo(tx, watch, alert, at)
        return False
    remember_urls(tx, channel_id, key, addresses)
    return True


def note_late_echo(tx: Tx, watch: Watch, alert: Alert, at: datetime) -> None:
    """Record an echo of a post that another endpoint's alert sent after this plan was made.

    The plan names no echo of it. Only trend pages and feeds are named, as in ``core.alerting.echoes``.
    """
    if not watch.source.traits.is_curated:
        return
    here, place = found_at(watch), (alert.channel_id, alert.content.post.key)
    if tx.execute(_TOLD_ELSEWHERE, (*place, to_json(here))).fetchone() is not None:
        record_echo(tx, Echo(*place, here), place[1], at)


def _open_summary(tx: Tx, alert: Alert, why: HoldReason, at: datetime, tell_at: datetime) -> int:
    """Entry id of the subscription's open summary, or of a new one."""
    row = tx.execute(_OPEN_SUMMARY, (alert.subscription_id, why)).fetchone()
    if row is not None:
        found: int = row["id"]
        return found
    content = SummaryContent(topic=alert.content.topic, why=why, language=alert.content.language)
    return add_entry(
        tx,
        alert.guild_id,
        alert.channel_id,
        content,
        at,
        tell_at=tell_at,
        subscription_id=alert.subscription_id,
        why=why,
    )


def _link(tx: Tx, alert: Alert, entry_id: int) -> None:
    tx.execute(
        "UPDATE alerts SET entry_id = ? WHERE channel_id = ? AND post_key = ?",
        (entry_id, alert.channel_id, alert.content.post.key),
    )
