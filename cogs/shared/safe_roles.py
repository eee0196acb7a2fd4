"""Roles that a button may give to anybody: asked when one is chosen, and again at each click.

A role can get a permission, an overwrite or another place after it was chosen.
"""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands

from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId

DANGEROUS: Final = discord.Permissions.elevated() | discord.Permissions(
    administrator=True,
    ban_members=True,
    bypass_slowmode=True,
    create_expressions=True,
    deafen_members=True,
    kick_members=True,
    manage_channels=True,
    manage_events=True,
    manage_expressions=True,
    manage_guild=True,
    manage_messages=True,
    manage_nicknames=True,
    manage_roles=True,
    manage_threads=True,
    manage_webhooks=True,
    mention_everyone=True,
    moderate_members=True,
    move_members=True,
    mute_members=True,
    pin_messages=True,
    priority_speaker=True,
    view_audit_log=True,
    view_guild_insights=True,
)
"""Permissions of moderators and administrators, and those that let one disturb everybody."""


def check_safe(role: discord.Role) -> None:
    """Require that a role gives nobody power, in the server or by an overwrite of a channel.

    Raises ``RefusedRequest``.
    """
    if role.is_default():
        raise RefusedRequest("notify-role-everyone")
    if role.managed:
        raise RefusedRequest("notify-role-managed")
    allowed = role.permissions.value
    for channel in role.guild.channels:
        allowed |= channel.overwrites_for(role).pair()[0].value
    found = [name for name, is_set in discord.Permissions(allowed & DANGEROUS.value) if is_set]
    if found:
        raise RefusedRequest("notify-role-dangerous", permissions=",".join(found))


def channels_opened_by(role: discord.Role) -> list[ChannelId]:
    """Channels that who has the role sees, and who has no role does not: by an overwrite or by the role itself."""
    everyone = role.guild.default_role
    return [
        ChannelId(channel.id)
        for channel in role.guild.channels
        if channel.permissions_for(role).view_channel and not channel.permissions_for(everyone).view_channel
    ]


def check_can_be_chosen(role: discord.Role, person: discord.abc.User) -> None:
    """Require that a person may choose the role for a button: it is safe, and they and the bot can give it.

    Raises ``MissingPermissions`` and ``RefusedRequest``.
    """
    check_safe(role)
    if isinstance(person, discord.Member):
        check_person_can_give(role, person)
    check_bot_can_give(role)


def check_bot_can_give(role: discord.Role) -> None:
    """Require that the bot may give the role. Raises ``RefusedRequest``."""
    me = role.guild.me
    if not me.guild_permissions.manage_roles:
        raise RefusedRequest("notify-bot-needs")
    if role >= me.top_role:
        raise RefusedRequest("notify-role-above-bot")


def check_person_can_give(role: discord.Role, person: discord.Member) -> None:
    """Require that the person could give the role themselves: they own the server, or stand above it.

    Raises ``MissingPermissions`` and ``RefusedRequest``.
    """
    missing = [name for name in ("manage_guild", "manage_roles") if not getattr(person.guild_permissions, name)]
    if missing:
        raise app_commands.MissingPermissions(missing)
    if person.id != role.guild.owner_id and role >= person.top_role:
        raise RefusedRequest("notify-role-above-you")
