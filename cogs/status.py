"""``/status``, and what the button under a notice opens: whether the sources of a server's topics work."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.core.models import ChannelId
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.views.status import Extent, draw_brief, draw_status
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import text
from cogs.shared.paying import Paid
from cogs.shared.permissions import guild_of
from cogs.shared.reach import BotInteraction, permissions_for_channels


async def show_status(interaction: BotInteraction, scope: Extent = Extent.BRIEF, *, anew: bool = True) -> None:
    """Answer an interaction, only to the person, as far as they see the server's channels.

    ``anew``: in a message of its own, not in place of the one that was clicked.
    """
    await acknowledge(interaction, anew=anew)
    services = interaction.client.services
    guild_id = guild_of(interaction)
    reach = await permissions_for_channels(interaction, await services.guilds.channels(guild_id), for_a_list=True)
    asked_in = None if interaction.channel_id is None else ChannelId(interaction.channel_id)
    status = await services.health.status(guild_id, reach.sees, asked_in=asked_in)
    speaker, now = speaker_of(interaction), services.clock()
    if scope is Extent.BRIEF:
        await answer(interaction, draw_brief(speaker, status, now))
        return
    await answer(interaction, draw_status(speaker, status, interaction.client.latency_in(guild_id), now))


class StatusButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=rf"kw:status:(?P<extent>{'|'.join(Extent)})"
):
    """Shows the details, or the summary again, as they are now."""

    own_price = Price.EXPENSIVE
    own_command = "status"

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.scope = Extent(match["extent"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of this one."""
        async with answering(interaction):
            await show_status(interaction, self.scope, anew=False)


class StatusCog(commands.Cog, name="Status"):
    """The ``/status`` command."""

    @app_commands.command(
        name=text("cmd-status-name"),
        description=text("cmd-status-description"),
    )
    @app_commands.guild_only()
    async def status(self, interaction: BotInteraction) -> None:
        """Show the status of the sources, to the person alone."""
        await show_status(interaction)


async def setup(bot: TrendBot) -> None:
    """The command, and the button that lives on."""
    await bot.add_cog(StatusCog())
    bot.add_dynamic_items(StatusButton)
