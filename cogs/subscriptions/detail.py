"""The card of one subscription, for those who may manage its channel."""

from __future__ import annotations

from bot.core.models import Subscription, SubscriptionId
from bot.services.subscriptions.requests import Change
from bot.services.subscriptions.service import SubscriptionService
from bot.views.subscriptions.cards import draw_detail
from bot.views.subscriptions.changes import change_id, pace_row
from bot.views.subscriptions.settings_lines import change_lines
from cogs.shared.acknowledging import answer
from cogs.shared.language import speaker_of
from cogs.shared.permissions import (
    gone_roles,
    guild_of,
    require_managed,
)
from cogs.shared.reach import BotInteraction


async def own(interaction: BotInteraction, subscription_id: SubscriptionId) -> Subscription:
    """The subscription, when it is this server's and the person may manage its channel."""
    subscription = await _service(interaction).get(subscription_id, guild_of(interaction))
    await require_managed(interaction, subscription.channel_id)
    return subscription


async def show_detail(
    interaction: BotInteraction, subscription_id: SubscriptionId, *, before: Subscription | None = None
) -> None:
    """All about it, its feed's address too: only for who may manage it, and for nobody else's eyes.

    ``before``: as it was before a change, which is said and can be undone.
    """
    await own(interaction, subscription_id)
    described = await _service(interaction).describe(subscription_id, guild_of(interaction))
    change = None if before is None else Change(before, described.subscription)
    layout = draw_detail(
        speaker_of(interaction),
        described.subscription,
        known=described.day.known,
        passing=described.day.passing,
        stopped=described.day.stopped,
        now=interaction.client.services.clock(),
        address=described.address,
        surges_not_detectable=described.surges_not_detectable,
        roles_gone=gone_roles(interaction, [described.subscription.settings.role_id]),
        week=described.week,
        paces=pace_row(speaker_of(interaction), described.subscription, described.week),
        changed=[] if change is None else change_lines(speaker_of(interaction), change.before, change.after),
        undo=None if change is None or change.is_nothing else _undo_id(interaction, change),
    )
    await answer(interaction, layout)


def _undo_id(interaction: BotInteraction, change: Change) -> str:
    return change_id(interaction.client.services.pending.keep(guild_of(interaction), change.back), undo=True)


def _service(interaction: BotInteraction) -> SubscriptionService:
    return interaction.client.services.subscriptions
