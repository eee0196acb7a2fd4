"""Each check of /readyz turns red for its cause, with a sentence, and green again, through the real parts."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from bot import app
from bot.core.models import (
    ChannelId,
    GuildId,
    MessageId,
    NewSubscription,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.roles import ALONE, Role, Roles
from bot.delivery import leadership
from bot.delivery.leadership import SENDER, Leadership
from bot.monitoring import state
from bot.monitoring.readiness import CLAIMS_WITHIN_S, OUTBOX_WITHIN_S, SAMPLE_OLD_S, check_all
from bot.monitoring.state import GatewayState, Monitored, Sampler
from bot.services import Services
from bot.storage.fenced_database import FencedDatabase
from bot.storage.opening import open_storage, sender_lock
from bot.storage.postgres import leader_lock
from bot.storage.postgres.migrate import prepare
from tests.conftest import BotEnv, Clock, make_settings
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.inspection import Inspect
from tests.living import living, until
from tests.postgres_server import Server
from tests.storage.world import TOPIC

POLLER, SENDER_ONLY = Roles.of([Role.POLLER]), Roles.of([Role.SENDER])


class Probe:
    """Asks a process for its readiness."""

    def __init__(
        self,
        services: Services,
        roles: Roles = ALONE,
        gateway: GatewayState | None = None,
        leading: Leadership | None = None,
    ) -> None:
        self.monitored = Monitored(services, roles, gateway, leading)
        self.sampler = Sampler(self.monitored, self.loop_s)
        self.passed_s = 0.0

    def loop_s(self) -> float:
        """Now on the event loop's clock, with the time that a test let pass."""
        return asyncio.get_running_loop().time() + self.passed_s

    def forward(self, clock: Clock, seconds: float) -> None:
        """Let time pass, on both clocks."""
        clock.forward(seconds=seconds)
        self.passed_s += seconds

    async def red(self, *, later_s: float = 0.0) -> dict[str, str]:
        """The causes of the red checks after a new sample. ``later_s``: on the event loop's clock."""
        await self.sampler.take()
        return self.red_now(later_s=later_s)

    def red_now(self, *, later_s: float = 0.0) -> dict[str, str]:
        services = self.monitored.services
        found = check_all(self.monitored, services.clock(), self.loop_s() + later_s)
        return {check.name: check.cause for check in found if not check.is_ok}

    def names(self) -> set[str]:
        services = self.monitored.services
        return {check.name for check in check_all(self.monitored, services.clock(), self.loop_s())}


@asynccontextmanager
async def services_over(url: str, folder: Path, clock: Clock) -> AsyncIterator[Services]:
    settings = make_settings(folder, database={"url": url})
    async with app.open_services(settings, clock=clock) as services:
        yield services


async def test_database_that_cannot_be_written_to_is_red_until_it_can(
    database_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "SAMPLE_WITHIN_S", 0.2)
    async with services_over(database_url, tmp_path, clock) as services:
        probe = Probe(services, POLLER)
        assert "database" in probe.red_now()
        assert await probe.red() == {}

        with Inspect(database_url).transaction():
            locked = await probe.red()

        assert set(locked) == {"database"}
        await until_green(probe)
        assert set(probe.red_now(later_s=SAMPLE_OLD_S + 1)) == {"database"}


async def test_database_that_refuses_rows_is_red_with_what_it_said(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with services_over(database_url, tmp_path, clock) as services:
        probe = Probe(services, POLLER)
        Inspect(database_url).refuse("INSERT", "notes", "no room")

        assert "no room" in (await probe.red())["database"]


async def test_full_disk_is_red_while_a_small_write_still_succeeds(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite writes a row into a part of its WAL that is free again; what polls write has no room."""
    async with services_over(f"sqlite:///{tmp_path / 'full.db'}", tmp_path, clock) as services:
        probe = Probe(services, POLLER)
        assert await probe.red() == {}

        with monkeypatch.context() as disk:
            disk.setattr(shutil, "disk_usage", lambda _path: DiskFigures(1_000_000_000, 999_000_000, 1_000_000))
            full = await probe.red()

        assert set(full) == {"database"}
        assert "1 MB" in full["database"]
        assert await probe.red() == {}


class DiskFigures(NamedTuple):
    """A disk as ``shutil.disk_usage`` describes it, in bytes."""

    total: int
    used: int
    free: int


async def until_green(probe: Probe) -> None:
    async with asyncio.timeout(20):
        while await probe.red():  # noqa: ASYNC110 - a thread still ends what was locked
            await asyncio.sleep(0.01)


async def test_gateway_is_red_until_every_shard_is_connected(tmp_path: Path) -> None:
    server = FakeDiscord()
    server.gateway.shards = 2
    async with server, living(server, tmp_path) as bot:
        probe = Probe(bot.services, Roles.of([Role.GATEWAY]), bot.bot)
        assert "gateway" in await probe.red()
        await bot.up(shards=2)
        await until(lambda: "gateway" not in probe.red_now())

        server.faults.sometimes("GET /gateway", Fault.status(503), 1.0)
        await server.gateway.disconnect(shard=1)
        await until(lambda: "gateway" in probe.red_now())
        assert "1 of 2" in probe.red_now()["gateway"]

        server.faults.clear()
        await until(lambda: "gateway" not in probe.red_now())


async def test_discord_that_cannot_be_reached_is_red_until_it_answers(tmp_path: Path) -> None:
    async with FakeDiscord() as server, living(server, tmp_path) as bot:
        probe = Probe(bot.services, ALONE, bot.bot)
        await bot.up()
        await until(lambda: set(probe.red_now()) == {"database"})

        server.faults.sometimes("GET /gateway", Fault.status(503), 1.0)
        await server.gateway.disconnect()
        await until(lambda: {"discord", "gateway"} <= set(probe.red_now()))

        server.faults.clear()
        await until(lambda: set(probe.red_now()) == {"database"})


async def test_polls_that_are_late_are_red_until_they_are_done(env: BotEnv) -> None:
    probe = Probe(env.services, POLLER)
    await env.services.storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], env.clock())
    assert await probe.red() == {}

    probe.forward(env.clock, 3 * env.settings.poll.interval_s)
    env.services.poller.claimed_at = probe.loop_s()  # it asks each second, and has no place for one more
    late = await probe.red()
    await env.poll()
    env.services.poller.claimed_at = probe.loop_s()

    assert set(late) == {"polls"}
    assert "1 watches" in late["polls"]
    assert await probe.red() == {}


async def test_polls_are_not_late_where_the_clock_was_set_ahead(env: BotEnv) -> None:
    probe = Probe(env.services, POLLER)
    await env.services.storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], env.clock())
    assert await probe.red() == {}

    env.clock.set_ahead(hours=2)
    assert await probe.red() == {}
    probe.forward(env.clock, 3 * env.settings.poll.interval_s)
    env.services.poller.claimed_at = probe.loop_s()

    assert "1 watches" in (await probe.red())["polls"]


async def test_poller_that_asks_for_nothing_is_red(env: BotEnv) -> None:
    probe = Probe(env.services, POLLER)
    await env.poll()

    stalled = await probe.red(later_s=CLAIMS_WITHIN_S + 1)

    assert "polls" in stalled
    assert await probe.red() == {}


async def test_outbox_that_nobody_sends_from_is_red_until_it_moves(env: BotEnv) -> None:
    probe = Probe(env.services, Roles.of([Role.POLLER, Role.SENDER]))
    await waiting_alert(env)
    await probe.red()
    probe.forward(env.clock, OUTBOX_WITHIN_S - 1)
    assert "outbox" not in await probe.red()

    probe.forward(env.clock, 2)
    waiting = await probe.red()
    await env.deliver()

    assert "outbox" in waiting
    assert "outbox" not in await probe.red()


async def test_outbox_whose_sender_hangs_over_a_message_is_red_until_a_try_ends(env: BotEnv) -> None:
    """Its lease is renewed for as long as it hangs."""
    probe = Probe(env.services, Roles.of([Role.POLLER, Role.SENDER]))
    storage = env.services.storage
    await waiting_alert(env)
    [entries] = (await storage.entries.waiting(env.clock())).values()
    await storage.entries.seal(MessageId("0" * 24), entries, env.clock(), lease_s=OUTBOX_WITHIN_S + 10)
    assert "outbox" not in await probe.red()

    probe.forward(env.clock, OUTBOX_WITHIN_S + 1)
    hanging = await probe.red()
    probe.forward(env.clock, 10)
    await env.deliver()

    assert "outbox" in hanging
    assert "outbox" not in await probe.red()


async def waiting_alert(env: BotEnv) -> None:
    """An alert that may be sent now."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId(env.channel.id),
        topic=TOPIC,
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll()
    env.clock.forward(minutes=6)
    env.site.put(TOPIC.name, posts=[env.post("話", 500, minutes_old=1)])
    await env.poll()


async def test_sender_that_stands_by_is_green_and_one_that_cannot_ask_for_the_lock_is_red(
    postgres_server: Server, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader_lock, "TRY_EVERY_S", 0.02)
    monkeypatch.setattr(leadership, "SETTLE_S", 0.02)
    url = postgres_server.new_database("cut_off")
    prepare(url, may_migrate=True)
    async with services_over(url, tmp_path, clock) as services, leading(url) as first, leading(url) as second:
        probes = [Probe(services, SENDER_ONLY, leading=one) for one in (first, second)]
        await until(lambda: first.is_active or second.is_active)
        assert [probe.red_now().get("sender") for probe in probes] == [None, None]

        connections(postgres_server, allowed=False)
        await until(lambda: all("sender" in probe.red_now() for probe in probes))
        connections(postgres_server, allowed=True)

        await until(lambda: not any("sender" in probe.red_now() for probe in probes))
        await until(lambda: first.is_active or second.is_active)
        active = next(probe for probe in probes if probe.monitored.sends_now)
        standby = next(probe for probe in probes if probe is not active)
        assert active.names() - standby.names() == {"discord", "outbox"}


@asynccontextmanager
async def leading(url: str) -> AsyncIterator[Leadership]:
    """A process that would be the active sender."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    storage = await open_storage(url)
    lock = sender_lock(url, lambda: _in_loop(loop, changed.set))
    fence = FencedDatabase(storage.database, SENDER)
    found = Leadership(lock, storage.leadership, fence, on_change=lambda: None, changed=changed)
    following = asyncio.create_task(found.run())
    lock.start()
    try:
        yield found
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await asyncio.to_thread(lock.stop)
        await storage.close()


def _in_loop(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(function)


def connections(server: Server, *, allowed: bool) -> None:
    """Let the server take connections to the database, or end all and take none."""
    with closing(psycopg.connect(server.url, autocommit=True)) as connection:
        connection.execute(f"ALTER DATABASE cut_off ALLOW_CONNECTIONS {str(allowed).lower()}".encode())
        if not allowed:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'cut_off'")
