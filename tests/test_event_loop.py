"""Work that came all at once leaves the event loop to others in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.event_loop import SLICE_S, LoopBudget


@dataclass
class Loop:
    """Seconds that pass when work is done, and the turns of the event loop, counted."""

    now: float = 100.0
    turn: int = 0
    done: list[tuple[int, int]] = field(default_factory=list)
    """Which piece was done in which turn."""

    def timer(self) -> float:
        return self.now

    async def count(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)

    async def work(self, turns: LoopBudget, piece: int, takes_s: float) -> None:
        await turns.checkpoint()
        self.now += takes_s
        self.done.append((piece, self.turn))


async def run(pieces: int, takes_s: float, *, cancelled: int | None = None) -> list[tuple[int, int]]:
    """So many pieces that come in one turn."""
    loop = Loop()
    turns = LoopBudget(timer=loop.timer)
    counting = asyncio.create_task(loop.count())
    tasks = [asyncio.create_task(loop.work(turns, piece, takes_s)) for piece in range(pieces)]
    if cancelled is not None:
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    counting.cancel()
    return loop.done


@pytest.mark.parametrize(("part", "together"), [(2, 1), (1.1, 1), (0.6, 2), (0.24, 5)])
async def test_a_turn_takes_no_more_than_is_enough(part: float, together: int) -> None:
    done = await run(20, part * SLICE_S)

    assert max(Counter(turn for _, turn in done).values()) == together
    assert [piece for piece, _ in done] == list(range(20))


async def test_work_in_parts_takes_no_more_of_a_turn_and_goes_on_before_other_work_begins() -> None:
    loop = Loop()
    turns = LoopBudget(timer=loop.timer)
    counting = asyncio.create_task(loop.count())

    async def in_parts(piece: int) -> None:
        await turns.checkpoint()
        for _ in range(4):
            loop.now += 0.6 * SLICE_S
            loop.done.append((piece, loop.turn))
            await turns.more()

    await asyncio.gather(*(in_parts(piece) for piece in range(5)))
    counting.cancel()

    assert max(Counter(turn for _, turn in loop.done).values()) == 2
    assert [piece for piece, _ in loop.done] == [piece for piece in range(5) for _ in range(4)]


class Resumed:
    """A coroutine, and how often it was gone on with after a wait."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self.times = 0
        self._work = work

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self._work.__await__()
        for waited_for in steps:
            yield waited_for
            self.times += 1


async def test_those_who_wait_are_seldom_woken_in_vain() -> None:
    loop = Loop()
    turns = LoopBudget(timer=loop.timer)

    async def in_parts() -> None:
        await turns.checkpoint()
        for _ in range(20):
            loop.now += 0.3 * SLICE_S
            await turns.more()

    pieces = [Resumed(in_parts()) for _ in range(20)]

    async def run_piece(piece: Resumed) -> None:
        await piece

    await asyncio.gather(*map(run_piece, pieces))
    full_turns = 20 * 20 * 0.3

    assert sum(piece.times for piece in pieces) <= 3 * full_turns


async def test_a_piece_is_what_is_done_until_the_next_wait() -> None:
    """A look asks for room and goes on for a while, in functions of its own, before it waits for its answer."""
    loop = Loop()
    turns = LoopBudget(timer=loop.timer)
    counting = asyncio.create_task(loop.count())

    async def look(piece: int) -> None:
        await loop.work(turns, piece, 0.0)
        loop.now += 0.6 * SLICE_S
        await asyncio.sleep(0)

    await asyncio.gather(*(look(piece) for piece in range(20)))
    counting.cancel()

    assert max(Counter(turn for _, turn in loop.done).values()) == 2


async def test_what_takes_nothing_does_not_wait() -> None:
    done = await run(200, 0.0)

    assert len({turn for _, turn in done}) == 1


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    done = await run(8, 2 * SLICE_S, cancelled=4)

    assert [piece for piece, _ in done] == [0, 1, 2, 3, 5, 6, 7]


async def test_a_piece_that_fails_lets_the_next_one_in() -> None:
    loop = Loop()
    turns = LoopBudget(timer=loop.timer)

    with pytest.raises(ZeroDivisionError):
        await fail(loop, turns)
    await loop.work(turns, 1, SLICE_S)

    assert [piece for piece, _ in loop.done] == [1]


async def fail(loop: Loop, turns: LoopBudget) -> None:
    await turns.checkpoint()
    loop.now += 2 * SLICE_S
    raise ZeroDivisionError
