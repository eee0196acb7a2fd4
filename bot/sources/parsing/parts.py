"""Work that stops after each part of it, so that its caller can let others in between. Pure."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def at_once(parts: Generator[None, None, T]) -> T:
    """The result of a parser in parts, without a stop. Raises its exceptions."""
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def map_in_parts(values: Iterable[S], work: Callable[[S], T]) -> Generator[None, None, list[T]]:
    """The result of ``work`` for each value, one value a part."""
    made = []
    for value in values:
        yield
        made.append(work(value))
    return made
