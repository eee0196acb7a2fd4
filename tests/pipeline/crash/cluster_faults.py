"""Faults of processes, connections and the database server, from a seed, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable

from bot.core.roles import Role
from tests.fakes.discord.limits import Limits
from tests.pipeline.crash.bot_process import NONCE_TRUSTED_S, SHARED_LEASE_S
from tests.pipeline.crash.cluster import OURS, SENDER_LOCK, Cluster
from tests.pipeline.crash.world import TOPICS

Fault = Callable[[Cluster, random.Random], Awaitable[None]]

LOCK_GONE_S = 4.0
"""A paused sender loses its lock after so long (``leader_lock.IDLE_WITHIN_S``)."""


async def a_poller_is_killed(cluster: Cluster, chance: random.Random) -> None:
    if there := cluster.of(Role.POLLER):
        await cluster.kill(chance.choice(there))


async def a_gateway_is_killed(cluster: Cluster, chance: random.Random) -> None:
    if there := cluster.of(Role.GATEWAY):
        await cluster.kill(chance.choice(there))


async def the_sender_is_killed(cluster: Cluster, _: random.Random) -> None:
    active = await cluster.active()
    since = time.time()
    await cluster.kill(active)
    await cluster.taken_over("killed", since)


async def the_sender_is_paused(cluster: Cluster, chance: random.Random) -> None:
    """Beyond its lock; it wakes while the other one is taking over, or sends."""
    active = await cluster.active()
    since = time.time()
    seconds = LOCK_GONE_S + chance.uniform(0.5, 6)
    async with asyncio.TaskGroup() as group:
        group.create_task(cluster.pause(active, seconds))
        group.create_task(cluster.taken_over("paused", since))


async def a_poller_is_paused(cluster: Cluster, chance: random.Random) -> None:
    """Beyond its lease."""
    if there := cluster.of(Role.POLLER):
        await cluster.pause(chance.choice(there), SHARED_LEASE_S + chance.uniform(0.2, 3))


async def connections_are_cut(cluster: Cluster, chance: random.Random) -> None:
    """A few of all."""
    for _ in range(chance.randint(1, 6)):
        await cluster.cut(
            f"SELECT pid {OURS} ORDER BY md5('{chance.random()}' || pid) LIMIT {chance.randint(1, 4)}"
        )
        await asyncio.sleep(chance.uniform(0, 0.5))


async def the_senders_lock_is_cut(cluster: Cluster, _: random.Random) -> None:
    await cluster.active()
    since = time.time()
    await cluster.cut(SENDER_LOCK)
    await cluster.taken_over("cut", since)


async def the_server_is_killed(cluster: Cluster, chance: random.Random) -> None:
    await cluster.active()
    back = await cluster.restart_server(chance.choice((0, 0.2, 2)))
    await cluster.taken_over("server back", back)


async def all_senders_are_killed_and_nonces_forgotten(cluster: Cluster, _: random.Random) -> None:
    """Only history tells what arrived."""
    await cluster.active()
    since = time.time()
    for member in cluster.of(Role.SENDER):
        await cluster.kill(member)
    cluster.world.server.clock.advance(Limits().nonce_s + 60)
    await cluster.taken_over("all killed", since + NONCE_TRUSTED_S)


FAULTS: dict[str, Fault] = {
    fault.__name__.replace("_", " "): fault
    for fault in (
        a_poller_is_killed,
        a_gateway_is_killed,
        the_sender_is_killed,
        the_sender_is_paused,
        a_poller_is_paused,
        connections_are_cut,
        the_senders_lock_is_cut,
        the_server_is_killed,
        all_senders_are_killed_and_nonces_forgotten,
    )
}


async def faults(cluster: Cluster, chance: random.Random, count: int) -> None:
    """So many of them, while posts appear and people subscribe."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_people(cluster, random.Random(chance.random()), over))
        try:
            await cluster.active()
            for name in chance.sample(list(FAULTS), count):
                cluster.world.publish(chance)
                await asyncio.sleep(chance.uniform(0, 2))
                cluster.faults.kills[name] += 1
                await FAULTS[name](cluster, chance)
            cluster.world.publish(chance)
        finally:
            over.set()


async def _people(cluster: Cluster, chance: random.Random, over: asyncio.Event) -> None:
    """Somebody subscribes, unsubscribes or asks, a thread falls asleep, a post is hidden."""
    world = cluster.world
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), chance.uniform(0.2, 1.5))
        what = chance.random()
        if what < 0.5:
            command = chance.choice(("subscribe", "unsubscribe"))
            await cluster.ask(chance.choice(cluster.talk), command, chance.choice(TOPICS))
        elif what < 0.65:
            await world.take_down(chance)
        elif what < 0.72 and world.posts:
            await cluster.hide(chance.choice(cluster.talk), chance.choice(world.posts).post.id)
        elif what < 0.84:
            await world.ask_in_public(chance)
        elif awake := world.sleepers():
            world.server.archive(chance.choice(awake))
