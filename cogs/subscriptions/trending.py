"""``/trending``, and what is done with the topics it shows: see one, subscribe to it, block it for the server.

The answer is for the asker alone: it holds the topics of the channels that this person sees.
"""

from __future__ import annotations

import re
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import read_index
from bot.core.trending.rankings import RankingSource, usable_name
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.services.trending import TrendingService
from bot.views.trending import (
    ALL,
    BUTTON_ID,
    PICK_ID,
    BlockChange,
    PickAction,
    Reader,
    TrendingAction,
    blocked_view,
    ranking_name,
    trending_view,
)
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import CHOICES_MAX, Option, options, text
from cogs.shared.paying import Paid
from cogs.shared.permissions import guild_of
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import viewer_of
from cogs.subscriptions.subscribe import subscribe_here
from cogs.trends import show_trend

_TYPED_MAX: Final = 100
_PAGES_MAX: Final = 100
"""Pages of blocked topics, more than a list can have."""


async def show_trending(
    interaction: BotInteraction, source: RankingSource | None, change: BlockChange | None = None
) -> None:
    """Show both lists where the acknowledged answer stands. ``change``: said first."""
    await acknowledge(interaction)
    speaker, viewer = speaker_of(interaction), await viewer_of(interaction)
    found = await _service(interaction).show(viewer, speaker.language, source)
    reader = Reader(interaction.guild_id is not None, may_block=_may_block(interaction))
    await answer(interaction, trending_view(speaker, found, reader, source, change))


async def show_blocked(
    interaction: BotInteraction, page: int, source: RankingSource | None, change: BlockChange | None = None
) -> None:
    """Show a page of the server's blocked topics."""
    names = await _service(interaction).blocked(guild_of(interaction))
    await answer(interaction, blocked_view(speaker_of(interaction), names, page, source, change))


class TrendingPick(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=PICK_ID):
    """A menu of topics; what is picked is seen, subscribed to, blocked, or shown again."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Select[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.action = PickAction(match["action"])
        self.source = _source_in(match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it with the picked topic, for those who may."""
        async with answering(interaction):
            picked = next(iter(self.item.values), "")
            if self.action is PickAction.SEE:
                await show_trend(interaction, picked)
            elif self.action is PickAction.SUBSCRIBE:
                await subscribe_here(interaction, picked)
            else:
                await _set_blocked(interaction, picked, self.source, is_blocked=self.action is PickAction.BLOCK)


class TrendingButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=BUTTON_ID):
    """A button of ``/trending``: the blocked topics, back, and undo."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.action = TrendingAction(match["action"])
        self.source = _source_in(match)
        self.about = match["about"] or ""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            if self.action is TrendingAction.BACK:
                await show_trending(interaction, self.source)
            elif self.action is TrendingAction.BLOCKED:
                _require_may_block(interaction)
                await show_blocked(interaction, read_index(self.about, _PAGES_MAX) or 0, self.source)
            else:
                is_blocked = self.action is TrendingAction.BLOCK
                await _set_blocked(interaction, self.about, self.source, is_blocked=is_blocked)


async def _set_blocked(
    interaction: BotInteraction, written: str, source: RankingSource | None, *, is_blocked: bool
) -> None:
    """Block a topic for the server, or show it again; says so where the person stands."""
    await acknowledge(interaction)
    _require_may_block(interaction)
    guild_id, name = guild_of(interaction), usable_name(written)
    if name is None:
        raise RefusedRequest("error-topic-empty")
    if is_blocked:
        topic = await _service(interaction).block(guild_id, name)
        await show_trending(interaction, source, BlockChange(topic, is_blocked=True))
        return
    topic = await _service(interaction).unblock(guild_id, name)
    await show_trending(interaction, source, BlockChange(topic, is_blocked=False))


class Trending(commands.Cog):
    """The ``/trending`` command."""

    def __init__(self, bot: TrendBot) -> None:
        self.bot = bot

    @app_commands.command(name=text("cmd-trending-name"), description=text("cmd-trending-description"))
    @options(Option("source", "opt-trending-source"))
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def trending(self, interaction: discord.Interaction[Any], source: str | None = None) -> None:
        """Show what rises, for the asker alone."""
        await acknowledge(interaction)
        wanted = self.bot.services.trending.check(None if source is None else _code_of(interaction, source))
        await show_trending(interaction, wanted)

    @trending.autocomplete("source")
    async def suggest(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """The sources that rank topics."""
        speaker, wanted = speaker_of(interaction), typed.strip()[:_TYPED_MAX].casefold()
        named = {one: ranking_name(speaker, one) for one in self.bot.services.trending.sources()}
        return [
            Choice(name=name, value=one.value)
            for one, name in named.items()
            if wanted in name.casefold() or wanted in one.value
        ][:CHOICES_MAX]


def _code_of(interaction: BotInteraction, typed: str) -> str:
    """The value of a source that was typed by its name in either language; else what was typed."""
    texts = interaction.client.services.texts
    wanted = typed.strip()[:_TYPED_MAX].casefold()
    for one in RankingSource:
        if wanted in {ranking_name(texts.speaker(language), one).casefold() for language in ("en", "ja")}:
            return one.value
    return wanted


def _may_block(interaction: BotInteraction) -> bool:
    """Whether the person may choose what the server does not see."""
    return interaction.guild_id is not None and interaction.permissions.manage_guild


def _require_may_block(interaction: BotInteraction) -> None:
    guild_of(interaction)
    if not _may_block(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])


def _source_in(match: re.Match[str]) -> RankingSource | None:
    return None if match["source"] == ALL else RankingSource(match["source"])


def _service(interaction: BotInteraction) -> TrendingService:
    return interaction.client.services.trending


async def setup(bot: TrendBot) -> None:
    """The command, and the menus and buttons that live on over restarts."""
    bot.add_dynamic_items(TrendingPick, TrendingButton)
    await bot.add_cog(Trending(bot))
