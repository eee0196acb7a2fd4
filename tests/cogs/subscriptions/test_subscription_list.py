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
from tests.conftest import BotEnv

from .test_subscribe import answer, shown


async def follow(env: BotEnv, *topics: str, channel: Any = None) -> list[Subscription]:
    """A channel is subscribed to these topics."""
    return [
        await env.services.storage.subscriptions.subscribe(
            NewSubscription(
                guild_id=GuildId(env.guild.id),
                channel_id=ChannelId((channel or env.channel).id),
                topic=make_topic(topic),
                created_by=UserId(env.admin.id),
                settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
            ),
            env.clock(),
            env.clock(),
        )
        for topic in topics
    ]


async def listed(env: BotEnv, **options: Any) -> Any:
    return answer(await env.admin.slash(env.channel, "subscriptions", **options))


async def found(env: BotEnv, subscription: Subscription) -> Subscription:
    now = await env.services.storage.subscriptions.get(subscription.id)
    assert now is not None
    return now


def options_of(message: Any) -> list[Any]:
    """The options of a message's only menu."""
    [menu] = [part for part in walk_components(message.components) if part.get("type") == 3]
    return list(menu["options"])


async def choosing(env: BotEnv, *chosen: Subscription) -> Any:
    """The list as a menu, with these chosen."""
    message = await listed(env)
    await press(env.admin, message, "^kw:subs:several:")
    values = [str(one.id) for one in chosen]
    await env.admin.select(message, values, custom_id=the(message, "^kw:subs:choose:"))
    return message


async def close_to_admin(env: BotEnv, channel: Any, **may: bool) -> None:
    opened = env.bot.get_channel(channel.id)
    assert isinstance(opened, discord.TextChannel)
    member = await opened.guild.fetch_member(env.admin.id)
    await opened.set_permissions(member, overwrite=discord.PermissionOverwrite(**may))


# -- how busy ----------------------------------------------------------------------------------------------


async def test_each_says_how_many_alerts_it_was_sent_and_when_the_last_one_was(env: BotEnv) -> None:
    await follow(env, "猫", "犬")
    await env.poll_again()
    env.site.put("猫", [env.post("大きな話", 500, minutes_old=1)])
    await env.poll_again()
    sent_at = env.clock()
    env.clock.forward(hours=2)

    said = shown(await listed(env))

    assert sentence(env, "list-sent", sent=1, last=f"<t:{int(sent_at.timestamp())}:R>") in said
    assert said.count(sentence(env, "list-never-sent")) == 1


# -- search ------------------------------------------------------------------------------------------------


async def test_a_search_finds_by_topic_and_by_channel(env: BotEnv) -> None:
    other = env.guild.create_text_channel("ねこの部屋")
    await follow(env, "生成AI", "台風")
    await follow(env, "天気", channel=other)
    message = await listed(env)
    form = await press(env.admin, message, "^kw:subs:search:0$")

    await env.admin.submit_modal(form, {"search": " ＃生成ai "})
    by_topic = shown(message)
    by_channel = shown(await listed(env, search="ねこ"))
    await press(env.admin, message, "^kw:subs:page:0:0$")

    assert "生成AI" in by_topic
    assert "台風" not in by_topic
    assert "天気" in by_channel
    assert "生成AI" not in by_channel
    assert all(name in shown(message) for name in ("生成AI", "台風", "天気"))


async def test_a_search_that_finds_nothing_offers_another(env: BotEnv) -> None:
    await follow(env, "台風")

    message = await listed(env, search="ない")

    assert sentence(env, "list-search-none") in shown(message)
    assert the(message, "^kw:subs:search:0$")
    assert the(message, "^kw:subs:page:0:0$")


async def test_a_search_has_pages_and_lives_on_after_a_restart(env: BotEnv) -> None:
    await follow(env, *(f"猫{number}" for number in range(7)), "犬")
    message = await listed(env, search="猫")
    form = await press(env.admin, message, "^kw:subs:search:0$")
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    await press(env.admin, message, "^kw:subs:find:1:0:猫$")
    second = shown(message)
    await env.admin.submit_modal(form, {"search": "犬"})

    assert sentence(env, "list-count", count=7, first=6, last=7) in second
    assert sentence(env, "list-count", count=1, first=1, last=1) in shown(message)


async def test_a_search_shows_nothing_of_channels_a_person_cannot_see(env: BotEnv) -> None:
    secret = env.guild.create_text_channel("奥の間")
    await follow(env, "秘密の猫", channel=secret)
    await close_to_admin(env, secret, view_channel=False)

    assert "秘密" not in shown(await listed(env, search="猫")).replace("“猫”", "")


async def test_a_long_search_is_cut_to_what_a_button_can_carry(env: BotEnv) -> None:
    await follow(env, "台風")

    message = await listed(env, search="𠮷" * 200)

    assert all(len(custom_id.encode("utf-16-le")) // 2 <= 100 for custom_id in ids(message))


# -- several at once ---------------------------------------------------------------------------------------


async def test_nothing_can_be_done_before_something_is_chosen(env: BotEnv) -> None:
    await follow(env, "猫", "犬")
    message = await listed(env)
    await press(env.admin, message, "^kw:subs:several:")

    buttons = {
        part["custom_id"]: part.get("disabled", False)
        for part in walk_components(message.components)
        if part.get("custom_id", "").startswith("kw:subs:all:")
    }
    assert len(buttons) == 4
    assert all(buttons.values())


async def test_several_are_paused_at_once_and_that_is_undone(env: BotEnv) -> None:
    cat, dog, bird = await follow(env, "猫", "犬", "鳥")
    await env.services.subscriptions.pause(dog.id)
    message = await choosing(env, cat, dog)

    await press(env.admin, message, "^kw:subs:all:pause$")
    said, states = shown(message), [(await found(env, one)).paused for one in (cat, dog, bird)]
    await press(env.admin, message, "^kw:subs:undo:pause$")

    assert states == [PauseReason.BY_USER, PauseReason.BY_USER, None]
    assert sentence(env, "several-done-pause", count=1, topics="**猫**") in said
    assert sentence(env, "several-skipped-pause", topics="**犬**") in said
    after = [(await found(env, one)).paused for one in (cat, dog)]
    assert after == [None, PauseReason.BY_USER], "only what was changed comes back"


async def test_several_are_resumed_and_pause_again_for_the_reason_they_had(env: BotEnv) -> None:
    cat, dog = await follow(env, "猫", "犬")
    await env.services.storage.subscriptions.pause(cat.id, PauseReason.FORBIDDEN, env.clock())
    await env.services.storage.subscriptions.pause(dog.id, PauseReason.BY_USER, env.clock())
    message = await choosing(env, cat, dog)

    await press(env.admin, message, "^kw:subs:all:resume$")
    states = [(await found(env, one)).paused for one in (cat, dog)]
    await press(env.admin, message, "^kw:subs:undo:resume$")

    assert states == [None, None]
    assert [(await found(env, one)).paused for one in (cat, dog)] == [PauseReason.FORBIDDEN, PauseReason.BY_USER]


async def test_what_cannot_be_resumed_is_left_out_with_the_reason(env: BotEnv) -> None:
    other = env.guild.create_text_channel("静かな部屋")
    [cat], [dog] = await follow(env, "猫"), await follow(env, "犬", channel=other)
    for one in (cat, dog):
        await env.services.storage.subscriptions.pause(one.id, PauseReason.FORBIDDEN, env.clock())
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, overwrite=discord.PermissionOverwrite(send_messages=False))
    message = await choosing(env, cat, dog)

    await press(env.admin, message, "^kw:subs:all:resume$")

    assert [(await found(env, one)).paused for one in (cat, dog)] == [None, PauseReason.FORBIDDEN]
    assert sentence(env, "several-done-resume", count=1, topics="**猫**") in shown(message)
    assert sentence(env, "perm-send-messages") in shown(message)


async def test_several_are_muted_for_a_day_and_older_mutes_come_back(env: BotEnv) -> None:
    cat, dog = await follow(env, "猫", "犬")
    until = env.clock() + timedelta(hours=3)
    await env.services.subscriptions.mute(dog.id, until)
    message = await choosing(env, cat, dog)

    await press(env.admin, message, "^kw:subs:all:mute-day$")
    muted = [(await found(env, one)).muted_until for one in (cat, dog)]
    await press(env.admin, message, "^kw:subs:undo:mute-day$")

    assert muted == [env.clock() + timedelta(days=1)] * 2
    assert [(await found(env, one)).muted_until for one in (cat, dog)] == [None, until]


async def test_several_are_unsubscribed_and_brought_back_after_a_restart(env: BotEnv) -> None:
    cat, dog = await follow(env, "猫", "犬")
    message = await choosing(env, cat, dog)

    await press(env.admin, message, "^kw:subs:all:remove$")
    left = await env.services.subscriptions.list(GuildId(env.guild.id))
    await env.sim.restart_bot(TrendBot(env.services, background=False))
    await press(env.admin, message, "^kw:subs:undo:remove$")

    assert left == []
    assert {one.id for one in await env.services.subscriptions.list(GuildId(env.guild.id))} == {cat.id, dog.id}


async def test_what_cannot_be_undone_says_why(env: BotEnv) -> None:
    cat, dog = await follow(env, "猫", "犬")
    message = await choosing(env, cat, dog)
    await press(env.admin, message, "^kw:subs:all:remove$")
    await follow(env, "猫")

    await press(env.admin, message, "^kw:subs:undo:remove$")

    why = sentence(env, "subscription-restore-late")
    assert sentence(env, "several-left-out", topic="猫", why=why) in shown(message)
    assert sentence(env, "several-undone", count=1, topics="**犬**") in shown(message)


@pytest.mark.invariant(10)
async def test_only_what_a_person_manages_can_be_chosen(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    [cat], _ = await follow(env, "猫"), await follow(env, "犬", channel=other)
    await close_to_admin(env, other, manage_channels=False)
    message = await listed(env)

    await press(env.admin, message, "^kw:subs:several:")

    assert [one["value"] for one in options_of(message)] == [str(cat.id)]


@pytest.mark.invariant(10)
async def test_a_right_that_was_lost_meanwhile_counts_at_the_click(env: BotEnv) -> None:
    other = env.guild.create_text_channel("奥の間")
    [cat], [dog] = await follow(env, "猫"), await follow(env, "犬", channel=other)
    message = await choosing(env, cat, dog)
    await close_to_admin(env, other, manage_channels=False)

    await press(env.admin, message, "^kw:subs:all:pause$")
    paused = [(await found(env, one)).paused for one in (cat, dog)]
    await env.services.subscriptions.pause(dog.id)
    await forged(env.admin, message, "kw:subs:undo:pause")

    assert paused == [PauseReason.BY_USER, None]
    assert [(await found(env, one)).paused for one in (cat, dog)] == [None, PauseReason.BY_USER]


async def test_a_forged_click_without_a_menu_changes_nothing(env: BotEnv) -> None:
    [cat] = await follow(env, "猫")
    message = await listed(env)

    said = await forged(env.admin, message, "kw:subs:all:remove")

    assert sentence(env, "several-nothing-chosen") in said
    assert await found(env, cat) == cat


async def test_more_than_a_menu_holds_come_in_pages(env: BotEnv) -> None:
    await follow(env, *(f"話題{number}" for number in range(27)))
    message = await listed(env)
    await press(env.admin, message, "^kw:subs:several:")
    first = len(options_of(message))

    await press(env.admin, message, "^kw:subs:several:1:0$")

    assert (first, len(options_of(message))) == (25, 2)
