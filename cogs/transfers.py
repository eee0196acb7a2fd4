"""``/export`` and ``/import``: the settings of a server as a file, for people with Manage Server.

Only what they may manage: channels that they cannot are neither written nor changed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.models import (
    ChannelId,
    FiledDigest,
    FiledForum,
    FiledHours,
    FiledNotifyRole,
    FiledSubscription,
    GuildFile,
    GuildSettings,
    RoleId,
    UserId,
)
from bot.core.text import label
from bot.core.transfers import Difference, Filed, channels_in, only_in, with_channels
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.services.transfers.service import ImportPlan, TransferService
from bot.views.transfer import APPLY_ID, FILENAME, done_view, export_view, flaws_view, plan_view
from cogs.moderation import moderates_the_server
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import text
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    KINDS,
    ChannelAccess,
    access_to_id,
    check_role,
    gone_roles,
    guild_of,
    know_forum,
    require_bot_can_send,
    require_manage_roles,
    require_manage_server,
)
from cogs.shared.reach import BotInteraction, find_channel, permissions_for_channels, permissions_in
from cogs.shared.safe_roles import check_can_be_chosen

CHANNEL_NAME_MAX = 100
"""Characters that Discord allows a channel's name; a file may hold a longer one."""


class ImportButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=APPLY_ID):
    """Makes an import that was shown, or takes one back."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.token = match["token"]
        self.is_undo = match["what"] == "undo"

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Make it, as far as this person still may."""
        async with answering(interaction):
            await acknowledge(interaction)
            require_manage_server(interaction)
            service, guild_id = _service(interaction), guild_of(interaction)
            plan = service.pending(guild_id, self.token)
            managed = await _managed(interaction, [one.channel for one in plan.differences if one.channel])
            if plan.limited_to(managed, may_hide=moderates_the_server(interaction)) != plan:
                raise RefusedRequest("transfer-not-yours")
            await _check_rights(interaction, plan)
            await service.apply(plan, for_person=True)
            await _know_forums(interaction, plan)
            back = None if self.is_undo else service.keep(plan.back)
            await answer(interaction, done_view(speaker_of(interaction), plan.differences, token=back))


class TransferCog(commands.Cog):
    """The ``/export`` and ``/import`` commands."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @app_commands.command(name=text("cmd-export-name"), description=text("cmd-export-description"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def export(self, interaction: BotInteraction) -> None:
        """Send the settings of the server as a file, only to who asks."""
        await acknowledge(interaction)
        require_manage_server(interaction)
        service = _service(interaction)
        [found] = await service.exported([guild_of(interaction)])
        file = await _as_far_as_managed(interaction, found)
        content = service.written([file]).encode()
        view = export_view(speaker_of(interaction), len(file.subscriptions), len(file.digests))
        await interaction.edit_original_response(
            view=view, attachments=[discord.File(io.BytesIO(content), FILENAME)]
        )

    @app_commands.command(name=text("cmd-import-name"), description=text("cmd-import-description"))
    @app_commands.rename(file=text("cmd-import-file"), remove=text("cmd-import-remove"))
    @app_commands.describe(file=text("cmd-import-file-description"), remove=text("cmd-import-remove-description"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def import_(self, interaction: BotInteraction, file: discord.Attachment, remove: bool = False) -> None:
        """Show what a file would change, with a button that does it."""
        await acknowledge(interaction)
        require_manage_server(interaction)
        service, speaker = _service(interaction), speaker_of(interaction)
        service.check_size(file.size)
        found = await service.read_beside(await file.read())
        if found.flaws:
            await answer(interaction, flaws_view(speaker, found.flaws, found.wrong))
            return
        wanted = _for_this_server(interaction, found.servers)
        plan, left_out = await _plan(interaction, wanted, removes=remove)
        token = service.keep(plan) if plan.differences else None
        await answer(interaction, plan_view(speaker, plan.differences, left_out=left_out, token=token))


async def _plan(interaction: BotInteraction, wanted: GuildFile, *, removes: bool) -> tuple[ImportPlan, int]:
    """The changes that this person may make, and how many of others are left out. Raises ``RefusedRequest``."""
    service = _service(interaction)
    wanted = await _with_unseen_status(interaction, wanted)
    whole = await service.plan(wanted, removes=removes, user_id=UserId(interaction.user.id))
    managed = await _managed(interaction, [one.channel for one in whole.differences if one.channel])
    plan = whole.limited_to(managed, may_hide=moderates_the_server(interaction))
    await _check_rights(interaction, plan)
    return plan, len(whole.differences) - len(plan.differences)


async def _with_unseen_status(interaction: BotInteraction, wanted: GuildFile) -> GuildFile:
    """The file with the server's channel of notices where it is in no file of this person, who can't manage it."""
    guild_id = guild_of(interaction)
    kept = (await interaction.client.services.guild_settings.of_guild(guild_id)).status_channel
    if wanted.settings.status_channel is not None or kept is None or await _managed(interaction, [kept]):
        return wanted
    return replace(wanted, settings=replace(wanted.settings, status_channel=kept))


async def _check_rights(interaction: BotInteraction, plan: ImportPlan) -> None:
    """Require what commands require of who makes these changes, and of the bot.

    Raises ``RefusedRequest`` and permission errors.
    """
    asked: dict[ChannelId, ChannelAccess] = {}  # Discord is asked once for a channel, not for each thing in it
    for one in plan.differences:
        _check_notify_role(interaction, one)
        match one.after:
            case GuildSettings():
                await _check_server(interaction, one.before, one.after)
            case FiledSubscription() | FiledDigest() if one.channel is not None:
                await _check_channel(interaction, one, one.channel, asked)
            case FiledForum(channel=channel):
                asked[channel] = asked.get(channel) or await _access(interaction, channel)
                if not asked[channel].is_forum:
                    raise RefusedRequest("transfer-no-forum", channel=str(channel))


def _check_notify_role(interaction: BotInteraction, one: Difference) -> None:
    """Require what ``/notify`` requires, where a notify role is chosen or ended."""
    before, after = _notify_role_of(one.before), _notify_role_of(one.after)
    if after is not None and after != before:
        require_manage_roles(interaction)
        check_can_be_chosen(_role(interaction, after), interaction.user)
    elif before is not None and after is None and not _is_unsubscribed(one):
        require_manage_roles(interaction)


def _is_unsubscribed(one: Difference) -> bool:
    return isinstance(one.before, FiledSubscription) and one.after is None


def _notify_role_of(one: Filed | None) -> RoleId | None:
    chosen = one.notify_role if isinstance(one, FiledSubscription) else one
    return chosen.role_id if isinstance(chosen, FiledNotifyRole) else None


async def _check_server(interaction: BotInteraction, before: object, after: GuildSettings) -> None:
    known = before if isinstance(before, GuildSettings) else GuildSettings()
    if after.role_id is not None and after.role_id != known.role_id:
        check_role(_role(interaction, after.role_id), interaction.permissions)
    if after.status_channel is not None and after.status_channel != known.status_channel:
        if not (await permissions_for_channels(interaction, [after.status_channel])).sees(after.status_channel):
            raise RefusedRequest("transfer-status-channel", channel=str(after.status_channel))
        require_bot_can_send(await _access(interaction, after.status_channel), None)


async def _check_channel(
    interaction: BotInteraction, one: Difference, channel: ChannelId, asked: dict[ChannelId, ChannelAccess]
) -> None:
    """Require that the person may mention the role there, and that alerts can be sent there."""
    role_id, role = _role_of(one.after), None
    if role_id is not None and not (role_id == _role_of(one.before) and gone_roles(interaction, [role_id])):
        role = _role(interaction, role_id)
        check_role(role, await permissions_in(interaction, channel))
    if one.before is None:
        asked[channel] = asked.get(channel) or await _access(interaction, channel)
        require_bot_can_send(asked[channel], role)


def _role_of(one: Filed | None) -> RoleId | None:
    return one.settings.role_id if isinstance(one, FiledSubscription | FiledDigest) else None


async def _access(interaction: BotInteraction, channel_id: ChannelId) -> ChannelAccess:
    """A channel of the server that can get alerts. Raises ``RefusedRequest``."""
    channel = await find_channel(interaction, channel_id)
    if channel is None:
        raise RefusedRequest("transfer-status-channel", channel=str(channel_id))
    if channel.type not in KINDS:
        raise RefusedRequest("error-channel-kind")
    return await access_to_id(interaction, channel_id)


async def _know_forums(interaction: BotInteraction, plan: ImportPlan) -> None:
    """Note how forums that are new get alerts."""
    new = {one.channel for one in plan.differences if one.before is None and not isinstance(one.of, FiledHours)}
    for channel in new - {None}:
        if channel is not None:
            await know_forum(interaction, await access_to_id(interaction, channel))


def _role(interaction: BotInteraction, role_id: RoleId) -> discord.Role:
    role = None if interaction.guild is None else interaction.guild.get_role(role_id)
    if role is None:
        raise RefusedRequest("transfer-role-unknown", role=str(role_id))
    return role


def _for_this_server(interaction: BotInteraction, servers: tuple[GuildFile, ...]) -> GuildFile:
    """The settings of a file that are for this server: its own, or another's with its channels by their names.

    Raises ``RefusedRequest`` for a channel whose name is no channel's here, or several channels'.
    """
    guild_id = guild_of(interaction)
    own = next((one for one in servers if one.guild == guild_id), None)
    if own is not None:
        return own
    if len(servers) != 1 or interaction.guild is None:
        raise RefusedRequest("transfer-several-servers", count=len(servers))
    moved: dict[ChannelId, ChannelId] = {}
    for channel in channels_in(servers[0]):
        name = servers[0].channels.get(str(channel), "")
        here = [one for one in interaction.guild.channels if one.name == name and _is_offered(interaction, one)]
        if not name or len(here) != 1:
            shown = label(name or str(channel), CHANNEL_NAME_MAX)
            raise RefusedRequest("transfer-channel-unknown", name=shown, count=len(here))
        moved[channel] = ChannelId(here[0].id)
    return replace(with_channels(servers[0], moved), guild=guild_id)


def _is_offered(interaction: BotInteraction, channel: discord.abc.GuildChannel) -> bool:
    """Whether a channel can get alerts, and the person sees it: of others nothing is said."""
    person = interaction.user
    seen = isinstance(person, discord.Member) and channel.permissions_for(person).view_channel
    return seen and channel.type in KINDS


async def _as_far_as_managed(interaction: BotInteraction, file: GuildFile) -> GuildFile:
    """The part of the settings that this person may manage, with the names of its channels."""
    managed = await _managed(interaction, channels_in(file))
    part = only_in(file, managed)
    if not moderates_the_server(interaction):  # as /hidden: who hid a post, and why, is for moderators
        part = replace(part, hidden=())
    return replace(part, channels={str(one): name for one, name in managed.items()})


async def _managed(interaction: BotInteraction, channels: Iterable[ChannelId]) -> dict[ChannelId, str]:
    """The channels among these that are this server's and that this person may manage, with their names."""
    asked, guild = list(dict.fromkeys(channels)), interaction.guild
    reach = await permissions_for_channels(interaction, asked)
    found = {one: None if guild is None else guild.get_channel_or_thread(one) for one in asked}
    return {one: channel.name for one, channel in found.items() if channel is not None and reach.manages(one)}


def _service(interaction: BotInteraction) -> TransferService:
    return interaction.client.services.transfers


async def setup(bot: TrendBot) -> None:
    """discord.py calls this."""
    bot.add_dynamic_items(ImportButton)
    await bot.add_cog(TransferCog(bot))
