"""Settings of servers out to a file, and back from one: checked, compared, and put in place at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.core.calendar import digest_schedule as schedules
from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import (
    ChannelId,
    FiledDigest,
    FiledHidden,
    FiledSubscription,
    GuildFile,
    GuildId,
    SourceName,
    SubscriptionSettings,
    Topic,
    UserId,
)
from bot.core.text import TOPIC_NAME_MAX, address_in, cleaned_line
from bot.core.transfers import Difference, ImportEffect, differences
from bot.services.caches.owned_cache import OwnedCache
from bot.services.input.text import checked_topic
from bot.storage.sql.subscriptions.transfers import ImportTimes
from bot.storage.stores import Storage
from config.settings import Settings

from .checks import check_item
from .settings_file import BYTES_MAX, ReadFile, read, written

PENDING_BYTES: Final = 4 << 20
PENDING_MAX: Final = 10
"""Plans of a server that wait for their button."""
TOKEN_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that an import changes in a server; nothing is written yet."""

    guild: GuildId
    differences: tuple[Difference, ...]

    @property
    def back(self) -> ImportPlan:
        """The plan that undoes this one."""
        return ImportPlan(self.guild, tuple(one.back for one in self.differences))

    def limited_to(self, channels: Collection[ChannelId], *, may_hide: bool) -> ImportPlan:
        """The plan without changes in other channels. ``may_hide``: hidden posts are changed as well."""
        here = [one for one in self.differences if one.channel is None or one.channel in channels]
        found = [one for one in here if may_hide or not isinstance(one.of, FiledHidden)]
        return ImportPlan(self.guild, tuple(found))

    def count(self, effect: ImportEffect) -> int:
        """The number of things that are added, changed or removed."""
        return sum(one.effect is effect for one in self.differences)


class TransferService:
    """Exports and imports. ``on_released``: called when entries that waited may wait no longer."""

    def __init__(
        self,
        storage: Storage,
        settings: Settings,
        clock: Clock,
        *,
        on_released: Callable[[], object] = lambda: None,
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._clock = clock
        self._on_released = on_released
        self._kept: OwnedCache[GuildId, str, ImportPlan] = OwnedCache(clock, PENDING_BYTES, owner_max=PENDING_MAX)

    def check_size(self, size: int) -> None:
        """Raise ``RefusedRequest`` for a file that is larger than what is read from Discord."""
        if size > BYTES_MAX:
            raise RefusedRequest("transfer-too-large", limit=BYTES_MAX >> 10)

    @staticmethod
    def written(servers: Collection[GuildFile]) -> str:
        """The file of these servers."""
        return written(servers)

    def keep(self, plan: ImportPlan) -> str:
        """The token of a plan that a button makes, for a day."""
        token = secrets.token_hex(TOKEN_BYTES)
        self._kept.put(plan.guild, token, plan)
        return token

    def pending(self, guild_id: GuildId, token: str) -> ImportPlan:
        """The plan of a token of this server. Raises ``RefusedRequest`` once it is no longer known."""
        found = self._kept.get(guild_id, token)
        if found is None:
            raise RefusedRequest("transfer-forgotten")
        return found

    async def exported(self, guilds: Collection[GuildId] = ()) -> tuple[GuildFile, ...]:
        """The settings of servers; none named: of all in which people chose something."""
        wanted = sorted(guilds) or await self._storage.transfers.guilds()
        return tuple([await self._storage.transfers.of_guild(guild) for guild in wanted])

    def read(self, content: bytes) -> ReadFile:
        """The servers of a file, or all of its mistakes."""
        now = self._clock()
        return read(content, lambda item: check_item(item, now))

    def of_feeds(
        self, guild_id: GuildId, channel_id: ChannelId, feeds: Sequence[tuple[str, str]], *, language: str
    ) -> GuildFile:
        """A channel's subscriptions to feeds: title and address of each. Raises ``RefusedRequest``."""
        settings = SubscriptionSettings(language or self._settings.discord.language, {SourceName.FEED: 0})
        filed = []
        for title, url in feeds:
            topic = checked_topic(url)
            if not topic.is_address:
                raise RefusedRequest("transfer-no-feed", url=url)
            name = cleaned_line(title, TOPIC_NAME_MAX) or topic.name
            filed.append(FiledSubscription(channel_id, Topic(topic.key, name), settings, address_in(url)))
        return GuildFile(guild_id, subscriptions=tuple(filed))

    async def plan(
        self,
        file: GuildFile,
        *,
        removes: bool = False,
        channels: Collection[ChannelId] | None = None,
        user_id: UserId | None = None,
    ) -> ImportPlan:
        """Everything that the import of a server changes.

        ``removes``: also what the file does not have is removed. ``channels``: nothing is changed in others; None:
        all. ``user_id``: who imports, and makes what is added. Raises ``RefusedRequest`` for more than the quota.
        """
        now = await self._storage.transfers.of_guild(file.guild)
        found = differences(now, file, removes=removes)
        if channels is not None:
            found = tuple(one for one in found if one.channel is None or one.channel in channels)
        if user_id is not None:
            found = tuple(_made_by(one, user_id) for one in found)
            self._check_quota(now, found)
        return ImportPlan(file.guild, found)

    async def apply(self, plan: ImportPlan) -> None:
        """Make the changes of a plan, in one transaction."""
        now = self._clock()
        upserts = [one.after for one in plan.differences if one.after is not None]
        removals = [one.before for one in plan.differences if one.after is None and one.before is not None]
        digests = [one.settings for one in upserts if isinstance(one, FiledDigest)]
        next_at = {(one.channel_id, one.name): schedules.next_time(one.schedule, now) for one in digests}
        since = now - timedelta(days=self._settings.poll.keep_posts_days)
        await self._storage.transfers.apply(plan.guild, upserts, removals, ImportTimes(now, since, next_at))
        self._on_released()

    def _check_quota(self, now: GuildFile, found: Sequence[Difference]) -> None:
        """Raise ``RefusedRequest`` where a server would have more than it may, or more than it has."""
        quota = self._settings.quota
        subscriptions, digests = len(now.subscriptions), len(now.digests)
        for kind, there, limit, text_id in (
            (FiledSubscription, subscriptions, quota.subscriptions_per_server, "transfer-quota-subscriptions"),
            (FiledDigest, digests, quota.digests_per_server, "transfer-quota-digests"),
        ):
            added = sum(isinstance(one.of, kind) and one.effect is ImportEffect.ADDED for one in found)
            removed = sum(isinstance(one.of, kind) and one.effect is ImportEffect.REMOVED for one in found)
            if added and 0 < limit < there + added - removed:
                raise RefusedRequest(text_id, limit=limit, count=there + added - removed)


def _made_by(one: Difference, user_id: UserId) -> Difference:
    """A difference whose additions are this person's."""
    if isinstance(one.after, FiledSubscription | FiledDigest) and one.effect is ImportEffect.ADDED:
        return replace(one, after=replace(one.after, created_by=user_id))
    return one
