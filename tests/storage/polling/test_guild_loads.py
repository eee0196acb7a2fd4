"""Contract: who causes how many looks."""

from __future__ import annotations

from bot.core.models import ChannelId, GuildId, SourceName
from bot.storage.stores import Storage
from tests.storage.world import CHANNEL, GUILD, NOW, OTHER_CHANNEL, OTHER_TOPIC, SINCE, TOPIC, wanted

PAGE = SourceName.TRENDPAGE
OTHER = GuildId(77)


async def test_watch_that_two_servers_follow_is_half_of_each_ones(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(TOPIC), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(TOPIC, channel=ChannelId(5)), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(TOPIC, guild=OTHER, channel=OTHER_CHANNEL), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=CHANNEL), SINCE, NOW)

    assert await storage.guild_loads.server_loads() == {GUILD: 1.5, OTHER: 0.5}


async def test_only_watches_that_nobody_else_follows_are_a_servers_own(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(TOPIC), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(TOPIC, guild=OTHER, channel=OTHER_CHANNEL), SINCE, NOW)
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    ids = {watch.topic.key: watch.id for watch in await storage.watches.listed()}

    assert await storage.guild_loads.followed_only_by([GUILD]) == [(ids[OTHER_TOPIC.key], GUILD)]
    assert len(await storage.guild_loads.followed_only_by([GUILD, OTHER])) == 3


async def test_operators_watch_is_nobodys_own_and_the_operator_takes_a_part(storage: Storage) -> None:
    await storage.watches.add([(PAGE, TOPIC, None)], NOW)
    await storage.subscriptions.subscribe(wanted(TOPIC), SINCE, NOW)

    assert await storage.guild_loads.server_loads() == {GUILD: 0.5}
    assert await storage.guild_loads.followed_only_by([GUILD]) == []


async def test_what_is_inactive_causes_nothing(storage: Storage) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(TOPIC), SINCE, NOW)
    await storage.subscriptions.unsubscribe(subscription.id, NOW)

    assert await storage.guild_loads.server_loads() == {}
