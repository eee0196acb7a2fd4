"""A pace from the page to the channel: about so many alerts a day, the highest posts, and each says its place."""

from __future__ import annotations

import random
from collections import Counter

from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.pace.threshold import most_a_day
from bot.core.text import make_topic
from tests.conftest import BotEnv
from tests.inspection import Inspect
from tests.pipeline.test_alerts import TOPIC, told

PAGE = SourceName.TRENDPAGE


async def follow_at(env: BotEnv, pace: int, *, topic: str = TOPIC, min_rp: int = 5) -> Subscription:
    """The channel follows a topic at a pace; the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId(env.channel.id),
        topic=make_topic(topic),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={PAGE: min_rp}, pace=pace),
    )
    subscription = await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()
    return subscription


async def test_pace_sends_no_more_than_it_may_however_much_comes(env: BotEnv) -> None:
    await follow_at(env, 2)

    chance = random.Random(7)
    for hour in range(30):
        heights = [int(60 * chance.paretovariate(1.2)) for _ in range(8)]
        loud = [env.post(f"話{hour}-{n}", rp, serial=9 * hour + n) for n, rp in enumerate(heights)]
        env.site.put(TOPIC, loud)
        await env.poll_again(hours=1)

    inspect = Inspect(env.settings.database.url)
    by_day = Counter(
        (at + 9 * 3_600_000_000) // 86_400_000_000
        for (at,) in inspect("SELECT decided_at FROM alerts WHERE held IS NULL")
    )
    assert by_day
    assert max(by_day.values()) <= most_a_day(2)
    assert [one for one in inspect("SELECT rp, bar FROM alerts WHERE rp < bar") if one] == []


async def test_quiet_day_of_small_posts_is_no_news(env: BotEnv) -> None:
    await follow_at(env, 5)

    for look in range(6):
        env.site.put(TOPIC, [env.post(f"小さな話{look}-{n}", n % 5, serial=9 * look + n) for n in range(8)])
        await env.poll_again()

    assert told(env.channel) == []


async def test_table_of_a_topic_is_kept_over_a_restart(env: BotEnv) -> None:
    subscription = await follow_at(env, 5)
    for look in range(3):
        env.site.put(TOPIC, [env.post(f"話{look}", 300 + look, serial=look)])
        await env.poll_again()
    [watch] = await env.services.storage.trends.topic_watches(subscription.topic.key)

    state = await env.services.storage.polls.state(watch, [], env.clock())

    [listener] = state.listeners
    assert listener.budget is not None
    assert state.crossings[watch.id].waiting or listener.budget.sent
    assert sum(state.crossings[watch.id].watched) > 0
