"""``/subscribe``, ``/subscriptions``, ``/unsubscribe``: permission -> one call -> view -> reply."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, locale_str
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, PostsBy, RoleId, SourceName, UserId
from bot.core.text import excerpt, topic_key
from bot.gateway.client import TrendBot
from bot.services.input.text import MIN_RP_MAX
from bot.services.subscription_requests import SettingsChange, SubscribeRequest, Unchanged
from bot.views.subscriptions.cards import draw_removed
from bot.views.subscriptions.list_page import Part, searched
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.permissions import (
    KINDS,
    ChosenChannel,
    access_to_option,
    check_role,
    guild_of,
    listed_channel,
    require_bot_can_send,
    require_manage,
    require_managed,
    seen_by,
)
from cogs.shared.reach import BotInteraction, reach_of
from cogs.shared.viewing import typing_viewer, viewer_of

from .subscription_buttons import ITEMS, answer_subscribe, language_for, speaker_of
from .subscription_list import ITEMS as LIST_ITEMS
from .subscription_list import list_layout, on_search_form

CHOICES_MAX = 25
"""Discord's limit for suggestions."""


class ChannelOption(app_commands.Transformer):
    """A channel that can hear of topics, as Discord names it (not from the cache)."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds Discord offers."""
        return list(KINDS)

    async def transform(self, _: discord.Interaction, value: ChosenChannel, /) -> ChosenChannel:
        """As it came; what may be done there is looked at in the command."""
        return value


ChannelChoice = app_commands.Transform[ChosenChannel, ChannelOption]


class Subscriptions(commands.Cog):
    """Channels follow topics."""

    def __init__(self, bot: TrendBot) -> None:
        # Only now is it known which sources this bot has.
        offer = app_commands.choices(source=[_source_choice(bot, source) for source in bot.services.sources])
        offer(self.subscribe)

    @app_commands.command(
        name=locale_str("subscribe", key="cmd-subscribe-name"),
        description=locale_str(
            "Get an alert in this channel when a post about a topic takes off", key="cmd-subscribe-description"
        ),
    )
    @app_commands.rename(
        topic=locale_str("topic", key="opt-sub-topic-name"),
        channel=locale_str("channel", key="opt-sub-channel-name"),
        min_rp=locale_str("min_rp", key="opt-sub-min-rp-name"),
        role=locale_str("role", key="opt-sub-role-name"),
        include=locale_str("include", key="opt-sub-include-name"),
        exclude=locale_str("exclude", key="opt-sub-exclude-name"),
        source=locale_str("source", key="opt-sub-source-name"),
        language=locale_str("language", key="opt-sub-language-name"),
        people_only=locale_str("people_only", key="opt-sub-people-only-name"),
        forum=locale_str("forum", key="opt-sub-forum-name"),
    )
    @app_commands.describe(
        topic=locale_str(
            "What to subscribe to: a keyword (for example: data center), or a feed's address",
            key="opt-sub-topic-description",
        ),
        channel=locale_str("Where alerts go (this channel if left out)", key="opt-sub-channel-description"),
        min_rp=locale_str("Only posts with at least this many reposts", key="opt-sub-min-rp-description"),
        role=locale_str("The role to mention with every alert", key="opt-sub-role-description"),
        include=locale_str(
            "Only posts with one of these words (separate with commas, /…/ is a regular expression)",
            key="opt-sub-include-description",
        ),
        exclude=locale_str(
            "No posts with any of these words, separated by commas (/…/ is a regular expression)",
            key="opt-sub-exclude-description",
        ),
        source=locale_str("Where posts come from (all sources if left out)", key="opt-sub-source-description"),
        language=locale_str("Language of the alerts (yours if left out)", key="opt-sub-language-description"),
        people_only=locale_str(
            "Leave out posts by accounts that say they are bots (yes if left out)",
            key="opt-sub-people-only-description",
        ),
        forum=locale_str(
            "In a forum channel: what gets a post of its own (if left out, as it is now, at first each topic)",
            key="opt-sub-forum-description",
        ),
    )
    @app_commands.choices(
        language=[
            Choice(name=locale_str("日本語", key="choice-language-ja"), value="ja"),
            Choice(name=locale_str("English", key="choice-language-en"), value="en"),
        ],
        forum=[
            Choice(name=locale_str("Each topic, with its alerts in it", key="choice-forum-topic"), value="topic"),
            Choice(name=locale_str("Each alert", key="choice-forum-story"), value="story"),
        ],
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def subscribe(
        self,
        interaction: BotInteraction,
        topic: str,
        channel: ChannelChoice | None = None,
        min_rp: Range[int, 0, MIN_RP_MAX] | None = None,
        role: discord.Role | None = None,
        include: str = "",
        exclude: str = "",
        source: str | None = None,
        language: str | None = None,
        people_only: bool | None = None,
        forum: str | None = None,
    ) -> None:
        """A channel follows a topic from now on."""
        await acknowledge(interaction)
        place = await access_to_option(interaction, channel)
        require_manage(place)
        check_role(role, place.person)
        require_bot_can_send(place, role)
        if forum is not None and not place.is_forum:
            raise RefusedRequest("error-no-forum")
        ask = SubscribeRequest(
            topic=topic,
            guild_id=guild_of(interaction),
            channel_id=place.channel_id,
            user_id=UserId(interaction.user.id),
            language=language_for(interaction),
            chosen=SettingsChange(
                min_rp=min_rp,
                include=include or None,
                exclude=exclude or None,
                sources=None if source is None else (SourceName(source),),
                people_only=people_only,
                language=language,
                role_id=Unchanged.UNCHANGED if role is None else RoleId(role.id),
            ),
            viewer=await viewer_of(interaction),
        )
        await answer_subscribe(interaction, ask, place, None if forum is None else PostsBy(forum))

    @app_commands.command(
        name=locale_str("subscriptions", key="cmd-subscriptions-name"),
        description=locale_str(
            "See, edit, pause or remove this server's subscriptions", key="cmd-subscriptions-description"
        ),
    )
    @app_commands.rename(
        channel=locale_str("channel", key="opt-sub-channel-name"),
        search=locale_str("search", key="opt-subs-search-name"),
    )
    @app_commands.describe(
        channel=locale_str("Show only this channel's subscriptions", key="opt-subs-channel-description"),
        search=locale_str("Part of a topic's or channel's name", key="opt-subs-search-description"),
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def subscriptions(
        self, interaction: BotInteraction, channel: ChannelChoice | None = None, search: str = ""
    ) -> None:
        """The server's subscriptions."""
        await acknowledge(interaction)
        part = Part(0, await listed_channel(interaction, channel), searched(search))
        await answer(interaction, await list_layout(interaction, part))

    @app_commands.command(
        name=locale_str("unsubscribe", key="cmd-unsubscribe-name"),
        description=locale_str("Unsubscribe from a topic (can be undone)", key="cmd-unsubscribe-description"),
    )
    @app_commands.rename(
        topic=locale_str("topic", key="opt-sub-topic-name"),
        channel=locale_str("channel", key="opt-sub-channel-name"),
    )
    @app_commands.describe(
        topic=locale_str("The topic to unsubscribe from", key="opt-unsub-topic-description"),
        channel=locale_str(
            "The channel that gets its alerts (this channel if left out)", key="opt-unsub-channel-description"
        ),
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def unsubscribe(
        self, interaction: BotInteraction, topic: str, channel: ChannelChoice | None = None
    ) -> None:
        """A channel no longer follows a topic."""
        await acknowledge(interaction)
        service = interaction.client.services.subscriptions
        where = interaction.channel_id if channel is None else channel.id
        guild_id = guild_of(interaction)
        reach = await reach_of(interaction, await interaction.client.services.servers.channels(guild_id))
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
        """What the server (or the chosen channel) follows, for those who may change it."""
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


def _source_choice(bot: TrendBot, source: SourceName) -> Choice[str]:
    text_id = f"source-{source.value}"
    english = bot.services.texts.speaker("en").say(text_id)
    return Choice(name=locale_str(english, key=text_id), value=source.value)


async def setup(bot: TrendBot) -> None:
    """Commands, and the buttons that live on."""
    await bot.add_cog(Subscriptions(bot))
    bot.add_dynamic_items(*ITEMS, *LIST_ITEMS)
    bot.add_listener(on_search_form, "on_interaction")
