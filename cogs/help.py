"""``/help`` and ``/about``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.gateway.client import TrendBot
from bot.views.about import about_view
from cogs.shared.helping import help_layout
from cogs.shared.language import speaker_of
from cogs.shared.options import text
from cogs.shared.reach import BotInteraction


class HelpCog(commands.Cog):
    """The commands ``/help`` and ``/about``."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=text("cmd-help-name"),
        description=text("cmd-help-description"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: BotInteraction) -> None:
        """Only for the person who asks."""
        await interaction.response.send_message(view=help_layout(interaction), ephemeral=True)

    @app_commands.command(
        name=text("cmd-about-name"),
        description=text("cmd-about-description"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def about(self, interaction: BotInteraction) -> None:
        """Only for the person who asks."""
        view = about_view(speaker_of(interaction), self.bot.services.about.facts())
        await interaction.response.send_message(
            view=view, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
        )


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(HelpCog(bot))
