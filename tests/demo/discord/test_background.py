from __future__ import annotations

import asyncio
import contextvars
from typing import Any

from bot.demo.discord.background import detaching_background_tasks

SCOPE: contextvars.ContextVar[str | None] = contextvars.ContextVar("test_scope", default=None)


async def scope_of_the_task() -> str | None:
    return SCOPE.get()


async def run_in_scope(background: tuple[str, ...]) -> str | None:
    SCOPE.set("bot")
    create = detaching_background_tasks(asyncio.get_running_loop().create_task, SCOPE, background)
    task: asyncio.Task[Any] = create(scope_of_the_task())
    return str(await task)


async def test_a_task_of_a_background_module_is_outside_of_the_scope() -> None:
    assert await run_in_scope(("tests.demo",)) == "None"


async def test_any_other_task_stays_in_the_scope() -> None:
    assert await run_in_scope(("tests.demo.test_backgrounds", "bot.polling.poller")) == "bot"
