"""The contract of a poll: what it may know, and that what it decided is written once and as a whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.causes import Cause
from bot.core.errors import StalePlan
from bot.core.models import (
    Audience,
    Baseline,
    BaselineReason,
    Health,
    HoldReason,
    PauseReason,
    Snapshot,
    SourceName,
    SummaryContent,
    Topic,
    WatchHealth,
)
from bot.core.text import make_topic
from bot.storage.sql.polling.polls import CommitResult
from tests.storage.world import (
    CHANNEL,
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
    plan,
    post,
    wanted,
)

TRENDPAGE, MASTODON = SourceName.TRENDPAGE, SourceName.MASTODON


async def test_invariant_1_post_and_alert_are_stored_together(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    result = await world.polled(changes=[change(post(1))], alerts=[alert(subscription, post(1))])

    state = await world.state_of(TOPIC, 1, 2)
    waiting = await world.storage.entries.waiting(NOW)
    assert result == CommitResult(new_posts=1, changed_posts=0, alerts=1, held=0)
    assert set(state.known) == {key(1)}
    assert state.alerted == {(CHANNEL, key(1))}
    assert [entry.content for entry in waiting[CHANNEL]] == [alert(subscription, post(1)).content]


async def test_poll_state_knows_only_the_posts_asked_for(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(
        changes=[change(post(1)), change(post(2))],
        alerts=[alert(subscription, post(1)), alert(subscription, post(2))],
        baselines=[Baseline(subscription.id, key(3), BaselineReason.FIRST_POLL)],
    )

    state = await world.state_of(TOPIC, 2, 3)

    assert set(state.known) == {key(2)}
    assert state.alerted == {(CHANNEL, key(2))}
    assert state.baselined == {(subscription.id, key(3))}
    assert state.hidden == frozenset()


async def test_known_post_is_as_it_was_written(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)

    await world.polled(changes=[change(post(1, 95), max_rp=110, recheck_at=later(hours=1))])

    known = (await world.state_of(TOPIC, 1)).known[key(1)]
    assert (known.rp, known.max_rp, known.recheck_at) == (95, 110, later(hours=1))
    assert (known.created_at, known.first_seen_at, known.content_hash) == (NOW, NOW, "digest 95 本文")


async def test_listeners_are_those_who_listen_with_their_own_thresholds(world: World) -> None:
    await world.storage.subscriptions.subscribe(wanted(min_rp={TRENDPAGE: 100, MASTODON: 5}), SINCE, NOW)
    await world.storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL, min_rp={MASTODON: 7}), SINCE, NOW)
    await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)

    bars = {}
    for watch in await world.storage.trends.topic_watches(TOPIC.key):
        state = await world.storage.polls.state(watch, [], NOW)
        bars[watch.source] = [(listener.channel_id, listener.min_rp) for listener in state.listeners]

    assert bars == {TRENDPAGE: [(CHANNEL, 100)], MASTODON: [(CHANNEL, 5), (OTHER_CHANNEL, 7)]}


async def test_paused_subscription_is_no_listener(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    await world.storage.subscriptions.pause(subscription.id, PauseReason.BY_USER, NOW)

    assert (await world.state_of()).listeners == ()


async def test_alerted_last_hour_counts_alerts_but_not_held_posts(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, 1, 2)
    await world.polled(
        at=later(minutes=30), alerts=[alert(subscription, post(3))], holds=[held(subscription, post(4))]
    )

    at_once = (await world.state_of(now=later(minutes=31))).listeners[0]
    an_hour_later = (await world.state_of(now=later(minutes=61))).listeners[0]

    assert (at_once.alerts_last_hour, an_hour_later.alerts_last_hour) == (3, 1)


async def test_listener_knows_when_its_last_ceiling_summary_goes_out(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(holds=[held(subscription, post(1), HoldReason.CATCH_UP, later(hours=9))])
    before = (await world.state_of()).listeners[0].last_summary_at

    await world.polled(at=later(minutes=5), holds=[held(subscription, post(2), summary_at=later(minutes=7))])

    assert before is None
    assert (await world.state_of()).listeners[0].last_summary_at == later(minutes=7)


async def test_invariant_2_a_channel_has_one_first_alert_a_post_also_under_two_topics(world: World) -> None:
    first = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    second = await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC), SINCE, NOW)
    elsewhere = await world.storage.subscriptions.subscribe(wanted(OTHER_TOPIC, channel=OTHER_CHANNEL), SINCE, NOW)
    await world.told(first, 1)

    result = await world.polled(
        at=later(minutes=6),
        topic=OTHER_TOPIC,
        alerts=[alert(second, post(1)), alert(elsewhere, post(1))],
        holds=[held(second, post(1))],
    )

    waiting = await world.storage.entries.waiting(later(minutes=6))
    assert (result.alerts, result.held) == (1, 0)
    assert {channel: len(entries) for channel, entries in waiting.items()} == {CHANNEL: 1, OTHER_CHANNEL: 1}


async def test_invariant_2_dropped_alert_is_not_decided_again(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.told(subscription, 1)
    await world.storage.subscriptions.pause(subscription.id, PauseReason.BY_USER, NOW)
    await world.storage.subscriptions.resume(subscription.id, SINCE, later(minutes=1))

    result = await world.polled(at=later(minutes=1), alerts=[alert(subscription, post(1))])

    assert result.alerts == 0
    assert await world.storage.entries.waiting(later(minutes=1)) == {}


async def test_held_posts_join_the_open_summary(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(
        changes=[change(post(1, 200))], holds=[held(subscription, post(1, 200), summary_at=later(hours=1))]
    )
    await world.polled(
        at=later(minutes=6),
        changes=[change(post(2, 300))],
        holds=[held(subscription, post(2, 300), summary_at=later(hours=2))],
    )

    early = await world.storage.entries.waiting(later(minutes=59))
    [summary] = (await world.storage.entries.waiting(later(hours=1)))[CHANNEL]

    assert early == {}
    assert summary.content == SummaryContent(topic=TOPIC, why=HoldReason.HOURLY_LIMIT, language="ja", count=2)
    assert [stored.post.rp for stored in await world.storage.trends.held_posts(summary.id)] == [300, 200]


async def test_each_reason_to_hold_has_its_own_summary(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)

    await world.polled(holds=[held(subscription, post(1)), held(subscription, post(2), HoldReason.CATCH_UP)])

    entries = (await world.storage.entries.waiting(NOW))[CHANNEL]
    assert {entry.content.why for entry in entries if isinstance(entry.content, SummaryContent)} == {
        HoldReason.HOURLY_LIMIT,
        HoldReason.CATCH_UP,
    }


async def test_post_held_after_the_seal_opens_a_new_summary(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    await world.polled(holds=[held(subscription, post(1))])
    sealed = await world.storage.entries.seal(
        message_id(1), (await world.storage.entries.waiting(NOW))[CHANNEL], NOW, lease_s=60
    )
    assert sealed is not None

    await world.polled(at=later(minutes=6), holds=[held(subscription, post(2))])
    await world.storage.messages.confirm(sealed.id, 1, later(minutes=6))

    [summary] = (await world.storage.entries.waiting(later(minutes=6)))[CHANNEL]
    kept = await world.storage.messages.get(sealed.id)
    assert kept is not None
    assert isinstance(summary.content, SummaryContent)
    assert summary.content.count == 1
    assert kept.entries == sealed.entries
    assert [stored for stored in kept.entries if stored.content == replace(summary.content, count=1)]


async def test_invariant_4_highest_rp_never_sinks(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1, 110))])

    await world.polled(at=later(minutes=5), changes=[change(post(1, 95), new=False)])

    known = (await world.state_of(TOPIC, 1)).known[key(1)]
    assert (known.rp, known.max_rp, known.first_seen_at) == (95, 110, NOW)


async def test_invariant_5_unknown_rp_does_not_overwrite_a_known_one(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    await world.polled(changes=[change(post(1, 110))])

    await world.polled(at=later(minutes=5), changes=[change(post(1, None, text="直した"), new=False)])

    [stored] = await world.storage.trends.recent_posts(TOPIC.key, SINCE)
    assert (stored.post.rp, stored.max_rp, stored.rp_at, stored.post.text) == (110, 110, NOW, "直した")


async def test_invariant_5_unknown_rp_stays_unknown(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)

    await world.polled(changes=[change(post(1, None))])

    known = (await world.state_of(TOPIC, 1)).known[key(1)]
    assert (known.rp, known.max_rp) == (None, None)


async def test_snapshot_is_kept(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    snapshot = Snapshot(NOW, volume=0, audience=Audience(male_pct=60, female_pct=40, group="男性 30代"))

    await world.polled(snapshot=snapshot)

    assert await world.storage.trends.latest_snapshots(TOPIC.key) == {TRENDPAGE: snapshot}


async def test_plan_is_stale_when_the_claim_was_taken_over(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    state = await world.poll()
    await world.claim(later(minutes=2))

    with pytest.raises(StalePlan):
        await world.storage.polls.commit(plan(state, changes=[change(post(1))]))

    assert (await world.state_of(TOPIC, 1)).known == {}


async def test_state_read_after_the_claim_was_taken_over_cannot_be_committed_either(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    lost = await world.claim()
    await world.claim(later(minutes=2))

    state = await world.storage.polls.state(lost, [], later(minutes=2))

    with pytest.raises(StalePlan):
        await world.storage.polls.commit(plan(state))


async def test_plan_is_stale_when_the_rules_changed_and_good_when_read_again(world: World) -> None:
    await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    state = await world.poll()
    await world.storage.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL), SINCE, NOW)

    with pytest.raises(StalePlan):
        await world.storage.polls.commit(plan(state))

    fresh = await world.storage.polls.state(state.watch, [], NOW)
    await world.storage.polls.commit(plan(fresh))
    assert len(fresh.listeners) == 2


async def test_plan_is_stale_when_the_watch_is_gone(world: World) -> None:
    await world.storage.watches.add([(TRENDPAGE, TOPIC, None)], NOW)
    state = await world.poll()
    await world.storage.watches.remove(TRENDPAGE, TOPIC.key)

    with pytest.raises(StalePlan):
        await world.storage.polls.commit(plan(state))
    with pytest.raises(StalePlan):
        await world.storage.polls.state(state.watch, [], NOW)


async def test_watch_that_lost_its_last_listener_while_polled_stays_inactive(world: World) -> None:
    subscription = await world.storage.subscriptions.subscribe(wanted(), SINCE, NOW)
    claimed = await world.claim()
    await world.storage.subscriptions.unsubscribe(subscription.id, NOW)

    await world.storage.polls.commit(plan(await world.storage.polls.state(claimed, [], NOW)))

    assert await world.storage.watches.next_due_at() is None


async def test_fifty_polls_at_once_do_not_mix(world: World) -> None:
    topics = [make_topic(f"topic {number}") for number in range(50)]
    await world.storage.watches.add([(TRENDPAGE, topic, None) for topic in topics], NOW)
    due = await world.storage.watches.claim_due(NOW, limit=50, lease_s=60)

    async def poll(number: int) -> CommitResult:
        state = await world.storage.polls.state(due[number].watch, [key(number)], NOW)
        return await world.storage.polls.commit(plan(state, changes=[change(post(number)), change(post(1000))]))

    results = await asyncio.gather(*(poll(number) for number in range(50)))

    assert results == [CommitResult(new_posts=2, changed_posts=0, alerts=0, held=0)] * 50
    assert (await world.storage.trends.totals()).posts == 100
    for number in range(50):
        stored = await world.storage.trends.recent_posts(due[number].watch.topic.key, SINCE)
        assert {found.post.key for found in stored} == {key(number), key(1000)}


# -- a host that answers again -------------------------------------------------------------------------------

HOST, OTHER_HOST = "https://a.example", "https://b.example"
BUSY = WatchHealth(cause=Cause.BUSY)


async def fails(
    world: World,
    name: str,
    health_record: WatchHealth = BUSY,
    *,
    target: str | None = HOST,
    health: Health = Health.DOWN,
) -> Topic:
    """A topic whose watch at the host has failed and is not looked at for six hours."""
    topic = make_topic(name)
    await world.storage.watches.add([(MASTODON, topic, target)], NOW)
    made = plan(await world.poll(topic=topic), next_poll_at=later(hours=6))
    update = replace(
        made.update, health=health, failures=0 if health is Health.OK else 9, health_record=health_record
    )
    await world.storage.polls.commit(replace(made, update=update))
    return topic


async def next_polls(world: World) -> dict[str, datetime | None]:
    return {watch.topic.name: watch.next_poll_at for watch in await world.storage.watches.listed()}


async def answers_again(world: World, topic: Topic, *, at: datetime) -> None:
    """The topic's watch is looked at, and was the first to be answered."""
    made = plan(await world.poll(at, topic=topic), at=at, next_poll_at=at + timedelta(hours=9))
    await world.storage.polls.commit(replace(made, others_within=timedelta(minutes=5)))


async def test_what_a_host_did_not_answer_is_polled_soon_once_it_does(world: World) -> None:
    first = make_topic("first")
    await world.storage.watches.add([(MASTODON, first, HOST)], later(hours=1))
    waiting = [await fails(world, f"topic {number}") for number in range(20)]
    unreachable = await fails(world, "unreachable", WatchHealth(cause=Cause.UNREACHABLE))

    await answers_again(world, first, at=later(hours=1))

    polls = await next_polls(world)
    found = [polls[topic.name] for topic in (*waiting, unreachable)]
    assert all(at is not None and later(hours=1) <= at <= later(hours=1, minutes=5) for at in found)
    assert len(set(found)) == len(found)


async def test_what_failed_for_another_reason_or_elsewhere_waits_on(world: World) -> None:
    first = make_topic("first")
    await world.storage.watches.add([(MASTODON, first, HOST)], later(hours=1))
    for cause in (Cause.REFUSED, Cause.TOPIC_UNSUPPORTED, Cause.CHANGED, Cause.BUDGET):
        await fails(world, cause, WatchHealth(cause=cause))
    await fails(world, "elsewhere", target=OTHER_HOST)
    await fails(world, "own place", target=None)
    await fails(world, "well", WatchHealth(), health=Health.OK)
    before = await next_polls(world)

    await answers_again(world, first, at=later(hours=1))

    assert await next_polls(world) == {**before, "first": later(hours=10)}


async def test_what_a_source_asked_for_is_kept_although_its_host_answers_others(world: World) -> None:
    first = make_topic("first")
    await world.storage.watches.add([(MASTODON, first, HOST)], later(hours=1))
    await fails(world, "long", replace(BUSY, wait_until=later(hours=7)))
    await fails(world, "short", replace(BUSY, wait_until=later(hours=2)))
    await fails(world, "over", replace(BUSY, wait_until=later(minutes=30)))

    await answers_again(world, first, at=later(hours=1))

    polls = await next_polls(world)
    assert (polls["long"], polls["short"]) == (later(hours=6), later(hours=2))
    assert polls["over"] is not None
    assert polls["over"] <= later(hours=1, minutes=5)
