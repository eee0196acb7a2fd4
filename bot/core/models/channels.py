"""Settings of a channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours without alerts of a channel: ``start`` to ``end``, minutes after local midnight in an IANA zone.

    ``end`` at or before ``start`` is on the next day. ``weekdays``: on which days it begins, Monday is 0.
    """

    zone: str
    start: int
    end: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
