"""``/help``."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.gateway.client import TrendBot
from bot.views.help import help_view
from cogs.shared.language import speaker_of
from cogs.shared.options import text
from cogs.shared.reach import BotInteraction


class HelpCog(commands.Cog):
    """The ``/help`` command."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=text("cmd-help-name"),
        description=text("cmd-help-description"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: BotInteraction) -> None:
        """Only for the person who asks."""
        speaker = speaker_of(interaction)
        known = {
            command.qualified_name: command.description
            for command in self.bot.tree.walk_commands(type=discord.AppCommandType.chat_input)
            if not _is_group(command)
        }
        view = help_view(speaker, known, self.bot.command_sync.mention)
        await interaction.response.send_message(view=view, ephemeral=True)


def _is_group(command: Any) -> bool:
    return isinstance(command, app_commands.Group)


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(HelpCog(bot))
