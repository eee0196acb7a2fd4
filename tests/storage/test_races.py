"""Twelve pairs of works that go wrong where the second runs in the middle of the first.

Two processes have the database open. The first stops before a statement of its transaction, the second begins and
runs as far as it is let, then the first goes on. The outcome must be that of one after the other.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import RefusedRequest
from bot.core.models import (
    Actor,
    ChannelId,
    DigestContent,
    GuildId,
    Message,
    MessageId,
    Network,
    OutboxEntry,
    PauseReason,
    Post,
    Subscription,
)
from bot.storage.sql.mapping.common import to_us
from bot.storage.stores import Storage

from .digests import digest_world
from .races import MASTODON, PAGE, Race
from .world import (
    CHANNEL,
    GUILD,
    NOW,
    OTHER_CHANNEL,
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

ALICE = Actor("user:3")
pytestmark = pytest.mark.invariant(2)


async def sent(storage: Storage, entries: list[OutboxEntry], number: int = 1) -> Message | None:
    sealed = await storage.entries.seal(message_id(number), entries, NOW, lease_s=60)
    return None if sealed is None else await storage.messages.begin_try(MessageId(sealed.id), NOW)


async def test_one_piece_of_news_at_two_sources_is_one_alert(race: Race) -> None:
    subscription, at_mastodon, at_page = await race.on_two_sources()
    url = "https://mastodon.example/@hanako/1"
    toot = Post(Network.FEDIVERSE, "https://mastodon.example/users/hanako/statuses/1", "本文", rp=150, url=url)
    article = Post(Network.WEB, url, "見出し", url=url)

    await race.run(
        race.a.polls.commit(plan(at_mastodon, alerts=[alert(subscription, toot)], changes=[change(toot)])),
        race.b.polls.commit(plan(at_page, alerts=[alert(subscription, article)], changes=[change(article)])),
        "INSERT INTO alerts",
    )

    assert race.number("SELECT count(*) FROM entries WHERE state = 'waiting'") == 1


async def test_held_alert_is_counted_in_the_summary_that_is_sent_or_in_the_next(race: Race) -> None:
    subscription, at_mastodon, at_page = await race.on_two_sources()
    await race.a.polls.commit(plan(at_mastodon, holds=[held(subscription, post(1))]))
    [entry] = (await race.b.entries.waiting(NOW))[CHANNEL]

    await race.run(
        race.a.polls.commit(plan(at_page, holds=[held(subscription, post(2))])),
        race.b.entries.seal(message_id(1), [entry], NOW, lease_s=60),
        "UPDATE alerts SET entry_id",
    )

    message = await race.b.messages.get(message_id(1))
    counted = 0 if message is None else message.entries[0].content.count  # type: ignore[union-attr]
    linked = "SELECT count(*) FROM alerts a JOIN entries e ON e.id = a.entry_id WHERE e.state = 'sealed'"
    assert race.number(linked) == counted
    assert race.number("SELECT count(*) FROM alerts WHERE entry_id IS NOT NULL") == 2


@pytest.mark.invariant(8)
async def test_post_hidden_while_its_message_is_sealed_is_not_sent_or_is_edited(race: Race) -> None:
    subscription = await race.a.subscriptions.subscribe(wanted(), SINCE, NOW)
    entries = await World(race.a).told(subscription, 1)

    _, message = await race.run(
        race.a.moderation.hide(GUILD, key(1), actor=ALICE, why=None, now=NOW),
        sent(race.b, entries),
        "UPDATE entries SET content",
    )

    is_shown = isinstance(message, Message) and not message.entries[0].content.hidden  # type: ignore[union-attr]
    assert not is_shown or race.number("SELECT count(*) FROM redraws") == 1


@pytest.mark.invariant(8)
async def test_post_hidden_while_a_digest_is_committed_is_not_in_it(race: Race) -> None:
    await digest_world.made(race.a)
    [digest] = await digest_world.claimed(race.a)

    await race.run(
        race.a.editions.commit(digest_world.issue(digest, post(1)), digest_world.DUE),
        race.b.moderation.hide(GUILD, key(1), actor=ALICE, why=None, now=NOW),
        "INSERT INTO entries",
    )

    waiting = (await race.b.entries.waiting(digest_world.DUE)).get(CHANNEL, [])
    contents = [entry.content for entry in waiting if isinstance(entry.content, DigestContent)]
    assert all(hidden for posts in digest_world.shown(contents) for _, hidden in posts)


async def test_subscription_made_while_its_watch_is_removed_has_a_watch(race: Race) -> None:
    await race.a.watches.add([(PAGE, TOPIC, None)], NOW)

    _, subscribed = await race.run(
        race.a.watches.remove(PAGE, TOPIC.key),
        race.b.subscriptions.subscribe(wanted(), SINCE, NOW),
        "DELETE FROM watches",
    )

    assert isinstance(subscribed, Subscription)
    assert race.number("SELECT count(*) FROM subscription_watches") == 1


async def test_watch_subscribed_to_while_a_server_is_forgotten_is_polled(race: Race) -> None:
    other, third = GuildId(2 << 60), GuildId(3 << 60)
    await race.a.subscriptions.subscribe(wanted(), SINCE, NOW)
    await race.a.guilds.guild_left(GUILD, NOW)
    paused = await race.a.subscriptions.subscribe(wanted(channel=OTHER_CHANNEL, guild=third), SINCE, NOW)
    await race.a.subscriptions.pause(paused.id, PauseReason.FORBIDDEN, NOW)
    race.inspect("UPDATE watches SET next_poll_at = 5")

    await race.run(
        race.a.guilds.forget_left_guilds(NOW + timedelta(days=1)),
        race.b.subscriptions.subscribe(wanted(channel=ChannelId(77), guild=other), SINCE, NOW),
        "UPDATE watches SET next_poll_at = NULL",
    )

    assert race.number("SELECT count(*) FROM watches WHERE next_poll_at IS NOT NULL") == 1


async def test_sealed_message_is_sent_as_it_was_sealed(race: Race) -> None:
    subscription = await race.a.subscriptions.subscribe(wanted(), SINCE, NOW)
    entries = await World(race.a).told(subscription, 1)
    [due] = await race.a.watches.claim_due(later(hours=1), limit=5, lease_s=60)
    state = await race.a.polls.state(due.watch, [key(1)], later(hours=1))

    _, tried = await race.run(
        race.a.polls.commit(plan(state, at=later(hours=1), count_updates=[(CHANNEL, key(1), 999)])),
        sent(race.b, entries),
        "UPDATE entries SET content",
    )

    sealed = await race.b.messages.get(message_id(1))
    assert isinstance(tried, Message)
    assert sealed is not None
    assert tried.entries[0].content == sealed.entries[0].content


async def test_channel_has_one_message_under_way(race: Race) -> None:
    subscription = await race.a.subscriptions.subscribe(wanted(), SINCE, NOW)
    first, second = await World(race.a).told(subscription, 1, 2)

    await race.run(
        race.a.entries.seal(message_id(1), [first], NOW, lease_s=60),
        race.b.entries.seal(message_id(2), [second], NOW, lease_s=60),
        "INSERT INTO messages",
    )

    assert race.number("SELECT count(*) FROM messages WHERE state = 'sealed'") == 1


async def test_changed_schedule_is_not_overwritten_by_the_old_one(race: Race) -> None:
    await digest_world.made(race.a)
    [digest] = await digest_world.claimed(race.a)

    await race.run(
        race.a.editions.commit(digest_world.issue(digest, post(1)), digest_world.DUE),
        race.b.digests.change(
            digest.id, digest_world.chosen(name="夕刊", schedule=digest_world.HOURLY), later(hours=5), NOW
        ),
        "UPDATE digests SET anchor",
    )

    assert race.number("SELECT next_at FROM digests") == to_us(later(hours=5))


async def test_two_processes_that_start_with_the_same_settings_both_start(race: Race) -> None:
    await race.a.watches.add([(PAGE, TOPIC, None)], NOW)
    templates = {MASTODON: ["", "https://other.example"], PAGE: [""]}

    results = await race.run(
        race.a.source_targets.set_sources(templates, NOW),
        race.b.source_targets.set_sources(templates, NOW),
        "INSERT INTO source_targets",
    )

    assert results == (None, None)


async def test_second_subscription_of_a_channel_to_a_topic_is_refused(race: Race) -> None:
    first, second = await race.run(
        race.a.subscriptions.subscribe(wanted(), SINCE, NOW),
        race.b.subscriptions.subscribe(wanted(), SINCE, NOW),
        "INSERT INTO subscriptions",
    )

    assert sorted(type(one) is Subscription for one in (first, second)) == [False, True]
    assert isinstance(second if type(first) is Subscription else first, RefusedRequest)


async def test_channel_has_one_open_summary(race: Race) -> None:
    subscription, at_mastodon, at_page = await race.on_two_sources()

    results = await race.run(
        race.a.polls.commit(plan(at_mastodon, holds=[held(subscription, post(1))])),
        race.b.polls.commit(plan(at_page, holds=[held(subscription, post(2))])),
        "INSERT INTO entries",
    )

    assert not any(isinstance(result, BaseException) for result in results)
    assert race.number("SELECT count(*) FROM entries WHERE kind = 'summary' AND state = 'waiting'") == 1
