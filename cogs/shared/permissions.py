"""Permission checks: the person's Manage Channels, and the bot's permissions to alert a channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, GuildId, PostsBy, RoleId, Subscription
from bot.views.alerts.forum_post import usable_tags
from cogs.shared.reach import (
    VOICES,
    BotInteraction,
    GuildChannelOrThread,
    find_channel,
    permissions_for_channels,
    permissions_in,
    permissions_of,
    readable,
)

ChosenChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread
"""A channel as an option of a command names it: not from the cache, so archived threads are there too."""

_THREADS = (
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)
FORUMS = (discord.ChannelType.forum, discord.ChannelType.media)
KINDS = (discord.ChannelType.text, discord.ChannelType.news, *VOICES, *FORUMS, *_THREADS)
"""Kinds of channels for alerts: of a voice or stage channel its text chat; a forum takes posts."""


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """A channel that is to get a topic's alerts, and the permissions there.

    ``is_locked``: a thread where only those who manage threads can write. ``is_closed``: a private thread that
    the bot is not in. ``is_voice``: the text chat of a voice or stage channel. ``lacks_tag``: a forum whose posts
    must have a tag, and none that the bot may set.
    """

    channel_id: ChannelId
    person: discord.Permissions
    bot: discord.Permissions
    is_thread: bool
    is_locked: bool = False
    is_closed: bool = False
    is_voice: bool = False
    is_forum: bool = False
    lacks_tag: bool = False


def guild_of(interaction: BotInteraction) -> GuildId:
    """The server of an interaction.

    Raises Discord's own error for a private chat, and for a server that the bot is not in: who installed it for
    themselves uses it there, and it knows nobody's permissions.
    """
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        raise app_commands.NoPrivateMessage
    return GuildId(interaction.guild_id)


async def access_to_option(interaction: BotInteraction, chosen: ChosenChannel | None) -> ChannelAccess:
    """The channel chosen, or the one typed in. Raises ``RefusedRequest`` for one that cannot get alerts."""
    channel = chosen if chosen is not None else interaction.channel
    if channel is None or channel.type not in KINDS:
        raise RefusedRequest("error-channel-kind")
    if channel.type in _THREADS:
        return await _thread_access(interaction, channel, chosen)
    if chosen is None or chosen.id == interaction.channel_id:
        found, person, bot = None, interaction.permissions, interaction.app_permissions
    else:
        person = readable(chosen.permissions, channel.type)
        found = await find_channel(interaction, ChannelId(chosen.id))
        bot = _bot_permissions(found)
    return ChannelAccess(
        ChannelId(channel.id),
        person,
        bot,
        is_thread=False,
        is_voice=channel.type in VOICES,
        is_forum=channel.type in FORUMS,
        lacks_tag=_lacks_tag(found),
    )


async def _thread_access(interaction: BotInteraction, channel: Any, chosen: ChosenChannel | None) -> ChannelAccess:
    """A thread is always asked for as the bot knows it: whether it may write there is not in its permissions."""
    found = await find_channel(interaction, ChannelId(channel.id))
    is_private = channel.type is discord.ChannelType.private_thread
    person = await permissions_in(interaction, ChannelId(channel.id))
    is_here = channel.id == interaction.channel_id
    bot = interaction.app_permissions if is_here else _bot_permissions(found)
    is_locked = isinstance(found, discord.Thread) and found.locked
    return ChannelAccess(
        ChannelId(channel.id), person, bot, is_thread=True, is_locked=is_locked, is_closed=is_private and not found
    )


def require_manage(access: ChannelAccess) -> None:
    """Raises ``MissingPermissions`` unless the person may manage the channel."""
    if not (access.person.view_channel and access.person.manage_channels):
        raise app_commands.MissingPermissions(["manage_channels"])


def require_manage_server(interaction: BotInteraction) -> None:
    """Raises ``MissingPermissions`` unless the person may manage the server (``NoPrivateMessage``: in none)."""
    guild_of(interaction)
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])


def require_manage_roles(interaction: BotInteraction) -> None:
    """Raises ``MissingPermissions`` unless the person may manage the server and its roles."""
    require_manage_server(interaction)
    if not interaction.permissions.manage_roles:
        raise app_commands.MissingPermissions(["manage_roles"])


async def require_managed(interaction: BotInteraction, channel_id: ChannelId) -> None:
    """Require the right to manage a channel of the server; for one that is gone, all of the server's channels."""
    if not (await permissions_for_channels(interaction, [channel_id])).manages(channel_id):
        raise app_commands.MissingPermissions(["manage_channels"])


async def require_seen(interaction: BotInteraction, channel_id: ChannelId) -> None:
    """Raises ``RefusedRequest`` as for what is no longer kept, unless the person sees the channel."""
    if not (await permissions_for_channels(interaction, [channel_id])).sees(channel_id):
        raise RefusedRequest("error-message-unknown")


async def listed_channel(interaction: BotInteraction, chosen: ChosenChannel | None) -> ChannelId | None:
    """The channel that a list is asked of; None for the whole server's.

    Raises ``MissingPermissions`` unless the person may manage it (for the server's: the channel they are in),
    ``RefusedRequest`` for a channel that cannot get alerts.
    """
    if chosen is None:
        if not interaction.permissions.manage_channels:
            raise app_commands.MissingPermissions(["manage_channels"])
        return None
    access = await access_to_option(interaction, chosen)
    require_manage(access)
    return access.channel_id


def require_bot_can_send(access: ChannelAccess, role: discord.Role | None) -> None:
    """Raises ``BotMissingPermissions`` with everything the bot lacks to send posts there.

    Raises ``RefusedRequest`` for a private thread that it is not in, and for a forum without a tag for its posts.
    """
    if access.is_closed:
        raise RefusedRequest("error-thread-closed")
    missing = missing_to_send(access, role)
    if missing:
        raise app_commands.BotMissingPermissions(missing)
    if access.lacks_tag:
        raise RefusedRequest("error-forum-tags")


async def know_forum(
    interaction: BotInteraction, access: ChannelAccess, posts_by: PostsBy | None = None
) -> PostsBy | None:
    """Note how a forum gets alerts, before the first one; returns how, None for other channels.

    ``posts_by`` None: as before. Raises ``RefusedRequest`` where it is chosen for a place that is no forum.
    """
    if access.is_forum:
        servers = interaction.client.services.guilds
        return await servers.know_forum(guild_of(interaction), access.channel_id, posts_by)
    if posts_by is not None:
        raise RefusedRequest("error-no-forum")
    return None


def missing_to_send(access: ChannelAccess, role: discord.Role | None = None) -> list[str]:
    """The permissions the bot lacks to send posts in a channel."""
    sending = "send_messages_in_threads" if access.is_thread else "send_messages"
    needed = ["view_channel", *(["connect"] if access.is_voice else []), sending, "read_message_history"]
    if access.is_forum:
        needed.append("send_messages_in_threads")
    if access.is_locked:
        needed.append("manage_threads")
    if role is not None and not role.mentionable:
        needed.append("mention_everyone")
    missing = [name for name in needed if not getattr(access.bot, name)]
    # In a forum Discord calls it by what it lets one do there.
    return ["create_posts" if access.is_forum and name == "send_messages" else name for name in missing]


def check_role(role: discord.Role | None, person: discord.Permissions) -> None:
    """Check that a person may have the bot mention a role: not everyone (invariant 7), nor one forbidden to them.

    ``person``: permissions in the channel of the one who sets the role. Raises ``RefusedRequest``.
    """
    if role is None:
        return
    if role.is_default():
        raise RefusedRequest("error-role-everyone")
    if not (role.mentionable or person.mention_everyone):
        raise RefusedRequest("error-role-not-yours")


async def server_role(interaction: BotInteraction, access: ChannelAccess) -> RoleId | None:
    """The role that new subscriptions and digests of the server mention.

    None where there is none (any more), and where the person or the bot may not mention it in the channel: the
    server's choice gives nobody a mention that they do not have (invariant 7).
    """
    guild_id, guild = guild_of(interaction), interaction.guild
    chosen = (await interaction.client.services.guild_settings.of_guild(guild_id)).role_id
    role = None if chosen is None or guild is None else guild.get_role(chosen)
    if role is None or role.is_default() or missing_to_send(access, role):
        return None
    return chosen if role.mentionable or access.person.mention_everyone else None


def gone_roles(interaction: BotInteraction, roles: Iterable[RoleId | None]) -> frozenset[RoleId]:
    """The deleted ones of these roles; none while the server's roles are not known."""
    guild = None if interaction.guild_id is None else interaction.client.get_guild(interaction.guild_id)
    if guild is None or guild.unavailable or not guild.roles:
        return frozenset()
    return frozenset(role for role in roles if role is not None and guild.get_role(role) is None)


async def check_kept_role(interaction: BotInteraction, role_id: RoleId | None, channel_id: ChannelId) -> None:
    """Require the permission to mention a role of anyone who changes its subscription, whoever set the role.

    Otherwise a loud topic would turn somebody else's mention into one of their own. A role that is gone mentions
    nobody. Raises ``RefusedRequest``.
    """
    role = None if role_id is None or interaction.guild is None else interaction.guild.get_role(role_id)
    if role is not None:
        check_role(role, await permissions_in(interaction, channel_id))


async def access_to_id(interaction: BotInteraction, channel_id: ChannelId) -> ChannelAccess:
    """A channel that gets alerts. Raises ``RefusedRequest`` when the bot cannot find it any more."""
    guild, person = interaction.guild, interaction.user
    channel = await find_channel(interaction, channel_id)
    if guild is None or channel is None or not isinstance(person, discord.Member):
        raise RefusedRequest("state-paused-not-found")
    return await access_for(channel, person)


async def access_for(channel: GuildChannelOrThread, person: discord.Member) -> ChannelAccess:
    """The permissions of a member and of the bot in a channel."""
    return ChannelAccess(
        ChannelId(channel.id),
        await permissions_of(channel, person),
        _bot_permissions(channel),
        is_thread=isinstance(channel, discord.Thread),
        is_locked=isinstance(channel, discord.Thread) and channel.locked,
        is_voice=channel.type in VOICES,
        is_forum=channel.type in FORUMS,
        lacks_tag=_lacks_tag(channel),
    )


def is_age_restricted(interaction: discord.Interaction[Any]) -> bool:
    """Whether sensitive media may be shown here; a direct message does not say, so no."""
    channel: Any = interaction.channel
    return bool(getattr(channel, "is_nsfw", bool)())


def may_show_sensitive(interaction: BotInteraction, channel_id: ChannelId) -> bool:
    """Whether sensitive media of what goes to a channel may be shown: there, and here where the answer is."""
    channel: Any = interaction.client.get_channel(channel_id)
    return bool(getattr(channel, "is_nsfw", bool)()) and is_age_restricted(interaction)


def _lacks_tag(channel: GuildChannelOrThread | None) -> bool:
    if not isinstance(channel, discord.ForumChannel):
        return False
    return channel.flags.require_tag and not usable_tags(channel)


def _bot_permissions(channel: GuildChannelOrThread | None) -> discord.Permissions:
    """The bot's permissions in a channel; none in one that it cannot even see."""
    return discord.Permissions.none() if channel is None else channel.permissions_for(channel.guild.me)


async def seen_by(
    interaction: BotInteraction, subscriptions: Sequence[Subscription]
) -> tuple[list[Subscription], Mapping[ChannelId, str]]:
    """Subscriptions in channels that the person sees, and the names of these channels."""
    reach = await permissions_for_channels(interaction, [one.channel_id for one in subscriptions], for_a_list=True)
    return [one for one in subscriptions if reach.sees(one.channel_id)], reach.names
