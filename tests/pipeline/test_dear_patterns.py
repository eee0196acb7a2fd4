"""Patterns that cost more than a subscription may: refused when typed, set aside where they were stored before."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import RefusedRequest
from bot.core.models import (
    ChannelId,
    GuildId,
    NewSubscription,
    PauseReason,
    Rules,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

from .test_alerts import told

TOPIC = "データセンター"
DEAR = tuple(f"/(?:(?:a?){{{500 - n}}}(?:b?){{{480 + n}}}){{1}}z/" for n in range(5))
_LETTERS = random.Random(1)
TEXTS = ["".join(_LETTERS.choices("ab", k=600)) for _ in range(20)]


@pytest.fixture
async def env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    async with open_env(make_settings(tmp_path, sources={"trendpage": {"url": site.url}}), clock, site) as opened:
        yield opened


async def stored(env: BotEnv, rules: Rules) -> Subscription:
    """A subscription as an older version let people make it; its first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId(env.channel.id),
        topic=make_topic(TOPIC),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}, rules=rules),
    )
    made = await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()
    return made


async def paused(env: BotEnv, made: Subscription) -> PauseReason | None:
    found = await env.services.storage.subscriptions.get(made.id)
    assert found is not None
    return found.paused


@pytest.mark.invariant(11)
async def test_stored_patterns_that_cost_too_much_pause_and_their_channel_is_notified(env: BotEnv) -> None:
    made = await stored(env, Rules(exclude=DEAR))
    env.site.put(TOPIC, [env.post(text, 450, serial=number) for number, text in enumerate(TEXTS)])

    await env.poll_again()
    await env.deliver()

    assert await paused(env, made) is PauseReason.TOO_COSTLY
    assert len(told(env.channel)) == 1
    assert TOPIC in told(env.channel)[0]


@pytest.mark.invariant(3)
async def test_what_came_while_it_was_paused_is_not_alerted_once_it_is_resumed(env: BotEnv) -> None:
    made = await stored(env, Rules(exclude=DEAR))
    env.site.put(TOPIC, [env.post(text, 450, serial=number) for number, text in enumerate(TEXTS)])
    await env.poll_again()
    await env.deliver()
    service = env.services.subscriptions
    ask = SettingsChange(include="", exclude="/広告/", min_rp="", language="ja", role_id=None)

    await service.change(made.id, made.guild_id, ask)
    await service.resume(made.id, made.guild_id)
    await env.poll_again()
    await env.deliver()

    assert await paused(env, made) is None
    assert len(told(env.channel)) == 1


@pytest.mark.invariant(11)
async def test_second_poll_of_the_same_page_checks_nothing(env: BotEnv) -> None:
    await stored(env, Rules(include=("/ab+c/", "/ab{3}/")))
    page = [env.post(text, 450, serial=number) for number, text in enumerate(TEXTS[:10])]
    env.site.put(TOPIC, page)
    await env.poll_again()
    rule_evaluator = env.services.poller.rule_evaluator
    before = rule_evaluator.judged
    env.site.put(TOPIC, [replace(post, rp=451) for post in page])

    await env.poll_again()

    assert (before, rule_evaluator.judged) == (10, 10)


@pytest.mark.parametrize("way", ["subscribe", "change", "resume"])
async def test_patterns_that_cost_too_much_are_refused_when_they_are_typed(env: BotEnv, way: str) -> None:
    service, typed = env.services.subscriptions, ", ".join(DEAR)
    made = await stored(env, Rules(exclude=DEAR if way == "resume" else ()))
    ask = SubscribeRequest(
        topic="別の話",
        guild_id=made.guild_id,
        channel_id=made.channel_id,
        user_id=made.created_by,
        language="ja",
        chosen=SettingsChange(exclude=typed),
    )
    change = SettingsChange(include="", exclude=typed, min_rp="", language="ja", role_id=None)
    ways: dict[str, Callable[[], Awaitable[object]]] = {
        "subscribe": lambda: service.subscribe(ask),
        "change": lambda: service.change(made.id, made.guild_id, change),
        "resume": lambda: service.resume(made.id, made.guild_id),
    }

    with pytest.raises(RefusedRequest) as caught:
        await ways[way]()

    assert caught.value.text_id == "error-patterns-dear"
    assert await service.list(made.guild_id) == [made]
