"""Previews of a subscription: what its sources have now, and what the last 24 h would have brought it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.core.alerting.dry_run import (
    DAY,
    DryRun,
    as_stored_posts,
    dry_run_within,
    top_posts,
    verdicts_on,
)
from bot.core.alerting.rules import Verdict
from bot.core.alerting.subscribe_result import SubscribeResult, SubscriptionDetails
from bot.core.alerting.week_run import DAYS, WeekRun, week_run_within
from bot.core.calendar.clock import Clock
from bot.core.causes import Cause
from bot.core.errors import KawarabanError
from bot.core.health.silence import address_of
from bot.core.models import (
    AlertContent,
    AlertReason,
    FetchRequest,
    SourceName,
    StoredPost,
    Subscription,
    Topic,
    Viewer,
)
from bot.core.trend_result import SourceAnswer
from bot.polling.rule_evaluator import run_in_request_thread
from bot.services.subscriptions.surges import undetectable
from bot.services.trends import TrendService, answered_by
from bot.sources.base import Source
from bot.storage.stores import Storage

DRY_RUN_S = 1.0
"""Seconds of CPU of a dry run: 20,000 posts and usual words take a fifth."""
TOP_POSTS = 3
DAY_MAX = 10_000
"""Posts of a source that a dry run counts, those of the highest RP; the loudest topic has about as many a day."""
WEEK_MAX = 2_000
"""Posts of a source by which paces are compared: of the highest pace offered, 140 are sent in a week."""


class SubscriptionPreview:
    """The posts a subscription brings, by what is stored and by asking its sources now."""

    def __init__(
        self, storage: Storage, sources: Mapping[SourceName, Source], trends: TrendService, clock: Clock
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._trends = trends
        self._clock = clock

    async def details(self, subscription: Subscription) -> SubscriptionDetails:
        """A subscription with its last 24 h, as stored, and the address of its feed."""
        now = self._clock()
        day = await _dry_run(subscription, await self._day(subscription, now), now)
        reason = await undetectable(self._storage, subscription, self._clock)
        week = await self._week(subscription, (), now)
        address = await self._address(subscription.topic)
        return SubscriptionDetails(subscription, day, address, reason, week)

    async def result(
        self, subscription: Subscription, sources: tuple[SourceName, ...] | None = None
    ) -> SubscribeResult:
        """The result of subscribing: ``sources`` (None: all of it) are asked now, and a failure is reported."""
        return await self._result(subscription, await self._fetch(subscription, sources))

    async def result_with_similar(
        self, subscription: Subscription, sources: tuple[SourceName, ...] | None, viewer: Viewer | None
    ) -> SubscribeResult:
        """The result, with topics that may have been meant instead, as ``/trend`` offers them.

        Only where sources answered with few posts: a topic of which there are some is no part of another's name.
        """
        answers = await self._fetch(subscription, sources)
        result, answered = await self._result(subscription, answers), answered_by(answers)
        if len(result.top) >= TOP_POSTS or not answered:
            return result
        viewer = viewer or _viewer_of(subscription)
        meant = await self._trends.similar(subscription.topic, viewer, answered, begun=not result.top)
        return replace(result, similar=tuple(one for one in meant if not one.is_address))

    async def preview_alert(self, subscription: Subscription, since: datetime) -> AlertContent | None:
        """The largest post of the topic, stored since then or there now, as the alert it would have been."""
        stored = await self._storage.trends.recent_posts(
            subscription.topic.key, since, _viewer_of(subscription), sources=subscription.settings.min_rp.keys()
        )
        there = as_stored_posts(await self._fetch(subscription), self._clock())
        top = top_posts([*stored, *there], 1)
        return _as_alert(subscription, top[0]) if top else None

    async def _fetch(
        self, subscription: Subscription, sources: tuple[SourceName, ...] | None = None
    ) -> tuple[SourceAnswer, ...]:
        """Ask the sources now. A failed fetch is reported, and does not prevent the subscription."""
        try:
            only = sources[0] if sources is not None and len(sources) == 1 else None
            answer = await self._trends.ask(subscription.topic.handle, only, _viewer_of(subscription))
        except KawarabanError:
            return ()
        return tuple(one for one in answer.answers if one.source in subscription.settings.min_rp)

    async def _result(self, subscription: Subscription, answers: tuple[SourceAnswer, ...]) -> SubscribeResult:
        now = self._clock()
        seen = [*as_stored_posts(answers, now), *await self._day(subscription, now)]
        top = top_posts(seen, TOP_POSTS)
        day, verdicts = await run_in_request_thread(_dry_run_with, top, seen, subscription, now)
        asked = [(one.source, one.asked) for one in answers]
        unasked = [source for source in subscription.settings.min_rp if source not in dict(asked)]
        return SubscribeResult(
            subscription=subscription,
            asked=(*asked, *((source, self._described(source, subscription.topic)) for source in unasked)),
            failed=tuple(_failures(answers, unasked).items()),
            day=day,
            top=top,
            top_verdicts=verdicts,
            surges_not_detectable=await undetectable(self._storage, subscription, self._clock),
            week=await self._week(subscription, seen, now),
        )

    async def _week(self, subscription: Subscription, seen: Sequence[StoredPost], now: datetime) -> WeekRun:
        """The last seven days at a few paces; ``seen``: posts of which some may not be stored yet."""
        settings = subscription.settings
        if not any(source.traits.counts_reposts for source in settings.min_rp):
            return WeekRun()
        stored = await self._stored_since(subscription, now - timedelta(days=DAYS), WEEK_MAX)
        return await run_in_request_thread(
            week_run_within, DRY_RUN_S, [*seen, *stored], settings.min_rp, settings.rules, now
        )

    async def _day(self, subscription: Subscription, now: datetime) -> Sequence[StoredPost]:
        """Stored posts of its sources in the last 24 h, up to ``DAY_MAX`` of a source."""
        return await self._stored_since(subscription, now - DAY, DAY_MAX)

    async def _stored_since(self, subscription: Subscription, since: datetime, limit: int) -> Sequence[StoredPost]:
        """Stored posts of its sources, of each source so many of the highest RP."""
        return await self._storage.trends.recent_posts(
            subscription.topic.key,
            since,
            _viewer_of(subscription),
            sources=subscription.settings.min_rp.keys(),
            limit=limit,
        )

    async def _address(self, topic: Topic) -> str | None:
        """The address of a feed that is followed, where it has moved."""
        watches = await self._storage.trends.topic_watches(topic.key) if topic.is_address else []
        return next((address_of(watch) for watch in watches if watch.target), None)

    def _described(self, source: SourceName, topic: Topic) -> str:
        """The request to a source that was not asked, in words."""
        found = self._sources.get(source)
        return topic.name if found is None else found.describe_request(FetchRequest(topic))


def _failures(answers: Sequence[SourceAnswer], unasked: Sequence[SourceName]) -> dict[SourceName, Cause]:
    """The causes of the sources that failed; without any answer, all of them did."""
    failed = {one.source: one.error.cause for one in answers if one.error is not None}
    return failed | ({} if answers else dict.fromkeys(unasked, Cause.OTHER))


async def _dry_run(subscription: Subscription, seen: Sequence[StoredPost], now: datetime) -> DryRun:
    """Off the event loop: a loud topic has thousands of posts, and each is searched for the words."""
    settings = subscription.settings
    run_it = partial(dry_run_within, pace=settings.pace)
    return await run_in_request_thread(run_it, DRY_RUN_S, seen, settings.min_rp, settings.rules, now)


def _dry_run_with(
    top: Sequence[StoredPost], seen: Sequence[StoredPost], subscription: Subscription, now: datetime
) -> tuple[DryRun, tuple[Verdict, ...]]:
    """The dry run, and the verdict on each of the top posts."""
    settings = subscription.settings
    day = dry_run_within(DRY_RUN_S, seen, settings.min_rp, settings.rules, now, pace=settings.pace)
    return day, verdicts_on(top, settings.min_rp, settings.rules, day.from_rp)


def _viewer_of(subscription: Subscription) -> Viewer:
    """The viewer of a subscription's channel, and nothing else."""
    return Viewer(subscription.guild_id, frozenset({subscription.channel_id}))


def _as_alert(subscription: Subscription, stored: StoredPost) -> AlertContent:
    return AlertContent(
        topic=subscription.topic,
        source=stored.source,
        post=stored.post,
        reason=AlertReason.NEW,
        observed_at=stored.rp_at,
        min_rp=subscription.settings.stated_min_rp(stored.source, stored.post.rp),
        language=subscription.settings.language,
        role_id=subscription.settings.role_id,
    )
