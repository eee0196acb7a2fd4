"""Quiet hours, forums, and channels and servers that were lost or joined again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.calendar.clock import Clock
from bot.core.calendar.quiet_hours import is_endless, next_quiet
from bot.core.errors import PatternsTooDear, RefusedRequest
from bot.core.models import ChannelId, Digest, GuildId, Pausable, PostsBy, QuietHours, Subscription
from bot.services.digests import DigestService
from bot.services.input.quiet_hours import parse_time, parse_weekdays
from bot.services.subscriptions.service import SubscriptionService
from bot.storage.stores import Storage
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class QuietHoursRequest:
    """Input of ``/quiet set``; ``zone`` is an IANA name."""

    guild_id: GuildId
    channel_id: ChannelId
    start: str
    end: str
    zone: str
    weekdays: str = ""


@dataclass(frozen=True, slots=True)
class QuietChannel:
    """A channel's quiet hours, and begin and end of the quiet that is, or comes next."""

    channel_id: ChannelId
    quiet: QuietHours
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class QuietHoursResult:
    """Result of ``/quiet set``. ``held``: number of entries that wait for the end of the quiet hours."""

    channel: QuietChannel
    held: int


class GuildService:
    """Quiet hours, paused channels, and the servers that the bot joins and leaves.

    ``on_released`` is called when entries that waited for the end of quiet hours wait no longer.
    """

    def __init__(
        self,
        storage: Storage,
        subscriptions: SubscriptionService,
        digests: DigestService,
        settings: Settings,
        clock: Clock,
        *,
        on_released: Callable[[], object] = lambda: None,
    ) -> None:
        self._on_released = on_released
        self._storage = storage
        self._subscriptions = subscriptions
        self._digests = digests
        self._settings = settings
        self._clock = clock

    async def know_forum(
        self, guild_id: GuildId, channel_id: ChannelId, posts_by: PostsBy | None = None
    ) -> PostsBy:
        """Add a forum as a target of alerts, ``posts_by`` (None: as before, at first a post a topic)."""
        return await self._storage.forums.know_forum(guild_id, channel_id, posts_by)

    # -- quiet hours ------------------------------------------------------------------------------------

    async def set_quiet(self, ask: QuietHoursRequest) -> QuietHoursResult:
        """Check and set a channel's quiet hours; what waits is held.

        Raises ``RefusedRequest``: nothing is stored then.
        """
        quiet = _checked(ask)
        now = self._clock()
        channel = _described(ask.channel_id, quiet, now)
        held = await self._storage.guilds.set_quiet_hours(ask.guild_id, ask.channel_id, quiet, now)
        return QuietHoursResult(channel, held)

    async def end_quiet(self, guild_id: GuildId, channel_id: ChannelId) -> int:
        """No quiet hours any more; returns how many entries may go now.

        Raises ``RefusedRequest("quiet-none")``.
        """
        if channel_id not in await self._storage.guilds.channels_with_quiet_hours(guild_id):
            raise RefusedRequest("quiet-none")
        let_go = await self._storage.guilds.set_quiet_hours(guild_id, channel_id, None, self._clock())
        self._on_released()
        return let_go

    async def channel_gone(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        """Delete the quiet hours of a deleted channel."""
        if await self._storage.guilds.quiet_hours(channel_id) is not None:
            await self._storage.guilds.set_quiet_hours(guild_id, channel_id, None, self._clock())

    async def quiet_channels(self, guild_id: GuildId) -> list[QuietChannel]:
        """All channels of a server that have quiet hours."""
        found = await self._storage.guilds.channels_with_quiet_hours(guild_id)
        now = self._clock()
        return [_described(channel_id, quiet, now) for channel_id, quiet in found.items()]

    async def following_channels(self, guild_id: GuildId) -> list[ChannelId]:
        """Channels of a server with a subscription or a digest (paused ones too, removed ones not)."""
        return await self._storage.guilds.following_channels(guild_id)

    async def channels(self, guild_id: GuildId) -> Collection[ChannelId]:
        """The channels of a server with subscriptions or digests, or with something under way."""
        storage = self._storage
        found: list[Pausable] = [
            *await storage.subscriptions.listed(guild_id),
            *await storage.digests.listed(guild_id),
        ]
        return {one.channel_id for one in found} | (await storage.deliveries.of_guild(guild_id)).channels

    # -- a lost channel ---------------------------------------------------------------------------------

    async def resumable(self, channel_id: ChannelId) -> list[Pausable]:
        """Subscriptions and digests of a channel that were paused because Discord refused it."""
        storage = self._storage
        return [*await storage.guilds.resumable(channel_id), *await storage.digests.resumable(channel_id)]

    async def resumable_in(self, guild_id: GuildId) -> list[Pausable]:
        """Subscriptions and digests of a server that can be resumed, also after the bot was removed."""
        storage = self._storage
        found: list[Pausable] = [
            *await storage.subscriptions.listed(guild_id),
            *await storage.digests.listed(guild_id),
        ]
        return [one for one in found if one.paused is not None and one.paused.by_discord]

    async def resume(self, paused: Collection[Pausable]) -> None:
        """Resume them from now on, with a baseline; those with too costly patterns stay paused."""
        for one in paused:
            if isinstance(one, Digest):
                await self._digests.resume(one.id, one.guild_id)
                continue
            with suppress(PatternsTooDear):
                await self._subscriptions.resume(one.id, one.guild_id)

    # -- coming and going -------------------------------------------------------------------------------

    async def joined(self, guild_id: GuildId) -> None:
        """The bot came (back) into a server."""
        await self._storage.guilds.guild_joined(guild_id, self._clock())

    async def left(self, guild_id: GuildId) -> list[Subscription]:
        """The bot was removed from a server; returns what is paused from now on."""
        return await self._storage.guilds.guild_left(guild_id, self._clock())

    async def compare(
        self, here: Collection[GuildId], *, is_served: Callable[[GuildId], bool] = lambda _: True
    ) -> list[GuildId]:
        """Come to know what happened while the bot was away; returns servers it was removed from meanwhile.

        ``here``: servers that the gateway named. ``is_served``: whether a server is one of this process's shards.
        """
        known = await self._storage.guilds.known_guilds()
        gone = sorted(guild for guild in known.difference(here) if is_served(guild))
        for guild_id in gone:
            await self.left(guild_id)
        for guild_id in set(here) - known:
            await self.joined(guild_id)
        return gone

    async def forget_left(self) -> Collection[GuildId]:
        """Delete everything of servers the bot left long enough ago; returns which."""
        kept = timedelta(days=self._settings.privacy.forget_servers_after_days)
        return await self._storage.guilds.forget_left_guilds(self._clock() - kept)


def _checked(ask: QuietHoursRequest) -> QuietHours:
    """Raises ``RefusedRequest`` for what cannot be."""
    try:
        ZoneInfo(ask.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedRequest("zone-unknown") from None
    quiet = QuietHours(ask.zone, parse_time(ask.start), parse_time(ask.end), parse_weekdays(ask.weekdays))
    if is_endless(quiet):
        raise RefusedRequest("quiet-endless")
    return quiet


def _described(channel_id: ChannelId, quiet: QuietHours, now: datetime) -> QuietChannel:
    found = next_quiet(quiet, now)
    if found is None:
        msg = "quiet hours begin on some weekday"
        raise ValueError(msg)
    return QuietChannel(channel_id, quiet, *found)
