"""Buttons of a sealed message, and of the stories in it.

They are DynamicItems: what a click means is in its custom_id, and what it is about is in the sealed message, so
they answer after a restart as before.
"""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.core.identity.marks import MARK
from bot.core.identity.row_ids import read_id
from bot.core.models import EntryId, MessageId, OutboxEntry, SurgeContent, UserId
from bot.services.cooldown import LIMITED_COMMANDS, Price
from bot.views.alerts.menu import SPLIT_DIGITS, draw_done, draw_held_posts, draw_menu, draw_split, draw_story_posts
from cogs.alerts.entries import (
    handle_of,
    has_curve,
    may_translate,
    subscription_id_of,
    subscription_service,
    topic_of,
)
from cogs.moderation import moderates_the_server
from cogs.notify import toggle_role
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.entries import entry_of
from cogs.shared.errors import answering
from cogs.shared.helping import help_layout
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.paying import Paid
from cogs.shared.permissions import guild_of, is_age_restricted, require_managed
from cogs.shared.reach import BotInteraction, permissions_for_channels
from cogs.status import show_status
from cogs.trends import show_trend

_PAGED = frozenset({"held", "story"})


class AlertButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=r"kw:(?P<message>[0-9a-f]{24}):(?P<index>[0-9]{1,3}):(?P<action>trend|menu|held|story|status|help|notify)"
    rf"(?:\.(?:(?P<page>[0-9]{{1,4}})|{MARK}))?",
):
    """A button of a sealed message."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.action = match["action"]
        self.page = int(match["page"] or 0)

    @property
    def price(self) -> Price:
        """A topic is asked for, or a role changed; the rest only reads what is stored."""
        return Price.EXPENSIVE if self.command is not None or self.action == "notify" else Price.BASIC

    @property
    def command(self) -> str | None:
        """The command that it stands for, if it opens a topic or the status."""
        return self.action if self.action in LIMITED_COMMANDS else None

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the person who clicked, only to them."""
        async with answering(interaction):
            # Only lists of posts have pages, which turn in the copy this person got.
            await acknowledge(interaction, anew=self.action not in _PAGED)
            if self.action == "status":
                await show_status(interaction)
                return
            if self.action == "help":
                await answer(interaction, help_layout(interaction))
                return
            entry = await entry_of(interaction, self.message_id, self.index)
            if self.action == "trend":
                await show_trend(interaction, topic_of(entry).handle, private=True)
            elif self.action == "notify":
                await toggle_role(interaction, entry)
            elif self.action == "menu":
                await self._open_menu(interaction, entry)
            else:
                await self._show_posts(interaction, entry)

    async def _open_menu(self, interaction: BotInteraction, entry: OutboxEntry) -> None:
        subscription = await subscription_service(interaction).get(
            subscription_id_of(entry), guild_of(interaction)
        )
        reach = await permissions_for_channels(interaction, [subscription.channel_id, entry.channel_id])
        may_manage = reach.manages(subscription.channel_id)
        may_hide = (
            reach.moderates(entry.channel_id)
            and moderates_the_server(interaction)
            and entry.content.main_post is not None
        )
        translates, curve = may_translate(interaction, entry), has_curve(interaction, entry)
        if not (may_manage or may_hide or translates or curve):
            raise discord.app_commands.MissingPermissions(["manage_channels"])
        view = draw_menu(
            speaker_of(interaction),
            subscription,
            message_id=self.message_id,
            index=self.index,
            handle=handle_of(entry),
            now=interaction.client.services.clock(),
            may_manage=may_manage,
            may_hide=may_hide,
            may_translate=translates,
            has_curve=curve,
            surge=entry.content if isinstance(entry.content, SurgeContent) else None,
        )
        await answer(interaction, view)

    async def _show_posts(self, interaction: BotInteraction, entry: OutboxEntry) -> None:
        """A page of the posts that a summary line counted, or of the further posts of a story."""
        services = interaction.client.services
        if self.action == "story":
            posts, draw = await services.stories.counted_posts(entry.id), draw_story_posts
        else:
            posts, draw = await services.deliveries.held_posts(entry.id), draw_held_posts
        view = draw(
            speaker_of(interaction),
            topic_of(entry).name,
            posts,
            message_id=self.message_id,
            index=self.index,
            page=self.page,
            age_restricted=is_age_restricted(interaction),
        )
        await answer(interaction, view)


class SplitButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:split:(?P<message>[0-9a-f]{{24}}):(?P<index>[0-9]{{1,3}}):(?P<digits>[0-9a-f]{{{SPLIT_DIGITS}}})",
):
    """Parts a post from the story of an alert."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.message_id = MessageId(match["message"])
        self.index = int(match["index"])
        self.digits = match["digits"]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Part them, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            entry = await entry_of(interaction, self.message_id, self.index)
            await require_managed(interaction, entry.channel_id)
            stories = interaction.client.services.stories
            added = await stories.split(entry, self.digits, UserId(interaction.user.id))
            await answer(interaction, draw_split(speaker_of(interaction), added))


class UnsplitButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:unsplit:(?P<entry>[0-9]{1,19})"):
    """Takes the parting of a post from a story back."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.entry_id = EntryId(read_id(match["entry"]) or 0)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Take it back, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            guild_id, stories = guild_of(interaction), interaction.client.services.stories
            await require_managed(interaction, await stories.channel_of(self.entry_id, guild_id))
            back = await stories.undo_split(self.entry_id, guild_id)
            text_id = "alert-story-unsplit" if back else "alert-story-unsplit-sent"
            await answer(interaction, draw_done(speaker_of(interaction), speaker_of(interaction).say(text_id)))
