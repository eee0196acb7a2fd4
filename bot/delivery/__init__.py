"""Get what was decided to Discord, once.

    waiting -> seal -> (find) -> begin_try -> send -> confirm | retry_later | give_up | mark_uncertain

Delivery never decides what is worth telling. Every step is committed before the next, so that a process
killed anywhere leaves a message that the next process takes up where it was (design.md, invariants 1, 2).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.core.errors import DatabaseBusy, StalePlan
from bot.core.models import (
    AlertContent,
    ChannelId,
    Message,
    MessageId,
    OutboxEntry,
    PauseReason,
    Subscription,
    UserId,
)
from bot.storage.base import Storage

from .pacer import ChannelSpacing, Pacer, Sleep
from .transport import Absent, CannotTell, ChannelLost, Later, Refused, SendOutcome, Sent, Transport

T = TypeVar("T")

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(minutes=3)
"""Discord remembers a nonce for "the past few minutes" (about five); within this a retry cannot double."""
HORIZON = timedelta(hours=24)
"""A message Discord did not take for so long is given up with its reason."""
LEASE_S = 180.0
"""A try takes at most a minute (transport); then another process may take the message up."""
MAX_WAIT_S = 300.0
_IDLE_S = 1.0
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """The operator's settings. ``catch_up_messages`` 0: no cap on a burst."""

    catch_up_messages: int = 5


class Delivery:
    """Takes what waits in the outbox to Discord, many channels at once, each channel in order."""

    def __init__(
        self,
        storage: Storage,
        *,
        pacer: Pacer,
        spacing: ChannelSpacing,
        policy: DeliveryPolicy,
        clock: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._storage = storage
        self._pacer = pacer
        self._spacing = spacing
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._busy: dict[ChannelId, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    # -- its life ---------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Something may be waiting."""
        self._wake.set()

    async def start(self, transport: Transport) -> None:
        """Deliver in the background from now on; started already, it goes on."""
        if self._loop is not None and not self._loop.done():
            return
        self._loop = asyncio.create_task(self._run(transport), name="delivery")

    async def stop(self) -> None:
        """Stop; what is in flight is taken up by the next start."""
        tasks = [task for task in (self._loop, *self._busy.values()) if task is not None]
        self._loop = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy.clear()

    async def drain(self, transport: Transport) -> None:
        """Deliver all that may go out now; return when nothing of it is left."""
        while await self._start_what_waits(transport) or self._busy:
            if self._busy:
                await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _run(self, transport: Transport) -> None:
        while True:
            self._wake.clear()
            try:
                await self._start_what_waits(transport)
            except DatabaseBusy as error:
                log.warning("delivery waits, the database is busy: %s", error)
            except Exception:  # the loop outlives every fault
                log.exception("delivery failed by a fault of ours")
            # Not ``wait_for``: in Python 3.11 it loses a cancellation that comes together with the wake-up.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_S):
                    await self._wake.wait()

    # -- one task a channel -----------------------------------------------------------------------------

    async def _start_what_waits(self, transport: Transport) -> int:
        """Start a task for every channel that has something to go out and nothing in flight."""
        room = _AT_ONCE - len(self._busy)
        if room <= 0:
            return 0
        now, skip = self._clock(), tuple(self._busy)
        messages = await self._storage.claim_messages(now, limit=room, lease_s=LEASE_S, skip=skip)
        for message in messages:
            self._start(message.channel_id, self._deliver(transport, message))
        room, skip = room - len(messages), tuple(self._busy)
        waiting = await self._storage.waiting(now, channels=room, skip=skip) if room else {}
        for channel, entries in waiting.items():
            self._start(channel, self._seal_and_deliver(transport, entries))
        return len(messages) + len(waiting)

    def _start(self, channel: ChannelId, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(work), name=f"deliver {channel}")
        self._busy[channel] = task
        task.add_done_callback(lambda _: self._free(channel))

    def _free(self, channel: ChannelId) -> None:
        self._busy.pop(channel, None)
        self._wake.set()

    async def _guarded(self, work: Awaitable[None]) -> None:
        """One channel's fault stops nobody else; its message stays sealed and is taken up again."""
        try:
            await work
        except DatabaseBusy as error:
            log.warning("a delivery waits, the database is busy: %s", error)
            await self._sleep(_IDLE_S)
        except StalePlan as error:
            log.info("a delivery is somebody else's by now: %s", error)
        except Exception:
            log.exception("a delivery failed by a fault of ours")
            await self._sleep(_IDLE_S)

    # -- one message ------------------------------------------------------------------------------------

    async def _seal_and_deliver(self, transport: Transport, entries: Sequence[OutboxEntry]) -> None:
        """Bind the biggest of what waits into one message; the rest is the next message's."""
        await self._spacing.wait(entries[0].channel_id)  # whoever arrives meanwhile may come along
        chosen = sorted(entries, key=_biggest_first)
        chosen = chosen[: transport.how_many_fit(chosen)]
        if await self._held_back(entries, len(chosen)):
            return
        message_id = MessageId(secrets.token_hex(12))
        message = await self._storage.seal(message_id, chosen, self._clock(), lease_s=LEASE_S)
        if message is not None:
            await self._send(transport, message)

    async def _held_back(self, entries: Sequence[OutboxEntry], a_message: int) -> bool:
        """After a long silence a channel gets a bounded burst; the rest is counted in one summary line."""
        cap = self._policy.catch_up_messages * a_message
        alerts = sorted((entry for entry in entries if _is_alert(entry)), key=_biggest_first)
        if self._policy.catch_up_messages == 0 or len(alerts) <= cap:
            return False
        await self._storage.hold_back(alerts[cap:], self._clock())
        return True

    async def _deliver(self, transport: Transport, message: Message) -> None:
        """Try a message again that was sealed before."""
        if _nonce_may_be_forgotten(message, self._clock()) and not await self._is_absent(transport, message):
            return
        await self._spacing.wait(message.channel_id)
        await self._send(transport, message)

    async def _is_absent(self, transport: Transport, message: Message) -> bool:
        """Whether history proves that an earlier try did not arrive; anything else is settled here."""
        await self._pacer.place()
        found = await transport.find(message)
        if isinstance(found, Absent):
            return True
        if isinstance(found, CannotTell):
            await self._surely(lambda: self._storage.mark_uncertain(message.id, found.error, self._clock()))
        else:
            await self._settle(transport, message, found)
        return False

    async def _send(self, transport: Transport, message: Message) -> None:
        """One try: recorded before, settled after."""
        await self._pacer.place()
        message = await self._storage.begin_try(message.id, self._clock())
        await self._settle(transport, message, await transport.send(message))

    async def _settle(self, transport: Transport, message: Message, outcome: SendOutcome) -> None:
        """Write down how a try ended."""
        now = self._clock()
        match outcome:
            case Sent(discord_id):
                await self._surely(lambda: self._storage.confirm(message.id, discord_id, now))
            case Later(error, after_s, everywhere):
                await self._put_off(message, error, after_s, everywhere=everywhere)
            case ChannelLost(why, error):
                await self._surely(lambda: self._storage.give_up(message.id, error, now))
                await self._rest(transport, message.channel_id, why, error)
            case Refused(error):
                log.error("message %s given up, Discord refused it: %s", message.id, error)
                await self._surely(lambda: self._storage.give_up(message.id, error, now))

    async def _rest(self, transport: Transport, channel: ChannelId, why: PauseReason, error: str) -> None:
        """Pause what a lost channel followed; each person who subscribed is told once."""
        now = self._clock()
        paused = await self._surely(lambda: self._storage.pause_channel(channel, why, now))
        theirs: dict[UserId, list[Subscription]] = {}
        for subscription in paused:
            log.warning("paused %s in channel %s: %s", subscription.topic.name, channel, error)
            theirs.setdefault(subscription.created_by, []).append(subscription)
        for subscriptions in theirs.values():
            await transport.tell_paused(subscriptions, why)

    async def _put_off(self, message: Message, error: str, after_s: float | None, *, everywhere: bool) -> None:
        """Try again later; past the horizon the message is given up with the last reason."""
        now = self._clock()
        if everywhere and after_s is not None:
            self._pacer.hold(after_s)
        if now - message.sealed_at > HORIZON:
            log.error("message %s given up after %s: %s", message.id, HORIZON, error)
            await self._surely(lambda: self._storage.give_up(message.id, error, now))
            return
        wait = after_s if after_s is not None else _back_off_s(message.attempts)
        log.info("message %s tried again in %.1f s: %s", message.id, wait, error)
        at = now + timedelta(seconds=wait)
        await self._surely(lambda: self._storage.retry_later(message.id, at, error))

    async def _surely(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write down what Discord answered, as long as it takes: forgetting it could tell twice."""
        while True:
            try:
                return await write()
            except DatabaseBusy as error:
                log.warning("an answer of Discord waits to be written, the database is busy: %s", error)
                await self._sleep(_IDLE_S)


def _is_alert(entry: OutboxEntry) -> bool:
    return isinstance(entry.content, AlertContent)


def _biggest_first(entry: OutboxEntry) -> tuple[bool, int, int]:
    """Alerts before summaries, the biggest first; the id keeps the order the same for equals."""
    content = entry.content
    if isinstance(content, AlertContent):
        return False, -(content.post.rp or 0), entry.id
    return True, 0, entry.id


def _nonce_may_be_forgotten(message: Message, now: datetime) -> bool:
    return message.first_try_at is not None and now - message.first_try_at > NONCE_WINDOW


def _back_off_s(attempts: int) -> float:
    """Doubling from 1 s, at most 5 min, with jitter so that channels do not come back all at once."""
    return min(2.0 ** min(attempts - 1, 12), MAX_WAIT_S) * random.uniform(0.75, 1.25)  # noqa: S311 - not a secret
