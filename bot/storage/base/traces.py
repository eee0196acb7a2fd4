"""What ``/why`` needs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.core.explain.history import PostHistory
from bot.core.models import ChannelId, GuildId, PostKey


class TraceStore(Protocol):
    """The facts decisions left behind."""

    async def trace(self, guild_id: GuildId, channel_id: ChannelId, key: PostKey, now: datetime) -> PostHistory:
        """All that is stored of one post for a server's channel, in one consistent snapshot.

        A path for every watch of every subscription of the channel, by topic name and source; paused subscriptions
        are among them, removed ones are not. A post nobody saw, or another server's channel, gives an empty trace.
        """
        ...
