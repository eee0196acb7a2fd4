"""Surges of a subscription: the default, the refusal where no source has counts, and what cannot be recognized."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from bot.core.alerting.surges import HISTORY
from bot.core.calendar.clock import Clock
from bot.core.errors import RefusedRequest
from bot.core.models import GuildSettings, PostCount, SourceName, Subscription, SubscriptionSettings
from bot.core.models.counts import HOUR
from bot.core.surge.settings import PRESETS, Preset
from bot.core.surge.state import NotDetectable, not_detectable
from bot.services.guild_settings import NO_GUILD_SETTINGS
from bot.services.subscriptions.requests import SettingsChange, Unchanged
from bot.storage.stores import Storage
from config.settings import Settings

_COUNTED_WITHIN: Final = timedelta(days=2)
"""A topic without any count for so long has a page that states no total, say."""


def has_counts(sources: Collection[SourceName]) -> bool:
    """Whether any of these sources says how much is posted."""
    return any(source.traits.has_counts for source in sources)


def default_surge(
    sources: Collection[SourceName], settings: Settings, server: GuildSettings = NO_GUILD_SETTINGS
) -> Preset | None:
    """The surges of a new subscription for which none were chosen, where a source has counts.

    The server's, else the operator's.
    """
    default = server.surge or settings.alerts.default_surge
    return Preset(default) if default != "off" and has_counts(sources) else None


def check_surge(chosen: SettingsChange, settings: SubscriptionSettings) -> None:
    """Raises ``RefusedRequest`` where surges were chosen and no source of the subscription has counts."""
    is_chosen = not isinstance(chosen.surge, Unchanged) and chosen.surge is not None
    if is_chosen and not has_counts(settings.min_rp):
        raise RefusedRequest("error-surge-feed")


async def undetectable(storage: Storage, subscription: Subscription, clock: Clock) -> NotDetectable | None:
    """The reason why the subscription's surges cannot be recognized yet; None if they can, or are off.

    A new subscription is always learning: what its watch knows already would say that others follow the topic.
    """
    preset = subscription.settings.surge
    if preset is None:
        return None
    if not has_counts(subscription.settings.min_rp):
        return NotDetectable.NO_COUNTS
    needed, age = timedelta(hours=PRESETS[preset].min_known_hours), clock() - subscription.created_at
    if age < needed:
        return NotDetectable.LEARNING
    states = await storage.surges.states_of(subscription.id, preset)
    if states:
        reasons = [not_detectable(state, PRESETS[preset]) for state in states]
        return None if None in reasons else max((one for one in reasons if one is not None), key=_certainty)
    now = clock()
    counted = await storage.post_counts.of_topic(subscription.topic.key, now - HISTORY, now)
    if not counted and age > _COUNTED_WITHIN:
        return NotDetectable.NO_COUNTS
    return None if any(_seen(watch.counts) >= needed for watch in counted) else NotDetectable.LEARNING


def _seen(counts: Collection[PostCount]) -> timedelta:
    return sum((one.seen for one in counts if one.span <= HOUR), timedelta())


def _certainty(one: NotDetectable) -> int:
    """The source that knows most decides among several: too few posts are known, learning will be over."""
    known = (NotDetectable.SELDOM, NotDetectable.LEARNING, NotDetectable.TOO_FEW, NotDetectable.ROUNDED)
    return known.index(one)
