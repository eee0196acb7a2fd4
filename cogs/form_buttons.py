"""The button that opens a form again: filled with what was typed, or, some minutes later, with what is stored."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.core.models import ChannelId, DigestId, SubscriptionId
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.views.kit.forms import AGAIN_ID, Form, FormKind, read_again
from cogs.digests.actions import digest_form, digest_options_form, new_digest_form
from cogs.guilds import quiet_form
from cogs.shared.errors import answering
from cogs.shared.forms import Forms, offer
from cogs.shared.matched import Matched
from cogs.shared.paying import Paid
from cogs.shared.reach import BotInteraction
from cogs.subscriptions.forms import edit_form, filter_form
from cogs.subscriptions.subscribe import subscribe_form

_MAKES: dict[FormKind, Callable[[BotInteraction, int], Awaitable[Form]]] = {
    FormKind.EDIT: lambda click, number: edit_form(click, SubscriptionId(number)),
    FormKind.FILTERS: lambda click, number: filter_form(click, SubscriptionId(number)),
    FormKind.QUIET: lambda click, number: quiet_form(click, ChannelId(number)),
    FormKind.NEW_DIGEST: lambda click, number: new_digest_form(click, ChannelId(number)),
    FormKind.DIGEST_OPTIONS: lambda click, number: digest_options_form(click, DigestId(number)),
    FormKind.SUBSCRIBE: lambda click, number: subscribe_form(click, ChannelId(number)),
    FormKind.DIGEST: lambda click, number: digest_form(click, DigestId(number)),
}


class AgainButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=AGAIN_ID):
    """Opens a form again; who may is asked again."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.about = read_again(match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Open it."""
        async with answering(interaction):
            await offer(interaction, _MAKES[self.about.kind](interaction, self.about.number), refilled=True)


async def setup(bot: TrendBot) -> None:
    """Add the memory of forms, and the button that survives restarts."""
    await bot.add_cog(Forms(bot))
    bot.add_dynamic_items(AgainButton)
