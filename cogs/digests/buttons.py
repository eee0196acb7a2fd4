"""Buttons and menus of digests.

They are DynamicItems: all they need is in their custom_id, so they live on after a restart; what a click on a sent
digest is about is in the sealed message.
"""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.core.identity.marks import MARK
from bot.core.identity.row_ids import read_id, read_index
from bot.core.models import DigestContent, DigestId, MessageId
from bot.services.cooldown import Price
from bot.views.digests.cards import DigestCardAction
from bot.views.digests.message import DigestAction, draw_digest_page
from cogs.digests.actions import DOES, list_layout, open_card, open_topic, sent_digest
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.pagination import page_button, pick_menu
from cogs.shared.paying import Paid
from cogs.shared.permissions import is_age_restricted
from cogs.shared.reach import BotInteraction

_EXPENSIVE = {DigestCardAction.EDIT, DigestCardAction.PREVIEW, DigestCardAction.NOW}


class DigestButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:digest:(?P<id>[0-9]{{1,19}}):(?P<action>{'|'.join(DigestCardAction)})",
):
    """A button that acts on one digest."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.action = DigestCardAction(match["action"])
        self.digest_id = DigestId(read_id(match["id"]) or 0)

    @property
    def price(self) -> Price:
        """The price: a preview reads the posts of a whole period; a form is paid for when it opens."""
        return Price.EXPENSIVE if self.action in _EXPENSIVE else Price.BASIC

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, for those who may."""
        async with answering(interaction):
            if self.action is not DigestCardAction.EDIT:  # a form
                await acknowledge(interaction, anew=self.action in _EXPENSIVE)
            await DOES[self.action](interaction, self.digest_id)


class SentButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    # With a number where the menu has none: a click is answered by every template that fits.
    template=(
        r"kw:(?P<message>[0-9a-f]{24}):(?P<index>[0-9]{1,3}):(?P<action>digest-edit|digest-(?:more|topic)(?=\.))"
        rf"(?:\.(?:(?P<number>[0-9]{{1,4}})|{MARK}))?"
    ),
):
    """A button under a digest that was sent."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.action = DigestAction(match["action"])
        self.number = int(match["number"] or 0)
        """The number of a page or of a topic, as the action has it."""

    @property
    def price(self) -> Price:
        """A topic is asked for; the rest only reads what is stored."""
        return Price.EXPENSIVE if self.action is DigestAction.TOPIC else Price.BASIC

    @property
    def command(self) -> str | None:
        """A topic is opened as by command."""
        return "trend" if self.action is DigestAction.TOPIC else None

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the person who clicked, only to them."""
        async with answering(interaction):
            await acknowledge(interaction, anew=self.action is DigestAction.TOPIC)
            content = await sent_digest(interaction, self.message_id, self.index)
            match self.action:
                case DigestAction.EDIT:
                    await open_card(interaction, content.digest_id)
                case DigestAction.TOPIC:
                    await open_topic(interaction, content, self.number)
                case DigestAction.MORE:
                    await self._show_page(interaction, content)

    async def _show_page(self, interaction: BotInteraction, content: DigestContent) -> None:
        view = draw_digest_page(
            speaker_of(interaction),
            content,
            self.number,
            message_id=self.message_id,
            index=self.index,
            age_restricted=is_age_restricted(interaction),
        )
        await answer(interaction, view)


class SentMenu(
    Paid,
    Matched,
    ui.DynamicItem[ui.Select[Any]],
    template=rf"kw:(?P<message>[0-9a-f]{{24}}):(?P<index>[0-9]{{1,3}}):{DigestAction.TOPIC}",
):
    """The menu under a digest of many topics that opens one of them."""

    own_price = Price.EXPENSIVE
    own_command = "trend"

    def __init__(self, item: ui.Select[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the one that was picked."""
        async with answering(interaction):
            await acknowledge(interaction, anew=True)
            content = await sent_digest(interaction, self.message_id, self.index)
            await open_topic(interaction, content, read_index(self.item.values[0], len(content.topics)))


ITEMS = (
    DigestButton,
    page_button("digest", list_layout),
    pick_menu("digest", lambda click, number: open_card(click, DigestId(number))),
    SentButton,
    SentMenu,
)
