"""How busy subscriptions are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.core.models import AlertActivity, SubscriptionId


class ActivityStore(Protocol):
    """What each subscription was sent lately; a page of a list asks for its few."""

    async def alert_activity(
        self, subscription_ids: Iterable[SubscriptionId], since: datetime
    ) -> dict[SubscriptionId, AlertActivity]:
        """How many alerts each was sent since then (up to 1,000), and when the last one ever was (None: never)."""
        ...
