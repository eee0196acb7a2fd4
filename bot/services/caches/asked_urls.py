"""Addresses that people asked for, for the buttons under the answers, which carry only their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.models import EVERYWHERE, TopicKey, Viewer
from bot.services.caches.owned_cache import OwnedCache

BYTES_MAX: Final = 1 << 20
"""Some 2,000 of them; an eighth of it is what one server may take."""
SERVER_MAX: Final = 250

_Circle = tuple[str, int]


class AskedUrls:
    """Addresses that may be asked for by key: by the person who typed one, and by the channel of its answer.

    Nobody else knows the address, so to nobody else does its key lead there (invariant 10). They are kept for the
    server they were asked in, in a direct message for the person.
    """

    def __init__(self, clock: Clock) -> None:
        self._addresses: OwnedCache[_Circle, tuple[_Circle, TopicKey], str] = OwnedCache(
            clock, BYTES_MAX, owner_max=SERVER_MAX
        )

    def keep(self, key: TopicKey, address: str, viewer: Viewer, *, public: bool) -> None:
        """Remember an address that was typed. ``public``: the channel sees the answer."""
        for circle in _circles(viewer, public=public):
            self._addresses.put(_owner(viewer, circle), (circle, key), address)

    def find(self, key: TopicKey, viewer: Viewer) -> str | None:
        """The address, where they typed it or saw it asked for; None for everybody else."""
        found = (self._addresses.of_anybody((circle, key)) for circle in _circles(viewer, public=True))
        return next((address for address in found if address is not None), None)


def _circles(viewer: Viewer, *, public: bool) -> Iterator[_Circle]:
    """The person and, for a public answer, the channel that see an answer."""
    if viewer.user_id is not None:
        yield "user", viewer.user_id
    if public and viewer.here is not None:
        yield "channel", viewer.here


def _owner(viewer: Viewer, circle: _Circle) -> _Circle:
    """The server that is charged for an address; without one, the person or the channel itself."""
    return circle if viewer.guild_id == EVERYWHERE else ("guild", viewer.guild_id)
