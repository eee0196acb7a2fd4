"""The button "Notify me": a safe role, chosen by who may give it, given and taken back, checked at each click."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.errors import RefusedRequest
from bot.core.models import GuildId, RoleId, UserId
from cogs.shared.safe_roles import check_safe
from tests.cogs.forging import press as forged
from tests.cogs.subscriptions.test_subscribe import answer, in_japanese, shown
from tests.cogs.test_alert_buttons import subscribe, tell
from tests.conftest import EN, JA, BotEnv


def guild_of(env: BotEnv) -> discord.Guild:
    guild = env.bot.get_guild(env.guild.id)
    assert guild is not None
    return guild


@pytest.fixture
def boss(env: BotEnv) -> Any:
    """Somebody who manages server, channels and roles. Roles that are made later stand below theirs."""
    may = discord.Permissions(manage_guild=True, manage_roles=True, manage_channels=True)
    role = env.guild.create_role("主", permissions=may)
    return env.guild.add_member(env.sim.create_user("aruji"), roles=[role])


@pytest.fixture
def fans(env: BotEnv, boss: Any) -> Any:
    """A role without permissions, below the bot and the boss."""
    del boss
    return env.guild.create_role("読者")


def lift(env: BotEnv, role_id: int, position: int) -> None:
    """The role stands at another place from now on."""
    role = guild_of(env).get_role(role_id)
    assert role is not None
    role.position = position


async def choose(env: BotEnv, who: Any, role: Any, **more: Any) -> str:
    return shown(answer(await who.slash(env.channel, "notify set", role=role, **more)))


def roles_of(env: BotEnv, who: Any) -> set[int]:
    return set(env.sim.backend.get_member(env.guild.id, who.id).role_ids)


def notify_id(message: discord.Message) -> str:
    """The custom_id of the alert's button; empty where it has none."""
    found = [
        part.get("custom_id") or "" for top in message.components for part in walk_components([top.to_dict()])
    ]
    return next((one for one in found if one.endswith(":notify")), "")


async def pressed(who: Any, message: Any) -> str:
    return shown(answer(await who.click(message, custom_id=notify_id(message))))


async def test_button_gives_the_role_to_who_presses_it_and_takes_it_back(
    env: BotEnv, fans: Any, boss: Any
) -> None:
    await subscribe(env)
    said = await choose(env, boss, fans)
    message = await tell(env)

    given = await pressed(env.visitor, message)
    had = roles_of(env, env.visitor)
    taken = await pressed(env.visitor, message)

    assert EN.say("notify-which-all") in said
    assert given == EN.say("notify-given", role=f"<@&{fans.id}>")
    assert fans.id in had
    assert taken == EN.say("notify-taken", role=f"<@&{fans.id}>")
    assert fans.id not in roles_of(env, env.visitor)
    [entry] = [one async for one in guild_of(env).audit_logs(limit=1)]
    assert entry.reason == "Kawaraban: Notify me"


async def test_japanese_people_read_japanese(env: BotEnv, fans: Any, boss: Any) -> None:
    in_japanese(env)
    await subscribe(env)
    await choose(env, boss, fans)

    message = await tell(env)

    assert await pressed(env.visitor, message) == JA.say("notify-given", role=f"<@&{fans.id}>")


async def test_without_a_choice_alerts_have_no_button_and_a_forged_click_gets_a_sentence(env: BotEnv) -> None:
    await subscribe(env)

    message = await tell(env)

    assert notify_id(message) == ""
    found = [
        part.get("custom_id") or "" for top in message.components for part in walk_components([top.to_dict()])
    ]
    [trend] = [one for one in found if one.endswith(":trend")]
    said = await forged(env.visitor, message, trend.replace(":trend", ":notify"))
    assert EN.say("notify-off") in said


async def test_old_alert_acts_on_todays_role_and_says_when_it_is_off(env: BotEnv, fans: Any, boss: Any) -> None:
    other = env.guild.create_role("常連")
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)

    await choose(env, boss, other)
    await pressed(env.visitor, message)
    await boss.slash(env.channel, "notify off")
    said = await pressed(env.visitor, message)

    assert roles_of(env, env.visitor) & {fans.id, other.id} == {other.id}
    assert said == EN.say("notify-off")
    assert EN.say("notify-none") in shown(answer(await boss.slash(env.channel, "notify off")))


async def test_role_of_a_subscription_goes_before_the_servers(env: BotEnv, fans: Any, boss: Any) -> None:
    subscription = await subscribe(env)
    await env.services.notify_roles.choose(GuildId(env.guild.id), None, RoleId(1), UserId(1))

    said = await choose(env, boss, fans, topic=f"id:{subscription.id}")
    message = await tell(env)
    await pressed(env.visitor, message)

    assert EN.say("notify-which-topic", topic=subscription.topic.name) in said
    assert fans.id in roles_of(env, env.visitor)


# -- which roles -------------------------------------------------------------------------------------------


@pytest.mark.invariant(7)
@pytest.mark.parametrize(
    "power",
    ["administrator", "manage_messages", "kick_members", "mention_everyone", "moderate_members", "manage_roles"],
)
async def test_dangerous_role_is_refused_when_chosen_and_when_it_became_so(
    env: BotEnv, fans: Any, boss: Any, power: str
) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    role = guild_of(env).get_role(fans.id)
    assert role is not None
    role._permissions = discord.Permissions(**{power: True}).value
    await env.sim.settle()

    refused = await choose(env, boss, fans)
    said = await pressed(env.visitor, message)

    assert EN.say(f"perm-{power.replace('_', '-')}") in refused
    assert said == EN.say("notify-unsafe")
    assert fans.id not in roles_of(env, env.visitor)


@pytest.mark.invariant(7)
async def test_power_by_an_overwrite_of_one_channel_is_found(env: BotEnv, fans: Any, boss: Any) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    channel, role = env.bot.get_channel(env.channel.id), guild_of(env).get_role(fans.id)
    assert isinstance(channel, discord.TextChannel)
    assert role is not None
    await channel.set_permissions(role, manage_messages=True)
    await env.sim.settle()

    assert EN.say("perm-manage-messages") in await choose(env, boss, fans)
    assert await pressed(env.visitor, message) == EN.say("notify-unsafe")


async def test_role_that_opens_a_closed_channel_is_chosen_with_a_warning(
    env: BotEnv, fans: Any, boss: Any
) -> None:
    """Some servers hand such roles out on purpose; who does not mean it must see it."""
    closed = discord.PermissionOverwrite(view_channel=False)
    opened = discord.PermissionOverwrite(view_channel=True)
    hall = env.guild.create_text_channel("奥の間")
    plain = await choose(env, boss, fans)
    channel = guild_of(env).get_channel(hall.id)
    assert isinstance(channel, discord.TextChannel)
    everyone, role = guild_of(env).default_role, guild_of(env).get_role(fans.id)
    assert role is not None
    await channel.set_permissions(role, overwrite=opened)
    await channel.set_permissions(everyone, overwrite=closed)
    await env.sim.settle()

    warned = await choose(env, boss, fans)

    assert EN.say("notify-opens", channels=f"<#{hall.id}>", more=0) in warned
    assert "⚠️" not in plain


async def test_role_that_became_dangerous_can_be_given_back(env: BotEnv, fans: Any, boss: Any) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    await pressed(env.visitor, message)
    role = guild_of(env).get_role(fans.id)
    assert role is not None
    role._permissions = discord.Permissions(kick_members=True).value
    await env.sim.settle()

    await pressed(env.visitor, message)

    assert fans.id not in roles_of(env, env.visitor)


async def test_roles_above_the_person_or_the_bot_are_refused(env: BotEnv, fans: Any, boss: Any) -> None:
    guild = guild_of(env)
    [bantou] = [role for role in guild.roles if role.name == "番頭"]
    lift(env, fans.id, bantou.position)

    above_person = await choose(env, boss, fans)
    guild.owner_id = boss.id
    lift(env, fans.id, 99)
    above_bot = await choose(env, boss, fans)

    assert EN.say("notify-role-above-you") in above_person
    assert EN.say("notify-role-above-bot") in above_bot


async def test_everyone_and_a_managed_role_are_refused(env: BotEnv, fans: Any, boss: Any) -> None:
    role = guild_of(env).get_role(fans.id)
    assert role is not None
    role.managed = True

    assert EN.say("notify-role-managed") in await choose(env, boss, fans)
    with pytest.raises(RefusedRequest, match="notify-role-everyone"):
        check_safe(guild_of(env).default_role)


async def test_bot_without_the_permission_says_which_one_at_choice_and_click(
    env: BotEnv, fans: Any, boss: Any
) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    for one in guild_of(env).me.roles:
        if one.permissions.manage_roles:
            one._permissions &= ~discord.Permissions(manage_roles=True, administrator=True).value

    needs = EN.say("notify-bot-needs")
    assert needs in await choose(env, boss, fans)
    assert await pressed(env.visitor, message) == needs
    assert fans.id not in roles_of(env, env.visitor)


async def test_deleted_role_is_off(env: BotEnv, fans: Any, boss: Any) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    role = guild_of(env).get_role(fans.id)
    assert role is not None
    await role.delete()
    await env.sim.settle()

    assert await pressed(env.visitor, message) == EN.say("notify-off")


# -- who may -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacks", ["manage_guild", "manage_roles"])
async def test_who_lacks_one_of_the_two_permissions_chooses_nothing(env: BotEnv, fans: Any, lacks: str) -> None:
    names = {"manage_guild", "manage_roles", "manage_channels"} - {lacks}
    role = env.guild.create_role("半端", permissions=discord.Permissions(**dict.fromkeys(names, True)))
    who = env.guild.add_member(env.sim.create_user("hanpa"), roles=[role])
    [there] = [
        one
        for one in await env.bot.http.get_global_commands(env.bot.application_id or 0)
        if one["name"] == "notify"
    ]
    env.guild.set_command_permissions(int(there["id"]), {who: True})

    said = await choose(env, who, fans)

    assert EN.say("error-you-need", permissions=EN.say(f"perm-{lacks.replace('_', '-')}")) in said
    guild_id = GuildId(env.guild.id)
    assert await env.services.storage.notify_roles.role_of(guild_id, None) is None


@pytest.mark.invariant(10)
async def test_click_from_another_server_changes_nothing(env: BotEnv, fans: Any, boss: Any) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    other = env.sim.create_guild(name="よその町")
    there = other.create_text_channel("広場")
    stranger = other.add_member(env.sim.create_user("yosomono"))
    base = answer(await stranger.slash(there, "help"))

    said = await forged(stranger, base, notify_id(message))

    assert EN.say("error-message-unknown") in said


async def test_person_who_has_not_accepted_the_rules_gets_no_role(env: BotEnv, fans: Any, boss: Any) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    env.sim.backend.get_member(env.guild.id, env.visitor.id).pending = True

    said = await pressed(env.visitor, message)

    assert said == EN.say("notify-pending")
    assert fans.id not in roles_of(env, env.visitor)


# -- what Discord refuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code", "text_id"), [(403, 50013, "forbidden"), (404, 10011, "off")])
async def test_refusal_that_only_discord_knows_of_is_a_sentence(
    env: BotEnv, fans: Any, boss: Any, status: int, code: int, text_id: str
) -> None:
    await subscribe(env)
    await choose(env, boss, fans)
    message = await tell(env)
    env.sim.inject_error("PUT", "/guilds/*/members/*/roles/*", status=status, code=code)

    said = await pressed(env.visitor, message)

    assert said == EN.say(f"notify-{text_id}")
    assert fans.id not in roles_of(env, env.visitor)
