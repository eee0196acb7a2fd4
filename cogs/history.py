"""``/history`` and ``/compare``, and the buttons and menus under their answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.errors import DatabaseBusy, RefusedRequest
from bot.core.history.period import HistoryPeriod, read_period
from bot.core.models import ChannelId, GuildId, Viewer
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.services.history import button_key, check_topics
from bot.views.history import (
    COMPARE_ID,
    COMPARE_PICK_ID,
    HISTORY_ID,
    HISTORY_PICK_ID,
    ComparisonPage,
    DrawnHistory,
    HistoryPage,
    comparison_page,
    period_choice,
    reposts_page,
    volume_page,
)
from cogs.shared.answers import defer_page, put_answer, put_privately, where_read_by_all
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import Option, options, text
from cogs.shared.paying import Paid
from cogs.shared.permissions import is_age_restricted
from cogs.shared.reach import BotInteraction
from cogs.shared.topic_lists import topic_list_choices
from cogs.shared.viewing import readers_of, typing_viewer, viewer_of

log = logging.getLogger(__name__)


async def show_history(interaction: BotInteraction, page: HistoryPage, *, public: bool) -> None:
    """Put a page of a topic's history where the deferred answer stands; ``public``: the channel reads it."""
    await _show(interaction, partial(_history, interaction, page), public=public)


async def _show(
    interaction: BotInteraction, draw: Callable[[Viewer], Awaitable[DrawnHistory]], *, public: bool
) -> None:
    """Put an answer where it was announced; what not all readers of the channel may know is for them alone."""
    if not public:
        await _put(interaction, await draw(await viewer_of(interaction)), where=None)
        return
    try:
        drawn = await draw(await readers_of(interaction))
    except RefusedRequest:
        drawn = await draw(await viewer_of(interaction))
        await put_privately(interaction, drawn.view, picture=drawn.picture, without_picture=drawn.without_picture)
    else:
        await _put(interaction, drawn, where=await where_read_by_all(interaction))


async def _history(interaction: BotInteraction, page: HistoryPage, viewer: Viewer) -> DrawnHistory:
    service, speaker = interaction.client.services.history, speaker_of(interaction)
    if page.reposts:
        reposts = await service.reposts(page.topic, page.period, viewer, speaker.language)
        return reposts_page(speaker, reposts, age_restricted=is_age_restricted(interaction))
    return volume_page(
        speaker, await service.volume(page.topic, page.period, page.source, viewer, speaker.language)
    )


async def _comparison(interaction: BotInteraction, page: ComparisonPage, viewer: Viewer) -> DrawnHistory:
    service, speaker = interaction.client.services.history, speaker_of(interaction)
    keys = page.topics.split(".")
    found = await service.compare_again(keys, page.period, page.source, viewer, speaker.language)
    return comparison_page(speaker, found, keys)


async def _compared(
    interaction: BotInteraction, topics: str, period: HistoryPeriod, viewer: Viewer
) -> DrawnHistory:
    service, speaker = interaction.client.services.history, speaker_of(interaction)
    found = await service.compare(topics, period, None, viewer, speaker.language)
    return comparison_page(speaker, found, [button_key(one.topic.key) for one in found.topics])


async def _put(
    interaction: BotInteraction, drawn: DrawnHistory, *, where: tuple[GuildId, ChannelId, int] | None
) -> None:
    await put_answer(
        interaction, drawn.view, drawn.posts, where, picture=drawn.picture, without_picture=drawn.without_picture
    )


async def _turn(interaction: BotInteraction, page: HistoryPage | ComparisonPage) -> None:
    """Show a page in the message itself where it is theirs to turn, else in a copy for this person alone."""
    public = await defer_page(interaction)
    if isinstance(page, HistoryPage):
        await _show(interaction, partial(_history, interaction, page), public=public)
    else:
        await _show(interaction, partial(_comparison, interaction, page), public=public)


class HistoryPageButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=HISTORY_ID):
    """A period of a topic's history."""

    own_price = Price.EXPENSIVE

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the period."""
        async with answering(interaction):
            await _turn(interaction, HistoryPage.read(self.match))


class PickHistoryView(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=HISTORY_PICK_ID):
    """The menu of what is drawn: volume at each source, or RP."""

    own_price = Price.EXPENSIVE

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show what was picked."""
        async with answering(interaction):
            await _turn(interaction, HistoryPage.read(self.match, self.item.values[0]))


class ComparisonPageButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=COMPARE_ID):
    """A period of a comparison."""

    own_price = Price.EXPENSIVE

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the period."""
        async with answering(interaction):
            await _turn(interaction, ComparisonPage.read(self.match))


class PickComparedSource(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=COMPARE_PICK_ID):
    """The menu of sources under a comparison."""

    own_price = Price.EXPENSIVE

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the topics at the source that was picked."""
        async with answering(interaction):
            await _turn(interaction, ComparisonPage.read(self.match, self.item.values[0]))


class History(commands.Cog):
    """The commands ``/history`` and ``/compare``."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @app_commands.command(
        name=text("cmd-history-name"),
        description=text("cmd-history-description"),
    )
    @options(
        Option("topic", "opt-history-topic"),
        Option("period", "opt-history-period"),
        Option("private", "opt-trend-private"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def history(
        self,
        interaction: discord.Interaction[Any],
        topic: str,
        period: str | None = None,
        private: bool = False,
    ) -> None:
        """Show how much was posted about a topic, for everybody who asks."""
        # Before "thinking …" is shown to all, so that a refusal is for this person alone.
        page = HistoryPage(interaction.client.services.trends.check(topic).handle, read_period(period))
        await interaction.response.defer(ephemeral=private, thinking=True)
        await show_history(interaction, page, public=not private)

    @app_commands.command(
        name=text("cmd-compare-name"),
        description=text("cmd-compare-description"),
    )
    @options(
        Option("topics", "opt-compare-topics"),
        Option("period", "opt-history-period"),
        Option("private", "opt-trend-private"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def compare(
        self,
        interaction: discord.Interaction[Any],
        topics: str,
        period: str | None = None,
        private: bool = False,
    ) -> None:
        """Show how much was posted about several topics, for everybody who asks."""
        wanted = read_period(period)
        check_topics(topics)
        await interaction.response.defer(ephemeral=private, thinking=True)
        await _show(interaction, partial(_compared, interaction, topics, wanted), public=not private)

    @history.autocomplete("topic")
    async def suggest(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """Topics they may know of for what was typed so far."""
        try:
            topics = await self.bot.services.trends.suggest(typed, await typing_viewer(interaction))
        except DatabaseBusy:
            log.info("no suggestions: the database is busy")
            return []
        return [Choice(name=topic.name, value=topic.handle) for topic in topics]

    @compare.autocomplete("topics")
    async def suggest_topics(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """Topics they may know of for the last of those typed so far."""
        try:
            return await topic_list_choices(interaction, typed)
        except DatabaseBusy:
            log.info("no suggestions: the database is busy")
            return []

    @history.autocomplete("period")
    @compare.autocomplete("period")
    async def suggest_period(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """The four periods, whatever was typed so far."""
        speaker = speaker_of(interaction)
        return [Choice(name=period_choice(speaker, period), value=period.value) for period in HistoryPeriod]


async def setup(bot: TrendBot) -> None:
    """Load the cog and what keeps its buttons alive over restarts."""
    bot.add_dynamic_items(HistoryPageButton, PickHistoryView, ComparisonPageButton, PickComparedSource)
    await bot.add_cog(History(bot))
