"""Search for a message that may have arrived, where its sender and its editor need to know."""

from __future__ import annotations

from bot.core.models import Message
from bot.storage.sql.outbox.forums import ForumStore

from .transport import Absent, CannotTell, FindOutcome, Transport


async def find_message(transport: Transport, forums: ForumStore, message: Message) -> FindOutcome:
    """Whether a message stands in its channel.

    Forum posts without their first message leave it open, but for those that are known to hold another one.
    Raises ``DatabaseBusy``.
    """
    found = await transport.find(message)
    if isinstance(found, CannotTell) and found.without_starter:
        return Absent() if await forums.are_of_others(message.id, found.without_starter) else found
    return found
