"""A language model's sentence under /trend, and translations of alerts, on the simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.models import Actor, GuildId, PostKey
from tests.cogs.sentences import answered, say
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, labels, shown, subscribe
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.language_model import MODEL_FAULTS, ModelServer
from tests.fakes.trend_site import TrendSite

SENTENCE = "停電が続き [1]、信号も消えた [2]。"


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        server.say(SENTENCE)
        yield server


@pytest.fixture
async def asking(tmp_path: Path, clock: Clock, site: TrendSite, model: ModelServer) -> AsyncIterator[BotEnv]:
    """A bot with a language model; two posts are on the topic's page."""
    summary: dict[str, Any] = {"url": model.url, "model": "small"}
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, summary=summary)
    async with open_env(settings, clock, site) as running:
        site.put(TOPIC, [running.post("停電が続く", 300), running.post("信号も消えた", 200, serial=1)])
        yield running


async def test_trend_is_shown_at_once_and_gets_its_sentence(asking: BotEnv, model: ModelServer) -> None:
    result = await asking.visitor.slash(asking.channel, "trend", topic=TOPIC)

    said = shown(answered(result))
    assert say(asking, "summary-by-model") in said
    assert "停電が続き" in said
    assert model.data[0]["posts"] == {"1": "停電が続く", "2": "信号も消えた"}


@pytest.mark.invariant(6)
@pytest.mark.parametrize("fault", ["down", "html", "oversized", "refusal"])
async def test_trend_does_without_a_model_that_fails(asking: BotEnv, model: ModelServer, fault: str) -> None:
    model.fault = MODEL_FAULTS[fault]

    said = shown(answered(await asking.visitor.slash(asking.channel, "trend", topic=TOPIC)))

    assert "停電が続く" in said
    assert say(asking, "summary-by-model") not in said


@pytest.mark.invariant(7)
async def test_a_sentence_is_escaped(asking: BotEnv, model: ModelServer) -> None:
    model.say("**停電** が続く [1]。")

    said = shown(answered(await asking.visitor.slash(asking.channel, "trend", topic=TOPIC)))

    assert "**停電** が" not in said
    assert "停電" in said


@pytest.mark.invariant(8)
async def test_a_sentence_about_a_hidden_post_is_gone(asking: BotEnv, model: ModelServer) -> None:
    await asking.visitor.slash(asking.channel, "trend", topic=TOPIC)
    [first, _] = asking.site.pages[TOPIC].posts
    await asking.services.moderation.hide(GuildId(asking.guild.id), PostKey(f"x:{first.id}"), Actor("user:1"))

    said = shown(answered(await asking.visitor.slash(asking.channel, "trend", topic=TOPIC)))

    assert "停電が続" not in said
    assert len(model.asked) == 1


async def alert(env: BotEnv) -> Any:
    """The only alert of the channel."""
    env.site.put(TOPIC, [env.post("前からの投稿", 40, minutes_old=600)])
    await subscribe(env)
    await env.poll()
    env.site.put(TOPIC, [env.post("停電が続く", 300)])
    env.clock.forward(minutes=6)
    await env.poll()
    await env.deliver()
    return env.channel.history()[-1]


async def menu(env: BotEnv, who: Any) -> Any:
    return answer(await who.click(await alert(env), label="⋯"))


async def test_everybody_who_reads_an_alert_can_have_it_translated(asking: BotEnv, model: ModelServer) -> None:
    opened = await menu(asking, asking.visitor)
    assert labels(opened) == [say(asking, text_id) for text_id in ("alert-menu-curve", "alert-menu-translate")]
    model.say("The *power* cut goes on")

    done = await asking.visitor.click(opened, label=say(asking, "alert-menu-translate"))

    said = shown(done.response if not done.followups else done.followups[-1])
    assert "cut goes on" in said
    assert "*power*" not in said.replace("\\*power\\*", "")
    assert say(asking, "translate-by-model") in said


async def test_a_translation_that_fails_says_so(asking: BotEnv, model: ModelServer) -> None:
    opened = await menu(asking, asking.visitor)
    model.fault = MODEL_FAULTS["rate limit"]

    done = await asking.visitor.click(opened, label=say(asking, "alert-menu-translate"))

    assert say(asking, "translate-failed") in shown(done.followups[-1] if done.followups else done.response)


async def test_without_a_model_nobody_is_offered_a_translation(env: BotEnv) -> None:
    opened = answer(await env.admin.click(await alert(env), label="⋯"))

    assert say(env, "alert-menu-translate") not in labels(opened)
