"""Sent messages drawn again: a take-down takes a post out of them, fresher counts are shown in them.

An edit can be repeated without harm, so that nothing here needs the care a first send needs: what was not
finished is drawn once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.models import Redraw
from bot.storage.base import OutboxStore

from .claims import Claims
from .pacer import ChannelSpacing, Pace, Pacer, Sleep
from .patience import HORIZON, back_off_s, surely
from .transport import Edited, EditOutcome, Later, Sent, TooManyEdits, Transport, Vanished

log = logging.getLogger(__name__)

COUNTS_LATER = timedelta(hours=1)
"""Counts that Discord will not have now wait for so long."""


class Redrawer:
    """Draws messages again."""

    def __init__(
        self,
        storage: OutboxStore,
        claims: Claims,
        *,
        pacer: Pacer,
        spacing: ChannelSpacing,
        clock: Callable[[], datetime],
        sleep: Sleep,
    ) -> None:
        self._storage = storage
        self._claims = claims
        self._pacer = pacer
        self._spacing = spacing
        self._clock = clock
        self._sleep = sleep

    async def redraw(self, transport: Transport, redraw: Redraw) -> None:
        """Draw one message again, and write down how that ended."""
        with self._claims.holding(redraw.message.id):
            await self._redraw(transport, redraw)

    async def _redraw(self, transport: Transport, redraw: Redraw) -> None:
        known = await self._with_discord_id(transport, redraw)
        if known is None:
            return
        await self._spacing.wait(known.message.channel_id)
        outcome = await self._change(transport, known)
        if isinstance(outcome, TooManyEdits) and known.urgent:
            # Better the whole message gone than a post that should not be seen.
            outcome = await self._remove(transport, known)
        await self._settle(known, outcome)

    async def _with_discord_id(self, transport: Transport, redraw: Redraw) -> Redraw | None:
        """A message that arrived without an answer is looked for first; None when that settles it."""
        if redraw.message.discord_message_id is not None:
            return redraw
        await self._pacer.place(_pace(redraw))
        found = await transport.find(redraw.message)
        if isinstance(found, Sent):
            return replace(redraw, message=replace(redraw.message, discord_message_id=found.discord_message_id))
        if isinstance(found, Later):
            await self._settle(redraw, found)
        else:
            await self._give_up(redraw, "the message cannot be found in its channel")
        return None

    async def _change(self, transport: Transport, redraw: Redraw) -> EditOutcome:
        if redraw.message.is_empty:
            return await self._remove(transport, redraw)
        await self._pacer.place(_pace(redraw))
        return await transport.edit(redraw.message)

    async def _remove(self, transport: Transport, redraw: Redraw) -> EditOutcome:
        await self._pacer.place(_pace(redraw))
        return await transport.remove(redraw.message)

    async def _settle(self, redraw: Redraw, outcome: EditOutcome) -> None:
        now = self._clock()
        match outcome:
            case Edited():
                await surely(lambda: self._storage.finish_redraw(redraw, now), self._sleep)
            case Vanished():
                await surely(lambda: self._storage.finish_redraw(redraw, now, removed=True), self._sleep)
            case TooManyEdits(error):
                await self._put_off(redraw, error, now + COUNTS_LATER)
            case Later(error, after_s, everywhere):
                if everywhere and after_s is not None:
                    self._pacer.hold(after_s)
                wait = after_s if after_s is not None else back_off_s(redraw.attempts + 1)
                await self._put_off(redraw, error, now + timedelta(seconds=wait))
            case _:
                await self._give_up(redraw, outcome.error)

    async def _put_off(self, redraw: Redraw, error: str, at: datetime) -> None:
        """Later; past the horizon never."""
        if self._clock() - redraw.asked_at > HORIZON:
            await self._give_up(redraw, error)
            return
        log.info("message %s is drawn again later: %s", redraw.message.id, error)
        await surely(lambda: self._storage.put_off_redraw(redraw, at, error), self._sleep)

    async def _give_up(self, redraw: Redraw, error: str) -> None:
        """Lost counts are a pity; a take-down that failed must be seen by somebody."""
        log.log(
            logging.ERROR if redraw.urgent else logging.INFO,
            "message %s is not drawn again: %s",
            redraw.message.id,
            error,
        )
        await surely(lambda: self._storage.give_up_redraw(redraw, error, self._clock()), self._sleep)


def _pace(redraw: Redraw) -> Pace:
    return Pace.TAKE_DOWN if redraw.urgent else Pace.COUNT
