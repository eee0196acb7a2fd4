"""Slots go round among those who ask."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bot.sources.pictures.fair_slots import FairSlots


class Desk:
    """Work that is done one after another: each waits until it is told to end."""

    def __init__(self, slots: int) -> None:
        self.slots = FairSlots(slots)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def ask(self, name: str, askers: set[object]) -> None:
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._work(name, askers))

    async def _work(self, name: str, askers: set[object]) -> None:
        async with self.slots.turn(askers):
            self.begun.append(name)
            await self._ends[name].wait()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._tasks[name]
        await settled()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def desk(slots: int, **askers: set[object]) -> Desk:
    """Work named by who asks for it, in this order."""
    made = Desk(slots)
    for name, who in askers.items():
        made.ask(name, who)
        await settled()
    return made


async def test_short_queue_is_served_beside_a_long_one() -> None:
    made = await desk(1, a1={"a"}, a2={"a"}, a3={"a"}, b1={"b"}, b2={"b"})

    for name in ("a1", "b1", "a2", "b2"):
        await made.end(name)

    assert made.begun == ["a1", "b1", "a2", "b2", "a3"]


async def test_nobody_has_all_slots() -> None:
    made = await desk(3, a1={"a"}, a2={"a"}, a3={"a"})
    before = list(made.begun)
    made.ask("b1", {"b"})
    await settled()

    assert before == ["a1", "a2"]
    assert made.begun == ["a1", "a2", "b1"]


async def test_work_that_another_asks_for_too_comes_at_the_turn_of_either() -> None:
    shared: set[object] = {"a"}
    made = await desk(1, a1={"a"}, a2={"a"}, a3=shared)
    shared.add("b")

    await made.end("a1")

    assert made.begun == ["a1", "a3"]


async def test_who_gives_up_keeps_no_slot() -> None:
    made = await desk(1, a1={"a"}, a2={"a"}, b1={"b"})
    await made.give_up("b1")
    await made.give_up("a1")
    await made.end("a2")

    async with AsyncExitStack() as stack, asyncio.timeout(30):
        await stack.enter_async_context(made.slots.turn({"c"}))
    assert made.begun == ["a1", "a2"]
