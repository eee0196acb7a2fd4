"""Concerns of the operator: each is said once when it begins, and once when it is over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.lazy_dataclass import dataclass

AGAIN_AFTER: Final = timedelta(hours=6)
"""Time after the end of a concern within which its next begin is not told: it comes and goes."""
DELIVERY_STUCK: Final = timedelta(minutes=10)
"""Time for which a message that may be sent waits, until a person is to look; /readyz is red after two minutes."""
POLLS_STUCK: Final = timedelta(minutes=30)


class Concern(StrEnum):
    """Something that needs a person."""

    LOGIN = "login"
    """Discord does not take the bot: its token was refused, say."""
    SPACE = "space"
    """The database is large, or its disk nearly full."""
    BACKUP = "backup"
    """Copies of the database fail."""
    DELIVERY = "delivery"
    """Messages wait and are not sent."""
    POLLS = "polls"
    """Topics are due and not polled."""
    BUDGET = "budget"
    """Budget of a source for today, spent."""


_ALWAYS_TOLD: Final = frozenset({Concern.LOGIN})
"""Concerns that do not come and go by themselves: each time the process ends."""


@dataclass(frozen=True, slots=True)
class ConcernState:
    """A concern that was told. ``ended_at``: None while it lasts."""

    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConcernChange:
    """Change to be told: concerns that began, and those that are over; ``states``: as they are then."""

    began: tuple[Concern, ...]
    ended: tuple[Concern, ...]
    states: Mapping[Concern, ConcernState]


def changed_concerns(
    states: Mapping[Concern, ConcernState], found: frozenset[Concern], now: datetime
) -> ConcernChange:
    """The change from what was told to what is found now."""
    began, ended, new = [], [], dict(states)
    for concern in Concern:
        before = states.get(concern)
        lasts = before is not None and before.ended_at is None
        if concern in found and not lasts:
            ended_at = None if before is None or concern in _ALWAYS_TOLD else before.ended_at
            if ended_at is not None and now - ended_at < AGAIN_AFTER:
                continue
            began.append(concern)
            new[concern] = ConcernState()
        elif concern not in found and lasts:
            ended.append(concern)
            new[concern] = ConcernState(now)
    return ConcernChange(tuple(began), tuple(ended), new)
