"""Addresses that people asked for, for the buttons under the answers, which carry only their keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.core.limits.weighted_cache import WeightedCache
from bot.core.models import TopicKey, Viewer
from bot.services import Clock

BYTES_MAX: Final = 1 << 20
"""Some 1,200 of them."""
KEPT: Final = timedelta(days=1)

_Circle = tuple[str, int]


class AskedUrls:
    """Addresses that may be asked for by key: by the person who typed one, and by the channel of its answer.

    Nobody else knows the address, so to nobody else does its key lead there (invariant 10).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._addresses: WeightedCache[tuple[_Circle, TopicKey], str] = WeightedCache(BYTES_MAX)

    def keep(self, key: TopicKey, address: str, viewer: Viewer, *, public: bool) -> None:
        """Remember an address that was typed. ``public``: the channel sees the answer."""
        now = self._clock()
        for circle in _circles(viewer, public=public):
            self._addresses.put((circle, key), address, now=now, until=now + KEPT)

    def find(self, key: TopicKey, viewer: Viewer) -> str | None:
        """The address, where they typed it or saw it asked for; None for everybody else."""
        now = self._clock()
        found = (self._addresses.get((circle, key), now) for circle in _circles(viewer, public=True))
        return next((address for address in found if address is not None), None)


def _circles(viewer: Viewer, *, public: bool) -> Iterator[_Circle]:
    """The person and, for a public answer, the channel that see an answer."""
    if viewer.user_id is not None:
        yield "user", viewer.user_id
    if public and viewer.here is not None:
        yield "channel", viewer.here
