"""Answers to ``/trend``: from storage if a watch polls often enough, else by a fetch from the sources."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.core.alerting.velocity import MAX_SPAN, is_among_fastest, velocity
from bot.core.causes import Cause
from bot.core.errors import NotAFeed, RefusedRequest, SourceBusy, SourceChanged, SourceError, TookTooLong
from bot.core.health.watch import drift, is_source_problem
from bot.core.identity.origins import Servers
from bot.core.keywords.rising import RisingWords
from bot.core.models import (
    ADDRESS_SOURCES,
    FEDERATED,
    STRANGER,
    FetchRequest,
    FetchResult,
    GuildId,
    NotModified,
    Post,
    PostKey,
    Sample,
    Snapshot,
    SourceName,
    StoredPost,
    Topic,
    Velocity,
    Viewer,
    Watch,
)
from bot.core.spelling import spellings
from bot.core.targets import targets_of
from bot.core.text import TOPIC_NAME_MAX, address_in, excerpt, holds_address, make_topic, utf16_length
from bot.core.trend_result import SourceAnswer, TrendAnswer, spoken_by_their_own
from bot.core.url_display import has_login
from bot.polling.rule_evaluator import run_in_request_thread
from bot.polling.topic_words import TopicWords
from bot.services.caches.answers import AnswerCache, AnswerKey
from bot.services.caches.asked_urls import AskedUrls
from bot.services.input.text import check_scheme
from bot.services.live_fetches import Lookups
from bot.sources.base import Linked, Source
from bot.storage.stores import Storage

log = logging.getLogger(__name__)

RECENT_WINDOW = timedelta(hours=48)
"""Age of posts that count as recent; older ones raise no alert as new either."""
HISTORY_WINDOW = timedelta(days=30)
"""Span in which stored posts of a quiet topic are shown; older posts are no longer stored."""
FLIGHTS_MAX = 64
"""Concurrent questions; further ones are asked to try again."""
SPOKEN_WITHIN = timedelta(minutes=30)
"""A velocity is that of when the RP was read; of an older one none is said."""
SIMILAR_MAX = 5
NAMES_MAX = 1_000
"""Topics that are compared with what was typed; a server's quota allows fewer."""

_Targets = Mapping[SourceName, tuple[str | None, ...]]
"""The targets a topic has at each source that is asked."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_NO_SERVERS = Servers()


class SubscribersOnly(SourceError):
    """The source costs money, so it is asked only for topics that a channel they see is subscribed to."""

    cause = Cause.SUBSCRIBERS_ONLY


@dataclass(frozen=True, slots=True)
class _StoredView:
    """Stored data of a topic, as far as the viewer may know of it.

    ``fresh``: the watches of sources that all polled recently enough to answer for them. ``samples``: the RP of
    the posts as each source showed them lately.
    """

    watches: Mapping[tuple[SourceName, str | None], Watch]
    fresh: Mapping[SourceName, Sequence[Watch]]
    snapshots: Mapping[SourceName, Snapshot]
    posts: Iterable[StoredPost]
    samples: Mapping[tuple[SourceName, PostKey], tuple[Sample, ...]] = field(default_factory=dict)


class TrendService:
    """Trend answers: one fetch for the same question, remembered for ``cache_s`` seconds.

    A question to a source holds nothing but the asker's own knowledge, so its answer is shared. What is stored of
    followed topics (names, addresses, posts) is for those alone who may know of them (invariant 10).

    ``fresh_s``: how long a watch's last poll answers for its source without another fetch.
    ``servers``: where the fediverse is asked.
    """

    def __init__(
        self,
        storage: Storage,
        sources: Mapping[SourceName, Source],
        *,
        clock: Callable[[], datetime],
        fresh_s: float,
        cache_s: float = 60.0,
        lookups: Lookups | None = None,
        servers: Servers = _NO_SERVERS,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._servers = servers
        self._clock = clock
        self._words = TopicWords(storage, clock)
        self._fresh = timedelta(seconds=fresh_s)
        self._cache = AnswerCache(clock, cache_s)
        self._lookups = lookups or Lookups()
        self._in_flight: dict[AnswerKey, asyncio.Task[SourceAnswer]] = {}
        self._addresses = AskedUrls(clock)

    def change(self, fresh_s: float, servers: Servers) -> None:
        """Answer by other settings from the next question on."""
        self._fresh, self._servers = timedelta(seconds=fresh_s), servers

    def source_names(self) -> tuple[SourceName, ...]:
        """The sources that can be asked for."""
        return tuple(self._sources)

    async def ask(
        self,
        typed: str,
        source: SourceName | None = None,
        viewer: Viewer = STRANGER,
        *,
        public: bool = False,
    ) -> TrendAnswer:
        """The answer of ``source`` (None: each) for a topic as typed, without posts hidden in this server.

        ``public``: the channel they ask in sees the answer, if there are posts in it. Without any, what nobody
        asked for (similar topics, a page's feed) is for the asker alone. Raises ``RefusedRequest`` for what cannot
        be asked. A failing source is part of the answer.
        """
        topic = await self._known(self.check(typed, source), viewer)
        asked = list(self._sources.values()) if source is None else [self._sources[source]]
        address = address_in(typed)
        if topic.is_address and address is not None:
            self._addresses.keep(topic.key, address, viewer, public=public)
        targets = await self._targets_of(topic, address, asked, viewer)
        memory = await self._remember(topic, targets, viewer)
        found_by = await asyncio.gather(*(self._answers(topic, one, targets, memory, viewer) for one in targets))
        # Last, because answers are shared between servers, and each hides what it wants.
        answers = spoken_by_their_own([answer for answers in found_by for answer in answers])
        answers = await self._seen_in(viewer.guild_id, answers)
        found = any(answer.posts for answer in answers)
        similar = () if found else await self.similar(topic, viewer, answered_by(answers))
        feed = self._feed_of(answers, address, viewer)
        words = await self._words.now(topic, viewer) if found else RisingWords()
        return TrendAnswer(_titled(topic, answers), tuple(answers), similar, feed, words)

    def keep_address(self, address: str, viewer: Viewer) -> Topic:
        """The topic of an address that this person was shown: they may ask for it by its key from now on."""
        topic = make_topic(address)
        self._addresses.keep(topic.key, address, viewer, public=False)
        return topic

    def _feed_of(self, answers: Iterable[SourceAnswer], address: str | None, viewer: Viewer) -> Topic | None:
        """The feed of a page: no secret for the person who typed the page's address; by a button it may be."""
        errors = (one.error for one in answers)
        feed = next((error.feed for error in errors if isinstance(error, NotAFeed) and error.feed), None)
        return self.keep_address(feed, viewer) if feed is not None and address is not None else None

    async def address_of(self, topic: Topic, viewer: Viewer) -> str:
        """The address that a topic with an address's key stands for.

        Raises ``RefusedRequest`` for those who do not know it (any more): no channel they see follows it, and they
        did not ask for it lately.
        """
        asked = self._addresses.find(topic.key, viewer)
        if asked is not None:
            return asked
        watches = await self._storage.trends.shown_watches(topic.key, viewer)
        known = next((watch.target for watch in watches if watch.target), None)
        if known is None:
            raise RefusedRequest("error-address-forgotten")
        return known

    def check(self, typed: str, source: SourceName | None = None) -> Topic:
        """The topic a person typed. Raises ``RefusedRequest`` for what ``ask`` would refuse, without looking."""
        topic = make_topic(typed)
        if not topic.key:
            raise RefusedRequest("error-topic-empty")
        check_scheme(typed)
        if topic.is_address and has_login(address_in(typed) or ""):
            raise RefusedRequest("error-address-login")
        if max(utf16_length(topic.name), 0 if topic.is_address else utf16_length(topic.key)) > TOPIC_NAME_MAX:
            raise RefusedRequest("error-topic-long", limit=TOPIC_NAME_MAX)
        if not topic.is_address and holds_address(topic.key):
            raise RefusedRequest("error-topic-address")
        wanted = ADDRESS_SOURCES[0] if topic.is_address and source is None else source
        if wanted is not None and wanted not in self._sources:
            raise RefusedRequest("error-source-off", source=wanted, available=",".join(self._sources))
        if wanted is not None and wanted not in self.sources_for(topic):
            raise RefusedRequest("error-address-is-feed" if topic.is_address else "error-feed-address")
        return topic

    def sources_for(self, topic: Topic) -> tuple[SourceName, ...]:
        """The sources that can be asked for a topic: those of addresses, or those that search for keywords."""
        if topic.is_address:
            return tuple(name for name in self._sources if name in ADDRESS_SOURCES)
        return tuple(name for name, source in self._sources.items() if source.target_templates)

    async def _targets_of(
        self, topic: Topic, address: str | None, asked: Iterable[Source], viewer: Viewer
    ) -> _Targets:
        """The endpoints at which each source is asked for the topic; an address is a feed's."""
        if not topic.is_address:
            found = {source.name: targets_of(source.target_templates, topic) for source in asked}
            return {name: targets for name, targets in found.items() if targets}
        where = await self.address_of(topic, viewer) if address is None else address
        return {source.name: (where,) for source in asked if source.name in ADDRESS_SOURCES}

    async def suggest(self, typed: str, viewer: Viewer = STRANGER) -> list[Topic]:
        """Up to 25 topics they may know of for what was typed so far, best first, if they can be asked for."""
        try:
            known = await self._storage.trends.suggest_topics(typed, viewer)
        except TookTooLong:  # a help that comes too late is none; whoever types goes on
            return []
        return [topic for topic in known if utf16_length(topic.name) <= TOPIC_NAME_MAX]

    async def _seen_in(self, guild_id: GuildId, given: Iterable[SourceAnswer]) -> list[SourceAnswer]:
        answers = list(given)
        keys = {post.key for answer in answers for post in answer.posts}
        hidden = await self._storage.moderation.hidden_among(guild_id, keys)
        if not hidden:
            return answers
        return [
            replace(answer, posts=tuple(post for post in answer.posts if post.key not in hidden))
            for answer in answers
        ]

    async def _known(self, topic: Topic, viewer: Viewer) -> Topic:
        """A keyword as it was typed; a feed by the title it is known under to those who may know of it."""
        if not topic.is_address:
            return topic
        known = await self._storage.trends.shown_topic(topic.key, viewer)
        return known if known and utf16_length(known.name) <= TOPIC_NAME_MAX else topic

    async def similar(
        self, topic: Topic, viewer: Viewer, sources: Collection[SourceName], *, begun: bool = True
    ) -> tuple[Topic, ...]:
        """Topics that may have been meant: known topics and tags (invariant 10), else the word in other kana.

        ``sources``: where other kana are looked for; what nobody writes is not offered. ``begun``: topics of which
        they typed a part count too.
        """
        if topic.is_address:
            return ()
        part_of = await self.suggest(topic.name, viewer) if begun else []
        names = await self._known_names(viewer)
        near = await run_in_request_thread(spellings.near, topic.name, names, limit=SIMILAR_MAX)
        meant = {known.key: known for known in [*map(_named(names), near), *part_of] if known.key != topic.key}
        return tuple(meant.values())[:SIMILAR_MAX] or await self._in_other_kana(topic, viewer, sources)

    async def _in_other_kana(
        self, topic: Topic, viewer: Viewer, sources: Collection[SourceName]
    ) -> tuple[Topic, ...]:
        """Topics of the word in katakana and in hiragana, where one of the free sources has posts of it."""
        asked = [self._sources[name] for name in sources if not name.traits.costs_money]
        written = []
        for other in map(make_topic, spellings.kana_to_try(topic.name)):
            requests = [
                self._answer_one(source, FetchRequest(topic=other, target=target), viewer)
                for source in asked
                for target in targets_of(source.target_templates, other)
            ]
            if any(one.posts for one in await self._seen_in(viewer.guild_id, await asyncio.gather(*requests))):
                written.append(other)
        return tuple(written)

    async def _known_names(self, viewer: Viewer) -> Mapping[str, Topic]:
        """The topics they may know of, and the tags of posts they may see, by the name to compare."""
        try:
            topics = await self._storage.trends.suggest_topics("", viewer, limit=NAMES_MAX)
            texts = await self._storage.trends.some_texts(viewer)
        except TookTooLong:  # a help that comes too late is none
            return {}
        return await run_in_request_thread(_by_name, topics, texts)

    async def _remember(self, topic: Topic, targets: _Targets, viewer: Viewer) -> _StoredView:
        """All that storage has to say to them; where every watch is stale, nothing."""
        now = self._clock()
        known = await self._storage.trends.shown_watches(topic.key, viewer)
        watches = {(watch.source, watch.target): watch for watch in known}
        theirs = await self._storage.trends.recallable_watches(topic.key, viewer, now - RECENT_WINDOW)
        recent = {
            key: watch for key, watch in watches.items() if watch.id in theirs and self._is_fresh(watch, now)
        }
        fresh: dict[SourceName, list[Watch]] = {}
        for name, asked in targets.items():
            read = [recent[name, target] for target in asked if (name, target) in recent]
            if len(read) == len(asked):
                fresh[name] = read
        if not fresh:
            return _StoredView(watches, {}, {}, ())
        snapshots = await self._storage.trends.latest_snapshots(topic.key, viewer)
        posts = await self._stored_posts(topic, set(fresh), now, viewer)
        keys = {one.post.key for one in posts if now - one.rp_at <= SPOKEN_WITHIN}
        samples = await self._storage.trends.samples(topic.key, keys, now - MAX_SPAN - SPOKEN_WITHIN, viewer)
        return _StoredView(watches, fresh, snapshots, posts, samples)

    def _is_fresh(self, watch: Watch, now: datetime) -> bool:
        return watch.last_ok_at is not None and now - watch.last_ok_at <= self._fresh

    async def _stored_posts(
        self, topic: Topic, wanted: set[SourceName], now: datetime, viewer: Viewer
    ) -> list[StoredPost]:
        """Posts of the last two days; where a source had none, what its page held before."""
        posts = await self._storage.trends.recent_posts(topic.key, now - RECENT_WINDOW, viewer, sources=wanted)
        quiet = wanted - {stored.source for stored in posts}
        if quiet:
            posts = posts + await self._storage.trends.recent_posts(
                topic.key, now - HISTORY_WINDOW, viewer, sources=quiet
            )
        return posts

    async def _answers(
        self, topic: Topic, name: SourceName, targets: _Targets, memory: _StoredView, viewer: Viewer
    ) -> Sequence[SourceAnswer]:
        """A source's answers, one for each target it is asked for: remembered, refused, or asked for now."""
        source = self._sources[name]
        requests = [FetchRequest(topic=topic, target=target) for target in targets[name]]
        if source.name in memory.fresh:
            hosts = frozenset[str]().union(*(self._hosts(source, request) for request in requests))
            return [replace(_from_storage(source, requests, memory), hosts=hosts)]
        if name.traits.costs_money and not await self._storage.trends.is_followed(topic.key, viewer):
            error = SubscribersOnly(f"{source.name} is asked only for followed topics")
            return [
                SourceAnswer(source.name, source.describe_request(request), error=error) for request in requests
            ]
        answers = await asyncio.gather(*(self._answer_one(source, request, viewer) for request in requests))
        watches = [memory.watches.get((name, target)) for target in targets[name]]
        return [
            answer if watch is None else _with_drift(answer, source, watch)
            for answer, watch in zip(answers, watches, strict=True)
        ]

    async def _answer_one(self, source: Source, request: FetchRequest, viewer: Viewer) -> SourceAnswer:
        """Repeat what was just answered, or ask when it is the server's turn."""
        cached = self._cache.get((request.topic.key, source.name, request.target))
        if cached is not None:
            return cached
        try:
            async with self._lookups.of(viewer):
                return await self._shared_answer(source, request)
        except SourceBusy as error:
            return SourceAnswer(source.name, source.describe_request(request), error=error)

    async def _shared_answer(self, source: Source, request: FetchRequest) -> SourceAnswer:
        """Fetch, or join the same fetch that is under way."""
        key = (request.topic.key, source.name, request.target)
        cached = self._cache.get(key)
        if cached is not None:
            return cached
        running = self._in_flight.get(key)
        if running is None:
            if len(self._in_flight) >= FLIGHTS_MAX:
                busy = SourceBusy("too many questions are under way")
                return SourceAnswer(source.name, source.describe_request(request), error=busy)
            running = asyncio.create_task(self._ask_source(source, request), name=f"trend {source.name}")
            self._in_flight[key] = running
            running.add_done_callback(lambda _: self._in_flight.pop(key, None))
        # Shielded: an asker who goes away must not take the answer from the others.
        return await asyncio.shield(running)

    async def _ask_source(self, source: Source, request: FetchRequest) -> SourceAnswer:
        """Ask a source now; what goes wrong becomes part of the answer."""
        try:
            answer = await self._lookups.fetch(source.name, request.target, lambda: self._fetch(source, request))
        except SourceError as error:
            answer = SourceAnswer(source.name, source.describe_request(request), error=error)
        except Exception as error:
            log.exception("source %s failed unexpectedly for %r", source.name, request.topic.key)
            failure = SourceError(f"unexpected {type(error).__name__}")
            answer = SourceAnswer(source.name, source.describe_request(request), error=failure)
        return self._cache.put((request.topic.key, source.name, request.target), answer)

    async def _fetch(self, source: Source, request: FetchRequest) -> SourceAnswer:
        now = self._clock()
        fetched = await source.fetch(request, now)
        if isinstance(fetched, NotModified):
            raise SourceChanged("answered 'not modified' to a request without conditions")
        return SourceAnswer(
            source=source.name,
            asked=fetched.note or source.describe_request(request),
            link=_link(source, request),
            posts=by_rp(fetched.posts),
            hosts=self._hosts(source, request),
            snapshot=fetched.snapshot,
            observed_at=fetched.snapshot.observed_at if fetched.snapshot else now,
            title=fetched.topic_name,
        )

    def _hosts(self, source: Source, request: FetchRequest) -> frozenset[str]:
        host = self._servers.host_of(source.name, request.target) if source.name in FEDERATED else None
        return frozenset(filter(None, (host,)))


def answered_by(answers: Iterable[SourceAnswer]) -> set[SourceName]:
    """The sources that gave an answer, be it an empty one."""
    return {one.source for one in answers if one.error is None}


def _by_name(topics: Iterable[Topic], texts: Iterable[str]) -> Mapping[str, Topic]:
    """Topics, and those that the tags in texts are, by name."""
    tags = map(make_topic, spellings.tags_in(texts))
    names: dict[str, Topic] = {}
    for topic in (*topics, *tags):
        if topic.key and utf16_length(topic.name) <= TOPIC_NAME_MAX:
            names.setdefault(topic.name, topic)
    return names


def _named(names: Mapping[str, Topic]) -> Callable[[str], Topic]:
    """The topic of a name that was compared."""
    return lambda name: names[name]


def _titled(topic: Topic, answers: Iterable[SourceAnswer]) -> Topic:
    """The topic, an address under the title of its feed."""
    title = next((answer.title for answer in answers if answer.title), None) if topic.is_address else None
    return replace(topic, name=excerpt(title, TOPIC_NAME_MAX)) if title else topic


def by_rp(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Highest RP first, the younger of equals first; unknown RP last."""
    return tuple(
        sorted(
            posts,
            key=lambda post: (-1 if post.rp is None else post.rp, post.created_at or _EARLIEST),
            reverse=True,
        )
    )


def _link(source: Source, request: FetchRequest) -> str | None:
    """The page that people may be led to, where there is one."""
    return source.link(request) if isinstance(source, Linked) else None


def _from_storage(source: Source, requests: Sequence[FetchRequest], memory: _StoredView) -> SourceAnswer:
    """A source's answer from storage; the RP of a post that left the page is as old as it is."""
    mine = [stored for stored in memory.posts if stored.source == source.name]
    watches = memory.fresh[source.name]
    velocities = _velocities(mine, memory)
    snapshot = memory.snapshots.get(source.name)
    return SourceAnswer(
        source=source.name,
        asked=" · ".join(source.describe_request(request) for request in requests),
        link=next((link for request in requests if (link := _link(source, request))), None),
        posts=by_rp(stored.post for stored in mine),
        snapshot=snapshot,
        observed_at=snapshot.observed_at if snapshot else min(watch.last_ok_at or _EARLIEST for watch in watches),
        rp_times={stored.post.key: stored.rp_at for stored in mine},
        velocities=velocities,
        fastest=frozenset(
            key
            for key, found in velocities.items()
            if any(is_among_fastest(watch.forecast.velocities, found) for watch in watches)
        ),
        trouble=next(
            (
                watch.health_record.cause
                for watch in watches
                if is_source_problem(watch.health, watch.health_record)
            ),
            None,
        ),
    )


def _velocities(posts: Iterable[StoredPost], memory: _StoredView) -> dict[PostKey, Velocity]:
    """The velocities of posts whose RP was read lately."""
    found = {}
    for stored in posts:
        samples = memory.samples.get((stored.source, stored.post.key), ())
        known = velocity(stored.post, samples, stored.rp_at) if samples else None
        if known is not None:
            found[stored.post.key] = known
    return found


def _with_drift(answer: SourceAnswer, source: Source, watch: Watch) -> SourceAnswer:
    """An answer of just now beside what the topic's watch knows the source to show."""
    if answer.error is not None:
        return answer
    fetched = FetchResult(source.name, posts=answer.posts, snapshot=answer.snapshot)
    return replace(answer, trouble=drift(watch, fetched, {}, whole_page=not source.can_recheck))


__all__ = ["SourceAnswer", "SubscribersOnly", "TrendAnswer", "TrendService", "answered_by", "by_rp"]
