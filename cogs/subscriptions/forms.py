"""Forms of one subscription, filled in as it is: its settings, and its filters."""

from __future__ import annotations

from bot.core.models import RoleId, SubscriptionId
from bot.services.input.text import split_minimum, split_pace, write_words
from bot.services.subscriptions.requests import SettingsChange
from bot.services.subscriptions.service import SubscriptionService
from bot.views.subscriptions.filter_form import FilterForm
from bot.views.subscriptions.form import EditForm
from cogs.shared.forms import answering_form, take_form
from cogs.shared.language import speaker_of
from cogs.shared.permissions import (
    access_to_id,
    check_kept_role,
    check_role,
    gone_roles,
    require_bot_can_send,
)
from cogs.shared.reach import BotInteraction, permissions_in
from cogs.subscriptions.detail import own, show_detail


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
        conditions, pace = split_pace(form.min_rp)
        min_rp, velocity = split_minimum(conditions)
        chosen = SettingsChange(
            min_rp=min_rp,
            pace=pace,
            min_velocity=velocity,
            include=form.include,
            exclude=form.exclude,
            language=form.language,
            role_id=None if role is None else RoleId(role.id),
        )
        await _service(interaction).change(subscription_id, subscription.guild_id, chosen)
        await show_detail(interaction, subscription_id, before=subscription)


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
            unmuted_authors=form.unmuted,
        )
        await _service(interaction).change(subscription_id, subscription.guild_id, chosen)
        await show_detail(interaction, subscription_id, before=subscription)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
