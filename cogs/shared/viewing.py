"""Makes the viewer of an interaction, with the channels they see: once for every service call."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import discord

from bot.core.models import ChannelId, GuildId, UserId, Viewer
from bot.services.input.post_reference import read_reference
from cogs.shared.reach import BotInteraction, all_see, here_and_above, permissions_for_channels


async def viewer_of(interaction: discord.Interaction[Any]) -> Viewer:
    """The viewer of an answer: the person, with those channels they see of the ones that follow something.

    What the bot does not know (archived threads, who is in a private one) is asked of Discord.
    """
    return await _viewer(interaction, ask_discord=True)


async def post_viewer(interaction: discord.Interaction[Any], typed: str) -> Viewer:
    """The viewer who names a post: this channel, and that of a message of ours, may follow nothing any more."""
    message = read_reference(typed).message
    named = (None if message is None else message.channel_id, interaction.channel_id)
    return await _viewer(interaction, ask_discord=True, also=[ChannelId(one) for one in named if one is not None])


async def typing_viewer(interaction: discord.Interaction[Any]) -> Viewer:
    """The viewer who still types: Discord is not asked, and an unknown channel is not theirs."""
    return await _viewer(interaction, ask_discord=False)


async def readers_of(interaction: BotInteraction) -> Viewer:
    """The viewer of an answer that the whole channel reads: what everybody who reads it may know.

    That is of the channel itself, and of channels that all members of the server see. What this person sees
    besides is not told to others.
    """
    person = await viewer_of(interaction)
    if interaction.guild is None:
        return person
    own = here_and_above(interaction)
    shared = frozenset(one for one in person.channels if one in own or all_see(interaction, one))
    return Viewer(person.guild_id, shared, here=person.here)


async def _viewer(interaction: BotInteraction, *, ask_discord: bool, also: Collection[ChannelId] = ()) -> Viewer:
    here = None if interaction.channel_id is None else ChannelId(interaction.channel_id)
    person = UserId(interaction.user.id)
    if interaction.guild_id is None:
        return Viewer(user_id=person, here=here)
    guild_id = GuildId(interaction.guild_id)
    following = [*await interaction.client.services.guilds.following_channels(guild_id), *also]
    reach = await permissions_for_channels(interaction, following, for_a_list=True, ask_discord=ask_discord)
    return Viewer(guild_id, frozenset(filter(reach.sees, following)), person, here)
