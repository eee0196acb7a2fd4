"""The cog of alerts: the life of delivery, and the buttons of messages."""

from __future__ import annotations

import re

from discord.ext import commands

from bot.core.models import MessageId
from bot.gateway.client import TrendBot
from bot.views.kit.forms import Typed
from bot.views.moderation import HIDE_FORM, REASON_FIELD
from cogs.alerts.buttons import AlertButton, SplitButton, UnsplitButton
from cogs.alerts.menu import MenuButton, UndoButton
from cogs.moderation import hide_entry, require_moderated, require_moderator
from cogs.shared.acknowledging import answer
from cogs.shared.entries import entry_of
from cogs.shared.lasting_forms import form_listener, text_in
from cogs.shared.reach import BotInteraction

ITEMS = (AlertButton, MenuButton, UndoButton, SplitButton, UnsplitButton)


class Alerts(commands.Cog):
    """Starts and stops the delivery loop, and registers the buttons of messages."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Answer buttons, old ones too, and the form that asks why a post is hidden."""
        self.bot.add_dynamic_items(*ITEMS)
        self.bot.add_listener(_on_hide_form, "on_interaction")

    @commands.Cog.listener()
    async def on_shard_ready(self, _: int) -> None:
        """Deliver from the first shard on; not sooner, for permissions and age restrictions are only known by now.

        What goes to a server that is not known yet waits: it may be another shard's, or in an outage.
        """
        if self.bot.background and self.bot.delivers:
            await self.bot.services.deliveries.start(self.bot.transport)

    async def cog_unload(self) -> None:
        """Stop all of it."""
        self.bot.remove_dynamic_items(*ITEMS)
        self.bot.remove_listener(_on_hide_form, "on_interaction")
        if self.bot.background and self.bot.delivers:
            await self.bot.services.deliveries.stop()


async def _take_hide_form(interaction: BotInteraction, match: re.Match[str], typed: Typed) -> None:
    """Hide the post that a form is about, for those who may; what was typed is their note."""
    require_moderator(interaction)
    message_id, index = MessageId(match["message"]), int(match["index"])
    entry = await entry_of(interaction, message_id, index)
    await require_moderated(interaction, entry.channel_id)
    await answer(interaction, await hide_entry(interaction, entry, text_in(typed, REASON_FIELD)))


_on_hide_form = form_listener(HIDE_FORM, _take_hide_form)


async def setup(bot: TrendBot) -> None:
    """Load the cog."""
    await bot.add_cog(Alerts(bot))
