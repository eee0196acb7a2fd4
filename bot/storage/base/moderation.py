"""What taking posts down needs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.core.models import (
    Actor,
    AuditLine,
    ChannelId,
    GuildId,
    HiddenPost,
    Message,
    MessageId,
    PostHash,
    PostKey,
    StoredPost,
    TakenDown,
)


class ModerationStore(Protocol):
    """Hiding is one transaction: mark, audit, wipe, drop what waits, ask for what was sent to be drawn again."""

    async def hide(
        self, guild_id: GuildId, key: PostKey, *, actor: Actor, why: str | None, now: datetime
    ) -> TakenDown:
        """Take a post down in a server (``EVERYWHERE``: in all), for good.

        Waiting alerts of it are dropped, and digests are told without it. Its text is wiped from entries, and from
        the stored posts where nobody else may see it. Messages that show it are to be redrawn, urgently; one that
        holds nothing else and was never tried is given up.
        """
        ...

    async def remember_answer(
        self,
        message_id: MessageId,
        guild_id: GuildId,
        channel_id: ChannelId,
        discord_message_id: int,
        keys: Collection[PostKey],
        now: datetime,
        *,
        before: bool = False,
    ) -> None:
        """Remember which posts a public answer shows now, so that ``hide`` takes it down like a sent message.

        ``message_id``: ours, where the answer is new. ``before``: it is about to show them; what it was known to
        show stays known. What was hidden meanwhile takes it down at once.
        """
        ...

    async def unhide(
        self, guild_id: GuildId, post_hash: PostHash, *, actor: Actor, why: str | None, now: datetime
    ) -> bool:
        """Let it be seen again from now on; what was wiped stays wiped. False: it was not hidden (there)."""
        ...

    async def hidden_among(self, guild_id: GuildId, keys: Collection[PostKey]) -> frozenset[PostKey]:
        """Those of the posts that the server must not see."""
        ...

    async def hidden_posts(self, guild_id: GuildId, *, limit: int = 25) -> list[HiddenPost]:
        """What was taken down in a server itself, newest first (``EVERYWHERE``: by the operator or its source)."""
        ...

    async def audit(self, guild_id: GuildId | None, *, limit: int = 100) -> list[AuditLine]:
        """Who did what, newest first; None: in all servers."""
        ...

    async def sent_message(
        self,
        discord_message_id: int,
        guild_id: GuildId | None = None,
        channels: Collection[ChannelId] | None = None,
    ) -> Message | None:
        """The message of ours that Discord knows by this id, in these channels of a server (None: in any)."""
        ...

    async def find_posts(
        self, needle: str, guild_id: GuildId | None = None, channels: Collection[ChannelId] | None = None
    ) -> list[StoredPost]:
        """Stored or told posts whose key, canonical id or URL is exactly this, each identity once.

        ``guild_id``: only among the topics its subscriptions and digests follow and what it was told.
        ``channels``: only what these channels of it follow and were told.
        """
        ...
