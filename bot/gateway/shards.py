"""The gateway's connections: as many shards as Discord recommends, each of which stays up or comes back by itself.

discord.py reconnects, and four of its habits are changed here:

- its back-off grows to 17 minutes and is waited out in the one loop that serves all shards; here it grows to a
  minute, and nobody else waits;
- after a failed reconnect it identifies anew: what happened meanwhile is lost, and of the 1,000 identifies a day
  one is spent (who spends them all has the token reset); here a session is resumed while it may still be known;
- each failure is a traceback in the log; here an outage is a line when it begins and one when it ends;
- with shards, a server that the bot was removed from while it had no session stays known for as long as the
  process lives; here it is removed as soon as a new session does not name it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, cast

import discord
import discord.shard
import yarl
from discord.ext import commands
from discord.gateway import ReconnectWebSocket
from discord.shard import EventItem, EventType

from bot.delivery.reachability import Reachability
from bot.network_errors import in_a_line

log = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 60.0
RESUME_FOR_S: Final = 300.0
"""So long after it was lost a session is resumed; Discord forgets one after some minutes."""
IDENTIFIES_AN_HOUR: Final = 20
"""So many of a shard go out at once (discord.py leaves five seconds between them), then one in three minutes."""
_SLOW_GAP_S, _HOUR_S = 180.0, 3600.0
TRIES_UNSAID: Final = 2
"""A gateway that takes a connection and ends it before the session is there is an outage from the next one on."""
_FATAL: Final = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
"""Closes after which Discord takes no further connection of this kind (docs: gateway close event codes)."""


class NotDiscord(Exception):
    """Something answered in Discord's place, such as the sign-in page of a network."""


class BackOff:
    """Waits that double from a second to a minute, with up to a quarter taken off so that not all come at once."""

    def __init__(self, longest_s: float = LONGEST_WAIT_S, chance: Callable[[], float] = random.random) -> None:
        self._longest_s = longest_s
        self._chance = chance
        self._tries = 0

    def next_s(self) -> float:
        """Seconds to wait after one more failure."""
        wait = min(2.0 ** min(self._tries, 30), self._longest_s)
        self._tries += 1
        return wait * (1 - self._chance() / 4)

    def reset(self) -> None:
        """Forget the failures after a success."""
        self._tries = 0


class IdentifySpacing:
    """Waits of a shard before it identifies again, so that a flapping gateway does not spend a day's identifies.

    ``monotonic``: seconds on a clock that never steps.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._recent: deque[float] = deque(maxlen=IDENTIFIES_AN_HOUR)

    def wait_s(self) -> float:
        """Seconds to wait; the identify after it is counted."""
        now = self._monotonic()
        wait = 0.0
        if len(self._recent) == IDENTIFIES_AN_HOUR and self._recent[0] > now - _HOUR_S:
            wait = max(0.0, self._recent[-1] + _SLOW_GAP_S - now)
        self._recent.append(now + wait)
        return wait


class SteadyShard(discord.shard.Shard):
    """A shard whose failures are waited out beside the loop that serves all shards."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._bot = cast("SteadyBot", self._client)
        self._back_off = self._bot.new_back_off()
        self._identify_limiter = IdentifySpacing()
        self._tries = 0
        self._lost_at: float | None = None
        self._is_due = False
        self._waits: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()

    @property
    def is_lost(self) -> bool:
        """Whether its connection failed, or was ended, and it has no session again yet."""
        return self._lost_at is not None

    def up(self) -> None:
        """Note that the shard is connected and known to Discord."""
        self._back_off.reset()
        self._tries, self._lost_at = 0, None

    def hurry(self) -> None:
        """Discord answers elsewhere: wait no longer."""
        self._hurry.set()

    async def reidentify(self, exc: ReconnectWebSocket) -> None:
        """Connect again: at once the first time, later only after a wait that grows."""
        self._lost_at = self._lost_at or time.monotonic()
        if not self._is_due:
            wait_s = self._back_off.next_s() if self._tries else 0.0
            least_s = 0.0 if exc.resume else self._identify_limiter.wait_s()
            if self._tries > TRIES_UNSAID:
                self._say_lost("it ends each connection at once")
            if wait_s or least_s:
                self._later(max(wait_s, least_s), self._next_try(exc), least_s=least_s)
                return
        self._is_due = False
        self._tries += 1
        if not exc.resume:
            self._bot.note_guilds(self.id)
        await super().reidentify(exc)
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # discord.py returns where it is cancelled, and would go on
            raise asyncio.CancelledError

    async def _handle_disconnect(self, e: Exception) -> None:
        """Note that the shard could not connect, or was closed. discord.py calls this for every network error."""
        self._dispatch("disconnect")
        self._dispatch("shard_disconnect", self.id)
        if self._client.is_closed():
            return
        if isinstance(e, discord.ConnectionClosed) and e.code in _FATAL:
            self._queue_put(EventItem(EventType.close, self, e))
            return
        self._lost_at = self._lost_at or time.monotonic()
        self._say_lost(in_a_line(e))
        self._later(self._back_off.next_s(), self._next_try(ReconnectWebSocket(self.id, resume=True)))

    def _say_lost(self, why: str) -> None:
        self._bot.reachability.lost(_way(self.id), why, since=self._lost_at)

    def _next_try(self, wanted: ReconnectWebSocket) -> EventItem:
        """Resume while the session may still be known; who was away for longer identifies."""
        may_resume = wanted.resume and time.monotonic() - (self._lost_at or 0) < RESUME_FOR_S
        exc = ReconnectWebSocket(self.id, resume=may_resume)
        return EventItem(EventType.resume if may_resume else EventType.identify, self, exc)

    def _later(self, wait_s: float, item: EventItem, *, least_s: float = 0.0) -> None:
        """Try in ``wait_s``, or after ``least_s`` as soon as Discord answers elsewhere."""
        self._hurry.clear()
        log.debug("shard %d connects again in %.1f s", self.id, wait_s)

        async def wait() -> None:
            await asyncio.sleep(least_s)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s - least_s):
                    await self._hurry.wait()
            self._is_due = True
            self._queue_put(item)

        task = asyncio.create_task(wait(), name=f"shard {self.id} waits")
        self._waits.add(task)
        task.add_done_callback(self._waits.discard)

    async def close(self) -> None:
        """Wait for nothing any more."""
        for task in tuple(self._waits):
            task.cancel()
        await super().close()


# discord.py makes its shards of the class that stands here.
discord.shard.Shard = SteadyShard  # type: ignore[misc, assignment]


class _NotLaunched(Exception):
    """A shard could not connect; the context is why."""


class SteadyBot(commands.AutoShardedBot):
    """A bot in as many shards as Discord recommends. ``reachability`` gets the state of its gateways."""

    new_back_off: Callable[[], BackOff] = BackOff

    def __init__(self, *args: Any, reachability: Reachability, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reachability = reachability
        reachability.on_found = self._hurry
        self._launching = False
        self._noted: dict[int, tuple[discord.Guild, ...]] = {}

    async def launch_shards(self) -> None:
        """Ask Discord how many shards it recommends, and connect each. Raises ``NotDiscord``."""
        try:
            await super().launch_shards()
        except (TypeError, KeyError) as error:
            if self.shard_count is not None:
                raise
            raise NotDiscord("something else answers in Discord's place") from error

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard for the first time, however often it takes. Raises what no further try can mend.

        discord.py would try every five seconds for ever, calling itself each time.
        """
        if self._launching:  # called by discord.py where it handles a failure
            raise _NotLaunched
        back_off = self.new_back_off()
        while not self.is_closed():
            self._launching = True
            try:
                await super().launch_shard(gateway, shard_id, initial=initial)
            except _NotLaunched as failed:
                cause = failed.__context__ or failed
                if isinstance(cause, discord.ConnectionClosed) and cause.code in _FATAL:
                    await self.close()
                    raise cause from None
                await asyncio.sleep(back_off.next_s())  # discord.py has logged it, and waited five seconds
            else:
                return
            finally:
                self._launching = False

    async def on_shard_connect(self, shard_id: int) -> None:
        """A shard has a new session."""
        self._is_up(shard_id)
        self._remove_unnamed(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A shard has its session back."""
        self._is_up(shard_id)

    def note_guilds(self, shard_id: int) -> None:
        """Note the servers that a shard knows before it asks for a new session, which names them anew."""
        self._noted[shard_id] = tuple(guild for guild in self.guilds if guild.shard_id == shard_id)

    def _remove_unnamed(self, shard_id: int) -> None:
        """Remove the servers that a new session did not name: discord.py makes a new object of each that is."""
        for guild in self._noted.pop(shard_id, ()):
            if self.get_guild(guild.id) is guild:
                self._connection._remove_guild(guild)  # noqa: SLF001 - there is no other way
                self.dispatch("guild_remove", guild)

    def shards_connected(self) -> int:
        """Number of this process's shards with a session; 0 before all of them had their first."""
        if not self.is_ready():
            return 0
        steady = ((info, _steady(info)) for info in self.shards.values())
        return sum(not info.is_closed() and not (shard is not None and shard.is_lost) for info, shard in steady)

    def shards_expected(self) -> int:
        """Number of this process's shards; 1 before Discord has said how many."""
        return len(self.shard_ids or ()) or self.shard_count or 1

    @property
    def guild_count(self) -> int:
        """Number of servers on this process's shards."""
        return len(self.guilds)

    def _hurry(self) -> None:
        for info in self.shards.values():
            if (shard := _steady(info)) is not None:
                shard.hurry()

    def _is_up(self, shard_id: int) -> None:
        info = self.get_shard(shard_id)
        if info is not None and (shard := _steady(info)) is not None:
            shard.up()
        self.reachability.found(_way(shard_id))

    def latency_in(self, guild_id: int | None) -> float:
        """Seconds between a heartbeat and its answer on the shard of a server; not finite before the first."""
        shard = self.get_shard(0 if guild_id is None else (guild_id >> 22) % (self.shard_count or 1))
        return float("nan") if shard is None else shard.latency


def _steady(info: discord.ShardInfo) -> SteadyShard | None:
    """The shard itself, to which discord.py keeps no other way; None where it is not ours (simulated)."""
    parent: object = info._parent  # noqa: SLF001
    return parent if isinstance(parent, SteadyShard) else None


def _way(shard_id: int) -> str:
    return f"gateway of shard {shard_id}"
