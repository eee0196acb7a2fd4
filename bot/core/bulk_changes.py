"""Changes of several subscriptions at once, with their state before, so that they can be undone."""

from __future__ import annotations

from enum import StrEnum

from bot.core.identity.row_ids import read_id
from bot.core.lazy_dataclass import dataclass

from .models import Subscription, SubscriptionId
from .text import topic_key


class BatchAction(StrEnum):
    """A change of several subscriptions; part of custom_ids."""

    PAUSE = "pause"
    RESUME = "resume"
    MUTE = "mute-day"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Changed:
    """A subscription that was changed, as it is now.

    ``before``: what an undo needs. Of RESUME the reason it was paused for, of MUTE the end of an older mute in
    Unix seconds (empty: none), else empty.
    """

    subscription: Subscription
    before: str = ""


def write_changed(changed: Changed) -> str:
    """``<id>:<before>``, as the value of a menu's option."""
    return f"{changed.subscription.id}:{changed.before}"


def read_changed(written: str) -> tuple[SubscriptionId, str] | None:
    """Reads a text of ``write_changed``; None for anything else."""
    typed, colon, before = written.partition(":")
    number = read_id(typed)
    return (SubscriptionId(number), before) if colon and number is not None else None


def matches(subscription: Subscription, channel_name: str | None, search: str) -> bool:
    """Whether a search finds a subscription: by a part of its topic's name, or of its channel's."""
    key = topic_key(search)
    names = (subscription.topic.key, topic_key(subscription.topic.name), topic_key(channel_name or ""))
    return any(key in name for name in names)
