"""Everything people do with subscriptions: check what was asked, store it, say what will come of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alerting.count_steps import next_step
from bot.core.alerting.patterns import is_pattern
from bot.core.alerting.rules import Verdict
from bot.core.calendar.clock import Clock
from bot.core.errors import (
    AlreadySubscribed,
    FeedElsewhere,
    KawarabanError,
    NotAFeed,
    PatternsTooDear,
    RefusedRequest,
)
from bot.core.health.causes import Cause
from bot.core.health.silence import address_of
from bot.core.identity.row_ids import read_id
from bot.core.models import (
    ADDRESS_SOURCES,
    EVERYWHERE,
    AlertActivity,
    AlertContent,
    AlertReason,
    ChannelId,
    FetchRequest,
    GuildId,
    NewSubscription,
    PauseReason,
    Rules,
    SourceName,
    StoredPost,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    Topic,
    TopicKey,
    UserId,
    Viewer,
)
from bot.core.text import address_in, topic_key
from bot.core.trend_result import SourceAnswer
from bot.core.url_display import host_of
from bot.polling.rule_evaluator import PRICE_MAX, price, run_in_request_thread
from bot.services.input.text import check_min_rp, checked_topic
from bot.sources.base import Source
from bot.storage.sql.subscriptions.subscriptions import Counts
from bot.storage.stores import Storage
from bot.views.kit.causes import error_text
from config.settings import Settings

from .dry_run import DAY, DryRun, as_stored_posts, rehearse_within, top_posts, verdicts_on
from .subscription_requests import (
    Change,
    SettingsChange,
    SubscribeRequest,
    SubscribeResult,
    SubscriptionDetails,
)
from .trends import TrendService, answered_by

REHEARSE_S = 1.0
"""Seconds of CPU of a dry run: 20,000 posts and usual words take a fifth."""
TOP_POSTS = 3
DAY_MAX = 10_000
"""Posts of a source that a dry run counts, those of the highest RP; the loudest topic has about as many a day."""


class SubscriptionService:
    """The one call behind every command, button and form of subscriptions.

    Where a subscription is named by its number, ``guild_id`` says in whose name: another server's is refused like
    one that is gone. ``EVERYWHERE`` is the operator.
    """

    def __init__(
        self,
        storage: Storage,
        sources: Mapping[SourceName, Source],
        trends: TrendService,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._trends = trends
        self._settings = settings
        self._clock = clock
        # Two people at once must not both take the last place of a quota.
        self._places = asyncio.Lock()

    async def subscribe(self, ask: SubscribeRequest) -> SubscribeResult:
        """Check, store with a baseline, then fetch and say what would have come.

        Raises ``RefusedRequest`` (topic, words, source, minimum, quota), ``AlreadySubscribed``: nothing is stored
        then.
        """
        wanted = await self._wanted(ask)
        await _check_price(wanted.settings.rules)
        async with self._places:
            self._check_quota(await self._storage.subscriptions.counts(ask.guild_id, ask.channel_id), taking=1)
            subscription = await self._storage.subscriptions.subscribe(
                wanted, self._baseline_since(), self._clock()
            )
        answers = await self._look(subscription, ask.chosen.sources)
        told = await self._told(subscription, answers)
        return replace(told, similar=await self._similar(told, answers, ask.viewer))

    async def exchange_topic(
        self, subscription_id: SubscriptionId, guild_id: GuildId, typed: str, user_id: UserId
    ) -> SubscribeResult:
        """Subscribe its channel to another topic with the same settings, and remove it.

        Raises ``RefusedRequest``: it is gone, the topic cannot be, or (``AlreadySubscribed``) the channel has it
        already; only then is the old one removed all the same, for the other is what was meant.
        """
        old = await self._existing(subscription_id, guild_id)
        topic = checked_topic(typed)
        self._trends.check(typed)
        if topic.is_address:
            raise RefusedRequest("error-topic-address")
        wanted = NewSubscription(
            guild_id=old.guild_id,
            channel_id=old.channel_id,
            topic=topic,
            created_by=user_id,
            settings=old.settings,
        )
        async with self._places:
            now = self._clock()
            # In this order a fault in between leaves both, and nothing that waits is lost.
            try:
                made = await self._storage.subscriptions.subscribe(wanted, self._baseline_since(), now)
            except AlreadySubscribed:
                await self._storage.subscriptions.unsubscribe(old.id, now)
                raise
            await self._storage.subscriptions.unsubscribe(old.id, now)
        return await self._told(made, await self._look(made))

    async def undo_exchange(self, made: SubscriptionId, before: SubscriptionId, guild_id: GuildId) -> Subscription:
        """Undo ``exchange_topic``: remove what it made, and restore what it removed.

        Raises ``RefusedRequest``: one is gone, or the old one cannot come back; nothing is changed then.
        """
        added = await self._existing(made, guild_id)
        await self.channel_of(before, guild_id)
        async with self._places:
            restored = await self._storage.subscriptions.restore(
                before, self._baseline_since(), self._clock(), guild_id
            )
            if restored is None:
                raise RefusedRequest("subscription-restore-late")
            await self._storage.subscriptions.unsubscribe(added.id, self._clock())
        return restored

    async def change_to(self, ask: SubscribeRequest) -> Change | None:
        """The change of a channel's subscription to the options that were chosen; None without a subscription.

        Only what was chosen counts: defaults change nothing. Raises ``RefusedRequest`` as ``subscribe`` does.
        """
        topic = checked_topic(ask.topic)
        old = await self.of_channel(ask.guild_id, ask.channel_id, topic.key)
        if old is None:
            return None
        for source in ask.chosen.sources or (None,):
            self._trends.check(ask.topic, source)
        return Change(old, replace(old, settings=self._settings_after(old.settings, ask.chosen)))

    async def make(self, change: Change, guild_id: GuildId) -> SubscribeResult:
        """Make a change. Raises ``RefusedRequest``: it is gone, was changed since, or costs too much."""
        now = await self._existing(change.before.id, guild_id)
        if now.settings != change.before.settings:
            raise RefusedRequest("error-undo-changed")
        await _check_price(change.after.settings.rules)
        changed = await self._changed(change.after)
        return await self._told(changed, await self._look(changed))

    async def with_min_rp(
        self, subscription_id: SubscriptionId, guild_id: GuildId, wanted: int | Mapping[SourceName, int]
    ) -> Change:
        """The change of a subscription to one minimum for all sources, or one for each of some of them.

        Raises ``RefusedRequest`` when it is gone, or has no such source.
        """
        old = await self._existing(subscription_id, guild_id)
        if isinstance(wanted, int):
            return Change(old, _at(old, self._all_at(check_min_rp(wanted), old.settings.min_rp)))
        now = old.settings.min_rp
        own = {source: check_min_rp(bar) for source, bar in wanted.items() if source in now}
        if not own:
            raise RefusedRequest("error-undo-changed")
        return Change(old, _at(old, {**now, **own}))

    async def change(
        self, subscription_id: SubscriptionId, guild_id: GuildId, chosen: SettingsChange
    ) -> SubscriptionDetails:
        """Change the settings that were chosen; what passes now is baseline. Raises ``RefusedRequest``."""
        old = await self.get(subscription_id, guild_id)
        if chosen.sources == ():
            raise RefusedRequest("error-no-source-left")
        settings = self._settings_after(old.settings, chosen)
        if chosen.include is not None or chosen.exclude is not None:
            await _check_price(settings.rules)
        return await self._described(await self._changed(replace(old, settings=settings)))

    def sources_for(self, topic: Topic) -> tuple[SourceName, ...]:
        """The sources that can be asked for a topic."""
        return self._trends.sources_for(topic)

    async def quieter(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Raise every minimum to the next step of 1, 2, 5, 10, 20 …, but a feed's: it has no RP to reach one.

        Raises ``RefusedRequest`` when it is gone, or a feed's alone.
        """
        old = await self._existing(subscription_id, guild_id)
        bars = old.settings.min_rp
        counted = {source for source in bars if source.traits.counts_reposts}
        if not counted:
            raise RefusedRequest("error-feed-quieter")
        raised = {source: next_step(bar) if source in counted else bar for source, bar in bars.items()}
        return await self._changed(_at(old, raised))

    async def undo_quieter(
        self, subscription_id: SubscriptionId, before: Mapping[SourceName, int], guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Undo ``quieter`` where a minimum is still what it made of the one ``before``.

        Raises ``RefusedRequest``: it is gone, or every minimum was changed since.
        """
        old = await self._existing(subscription_id, guild_id)
        now = old.settings.min_rp
        lowered = {source: bar for source, bar in before.items() if now.get(source) == next_step(bar)}
        if not lowered:
            raise RefusedRequest("error-undo-changed")
        return await self._changed(_at(old, {**now, **lowered}))

    async def mute_author(
        self, subscription_id: SubscriptionId, handle: str, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Tell nothing more of one author. Raises ``RefusedRequest`` when the subscription is gone."""
        old = await self._existing(subscription_id, guild_id)
        muted = dict.fromkeys((*old.settings.rules.muted_authors, handle.casefold()))
        return await self._changed(_muting(old, tuple(muted)))

    async def unmute_author(
        self, subscription_id: SubscriptionId, handle: str, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Undo ``mute_author``. Raises ``RefusedRequest``: it is gone, or the author is not muted (any more)."""
        old = await self._existing(subscription_id, guild_id)
        muted = old.settings.rules.muted_authors
        left = tuple(author for author in muted if author != handle.casefold())
        if left == muted:
            raise RefusedRequest("error-undo-changed")
        return await self._changed(_muting(old, left))

    async def unmute_authors(
        self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Hear every author again. Raises ``RefusedRequest`` when the subscription is gone."""
        old = await self._existing(subscription_id, guild_id)
        return await self._changed(_muting(old, ()))

    async def pause(
        self,
        subscription_id: SubscriptionId,
        guild_id: GuildId = EVERYWHERE,
        why: PauseReason = PauseReason.BY_USER,
    ) -> Subscription:
        """Rest until somebody resumes it. Raises ``RefusedRequest`` when it is gone."""
        await self._existing(subscription_id, guild_id)
        await self._storage.subscriptions.pause(subscription_id, why, self._clock())
        return await self._existing(subscription_id, guild_id)

    async def resume(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Listen again from now. Raises ``RefusedRequest`` when it is gone."""
        await _check_price((await self._existing(subscription_id, guild_id)).settings.rules)
        await self._storage.subscriptions.resume(subscription_id, self._baseline_since(), self._clock())
        return await self._existing(subscription_id, guild_id)

    async def mute(
        self, subscription_id: SubscriptionId, until: datetime | None, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Send nothing until then (None: unmute). Raises ``RefusedRequest`` when it is gone."""
        await self._existing(subscription_id, guild_id)
        await self._storage.subscriptions.mute(subscription_id, until, self._clock())
        return await self._existing(subscription_id, guild_id)

    async def remove(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Stop; ``restore`` undoes it. Raises ``RefusedRequest`` when it is gone already."""
        await self._existing(subscription_id, guild_id)
        removed = await self._storage.subscriptions.unsubscribe(subscription_id, self._clock())
        if removed is None:
            raise RefusedRequest("subscription-gone")
        return removed

    async def restore(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Undo ``remove``. Raises ``RefusedRequest`` when it is too late, subscribed again or over the quota."""
        async with self._places:
            now = self._clock()
            within = None if guild_id == EVERYWHERE else guild_id
            restored = await self._storage.subscriptions.restore(
                subscription_id, self._baseline_since(), now, within
            )
            if restored is None:
                raise RefusedRequest("subscription-restore-late")
            try:
                self._check_quota(
                    await self._storage.subscriptions.counts(restored.guild_id, restored.channel_id), taking=0
                )
            except RefusedRequest:
                await self._storage.subscriptions.unsubscribe(subscription_id, now)
                raise
        return restored

    async def get(self, subscription_id: SubscriptionId, guild_id: GuildId) -> Subscription:
        """A server's own subscription. Raises ``RefusedRequest("subscription-gone")``."""
        return await self._existing(subscription_id, guild_id)

    async def channel_of(self, subscription_id: SubscriptionId, guild_id: GuildId) -> ChannelId:
        """The channel of a server's own subscription, also of one that is removed. Raises ``RefusedRequest``."""
        found = await self._storage.subscriptions.channel_of(subscription_id, guild_id)
        if found is None:
            raise RefusedRequest("subscription-gone")
        return found

    async def describe(self, subscription_id: SubscriptionId, guild_id: GuildId) -> SubscriptionDetails:
        """A server's own subscription with its last 24 h. Raises ``RefusedRequest``."""
        return await self._described(await self.get(subscription_id, guild_id))

    async def find(
        self,
        typed: str,
        guild_id: GuildId,
        channel_id: ChannelId,
        *,
        sees: Callable[[ChannelId], bool] | None = None,
    ) -> Subscription:
        """The subscription a person means: ``id:12`` of our own suggestions, else a topic in the channel.

        ``sees``: whether they see a channel; what it follows otherwise is none to them.
        Raises ``RefusedRequest("unsubscribe-none")``.
        """
        number = read_id(typed.removeprefix("id:")) if typed.startswith("id:") else None
        found = await self._storage.subscriptions.listed(guild_id)
        in_guild = [one for one in found if sees is None or sees(one.channel_id)]
        if number is not None:
            chosen = [subscription for subscription in in_guild if subscription.id == number]
        else:
            chosen = [
                subscription
                for subscription in in_guild
                if subscription.channel_id == channel_id and _is_meant(subscription.topic, typed)
            ]
        if not chosen:
            raise RefusedRequest("unsubscribe-none")
        return chosen[0]

    async def of_channel(self, guild_id: GuildId, channel_id: ChannelId, key: TopicKey) -> Subscription | None:
        """A channel's own subscription to a topic, if it has one."""
        found = await self._storage.subscriptions.listed(guild_id, channel_id)
        return next((one for one in found if one.topic.key == key), None)

    async def list(self, guild_id: GuildId, channel_id: ChannelId | None = None) -> list[Subscription]:
        """A server's (or channel's) subscriptions by channel and topic name."""
        return await self._storage.subscriptions.listed(guild_id, channel_id)

    async def activity(self, shown: Iterable[Subscription]) -> dict[SubscriptionId, AlertActivity]:
        """Number of alerts sent for each in the last 24 hours, and the time of the last one."""
        return await self._storage.activity.alert_activity([one.id for one in shown], self._clock() - DAY)

    async def sample(self, subscription_id: SubscriptionId, guild_id: GuildId) -> AlertContent | None:
        """The largest known post of the topic as the alert it would have been; None without any post."""
        subscription = await self.get(subscription_id, guild_id)
        since = self._clock() - timedelta(days=self._settings.poll.keep_posts_days)
        stored = await self._storage.trends.recent_posts(
            subscription.topic.key, since, _heard_by(subscription), sources=subscription.settings.min_rp.keys()
        )
        top = top_posts([*stored, *as_stored_posts(await self._look(subscription), self._clock())], 1)
        return _as_alert(subscription, top[0]) if top else None

    async def _wanted(self, ask: SubscribeRequest) -> NewSubscription:
        topic = checked_topic(ask.topic)
        bars, target = self._bars(ask, topic), None
        if topic.is_address:
            topic, target = await self._feed(ask)
        return NewSubscription(
            guild_id=ask.guild_id,
            channel_id=ask.channel_id,
            topic=topic,
            created_by=ask.user_id,
            settings=ask.chosen.settings(SubscriptionSettings(ask.language, bars), bars),
            target=target,
        )

    async def _feed(self, ask: SubscribeRequest) -> tuple[Topic, str]:
        """The feed at a typed address, by its title. Looked at before anything is stored: it may be no feed."""
        viewer = ask.viewer or Viewer(ask.guild_id, frozenset({ask.channel_id}))
        answer = await self._trends.ask(ask.topic, ADDRESS_SOURCES[0], viewer)
        error = answer.answers[0].error
        if isinstance(error, NotAFeed) and error.feed is not None:
            # To whoever typed the page's address the feed's is none; by a button it may be.
            typed = address_in(ask.topic) is not None
            if typed:
                feed = self._trends.keep_address(error.feed, viewer)
                raise FeedElsewhere(error.feed, feed.key)
            raise FeedElsewhere(host_of(error.feed))
        if error is not None:
            raise RefusedRequest(error_text(error.cause))
        return answer.topic, address_in(ask.topic) or await self._trends.address_of(answer.topic, viewer)

    def _bars(self, ask: SubscribeRequest, topic: Topic) -> dict[SourceName, int]:
        """Each source's minimum: the given one, else the operator's for all, else the source's own."""
        for source in ask.chosen.sources or (None,):
            self._trends.check(ask.topic, source)
        sources = ask.chosen.sources or self._trends.sources_for(topic)
        if not sources:
            raise RefusedRequest("error-no-source")
        return self._bars_after({}, ask.chosen, sources)

    def _settings_after(self, before: SubscriptionSettings, chosen: SettingsChange) -> SubscriptionSettings:
        """Settings with what was chosen. Raises ``RefusedRequest``."""
        return chosen.settings(before, self._bars_after(before.min_rp, chosen, chosen.sources or before.min_rp))

    def _bars_after(
        self, before: Mapping[SourceName, int], chosen: SettingsChange, sources: Collection[SourceName]
    ) -> dict[SourceName, int]:
        """The RP to reach at each of these sources: as chosen, else as before, else the default."""
        bar = chosen.chosen_min_rp()
        if bar is not None:
            return self._all_at(check_min_rp(bar), sources)
        return {source: before.get(source, self._default_bar(source)) for source in sources}

    def _all_at(self, bar: int, sources: Collection[SourceName]) -> dict[SourceName, int]:
        """One minimum, as typed, for these sources. Beside others one without RP keeps its own.

        Any minimum above 0 would silence it, which nobody means who types a number for all.
        """
        return {
            source: self._own_bar(source) if not source.traits.counts_reposts and len(sources) > 1 else bar
            for source in sources
        }

    def _default_bar(self, source: SourceName) -> int:
        """The operator's minimum for all, else the source's own; without RP always its own."""
        general = self._settings.alerts.default_min_rp
        return self._own_bar(source) if general is None or not source.traits.counts_reposts else general

    def _own_bar(self, source: SourceName) -> int:
        return self._settings.sources.of(source).default_min_rp

    def _check_quota(self, counts: Counts, *, taking: int) -> None:
        quota = self._settings.quota
        if 0 < quota.subscriptions_per_server < counts.in_guild + taking:
            raise RefusedRequest("error-quota-server", limit=quota.subscriptions_per_server)
        if 0 < quota.subscriptions_per_channel < counts.in_channel + taking:
            raise RefusedRequest("error-quota-channel", limit=quota.subscriptions_per_channel)

    def _baseline_since(self) -> datetime:
        """The start of a baseline: stored posts that pass were there before the channel listened (invariant 3)."""
        return self._clock() - timedelta(days=self._settings.poll.keep_posts_days)

    async def _existing(self, subscription_id: SubscriptionId, guild_id: GuildId) -> Subscription:
        """A number of one server is nothing in another; ``EVERYWHERE`` is the operator's."""
        found = await self._storage.subscriptions.get(subscription_id)
        if found is None or guild_id not in (EVERYWHERE, found.guild_id):
            raise RefusedRequest("subscription-gone")
        return found

    async def _changed(self, wanted: Subscription) -> Subscription:
        return await self._storage.subscriptions.change_rules(
            wanted.id, wanted.settings, baseline_since=self._baseline_since(), now=self._clock()
        )

    async def _look(
        self, subscription: Subscription, sources: tuple[SourceName, ...] | None = None
    ) -> tuple[SourceAnswer, ...]:
        """Ask the sources now. A failed fetch is reported, and does not prevent the subscription."""
        try:
            only = sources[0] if sources is not None and len(sources) == 1 else None
            answer = await self._trends.ask(subscription.topic.handle, only, _heard_by(subscription))
        except KawarabanError:
            return ()
        return tuple(one for one in answer.answers if one.source in subscription.settings.min_rp)

    async def _similar(
        self, told: SubscribeResult, answers: Sequence[SourceAnswer], viewer: Viewer | None
    ) -> tuple[Topic, ...]:
        """Topics that may have been meant instead, as ``/trend`` offers them, if sources answered with few posts.

        A topic of which there are some posts is not a part of another's name.
        """
        sources = answered_by(answers)
        if len(told.top) >= TOP_POSTS or not sources:
            return ()
        topic, viewer = told.subscription.topic, viewer or _heard_by(told.subscription)
        meant = await self._trends.similar(topic, viewer, sources, begun=not told.top)
        return tuple(one for one in meant if not one.is_address)

    async def _described(self, subscription: Subscription) -> SubscriptionDetails:
        now = self._clock()
        day = await self._rehearsed(subscription, await self._day(subscription, now), now)
        return SubscriptionDetails(subscription, day, await self._address(subscription.topic))

    async def _told(self, subscription: Subscription, answers: tuple[SourceAnswer, ...]) -> SubscribeResult:
        now = self._clock()
        seen = [*as_stored_posts(answers, now), *await self._day(subscription, now)]
        asked = [(one.source, one.asked) for one in answers]
        unheard = [source for source in subscription.settings.min_rp if source not in dict(asked)]
        failed = {one.source: one.error.cause for one in answers if one.error is not None}
        failed |= dict.fromkeys(unheard, Cause.OTHER) if not answers else {}
        top = top_posts(seen, TOP_POSTS)
        day, verdicts = await run_in_request_thread(_rehearsed_with, top, seen, subscription, now)
        return SubscribeResult(
            subscription=subscription,
            asked=(*asked, *((source, self._asked(source, subscription.topic)) for source in unheard)),
            failed=tuple(failed.items()),
            day=day,
            top=top,
            top_verdicts=verdicts,
        )

    async def _day(self, subscription: Subscription, now: datetime) -> Sequence[StoredPost]:
        """Stored posts of its sources in the last 24 h, up to ``DAY_MAX`` of a source."""
        return await self._storage.trends.recent_posts(
            subscription.topic.key,
            now - DAY,
            _heard_by(subscription),
            sources=subscription.settings.min_rp.keys(),
            limit=DAY_MAX,
        )

    async def _rehearsed(self, subscription: Subscription, seen: Sequence[StoredPost], now: datetime) -> DryRun:
        """Off the event loop: a loud topic has thousands of posts, and each is searched for the words."""
        return await run_in_request_thread(
            rehearse_within, REHEARSE_S, seen, subscription.settings.min_rp, subscription.settings.rules, now
        )

    async def _address(self, topic: Topic) -> str | None:
        """The address of a feed that is followed, where it has moved."""
        watches = await self._storage.trends.topic_watches(topic.key) if topic.is_address else []
        return next((address_of(watch) for watch in watches if watch.target), None)

    def _asked(self, source: SourceName, topic: Topic) -> str:
        found = self._sources.get(source)
        return topic.name if found is None else found.describe_request(FetchRequest(topic))


def _rehearsed_with(
    top: Sequence[StoredPost], seen: Sequence[StoredPost], subscription: Subscription, now: datetime
) -> tuple[DryRun, tuple[Verdict, ...]]:
    """The dry run, and the verdict on each of the top posts."""
    day = rehearse_within(REHEARSE_S, seen, subscription.settings.min_rp, subscription.settings.rules, now)
    return day, verdicts_on(top, subscription.settings.min_rp, subscription.settings.rules)


def _at(subscription: Subscription, min_rp: Mapping[SourceName, int]) -> Subscription:
    return replace(subscription, settings=replace(subscription.settings, min_rp=min_rp))


def _muting(subscription: Subscription, authors: tuple[str, ...]) -> Subscription:
    rules = replace(subscription.settings.rules, muted_authors=authors)
    return replace(subscription, settings=replace(subscription.settings, rules=rules))


async def _check_price(rules: Rules) -> None:
    """Raises ``PatternsTooDear`` where patterns would cost more than a subscription may."""
    words = (*rules.include, *rules.exclude)
    if any(map(is_pattern, words)) and await run_in_request_thread(price, words) > PRICE_MAX:
        raise PatternsTooDear


def _is_meant(topic: Topic, typed: str) -> bool:
    """By its key, or a feed by its title."""
    key = topic_key(typed)
    return topic.key == key or (topic.is_address and topic_key(topic.name) == key)


def _heard_by(subscription: Subscription) -> Viewer:
    """The viewer of a subscription's channel, and nothing else."""
    return Viewer(subscription.guild_id, frozenset({subscription.channel_id}))


def _as_alert(subscription: Subscription, sighting: StoredPost) -> AlertContent:
    return AlertContent(
        topic=subscription.topic,
        source=sighting.source,
        post=sighting.post,
        reason=AlertReason.NEW,
        observed_at=sighting.rp_at,
        min_rp=subscription.settings.min_rp[sighting.source],
        language=subscription.settings.language,
        role_id=subscription.settings.role_id,
    )


__all__ = ["SettingsChange", "SubscribeRequest", "SubscribeResult", "SubscriptionDetails", "SubscriptionService"]
