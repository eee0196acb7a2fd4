"""Files that come after their message was sent: one edit adds them, also after a restart in between."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from discord.utils import time_snowflake

from bot.core.errors import StalePlan
from bot.core.models import Message, SentFile

from .context import DeliveryContext
from .retry import retry_while_busy
from .transport import Transport

log = logging.getLogger(__name__)

WAITING_MAX: Final = 500
"""Messages that wait for a file; others stay without."""
RESUMED_WITHIN: Final = timedelta(minutes=15)
"""Age of the messages that are given their files after a restart: nobody waits for that of an older one."""


class LateFiles:
    """Asks for the edit of a message whose files were not there in time, once they are.

    What waits is not stored. What a message lacks is known from the files that it was confirmed with, so that
    another process, or the next start, goes on with the newest ones.
    """

    def __init__(self, context: DeliveryContext) -> None:
        self._context = context
        self._waiting: set[asyncio.Task[None]] = set()

    def follow(self, transport: Transport, message: Message, files: Sequence[SentFile]) -> None:
        """Wait for what a message lacks that was sent with these files."""
        if len(self._waiting) >= WAITING_MAX:
            return
        task = asyncio.create_task(self._follow(transport, message, files), name="late files")
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def resume(self, transport: Transport) -> None:
        """Wait for what the newest messages lack, which a process before this one may have waited for."""
        since = time_snowflake(self._context.clock() - RESUMED_WITHIN)
        for message in await self._context.storage.messages.sent_after(since, WAITING_MAX):
            self.follow(transport, message, message.files)

    async def settle(self) -> None:
        """Return when nothing is waited for."""
        await asyncio.gather(*self._waiting, return_exceptions=True)

    async def stop(self) -> None:
        """Wait no longer."""
        for task in self._waiting:
            task.cancel()
        await self.settle()

    async def _follow(self, transport: Transport, message: Message, files: Sequence[SentFile]) -> None:
        try:
            await self._wait(transport, message, files)
        except StalePlan as overtaken:  # the next sender waits for them since it began
            log.info("the late files of message %s are another sender's by now: %s", message.id, overtaken)
        except Exception:  # nobody awaits this task: what is not logged here is logged nowhere
            log.exception("message %s stays without its late files by a fault of ours", message.id)

    async def _wait(self, transport: Transport, message: Message, files: Sequence[SentFile]) -> None:
        if not await transport.files_come_late(message, files):
            return
        context = self._context
        log.debug("message %s gets the files that came late", message.id)
        await retry_while_busy(
            lambda: context.storage.edits.request_files(message.id, context.clock()), context.sleep
        )
