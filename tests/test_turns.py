"""Work that came all at once leaves the event loop to others in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest

from bot.turns import ENOUGH_S, Turns


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

    async def work(self, turns: Turns, piece: int, takes_s: float) -> None:
        await turns.room()
        self.now += takes_s
        self.done.append((piece, self.turn))


async def run(pieces: int, takes_s: float, *, cancelled: int | None = None) -> list[tuple[int, int]]:
    """So many pieces that come in one turn."""
    loop = Loop()
    turns = Turns(timer=loop.timer)
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
    done = await run(20, part * ENOUGH_S)

    assert max(Counter(turn for _, turn in done).values()) == together
    assert [piece for piece, _ in done] == list(range(20))


async def test_work_in_parts_takes_no_more_of_a_turn_and_goes_on_before_other_work_begins() -> None:
    loop = Loop()
    turns = Turns(timer=loop.timer)
    counting = asyncio.create_task(loop.count())

    async def in_parts(piece: int) -> None:
        await turns.room()
        for _ in range(4):
            loop.now += 0.6 * ENOUGH_S
            loop.done.append((piece, loop.turn))
            await turns.more()

    await asyncio.gather(*(in_parts(piece) for piece in range(5)))
    counting.cancel()

    assert max(Counter(turn for _, turn in loop.done).values()) == 2
    assert [piece for piece, _ in loop.done] == [piece for piece in range(5) for _ in range(4)]


async def test_a_piece_is_what_is_done_until_the_next_wait() -> None:
    """A look asks for room and goes on for a while, in functions of its own, before it waits for its answer."""
    loop = Loop()
    turns = Turns(timer=loop.timer)
    counting = asyncio.create_task(loop.count())

    async def look(piece: int) -> None:
        await loop.work(turns, piece, 0.0)
        loop.now += 0.6 * ENOUGH_S
        await asyncio.sleep(0)

    await asyncio.gather(*(look(piece) for piece in range(20)))
    counting.cancel()

    assert max(Counter(turn for _, turn in loop.done).values()) == 2


async def test_what_takes_nothing_does_not_wait() -> None:
    done = await run(200, 0.0)

    assert len({turn for _, turn in done}) == 1


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    done = await run(8, 2 * ENOUGH_S, cancelled=4)

    assert [piece for piece, _ in done] == [0, 1, 2, 3, 5, 6, 7]


async def test_a_piece_that_fails_lets_the_next_one_in() -> None:
    loop = Loop()
    turns = Turns(timer=loop.timer)

    with pytest.raises(ZeroDivisionError):
        await fail(loop, turns)
    await loop.work(turns, 1, ENOUGH_S)

    assert [piece for piece, _ in loop.done] == [1]


async def fail(loop: Loop, turns: Turns) -> None:
    await turns.room()
    loop.now += 2 * ENOUGH_S
    raise ZeroDivisionError
