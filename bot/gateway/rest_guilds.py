"""Servers for a client without a gateway: asked for by request, and put into the client's cache.

A gateway sends a server with GUILD_CREATE and every change after it. The active sender has no gateway: it asks for
a server when a message goes there, for the channels, roles and the bot's own member that sending, searching and
notices depend on. What is cached is up to ``KEPT_S`` old. Before absence from a channel's history is believed, and
before a private channel is named anywhere, it is asked for anew.

The one file that writes discord.py's cache (``ConnectionState``), which is private; ``test_rest_guilds`` fails
when that changes.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakValueDictionary

import discord

from bot.core.models import GuildId

KEPT_S: Final = 300.0
"""Seconds for which a server is used without being asked for again."""
GUILDS_MAX: Final = 2_000
"""Servers in the cache, also those that the bot is not in; those used longest ago go first."""
OBJECTS_MAX: Final = 400_000
"""Channels, roles and overwrites of all servers in the cache, 170 to 260 bytes each (measured): some 100 MB.

A usual server has 75 of them, one whose owner wants it to be large over 20,000."""
_NOT_THERE: Final = frozenset({10004, 50001})
"""Unknown guild, missing access: the bot is not in the server, or it is in an outage (discord-api-docs#5840)."""


@dataclass(slots=True)
class _Known:
    """A server that was asked for, None where the bot is not in it.

    ``at``: seconds on a monotonic clock. ``ticket``: its place in the order of all questions.
    """

    at: float
    ticket: int
    guild: discord.Guild | None
    objects: int = 0


class RestGuilds:
    """Servers by request.

    ``acquire``: waits for a slot of the rate limiter before each request. ``monotonic``: seconds on a clock that
    never steps.
    """

    def __init__(
        self,
        client: discord.Client,
        acquire: Callable[[], Awaitable[None]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        at_most: int = GUILDS_MAX,
        objects_max: int = OBJECTS_MAX,
    ) -> None:
        self._client = client
        self._acquire = acquire
        self._monotonic = monotonic
        self._at_most = at_most
        self._objects_max = objects_max
        self._objects = 0
        self._tickets = itertools.count()
        self._known: OrderedDict[GuildId, _Known] = OrderedDict()
        self._locks: WeakValueDictionary[GuildId, asyncio.Lock] = WeakValueDictionary()

    async def load(self, guild_id: GuildId, *, anew: bool = False) -> None:
        """Have a server in the client's cache, as it is now; without it where the bot is not in the server.

        ``anew``: asked for now. Raises what discord.py raises; the cache stays as it was then.
        """
        ticket = next(self._tickets)
        lock = self._locks.setdefault(guild_id, asyncio.Lock())
        async with lock:  # another message to the same server waits for the same answer
            known = self._known.get(guild_id)
            if known is not None and (known.ticket > ticket if anew else self._monotonic() - known.at < KEPT_S):
                self._known.move_to_end(guild_id)
                return
            at, ticket = self._monotonic(), next(self._tickets)
            self._keep(guild_id, _Known(at, ticket, await self.fetch(guild_id)))

    def invalidate(self, guild_id: GuildId) -> None:
        """An answer of Discord's contradicts what is cached: the server is asked for before it is used again."""
        if (known := self._known.get(guild_id)) is not None:
            known.at = float("-inf")

    async def fetch(self, guild_id: GuildId) -> discord.Guild | None:
        """A server with its channels and the bot's member, not put into the cache; None without the bot in it.

        Raises what discord.py raises.
        """
        http = self._client.http
        user = self._client.user
        if user is None:
            msg = "not logged in yet"
            raise RuntimeError(msg)
        try:
            payload: Any = await self._asked(lambda: http.get_guild(guild_id, with_counts=False))
            channels: Any = await self._asked(lambda: http.get_all_guild_channels(guild_id))
            member: Any = await self._asked(lambda: http.get_member(guild_id, user.id))
        except discord.HTTPException as error:
            if error.code in _NOT_THERE:
                return None
            raise
        whole: Any = {**payload, "channels": channels, "members": [member], "unavailable": False}
        return discord.Guild(data=whole, state=self._client._connection)  # noqa: SLF001 - see the module

    async def _asked(self, request: Callable[[], Awaitable[Any]]) -> Any:
        await self._acquire()
        return await request()

    def _keep(self, guild_id: GuildId, known: _Known) -> None:
        self._drop(guild_id)
        known.objects = _objects_in(known.guild)
        self._objects += known.objects
        self._known[guild_id] = known
        if known.guild is not None:
            self._client._connection._add_guild(known.guild)  # noqa: SLF001 - see the module
        while len(self._known) > self._at_most or (self._objects > self._objects_max and len(self._known) > 1):
            self._drop(next(iter(self._known)))

    def _drop(self, guild_id: GuildId) -> None:
        known = self._known.pop(guild_id, None)
        if known is None:
            return
        self._objects -= known.objects
        if known.guild is not None:
            self._client._connection._remove_guild(known.guild)  # noqa: SLF001 - see the module


def _objects_in(guild: discord.Guild | None) -> int:
    """Channels, roles and overwrites of a server: nearly all that it weighs."""
    if guild is None:
        return 0
    overwrites = sum(len(channel._overwrites) for channel in guild.channels)  # noqa: SLF001 - see the module
    return len(guild.channels) + len(guild.roles) + overwrites
