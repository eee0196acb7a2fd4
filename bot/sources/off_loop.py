"""Long answers are read beside the event loop, so that nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LONG: Final = 100_000
"""Bytes from which an answer is long: it may take 5 ms and more."""

_READERS: Final = ThreadPoolExecutor(2, thread_name_prefix="reader")
"""Of our own: names are looked up in the event loop's threads, and must not wait for a long page."""


async def read(size: int, reading: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What ``reading`` makes of an answer of ``size`` bytes: at once when it is short, else in a thread."""
    if size < LONG:
        return reading(*args, **named)
    return await asyncio.get_running_loop().run_in_executor(_READERS, partial(reading, *args, **named))
