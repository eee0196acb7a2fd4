"""Limits requests to one host: concurrency, spacing, and a block after failures."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.core.errors import SourceBusy

from .limits import HttpLimits

FAILURES_BEFORE_BACKOFF = 2
"""One page may fail without the host's other pages waiting for it."""
LONGEST_BACK_OFF_S = 300.0
SWEEP_AT = 256
HOSTS_MAX = 10_000
"""So many hosts that nobody asks just now are remembered, for some 2 KB each; the oldest are forgotten first."""
LOOPBACK_CONCURRENCY = 100


class _HostState:
    """The state of a host: requests in its slots, the time of the next start, and of the end of a block."""

    __slots__ = (
        "apart_s",
        "blocked_until",
        "failed_at",
        "failures",
        "next_start",
        "slots",
        "turn",
        "users",
        "why",
    )

    def __init__(self, slots: int, apart_s: float) -> None:
        self.slots = asyncio.Semaphore(slots)
        self.apart_s = apart_s
        self.turn = asyncio.Lock()
        self.users = 0
        self.next_start = 0.0
        self.failures = 0
        self.failed_at = 0.0
        self.blocked_until: datetime | None = None
        self.why = ""


class HostLimiter:
    """Concurrency, spacing and block of each host; hosts without state are dropped."""

    def __init__(self, limits: HttpLimits, clock: Callable[[], datetime]) -> None:
        self._limits = limits
        self._clock = clock
        self._hosts: dict[str, _HostState] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._hosts)

    @asynccontextmanager
    async def slot(self, name: str) -> AsyncIterator[None]:
        """Hold a slot of the host. Raises ``SourceBusy`` while it is blocked or when the queue is too long."""
        host = self._host(name)
        self._refuse_while_blocked(name, host)
        host.users += 1
        try:
            await self._take_slot(name, host)
            try:
                await self._wait_for_spacing(host)
                self._refuse_while_blocked(name, host)
                yield
            finally:
                host.slots.release()
        finally:
            host.users -= 1

    async def _take_slot(self, name: str, host: _HostState) -> None:
        if not host.slots.locked():
            await host.slots.acquire()  # at once: nothing to time
            return
        try:
            async with asyncio.timeout(self._limits.total_timeout_s):
                await host.slots.acquire()
        except TimeoutError:
            raise SourceBusy(f"{name}: too many questions are waiting for this host") from None

    async def _wait_for_spacing(self, host: _HostState) -> None:
        if host.apart_s <= 0:
            return
        async with host.turn:
            now = asyncio.get_running_loop().time()
            if host.next_start > now:
                await asyncio.sleep(host.next_start - now)
            # From when it really starts: after a held event loop all that wait are due at once.
            host.next_start = asyncio.get_running_loop().time() + host.apart_s

    def _refuse_while_blocked(self, name: str, host: _HostState) -> None:
        if host.blocked_until is None:
            return
        left = host.blocked_until - self._clock()
        if left > timedelta(0):
            seconds = max(1, round(left.total_seconds()))
            raise SourceBusy(f"{name}: {host.why}; not asked again for {seconds} s", retry_after=left)

    def succeeded(self, name: str) -> None:
        """The host answered: reset its failures; a block that it asked for stays."""
        self._host(name).failures = 0

    def failed(self, name: str, why: str, *, started: float, blocked_until: datetime | None = None) -> None:
        """Record a failure of a request begun at ``started`` (loop time), and block the host.

        Requests that were under way together fail together: they count once.
        """
        host = self._host(name)
        if started >= host.failed_at:
            host.failures += 1
            host.failed_at = asyncio.get_running_loop().time()
        until = blocked_until or self._clock() + _back_off(host.failures)
        host.blocked_until = max(until, host.blocked_until or until)
        host.why = why

    def _host(self, name: str) -> _HostState:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= self._sweep_at:
                self._sweep()
            host = self._hosts[name] = self._new_host(name)
        return host

    def _new_host(self, name: str) -> _HostState:
        """The state of a new host; loopback is unlimited where the operator says so."""
        if self._limits.unlimited_loopback and _is_loopback(name):
            return _HostState(LOOPBACK_CONCURRENCY, 0.0)
        return _HostState(self._limits.per_host_concurrency, self._limits.per_host_interval_s)

    def _sweep(self) -> None:
        """Drop hosts nobody uses and that have not failed lately; the mark doubles with what stays."""
        turn, recently = asyncio.get_running_loop().time(), self._clock() - timedelta(hours=1)
        for name, host in list(self._hosts.items()):
            rested = host.blocked_until is None or host.blocked_until < recently
            if rested and host.users == 0 and host.next_start <= turn:
                del self._hosts[name]
        for name in [name for name, host in self._hosts.items() if host.users == 0][: -HOSTS_MAX or None]:
            del self._hosts[name]
        self._sweep_at = max(SWEEP_AT, min(2 * len(self._hosts), HOSTS_MAX + SWEEP_AT))


def _is_loopback(name: str) -> bool:
    host = urlsplit(f"//{name}").hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _back_off(failures: int) -> timedelta:
    """Nothing at first, then 2 s doubling to 5 min, each between half and the whole of it."""
    if failures <= FAILURES_BEFORE_BACKOFF:
        return timedelta(0)
    longest = min(LONGEST_BACK_OFF_S, 2.0 ** min(failures - FAILURES_BEFORE_BACKOFF, 20))
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - spreads load, hides nothing
