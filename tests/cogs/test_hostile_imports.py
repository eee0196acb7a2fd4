"""/import by somebody who may do less than the file says, twice, late, or after others changed things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.guild_settings import SettingKey
from bot.core.models import Actor, ChannelId, GuildId, PostKey, UserId
from bot.core.text import topic_key
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest
from tests.cogs.subscriptions.test_subscribe import labels, shown, stored, subscribe
from tests.cogs.test_transfers import boss, button_of, exported, imported
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

__all__ = ["boss"]

SUBSCRIPTION = """
[[servers.subscriptions]]
channel = {channel}
topic = "{topic}"
[servers.subscriptions.settings]
language = "ja"
min_rp = {{ mastodon = 100 }}
{more}
"""


def file_of(env: BotEnv, *subscriptions: str, more: str = "") -> str:
    return "\n".join(["version = 1", "[[servers]]", f"guild = {env.guild.id}", *subscriptions, more])


def one(channel: Any, topic: str = "ai", more: str = "") -> str:
    return SUBSCRIPTION.format(channel=channel.id, topic=topic, more=more)


def boss_role(env: BotEnv) -> Any:
    """The role of the fixture ``boss``, as the simulated Discord knows it."""
    return next(role for role in guild_of(env).roles if role.name == "主")


def guild_of(env: BotEnv) -> Any:
    """The server as the bot knows it."""
    return env.bot.get_guild(env.guild.id)


def done_of(result: Any) -> Any:
    return result.response or result.followups[-1]


def closed(env: BotEnv, name: str = "secret") -> Any:
    return env.guild.create_text_channel(
        name, overwrites={env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )


async def settings_of(env: BotEnv) -> Any:
    return await env.services.guild_settings.of_guild(GuildId(env.guild.id))


async def test_notices_go_to_no_channel_that_the_person_cannot_see_or_that_is_elsewhere(
    env: BotEnv, boss: Any
) -> None:
    """Invariant 10: whoever may choose the server's settings by a file may choose no more than by /settings."""
    elsewhere = env.sim.create_guild("other", owner=env.sim.create_user("stranger")).create_text_channel("theirs")
    for channel in (closed(env), elsewhere):
        text = file_of(env, more=f"[servers.settings]\nstatus_channel = {channel.id}")
        message = await imported(env, boss, text)
        assert labels(message) == []
    assert (await settings_of(env)).status_channel is None


async def test_name_of_a_channel_in_a_file_is_shown_as_text_and_cut(env: BotEnv, boss: Any) -> None:
    """Who wrote a file may be another than who brings it, and the bot shall not speak for them."""
    names = '[servers.channels]\n"77" = "[free](https://evil.example) ' + "長" * 9000 + '"'
    text = "\n".join(
        ["version = 1", "[[servers]]", "guild = 5", names, SUBSCRIPTION.format(channel=77, topic="ai", more="")]
    )

    message = await imported(env, boss, text)

    assert "[free]" not in message.content
    assert "free" in message.content
    assert len(message.content) < 400


async def test_channel_of_notices_that_a_person_cannot_see_stays(env: BotEnv, boss: Any) -> None:
    """It is not in their file, so the file says nothing of it."""
    hidden = closed(env)
    guild = GuildId(env.guild.id)
    await env.services.guild_settings.change(guild, SettingKey.STATUS, str(hidden.id))
    await env.services.guild_settings.change(guild, SettingKey.FOLD, "on")

    text = await exported(env, boss)
    preview = await imported(env, boss, text.replace("fold = true", "fold = false"))
    await boss.click(preview, custom_id=button_of(preview))

    assert (await settings_of(env)).fold is False
    assert (await settings_of(env)).status_channel == hidden.id


async def test_role_is_asked_for_in_the_channel_where_it_is_mentioned(env: BotEnv, boss: Any) -> None:
    """Who may mention everyone in the channel that they type in may not do so elsewhere for that."""
    role = env.guild.create_role("読者")
    loud = discord.PermissionOverwrite(mention_everyone=True)
    here = env.guild.create_text_channel("loud", overwrites={boss_role(env): loud})
    text = file_of(env, one(env.channel, more=f"role_id = {role.id}"))

    result = await boss.slash(here, "import", file=("kawaraban-settings.toml", text.encode()))
    message = done_of(result) if not result.followups else result.followups[-1]

    assert labels(message) == []
    assert await stored(env) == []


async def test_role_that_may_be_mentioned_no_longer_stops_the_button(env: BotEnv, boss: Any) -> None:
    role = env.guild.create_role("読者", mentionable=True)
    preview = await imported(env, boss, file_of(env, one(env.channel, more=f"role_id = {role.id}")))
    await guild_of(env).get_role(role.id).edit(mentionable=False)

    await boss.click(preview, custom_id=button_of(preview))

    assert await stored(env) == []


async def test_category_gets_no_alerts(env: BotEnv, boss: Any) -> None:
    category = env.guild.create_category("まとめ")
    message = await imported(env, boss, file_of(env, one(category)))
    assert labels(message) == []


async def test_channel_that_the_bot_cannot_write_to_is_said(env: BotEnv, boss: Any) -> None:
    mute = discord.PermissionOverwrite(send_messages=False)
    channel = env.guild.create_text_channel("read-only", overwrites={env.guild.default_role: mute})
    message = await imported(env, boss, file_of(env, one(channel)))
    assert labels(message) == []


async def test_two_imports_of_which_each_fits_the_quota_do_not_exceed_it(
    tmp_path: Path, clock: Clock, site: TrendSite
) -> None:
    settings = make_settings(tmp_path, quota={"subscriptions_per_server": 2, "subscriptions_per_channel": 0})
    async with open_env(settings, clock, site) as env:
        boss = boss_of(env)
        first = await imported(env, boss, file_of(env, one(env.channel, "a1"), one(env.channel, "a2")))
        second = await imported(env, boss, file_of(env, one(env.channel, "b1"), one(env.channel, "b2")))

        await boss.click(first, custom_id=button_of(first))
        await boss.click(second, custom_id=button_of(second))

        assert sorted(one.topic.name for one in await stored(env)) == ["a1", "a2"]


async def test_import_keeps_to_the_quota_of_a_channel(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    settings = make_settings(tmp_path, quota={"subscriptions_per_channel": 1})
    async with open_env(settings, clock, site) as env:
        message = await imported(env, boss_of(env), file_of(env, one(env.channel, "a1"), one(env.channel, "a2")))
        assert labels(message) == []


def boss_of(env: BotEnv) -> Any:
    may = discord.Permissions(manage_guild=True, manage_channels=True)
    return env.guild.add_member(env.sim.create_user("aruji"), roles=[env.guild.create_role("主", permissions=may)])


async def test_import_is_not_taken_back_over_what_others_changed_since(env: BotEnv, boss: Any) -> None:
    await subscribe(env, boss, min_rp=100)
    text = await exported(env, boss)
    preview = await imported(env, boss, text.replace("= 100", "= 700"))
    undo = done_of(await boss.click(preview, custom_id=button_of(preview)))
    [now] = await stored(env)
    await env.services.subscriptions.change(now.id, GuildId(env.guild.id), SettingsChange(min_rp=5))

    await boss.click(undo, custom_id=button_of(undo))

    [after] = await stored(env)
    assert set(after.settings.min_rp.values()) == {5}


async def test_import_is_not_made_over_what_others_changed_since_it_was_shown(env: BotEnv, boss: Any) -> None:
    preview = await imported(env, boss, file_of(env, one(env.channel)))
    await env.services.subscriptions.subscribe(
        SubscribeRequest("ai", GuildId(env.guild.id), ChannelId(env.channel.id), UserId(env.admin.id), "ja")
    )
    [theirs] = await stored(env)

    await boss.click(preview, custom_id=button_of(preview))

    assert [one.settings for one in await stored(env)] == [theirs.settings]


async def test_second_click_on_an_import_changes_nothing_more(env: BotEnv, boss: Any) -> None:
    preview = await imported(env, boss, file_of(env, one(env.channel)))
    again = await imported(env, boss, file_of(env, one(env.channel)))
    await boss.click(preview, custom_id=button_of(preview))
    await boss.click(again, custom_id=button_of(again))
    assert len(await stored(env)) == 1


async def test_posts_are_hidden_by_those_who_moderate_the_server_and_in_their_name(env: BotEnv, boss: Any) -> None:
    """Manage Messages in the channel that one types in is not enough, as for /hide; nobody signs for another."""
    text = file_of(
        env,
        more=f'[[servers.hidden]]\npost = "{"a" * 32}"\nhidden_at = 2026-11-29T00:00:00Z\nactor = "operator"',
    )
    may = discord.PermissionOverwrite(manage_messages=True)
    here = env.guild.create_text_channel("mine", overwrites={boss_role(env): may})
    result = await boss.slash(here, "import", file=("kawaraban-settings.toml", text.encode()))
    assert labels(result.followups[-1] if result.followups else result.response) == []

    may_all = discord.Permissions(manage_guild=True, manage_messages=True)
    moderator = env.guild.add_member(
        env.sim.create_user("metsuke"), roles=[env.guild.create_role("目付", permissions=may_all)]
    )
    preview = await imported(env, moderator, text)
    await moderator.click(preview, custom_id=button_of(preview))
    [hidden] = await env.services.moderation.hidden(GuildId(env.guild.id))
    assert hidden.actor == f"user:{moderator.id}"


async def test_hidden_posts_are_exported_for_moderators_alone(env: BotEnv, boss: Any) -> None:
    """Their notes say who hid what, and why."""
    key = PostKey("x:1")
    await env.services.moderation.hide(GuildId(env.guild.id), key, Actor("user:5"), "苦情があった")

    assert "苦情があった" not in await exported(env, boss)
    may = discord.Permissions(manage_guild=True, manage_messages=True)
    role = env.guild.create_role("目付", permissions=may)
    moderator = env.guild.add_member(env.sim.create_user("metsuke"), roles=[role])
    assert "苦情があった" in await exported(env, moderator)


async def test_name_of_a_channel_that_the_person_cannot_see_is_as_if_there_were_none(
    env: BotEnv, boss: Any
) -> None:
    closed(env, "secret")
    body = SUBSCRIPTION.format(channel=5, topic="ai", more="")
    other = f'version = 1\n[[servers]]\nguild = 77\nchannels = {{ 5 = "NAME" }}\n{body}'
    there = shown(await imported(env, boss, other.replace("NAME", "secret")))
    nowhere = shown(await imported(env, boss, other.replace("NAME", "nowhere")))
    assert there.replace("secret", "nowhere") == nowhere


async def test_long_names_are_said_in_a_message_that_discord_takes(env: BotEnv, boss: Any) -> None:
    keys = "\n".join(f"{'k' * 6000}{at} = 1" for at in range(30))
    assert shown(await imported(env, boss, f"version = 1\n{keys}"))


@pytest.mark.parametrize("secret", ["極秘計画"])
async def test_digest_of_a_feed_that_nobody_here_is_subscribed_to_is_refused(
    env: BotEnv, boss: Any, secret: str
) -> None:
    """A feed's key is all that another server's digest would need."""
    key = topic_key("https://example.org/private.xml")
    text = file_of(
        env,
        more=f"""[[servers.digests]]
[servers.digests.settings]
channel_id = {env.channel.id}
name = "d"
language = "ja"
schedule = {{ recurrence = "daily", cron = "0 8 * * *", zone = "UTC" }}
topics = [{{ key = "{key}", name = "{secret}" }}]""",
    )
    assert labels(await imported(env, boss, text)) == []


NOTIFIED = "[servers.notify_role]\nrole_id = {role}"


@pytest.fixture
def manager_of_roles(env: BotEnv) -> Any:
    """Somebody who manages server, channels and roles. Roles that are made later stand below theirs."""
    may = discord.Permissions(manage_guild=True, manage_roles=True, manage_channels=True)
    role = env.guild.create_role("役", permissions=may)
    return env.guild.add_member(env.sim.create_user("yakunin"), roles=[role])


async def notify_role_of(env: BotEnv) -> Any:
    [found] = await env.services.transfers.exported([GuildId(env.guild.id)])
    return None if found.notify_role is None else found.notify_role.role_id


async def test_notify_role_takes_manage_roles_as_its_command_does(
    env: BotEnv, boss: Any, manager_of_roles: Any
) -> None:
    role = env.guild.create_role("読者")
    for text in (
        file_of(env, more=NOTIFIED.format(role=role.id)),
        file_of(env, one(env.channel) + f"[servers.subscriptions.notify_role]\nrole_id = {role.id}"),
    ):
        assert labels(await imported(env, boss, text)) == []
        preview = await imported(env, manager_of_roles, text)
        await manager_of_roles.click(preview, custom_id=button_of(preview))
    [found] = await env.services.transfers.exported([GuildId(env.guild.id)])
    chosen = [found.notify_role, *(each.notify_role for each in found.subscriptions)]
    assert [(each.role_id, each.chosen_by) for each in chosen if each] == 2 * [(role.id, manager_of_roles.id)]

    ended = await imported(env, boss, file_of(env), remove=True)
    assert labels(ended) == []


async def test_notify_role_of_power_or_out_of_reach_is_refused_also_at_the_button(
    env: BotEnv, manager_of_roles: Any
) -> None:
    strong = env.guild.create_role("番人", permissions=discord.Permissions(ban_members=True))
    for role_id in (strong.id, env.guild.id, 77):
        text = file_of(env, more=NOTIFIED.format(role=role_id))
        assert labels(await imported(env, manager_of_roles, text)) == []

    fans = env.guild.create_role("読者")
    preview = await imported(env, manager_of_roles, file_of(env, more=NOTIFIED.format(role=fans.id)))
    await guild_of(env).get_role(fans.id).edit(permissions=discord.Permissions(manage_messages=True))
    await manager_of_roles.click(preview, custom_id=button_of(preview))

    assert await notify_role_of(env) is None


async def test_notify_role_that_stays_takes_no_permission(env: BotEnv, boss: Any, manager_of_roles: Any) -> None:
    fans = env.guild.create_role("読者")
    preview = await imported(env, manager_of_roles, file_of(env, more=NOTIFIED.format(role=fans.id)))
    await manager_of_roles.click(preview, custom_id=button_of(preview))

    text = await exported(env, boss)
    preview = await imported(env, boss, text + '\n[[servers.blocked_topics]]\nname = "Data Center"')
    await boss.click(preview, custom_id=button_of(preview))

    assert await notify_role_of(env) == fans.id
    assert await env.services.trending.blocked(GuildId(env.guild.id)) == ("Data Center",)


async def test_channel_of_text_is_made_no_forum(env: BotEnv, boss: Any) -> None:
    text = file_of(env, more=f'[[servers.forums]]\nchannel = {env.channel.id}\nposts_by = "story"')
    assert labels(await imported(env, boss, text)) == []
