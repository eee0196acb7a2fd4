"""Subscribing by ``/subscribe``, its form or a button, and its answer."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import ui

from bot.core.alerting.subscribe_result import SubscribeResult
from bot.core.errors import AlreadySubscribed, FeedElsewhere, RefusedRequest
from bot.core.models import ChannelId, PostsBy, RoleId, Subscription, UserId
from bot.core.text import escape
from bot.services.subscriptions.requests import SubscribeRequest
from bot.services.subscriptions.service import SubscriptionService
from bot.views.subscriptions.cards import draw_subscribed
from bot.views.subscriptions.changes import draw_exists, draw_feed_found, offer_row, pace_row
from bot.views.subscriptions.subscribe_form import SubscribeForm
from cogs.shared.acknowledging import acknowledge, answer
from cogs.shared.forms import answering_form, take_form
from cogs.shared.language import language_for, speaker_of
from cogs.shared.permissions import (
    ChannelAccess,
    access_to_id,
    access_to_option,
    check_role,
    guild_of,
    know_forum,
    require_bot_can_send,
    require_manage,
    server_role,
)
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import viewer_of
from cogs.subscriptions.options import SubscribeOptions


async def subscribe_with(
    interaction: BotInteraction, access: ChannelAccess, options: SubscribeOptions, role: discord.Role | None
) -> None:
    """Subscribe a channel as the options of ``/subscribe`` say, and say what will come of it.

    ``role``: the chosen one. The interaction is deferred already. Raises ``RefusedRequest`` or
    ``BotMissingPermissions``: nothing is stored then.
    """
    check_role(role, access.person)
    require_bot_can_send(access, role)
    chosen = options.chosen
    if role is None and (usual := await server_role(interaction, access)) is not None:
        chosen = replace(chosen, role_id=usual)
    if options.posts_by is not None and not access.is_forum:
        raise RefusedRequest("error-no-forum")
    ask = SubscribeRequest(
        topic=options.topic,
        guild_id=guild_of(interaction),
        channel_id=access.channel_id,
        user_id=UserId(interaction.user.id),
        language=language_for(interaction),
        chosen=chosen,
        viewer=await viewer_of(interaction),
    )
    await answer_subscribe(interaction, ask, access, options.posts_by)


async def subscribe_here(interaction: BotInteraction, topic: str) -> None:
    """Subscribe the channel that is clicked in to a topic, with defaults, for those who may.

    Raises ``RefusedRequest``, ``MissingPermissions`` or ``BotMissingPermissions``: nothing is stored then.
    """
    await acknowledge(interaction, anew=True)
    access = await access_to_option(interaction, None)
    require_manage(access)
    require_bot_can_send(access, None)
    ask = SubscribeRequest(
        topic=topic,
        guild_id=guild_of(interaction),
        channel_id=access.channel_id,
        user_id=UserId(interaction.user.id),
        language=language_for(interaction),
        viewer=await viewer_of(interaction),
    )
    await answer_subscribe(interaction, ask, access)


async def answer_subscribe(
    interaction: BotInteraction, ask: SubscribeRequest, access: ChannelAccess, posts_by: PostsBy | None = None
) -> None:
    """Subscribe and say what will come of it; the interaction is deferred already.

    ``posts_by``: how the forum gets all that it follows from now on.
    """
    await know_forum(interaction, access)
    try:
        done = await _service(interaction).subscribe(ask)
    except FeedElsewhere as found:
        await _offer_feed(interaction, ask, found)
        return
    except AlreadySubscribed as refused:
        await _offer_change(interaction, ask, access, refused, posts_by)
        return
    layout = subscribed_layout(interaction, done, posts_by=await know_forum(interaction, access, posts_by))
    await answer(interaction, layout)


def subscribed_layout(
    interaction: BotInteraction,
    done: SubscribeResult,
    *,
    posts_by: PostsBy | None = None,
    before: Subscription | None = None,
) -> ui.LayoutView:
    """The result of subscribing; ``before``: the subscription that it replaces."""
    speaker, offers = speaker_of(interaction), [(one.min_rp, one.passing) for one in done.day.offers]
    return draw_subscribed(
        speaker,
        done,
        offers=[
            *pace_row(speaker, done.subscription, done.week),
            *offer_row(speaker, done.subscription, offers),
        ],
        posts_by=posts_by,
        before=before,
    )


async def _offer_feed(interaction: BotInteraction, ask: SubscribeRequest, found: FeedElsewhere) -> None:
    """Offer the feed of a page that was asked for. Raises the refusal to whoever may not know its address."""
    if found.topic is None:
        raise found
    token = interaction.client.services.pending.keep(ask.guild_id, replace(ask, topic=found.topic))
    speaker = speaker_of(interaction)
    # The page's author wrote it: what is no plain address is markup.
    said = speaker.say(found.text_id, feed=escape(found.feed))
    await answer(interaction, draw_feed_found(speaker, said, token))


async def _offer_change(
    interaction: BotInteraction,
    ask: SubscribeRequest,
    access: ChannelAccess,
    refused: AlreadySubscribed,
    posts_by: PostsBy | None,
) -> None:
    """Offer to change the subscription that there is to what was chosen. Raises the refusal where it is gone."""
    change = await _service(interaction).change_to(ask)
    if change is None:
        raise refused
    if posts_by is not None:
        await _change_forum(interaction, access, posts_by)
        if change.is_nothing:
            return
    token = None if change.is_nothing else interaction.client.services.pending.keep(ask.guild_id, change)
    layout = draw_exists(speaker_of(interaction), change.before, change.after, token)
    await interaction.followup.send(view=layout, ephemeral=True)


async def _change_forum(interaction: BotInteraction, access: ChannelAccess, posts_by: PostsBy) -> None:
    await know_forum(interaction, access, posts_by)
    changed = speaker_of(interaction).say(f"forum-changed-{posts_by}", channel=f"<#{access.channel_id}>")
    await interaction.followup.send(changed, ephemeral=True)


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
        access = await access_to_id(interaction, channel_id)
        require_manage(access)
        role = form.role
        options = SubscribeOptions.read(form.typed, None if role is None else RoleId(role.id))
        await subscribe_with(interaction, access, options, role)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
