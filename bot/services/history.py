"""Answers to ``/history`` and ``/compare``: the past of topics, as far as a person may know of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Final

from bot.core.alerting.surges import zone_of
from bot.core.errors import RefusedRequest, TookTooLong
from bot.core.history.curves import (
    POSTS_MAX,
    Comparison,
    PostCurve,
    RepostHistory,
    TopicCurve,
    VolumeCurve,
    VolumeHistory,
)
from bot.core.history.period import HistoryPeriod
from bot.core.history.usual import usual_by_day, usual_by_hour
from bot.core.history.volume import hourly_rates, newest_point, volume_points
from bot.core.models import (
    ChannelId,
    Post,
    PostCount,
    PostKey,
    Sample,
    SourceName,
    StoredPost,
    Topic,
    TopicKey,
    Viewer,
)
from bot.core.text import TOPIC_NAME_MAX, escape, topic_key, utf16_length
from bot.delivery.chart_images import ChartImages
from bot.polling.rule_evaluator import run_in_request_thread
from bot.services.input.text import checked_topic, pieces
from bot.services.trends import TrendService
from bot.storage.sql.polling.post_counts import HOURS_KEPT, CountedWatch
from bot.storage.sql.reports.topic_history import StoredHistory
from bot.storage.stores import Storage

COMPARED: Final = (2, POSTS_MAX)
"""The fewest and the most topics of ``/compare``."""
SPARK_POINTS: Final = 4
"""Known points from which on a small chart says anything."""
KEY_DIGITS: Final = 10
"""Hex digits that stand for a topic in a button: enough to tell the topics of one server apart."""
_TOPICS_MAX: Final = 1_000
_WORDS_MAX: Final = 8
"""Words of a topic that is found in a list without separators."""
_SHORTEST: Final = timedelta(hours=1)
"""The span of the chart of a post that was just found."""
_MONTH: Final = HistoryPeriod.MONTH.length
_CANDIDATES: Final = 3 * POSTS_MAX
"""Posts whose RP are read: of those that may not be shown in a channel, others take the place."""


class HistoryService:
    """The past of topics. Counts, posts and alerts of other servers are never part of an answer (invariant 10)."""

    def __init__(
        self, storage: Storage, trends: TrendService, images: ChartImages, *, clock: Callable[[], datetime]
    ) -> None:
        self._storage = storage
        self._trends = trends
        self._images = images
        self._clock = clock

    async def volume(
        self, typed: str, period: HistoryPeriod, source: SourceName | None, viewer: Viewer, language: str
    ) -> VolumeHistory:
        """The volume of a topic at one source (None, or one without counts: the one that sees most).

        Raises ``RefusedRequest`` for what cannot be a topic, and where nothing is kept of it for this person.
        """
        topic = await self._known(typed, viewer)
        now = self._clock()
        since = period.begin(now)
        stored = await self._storage.topic_history.of_topic(
            topic.key, since, now, viewer, counted_since=now - max(period.length, HOURS_KEPT)
        )
        zone = await self.zone(viewer, language)
        chosen = _watch_of_each_source(stored.watches, since)
        if not chosen:
            return VolumeHistory(topic, period, since, now, zone)
        shown = source if source in chosen else next(iter(chosen))
        curve = await run_in_request_thread(_curve, chosen[shown], stored, topic, period, since, now)
        return VolumeHistory(topic, period, since, now, zone, tuple(chosen), shown, chosen[shown].target, curve)

    async def reposts(self, typed: str, period: HistoryPeriod, viewer: Viewer, language: str) -> RepostHistory:
        """The RP of the topic's posts with the most of them, each at the source that shows the highest."""
        topic = await self._known(typed, viewer)
        now = self._clock()
        since = period.begin(now)
        zone = await self.zone(viewer, language)
        posts = await self._storage.trends.recent_posts(topic.key, since, viewer, limit=_CANDIDATES)
        best = _best_of_each(posts)[:_CANDIDATES]
        curves = await self._curves(topic.key, best, since, viewer)
        return RepostHistory(topic, period, since, now, zone, curves)

    async def post(
        self, topic: Topic, post: Post, source: SourceName, viewer: Viewer, language: str
    ) -> RepostHistory | None:
        """The RP of one post that was sent, since it was found; None where nothing of it is kept any more."""
        now = self._clock()
        longest = HistoryPeriod.QUARTER.begin(now)
        samples = await self._storage.trends.samples(topic.key, {post.key}, longest, viewer)
        read = samples.get((source, post.key)) or next(iter(samples.values()), ())
        if not read:
            return None
        period = next(one for one in HistoryPeriod if read[0].at >= now - one.length or one.length > _MONTH)
        # A little before it was found, so that the first reading stands apart from the axis.
        since = max(min(read[0].at - (now - read[0].at) / 20, now - _SHORTEST), now - period.length)
        zone = await self.zone(viewer, language)
        curve = PostCurve(post, source, tuple(one for one in read if one.at >= since))
        return RepostHistory(topic, period, since, now, zone, (curve,))

    async def compare(
        self, typed: str, period: HistoryPeriod, source: SourceName | None, viewer: Viewer, language: str
    ) -> Comparison:
        """The volumes of two to five topics at one source: at which most of them have counts.

        Raises ``RefusedRequest`` for another number of topics, and names those of which nothing is kept.
        """
        known = await self._storage.trends.suggest_topics("", viewer, limit=_TOPICS_MAX)
        wanted = read_topics(typed, {topic.key for topic in known})
        found = {topic.key: await self._shown(topic, viewer) for topic in wanted}
        unknown = [topic.name for topic in wanted if found[topic.key] is None]
        if unknown:
            raise RefusedRequest("error-compare-unknown", topics=_names(unknown), count=len(unknown))
        return await self._compared([one for one in found.values() if one], period, source, viewer, language)

    async def compare_again(
        self, keys: Sequence[str], period: HistoryPeriod, source: SourceName | None, viewer: Viewer, language: str
    ) -> Comparison:
        """A comparison by what its buttons carry: ``button_key`` of each topic.

        Raises ``RefusedRequest`` where this person may not know of one of them (any more).
        """
        known = await self._storage.trends.suggest_topics("", viewer, limit=_TOPICS_MAX)
        by_key = {button_key(topic.key): topic for topic in known}
        topics = {by_key[key].key: by_key[key] for key in keys if key in by_key}
        if len(topics) < len(keys):  # also where one stands twice, which no button of ours carries
            raise RefusedRequest("error-compare-gone")
        return await self._compared(list(topics.values()), period, source, viewer, language)

    async def small(
        self, topic: Topic, source: SourceName | None, viewer: Viewer, language: str
    ) -> VolumeHistory | None:
        """The last day of a topic beside other things; None where too little is known, or in time.

        ``source`` None: as ``volume``.
        """
        try:
            return await self._small(topic, source, viewer, language)
        except TookTooLong:  # a help that comes too late is none
            return None

    async def _small(
        self, topic: Topic, source: SourceName | None, viewer: Viewer, language: str
    ) -> VolumeHistory | None:
        now = self._clock()
        period = HistoryPeriod.DAY
        since = period.begin(now)
        stored = await self._storage.topic_history.of_topic(
            topic.key, since, now, viewer, counted_since=now - HOURS_KEPT
        )
        chosen = _watch_of_each_source(stored.watches, since)
        shown = next(iter(chosen), None) if source is None else source
        if shown is None or shown not in chosen:
            return None
        curve = await run_in_request_thread(_curve, chosen[shown], stored, topic, period, since, now)
        if len(curve.rates) < SPARK_POINTS:
            return None
        zone = await self.zone(viewer, language)
        sources, target = tuple(chosen), chosen[shown].target
        return VolumeHistory(topic, period, since, now, zone, sources, shown, target, curve)

    async def zone(self, viewer: Viewer, language: str) -> str:
        """The zone of the clocks in the channel that is asked in."""
        return await self._storage.topic_history.zone(viewer.here or ChannelId(0), language)

    async def picture(self, svg: str) -> bytes:
        """The PNG of a chart."""
        return await self._images.png(svg)

    async def suggest(self, typed: str, viewer: Viewer) -> list[Topic]:
        """Topics that may be asked for."""
        return await self._trends.suggest(typed, viewer)

    async def _compared(
        self,
        topics: Sequence[Topic],
        period: HistoryPeriod,
        source: SourceName | None,
        viewer: Viewer,
        language: str,
    ) -> Comparison:
        now = self._clock()
        every = period.compared_bin
        since = period.begin(now, every)
        chosen = [
            _watch_of_each_source(await self._storage.topic_history.counts(topic.key, since, now, viewer), since)
            for topic in topics
        ]
        sources = sorted(
            {name for one in chosen for name in one},
            key=lambda name: (-sum(name in one for one in chosen), name.traits.volume_rank, name),
        )
        zone = await self.zone(viewer, language)
        shown = source if source in sources else next(iter(sources), None)
        curves = [
            TopicCurve(topic, None if shown not in one else _compared_curve(one[shown].counts, period, since, now))
            for topic, one in zip(topics, chosen, strict=True)
        ]
        return Comparison(tuple(curves), period, since, now, zone, tuple(sources), shown)

    async def _known(self, typed: str, viewer: Viewer) -> Topic:
        """The topic that was typed, as this person knows it. Raises ``RefusedRequest``."""
        topic = self._trends.check(typed)
        known = await self._shown(topic, viewer)
        if known is None and topic.is_address:  # of which the name may be the key that a button carries
            raise RefusedRequest("error-history-unknown-feed")
        if known is None:
            raise RefusedRequest("error-history-unknown", topic=escape(topic.name))
        return known

    async def _shown(self, topic: Topic, viewer: Viewer) -> Topic | None:
        """A topic as this person typed it, a feed by its title; None where they may know of none."""
        known = await self._storage.trends.shown_topic(topic.key, viewer)
        if known is None or (topic.is_address and utf16_length(known.name) <= TOPIC_NAME_MAX):
            return known
        return topic

    async def _curves(
        self, key: TopicKey, posts: Sequence[StoredPost], since: datetime, viewer: Viewer
    ) -> tuple[PostCurve, ...]:
        samples = await self._storage.trends.samples(key, {one.post.key for one in posts}, since, viewer)
        curves = [_post_curve(one, samples, since) for one in posts]
        return tuple(curve for curve in curves if curve.samples)


def read_topics(typed: str, known: Set[TopicKey] = frozenset()) -> list[Topic]:
    """The topics of a list, each once: separated and quoted as words are; where one part is left, by spaces.

    ``known`` topics of several words stay whole there, the longest first. Raises ``RefusedRequest`` for one that
    cannot be a topic, for fewer than two and for more than five.
    """
    parts = list(pieces(typed))
    parts = list(_of_words(parts[0].split(), known)) if len(parts) == 1 else parts
    topics = {topic.key: topic for topic in map(checked_topic, parts)}
    least, most = COMPARED
    if len(topics) < least:
        raise RefusedRequest("error-compare-few", least=least, most=most)
    if len(topics) > most:
        raise RefusedRequest("error-compare-many", count=len(topics), most=most)
    return list(topics.values())


def check_topics(typed: str) -> None:
    """Raise ``RefusedRequest`` for a list that is refused whatever topics are known; see ``read_topics``."""
    if len(list(pieces(typed))) != 1 or len(typed.split()) < COMPARED[0]:
        read_topics(typed)


def _of_words(words: list[str], known: Set[TopicKey]) -> Iterator[str]:
    """Words put together to known topics, from the left; any other word stands alone."""
    at = 0
    while at < len(words):
        ends = range(min(at + _WORDS_MAX, len(words)), at + 1, -1)
        end = next((end for end in ends if topic_key(" ".join(words[at:end])) in known), at + 1)
        yield " ".join(words[at:end])
        at = end


def button_key(key: TopicKey) -> str:
    """A topic as a button carries it: five names do not fit into the 100 characters of one."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=KEY_DIGITS // 2).hexdigest()


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(escape, names))


def _watch_of_each_source(watches: Iterable[CountedWatch], since: datetime) -> dict[SourceName, CountedWatch]:
    """The watch of each source that was observed longest since then, of equals that with most posts.

    Several servers of a network show the same posts, so their counts are not added up. Sources that see most of
    the world come first.
    """
    best: dict[SourceName, tuple[tuple[timedelta, int], CountedWatch]] = {}
    for watch in watches:
        recent = [count for count in watch.counts if count.start + count.span > since]
        if recent:
            weight = sum((count.seen for count in recent), timedelta()), sum(count.posts for count in recent)
            if watch.source not in best or weight > best[watch.source][0]:
                best[watch.source] = weight, watch
    ranked = sorted(best, key=lambda name: (name.traits.volume_rank, name))
    return {name: best[name][1] for name in ranked}


def _curve(
    watch: CountedWatch, stored: StoredHistory, topic: Topic, period: HistoryPeriod, since: datetime, now: datetime
) -> VolumeCurve:
    """The volume with its usual range; some milliseconds, for a thread."""
    points = volume_points(watch.counts, since, now, every=period.bin, unit=period.unit)
    newest = newest_point(watch.counts, now, span=period.unit, unit=period.unit)
    zone = zone_of(topic)
    if period is HistoryPeriod.QUARTER:  # of which the last point is that of the last day
        usual = usual_by_day(points, zone)
        newest_usual = usual[-1]
    else:
        *of_points, newest_usual = usual_by_hour((*points, newest), hourly_rates(watch.counts), zone)
        usual = tuple(of_points)
    surges = tuple(span for source, span in stored.surges if source is watch.source)
    return VolumeCurve(period, since, now, points, usual, surges, stored.alerts, newest, newest_usual)


def _compared_curve(
    counts: Sequence[PostCount], period: HistoryPeriod, since: datetime, now: datetime
) -> VolumeCurve:
    points = volume_points(counts, since, now, every=period.compared_bin, unit=period.unit)
    newest = newest_point(counts, now, span=period.unit, unit=period.unit)
    return VolumeCurve(period, since, now, points, newest=newest)


def _best_of_each(posts: Iterable[StoredPost]) -> list[StoredPost]:
    """Each post once, as the source showed it that gives it the most RP; those with the most first."""
    best: dict[PostKey, StoredPost] = {}
    for one in posts:
        known = best.get(one.post.key)
        if one.post.rp is not None and (known is None or one.post.rp > (known.post.rp or 0)):
            best[one.post.key] = one
    return sorted(best.values(), key=lambda one: (-(one.post.rp or 0), one.post.key))


def _post_curve(
    stored: StoredPost, samples: Mapping[tuple[SourceName, PostKey], Collection[Sample]], since: datetime
) -> PostCurve:
    """The RP of a post since then, with the newest reading, which is no sample where the RP did not change."""
    read = [one for one in samples.get((stored.source, stored.post.key), ()) if one.at >= since]
    rp = stored.post.rp
    if rp is not None and stored.rp_at >= since and (not read or stored.rp_at > read[-1].at):
        read.append(Sample(rp, stored.rp_at))
    return PostCurve(stored.post, stored.source, tuple(read))
