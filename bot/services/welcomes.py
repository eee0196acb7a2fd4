"""Welcomes the servers that the bot joins, once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.models import GuildId, WelcomeContent
from bot.core.welcome import Arrival, is_new
from bot.storage.stores import Storage

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500
"""Servers decided in one transaction: a gateway may name thousands at a start."""


class WelcomeService:
    """Decides who is welcomed, and puts the message into the outbox. ``on_welcome``: called when it got one."""

    def __init__(self, storage: Storage, clock: Clock, *, on_welcome: Callable[[], object] = lambda: None) -> None:
        self._storage = storage
        self._clock = clock
        self._on_welcome = on_welcome

    async def joined(self, arrival: Arrival) -> bool:
        """The bot joined a server just now; returns whether it is welcomed, which happens once."""
        return await self._decide([arrival], welcomed=True)

    async def compare(
        self, here: Mapping[GuildId, datetime | None], arrival: Callable[[GuildId], Arrival | None]
    ) -> None:
        """Welcome servers that were joined while the bot was away; mark the others, which were there before.

        ``here``: servers that the gateway named, with the time since when the bot is there. ``arrival``: called
        for new ones (None: left meanwhile). One read where nothing changed.
        """
        store = self._storage.welcomes
        undecided = await store.undecided(here)
        if not undecided:
            return
        since = await store.since(self._clock())
        new = {guild_id for guild_id in undecided if is_new(here[guild_id], since)}
        await self._decide([Arrival(guild_id, "") for guild_id in sorted(undecided - new)], welcomed=False)
        await self._decide(list(filter(None, map(arrival, sorted(new)))), welcomed=True)

    async def _decide(self, arrivals: Sequence[Arrival], *, welcomed: bool) -> bool:
        entries = 0
        for first in range(0, len(arrivals), _AT_ONCE):
            some = arrivals[first : first + _AT_ONCE]
            messages = {
                one.guild_id: (one.channel_id, WelcomeContent(one.language))
                for one in some
                if welcomed and one.channel_id is not None
            }
            made = await self._storage.welcomes.decide(
                [one.guild_id for one in some], self._clock(), messages=messages
            )
            entries += len(made)
        if entries:
            log.info("welcomed %d servers", entries)
            self._on_welcome()
        return entries > 0
