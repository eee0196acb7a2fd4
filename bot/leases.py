"""Our claims on messages, kept alive while they are worked on.

Leases are short, so that what a killed process held is claimed soon; a living process renews them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.core.models import MessageId
from bot.storage.base import OutboxStore

LEASE_S = 30.0
RENEW_EVERY = timedelta(seconds=LEASE_S / 3)


class LeaseKeeper:
    """The leases that this process holds."""

    def __init__(self, storage: OutboxStore, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock
        self._held: set[MessageId] = set()
        self._renewed_at = clock()

    @contextmanager
    def hold(self, message_id: MessageId) -> Iterator[None]:
        """Hold a claimed message for as long as the block runs."""
        self._held.add(message_id)
        try:
            yield
        finally:
            self._held.discard(message_id)

    async def renew(self) -> None:
        """Extend what is held, when it is time to."""
        now = self._clock()
        # A clock that stepped back must not keep leases from being renewed until it has caught up.
        if abs(now - self._renewed_at) >= RENEW_EVERY:
            self._renewed_at = now
            if self._held:
                await self._storage.renew_messages(tuple(self._held), now, lease_s=LEASE_S)
