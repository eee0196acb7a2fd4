"""``/settings``: the settings of a server on one card, for people with Manage Server."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.guild_settings import NOT_SET, SettingKey, write_quiet
from bot.core.models import ChannelId, GuildSettings, QuietHours
from bot.gateway.client import TrendBot
from bot.services.guild_settings import GuildSettingsService, SettingChange
from bot.services.input.quiet_hours import parse_time, parse_weekdays
from bot.views.guild_settings import (
    FIELD_MAX,
    FORM_ID,
    QUIET_OFF_ID,
    MadeChange,
    OperatorDefaults,
    quiet_settings_form,
    settings_view,
    zone_form,
)
from bot.views.kit.forms import Typed
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.lasting_forms import form_listener, open_in_time, text_in
from cogs.shared.matched import Matched
from cogs.shared.options import text, zone_of
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    KINDS,
    access_to_id,
    check_role,
    guild_of,
    require_bot_can_send,
    require_manage_server,
    require_seen,
)
from cogs.shared.reach import BotInteraction, find_channel, permissions_for_channels

_KEYS = "|".join(SettingKey)
_FORMS = frozenset({SettingKey.ZONE, SettingKey.QUIET})


class SettingItem(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=rf"kw:set:(?P<key>{_KEYS})"):
    """A menu of the card, which saves what was chosen, or a button that opens a form."""

    def __init__(self, item: ui.Select[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.key = SettingKey(match["key"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Save what was chosen, or open the form."""
        async with answering(interaction):
            if self.key in _FORMS:
                require_manage_server(interaction)
                await open_in_time(interaction, _form(interaction, self.key))
                return
            await acknowledge(interaction)
            data: Any = interaction.data or {}
            chosen = str(next(iter(data.get("values") or ()), NOT_SET))
            await _save(interaction, self.key, NOT_SET if chosen == "default" else chosen)


class QuietOffButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=QUIET_OFF_ID):
    """Ends the server's quiet hours."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """End them where no channel chose its own."""
        async with answering(interaction):
            await acknowledge(interaction)
            await _save(interaction, SettingKey.QUIET, NOT_SET)


class UndoSettingButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:set-undo:(?P<key>{_KEYS}):(?P<made>[0-9a-f]{{8}}):(?P<before>[ -~]{{0,60}})",
):
    """Takes a change back."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.key = SettingKey(match["key"])
        self.made = match["made"]
        self.before = match["before"]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set it back, as far as this person may choose that value."""
        async with answering(interaction):
            await acknowledge(interaction)
            require_manage_server(interaction)
            await _check(interaction, self.key, self.before)
            channels = await _managed_channels(interaction, self.key)
            done = await _service(interaction).undo(
                guild_of(interaction), self.key, self.before, self.made, channels=channels
            )
            await _show(interaction, done, is_undone=True)


ITEMS = (SettingItem, QuietOffButton, UndoSettingButton)


class GuildSettingsCog(commands.Cog):
    """The ``/settings`` command."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=text("cmd-settings-name"),
        description=text("cmd-settings-description"),
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(self, interaction: BotInteraction) -> None:
        """Show the settings of the server, only to who asks."""
        await acknowledge(interaction)
        require_manage_server(interaction)
        await _show(interaction)


async def _save(interaction: BotInteraction, key: SettingKey, value: str) -> None:
    """Save a setting, and show the card with it. Raises ``RefusedRequest`` and permission errors."""
    require_manage_server(interaction)
    await _check(interaction, key, value)
    channels = await _managed_channels(interaction, key)
    done = await _service(interaction).change(guild_of(interaction), key, value, channels=channels)
    await _show(interaction, done)


async def _show(
    interaction: BotInteraction, done: SettingChange | None = None, *, is_undone: bool = False
) -> None:
    """Show the card; what the bot says of a change that changed nothing is nothing."""
    settings = await _service(interaction).of_guild(guild_of(interaction))
    change = None
    if done is not None and done.before != done.after:
        change = MadeChange(done.key, done.before, done.after, is_undone=is_undone)
    operator = interaction.client.services.settings.alerts
    guild = interaction.guild

    def is_there(one: int) -> bool:
        return guild is not None and (guild.get_role(one) or guild.get_channel(one)) is not None

    view = settings_view(
        speaker_of(interaction),
        settings,
        OperatorDefaults(operator.default_pace, operator.default_surge),
        is_there=is_there,
        change=change,
    )
    await answer(interaction, view)


async def _check(interaction: BotInteraction, key: SettingKey, value: str) -> None:
    """Require that the person may choose a role or channel, and that the bot can use it.

    Raises ``RefusedRequest`` and permission errors.
    """
    if value == NOT_SET or not value.isdecimal() or len(value) > 20:
        return
    if key is SettingKey.ROLE:
        role = None if interaction.guild is None else interaction.guild.get_role(int(value))
        if role is None:
            raise RefusedRequest("settings-unclear")
        check_role(role, interaction.permissions)
    elif key is SettingKey.STATUS:
        await _check_status_channel(interaction, ChannelId(int(value)))


async def _check_status_channel(interaction: BotInteraction, channel_id: ChannelId) -> None:
    """Require a channel that both the person and the bot see, and that can get notices.

    Raises ``RefusedRequest`` and permission errors.
    """
    await require_seen(interaction, channel_id)
    channel = await find_channel(interaction, channel_id)
    if channel is None:  # in Discord's menu are all that the person sees
        raise RefusedRequest("settings-channel-unseen")
    if channel.type not in KINDS:
        raise RefusedRequest("error-channel-kind")
    require_bot_can_send(await access_to_id(interaction, channel_id), None)


async def _managed_channels(interaction: BotInteraction, key: SettingKey) -> Collection[ChannelId]:
    """The channels whose quiet hours change with the server's: those that the person may manage."""
    if key is not SettingKey.QUIET:
        return ()
    following = await interaction.client.services.guilds.following_channels(guild_of(interaction))
    reach = await permissions_for_channels(interaction, following)
    return [channel for channel in following if reach.manages(channel)]


async def _form(interaction: BotInteraction, key: SettingKey) -> ui.Modal:
    settings: GuildSettings = await _service(interaction).of_guild(guild_of(interaction))
    make = zone_form if key is SettingKey.ZONE else quiet_settings_form
    return make(speaker_of(interaction), settings)


async def _take_form(interaction: BotInteraction, match: re.Match[str], typed: Typed) -> None:
    """Save what was typed into one of the two forms. Raises ``RefusedRequest``: nothing is stored then."""
    zone = text_in(typed, "timezone")[:FIELD_MAX].strip()
    if match["key"] == SettingKey.ZONE:
        await _save(interaction, SettingKey.ZONE, zone_of(interaction, zone) if zone else NOT_SET)
        return
    require_manage_server(interaction)
    server = await _service(interaction).of_guild(guild_of(interaction))
    quiet = QuietHours(
        zone_of(interaction, zone, server.zone),
        parse_time(text_in(typed, "start")[:FIELD_MAX]),
        parse_time(text_in(typed, "end")[:FIELD_MAX]),
        parse_weekdays(text_in(typed, "weekdays")[:FIELD_MAX]),
    )
    await _save(interaction, SettingKey.QUIET, write_quiet(quiet))


on_settings_form = form_listener(FORM_ID, _take_form)


def _service(interaction: BotInteraction) -> GuildSettingsService:
    return interaction.client.services.guild_settings


async def setup(bot: TrendBot) -> None:
    """The command, and the menus and buttons that live on."""
    await bot.add_cog(GuildSettingsCog(bot))
    bot.add_dynamic_items(*ITEMS)
    bot.add_listener(on_settings_form, "on_interaction")
