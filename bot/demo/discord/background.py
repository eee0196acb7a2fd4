"""Background tasks of the bot that run outside SimCord's scope of an action."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

BACKGROUND = (
    "apscheduler",
    "discord.ext.tasks",
    "bot.gateway.command_sync",
    "bot.scheduler",
    "bot.polling.poller",
    "bot.delivery",
    "cogs.alerts.cog",
    "cogs.digests.commands",
)
"""Modules whose own coroutines are background work. discord.py wraps the handlers of commands and buttons,
so a task of one of these modules is never what a person waits for."""
_VIEW_EXPIRY = "__timeout_task_impl"
"""discord.py's task that waits for a view to grow old."""


def detaching_background_tasks(
    create: Callable[..., Any], scope: Any, background: tuple[str, ...]
) -> Callable[..., Any]:
    """``loop.create_task`` that starts background work outside of the bot's scope."""

    def create_task(coro: Any, **kwargs: Any) -> Any:
        if scope.get() is None or not _is_background(coro, background):
            return create(coro, **kwargs)
        free = contextvars.copy_context()
        free.run(scope.set, None)
        return free.run(create, coro, **kwargs)

    return create_task


def _is_background(coro: Any, background: tuple[str, ...]) -> bool:
    frame = getattr(coro, "cr_frame", None)
    if frame is None:
        return False
    module = str(frame.f_globals.get("__name__", ""))
    named = any(module == name or module.startswith(f"{name}.") for name in background)
    return named or (module == "discord.ui.view" and frame.f_code.co_name == _VIEW_EXPIRY)
