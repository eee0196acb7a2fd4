"""Pending changes behind buttons whose data does not fit a custom_id: a change to make or undo, a feed.

Kept in memory for a day. After a restart such a button still answers, by saying that it came too late.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from bot.core.limits.weighted_cache import WeightedCache
from bot.core.models import GuildId
from bot.services import Clock
from bot.services.subscription_requests import Change, SubscribeRequest

BYTES_MAX: Final = 1 << 20
"""Some 300 of the longest sets of rules; an eighth of it is what one server may take."""
SERVER_MAX: Final = 100
KEPT: Final = timedelta(days=1)
TOKEN_BYTES: Final = 8


_Theirs = tuple[tuple[str, datetime, Change | SubscribeRequest], ...]


class PendingChanges:
    """Changes and asks by a token that nobody guesses, each for the server it was made in.

    A server that asks for many pushes out its own oldest ones, and nobody else's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: WeightedCache[GuildId, _Theirs] = WeightedCache(BYTES_MAX)

    def keep(self, guild_id: GuildId, what: Change | SubscribeRequest) -> str:
        """The token that stands for it: 16 hexadecimal digits."""
        token = secrets.token_hex(TOKEN_BYTES)
        now = self._clock()
        theirs = (*self._theirs(guild_id, now), (token, now, what))[-SERVER_MAX:]
        while theirs and not self._kept.put(guild_id, theirs, now=now, until=now + KEPT):
            theirs = theirs[1:]
        return token

    def find(self, guild_id: GuildId, token: str) -> Change | SubscribeRequest | None:
        """The change of a token of this server; None once it is no longer known."""
        found = self._theirs(guild_id, self._clock())
        return next((what for one, _, what in found if one == token), None)

    def _theirs(self, guild_id: GuildId, now: datetime) -> _Theirs:
        """A server's own that are not past their time, the oldest first."""
        found = self._kept.get(guild_id, now) or ()
        return tuple(one for one in found if one[1] <= now < one[1] + KEPT)
