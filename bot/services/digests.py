"""Create, change, preview and delete scheduled digests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.calendar import digest_schedule as schedules
from bot.core.calendar.clock import Clock
from bot.core.calendar.quiet_hours import quiet_until
from bot.core.errors import RefusedRequest, StalePlan
from bot.core.identity.row_ids import read_id
from bot.core.models import (
    ChannelId,
    Digest,
    DigestContent,
    DigestId,
    DigestSettings,
    GuildId,
    PauseReason,
    Schedule,
    SourceName,
    Topic,
    UserId,
    Viewer,
)
from bot.services.digest_runner import DigestRunner, RisingSource
from bot.services.guild_settings import adopt_server_quiet
from bot.services.input.digest import check_top, checked_name
from bot.services.input.text import check_min_rp
from bot.sources.base import Source
from bot.storage.stores import Storage
from config.settings import Settings

log = logging.getLogger(__name__)

_TRIES = 3
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """The settings that a person wants of a digest; they are checked before they are stored.

    An empty name: the digest is named after its schedule and topics. A feed among the topics may be named by its
    key or address. ``viewer``: what the person may know of, for such a feed; None: what the channel follows.
    """

    settings: DigestSettings
    viewer: Viewer | None = None


@dataclass(frozen=True, slots=True)
class DescribedDigest:
    """A digest, its topics now, and its next times (UTC)."""

    digest: Digest
    topics: tuple[Topic, ...]
    upcoming: tuple[datetime, ...]


class DigestService:
    """Digests: created, changed, paused, previewed and sent, for ``/digest``. ``due`` runs due ones.

    ``named``: a name for a digest that was given none, from its schedule and topics, in a language. ``sending``:
    the storage of what only the active sender writes. ``rising``: topics that rise elsewhere.
    """

    def __init__(
        self,
        storage: Storage,
        sources: Mapping[SourceName, Source],
        settings: Settings,
        *,
        named: Callable[[str, Schedule, Sequence[Topic]], str],
        clock: Clock,
        on_digests: Callable[[], None] = lambda: None,
        sending: Storage | None = None,
        rising: RisingSource | None = None,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._settings = settings
        self._named = named
        self._clock = clock
        self._on_digests = on_digests
        self.runner = DigestRunner(sending or storage, clock=clock, on_digests=on_digests, rising=rising)
        # One at a time: otherwise two requests could both use the last unit of a quota.
        self._quota_lock = asyncio.Lock()

    # -- what people do ---------------------------------------------------------------------------------

    async def create(self, guild_id: GuildId, user_id: UserId, ask: DigestRequest) -> DescribedDigest:
        """Check and store. Raises ``RefusedRequest``: nothing is stored then."""
        now = self._clock()
        wanted = await self._wanted(guild_id, ask, now)
        async with self._quota_lock:
            await self._check_quota(guild_id, wanted.channel_id, more=1, more_here=1)
            next_at = schedules.next_time(wanted.schedule, now)
            digest = await self._storage.digests.create(guild_id, user_id, wanted, next_at, now)
        await adopt_server_quiet(self._storage, guild_id, wanted.channel_id, self._clock)
        return await self._described(digest)

    async def change(self, digest_id: DigestId, guild_id: GuildId, ask: DigestRequest) -> DescribedDigest:
        """Replace what was chosen. Raises ``RefusedRequest``: nothing is changed then."""
        digest, now = await self.get(digest_id, guild_id), self._clock()
        old = digest.settings
        if ask.settings.name == old.name == self._named(old.language, old.schedule, old.topics):
            # The service named it, after what may change now.
            ask = replace(ask, settings=replace(ask.settings, name=""))
        if ask.viewer is None:
            seen = frozenset({old.channel_id, ask.settings.channel_id})
            ask = replace(ask, viewer=Viewer(guild_id, seen))
        wanted = await self._wanted(guild_id, ask, now, follows=not old.topics)
        begins = now if wanted.schedule != old.schedule else min(digest.anchor, now)
        next_at = schedules.next_time(wanted.schedule, begins)
        async with self._quota_lock:
            if wanted.channel_id != digest.channel_id:
                await self._check_quota(guild_id, wanted.channel_id, more=0, more_here=1)
            changed = await self._storage.digests.change(digest.id, wanted, next_at, now)
        return await self._described(changed)

    async def pause(self, digest_id: DigestId, guild_id: GuildId) -> DescribedDigest:
        """Pause a digest until a person resumes it. Raises ``RefusedRequest`` when it is gone."""
        digest = await self.get(digest_id, guild_id)
        await self._storage.digests.pause(digest.id, PauseReason.BY_USER, self._clock())
        return await self.describe(digest_id, guild_id)

    async def resume(self, digest_id: DigestId, guild_id: GuildId) -> DescribedDigest:
        """Resume a digest from now on. Raises ``RefusedRequest`` when it is gone."""
        digest, now = await self.get(digest_id, guild_id), self._clock()
        await self._storage.digests.resume(digest.id, schedules.next_time(digest.settings.schedule, now), now)
        return await self.describe(digest_id, guild_id)

    async def delete(self, digest_id: DigestId, guild_id: GuildId) -> Digest:
        """Remove it; ``restore`` undoes that. Raises ``RefusedRequest`` when it is gone already."""
        digest = await self.get(digest_id, guild_id)
        removed = await self._storage.digests.delete(digest.id, self._clock())
        if removed is None:
            raise RefusedRequest("digest-gone")
        return removed

    async def restore(self, removed: DigestId, guild_id: GuildId) -> DescribedDigest:
        """Undo ``delete``. Raises ``RefusedRequest`` when it is too late or over the quota."""
        async with self._quota_lock:
            now = self._clock()
            back = await self._storage.digests.get(removed)
            if back is not None and back.guild_id == guild_id:
                return await self._described(back)  # somebody, or a second click, was faster
            # Its schedule is known only once it is back; until the next line says when, it is not due.
            digest = await self._storage.digests.restore(removed, now + _SOON, now, guild_id)
            if digest is None:
                raise RefusedRequest("digest-restore-late")
            try:
                await self._check_quota(guild_id, digest.channel_id, more=0, more_here=0)
            except RefusedRequest:
                await self._storage.digests.delete(removed, now)
                raise
            await self._storage.editions.put_off(digest, schedules.next_time(digest.settings.schedule, now))
        return await self.describe(removed, guild_id)

    async def get(self, digest_id: DigestId, guild_id: GuildId) -> Digest:
        """A server's own digest. Raises ``RefusedRequest("digest-gone")``."""
        found = await self._storage.digests.get(digest_id)
        if found is None or found.guild_id != guild_id:
            raise RefusedRequest("digest-gone")
        return found

    async def describe(self, digest_id: DigestId, guild_id: GuildId) -> DescribedDigest:
        """A server's own digest with its topics and next times. Raises ``RefusedRequest``."""
        return await self._described(await self.get(digest_id, guild_id))

    async def list(self, guild_id: GuildId, channel_id: ChannelId | None = None) -> list[Digest]:
        """A server's (or channel's) digests by channel and name."""
        return await self._storage.digests.listed(guild_id, channel_id)

    async def find(
        self,
        typed: str,
        guild_id: GuildId,
        channel_id: ChannelId | None = None,
        *,
        sees: Callable[[ChannelId], bool] | None = None,
    ) -> Digest:
        """The digest a person means: ``id:12`` of our own suggestions, else a name.

        Where several have the name, the one in the channel. ``sees``: whether they see a channel; what it hears
        otherwise is none, and stands in nobody's way. Raises ``RefusedRequest``: ``digest-none``,
        ``digest-several``.
        """
        everywhere = await self._storage.digests.listed(guild_id)
        theirs = [digest for digest in everywhere if sees is None or sees(digest.channel_id)]
        found = digests_meant(typed, theirs)
        here = [digest for digest in found if digest.channel_id == channel_id]
        if not found:
            raise RefusedRequest("digest-none")
        meant = here or found
        if len(meant) > 1:
            raise RefusedRequest("digest-several")
        return meant[0]

    async def preview(self, digest: Digest) -> DigestContent:
        """The content of the digest if it were due now; nothing is stored."""
        return (await self.runner.edition_now(digest)).content

    async def channel_of(self, digest_id: DigestId, guild_id: GuildId) -> ChannelId:
        """The channel of a server's own digest, also of one that is removed. Raises ``RefusedRequest``."""
        found = await self._storage.digests.channel_of(digest_id, guild_id)
        if found is None:
            raise RefusedRequest("digest-restore-late")
        return found

    async def send_now(self, digest_id: DigestId, guild_id: GuildId, *, mention: bool = True) -> datetime | None:
        """Send an edition now; the schedule stays as it is. Returns the end of quiet hours that delay it, or None.

        ``mention`` False: this once without its role. Raises ``RefusedRequest`` when it is gone or paused.
        """
        for _ in range(_TRIES):
            digest, now = await self.get(digest_id, guild_id), self._clock()
            if digest.paused is not None:
                raise RefusedRequest("digest-is-paused")
            edition = await self.runner.edition_now(digest)
            if not mention:
                edition = replace(edition, content=replace(edition.content, role_id=None))
            try:
                await self._storage.editions.commit(edition, now)
            except StalePlan:
                continue
            self._on_digests()
            quiet = await self._storage.guilds.quiet_hours(digest.channel_id)
            return None if quiet is None else quiet_until(quiet, now)
        raise RefusedRequest("digest-busy")

    # -- checks -----------------------------------------------------------------------------------------

    async def _wanted(
        self, guild_id: GuildId, ask: DigestRequest, now: datetime, *, follows: bool = False
    ) -> DigestSettings:
        """The settings to store. ``follows``: the digest covers all topics of its channel, and did so before."""
        asked = ask.settings
        schedules.check(asked.schedule, now)
        topics = await self._checked_topics(guild_id, ask, follows=follows)
        check_top(asked.top)
        check_min_rp(asked.min_rp)
        name = checked_name(asked.name) or self._named(asked.language, asked.schedule, topics)
        return replace(asked, name=name, topics=topics, sources=self._free_sources())

    async def _checked_topics(self, guild_id: GuildId, ask: DigestRequest, *, follows: bool) -> tuple[Topic, ...]:
        """Keywords as they were typed; a feed by its title, and only where it is followed already."""
        topics, channel_id = ask.settings.topics, ask.settings.channel_id
        if not topics and not follows and not await self._storage.subscriptions.listed(guild_id, channel_id):
            raise RefusedRequest("digest-no-topics")
        viewer = ask.viewer or Viewer(guild_id, frozenset({channel_id}))
        return tuple([await self._known(topic, viewer) for topic in topics])

    async def _known(self, topic: Topic, viewer: Viewer) -> Topic:
        known = await self._storage.trends.shown_topic(topic.key, viewer) if topic.is_address else topic
        if known is None:
            raise RefusedRequest("digest-feed-unknown")
        return known

    def _free_sources(self) -> tuple[SourceName, ...]:
        """Sources at which topics of digests are polled: those that cost nothing."""
        return tuple(
            name
            for name, source in self._sources.items()
            if source.target_templates and not name.traits.costs_money
        )

    async def _check_quota(self, guild_id: GuildId, channel_id: ChannelId, *, more: int, more_here: int) -> None:
        """Whether the server can have so many more, and the channel."""
        quota, digests = self._settings.quota, await self._storage.digests.listed(guild_id)
        in_channel = sum(digest.channel_id == channel_id for digest in digests)
        if 0 < quota.digests_per_server < len(digests) + more:
            raise RefusedRequest("digest-quota-server", limit=quota.digests_per_server)
        if 0 < quota.digests_per_channel < in_channel + more_here:
            raise RefusedRequest("digest-quota-channel", limit=quota.digests_per_channel)

    async def _described(self, digest: Digest) -> DescribedDigest:
        topics = await self._storage.digests.topics_of(digest)
        upcoming = () if digest.paused else schedules.upcoming(digest.settings.schedule, self._clock(), 3)
        return DescribedDigest(digest, tuple(topics), upcoming)


def digests_meant(typed: str, digests: Sequence[Digest]) -> list[Digest]:
    """Digests with the id (``12``, ``id:12``) or the name that was typed."""
    number = read_id(typed.strip().removeprefix("id:"))
    by_id = [digest for digest in digests if digest.id == number]
    if by_id:
        return by_id
    return [digest for digest in digests if digest.settings.name.casefold() == typed.strip().casefold()]
