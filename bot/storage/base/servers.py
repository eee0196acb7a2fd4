"""What servers and channels have of their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.core.models import ChannelId, GuildId, PostsBy, QuietHours, Subscription


class ServerStore(Protocol):
    """Quiet hours of channels, and servers the bot was removed from."""

    async def quiet_hours(self, channel_id: ChannelId) -> QuietHours | None:
        """A channel's quiet hours."""
        ...

    async def set_quiet_hours(
        self, guild_id: GuildId, channel_id: ChannelId, quiet: QuietHours | None, now: datetime
    ) -> int:
        """Set or end (None) them; what waits is held until they end, or let go. Returns how many entries wait."""
        ...

    async def channels_with_quiet_hours(self, guild_id: GuildId) -> dict[ChannelId, QuietHours]:
        """All of a server."""
        ...

    async def know_forum(self, guild_id: GuildId, channel_id: ChannelId, posts_by: PostsBy | None) -> PostsBy:
        """A forum channel is to hear of something; returns how it is told.

        ``posts_by`` None: as before, at first a post a topic. What is sealed already goes as it was.
        """
        ...

    async def following_channels(self, guild_id: GuildId) -> list[ChannelId]:
        """The channels of a server with a subscription or a digest (paused ones too, removed ones not)."""
        ...

    async def guild_left(self, guild_id: GuildId, now: datetime) -> list[Subscription]:
        """The bot was removed: what it had there is paused (REMOVED) and, after some days, pruned with all data.

        Returns the subscriptions that were paused; digests are as well. Called again, the first time stands.
        """
        ...

    async def guild_joined(self, guild_id: GuildId, now: datetime) -> None:
        """The bot is (again) in the server: nothing is forgotten. What was paused waits to be resumed."""
        ...

    async def known_guilds(self) -> frozenset[GuildId]:
        """Servers with anything stored that were not left, to be compared with where the bot is at a start."""
        ...

    async def resumable(self, channel_id: ChannelId) -> list[Subscription]:
        """Subscriptions of a channel that rest because Discord refused it (FORBIDDEN, NOT_FOUND, REMOVED)."""
        ...

    async def forget_left_guilds(self, before: datetime) -> Collection[GuildId]:
        """Delete everything of servers left before then; returns which."""
        ...
