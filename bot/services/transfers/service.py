"""Settings of servers out to a file, and back from one: checked, compared, and put in place at once."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.core.calendar import digest_schedule as schedules
from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import (
    ADDRESS_SOURCES,
    ChannelId,
    FiledBlockedTopic,
    FiledDigest,
    FiledForum,
    FiledHidden,
    FiledNotifyRole,
    FiledSubscription,
    GuildFile,
    GuildId,
    SubscriptionSettings,
    Topic,
    UserId,
)
from bot.core.text import TOPIC_NAME_MAX, address_in, cleaned_line
from bot.core.transfers import (
    Difference,
    Filed,
    ImportEffect,
    channel_of,
    differences,
    identity_of,
    is_still_meant,
    things_of,
)
from bot.services.caches.owned_cache import OwnedCache
from bot.services.input.text import checked_topic
from bot.services.moderation import person
from bot.services.subscriptions.service import check_pattern_cost
from bot.storage.sql.moderation.blocked_topics import BLOCKED_MAX
from bot.storage.sql.subscriptions.transfers import ImportTimes
from bot.storage.stores import Storage
from config.settings import Settings

from .checks import check_item
from .settings_file import BYTES_MAX, ReadFile, read, written

PENDING_BYTES: Final = 4 << 20
PENDING_MAX: Final = 10
"""Plans of a server that wait for their button."""
TOKEN_BYTES: Final = 8
HIDDEN_MAX: Final = 10_000
"""Hidden posts of a server, up to which a file adds some; people hide them one by one."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that an import changes in a server; nothing is written yet."""

    guild: GuildId
    differences: tuple[Difference, ...]

    @property
    def back(self) -> ImportPlan:
        """The plan that undoes this one. A channel stays a forum."""
        taken_back = [one.back for one in self.differences]
        stays = [one for one in taken_back if isinstance(one.of, FiledForum) and one.after is None]
        return ImportPlan(self.guild, tuple(one for one in taken_back if one not in stays))

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

    async def read_beside(self, content: bytes) -> ReadFile:
        """Do as ``read``, in a thread: some thousand lines take a second, which others would wait for."""
        return await asyncio.to_thread(self.read, content)

    def of_feeds(
        self, guild_id: GuildId, channel_id: ChannelId, feeds: Sequence[tuple[str, str]], *, language: str
    ) -> GuildFile:
        """A channel's subscriptions to feeds: title and address of each. Raises ``RefusedRequest``."""
        settings = SubscriptionSettings(
            language or self._settings.discord.language, dict.fromkeys(ADDRESS_SOURCES, 0)
        )
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
        _check_blocked(now, found)
        if channels is not None:
            found = tuple(one for one in found if one.channel is None or one.channel in channels)
        if user_id is not None:
            found = tuple(_made_by(one, user_id) for one in found)
            _check_feeds(now, found)
            self._check_quota(now, found)
        return ImportPlan(file.guild, found)

    async def apply(self, plan: ImportPlan, *, for_person: bool = False) -> None:
        """Make the changes of a plan, in one transaction.

        ``for_person``: as far as a person may. Raises ``RefusedRequest`` where the server would have more than its
        quota by now, where a thing was changed since the plan was made, and for patterns that cost too much.
        """
        if for_person:
            await _check_pattern_costs(plan)
        now = self._clock()
        upserts = [one.after for one in plan.differences if one.after is not None]
        removals = [one.before for one in plan.differences if one.after is None and one.before is not None]
        digests = [one.settings for one in upserts if isinstance(one, FiledDigest)]
        next_at = {(one.channel_id, one.name): schedules.next_time(one.schedule, now) for one in digests}
        since = now - timedelta(days=self._settings.poll.keep_posts_days)
        times = ImportTimes(now, since, next_at)

        def check(there: GuildFile) -> None:
            if for_person:
                self._check_still(there, plan)

        await self._storage.transfers.apply(plan.guild, upserts, removals, times, check=check)
        self._on_released()

    def _check_still(self, there: GuildFile, plan: ImportPlan) -> None:
        known = things_of(there)
        if not all(is_still_meant(one, known) for one in plan.differences):
            raise RefusedRequest("transfer-changed-since")
        self._check_quota(there, plan.differences)

    def _check_quota(self, now: GuildFile, found: Sequence[Difference]) -> None:
        """Raise ``RefusedRequest`` where a server or channel would have more than it may, or more than it has."""
        hidden = Counter(one.effect for one in found if isinstance(one.of, FiledHidden))
        count = len(now.hidden) + hidden[ImportEffect.ADDED] - hidden[ImportEffect.REMOVED]
        if len(now.hidden) < count and count > HIDDEN_MAX:
            raise RefusedRequest("transfer-hidden-many", limit=HIDDEN_MAX, count=count)
        quota = self._settings.quota
        for before, kind, limit, in_channel, text_id, channel_text_id in (
            (
                now.subscriptions,
                FiledSubscription,
                quota.subscriptions_per_server,
                quota.subscriptions_per_channel,
                "transfer-quota-subscriptions",
                "error-quota-channel",
            ),
            (
                now.digests,
                FiledDigest,
                quota.digests_per_server,
                quota.digests_per_channel,
                "transfer-quota-digests",
                "digest-quota-channel",
            ),
        ):
            there = Counter({identity_of(one): channel_of(one) for one in before}.values())
            after = Counter(_channels_after(before, [one for one in found if isinstance(one.of, kind)]))
            if 0 < limit < after.total() and there.total() < after.total():
                raise RefusedRequest(text_id, limit=limit, count=after.total())
            if any(0 < in_channel < count and there[channel] < count for channel, count in after.items()):
                raise RefusedRequest(channel_text_id, limit=in_channel)


def _channels_after(before: Iterable[Filed], found: Iterable[Difference]) -> Iterable[ChannelId | None]:
    """The channel of each thing of a kind once the differences are made."""
    things = {identity_of(one): one for one in before}
    for one in found:
        if one.after is None:
            things.pop(identity_of(one.of), None)
        else:
            things[identity_of(one.of)] = one.after
    return map(channel_of, things.values())


def _check_blocked(now: GuildFile, found: Iterable[Difference]) -> None:
    """Raise ``RefusedRequest`` for more blocked topics than a server may have."""
    effects = Counter(one.effect for one in found if isinstance(one.of, FiledBlockedTopic))
    added = effects[ImportEffect.ADDED]
    if added and len(now.blocked_topics) + added - effects[ImportEffect.REMOVED] > BLOCKED_MAX:
        raise RefusedRequest("error-blocked-full", limit=BLOCKED_MAX)


def _check_feeds(now: GuildFile, plan: Iterable[Difference]) -> None:
    """Raise ``RefusedRequest`` for a digest of a feed that neither the server nor the import subscribes to."""
    made = [one.after for one in plan if one.after is not None]
    known = {one.topic.key for one in (*now.subscriptions, *made) if isinstance(one, FiledSubscription)}
    topics = {topic for one in made if isinstance(one, FiledDigest) for topic in one.settings.topics}
    if any(topic.is_address and topic.key not in known for topic in topics):
        raise RefusedRequest("digest-feed-unknown")


async def _check_pattern_costs(plan: ImportPlan) -> None:
    """Raise ``RefusedRequest`` for a subscription whose patterns would cost more than one may."""
    for one in plan.differences:
        if isinstance(one.after, FiledSubscription) and one.effect is not ImportEffect.REMOVED:
            await check_pattern_cost(one.after.settings.rules)


def _made_by(one: Difference, user_id: UserId) -> Difference:
    """A difference whose additions are this person's."""
    if isinstance(one.after, FiledNotifyRole):
        return replace(one, after=replace(one.after, chosen_by=user_id))
    if isinstance(one.after, FiledSubscription) and one.after.notify_role is not None:
        chosen = replace(one.after.notify_role, chosen_by=user_id)
        one = replace(one, after=replace(one.after, notify_role=chosen))
    if isinstance(one.after, FiledSubscription | FiledDigest) and one.effect is ImportEffect.ADDED:
        return replace(one, after=replace(one.after, created_by=user_id))
    if isinstance(one.after, FiledHidden) and one.effect is ImportEffect.ADDED:
        return replace(one, after=replace(one.after, actor=person(user_id)))
    return one
