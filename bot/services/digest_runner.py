"""Digests that are due: claimed, made of what their period held, and put into the outbox, each time once.

    editions.claim -> due_time -> followed_watches -> topic_period, channel_period -> decide_digest
      -> editions.commit -> signal delivery

A digest that dies anywhere leaves its claim to expire; it is then made again, for the same time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

from bot.core.alerting.rules import has_words
from bot.core.calendar import digest_schedule as schedules
from bot.core.calendar.clock import Clock
from bot.core.digest.decision import decide_digest, needs_more_candidates
from bot.core.errors import DatabaseBusy, RefusedRequest, StalePlan
from bot.core.leases import LEASE_S, was_set_back
from bot.core.limits.weighted_cache import WeightedCache
from bot.core.models import (
    EVERYWHERE,
    AlsoRising,
    ChannelPeriod,
    Digest,
    DigestContent,
    DigestEdition,
    GuildId,
    Listened,
    Period,
    Topic,
    TopicKey,
    TopicPeriod,
    TopicState,
    Viewer,
    WatchId,
)
from bot.core.trending.rising import RisingTopic, folded
from bot.leases import LeaseKeeper
from bot.polling.rule_evaluator import run_in_request_thread
from bot.polling.topic_words import TopicWords
from bot.storage.stores import Storage

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

BATCH = 25
"""So many are claimed at once: polls get their turn in between."""
PERIODS_BYTES = 32 << 20
"""Topics' periods remembered in a round, each with some dozens of posts."""
WORDS_BYTES = 4 << 20
WORDS_TOPICS = 5
"""Topics of a digest of which rising words are looked for."""
PERIOD_KEPT = timedelta(minutes=10)
RISING_AHEAD = timedelta(minutes=9)
"""A digest that is due by then finds what rises as it was read since: less than the wait between two requests."""
RISING_NAMED = 5
CANDIDATES = 40
"""Posts a topic that are read at first; more only if rules leave too few of them."""
CANDIDATES_MAX = 2_560


_Followed = tuple[tuple[WatchId, ...], datetime | None]
"""Watches, and since when they are listened to; None: for the whole period."""


class RisingSource(Protocol):
    """The source of topics that rise elsewhere (``TrendingService``)."""

    async def stored_rising(self, guild_id: GuildId, language: str, *, limit: int) -> list[RisingTopic]:
        """The topics as they were read last; nobody is asked."""
        ...

    async def refresh(self, language: str) -> None:
        """Read them anew where that may be done."""
        ...


class DigestRunner:
    """Makes what is due. ``on_digests`` is called when something may have come into the outbox.

    ``rising``: topics that rise elsewhere, for digests that want them. They are read before such a digest is due,
    beside everything else; none waits for them.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Clock,
        on_digests: Callable[[], None],
        rising: RisingSource | None = None,
    ) -> None:
        self._storage = storage
        self._rising = rising
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._clock = clock
        self._on_digests = on_digests
        self._last_tick: datetime | None = None
        self._leases: LeaseKeeper[Digest] = LeaseKeeper(self._renew, clock)

    async def run_due(self) -> int:
        """Put every digest that is due into the outbox; returns how many."""
        await self._repair_after_clock_step()
        await self._refresh_rising()
        sent, periods = 0, _Periods(self._storage, self._clock)
        while claimed := await self._storage.editions.claim(self._clock(), limit=BATCH, lease_s=LEASE_S):
            outcomes = await self._make_each(claimed, periods)
            sent += outcomes.count(_RunOutcome.SENT)
            self._on_digests()
            if set(outcomes) == {_RunOutcome.STILL_DUE}:
                break  # the next tick is soon enough for what is changing just now
        return sent

    async def _refresh_rising(self) -> None:
        """Have what rises read anew, in the languages of digests that are due soon."""
        if self._rising is None:
            return
        for language in await self._storage.digests.rising_languages(self._clock() + RISING_AHEAD):
            if language not in self._refreshing:
                task = asyncio.create_task(self._rising.refresh(language), name=f"rising topics {language}")
                self._refreshing[language] = task
                task.add_done_callback(partial(self._refreshed, language))

    def _refreshed(self, language: str, task: asyncio.Task[None]) -> None:
        self._refreshing.pop(language, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("what rises could not be read: %s", error)

    async def _rising_in(self, digest: Digest, topics: Sequence[Topic]) -> tuple[AlsoRising, ...]:
        """The topics that rise elsewhere, but those of the digest; none where they are not known just now."""
        if self._rising is None or not digest.settings.also_rising:
            return ()
        own = {folded(topic.name) for topic in topics}
        wanted = RISING_NAMED + len(own)
        try:
            found = await self._rising.stored_rising(digest.guild_id, digest.settings.language, limit=wanted)
        except DatabaseBusy:
            return ()
        others = [one for one in found if folded(one.topic.name) not in own]
        return tuple(
            AlsoRising(one.topic.name, tuple(dict.fromkeys(each.place.source.value for each in one.ranked_at)))
            for one in others[:RISING_NAMED]
        )

    async def _make_each(self, claimed: Sequence[Digest], periods: _Periods) -> list[_RunOutcome]:
        """Make one after the other; the claims on those that wait are renewed meanwhile."""
        outcomes = []
        with ExitStack() as held:
            for digest in claimed:
                held.enter_context(self._leases.hold(digest))
            for digest in claimed:
                await self._leases.renew()
                outcomes.append(await self._make_safely(digest, periods))
        return outcomes

    async def _renew(self, held: Collection[Digest], now: datetime) -> None:
        await self._storage.editions.renew(held, now, lease_s=LEASE_S)

    async def realign(self) -> int:
        """Have every digest due when its schedule says, counted from its anchor; returns how many moved.

        After a start, because a zone's rules may have changed with the time zone database, and after the clock was
        set back, because what was due in a future that did not come would else be due only then. Claims are given
        back: at such a time they are a killed process's, or end in that future.
        """
        now, moved = self._clock(), 0
        for digest in await self._storage.digests.listed(None):
            moved += digest.paused is None and await self._realigned(digest, now)
            await asyncio.sleep(0)  # each takes up to a millisecond, and a server may have many
        return moved

    async def _realigned(self, digest: Digest, now: datetime) -> bool:
        try:
            expected = schedules.next_time(digest.settings.schedule, min(digest.anchor, now))
        except RefusedRequest as refused:
            log.warning("digest %s keeps its time, its schedule cannot be read: %s", digest.id, refused)
            return False
        moves = digest.next_at != expected
        if moves or digest.claim is not None:
            await self._storage.editions.put_off(digest, expected)
        return moves

    async def _repair_after_clock_step(self) -> None:
        now, last = self._clock(), self._last_tick
        if last is None or was_set_back(last, now):
            moved = await self.realign()
            if moved:
                log.info("%d digests are due at another time than was written down", moved)
        self._last_tick = now

    async def _make_safely(self, digest: Digest, periods: _Periods) -> _RunOutcome:
        """One digest's fault must not stop the others; its claim runs out, and it is tried again."""
        try:
            return await self._make(digest, periods)
        except asyncio.CancelledError:
            await self._storage.editions.release(digest)
            raise
        except StalePlan as error:
            log.info("digest %s was changed while it was made: %s", digest.id, error)
            await self._storage.editions.release(digest)
        except DatabaseBusy as error:
            log.warning("digest %s is put off, the database is busy: %s", digest.id, error)
        except Exception:
            log.exception("digest %s failed by a fault of ours", digest.id)
        return _RunOutcome.STILL_DUE

    async def _make(self, digest: Digest, periods: _Periods) -> _RunOutcome:
        """Make one edition for the last due time, however many were missed."""
        now = self._clock()
        due_at = schedules.due_time(digest.settings.schedule, _effective_anchor(digest, now), now)
        next_at = schedules.next_time(digest.settings.schedule, now)
        if due_at is None:
            await self._storage.editions.put_off(digest, next_at)
            return _RunOutcome.SKIPPED
        edition = await self._edition(digest, due_at, next_at, periods)
        is_first = await self._storage.editions.commit(edition, now)
        return _RunOutcome.SENT if is_first else _RunOutcome.SKIPPED

    async def edition_now(self, digest: Digest) -> DigestEdition:
        """The edition of a digest at this moment, between two due times; nothing is stored."""
        return await self._edition(digest, self._clock(), None, _Periods(self._storage, self._clock))

    async def _edition(
        self, digest: Digest, due_at: datetime, next_at: datetime | None, periods: _Periods
    ) -> DigestEdition:
        """One edition for all that the channel has not had: no pile after quiet hours or an outage of Discord."""
        unsent = await self._storage.editions.unsent(digest.id)
        period = schedules.period_of(
            digest.settings.schedule, due_at, digest.covered_until, [period for _, period in unsent]
        )
        content = await self._content(digest, period, periods)
        return DigestEdition(digest, due_at, content, next_at, tuple(entry_id for entry_id, _ in unsent))

    async def _content(self, digest: Digest, period: Period, periods: _Periods) -> DigestContent:
        """Ask for more of a topic for as long as its rules leave too few posts."""
        topics = await self._storage.digests.topics_of(digest)
        limits = dict.fromkeys((topic.key for topic in topics), CANDIDATES)
        # What its channel may know of, and not what others follow of its topics (invariant 10).
        channel_only = Viewer(digest.guild_id, frozenset({digest.channel_id}))
        watches = await self._storage.periods.followed_watches(limits, channel_only)
        listened = await self._storage.periods.listened(limits, channel_only)
        followed = {key: _followed_in(ids, listened, period) for key, ids in watches.items()}
        while True:
            # The posts are shared by all listeners of these watches, the topic's spelling is the digest's own.
            found = [
                replace(await periods.of(topic.key, period, limits[topic.key], *followed[topic.key]), topic=topic)
                for topic in topics
            ]
            keys = {one.stored.post.key for topic in found for one in topic.posts}
            channel = await self._storage.periods.channel_period(digest.guild_id, digest.channel_id, period, keys)
            wanted = await _decided_off_loop(channel, needs_more_candidates, digest, found, channel)
            short = [key for key in wanted if limits[key] < CANDIDATES_MAX]
            if not short:
                content = await _decided_off_loop(
                    channel, decide_digest, digest, period, found, channel, self._clock()
                )
                content = replace(content, rising=await self._rising_in(digest, topics))
                return await self._with_words(content, digest.guild_id, followed, periods)
            limits |= {key: limits[key] * 4 for key in short}

    async def _with_words(
        self,
        content: DigestContent,
        guild_id: GuildId,
        followed: Mapping[TopicKey, _Followed],
        periods: _Periods,
    ) -> DigestContent:
        """The content with the words that rose in its first topics with posts."""
        with_posts = [one.topic for one in content.topics if one.state is TopicState.NEWS][:WORDS_TOPICS]
        words = {
            topic.key: await periods.words(topic, content.period, guild_id, *followed[topic.key])
            for topic in with_posts
        }
        topics = tuple(replace(one, words=words.get(one.topic.key, ())) for one in content.topics)
        return replace(content, topics=topics)


async def _decided_off_loop(channel: ChannelPeriod, decide: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """A decision about thousands of posts: beside the loop where their words are read."""
    if any(has_words(followed.rules) for followed in channel.followed.values()):
        return await run_in_request_thread(decide, *args, **named)
    return decide(*args, **named)


class _RunOutcome(Enum):
    """The outcome of a claimed digest."""

    SENT = auto()
    SKIPPED = auto()
    """The digest was sent for that time before, or is not due yet."""
    STILL_DUE = auto()
    """The digest changed, or failed, and is still due."""


def _followed_in(
    watch_ids: tuple[WatchId, ...], listened: Mapping[WatchId, Listened], period: Period
) -> _Followed:
    """The watches of a digest, and from when on, if that is not the whole period.

    What a watch saw before the channel listened to it, it saw for others. Such a one joins with the next period;
    if there is no other, it covers the time since.
    """
    joined = {
        one
        for one in watch_ids
        if one in listened and listened[one].is_shared and listened[one].since > period.start
    }
    others = tuple(one for one in watch_ids if one not in joined)
    if others or not joined:
        return others, None
    return watch_ids, max(listened[one].since for one in joined)


class _Periods:
    """Periods of topics for the digests of one round: periods that many digests share are read once."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._known: WeightedCache[tuple[TopicKey, Period, int, _Followed], TopicPeriod] = WeightedCache(
            PERIODS_BYTES
        )
        self._finder = TopicWords(storage, clock)
        self._words: WeightedCache[tuple[TopicKey, Period, GuildId, _Followed], tuple[str, ...]] = WeightedCache(
            WORDS_BYTES
        )

    async def of(
        self, key: TopicKey, period: Period, limit: int, watch_ids: tuple[WatchId, ...], since: datetime | None
    ) -> TopicPeriod:
        """A topic's period at these watches, read or remembered; what was asked for longest ago is forgotten."""
        wanted = key, period, limit, (watch_ids, since)
        now = self._clock()
        found = self._known.get(wanted, now)
        if found is None:
            found = await self._storage.periods.topic_period(
                key, period, limit=limit, watch_ids=watch_ids, followed_since=since
            )
            self._known.put(wanted, found, now=now, until=now + PERIOD_KEPT)
        return found

    async def words(
        self,
        topic: Topic,
        period: Period,
        guild_id: GuildId,
        watch_ids: tuple[WatchId, ...],
        since: datetime | None,
    ) -> tuple[str, ...]:
        """Words that rose at these watches in a period, found or remembered.

        Servers without hidden posts share an answer.
        """
        hides = bool(await self._storage.moderation.hidden_posts(guild_id, limit=1))
        asker = guild_id if hides else EVERYWHERE
        wanted, now = (topic.key, period, asker, (watch_ids, since)), self._clock()
        known = self._words.get(wanted, now)
        if known is None:
            found = await self._finder.of_watches(topic, watch_ids, period.start, period.end, [asker], since)
            known = tuple(one.text for one in found[asker].words)
            self._words.put(wanted, known, now=now, until=now + PERIOD_KEPT)
        return known


def _effective_anchor(digest: Digest, now: datetime) -> datetime:
    """The time after which its due times count: its anchor.

    An anchor in the future is of a clock that was set back since. Until then a digest would be silent, perhaps for
    a year; what it is due at now (``realign``) counts instead.
    """
    if digest.anchor <= now or digest.next_at is None:
        return min(digest.anchor, now)
    return digest.next_at - datetime.resolution
