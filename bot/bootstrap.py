"""Wires the half without Discord: settings -> http -> storage -> sources -> poller.

Apart from ``app``, and each part is imported by the function that wires it: a command pays for what it does. To
import the HTTP client alone takes half a second of CPU, and the sources as much again.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, cast

import bot
from bot.core.calendar.clock import Clock
from bot.core.models import ADDRESS_SOURCES, SourceName, quoted_by

if TYPE_CHECKING:
    from bot.core.alerting.policy import PollPolicy
    from bot.core.identity.origins import Servers
    from bot.polling.poller import Poller
    from bot.sources.base import HostFinder, PostReader, Source
    from bot.sources.http.client import Http
    from bot.sources.http.limits import HttpLimits
    from bot.sources.registry import SourceSet
    from bot.sources.trending.reader import RankingReader
    from bot.storage.scheduled_backups import ScheduledBackups
    from bot.storage.stores import Storage
    from config.settings import Settings


def utc_now() -> datetime:
    """The present. The one clock of the running bot; tests pass their own."""
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def open_polling_stack(
    settings: Settings, *, clock: Clock = utc_now, changes: bool = True
) -> AsyncIterator[tuple[Storage, SourceSet]]:
    """The database and the sources that are switched on; closed again at the end. See ``stored``, ``asking``."""
    async with (
        stored(settings, clock=clock, changes=changes) as storage,
        asking(settings, storage, clock=clock) as sources,
    ):
        yield storage, sources


@contextlib.asynccontextmanager
async def stored(settings: Settings, *, clock: Clock = utc_now, changes: bool = True) -> AsyncIterator[Storage]:
    """The database alone; closed again at the end, whatever happened.

    ``changes`` False: for commands that ask what is there. The database must exist at this version; it is neither
    made nor migrated, and its enabled sources stay as they are. Raises ``StorageError``.
    """
    from bot.sources import registry  # noqa: PLC0415
    from bot.storage.opening import open_storage  # noqa: PLC0415

    storage = await open_storage(settings.database.url, migrate=changes)
    try:
        if changes:
            await storage.source_targets.set_sources(registry.templates_of(settings.sources), clock())
        yield storage
    finally:
        await storage.close()


def scheduled_backups(settings: Settings, storage: Storage, clock: Clock = utc_now) -> ScheduledBackups:
    """The scheduled copies of the database, as the settings want them."""
    from bot.storage.scheduled_backups import ScheduledBackups  # noqa: PLC0415

    wanted = settings.backup
    return ScheduledBackups(
        storage.maintenance,
        settings.database.url,
        clock,
        every=timedelta(hours=wanted.every_h),
        keep=wanted.keep,
        folder=wanted.folder,
    )


@contextlib.asynccontextmanager
async def asking(
    settings: Settings,
    storage: Storage | None = None,
    *,
    only: Collection[SourceName] = tuple(SourceName),
    clock: Clock = utc_now,
    share: HostShare | None = None,
) -> AsyncIterator[SourceSet]:
    """The sources that are switched on, with connections that are closed at the end. See ``make_sources``."""
    async with _connected(settings, clock, share) as http:
        yield _source_set(settings, http, storage, only, clock)


@contextlib.asynccontextmanager
async def asking_with_rankings(
    settings: Settings, storage: Storage, *, clock: Clock = utc_now, share: HostShare | None = None
) -> AsyncIterator[tuple[SourceSet, Callable[[], tuple[RankingReader, ...]]]]:
    """``asking``, and what makes the readers of rankings, of the settings as they are, on the same connections."""
    from bot.sources import registry  # noqa: PLC0415
    from bot.sources.http.robots import Robots  # noqa: PLC0415

    async with _connected(settings, clock, share) as http:
        robots = Robots(http, clock=clock, ignored=settings.http.robots_ignored_hosts)

        def readers() -> tuple[RankingReader, ...]:
            return registry.ranking_readers(settings.sources, settings.trending, http, robots)

        yield _source_set(settings, http, storage, tuple(SourceName), clock), readers


@contextlib.asynccontextmanager
async def _connected(settings: Settings, clock: Clock, share: HostShare | None) -> AsyncIterator[Http]:
    """The HTTP client, closed at the end."""
    from bot.sources.http.lazy_tls import lazy_default_contexts  # noqa: PLC0415

    with lazy_default_contexts():
        from bot.sources.http.client import Http  # noqa: PLC0415

    http = Http(http_limits(settings, share), clock=clock)
    try:
        yield http
    finally:
        await http.aclose()


def make_poller(
    settings: Settings,
    storage: Storage,
    sources: Mapping[SourceName, Source],
    *,
    clock: Clock = utc_now,
    on_alerts: Callable[[], None] = lambda: None,
    lease_hosts: bool = False,
) -> Poller:
    """The poller.

    ``on_alerts`` is called when a poll put something into the outbox. ``lease_hosts``: other processes poll too.
    """
    from bot.polling.poller import Poller  # noqa: PLC0415
    from bot.polling.repost_lookup import RepostLookup  # noqa: PLC0415
    from bot.polling.rule_evaluator import RuleEvaluator  # noqa: PLC0415

    rule_evaluator = RuleEvaluator()
    return Poller(
        storage,
        sources,
        poll_policies(settings, sources),
        repost_lookup=RepostLookup(
            storage.polls,
            post_readers(sources),
            max_age=timedelta(hours=settings.poll.new_post_max_age_h),
            clock=clock,
            rule_evaluator=rule_evaluator,
        ),
        rule_evaluator=rule_evaluator,
        clock=clock,
        concurrency=settings.poll.concurrency,
        polls_per_hour=settings.quota.looks_per_hour,
        on_alerts=on_alerts,
        address_group_of=address_group_of(sources),
        find_address_group=_find_machine(sources),
        lease_hosts=lease_hosts,
    )


def poll_policies(settings: Settings, sources: Mapping[SourceName, Source]) -> dict[SourceName, PollPolicy]:
    """The policy of each source."""
    readers = post_readers(sources)
    return {name: poll_policy(settings, source, counted=name in readers) for name, source in sources.items()}


def change_poller(poller: Poller, settings: Settings, sources: Mapping[SourceName, Source]) -> None:
    """Let a running poller go by changed settings."""
    poller.change(
        poll_policies(settings, sources),
        readers=post_readers(sources),
        new_post_max_age=timedelta(hours=settings.poll.new_post_max_age_h),
        polls_per_hour=settings.quota.looks_per_hour,
    )


def address_group_of(sources: Mapping[SourceName, Source]) -> Callable[[str], str | None]:
    """The address group of a host, as far as it is known: only of hosts that people choose by an address."""

    def found(host: str) -> str | None:
        finder = _host_finder(sources)
        return None if finder is None else finder.address_group_of(host)

    return found


def _find_machine(sources: Mapping[SourceName, Source]) -> Callable[[str], Awaitable[None]]:
    async def find(host: str) -> None:
        finder = _host_finder(sources)
        if finder is not None:
            await finder.find_address_group(host)

    return find


def _host_finder(sources: Mapping[SourceName, Source]) -> HostFinder | None:
    able = (sources[name] for name in ADDRESS_SOURCES if name in sources)
    return next((cast("HostFinder", source) for source in able if _finds_hosts(type(source))), None)


@cache
def _finds_hosts(kind: type[Source]) -> bool:
    """Whether sources of a class find hosts. Each poll asks twice, and to compare a protocol takes 20 µs."""
    from bot.sources.base import HostFinder  # noqa: PLC0415

    return issubclass(kind, HostFinder)


class HostShare(Enum):
    """The part of what a host may be asked that a process has, where several processes ask it.

    The seconds between two requests are multiplied by the value: together they ask no more often than one alone.
    """

    POLLS = 4 / 3
    """Share of the one process that polls the host."""
    LIMITED_COMMANDS = 4.0
    """Share of the one process that answers people just now."""


def http_limits(settings: Settings, share: HostShare | None = None) -> HttpLimits:
    """Limits and User-Agent of requests to sources. ``share``: None for a process that is alone."""
    from bot.sources.http.limits import HttpLimits  # noqa: PLC0415

    concurrency = settings.http.per_host_concurrency
    if share is not None:
        concurrency = 1 if share is HostShare.LIMITED_COMMANDS else max(1, concurrency - 1)
    interval_s = settings.http.per_host_interval_s * (1 if share is None else share.value)
    contact = f" (+{settings.http.contact})" if settings.http.contact else ""
    return HttpLimits(
        user_agent=f"kawaraban/{bot.__version__}{contact}",
        allow_private_networks=settings.http.allow_private_networks,
        connect_timeout_s=settings.http.connect_timeout_s,
        total_timeout_s=settings.http.total_timeout_s,
        max_body_bytes=settings.http.max_body_bytes,
        max_redirects=settings.http.max_redirects,
        per_host_concurrency=concurrency,
        per_host_interval_s=interval_s,
        unlimited_loopback=settings.http.allow_private_networks,
        only_hosts=frozenset(host.lower() for host in settings.http.only_hosts),
    )


def make_sources(
    settings: Settings,
    http: Http,
    storage: Storage | None = None,
    *,
    only: Collection[SourceName] = tuple(SourceName),
    clock: Clock = utc_now,
) -> dict[SourceName, Source]:
    """The sources that are switched on, by name; ``only``: those among these.

    Without a ``storage`` a session lasts as long as the process, and what costs money is counted in the database,
    which is opened each time.
    """
    from bot.sources import registry  # noqa: PLC0415
    from bot.sources.http.robots import Robots  # noqa: PLC0415

    parts = registry.SourceParts(
        settings=settings.sources,
        http=http,
        robots=Robots(http, clock=clock, ignored=settings.http.robots_ignored_hosts),
        ledger=OnDemandLedger(settings.database.url) if storage is None else storage.spend,
        sessions=None if storage is None else storage.maintenance,
        fair=None if storage is None else storage.spend,
    )
    return registry.make_sources(parts, only)


def _source_set(
    settings: Settings, http: Http, storage: Storage | None, only: Collection[SourceName], clock: Clock
) -> SourceSet:
    from bot.sources.registry import SourceSet  # noqa: PLC0415

    def make(wanted: Settings, names: Collection[SourceName]) -> dict[SourceName, Source]:
        return make_sources(wanted, http, storage, only=names, clock=clock)

    return SourceSet(make, settings, only=only)


class OnDemandLedger:
    """The database as a ``Ledger``, for a command that has it not open. Made and migrated as needed."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def reserve(self, source: SourceName, day: date, wanted: int, *, least: int, limit: int) -> int:
        """See ``SpendStore.reserve``."""
        async with self._opened() as storage:
            return await storage.spend.reserve(source, day, wanted, least=least, limit=limit)

    async def settle(self, source: SourceName, day: date, *, reserved: int, used: int) -> None:
        """See ``SpendStore.settle``."""
        async with self._opened() as storage:
            await storage.spend.settle(source, day, reserved=reserved, used=used)

    async def spent(self, source: SourceName, day: date) -> int:
        """See ``SpendStore.spent``."""
        async with self._opened() as storage:
            return await storage.spend.spent(source, day)

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[Storage]:
        from bot.storage.opening import open_storage  # noqa: PLC0415

        storage = await open_storage(self._url)
        try:
            yield storage
        finally:
            await storage.close()


def post_readers(sources: Mapping[SourceName, Source]) -> dict[SourceName, PostReader]:
    """Sources that are asked for the RP of another source's posts: X for those of the trend page."""
    from bot.sources.base import PostReader  # noqa: PLC0415

    readers: dict[SourceName, PostReader] = {}
    for name in sources:
        quoted = quoted_by(name)
        reader = None if quoted is None else sources.get(quoted)
        if isinstance(reader, PostReader):
            readers[name] = reader
    return readers


def poll_policy(settings: Settings, source: Source, *, counted: bool = False) -> PollPolicy:
    """The settings a decision depends on. ``counted``: its posts can be read again at another source."""
    from bot.core.alerting.policy import PollPolicy  # noqa: PLC0415

    return PollPolicy(
        interval=timedelta(seconds=settings.poll.interval_s),
        new_post_max_age=timedelta(hours=settings.poll.new_post_max_age_h),
        catch_up_after=timedelta(hours=settings.poll.catch_up_after_h),
        hourly_limit=settings.alerts.ceiling_per_hour,
        live_counts=timedelta(hours=settings.alerts.live_counts_h),
        can_recheck=source.can_recheck or counted,
        whole_page=not source.can_recheck,
        min_request_gap=timedelta(seconds=_min_interval_s(settings)),
        fixed_interval=source.name.traits.costs_money,
        servers=servers_of(settings),
        default_min_rp={SourceName(name): least for name, least in settings.default_minimums().items()},
    )


def servers_of(settings: Settings) -> Servers:
    """The servers of the fediverse sources."""
    from bot.core.identity.origins import Servers  # noqa: PLC0415
    from bot.sources import registry  # noqa: PLC0415

    return Servers(registry.servers_of(settings.sources))


def _min_interval_s(settings: Settings) -> float:
    """Seconds between two requests to a host. 0 where it may be this machine, which is not spaced."""
    return 0.0 if settings.http.allow_private_networks else settings.http.per_host_interval_s


def freeze_startup_objects(*, collect: bool = True) -> None:
    """Take what lives as long as the process out of the garbage collector's rounds.

    Looking through all of it again and again held the event loop for 60 to 70 ms each time (tests/bench). For one
    round, ``collect`` False spares even the search for garbage among it, 40 ms of CPU. The rounds begin here where
    they were off.
    """
    if collect:
        gc.collect()
    gc.freeze()
    gc.enable()


def outlive_hangup() -> None:
    """Have SIGHUP end nothing where there is no terminal: neither before the bot is up, nor while it stops.

    There it asks for a reload. A service manager takes a process that SIGHUP ended for one that ended well, and
    does not start it again.
    """
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and not sys.stderr.isatty():
        signal.signal(hangup, signal.SIG_IGN)


def cancel_on_sigterm() -> None:
    """Service managers and containers stop with SIGTERM: end this task as Ctrl-C does, giving claims back."""
    task = asyncio.current_task()
    with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: task.cancel() if task else None)
