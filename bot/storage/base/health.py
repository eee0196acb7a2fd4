"""What telling of sources that are unwell needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.models import ChannelId, DependentWatch, FollowedWatch, GuildId, Incident, NoticePlan


class HealthStore(Protocol):
    """Who depends on which watch, and what they were told of those that are unwell."""

    async def pulses(self, now: datetime) -> tuple[list[DependentWatch], list[Incident]]:
        """Everybody concerned by a source that is unwell, or was told so; and what they were told.

        A channel with all it listens to at that source, and the operator (channel 0), whose watches that are well
        come as one for each target. Disabled and resting watches are left out, and those that are only silent
        concern nobody.
        """
        ...

    async def commit_notices(
        self, tellings: Sequence[NoticePlan], now: datetime, *, operator_channel: ChannelId | None = None
    ) -> list[NoticePlan]:
        """Write down what is told, with a NOTICE entry each, in one transaction; returns what is really told.

        A notice that still waits is taken back by the next one: bad news that nobody heard need no good news.
        Skipped is what another process told meanwhile. The operator's go to ``operator_channel`` (None: nowhere).
        """
        ...

    async def commit_silent(self, now: datetime, *, operator_channel: ChannelId | None) -> NoticePlan | None:
        """Write down that the operator was told of the watches that have fallen silent since the last time.

        With one NOTICE entry in ``operator_channel`` (None: nowhere), in one transaction; at most one a day. None
        where there are none, or a day has not passed.
        """
        ...

    async def followed_watches(self, guild_id: GuildId) -> list[FollowedWatch]:
        """The watches of a server's subscriptions and digests that are awake, by topic name and source."""
        ...
