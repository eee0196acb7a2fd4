"""Removal of hidden posts from the memory of a process, whether a person, a source or another process hid them."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence, Set
from typing import Final

from bot.core.models import PostHash
from bot.storage.sql.moderation.moderation import ModerationStore

HIDDEN_MAX: Final = 10_000
"""Hidden posts that are read at once, the newest: a window of stories holds as many posts."""
_AGAIN: Final = 50
"""Audit lines before the last that are read again: another process may commit a lower number later."""
_TICKS: Final = 3
"""Ticks at which a hidden post is removed: a poll or a translation that had begun may put it in once more."""

Forget = Callable[[Set[PostHash]], Awaitable[None]]


class MemoryRedaction:
    """Calls each of ``forget`` once a minute with the posts that were hidden lately, by their hashes."""

    def __init__(self, moderation: ModerationStore, forget: Sequence[Forget]) -> None:
        self._moderation = moderation
        self._forget = forget
        self._read: deque[int] = deque([0], maxlen=_TICKS)

    async def tick(self) -> None:
        """Remove what was hidden since the tick before the last. Raises ``DatabaseBusy``."""
        found = await self._moderation.hidden_after(max(self._read[0] - _AGAIN, 0), limit=HIDDEN_MAX)
        hashes = frozenset(hashed for _, hashed in found)
        for forget in self._forget:
            await forget(hashes)
        self._read.append(max((number for number, _ in found), default=self._read[-1]))
