"""A small world for storage tests: topics, posts and plans with everything unimportant filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.models import (
    Alert,
    AlertContent,
    AlertReason,
    Baseline,
    ChannelId,
    GuildId,
    Health,
    HeldAlert,
    HoldReason,
    MessageId,
    Network,
    NewSubscription,
    NextPoll,
    OutboxEntry,
    PollForecast,
    PollPlan,
    PollState,
    Post,
    PostChange,
    PostKey,
    Snapshot,
    SourceName,
    Subscription,
    SubscriptionSettings,
    Topic,
    UserId,
    Validators,
    Viewer,
    Watch,
    WatchUpdate,
)
from bot.core.text import make_topic
from bot.storage.sql.polling.polls import CommitResult
from bot.storage.stores import Storage

NOW = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC)
SINCE = NOW - timedelta(hours=48)
TOPIC = make_topic("データセンター")
OTHER_TOPIC = make_topic("生成AI")
GUILD = GuildId(1 << 60)
CHANNEL = ChannelId((1 << 60) + 1)
OTHER_CHANNEL = ChannelId((1 << 60) + 2)
USER = UserId(3)
HERE = Viewer(GUILD, frozenset({CHANNEL, OTHER_CHANNEL}), USER, CHANNEL)
LEASE_S = 60.0
NO_OUTLOOK = PollForecast()


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def message_id(number: int) -> MessageId:
    return MessageId(f"{number:024x}")


def wanted(
    topic: Topic = TOPIC,
    *,
    channel: ChannelId = CHANNEL,
    guild: GuildId = GUILD,
    min_rp: dict[SourceName, int] | None = None,
) -> NewSubscription:
    return NewSubscription(
        guild_id=guild,
        channel_id=channel,
        topic=topic,
        created_by=USER,
        settings=SubscriptionSettings(
            language="ja", min_rp={SourceName.TRENDPAGE: 100} if min_rp is None else min_rp
        ),
    )


def post(number: int, rp: int | None = 150, *, text: str = "本文", published_at: datetime | None = NOW) -> Post:
    return Post(
        network=Network.X,
        canonical_id=str(number),
        text=text,
        rp=rp,
        created_at=published_at,
        source_id=str(number),
        author_handle="someone",
    )


def key(number: int) -> PostKey:
    return post(number).key


def change(
    seen: Post, *, new: bool = True, max_rp: int | None = None, recheck_at: datetime | None = None
) -> PostChange:
    return PostChange(
        post=seen,
        max_rp=seen.rp if max_rp is None else max_rp,
        recheck_at=recheck_at,
        content_hash=f"digest {seen.rp} {seen.text}",
        is_new=new,
        sampled=seen.rp is not None,
    )


def alert(subscription: Subscription, seen: Post, reason: AlertReason = AlertReason.NEW) -> Alert:
    return Alert(
        subscription_id=subscription.id,
        guild_id=subscription.guild_id,
        channel_id=subscription.channel_id,
        content=AlertContent(
            topic=subscription.topic,
            source=SourceName.TRENDPAGE,
            post=seen,
            reason=reason,
            observed_at=NOW,
            min_rp=100,
            language="ja",
        ),
    )


def held(
    subscription: Subscription,
    seen: Post,
    why: HoldReason = HoldReason.HOURLY_LIMIT,
    summary_at: datetime = NOW,
) -> HeldAlert:
    return HeldAlert(alert=alert(subscription, seen), why=why, summary_at=summary_at)


def plan(
    state: PollState,
    *,
    at: datetime = NOW,
    next_poll_at: datetime | None = None,
    changes: Sequence[PostChange] = (),
    alerts: Sequence[Alert] = (),
    holds: Sequence[HeldAlert] = (),
    baselines: Sequence[Baseline] = (),
    recheck_times: Sequence[tuple[PostKey, datetime | None]] = (),
    snapshot: Snapshot | None = None,
    count_updates: Sequence[tuple[ChannelId, PostKey, int]] = (),
    gone: Sequence[tuple[PostKey, datetime | None]] = (),
    take_downs: Sequence[PostKey] = (),
    forecast: PollForecast = NO_OUTLOOK,
    turn: NextPoll | None = None,
) -> PollPlan:
    return PollPlan(
        watch=state.watch,
        at=at,
        update=WatchUpdate(
            next_poll_at=at + timedelta(minutes=5) if next_poll_at is None else next_poll_at,
            cursor="cursor",
            validators=Validators(etag='"1"'),
            last_ok_at=at,
            failures=0,
            health=Health.OK,
            health_note=None,
            forecast=forecast,
            next_poll=turn,
        ),
        changes=tuple(changes),
        snapshot=snapshot,
        alerts=tuple(alerts),
        held=tuple(holds),
        baselines=tuple(baselines),
        recheck_times=tuple(recheck_times),
        count_updates=tuple(count_updates),
        gone=tuple(gone),
        take_downs=tuple(take_downs),
    )


@dataclass(slots=True)
class World:
    """A storage, and what tests do with it again and again."""

    storage: Storage

    async def claim(self, now: datetime = NOW, *, topic: Topic = TOPIC) -> Watch:
        """Claim what is due; the topic's watch."""
        due = await self.storage.watches.claim_due(now, limit=1000, lease_s=LEASE_S)
        return next(claimed.watch for claimed in due if claimed.watch.topic.key == topic.key)

    async def poll(self, now: datetime = NOW, *, topic: Topic = TOPIC, keys: Sequence[PostKey] = ()) -> PollState:
        """Claim the topic's watch and read its state."""
        return await self.storage.polls.state(await self.claim(now, topic=topic), keys, now)

    async def polled(
        self,
        *,
        at: datetime = NOW,
        topic: Topic = TOPIC,
        changes: Sequence[PostChange] = (),
        alerts: Sequence[Alert] = (),
        holds: Sequence[HeldAlert] = (),
        baselines: Sequence[Baseline] = (),
        snapshot: Snapshot | None = None,
    ) -> CommitResult:
        """One whole poll."""
        state = await self.poll(at, topic=topic)
        return await self.storage.polls.commit(
            plan(state, at=at, changes=changes, alerts=alerts, holds=holds, baselines=baselines, snapshot=snapshot)
        )

    async def told(
        self, subscription: Subscription, *numbers: int, at: datetime = NOW, rp: int = 150
    ) -> list[OutboxEntry]:
        """A poll that decides to tell these posts; what then waits in the channel."""
        posts = [post(number, rp) for number in numbers]
        await self.polled(
            at=at,
            topic=subscription.topic,
            changes=[change(seen) for seen in posts],
            alerts=[alert(subscription, seen) for seen in posts],
        )
        return (await self.storage.entries.waiting(at)).get(subscription.channel_id, [])

    async def state_of(self, topic: Topic = TOPIC, *numbers: int, now: datetime = NOW) -> PollState:
        """The state as a poll would read it, without claiming anything."""
        watch = (await self.storage.trends.topic_watches(topic.key))[0]
        return await self.storage.polls.state(watch, [key(number) for number in numbers], now)
