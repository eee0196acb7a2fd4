"""``/notify``: the role behind the button "Notify me" under alerts, and what a click on it does."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, OutboxEntry, RoleId, Subscription, UserId
from bot.core.text import excerpt, topic_key
from bot.gateway.client import TrendBot
from bot.services.notify_roles import NotifyRoleService
from bot.views.notify import draw_notify
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.language import speaker_of
from cogs.shared.options import CHOICES_MAX, Option, options, text
from cogs.shared.permissions import guild_of, require_manage_roles, seen_by
from cogs.shared.reach import BotInteraction, permissions_for_channels
from cogs.shared.safe_roles import channels_opened_by, check_bot_can_give, check_can_be_chosen, check_safe

log = logging.getLogger(__name__)


class NotifyCog(commands.Cog):
    """The ``/notify`` commands."""

    notify = app_commands.Group(
        name=text("cmd-notify-name"),
        description=text("cmd-notify-description"),
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True, manage_roles=True),
    )

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @notify.command(name=text("cmd-notify-set-name"), description=text("cmd-notify-set-description"))
    @options(Option("role", "opt-notify-role"), Option("topic", "opt-notify-topic"))
    async def choose(self, interaction: BotInteraction, role: discord.Role, topic: str = "") -> None:
        """Choose the role that the button gives, for one subscription or all alerts of the server."""
        await acknowledge(interaction)
        require_manage_roles(interaction)
        known = _known_role(interaction, RoleId(role.id))
        check_can_be_chosen(known, interaction.user)
        meant = await _meant(interaction, topic)
        guild_id, subscription_id = guild_of(interaction), None if meant is None else meant.id
        await _service(interaction).choose(
            guild_id, subscription_id, RoleId(known.id), UserId(interaction.user.id)
        )
        log.info("server %s: the button gives role %s", guild_id, known.id)
        name = "" if meant is None else meant.topic.name
        opens = channels_opened_by(known)
        await answer(interaction, draw_notify(speaker_of(interaction), RoleId(known.id), name, opens))

    @notify.command(name=text("cmd-notify-off-name"), description=text("cmd-notify-off-description"))
    @options(Option("topic", "opt-notify-topic", described="opt-notify-off-topic"))
    async def end(self, interaction: BotInteraction, topic: str = "") -> None:
        """Take the button away; those that are under sent alerts say that it is off."""
        await acknowledge(interaction)
        require_manage_roles(interaction)
        meant = await _meant(interaction, topic)
        await _service(interaction).end(guild_of(interaction), None if meant is None else meant.id)
        name = "" if meant is None else meant.topic.name
        await answer(interaction, draw_notify(speaker_of(interaction), None, name))

    @choose.autocomplete("topic")
    @end.autocomplete("topic")
    async def suggest_followed(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """The server's subscriptions in channels that the person sees."""
        if not interaction.permissions.manage_guild:
            return []
        found = await interaction.client.services.subscriptions.list(guild_of(interaction))
        shown, names = await seen_by(interaction, found)
        key = topic_key(typed)
        return [
            Choice(
                name=excerpt(f"{one.topic.name} (#{names.get(one.channel_id, '?')})", 100), value=f"id:{one.id}"
            )
            for one in shown
            if key in one.topic.key or key in topic_key(one.topic.name)
        ][:CHOICES_MAX]


async def toggle_role(interaction: BotInteraction, entry: OutboxEntry) -> None:
    """Give the role of an alert's button to who pressed it, or take it back; today's setting counts.

    Raises ``RefusedRequest``. The interaction is deferred already.
    """
    person = interaction.user
    role_id = await _service(interaction).role_for(guild_of(interaction), entry.subscription_id)
    if not isinstance(person, discord.Member):
        raise app_commands.NoPrivateMessage
    role = _known_role(interaction, role_id)
    gives = person.get_role(role.id) is None
    if gives and person.pending:
        raise RefusedRequest("notify-pending")
    if gives:
        _require_safe_still(role)
    check_bot_can_give(role)
    await interaction.client.before_request()
    change = person.add_roles if gives else person.remove_roles
    try:
        await change(role, reason="Kawaraban: Notify me")
    except discord.Forbidden:
        raise RefusedRequest("notify-forbidden") from None
    except discord.NotFound:
        raise RefusedRequest("notify-off") from None
    said = speaker_of(interaction).say("notify-given" if gives else "notify-taken", role=f"<@&{role.id}>")
    await interaction.followup.send(said, ephemeral=True, allowed_mentions=discord.AllowedMentions.none())


def _require_safe_still(role: discord.Role) -> None:
    """Raises ``RefusedRequest`` for a role that became dangerous; who pressed it learns nothing of what it may."""
    try:
        check_safe(role)
    except RefusedRequest:
        log.warning("server %s: role %s gives power now and is not given by the button", role.guild.id, role.id)
        raise RefusedRequest("notify-unsafe") from None


def _known_role(interaction: BotInteraction, role_id: RoleId) -> discord.Role:
    """The role as the gateway knows it now, with its place and permissions. Raises ``RefusedRequest``."""
    guild = interaction.guild
    role = None if guild is None else guild.get_role(role_id)
    if role is None:
        raise RefusedRequest("notify-off")
    return role


async def _meant(interaction: BotInteraction, typed: str) -> Subscription | None:
    """The subscription that was named, in a channel that the person sees; None for the whole server.

    Raises ``RefusedRequest``.
    """
    if not typed.strip():
        return None
    guild_id = guild_of(interaction)
    services = interaction.client.services
    reach = await permissions_for_channels(interaction, await services.guilds.channels(guild_id))
    return await services.subscriptions.find(
        typed, guild_id, ChannelId(interaction.channel_id or 0), sees=reach.sees
    )


def _service(interaction: BotInteraction) -> NotifyRoleService:
    return interaction.client.services.notify_roles


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(NotifyCog(bot))
