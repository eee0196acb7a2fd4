"""Alert activity of subscriptions: the number of recent alerts, and the time of the last one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.models import AlertActivity, SubscriptionId
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import from_us_or_none, to_us

_COUNTED_MAX: Final = 1_000
"""Most alerts of a subscription that are counted: an hourly limit of 20 makes 480 a day."""
_LAST_MAX: Final = 100
"""Number of last alerts searched for one that arrived; the others were dropped or given up."""

# By the index alerts_told, newest first; each entry and message by its key.
_SENT = """
SELECT count(*) FROM (
  SELECT a.entry_id FROM alerts a WHERE a.subscription_id = ? AND a.held IS NULL AND a.decided_at >= ?
  ORDER BY a.decided_at DESC LIMIT ?) newest
CROSS JOIN entries e ON e.id = newest.entry_id WHERE e.state = 'sent'
"""
# An alert whose entry was pruned counts as sent.
_LAST = """
SELECT max(coalesce(m.sent_at, newest.decided_at)) FROM (
  SELECT a.entry_id, a.decided_at FROM alerts a WHERE a.subscription_id = ? AND a.held IS NULL
  ORDER BY a.decided_at DESC LIMIT ?) newest
LEFT JOIN entries e ON e.id = newest.entry_id LEFT JOIN messages m ON m.id = e.message_id
WHERE coalesce(e.state, 'sent') = 'sent'
"""


class ActivityStore(Store):
    """Alerts that each subscription was sent lately."""

    async def alert_activity(
        self, subscription_ids: Iterable[SubscriptionId], since: datetime
    ) -> dict[SubscriptionId, AlertActivity]:
        """Alerts sent to each since ``since`` (up to 1,000), and when the last one ever was sent (None: never)."""
        return await self._database.ask(partial(_activity, tuple(subscription_ids), since))


def _activity(
    subscription_ids: Iterable[SubscriptionId], since: datetime, tx: Tx
) -> dict[SubscriptionId, AlertActivity]:
    found = {}
    for one in subscription_ids:
        [sent] = tx.execute(_SENT, (one, to_us(since), _COUNTED_MAX)).fetchone()
        [last] = tx.execute(_LAST, (one, _LAST_MAX)).fetchone()
        found[one] = AlertActivity(sent=sent, last_at=from_us_or_none(last))
    return found
