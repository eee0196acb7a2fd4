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
from tests.conftest import EN, JA, Clock, House, make_settings, open_house
from tests.failures import failed
from tests.fakes.trend_site import TrendSite

TOPIC = "データセンター"
ONE, TWO = MessageId("1" * 24), MessageId("2" * 24)
NO_HISTORY = "history cannot be read, so nobody can tell whether it arrived"


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[House]:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}})
    async with open_house(settings, clock, site) as running:
        yield running


async def follow(house: House, channel: Any = None, topic: str = TOPIC) -> None:
    """A channel follows a topic, and the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(house.guild.id),
        channel_id=ChannelId((channel or house.channel).id),
        topic=make_topic(topic),
        created_by=UserId(house.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())
    await house.look_again()


async def decide(house: House, serial: int = 0, *, topic: str = TOPIC, text: str = "増設の話") -> None:
    """A post that is to be told; nothing is delivered yet."""
    house.site.put(topic, [house.post(text, 500 + serial, serial=serial, minutes_old=1)])
    house.clock.forward(minutes=6)
    await house.poll()


async def sealed(house: House, message_id: MessageId = ONE, channel: Any = None) -> None:
    """What waits for a channel is sealed, and one try was made."""
    storage, now = house.services.storage, house.clock()
    entries = (await storage.entries.waiting(now))[ChannelId((channel or house.channel).id)]
    await storage.entries.seal(message_id, entries, now, lease_s=60)
    await storage.messages.begin_try(message_id, now)


async def uncertain(house: House) -> None:
    """A message in the channel of which nobody knows whether it arrived."""
    await follow(house)
    await decide(house)
    await sealed(house)
    await house.services.storage.messages.mark_uncertain(ONE, failed(NO_HISTORY), house.clock())


async def given_up(house: House, reason: str = "400 50035: Invalid Form Body") -> None:
    await follow(house)
    await decide(house)
    await sealed(house)
    await house.services.storage.messages.give_up(ONE, failed(reason), house.clock())


async def listed(house: House) -> Any:
    return answer(await house.admin.slash(house.channel, "deliveries"))


async def state_of(house: House, message_id: MessageId = ONE) -> MessageState:
    message = await house.services.storage.messages.get(message_id)
    assert message is not None
    return message.state


def told(house: House) -> int:
    """How many messages the channel got."""
    return len(house.channel.history())


async def deny(house: House, channel_id: int, **permissions: bool) -> None:
    """Take permissions in one channel from the admin."""
    channel = house.bot.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    member = await channel.guild.fetch_member(house.admin.id)
    await channel.set_permissions(member, **permissions)  # type: ignore[call-overload]


async def deny_bot(house: House, **permissions: bool) -> None:
    channel = house.bot.get_channel(house.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, overwrite=discord.PermissionOverwrite(**permissions))


async def test_where_all_is_well_the_answer_says_so(house: House) -> None:
    assert EN.say("deliveries-none") in shown(await listed(house))


async def test_japanese_people_read_it_in_japanese(house: House) -> None:
    in_japanese(house)
    await uncertain(house)

    message = await listed(house)

    assert JA.say("deliveries-section-uncertain") in shown(message)
    assert labels(message) == [JA.say(f"deliveries-button-{name}") for name in ("arrived", "again", "look")]


async def test_what_waits_is_counted_for_its_channel(house: House) -> None:
    await follow(house)
    await decide(house)

    said = shown(await listed(house))

    since = f"<t:{int(house.clock().timestamp())}:R>"
    assert EN.say("deliveries-queue", channel=f"<#{house.channel.id}>", count=1, since=since) in said


async def test_what_quiet_hours_hold_says_until_when(house: House) -> None:
    await follow(house)
    await decide(house)
    now = house.clock()
    quiet = QuietHours(zone="UTC", start=0, end=7 * 60)
    await house.services.storage.guilds.set_quiet_hours(
        GuildId(house.guild.id), ChannelId(house.channel.id), quiet, now
    )

    said = shown(await listed(house))

    seven = now.replace(hour=7, minute=0, second=0)
    assert f"<t:{int(seven.timestamp())}:f>" in said


async def test_what_is_on_its_way_says_what_hinders_it(house: House) -> None:
    await follow(house)
    await decide(house)
    await sealed(house)
    later = house.clock().replace(hour=5)
    await house.services.storage.messages.retry_later(ONE, later, failed("503 0: Service Unavailable"))

    said = shown(await listed(house))

    assert EN.say("deliveries-count-on-the-way", count=1) in said
    assert EN.say("deliveries-tries", count=1) in said
    assert EN.say("reason-discord") in said
    assert EN.say("deliveries-next", time=f"<t:{int(later.timestamp())}:R>") in said


async def test_what_delivery_itself_cannot_tell_is_said_in_plain_words(house: House) -> None:
    await follow(house)
    await decide(house)
    await sealed(house)
    await deny_bot(house, read_message_history=False)
    for _ in ("one look", "a second one"):
        house.clock.forward(minutes=5)
        await house.deliver()

    said = shown(await listed(house))
    assert await state_of(house) is MessageState.UNCERTAIN
    assert EN.say("reason-history") in said
    assert f"**{TOPIC}**" in said
    assert "> 増設の話" in said


async def test_what_delivery_itself_gave_up_is_said_in_plain_words(house: House) -> None:
    await follow(house)
    await decide(house)
    await deny_bot(house, send_messages=False)

    await house.deliver()

    assert EN.say("reason-forbidden") in shown(await listed(house))


async def test_that_it_arrived_is_noted_and_nothing_is_sent(house: House) -> None:
    await uncertain(house)
    message = await listed(house)

    done = (await house.admin.click(message, label="It arrived")).response
    await house.deliver()

    assert EN.say("deliveries-done-arrived") in shown(done)
    assert EN.say("deliveries-none") in shown(done)
    assert await state_of(house) is MessageState.SENT
    assert told(house) == 0


async def test_send_again_sends_it_once(house: House) -> None:
    await uncertain(house)
    message = await listed(house)

    done = (await house.admin.click(message, label="Send again")).response
    await house.deliver()
    await house.deliver()

    assert EN.say("deliveries-done-again") in shown(done)
    assert EN.say("deliveries-count-on-the-way", count=1) in shown(done)
    assert told(house) == 1
    assert await state_of(house) is MessageState.SENT


async def test_what_was_given_up_days_ago_can_be_tried_again(house: House) -> None:
    await given_up(house)
    house.clock.forward(days=3)

    await house.admin.click(await listed(house), label="Try again")
    await house.deliver()

    assert told(house) == 1
    assert await state_of(house) is MessageState.SENT


async def test_what_is_tried_again_comes_after_what_is_on_its_way(house: House) -> None:
    await given_up(house)
    await decide(house, 1, text="あとの話")
    await sealed(house, TWO)
    await house.services.storage.messages.retry_later(TWO, house.clock(), failed("503"))
    house.clock.forward(minutes=1)

    await house.admin.click(await listed(house), label="Try again")
    await house.deliver()

    assert [await state_of(house, one) for one in (ONE, TWO)] == [MessageState.SENT, MessageState.SENT]
    assert told(house) == 2
    assert "増設の話" in str(house.channel.last_message.components)


async def test_what_arrived_and_was_deleted_says_what_trying_again_means(house: House) -> None:
    await given_up(house, "arrived and was deleted (404 10008: Unknown Message)")

    said = shown(await listed(house))

    assert EN.say("reason-deleted") in said
    assert EN.say("deliveries-deleted-hint") in said


async def test_where_the_bot_may_not_post_trying_again_names_the_permission(house: House) -> None:
    await given_up(house, "403 50013: Missing Permissions")
    await deny_bot(house, send_messages=False)

    refused = answer(await house.admin.click(await listed(house), label="Try again"))

    assert "Send Messages" in shown(refused)
    assert await state_of(house) is MessageState.GIVEN_UP


async def test_without_message_history_a_person_can_still_send_again(house: House) -> None:
    await uncertain(house)
    await deny_bot(house, read_message_history=False)

    await house.admin.click(await listed(house), label="Send again")
    await house.deliver()

    assert told(house) == 1


async def test_what_was_settled_meanwhile_is_not_decided_again(house: House) -> None:
    await uncertain(house)
    message = await listed(house)
    await house.services.storage.messages.confirm(ONE, 77, house.clock())

    for label in ("It arrived", "Send again"):
        assert EN.say("deliveries-settled") in shown(answer(await house.admin.click(message, label=label)))
    await house.deliver()

    assert told(house) == 0


async def test_invariant_8_what_was_taken_down_since_is_not_sent_again(house: House) -> None:
    await given_up(house)
    message = await listed(house)
    stored = await house.services.storage.messages.get(ONE)
    assert stored is not None
    await house.services.storage.moderation.hide(
        GuildId(house.guild.id),
        stored.entries[0].content.post.key,  # type: ignore[union-attr]
        actor=UserId(house.admin.id),  # type: ignore[arg-type]
        why=None,
        now=house.clock(),
    )

    refused = answer(await house.admin.click(message, label="Try again"))
    again = await listed(house)

    assert EN.say("deliveries-empty") in shown(refused)
    assert "増設の話" not in shown(again)
    assert labels(again) == ["Refresh"]


async def test_the_command_is_offered_only_to_those_who_manage_channels(house: House) -> None:
    assert "deliveries" in house.admin.available_commands(house.channel)
    assert "deliveries" not in house.visitor.available_commands(house.channel)


async def test_who_is_offered_it_by_the_server_still_needs_manage_channels(house: House) -> None:
    [command] = [one for one in await house.bot.tree.fetch_commands() if one.name == "deliveries"]
    house.guild.set_command_permissions(command, {house.visitor: True})

    refused = answer(await house.visitor.slash(house.channel, "deliveries"))

    assert 'You need the permission "Manage Channels"' in shown(refused)


async def test_the_permission_is_asked_again_at_every_click(house: House) -> None:
    await uncertain(house)
    message = await listed(house)
    await deny(house, house.channel.id, manage_channels=False)

    for label in ("It arrived", "Send again", "Refresh"):
        refused = answer(await house.admin.click(message, label=label))
        assert 'You need the permission "Manage Channels"' in shown(refused)
    assert await state_of(house) is MessageState.UNCERTAIN


async def test_what_stands_in_a_channel_the_person_cannot_see_is_not_shown(house: House) -> None:
    other = house.guild.create_text_channel("奥の間")
    await follow(house, other, "秘密")
    await decide(house, topic="秘密", text="秘密の話")
    await sealed(house, channel=other)
    await house.services.storage.messages.mark_uncertain(ONE, failed(NO_HISTORY), house.clock())
    before = await listed(house)
    await deny(house, other.id, view_channel=False)

    refused = answer(await house.admin.click(before, label="It arrived"))

    assert "秘密の話" in shown(before)
    assert EN.say("deliveries-none") in shown(await listed(house))
    assert "View Channel" in shown(refused)
    assert await state_of(house) is MessageState.UNCERTAIN


async def test_what_was_for_a_channel_that_is_gone_is_still_told(house: House) -> None:
    other = house.guild.create_text_channel("消える部屋")
    await follow(house, other)
    await decide(house)
    await sealed(house, channel=other)
    await house.services.storage.messages.give_up(ONE, failed("404 10003: Unknown Channel"), house.clock())
    channel = house.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()

    assert EN.say("reason-channel-gone") in shown(await listed(house))


async def test_buttons_of_another_servers_message_are_refused(house: House) -> None:
    await uncertain(house)
    message = await listed(house)
    await house.services.storage.database.write(
        lambda connection: connection.execute("UPDATE messages SET guild_id = 1")
    )

    refused = answer(await house.admin.click(message, label="It arrived"))

    assert house.services.texts.speaker("en").say("error-message-unknown") in shown(refused)
    assert await state_of(house) is MessageState.UNCERTAIN


async def test_a_long_list_has_pages_and_a_decision_stays_on_its_page(house: House) -> None:
    await follow(house)
    for number in range(7):
        await decide(house, number, text=f"投稿その{number}")
        await sealed(house, MessageId(f"{number:024x}"))
        await house.services.storage.messages.give_up(
            MessageId(f"{number:024x}"), failed("400 50035: no"), house.clock()
        )
    first = await listed(house)

    second = (await house.admin.click(first, label="Next")).response
    said = shown(second)
    done = (await house.admin.click(second, custom_id=f"kw:dlv:{0:024x}:again:1")).response

    assert "投稿その0" in said
    assert "投稿その6" not in said
    assert EN.say("deliveries-done-again") in shown(done)
    assert EN.say("deliveries-count-given-up", count=6) in shown(done)
    assert "Back" in labels(done)


async def test_refresh_shows_how_things_stand_now(house: House) -> None:
    await uncertain(house)
    message = await listed(house)
    await house.services.storage.messages.confirm(ONE, 77, house.clock())

    assert EN.say("deliveries-none") in shown((await house.admin.click(message, label="Refresh")).response)


async def test_the_buttons_live_on_after_a_restart(house: House) -> None:
    await uncertain(house)
    message = await listed(house)
    await house.env.restart_bot(TrendBot(house.services, background=False))

    refreshed = (await house.admin.click(message, label="Refresh")).response
    done = (await house.admin.click(refreshed, label="It arrived")).response

    assert EN.say("deliveries-done-arrived") in shown(done)
