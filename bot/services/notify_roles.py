"""Roles of the "Notify me" button: chosen, ended, and looked up at a click."""

from __future__ import annotations

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import GuildId, RoleId, SubscriptionId, UserId
from bot.storage.stores import Storage


class NotifyRoleService:
    """Roles that people take and give back by a button. Whether a role is safe is asked of Discord by the cog."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def choose(
        self, guild_id: GuildId, subscription_id: SubscriptionId | None, role_id: RoleId, user_id: UserId
    ) -> None:
        """Set the role for one subscription, or (None) for all alerts of the server."""
        await self._storage.notify_roles.choose(guild_id, subscription_id, role_id, user_id, self._clock())

    async def end(self, guild_id: GuildId, subscription_id: SubscriptionId | None) -> None:
        """Set none any more. Raises ``RefusedRequest("notify-none")`` where there is none."""
        if not await self._storage.notify_roles.end(guild_id, subscription_id):
            raise RefusedRequest("notify-none")

    async def role_for(self, guild_id: GuildId, subscription_id: SubscriptionId | None) -> RoleId:
        """The role that a button gives today. Raises ``RefusedRequest("notify-off")`` where there is none."""
        found = await self._storage.notify_roles.role_of(guild_id, subscription_id)
        if found is None:
            raise RefusedRequest("notify-off")
        return found
