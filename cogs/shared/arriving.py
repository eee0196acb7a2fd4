"""Servers as they are welcomed: the channel where the bot may speak, and the server's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import discord

from bot.core.models import ChannelId, GuildId
from bot.core.welcome import Arrival
from bot.views.kit.text import language_of

_COMMUNITY = "COMMUNITY"
_UNSET = discord.Locale.american_english
"""Discord's value for servers that chose no language; only those with its Community feature can choose one."""


def joined_at(guild: discord.Guild) -> datetime | None:
    """The time since when the bot is in a server; None: unknown."""
    me: discord.Member | None = guild.me
    return None if me is None else me.joined_at


def arrival_of(guild: discord.Guild, default_language: str) -> Arrival:
    """A server of the gateway. ``default_language``: of servers that chose none."""
    me: discord.Member | None = guild.me
    channel = None if me is None else next(_open_channels(guild, me), None)
    return Arrival(
        GuildId(guild.id),
        _language(guild, default_language),
        channel_id=None if channel is None else ChannelId(channel.id),
    )


def _language(guild: discord.Guild, default_language: str) -> str:
    """The server's language, where it is known to be its own choice."""
    is_chosen = _COMMUNITY in guild.features or guild.preferred_locale is not _UNSET
    return language_of(str(guild.preferred_locale), default_language) if is_chosen else default_language


def _open_channels(guild: discord.Guild, me: discord.Member) -> Iterator[discord.TextChannel]:
    """Channels for a welcome: the one for system messages, then those that everyone sees, from the top."""
    system = guild.system_channel
    if system is not None and _may_write(system, me):
        yield system
    kept_back = {guild.rules_channel, guild.public_updates_channel, system}
    for _, channels in guild.by_category():
        for channel in channels:
            if not isinstance(channel, discord.TextChannel) or channel in kept_back:
                continue
            if channel.permissions_for(guild.default_role).view_channel and _may_write(channel, me):
                yield channel


def _may_write(channel: discord.TextChannel, me: discord.Member) -> bool:
    """Whether the bot sees the channel and may write; announcements are followed by other servers."""
    allowed = channel.permissions_for(me)
    return allowed.view_channel and allowed.send_messages and not channel.is_news()
