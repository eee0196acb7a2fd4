"""The HTTP server for monitoring: its answers, their form, and what a client may take of it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import app
from bot.core.causes import Cause
from bot.core.errors import SourceChanged
from bot.core.models import SourceName
from bot.core.roles import ALONE, Role, Roles
from bot.core.text import make_topic
from bot.monitoring import server
from bot.monitoring.collect import collect
from bot.monitoring.metrics import (
    BACKUP_AGE,
    BACKUP_INTERVAL,
    METRICS,
    PROCESS_METRICS,
    PROCESSES,
    SENDER_TERM,
    SHARDS_MISSING,
    MetricKind,
)
from bot.monitoring.server import Pages, is_this_machine, serving
from bot.monitoring.state import Monitored, Sampler
from bot.storage.sql.reports import monitoring as monitoring_sql
from config.faults import SettingsError
from config.settings import HttpServerSettings
from tests.conftest import BotEnv, Clock, make_settings
from tests.inspection import Inspect
from tests.storage.world import TOPIC

ANY_PORT = HttpServerSettings(enabled=True, port=0)


@dataclass
class Gateway:
    """A gateway with one shard."""

    guild_count: int = 3
    used: int = 7

    def shards_connected(self) -> int:
        return 1

    def shards_expected(self) -> int:
        return 1


@dataclass
class Asked:
    """A running server, as its clients see it."""

    port: int
    env: BotEnv
    monitored: Monitored
    session: aiohttp.ClientSession = field(repr=False)

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self.session.request(method, url, headers=headers) as response:
            return response.status, await response.text()

    async def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """The samples of a scrape, by name and labels."""
        _, text = await self.get("/metrics")
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@asynccontextmanager
async def asked(env: BotEnv, roles: Roles = ALONE) -> AsyncIterator[Asked]:
    monitored = Monitored(env.services, roles, Gateway() if roles.answers else None)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        port = await stack.enter_async_context(serving(ANY_PORT, monitored))
        await Sampler(monitored).take()
        yield Asked(port, env, monitored, session)


@pytest.fixture
async def here(env: BotEnv) -> AsyncIterator[Asked]:
    async with asked(env) as found:
        yield found


async def test_health_answers_while_the_loop_does_and_readiness_says_what_is_red(here: Asked) -> None:
    assert await here.get("/healthz") == (200, '{"status":"ok"}\n')
    status, text = await here.get("/readyz")
    assert (status, json.loads(text)["status"]) == (200, "ready")

    here.monitored.gateway = None
    status, text = await here.get("/readyz")

    answer = json.loads(text)
    assert (status, answer["status"], answer["roles"]) == (503, "not ready", ["all"])
    assert {name: check["ok"] for name, check in answer["checks"].items()} == {
        "database": True,
        "gateway": False,
        "polls": True,
        "discord": True,
        "outbox": True,
    }
    assert answer["checks"]["gateway"]["cause"]


async def test_metrics_are_what_the_parts_counted(here: Asked) -> None:
    env = here.env
    env.site.put(TOPIC.name, posts=[env.post("話", 5)])
    await env.services.storage.watches.add([(SourceName.TRENDPAGE, TOPIC, None)], env.clock())
    await env.poll()
    env.site.status = 500
    env.clock.forward(hours=1)
    await env.poll()

    found = await here.metrics()

    of_source = (("source", "trendpage"),)
    assert found["kawaraban_polls_total", of_source] == 2
    assert found["kawaraban_posts_new_total", of_source] == 1
    failures = {labels: n for (name, labels), n in found.items() if name == "kawaraban_poll_failures_total"}
    assert sum(failures.values()) == 1
    assert found["kawaraban_poll_delay_seconds_count", ()] == 2
    assert found["kawaraban_gateway_guilds", ()] == 3
    assert found["kawaraban_role", (("role", "all"),)] == 1


@pytest.mark.parametrize(
    ("role", "without"),
    [
        (Role.POLLER, {"sender", "gateway"}),
        (Role.SENDER, {"poller", "gateway"}),
        (Role.GATEWAY, {"poller", "sender"}),
        (Role.ALL, set[str]()),
    ],
)
async def test_a_process_shows_the_metrics_of_its_roles_and_no_others(
    env: BotEnv, role: Role, without: set[str]
) -> None:
    async with asked(env, Roles.of([role])) as here:
        _, text = await here.get("/metrics")

    shown = {family.name for family in text_string_to_metric_families(text)} - {
        name.removesuffix("_total") for name in PROCESS_METRICS
    }
    expected = {metric.full_name.removesuffix("_total") for metric in METRICS if metric.role not in without}
    of_several = {PROCESSES.full_name, SHARDS_MISSING.full_name} if role is Role.ALL else set()
    of_backups = {BACKUP_AGE.full_name, BACKUP_INTERVAL.full_name}
    assert shown == expected - {SENDER_TERM.full_name} - of_several - of_backups  # alone it has no terms


async def test_age_of_the_newest_backup_is_shown_where_there_are_to_be_any(tmp_path: Path, clock: Clock) -> None:
    settings = make_settings(tmp_path, backup={"every_h": 6})
    async with app.open_services(settings, clock=clock) as services:
        monitored = Monitored(services, Roles.of([Role.SENDER]))
        ages = [age_of_backup(monitored, clock)]
        await services.backups.run_due()
        clock.forward(hours=5)
        ages.append(age_of_backup(monitored, clock))
        clock.forward(hours=2)
        for each in (tmp_path / "backups").iterdir():
            each.unlink()
        (tmp_path / "backups").rmdir()
        (tmp_path / "backups").write_text("a file stands in the way")
        await services.backups.run_due()
        ages.append(age_of_backup(monitored, clock))

    assert ages == [inf, 5 * 3600.0, 7 * 3600.0]


def age_of_backup(monitored: Monitored, clock: Clock) -> float:
    found = {one.metric.name: one.values for one in collect(monitored, [], clock(), 0.0)}
    assert found[BACKUP_INTERVAL.name][()] == 6 * 3600.0
    return found[BACKUP_AGE.name][()]


async def test_every_metric_has_its_kind_help_and_few_values_and_no_name_of_a_topic(here: Asked) -> None:
    env = here.env
    topics = [make_topic(f"秘密{number}") for number in range(40)]
    await env.services.storage.watches.add([(SourceName.TRENDPAGE, topic, None) for topic in topics], env.clock())
    await env.poll()
    await Sampler(here.monitored).take()

    _, text = await here.get("/metrics")

    kinds = {family.name: family.type for family in text_string_to_metric_families(text)}
    for metric in METRICS:
        if (name := metric.full_name.removesuffix("_total")) in kinds:
            assert kinds[name] == metric.kind.value
    assert "秘密" not in text
    assert str(env.guild.id) not in text
    assert str(env.channel.id) not in text
    assert len(text.splitlines()) < 250


async def test_failures_of_parsing_are_counted_as_such(here: Asked) -> None:
    counters = here.env.services.poller.counters[SourceName.TRENDPAGE]
    counters.failures[SourceChanged.cause] += 2
    counters.failures[Cause.BUSY] += 1

    found = await here.metrics()

    assert found["kawaraban_parse_errors_total", (("source", "trendpage"),)] == 2


async def test_a_scrape_and_the_checks_read_memory_only(env: BotEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    """So they cost the same however much the database holds, and answer while it does not."""
    monitored = Monitored(env.services, ALONE, Gateway())
    await Sampler(monitored).take()
    pages = Pages(monitored)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a scrape asked the database")

    for name in ("read", "ask", "write"):
        monkeypatch.setattr(env.services.storage.database, name, refuse)

    assert pages.metrics().status == 200
    assert pages.readyz().status == 200


@pytest.mark.parametrize("name", ["_ENTRIES", "_MESSAGES", "_EDITS", "_WATCHES"])
async def test_queries_of_a_sample_read_indexes_of_what_waits_alone(env: BotEnv, name: str) -> None:
    statement: str = getattr(monitoring_sql, name)

    plan = Inspect(env.settings.database.url).plan(statement, 0, monitoring_sql.COUNTED_MAX)

    tables = ("entries", "messages", "redraws", "watches")
    assert [step for step in plan if step.startswith("SCAN") and step.endswith(tables)] == []
    assert all(" INDEX " in step for step in plan if any(name in step for name in tables))


# -- what a client may take -------------------------------------------------------------------------------------


async def raw(port: int, request: bytes, until: Callable[[bytes], bool] = lambda _: False) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = b""
    async with asyncio.timeout(20):
        while part := await reader.read(65_536):
            answer += part
            if until(answer):
                break
    writer.close()
    return answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 10_000 + b"\r\n",
        b"\x16\x03\x01" + b"\x00" * 500 + b"\r\n\r\n",
    ],
    ids=["line", "header", "headers", "tls"],
)
@pytest.mark.invariant(11)
async def test_giant_requests_are_refused_and_the_server_goes_on(
    here: Asked, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with_status = b""
    try:
        with_status = await raw(here.port, request_)
    except ConnectionError:
        with_status = b""

    assert b" 200 " not in with_status.split(b"\r\n", 1)[0]
    assert (await here.get("/healthz"))[0] == 200
    assert not caplog.records


@pytest.mark.invariant(11)
async def test_slow_clients_are_ended_and_more_than_the_limit_are_refused(
    here: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONNECTIONS_MAX", 3)
    monkeypatch.setattr(server, "CONNECTION_S", 0.3)
    slow = [await asyncio.open_connection("127.0.0.1", here.port) for _ in range(3)]
    for _, writer in slow:
        writer.write(b"GET /healthz HTTP/1.1\r\nX:")
    await asyncio.sleep(0)

    async with asyncio.timeout(20):
        while True:  # the fourth is refused while the three last
            try:
                refused = await raw(here.port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            except ConnectionError:
                refused = b""
            if not refused:
                break
        for reader, _ in slow:
            with_end = await ended(reader)
            assert with_end

    assert (await here.get("/healthz"))[0] == 200
    for _, writer in slow:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


@pytest.mark.invariant(10)
async def test_pages_of_browsers_get_nothing_under_another_name_and_may_read_nothing(here: Asked) -> None:
    for host in ("evil.example", "evil.example:8780", "127.0.0.1.evil.example", "", "127.0.0.1@evil.example"):
        assert (await here.get("/metrics", Host=host))[0] in {400, 403}
    for host in ("localhost", "127.0.0.1:80", "[::1]:8780"):
        assert (await here.get("/metrics", Host=host))[0] == 200

    async with here.session.get(
        f"http://127.0.0.1:{here.port}/metrics", headers={"Origin": "http://e.example"}
    ) as it:
        assert not [name for name in it.headers if name.lower().startswith("access-control")]
    assert [(await here.get("/metrics", method))[0] for method in ("POST", "PUT", "DELETE")] == [405] * 3
    assert (await here.get("/../etc/passwd"))[0] == 404


@pytest.mark.parametrize(
    ("host", "is_it"),
    [("LOCALHOST:1", True), ("127.8.0.1", True), ("[::1]", True), ("10.0.0.1", False), ("::1", False)],
)
def test_names_of_this_machine(host: str, *, is_it: bool) -> None:
    assert is_this_machine(host) is is_it


async def test_secrets_stand_in_no_answer(env: BotEnv) -> None:
    async with asked(env) as here:
        answers = [await here.get(path) for path in ("/healthz", "/readyz", "/metrics", "/nothing")]

    shown = "".join(text for _, text in answers)
    assert str(env.settings.database.url).removeprefix("sqlite://") not in shown
    assert env.site.url.partition("{")[0] not in shown


async def test_port_that_is_taken_is_said_in_one_sentence(env: BotEnv) -> None:
    async with asked(env) as here:
        taken = HttpServerSettings(enabled=True, port=here.port)

        with pytest.raises(SettingsError) as refused:
            async with serving(taken, here.monitored):
                pass

    assert refused.value.sentence.text_id == "cli-http-server-unusable"


def test_metrics_are_named_as_prometheus_asks() -> None:
    for metric in METRICS:
        assert re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", metric.full_name)
        assert not metric.name.endswith("_total")
        assert metric.help.endswith(".")
        if metric.kind is MetricKind.HISTOGRAM:
            assert metric.name.endswith("_seconds")
    assert len({metric.name for metric in METRICS}) == len(METRICS)
