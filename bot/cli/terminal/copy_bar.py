"""A bar on a terminal for copies of the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from .console import progress


class CopyBar:
    """Shows how much of a copy is done, from the first call on; ``text_id``: of what is written before it."""

    def __init__(self, stack: ExitStack, text_id: str) -> None:
        self._stack = stack
        self._text_id = text_id
        self._bar: Callable[[int], None] | None = None

    def __call__(self, done: int, total: int) -> None:
        """So much of the whole is done."""
        if self._bar is None:
            self._bar = self._stack.enter_context(progress(self._text_id, total))
        self._bar(done)
