"""Reads the settings of a running process again: by SIGHUP, or asked by ``kawaraban reload`` through the database.

read ─▶ compare ─▶ make what changed ─▶ adopt ─▶ log, report

What cannot be read leaves everything as it was. What only a restart changes is named.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.errors import DatabaseBusy, StorageError
from bot.sources.registry import SourceSet, templates_of
from bot.storage.sql.reloads import ReloadResult
from bot.storage.stores import Storage
from config.faults import SettingsError
from config.reloading import ChangedSettings, adopt, compare, merged
from config.sentences import Sentence
from config.settings import Settings

log = logging.getLogger(__name__)

_SIGNAL: Final = "signal"


class ReloadService:
    """Settings of this process, read again.

    ``read``: reads them anew; raises ``SettingsError``. ``sources``: the sets that are made of settings.
    ``on_adopted``: called after the settings of this process have changed, for what holds a copy of them;
    ``on_read``: then, for the log; ``after``: last.
    """

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        sources: tuple[SourceSet, ...],
        *,
        read: Callable[[], Settings],
        on_adopted: Callable[[], None],
        on_read: Callable[[Settings], None] = lambda _: None,
        after: Callable[[], Awaitable[None]] | None = None,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._sources = sources
        self._read = read
        self._on_adopted = on_adopted
        self._on_read = on_read
        self._after = after
        self._clock = clock
        self._process = f"{socket.gethostname()}:{os.getpid()}"
        self._seen: str | None = None
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[ReloadResult]] = set()

    async def start(self) -> None:
        """Take note of the newest request, which is for those that ran before this process."""
        with suppress(DatabaseBusy):
            self._seen = await self._storage.reloads.requested()

    async def answer_request(self) -> None:
        """Read the settings again if somebody asked since, and report the result."""
        request = await self._storage.reloads.requested()
        if request is None or request == self._seen:
            return
        self._seen = request
        await self._storage.reloads.report(await self.reload(request))

    async def reload(self, request: str = _SIGNAL) -> ReloadResult:
        """Read the settings again and log what came of it. Never raises but on cancellation."""
        async with self._one_at_a_time:
            try:
                change = await self._reload()
            except SettingsError as error:
                return self._refused(request, error.sentence)
            except StorageError as error:
                return self._refused(request, Sentence("cli-reload-database", {"why": str(error)}))
            except Exception:
                log.exception("the settings could not be read again by a fault of ours")
                return self._refused(request, Sentence("cli-reload-fault"))
        log.info("settings read again, changed now: %s", ", ".join(change.at_once) or "nothing")
        if change.restart:
            log.warning("these settings changed and need a restart: %s", ", ".join(change.restart))
        return ReloadResult(request, self._process, change.at_once, change.restart)

    async def _reload(self) -> ChangedSettings:
        read = await asyncio.to_thread(self._read)
        change, wanted = compare(self._settings, read), merged(self._settings, read)
        made = [sources.made(wanted) for sources in self._sources]
        if any(key.startswith("sources.") for key in change.at_once):
            await self._storage.source_targets.set_sources(templates_of(wanted.sources), self._clock())
        adopt(self._settings, wanted)
        for sources, new in zip(self._sources, made, strict=True):
            sources.adopt(wanted, new)
        self._on_adopted()
        self._on_read(self._settings)
        if self._after is not None:
            await self._after()
        return change

    def _refused(self, request: str, why: Sentence) -> ReloadResult:
        log.error("the settings were not read again and are as they were: %s", why.said("en"))
        return ReloadResult(request, self._process, error=(why.said("en"), why.said("ja")))

    @contextmanager
    def on_hangup(self) -> Iterator[None]:
        """Reload on SIGHUP while the block runs; of a closed terminal it ends the process, as SIGTERM does."""
        loop, hangup = asyncio.get_running_loop(), getattr(signal, "SIGHUP", None)
        had_terminal = sys.stderr.isatty()

        def heard() -> None:
            if had_terminal and not _has_terminal():
                os.kill(os.getpid(), signal.SIGTERM)
                return
            task = asyncio.create_task(self.reload(), name="reload")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        is_set, before = False, None
        if hangup is not None:
            with suppress(NotImplementedError, RuntimeError):
                before = signal.getsignal(hangup)
                loop.add_signal_handler(hangup, heard)
                is_set = True
        try:
            yield
        finally:
            if is_set and hangup is not None:
                loop.remove_signal_handler(hangup)
                signal.signal(hangup, before)


def _has_terminal() -> bool:
    """Whether the terminal that this process logs to still exists."""
    try:
        return sys.stderr.isatty() and os.ttyname(sys.stderr.fileno()) != ""
    except (OSError, ValueError):
        return False
