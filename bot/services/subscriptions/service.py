"""The service of subscriptions: each call checks what was asked, stores it, and says what will come of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alerting.dry_run import (
    DAY,
)
from bot.core.alerting.patterns import is_pattern
from bot.core.alerting.subscribe_result import SubscribeResult, SubscriptionDetails
from bot.core.calendar.clock import Clock
from bot.core.errors import (
    AlreadySubscribed,
    PatternsTooDear,
    RefusedRequest,
)
from bot.core.identity.row_ids import read_id
from bot.core.models import (
    EVERYWHERE,
    AlertActivity,
    AlertContent,
    ChannelId,
    GuildId,
    NewSubscription,
    PauseReason,
    Rules,
    SourceName,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    Topic,
    TopicKey,
    UserId,
)
from bot.core.surge.settings import Preset
from bot.core.text import topic_key
from bot.polling.rule_evaluator import PATTERN_COST_MAX, pattern_cost, run_in_request_thread
from bot.services.guild_settings import adopt_server_quiet
from bot.services.input.text import check_min_rp, checked_topic
from bot.services.subscriptions import edits
from bot.services.subscriptions.feed_topics import feed_at
from bot.services.subscriptions.minimums import Minimums
from bot.services.subscriptions.preview import SubscriptionPreview
from bot.services.subscriptions.requests import Change, SettingsChange, SubscribeRequest
from bot.services.subscriptions.surges import check_surge, default_surge
from bot.services.trends import TrendService
from bot.sources.base import Source
from bot.storage.sql.subscriptions.subscriptions import Counts
from bot.storage.stores import Storage
from config.settings import Settings


class SubscriptionService:
    """Subscriptions: made, changed, paused, muted and removed, for commands, buttons and forms.

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
        self._trends = trends
        self._settings = settings
        self._clock = clock
        self._minimums = Minimums(trends, settings)
        self._preview = SubscriptionPreview(storage, sources, trends, clock)
        # One at a time: otherwise two requests could both use the last unit of a quota.
        self._quota_lock = asyncio.Lock()

    async def subscribe(self, ask: SubscribeRequest) -> SubscribeResult:
        """Check, store with a baseline, then fetch and say what would have come.

        Raises ``RefusedRequest`` (topic, words, source, minimum, quota), ``AlreadySubscribed``: nothing is stored
        then.
        """
        wanted = await self._wanted(ask)
        await check_pattern_cost(wanted.settings.rules)
        async with self._quota_lock:
            self._check_quota(await self._storage.subscriptions.counts(ask.guild_id, ask.channel_id), taking=1)
            subscription = await self._storage.subscriptions.subscribe(
                wanted, self._baseline_since(), self._clock()
            )
        await adopt_server_quiet(self._storage, ask.guild_id, ask.channel_id, self._clock)
        return await self._preview.result_with_similar(subscription, ask.chosen.sources, ask.viewer)

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
        async with self._quota_lock:
            now = self._clock()
            # In this order a fault in between leaves both, and nothing that waits is lost.
            try:
                made = await self._storage.subscriptions.subscribe(wanted, self._baseline_since(), now)
            except AlreadySubscribed:
                await self._storage.subscriptions.unsubscribe(old.id, now)
                raise
            await self._storage.subscriptions.unsubscribe(old.id, now)
        return await self._preview.result(made)

    async def undo_exchange(self, made: SubscriptionId, before: SubscriptionId, guild_id: GuildId) -> Subscription:
        """Undo ``exchange_topic``: remove what it made, and restore what it removed.

        Raises ``RefusedRequest``: one is gone, or the old one cannot come back; nothing is changed then.
        """
        added = await self._existing(made, guild_id)
        await self.channel_of(before, guild_id)
        async with self._quota_lock:
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
        self._minimums.check_sources(ask)
        settings = self._minimums.settings_after(old, ask.chosen)
        check_surge(ask.chosen, settings)
        return Change(old, replace(old, settings=settings))

    async def make(self, change: Change, guild_id: GuildId) -> SubscribeResult:
        """Make a change. Raises ``RefusedRequest``: it is gone, was changed since, or costs too much."""
        now = await self._existing(change.before.id, guild_id)
        if now.settings != change.before.settings:
            raise RefusedRequest("error-undo-changed")
        await check_pattern_cost(change.after.settings.rules)
        return await self._preview.result(await self._changed(change.after))

    async def with_min_rp(
        self, subscription_id: SubscriptionId, guild_id: GuildId, wanted: int | Mapping[SourceName, int]
    ) -> Change:
        """The change of a subscription to one minimum for all sources, or one for each of some of them.

        Raises ``RefusedRequest`` when it is gone, or has no such source.
        """
        old = await self._existing(subscription_id, guild_id)
        if isinstance(wanted, int):
            min_rp = self._minimums.all_at(check_min_rp(wanted), old.settings.min_rp)
            return Change(old, edits.with_min_rp(old, min_rp))
        now = old.settings.min_rp
        own = {source: check_min_rp(rp) for source, rp in wanted.items() if source in now}
        if not own:
            raise RefusedRequest("error-undo-changed")
        return Change(old, edits.with_min_rp(old, {**now, **own}))

    async def with_pace(self, subscription_id: SubscriptionId, guild_id: GuildId, pace: int) -> Change:
        """The change of a subscription to a pace. Raises ``RefusedRequest``."""
        old = await self._existing(subscription_id, guild_id)
        settings = self._minimums.settings_after(old, SettingsChange(pace=pace))
        return Change(old, replace(old, settings=settings))

    async def fewer_alerts(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Change:
        """Send fewer alerts: the next lower pace, or without a pace each minimum at its next step.

        The steps of a pace are 1, 2, 3, 5, 8, 12 …, those of a minimum 1, 2, 5, 10, 20 …; a feed has no RP to
        reach one. Raises ``RefusedRequest`` when it is gone, at the lowest pace, or a feed's alone.
        """
        old = await self._existing(subscription_id, guild_id)
        return Change(old, await self._changed(edits.fewer_alerts(old)))

    async def more_alerts(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Change:
        """Change a pace to the next higher one. Raises ``RefusedRequest`` where there is none."""
        old = await self._existing(subscription_id, guild_id)
        return Change(old, await self._changed(edits.stepped_pace(old, up=True)))

    async def undo_pace(
        self, subscription_id: SubscriptionId, before: int, made: int, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Change a pace from ``made`` back to ``before``.

        Raises ``RefusedRequest``: it is gone, or the pace was changed since.
        """
        return await self._changed(edits.pace_again(await self._existing(subscription_id, guild_id), before, made))

    async def change(
        self, subscription_id: SubscriptionId, guild_id: GuildId, chosen: SettingsChange
    ) -> SubscriptionDetails:
        """Change the settings that were chosen; what passes now is baseline. Raises ``RefusedRequest``."""
        old = await self.get(subscription_id, guild_id)
        if chosen.sources == ():
            raise RefusedRequest("error-no-source-left")
        settings = self._minimums.settings_after(old, chosen)
        check_surge(chosen, settings)
        if chosen.include is not None or chosen.exclude is not None:
            await check_pattern_cost(settings.rules)
        return await self._preview.details(await self._changed(replace(old, settings=settings)))

    def sources_for(self, topic: Topic) -> tuple[SourceName, ...]:
        """The sources that can be asked for a topic."""
        return self._trends.sources_for(topic)

    async def lower_minimums(
        self, subscription_id: SubscriptionId, before: Mapping[SourceName, int], guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Undo ``fewer_alerts`` where a minimum is still what it made of the one ``before``.

        Raises ``RefusedRequest``: it is gone, every minimum was changed since, or a pace took their place.
        """
        return await self._changed(edits.lowered(await self._existing(subscription_id, guild_id), before))

    async def fewer_surges(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Change:
        """Send fewer surges: the next less sensitive choice, in the end none.

        Raises ``RefusedRequest`` when the subscription is gone, or its surges are off.
        """
        old = await self._existing(subscription_id, guild_id)
        return Change(old, await self._changed(edits.with_fewer_surges(old)))

    async def undo_fewer_surges(
        self, subscription_id: SubscriptionId, before: Preset, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Undo ``fewer_surges``. Raises ``RefusedRequest``: it is gone, or was changed since."""
        return await self._changed(
            edits.with_surges_again(await self._existing(subscription_id, guild_id), before)
        )

    async def mute_author(
        self, subscription_id: SubscriptionId, handle: str, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Mute one author. Raises ``RefusedRequest`` when the subscription is gone."""
        return await self._changed(edits.muting(await self._existing(subscription_id, guild_id), handle))

    async def unmute_author(
        self, subscription_id: SubscriptionId, handle: str, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Undo ``mute_author``. Raises ``RefusedRequest``: it is gone, or the author is not muted (any more)."""
        return await self._changed(edits.not_muting(await self._existing(subscription_id, guild_id), handle))

    async def unmute_authors(
        self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Unmute all authors. Raises ``RefusedRequest`` when the subscription is gone."""
        return await self._changed(edits.muting_nobody(await self._existing(subscription_id, guild_id)))

    async def pause(
        self,
        subscription_id: SubscriptionId,
        guild_id: GuildId = EVERYWHERE,
        why: PauseReason = PauseReason.BY_USER,
    ) -> Subscription:
        """Pause a subscription until a person resumes it. Raises ``RefusedRequest`` when it is gone."""
        await self._existing(subscription_id, guild_id)
        await self._storage.subscriptions.pause(subscription_id, why, self._clock())
        return await self._existing(subscription_id, guild_id)

    async def resume(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Resume a subscription from now, with a baseline. Raises ``RefusedRequest`` when it is gone."""
        await check_pattern_cost((await self._existing(subscription_id, guild_id)).settings.rules)
        await self._storage.subscriptions.resume(subscription_id, self._baseline_since(), self._clock())
        return await self._existing(subscription_id, guild_id)

    async def mute(
        self, subscription_id: SubscriptionId, until: datetime | None, guild_id: GuildId = EVERYWHERE
    ) -> Subscription:
        """Mute a subscription until then (None: unmute). Raises ``RefusedRequest`` when it is gone."""
        await self._existing(subscription_id, guild_id)
        await self._storage.subscriptions.mute(subscription_id, until, self._clock())
        return await self._existing(subscription_id, guild_id)

    async def remove(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Remove a subscription; ``restore`` undoes it. Raises ``RefusedRequest`` when it is gone already."""
        await self._existing(subscription_id, guild_id)
        removed = await self._storage.subscriptions.unsubscribe(subscription_id, self._clock())
        if removed is None:
            raise RefusedRequest("subscription-gone")
        return removed

    async def restore(self, subscription_id: SubscriptionId, guild_id: GuildId = EVERYWHERE) -> Subscription:
        """Undo ``remove``. Raises ``RefusedRequest`` when it is too late, subscribed again or over the quota."""
        async with self._quota_lock:
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
        return await self._preview.details(await self.get(subscription_id, guild_id))

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

    async def preview_alert(self, subscription_id: SubscriptionId, guild_id: GuildId) -> AlertContent | None:
        """The largest known post of the topic as the alert it would have been; None without any post."""
        subscription = await self.get(subscription_id, guild_id)
        since = self._clock() - timedelta(days=self._settings.poll.keep_posts_days)
        return await self._preview.preview_alert(subscription, since)

    async def _wanted(self, ask: SubscribeRequest) -> NewSubscription:
        topic = checked_topic(ask.topic)
        server = await self._storage.guild_settings.of_guild(ask.guild_id)
        min_rp, target = self._minimums.of_request(ask, topic, server), None
        default = SubscriptionSettings(
            server.language or ask.language,
            min_rp,
            rules=Rules(fold=server.fold is not False, media=server.media is not False),
            surge=default_surge(min_rp, self._settings, server),
        )
        settings = ask.chosen.settings(default, min_rp, self._minimums.pace_of_request(ask, topic, server))
        check_surge(ask.chosen, settings)
        if topic.is_address:
            topic, target = await feed_at(ask, self._trends)
        return NewSubscription(
            guild_id=ask.guild_id,
            channel_id=ask.channel_id,
            topic=topic,
            created_by=ask.user_id,
            settings=settings,
            target=target,
        )

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
        """The subscription, if it is this server's (``EVERYWHERE``: any server's)."""
        found = await self._storage.subscriptions.get(subscription_id)
        if found is None or guild_id not in (EVERYWHERE, found.guild_id):
            raise RefusedRequest("subscription-gone")
        return found

    async def _changed(self, wanted: Subscription) -> Subscription:
        return await self._storage.subscriptions.change_rules(
            wanted.id, wanted.settings, baseline_since=self._baseline_since(), now=self._clock()
        )


async def check_pattern_cost(rules: Rules) -> None:
    """Raises ``PatternsTooDear`` where patterns would cost more than a subscription may."""
    words = (*rules.include, *rules.exclude)
    if any(map(is_pattern, words)) and await run_in_request_thread(pattern_cost, words) > PATTERN_COST_MAX:
        raise PatternsTooDear


def _is_meant(topic: Topic, typed: str) -> bool:
    """Whether the text names the topic: by its key, or a feed by its title."""
    key = topic_key(typed)
    return topic.key == key or (topic.is_address and topic_key(topic.name) == key)
