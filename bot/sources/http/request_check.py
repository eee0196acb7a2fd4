"""A check that the caller of a source asks for right before each of its requests goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CHECK: ContextVar[Callable[[], None] | None] = ContextVar("the check before each request", default=None)


@contextmanager
def checking_each_request(check: Callable[[], None]) -> Iterator[None]:
    """Call ``check`` before each request of the block, after its waits for a slot and spacing; it may raise."""
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


def check_request() -> None:
    """Raise what the check of this block raises."""
    if (check := _CHECK.get()) is not None:
        check()
