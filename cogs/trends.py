"""``/trend`` and the buttons under its answers."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.errors import DatabaseBusy, RefusedRequest
from bot.core.language_model.answers import CitedSentence
from bot.core.models import ChannelId, GuildId, PostKey, SourceName, Subscription, Topic, Viewer
from bot.core.trend_result import TrendAnswer
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.views.history import small_picture
from bot.views.kit.pictures import Picture
from bot.views.trend import (
    PAGE_ID,
    PICK_ID,
    AnswerContext,
    AnswerPage,
    Sort,
    is_empty,
    posts_by_rank,
    posts_shown,
    trend_view,
)
from cogs.shared.answers import defer_page, put_answer, put_privately, where_read_by_all
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import Option, options, source_choices, text
from cogs.shared.paying import Paid
from cogs.shared.permissions import is_age_restricted
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import readers_of, typing_viewer, viewer_of

log = logging.getLogger(__name__)


async def show_trend(
    interaction: BotInteraction,
    topic_name: str,
    *,
    source: SourceName | None = None,
    sort: Sort = Sort.RP,
    private: bool = True,
) -> None:
    """Answer an interaction with a topic's trend, as ``/trend`` does; for other cogs' buttons too.

    Raises what ``TrendService.ask`` raises; the caller answers errors.
    """
    # Before "thinking …" is shown to all, so that a refusal is for this person alone.
    interaction.client.services.trends.check(topic_name, source)
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=private, thinking=True)
    await _show(interaction, AnswerPage(topic_name, source, sort), public=not private)


async def show_page(interaction: BotInteraction, page: AnswerPage) -> None:
    """Show a page in the message itself where it is theirs to turn, else in a copy for this person alone."""
    read_by_all = await defer_page(interaction)
    await _show(interaction, page, read_by_all=read_by_all)


async def _show(
    interaction: BotInteraction, page: AnswerPage, *, public: bool = False, read_by_all: bool = False
) -> None:
    """Ask, draw, and put it where the deferred answer stands.

    ``public``: the channel sees it, as ``read_by_all`` says of a page that is turned. It holds what all readers of
    the channel may know; where that are no posts, this person alone reads what they may know.
    """
    person = await viewer_of(interaction)
    if not public and not read_by_all:
        own = await _drawn(interaction, page, person)
        await put_answer(interaction, own.view, (), None, picture=own.picture, without_picture=own.plain)
        await _add_summary(interaction, page, own, where=None)
        return
    shared = await _drawn_for_all(interaction, page, public=public)
    if shared is None:
        # What could be meant is as much as this person may know, and nobody else need read that there is nothing.
        own = await _drawn(interaction, page, person)
        await put_privately(interaction, own.view, picture=own.picture, without_picture=own.plain)
        return
    where = await where_read_by_all(interaction)
    await put_answer(
        interaction, shared.view, shared.shows, where, picture=shared.picture, without_picture=shared.plain
    )
    await _add_summary(interaction, page, shared, where=where)


@dataclass(frozen=True)
class _Drawn:
    """An answer as ``viewer`` may read it. ``plain``: the view without its chart; ``shows``: the posts in it."""

    viewer: Viewer
    answer: TrendAnswer
    context: AnswerContext
    picture: Picture | None
    view: ui.LayoutView
    plain: ui.LayoutView
    shows: Collection[PostKey]


async def _drawn_for_all(interaction: BotInteraction, page: AnswerPage, *, public: bool) -> _Drawn | None:
    """The answer as all readers of the channel may know it; None where it has no posts."""
    try:
        drawn = await _drawn(interaction, page, await readers_of(interaction), public=public)
    except RefusedRequest:  # an address that not all of them know
        return None
    return None if is_empty(drawn.answer) else drawn


async def _drawn(interaction: BotInteraction, page: AnswerPage, viewer: Viewer, *, public: bool = False) -> _Drawn:
    """Ask and draw. Raises what ``TrendService.ask`` raises."""
    services, speaker = interaction.client.services, speaker_of(interaction)
    answer = await services.trends.ask(page.topic, page.source, viewer, public=public)
    own = await _own_subscription(interaction, answer.topic)
    context = AnswerContext(
        sources=services.trends.sources_for(answer.topic),
        in_guild=interaction.guild_id is not None,
        age_restricted=is_age_restricted(interaction),
        subscription_id=None if own is None else own.id,
    )
    picture = await _last_day(interaction, answer.topic, page.source, viewer)
    return _Drawn(
        viewer,
        answer,
        context,
        picture,
        trend_view(speaker, answer, page, context, picture=picture),
        trend_view(speaker, answer, page, context),
        posts_shown(answer, page, context),
    )


async def _add_summary(
    interaction: BotInteraction, page: AnswerPage, drawn: _Drawn, *, where: tuple[GuildId, ChannelId, int] | None
) -> None:
    """Add a language model's sentence to the answer that stands there, in a server that has one."""
    answer, context = drawn.answer, drawn.context
    summary = await _summary(interaction, answer, page, context)
    if summary is None:
        return
    # Asked again: what was taken down while the model wrote is left out, and the sentence with it.
    fresh = await interaction.client.services.trends.ask(page.topic, page.source, drawn.viewer)
    if _texts_by_rank(fresh, page, context) == _texts_by_rank(answer, page, context):
        view = trend_view(speaker_of(interaction), fresh, page, context, summary, drawn.picture)
        with contextlib.suppress(discord.HTTPException):  # the answer is there without it
            await put_answer(interaction, view, drawn.shows, where, picture=drawn.picture)


def _texts_by_rank(
    answer: TrendAnswer, page: AnswerPage, context: AnswerContext
) -> dict[int, tuple[PostKey, str]]:
    return {rank: (post.key, post.text) for rank, post in posts_by_rank(answer, page, context).items()}


async def _last_day(
    interaction: BotInteraction, topic: Topic, source: SourceName | None, viewer: Viewer
) -> Picture | None:
    """The small chart of what the viewer, or all who read the answer, may know of a topic's last day."""
    speaker = speaker_of(interaction)
    found = await interaction.client.services.history.small(topic, source, viewer, speaker.language)
    return None if found is None else small_picture(speaker, found)


async def _summary(
    interaction: BotInteraction, answer: TrendAnswer, page: AnswerPage, context: AnswerContext
) -> CitedSentence | None:
    """A language model's sentence about the posts of a page, in a server that has one."""
    summaries = interaction.client.services.summaries
    if interaction.guild_id is None or not summaries.is_on():
        return None
    posts = posts_by_rank(answer, page, context)
    language = speaker_of(interaction).language
    return await summaries.sentence(answer.topic.name, posts, language, GuildId(interaction.guild_id))


async def _own_subscription(interaction: BotInteraction, topic: Topic) -> Subscription | None:
    """The subscription of the channel that is asked in to the topic, if it has one."""
    if interaction.guild_id is None or interaction.channel_id is None:
        return None
    service = interaction.client.services.subscriptions
    return await service.of_channel(GuildId(interaction.guild_id), ChannelId(interaction.channel_id), topic.key)


class TrendPageButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=PAGE_ID):
    """◀, ▶, the order, a similar topic."""

    own_price = Price.EXPENSIVE

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        async with answering(interaction):
            await show_page(interaction, AnswerPage.read(self.match))


class PickSource(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=PICK_ID):
    """The menu of sources."""

    own_price = Price.EXPENSIVE

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the first page of what was picked."""
        async with answering(interaction):
            picked = self.item.values[0]
            source = picked if picked in set(SourceName) else "*"
            await show_page(interaction, AnswerPage.read(self.match, source=source))


class Trends(commands.Cog):
    """The ``/trend`` command."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot
        services = bot.services
        # Only now is it known which sources this bot has.
        offer = app_commands.choices(source=source_choices(services.trends.source_names()))
        offer(self.trend)

    @app_commands.command(
        name=text("cmd-trend-name"),
        description=text("cmd-trend-description"),
    )
    @options(
        Option("topic", "opt-trend-topic"),
        Option("source", "opt-trend-source"),
        Option(
            "sort", "opt-trend-sort", choices={Sort.RP.value: "choice-sort-rp", Sort.NEW.value: "choice-sort-new"}
        ),
        Option("private", "opt-trend-private"),
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def trend(
        self,
        interaction: discord.Interaction[Any],
        topic: str,
        source: str | None = None,
        sort: str = Sort.RP.value,
        private: bool = False,
    ) -> None:
        """Show the trend of a topic, for everybody who asks."""
        wanted = SourceName(source) if source else None
        await show_trend(interaction, topic, source=wanted, sort=Sort(sort), private=private)

    @trend.autocomplete("topic")
    async def suggest(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """Topics they may know of for what was typed so far."""
        try:
            topics = await self.bot.services.trends.suggest(typed, await typing_viewer(interaction))
        except DatabaseBusy:
            log.info("no suggestions: the database is busy")
            return []
        return [Choice(name=topic.name, value=topic.handle) for topic in topics]


async def setup(bot: TrendBot) -> None:
    """Load the cog and what keeps its buttons alive over restarts."""
    bot.add_dynamic_items(TrendPageButton, PickSource)
    await bot.add_cog(Trends(bot))
