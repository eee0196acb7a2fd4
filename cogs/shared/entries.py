"""The entry of a message of ours that a button stands under."""

from __future__ import annotations

from bot.core.errors import RefusedRequest
from bot.core.models import MessageId, OutboxEntry
from cogs.shared.permissions import guild_of, require_seen
from cogs.shared.reach import BotInteraction


async def entry_of(interaction: BotInteraction, message_id: MessageId, index: int) -> OutboxEntry:
    """The entry of a message, counted from 0.

    Raises ``RefusedRequest`` for what is no longer kept, another server's, or in a channel hidden from the person.
    """
    message = await interaction.client.services.deliveries.get(message_id, guild_of(interaction))
    entry = message.entry_at(index)
    if entry is None:
        raise RefusedRequest("error-message-unknown")
    await require_seen(interaction, message.channel_id)
    return entry
