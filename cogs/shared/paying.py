"""Charges clicks: every button, menu and form pays before it does anything, as commands do in the tree."""

from __future__ import annotations

from typing import Any, ClassVar

import discord

from bot.admission import count_as
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from cogs.shared.errors import answering


async def pays(interaction: discord.Interaction[Any], price: int, command: str | None = None) -> bool:
    """Whether the person, and the server, may go on; otherwise the reply says when."""
    async with answering(interaction):
        pay(interaction, price, command)
        return True
    return False


def pay(interaction: discord.Interaction[Any], price: int, command: str | None = None) -> None:
    """Charge a price where errors are answered already. Raises ``RefusedRequest``, which says when.

    What is asked from here on counts as this server's.
    """
    bot: TrendBot = interaction.client
    count_as(server=interaction.guild_id, person=interaction.user.id)
    bot.services.cooldowns.take(interaction.user.id, interaction.guild_id, price, command)


class Paid:
    """A button, menu or view whose clicks cost something. Stands before discord.py's class.

    ``own_price``, ``own_command``: where every click of the class has the same.
    """

    own_price: ClassVar[Price] = Price.BASIC
    own_command: ClassVar[str | None] = None

    @property
    def price(self) -> int:
        """The price of a click: a ``Price``, or several added."""
        return self.own_price

    @property
    def command(self) -> str | None:
        """The command of ``LIMITED_COMMANDS`` that a click stands for, if any."""
        return self.own_command

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """discord.py's own hook: what it refuses is not called."""
        return await pays(interaction, self.price, self.command)
