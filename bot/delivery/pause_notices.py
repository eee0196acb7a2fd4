"""Sends people notices of what was paused when Discord took channels from the bot: one notice a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.storage.sql.outbox.channel_troubles import ChannelTroubleStore

from .rate_limiter import RateLimiter
from .transport import Notified, Transport

log = logging.getLogger(__name__)

CALM = timedelta(minutes=1)
"""A role that lost a permission takes many channels within seconds: they come in one notice."""
LATEST = timedelta(minutes=10)
"""So long after the first loss the notice goes, whatever is lost meanwhile."""
CHECK_EVERY = timedelta(seconds=15)
AGAIN_AFTER = timedelta(minutes=5)
"""Time from a notice that Discord did not take for now to the next try."""


class PauseNotices:
    """Sends what is due."""

    def __init__(
        self, channel_troubles: ChannelTroubleStore, *, rate_limiter: RateLimiter, clock: Callable[[], datetime]
    ) -> None:
        self._channel_troubles = channel_troubles
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._checked_at: datetime | None = None
        self._again_at: datetime | None = None

    async def send_in_time(self, transport: Transport) -> None:
        """Send what is due by now; checked every few seconds."""
        now = self._clock()
        if self._checked_at is not None and abs(now - self._checked_at) < CHECK_EVERY:
            return
        self._checked_at = now
        await self.send(transport, calm=CALM, latest=LATEST)

    async def send(
        self, transport: Transport, *, calm: timedelta = timedelta(0), latest: timedelta = timedelta(0)
    ) -> None:
        """Send the notices of people who lost nothing more for ``calm``, or lost the first ``latest`` ago."""
        now = self._clock()
        if self._again_at is not None and now < self._again_at <= now + AGAIN_AFTER:
            return
        self._again_at = None
        for notice in await self._channel_troubles.due_pause_notices(now - calm, now - latest):
            if notice.paused:
                await self._rate_limiter.acquire()
                told = await transport.notify_paused(notice.paused, notice.why)
                if told is Notified.NOT_NOW:
                    self._again_at = now + AGAIN_AFTER
                    continue
                if told is Notified.NOBODY:
                    log.warning("nobody could be notified that %d channels are paused", len(notice.channels))
            await self._channel_troubles.pause_notice_sent(notice)
