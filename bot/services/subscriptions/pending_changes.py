"""Pending changes behind buttons whose data does not fit a custom_id: a change to make or undo, a feed.

Kept in memory for a day. After a restart such a button still answers, by saying that it came too late.
"""

from __future__ import annotations

import secrets
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import GuildId
from bot.services.caches.owned_cache import OwnedCache
from bot.services.subscriptions.requests import Change, SubscribeRequest

BYTES_MAX: Final = 1 << 20
"""Some 300 of the longest sets of rules; an eighth of it is what one server may take."""
SERVER_MAX: Final = 100
TOKEN_BYTES: Final = 8


class PendingChanges:
    """Changes and requests by a token that nobody guesses, each for the server it was made in."""

    def __init__(self, clock: Clock) -> None:
        self._kept: OwnedCache[GuildId, str, Change | SubscribeRequest] = OwnedCache(
            clock, BYTES_MAX, owner_max=SERVER_MAX
        )

    def keep(self, guild_id: GuildId, what: Change | SubscribeRequest) -> str:
        """The token that stands for it: 16 hexadecimal digits."""
        token = secrets.token_hex(TOKEN_BYTES)
        self._kept.put(guild_id, token, what)
        return token

    def find(self, guild_id: GuildId, token: str) -> Change | SubscribeRequest | None:
        """The change or request of a token of this server; None once it is no longer known."""
        return self._kept.get(guild_id, token)

    def change(self, guild_id: GuildId, token: str) -> Change:
        """The change of a token of this server. Raises ``RefusedRequest`` once it is no longer known."""
        found = self.find(guild_id, token)
        if not isinstance(found, Change):
            raise RefusedRequest("change-forgotten")
        return found

    def request(self, guild_id: GuildId, token: str) -> SubscribeRequest:
        """The request of a token of this server. Raises ``RefusedRequest`` once it is no longer known."""
        found = self.find(guild_id, token)
        if not isinstance(found, SubscribeRequest):
            raise RefusedRequest("error-address-forgotten")
        return found
