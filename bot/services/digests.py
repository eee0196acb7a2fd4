"""Everything about scheduled digests: what people do with them, and making the ones that are due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Self

from bot.core import schedule as schedules
from bot.core.digest import decide_digest, wants_more
from bot.core.errors import RefusedRequest, StalePlan
from bot.core.models import (
    ChannelId,
    Digest,
    DigestContent,
    DigestId,
    DigestIssue,
    GuildId,
    PauseReason,
    Period,
    Recurrence,
    RoleId,
    Schedule,
    SourceName,
    Topic,
    TopicKey,
    TopicPeriod,
    UserId,
)
from bot.sources.base import Source
from bot.storage.base import DigestSettings, Storage
from config.settings import Settings

from . import Clock
from .digest_words import check_top, checked_name, parse_schedule, parse_topics, write_time, write_topics
from .words import check_min_rp

log = logging.getLogger(__name__)

LEASE_S = 60.0
"""A digest takes milliseconds to make; what a killed process held is taken up after this."""
HANDFUL = 25
"""So many are claimed at once: polls get their turn in between."""
PERIODS_KEPT = 500
"""Topics' periods remembered in a round, each with some dozens of posts: about 30 MB at most."""
CANDIDATES = 40
"""Posts a topic that are looked at first; more only where rules leave too few of them."""
CANDIDATES_MAX = 2_560
_JUMP = timedelta(seconds=60)
"""A clock that runs back further than this was set, not steered."""
_TRIES = 3
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DigestAsk:
    """What a person wants of a digest; ``zone`` is an IANA name, ``topics`` and ``time`` are as typed."""

    channel_id: ChannelId
    recurrence: Recurrence
    time: str
    zone: str
    language: str
    name: str = ""
    topics: str = ""
    top: int = 5
    min_rp: int = 0
    role_id: RoleId | None = None
    replaces_alerts: bool = False

    @classmethod
    def of(cls, digest: Digest) -> Self:
        """What asks for the digest as it is."""
        schedule = digest.schedule
        return cls(
            channel_id=digest.channel_id,
            recurrence=schedule.recurrence,
            time=write_time(schedule),
            zone=schedule.zone,
            language=digest.language,
            name=digest.name,
            topics=write_topics(digest.topics),
            top=digest.top,
            min_rp=digest.min_rp,
            role_id=digest.role_id,
            replaces_alerts=digest.replaces_alerts,
        )


@dataclass(frozen=True, slots=True)
class DescribedDigest:
    """A digest, the topics it tells of now, and its next times (UTC)."""

    digest: Digest
    topics: tuple[Topic, ...]
    upcoming: tuple[datetime, ...]


class DigestService:
    """The one call behind ``/digest``, its buttons, and the tick that makes what is due.

    ``named``: a name for a digest that was given none, from its schedule and topics, in a language.
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
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._settings = settings
        self._named = named
        self._clock = clock
        self._on_digests = on_digests
        # Two people at once must not both take the last place of a quota.
        self._places = asyncio.Lock()
        self._last_tick: datetime | None = None

    # -- what people do ---------------------------------------------------------------------------------

    async def create(self, guild_id: GuildId, user_id: UserId, ask: DigestAsk) -> DescribedDigest:
        """Check and store. Raises ``RefusedRequest``: nothing is stored then."""
        now = self._clock()
        wanted = await self._wanted(guild_id, ask, now)
        async with self._places:
            await self._check_quota(guild_id, ask.channel_id, more=1, more_here=1)
            next_at = schedules.next_time(wanted.schedule, now)
            digest = await self._storage.create_digest(guild_id, user_id, wanted, next_at, now)
        return await self._described(digest)

    async def change(self, digest_id: DigestId, guild_id: GuildId, ask: DigestAsk) -> DescribedDigest:
        """Replace what was chosen. Raises ``RefusedRequest``: nothing is changed then."""
        digest, now = await self.get(digest_id, guild_id), self._clock()
        wanted = await self._wanted(guild_id, ask, now)
        begins = now if wanted.schedule != digest.schedule else min(digest.anchor, now)
        next_at = schedules.next_time(wanted.schedule, begins)
        async with self._places:
            if wanted.channel_id != digest.channel_id:
                await self._check_quota(guild_id, wanted.channel_id, more=0, more_here=1)
            changed = await self._storage.change_digest(digest.id, wanted, next_at, now)
        return await self._described(changed)

    async def pause(self, digest_id: DigestId, guild_id: GuildId) -> DescribedDigest:
        """Rest until somebody resumes it. Raises ``RefusedRequest`` when it is gone."""
        digest = await self.get(digest_id, guild_id)
        await self._storage.pause_digest(digest.id, PauseReason.BY_USER, self._clock())
        return await self.describe(digest_id, guild_id)

    async def resume(self, digest_id: DigestId, guild_id: GuildId) -> DescribedDigest:
        """Be due again from now on. Raises ``RefusedRequest`` when it is gone."""
        digest, now = await self.get(digest_id, guild_id), self._clock()
        await self._storage.resume_digest(digest.id, schedules.next_time(digest.schedule, now), now)
        return await self.describe(digest_id, guild_id)

    async def delete(self, digest_id: DigestId, guild_id: GuildId) -> Digest:
        """Remove it; ``restore`` undoes that. Raises ``RefusedRequest`` when it is gone already."""
        digest = await self.get(digest_id, guild_id)
        removed = await self._storage.delete_digest(digest.id, self._clock())
        if removed is None:
            raise RefusedRequest("digest-gone")
        return removed

    async def restore(self, removed: DigestId, guild_id: GuildId) -> DescribedDigest:
        """Undo ``delete``. Raises ``RefusedRequest`` when it is too late or over the quota."""
        async with self._places:
            now = self._clock()
            # Its schedule is known only once it is back; until the next line says when, it is not due.
            digest = await self._storage.restore_digest(removed, now + _SOON, now)
            if digest is None or digest.guild_id != guild_id:
                if digest is not None:
                    await self._storage.delete_digest(removed, now)
                raise RefusedRequest("digest-restore-late")
            try:
                await self._check_quota(guild_id, digest.channel_id, more=0, more_here=0)
            except RefusedRequest:
                await self._storage.delete_digest(removed, now)
                raise
            await self._storage.put_off_digest(digest, schedules.next_time(digest.schedule, now))
        return await self.describe(removed, guild_id)

    async def get(self, digest_id: DigestId, guild_id: GuildId) -> Digest:
        """A server's own digest. Raises ``RefusedRequest("digest-gone")``."""
        found = await self._storage.digest(digest_id)
        if found is None or found.guild_id != guild_id:
            raise RefusedRequest("digest-gone")
        return found

    async def describe(self, digest_id: DigestId, guild_id: GuildId) -> DescribedDigest:
        """A server's own digest with its topics and next times. Raises ``RefusedRequest``."""
        return await self._described(await self.get(digest_id, guild_id))

    async def list(self, guild_id: GuildId, channel_id: ChannelId | None = None) -> list[Digest]:
        """A server's (or channel's) digests by channel and name."""
        return await self._storage.digests(guild_id, channel_id)

    async def find(self, typed: str, guild_id: GuildId, channel_id: ChannelId | None = None) -> Digest:
        """The digest a person means: ``id:12`` of our own suggestions, else a name.

        Where several have the name, the one in the channel. Raises ``RefusedRequest("digest-none")``.
        """
        everywhere = await self._storage.digests(guild_id)
        found = digests_meant(typed, everywhere)
        here = [digest for digest in found if digest.channel_id == channel_id]
        if not found:
            raise RefusedRequest("digest-none")
        return (here or found)[0]

    async def preview(self, digest: Digest) -> DigestContent:
        """What it would tell if it were due now; nothing is stored."""
        period = schedules.period_of(digest.schedule, self._clock(), digest.told_at)
        return await self._content(digest, period, _Periods(self._storage))

    async def send_now(self, digest_id: DigestId, guild_id: GuildId) -> Digest:
        """Tell it now, between two times; the schedule stays as it is.

        Raises ``RefusedRequest`` when it is gone or paused.
        """
        for _ in range(_TRIES):
            digest, now = await self.get(digest_id, guild_id), self._clock()
            if digest.paused is not None:
                raise RefusedRequest("digest-is-paused")
            content = await self.preview(digest)
            try:
                await self._storage.commit_digest(DigestIssue(digest, now, content, next_at=None), now)
            except StalePlan:
                continue
            self._on_digests()
            return digest
        raise RefusedRequest("digest-busy")

    # -- what is due ------------------------------------------------------------------------------------

    async def make_due(self) -> int:
        """Put every digest that is due into the outbox; returns how many."""
        await self._mind_the_clock()
        told, periods = 0, _Periods(self._storage)
        while claimed := await self._storage.claim_digests(self._clock(), limit=HANDFUL, lease_s=LEASE_S):
            fates = [await self._make_safely(digest, periods) for digest in claimed]
            told += fates.count(_Fate.TOLD)
            self._on_digests()
            if set(fates) == {_Fate.LEFT}:
                break  # the next tick is soon enough for what is changing just now
        return told

    async def realign(self) -> int:
        """Have every digest due when its schedule says, counted from its anchor; returns how many moved.

        After a start, because a zone's rules may have changed with the time zone database, and after the clock was
        set back, because what was due in a future that did not come would else be due only then. Claims are given
        back: at such a time they are a killed process's, or end in that future.
        """
        now, moved = self._clock(), 0
        for digest in await self._storage.digests(None):
            moved += digest.paused is None and await self._realigned(digest, now)
            await asyncio.sleep(0)  # each takes up to a millisecond, and a server may have many
        return moved

    async def _realigned(self, digest: Digest, now: datetime) -> bool:
        try:
            expected = schedules.next_time(digest.schedule, min(digest.anchor, now))
        except RefusedRequest as refused:
            log.warning("digest %s keeps its time, its schedule cannot be read: %s", digest.id, refused)
            return False
        moves = digest.next_at != expected
        if moves or digest.claim is not None:
            await self._storage.put_off_digest(digest, expected)
        return moves

    async def _mind_the_clock(self) -> None:
        now, last = self._clock(), self._last_tick
        if last is None or now < last - _JUMP:
            moved = await self.realign()
            if moved:
                log.info("%d digests are due at another time than was written down", moved)
        self._last_tick = now

    async def _make_safely(self, digest: Digest, periods: _Periods) -> _Fate:
        """One digest's fault must not stop the others; its claim runs out, and it is tried again."""
        try:
            return await self._make(digest, periods)
        except asyncio.CancelledError:
            await self._storage.release_digest(digest)
            raise
        except StalePlan as error:
            log.info("digest %s was changed while it was made: %s", digest.id, error)
            await self._storage.release_digest(digest)
        except Exception:
            log.exception("digest %s failed by a fault of ours", digest.id)
        return _Fate.LEFT

    async def _make(self, digest: Digest, periods: _Periods) -> _Fate:
        """Tell it once for the time it was due at last, however often it was missed."""
        now = self._clock()
        due_at = schedules.due_time(digest.schedule, _counts_from(digest, now), now)
        next_at = schedules.next_time(digest.schedule, now)
        if due_at is None:
            await self._storage.put_off_digest(digest, next_at)
            return _Fate.MOVED_ON
        period = schedules.period_of(digest.schedule, due_at, digest.told_at)
        content = await self._content(digest, period, periods)
        is_first = await self._storage.commit_digest(DigestIssue(digest, due_at, content, next_at), now)
        return _Fate.TOLD if is_first else _Fate.MOVED_ON

    async def _content(self, digest: Digest, period: Period, periods: _Periods) -> DigestContent:
        """Ask for more of a topic for as long as its rules leave too few posts."""
        topics = await self._storage.digest_topics(digest)
        limits = dict.fromkeys((topic.key for topic in topics), CANDIDATES)
        while True:
            found = [await periods.of(topic.key, period, limits[topic.key]) for topic in topics]
            keys = {one.stored.post.key for topic in found for one in topic.posts}
            channel = await self._storage.channel_period(digest.guild_id, digest.channel_id, period, keys)
            short = [key for key in wants_more(digest, found, channel) if limits[key] < CANDIDATES_MAX]
            if not short:
                return decide_digest(digest, period, found, channel, self._clock())
            limits |= {key: limits[key] * 4 for key in short}

    # -- checks -----------------------------------------------------------------------------------------

    async def _wanted(self, guild_id: GuildId, ask: DigestAsk, now: datetime) -> DigestSettings:
        schedule = parse_schedule(ask.recurrence, ask.time, ask.zone)
        schedules.check(schedule, now)
        topics = await self._checked_topics(guild_id, ask)
        return DigestSettings(
            channel_id=ask.channel_id,
            name=checked_name(ask.name) or self._named(ask.language, schedule, topics),
            schedule=schedule,
            language=ask.language,
            topics=topics,
            top=check_top(ask.top),
            min_rp=check_min_rp(ask.min_rp),
            role_id=ask.role_id,
            replaces_alerts=ask.replaces_alerts,
            sources=self._free_sources(),
        )

    async def _checked_topics(self, guild_id: GuildId, ask: DigestAsk) -> tuple[Topic, ...]:
        """Known topics by their known names; an address only where it is followed already."""
        topics = parse_topics(ask.topics)
        if not topics and not await self._storage.subscriptions(guild_id, ask.channel_id):
            raise RefusedRequest("digest-no-topics")
        return tuple([await self._known(topic) for topic in topics])

    async def _known(self, topic: Topic) -> Topic:
        known = await self._storage.topic(topic.key)
        if known is None and topic.is_address:
            raise RefusedRequest("digest-feed-unknown")
        return known or topic

    def _free_sources(self) -> tuple[SourceName, ...]:
        """Where topics are looked at that only a digest follows: what costs money is for subscriptions."""
        return tuple(name for name, source in self._sources.items() if source.templates and not source.costs_money)

    async def _check_quota(self, guild_id: GuildId, channel_id: ChannelId, *, more: int, more_here: int) -> None:
        """Whether the server can have so many more, and the channel."""
        quota, digests = self._settings.quota, await self._storage.digests(guild_id)
        in_channel = sum(digest.channel_id == channel_id for digest in digests)
        if 0 < quota.digests_per_server < len(digests) + more:
            raise RefusedRequest("digest-quota-server", limit=quota.digests_per_server)
        if 0 < quota.digests_per_channel < in_channel + more_here:
            raise RefusedRequest("digest-quota-channel", limit=quota.digests_per_channel)

    async def _described(self, digest: Digest) -> DescribedDigest:
        topics = await self._storage.digest_topics(digest)
        upcoming = () if digest.paused else schedules.upcoming(digest.schedule, self._clock(), 3)
        return DescribedDigest(digest, tuple(topics), upcoming)


class _Fate(Enum):
    """What came of a claimed digest."""

    TOLD = auto()
    MOVED_ON = auto()
    """It was told for that time before, or is not due yet."""
    LEFT = auto()
    """It changed, or failed, and is still due."""


class _Periods:
    """What topics' periods held, for the digests of one round: a topic that many share is read once."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: dict[tuple[TopicKey, Period, int], TopicPeriod] = {}

    async def of(self, key: TopicKey, period: Period, limit: int) -> TopicPeriod:
        """A topic's period, read or remembered; what was asked for longest ago is forgotten first."""
        wanted = key, period, limit
        found = self._known.pop(wanted, None)
        if found is None:
            found = await self._storage.topic_period(key, period, limit=limit)
        self._known[wanted] = found
        if len(self._known) > PERIODS_KEPT:
            del self._known[next(iter(self._known))]
        return found


def _counts_from(digest: Digest, now: datetime) -> datetime:
    """After this its times count: its anchor.

    An anchor in the future is of a clock that was set back since. Until then a digest would be silent, perhaps for
    a year; what it is due at now (``realign``) counts instead.
    """
    if digest.anchor <= now or digest.next_at is None:
        return min(digest.anchor, now)
    return digest.next_at - datetime.resolution


def digests_meant(typed: str, digests: Sequence[Digest]) -> list[Digest]:
    """Those with the id (``12``, ``id:12``) or the name that was typed."""
    number = typed.strip().removeprefix("id:")
    if number.isascii() and number.isdigit():
        by_id = [digest for digest in digests if digest.id == int(number)]
        if by_id:
            return by_id
    return [digest for digest in digests if digest.name.casefold() == typed.strip().casefold()]
