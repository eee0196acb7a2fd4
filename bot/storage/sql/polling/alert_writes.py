"""Rows of a poll's decisions: an alert with its entry, a held post in its subscription's open summary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.core.alerting.echoes import found_at
from bot.core.identity.urls import address_hashes
from bot.core.models import (
    Alert,
    ChannelId,
    Echo,
    Fold,
    Gathered,
    HeldAlert,
    HoldReason,
    PostKey,
    Watch,
)
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_json, to_us
from bot.storage.sql.outbox.edits import recount_story
from bot.storage.sql.outbox.entry_writes import add_entry
from bot.storage.sql.outbox.story_counts import open_lead, set_lead
from bot.storage.sql.outbox.summaries import open_summary
from bot.storage.sql.polling.echoes import alerted_as, record_echo, remember_urls
from bot.storage.sql.polling.entry_fingerprints import alerted_by_sibling

# Invariant 2: the key (channel, post) decides, not the plan's state.
_FIRST_ALERT = """
INSERT INTO alerts
  (channel_id, post_key, subscription_id, watch_id, reason, held, rp, decided_at, live_rp, found_at, bar)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?9, ?10)
ON CONFLICT DO NOTHING
"""
_OWN_ALERT = """
SELECT 1 FROM alerts WHERE channel_id = ? AND post_key = ? AND held IS NULL AND decided_at = ?
"""
_COUNTED_ALERT = """
INSERT INTO alerts
  (channel_id, post_key, subscription_id, watch_id, reason, held, rp, decided_at, live_rp, lead_key)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?7, ?9)
ON CONFLICT DO NOTHING
"""
_ALERTED_ELSEWHERE = """
SELECT 1 FROM alerts WHERE channel_id = ? AND post_key = ? AND held IS NULL AND found_at <> ?
"""


def insert_alert(tx: Tx, watch: Watch, alert: Alert, at: datetime) -> bool:
    """Put an alert into the outbox, unless the channel has a first alert for the post."""
    if not _is_first(tx, watch, alert, None, at):
        return False
    subscription_id = alert.subscription_id
    entry_id = add_entry(tx, alert.guild_id, alert.channel_id, alert.content, at, subscription_id=subscription_id)
    _link(tx, alert, entry_id)
    return True


def insert_folds(tx: Tx, watch: Watch, folds: Iterable[Fold], at: datetime) -> int:
    """Count posts in the alerts of their channels that say the same; returns how many are counted or sent.

    Each alert is counted anew once, however many posts are new in it.
    """
    leads: dict[tuple[ChannelId, PostKey], None] = {}
    done = 0
    for fold in folds:
        if open_lead(tx, fold, at) is None:  # it has ended since
            done += insert_alert(tx, watch, fold.alert, at)
        elif _is_first(tx, watch, fold.alert, HoldReason.SAME_STORY, at):
            channel = fold.alert.channel_id
            set_lead(tx, channel, fold.alert.content.post.key, fold.lead)
            leads[channel, fold.lead] = None
            done += 1
    for channel, lead in leads:
        recount_story(tx, channel, lead, at, urgent=False)
    return done


def insert_gathered(tx: Tx, gathered: Gathered, at: datetime) -> None:
    """Count stored posts in an alert of this transaction; nothing where the channel has an alert for them."""
    alert, lead = gathered.alert, gathered.alert.content.post.key
    row = tx.execute(_OWN_ALERT, (alert.channel_id, lead, to_us(at))).fetchone()
    if row is None:
        return
    for one in gathered.posts:
        rp = one.post.rp
        values = (alert.channel_id, one.post.key, alert.subscription_id, one.watch_id, alert.content.reason)
        tx.execute(_COUNTED_ALERT, (*values, HoldReason.SAME_STORY, rp, to_us(at), lead))
    recount_story(tx, alert.channel_id, lead, at, urgent=False)


def insert_held(tx: Tx, watch: Watch, held: HeldAlert, at: datetime) -> bool:
    """Count a post in the subscription's open summary, unless the channel has a first alert for it."""
    alert = held.alert
    if not _is_first(tx, watch, alert, held.why, at):
        return False
    _link(tx, alert, open_summary(tx, alert, held.why, at, held.summary_at))
    return True


def _is_first(tx: Tx, watch: Watch, alert: Alert, held: HoldReason | None, at: datetime) -> bool:
    """Insert a first alert; False for a post that has one, also under a key its addresses or names lead to."""
    content, channel_id = alert.content, alert.channel_id
    key, addresses = content.post.key, address_hashes(content.post)
    alerted_key = alerted_as(tx, channel_id, key, addresses)
    alerted_key = alerted_key or alerted_by_sibling(tx, watch, channel_id, key, at)
    if alerted_key is not None:
        record_echo(tx, Echo(channel_id, key, found_at(watch)), alerted_key, at)
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
        None if content.pace is None else content.pace.needed_rp,
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
    here, alerted_at = found_at(watch), (alert.channel_id, alert.content.post.key)
    if tx.execute(_ALERTED_ELSEWHERE, (*alerted_at, to_json(here))).fetchone() is not None:
        record_echo(tx, Echo(*alerted_at, here), alerted_at[1], at)


def _link(tx: Tx, alert: Alert, entry_id: int) -> None:
    tx.execute(
        "UPDATE alerts SET entry_id = ? WHERE channel_id = ? AND post_key = ?",
        (entry_id, alert.channel_id, alert.content.post.key),
    )
