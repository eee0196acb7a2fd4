"""Subscribing by ``/subscribe``, its form or a button, and its answer."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import ui

from bot.core.alerting.rules import Verdict
from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, PostsBy, RoleId, SourceName, Subscription, UserId
from bot.core.text import escape
from bot.services.subscription_requests import SettingsChange, SubscribeRequest, SubscribeResult, Unchanged
from bot.services.subscriptions import SubscriptionService
from bot.views.kit.forms import Typed
from bot.views.subscriptions.cards import draw_subscribed
from bot.views.subscriptions.changes import draw_exists, draw_feed_found, offer_row
from bot.views.subscriptions.subscribe_form import ALL_SOURCES, SubscribeForm
from cogs.shared.acknowledging import answer
from cogs.shared.forms import answering_form, take_form
from cogs.shared.language import language_for, speaker_of
from cogs.shared.permissions import (
    ChannelAccess,
    access_to_id,
    check_role,
    guild_of,
    know_forum,
    require_bot_can_send,
    require_manage,
)
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import viewer_of


async def subscribe_as_typed(
    interaction: BotInteraction, place: ChannelAccess, typed: Typed, role: discord.Role | None
) -> None:
    """Subscribe a channel as the options of ``/subscribe`` say, by their names, and say what will come of it.

    The interaction is deferred already. Raises ``RefusedRequest`` or ``BotMissingPermissions``: nothing is stored
    then.
    """
    check_role(role, place.person)
    require_bot_can_send(place, role)
    said = {option: "".join(values) for option, values in typed.items()}
    forum, source, min_rp, people_only = (said.get(name) for name in ("forum", "source", "min_rp", "people_only"))
    if forum and not place.is_forum:
        raise RefusedRequest("error-no-forum")
    ask = SubscribeRequest(
        topic=said["topic"],
        guild_id=guild_of(interaction),
        channel_id=place.channel_id,
        user_id=UserId(interaction.user.id),
        language=language_for(interaction),
        chosen=SettingsChange(
            min_rp=int(min_rp) if min_rp else None,
            include=said.get("include") or None,
            exclude=said.get("exclude") or None,
            sources=(SourceName(source),) if source and source != ALL_SOURCES else None,
            people_only=people_only == "yes" if people_only else None,
            language=said.get("language") or None,
            role_id=Unchanged.UNCHANGED if role is None else RoleId(role.id),
        ),
        viewer=await viewer_of(interaction),
    )
    await answer_subscribe(interaction, ask, place, PostsBy(forum) if forum else None)


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
    speaker, pending = speaker_of(interaction), interaction.client.services.pending
    if refused.text_id == "error-feed-elsewhere" and "topic" in refused.values:
        token = pending.keep(ask.guild_id, replace(ask, topic=str(refused.values["topic"])))
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
    change_token = None if change.is_nothing else pending.keep(ask.guild_id, change)
    layout = draw_exists(speaker, change.before, change.after, change_token)
    await interaction.followup.send(view=layout, ephemeral=True)


async def subscribe_form(interaction: BotInteraction, channel_id: ChannelId) -> SubscribeForm:
    """The form of a subscription that was to be made in a channel that the person may manage."""
    require_manage(await access_to_id(interaction, channel_id))
    return SubscribeForm(
        speaker_of(interaction),
        channel_id,
        interaction.client.services.trends.source_names(),
        submitted=lambda submitted, filled: _submitted(submitted, channel_id, filled),
    )


async def _submitted(interaction: BotInteraction, channel_id: ChannelId, form: SubscribeForm) -> None:
    async with answering_form(interaction, form.about, form.carried):
        await take_form(interaction)
        place = await access_to_id(interaction, channel_id)
        require_manage(place)
        await subscribe_as_typed(interaction, place, form.typed, form.role)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
