"""Posts as words are counted in them.

Apart from the counting, whose patterns take 12 ms to compile: storage reads these and counts nothing.
"""

from __future__ import annotations

from datetime import datetime

from bot.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Utterance:
    """A post as words are counted. ``author``: who counts once; ``rank``: its RP, for equally central posts."""

    key: str
    author: str
    text: str
    at: datetime
    rank: int = 0
