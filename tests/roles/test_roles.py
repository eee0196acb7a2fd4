"""Processes with roles over one database: together they do what one process does, and each its part alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.processes import survey
from bot.core.roles import Role, Shards
from bot.delivery import leadership
from bot.storage.postgres import leader_lock
from bot.storage.postgres.lock_keys import LockKey
from tests.fakes.rest_proxy import RestProxy
from tests.storage.world import TOPIC

from .rig import Cluster, cluster

END_THE_LOCK = """
SELECT pg_terminate_backend(pid) AS ended FROM pg_locks WHERE locktype = 'advisory' AND objid = ? AND granted
"""


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader_lock, "TRY_EVERY_S", 0.05)
    monkeypatch.setattr(leadership, "SETTLE_S", 0.05)


@pytest.fixture
async def here(postgres_url: str, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with cluster(postgres_url, tmp_path) as there:
        yield there


@pytest.mark.invariant(1)
async def test_a_gateway_two_pollers_and_two_senders_tell_a_post_once(here: Cluster) -> None:
    for role in (Role.GATEWAY, Role.POLLER, Role.POLLER, Role.SENDER, Role.SENDER):
        here.start(role)
    await here.follow()
    await here.until(lambda: TOPIC.name in here.site.requests)

    await here.publish("号外その一")

    await here.until(lambda: here.told("号外その一"))
    await here.until(lambda: here.server.world.commands[None])
    assert here.told("号外その一") == 1
    assert here.server.gateway.identifies == 1


@pytest.mark.invariant(1)
async def test_a_standby_sender_takes_over_when_the_active_one_loses_its_connection(
    here: Cluster,
) -> None:
    here.start(Role.POLLER)
    here.start(Role.SENDER)
    here.start(Role.SENDER)
    await here.follow()
    await here.until(lambda: TOPIC.name in here.site.requests)
    await here.publish("号外その一")
    await here.until(lambda: here.told("号外その一"))

    here.inspect(END_THE_LOCK, LockKey.SENDER)
    await here.publish("号外その二")

    await here.until(lambda: here.told("号外その二"))
    assert (here.told("号外その一"), here.told("号外その二")) == (1, 1)
    [(epoch,)] = here.inspect("SELECT epoch FROM leaders WHERE role = 'sender'")
    assert epoch == 2


async def test_a_gateway_that_also_stands_by_to_send_answers_commands(here: Cluster) -> None:
    here.start(Role.SENDER)
    await here.until(lambda: here.inspect("SELECT epoch FROM leaders"))
    here.start(Role.GATEWAY, Role.SENDER)
    await here.until(lambda: here.server.world.commands[None] and here.server.gateway.connected_shards())

    answered = await here.server.slash(here.news, here.alice, "help")

    assert answered.callback is not None


async def test_each_process_reports_what_it_does_until_it_stops(here: Cluster) -> None:
    reported = "SELECT roles FROM processes ORDER BY roles"
    sender, _ = here.start(Role.SENDER), here.start(Role.GATEWAY, shards=Shards((1,), 2))
    await here.until(lambda: here.inspect(reported) == [("gateway",), ("sender",)])
    await here.until(lambda: here.inspect("SELECT holder FROM leaders WHERE holder IS NOT NULL"))

    async with here.storage() as storage:
        found = survey(await storage.processes.listed(), datetime.now(UTC))
    assert [one.is_active for one in found.alive] == [False, True]
    assert (found.missing_shards, found.missing_roles) == ((0,), (Role.POLLER,))

    await here.stop(sender)
    assert here.inspect(reported) == [("gateway",)]


@pytest.mark.invariant(1)
async def test_each_process_reads_its_settings_again_when_asked(here: Cluster) -> None:
    """What ``load`` reads here are the test's own settings; each process answers for itself."""
    for role in (Role.GATEWAY, Role.POLLER, Role.SENDER):
        here.start(role)
    await here.until(lambda: len(here.inspect("SELECT 1 FROM processes")) == 3)
    await here.until(lambda: here.server.gateway.identifies)

    async with here.storage() as storage:
        request = await storage.reloads.request()
        async with asyncio.timeout(20):
            while len(await storage.reloads.results(request)) < 3:  # noqa: ASYNC110 - other tasks answer
                await asyncio.sleep(0.05)
        results = await storage.reloads.results(request)

    assert [one.error for one in results] == [None] * 3
    assert all("database.url" in one.restart for one in results)


async def test_all_requests_to_discord_go_through_a_rest_proxy_where_one_is_set(here: Cluster) -> None:
    """As nirn-proxy and twilight's http-proxy pass them on: a proxy limits what several processes ask."""
    async with RestProxy(here.server.api_base) as proxy:
        here.api_base = proxy.api_base
        here.start(Role.POLLER)
        here.start(Role.SENDER)
        here.start(Role.GATEWAY)
        await here.follow()
        await here.until(lambda: TOPIC.name in here.site.requests)
        await here.until(lambda: here.server.world.commands[None] and here.server.gateway.connected_shards())

        await here.publish("号外その一")
        answered = await here.server.slash(here.news, here.alice, "help")
        await here.until(lambda: here.told("号外その一"))

        assert answered.original is not None
        assert here.told("号外その一") == 1
        await here.stop()
        asked = [f"{one.method} /api/v10{one.path}" for one in here.server.record.requests]
        asked.remove("GET /api/v10/gateway")  # the gateway's WebSocket, which goes to Discord itself
        assert sorted(proxy.requests) == sorted(asked)
