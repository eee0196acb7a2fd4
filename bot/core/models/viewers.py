"""The viewer of a read: what they may know of is part of the question, not left to the caller."""

from __future__ import annotations

from typing import Final

from bot.core.lazy_dataclass import dataclass

from .enums import EVERYWHERE, ChannelId, GuildId, UserId


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person or channel for whom something is read (invariant 10).

    They may know of what the server follows in ``channels``, which are those of its channels that they see, and of
    what the operator watches. In a direct message there is no server (``EVERYWHERE``), so only the latter is left.
    ``user_id`` and ``here`` (the channel they ask in): who asked for an address may ask for it again.
    """

    guild_id: GuildId = EVERYWHERE
    channels: frozenset[ChannelId] = frozenset()
    user_id: UserId | None = None
    here: ChannelId | None = None

    def sees(self, channel_id: ChannelId) -> bool:
        """Whether this channel is one of theirs."""
        return channel_id in self.channels


STRANGER: Final = Viewer()
"""A viewer of whom nothing is known: shown what the operator watches."""
