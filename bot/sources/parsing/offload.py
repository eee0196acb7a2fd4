"""Parses answers without blocking the event loop: long ones in processes, others in time slices."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from bot.event_loop import LoopBudget

from .process_pool import OURS

P = ParamSpec("P")
T = TypeVar("T")

OFFLOAD_FROM_BYTES: Final = 100_000
"""Bytes from which an answer is long: it may take 5 ms and more."""
LONG_IN_PARTS: Final = 300_000
"""Bytes from which on a feed read in parts goes to a process. Of eleven hostile feeds of this weight the dearest
takes 170 ms in all
and 3 ms a part (measured), a real one 10 ms, and to start a process 200."""
PIECE: Final = 25
"""Bytes of usual text that take as long to read as one line or tag."""

_THREAD: Final = ThreadPoolExecutor(1, thread_name_prefix="reading")
"""A thread of our own: names are looked up in the event loop's threads, and must not wait for a long page."""
_LOOP_BUDGET: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, LoopBudget]] = WeakKeyDictionary()
"""Fifty answers that came at once would else be read in one turn of the loop, which took 70 ms (measured)."""


def weight_of(body: bytes, *, pieces: Sequence[bytes] = (b"<", b"\n")) -> int:
    """Its size for ``read_from``: more than its bytes where it is all lines and tags, for those take the time.

    ``pieces``: what else than bytes takes the time.
    """
    return max(len(body), PIECE * sum(map(body.count, pieces)))


async def read_in_parts(parts: Generator[None, None, T]) -> T:
    """The result of a parser that stops after each part of its work: a few milliseconds in each slice.

    Nobody can end it while a part is read, so each has to be short whatever stands in the answer. Raises what the
    reading raises.
    """
    turns = _LOOP_BUDGET.setdefault(asyncio.get_running_loop(), LoopBudget())
    await turns.checkpoint()
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if turns.is_full:  # a hundred parts a feed: to await each would cost more than most of them
            await turns.more()


async def run_parser(size: int, reading: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
    """``read_from`` for a source that asks one host only."""
    return await read_from(type(reading).__name__, size, reading, *args, **named)


async def read_from(asked: str, size: int, reading: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
    """The result of ``reading`` for an answer of ``size`` bytes: in a time slice, or in a process if long.

    ``asked``: the address that gave it, or its host. ``reading`` is pure, and a function of a module: what is none
    (in a source that is only tried out) no process finds, and it is read in a thread, which nobody can end.
    Raises what that raises, and ``SourceTooCostly`` where a long answer was not read within bounds.
    """
    if size < OFFLOAD_FROM_BYTES:
        await _LOOP_BUDGET.setdefault(asyncio.get_running_loop(), LoopBudget()).checkpoint()
        return reading(*args, **named)
    if _is_found(reading):
        return await OURS.read(_host(asked), reading, *args, **named)
    return await asyncio.get_running_loop().run_in_executor(_THREAD, partial(reading, *args, **named))


def _is_found(reading: Callable[..., Any]) -> bool:
    """Whether another process finds it under its name. In this program all are."""
    if isinstance(reading, partial):
        return _is_found(reading.func)
    module = reading.__module__
    return module.startswith("bot.") or getattr(sys.modules.get(module), reading.__qualname__, None) is reading


def _host(asked: str) -> str:
    """The host without its port: one that has many is one."""
    if "://" not in asked:
        return asked
    try:
        return urlsplit(asked).hostname or ""
    except ValueError:
        return ""
