"""A language model's sentence on the card of a surge: the card is sent without it, and edited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import card_sentences
from bot.core.models import Actor, GuildId, PostKey
from tests.cogs.sentences import say
from tests.cogs.test_digests import NEXT_MORNING, come, create
from tests.conftest import Clock, make_settings, open_env
from tests.fakes.language_model import MODEL_FAULTS, ModelServer
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect

from .surge_world import PER_BIN
from .test_alerts import text_of, told
from .test_surges import PageWorld

SENTENCE = "停電が続き [1]、信号も消えた [2]。"


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        server.say(SENTENCE)
        yield server


@pytest.fixture
async def page(tmp_path: Path, clock: Clock, site: TrendSite, model: ModelServer) -> AsyncIterator[PageWorld]:
    summary: dict[str, Any] = {"url": model.url, "model": "small"}
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, summary=summary)
    async with open_env(settings, clock, site) as env:
        yield PageWorld(env)


async def surges(page: PageWorld) -> None:
    """Two posts are on the page, and its card is in the channel."""
    env = page.env
    await page.begin()
    page.posts = [env.post("停電が続く", 300), env.post("信号も消えた", 200, serial=1, handle="another")]
    await page.lives(4)
    await page.lives(2, 8 * PER_BIN)
    assert len(told(env.channel)) == 1


async def ask(page: PageWorld) -> str:
    """The card after the next minute."""
    await card_sentences(page.env.services).tick()
    await page.env.deliver()
    [card] = told(page.env.channel)
    return card


async def test_card_is_sent_without_a_sentence_and_edited_when_there_is_one(
    page: PageWorld, model: ModelServer
) -> None:
    await surges(page)
    [before] = told(page.env.channel)

    after = await ask(page)

    written = say(page.env, "card-sentence-by-model", language="ja")
    assert written not in before
    assert written in after
    assert "停電が続き" in after
    assert model.data[0]["posts"] == {"1": "停電が続く", "2": "信号も消えた"}


async def test_each_number_of_a_sentence_links_to_its_post(page: PageWorld) -> None:
    await surges(page)

    after = await ask(page)

    [first, second] = page.env.site.pages["データセンター"].posts
    assert [
        f"{number}\\]](https://x.com/{one.handle}/status/{one.id})" in after
        for number, one in ((1, first), (2, second))
    ] == [True, True]


async def test_model_is_asked_once_about_a_card(page: PageWorld, model: ModelServer) -> None:
    await surges(page)

    for _ in range(3):
        await ask(page)

    assert len(model.asked) == 1


@pytest.mark.invariant(6)
async def test_card_stays_as_it_is_where_the_model_fails(page: PageWorld, model: ModelServer) -> None:
    model.fault = MODEL_FAULTS["oversized"]
    await surges(page)
    before = told(page.env.channel)

    after = await ask(page)

    assert [after] == before


async def test_statement_that_no_post_makes_is_not_shown(page: PageWorld, model: ModelServer) -> None:
    model.say("9999世帯で停電 [1]。")
    await surges(page)

    assert say(page.env, "card-sentence-by-model", language="ja") not in await ask(page)


@pytest.mark.invariant(8)
async def test_sentence_leaves_the_card_and_the_database_with_a_hidden_post(page: PageWorld) -> None:
    await surges(page)
    await ask(page)
    env = page.env
    [first, _] = env.site.pages["データセンター"].posts

    await env.services.moderation.hide(GuildId(env.guild.id), PostKey(f"x:{first.id}"), Actor("user:1"))
    env.clock.forward(minutes=1)
    await env.deliver()

    assert "停電が続" not in told(env.channel)[0]
    assert Inspect(env.settings.database.url)("SELECT sentence FROM entry_sentences") == [(None,)]


async def test_card_of_which_over_an_hour_passed_is_left_as_it_is(page: PageWorld, model: ModelServer) -> None:
    await surges(page)
    page.env.clock.forward(minutes=61)

    await ask(page)

    assert model.asked == []


async def test_digest_is_sent_without_a_sentence_and_edited_when_there_is_one(
    page: PageWorld, model: ModelServer
) -> None:
    env = page.env
    await page.begin(preset=None)
    await create(env)
    page.posts = [env.post("停電が続く", 300), env.post("信号も消えた", 200, serial=1)]
    await page.lives(1)
    [before] = [text_of(one) for one in await come(env, NEXT_MORNING)]

    after = await ask(page)

    written = say(env, "card-sentence-by-model", language="en")
    assert written not in before
    assert written in after
    assert len(model.asked) == 1
