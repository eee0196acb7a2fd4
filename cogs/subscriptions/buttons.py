"""Buttons and menu of subscriptions.

They are DynamicItems: all they need is in their custom_id, so they live on after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.core.identity.row_ids import read_id
from bot.core.models import SubscriptionId
from bot.services.cooldown import Price
from bot.services.subscriptions.requests import SettingsChange
from bot.services.subscriptions.service import SubscriptionService
from bot.views.alerts.message import draw_alert_preview
from bot.views.subscriptions.cards import FOLD_CHOICES, SubscriptionAction, draw_removed
from bot.views.subscriptions.lines import topic_name
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.errors import answering
from cogs.shared.forms import offer
from cogs.shared.language import speaker_of
from cogs.shared.matched import Matched
from cogs.shared.pagination import pick_menu
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    access_to_id,
    guild_of,
    may_show_sensitive,
    require_bot_can_send,
    require_managed,
)
from cogs.shared.reach import BotInteraction
from cogs.subscriptions.detail import own, show_detail
from cogs.subscriptions.forms import edit_form, filter_form
from cogs.subscriptions.options import chosen_surge
from cogs.subscriptions.subscribe import subscribe_here


class SubscribeButton(Paid, Matched, ui.DynamicItem[ui.Button[Any]], template=r"kw:sub:(?P<topic>.+)"):
    """The button under ``/trend`` that subscribes this channel to the topic, with defaults."""

    own_price = Price.EXPENSIVE

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.topic = match["topic"]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Subscribe the channel the button stands in."""
        async with answering(interaction):
            await subscribe_here(interaction, self.topic)


_FORMS = {SubscriptionAction.EDIT, SubscriptionAction.FILTERS}
_EXPENSIVE = {*_FORMS, SubscriptionAction.PREVIEW, SubscriptionAction.MEDIA_OFF, SubscriptionAction.MEDIA_ON}


class SubscriptionButton(
    Paid,
    Matched,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:subs:(?P<action>{'|'.join(SubscriptionAction)}):(?P<id>[0-9]{{1,19}})",
):
    """A button that acts on one subscription."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.action = SubscriptionAction(match["action"])
        self.subscription_id = SubscriptionId(read_id(match["id"]) or 0)

    @property
    def price(self) -> Price:
        """Forms try their rules on a day of posts, which is paid for when they open."""
        return Price.EXPENSIVE if self.action in _EXPENSIVE else Price.BASIC

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, for those who may."""
        async with answering(interaction):
            if self.action not in _FORMS:
                await acknowledge(interaction, anew=self.action is SubscriptionAction.PREVIEW)
            await _DOES[self.action](interaction, self.subscription_id)


class SurgeMenu(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=r"kw:subs:surge:(?P<id>[0-9]{1,19})"):
    """The menu of the surges that a subscription is sent."""

    price = Price.EXPENSIVE

    def __init__(self, item: ui.Select[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.subscription_id = SubscriptionId(read_id(match["id"]) or 0)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Change what it is sent, for those who may, and show it so."""
        async with answering(interaction):
            await acknowledge(interaction)
            subscription = await own(interaction, self.subscription_id)
            chosen = SettingsChange(surge=chosen_surge(next(iter(self.item.values), None)))
            await _service(interaction).change(subscription.id, subscription.guild_id, chosen)
            await show_detail(interaction, subscription.id, before=subscription)


class FoldMenu(Paid, Matched, ui.DynamicItem[ui.Select[Any]], template=r"kw:subs:fold:(?P<id>[0-9]{1,19})"):
    """The menu of how a subscription is sent posts that say the same."""

    price = Price.EXPENSIVE

    def __init__(self, item: ui.Select[Any], match: re.Match[str]) -> None:
        super().__init__(item, match)
        self.subscription_id = SubscriptionId(read_id(match["id"]) or 0)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Change how, for those who may, and show it so."""
        async with answering(interaction):
            await acknowledge(interaction)
            subscription = await own(interaction, self.subscription_id)
            chosen = SettingsChange(fold=FOLD_CHOICES.get(next(iter(self.item.values), "")))
            await _service(interaction).change(subscription.id, subscription.guild_id, chosen)
            await show_detail(interaction, subscription.id, before=subscription)


async def _edit(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    await offer(interaction, edit_form(interaction, subscription_id))


async def _filters(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    await offer(interaction, filter_form(interaction, subscription_id))


async def _preview(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    content = await _service(interaction).preview_alert(subscription_id, subscription.guild_id)
    services, speaker = interaction.client.services, speaker_of(interaction)
    if content is None:
        await interaction.followup.send(speaker.say("sample-none", topic=topic_name(subscription)), ephemeral=True)
        return
    age_restricted = may_show_sensitive(interaction, subscription.channel_id)
    layout = draw_alert_preview(content, services.texts, age_restricted=age_restricted)
    await interaction.followup.send(view=layout, ephemeral=True)


async def _pause(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    await _service(interaction).pause(subscription_id, subscription.guild_id)
    await show_detail(interaction, subscription_id)


async def _resume(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    # Otherwise the next alert would only pause it again.
    require_bot_can_send(await access_to_id(interaction, subscription.channel_id), None)
    await _service(interaction).resume(subscription_id, subscription.guild_id)
    await show_detail(interaction, subscription_id)


def _mute(how_long: timedelta | None) -> Callable[[BotInteraction, SubscriptionId], Awaitable[None]]:
    async def mute(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
        subscription = await own(interaction, subscription_id)
        until = None if how_long is None else interaction.client.services.clock() + how_long
        await _service(interaction).mute(subscription_id, until, subscription.guild_id)
        await show_detail(interaction, subscription_id)

    return mute


async def _unmute_authors(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    await _service(interaction).unmute_authors(subscription_id, subscription.guild_id)
    await show_detail(interaction, subscription_id)


def _media(shown: bool) -> Callable[[BotInteraction, SubscriptionId], Awaitable[None]]:
    async def change(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
        subscription = await own(interaction, subscription_id)
        await _service(interaction).change(subscription_id, subscription.guild_id, SettingsChange(media=shown))
        await show_detail(interaction, subscription_id, before=subscription)

    return change


async def _remove(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    removed = await _service(interaction).remove(subscription_id, subscription.guild_id)
    await answer(interaction, draw_removed(speaker_of(interaction), removed))


async def _restore(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    guild_id = guild_of(interaction)
    await require_managed(interaction, await _service(interaction).channel_of(subscription_id, guild_id))
    await _service(interaction).restore(subscription_id, guild_id)
    await show_detail(interaction, subscription_id)


_DOES: dict[SubscriptionAction, Callable[[BotInteraction, SubscriptionId], Awaitable[None]]] = {
    SubscriptionAction.EDIT: _edit,
    SubscriptionAction.FILTERS: _filters,
    SubscriptionAction.PREVIEW: _preview,
    SubscriptionAction.PAUSE: _pause,
    SubscriptionAction.RESUME: _resume,
    SubscriptionAction.MUTE_HOUR: _mute(timedelta(hours=1)),
    SubscriptionAction.MUTE_DAY: _mute(timedelta(days=1)),
    SubscriptionAction.UNMUTE: _mute(None),
    SubscriptionAction.UNMUTE_AUTHORS: _unmute_authors,
    SubscriptionAction.MEDIA_OFF: _media(shown=False),
    SubscriptionAction.MEDIA_ON: _media(shown=True),
    SubscriptionAction.REMOVE: _remove,
    SubscriptionAction.RESTORE: _restore,
}


ITEMS = (
    SubscribeButton,
    SubscriptionButton,
    SurgeMenu,
    FoldMenu,
    pick_menu("subs", lambda click, number: show_detail(click, SubscriptionId(number))),
)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
