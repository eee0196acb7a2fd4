"""What Discord does to a bot by itself, whether it is killed or not: spells that begin, hold and pass.

A minute of all that waits for Discord is half a second here (``MINUTE_S``). Whatever is taken is given back before
a channel may be called lost, so that at the end nothing may be missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from tests.fakes.discord.faults import Fault
from tests.pipeline.crash.bot_process import MINUTE_S
from tests.pipeline.crash.world import World

Spell = Callable[[World, random.Random], Awaitable[None]]

WORK = ("/channels/", "/guilds/", "/webhooks/", "/interactions/")
"""What a bot asks once it has started."""
LOGIN = ("/users/@me", "/oauth2/", "/applications/", "/gateway/bot")
"""What it asks at its start."""
RIGHTS = ("send_messages", "view_channel", "read_message_history")
LONG_MIN = 10.0
"""Of Cloudflare: both kinds of refusal were reported to last so long."""


START_S = 15.0
"""How long a spell waits for a bot."""


async def _minutes(count: float) -> None:
    await asyncio.sleep(count * MINUTE_S)


# -- everything is away ------------------------------------------------------------------------------------


async def the_address_is_banned(world: World, chance: random.Random) -> None:
    """Cloudflare's 1015: 429 with a text, none of Discord's headers, and the time to wait."""
    del chance
    world.server.ban_address(LONG_MIN * MINUTE_S)
    await _minutes(LONG_MIN)


async def the_network_refuses(world: World, chance: random.Random) -> None:
    """403 for everything: with code 40333, or with none."""
    with world.server.faults.during(*WORK, *LOGIN, fault=Fault.status(403, chance.choice((40333, 40333, 0)))):
        await _minutes(LONG_MIN)


async def discord_is_down(world: World, chance: random.Random) -> None:
    """5xx of a proxy, or connections reset, for nearly everything."""
    fault = chance.choice((Fault.status(503), Fault.status(502), Fault.reset(), Fault.drop_answer()))
    with world.server.faults.during(*WORK, *LOGIN, fault=fault, probability=0.9):
        await _minutes(chance.uniform(1, LONG_MIN))


# -- a server, or a channel of it ----------------------------------------------------------------------------


async def a_server_is_away(world: World, chance: random.Random) -> None:
    """An outage of a guild; sometimes the session is renewed in it, and READY has the guild without its data."""
    guild = chance.choice(world.guilds)
    world.server.make_unavailable(guild)
    await _minutes(chance.uniform(0.5, 3))
    if chance.random() < 0.6:
        await world.server.gateway.disconnect(resumable=False, code=chance.choice((4000, 4007, 4009)))
        await _minutes(chance.uniform(0.5, 3))
    world.server.make_available(guild)


async def a_right_is_taken(world: World, chance: random.Random) -> None:
    """Somebody changes a channel's permissions, and changes them back before the second look."""
    channel = chance.choice([*world.channels[:3], world.forum])
    world.server.set_permissions(channel, deny=[chance.choice(RIGHTS)])
    await _minutes(chance.uniform(0.5, 2))
    world.server.set_permissions(channel)


async def the_thread_is_locked(world: World, chance: random.Random) -> None:
    """Archived and locked: nothing wakes it until somebody unlocks it."""
    world.server.archive(world.thread, locked=True)
    await _minutes(chance.uniform(0.5, 2))
    world.server.archive(world.thread)


# -- all of it -----------------------------------------------------------------------------------------------

EVERYWHERE_AWAY: tuple[Spell, ...] = (the_address_is_banned, the_network_refuses, discord_is_down)
DOUBTFUL: tuple[Spell, ...] = (a_server_is_away, a_right_is_taken, the_thread_is_locked)
"""One of them a run: a channel that is refused again long after, with no message taken in between, is lost."""


async def weather(world: World, chance: random.Random) -> None:
    """A run's spells one after the other, while threads fall asleep, people ask, and posts are taken down."""
    spells = [chance.choice(DOUBTFUL), *chance.sample(EVERYWHERE_AWAY, chance.choice((0, 1, 1, 2)))]
    chance.shuffle(spells)
    if chance.random() < 0.25 and not world.ceiling:
        world.publish_what_is_too_heavy()
    over = asyncio.Event()
    life = asyncio.create_task(_life_goes_on(world, random.Random(chance.random()), over))
    try:
        for spell in spells:
            await _a_bot_is_there(world)
            world.publish(chance)
            await _minutes(chance.uniform(0, 2))
            await spell(world, chance)
        await _minutes(1)
    finally:
        over.set()
        await life


async def _a_bot_is_there(world: World) -> None:
    """A spell is to hit a bot at work; on a busy machine its start may take longer than a spell."""
    with contextlib.suppress(TimeoutError):
        await world.server.wait_connected(START_S)


async def _life_goes_on(world: World, chance: random.Random, over: asyncio.Event) -> None:
    """A thread falls asleep, somebody asks, a post is taken down, another appears."""
    while not over.is_set():
        await _minutes(chance.uniform(0.2, 1.5))
        what = chance.random()
        if what < 0.2:
            await world.take_down(chance)
        elif what < 0.5 and world.server.gateway.connected.is_set():
            await world.ask_in_public(chance)
        elif what < 0.7:
            world.publish(chance)
        elif awake := world.sleepers():
            world.server.archive(chance.choice(awake))
