"""/settings: one card for a server, whose choices are saved, undone, and used where nobody chose otherwise."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.guild_settings import SettingKey, value_mark
from bot.core.models import ChannelId, GuildId, GuildSettings, QuietHours, SourceName
from bot.core.surge.settings import Preset
from bot.views.guild_settings import MadeChange, OperatorDefaults, settings_view
from bot.views.kit.text import LANGUAGES
from tests.cogs.forging import press
from tests.cogs.subscriptions.test_subscribe import (
    TOPIC,
    answer,
    bot_may,
    herald,
    in_japanese,
    labels,
    shown,
    stored,
    subscribe,
)
from tests.conftest import EN, JA, BotEnv
from tests.views.drawn import within_limits

SECRET_TOPIC = "極秘計画"


@pytest.fixture
def boss(env: BotEnv) -> Any:
    """Somebody who manages the server and its channels, and mentions no role that is not theirs."""
    may = discord.Permissions(manage_guild=True, manage_channels=True)
    role = env.guild.create_role("主", permissions=may)
    return env.guild.add_member(env.sim.create_user("aruji"), roles=[role])


async def kept(env: BotEnv) -> GuildSettings:
    return await env.services.storage.guild_settings.of_guild(GuildId(env.guild.id))


async def card(env: BotEnv, who: Any) -> Any:
    return answer(await who.slash(env.channel, "settings"))


async def choose(env: BotEnv, who: Any, key: SettingKey, *values: Any) -> Any:
    """The card after a choice in one of its menus."""
    message = await card(env, who)
    result = await who.select(message, list(values), custom_id=f"kw:set:{key}")
    return result.followups[-1] if result.followups else result.response


async def fill(env: BotEnv, who: Any, key: SettingKey, **typed: str) -> Any:
    form = await who.click(await card(env, who), custom_id=f"kw:set:{key}")
    return answer(await who.submit_modal(form, typed))


def chosen(message: Any, key: SettingKey) -> list[str]:
    """The values that a menu of the card shows as chosen."""
    menu = next(one for one in walk_components(message.components) if one.get("custom_id") == f"kw:set:{key}")
    if "options" in menu:
        return [one["value"] for one in menu["options"] if one.get("default")]
    return [str(one["id"]) for one in menu.get("default_values", [])]


CHOICES = (
    (SettingKey.LANGUAGE, "en", GuildSettings(language="en")),
    (SettingKey.AMOUNT, "p8", GuildSettings(pace=8)),
    (SettingKey.AMOUNT, "m100", GuildSettings(pace=0, min_rp=100)),
    (SettingKey.SURGE, "off", GuildSettings(surge="off")),
    (SettingKey.FOLD, "off", GuildSettings(fold=False)),
    (SettingKey.MEDIA, "off", GuildSettings(media=False)),
    (SettingKey.TOP, "3", GuildSettings(digest_top=3)),
    (SettingKey.ALERTS, "off", GuildSettings(alerts_with_digest=False)),
)


@pytest.mark.parametrize(("key", "value", "expected"), CHOICES)
async def test_choice_is_saved_at_once_shown_and_undone(
    env: BotEnv, boss: Any, key: SettingKey, value: str, expected: GuildSettings
) -> None:
    before = chosen(await card(env, boss), key)

    message = await choose(env, boss, key, value)

    assert await kept(env) == expected
    assert chosen(message, key) == [value]
    assert EN.say("settings-name-language", value="") in shown(message) or EN.say(
        "settings-saved-value", value=""
    ) in shown(message)
    undone = (await boss.click(message, label=EN.say("button-undo"))).response
    assert await kept(env) == GuildSettings()
    assert chosen(undone, key) == before
    assert EN.say("button-undo") not in labels(undone)


async def test_undo_of_what_was_changed_since_changes_nothing(env: BotEnv, boss: Any) -> None:
    first = await choose(env, boss, SettingKey.AMOUNT, "p8")
    await choose(env, boss, SettingKey.AMOUNT, "p12")

    refused = answer(await boss.click(first, label=EN.say("button-undo")))

    assert EN.say("settings-undo-changed") in shown(refused)
    assert await kept(env) == GuildSettings(pace=12)


async def test_card_is_private_and_in_the_readers_language(env: BotEnv, boss: Any) -> None:
    in_japanese(env)

    message = await card(env, boss)

    assert message.ephemeral
    assert JA.say("settings-title") in shown(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_card_with_everything_chosen_fits_into_a_message(language: str) -> None:
    speaker = EN if language == "en" else JA
    full = GuildSettings("ja", "America/Argentina/Buenos_Aires", QuietHours("Asia/Tokyo", 1320, 420), 0, 12_345)

    change = MadeChange(SettingKey.AMOUNT, "p5", "m50")
    view = settings_view(speaker, full, OperatorDefaults(5, "unusual"), change=change)

    assert within_limits(view)


# -- who may -----------------------------------------------------------------------------------------------


async def test_only_who_manages_the_server_sees_and_changes_anything(env: BotEnv, boss: Any) -> None:
    await choose(env, boss, SettingKey.FOLD, "off")
    message = answer(await env.admin.slash(env.channel, "subscriptions"))
    needs = EN.say("error-you-need", permissions=EN.say("perm-manage-guild"))
    undo = f"kw:set-undo:fold:{value_mark('off')}:"

    for custom_id, value in (
        ("kw:set:surge", "off"),
        ("kw:set:zone", None),
        ("kw:set:quiet", None),
        ("kw:set-off:quiet", None),
        (undo, None),
    ):
        assert needs in await press(env.admin, message, custom_id, value), custom_id
    assert await kept(env) == GuildSettings(fold=False)


async def test_right_that_was_taken_while_a_form_was_open_is_missed(env: BotEnv, boss: Any) -> None:
    form = await boss.click(await card(env, boss), custom_id="kw:set:zone")
    guild = env.bot.get_guild(env.guild.id)
    assert guild is not None
    member = await guild.fetch_member(boss.id)
    await member.remove_roles(*(role for role in member.roles if not role.is_default()))

    said = answer(await boss.submit_modal(form, {"timezone": "Tokyo"}))

    assert EN.say("error-you-need", permissions=EN.say("perm-manage-guild")) in shown(said)
    assert await kept(env) == GuildSettings()


@pytest.mark.parametrize(
    ("key", "value"),
    [("amount", "p99"), ("surge", "loud"), ("language", "fr"), ("top", "11"), ("fold", "maybe"), ("role", "9")],
)
async def test_value_that_was_never_offered_is_not_taken(env: BotEnv, boss: Any, key: str, value: str) -> None:
    message = await card(env, boss)

    await press(boss, message, f"kw:set:{key}", value)

    assert await kept(env) == GuildSettings()


@pytest.mark.invariant(10)
async def test_settings_of_another_server_stay_its_own(env: BotEnv, boss: Any) -> None:
    await choose(env, boss, SettingKey.AMOUNT, "p8")
    other = env.sim.create_guild(name="よその町")
    there = other.create_text_channel("広場")
    role = other.create_role("主", permissions=discord.Permissions(manage_guild=True, manage_channels=True))
    stranger = other.add_member(env.sim.create_user("yosomono"), roles=[role])

    message = answer(await stranger.slash(there, "settings"))

    assert chosen(message, SettingKey.AMOUNT) == ["default"]
    assert await env.services.storage.guild_settings.of_guild(GuildId(other.id)) == GuildSettings()


# -- role and channel --------------------------------------------------------------------------------------


@pytest.mark.invariant(7)
async def test_role_is_chosen_by_who_may_mention_it_and_mentioned_by_who_may(env: BotEnv, boss: Any) -> None:
    silent, loud = env.guild.create_role("奥"), env.guild.create_role("読者", mentionable=True)

    refused = await choose(env, boss, SettingKey.ROLE, silent)
    everyone = await press(boss, await card(env, boss), "kw:set:role", str(env.guild.id))
    message = await choose(env, boss, SettingKey.ROLE, loud)

    assert EN.say("error-role-not-yours") in shown(refused)
    assert EN.say("error-role-everyone") in everyone
    assert chosen(message, SettingKey.ROLE) == [str(loud.id)]
    await subscribe(env)
    assert [one.settings.role_id for one in await stored(env)] == [loud.id]


@pytest.mark.invariant(7)
async def test_default_role_gives_nobody_a_mention_that_they_do_not_have(env: BotEnv) -> None:
    silent = env.guild.create_role("奥")
    await env.services.guild_settings.change(GuildId(env.guild.id), SettingKey.ROLE, str(silent.id))

    await subscribe(env)
    await subscribe(env, herald(env), topic="地震")

    assert {one.topic.name: one.settings.role_id for one in await stored(env)} == {TOPIC: None, "地震": silent.id}


async def test_deleted_role_is_not_shown_as_chosen_nor_mentioned(env: BotEnv, boss: Any) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    await choose(env, boss, SettingKey.ROLE, role)
    guild = env.bot.get_guild(env.guild.id)
    assert guild is not None
    there = guild.get_role(role.id)
    assert there is not None
    await there.delete()
    await env.sim.settle()

    message = await card(env, boss)
    await subscribe(env)

    assert chosen(message, SettingKey.ROLE) == []
    assert [one.settings.role_id for one in await stored(env)] == [None]


async def test_channel_for_notices_is_one_that_the_person_sees_and_the_bot_can_write_to(
    env: BotEnv, boss: Any
) -> None:
    office = env.guild.create_text_channel("帳場")
    mute = env.guild.create_text_channel("無言", overwrites=bot_may(env, send_messages=False))
    hidden = env.guild.create_text_channel("奥の間")
    channel = env.bot.get_channel(hidden.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(boss.id), view_channel=False)

    message = await choose(env, boss, SettingKey.STATUS, office)
    refused = await choose(env, boss, SettingKey.STATUS, mute)
    unseen = await press(boss, await card(env, boss), "kw:set:status", str(hidden.id))

    assert chosen(message, SettingKey.STATUS) == [str(office.id)]
    assert EN.say("perm-send-messages") in shown(refused)
    assert EN.say("error-message-unknown") in unseen
    assert (await kept(env)).status_channel == office.id


async def test_channel_for_notices_that_the_bot_does_not_see_or_that_is_gone_is_said(
    env: BotEnv, boss: Any
) -> None:
    """Discord's menu has every channel that the person sees."""
    closed = env.guild.create_text_channel("奥", overwrites=bot_may(env, view_channel=False))
    category = env.guild.create_category("まとめ")
    message = await card(env, boss)

    for channel_id, text_id in ((1, "settings-channel-unseen"), (category.id, "error-channel-kind")):
        assert EN.say(text_id) in await press(boss, message, "kw:set:status", str(channel_id))
    assert EN.say("perm-view-channel") in await press(boss, message, "kw:set:status", str(closed.id))
    assert (await kept(env)).status_channel is None


# -- zone and quiet hours ----------------------------------------------------------------------------------


async def test_zone_is_typed_as_a_city_shown_and_used_where_none_is_typed(env: BotEnv, boss: Any) -> None:
    message = await fill(env, boss, SettingKey.ZONE, timezone="ベルリン")

    assert (await kept(env)).zone == "Europe/Berlin"
    assert "Europe/Berlin" in shown(message)
    await env.admin.slash(env.channel, "quiet set", start="22", end="7")
    quiet = await env.services.storage.guilds.quiet_hours(ChannelId(env.channel.id))
    assert quiet is not None
    assert quiet.zone == "Europe/Berlin"
    await fill(env, boss, SettingKey.ZONE, timezone="")
    assert (await kept(env)).zone is None


@pytest.mark.parametrize(
    ("typed", "text_id"),
    [
        ({"start": "25", "end": "7", "timezone": "Tokyo"}, "quiet-time-unclear"),
        ({"start": "7", "end": "7", "timezone": "Tokyo"}, "settings-unclear"),
        ({"start": "22", "end": "7", "timezone": "Atlantis"}, "zone-unknown"),
        ({"start": "22", "end": "7"}, "zone-missing"),
        ({"start": "22", "end": "7", "timezone": "Tokyo", "weekdays": "someday"}, "quiet-weekdays-unclear"),
    ],
)
async def test_quiet_hours_that_cannot_be_get_one_sentence(
    env: BotEnv, boss: Any, typed: dict[str, str], text_id: str
) -> None:
    refused = await fill(env, boss, SettingKey.QUIET, **typed)

    assert shown(refused).strip() == EN.say(text_id)
    assert await kept(env) == GuildSettings()


async def test_quiet_hours_of_the_server_are_those_of_channels_without_their_own(env: BotEnv, boss: Any) -> None:
    other, later = env.guild.create_text_channel("別室"), env.guild.create_text_channel("新室")
    await subscribe(env)
    await subscribe(env, at=other)
    await env.admin.slash(other, "quiet set", start="1", end="2", timezone="UTC")
    night = QuietHours("Asia/Tokyo", 22 * 60, 7 * 60, (0, 1, 2, 3, 4))

    message = await fill(
        env, boss, SettingKey.QUIET, start="22:00", end="7", timezone="Tokyo", weekdays="weekdays"
    )
    await subscribe(env, at=later)

    of = env.services.storage.guilds.channels_with_quiet_hours
    assert (await kept(env)).quiet == night
    found = await of(GuildId(env.guild.id))
    assert (found[ChannelId(env.channel.id)], found[ChannelId(later.id)]) == (night, night)
    assert found[ChannelId(other.id)].zone == "UTC"
    assert EN.say("quiet-days-work") in shown(message)
    await boss.click(message, label=EN.say("settings-button-quiet-off"))
    assert list(await of(GuildId(env.guild.id))) == [other.id]


async def test_channel_that_was_made_loud_again_stays_so_at_its_second_subscription(
    env: BotEnv, boss: Any
) -> None:
    await fill(env, boss, SettingKey.QUIET, start="22", end="7", timezone="Tokyo")
    await subscribe(env)
    await env.admin.slash(env.channel, "quiet off")

    await subscribe(env, topic="地震")

    assert await env.services.storage.guilds.quiet_hours(ChannelId(env.channel.id)) is None


async def test_quiet_hours_leave_channels_alone_that_the_person_may_not_manage(env: BotEnv, boss: Any) -> None:
    own = env.guild.create_text_channel("ほかの部屋")
    await subscribe(env, at=own)
    channel = env.bot.get_channel(own.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(await channel.guild.fetch_member(boss.id), manage_channels=False)

    await fill(env, boss, SettingKey.QUIET, start="22", end="7", timezone="Tokyo")

    assert await env.services.storage.guilds.quiet_hours(ChannelId(own.id)) is None


# -- what new things take ----------------------------------------------------------------------------------


async def test_new_subscription_takes_what_nobody_chose_from_the_server(env: BotEnv, boss: Any) -> None:
    for key, value in (
        ("language", "ja"),
        ("amount", "m30"),
        ("surge", "rare"),
        ("fold", "off"),
        ("media", "off"),
    ):
        await env.services.guild_settings.change(GuildId(env.guild.id), SettingKey(key), value)

    await subscribe(env)
    await subscribe(env, topic="地震", language="en", pace=3, surge="every", fold=True)

    taken, own = (one.settings for one in sorted(await stored(env), key=lambda one: one.id))
    assert (taken.language, taken.pace, taken.min_rp) == ("ja", None, {SourceName.TRENDPAGE: 30})
    assert (taken.surge, taken.rules.fold, taken.rules.media) == (Preset.RARE, False, False)
    assert (own.language, own.pace, own.surge, own.rules.fold) == ("en", 3, Preset.EVERY, True)


async def test_minimum_that_is_chosen_wins_over_the_servers_pace(env: BotEnv) -> None:
    await env.services.guild_settings.change(GuildId(env.guild.id), SettingKey.AMOUNT, "p8")

    await subscribe(env)
    await subscribe(env, topic="地震", min_rp=70)

    paces = {one.topic.name: one.settings.pace for one in await stored(env)}
    assert paces == {TOPIC: 8, "地震": None}


async def test_new_digest_takes_what_nobody_chose_from_the_server(env: BotEnv) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    chosen = (
        ("language", "ja"),
        ("zone", "Europe/Paris"),
        ("top", "2"),
        ("alerts", "off"),
        ("role", str(role.id)),
    )
    for key, value in chosen:
        await env.services.guild_settings.change(GuildId(env.guild.id), SettingKey(key), value)

    await env.admin.slash(env.channel, "digest create", schedule="daily", topics=TOPIC)
    await env.admin.slash(
        env.channel,
        "digest create",
        schedule="daily",
        topics="地震",
        timezone="UTC",
        top=7,
        alerts="on",
        language="en",
    )

    taken, own = (one.settings for one in await env.services.digests.list(GuildId(env.guild.id)))
    if taken.top == 7:
        taken, own = own, taken
    assert (taken.language, taken.schedule.zone, taken.top) == ("ja", "Europe/Paris", 2)
    assert (taken.replaces_alerts, taken.role_id) == (True, role.id)
    assert (own.language, own.schedule.zone, own.top, own.replaces_alerts) == ("en", "UTC", 7, False)
