"""The past of topics for charts: what a viewer's own channels had read for them, and nothing of other servers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.counting.spans import floor
from bot.core.models import (
    STRANGER,
    ChannelId,
    GuildId,
    PostCount,
    QuietHours,
    SourceName,
    SurgeCard,
    SurgeContent,
    SurgeFigures,
    SurgePlan,
    SurgeUpdate,
    UserId,
    Viewer,
)
from bot.core.models.counts import BIN, HOUR
from bot.core.surge.settings import Preset
from bot.storage.sql.reports.topic_history import StoredHistory
from bot.storage.stores import Storage
from tests.storage.polling.test_surges import committed, open_surges
from tests.storage.world import (
    CHANNEL,
    GUILD,
    HERE,
    LEASE_S,
    NOW,
    OTHER_TOPIC,
    TOPIC,
    World,
    alert,
    change,
    held,
    message_id,
    plan,
    post,
    wanted,
)

ELSEWHERE = Viewer(GuildId(7), frozenset({ChannelId(8)}), UserId(9), ChannelId(8))
UNTIL = NOW + timedelta(days=3)


async def counted(storage: Storage, *starts: datetime) -> None:
    for watch in await storage.trends.topic_watches(TOPIC.key):
        await storage.post_counts.add(watch.id, [PostCount(at, BIN, BIN, 4) for at in starts])


async def past(
    storage: Storage, viewer: Viewer = HERE, since: datetime = NOW - timedelta(days=9)
) -> StoredHistory:
    return await storage.topic_history.of_topic(TOPIC.key, since, UNTIL, viewer, counted_since=since)


def starts(found: StoredHistory) -> list[datetime]:
    return [count.start for watch in found.watches for count in watch.counts]


@pytest.mark.invariant(10)
async def test_counts_from_before_a_server_subscribed_are_not_for_it(storage: Storage) -> None:
    """Another server had them read: that they exist would say that it subscribed."""
    old = floor(NOW, BIN) - 5 * HOUR
    await storage.subscriptions.subscribe(wanted(guild=GuildId(7), channel=ChannelId(8)), NOW, NOW - 9 * HOUR)
    await storage.subscriptions.subscribe(wanted(), NOW, NOW)
    await counted(storage, old, floor(NOW, BIN) + HOUR)

    assert starts(await past(storage)) == [floor(NOW, BIN) + HOUR]
    assert starts(await past(storage, ELSEWHERE)) == [old, floor(NOW, BIN) + HOUR]


@pytest.mark.invariant(10)
async def test_stranger_learns_nothing_of_what_others_follow(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(guild=GuildId(7), channel=ChannelId(8)), NOW, NOW - 9 * HOUR)
    await counted(storage, floor(NOW, BIN))

    for viewer in (HERE, STRANGER, replace(ELSEWHERE, channels=frozenset())):
        assert await past(storage, viewer) == StoredHistory(())


async def test_operators_watches_are_for_everybody(storage: Storage) -> None:
    await storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], NOW)
    await counted(storage, floor(NOW, BIN) - 8 * HOUR)

    assert len(starts(await past(storage, STRANGER))) == 1


async def test_counts_of_another_topic_and_time_are_left_out(storage: Storage) -> None:
    await storage.subscriptions.subscribe(wanted(), NOW, NOW - timedelta(days=30))
    await storage.subscriptions.subscribe(wanted(OTHER_TOPIC), NOW, NOW - timedelta(days=30))
    await counted(storage, floor(NOW, BIN) - timedelta(days=20), floor(NOW, BIN))
    [other] = await storage.trends.topic_watches(OTHER_TOPIC.key)
    await storage.post_counts.add(other.id, [PostCount(floor(NOW, BIN), BIN, BIN, 99)])

    [watch] = (await past(storage)).watches

    assert [count.posts for count in watch.counts] == [4]


async def confirm(storage: Storage) -> None:
    """Discord takes what waits for the channel."""
    waiting = (await storage.entries.waiting(UNTIL))[CHANNEL]
    await storage.entries.seal(message_id(1), waiting, NOW, lease_s=LEASE_S)
    await storage.messages.begin_try(message_id(1), NOW)
    await storage.messages.confirm(message_id(1), 77, NOW)


async def test_sent_alerts_are_known_and_held_ones_are_not(storage: Storage) -> None:
    world = World(storage)
    subscription = await storage.subscriptions.subscribe(wanted(), NOW, NOW)
    state = await world.poll()
    sent_one, counted_one = change(post(1)), change(post(2))
    await storage.polls.commit(
        plan(
            state,
            changes=[sent_one, counted_one],
            alerts=[alert(subscription, post(1))],
            holds=[held(subscription, post(2))],
        )
    )

    assert (await past(storage)).alerts == ()  # still on its way

    await confirm(storage)
    [at] = (await past(storage)).alerts
    assert abs(at - NOW) < timedelta(days=2)
    assert (await past(storage, ELSEWHERE)).alerts == ()


@pytest.mark.invariant(10)
async def test_alerts_of_another_channel_of_the_viewer_are_not_alerts_sent_here(storage: Storage) -> None:
    """Everybody in the channel reads the chart, whatever else the person who asked for it sees."""
    world = World(storage)
    subscription = await storage.subscriptions.subscribe(wanted(), NOW, NOW)
    state = await world.poll()
    await storage.polls.commit(plan(state, changes=[change(post(1))], alerts=[alert(subscription, post(1))]))
    await confirm(storage)
    both = frozenset({CHANNEL, ChannelId(99)})

    assert (await past(storage, replace(HERE, channels=both, here=ChannelId(99)))).alerts == ()
    assert len((await past(storage, replace(HERE, channels=both, here=CHANNEL))).alerts) == 1


async def test_surge_lasts_as_long_as_its_card_says(storage: Storage) -> None:
    world = World(storage)
    subscription = await storage.subscriptions.subscribe(wanted(), NOW, NOW - timedelta(days=1))
    began = NOW - 3 * HOUR
    figures = SurgeFigures(began, 5.0, 5.0, 50.0, 10.0)
    content = SurgeContent(
        topic=TOPIC,
        source=SourceName.TRENDPAGE,
        language="ja",
        preset=Preset.UNUSUAL,
        began_at=began,
        figures=figures,
    )
    card = SurgeCard(subscription.id, GUILD, CHANNEL, content, NOW)
    await committed(world, SurgePlan(cards=(card,)))

    assert (await past(storage)).surges == ()
    await confirm(storage)

    [(source, span)] = (await past(storage)).surges
    assert source is SourceName.TRENDPAGE
    assert (span.began_at, span.until) == (began, began)
    [surge] = await open_surges(world)
    newer = replace(figures, at=began + 2 * HOUR)
    await committed(world, SurgePlan(updates=(SurgeUpdate(surge, newer),)), minutes=15)
    assert [one.until for _, one in (await past(storage)).surges] == [began + 2 * HOUR]
    assert (await past(storage, ELSEWHERE)).surges == ()


async def test_zone_is_that_of_quiet_hours_else_of_the_language(storage: Storage) -> None:
    zone = storage.topic_history.zone

    assert [await zone(CHANNEL, language) for language in ("ja", "en")] == ["Asia/Tokyo", "UTC"]
    quiet = QuietHours("Europe/Paris", 0, 60, (0, 1))
    await storage.guilds.set_quiet_hours(GUILD, CHANNEL, quiet, NOW)
    assert await zone(CHANNEL, "ja") == "Europe/Paris"
