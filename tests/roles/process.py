"""A process with a role, forked, in a hurry, that may be killed or paused, also by itself at a named step."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from bot import roles
from bot.core.roles import Role, Roles, Shards
from bot.delivery import leadership
from bot.gateway.client import COGS
from bot.storage.postgres import leader_lock
from bot.storage.sql.outbox.messages import MessageStore
from config.settings import load
from tests.pipeline.crash.kill_points import replace_in

SHORT_S = 0.3
"""What a proof of the lock is believed for, and what whoever takes over waits."""


@dataclass(frozen=True)
class Orders:
    """What a process is told. ``pauses``: it stops itself (SIGSTOP) after the record of a try."""

    environment: dict[str, str]
    log: Path
    named: tuple[Role, ...]
    pauses: bool = False


def run(orders: Orders) -> None:
    """Be the process until it is killed."""
    os.environ.update(orders.environment)
    with orders.log.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(name)s %(message)s", force=True)
    replace_in(leader_lock, "TRY_EVERY_S", SHORT_S / 6)
    replace_in(leader_lock, "IDLE_WITHIN_S", 2 * SHORT_S)
    replace_in(leader_lock, "CERTAIN_FOR_S", SHORT_S)
    replace_in(leadership, "SETTLE_S", SHORT_S)
    if orders.pauses:
        _pause_after_the_record()
    asyncio.run(roles.run(load(), Roles.of(orders.named), Shards()))


def _pause_after_the_record() -> None:
    begin_try = MessageStore.begin_try

    async def paused(self: MessageStore, *args: Any) -> Any:
        message = await begin_try(self, *args)
        os.kill(os.getpid(), signal.SIGSTOP)
        return message

    replace_in(MessageStore, "begin_try", paused)


_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload([__name__, "pytest", *COGS, "tests.warm_start"])


@contextlib.contextmanager
def forked(orders: Orders) -> Iterator[ForkServerProcess]:
    """A process that is killed at the end, whatever happened."""
    process: ForkServerProcess = _NURSERY.Process(target=run, args=(orders,), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(10)
        process.close()
