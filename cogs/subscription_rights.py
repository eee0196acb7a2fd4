"""Who may do what where: the person's Manage Channels, and what the bot needs to tell posts in a channel."""

from __future__ import annotations

from dataclasses import dataclass

import discord
from discord import app_commands

from bot.client import TrendBot
from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, GuildId, Subscription

Chosen = app_commands.AppCommandChannel | app_commands.AppCommandThread
"""A channel as an option of a command names it: not from the cache, so archived threads are there too."""

KINDS = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)
"""Where alerts can go; a forum takes threads instead of messages, a voice channel has its own chat."""
_THREADS = KINDS[2:]


@dataclass(frozen=True, slots=True)
class Place:
    """A channel that is to hear of a topic, and what may be done there."""

    channel_id: ChannelId
    person: discord.Permissions
    bot: discord.Permissions
    is_thread: bool


def guild_of(interaction: discord.Interaction[TrendBot]) -> GuildId:
    """The server of an interaction. Raises Discord's own error for a private chat."""
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return GuildId(interaction.guild_id)


async def place_of(interaction: discord.Interaction[TrendBot], chosen: Chosen | None) -> Place:
    """The channel chosen, or the one typed in. Raises ``RefusedRequest`` for one that cannot hear."""
    channel = chosen if chosen is not None else interaction.channel
    if channel is None or channel.type not in KINDS:
        raise RefusedRequest("error-channel-kind")
    is_thread = channel.type in _THREADS
    if chosen is None or chosen.id == interaction.channel_id:
        return Place(ChannelId(channel.id), interaction.permissions, interaction.app_permissions, is_thread)
    return Place(ChannelId(chosen.id), chosen.permissions, await _bot_permissions(chosen), is_thread)


def require_manage(place: Place) -> None:
    """Raises ``MissingPermissions`` unless the person may manage the channel."""
    if not place.person.manage_channels:
        raise app_commands.MissingPermissions(["manage_channels"])


def require_managed(interaction: discord.Interaction[TrendBot], channel_id: ChannelId) -> None:
    """The same for a channel somewhere in the server; one that is gone is judged by where the person is now."""
    here = interaction.permissions
    guild, person = interaction.guild, interaction.user
    if guild is not None and isinstance(person, discord.Member) and channel_id != interaction.channel_id:
        channel = guild.get_channel_or_thread(channel_id)
        here = channel.permissions_for(person) if channel is not None else here
    if not here.manage_channels:
        raise app_commands.MissingPermissions(["manage_channels"])


def require_able(place: Place, role: discord.Role | None) -> None:
    """Raises ``BotMissingPermissions`` with everything the bot lacks to tell posts there."""
    sending = "send_messages_in_threads" if place.is_thread else "send_messages"
    needed = ["view_channel", sending, "read_message_history"]
    if role is not None and not role.mentionable:
        needed.append("mention_everyone")
    missing = [name for name in needed if not getattr(place.bot, name)]
    if missing:
        raise app_commands.BotMissingPermissions(missing)


def check_role(role: discord.Role | None) -> None:
    """Nobody makes the bot shout at everyone (invariant 7)."""
    if role is not None and role.is_default():
        raise RefusedRequest("error-role-everyone")


def place_in(interaction: discord.Interaction[TrendBot], subscription: Subscription) -> Place:
    """The channel of a subscription. Raises ``RefusedRequest`` when the bot cannot find it any more."""
    guild = interaction.guild
    channel = None if guild is None else guild.get_channel_or_thread(subscription.channel_id)
    if guild is None or channel is None or not isinstance(interaction.user, discord.Member):
        raise RefusedRequest("state-paused-not-found")
    person = channel.permissions_for(interaction.user)
    bot = channel.permissions_for(guild.me)
    return Place(subscription.channel_id, person, bot, isinstance(channel, discord.Thread))


def seen_by(
    interaction: discord.Interaction[TrendBot], subscriptions: list[Subscription]
) -> tuple[list[Subscription], dict[ChannelId, str]]:
    """Those in channels the person may see (or that are gone), and the names of the channels."""
    guild, person = interaction.guild, interaction.user
    names: dict[ChannelId, str] = {}
    shown = []
    for subscription in subscriptions:
        channel = guild.get_channel_or_thread(subscription.channel_id) if guild is not None else None
        if channel is not None:
            if not isinstance(person, discord.Member) or not channel.permissions_for(person).view_channel:
                continue
            names[subscription.channel_id] = channel.name
        shown.append(subscription)
    return shown, names


async def _bot_permissions(chosen: Chosen) -> discord.Permissions:
    """What the bot may do in a channel; nothing in one that it cannot even see."""
    channel = chosen.resolve()
    if channel is None:
        try:
            channel = await chosen.fetch()
        except (discord.Forbidden, discord.NotFound):
            return discord.Permissions.none()
    return channel.permissions_for(channel.guild.me)
