"""The page of ``/help``, for the command and for the button under a welcome."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands, ui

from bot.gateway.client import TrendBot
from bot.views.help import help_view
from cogs.shared.language import speaker_of


def help_layout(interaction: discord.Interaction[Any]) -> ui.LayoutView:
    """The page in the reader's language."""
    bot: TrendBot = interaction.client
    known = {
        command.qualified_name: command.description
        for command in bot.tree.walk_commands(type=discord.AppCommandType.chat_input)
        if not _is_group(command)
    }
    return help_view(speaker_of(interaction), known, bot.command_sync.mention)


def _is_group(command: Any) -> bool:
    return isinstance(command, app_commands.Group)
