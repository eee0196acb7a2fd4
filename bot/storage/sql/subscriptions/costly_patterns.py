"""Subscriptions whose patterns cost too much CPU: they are paused, with a notice to their channel."""

from __future__ import annotations

from datetime import datetime

from bot.core.health.incidents import endpoint_of
from bot.core.models import NoticeContent, OutageScope, PauseReason, SubscriptionId, Watch
from bot.storage.sql.database import Tx
from bot.storage.sql.outbox.entry_writes import add_entry
from bot.storage.sql.subscriptions.subscriptions import pause

_FOR_WHOM = """
SELECT s.guild_id, s.channel_id, s.language, t.name FROM subscriptions s JOIN topics t ON t.topic_key = s.topic_key
WHERE s.id = ?
"""


def pause_costly(tx: Tx, subscription_id: SubscriptionId, watch: Watch, now: datetime) -> None:
    """Pause a subscription and add a notice for its channel; posts until it is resumed become baseline."""
    if not pause(subscription_id, PauseReason.TOO_COSTLY, now, tx):
        return
    guild_id, channel_id, language, topic = tx.execute(_FOR_WHOM, (subscription_id,)).fetchone()
    content = NoticeContent(
        endpoint=endpoint_of(watch.source, watch.target),
        scope=OutageScope.NONE,
        better=False,
        count=1,
        topics=(topic,),
        language=language,
        too_costly=True,
    )
    add_entry(tx, guild_id, channel_id, content, now)
