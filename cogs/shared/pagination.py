"""Controls under every list of a server: buttons that turn pages, and the menu that opens an item.

DynamicItems, made for one list each: they live on after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final

import discord
from discord import ui

from bot.core.identity.row_ids import read_id
from bot.core.models import ChannelId
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.matched import Matched
from cogs.shared.paying import Paid
from cogs.shared.permissions import require_managed
from cogs.shared.reach import BotInteraction


def parts_of(components: Iterable[Any]) -> Iterator[Any]:
    """The components of a message that was sent, nested ones too."""
    for one in components:
        yield one
        yield from parts_of(getattr(one, "children", ()))
        if (accessory := getattr(one, "accessory", None)) is not None:
            yield accessory


DrawPage = Callable[[BotInteraction, int, ChannelId | None], Awaitable[ui.LayoutView]]
"""A page of a list, counted from 0; of one channel, or of the server."""
NOWHERE: Final = -1
"""No channel's id: what is no id names none, and is not the whole server either."""
OpenItem = Callable[[BotInteraction, int], Awaitable[None]]
"""Answers with the item of a number."""


def page_button(kind: str, draw: DrawPage) -> type[ui.DynamicItem[ui.Button[Any]]]:
    """The button that turns to a page of the list with the custom_ids ``kw:<kind>:page:<page>:<channel or 0>``."""

    class PageButton(
        Paid,
        Matched,
        ui.DynamicItem[ui.Button[Any]],
        template=rf"kw:{kind}:page:(?P<page>[0-9]{{1,5}}):(?P<channel>[0-9]{{1,19}})",
    ):
        """A button that turns to a page of the list."""

        def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
            super().__init__(item, match)
            channel = None if match["channel"] == "0" else ChannelId(read_id(match["channel"]) or NOWHERE)
            self.page = int(match["page"])
            self.channel_id = channel

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            """Show the page in place of this one."""
            async with answering(interaction):
                await acknowledge(interaction)
                await require_managed(interaction, self.channel_id or ChannelId(interaction.channel_id or 0))
                await answer(interaction, await draw(interaction, self.page, self.channel_id))

    return PageButton


def pick_menu(kind: str, open_item: OpenItem) -> type[ui.DynamicItem[ui.Select[Any]]]:
    """The menu that opens an item of the list with the custom_ids ``kw:<kind>:pick:<channel or 0>``."""

    class PickMenu(
        Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=rf"kw:{kind}:pick:(?P<channel>[0-9]{{1,19}})"
    ):
        """The menu that opens an item of the list."""

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            """Show the one that was picked."""
            async with answering(interaction):
                await acknowledge(interaction)
                await open_item(interaction, read_id(self.item.values[0]) or 0)

    return PickMenu
