"""Buttons that change a subscription by one click and undo it: its minimum, what was asked again, a feed found."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.core.alerting.subscribe_result import SubscribeResult
from bot.core.errors import AlreadySubscribed
from bot.core.identity.row_ids import read_id
from bot.core.models import RoleId, SourceName, Subscription, SubscriptionId, UserId
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from bot.services.cooldown import Price
from bot.services.subscriptions.requests import Change
from bot.services.subscriptions.service import SubscriptionService
from bot.views.kit.custom_ids import read_min_rp
from bot.views.subscriptions.cards import draw_removed
from bot.views.subscriptions.changes import change_id, draw_changed, draw_exists, min_rp_id
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    access_to_id,
    check_kept_role,
    check_role,
    guild_of,
    require_bot_can_send,
    require_manage,
    require_managed,
)
from cogs.shared.reach import BotInteraction, permissions_in
from cogs.shared.viewing import viewer_of
from cogs.subscriptions.detail import own, show_detail
from cogs.subscriptions.subscribe import answer_subscribe, subscribed_layout


class MinRpButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=r"kw:minrp:(?P<id>[0-9]{1,19}):(?:(?P<all>[0-9]{1,10})|(?P<each>[0-9a-z_-]{1,70}))",
):
    """Sets the minimum of all sources; or, to undo that, of each of them as it was."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.subscription_id = SubscriptionId(read_id(match["id"]) or 0)
        self.is_undo = match["all"] is None
        self.wanted: int | dict[SourceName, int] = (
            read_min_rp(match["each"]) if match["all"] is None else int(match["all"])
        )

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set it, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            subscription = await _changeable(interaction, self.subscription_id)
            service = _service(interaction)
            change = await service.with_min_rp(subscription.id, subscription.guild_id, self.wanted)
            done = await service.make(change, subscription.guild_id)
            undo = None if self.is_undo else _undo_of(interaction, change)
            await _show(interaction, change, done, undo)


class PaceButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:pace:(?P<id>[0-9]{1,19}):(?P<pace>[0-9]{1,2})"
):
    """Sets a pace."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.subscription_id = SubscriptionId(read_id(match["id"]) or 0)
        self.pace = int(match["pace"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Set it, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            subscription = await _changeable(interaction, self.subscription_id)
            service = _service(interaction)
            change = await service.with_pace(subscription.id, subscription.guild_id, self.pace)
            done = await service.make(change, subscription.guild_id)
            await _show(interaction, change, done, _undo_of(interaction, change))


class ChangeButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:(?P<what>change|unchange):(?P<token>[0-9a-f]{16})"
):
    """Changes a subscription to what was asked for, or takes that back."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.token = match["token"]
        self.is_undo = match["what"] == "unchange"

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Make it, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            service, guild_id = _service(interaction), guild_of(interaction)
            pending = interaction.client.services.pending
            change = pending.change(guild_id, self.token)
            subscription = await _changeable(interaction, change.before.id)
            await _check_new_role(interaction, subscription, change.after.settings.role_id)
            done = await service.make(change, guild_id)
            undo = None if self.is_undo else change_id(pending.keep(guild_id, change.back), undo=True)
            await _show(interaction, change, done, undo)


class FeedButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:subfeed:(?P<token>[0-9a-f]{16})"):
    """Subscribes as was asked, to the feed that a page names."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.token = match["token"]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Subscribe, for those who may now."""
        async with answering(interaction):
            await acknowledge(interaction, anew=True)
            ask = interaction.client.services.pending.request(guild_of(interaction), self.token)
            access = await access_to_id(interaction, ask.channel_id)
            require_manage(access)
            guild = interaction.guild
            role_id = ask.chosen.chosen_role
            role = None if role_id is None or guild is None else guild.get_role(role_id)
            check_role(role, access.person)
            require_bot_can_send(access, role)
            await answer_subscribe(interaction, replace(ask, viewer=await viewer_of(interaction)), access)


class ExchangeButton(
    Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:exchange:(?P<id>[0-9]{1,19}):(?P<topic>.+)"
):
    """A button under the answer to ``/subscribe``: a topic that was meant, in place of the one that was typed."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.subscription_id = SubscriptionId(read_id(match["id"]) or 0)
        self.topic = match["topic"]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Exchange the topics, for those who may."""
        async with answering(interaction):
            await acknowledge(interaction)
            before = await _changeable(interaction, self.subscription_id)
            service, who = _service(interaction), UserId(interaction.user.id)
            try:
                done = await service.exchange_topic(before.id, before.guild_id, self.topic, who)
            except AlreadySubscribed:
                await _show_there_already(interaction, before, self.topic)
                return
            await answer(interaction, subscribed_layout(interaction, done, before=before))


class ExchangeBackButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=r"kw:exchange-back:(?P<made>[0-9]{1,19}):(?P<before>[0-9]{1,19})",
):
    """Takes an exchange of topics back."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        made, before = (SubscriptionId(read_id(match[name]) or 0) for name in ("made", "before"))
        self.made = made
        self.before = before

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Remove the one, restore the other, for those who may change both."""
        async with answering(interaction):
            await acknowledge(interaction)
            service, guild_id = _service(interaction), guild_of(interaction)
            await own(interaction, self.made)
            await require_managed(interaction, await service.channel_of(self.before, guild_id))
            restored = await service.undo_exchange(self.made, self.before, guild_id)
            await show_detail(interaction, restored.id)


async def _show_there_already(interaction: BotInteraction, removed: Subscription, topic: str) -> None:
    """The channel has what was meant already: the other is removed, and that one shown."""
    speaker, service = speaker_of(interaction), _service(interaction)
    await answer(interaction, draw_removed(speaker, removed))
    there = await service.of_channel(removed.guild_id, removed.channel_id, make_topic(topic).key)
    if there is not None:
        await interaction.followup.send(view=draw_exists(speaker, there, there, None), ephemeral=True)


def _undo_of(interaction: BotInteraction, change: Change) -> str:
    """The custom_id that undoes a change of minimums or of a pace."""
    before, after = change.before.settings, change.after.settings
    if before.pace is None and after.pace is None:
        return min_rp_id(change.before.id, before.min_rp)
    pending = interaction.client.services.pending
    return change_id(pending.keep(change.before.guild_id, change.back), undo=True)


async def _changeable(interaction: BotInteraction, subscription_id: SubscriptionId) -> Subscription:
    """A subscription that the person may manage, and whose role they may mention in its channel."""
    subscription = await own(interaction, subscription_id)
    await check_kept_role(interaction, subscription.settings.role_id, subscription.channel_id)
    return subscription


async def _check_new_role(interaction: BotInteraction, subscription: Subscription, role_id: RoleId | None) -> None:
    """Raises ``RefusedRequest`` for a role that the person may not mention there, or the bot may not."""
    if role_id is None or role_id == subscription.settings.role_id or interaction.guild is None:
        return
    role = interaction.guild.get_role(role_id)
    check_role(role, await permissions_in(interaction, subscription.channel_id))
    require_bot_can_send(await access_to_id(interaction, subscription.channel_id), role)


async def _show(interaction: BotInteraction, change: Change, done: SubscribeResult, undo: str | None) -> None:
    layout = draw_changed(
        speaker_of(interaction),
        change.before,
        done.subscription,
        known=done.day.known,
        passing=done.day.passing,
        offers=[(one.min_rp, one.passing) for one in done.day.offers],
        undo=undo,
        week=done.week,
    )
    await answer(interaction, layout)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions


async def setup(bot: TrendBot) -> None:
    """The buttons that live on."""
    bot.add_dynamic_items(MinRpButton, PaceButton, ChangeButton, FeedButton, ExchangeButton, ExchangeBackButton)
