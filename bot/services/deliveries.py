"""The messages of a server: how their deliveries stand, and what a person decides about one."""

from __future__ import annotations

from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import Deliveries, EntryId, GuildId, Message, MessageId, StoredPost
from bot.delivery.loop import Delivery
from bot.delivery.transport import Transport
from bot.storage.stores import Storage


class DeliveryService:
    """Deliveries of a server: their states, and the decisions of a person about a message."""

    def __init__(self, storage: Storage, delivery: Delivery, clock: Clock) -> None:
        self._storage = storage
        self._delivery = delivery
        self._clock = clock

    async def start(self, transport: Transport) -> None:
        """Start the delivery loop, if it does not run."""
        await self._delivery.start(transport)

    async def stop(self) -> None:
        """Stop the delivery loop."""
        await self._delivery.stop()

    async def of_guild(self, guild_id: GuildId) -> Deliveries:
        """A server's deliveries that are waiting, on their way or in trouble."""
        return await self._storage.deliveries.of_guild(guild_id)

    async def find(self, message_id: MessageId, guild_id: GuildId) -> Message | None:
        """A server's own message; None for one that is no longer kept, or another server's."""
        found = await self._storage.messages.get(message_id)
        return found if found is not None and found.guild_id == guild_id else None

    async def get(self, message_id: MessageId, guild_id: GuildId) -> Message:
        """The delivery of a message. Raises ``RefusedRequest("error-message-unknown")``."""
        found = await self.find(message_id, guild_id)
        if found is None:
            raise RefusedRequest("error-message-unknown")
        return found

    async def held_posts(self, entry_id: EntryId) -> list[StoredPost]:
        """Posts that a summary counted, highest RP first, without those hidden since."""
        return await self._storage.trends.held_posts(entry_id)

    async def arrived(self, message: Message) -> None:
        """Mark an uncertain message as sent.

        Raises ``RefusedRequest`` where it is not uncertain any more.
        """
        if not await self._storage.deliveries.mark_delivered(message.id, self._clock()):
            raise _settled(message)

    async def send_again(self, message: Message) -> None:
        """Send a message that is uncertain or failed again, now.

        Raises ``RefusedRequest`` where it is neither any more.
        """
        done = await self._storage.deliveries.requeue(message.id, self._clock())
        self._delivery.wake()
        if not done:
            raise _settled(message)

    async def hurry_take_downs(self, guild_id: GuildId) -> None:
        """Try the take-downs of a server that Discord refused again, now."""
        await self._storage.edits.hurry_take_downs(guild_id, self._clock())
        self._delivery.wake()


def _settled(message: Message) -> RefusedRequest:
    """The refusal to decide what somebody, or the bot itself, decided faster."""
    return RefusedRequest("deliveries-empty" if message.is_empty else "deliveries-settled")
