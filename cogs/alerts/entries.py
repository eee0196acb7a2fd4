"""Topic, subscription, author and rights of the entry that a button of an alert is about."""

from __future__ import annotations

from bot.core.errors import RefusedRequest
from bot.core.models import OutboxEntry, Subscription, SubscriptionId, Topic
from bot.services.subscriptions.service import SubscriptionService
from bot.views.kit.post import is_withheld
from cogs.shared.permissions import guild_of, is_age_restricted, require_managed
from cogs.shared.reach import BotInteraction


def topic_of(entry: OutboxEntry) -> Topic:
    """The topic of an entry. Raises ``RefusedRequest`` for a notice or a digest, which is of no single topic."""
    if entry.content.about is None:
        raise RefusedRequest("error-message-unknown")
    return entry.content.about


def subscription_id_of(entry: OutboxEntry) -> SubscriptionId:
    """The subscription of an entry. Raises ``RefusedRequest`` for a notice, which belongs to none."""
    if entry.subscription_id is None:
        raise RefusedRequest("error-message-unknown")
    return entry.subscription_id


def handle_of(entry: OutboxEntry) -> str | None:
    """The handle of the post's author, where it is known."""
    post = entry.content.main_post
    return None if post is None else post.author_handle


async def managed_subscription(interaction: BotInteraction, subscription_id: SubscriptionId) -> Subscription:
    """The subscription, where it is this server's and the person may manage its channel."""
    subscription = await subscription_service(interaction).get(subscription_id, guild_of(interaction))
    await require_managed(interaction, subscription.channel_id)
    return subscription


def has_curve(interaction: BotInteraction, entry: OutboxEntry) -> bool:
    """Whether the entry is of a post with an RP that this channel shows."""
    post = entry.content.main_post
    if post is None or post.rp is None:
        return False
    return not is_withheld(post, age_restricted=is_age_restricted(interaction))


def may_translate(interaction: BotInteraction, entry: OutboxEntry) -> bool:
    """Whether there is a language model, and a text that this channel shows."""
    post = entry.content.main_post
    if post is None or not post.text or not interaction.client.services.summaries.is_on():
        return False
    return not is_withheld(post, age_restricted=is_age_restricted(interaction))


def subscription_service(interaction: BotInteraction) -> SubscriptionService:
    """The service of subscriptions."""
    return interaction.client.services.subscriptions
