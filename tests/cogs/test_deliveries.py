"""/deliveries and its buttons on the simulated Discord: who sees what, what a click does, and what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.models import (
    ChannelId,
    GuildId,
    MessageId,
    MessageState,
    NewSubscription,
    QuietHours,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from tests.cogs.subscriptions.test_subscribe import answer, in_japanese, labels, shown
from tests.conftest import EN, JA, BotEnv, Clock, make_settings, open_env
from tests.failures import failed
from tests.fakes.trend_site import TrendSite

TOPIC = "データセンター"
ONE, TWO = MessageId("1" * 24), MessageId("2" * 24)
NO_HISTORY = "history cannot be read, so nobody can tell whether it arrived"


@pytest.fixture
async def env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}})
    async with open_env(settings, clock, site) as running:
        yield running


async def follow(env: BotEnv, channel: Any = None, topic: str = TOPIC) -> None:
    """A channel follows a topic, and the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId((channel or env.channel).id),
        topic=make_topic(topic),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()


async def decide(env: BotEnv, serial: int = 0, *, topic: str = TOPIC, text: str = "増設の話") -> None:
    """A post that is to be told; nothing is delivered yet."""
    env.site.put(topic, [env.post(text, 500 + serial, serial=serial, minutes_old=1)])
    env.clock.forward(minutes=6)
    await env.poll()


async def sealed(env: BotEnv, message_id: MessageId = ONE, channel: Any = None) -> None:
    """What waits for a channel is sealed, and one try was made."""
    storage, now = env.services.storage, env.clock()
    entries = (await storage.entries.waiting(now))[ChannelId((channel or env.channel).id)]
    await storage.entries.seal(message_id, entries, now, lease_s=60)
    await storage.messages.begin_try(message_id, now)


async def uncertain(env: BotEnv) -> None:
    """A message in the channel of which nobody knows whether it arrived."""
    await follow(env)
    await decide(env)
    await sealed(env)
    await env.services.storage.messages.mark_uncertain(ONE, failed(NO_HISTORY), env.clock())


async def given_up(env: BotEnv, reason: str = "400 50035: Invalid Form Body") -> None:
    await follow(env)
    await decide(env)
    await sealed(env)
    await env.services.storage.messages.give_up(ONE, failed(reason), env.clock())


async def listed(env: BotEnv) -> Any:
    return answer(await env.admin.slash(env.channel, "deliveries"))


async def state_of(env: BotEnv, message_id: MessageId = ONE) -> MessageState:
    message = await env.services.storage.messages.get(message_id)
    assert message is not None
    return message.state


def told(env: BotEnv) -> int:
    """How many messages the channel got."""
    return len(env.channel.history())


async def deny(env: BotEnv, channel_id: int, **permissions: bool) -> None:
    """Take permissions in one channel from the admin."""
    channel = env.bot.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(env.admin.id)
    await channel.set_permissions(member, **permissions)  # type: ignore[call-overload]


async def deny_bot(env: BotEnv, **permissions: bool) -> None:
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, overwrite=discord.PermissionOverwrite(**permissions))


async def test_where_all_is_well_the_answer_says_so(env: BotEnv) -> None:
    assert EN.say("deliveries-none") in shown(await listed(env))


async def test_japanese_people_read_it_in_japanese(env: BotEnv) -> None:
    in_japanese(env)
    await uncertain(env)

    message = await listed(env)

    assert JA.say("deliveries-section-uncertain") in shown(message)
    assert labels(message) == [JA.say(f"deliveries-button-{name}") for name in ("arrived", "again", "reload")]


async def test_what_waits_is_counted_for_its_channel(env: BotEnv) -> None:
    await follow(env)
    await decide(env)

    said = shown(await listed(env))

    since = f"<t:{int(env.clock().timestamp())}:R>"
    assert EN.say("deliveries-queue", channel=f"<#{env.channel.id}>", count=1, since=since) in said


async def test_what_quiet_hours_hold_says_until_when(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    now = env.clock()
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)
    await env.services.storage.guilds.set_quiet_hours(GuildId(env.guild.id), ChannelId(env.channel.id), quiet, now)

    said = shown(await listed(env))

    seven = now.replace(hour=7, minute=0, second=0)
    assert f"<t:{int(seven.timestamp())}:f>" in said


async def test_what_is_on_its_way_says_what_hinders_it(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    await sealed(env)
    later = env.clock().replace(hour=5)
    await env.services.storage.messages.retry_later(ONE, later, failed("503 0: Service Unavailable"))

    said = shown(await listed(env))

    assert EN.say("deliveries-count-on-the-way", count=1) in said
    assert EN.say("deliveries-tries", count=1) in said
    assert EN.say("reason-discord") in said
    assert EN.say("deliveries-next", time=f"<t:{int(later.timestamp())}:R>") in said


async def test_what_delivery_itself_cannot_tell_is_said_in_plain_words(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    await sealed(env)
    await deny_bot(env, read_message_history=False)
    for _ in ("one look", "a second one"):
        env.clock.forward(minutes=5)
        await env.deliver()

    said = shown(await listed(env))
    assert await state_of(env) is MessageState.UNCERTAIN
    assert EN.say("reason-history") in said
    assert f"**{TOPIC}**" in said
    assert "> 増設の話" in said


async def test_what_delivery_itself_gave_up_is_said_in_plain_words(env: BotEnv) -> None:
    await follow(env)
    await decide(env)
    await deny_bot(env, send_messages=False)

    await env.deliver()

    assert EN.say("reason-forbidden") in shown(await listed(env))


async def test_that_it_arrived_is_noted_and_nothing_is_sent(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)

    done = (await env.admin.click(message, label="It arrived")).response
    await env.deliver()

    assert EN.say("deliveries-done-arrived") in shown(done)
    assert EN.say("deliveries-none") in shown(done)
    assert await state_of(env) is MessageState.SENT
    assert told(env) == 0


async def test_send_again_sends_it_once(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)

    done = (await env.admin.click(message, label="Send again")).response
    await env.deliver()
    await env.deliver()

    assert EN.say("deliveries-done-again") in shown(done)
    assert EN.say("deliveries-count-on-the-way", count=1) in shown(done)
    assert told(env) == 1
    assert await state_of(env) is MessageState.SENT


async def test_what_was_given_up_days_ago_can_be_tried_again(env: BotEnv) -> None:
    await given_up(env)
    env.clock.forward(days=3)

    await env.admin.click(await listed(env), label="Try again")
    await env.deliver()

    assert told(env) == 1
    assert await state_of(env) is MessageState.SENT


async def test_what_is_tried_again_comes_after_what_is_on_its_way(env: BotEnv) -> None:
    await given_up(env)
    await decide(env, 1, text="あとの話")
    await sealed(env, TWO)
    await env.services.storage.messages.retry_later(TWO, env.clock(), failed("503"))
    env.clock.forward(minutes=1)

    await env.admin.click(await listed(env), label="Try again")
    await env.deliver()

    assert [await state_of(env, one) for one in (ONE, TWO)] == [MessageState.SENT, MessageState.SENT]
    assert told(env) == 2
    assert "増設の話" in str(env.channel.last_message.components)


async def test_what_arrived_and_was_deleted_says_what_trying_again_means(env: BotEnv) -> None:
    await given_up(env, "arrived and was deleted (404 10008: Unknown Message)")

    said = shown(await listed(env))

    assert EN.say("reason-deleted") in said
    assert EN.say("deliveries-deleted-hint") in said


async def test_where_the_bot_may_not_post_trying_again_names_the_permission(env: BotEnv) -> None:
    await given_up(env, "403 50013: Missing Permissions")
    await deny_bot(env, send_messages=False)

    refused = answer(await env.admin.click(await listed(env), label="Try again"))

    assert "Send Messages" in shown(refused)
    assert await state_of(env) is MessageState.GIVEN_UP


async def test_without_message_history_a_person_can_still_send_again(env: BotEnv) -> None:
    await uncertain(env)
    await deny_bot(env, read_message_history=False)

    await env.admin.click(await listed(env), label="Send again")
    await env.deliver()

    assert told(env) == 1


async def test_what_was_settled_meanwhile_is_not_decided_again(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)
    await env.services.storage.messages.confirm(ONE, 77, env.clock())

    for label in ("It arrived", "Send again"):
        assert EN.say("deliveries-settled") in shown(answer(await env.admin.click(message, label=label)))
    await env.deliver()

    assert told(env) == 0


async def test_invariant_8_what_was_taken_down_since_is_not_sent_again(env: BotEnv) -> None:
    await given_up(env)
    message = await listed(env)
    stored = await env.services.storage.messages.get(ONE)
    assert stored is not None
    await env.services.storage.moderation.hide(
        GuildId(env.guild.id),
        stored.entries[0].content.post.key,  # type: ignore[union-attr]
        actor=UserId(env.admin.id),  # type: ignore[arg-type]
        why=None,
        now=env.clock(),
    )

    refused = answer(await env.admin.click(message, label="Try again"))
    again = await listed(env)

    assert EN.say("deliveries-empty") in shown(refused)
    assert "増設の話" not in shown(again)
    assert labels(again) == ["Refresh"]


async def test_the_command_is_offered_only_to_those_who_manage_channels(env: BotEnv) -> None:
    assert "deliveries" in env.admin.available_commands(env.channel)
    assert "deliveries" not in env.visitor.available_commands(env.channel)


async def test_who_is_offered_it_by_the_server_still_needs_manage_channels(env: BotEnv) -> None:
    [command] = [one for one in await env.bot.tree.fetch_commands() if one.name == "deliveries"]
    env.guild.set_command_permissions(command, {env.visitor: True})

    refused = answer(await env.visitor.slash(env.channel, "deliveries"))

    assert 'You need the permission "Manage Channels"' in shown(refused)


async def test_the_permission_is_asked_again_at_every_click(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)
    await deny(env, env.channel.id, manage_channels=False)

    for label in ("It arrived", "Send again", "Refresh"):
        refused = answer(await env.admin.click(message, label=label))
        assert 'You need the permission "Manage Channels"' in shown(refused)
    assert await state_of(env) is MessageState.UNCERTAIN


async def test_what_stands_in_a_channel_the_person_cannot_see_is_not_shown(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    await follow(env, other, "秘密")
    await decide(env, topic="秘密", text="秘密の話")
    await sealed(env, channel=other)
    await env.services.storage.messages.mark_uncertain(ONE, failed(NO_HISTORY), env.clock())
    before = await listed(env)
    await deny(env, other.id, view_channel=False)

    refused = answer(await env.admin.click(before, label="It arrived"))

    assert "秘密の話" in shown(before)
    assert EN.say("deliveries-none") in shown(await listed(env))
    assert "View Channel" in shown(refused)
    assert await state_of(env) is MessageState.UNCERTAIN


async def test_what_was_for_a_channel_that_is_gone_is_still_alerted(env: BotEnv) -> None:
    other = env.guild.create_text_channel("消える部屋")
    await follow(env, other)
    await decide(env)
    await sealed(env, channel=other)
    await env.services.storage.messages.give_up(ONE, failed("404 10003: Unknown Channel"), env.clock())
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()

    assert EN.say("reason-channel-gone") in shown(await listed(env))


async def test_buttons_of_another_servers_message_are_refused(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)
    await env.services.storage.database.write(
        lambda connection: connection.execute("UPDATE messages SET guild_id = 1")
    )

    refused = answer(await env.admin.click(message, label="It arrived"))

    assert env.services.texts.speaker("en").say("error-message-unknown") in shown(refused)
    assert await state_of(env) is MessageState.UNCERTAIN


async def test_a_long_list_has_pages_and_a_decision_stays_on_its_page(env: BotEnv) -> None:
    await follow(env)
    for number in range(7):
        await decide(env, number, text=f"投稿その{number}")
        await sealed(env, MessageId(f"{number:024x}"))
        await env.services.storage.messages.give_up(
            MessageId(f"{number:024x}"), failed("400 50035: no"), env.clock()
        )
    first = await listed(env)

    second = (await env.admin.click(first, label="Next")).response
    said = shown(second)
    done = (await env.admin.click(second, custom_id=f"kw:dlv:{0:024x}:again:1")).response

    assert "投稿その0" in said
    assert "投稿その6" not in said
    assert EN.say("deliveries-done-again") in shown(done)
    assert EN.say("deliveries-count-given-up", count=6) in shown(done)
    assert "Back" in labels(done)


async def test_refresh_shows_how_things_stand_now(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)
    await env.services.storage.messages.confirm(ONE, 77, env.clock())

    assert EN.say("deliveries-none") in shown((await env.admin.click(message, label="Refresh")).response)


async def test_the_buttons_live_on_after_a_restart(env: BotEnv) -> None:
    await uncertain(env)
    message = await listed(env)
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    refreshed = (await env.admin.click(message, label="Refresh")).response
    done = (await env.admin.click(refreshed, label="It arrived")).response

    assert EN.say("deliveries-done-arrived") in shown(done)
