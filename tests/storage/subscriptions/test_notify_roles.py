"""Roles of the button under alerts, on every database."""

from __future__ import annotations

from datetime import timedelta

from bot.core.models import GuildId, RoleId, UserId
from bot.storage.stores import Storage
from tests.storage.world import CHANNEL, GUILD, NOW, SINCE, World, later, wanted

OTHER_GUILD = GuildId(GUILD + 7)
BOSS = UserId(9)


async def test_role_of_a_subscription_goes_before_the_servers_and_ends_by_itself(storage: Storage) -> None:
    subscription = (await storage.subscriptions.subscribe(wanted(), SINCE, NOW)).id
    roles = storage.notify_roles
    await roles.choose(GUILD, None, RoleId(1), BOSS, NOW)
    await roles.choose(GUILD, subscription, RoleId(2), BOSS, NOW)
    await roles.choose(GUILD, subscription, RoleId(3), BOSS, NOW)

    assert await roles.role_of(GUILD, subscription) == 3
    assert await roles.role_of(GUILD, None) == 1
    assert await roles.role_of(OTHER_GUILD, subscription) is None
    assert (await roles.end(GUILD, subscription), await roles.end(GUILD, subscription)) == (True, False)
    assert await roles.role_of(GUILD, subscription) == 1


async def test_waiting_alert_knows_the_role_of_today(storage: Storage, world: World) -> None:
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, 1, at=NOW)
    before = (await storage.entries.waiting(NOW))[CHANNEL]
    await storage.notify_roles.choose(GUILD, None, RoleId(1), BOSS, NOW)
    after = (await storage.entries.waiting(NOW))[CHANNEL]

    assert [one.notify_role for one in before] == [None]
    assert [one.notify_role for one in after] == ([1] if subscription.guild_id == GUILD else [None])


async def test_roles_are_erased_with_their_server(storage: Storage) -> None:
    await storage.notify_roles.choose(GUILD, None, RoleId(1), BOSS, NOW)
    assert GUILD in await storage.guilds.known_guilds()

    await storage.guilds.guild_left(GUILD, NOW)
    await storage.guilds.forget_left_guilds(later(days=31))

    assert await storage.notify_roles.role_of(GUILD, None) is None


async def test_role_goes_with_a_subscription_that_is_forgotten_and_not_before(storage: Storage) -> None:
    ended = (await storage.subscriptions.subscribe(wanted(), SINCE, NOW)).id
    await storage.notify_roles.choose(GUILD, None, RoleId(1), BOSS, NOW)
    await storage.notify_roles.choose(GUILD, ended, RoleId(2), BOSS, NOW)
    await storage.subscriptions.unsubscribe(ended, NOW)

    await storage.maintenance.prune(later(days=29), keep_posts=timedelta(days=30))
    assert await storage.notify_roles.role_of(GUILD, ended) == 2

    await storage.maintenance.prune(later(days=31), keep_posts=timedelta(days=30))
    assert await storage.notify_roles.role_of(GUILD, ended) == 1
