"""Get what was decided to Discord, once.

    waiting -> seal -> (find) -> begin_try -> send -> confirm | retry_later | give_up | mark_uncertain
    sent -> redraw -> edit | remove -> finish

Delivery never decides what is worth an alert. Every step is committed before the next, so that a process killed
anywhere leaves a message that the next process continues (docs/architecture.md, invariants 1 and 2).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import partial

from bot.core.errors import DatabaseBusy, StalePlan
from bot.core.leases import LEASE_S
from bot.core.models import ChannelId, MessageId
from bot.leases import LeaseKeeper
from bot.storage.stores import Storage

from .context import DeliveryContext, DeliveryCounters
from .editor import MessageEditor
from .history_reader import HISTORIES_AT_ONCE, HistoryReader
from .late_files import LateFiles
from .outage import Outage, Window
from .pause_notices import PauseNotices
from .rate_limit_listener import global_limit_trace
from .rate_limiter import ChannelSpacing, Priority, RateLimiter, Sleep
from .reachability import Reachability
from .retry import IDLE_WAIT_S
from .sender import DeliveryPolicy, Sender
from .transport import Transport

log = logging.getLogger(__name__)

CHANNELS_PER_QUEUE = 200
"""Channels served concurrently by each queue."""


class Delivery:
    """Takes what waits in the outbox to Discord, many channels at once, each channel in order.

    Take-downs, messages and counts have a queue each, with one task a channel: an edit that Discord keeps waiting
    holds up no alert, and a slow channel holds up no other.

    ``is_active``: whether this process sends now, where several stand by. ``announce``: called when something may
    be waiting, for the process that sends.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        rate_limiter: RateLimiter,
        spacing: ChannelSpacing,
        edit_spacing: ChannelSpacing,
        policy: DeliveryPolicy,
        clock: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
        is_active: Callable[[], bool] = lambda: True,
        announce: Callable[[], None] = lambda: None,
    ) -> None:
        self._is_active = is_active
        self._announce = announce
        self._storage = storage
        self.rate_limiter = rate_limiter
        self.http_trace = global_limit_trace(rate_limiter)
        """The client's ``http_trace``: records the limits that Discord states in any answer."""
        self._claims: LeaseKeeper[MessageId] = LeaseKeeper(self._renew, clock)
        self.reachability = Reachability(rate_limiter.monotonic)
        """The gateway's as well, so that an outage is logged once."""
        self.counters = DeliveryCounters()
        outage = Outage(rate_limiter.monotonic, self.reachability)
        context = DeliveryContext(storage, self._claims, rate_limiter, outage, clock, sleep, self.counters)
        self._late_files = LateFiles(context)
        self._sender = Sender(
            context, spacing=spacing, policy=policy, window=Window(), late_files=self._late_files
        )
        self._editor = MessageEditor(context, spacing=edit_spacing)
        self._histories = HistoryReader(context)
        self._notices = PauseNotices(storage.channel_troubles, rate_limiter=rate_limiter, clock=clock)
        self._clock = clock
        self._sleep = sleep
        self._queues: dict[Priority, dict[ChannelId, asyncio.Task[None]]] = {priority: {} for priority in Priority}
        self._reading: dict[ChannelId, asyncio.Task[None]] = {}
        """Channels whose history is read after a restore."""
        self._notifying: asyncio.Task[None] | None = None
        self._is_resumed = False
        """Whether what the process before this one waited for was taken up."""
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    # -- its life ---------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Something may be waiting: for this process or for the one that sends."""
        self._wake.set()
        self._announce()

    @property
    def in_flight(self) -> dict[Priority, int]:
        """Numbers of channels that are served now, by queue; each holds a claim."""
        return {priority: len(tasks) for priority, tasks in self._queues.items()}

    def on_signal(self) -> None:
        """Another process says that something may be waiting, or this one begins or ends to send."""
        self._wake.set()

    async def start(self, transport: Transport) -> None:
        """Deliver in the background from now on; started already, it goes on."""
        if self._loop is not None and not self._loop.done():
            return
        self._loop = asyncio.create_task(self._run(transport), name="delivery")

    def change(self, policy: DeliveryPolicy) -> None:
        """Go by another policy from the next message on."""
        self._sender.policy = policy

    async def stop(self) -> None:
        """Stop; what is in flight is taken up by the next start."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
        await self._drop_tasks()

    async def _drop_tasks(self) -> None:
        """Break off what is in flight."""
        tasks = self._tasks()
        if self._notifying is not None:
            tasks.append(self._notifying)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._late_files.stop()
        for queue in (*self._queues.values(), self._reading):
            queue.clear()

    async def drain(self, transport: Transport) -> None:
        """Deliver all that may go out now; return when nothing of it is left."""
        while await self._start_what_waits(transport) or self._tasks():
            if tasks := self._tasks():
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        # With nothing more to come, nothing more is lost: what would wait for calm can go.
        if await self._storage.entries.next_send_at() is None:
            await self._notices.send(transport)
        else:
            await self._notices.send_in_time(transport)

    async def _run(self, transport: Transport) -> None:
        while True:
            self._wake.clear()
            try:
                if self._is_active():
                    await self._claims.renew()
                    await self._resume(transport)
                    await self._start_what_waits(transport)
                    self._notify(transport)
                else:
                    self._is_resumed = False
                    await self._drop_tasks()
            except DatabaseBusy as error:
                log.warning("delivery waits, the database is busy: %s", error)
            except StalePlan as error:
                log.info("delivery stands by: %s", error)
            except Exception:  # the loop outlives every fault
                log.exception("delivery failed by a fault of ours")
            # Not ``wait_for``: in Python 3.11 it loses a cancellation that comes together with the wake-up.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_WAIT_S):
                    await self._wake.wait()

    def _notify(self, transport: Transport) -> None:
        """Send notices beside all else: a direct message may be without an answer, or limited, for minutes."""
        if self._notifying is None or self._notifying.done():
            work = partial(self._notices.send_in_time, transport)
            self._notifying = asyncio.create_task(self._guarded(work), name="pause notices")

    async def _resume(self, transport: Transport) -> None:
        """Once a start, and once each time that this process begins to send."""
        if not self._is_resumed:
            await self._late_files.resume(transport)
            self._is_resumed = True

    async def _renew(self, held: Collection[MessageId], now: datetime) -> None:
        await self._storage.messages.renew(held, now, lease_s=LEASE_S)

    # -- one task a channel and queue ----------------------------------------------------------------------

    async def _start_what_waits(self, transport: Transport) -> int:
        """Start a task for every channel that has something to go out and nothing in flight."""
        return (
            await self._start_redraws(transport, Priority.TAKE_DOWN)
            + await self._start_messages(transport)
            + await self._start_redraws(transport, Priority.COUNT)
            + await self._start_readings(transport)
        )

    async def _start_readings(self, transport: Transport) -> int:
        """Read what channels hold since a copy that was restored; nothing goes out to them before."""
        room = HISTORIES_AT_ONCE - len(self._reading)
        unread = await self._histories.unread(limit=room, skip=tuple(self._reading))
        for history in unread:
            work = partial(self._histories.read_page, transport, history)
            name = f"read history {history.channel_id}"
            self._start_in(self._reading, history.channel_id, work, name)
        return len(unread)

    async def _start_messages(self, transport: Transport) -> int:
        queue = self._queues[Priority.MESSAGE]
        room = CHANNELS_PER_QUEUE - len(queue)
        if room <= 0:
            return 0
        now, skip = self._clock(), tuple(queue)
        messages = await self._storage.messages.claim(now, limit=room, lease_s=LEASE_S, skip=skip)
        for message in messages:
            self._start(Priority.MESSAGE, message.channel_id, partial(self._sender.deliver, transport, message))
        room, skip = room - len(messages), tuple(queue)
        waiting = await self._storage.entries.waiting(now, channels=room, skip=skip) if room else {}
        for channel, entries in waiting.items():
            self._start(Priority.MESSAGE, channel, partial(self._sender.seal_and_deliver, transport, entries))
        return len(messages) + len(waiting)

    async def _start_redraws(self, transport: Transport, priority: Priority) -> int:
        queue = self._queues[priority]
        room = CHANNELS_PER_QUEUE - len(queue)
        if room <= 0:
            return 0
        redraws = await self._storage.edits.claim(
            self._clock(), urgent=priority is Priority.TAKE_DOWN, limit=room, lease_s=LEASE_S, skip=tuple(queue)
        )
        for redraw in redraws:
            self._start(priority, redraw.message.channel_id, partial(self._editor.redraw, transport, redraw))
        return len(redraws)

    def _start(self, priority: Priority, channel: ChannelId, work: Callable[[], Awaitable[None]]) -> None:
        self._start_in(self._queues[priority], channel, work, f"deliver {priority.name.lower()} {channel}")

    def _start_in(
        self,
        queue: dict[ChannelId, asyncio.Task[None]],
        channel: ChannelId,
        work: Callable[[], Awaitable[None]],
        name: str,
    ) -> None:
        task = asyncio.create_task(self._guarded(work), name=name)
        queue[channel] = task
        task.add_done_callback(partial(self._free, queue, channel))

    def _free(self, queue: dict[ChannelId, asyncio.Task[None]], channel: ChannelId, _: asyncio.Task[None]) -> None:
        queue.pop(channel, None)
        self._wake.set()

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [task for queue in (*self._queues.values(), self._reading) for task in queue.values()]

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """One channel's fault stops nobody else; its message stays sealed and is taken up again.

        ``work`` is called here, so that a task cancelled before its first step leaves no coroutine unawaited.
        """
        try:
            await work()
        except DatabaseBusy as error:
            log.warning("a delivery waits, the database is busy: %s", error)
            await self._sleep(IDLE_WAIT_S)
        except StalePlan as error:
            log.info("a delivery is somebody else's by now: %s", error)
        except Exception:
            log.exception("a delivery failed by a fault of ours")
            await self._sleep(IDLE_WAIT_S)


__all__ = ["Delivery", "DeliveryPolicy"]
