"""What the rest of the bot asks of its memory, shaped by use.

Promises every back end keeps (``tests/storage/test_contract_*.py`` hold them against it):

* every method is one transaction (``prune``: several); when it raises, nothing of it happened, and a cancelled
  call happened as a whole or not at all;
* all times in and out are timezone-aware UTC with microseconds dropped or kept, never shifted;
* methods may be called from many tasks of one event loop at once; writers wait for each other;
* ``DatabaseBusy`` means "not now" (locked, full, read-only): the same call may succeed later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.core.limits.disk_space import Room
from bot.core.models import DigestSettings, NewSubscription

from .activity import ActivityStore
from .digests import DigestStore
from .health import HealthStore
from .moderation import ModerationStore
from .outbox import OutboxStore
from .polls import CommitResult, PollStore
from .servers import ServerStore
from .spend import SpendStore
from .subscriptions import Counts, SubscriptionStore
from .traces import TraceStore
from .trends import RECENT_MAX, Totals, TrendStore


class Storage(
    PollStore,
    SubscriptionStore,
    ActivityStore,
    TrendStore,
    OutboxStore,
    TraceStore,
    ModerationStore,
    ServerStore,
    HealthStore,
    SpendStore,
    DigestStore,
    Protocol,
):
    """All of it."""

    async def prune(self, now: datetime, *, keep_posts: timedelta) -> int:
        """Drop what nobody needs any more; returns rows.

        Posts of which nothing changed for ``keep_posts``, messages 90 days after they were finished, and what is
        beyond the bounds of a subscription or a server (``keeping``).
        """
        ...

    async def room(self) -> Room:
        """How much the database uses, and how much is free on its disk."""
        ...

    async def get_note(self, key: str) -> str | None:
        """A small fact kept over restarts (the hash of the synced command tree …)."""
        ...

    async def set_note(self, key: str, value: str) -> None:
        """Keep a small fact."""
        ...

    async def close(self) -> None:
        """Finish what runs and close the files."""
        ...


__all__ = [
    "RECENT_MAX",
    "ActivityStore",
    "CommitResult",
    "Counts",
    "DigestSettings",
    "DigestStore",
    "HealthStore",
    "ModerationStore",
    "NewSubscription",
    "OutboxStore",
    "PollStore",
    "ServerStore",
    "SpendStore",
    "Storage",
    "SubscriptionStore",
    "Totals",
    "TraceStore",
    "TrendStore",
]
