"""Sent messages drawn again: a take-down takes a post out of them, fresher counts are shown in them.

An edit can be repeated without harm, so that nothing here needs the care a first send needs: what was not
finished is drawn once more.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.models import ChannelId, Failure, FailureCode, Message, Redraw

from .context import DeliveryContext
from .outage import ALL_WAIT, MAX_SLOT_WAIT_S
from .rate_limiter import ChannelSpacing, Priority
from .retry import GIVE_UP_AFTER, back_off_s, retry_while_busy
from .search import find_message
from .transport import (
    Absent,
    CannotTell,
    ChannelLost,
    Edited,
    EditOutcome,
    Later,
    PostLost,
    Refused,
    Sent,
    TooManyEdits,
    Transport,
    Vanished,
)

log = logging.getLogger(__name__)

NOT_FOUND = Failure(FailureCode.NOT_FOUND, "the message cannot be found in its channel")
COUNT_EDIT_RETRY = timedelta(hours=1)
"""Counts that Discord will not have now wait for so long."""
TAKE_DOWN_FIRST, TAKE_DOWN_LONGEST = timedelta(minutes=1), timedelta(hours=6)
"""A take-down that was refused is tried again after so long, doubling, at the longest."""
GONE_AFTER_TRIES = 7
"""Tries, two hours in all, after which a channel that Discord does not know counts as deleted."""


class MessageEditor:
    """Edits and deletes sent messages."""

    def __init__(self, context: DeliveryContext, *, spacing: ChannelSpacing) -> None:
        self._context = context
        self._counters = context.counters
        self._storage = context.storage
        self._claims = context.claims
        self._rate_limiter = context.rate_limiter
        self._outage = context.outage
        self._clock = context.clock
        self._sleep = context.sleep
        self._spacing = spacing

    async def redraw(self, transport: Transport, redraw: Redraw) -> None:
        """Draw one message again, and write down how that ended."""
        with self._claims.hold(redraw.message.id):
            await self._redraw(transport, redraw)

    async def _redraw(self, transport: Transport, redraw: Redraw) -> None:
        if self._rate_limiter.held_s > MAX_SLOT_WAIT_S:
            at = self._clock() + timedelta(seconds=self._rate_limiter.held_s)
            await self._put_off(redraw, ALL_WAIT, at)
            return
        if redraw.message.is_incomplete and not redraw.urgent:
            # Found after a restore: what is not known of it would be drawn out of it.
            await retry_while_busy(lambda: self._storage.edits.finish(redraw, self._clock()), self._sleep)
            return
        known = await self._with_discord_id(transport, redraw)
        if known is None:
            return
        await self._spacing.wait(known.message.channel_id)
        await self._settle(known, await self._change(transport, known))

    async def _with_discord_id(self, transport: Transport, redraw: Redraw) -> Redraw | None:
        """A message that arrived without an answer is looked for first; None when that settles it."""
        if redraw.message.discord_message_id is not None:
            return redraw
        await self._rate_limiter.acquire(_priority(redraw))
        found = await find_message(transport, self._storage.forums, redraw.message)
        match found:
            case Sent():
                # Uncertain or given up, it is there all the same.
                return replace(redraw, message=await self._confirmed(redraw.message, found))
            case Absent() if redraw.urgent:
                # A message that never arrived needs no edit.
                await retry_while_busy(lambda: self._storage.edits.finish(redraw, self._clock()), self._sleep)
            case Absent():
                await self._give_up(redraw, NOT_FOUND)
            case CannotTell(failure) | PostLost(failure):
                await self._settle(redraw, Refused(failure))
            case Later():
                await self._settle(redraw, found)
        return None

    async def _confirmed(self, message: Message, found: Sent) -> Message:
        now, discord_id, thread_id = self._clock(), found.discord_message_id, found.thread_id
        await retry_while_busy(
            lambda: self._storage.messages.confirm(
                message.id, discord_id, now, thread_id=thread_id, files=found.files
            ),
            self._sleep,
        )
        forum = message.forum
        if forum is not None and thread_id is not None:
            forum = replace(forum, thread_id=ChannelId(thread_id))
        return replace(message, discord_message_id=discord_id, forum=forum, files=found.files)

    async def _change(self, transport: Transport, redraw: Redraw) -> EditOutcome:
        """Edit, or delete what has nothing left in it. A take-down goes on to what else takes the post away."""
        outcome = await self._edit_or_remove(transport, redraw)
        if redraw.urgent and isinstance(outcome, ChannelLost) and outcome.is_archived:
            await self._rate_limiter.acquire(_priority(redraw))
            if await transport.unarchive(redraw.message):
                outcome = await self._edit_or_remove(transport, redraw)
        removed = redraw.message.is_empty or redraw.message.is_incomplete
        if not redraw.urgent or removed or isinstance(outcome, Edited | Vanished | Later):
            return outcome
        # Better the whole message gone than a post that should not be seen.
        return await self._remove(transport, redraw)

    async def _edit_or_remove(self, transport: Transport, redraw: Redraw) -> EditOutcome:
        if redraw.message.is_empty or redraw.message.is_incomplete:
            return await self._remove(transport, redraw)
        await self._rate_limiter.acquire(_priority(redraw))
        return await transport.edit(redraw.message, adds_files=not redraw.urgent)

    async def _remove(self, transport: Transport, redraw: Redraw) -> EditOutcome:
        await self._rate_limiter.acquire(_priority(redraw))
        return await transport.remove(redraw.message)

    async def _settle(self, redraw: Redraw, outcome: EditOutcome) -> None:
        now = self._clock()
        if not isinstance(outcome, Later):
            self._outage.answered()
        match outcome:
            case Edited(files):
                await retry_while_busy(lambda: self._storage.edits.finish(redraw, now, files=files), self._sleep)
                self._counters.edited += 1
            case Vanished():
                await retry_while_busy(lambda: self._storage.edits.finish(redraw, now, removed=True), self._sleep)
                self._counters.removed += 1
            case TooManyEdits(failure) if not redraw.urgent:
                await self._put_off(redraw, failure, now + COUNT_EDIT_RETRY)
            case Later(failure, after_s):
                self._context.pause_all(redraw.message.channel_id, outcome)
                wait_s = after_s if after_s is not None else back_off_s(redraw.attempts + 1)
                await self._put_off(redraw, failure, now + timedelta(seconds=wait_s))
            case ChannelLost(failure=failure) | Refused(failure) if _is_gone(redraw, failure):
                await retry_while_busy(lambda: self._storage.edits.finish(redraw, now, removed=True), self._sleep)
            case _ if redraw.urgent:
                # A right that was taken comes back, a locked thread is opened: until it is done, it is not done.
                wait = min(TAKE_DOWN_FIRST * 2 ** min(redraw.attempts, 10), TAKE_DOWN_LONGEST)
                await self._put_off(redraw, outcome.failure, now + wait)
            case _:
                await self._give_up(redraw, outcome.failure)

    async def _put_off(self, redraw: Redraw, failure: Failure, at: datetime) -> None:
        """Later; past the horizon fresher counts are given up, a take-down never is."""
        now = self._clock()
        if now - redraw.asked_at > GIVE_UP_AFTER and not redraw.urgent:
            await self._give_up(redraw, failure)
            return
        level = logging.DEBUG if self._outage.is_on else logging.INFO
        log.log(level, "message %s is drawn again later: %s", redraw.message.id, failure)
        await retry_while_busy(lambda: self._storage.edits.put_off(redraw, at, failure, now), self._sleep)

    async def _give_up(self, redraw: Redraw, failure: Failure) -> None:
        """Give an edit up. A failed take-down is logged as an error: the post is still shown."""
        log.log(
            logging.ERROR if redraw.urgent else logging.INFO,
            "message %s is not drawn again: %s",
            redraw.message.id,
            failure,
        )
        await retry_while_busy(lambda: self._storage.edits.give_up(redraw, failure, self._clock()), self._sleep)


def _is_gone(redraw: Redraw, failure: Failure) -> bool:
    """Whether the message went with its channel. Right after an outage Discord says so at random (``sender``)."""
    return failure.code is FailureCode.CHANNEL_GONE and redraw.attempts >= GONE_AFTER_TRIES


def _priority(redraw: Redraw) -> Priority:
    return Priority.TAKE_DOWN if redraw.urgent else Priority.COUNT
