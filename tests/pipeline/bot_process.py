"""The real bot as a process of its own that kills itself (SIGKILL) at a named step, for ``test_killed``.

``KILL_AT`` names the step, ``KILL_AFTER`` how often it may pass first. Leases are short, so that the next process
need not wait three minutes: within one process a channel in flight is left out anyway.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import bot.delivery
import bot.poller
import bot.storage.polls
from bot import app
from bot.storage.sqlite import SqliteStorage
from config.settings import load

LEASE_S = 1.5
STEPS = (
    "after claim_due",
    "inside commit_poll",
    "after commit_poll",
    "after seal",
    "after begin_try",
    "before confirm",
)


class Fuse:
    """Lets a step pass so often, then kills the process."""

    def __init__(self, passes: int) -> None:
        self._passes = passes

    def burn(self) -> None:
        if self._passes <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._passes -= 1


def lay(step: str, fuse: Fuse) -> None:
    """Put the fuse at a step."""
    when, name = step.split()
    if when == "inside":
        tell = vars(bot.storage.polls)["tell"]

        def told(*args: Any) -> bool:
            done = bool(tell(*args))
            fuse.burn()
            return done

        vars(bot.storage.polls)["tell"] = told
        return
    whole: Callable[..., Awaitable[Any]] = getattr(SqliteStorage, name)

    async def wrapped(*args: Any, **options: Any) -> Any:
        if when == "before":
            fuse.burn()
        result = await whole(*args, **options)
        if when == "after" and result:
            fuse.burn()
        return result

    setattr(SqliteStorage, name, wrapped)


def main() -> None:
    bot.delivery.LEASE_S = bot.poller.LEASE_S = LEASE_S
    if step := os.environ.get("KILL_AT"):
        lay(step, Fuse(int(os.environ.get("KILL_AFTER", "0"))))
    asyncio.run(app.run_bot(load()))


if __name__ == "__main__":
    main()
