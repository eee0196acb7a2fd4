"""What the largest bodies of the hostile corpus cost a source: until one is read, and what others wait."""

from __future__ import annotations

import time

from bot.bootstrap import freeze_startup_objects
from tests.sources.test_contract import CASES, Case
from tests.sources.test_hostile import SIZES, HostileWorld, much, staged

from .poll import watched_loop
from .report import Number, number


async def measure(rounds: int) -> list[Number]:
    """Two numbers a source, over every body of the corpus that is nearly refused for its size."""
    found: list[Number] = []
    world = HostileWorld()
    freeze_startup_objects()  # as the bot does when it starts
    try:
        for case in CASES:
            found += await _measured(case, world, rounds)
    finally:
        await world.http.aclose()
    return found


async def _measured(case: Case, world: HostileWorld, rounds: int) -> list[Number]:
    read_s: list[float] = []
    held_ms: list[float] = []
    async with staged(case, world) as scene:
        for body in (body for _ in range(rounds) for room in SIZES for body in much(scene, room)):
            began = time.perf_counter()
            async with watched_loop() as holds:
                await scene.clean_or_named(scene.good(body))
            read_s.append(time.perf_counter() - began)
            held_ms.append(holds.wall_ms)
    return [
        number(f"{case.name}: a body of 2 or 5 MB read", "s", read_s),
        number(f"{case.name}: event loop held meanwhile", "ms", held_ms),
    ]
