"""Roles that people can take and give back by a button under alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.models import FiledNotifyRole, GuildId, RoleId, SubscriptionId, UserId
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import to_us

WHOLE_SERVER: Final = 0
"""The subscription id that stands for all alerts of a server."""
_CHOOSE = """
INSERT INTO notify_roles (guild_id, subscription_id, role_id, chosen_by, chosen_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (guild_id, subscription_id) DO UPDATE SET role_id = ?3, chosen_by = ?4, chosen_at = ?5
"""
_END = "DELETE FROM notify_roles WHERE guild_id = ? AND subscription_id = ? RETURNING role_id"
_ROLE = """
SELECT role_id FROM notify_roles WHERE guild_id = ?1 AND subscription_id IN (?2, 0)
ORDER BY subscription_id DESC LIMIT 1
"""

_OF_GUILD = "SELECT subscription_id, role_id, chosen_by FROM notify_roles WHERE guild_id = ?"


class NotifyRoleStore(Store):
    """Roles of the button, for each subscription or for all of a server. None stands for all."""

    async def choose(
        self,
        guild_id: GuildId,
        subscription_id: SubscriptionId | None,
        role_id: RoleId,
        user_id: UserId,
        now: datetime,
    ) -> None:
        """Set the role that the button gives."""
        await self._database.write(
            lambda tx: choose_notify_role(tx, guild_id, subscription_id, role_id, user_id, now)
        )

    async def end(self, guild_id: GuildId, subscription_id: SubscriptionId | None) -> bool:
        """Set no role any more; False where there was none."""
        return await self._database.write(lambda tx: end_notify_role(tx, guild_id, subscription_id))

    async def role_of(self, guild_id: GuildId, subscription_id: SubscriptionId | None) -> RoleId | None:
        """The role for alerts of a subscription: its own, else the server's."""

        def work(tx: Tx) -> RoleId | None:
            row = tx.execute(_ROLE, (guild_id, subscription_id or WHOLE_SERVER)).fetchone()
            return None if row is None else RoleId(row["role_id"])

        return await self._database.ask(work)


def choose_notify_role(
    tx: Tx,
    guild_id: GuildId,
    subscription_id: SubscriptionId | None,
    role_id: RoleId,
    user_id: UserId,
    now: datetime,
) -> None:
    """Set the role that the button gives."""
    tx.execute(_CHOOSE, (guild_id, subscription_id or WHOLE_SERVER, role_id, user_id, to_us(now)))


def end_notify_role(tx: Tx, guild_id: GuildId, subscription_id: SubscriptionId | None) -> bool:
    """Set no role any more; False where there was none."""
    return tx.execute(_END, (guild_id, subscription_id or WHOLE_SERVER)).fetchone() is not None


def notify_roles_of(tx: Tx, guild_id: GuildId) -> dict[int, FiledNotifyRole]:
    """The notify roles of a server by subscription id, and by ``WHOLE_SERVER`` that of all alerts."""
    return {
        row["subscription_id"]: FiledNotifyRole(RoleId(row["role_id"]), UserId(row["chosen_by"]))
        for row in tx.execute(_OF_GUILD, (guild_id,))
    }
