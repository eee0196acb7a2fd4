"""The claims of this process on messages, watches and digests, renewed while it works on them."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, TypeVar

from bot.core.errors import DatabaseBusy
from bot.core.leases import is_renewal_due

H = TypeVar("H")


class LeaseKeeper(Generic[H]):
    """Renews the leases of held claims.

    ``renew`` extends the leases of these claims in the storage, from ``now``. ``also_held``: claims held besides
    those of ``hold``, where another object keeps the list.
    """

    def __init__(
        self,
        renew: Callable[[Collection[H], datetime], Awaitable[None]],
        clock: Callable[[], datetime],
        *,
        also_held: Callable[[], Collection[H]] = tuple,
    ) -> None:
        self._renew = renew
        self._clock = clock
        self._also_held = also_held
        self._held: list[H] = []
        self._renewed_at = clock()

    @contextmanager
    def hold(self, claimed: H) -> Iterator[None]:
        """Hold one claim for as long as the block runs."""
        self._held.append(claimed)
        try:
            yield
        finally:
            self._held.remove(claimed)

    async def renew(self) -> None:
        """Renew the leases of all held claims, when it is due. After a busy database the next call tries again."""
        now = self._clock()
        if not is_renewal_due(self._renewed_at, now):
            return
        self._renewed_at = now
        held = (*self._held, *self._also_held())
        if held:
            with contextlib.suppress(DatabaseBusy):
                await self._renew(held, now)
