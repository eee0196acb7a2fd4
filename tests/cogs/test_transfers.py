"""/export and /import: a server's settings as a file, and back, as far as a person may manage them."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import ChannelId, GuildId, UserId
from bot.services.subscriptions.requests import SubscribeRequest
from bot.services.transfers.settings_file import BYTES_MAX, read
from tests.cogs.subscriptions.test_subscribe import answer, in_japanese, labels, shown, stored, subscribe
from tests.conftest import BotEnv

NAME = "kawaraban-settings.toml"


@pytest.fixture
def boss(env: BotEnv) -> Any:
    """Somebody who manages the server and its channels."""
    may = discord.Permissions(manage_guild=True, manage_channels=True)
    role = env.guild.create_role("主", permissions=may)
    return env.guild.add_member(env.sim.create_user("aruji"), roles=[role])


async def exported(env: BotEnv, who: Any) -> str:
    """The text of the file that /export gives."""
    message = answer(await who.slash(env.channel, "export"))
    [file] = message.attachments
    content: bytes = await file.read()
    return content.decode()


async def imported(env: BotEnv, who: Any, content: str, **options: Any) -> Any:
    return answer(await who.slash(env.channel, "import", file=(NAME, content.encode()), **options))


def button_of(message: Any) -> str:
    """The custom_id of its one button."""
    ids = [part["custom_id"] for part in walk_components(message.components) if part.get("custom_id")]
    return str(ids[-1])


async def test_file_of_a_server_is_edited_shown_imported_and_undone(env: BotEnv, boss: Any) -> None:
    await subscribe(env, boss, min_rp=100)
    text = await exported(env, boss)
    assert read(text.encode()).flaws == ()
    [before] = await stored(env)

    preview = await imported(env, boss, text.replace("= 100", "= 700"))
    assert [one.settings for one in await stored(env)] == [before.settings]
    done = await boss.click(preview, custom_id=button_of(preview))
    [after] = await stored(env)
    assert set(after.settings.min_rp.values()) == {700}

    message = done.response or done.followups[-1]
    await boss.click(message, custom_id=button_of(message))
    [again] = await stored(env)
    assert again.settings == before.settings


async def test_file_with_mistakes_changes_nothing_and_names_them(env: BotEnv, boss: Any) -> None:
    await subscribe(env, boss, min_rp=100)
    text = await exported(env, boss)

    message = await imported(env, boss, text.replace("= 100", '= "100"').replace("fold = true", "fould = true"))

    assert "min\\_rp" in shown(message)
    assert "fould" in shown(message)
    assert labels(message) == []


async def test_who_does_not_manage_the_server_gets_no_file(env: BotEnv) -> None:
    person = env.visitor
    for command in await env.bot.tree.fetch_commands():
        if command.name in {"export", "import"}:
            env.guild.set_command_permissions(command, {person: True})
    result = await person.slash(env.channel, "export")
    assert answer(result).attachments == []
    refused = await imported(env, person, "version = 1")
    assert labels(refused) == []


async def test_channels_that_a_person_cannot_see_are_neither_shown_nor_changed(env: BotEnv, boss: Any) -> None:
    """Invariant 10."""
    hidden = env.guild.create_text_channel(
        "secret", overwrites={env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    )
    channel = ChannelId(hidden.id)
    await env.services.subscriptions.subscribe(
        SubscribeRequest("極秘計画", GuildId(env.guild.id), channel, UserId(env.admin.id), "ja")
    )
    assert len(await stored(env)) == 1

    text = await exported(env, boss)
    assert "極秘計画" not in text
    preview = await imported(env, boss, text, remove=True)
    assert labels(preview) == []
    assert len(await stored(env)) == 1


async def test_channel_of_another_server_is_not_written_to(env: BotEnv, boss: Any) -> None:
    """A file may name any id; only channels of this server count."""
    await subscribe(env, boss)
    text = await exported(env, boss)

    preview = await imported(env, boss, text.replace(str(env.channel.id), "1234567890123456789"))

    assert labels(preview) == []


async def test_file_of_another_server_finds_channels_by_their_names(env: BotEnv, boss: Any) -> None:
    await subscribe(env, boss, min_rp=100)
    text = await exported(env, boss)
    [subscription] = await stored(env)
    await env.services.subscriptions.remove(subscription.id)
    other = text.replace(f"guild = {env.guild.id}", "guild = 77").replace(
        f"channel = {env.channel.id}", "channel = 5"
    )
    other = other.replace(f"{env.channel.id} =", "5 =")

    preview = await imported(env, boss, other)
    await boss.click(preview, custom_id=button_of(preview))

    [made] = await stored(env)
    assert (made.guild_id, made.channel_id) == (GuildId(env.guild.id), ChannelId(env.channel.id))
    unknown = await imported(env, boss, other.replace(env.channel.name, "nowhere"))
    assert "nowhere" in shown(unknown)


async def test_large_file_and_unknown_button_are_said(env: BotEnv, boss: Any) -> None:
    large = await imported(env, boss, "#" * (BYTES_MAX + 1))
    assert str(BYTES_MAX >> 10) in shown(large)
    assert labels(large) == []


async def test_answers_are_in_the_persons_language(env: BotEnv, boss: Any) -> None:
    english = shown(await imported(env, boss, "version = 1\nfoo = 2"))
    in_japanese(env)
    assert shown(await imported(env, boss, "version = 1\nfoo = 2")) != english
