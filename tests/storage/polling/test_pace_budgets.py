"""The day's budget of a pace over the database: read with the state, held against what was sent at the commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.errors import StalePlan
from bot.core.models import (
    Alert,
    ChannelId,
    CrossingTable,
    GuildId,
    PaceMark,
    PauseReason,
    PollPlan,
    QuietHours,
    Rules,
    SourceName,
    Subscription,
    Watch,
)
from bot.core.pace.crossings import begun
from bot.storage.stores import Storage
from tests.storage.world import CHANNEL, NOW, SINCE, World, alert, change, later, plan, post, wanted

PAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON


async def paced(storage: Storage, pace: int = 5, *sources: SourceName) -> Subscription:
    """The channel follows the topic at a pace."""
    wish = wanted(min_rp=dict.fromkeys(sources or (PAGE,), 5))
    wish = replace(wish, settings=replace(wish.settings, pace=pace))
    return await storage.subscriptions.subscribe(wish, SINCE, NOW)


def marked(subscription: Subscription, number: int) -> Alert:
    made = alert(subscription, post(number))
    mark = PaceMark(needed_rp=120, number=number, pace=5)
    return replace(made, content=replace(made.content, pace=mark))


async def sent(world: World, subscription: Subscription, number: int) -> None:
    """One more alert of the day."""
    state = await world.poll(later(hours=number))
    [listener] = state.listeners
    assert listener.budget is not None
    made = plan(state, at=later(hours=number), alerts=[marked(subscription, number)])
    await world.storage.polls.commit(replace(made, budgets=((subscription.id, listener.budget),)))


async def test_state_counts_what_was_sent_since_midnight_of_the_channels_zone(
    storage: Storage, world: World
) -> None:
    subscription = await paced(storage)
    for number in (1, 2, 3):
        await sent(world, subscription, number)

    today, tomorrow = (
        await world.poll(later(hours=4)),
        await world.storage.polls.state(await _again(world), [], later(hours=13)),
    )

    budgets = [state.listeners[0].budget for state in (today, tomorrow)]
    assert [budget.sent for budget in budgets if budget is not None] == [3, 0]
    assert [budget.day.start.hour for budget in budgets if budget is not None] == [15, 15], "midnight in Tokyo"


async def _again(world: World) -> Watch:
    """The watch as it is known by now."""
    [watch] = await world.storage.trends.topic_watches(wanted().topic.key)
    return watch


async def test_zone_of_the_quiet_hours_is_that_of_the_day(storage: Storage, world: World) -> None:
    await paced(storage)
    await storage.guilds.set_quiet_hours(GuildId(1), CHANNEL, QuietHours("Europe/Berlin", 0, 60), NOW)

    [listener] = (await world.poll(later(hours=1))).listeners

    assert listener.budget is not None
    assert listener.budget.day.start.hour == 23


async def test_commit_refuses_a_budget_that_another_watch_used_meanwhile(storage: Storage, world: World) -> None:
    subscription = await paced(storage, 5, PAGE, MASTODON)
    claimed = [due.watch for due in await storage.watches.claim_due(later(hours=1), limit=9, lease_s=60)]
    states = [await storage.polls.state(watch, [], later(hours=1)) for watch in claimed]
    plans = [
        replace(
            plan(state, at=later(hours=1), alerts=[marked(subscription, number)]),
            budgets=((subscription.id, listener.budget),),
        )
        for number, state in enumerate(states, start=1)
        for listener in state.listeners
        if listener.budget is not None
    ]
    first, second = plans

    await storage.polls.commit(first)
    with pytest.raises(StalePlan):
        await storage.polls.commit(second)

    again = await storage.polls.state(second.watch, [], later(hours=1))
    budget = again.listeners[0].budget
    assert budget is not None
    assert budget.sent == 1
    assert {watch_id for watch_id, _ in budget.watches} == {one.watch.id for one in plans}


async def test_tables_of_all_watches_of_a_subscription_are_read(storage: Storage, world: World) -> None:
    await paced(storage, 5, PAGE, MASTODON)
    claimed = [due.watch for due in await storage.watches.claim_due(later(hours=1), limit=9, lease_s=60)]
    table = begun([(40, NOW - timedelta(hours=3))], NOW)
    for watch in claimed:
        state = await storage.polls.state(watch, [], later(hours=1))
        await storage.polls.commit(with_table(plan(state, at=later(hours=1)), table))

    state = await storage.polls.state(claimed[0], [], later(hours=2))

    assert state.crossings.keys() == {watch.id for watch in claimed}
    assert {one.anchor for one in state.crossings.values()} == {table.anchor}


def with_table(made: PollPlan, table: CrossingTable) -> PollPlan:
    return replace(made, crossings=table)


async def test_subscription_without_a_pace_has_no_budget(storage: Storage, world: World) -> None:
    await storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    state = await world.poll(later(hours=1))

    assert [listener.budget for listener in state.listeners] == [None]
    assert state.crossings == {}


async def with_crossings(world: World, at: datetime) -> CrossingTable:
    """The table that a poll of the topic's watch wrote."""
    table = begun([(40, NOW - timedelta(hours=3))], at)
    await world.storage.polls.commit(with_table(plan(await world.poll(at), at=at), table))
    return table


async def test_table_that_nobody_keeps_meanwhile_is_begun_anew(storage: Storage, world: World) -> None:
    """Posts that rose in the pause were not counted: the time would count as one in which nothing rose."""
    subscription = await paced(storage)
    await storage.subscriptions.subscribe(wanted(channel=ChannelId(909)), SINCE, NOW)
    await with_crossings(world, later(hours=1))

    await storage.subscriptions.pause(subscription.id, PauseReason.BY_USER, later(hours=2))
    await storage.subscriptions.resume(subscription.id, SINCE, later(days=3))

    assert (await world.poll(later(days=3))).crossings == {}


async def test_table_of_a_watch_that_was_not_polled_meanwhile_is_kept(storage: Storage, world: World) -> None:
    subscription = await paced(storage)
    await with_crossings(world, later(hours=1))

    await storage.subscriptions.pause(subscription.id, PauseReason.BY_USER, later(hours=2))
    await storage.subscriptions.resume(subscription.id, SINCE, later(days=3))

    assert (await world.poll(later(days=3))).crossings != {}


async def test_table_is_kept_while_another_subscription_has_a_pace(storage: Storage, world: World) -> None:
    subscription = await paced(storage)
    other = wanted(channel=ChannelId(909))
    await storage.subscriptions.subscribe(replace(other, settings=replace(other.settings, pace=3)), SINCE, NOW)
    await with_crossings(world, later(hours=1))

    await storage.subscriptions.unsubscribe(subscription.id, later(hours=2))

    assert (await world.poll(later(hours=3))).crossings != {}


async def test_table_is_begun_anew_after_polls_for_another_in_the_pause(storage: Storage, world: World) -> None:
    subscription = await paced(storage)
    await with_crossings(world, later(hours=1))
    await storage.subscriptions.pause(subscription.id, PauseReason.BY_USER, later(hours=2))

    await storage.subscriptions.subscribe(wanted(channel=ChannelId(909)), SINCE, later(hours=3))
    await storage.subscriptions.resume(subscription.id, SINCE, later(days=3))

    assert (await world.poll(later(days=3))).crossings == {}


async def test_filtered_pace_makes_the_highest_that_pass_baseline(storage: Storage, world: World) -> None:
    """Of many higher posts that the filters stop none counts: those that pass are what a day would have sent."""
    await storage.subscriptions.subscribe(wanted(channel=ChannelId(909)), SINCE, NOW)
    stored = [post(number, 500 + number, text="話") for number in range(40)]
    stored += [post(number, 100 + number, text="原発") for number in range(40, 46)]
    await world.polled(at=later(hours=1), changes=[change(one) for one in stored])
    wish = wanted(min_rp={PAGE: 5})
    settings = replace(wish.settings, pace=5, rules=Rules(include=("原発",)))

    await storage.subscriptions.subscribe(replace(wish, settings=settings), SINCE, later(hours=2))

    state = await world.poll(later(hours=3), keys=[one.key for one in stored])
    assert {key for _, key in state.baselined} == {one.key for one in stored[40:]}
