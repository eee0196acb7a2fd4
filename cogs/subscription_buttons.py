"""Buttons, menu and form of subscriptions.

They are DynamicItems: all they need is in their custom_id, so they live on after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

import discord
from discord import ui

from bot.core.alerting.rules import Verdict
from bot.core.errors import RefusedRequest
from bot.core.identity.row_ids import read_id
from bot.core.models import PostsBy, RoleId, Subscription, SubscriptionId, UserId
from bot.core.text import escape
from bot.services.cooldown import Price
from bot.services.input.text import write_words
from bot.services.subscription_requests import SettingsChange, SubscribeRequest, SubscribeResult
from bot.services.subscriptions import SubscriptionService
from bot.views.alerts.message import draw_sample
from bot.views.kit.text import Speaker, language_of
from bot.views.subscriptions.cards import SubscriptionAction, draw_detail, draw_removed, draw_subscribed
from bot.views.subscriptions.changes import draw_exists, draw_feed_found, offer_row
from bot.views.subscriptions.filter_form import FilterForm
from bot.views.subscriptions.form import EditForm
from bot.views.subscriptions.lines import topic_name
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.forms import answering_form, offer, take_form
from cogs.shared.pagination import pick_menu
from cogs.shared.paying import Paid
from cogs.shared.permissions import (
    ChannelAccess,
    access_to_id,
    access_to_option,
    check_kept_role,
    check_role,
    gone_roles,
    guild_of,
    know_forum,
    may_show_sensitive,
    require_bot_can_send,
    require_manage,
    require_managed,
)
from cogs.shared.reach import BotInteraction, permissions_in
from cogs.shared.viewing import viewer_of

from .errors import answering


def speaker_of(interaction: BotInteraction) -> Speaker:
    """The speaker of the reader's language."""
    return interaction.client.services.texts.speaker(str(interaction.locale))


def language_for(interaction: BotInteraction) -> str:
    """The reader's language, for a channel whose language nobody chose."""
    return language_of(str(interaction.locale), interaction.client.services.settings.discord.language)


async def answer_subscribe(
    interaction: BotInteraction, ask: SubscribeRequest, place: ChannelAccess, posts_by: PostsBy | None = None
) -> None:
    """Subscribe and say what will come of it; the interaction is deferred already.

    ``posts_by``: how the forum gets all that it follows from now on.
    """
    await know_forum(interaction, place)
    try:
        done = await _service(interaction).subscribe(ask)
    except RefusedRequest as refused:
        await _offer_instead(interaction, ask, place, refused, posts_by)
        return
    layout = subscribed_layout(interaction, done, posts_by=await know_forum(interaction, place, posts_by))
    await answer(interaction, layout)


def subscribed_layout(
    interaction: BotInteraction,
    done: SubscribeResult,
    *,
    posts_by: PostsBy | None = None,
    before: Subscription | None = None,
) -> ui.LayoutView:
    """The result of subscribing; ``before``: the subscription that it replaces."""
    offers = [(one.min_rp, one.passing) for one in done.day.offers]
    return draw_subscribed(
        speaker_of(interaction),
        done.subscription,
        asked=done.asked,
        failed=done.failed,
        known=done.day.known,
        passing=done.day.passing,
        largest=done.day.largest,
        top=done.top,
        passes=[verdict is Verdict.PASSES for verdict in done.top_verdicts],
        offers=offer_row(speaker_of(interaction), done.subscription, offers),
        posts_by=posts_by,
        similar=done.similar,
        before=before,
    )


async def _offer_instead(
    interaction: BotInteraction,
    ask: SubscribeRequest,
    place: ChannelAccess,
    refused: RefusedRequest,
    posts_by: PostsBy | None,
) -> None:
    """Offer a way out where a subscription was refused: change the existing one, or take a page's feed.

    Raises the refusal where nothing can.
    """
    speaker, kept = speaker_of(interaction), _service(interaction).kept
    if refused.text_id == "error-feed-elsewhere" and "topic" in refused.values:
        token = kept.keep(ask.guild_id, replace(ask, topic=str(refused.values["topic"])))
        # The page's author wrote it: what is no plain address is markup.
        said = speaker.say(refused.text_id, feed=escape(str(refused.values["feed"])))
        await answer(interaction, draw_feed_found(speaker, said, token))
        return
    if refused.text_id != "subscribe-exists":
        raise refused
    change = await _service(interaction).change_to(ask)
    if change is None:
        raise refused
    if posts_by is not None:
        await know_forum(interaction, place, posts_by)
        told = speaker.say(f"forum-changed-{posts_by}", channel=f"<#{place.channel_id}>")
        await interaction.followup.send(told, ephemeral=True)
        if change.is_nothing:
            return
    change_token = None if change.is_nothing else kept.keep(ask.guild_id, change)
    layout = draw_exists(speaker, change.before, change.after, change_token)
    await interaction.followup.send(view=layout, ephemeral=True)


class SubscribeButton(Paid, ui.DynamicItem[ui.Button[Any]], template=r"kw:sub:(?P<topic>.+)"):
    """The button under ``/trend``: this channel follows the topic, with defaults."""

    def __init__(self, item: ui.Button[Any], topic: str) -> None:
        super().__init__(item)
        self.topic = topic

    @property
    def price(self) -> Price:
        """As by command."""
        return Price.DEAR

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of a topic."""
        return cls(item, match["topic"])  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Subscribe the channel the button stands in."""
        async with answering(interaction):
            await acknowledge(interaction, anew=True)
            place = await access_to_option(interaction, None)
            require_manage(place)
            require_bot_can_send(place, None)
            ask = SubscribeRequest(
                topic=self.topic,
                guild_id=guild_of(interaction),
                channel_id=place.channel_id,
                user_id=UserId(interaction.user.id),
                language=language_for(interaction),
                viewer=await viewer_of(interaction),
            )
            await answer_subscribe(interaction, ask, place)


_FORMS = {SubscriptionAction.EDIT, SubscriptionAction.FILTERS}
_DEAR = {*_FORMS, SubscriptionAction.SAMPLE}


class SubscriptionButton(
    Paid,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"kw:subs:(?P<action>{'|'.join(SubscriptionAction)}):(?P<id>[0-9]{{1,19}})",
):
    """A button that acts on one subscription."""

    def __init__(self, item: ui.Button[Any], action: SubscriptionAction, subscription_id: SubscriptionId) -> None:
        super().__init__(item)
        self.action = action
        self.subscription_id = subscription_id

    @property
    def price(self) -> Price:
        """Forms try their rules on a day of posts, which is paid for when they open."""
        return Price.DEAR if self.action in _DEAR else Price.LOOK

    @classmethod
    async def from_custom_id(cls, _: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button of an action and a subscription."""
        return cls(item, SubscriptionAction(match["action"]), SubscriptionId(read_id(match["id"]) or 0))  # type: ignore[arg-type]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, for those who may."""
        async with answering(interaction):
            if self.action not in _FORMS:
                await acknowledge(interaction, anew=self.action is SubscriptionAction.SAMPLE)
            await _DOES[self.action](interaction, self.subscription_id)


async def own(interaction: BotInteraction, subscription_id: SubscriptionId) -> Subscription:
    """The subscription, when it is this server's and the person may manage its channel."""
    subscription = await _service(interaction).get(subscription_id, guild_of(interaction))
    await require_managed(interaction, subscription.channel_id)
    return subscription


async def show_detail(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    """All about it, its feed's address too: only for who may manage it, and for nobody else's eyes."""
    await own(interaction, subscription_id)
    described = await _service(interaction).describe(subscription_id, guild_of(interaction))
    layout = draw_detail(
        speaker_of(interaction),
        described.subscription,
        known=described.day.known,
        passing=described.day.passing,
        stopped=described.day.stopped,
        now=interaction.client.services.clock(),
        address=described.address,
        roles_gone=gone_roles(interaction, [described.subscription.settings.role_id]),
    )
    await answer(interaction, layout)


async def _edit(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    await offer(interaction, edit_form(interaction, subscription_id))


async def edit_form(interaction: BotInteraction, subscription_id: SubscriptionId) -> EditForm:
    """The form of a subscription that the person may manage, filled in as it is."""
    subscription = await own(interaction, subscription_id)
    return EditForm(
        speaker_of(interaction),
        subscription,
        include=write_words(subscription.settings.rules.include),
        exclude=write_words(subscription.settings.rules.exclude),
        submitted=lambda submitted, filled: _edited(submitted, subscription_id, filled),
        role_gone=bool(gone_roles(interaction, [subscription.settings.role_id])),
    )


async def _edited(interaction: BotInteraction, subscription_id: SubscriptionId, form: EditForm) -> None:
    async with answering_form(interaction, form.about):
        await take_form(interaction)
        subscription = await own(interaction, subscription_id)
        role = form.role
        check_role(role, await permissions_in(interaction, subscription.channel_id))
        if role is not None and role.id != subscription.settings.role_id:
            require_bot_can_send(await access_to_id(interaction, subscription.channel_id), role)
        chosen = SettingsChange(
            min_rp=form.min_rp,
            include=form.include,
            exclude=form.exclude,
            language=form.language,
            role_id=None if role is None else RoleId(role.id),
        )
        await _service(interaction).change(subscription_id, subscription.guild_id, chosen)
        await show_detail(interaction, subscription_id)


async def _filters(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    await offer(interaction, filter_form(interaction, subscription_id))


async def filter_form(interaction: BotInteraction, subscription_id: SubscriptionId) -> FilterForm:
    """The form of what a subscription that the person may manage lets through, filled in as it is."""
    subscription = await own(interaction, subscription_id)
    return FilterForm(
        speaker_of(interaction),
        subscription,
        _service(interaction).sources_for(subscription.topic),
        submitted=lambda submitted, filled: _filtered(submitted, subscription_id, filled),
    )


async def _filtered(interaction: BotInteraction, subscription_id: SubscriptionId, form: FilterForm) -> None:
    async with answering_form(interaction, form.about):
        await take_form(interaction)
        subscription = await own(interaction, subscription_id)
        await check_kept_role(interaction, subscription.settings.role_id, subscription.channel_id)
        chosen = SettingsChange(
            languages=form.languages,
            sources=form.sources,
            allow_sensitive=form.allow_sensitive,
            people_only=form.people_only,
            unmuted_authors=form.heard_again,
        )
        await _service(interaction).change(subscription_id, subscription.guild_id, chosen)
        await show_detail(interaction, subscription_id)


async def _sample(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    content = await _service(interaction).sample(subscription_id, subscription.guild_id)
    services, speaker = interaction.client.services, speaker_of(interaction)
    if content is None:
        await interaction.followup.send(speaker.say("sample-none", topic=topic_name(subscription)), ephemeral=True)
        return
    age_restricted = may_show_sensitive(interaction, subscription.channel_id)
    layout = draw_sample(content, services.texts, age_restricted=age_restricted)
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


async def _hear_authors(interaction: BotInteraction, subscription_id: SubscriptionId) -> None:
    subscription = await own(interaction, subscription_id)
    await _service(interaction).unmute_authors(subscription_id, subscription.guild_id)
    await show_detail(interaction, subscription_id)


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
    SubscriptionAction.SAMPLE: _sample,
    SubscriptionAction.PAUSE: _pause,
    SubscriptionAction.RESUME: _resume,
    SubscriptionAction.MUTE_HOUR: _mute(timedelta(hours=1)),
    SubscriptionAction.MUTE_DAY: _mute(timedelta(days=1)),
    SubscriptionAction.UNMUTE: _mute(None),
    SubscriptionAction.HEAR_AUTHORS: _hear_authors,
    SubscriptionAction.REMOVE: _remove,
    SubscriptionAction.RESTORE: _restore,
}


ITEMS = (
    SubscribeButton,
    SubscriptionButton,
    pick_menu("subs", lambda click, number: show_detail(click, SubscriptionId(number))),
)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
