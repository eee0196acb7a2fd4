"""The contract of ``trace``: what decisions left behind of one post for one channel, in one read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.explain.history import AlertRecord, DeliveryState, PostHistory, Route, TakeDownRecord
from bot.core.models import (
    EVERYWHERE,
    OPERATOR,
    Actor,
    AlertReason,
    Baseline,
    BaselineReason,
    Failure,
    FailureCode,
    GuildId,
    HoldReason,
    PauseReason,
    QuietHours,
    Sample,
    SourceName,
    Subscription,
)
from bot.storage.sql.reports import post_history
from bot.storage.stores import Storage
from tests.failures import failed
from tests.inspection import Inspect
from tests.storage.world import (
    CHANNEL,
    GUILD,
    LEASE_S,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    SINCE,
    TOPIC,
    World,
    alert,
    change,
    held,
    key,
    later,
    message_id,
    post,
    wanted,
)

ONE = message_id(1)
MODERATOR = Actor("user:3")


async def subscribed(world: World) -> Subscription:
    return await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)


async def traced(world: World, number: int = 1) -> PostHistory:
    return await world.storage.post_history.of_post(GUILD, CHANNEL, key(number), later(hours=1))


async def telling(world: World) -> AlertRecord:
    found = (await traced(world)).alert
    assert found is not None
    return found


async def path_of(world: World) -> Route:
    [path] = (await traced(world)).routes
    return path


async def test_a_channel_without_subscriptions_leaves_no_trace(world: World) -> None:
    assert await traced(world) == PostHistory(GUILD, CHANNEL, key(1), later(hours=1))


async def test_a_post_nobody_saw_has_a_way_for_every_watch(world: World) -> None:
    await world.storage.subscriptions.subscribe(
        wanted(min_rp={SourceName.TRENDPAGE: 100, SourceName.MASTODON: 10}), SINCE, NOW
    )
    await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC, min_rp={SourceName.MASTODON: 5}), SINCE, NOW)
    await world.storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)

    paths = (await traced(world)).routes

    assert [(path.watch.topic, path.watch.source, path.listener.min_rp) for path in paths] == [
        (TOPIC, SourceName.MASTODON, 10),
        (TOPIC, SourceName.TRENDPAGE, 100),
        (OTHER_TOPIC, SourceName.MASTODON, 5),
    ]
    assert all(path.observation is None for path in paths)


async def test_a_sighting_has_the_rp_at_first_at_last_and_at_its_highest(world: World) -> None:
    await subscribed(world)
    await world.polled(changes=[change(post(1, 40))])
    await world.polled(at=later(minutes=6), changes=[change(post(1, 87), new=False)])
    await world.polled(at=later(minutes=12), changes=[change(post(1, 80), new=False, max_rp=87)])

    path = await path_of(world)

    assert path.observation is not None
    assert path.observation.first == Sample(40, NOW)
    assert (path.observation.post, path.observation.rp_at) == (post(1, 80), later(minutes=12))
    assert (path.observation.known.max_rp, path.observation.known.first_seen_at) == (87, NOW)
    assert path.watch.last_ok_at == later(minutes=12)


async def test_an_rp_that_was_never_known_has_no_first(world: World) -> None:
    await subscribed(world)
    await world.polled(changes=[change(post(1, None))])

    path = await path_of(world)

    assert path.observation is not None
    assert (path.observation.first, path.observation.post.rp, path.observation.known.max_rp) == (None, None, None)


async def test_a_path_is_what_a_poll_of_the_watch_would_know(world: World) -> None:
    await subscribed(world)
    await world.polled(changes=[change(post(1))])
    await world.storage.subscriptions.mute((await subscription_of(world)).id, later(hours=9), NOW)

    path = await path_of(world)
    state = await world.state_of(TOPIC, 1)

    assert path.observation is not None
    assert state.listeners == (path.listener,)
    assert state.known[key(1)] == path.observation.known


async def subscription_of(world: World) -> Subscription:
    [found] = await world.storage.subscriptions.listed(GUILD)
    return found


async def test_a_paused_subscription_is_a_way_that_says_so(world: World) -> None:
    await world.storage.subscriptions.pause((await subscribed(world)).id, PauseReason.FORBIDDEN, NOW)

    assert (await path_of(world)).paused is PauseReason.FORBIDDEN


async def test_a_removed_subscription_is_no_route_but_what_it_alerted_stays(world: World) -> None:
    subscription = await subscribed(world)
    await world.told(subscription, 1)
    await world.storage.subscriptions.unsubscribe(subscription.id, later(minutes=1))

    trace = await traced(world)

    assert trace.routes == ()
    assert trace.alert is not None
    assert (trace.alert.state, trace.alert.failure, trace.alert.ended_at) == (
        DeliveryState.DROPPED,
        Failure(FailureCode.UNSUBSCRIBED, "unsubscribed"),
        later(minutes=1),
    )
    assert trace.alert.topic == TOPIC


async def test_a_baseline_says_why_and_when(world: World) -> None:
    subscription = await subscribed(world)
    await world.polled(baselines=[Baseline(subscription.id, key(1), BaselineReason.FIRST_POLL)])

    assert (await path_of(world)).baseline == (BaselineReason.FIRST_POLL, NOW)
    assert (await traced(world, 2)).routes[0].baseline is None


async def test_what_is_hidden_in_the_server_or_everywhere_says_when_and_by_whom(world: World) -> None:
    await subscribed(world)
    await world.storage.moderation.hide(EVERYWHERE, key(1), actor=OPERATOR, why=None, now=NOW)
    await world.storage.moderation.hide(GUILD, key(1), actor=MODERATOR, why="spam", now=later(minutes=1))
    await world.storage.moderation.hide(GuildId(9), key(1), actor=MODERATOR, why=None, now=NOW)

    assert (await traced(world)).take_downs == (
        TakeDownRecord(EVERYWHERE, NOW, OPERATOR),
        TakeDownRecord(GUILD, later(minutes=1), MODERATOR),
    )
    assert (await traced(world, 2)).take_downs == ()


async def test_the_decision_waits_with_its_topic_source_and_reason(world: World) -> None:
    subscription = await subscribed(world)
    await world.polled(changes=[change(post(1))], alerts=[alert(subscription, post(1), AlertReason.ROSE)])

    found = await telling(world)

    assert found == AlertRecord(
        subscription_id=subscription.id,
        watch_id=(await path_of(world)).watch.id,
        reason=AlertReason.ROSE,
        decided_at=NOW,
        rp=150,
        state=DeliveryState.WAITING,
        topic=TOPIC,
        source=SourceName.TRENDPAGE,
        not_before=NOW,
    )


async def test_quiet_hours_and_until_when_they_hold_are_known(world: World) -> None:
    await world.told(await subscribed(world), 1)
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)
    await world.storage.guilds.set_quiet_hours(GUILD, CHANNEL, quiet, NOW)

    assert (await traced(world)).quiet == quiet
    assert (await telling(world)).not_before == NOW.replace(hour=7, minute=0, second=0, microsecond=0)


async def test_every_stage_of_its_message_is_explained(world: World) -> None:
    entries = await world.told(await subscribed(world), 1)
    found = []
    await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    await world.storage.messages.begin_try(ONE, NOW)
    await world.storage.messages.retry_later(ONE, later(minutes=2), failed("503"))
    found.append(await telling(world))
    await world.storage.messages.mark_uncertain(ONE, failed("no history"), later(minutes=3))
    found.append(await telling(world))
    await world.storage.messages.give_up(ONE, failed("400"), later(minutes=4))
    found.append(await telling(world))
    await world.storage.deliveries.requeue(ONE, later(minutes=5))
    found.append(await telling(world))
    await world.storage.messages.confirm(ONE, 77, later(minutes=6))
    found.append(await telling(world))

    assert [(one.state, one.failure) for one in found] == [
        (DeliveryState.SEALED, failed("503")),
        (DeliveryState.UNCERTAIN, failed("no history")),
        (DeliveryState.GIVEN_UP, failed("400")),
        (DeliveryState.SEALED, None),
        (DeliveryState.SENT, None),
    ]
    assert (found[0].attempts, found[0].next_try_at) == (1, later(minutes=2))
    assert (found[-1].sent_at, found[-1].discord_message_id) == (later(minutes=6), 77)


async def test_what_a_person_said_arrived_is_sent_without_an_id(world: World) -> None:
    entries = await world.told(await subscribed(world), 1)
    await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    await world.storage.messages.begin_try(ONE, NOW)
    await world.storage.messages.mark_uncertain(ONE, failed("no history"), later(minutes=3))
    await world.storage.deliveries.mark_delivered(ONE, later(minutes=4))

    found = await telling(world)

    assert (found.state, found.sent_at, found.discord_message_id) == (DeliveryState.SENT, NOW, None)


async def test_what_is_counted_in_a_summary_goes_the_summarys_way(world: World) -> None:
    subscription = await subscribed(world)
    await world.polled(
        changes=[change(post(1))], holds=[held(subscription, post(1), HoldReason.HOURLY_LIMIT, later(minutes=30))]
    )
    waiting = await telling(world)
    entries = (await world.storage.entries.waiting(later(minutes=30)))[CHANNEL]
    await world.storage.entries.seal(ONE, entries, later(minutes=30), lease_s=LEASE_S)
    await world.storage.messages.confirm(ONE, 77, later(minutes=30))
    sent = await telling(world)

    assert (waiting.held, waiting.state, waiting.not_before) == (
        HoldReason.HOURLY_LIMIT,
        DeliveryState.WAITING,
        later(minutes=30),
    )
    assert (sent.state, sent.discord_message_id, sent.source) == (DeliveryState.SENT, 77, SourceName.TRENDPAGE)


async def test_an_alert_held_back_goes_the_summarys_way_too(world: World) -> None:
    entries = await world.told(await subscribed(world), 1, 2)
    await world.storage.entries.move_to_summary(entries[:1], NOW)

    found = await telling(world)

    assert (found.held, found.state) == (HoldReason.CATCH_UP, DeliveryState.WAITING)


async def test_a_decision_whose_entry_is_pruned_is_forgotten_not_alerted(world: World) -> None:
    entries = await world.told(await subscribed(world), 1)
    await world.storage.entries.seal(ONE, entries, NOW, lease_s=LEASE_S)
    await world.storage.messages.confirm(ONE, 77, NOW)
    await world.storage.maintenance.prune(later(days=91), keep_posts=timedelta(days=365))

    found = await telling(world)

    assert (found.state, found.topic, found.source) == (DeliveryState.FORGOTTEN, TOPIC, SourceName.TRENDPAGE)


async def test_another_servers_channel_leaves_no_trace(world: World) -> None:
    await world.told(await subscribed(world), 1)

    trace = await world.storage.post_history.of_post(GuildId(9), CHANNEL, key(1), NOW)

    assert (trace.routes, trace.alert) == ((), None)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("_SUBSCRIPTIONS", (CHANNEL, GUILD)),
        ("_WATCHES", (1,)),
        ("_OBSERVATION", (1, key(1))),
        ("_BASELINES", (key(1), CHANNEL)),
        ("_TAKE_DOWNS", (0, GUILD, "hash")),
        ("_ALERT", (CHANNEL, key(1), GUILD)),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's plan follows the tables' sizes
async def test_a_question_of_one_person_walks_through_no_table(
    storage: Storage, inspect: Inspect, statement: str, values: tuple[str | int, ...]
) -> None:
    steps = inspect.plan(getattr(post_history, statement), *values)

    assert steps
    assert not any(step.startswith("SCAN") for step in steps), steps
