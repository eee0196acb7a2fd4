"""Quiet hours of channels, and servers that the bot was removed from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from bot.core.calendar.quiet_hours import is_endless
from bot.core.models import (
    EVERYWHERE,
    ChannelId,
    Failure,
    GuildId,
    PauseReason,
    QuietHours,
    Subscription,
    SubscriptionId,
)
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import SUBSCRIPTION, json_list, subscription_from, to_us
from bot.storage.sql.outbox.endings import give_up_untried
from bot.storage.sql.quiet_hours import quiet_from, read_quiet, write_quiet
from bot.storage.sql.subscriptions.guild_erasure import erase_guild
from bot.storage.sql.watching.digest_watches import pause_digests
from bot.storage.sql.watching.subscription_watches import DISCORD_PAUSES, drop_waiting

_RESUMABLE = f"""{SUBSCRIPTION}
WHERE s.channel_id = ? AND s.removed_at IS NULL AND s.paused IN (SELECT value FROM json_each(?)) ORDER BY s.id
"""  # noqa: S608 - constants only
_BY_IDS = f"{SUBSCRIPTION} WHERE s.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY s.id"  # noqa: S608
_UNTRIED = "SELECT id FROM messages WHERE guild_id = ? AND state = 'sealed' AND attempts = 0"
_FOLLOWING = """
SELECT channel_id FROM subscriptions WHERE guild_id = ?1 AND removed_at IS NULL
UNION SELECT channel_id FROM digests WHERE guild_id = ?1 AND removed_at IS NULL
"""
_KNOWN_GUILDS = """
SELECT guild_id FROM subscriptions UNION SELECT guild_id FROM digests
UNION SELECT guild_id FROM entries UNION SELECT guild_id FROM messages
UNION SELECT guild_id FROM channels UNION SELECT guild_id FROM hidden UNION SELECT guild_id FROM audit
UNION SELECT guild_id FROM guild_settings UNION SELECT guild_id FROM welcomes
UNION SELECT guild_id FROM notify_roles
UNION SELECT guild_id FROM blocked_topics
EXCEPT SELECT guild_id FROM left_guilds
"""


class GuildStore(Store):
    """Quiet hours of channels, and servers that the bot was removed from."""

    async def quiet_hours(self, channel_id: ChannelId) -> QuietHours | None:
        """Quiet hours of a channel."""
        return await self._database.read(partial(read_quiet, channel_id=channel_id))

    async def set_quiet_hours(
        self, guild_id: GuildId, channel_id: ChannelId, quiet: QuietHours | None, now: datetime
    ) -> int:
        """Set or end (None) quiet hours.

        Waiting entries are held until they end, or released. Returns how many entries are waiting. Raises
        ``ValueError`` for hours that never end.
        """
        if quiet is not None and is_endless(quiet):
            msg = "quiet hours must end at some time"
            raise ValueError(msg)
        return await self._database.write(
            partial(write_quiet, guild_id=guild_id, channel_id=channel_id, quiet=quiet, now=now)
        )

    async def channels_with_quiet_hours(self, guild_id: GuildId) -> dict[ChannelId, QuietHours]:
        """Quiet hours of all channels of a server."""
        return await self._database.ask(partial(_channels_with_quiet_hours, guild_id))

    async def following_channels(self, guild_id: GuildId) -> list[ChannelId]:
        """Channels of a server with a subscription or a digest (paused ones too, removed ones not)."""
        return await self._database.ask(partial(_following, guild_id))

    async def guild_left(self, guild_id: GuildId, now: datetime) -> list[Subscription]:
        """Pause (REMOVED) everything of a server that the bot was removed from; its rows are erased days later.

        Returns the subscriptions that were paused; digests are as well. On a repeated call the first time stands.
        """
        return await self._database.write(partial(_guild_left, guild_id, now))

    async def guild_joined(self, guild_id: GuildId, now: datetime) -> None:
        """Cancel the erasure of a server that the bot is in again. Paused subscriptions wait to be resumed."""

        def work(tx: Tx) -> None:
            tx.execute("DELETE FROM left_guilds WHERE guild_id = ?", (guild_id,))

        await self._database.write(work)

    async def known_guilds(self) -> frozenset[GuildId]:
        """Servers with stored rows that were not left, compared at a start with the servers that the bot is in."""

        def work(tx: Tx) -> frozenset[GuildId]:
            found = {GuildId(row["guild_id"]) for row in tx.execute(_KNOWN_GUILDS)}
            return frozenset(found - {EVERYWHERE})

        return await self._database.read(work)

    async def resumable(self, channel_id: ChannelId) -> list[Subscription]:
        """Subscriptions of a channel paused because Discord refused it (FORBIDDEN, NOT_FOUND, REMOVED)."""

        def work(tx: Tx) -> list[Subscription]:
            rows = tx.execute(_RESUMABLE, (channel_id, json_list(DISCORD_PAUSES)))
            return [subscription_from(row) for row in rows]

        return await self._database.read(work)

    async def forget_left_guilds(self, before: datetime) -> Collection[GuildId]:
        """Delete all rows of servers left before ``before``; returns those servers."""
        left = await self._database.read(partial(_left_before, before))
        # Each transaction checks again: a server may have been joined again meanwhile.
        return [guild for guild in left if await self._database.write(partial(erase_guild, guild, before))]


def _channels_with_quiet_hours(guild_id: GuildId, tx: Tx) -> dict[ChannelId, QuietHours]:
    rows = tx.execute("SELECT channel_id, quiet FROM channels WHERE guild_id = ? ORDER BY 1", (guild_id,))
    found = {ChannelId(channel_id): quiet_from(stored) for channel_id, stored in rows}
    return {channel_id: quiet for channel_id, quiet in found.items() if quiet is not None}


def _following(guild_id: GuildId, tx: Tx) -> list[ChannelId]:
    return [ChannelId(channel_id) for (channel_id,) in tx.execute(_FOLLOWING, (guild_id,))]


def _guild_left(guild_id: GuildId, now: datetime, tx: Tx) -> list[Subscription]:
    """Pause, drop waiting entries, and give up sealed messages that were never tried.

    Tried messages stay sealed: Discord decides whether they arrived.
    """
    tx.execute(
        "INSERT INTO left_guilds (guild_id, left_at) VALUES (?, ?) ON CONFLICT DO NOTHING", (guild_id, to_us(now))
    )
    failure = Failure.of_pause(PauseReason.REMOVED)
    paused = [
        SubscriptionId(subscription_id)
        for (subscription_id,) in tx.execute(
            "UPDATE subscriptions SET paused = ? WHERE guild_id = ? AND paused IS NULL AND removed_at IS NULL "
            "RETURNING id",
            (PauseReason.REMOVED, guild_id),
        ).fetchall()
    ]
    for subscription_id in paused:
        drop_waiting(tx, subscription_id, failure, now)
    pause_digests(tx, PauseReason.REMOVED, now, guild_id=guild_id)
    _give_up_untried(tx, guild_id, failure, now)
    rows = tx.execute(_BY_IDS, (json_list(paused),))
    return [subscription_from(row) for row in rows]


def _give_up_untried(tx: Tx, guild_id: GuildId, failure: Failure, now: datetime) -> None:
    for (message_id,) in tx.execute(_UNTRIED, (guild_id,)).fetchall():
        give_up_untried(tx, message_id, failure, now)


def _left_before(before: datetime, tx: Tx) -> list[GuildId]:
    rows = tx.execute("SELECT guild_id FROM left_guilds WHERE left_at < ?", (to_us(before),))
    return [GuildId(guild_id) for (guild_id,) in rows]
