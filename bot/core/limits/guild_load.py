"""The polls caused by each server's topics, and the slowdown of those above a share.

A watch that several servers follow is paid by all of them alike, and is polled as often as the one of them with
most room would have it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.core.models import GuildId, WatchId


def slower(loads: Mapping[GuildId, float], interval: timedelta, polls_per_hour: int) -> dict[GuildId, float]:
    """The factor by which a server's own watches wait longer, for servers above the limit only.

    ``loads``: watches by server, shared ones in parts. ``interval``: the mean between two polls of one.
    ``polls_per_hour`` 0: no limit.
    """
    if not polls_per_hour:
        return {}
    most = polls_per_hour * (interval / timedelta(hours=1))
    return {guild: watches / most for guild, watches in loads.items() if watches > most}


def slower_watches(
    followed: Iterable[tuple[WatchId, GuildId]], factors: Mapping[GuildId, float]
) -> dict[WatchId, float]:
    """The factor of each watch; ``followed``: watches that nobody follows but servers above the limit."""
    found: dict[WatchId, float] = {}
    for watch, guild in followed:
        found[watch] = min(factors[guild], found.get(watch, factors[guild]))
    return found
