"""Who asks, and which of the server's channels they see: made once of an interaction, for every service call."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final

import discord

from bot.client import TrendBot
from bot.core.models import ChannelId, GuildId, UserId, Viewer

from .subscription_rights import Found, find_channel

FETCHES_MAX: Final = 20
"""So many channels are asked of Discord for one answer: archived threads, and who is in a private one."""

Asked = discord.Interaction[TrendBot]


async def viewer_of(interaction: discord.Interaction[Any]) -> Viewer:
    """For whom the answer is: the person, with those channels they see of the ones that follow something.

    What the bot does not know (archived threads, who is in a private one) is asked of Discord.
    """
    return await _viewer(interaction, fetches=FETCHES_MAX)


async def typing_viewer(interaction: discord.Interaction[Any]) -> Viewer:
    """The same while they still type: asked of Discord is nothing then, and what is not known is not theirs."""
    return await _viewer(interaction, fetches=0)


async def _viewer(interaction: Asked, fetches: int) -> Viewer:
    here = None if interaction.channel_id is None else ChannelId(interaction.channel_id)
    person = UserId(interaction.user.id)
    if interaction.guild_id is None:
        return Viewer(user_id=person, here=here)
    guild_id = GuildId(interaction.guild_id)
    following = await interaction.client.services.storage.following_channels(guild_id)
    return Viewer(guild_id, await _seen(interaction, following, fetches), person, here)


async def _seen(interaction: Asked, channels: Collection[ChannelId], fetches: int) -> frozenset[ChannelId]:
    """Those the person sees. Only what takes a question to Discord is bounded, and asked at once."""
    known = {one: _at_once(interaction, one) for one in channels}
    doubtful = [one for one, sees in known.items() if sees is None][:fetches]
    asked = await asyncio.gather(*(_asked_of_discord(interaction, one) for one in doubtful))
    answers = known | dict(zip(doubtful, asked, strict=True))
    return frozenset(one for one, sees in answers.items() if sees)


def _at_once(interaction: Asked, channel_id: ChannelId) -> bool | None:
    """Whether the person sees a channel; None where only Discord can say."""
    person, guild = interaction.user, interaction.guild
    if channel_id == interaction.channel_id:
        return interaction.permissions.view_channel
    if guild is None or not isinstance(person, discord.Member):
        return False
    channel = guild.get_channel_or_thread(channel_id)
    return None if channel is None else _is_open(channel, person)


def _is_open(channel: Found, person: discord.Member) -> bool | None:
    """Whether a member sees a channel, as far as its permissions say; of a private thread, only who manages it."""
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return False  # nobody can tell what may be done in it
    may = channel.permissions_for(person)
    if not may.view_channel:
        return False
    if isinstance(channel, discord.Thread) and channel.is_private() and not may.manage_threads:
        return True if any(member.id == person.id for member in channel.members) else None
    return True


async def _asked_of_discord(interaction: Asked, channel_id: ChannelId) -> bool:
    """The same of a channel in no cache, and of a private thread. One that is gone is the server's managers'."""
    person = interaction.user
    if not isinstance(person, discord.Member):
        return False
    try:
        channel = await find_channel(interaction, channel_id)
        if channel is None:
            return person.guild_permissions.manage_channels
        if channel.guild.id != interaction.guild_id:
            return False
        is_open = _is_open(channel, person)
        if is_open is None and isinstance(channel, discord.Thread):
            await channel.fetch_member(person.id)
            return True
    except discord.HTTPException:
        return False  # no member of it, or nobody can say so now
    return bool(is_open)
