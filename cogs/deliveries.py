"""``/deliveries`` and its buttons, and ``/why``: how deliveries stand, and what became of a post.

The buttons are DynamicItems: the message and what is to be done with it are in the custom_id, so they live on
after a restart; who may decide is asked again at every click.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import read_id
from bot.core.models import ChannelId, Deliveries, Message, MessageId
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.services.deliveries import DeliveryService
from bot.views.deliveries import DeliveryAction, PageAction, draw_deliveries
from bot.views.explain import draw_answer, draw_why
from bot.views.explain_lines import Asked
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.options import ChannelChoice, Option, options, text
from cogs.shared.pagination import NOWHERE, parts_of
from cogs.shared.paying import Paid
from cogs.shared.permissions import access_for, access_to_option, guild_of, missing_to_send, require_managed
from cogs.shared.reach import BotInteraction, ChannelPermissions, find_channel, permissions_for_channels
from cogs.shared.viewing import post_viewer

_DONE = {DeliveryAction.ARRIVED: "deliveries-done-arrived", DeliveryAction.AGAIN: "deliveries-done-again"}


class ResolveButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:dlv:(?P<message>[0-9a-f]{{24}}):(?P<action>{'|'.join(DeliveryAction)}):(?P<page>[0-9]{{1,4}})",
):
    """A person decides what becomes of a message."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.message_id = MessageId(match["message"])
        self.action = DeliveryAction(match["action"])
        self.page = int(match["page"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, for those who may, and show how things stand now."""
        async with answering(interaction):
            await acknowledge(interaction)
            message = await _managed(interaction, self.message_id)
            await _decide(interaction, message, self.action)
            note = speaker_of(interaction).say(_DONE[self.action])
            await answer(interaction, await _layout(interaction, self.page, note))


class DeliveriesPageButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:dlv:(?P<turn>{'|'.join(PageAction)}):(?P<page>[0-9]{{1,4}})",
):
    """Turns to a page, refreshes it, or tries open take-downs now."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.action = PageAction(match["turn"])
        self.page = int(match["page"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of this one."""
        async with answering(interaction):
            await acknowledge(interaction)
            _require_manage_here(interaction)
            note = None
            if self.action is PageAction.TAKE_DOWNS:
                await _service(interaction).hurry_take_downs(guild_of(interaction))
                note = speaker_of(interaction).say("deliveries-done-take-downs")
            await answer(interaction, await _layout(interaction, self.page, note))


class WhyButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:why:(?P<channel>[0-9]{1,19}):(?P<post>.{0,90})"
):
    """Shows each step of what became of a post, as it is now."""

    own_price = Price.EXPENSIVE
    own_command = "why"

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.channel_id = ChannelId(read_id(match["channel"]) or NOWHERE)
        self.post = match["post"]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the answer, for everybody who sees the channel."""
        async with answering(interaction):
            await acknowledge(interaction)
            guild_id = guild_of(interaction)
            if not (await permissions_for_channels(interaction, [self.channel_id])).sees(self.channel_id):
                raise app_commands.MissingPermissions(["view_channel"])
            post = self.post or _opened_by(interaction.message)
            viewer = await post_viewer(interaction, post)
            explanation = await interaction.client.services.why.explain(post, guild_id, self.channel_id, viewer)
            asked = Asked(guild_id, self.channel_id)
            await answer(interaction, draw_why(speaker_of(interaction), explanation, asked))


ITEMS = (ResolveButton, DeliveriesPageButton, WhyButton)


class DeliveriesCog(commands.Cog, name="Deliveries"):
    """The commands ``/deliveries`` and ``/why``."""

    @app_commands.command(
        name=text("cmd-deliveries-name"),
        description=text("cmd-deliveries-description"),
    )
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.guild_only()
    async def deliveries(self, interaction: BotInteraction) -> None:
        """Show the server's deliveries."""
        await acknowledge(interaction)
        _require_manage_here(interaction)
        await answer(interaction, await _layout(interaction, 0))

    @app_commands.command(
        name=text("cmd-why-name"),
        description=text("cmd-why-description"),
    )
    @options(
        Option("post", "opt-why-post"),
        Option("channel", "opt-why-channel"),
    )
    @app_commands.guild_only()
    async def why(self, interaction: BotInteraction, post: str, channel: ChannelChoice | None = None) -> None:
        """Explain a post, for everybody who sees the channel."""
        await acknowledge(interaction)
        access = await access_to_option(interaction, channel)
        if not access.person.view_channel:
            raise app_commands.MissingPermissions(["view_channel"])
        guild_id = guild_of(interaction)
        channel_id = await _meant(interaction, access.channel_id)
        viewer = await post_viewer(interaction, post)
        explanation = await interaction.client.services.why.explain(post, guild_id, channel_id, viewer)
        await answer(interaction, draw_answer(speaker_of(interaction), explanation, Asked(guild_id, channel_id)))


def _opened_by(message: discord.Message | None) -> str:
    """The address that a message's button opens; empty where it has none."""
    parts = parts_of([] if message is None else message.components)
    return next((part.url for part in parts if isinstance(part, discord.Button) and part.url), "")


async def _meant(interaction: BotInteraction, channel_id: ChannelId) -> ChannelId:
    """The channel that is meant: in a post of a forum the forum, unless the post itself follows something."""
    thread = interaction.channel
    if not isinstance(thread, discord.Thread) or thread.id != channel_id:
        return channel_id
    if not isinstance(thread.parent, discord.ForumChannel):
        return channel_id
    following = await interaction.client.services.guilds.following_channels(guild_of(interaction))
    return channel_id if channel_id in following else ChannelId(thread.parent.id)


# -- what is shown -------------------------------------------------------------------------------------


async def _layout(interaction: BotInteraction, page: int, note: str | None = None) -> ui.LayoutView:
    """A page of the server's deliveries, as far as the person may see their channels."""
    found, now = await _service(interaction).of_guild(guild_of(interaction)), interaction.client.services.clock()
    seen = _seen_by(await _reach(interaction, found), found)
    return draw_deliveries(speaker_of(interaction), seen, page=page, now=now, note=note)


async def _reach(interaction: BotInteraction, found: Deliveries) -> ChannelPermissions:
    return await permissions_for_channels(interaction, found.channels, for_a_list=True)


def _seen_by(reach: ChannelPermissions, found: Deliveries) -> Deliveries:
    return replace(
        found,
        waiting=tuple(queue for queue in found.waiting if reach.sees(queue.channel_id)),
        on_the_way=_messages_seen(reach, found.on_the_way),
        uncertain=_messages_seen(reach, found.uncertain),
        given_up=_messages_seen(reach, found.given_up),
        take_downs=_messages_seen(reach, found.take_downs),
    )


def _messages_seen(reach: ChannelPermissions, messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(message for message in messages if reach.sees(message.channel_id))


# -- what is decided -----------------------------------------------------------------------------------


async def _decide(interaction: BotInteraction, message: Message, action: DeliveryAction) -> None:
    """Raises ``RefusedRequest`` where somebody, or the bot itself, was faster."""
    if action is DeliveryAction.ARRIVED:
        await _service(interaction).arrived(message)
    else:
        await _require_able(interaction, message.channel_id)
        await _service(interaction).send_again(message)


async def _managed(interaction: BotInteraction, message_id: MessageId) -> Message:
    """The message, where it is this server's and the person may manage its channel."""
    message = await _service(interaction).get(message_id, guild_of(interaction))
    reach = await permissions_for_channels(interaction, [message.channel_id])
    if not reach.sees(message.channel_id):
        raise app_commands.MissingPermissions(["view_channel"])
    await require_managed(interaction, message.channel_id)
    return message


async def _require_able(interaction: BotInteraction, channel_id: ChannelId) -> None:
    """Raises ``BotMissingPermissions`` (``RefusedRequest``: no such channel) where a try would only fail again.

    Not for Read Message History: its lack is what makes a message uncertain, and a person decides here.
    """
    channel = await find_channel(interaction, channel_id)
    if channel is None or not isinstance(interaction.user, discord.Member):
        raise RefusedRequest("deliveries-channel-gone")
    missing = missing_to_send(await access_for(channel, interaction.user))
    if needed := [name for name in missing if name != "read_message_history"]:
        raise app_commands.BotMissingPermissions(needed)


def _require_manage_here(interaction: BotInteraction) -> None:
    if not interaction.permissions.manage_channels:
        raise app_commands.MissingPermissions(["manage_channels"])


def _service(interaction: BotInteraction) -> DeliveryService:
    return interaction.client.services.deliveries


async def setup(bot: TrendBot) -> None:
    """Commands, and the buttons that live on."""
    await bot.add_cog(DeliveriesCog())
    bot.add_dynamic_items(*ITEMS)
