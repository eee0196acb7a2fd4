"""What a subscription was sent lately, as a list shows it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.core.models import AlertActivity, HoldReason, SubscriptionId
from bot.storage.sql.subscriptions import activity
from bot.storage.stores import Storage
from tests.failures import failed
from tests.inspection import Inspect
from tests.storage.world import NOW, SINCE, World, change, held, later, message_id, post, wanted

DAY = timedelta(days=1)
ONE, TWO = message_id(1), message_id(2)


async def sent(world: World, subscription_id: SubscriptionId) -> AlertActivity:
    found = await world.storage.activity.alert_activity([subscription_id], NOW - DAY)
    return found[subscription_id]


async def test_a_subscription_that_was_sent_nothing_says_so(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    assert await sent(world, subscription.id) == AlertActivity(0, None)


async def test_only_what_arrived_is_counted_and_the_last_one_is_known(world: World) -> None:
    storage = world.storage
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    first = await world.told(subscription, 1, 2)
    waiting = await sent(world, subscription.id)
    await storage.entries.seal(ONE, first, NOW, lease_s=60)
    await storage.messages.begin_try(ONE, NOW)
    await storage.messages.confirm(ONE, 77, later(seconds=1))
    second = await world.told(subscription, 3, at=later(minutes=10))
    await storage.entries.seal(TWO, second, later(minutes=10), lease_s=60)
    await storage.messages.give_up(TWO, failed("400"), later(minutes=10))

    assert waiting == AlertActivity(0, None)
    assert await sent(world, subscription.id) == AlertActivity(2, later(seconds=1))


async def test_what_was_counted_in_a_summary_is_no_alert(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(changes=[change(post(1))], holds=[held(subscription, post(1), HoldReason.HOURLY_LIMIT)])

    assert await sent(world, subscription.id) == AlertActivity(0, None)


async def test_the_last_one_is_known_after_its_day(world: World) -> None:
    storage = world.storage
    subscription = await storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await storage.entries.seal(ONE, await world.told(subscription, 1), NOW, lease_s=60)
    await storage.messages.begin_try(ONE, NOW)
    await storage.messages.confirm(ONE, 77, NOW)

    found = await storage.activity.alert_activity([subscription.id], later(hours=1))

    assert found == {subscription.id: AlertActivity(0, NOW)}


@pytest.mark.invariant(11)
@pytest.mark.parametrize("statement", ["_SENT", "_LAST"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's plan follows the tables' sizes
async def test_activity_is_found_by_the_index_of_a_subscriptions_alerts(
    storage: Storage, inspect: Inspect, statement: str
) -> None:
    sql = getattr(activity, statement)

    steps = inspect.plan(sql, *(1,) * sql.count("?"))

    assert any(re.search(r"USING INDEX alerts_told \(+subscription_id ?=", step) for step in steps), steps
    assert not any(step.startswith(("SCAN a", "SCAN e", "SCAN m")) for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps
