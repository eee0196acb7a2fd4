"""Work that stops after each part of it, so that whoever does it can let others in between. Pure."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


def at_once(parts: Generator[None, None, T]) -> T:
    """What comes of it, without a stop. Raises what it raises."""
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
