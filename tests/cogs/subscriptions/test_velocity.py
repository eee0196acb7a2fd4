"""How fast a post spreads, as a condition of a subscription and in what people read, on the simulated Discord."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import RefusedRequest
from bot.core.models import SourceName, SubscriptionSettings
from bot.core.text import label
from bot.services.subscriptions.requests import SettingsChange
from tests.cogs.sentences import answered, say
from tests.cogs.subscriptions.test_subscribe import TOPIC, answer, shown, stored, subscribe, to_wall
from tests.cogs.subscriptions.test_subscriptions import followed, modal_fields, opened, pressed
from tests.conftest import BotEnv


async def rising(env: BotEnv) -> None:
    """Two posts of an hour ago, both above the minimum: one gained 340 reposts since, the other 20."""
    fast, slow = env.post("速い投稿", 150, minutes_old=300), env.post("遅い投稿", 200, minutes_old=300, serial=1)
    known = env.post("前からの投稿", 50, minutes_old=400, serial=2)
    env.site.put(TOPIC, [known])
    await env.poll()
    env.site.put(TOPIC, [fast, slow, known])
    await env.poll_again()
    env.site.put(TOPIC, [replace(fast, rp=490), replace(slow, rp=220), known])
    await env.poll_again(minutes=60)


async def test_only_a_post_that_spreads_fast_enough_is_sent_and_says_how_fast(env: BotEnv) -> None:
    said = shown(await subscribe(env, velocity=300))
    await rising(env)

    [message] = env.channel.history()
    wall = to_wall(message)
    assert say(env, "rule-velocity", count=300) in said
    assert "速い投稿" in wall
    assert "遅い投稿" not in wall
    assert say(env, "velocity-hour", gained="340") in wall


async def test_why_says_how_fast_it_was(env: BotEnv) -> None:
    await subscribe(env, velocity=300)
    await rising(env)
    slow = env.site.pages[TOPIC].posts[1]
    link = f"https://x.com/{slow.handle}/status/{slow.id}"

    message = answer(await env.visitor.slash(env.channel, "why", post=link))

    assert say(env, "why-below-velocity", peak=20, minimum=300) in shown(message)


async def test_trend_says_how_fast_a_post_spreads(env: BotEnv) -> None:
    await subscribe(env)
    await rising(env)

    answer_of_trend = answered(await env.visitor.slash(env.channel, "trend", topic=TOPIC))

    assert say(env, "velocity-hour", gained="340") in shown(answer_of_trend)


async def test_velocity_is_edited_beside_the_minimum(env: BotEnv) -> None:
    subscription = await followed(env, min_rp=100, velocity=300)
    form = await pressed(env, await opened(env, subscription), "Edit")
    sent = {"include": "", "exclude": "", "language": ["en"], "role": []}

    assert modal_fields(form)["min_rp"]["value"] == "100 +300/h"
    done = await env.admin.submit_modal(form, sent | {"min_rp": "８０　+1,000/時"})
    [changed] = await stored(env)
    assert set(changed.settings.min_rp.values()) == {80}
    assert changed.settings.rules.min_velocity == 1_000
    assert say(env, "rule-velocity", count=1_000) in shown(done.response)

    form = await pressed(env, await opened(env, changed), "Edit")
    await env.admin.submit_modal(form, sent | {"min_rp": "80"})
    assert (await stored(env))[0].settings.rules.min_velocity == 0


@pytest.mark.parametrize("typed", ["100 +many/h", "100 +1.5/h", "100 +-3/h", "100 +99999999999/h"])
async def test_a_velocity_that_is_none_is_refused_with_one_that_works(env: BotEnv, typed: str) -> None:
    subscription = await followed(env, min_rp=100)
    form = await pressed(env, await opened(env, subscription), "Edit")
    sent = {"include": "", "exclude": "", "language": ["en"], "role": [], "min_rp": typed}

    refused = answer(await env.admin.submit_modal(form, sent))

    assert say(env, "error-velocity", limit=1_000_000_000) in shown(refused)
    assert (await stored(env))[0].settings.rules.min_velocity == 0


async def test_a_subscription_that_there_is_shows_the_change_of_its_velocity(env: BotEnv) -> None:
    await subscribe(env, velocity=300)

    said = shown(await subscribe(env, velocity=500))

    before, after = (say(env, "rule-velocity", count=one) for one in (300, 500))
    assert say(env, "change-velocity", before=before, after=after) in said
    assert label(TOPIC, 60) in said


def test_velocity_is_refused_where_nothing_has_reposts() -> None:
    with pytest.raises(RefusedRequest) as refused:
        SettingsChange(min_velocity=300).settings(SubscriptionSettings("ja", {}), {SourceName.FEED: 0}, None)

    assert refused.value.text_id == "error-velocity-feed"
