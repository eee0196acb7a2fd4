"""Long answers are read in processes of their own, which can be ended: a thread that reads for ever cannot.

A few processes, started when the first long answer comes and kept while more do, each with bounds on CPU and
memory (``child``). One host has one of them at a time, and one whose answer was not read within the bounds waits,
so that what it costs is paid by nobody else.

Not ``concurrent.futures``, which cannot end a task, nor ``multiprocessing`` (or Pebble on top of it), which
imports the program's main module again: all of the command line, before the first answer is read.
"""

from __future__ import annotations

import asyncio
import atexit
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import field
from datetime import timedelta
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from bot.core.errors import SourceError, SourceTooCostly
from bot.core.lazy_dataclass import dataclass

from .process import DEADLINE_S, PARSERS, Ended, ReaderProcess

T = TypeVar("T")

READERS: Final = 2
IDLE_S: Final = 120.0
"""Seconds without a long answer after which a process is ended: each takes some 40 MB."""
ANSWERS_MAX: Final = 500
"""Answers after which a new process is begun: what a hostile answer left behind is gone with it."""
BLOCK_FOR: Final = timedelta(minutes=10)
"""Time for which long answers of a host stay unread after a costly one; doubled after the next."""
BLOCK_MAX: Final = timedelta(hours=6)
BLOCKED_MAX: Final = 1_000


@dataclass(slots=True)
class _Host:
    """A host with a long answer: who reads it now, and who waits."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


@dataclass(slots=True)
class _LoopState:
    """State of one event loop: a slot for each process, and a queue for each host."""

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READERS))
    hosts: dict[str, _Host] = field(default_factory=dict)

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Hold the queue of the host, then a slot of a reader process."""
        queue = self.hosts.setdefault(host, _Host())
        queue.users += 1
        try:
            async with queue.lock, self.slots:
                yield
        finally:
            queue.users -= 1
            if not queue.users:
                del self.hosts[host]


class CostlyHosts:
    """Hosts with an answer that exceeded the bounds: until when none of their long answers is read."""

    def __init__(self, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._hosts: dict[str, tuple[float, timedelta]] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def left(self, host: str) -> timedelta | None:
        """The time left until long answers of the host are read again; None if they are."""
        until, _ = self._hosts.get(host, (0.0, BLOCK_FOR))
        left = until - self._timer()
        return timedelta(seconds=left) if left > 0 else None

    def begin(self, host: str) -> timedelta:
        """Block the host from now on; longer than the last time."""
        _, last = self._hosts.pop(host, (0.0, BLOCK_FOR / 2))
        wait = min(2 * last, BLOCK_MAX)
        self._hosts[host] = self._timer() + wait.total_seconds(), wait
        if len(self._hosts) > BLOCKED_MAX:
            del self._hosts[next(iter(self._hosts))]
        return wait

    def end(self, host: str) -> None:
        """Its answer was read."""
        self._hosts.pop(host, None)


class Readers:
    """The processes of this program. Nothing is started until something long is to be read.

    ``preload``: see ``ReaderProcess``.
    """

    def __init__(self, *, deadline_s: float = DEADLINE_S, preload: Sequence[str] = PARSERS) -> None:
        self.costly_hosts = CostlyHosts()
        self._deadline_s = deadline_s
        self._preload = preload
        self._idle: list[ReaderProcess] = []
        self._busy: set[ReaderProcess] = set()
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._states: WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopState] = WeakKeyDictionary()

    async def read(self, host: str, reading: Callable[..., T], /, *args: Any, **named: Any) -> T:
        """The result of ``reading``, a function of a module, for a long answer of this host, or its exception.

        Raises ``SourceTooCostly`` if it was not read within time and memory, and while the host is blocked after
        that.
        """
        self._refuse_while_blocked(host)
        loop = asyncio.get_running_loop()
        async with self._states.setdefault(loop, _LoopState()).slot(host):
            self._refuse_while_blocked(host)
            reader = self._take()
            try:
                good, result = await loop.run_in_executor(self._threads, reader.ask, reading, args, named)
            except (Ended, MemoryError) as problem:
                raise self._too_costly(host) from problem
            except OSError as problem:
                raise SourceError(f"{host}: no process could be started to read its answer") from problem
            except asyncio.CancelledError:
                reader.end()
                raise
            finally:
                self._give_back(reader, loop)
        if not good:
            if isinstance(result, MemoryError):
                raise self._too_costly(host) from result
            raise result
        self.costly_hosts.end(host)
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """End every process."""
        for reader in [*self._idle, *self._busy]:
            reader.end()
        self._idle.clear()

    def _take(self) -> ReaderProcess:
        reader = self._idle.pop() if self._idle else ReaderProcess(self._deadline_s, preload=self._preload)
        self._busy.add(reader)
        return reader

    def _give_back(self, reader: ReaderProcess, loop: asyncio.AbstractEventLoop) -> None:
        self._busy.discard(reader)
        if not reader.is_over and reader.answers < ANSWERS_MAX:
            self._idle.append(reader)
            loop.call_later(IDLE_S, self._end_idle, reader, reader.answers)
        else:
            reader.end()

    def _end_idle(self, reader: ReaderProcess, answers: int) -> None:
        if reader in self._idle and reader.answers == answers:
            self._idle.remove(reader)
            reader.end()

    def _refuse_while_blocked(self, host: str) -> None:
        left = self.costly_hosts.left(host)
        if left is not None:
            raise SourceTooCostly(
                f"{host}: its long answers are not read for now, one took too long", retry_after=left
            )

    def _too_costly(self, host: str) -> SourceTooCostly:
        wait = self.costly_hosts.begin(host)
        return SourceTooCostly(
            f"{host}: its answer takes more time or memory to read than it may", retry_after=wait
        )


OURS: Final = Readers()
atexit.register(OURS.close)
