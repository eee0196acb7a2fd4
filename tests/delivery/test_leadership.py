"""The active sender: whoever is not, or not certainly, claims, writes and sends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import pytest

from bot.core.errors import StalePlan
from bot.core.models import Message
from bot.delivery.leadership import SENDER, SETTLE_S, Leadership, NotActive
from bot.delivery.loop import Delivery, DeliveryPolicy
from bot.delivery.rate_limiter import ChannelSpacing, RateLimiter
from bot.gateway.rest_client import RestClient
from bot.gateway.rest_guilds import RestGuilds
from bot.storage.fenced_database import FencedDatabase
from bot.storage.sql.leadership import _begin_term
from bot.storage.sqlite.connection import open_sqlite
from bot.storage.stores import Storage
from bot.views.kit.text import Texts
from config import LOCALES
from tests.inspection import url_of
from tests.storage.world import LEASE_S, message_id

from .conftest import DeliveryRig, WatchedTransport, nothing, until


class Lock:
    """A lock that a test gives and takes; in its thread it would be the server that does."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.tenure: int | None = None
        self.is_certain = False
        self.is_away = False
        self.ends_at_connect = False
        """Nobody knows of the lock any more by the time that a request has a connection."""

    async def connected(self, *_: object) -> None:
        if self.ends_at_connect:
            self.is_certain = False

    def take(self) -> None:
        self.tenure = (self.tenure or 0) + 1
        self.is_certain = True
        self.changed.set()

    def lose(self) -> None:
        self.tenure = None
        self.changed.set()

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass
class Process:
    """A process that would send: its lock, its client, its delivery."""

    lock: Lock
    leadership: Leadership
    delivery: Delivery
    transport: WatchedTransport
    sending: Storage
    slept: list[float]

    async def becomes_active(self) -> None:
        self.lock.take()
        await until(lambda: self.leadership.is_active)


@asynccontextmanager
async def process(rig: DeliveryRig) -> AsyncIterator[Process]:
    """A process of its own over the rig's database and Discord."""
    storage = await open_sqlite(url_of(rig.path))
    fence, lock, slept, changed = FencedDatabase(storage.database, SENDER), Lock(), list[float](), asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    leadership = Leadership(
        lock, storage.leadership, fence, on_change=changed.set, changed=lock.changed, sleep=sleep
    )
    monotonic, sending, trace = rig.clock.monotonic, Storage.over(fence), aiohttp.TraceConfig()
    delivery = Delivery(
        sending,
        rate_limiter=RateLimiter(1000, monotonic=monotonic, sleep=nothing_for),
        spacing=ChannelSpacing(0, monotonic=monotonic, sleep=nothing_for),
        edit_spacing=ChannelSpacing(0, monotonic=monotonic, sleep=nothing_for),
        policy=DeliveryPolicy(),
        clock=rig.clock.now,
        sleep=nothing_for,
        is_active=lambda: leadership.is_active,
    )
    trace.on_connection_reuseconn.append(lock.connected)
    trace.on_connection_create_end.append(lock.connected)
    leadership.guard(trace)
    tasks = [asyncio.create_task(leadership.run()), asyncio.create_task(_tell(changed, delivery))]
    try:
        with rig.place.server.in_place_of_discord():
            async with RestClient(trace) as client:
                await client.login(rig.place.server.token)
                guilds = RestGuilds(client, nothing, monotonic=monotonic)
                transport = WatchedTransport(client, Texts(LOCALES), guilds)
                await delivery.start(transport)
                yield Process(lock, leadership, delivery, transport, sending, slept)
                await delivery.stop()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await storage.close()


async def nothing_for(_: float) -> None:
    await asyncio.sleep(0)


async def _tell(changed: asyncio.Event, delivery: Delivery) -> None:
    """Let delivery hear of each change."""
    while await changed.wait():
        changed.clear()
        delivery.on_signal()


@pytest.mark.invariant(1)
async def test_the_one_that_takes_over_sends_what_waits(rest_rig: DeliveryRig) -> None:
    async with process(rest_rig) as first, process(rest_rig) as second:
        await first.becomes_active()
        subscription = await rest_rig.follow()
        await rest_rig.decide(subscription, numbers=[1])
        first.delivery.wake()
        await until(lambda: len(rest_rig.told()) == 1)

        first.lock.lose()
        await second.becomes_active()
        await rest_rig.decide(subscription, numbers=[2])
        second.delivery.wake()

        await until(lambda: len(rest_rig.told()) == 2)
        assert not first.leadership.is_active


async def test_a_process_takes_over_only_after_the_last_one_can_send_no_more(rest_rig: DeliveryRig) -> None:
    async with process(rest_rig) as first, process(rest_rig) as second:
        await first.becomes_active()
        await second.becomes_active()

        assert first.slept == []
        assert second.slept == [SETTLE_S]


@pytest.mark.invariant(1)
async def test_a_term_begun_by_a_process_that_had_lost_the_lock_stops_nobody_for_long(
    rest_rig: DeliveryRig,
) -> None:
    """Its write came late: the number of the process that has the lock is not the newest then."""
    async with process(rest_rig) as active, process(rest_rig) as late:
        await active.becomes_active()
        await late.sending.leadership._database._database.write(partial(_begin_term, "late", SENDER))  # type: ignore[attr-defined]
        await rest_rig.decide(await rest_rig.follow(), numbers=[1])

        active.delivery.wake()

        await until(lambda: len(rest_rig.told()) == 1)


async def test_after_an_orderly_end_nobody_waits(rest_rig: DeliveryRig) -> None:
    async with process(rest_rig) as second:
        async with process(rest_rig) as first:
            await first.becomes_active()

        await second.becomes_active()

        assert second.slept == []


@pytest.mark.invariant(2)
async def test_a_process_paused_between_its_record_of_a_try_and_the_request_sends_nothing(
    rest_rig: DeliveryRig,
) -> None:
    """The other one sends the message meanwhile, and Discord forgets the nonce before the first wakes."""
    async with process(rest_rig) as paused, process(rest_rig) as other:
        await paused.becomes_active()
        await rest_rig.decide(await rest_rig.follow(), numbers=[1])
        message = await _sealed(rest_rig, paused)
        message = await paused.sending.messages.begin_try(message.id, rest_rig.clock.now())

        paused.lock.is_certain = False  # the last proof is old; nothing has told it that the lock is lost
        await other.becomes_active()
        other.delivery.wake()
        await until(lambda: rest_rig.rows("SELECT state FROM messages") == [("sent",)])
        rest_rig.clock.advance(3600)

        with pytest.raises(NotActive):
            await paused.transport.send(message)
        with pytest.raises(StalePlan):
            await paused.sending.messages.confirm(message.id, 1, rest_rig.clock.now())
        assert rest_rig.posts_sent() == 1


@pytest.mark.invariant(2)
async def test_a_request_that_waits_for_its_connection_is_refused_before_its_bytes_are_written(
    rest_rig: DeliveryRig,
) -> None:
    async with process(rest_rig) as paused:
        await paused.becomes_active()
        await rest_rig.decide(await rest_rig.follow(), numbers=[1])
        message = await _sealed(rest_rig, paused)
        await paused.transport._destinations.load(message.guild_id)
        paused.lock.ends_at_connect = True

        with pytest.raises(NotActive):
            await paused.transport.send(message)

        assert rest_rig.posts_sent() == 0


async def test_a_standby_process_claims_nothing(rest_rig: DeliveryRig) -> None:
    async with process(rest_rig) as standby:
        await rest_rig.decide(await rest_rig.follow(), numbers=[1])
        standby.delivery.wake()
        await standby.delivery._drop_tasks()

        assert rest_rig.posts_sent() == 0
        assert rest_rig.entries() == {"waiting": 1}


async def test_a_lost_lock_breaks_off_what_is_in_flight(rest_rig: DeliveryRig) -> None:
    async with process(rest_rig) as first:
        await first.becomes_active()
        sending, go_on = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            sending.set()
            await go_on.wait()

        first.transport.after_send = hold
        await rest_rig.decide(await rest_rig.follow(), numbers=[1])
        first.delivery.wake()
        await sending.wait()
        assert len(first.delivery._tasks()) == 1

        first.lock.lose()

        await until(lambda: not first.delivery._tasks())


async def _sealed(rig: DeliveryRig, process: Process) -> Message:
    """What waits, bound into a message by hand."""
    await process.delivery.stop()
    [entries] = (await process.sending.entries.waiting(rig.clock.now())).values()
    message = await process.sending.entries.seal(message_id(1), entries, rig.clock.now(), lease_s=LEASE_S)
    assert message is not None
    return message
