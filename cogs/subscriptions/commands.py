"""``/subscribe``, ``/subscriptions``, ``/unsubscribe``: permission -> one call -> view -> reply."""

from __future__ import annotations

from typing import Final

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.core.models import ChannelId, PostsBy, RoleId, SourceName
from bot.core.pace.threshold import PACE_MAX
from bot.core.surge.settings import Preset
from bot.core.text import excerpt, topic_key
from bot.gateway.client import TrendBot
from bot.services.input.text import MIN_RP_MAX
from bot.services.subscriptions.requests import SettingsChange, Unchanged
from bot.views.kit.forms import About, FormKind
from bot.views.subscriptions.cards import SURGE_OFF, draw_removed
from bot.views.subscriptions.list_page import Part, searched
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.forms import answering_command
from cogs.shared.language import speaker_of
from cogs.shared.options import CHOICES_MAX, LANGUAGE_CHOICES, ChannelChoice, Option, options, source_choices, text
from cogs.shared.permissions import (
    access_to_option,
    guild_of,
    listed_channel,
    require_manage,
    require_managed,
    seen_by,
)
from cogs.shared.reach import BotInteraction, permissions_for_channels
from cogs.shared.viewing import typing_viewer
from cogs.subscriptions.buttons import ITEMS
from cogs.subscriptions.list_page import ITEMS as LIST_ITEMS
from cogs.subscriptions.list_page import list_layout, on_search_form
from cogs.subscriptions.options import SubscribeOptions, chosen_role, chosen_surge
from cogs.subscriptions.subscribe import subscribe_with

SURGE_CHOICES: Final = {
    **{preset.value: f"surge-{preset}" for preset in (Preset.UNUSUAL, Preset.EVERY, Preset.RARE)},
    SURGE_OFF: "surge-off",
}


class Subscriptions(commands.Cog):
    """The commands ``/subscribe``, ``/subscriptions`` and ``/unsubscribe``."""

    def __init__(self, bot: TrendBot) -> None:
        # Only now is it known which sources this bot has.
        offer = app_commands.choices(source=source_choices(bot.services.trends.source_names()))
        offer(self.subscribe)

    @app_commands.command(
        name=text("cmd-subscribe-name"),
        description=text("cmd-subscribe-description"),
    )
    @options(
        Option("topic", "opt-sub-topic"),
        Option("channel", "opt-sub-channel"),
        Option("pace", "opt-sub-pace"),
        Option("min_rp", "opt-sub-min-rp"),
        Option("role", "opt-sub-role"),
        Option("include", "opt-sub-include"),
        Option("exclude", "opt-sub-exclude"),
        Option("source", "opt-sub-source"),
        Option("language", "opt-sub-language", choices=LANGUAGE_CHOICES),
        Option("people_only", "opt-sub-people-only"),
        Option("velocity", "opt-sub-velocity"),
        Option("fold", "opt-sub-fold"),
        Option("media", "opt-sub-media"),
        Option("surge", "opt-sub-surge", choices=SURGE_CHOICES),
        Option("forum", "opt-sub-forum", choices={"topic": "choice-forum-topic", "story": "choice-forum-story"}),
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def subscribe(
        self,
        interaction: BotInteraction,
        topic: str,
        channel: ChannelChoice | None = None,
        pace: Range[int, 1, PACE_MAX] | None = None,
        min_rp: Range[int, 0, MIN_RP_MAX] | None = None,
        role: discord.Role | None = None,
        include: str = "",
        exclude: str = "",
        source: str | None = None,
        language: str | None = None,
        people_only: bool | None = None,
        velocity: Range[int, 0, MIN_RP_MAX] | None = None,
        fold: bool | None = None,
        media: bool | None = None,
        surge: str | None = None,
        forum: str | None = None,
    ) -> None:
        """Subscribe a channel to a topic."""
        await acknowledge(interaction)
        access = await access_to_option(interaction, channel)
        require_manage(access)
        chosen = SettingsChange(
            min_rp=min_rp,
            pace=Unchanged.UNCHANGED if pace is None else pace,
            include=include or None,
            exclude=exclude or None,
            sources=None if source is None else (SourceName(source),),
            people_only=people_only,
            min_velocity=velocity,
            fold=fold,
            media=media,
            language=language,
            surge=chosen_surge(surge),
            role_id=chosen_role(None if role is None else RoleId(role.id)),
        )
        asked = SubscribeOptions(topic, chosen, None if forum is None else PostsBy(forum))
        typed = asked.typed(is_forum=access.is_forum)
        async with answering_command(interaction, About(FormKind.SUBSCRIBE, access.channel_id), typed):
            await subscribe_with(interaction, access, asked, role)

    @app_commands.command(
        name=text("cmd-subscriptions-name"),
        description=text("cmd-subscriptions-description"),
    )
    @options(
        Option("channel", "opt-sub-channel", described="opt-subs-channel"),
        Option("search", "opt-subs-search"),
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def subscriptions(
        self, interaction: BotInteraction, channel: ChannelChoice | None = None, search: str = ""
    ) -> None:
        """List the server's subscriptions."""
        await acknowledge(interaction)
        part = Part(0, await listed_channel(interaction, channel), searched(search))
        await answer(interaction, await list_layout(interaction, part))

    @app_commands.command(
        name=text("cmd-unsubscribe-name"),
        description=text("cmd-unsubscribe-description"),
    )
    @options(
        Option("topic", "opt-sub-topic", described="opt-unsub-topic"),
        Option("channel", "opt-sub-channel", described="opt-unsub-channel"),
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def unsubscribe(
        self, interaction: BotInteraction, topic: str, channel: ChannelChoice | None = None
    ) -> None:
        """Unsubscribe a channel from a topic."""
        await acknowledge(interaction)
        service = interaction.client.services.subscriptions
        where = interaction.channel_id if channel is None else channel.id
        guild_id = guild_of(interaction)
        reach = await permissions_for_channels(
            interaction, await interaction.client.services.guilds.channels(guild_id)
        )
        found = await service.find(topic, guild_id, ChannelId(where or 0), sees=reach.sees)
        await require_managed(interaction, found.channel_id)
        removed = await service.remove(found.id, found.guild_id)
        await answer(interaction, draw_removed(speaker_of(interaction), removed))

    @subscribe.autocomplete("topic")
    async def suggest_topic(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Topics they may know of."""
        known = await interaction.client.services.trends.suggest(typed, await typing_viewer(interaction))
        return [Choice(name=topic.name, value=topic.handle) for topic in known[:CHOICES_MAX]]

    @unsubscribe.autocomplete("topic")
    async def suggest_followed(self, interaction: BotInteraction, typed: str) -> list[Choice[str]]:
        """Suggest topics that the server (or the chosen channel) follows, for those who may change them."""
        if not interaction.permissions.manage_channels:
            return []
        found = await interaction.client.services.subscriptions.list(guild_of(interaction))
        shown, names = await seen_by(interaction, found)
        channel = interaction.namespace.channel
        key = topic_key(typed)
        return [
            Choice(
                name=excerpt(f"{one.topic.name} (#{names.get(one.channel_id, '?')})", 100), value=f"id:{one.id}"
            )
            for one in shown
            if (key in one.topic.key or key in topic_key(one.topic.name))
            and (channel is None or one.channel_id == channel.id)
        ][:CHOICES_MAX]


async def setup(bot: TrendBot) -> None:
    """Commands, and the buttons that live on."""
    await bot.add_cog(Subscriptions(bot))
    bot.add_dynamic_items(*ITEMS, *LIST_ITEMS)
    bot.add_listener(on_search_form, "on_interaction")
