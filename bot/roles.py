"""Runs the parts of the bot that a process has a role for, beside other processes over one PostgreSQL database.

    gateway   TrendBot with its shards: answers commands, puts what people ask for into the database
    poller    polling ticks; a host is polled by one process at a time
    sender    delivery over a client without a gateway, digests, notices, pruning: while it is the active one

A gateway or poller that put something into the outbox signals it; the active sender's tick finds it in any case.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import socket
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from bot import app, bootstrap
from bot.core.errors import DatabaseBusy
from bot.core.processes import ProcessReport
from bot.core.roles import Roles, Shards
from bot.delivery.discord.transport import DiscordTransport
from bot.delivery.leadership import SENDER, Leadership
from bot.delivery.rate_limit_listener import global_limit_trace, open_after_global_limits
from bot.gateway.client import TrendBot, point_at
from bot.gateway.connection import CannotStay, log_in, stay_connected
from bot.gateway.rest_client import RestClient
from bot.gateway.rest_guilds import RestGuilds
from bot.instance_lock import beside
from bot.services import Services
from bot.services.host_turns import LeasedTurns
from bot.services.process_reports import reporting
from bot.sources.registry import SourceSet
from bot.storage.fenced_database import FencedDatabase
from bot.storage.opening import is_server, outbox_signals, sender_lock, server_facts, wait_for_server
from bot.storage.sql.leases import LeaseStore
from bot.storage.sql.maintenance import MaintenanceStore
from bot.storage.stores import Storage
from config.faults import SettingsError
from config.settings import Settings
from config.tables import Secret, Table

log = logging.getLogger(__name__)

SETTINGS_NOTE: Final = "settings.fingerprint"
_OWN_SETTINGS: Final = frozenset({"database", "discord", "http_server", "log", "cli"})
"""Tables of settings in which processes may differ."""
_IDENTIFY: Final = "identify"
_IDENTIFY_S: Final = 5.5
"""Discord takes one identify in five seconds (max_concurrency 1), of all shards."""
_IDENTIFY_TRY_EVERY_S: Final = 0.5


async def run(
    settings: Settings, roles: Roles, shards: Shards, *, on_read: Callable[[Settings], None] = lambda _: None
) -> None:
    """Run until cancelled. A poller needs no token. ``on_read``: called with settings that were read again.

    Raises ``SettingsError`` for roles or shards that cannot be, and what ``app.run_bot`` raises.
    """
    check(settings, roles, shards)
    if roles.is_whole:
        await wait_for_server(settings.database.url)
        await app.run_bot(settings, on_read=on_read)
        return
    token = settings.discord.token
    if token is None and (roles.answers or roles.sends):
        raise SettingsError("cli-settings-no-token")
    point_at(settings.discord.api_base, settings.discord.gateway_url)
    bootstrap.cancel_on_sigterm()
    await wait_for_server(settings.database.url)
    with beside(settings, (shards.ids or (0,)) if roles.answers else ()):
        async with AsyncExitStack() as stack:
            process = await _open(stack, settings, roles)
            await stack.enter_async_context(_reporting(process, shards))
            await _run(stack, process, shards, "" if token is None else token.get_secret_value(), on_read)


def _reporting(process: _Process, shards: Shards) -> AbstractAsyncContextManager[None]:
    """Report this process to whoever asks for the status of the bot."""
    storage, clock, url = process.services.storage, process.services.clock, process.settings.database.url
    began = clock()
    report = ProcessReport(
        holder=storage.database.holder,
        name=f"{socket.gethostname()}:{os.getpid()}",
        roles=process.roles.named,
        shards=shards if process.roles.answers else Shards(),
        started_at=began,
        seen_at=began,
    )

    async def ahead() -> timedelta | None:
        facts = await server_facts(url)
        return None if facts is None else facts.ahead

    return reporting(storage.processes, report, clock, ahead=ahead)


def check(settings: Settings, roles: Roles, shards: Shards) -> None:
    """Raise ``SettingsError`` for roles without a server's database, and for shards that cannot be."""
    if not roles.is_whole and not is_server(settings.database.url):
        raise SettingsError("cli-roles-need-server")
    if not shards.are_right:
        raise SettingsError("cli-shards-wrong")
    if shards.ids and (roles.is_whole or not roles.answers):
        raise SettingsError("cli-shards-need-gateway")


@dataclass(frozen=True, slots=True)
class _Process:
    """Open parts of a process. ``leadership``: of one that sends. ``asked``: the sources for questions."""

    settings: Settings
    roles: Roles
    services: Services
    leadership: Leadership | None
    asked: SourceSet

    @property
    def is_active(self) -> Callable[[], bool]:
        """Whether it sends now."""
        leadership = self.leadership
        return (lambda: False) if leadership is None else (lambda: leadership.is_active)


async def _open(stack: AsyncExitStack, settings: Settings, roles: Roles) -> _Process:
    """Database, sources and services, closed with the stack."""
    clock = bootstrap.utc_now
    storage = await stack.enter_async_context(bootstrap.stored(settings, clock=clock))
    polls, questions = (
        bootstrap.asking_with_rankings(settings, storage, clock=clock, share=share)
        for share in (bootstrap.HostShare.POLLS, bootstrap.HostShare.LIMITED_COMMANDS)
    )
    polled, rankings = await stack.enter_async_context(polls)
    asked, rankings = await stack.enter_async_context(questions) if roles.answers else (polled, rankings)
    call = _in_loop()
    fence = FencedDatabase(storage.database, SENDER)
    listeners: list[Callable[[], None]] = []

    def wake() -> None:
        for listener in listeners:
            listener()

    leadership = await _leadership(stack, settings, storage, fence, call, wake) if roles.sends else None
    signals = outbox_signals(settings.database.url, storage.database.holder, call(wake) if roles.sends else None)
    signals.start()
    stack.push_async_callback(asyncio.to_thread, signals.stop)
    links = app.Links(
        sending=Storage.over(fence) if roles.sends else None,
        is_active=lambda: leadership is not None and leadership.is_active,
        announce=signals.send,
        lease_hosts=True,
        asked=asked,
        rankings=rankings,
        turns=LeasedTurns(storage.leases, clock, spacing_s=bootstrap.http_limits(settings).per_host_interval_s),
    )
    services = app.build_services(settings, storage, polled, clock=clock, links=links)
    stack.push_async_callback(app.close_services, services)
    listeners.append(services.delivery.on_signal)
    await app.introduce(services)
    await compare_settings(settings, storage.maintenance)
    return _Process(settings, roles, services, leadership, asked)


async def _leadership(
    stack: AsyncExitStack,
    settings: Settings,
    storage: Storage,
    fence: FencedDatabase,
    call: Callable[[Callable[[], None]], Callable[[], None]],
    on_change: Callable[[], None],
) -> Leadership:
    """The terms of this process as the active sender. At the end the term is ended, then the lock given back."""
    changed = asyncio.Event()
    lock = sender_lock(settings.database.url, call(changed.set))
    stack.push_async_callback(asyncio.to_thread, lock.stop)
    leadership = Leadership(lock, storage.leadership, fence, on_change=on_change, changed=changed)
    following = asyncio.create_task(leadership.run(), name="leadership")
    stack.push_async_callback(_ended, following)
    lock.start()
    return leadership


def _in_loop() -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Makes a function that calls another one in this event loop, from any thread."""
    loop = asyncio.get_running_loop()

    def call(function: Callable[[], None]) -> Callable[[], None]:
        def called() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(function)

        return called

    return call


async def _run(
    stack: AsyncExitStack, process: _Process, shards: Shards, token: str, on_read: Callable[[Settings], None]
) -> None:
    """Run its parts until one ends; raises what ended it."""
    services, roles = process.services, process.roles
    log.info("role of this process: %s", roles)
    used: Callable[[], int] = lambda: 0  # noqa: E731
    parts: list[Coroutine[Any, Any, None]] = []
    gateway: TrendBot | None = None
    if roles.answers:
        bot = gateway = await stack.enter_async_context(_gateway(services, shards))
        used = lambda: bot.used  # noqa: E731
        parts.append(stay_connected(bot, token))
    if process.leadership is not None:
        parts.append(_send(process.leadership, services, token))
    reload = app.make_reload(services, [process.asked], on_read=on_read, after=lambda: _note_settings(services))
    await reload.start()
    scheduler = app.make_scheduler(
        services, used, roles=roles, is_active=process.is_active, reload=reload.answer_request
    )
    stack.push_async_callback(services.poller.stop)
    stack.callback(scheduler.stop)
    await stack.enter_async_context(
        app.monitoring(services, roles, gateway=gateway, leadership=process.leadership)
    )
    bootstrap.freeze_startup_objects()
    scheduler.start()
    stack.enter_context(reload.on_hangup())
    try:
        await _until_one_ends(parts or [_for_ever()])
    except CannotStay as error:
        await services.operator.tell_refused(error.sentence)
        raise


def _gateway(services: Services, shards: Shards) -> TrendBot:
    leases, clock = services.storage.leases, services.clock
    return TrendBot(services, shards=shards, delivers=False, identify_turn=lambda: identify_turn(leases, clock))


async def identify_turn(
    leases: LeaseStore, clock: Callable[[], datetime], *, try_every_s: float = _IDENTIFY_TRY_EVERY_S
) -> None:
    """Wait until no other identify of the bot was begun within five seconds."""
    while True:
        with contextlib.suppress(DatabaseBusy):
            if await leases.take_once(_IDENTIFY, clock(), lease_s=_IDENTIFY_S):
                return
        await asyncio.sleep(try_every_s)


async def _send(leadership: Leadership, services: Services, token: str) -> None:
    """Log in without a gateway, and deliver while this process is the active one."""
    trace = global_limit_trace(services.delivery.rate_limiter)  # of its own: a gateway's answers are not guarded
    leadership.guard(trace)
    async with RestClient(trace) as client:
        await log_in(client, token)
        open_after_global_limits(client.http, services.delivery.rate_limiter)
        guilds = RestGuilds(client, services.delivery.rate_limiter.acquire)
        transport = DiscordTransport(
            client, services.texts, guilds, pictures=services.pictures, makers=[services.charts]
        )
        await services.delivery.start(transport)
        try:
            await _for_ever()
        finally:
            await services.delivery.stop()


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _until_one_ends(parts: list[Coroutine[Any, Any, Any]]) -> None:
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


# -- settings of several processes -----------------------------------------------------------------------


async def compare_settings(settings: Settings, maintenance: MaintenanceStore) -> None:
    """Warn when the process that was started last had other settings, but for those that are its own."""
    now = fingerprint(settings)
    before = await maintenance.get_note(SETTINGS_NOTE)
    if before == now:
        return
    if before is not None:
        log.warning(
            "these settings are not those of the process that was started last: give all processes over one "
            "database the same settings, but for [discord] and [log]"
        )
    await maintenance.set_note(SETTINGS_NOTE, now)


async def _note_settings(services: Services) -> None:
    """Remember settings that were read again: the other processes read them too."""
    await services.storage.maintenance.set_note(SETTINGS_NOTE, fingerprint(services.settings))


def fingerprint(settings: Settings) -> str:
    """A hash of the settings that all processes over a database share; of secrets only whether they are there."""
    shared = {
        name: _plain(getattr(settings, name)) for name in settings.__struct_fields__ if name not in _OWN_SETTINGS
    }
    return hashlib.blake2b(msgspec.json.encode(shared, order="sorted"), digest_size=16).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Table):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    return bool(value) if isinstance(value, Secret) else value
