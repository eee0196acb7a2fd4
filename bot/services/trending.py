"""Answers to ``/trending``: a server's own topics by surprise, and rankings of sources, shared by all servers.

A place is asked at most once in ten minutes, over all processes: whoever asks claims it in the database first.
Within a process one request serves all who wait; others read what was answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.causes import Cause
from bot.core.errors import DatabaseBusy, RefusedRequest, SourceError
from bot.core.models import EVERYWHERE, GuildId, SourceName, Topic, TopicKey, Viewer
from bot.core.surge.settings import PRESETS, Preset
from bot.core.text import make_topic
from bot.core.trending.answer import LeftOut, TrendingAnswer
from bot.core.trending.own_topics import SPARK_HOURS, OwnTopic, by_surprise, hourly, judged
from bot.core.trending.rankings import ASKED_EVERY, Ranking, RankingPlace, RankingSource
from bot.core.trending.rising import FoldedTopic, RisingTopic, folded, merged
from bot.services.live_fetches import Lookups
from bot.sources.trending.reader import RankingReader
from bot.storage.sql.polling.rankings import LONGEST_WAIT, StoredRanking
from bot.storage.sql.reports.own_topics import DetectedTopic
from bot.storage.stores import Storage

log = logging.getLogger(__name__)

OWN_MAX: Final = 6
LEARNS: Final = timedelta(hours=PRESETS[Preset.EVERY].min_known_hours)
"""The time after which a detector that began with the first subscription knows what is normal."""
RISING_MAX: Final = 10
USUAL_MAX: Final = 10
OLD_AFTER: Final = timedelta(minutes=30)
"""A ranking is shown so long where no newer one could be had."""
UNDER_WAY: Final = timedelta(seconds=30)
"""A request of another process that began earlier has failed with its process."""
_WAIT_S: Final = 6.0
_TRY_EVERY_S: Final = 0.25


class TrendingService:
    """``/trending``, and the topics that a server blocks there.

    ``readers``: makes the readers of the places that can be asked. ``blocked``: topics that the operator blocks.
    ``sleep``: waits while another process asks.
    """

    def __init__(
        self,
        storage: Storage,
        readers: Callable[[], Sequence[RankingReader]],
        lookups: Lookups,
        *,
        clock: Clock,
        blocked: Iterable[str] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._storage = storage
        self._make_readers = readers
        self._readers = {reader.place: reader for reader in readers()}
        self._lookups = lookups
        self._clock = clock
        self._blocked = frozenset(map(folded, blocked))
        self._sleep = sleep
        self._in_flight: dict[RankingPlace, asyncio.Task[Ranking]] = {}

    def change(self, blocked: Iterable[str]) -> None:
        """Go by other settings from now on: the readers are made anew. ``blocked``: by the operator."""
        self._readers = {reader.place: reader for reader in self._make_readers()}
        self._blocked = frozenset(map(folded, blocked))

    def sources(self) -> tuple[RankingSource, ...]:
        """The sources that are asked what rises there."""
        return tuple(dict.fromkeys(place.source for place in self._readers))

    def check(self, source: str | None) -> RankingSource | None:
        """The source that is meant; None: all. Raises ``RefusedRequest`` for one that is not asked."""
        if source is None:
            return None
        found = next((one for one in self.sources() if one == source.strip().lower()), None)
        if found is None:
            raise RefusedRequest("error-ranking-unknown", available=",".join(self.sources()))
        return found

    async def show(self, viewer: Viewer, language: str, source: RankingSource | None = None) -> TrendingAnswer:
        """The answer for a person who reads ``language``; ``source``: the only one that is asked."""
        blocked = await self._blocked_in(viewer.guild_id)
        hidden = self._blocked | blocked.keys()
        (own, usual, unknown), rankings = await asyncio.gather(
            self._own(viewer, hidden), self._rankings(language, source)
        )
        return TrendingAnswer(
            own,
            usual,
            unknown,
            rising=tuple(merged(rankings, hidden, limit=RISING_MAX)),
            left_out=tuple(LeftOut(one.place, one.cause) for one in rankings if not one.topics),
            asked=tuple(one.place for one in rankings),
            blocked=len(blocked),
        )

    async def stored_rising(self, guild_id: GuildId, language: str, *, limit: int) -> list[RisingTopic]:
        """The topics that rise at the sources as read last, for a digest: nobody is asked or waited for."""
        now, places = self._clock(), self._places(language, None)
        known = await self._storage.rankings.known(place.key for place in places)
        fresh = [
            found.ranking for found in known.values() if _is_fresh(found.ranking, now, ASKED_EVERY + OLD_AFTER)
        ]
        hidden = self._blocked | (await self._blocked_in(guild_id)).keys()
        return merged([one for one in fresh if one is not None], hidden, limit=limit)

    async def refresh(self, language: str) -> None:
        """Ask the places that may be asked, so that what rises is known for digests that are due soon."""
        await self._rankings(language, None)

    # -- topics that are not shown ----------------------------------------------------------------------

    async def block(self, guild_id: GuildId, name: str) -> Topic:
        """Show a topic as rising no more in a server. Raises ``RefusedRequest`` where its list is full."""
        topic = make_topic(name)
        if not topic.key:
            raise RefusedRequest("error-topic-empty")
        await self._storage.blocked_topics.block(guild_id, topic.name, self._clock())
        return topic

    async def unblock(self, guild_id: GuildId, name: str) -> Topic:
        """Show a topic again."""
        await self._storage.blocked_topics.unblock(guild_id, name)
        return make_topic(name)

    async def blocked(self, guild_id: GuildId) -> tuple[str, ...]:
        """The names of the topics that a server blocks, the newest first."""
        return tuple((await self._blocked_in(guild_id)).values())

    async def _blocked_in(self, guild_id: GuildId) -> dict[FoldedTopic, str]:
        return {} if guild_id == EVERYWHERE else await self._storage.blocked_topics.listed(guild_id)

    # -- the server's own topics ------------------------------------------------------------------------

    async def _own(
        self, viewer: Viewer, hidden: Collection[FoldedTopic]
    ) -> tuple[tuple[OwnTopic, ...], tuple[OwnTopic, ...], tuple[Topic, ...]]:
        """The topics that rise, those that are as usual, and those of which nothing can be said."""
        now = self._clock()
        detected = [
            one
            for one in await self._storage.own_topics.detected(viewer)
            if not one.topic.is_address and folded(one.topic.name) not in hidden
        ]
        found = [(one, own) for one in detected if (own := _judged(one, now)) is not None]
        ordered = by_surprise(own for _, own in found)
        known = {own.topic.key for own in ordered}
        unknown = {one.topic.key: one.topic for one in detected if one.topic.key not in known}
        rising = [own for own in ordered if own.rises][:OWN_MAX]
        shown = {own.topic.key for own in rising}
        usual = tuple(own for own in ordered if own.topic.key not in shown)
        watches = {(own.topic.key, own.source): one for one, own in found}
        with_hours = await self._with_hours(rising, watches, now)
        return with_hours, usual[:USUAL_MAX], tuple(unknown.values())[:USUAL_MAX]

    async def _with_hours(
        self,
        rising: Sequence[OwnTopic],
        watches: Mapping[tuple[TopicKey, SourceName], DetectedTopic],
        now: datetime,
    ) -> tuple[OwnTopic, ...]:
        """The topics with what was counted in their last hours, since somebody here listens."""
        if not rising:
            return ()
        at = {own.topic.key: watches[own.topic.key, own.source] for own in rising}
        begin = now - timedelta(hours=SPARK_HOURS + 1)
        counts = await self._storage.own_topics.counts({one.watch_id for one in at.values()}, begin, now)
        found: list[OwnTopic] = []
        for own in rising:
            watch = at[own.topic.key]
            seen = counts.get(watch.watch_id, ())
            by_people = any(one.people is not None for one in seen[-4:])
            found.append(replace(own, hours=hourly(seen, now, watch.since), by_people=by_people))
        return tuple(found)

    # -- rankings ---------------------------------------------------------------------------------------

    def _places(self, language: str, source: RankingSource | None) -> list[RankingPlace]:
        return [
            place
            for place in self._readers
            if place.language in {"", language} and (source is None or place.source is source)
        ]

    async def _rankings(self, language: str, source: RankingSource | None) -> list[Ranking]:
        """The ranking of each place: as stored, or asked for now where it may be asked."""
        now, places = self._clock(), self._places(language, source)
        known = await self._storage.rankings.known(place.key for place in places)
        return list(await asyncio.gather(*(self._current(place, known.get(place.key), now) for place in places)))

    async def _current(self, place: RankingPlace, stored: StoredRanking | None, now: datetime) -> Ranking:
        if stored is not None and not stored.may_be_asked(now) and not stored.is_under_way(now, UNDER_WAY):
            return _shown(place, stored, now)
        running = self._in_flight.get(place)
        if running is None:
            running = asyncio.create_task(self._asked(place), name=f"ranking {place.key}")
            self._in_flight[place] = running
            running.add_done_callback(lambda _: self._in_flight.pop(place, None))
        # Shielded: an asker who goes away must not take the answer from the others.
        return await asyncio.shield(running)

    async def _asked(self, place: RankingPlace) -> Ranking:
        """The answer of a place, asked by this process or by another one."""
        now, reader = self._clock(), self._readers[place]
        try:
            if await self._storage.rankings.claim(place.key, now):
                return await self._ask(reader, now)
            return await self._of_another(place, now)
        except DatabaseBusy:
            return Ranking(place, now, cause=Cause.BUSY)

    async def _ask(self, reader: RankingReader, now: datetime) -> Ranking:
        """Ask a place, and store what it said, or why it said nothing."""
        place, sent = reader.place, False

        async def read() -> Ranking:
            nonlocal sent
            sent = True
            return Ranking(place, now, await reader.read(now))

        wait = ASKED_EVERY
        try:
            ranking = await self._lookups.fetch(reader.source, reader.target, read)
        except SourceError as error:
            if not sent:  # no turn came: nothing was asked
                await self._storage.rankings.give_back(place.key, now)
                return Ranking(place, now, cause=error.cause)
            log.info("no ranking of %s: %s", place.key, error)
            wait = min(max(ASKED_EVERY, error.retry_after or ASKED_EVERY), LONGEST_WAIT)
            ranking = Ranking(place, now, cause=error.cause)
        except Exception:
            log.exception("the ranking of %s failed by a fault of ours", place.key)
            ranking = Ranking(place, now, cause=Cause.OTHER)
        await self._storage.rankings.keep(ranking, now + wait)
        return ranking

    async def _of_another(self, place: RankingPlace, now: datetime) -> Ranking:
        """The answer that another process is about to have; after some seconds what was known before."""
        stored = None
        for _ in range(round(_WAIT_S / _TRY_EVERY_S)):
            stored = (await self._storage.rankings.known([place.key])).get(place.key)
            if stored is not None and not stored.is_under_way(now, UNDER_WAY):
                break
            await self._sleep(_TRY_EVERY_S)
        return _shown(place, stored, now)


def _judged(one: DetectedTopic, now: datetime) -> OwnTopic | None:
    """The topic by its detector, once the server has listened for as long as one takes to know what is normal.

    Until then only what others had read could say so, and with it that they listen (invariant 10).
    """
    if one.state is None or now - one.since < LEARNS:
        return None
    return judged(one.topic, one.source, one.state, now)


def _is_fresh(ranking: Ranking | None, now: datetime, within: timedelta) -> bool:
    return ranking is not None and -within <= now - ranking.at <= within


def _shown(place: RankingPlace, stored: StoredRanking | None, now: datetime) -> Ranking:
    """A stored ranking, or that none is fresh enough; a failure holds until the place may be asked again."""
    ranking = None if stored is None else stored.ranking
    if ranking is not None and (ranking.cause is not None or _is_fresh(ranking, now, OLD_AFTER)):
        return replace(ranking, place=place)
    return Ranking(place, now, cause=Cause.BUSY)
