"""The options of ``/subscribe``, given by the command or entered again in a form."""

from __future__ import annotations

import discord

from bot.core.errors import RefusedRequest
from bot.core.models import ChannelId, PostsBy, RoleId, SourceName, UserId
from bot.services.subscription_requests import SettingsChange, SubscribeRequest, Unchanged
from bot.views.kit.forms import Typed
from bot.views.subscriptions.subscribe_form import ALL_SOURCES, SubscribeForm
from cogs.shared.forms import answering_form, take_form
from cogs.shared.permissions import (
    ChannelAccess,
    access_to_id,
    check_role,
    guild_of,
    require_bot_can_send,
    require_manage,
)
from cogs.shared.reach import BotInteraction
from cogs.shared.viewing import viewer_of

from .subscription_buttons import answer_subscribe, language_for, speaker_of


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


async def subscribe_form(interaction: BotInteraction, channel_id: ChannelId) -> SubscribeForm:
    """The form of a subscription that was to be made in a channel that the person may manage."""
    require_manage(await access_to_id(interaction, channel_id))
    return SubscribeForm(
        speaker_of(interaction),
        channel_id,
        interaction.client.services.sources,
        submitted=lambda submitted, filled: _submitted(submitted, channel_id, filled),
    )


async def _submitted(interaction: BotInteraction, channel_id: ChannelId, form: SubscribeForm) -> None:
    async with answering_form(interaction, form.about, form.carried):
        await take_form(interaction)
        place = await access_to_id(interaction, channel_id)
        require_manage(place)
        await subscribe_as_typed(interaction, place, form.typed, form.role)
