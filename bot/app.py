"""Builds the bot: storage, sources and poller (``bootstrap``) -> services -> delivery -> client -> scheduler."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot import __version__
from bot.activity_log import ActivityLog
from bot.bootstrap import (
    address_group_of,
    asking_with_rankings,
    cancel_on_sigterm,
    change_poller,
    freeze_startup_objects,
    http_limits,
    make_poller,
    scheduled_backups,
    servers_of,
    stored,
    utc_now,
)
from bot.core.activity import Activity
from bot.core.cadence import index
from bot.core.calendar.clock import Clock
from bot.core.limits import disk_space
from bot.core.models import Schedule, SourceName, Topic
from bot.core.roles import ALONE, Roles
from bot.delivery.chart_images import ChartImages
from bot.delivery.discord.message_charts import MessageCharts
from bot.delivery.discord.pictures import MessagePictures, PictureMode
from bot.delivery.leadership import Leadership
from bot.delivery.loop import Delivery, DeliveryPolicy
from bot.delivery.rate_limiter import ChannelSpacing, RateLimiter
from bot.gateway.client import TrendBot, point_at
from bot.gateway.connection import CannotStay, stay_connected
from bot.instance_lock import alone
from bot.scheduler import Job, Scheduler
from bot.services import Services
from bot.services.about import AboutService
from bot.services.card_sentences import CardSentences
from bot.services.cooldown import Cooldowns
from bot.services.deliveries import DeliveryService
from bot.services.digests import DigestService
from bot.services.explain import WhyService
from bot.services.guild_settings import GuildSettingsService
from bot.services.guilds import GuildService
from bot.services.health import HealthService
from bot.services.history import HistoryService
from bot.services.host_turns import HostTurns
from bot.services.live_fetches import Lookups
from bot.services.memory_redaction import MemoryRedaction
from bot.services.moderation import ModerationService
from bot.services.notify_roles import NotifyRoleService
from bot.services.operator import OperatorService
from bot.services.reloading import ReloadService
from bot.services.stories import StoryService
from bot.services.subscriptions.pending_changes import PendingChanges
from bot.services.subscriptions.service import SubscriptionService
from bot.services.summaries import SummaryService
from bot.services.transfers.service import TransferService
from bot.services.trending import TrendingService
from bot.services.trends import TrendService
from bot.services.welcomes import WelcomeService
from bot.sources.base import Source
from bot.sources.http.client import Http
from bot.sources.language_model.client import LanguageModel
from bot.sources.operator_webhook import OperatorWebhook
from bot.sources.parsing.process_pool import Readers
from bot.sources.pictures import store
from bot.sources.pictures.shapes import MAKER
from bot.sources.registry import SourceSet
from bot.sources.trending.reader import RankingReader
from bot.storage.opening import migration_status, shown
from bot.storage.scheduled_backups import ScheduledBackups
from bot.storage.stores import Storage
from bot.views.digests.schedule import default_name
from bot.views.kit.text import Texts
from config import LOCALES
from config.faults import SettingsError
from config.settings import Settings, load
from config.toml_file import config_file

log = logging.getLogger(__name__)

TIGHT_NOTE = "database.tight"
FRESH_INTERVALS = index.MAX_INTERVALS
"""A followed topic is answered from storage while its last poll is at most this many intervals old."""


@contextlib.asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    steady: Callable[[], float] = time.monotonic,
    changes: bool = True,
) -> AsyncIterator[Services]:
    """Every service, opened and wired, and closed at the end. ``steady``: seconds that only grow.

    ``changes``: see ``stored``.
    """
    async with (
        stored(settings, clock=clock, changes=changes) as storage,
        asking_with_rankings(settings, storage, clock=clock) as (sources, rankings),
    ):
        links = Links(rankings=rankings)
        services = build_services(settings, storage, sources, clock=clock, steady=steady, links=links)
        try:
            yield services
        finally:
            await close_services(services)


async def close_services(services: Services) -> None:
    """Close the connections that the services opened themselves."""
    await services.summaries.aclose()
    if services.pictures is not None:
        await services.pictures.aclose()


@dataclass(frozen=True, slots=True)
class Links:
    """Links of the services of a process to other processes over the same database.

    ``sending``: the storage of what only the active sender writes. ``is_active``: whether this process is it.
    ``announce``: called when something may be waiting for it. ``lease_hosts``: other processes poll too.
    ``asked``: the sources for people's questions, where they are not those that are polled; ``turns``: of this
    process among those that ask them. ``rankings``: makes the readers of the places that are
    asked what rises there, of the settings as they are.
    """

    sending: Storage | None = None
    is_active: Callable[[], bool] = lambda: True
    announce: Callable[[], None] = lambda: None
    lease_hosts: bool = False
    asked: Mapping[SourceName, Source] | None = None
    turns: HostTurns | None = None
    rankings: Callable[[], tuple[RankingReader, ...]] = tuple


UNLINKED = Links()
"""Links of a process that is the only one over its database: none."""


def build_services(
    settings: Settings,
    storage: Storage,
    sources: Mapping[SourceName, Source],
    *,
    clock: Clock,
    steady: Callable[[], float] = time.monotonic,
    links: Links = UNLINKED,
) -> Services:
    """Build the services around an open storage. ``steady``: seconds that only grow."""
    sending = links.sending or storage
    parts = _Parts(
        settings=settings,
        storage=storage,
        sending=sending,
        sources=sources,
        texts=Texts(LOCALES, default=settings.discord.language),
        delivery=make_delivery(settings, sending, clock, links),
        backups=scheduled_backups(settings, sending, clock),
        clock=clock,
    )
    delivery, wake = parts.delivery, parts.delivery.wake
    trends, trending = _questions(parts, links)
    subscriptions = SubscriptionService(storage, sources, trends, settings, clock)
    digests = _digests(parts, trending)
    images = ChartImages(clock)
    return Services(
        settings=settings,
        storage=storage,
        sources=sources,
        texts=parts.texts,
        trends=trends,
        history=HistoryService(storage, trends, images, clock=clock),
        trending=trending,
        subscriptions=subscriptions,
        deliveries=DeliveryService(storage, delivery, clock),
        pending=PendingChanges(clock),
        why=WhyService(storage, settings, clock),
        guilds=GuildService(storage, subscriptions, digests, settings, clock, on_released=wake),
        moderation=ModerationService(storage, delivery, clock),
        stories=StoryService(storage, delivery, clock),
        health=_health(parts),
        backups=parts.backups,
        operator=_operator(parts, steady),
        digests=digests,
        summaries=_summaries(parts),
        about=AboutService(settings),
        notify_roles=NotifyRoleService(storage, clock),
        welcomes=WelcomeService(storage, clock, on_welcome=wake),
        guild_settings=GuildSettingsService(storage, clock, on_released=wake),
        transfers=TransferService(storage, settings, clock, on_released=wake),
        cooldowns=Cooldowns(settings.quota, clock),
        poller=make_poller(settings, storage, sources, clock=clock, on_alerts=wake, lease_hosts=links.lease_hosts),
        delivery=delivery,
        pictures=make_pictures(settings, clock),
        charts=MessageCharts(images, parts.texts),
        clock=clock,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Parts that several services share. ``sending``: see ``Links``."""

    settings: Settings
    storage: Storage
    sending: Storage
    sources: Mapping[SourceName, Source]
    texts: Texts
    delivery: Delivery
    backups: ScheduledBackups
    clock: Clock


def _questions(parts: _Parts, links: Links) -> tuple[TrendService, TrendingService]:
    """``/trend`` and ``/trending``, which share the slots of people's questions."""
    settings, clock = parts.settings, parts.clock
    asked = links.asked or parts.sources
    lookups = Lookups(address_group_of(asked), turns=links.turns)
    trends = TrendService(
        parts.storage,
        asked,
        clock=clock,
        fresh_s=_fresh_s(settings),
        lookups=lookups,
        servers=servers_of(settings),
    )
    blocked = settings.trending.blocked
    return trends, TrendingService(parts.storage, links.rankings, lookups, clock=clock, blocked=blocked)


def _digests(parts: _Parts, trending: TrendingService) -> DigestService:
    """Digests, which get their default names in the language of the person."""

    def named(language: str, schedule: Schedule, topics: Sequence[Topic]) -> str:
        return default_name(parts.texts.speaker(language), schedule, topics)

    return DigestService(
        parts.storage,
        parts.sources,
        parts.settings,
        named=named,
        clock=parts.clock,
        on_digests=parts.delivery.wake,
        sending=parts.sending,
        rising=trending,
    )


def _health(parts: _Parts) -> HealthService:
    """Status of the sources, and its notices."""
    return HealthService(
        parts.sending,
        parts.sources,
        parts.settings,
        parts.texts,
        clock=parts.clock,
        on_notices=parts.delivery.wake,
        backups=parts.backups,
    )


def _operator(parts: _Parts, steady: Callable[[], float]) -> OperatorService:
    """Notices to the operator, by a webhook with a client of its own."""
    return OperatorService(
        parts.sending,
        parts.sources,
        parts.settings,
        parts.texts,
        webhook=OperatorWebhook(http_limits(parts.settings), parts.clock),
        backups=parts.backups,
        clock=parts.clock,
        steady=steady,
    )


def _summaries(parts: _Parts) -> SummaryService:
    """Requests to the operator's language model, if there is one."""
    wanted, clock = parts.settings.summary, parts.clock
    model, key = None, wanted.key.get_secret_value() if wanted.key else None
    if wanted.url is not None and wanted.model is not None:
        limits = http_limits(parts.settings)
        model = LanguageModel(limits, url=wanted.url, model=wanted.model, key=key, clock=clock)
    return SummaryService(model, parts.storage, clock, per_day=wanted.requests_per_day)


def _fresh_s(settings: Settings) -> float:
    return float(settings.poll.interval_s * FRESH_INTERVALS)


def make_delivery(settings: Settings, storage: Storage, clock: Clock, links: Links = UNLINKED) -> Delivery:
    """The delivery loop, not started, with the rates and intervals of the settings.

    ``storage``: that of what only the active sender writes.
    """
    interval_s = settings.delivery.channel_interval_s
    return Delivery(
        storage,
        rate_limiter=RateLimiter(settings.delivery.requests_per_s),
        spacing=ChannelSpacing(interval_s),
        edit_spacing=ChannelSpacing(interval_s),
        policy=delivery_policy(settings),
        clock=clock,
        is_active=links.is_active,
        announce=links.announce,
    )


def make_pictures(settings: Settings, clock: Clock) -> MessagePictures | None:
    """Pictures of posts for messages, with an HTTP client and processes of their own; None: there are to be none.

    What a host does with requests for pictures does not count against its posts.
    """
    mode = PictureMode(settings.alerts.media)
    if mode is PictureMode.OFF:
        return None
    limits = http_limits(settings)
    limits = replace(
        limits,
        connect_timeout_s=min(limits.connect_timeout_s, store.TOTAL_TIMEOUT_S),
        total_timeout_s=min(limits.total_timeout_s, store.TOTAL_TIMEOUT_S),
        max_body_bytes=store.PICTURE_MAX,
        per_host_concurrency=store.FETCHES_PER_HOST,
        per_host_interval_s=store.INTERVAL_S,
    )
    http, readers = Http(limits, clock=clock), Readers(preload=(MAKER,))
    return MessagePictures(store.PictureStore(http, readers, clock=clock), mode)


def delivery_policy(settings: Settings) -> DeliveryPolicy:
    """The delivery policy of the settings: alerts at once in a channel, and the interval of mentions."""
    return DeliveryPolicy(
        catch_up_messages=settings.delivery.catch_up_messages,
        mention_interval=timedelta(minutes=settings.alerts.mention_interval_min),
    )


def make_scheduler(
    services: Services,
    commands: Callable[[], int] = lambda: 0,
    *,
    roles: Roles = ALONE,
    is_active: Callable[[], bool] = lambda: True,
    reload: Job | None = None,
) -> Scheduler:
    """The ticks of a running bot.

    ``commands``: how many people used since the start. ``is_active``: whether this process sends now. ``reload``:
    reads the settings again if somebody asked.
    """

    def of_sender(job: Job) -> Job | None:
        async def while_active() -> None:
            if is_active():
                await job()

        return while_active if roles.sends else None

    return Scheduler(
        poll=services.poller.poll_due if roles.polls else None,
        digest=of_sender(services.digests.runner.run_due),
        notify=of_sender(lambda: tell_notices(services)),
        prune=of_sender(lambda: prune(services)),
        backup=of_sender(services.backups.run_due) if services.backups.is_on else None,
        forget=memory_redaction(services).tick,
        sentences=of_sender(card_sentences(services).tick) if services.summaries.is_on() else None,
        minute=ActivityLog(services.storage.trends, lambda: activity_of(services, commands)).tick,
        reload=reload,
    )


def make_reload(
    services: Services,
    sources: Sequence[SourceSet] = (),
    *,
    on_read: Callable[[Settings], None] = lambda _: None,
    after: Callable[[], Awaitable[None]] | None = None,
) -> ReloadService:
    """Reads the settings of a running process again.

    ``sources``: sets besides that of the services. ``on_read``, ``after``: called with what was read, and when
    it counts.
    """
    polled = services.sources
    sets = ([polled] if isinstance(polled, SourceSet) else []) + [one for one in sources if one is not polled]
    return ReloadService(
        services.settings,
        services.storage,
        tuple(sets),
        read=load,
        on_adopted=lambda: change_services(services),
        on_read=on_read,
        after=after,
        clock=services.clock,
    )


def change_services(services: Services) -> None:
    """Let the services that hold a part of the settings, or something made of them, go by those of now."""
    settings = services.settings
    services.texts.default = settings.discord.language
    services.trends.change(_fresh_s(settings), servers_of(settings))
    services.trending.change(settings.trending.blocked)
    services.cooldowns.change(settings.quota)
    services.delivery.change(delivery_policy(settings))
    change_poller(services.poller, settings, services.sources)


def card_sentences(services: Services) -> CardSentences:
    """The requests for sentences on cards that were sent."""
    return CardSentences(services.storage.sentences, services.summaries, services.clock, services.delivery.wake)


def memory_redaction(services: Services) -> MemoryRedaction:
    """The removal of hidden posts from what this process holds of posts for longer than a few minutes."""
    forget = (services.summaries.forget, services.poller.forget_hidden)
    return MemoryRedaction(services.storage.moderation, forget)


async def tell_notices(services: Services) -> None:
    """Send the notices that are due, and tell the operator what needs a person."""
    await services.operator.tell(await services.health.send_notices())


def activity_of(services: Services, commands: Callable[[], int]) -> Activity:
    """Counts of all work since the start. ``commands``: commands used by people."""
    polls, counters = services.poller.done, services.delivery.counters
    return Activity(
        checked=polls.polled,
        failed=polls.failed,
        new_posts=polls.new_posts,
        decided=polls.alerts,
        sent=counters.sent,
        edited=counters.edited,
        removed=counters.removed,
        undelivered=counters.given_up,
        commands=commands(),
    )


async def prune(services: Services) -> None:
    """Erase servers that the bot left long ago, then drop rows past their retention."""
    await services.guilds.forget_left()
    settings, found = services.settings, await services.storage.maintenance.disk_usage()
    limit = settings.database.soft_limit_mb
    why = disk_space.tight(found, limit)
    await _say_once(services, None if why is None else disk_space.words(found, limit, why), why)
    keep_posts = disk_space.kept_for(
        timedelta(days=settings.poll.keep_posts_days), timedelta(hours=settings.poll.new_post_max_age_h), why
    )
    await services.storage.maintenance.prune(services.clock(), keep_posts=keep_posts)


async def _say_once(services: Services, said: str | None, why: disk_space.Tight | None) -> None:
    """Log once (over restarts too) when space is short, and once when there is enough again."""
    known = await services.storage.maintenance.get_note(TIGHT_NOTE) or ""
    if known == (why or ""):
        return
    await services.storage.maintenance.set_note(TIGHT_NOTE, why or "")
    if said is None:
        log.info("the database has room enough again")
    else:
        log.warning("%s", said)


async def run_bot(settings: Settings, *, on_read: Callable[[Settings], None] = lambda _: None) -> None:
    """Run until cancelled. Polling does not wait for Discord. ``on_read``: see ``make_reload``.

    Raises ``SettingsError`` without a token, ``CannotStay`` where Discord refuses the bot for good, and
    ``AnotherRuns`` where another process has the database or the token.
    """
    if settings.discord.token is None:
        raise SettingsError("cli-settings-no-token")
    point_at(settings.discord.api_base, settings.discord.gateway_url)
    cancel_on_sigterm()
    with alone(settings):
        await _run_alone(settings, settings.discord.token.get_secret_value(), on_read)


async def _run_alone(settings: Settings, token: str, on_read: Callable[[Settings], None]) -> None:
    async with open_services(settings) as services:
        bot = TrendBot(services)
        await introduce(services)
        reload = make_reload(services, on_read=on_read)
        await reload.start()
        scheduler = make_scheduler(services, lambda: bot.used, reload=reload.answer_request)
        try:
            async with bot, monitoring(services, ALONE, gateway=bot):
                freeze_startup_objects()
                scheduler.start()
                with reload.on_hangup():
                    await stay_connected(bot, token)
        except CannotStay as error:
            await services.operator.tell_refused(error.sentence)
            raise
        finally:
            scheduler.stop()
            await services.poller.stop()


@contextlib.asynccontextmanager
async def monitoring(
    services: Services, roles: Roles, *, gateway: TrendBot | None = None, leadership: Leadership | None = None
) -> AsyncIterator[None]:
    """The HTTP server for monitoring while the block runs, if the settings want one.

    ``gateway``, ``leadership``: of a process with that role. Raises ``SettingsError`` where its address cannot be
    listened on.
    """
    if not services.settings.http_server.enabled:
        yield
        return
    from bot.monitoring.server import serving  # noqa: PLC0415 - off by default
    from bot.monitoring.state import Monitored  # noqa: PLC0415

    async with serving(services.settings.http_server, Monitored(services, roles, gateway, leadership)):
        yield


async def introduce(services: Services) -> None:
    """Say in the log what this is that runs: version, settings, database, sources."""
    settings, file = services.settings, config_file()
    where = str(file.absolute()) if file.is_file() else f"no {file.name}, environment and defaults only"
    log.info("kawaraban %s, settings: %s", __version__, where)
    status = await migration_status(settings.database.url)
    log.info("database: %s (schema %d)", shown(settings.database.url), status.current)
    off = [name for name in SourceName if name not in services.sources]
    log.info("sources on: %s; off: %s", ", ".join(services.sources) or "none", ", ".join(off) or "none")
