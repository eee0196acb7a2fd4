"""The services that commands call. The cogs hold this bundle and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.calendar.clock import Clock
from bot.core.models import SourceName
from bot.sources.base import Source
from bot.storage.scheduled_backups import ScheduledBackups
from bot.storage.stores import Storage
from bot.views.kit.text import Texts
from config.settings import Settings

if TYPE_CHECKING:
    from bot.delivery.discord.message_charts import MessageCharts
    from bot.delivery.discord.pictures import MessagePictures
    from bot.delivery.loop import Delivery
    from bot.polling.poller import Poller
    from bot.services.about import AboutService
    from bot.services.cooldown import Cooldowns
    from bot.services.deliveries import DeliveryService
    from bot.services.digests import DigestService
    from bot.services.explain import WhyService
    from bot.services.guild_settings import GuildSettingsService
    from bot.services.guilds import GuildService
    from bot.services.health import HealthService
    from bot.services.history import HistoryService
    from bot.services.moderation import ModerationService
    from bot.services.notify_roles import NotifyRoleService
    from bot.services.operator import OperatorService
    from bot.services.stories import StoryService
    from bot.services.subscriptions.pending_changes import PendingChanges
    from bot.services.subscriptions.service import SubscriptionService
    from bot.services.summaries import SummaryService
    from bot.services.transfers.service import TransferService
    from bot.services.trending import TrendingService
    from bot.services.trends import TrendService
    from bot.services.welcomes import WelcomeService


@dataclass(frozen=True, slots=True)
class Services:
    """Everything wired by ``app.build_services``."""

    settings: Settings
    storage: Storage
    sources: Mapping[SourceName, Source]
    texts: Texts
    trends: TrendService
    history: HistoryService
    trending: TrendingService
    subscriptions: SubscriptionService
    pending: PendingChanges
    deliveries: DeliveryService
    why: WhyService
    guilds: GuildService
    moderation: ModerationService
    stories: StoryService
    health: HealthService
    operator: OperatorService
    backups: ScheduledBackups
    digests: DigestService
    summaries: SummaryService
    about: AboutService
    guild_settings: GuildSettingsService
    transfers: TransferService
    welcomes: WelcomeService
    notify_roles: NotifyRoleService
    cooldowns: Cooldowns
    poller: Poller
    delivery: Delivery
    pictures: MessagePictures | None
    charts: MessageCharts
    clock: Clock
