"""/about: true figures, terms, and the operator's contact."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.core.models import SourceName
from bot.storage.sql import maintenance
from tests.cogs.subscriptions.test_subscribe import answer, in_japanese, shown
from tests.conftest import EN, JA, BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

Opened = Callable[..., AbstractAsyncContextManager[BotEnv]]
SECRET = "https://pages.example/k3y/{topic}"


@pytest.fixture
def opened(tmp_path: Path, clock: Clock, site: TrendSite) -> Opened:
    @asynccontextmanager
    async def running(**sections: dict[str, Any]) -> AsyncIterator[BotEnv]:
        async with open_env(make_settings(tmp_path, **sections), clock, site) as env:
            yield env

    return running


async def about(env: BotEnv) -> str:
    result = await env.visitor.slash(env.channel, "about")
    assert result.response.ephemeral
    return shown(answer(result))


async def test_everybody_reads_version_and_the_figures_that_are_set(opened: Opened) -> None:
    figures: dict[str, Any] = {"poll": {"keep_posts_days": 12}, "privacy": {"forget_servers_after_days": 7}}
    async with opened(**figures) as env:
        said = await about(env)

    days = {"messages": maintenance.HISTORY.days, "decisions": maintenance.DECISIONS.days}
    assert EN.say("about-title", version=__version__) in said
    assert EN.say("about-privacy-posts", posts=12, **days) in said
    assert EN.say("about-privacy-left", left=7) in said
    assert EN.say("about-privacy-model") not in said


async def test_terms_are_linked_and_an_address_that_may_hold_a_key_is_not(opened: Opened) -> None:
    sources = {
        "mastodon": {"enabled": True, "base_url": "https://mast.example", "more_urls": ["https://two.example"]},
        "trendpage": {"url": SECRET},
    }
    async with opened(sources=sources) as env:
        said = await about(env)

    assert "[mast.example](https://mast.example/about)" in said
    assert "[two.example](https://two.example/about)" in said
    assert EN.say("about-source-own", source=EN.say(f"source-{SourceName.TRENDPAGE}")) in said
    assert "k3y" not in said
    assert "Bluesky" not in said


@pytest.mark.parametrize(("contact", "expected"), [("", EN.say("about-contact-none")), ("ops@bot.example", None)])
async def test_contact_is_what_the_operator_wrote(opened: Opened, contact: str, expected: str | None) -> None:
    async with opened(discord={"contact": contact}) as env:
        said = await about(env)

    assert (expected or contact) in said


async def test_model_that_reads_posts_is_named(opened: Opened) -> None:
    async with opened(summary={"url": "http://127.0.0.1:9/v1", "model": "small"}) as env:
        assert EN.say("about-privacy-model") in await about(env)


async def test_japanese_people_read_it_in_japanese(opened: Opened) -> None:
    async with opened() as env:
        in_japanese(env)
        assert JA.say("about-hide") in await about(env)
