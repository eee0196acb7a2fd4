"""Histories of channels since the copy that was restored, read so that nothing is sent twice.

    restores.unread ─▶ read_history (a page) ─▶ restores.keep_page ─▶ … ─▶ the channel's entries go out

Each page is recorded before the next is asked for. A history that cannot be read at two tries some minutes apart
is given up: what may have been sent is marked uncertain then, and a person decides.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from bot.core.models import ChannelId, Failure, FailureCode, RestoreNote, UnreadHistory

from . import sender
from .context import DeliveryContext
from .outage import MAX_SLOT_WAIT_S
from .rate_limiter import Priority
from .retry import back_off_s, retry_while_busy
from .transport import CannotTell, Later, ReadHistory, Transport

log = logging.getLogger(__name__)

HISTORIES_AT_ONCE: Final = 8
"""Channels whose history is read at the same time."""
PAGES_MAX: Final = 500
"""Pages of a channel: 50,000 messages. A channel with more since the copy is not read to its end."""
LOGGED_EVERY: Final = 20
"""Pages of a channel between two lines of the log."""
LOOK_EVERY_S: Final = 5.0
"""Interval in which a bot without a restore looks for one: a database server can be exchanged while it runs. On a
clock that never steps: one that is set back by hours puts nothing off."""
UNDER_WAY: Final = timedelta(seconds=10)
"""Time after a restore in which a message that was asked for before may still arrive."""
MARGIN: Final = timedelta(minutes=10)
"""Difference of Discord's clock from ours at most; so much is read before the copy and after the restore."""
_CROWDED: Final = Failure(FailureCode.CROWDED, "too much was written in the channel since the copy")


class HistoryReader:
    """Reads the histories of channels, a page at a time, from the last restore's copy to its end."""

    def __init__(self, context: DeliveryContext) -> None:
        self._context = context
        self._restores = context.storage.restores
        self._clock = context.clock
        self._monotonic = context.rate_limiter.monotonic
        self._next_look_s = 0.0

    async def unread(self, *, limit: int, skip: Collection[ChannelId] = ()) -> list[UnreadHistory]:
        """Channels to read on now. Where no restore was found, none for some seconds."""
        is_due = self._monotonic() >= self._next_look_s
        if not is_due or limit <= 0 or self._context.rate_limiter.held_s > MAX_SLOT_WAIT_S:
            return []
        note = await self._restores.note()
        if note is None:
            self._next_look_s = self._monotonic() + LOOK_EVERY_S
            return []
        now = self._clock()
        if note.restored_at <= now < note.restored_at + UNDER_WAY:  # one in the future: the clock was set back
            return []
        return await self._restores.unread(now, limit=limit, skip=skip)

    async def read_page(self, transport: Transport, history: UnreadHistory) -> None:
        """Read the next page of a channel, and record what it shows."""
        note = await self._restores.note()
        if note is None:
            return
        since, until = note.copied_at - MARGIN, note.restored_at + MARGIN
        outcome = await transport.read_history(history, since, until, self._pace)
        match outcome:
            case ReadHistory() if not outcome.is_last and history.pages + 1 >= PAGES_MAX:
                await self._give_up(history, _CROWDED)
            case ReadHistory():
                await self._keep(history, outcome, note)
            case Later(failure, after_s):
                self._context.pause_all(history.channel_id, outcome)
                wait_s = after_s if after_s is not None else back_off_s(3)
                log.info("the history of channel %s is read later: %s", history.channel_id, failure)
                await self._put_off(history, timedelta(seconds=wait_s))
            case CannotTell(failure, may_pass):
                await self._inconclusive(history, failure, may_pass=may_pass)

    async def _pace(self) -> None:
        await self._context.rate_limiter.acquire(Priority.MESSAGE)

    async def _keep(self, history: UnreadHistory, page: ReadHistory, note: RestoreNote) -> None:
        self._context.outage.answered()
        now = self._clock()
        known = await retry_while_busy(
            lambda: self._restores.keep_page(history, page.found, now, after=page.last_id, is_last=page.is_last),
            self._context.sleep,
        )
        pages = history.pages + 1
        if page.is_last or pages % LOGGED_EVERY == 0:
            log.info(
                "channel %s since %s: %s, %d pages; %d messages of ours on the last one, %d of its entries known",
                history.channel_id,
                f"{note.copied_at:%Y-%m-%d %H:%M}",
                "read" if page.is_last else "reading",
                pages,
                len(page.found),
                known,
            )

    async def _inconclusive(self, history: UnreadHistory, failure: Failure, *, may_pass: bool) -> None:
        """Try twice: the permission to read may be back some minutes later."""
        now = self._clock()
        since = history.failed_at
        if not may_pass or (since is not None and now - since >= sender.SECOND_CHECK_AFTER):
            await self._give_up(history, failure)
            return
        log.info("the history of channel %s is tried again: %s", history.channel_id, failure)
        await self._put_off(history, sender.SECOND_CHECK_AFTER, failed_at=since or now)

    async def _give_up(self, history: UnreadHistory, failure: Failure) -> None:
        log.warning(
            "the history of channel %s since the copy can't be read, what may have been sent there is marked "
            "unconfirmed: %s",
            history.channel_id,
            failure,
        )
        now = self._clock()
        await retry_while_busy(lambda: self._restores.mark_unreadable(history, failure, now), self._context.sleep)

    async def _put_off(
        self, history: UnreadHistory, wait: timedelta, *, failed_at: datetime | None = None
    ) -> None:
        until = self._clock() + wait
        await retry_while_busy(
            lambda: self._restores.put_off(history, until, failed_at=failed_at), self._context.sleep
        )
