"""Surges in the database: detectors, one card a channel and topic, its figures, and its posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.models import (
    OPERATOR,
    Counted,
    CountState,
    EntryKind,
    OpenSurge,
    OutboxEntry,
    PollState,
    PostCount,
    SourceName,
    Subscription,
    SurgeCard,
    SurgeContent,
    SurgeFigures,
    SurgePlan,
    SurgeUpdate,
    Watch,
)
from bot.core.models.counts import BIN, HOUR
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState
from bot.storage.stores import Storage
from tests.core.surge.series import daily, run
from tests.storage.world import CHANNEL, LEASE_S, NOW, World, key, later, message_id, plan, post, wanted

FIGURES = SurgeFigures(NOW, 6.1, 6.1, 240.0, 40.0)


def alert(subscription: Subscription, **more: object) -> SurgeCard:
    content = SurgeContent(
        topic=subscription.topic,
        source=SourceName.TRENDPAGE,
        language="ja",
        preset=Preset.UNUSUAL,
        began_at=NOW,
        figures=FIGURES,
        carriers=(post(1), post(2)),
    )
    content = replace(content, **more)  # type: ignore[arg-type]
    return SurgeCard(subscription.id, subscription.guild_id, subscription.channel_id, content, NOW)


async def subscribed(storage: Storage, preset: Preset | None = Preset.UNUSUAL) -> Subscription:
    new = wanted()
    return await storage.subscriptions.subscribe(
        replace(new, settings=replace(new.settings, surge=preset)), NOW, NOW
    )


async def committed(world: World, surges: SurgePlan, **after: float) -> int:
    """A poll, some time later, whose plan is this one; returns the alerts it added."""
    watch = await world.claim(later(**after))
    made = plan(PollState(watch, {}), at=later(**after), next_poll_at=later(**after))
    surges = replace(surges, states=surges.states or {Preset.UNUSUAL: SurgeState()})
    return (await world.storage.polls.commit(replace(made, surges=surges))).alerts


async def waiting(storage: Storage, **after: float) -> list[OutboxEntry]:
    return (await storage.entries.waiting(later(**after))).get(CHANNEL, [])


async def open_surges(world: World, **after: float) -> tuple[OpenSurge, ...]:
    watch: Watch = (await world.storage.trends.topic_watches(wanted().topic.key))[0]
    return (await world.storage.polls.state(watch, [], later(**after))).open_surges


async def test_setting_of_a_subscription_is_stored_and_changed(storage: Storage) -> None:
    subscription = await subscribed(storage)

    changed = await storage.subscriptions.change_rules(
        subscription.id, replace(subscription.settings, surge=None), baseline_since=NOW, now=NOW
    )

    assert subscription.settings.surge is Preset.UNUSUAL
    assert changed.settings.surge is None


async def test_detector_comes_back_as_it_was(storage: Storage, world: World) -> None:
    subscription = await subscribed(storage)
    state, _ = run(daily(9), PRESETS[Preset.UNUSUAL])

    await committed(world, SurgePlan({Preset.UNUSUAL: state}))

    assert await storage.surges.states_of(subscription.id, Preset.UNUSUAL) == [state]
    watch = (await storage.trends.topic_watches(subscription.topic.key))[0]
    assert (await storage.polls.state(watch, [], NOW)).surge_states == {Preset.UNUSUAL: state}


async def test_stored_counts_are_read_only_for_a_detector_that_is_to_begin(storage: Storage, world: World) -> None:
    subscription = await subscribed(storage)
    watch = await world.claim()
    hour = NOW.replace(minute=0, second=0, microsecond=0) - HOUR
    made = plan(PollState(watch, {}), next_poll_at=NOW)
    counted = Counted(CountState(NOW), (PostCount(hour, BIN, BIN, 3),))
    await storage.polls.commit(replace(made, counted=counted))

    before = await storage.polls.state(watch, [], later(minutes=1))
    await committed(world, SurgePlan({Preset.UNUSUAL: SurgeState()}), minutes=1)
    after = await storage.polls.state(watch, [], later(minutes=2))

    assert subscription.settings.surge is not None
    assert len(before.past_counts) == 1
    assert after.past_counts == ()


@pytest.mark.invariant(2)
async def test_channel_gets_one_card_of_a_topics_surge(storage: Storage, world: World) -> None:
    subscription = await subscribed(storage)

    first = await committed(world, SurgePlan(cards=(alert(subscription),)))
    again = await committed(world, SurgePlan(cards=(alert(subscription),)), minutes=1)
    elsewhere = await committed(world, SurgePlan(cards=(alert(subscription, began_at=later(hours=20)),)), hours=20)

    assert (first, again, elsewhere) == (1, 0, 0)
    [entry] = await waiting(storage, hours=20)
    assert entry.kind is EntryKind.SURGE


async def test_next_surge_has_a_card_after_the_last_is_over(storage: Storage, world: World) -> None:
    subscription = await subscribed(storage)
    await committed(world, SurgePlan(cards=(alert(subscription),)))
    [surge] = await open_surges(world)
    over = SurgeUpdate(surge, replace(FIGURES, at=later(hours=3), over=True))
    await committed(world, SurgePlan(updates=(over,)), hours=3)

    soon = await committed(world, SurgePlan(cards=(alert(subscription, began_at=later(hours=8)),)), hours=8)
    later_on = await committed(world, SurgePlan(cards=(alert(subscription, began_at=later(hours=13)),)), hours=13)

    assert (soon, later_on) == (0, 1)


async def test_card_that_waits_shows_the_newest_figures(storage: Storage, world: World) -> None:
    subscription = await subscribed(storage)
    await committed(world, SurgePlan(cards=(alert(subscription),)))
    [surge] = await open_surges(world)
    newer = replace(FIGURES, ratio=9.0, peak_ratio=9.0)

    await committed(world, SurgePlan(updates=(SurgeUpdate(surge, newer),)), minutes=15)

    [entry] = await waiting(storage, minutes=15)
    assert isinstance(entry.content, SurgeContent)
    assert entry.content.figures == newer


async def sent(storage: Storage, world: World) -> Subscription:
    """A card that is sent."""
    subscription = await subscribed(storage)
    await committed(world, SurgePlan(cards=(alert(subscription),)))
    await storage.entries.seal(message_id(1), await waiting(storage), NOW, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(1), NOW)
    await storage.messages.confirm(message_id(1), 77, NOW)
    return subscription


async def test_card_that_was_sent_is_edited_and_its_content_stays_as_it_was_sent(
    storage: Storage, world: World
) -> None:
    await sent(storage, world)
    [surge] = await open_surges(world)
    newer = replace(FIGURES, ratio=9.0, peak_ratio=9.0)

    await committed(world, SurgePlan(updates=(SurgeUpdate(surge, newer),)), minutes=15)

    [redraw] = await storage.edits.claim(later(minutes=15), urgent=False, limit=9, lease_s=LEASE_S)
    [entry] = redraw.message.entries
    assert isinstance(entry.content, SurgeContent)
    assert (entry.content.figures, entry.figures) == (FIGURES, newer)
    assert [one.figures for one in await open_surges(world, minutes=15)] == [newer]


async def test_line_of_a_surge_that_has_grown_follows_a_card_that_was_sent(storage: Storage, world: World) -> None:
    subscription = await sent(storage, world)

    line = await committed(world, SurgePlan(cards=(alert(subscription, grew=True, carriers=()),)), minutes=30)

    assert line == 1


async def test_line_of_a_surge_that_has_grown_is_left_out_where_its_card_waits(
    storage: Storage, world: World
) -> None:
    subscription = await subscribed(storage)
    await committed(world, SurgePlan(cards=(alert(subscription),)))

    line = await committed(world, SurgePlan(cards=(alert(subscription, grew=True, carriers=()),)), minutes=30)

    assert line == 0


@pytest.mark.invariant(8)
async def test_post_that_is_hidden_leaves_card_and_figures_stay(storage: Storage, world: World) -> None:
    subscription = await sent(storage, world)

    found = await storage.moderation.hide(
        subscription.guild_id, key(1), actor=OPERATOR, why=None, now=later(minutes=1)
    )

    [redraw] = await storage.edits.claim(later(minutes=1), urgent=True, limit=9, lease_s=LEASE_S)
    [entry] = redraw.message.entries
    assert found.messages == 1
    assert [shown.post.key for shown in entry.content.posts()] == [key(2)]
    assert not redraw.message.is_empty


async def test_surge_of_a_subscription_that_was_removed_is_updated_no_more(storage: Storage, world: World) -> None:
    subscription = await sent(storage, world)
    assert len(await open_surges(world, minutes=1)) == 1

    await storage.subscriptions.unsubscribe(subscription.id, later(minutes=2))

    assert await open_surges(world, minutes=3) == ()


async def test_surges_count_for_the_hourly_limit(storage: Storage, world: World) -> None:
    subscription = await subscribed(storage)
    await committed(world, SurgePlan(cards=(alert(subscription),)))
    watch = (await storage.trends.topic_watches(subscription.topic.key))[0]

    soon = await storage.polls.state(watch, [], later(minutes=30))
    afterwards = await storage.polls.state(watch, [], NOW + timedelta(hours=2))

    assert [one.alerts_last_hour for one in soon.listeners] == [1]
    assert [one.alerts_last_hour for one in afterwards.listeners] == [0]
