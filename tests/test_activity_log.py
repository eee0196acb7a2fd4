"""What a running bot's log says: what it is, as whom it is connected, and once a minute what it did."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot import app
from bot.activity_log import ActivityLog
from bot.core.activity import QUIET_MINUTES, Activity
from bot.core.models import SourceName
from bot.core.text import make_topic
from bot.storage.sqlite.migrate import load_steps
from tests.conftest import make_settings
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.trend_site import SitePost, TrendSite
from tests.living import living, until

from .cli.test_cli import PUBLISHED


def lines(caplog: pytest.LogCaptureFixture, logger: str, level: int = logging.INFO) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == logger and one.levelno == level]


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")


async def test_minute_in_which_something_was_done_is_a_line_and_a_quiet_one_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    done = [Activity()]
    async with app.open_services(make_settings(tmp_path)) as services:
        minutes = ActivityLog(services.storage.trends, lambda: done[-1])

        await minutes.tick()
        done.append(Activity(checked=3, failed=1))
        await minutes.tick()
        await minutes.tick()

    (line,) = lines(caplog, "bot.activity_log")
    assert "checked 3 (1 failed)" in line


async def test_quiet_hour_is_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with app.open_services(make_settings(tmp_path)) as services:
        minutes = ActivityLog(services.storage.trends, Activity)

        for _ in range(2 * QUIET_MINUTES):
            await minutes.tick()

    assert len(lines(caplog, "bot.activity_log")) == 2


async def test_bot_that_starts_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kawaraban.toml").touch()
    async with app.open_services(make_settings(tmp_path, sources={"misskey": {"enabled": True}})) as services:
        await app.introduce(services)

    said = "\n".join(lines(caplog, "bot.app"))
    on, _, off = said.partition("; off: ")
    assert str(tmp_path / "kawaraban.toml") in said
    assert f"{tmp_path / 'kawaraban.db'} (schema {len(load_steps())})" in said
    assert "misskey" in on
    assert "mastodon" in off


async def test_bot_that_is_connected_says_as_whom_where_and_for_how_many(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeDiscord() as server:
        guild = server.add_guild("tea house")
        alice = server.add_member(guild, "alice")
        news = server.add_channel(guild, "news")
        async with living(server, tmp_path) as alive:
            await alive.follow(news)
            await alive.up()
            await until(lambda: bool(lines(caplog, "bot.gateway.client")))
            await until(lambda: bool(server.world.commands[None]))
            await server.slash(news, alice, "help")
            used = alive.bot.used

    (connected,) = lines(caplog, "bot.gateway.client")
    assert str(server.world.application_id) in connected
    assert "servers 1, subscriptions 1" in connected
    assert used == 1
    assert any("help" in line for line in lines(caplog, "bot.gateway.client", logging.DEBUG))


async def test_debug_has_each_poll_and_decision(
    tmp_path: Path, site: TrendSite, caplog: pytest.LogCaptureFixture
) -> None:
    topic = make_topic("データセンター")
    site.put(topic.name, [SitePost(PUBLISHED, "一つ目", 10)])
    async with app.open_services(make_settings(tmp_path, sources={"trendpage": {"url": site.url}})) as services:
        await services.storage.watches.add([(SourceName.TRENDPAGE, topic, None)], services.clock())

        await services.poller.poll_due()
        assert services.poller.done.polled == 1

    assert any("1 posts" in line for line in lines(caplog, "bot.polling.poller", logging.DEBUG))
