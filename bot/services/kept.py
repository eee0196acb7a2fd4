"""What a button stands for that does not fit its custom_id: a change to make or undo, a feed to subscribe to.

Kept in memory for a day. After a restart such a button still answers, by saying that it came too late.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from bot.core.models import GuildId
from bot.core.weighted import WeightedCache

from . import Clock
from .asks import Change, SubscribeAsk

BYTES_MAX: Final = 1 << 20
"""Some 300 of the longest sets of rules."""
KEPT: Final = timedelta(days=1)
TOKEN_BYTES: Final = 8


class Kept:
    """Changes and asks by a token that nobody guesses, each for the server it was made in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: WeightedCache[tuple[GuildId, str], Change | SubscribeAsk] = WeightedCache(BYTES_MAX)

    def keep(self, guild_id: GuildId, what: Change | SubscribeAsk) -> str:
        """The token that stands for it: 16 hexadecimal digits."""
        token = secrets.token_hex(TOKEN_BYTES)
        now = self._clock()
        self._kept.put((guild_id, token), what, now=now, until=now + KEPT)
        return token

    def find(self, guild_id: GuildId, token: str) -> Change | SubscribeAsk | None:
        """What a token of this server stands for; None where it is no longer known."""
        return self._kept.get((guild_id, token), self._clock())
