"""A server is welcomed once, where the bot may speak, in the server's language, and no server of before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.backend.serializers import guild_create_payload

from bot.core.models import GuildId
from bot.storage.sql.database import Tx
from cogs import guilds
from tests.cogs.subscriptions.test_subscribe import answer, shown, subscribe, to_wall
from tests.conftest import EN, JA, BotEnv


def in_cache(env: BotEnv, guild: Any) -> discord.Guild:
    found = env.bot.get_guild(guild.id)
    assert found is not None
    return found


async def join(env: BotEnv, guild: Any) -> None:
    """The gateway says that the bot joined."""
    cog: Any = env.bot.get_cog(guilds.GuildsCog.__name__)
    await cog.on_guild_join(in_cache(env, guild))
    await env.deliver()


async def start(env: BotEnv) -> None:
    """The gateway has named all servers, at a start or after it lost its session."""
    cog: Any = env.bot.get_cog(guilds.GuildsCog.__name__)
    await cog.on_ready()
    await env.deliver()


def welcomes(channel: Any) -> list[str]:
    titles = EN.say("welcome-title"), JA.say("welcome-title")
    return [said for message in channel.history() if (said := to_wall(message)).startswith(titles)]


async def a_server(env: BotEnv, *names: str) -> tuple[Any, list[Any]]:
    """A server that the bot knows nothing of yet, with these channels."""
    guild = env.sim.create_guild(name="はじめての町")
    channels = [guild.create_text_channel(name) for name in names]
    await env.sim.settle()
    await forget_decisions(env)
    return guild, channels


async def forget_decisions(env: BotEnv) -> None:
    """What was decided when the simulated server had no channels yet is forgotten."""

    def work(tx: Tx) -> None:
        tx.execute("DELETE FROM welcomes")

    await env.services.storage.database.write(work)


async def test_server_is_welcomed_in_its_first_open_channel_with_a_button_for_help(env: BotEnv) -> None:
    guild, (first, second) = await a_server(env, "広場", "茶屋")

    await join(env, guild)

    [said] = welcomes(first)
    assert JA.say("welcome-title") in said, "the operator's language, for the server chose none"
    assert JA.say("welcome-subscribe") in said
    assert welcomes(second) == []
    person = guild.add_member(env.sim.create_user("tabibito2"))
    [message] = first.history()
    page = answer(await person.click(message, label=JA.say("welcome-button")))
    assert EN.say("help-title") in shown(page)


@pytest.mark.parametrize(("locale", "speaker"), [("en-GB", EN), ("ja", JA), ("en-US", EN)])
async def test_server_that_chose_a_language_is_welcomed_in_it(env: BotEnv, locale: str, speaker: Any) -> None:
    guild, (first,) = await a_server(env, "広場")
    known = in_cache(env, guild)
    known.features = ["COMMUNITY"]
    known.preferred_locale = discord.Locale(locale)

    await join(env, guild)

    assert [said.splitlines()[0] for said in welcomes(first)] == [speaker.say("welcome-title")]


@pytest.mark.invariant(2)
async def test_server_is_welcomed_once_whatever_comes_again(env: BotEnv) -> None:
    guild, (first,) = await a_server(env, "広場")
    await join(env, guild)

    await join(env, guild)
    await start(env)
    await env.services.guilds.left(GuildId(guild.id))
    await join(env, guild)

    assert len(welcomes(first)) == 1


async def test_server_that_was_erased_is_a_new_one(env: BotEnv) -> None:
    guild, (first,) = await a_server(env, "広場")
    await join(env, guild)
    await env.services.guilds.left(GuildId(guild.id))
    env.clock.forward(days=31)
    await env.services.guilds.forget_left()

    await join(env, guild)

    assert len(welcomes(first)) == 2


@pytest.mark.invariant(3)
async def test_servers_of_before_this_version_are_not_welcomed_at_any_start(env: BotEnv) -> None:
    guild, (first,) = await a_server(env, "広場")
    await subscribe(env)

    for _ in range(3):
        await start(env)

    assert welcomes(first) == []
    await join(env, guild)
    assert welcomes(first) == [], "what was decided stands"


@pytest.mark.parametrize(("ago", "expected"), [(timedelta(minutes=20), 1), (timedelta(hours=2), 0)])
async def test_bot_that_is_set_up_welcomes_the_server_it_was_just_invited_to(
    env: BotEnv, ago: timedelta, expected: int
) -> None:
    guild, (first,) = await a_server(env, "広場")
    in_cache(env, guild).me.joined_at = env.clock() - ago

    await start(env)

    assert len(welcomes(first)) == expected


async def test_server_that_was_joined_while_the_bot_was_away_is_welcomed_at_the_next_start(env: BotEnv) -> None:
    guild, (first,) = await a_server(env, "広場")
    await subscribe(env)
    await start(env)
    await forget_decisions(env)
    env.clock.forward(days=1)
    in_cache(env, guild).me.joined_at = env.clock() - timedelta(hours=5)

    await start(env)

    assert len(welcomes(first)) == 1


async def test_system_channel_comes_first_and_closed_channels_never(env: BotEnv) -> None:
    guild, (first, system) = await a_server(env, "広場", "知らせ")
    known = in_cache(env, guild)
    known._system_channel_id = system.id

    await join(env, guild)

    assert (len(welcomes(first)), len(welcomes(system))) == (0, 1)


async def test_where_the_bot_may_speak_nowhere_it_is_silent_for_ever(env: BotEnv) -> None:
    guild, (hidden, mute) = await a_server(env, "奥の間", "無言")
    known = in_cache(env, guild)
    for channel, denied in ((hidden, "view_channel"), (mute, "send_messages")):
        there = known.get_channel(channel.id)
        assert isinstance(there, discord.TextChannel)
        overwrite = discord.PermissionOverwrite(**{denied: False})
        await there.set_permissions(known.default_role, overwrite=overwrite)
    await env.sim.settle()

    await join(env, guild)
    await start(env)

    assert welcomes(hidden) + welcomes(mute) == []


def named_by_gateway(env: BotEnv, guild: Any, joined_at: datetime) -> dict[str, Any]:
    """The payload of GUILD_CREATE. Discord leaves out ``unavailable`` for a server that the bot just joined."""
    said: dict[str, Any] = dict(guild_create_payload(env.sim.backend, env.sim.backend.guilds[guild.id]))
    me = str(env.bot.user.id) if env.bot.user else ""
    said["members"] = [
        {**one, "joined_at": joined_at.isoformat()} if one["user"]["id"] == me else one for one in said["members"]
    ]
    return said


async def test_server_that_the_gateway_names_as_joined_is_welcomed(env: BotEnv) -> None:
    guild, (first,) = await a_server(env, "広場")
    said = named_by_gateway(env, guild, env.clock())
    del said["unavailable"]

    env.sim.backend.emit("GUILD_CREATE", said)
    await env.sim.settle()
    await env.deliver()

    assert len(welcomes(first)) == 1


@pytest.mark.parametrize(("ago", "expected"), [(timedelta(hours=5), 1), (timedelta(days=3), 0)])
async def test_server_that_comes_out_of_an_outage_is_welcomed_only_where_it_is_new(
    env: BotEnv, ago: timedelta, expected: int
) -> None:
    guild, (first,) = await a_server(env, "広場")
    await subscribe(env)
    await start(env)
    await forget_decisions(env)
    env.clock.forward(days=1)

    for _ in range(2):
        env.sim.backend.emit("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})
        env.sim.backend.emit("GUILD_CREATE", named_by_gateway(env, guild, env.clock() - ago))
        await env.sim.settle()
        await env.deliver()

    assert len(welcomes(first)) == expected
