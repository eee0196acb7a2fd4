"""The application as tests use it: real settings, a real SQLite file, a local trend site, the bot on SimCord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from hypothesis import settings as settings_of_hypothesis

from bot import app
from bot.core.models import SourceName
from bot.gateway.client import TrendBot
from bot.polling.poller import PollReport
from bot.services import Services
from bot.storage.opening import sqlite_file
from bot.storage.postgres.migrate import prepare
from bot.views.kit.text import Texts
from config import LOCALES
from config.settings import Settings, SourcesSettings
from tests.ending import bound_cpu
from tests.fakes.trend_site import SitePost, TrendSite
from tests.postgres_server import NoServer, Server, empty, end_cleaner, running_server
from tests.sqlite_file import empty_file

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
EN, JA = (Texts(LOCALES).speaker(language) for language in ("en", "ja"))
"""Who says what people read, by its id: no test pins a sentence."""
PUBLIC_SERVERS_OFF: dict[str, Any] = {
    name.value: {"enabled": False}
    for name in SourceName
    if SourcesSettings().of(name).is_on and not name.traits.asked_by_address
}
"""Sources that would ask a server out there; a test that names one says where it is."""


TIMEOUT_S = 10.0
"""Seconds that the simulated Discord waits for the bot to come to rest; a machine with other work is slow.

Below the shortest time-out of a question (``lookups.ANSWER_WITHIN_S``): a timer that ends later counts as rest,
one that ends sooner is waited for in real seconds, at each command that asks a source.
"""

settings_of_hypothesis.register_profile("kawaraban", deadline=None)
settings_of_hypothesis.load_profile("kawaraban")
# An example may take as long as it takes: a machine with other work is slow at times.


FIRST = ("pipeline/crash", "e2e", "packaging", "pipeline", "roles", "cli")
"""Folders whose files take longest, much of it waiting; at the end a worker would be alone with one of them."""
_TESTS = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--invariant", type=int, metavar="N", help="run the tests that prove promise N alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the slowest folders; keep the tests marked ``invariant(N)``, if one was asked for."""
    items.sort(key=_place)
    wanted = config.getoption("--invariant")
    if wanted is None:
        return
    kept = [item for item in items if any(mark.args == (wanted,) for mark in item.iter_markers("invariant"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _place(item: pytest.Item) -> int:
    """Of a test's folder among ``FIRST``; all others come behind these."""
    folder = item.path.parent.relative_to(_TESTS).as_posix()
    return FIRST.index(folder) if folder in FIRST else len(FIRST)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self.set_ahead_by = timedelta()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def steady(self) -> float:
        """Seconds on a clock that never steps."""
        return (self.now - START - self.set_ahead_by).total_seconds()

    def set_ahead(self, **by: float) -> None:
        """Set the clock, while no time passes."""
        self.forward(**by)
        self.set_ahead_by += timedelta(**by)


@dataclass(slots=True)
class BotEnv:
    """The running bot and the world around it."""

    settings: Settings
    services: Services
    bot: TrendBot
    sim: simcord.Env
    guild: Any
    channel: Any
    admin: Any
    visitor: Any
    clock: Clock
    site: TrendSite

    def post(
        self, text: str, rp: int | None, *, minutes_old: float = 30, serial: int = 0, **more: Any
    ) -> SitePost:
        """A post of our own writing, as young as said."""
        return SitePost(self.clock() - timedelta(minutes=minutes_old), text, rp, serial=serial, **more)

    async def poll(self) -> PollReport:
        """A round of polls of all that is due by now."""
        return await self.services.poller.poll_due()

    async def deliver(self) -> None:
        """Everything in the outbox that may go out now."""
        await self.services.delivery.drain(self.bot.transport)

    async def poll_again(self, **later: float) -> PollReport:
        """Later (six minutes, unless said): poll and deliver."""
        self.clock.forward(**(later or {"minutes": 6}))
        report = await self.poll()
        await self.deliver()
        return report


def make_settings(tmp_path: Path, **sections: dict[str, Any]) -> Settings:
    """Settings as a test wants them; nothing is read from the environment's files."""
    base: dict[str, dict[str, Any]] = {
        "database": {"url": f"sqlite:///{tmp_path / 'kawaraban.db'}"},
        "http": {"allow_private_networks": True, "per_host_interval_s": 0.0},
        "sources": {},
        "delivery": {"channel_interval_s": 0.0, "requests_per_s": 1000.0},
        "quota": {"trend_per_minute": 0, "effort_per_minute": 0},
        # Bluesky's AppView and Google are out there; a test that names them says where they are.
        "trending": {"sources": ["trendpage", "mastodon", "misskey"]},
        # Most tests are about posts that reach a minimum; those about a pace say which.
        "alerts": {"default_pace": 0},
    }
    for name, values in sections.items():
        base[name] = base.get(name, {}) | values
    base["sources"] = PUBLIC_SERVERS_OFF | base["sources"]
    return Settings(_env_file=None, **base)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process; skips where none can be started."""
    try:
        with running_server() as server:
            yield server
    except NoServer as why:
        pytest.skip(str(why))


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: Server) -> Iterator[str]:
    url = postgres_server.new_database("contract")
    prepare(url, may_migrate=True)
    yield url
    end_cleaner(url)


@pytest.fixture
def postgres_url(_migrated_postgres: str) -> str:
    """URL of a PostgreSQL database of the newest version without rows."""
    empty(_migrated_postgres)
    return _migrated_postgres


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of each engine."""
    if request.param == "sqlite":
        return empty_file(tmp_path / "kawaraban.db")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def cpu_bound() -> Iterator[None]:
    """See ``ends_soon``."""
    with bound_cpu():
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site() -> AsyncIterator[TrendSite]:
    async with TrendSite() as running:
        yield running


class _PatientEnv(simcord.Env):
    """Waits for a bot that starts as long as for anything else; SimCord gives it five seconds, whatever is set."""

    async def _settle_internal(self, *, timeout: float | None = None, **options: Any) -> None:  # noqa: ASYNC109
        patient = None if timeout is None else max(timeout, self.settle_timeout)
        await super()._settle_internal(timeout=patient, **options)


@asynccontextmanager
async def open_env(settings: Settings, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    """The whole bot on a simulated Discord: a server, a channel, an admin and a visitor."""
    if (path := sqlite_file(settings.database.url)) is not None:
        empty_file(path)
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(app.open_services(settings, clock=clock))
        bot = TrendBot(services, background=False)
        # Not ``simcord.run``: its context variables cannot be put back from a fixture's teardown, which runs in
        # another context than its setup.
        env = _PatientEnv(bot, shard_count=1, settle_timeout=TIMEOUT_S)
        await env.start()
        stack.push_async_callback(env.shutdown)
        guild = env.create_guild(name="瓦版の会")
        channel = guild.create_text_channel("トレンド速報")
        role = guild.create_role("番頭", permissions=discord.Permissions(manage_channels=True))
        admin = guild.add_member(env.create_user("bantou"), roles=[role])
        visitor = guild.add_member(env.create_user("tabibito"))
        yield BotEnv(settings, services, bot, env, guild, channel, admin, visitor, clock, site)


@pytest.fixture
async def env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}})
    async with open_env(settings, clock, site) as running:
        yield running
