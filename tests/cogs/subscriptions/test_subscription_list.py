"""The list of /subscriptions on the simulated Discord: how busy each is, the search, several changed at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    PauseReason,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from tests.cogs.forging import press as forged
from tests.cogs.test_alert_buttons import ids, press, sentence, the
from tests.conftest import House

from .test_subscribe import answer, shown


async def follow(house: House, *topics: str, channel: Any = None) -> list[Subscription]:
    """A channel is subscribed to these topics."""
    return [
        await house.services.storage.subscriptions.subscribe(
            NewSubscription(
                guild_id=GuildId(house.guild.id),
                channel_id=ChannelId((channel or house.channel).id),
                topic=make_topic(topic),
                created_by=UserId(house.admin.id),
                settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
            ),
            house.clock(),
            house.clock(),
        )
        for topic in topics
    ]


async def listed(house: House, **options: Any) -> Any:
    return answer(await house.admin.slash(house.channel, "subscriptions", **options))


async def found(house: House, subscription: Subscription) -> Subscription:
    now = await house.services.storage.subscriptions.get(subscription.id)
    assert now is not None
    return now


def options_of(message: Any) -> list[Any]:
    """The options of a message's only menu."""
    [menu] = [part for part in walk_components(message.components) if part.get("type") == 3]
    return list(menu["options"])


async def choosing(house: House, *chosen: Subscription) -> Any:
    """The list as a menu, with these chosen."""
    message = await listed(house)
    await press(house.admin, message, "^kw:subs:several:")
    values = [str(one.id) for one in chosen]
    await house.admin.select(message, values, custom_id=the(message, "^kw:subs:choose:"))
    return message


async def close_to_admin(house: House, channel: Any, **may: bool) -> None:
    opened = house.bot.get_channel(channel.id)
    assert isinstance(opened, discord.TextChannel)
    member = await opened.guild.fetch_member(house.admin.id)
    await opened.set_permissions(member, overwrite=discord.PermissionOverwrite(**may))


# -- how busy ----------------------------------------------------------------------------------------------


async def test_each_says_how_many_alerts_it_was_sent_and_when_the_last_one_was(house: House) -> None:
    await follow(house, "猫", "犬")
    await house.look_again()
    house.site.put("猫", [house.post("大きな話", 500, minutes_old=1)])
    await house.look_again()
    sent_at = house.clock()
    house.clock.forward(hours=2)

    said = shown(await listed(house))

    assert sentence(house, "list-sent", sent=1, last=f"<t:{int(sent_at.timestamp())}:R>") in said
    assert said.count(sentence(house, "list-never-sent")) == 1


# -- search ------------------------------------------------------------------------------------------------


async def test_a_search_finds_by_topic_and_by_channel(house: House) -> None:
    other = house.guild.create_text_channel("ねこの部屋")
    await follow(house, "生成AI", "台風")
    await follow(house, "天気", channel=other)
    message = await listed(house)
    form = await press(house.admin, message, "^kw:subs:search:0$")

    await house.admin.submit_modal(form, {"search": " ＃生成ai "})
    by_topic = shown(message)
    by_channel = shown(await listed(house, search="ねこ"))
    await press(house.admin, message, "^kw:subs:page:0:0$")

    assert "生成AI" in by_topic
    assert "台風" not in by_topic
    assert "天気" in by_channel
    assert "生成AI" not in by_channel
    assert all(name in shown(message) for name in ("生成AI", "台風", "天気"))


async def test_a_search_that_finds_nothing_offers_another(house: House) -> None:
    await follow(house, "台風")

    message = await listed(house, search="ない")

    assert sentence(house, "list-search-none") in shown(message)
    assert the(message, "^kw:subs:search:0$")
    assert the(message, "^kw:subs:page:0:0$")


async def test_a_search_has_pages_and_lives_on_after_a_restart(house: House) -> None:
    await follow(house, *(f"猫{number}" for number in range(7)), "犬")
    message = await listed(house, search="猫")
    form = await press(house.admin, message, "^kw:subs:search:0$")
    await house.env.restart_bot(TrendBot(house.services, background=False))

    await press(house.admin, message, "^kw:subs:find:1:0:猫$")
    second = shown(message)
    await house.admin.submit_modal(form, {"search": "犬"})

    assert sentence(house, "list-count", count=7, first=6, last=7) in second
    assert sentence(house, "list-count", count=1, first=1, last=1) in shown(message)


async def test_a_search_shows_nothing_of_channels_a_person_cannot_see(house: House) -> None:
    secret = house.guild.create_text_channel("奥の間")
    await follow(house, "秘密の猫", channel=secret)
    await close_to_admin(house, secret, view_channel=False)

    assert "秘密" not in shown(await listed(house, search="猫")).replace("“猫”", "")


async def test_a_long_search_is_cut_to_what_a_button_can_carry(house: House) -> None:
    await follow(house, "台風")

    message = await listed(house, search="𠮷" * 200)

    assert all(len(custom_id.encode("utf-16-le")) // 2 <= 100 for custom_id in ids(message))


# -- several at once ---------------------------------------------------------------------------------------


async def test_nothing_can_be_done_before_something_is_chosen(house: House) -> None:
    await follow(house, "猫", "犬")
    message = await listed(house)
    await press(house.admin, message, "^kw:subs:several:")

    buttons = {
        part["custom_id"]: part.get("disabled", False)
        for part in walk_components(message.components)
        if part.get("custom_id", "").startswith("kw:subs:all:")
    }
    assert len(buttons) == 4
    assert all(buttons.values())


async def test_several_are_paused_at_once_and_that_is_undone(house: House) -> None:
    cat, dog, bird = await follow(house, "猫", "犬", "鳥")
    await house.services.subscriptions.pause(dog.id)
    message = await choosing(house, cat, dog)

    await press(house.admin, message, "^kw:subs:all:pause$")
    said, states = shown(message), [(await found(house, one)).paused for one in (cat, dog, bird)]
    await press(house.admin, message, "^kw:subs:undo:pause$")

    assert states == [PauseReason.BY_USER, PauseReason.BY_USER, None]
    assert sentence(house, "several-done-pause", count=1, topics="**猫**") in said
    assert sentence(house, "several-skipped-pause", topics="**犬**") in said
    after = [(await found(house, one)).paused for one in (cat, dog)]
    assert after == [None, PauseReason.BY_USER], "only what was changed comes back"


async def test_several_are_resumed_and_rest_again_for_the_reason_they_had(house: House) -> None:
    cat, dog = await follow(house, "猫", "犬")
    await house.services.storage.subscriptions.pause(cat.id, PauseReason.FORBIDDEN, house.clock())
    await house.services.storage.subscriptions.pause(dog.id, PauseReason.BY_USER, house.clock())
    message = await choosing(house, cat, dog)

    await press(house.admin, message, "^kw:subs:all:resume$")
    states = [(await found(house, one)).paused for one in (cat, dog)]
    await press(house.admin, message, "^kw:subs:undo:resume$")

    assert states == [None, None]
    assert [(await found(house, one)).paused for one in (cat, dog)] == [PauseReason.FORBIDDEN, PauseReason.BY_USER]


async def test_what_cannot_be_resumed_is_left_out_with_the_reason(house: House) -> None:
    other = house.guild.create_text_channel("静かな部屋")
    [cat], [dog] = await follow(house, "猫"), await follow(house, "犬", channel=other)
    for one in (cat, dog):
        await house.services.storage.subscriptions.pause(one.id, PauseReason.FORBIDDEN, house.clock())
    channel = house.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, overwrite=discord.PermissionOverwrite(send_messages=False))
    message = await choosing(house, cat, dog)

    await press(house.admin, message, "^kw:subs:all:resume$")

    assert [(await found(house, one)).paused for one in (cat, dog)] == [None, PauseReason.FORBIDDEN]
    assert sentence(house, "several-done-resume", count=1, topics="**猫**") in shown(message)
    assert sentence(house, "perm-send-messages") in shown(message)


async def test_several_are_muted_for_a_day_and_older_mutes_come_back(house: House) -> None:
    cat, dog = await follow(house, "猫", "犬")
    until = house.clock() + timedelta(hours=3)
    await house.services.subscriptions.mute(dog.id, until)
    message = await choosing(house, cat, dog)

    await press(house.admin, message, "^kw:subs:all:mute-day$")
    muted = [(await found(house, one)).muted_until for one in (cat, dog)]
    await press(house.admin, message, "^kw:subs:undo:mute-day$")

    assert muted == [house.clock() + timedelta(days=1)] * 2
    assert [(await found(house, one)).muted_until for one in (cat, dog)] == [None, until]


async def test_several_are_unsubscribed_and_brought_back_after_a_restart(house: House) -> None:
    cat, dog = await follow(house, "猫", "犬")
    message = await choosing(house, cat, dog)

    await press(house.admin, message, "^kw:subs:all:remove$")
    left = await house.services.subscriptions.list(GuildId(house.guild.id))
    await house.env.restart_bot(TrendBot(house.services, background=False))
    await press(house.admin, message, "^kw:subs:undo:remove$")

    assert left == []
    assert {one.id for one in await house.services.subscriptions.list(GuildId(house.guild.id))} == {cat.id, dog.id}


async def test_what_cannot_be_undone_says_why(house: House) -> None:
    cat, dog = await follow(house, "猫", "犬")
    message = await choosing(house, cat, dog)
    await press(house.admin, message, "^kw:subs:all:remove$")
    await follow(house, "猫")

    await press(house.admin, message, "^kw:subs:undo:remove$")

    why = sentence(house, "subscription-restore-late")
    assert sentence(house, "several-left-out", topic="猫", why=why) in shown(message)
    assert sentence(house, "several-undone", count=1, topics="**犬**") in shown(message)


@pytest.mark.invariant(10)
async def test_only_what_a_person_manages_can_be_chosen(house: House) -> None:
    other = house.guild.create_text_channel("奥の間")
    [cat], _ = await follow(house, "猫"), await follow(house, "犬", channel=other)
    await close_to_admin(house, other, manage_channels=False)
    message = await listed(house)

    await press(house.admin, message, "^kw:subs:several:")

    assert [one["value"] for one in options_of(message)] == [str(cat.id)]


@pytest.mark.invariant(10)
async def test_a_right_that_was_lost_meanwhile_counts_at_the_click(house: House) -> None:
    other = house.guild.create_text_channel("奥の間")
    [cat], [dog] = await follow(house, "猫"), await follow(house, "犬", channel=other)
    message = await choosing(house, cat, dog)
    await close_to_admin(house, other, manage_channels=False)

    await press(house.admin, message, "^kw:subs:all:pause$")
    paused = [(await found(house, one)).paused for one in (cat, dog)]
    await house.services.subscriptions.pause(dog.id)
    await forged(house.admin, message, "kw:subs:undo:pause")

    assert paused == [PauseReason.BY_USER, None]
    assert [(await found(house, one)).paused for one in (cat, dog)] == [None, PauseReason.BY_USER]


async def test_a_forged_click_without_a_menu_changes_nothing(house: House) -> None:
    [cat] = await follow(house, "猫")
    message = await listed(house)

    said = await forged(house.admin, message, "kw:subs:all:remove")

    assert sentence(house, "several-nothing-chosen") in said
    assert await found(house, cat) == cat


async def test_more_than_a_menu_holds_come_in_pages(house: House) -> None:
    await follow(house, *(f"話題{number}" for number in range(27)))
    message = await listed(house)
    await press(house.admin, message, "^kw:subs:several:")
    first = len(options_of(message))

    await press(house.admin, message, "^kw:subs:several:1:0$")

    assert (first, len(options_of(message))) == (25, 2)
