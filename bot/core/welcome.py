"""Whether a server that the bot is in is to be welcomed. Pure.

A server is welcomed once: what was decided is stored until all of the server's data is deleted. Servers that were
there before the bot could welcome anybody are not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.core.lazy_dataclass import dataclass
from bot.core.models import ChannelId, GuildId

FRESH_FOR: Final = timedelta(hours=1)
"""Time before the first start with a new database within which a server's invitation still counts as new.

Without this bound a bot whose database was lost would write to every server that it is in.
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A server that the bot joined.

    ``language``: the server's, else the operator's. ``channel_id``: where the bot may speak; None: nowhere.
    """

    guild_id: GuildId
    language: str
    channel_id: ChannelId | None = None


def welcomes_since(now: datetime, *, is_upgrade: bool) -> datetime:
    """The time from which on joined servers are welcomed, decided at the first start.

    ``is_upgrade``: an earlier version used this database.
    """
    return now if is_upgrade else now - FRESH_FOR


def is_new(joined_at: datetime | None, since: datetime) -> bool:
    """Whether the bot joined after ``since``; an unknown time is no news."""
    return joined_at is not None and joined_at > since
