"""Decides whether a new count is worth an edit: it doubled, or reached the next step of 1, 2, 5, 10, 20, 50."""

from __future__ import annotations


def next_step(number: int) -> int:
    """The smallest step of 1, 2, 5, 10, 20, 50 … above a number; 1 for anything below 1."""
    scale = 1
    while True:
        for digit in (1, 2, 5):
            if digit * scale > number:
                return digit * scale
        scale *= 10


def should_update_count(shown: int | None, now: int | None) -> bool:
    """Whether a message that shows one count should show another; falling and unknown ones are not worth it."""
    if now is None:
        return False
    if shown is None:
        return True
    return now >= min(2 * shown, next_step(shown)) and now > shown
