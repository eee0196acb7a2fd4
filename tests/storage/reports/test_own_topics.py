"""A server's own topics with their detectors: of the asker's channels alone, by their own sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.models import (
    ChannelId,
    Counted,
    CountState,
    GuildId,
    PauseReason,
    PollState,
    PostCount,
    SourceName,
    Subscription,
    SurgePlan,
    Topic,
    Viewer,
)
from bot.core.models.counts import HOUR
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import SurgeState
from bot.storage.sql.reports.own_topics import DetectedTopic
from bot.storage.stores import Storage
from tests.core.surge.series import daily, run
from tests.storage.world import (
    CHANNEL,
    GUILD,
    HERE,
    NOW,
    OTHER_CHANNEL,
    OTHER_TOPIC,
    TOPIC,
    World,
    later,
    plan,
    wanted,
)

ELSEWHERE = Viewer(GuildId(9), frozenset({ChannelId(91)}))


async def subscribed(
    storage: Storage,
    topic: Topic = TOPIC,
    *,
    channel: ChannelId = CHANNEL,
    guild: GuildId = GUILD,
    preset: Preset | None = Preset.UNUSUAL,
) -> Subscription:
    new = wanted(topic, channel=channel, guild=guild)
    return await storage.subscriptions.subscribe(
        replace(new, settings=replace(new.settings, surge=preset)), NOW, NOW
    )


async def polled(world: World, *presets: Preset, counts: Sequence[PostCount] = ()) -> SurgeState:
    """A poll that stored a detector of each preset."""
    state, _ = run(daily(3), PRESETS[Preset.UNUSUAL])
    made = plan(PollState(await world.claim(), {}), next_poll_at=NOW)
    made = replace(made, surges=SurgePlan(dict.fromkeys(presets, state)))
    await world.storage.polls.commit(replace(made, counted=Counted(CountState(NOW), tuple(counts))))
    return state


def known(found: Sequence[DetectedTopic]) -> list[tuple[str, bool]]:
    return [(one.topic.name, one.state is not None) for one in found]


async def test_a_topic_comes_with_the_detector_of_its_own_sensitivity(storage: Storage, world: World) -> None:
    await subscribed(storage)
    state = await polled(world, Preset.UNUSUAL)

    [found] = await storage.own_topics.detected(HERE)

    assert (found.topic, found.state, found.since) == (TOPIC, state, NOW)


@pytest.mark.invariant(10)
async def test_a_detector_that_only_others_have_is_not_shown(storage: Storage, world: World) -> None:
    await subscribed(storage, preset=None)
    await subscribed(storage, channel=ChannelId(91), guild=GuildId(9), preset=Preset.EVERY)
    await polled(world, Preset.EVERY)

    assert known(await storage.own_topics.detected(HERE)) == [(TOPIC.name, False)]
    assert known(await storage.own_topics.detected(ELSEWHERE)) == [(TOPIC.name, True)]


@pytest.mark.invariant(10)
async def test_topics_of_other_servers_and_of_channels_they_do_not_see_are_not_theirs(storage: Storage) -> None:
    await subscribed(storage, OTHER_TOPIC, channel=ChannelId(91), guild=GuildId(9))
    await subscribed(storage, TOPIC, channel=OTHER_CHANNEL)

    assert known(await storage.own_topics.detected(Viewer(GUILD, frozenset({CHANNEL})))) == []
    assert known(await storage.own_topics.detected(Viewer(GUILD, frozenset({ChannelId(91)})))) == []
    assert known(await storage.own_topics.detected(Viewer())) == []
    assert known(await storage.own_topics.detected(HERE)) == [(TOPIC.name, False)]


async def test_paused_and_removed_subscriptions_are_left_out(storage: Storage) -> None:
    paused, removed = await subscribed(storage), await subscribed(storage, OTHER_TOPIC)
    await storage.subscriptions.pause(paused.id, PauseReason.BY_USER, NOW)
    await storage.subscriptions.unsubscribe(removed.id, later(minutes=1))

    assert await storage.own_topics.detected(HERE) == []


async def test_counts_are_read_for_several_watches(storage: Storage, world: World) -> None:
    await subscribed(storage)
    hour = NOW.replace(minute=0, second=0, microsecond=0) - HOUR
    count = PostCount(hour, HOUR, HOUR, 7)
    await polled(world, counts=[count])
    [found] = await storage.own_topics.detected(HERE)

    assert await storage.own_topics.counts([found.watch_id], hour, NOW) == {found.watch_id: (count,)}


@pytest.mark.invariant(10)
async def test_counts_are_known_since_the_server_listens_and_all_of_operators_watches(
    storage: Storage,
) -> None:
    await subscribed(storage)
    before = [one.since for one in await storage.own_topics.detected(HERE)]
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)
    after = [one.since for one in await storage.own_topics.detected(HERE)]

    assert before == [NOW]
    assert after == [datetime(1970, 1, 1, tzinfo=UTC)]
