"""Summaries: one waiting entry of a subscription that counts posts in place of their alerts."""

from __future__ import annotations

from datetime import datetime

from bot.core.models import (
    Alert,
    AlertContent,
    FailureCode,
    HoldReason,
    OutboxEntry,
    SummaryContent,
)
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.outbox.entry_writes import add_entry
from bot.storage.sql.outbox.story_counts import move_story_to_summary
from bot.storage.sql.quiet_hours import next_allowed_at

_OPEN_SUMMARY = """
SELECT id FROM entries WHERE subscription_id = ? AND why = ? AND kind = 'summary' AND state = 'waiting'
"""


def open_summary(tx: Tx, alert: Alert, why: HoldReason, at: datetime, summary_at: datetime) -> int:
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
        summary_at=summary_at,
        subscription_id=alert.subscription_id,
        why=why,
    )


def move_to_summary(tx: Tx, entry: OutboxEntry, now: datetime) -> None:
    """Move a waiting alert into its subscription's CATCH_UP summary, due now or when quiet hours end."""
    content, subscription_id = entry.content, entry.subscription_id
    if not isinstance(content, AlertContent) or subscription_id is None or not _drop(tx, entry, now):
        return
    alert = Alert(subscription_id, entry.guild_id, entry.channel_id, content)
    summary_id = open_summary(tx, alert, HoldReason.CATCH_UP, now, now)
    may_go = to_us(next_allowed_at(tx, alert.channel_id, now))
    tx.execute("UPDATE entries SET not_before = ?1 WHERE id = ?2 AND not_before > ?1", (may_go, summary_id))
    tx.execute(
        "UPDATE alerts SET held = ?, entry_id = ? WHERE entry_id = ?", (HoldReason.CATCH_UP, summary_id, entry.id)
    )
    move_story_to_summary(tx, entry.channel_id, content.post.key, summary_id)


def _drop(tx: Tx, entry: OutboxEntry, now: datetime) -> bool:
    """Drop a waiting entry; False when it is no longer waiting."""
    dropped = tx.execute(
        "UPDATE entries SET state = 'dropped', reason = ?, reason_code = ?, ended_at = ? "
        "WHERE id = ? AND state = 'waiting'",
        (HoldReason.CATCH_UP, FailureCode.SUMMARISED, to_us(now), entry.id),
    ).rowcount
    return bool(dropped)
