"""``/status``, and what the button under a notice opens: how the sources of a server's topics are doing."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import TrendBot
from bot.views.status import draw_status

from .acknowledging import acknowledge, answer
from .reach import reach_of
from .subscription_rights import guild_of

Click = discord.Interaction[TrendBot]


async def show_status(interaction: Click) -> None:
    """Answer an interaction, only to the person, as far as they see the server's channels."""
    await acknowledge(interaction, anew=True)
    services = interaction.client.services
    guild_id = guild_of(interaction)
    reach = await reach_of(interaction, await services.servers.channels(guild_id), for_a_list=True)
    status = await services.health.status(guild_id, reach.sees)
    speaker = services.texts.speaker(str(interaction.locale))
    view = draw_status(speaker, status, interaction.client.latency_in(guild_id))
    await answer(interaction, view)


class StatusCog(commands.Cog, name="Status"):
    """Everybody can see how the sources are doing."""

    @app_commands.command(
        name=locale_str("status", key="cmd-status-name"),
        description=locale_str(
            "See how the sources of this server's topics are doing", key="cmd-status-description"
        ),
    )
    @app_commands.guild_only()
    async def status(self, interaction: Click) -> None:
        """A broken source never looks like a quiet topic."""
        await show_status(interaction)


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(StatusCog())
