"""How answers are read so that nobody else waits: long ones beside the event loop, others a few in each turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from bot.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

LONG: Final = 100_000
"""Bytes from which an answer is long: it may take 5 ms and more."""

_READERS: Final = ThreadPoolExecutor(2, thread_name_prefix="reader")
"""Of our own: names are looked up in the event loop's threads, and must not wait for a long page."""
_TURNS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Turns]] = WeakKeyDictionary()
"""Fifty answers that came at once would else be read in one turn of the loop, which took 70 ms (measured)."""


async def read(size: int, reading: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What ``reading`` makes of an answer of ``size`` bytes: in a turn with room for it, in a thread if long."""
    loop = asyncio.get_running_loop()
    if size >= LONG:
        return await loop.run_in_executor(_READERS, partial(reading, *args, **named))
    await _TURNS.setdefault(loop, Turns()).room()
    return reading(*args, **named)
