"""Waiting time of a channel's messages for their files: in a row they have that of one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

RECOVERY: Final = 0.1
"""Seconds of waiting that a channel gets back in a second."""
REMEMBERED: Final = 1_000


class FileWait:
    """Waiting time that is left to each channel. ``monotonic``: seconds that only grow."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._owed: dict[int, float] = {}
        """Time at which a channel will have got back all that it waited, by channel."""

    def left(self, channel: int, most: float) -> float:
        """Seconds that its next message may wait: ``most`` of one that has not waited lately."""
        owed = max(0.0, self._owed.get(channel, 0.0) - self._monotonic()) * RECOVERY
        return max(0.0, most - owed)

    @contextmanager
    def waiting(self, channel: int) -> Iterator[None]:
        """Count the time of the block."""
        began = self._monotonic()
        try:
            yield
        finally:
            now = self._monotonic()
            if now > began:
                self._owed[channel] = max(self._owed.get(channel, 0.0), now) + (now - began) / RECOVERY
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Channels that have all their time again need no memory; of too many others the oldest."""
        if len(self._owed) > REMEMBERED:
            self._owed = {channel: at for channel, at in self._owed.items() if at > now}
            while len(self._owed) > REMEMBERED:
                del self._owed[next(iter(self._owed))]
