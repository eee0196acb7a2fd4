"""Permissions of a person in the channels of their server, wherever they click.

Permissions are asked of the channel that a thing belongs to, never of the one that somebody clicks or types in.
Discord is asked for a channel that is in no cache (an archived thread); where it has none either, what the person
may do in the whole server counts. A private thread is seen by its members, and by those who manage threads.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import discord

from bot.core.models import ChannelId
from bot.gateway.client import TrendBot

BotInteraction = discord.Interaction[TrendBot]
"""A command, a button or a form that somebody used."""
GuildChannelOrThread = discord.abc.GuildChannel | discord.Thread
"""A channel as the bot itself knows it."""

VOICES = (discord.ChannelType.voice, discord.ChannelType.stage_voice)
"""Channels whose text chat is read by those who may connect."""

LOOKED_UP_MAX = 50
"""Channels that Discord is asked for at one interaction; of more of them the server's permissions count."""
LOOK_UP_S = 1.5
"""An interaction must be answered within 3 s; what is not known by then is not there."""
_AT_ONCE = 10

NameAndPermissions = tuple[str, discord.Permissions]
"""A channel's name, and what one person may do there."""


@dataclass(frozen=True, slots=True)
class ChannelPermissions:
    """Permissions of one person. ``server``: in channels that cannot be found; ``names``: of found channels."""

    server: discord.Permissions
    channels: Mapping[ChannelId, discord.Permissions]
    names: Mapping[ChannelId, str]

    def at(self, channel_id: ChannelId) -> discord.Permissions:
        """Their permissions in a channel."""
        return self.channels.get(channel_id, self.server)

    def sees(self, channel_id: ChannelId) -> bool:
        """Whether they see it."""
        return self.at(channel_id).view_channel

    def manages(self, channel_id: ChannelId) -> bool:
        """Whether they may manage it."""
        here = self.at(channel_id)
        return here.view_channel and here.manage_channels

    def moderates(self, channel_id: ChannelId) -> bool:
        """Whether they may remove messages in it."""
        here = self.at(channel_id)
        return here.view_channel and here.manage_messages


async def permissions_for_channels(
    interaction: BotInteraction,
    channel_ids: Iterable[ChannelId],
    *,
    for_a_list: bool = False,
    ask_discord: bool = True,
) -> ChannelPermissions:
    """The person's permissions in these channels of the server, as Discord has them at this moment.

    ``for_a_list``: what Discord said within the last minute is good enough. ``ask_discord`` False: what it
    would have to be asked for is closed. In a direct message, and in a server that the bot is not in, they may do
    nothing.
    """
    guild, person = interaction.guild, interaction.user
    if guild is None or interaction.client.get_guild(guild.id) is None or not isinstance(person, discord.Member):
        return ChannelPermissions(discord.Permissions.none(), {}, {})
    found: dict[ChannelId, NameAndPermissions] = {}
    unknown: dict[ChannelId, GuildChannelOrThread | None] = {}
    for one in dict.fromkeys(channel_ids):
        channel = guild.get_channel_or_thread(one)
        if one == interaction.channel_id:
            found[one] = ("" if channel is None else channel.name, interaction.permissions)
        elif channel is None or _is_closed_to(channel, person):
            unknown[one] = channel
        else:
            found[one] = (channel.name, _permissions(channel, person))
    found |= await _looked_up(interaction, person, unknown, for_a_list=for_a_list, ask_discord=ask_discord)
    return ChannelPermissions(
        _in_the_server(person),
        {one: permissions for one, (_, permissions) in found.items()},
        {one: name for one, (name, _) in found.items() if name},
    )


def all_see(interaction: BotInteraction, channel_id: ChannelId) -> bool:
    """Whether every member of the server sees a channel, or a thread that is no private one."""
    guild = interaction.client.get_guild(interaction.guild_id or 0)
    channel = None if guild is None else guild.get_channel_or_thread(channel_id)
    if isinstance(channel, discord.Thread):
        channel = None if channel.is_private() else channel.parent
    if guild is None or channel is None:
        return False
    return readable(channel.permissions_for(guild.default_role), channel.type).view_channel


def here_and_above(interaction: BotInteraction) -> frozenset[ChannelId]:
    """The channel of an interaction, and that of its thread: whoever reads the one sees the other."""
    parent = interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else None
    return frozenset(ChannelId(one) for one in (interaction.channel_id, parent) if one is not None)


async def permissions_in(interaction: BotInteraction, channel_id: ChannelId) -> discord.Permissions:
    """The person's permissions in one channel of the server."""
    return (await permissions_for_channels(interaction, [channel_id])).at(channel_id)


async def find_channel(
    interaction: BotInteraction, channel_id: ChannelId, guild: discord.Guild | None = None
) -> GuildChannelOrThread | None:
    """A channel of the server (``guild``, else the interaction's), also an archived thread, which is in no cache.

    None where Discord does not show it to the bot, where it is another server's, and for a thread without a
    parent: nobody knows the permissions in it.
    """
    guild = guild or interaction.guild
    if guild is None or channel_id <= 0:
        return None
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        try:
            channel = await guild.fetch_channel(channel_id)
        except (discord.HTTPException, discord.InvalidData):
            return None
    return None if isinstance(channel, discord.Thread) and channel.parent is None else channel


async def permissions_of(channel: GuildChannelOrThread, person: discord.Member) -> discord.Permissions:
    """A member's permissions in a channel; none in a private thread that they are not in."""
    if _is_closed_to(channel, person) and not await _is_in(channel, person):
        return discord.Permissions.none()
    return _permissions(channel, person)


def _permissions(channel: GuildChannelOrThread, person: discord.Member) -> discord.Permissions:
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return _in_the_server(person)
    return readable(channel.permissions_for(person), channel.type)


def readable(permissions: discord.Permissions, kind: discord.ChannelType) -> discord.Permissions:
    """The permissions, as far as what stands in the channel can be read.

    The messages of a voice or stage channel are only for those who may connect
    (https://docs.discord.com/developers/resources/message#get-channel-messages).
    """
    if kind not in VOICES or permissions.connect:
        return permissions
    closed = discord.Permissions(permissions.value)
    closed.update(view_channel=False)
    return closed


def _is_closed_to(channel: GuildChannelOrThread, person: discord.Member) -> bool:
    """Whether only membership, which is in no cache, lets the person in."""
    is_private = channel.type is discord.ChannelType.private_thread
    return is_private and not _permissions(channel, person).manage_threads


async def _is_in(channel: GuildChannelOrThread, person: discord.Member) -> bool:
    if not isinstance(channel, discord.Thread):
        return False
    try:
        await channel.fetch_member(person.id)
    except discord.HTTPException:
        return False
    return True


def _in_the_server(person: discord.Member) -> discord.Permissions:
    """Permissions in a channel that cannot be found: it is shown to those who manage all channels."""
    everywhere = person.guild_permissions
    everywhere.update(view_channel=everywhere.manage_channels)
    return everywhere


async def _looked_up(
    interaction: BotInteraction,
    person: discord.Member,
    wanted: Mapping[ChannelId, GuildChannelOrThread | None],
    *,
    for_a_list: bool,
    ask_discord: bool,
) -> dict[ChannelId, NameAndPermissions]:
    """Discord's answers on channels that are in no cache, or whose members are in none.

    A private thread whose members cannot be learned in time is closed.
    """
    memory = interaction.client.looked_up
    closed = {
        one: ("" if channel is None else channel.name, discord.Permissions.none())
        for one, channel in wanted.items()
        if channel is not None or not ask_discord
    }
    answers: dict[ChannelId, NameAndPermissions | None] = {}
    if for_a_list:
        answers = {one: memory[one, person.id] for one in wanted if (one, person.id) in memory}
    slots = asyncio.Semaphore(_AT_ONCE)

    async def ask(channel_id: ChannelId) -> None:
        async with slots:
            channel = wanted[channel_id] or await find_channel(interaction, channel_id)
            known = None if channel is None else (channel.name, await permissions_of(channel, person))
            answers[channel_id] = memory[channel_id, person.id] = known

    asked = [one for one in wanted if one not in answers][:LOOKED_UP_MAX] if ask_discord else []
    if asked:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_UP_S):
                await asyncio.gather(*map(ask, asked))
    return closed | {one: known for one, known in answers.items() if known is not None}
