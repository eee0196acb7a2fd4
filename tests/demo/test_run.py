from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.run import POLL_EVERY_S, demo_settings, language_or_system, running_demo
from bot.demo.sites.all_sites import open_sites
from bot.demo.worlds.world import World

START = datetime(2026, 11, 29, tzinfo=UTC)


async def test_the_demo_takes_nothing_from_the_operators_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("KAWARABAN_POLL__INTERVAL_S", "900")
    monkeypatch.setenv("KAWARABAN_SOURCES__BLUESKY__IDENTIFIER", "me.example")
    monkeypatch.setenv("KAWARABAN_SOURCES__BLUESKY__APP_PASSWORD", "secret")
    (tmp_path / ".env").write_text("KAWARABAN_DATABASE__URL=sqlite:///mine.db\n")
    (tmp_path / "kawaraban.toml").write_text("[alerts]\nceiling_per_hour = 1\n")
    async with open_sites(World(START), clock=lambda: START) as sites:
        settings = demo_settings(tmp_path, sites, "en")
        plain = demo_settings(tmp_path, sites, "en", trend_page=False)
    assert settings.discord.token is None
    assert settings.poll.interval_s == POLL_EVERY_S
    assert not settings.sources.bluesky.is_on
    assert settings.database.url == f"sqlite:///{tmp_path}/kawaraban.db"
    assert settings.alerts.ceiling_per_hour == 20
    assert set(settings.http.only_hosts) == set(sites.hosts)
    assert settings.sources.trendpage.is_on
    assert not plain.sources.trendpage.is_on


@pytest.mark.parametrize(
    ("asked", "system", "spoken"),
    [
        ("ja", "en_US", "ja"),
        ("en", "ja_JP", "en"),
        (None, "ja_JP", "ja"),
        (None, "de_DE", "en"),
        (None, None, "en"),
    ],
)
def test_the_demo_speaks_what_was_asked_for_or_what_the_system_speaks(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, system: str | None, spoken: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: (system, "UTF-8"))
    assert language_or_system(asked) == spoken


def test_the_environment_says_what_the_system_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert language_or_system(None) == "ja"


async def test_no_work_that_never_ends_is_waited_for_by_a_person(tmp_path: Path) -> None:
    async with running_demo(language="en", folder=tmp_path, welcome=False) as demo:
        await demo.discord.env.settle()

        waited_for = [task.get_name() for task in demo.discord.env._work.tasks if not task.done()]

    assert waited_for == []


async def test_the_address_that_a_post_of_the_demo_opens_at_names_the_post(tmp_path: Path) -> None:
    async with running_demo(language="en", folder=tmp_path, welcome=False) as demo:
        [post, *_] = demo.world.page(demo.world.topics[0], demo.clock.now()).posts
        known = [
            await demo.discord.viewer.slash(demo.discord.channel, "why", post=address)
            for address in (f"{demo.sites.trend.url}x/{post.handle}/status/{post.id}", str(post.id))
        ]

    local, bare = (json.dumps((one.followups or [one.response])[-1].components) for one in known)
    assert f"x:{post.id}" in local
    assert local == bare
