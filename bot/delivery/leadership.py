"""The active sender among several processes: one sends, the others stand by and take over.

    the lock is taken -> begin_term -> wait for what the last term may have under way -> active
    the lock is lost, or no longer certain -> not active: nothing is claimed, written or sent

Three fences: a process that is not active claims no work (``Delivery``); each write compares the term's number in
its transaction (``storage.fenced_database``); each request that changes something at Discord is refused right
before its bytes leave, unless the lock was proven within the last seconds. A request that was refused leaves a
message whose try has begun: the next term tries it again under the same nonce.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, Final

import aiohttp

from bot.core.errors import DatabaseBusy, StalePlan
from bot.storage.fenced_database import FencedDatabase
from bot.storage.links import LeaderLock
from bot.storage.sql.leadership import LeaderStore

from .rate_limiter import Sleep

log = logging.getLogger(__name__)

SENDER: Final = "sender"
SETTLE_S = 3.0
"""Seconds for which a process may go on sending after it lost the lock (``leader_lock.CERTAIN_FOR_S``)."""
_AGAIN_AFTER_S: Final = 1.0
_READS: Final = frozenset({"GET", "HEAD"})


class NotActive(StalePlan):
    """Another process may be the active one by now: nothing was sent."""


class Standing(StrEnum):
    """The standing of a process in a role that one process has at a time."""

    ACTIVE = "active"
    STANDBY = "standby"
    """Another process is active, or this one is about to be."""
    CUT_OFF = "cut_off"
    """The database cannot be asked for the lock, so that this process could not take over."""


class Leadership:
    """Terms of this process in a role.

    ``on_change``: called when it became active or is no longer. ``changed``: set when the lock was taken or lost.
    """

    def __init__(
        self,
        lock: LeaderLock,
        store: LeaderStore,
        fence: FencedDatabase,
        *,
        on_change: Callable[[], None],
        changed: asyncio.Event,
        role: str = SENDER,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._lock = lock
        self._store = store
        self._fence = fence
        self._on_change = on_change
        self._role = role
        self._sleep = sleep
        self._tenure: int | None = None
        self._is_overtaken = False
        self._changed = changed
        fence.on_overtaken = self._overtaken

    @property
    def is_active(self) -> bool:
        """Whether this process may claim, write and send now."""
        return self._tenure is not None and self._tenure == self._lock.tenure and self._lock.is_certain

    @property
    def standing(self) -> Standing:
        """The standing of this process now."""
        if self.is_active:
            return Standing.ACTIVE
        if self._lock.is_away or (self._lock.tenure is not None and not self._lock.is_certain):
            return Standing.CUT_OFF
        return Standing.STANDBY

    @property
    def term(self) -> int | None:
        """Number of the term of this process; None outside of one."""
        return self._fence.epoch

    def _overtaken(self) -> None:
        """Another term has begun. Where its process lost the lock before, this one begins the next."""
        self._is_overtaken = True
        self._changed.set()

    async def run(self) -> None:
        """Follow the lock until cancelled; the term is ended then."""
        try:
            while True:
                self._changed.clear()
                await self._follow(self._lock.tenure)
                await self._changed.wait()
        finally:
            await self._end()

    async def _follow(self, tenure: int | None) -> None:
        overtaken, self._is_overtaken = self._is_overtaken, False
        if self._tenure is not None and (tenure != self._tenure or overtaken):
            self._leave()
            log.warning("no longer the active %s: the lock in the database was lost", self._role)
        while tenure is not None and self._tenure is None and self._lock.tenure == tenure:
            try:
                await self._begin(tenure)
            except DatabaseBusy as error:
                log.warning("cannot become the active %s, the database is busy: %s", self._role, error)
                await self._sleep(_AGAIN_AFTER_S)

    async def _begin(self, tenure: int) -> None:
        term = await self._store.begin_term(self._role)
        if term.after_another:
            await self._sleep(SETTLE_S)
        if self._lock.tenure != tenure:
            return
        self._fence.epoch, self._tenure = term.epoch, tenure
        log.info("this process is the active %s now (term %d)", self._role, term.epoch)
        self._on_change()

    def _leave(self) -> None:
        self._fence.epoch, self._tenure = None, None
        self._on_change()

    async def _end(self) -> None:
        """End the term, while the lock is still held: the next process need not wait."""
        epoch = self._fence.epoch
        if epoch is None:
            return
        self._leave()
        try:
            await self._store.end_term(self._role, epoch)
        except DatabaseBusy as error:
            log.info("the term of the %s was not ended, the next one waits for it: %s", self._role, error)

    def guard(self, trace: aiohttp.TraceConfig) -> None:
        """Let a client's requests that change something fail with ``NotActive`` unless this process is active.

        Asked when a request begins and again right before its bytes are written: to connect may have taken long.
        """

        async def check(_: aiohttp.ClientSession, __: SimpleNamespace, request: Any) -> None:
            if request.method not in _READS and not self.is_active:
                raise NotActive(f"not the active {self._role}: {request.method} was not sent")

        trace.on_request_start.append(check)
        trace.on_request_headers_sent.append(check)
