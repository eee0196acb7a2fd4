"""The services that commands call. The cogs hold this bundle and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.core.models import SourceName
from bot.sources.base import Source
from bot.storage.stores import Storage
from bot.views.kit.text import Texts
from config.settings import Settings

if TYPE_CHECKING:
    from bot.delivery.loop import Delivery
    from bot.polling.poller import Poller

    from .cooldown import Cooldowns
    from .digests import DigestService
    from .explain import WhyService
    from .guilds import GuildService
    from .health import HealthService
    from .moderation import ModerationService
    from .subscriptions import SubscriptionService
    from .trends import TrendService

Clock = Callable[[], datetime]
"""The present as aware UTC."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything wired by ``app.build``."""

    settings: Settings
    storage: Storage
    sources: Mapping[SourceName, Source]
    texts: Texts
    trends: TrendService
    subscriptions: SubscriptionService
    why: WhyService
    guilds: GuildService
    moderation: ModerationService
    health: HealthService
    digests: DigestService
    cooldowns: Cooldowns
    poller: Poller
    delivery: Delivery
    clock: Clock
