"""What delivery needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.models import ChannelId, Message, MessageId, OutboxEntry


class OutboxStore(Protocol):
    """What delivery needs. An entry leaves the outbox only confirmed or given up with a reason."""

    async def waiting(
        self, now: datetime, *, channels: int = 200, skip: Collection[ChannelId] = ()
    ) -> dict[ChannelId, list[OutboxEntry]]:
        """Unsealed entries that may go out now, by channel, oldest first; channels with the longest wait first.

        At most ``channels`` of them. Channels in ``skip``, and those that still have an unfinished message,
        are left out: a channel's messages go in order, and a slow channel takes no other's place.
        A SUMMARY's ``count`` is what it holds at this moment.
        """
        ...

    async def seal(
        self, message_id: MessageId, entries: Sequence[OutboxEntry], now: datetime, *, lease_s: float
    ) -> Message | None:
        """Bind entries to a message for good and claim it.

        None when one of them is no longer waiting, or the channel has an unfinished message.
        """
        ...

    async def hold_back(self, entries: Sequence[OutboxEntry], now: datetime) -> None:
        """Count waiting alerts in their subscription's CATCH_UP summary line instead of telling each.

        The line may go out now. Entries that are no longer waiting are left as they are.
        """
        ...

    async def claim_messages(
        self, now: datetime, *, limit: int, lease_s: float, skip: Collection[ChannelId] = ()
    ) -> list[Message]:
        """Claim SEALED messages whose next try has come and that nobody holds, oldest first, one a channel.

        Channels in ``skip`` are left out.
        """
        ...

    async def begin_try(self, message_id: MessageId, now: datetime) -> Message:
        """Record that a try begins (``attempts`` + 1, ``first_try_at`` once), on disk, before anything is sent.

        Raises ``StalePlan`` when the message is finished, put off, or another process holds it.
        """
        ...

    async def confirm(self, message_id: MessageId, discord_message_id: int, now: datetime) -> None:
        """Discord has it: message SENT (from any state; the first confirmation stands), its entries leave."""
        ...

    async def retry_later(self, message_id: MessageId, at: datetime, error: str) -> None:
        """Not now; the claim is given back. Only a SEALED message can be put off."""
        ...

    async def give_up(self, message_id: MessageId, reason: str, now: datetime) -> None:
        """Never; the reason stays readable."""
        ...

    async def mark_uncertain(self, message_id: MessageId, reason: str, now: datetime) -> None:
        """It may have arrived; a person decides."""
        ...

    async def message(self, message_id: MessageId) -> Message | None:
        """One message with its entries, in any state."""
        ...

    async def next_send_at(self) -> datetime | None:
        """When the earliest waiting entry or message may go; None when nothing waits."""
        ...
