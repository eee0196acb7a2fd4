"""About so many alerts a day, as people choose, read and change it on the simulated Discord."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from simcord.components import walk_components

from bot.core.models import SourceName
from tests.cogs import forging
from tests.cogs.sentences import say
from tests.cogs.subscriptions.test_subscribe import (
    TOPIC,
    answer,
    in_japanese,
    labels,
    shown,
    stored,
    subscribe,
    to_wall,
)
from tests.cogs.subscriptions.test_subscriptions import modal_fields, opened, pressed
from tests.cogs.test_alert_buttons import pick, press, undo
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.trend_site import TrendSite

PAGE = SourceName.TRENDPAGE


@pytest.fixture
async def env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    """A bot with the defaults of an operator who changed nothing."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"default_pace": 5})
    async with open_env(settings, clock, site) as running:
        yield running


async def alerted(env: BotEnv, rp: int = 900) -> Any:
    """The message of a post far above all others."""
    env.site.put(TOPIC, [env.post("新しい発電所", rp, minutes_old=1)])
    await env.poll_again()
    return env.channel.last_message


def disabled(message: Any) -> list[str]:
    return [one["label"] for one in walk_components(message.components) if one.get("disabled")]


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_new_subscription_gets_about_five_a_day_and_says_so(env: BotEnv, language: str) -> None:
    if language == "ja":
        in_japanese(env)
    env.site.put(TOPIC, [env.post("大きな投稿", 150), env.post("小さな投稿", 20, serial=1)])

    message = await subscribe(env)

    [subscription] = await stored(env)
    said = shown(message)
    assert (subscription.settings.pace, subscription.settings.min_rp) == (5, {PAGE: 5})
    assert say(env, "subscribed-pace", language, channel=f"<#{env.channel.id}>", pace=5) in said
    assert say(env, "week-pace", language, pace=5, sent=2, minimum="20") in said
    assert [say(env, "button-pace", language, pace=pace) for pace in (1, 5, 20)] == labels(message)[:3]
    assert disabled(message) == [say(env, "button-pace", language, pace=5)]


async def test_typed_minimum_is_a_threshold_as_before(env: BotEnv) -> None:
    await subscribe(env, min_rp=70)

    [subscription] = await stored(env)
    assert (subscription.settings.pace, subscription.settings.min_rp) == (None, {PAGE: 70})


async def test_pace_and_minimum_both_hold(env: BotEnv) -> None:
    said = shown(await subscribe(env, pace=3, min_rp=2_000))
    await env.poll_again()
    await alerted(env, 900)

    [subscription] = await stored(env)
    assert (subscription.settings.pace, subscription.settings.min_rp) == (3, {PAGE: 2_000})
    assert say(env, "rule-min-rp", count=2_000) in said
    assert env.channel.history() == []


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_alert_says_what_was_needed_and_its_place_in_the_day(env: BotEnv, language: str) -> None:
    await subscribe(env, language=language)
    await env.poll_again()

    wall = to_wall(await alerted(env))

    assert say(env, "alert-pace", language, number=1, pace=5) in wall
    found = re.search(
        re.escape(say(env, "alert-needed-rp", language, minimum="\0")).replace("\0", "([0-9,]+)"), wall
    )
    assert found is not None
    assert int(found[1].replace(",", "")) <= 900


async def test_why_says_what_was_needed_when(env: BotEnv) -> None:
    await subscribe(env)
    await env.poll_again()
    small = env.post("小さな投稿", 7, serial=3, minutes_old=60)
    env.site.put(TOPIC, [env.post("大きな投稿", 900, minutes_old=1), small])
    await env.poll_again()
    big = env.site.pages[TOPIC].posts[0]

    sent, below = [
        shown(
            answer(await env.admin.slash(env.channel, "why", post=f"https://x.com/{one.handle}/status/{one.id}"))
        )
        for one in (big, small)
    ]

    assert "<t:" in below
    assert (
        say(env, "why-below-pace", reposts="\0", at="\0", minimum="\0", sent=1, pace=5).rpartition("\0")[2]
        in below
    )
    assert say(env, "why-answer-sent-at", channel="\0", at="\0", link="\0").partition("\0")[0] in sent


async def test_fewer_and_more_lead_to_the_next_step_and_can_be_undone(env: BotEnv) -> None:
    await subscribe(env)
    await env.poll_again()
    message, found = await alerted(env), []
    for action in ("quieter", "more"):
        menu = await pick(env, message, action)
        found.append((await stored(env))[0].settings)
        await undo(env, menu)
        found.append((await stored(env))[0].settings)

    assert [one.pace for one in found] == [3, 5, 8, 5]
    assert {one.min_rp[PAGE] for one in found} == {5}


async def test_undo_leaves_a_pace_that_somebody_set_meanwhile(env: BotEnv) -> None:
    await subscribe(env)
    await env.poll_again()
    menu = await pick(env, await alerted(env), "more")
    [subscription] = await stored(env)
    await env.services.subscriptions.more_alerts(subscription.id, subscription.guild_id)

    await undo(env, menu)

    assert (await stored(env))[0].settings.pace == 12


async def test_fewer_is_not_for_who_may_not_manage_the_channel(env: BotEnv) -> None:
    await subscribe(env)
    await env.poll_again()
    message = await alerted(env)

    result = await env.visitor.click(message, label="⋯")

    assert result.ephemeral
    assert (await stored(env))[0].settings.pace == 5


async def test_button_sets_a_pace_and_another_takes_it_back(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("大きな投稿", 150), env.post("小さな投稿", 20, serial=1)])
    message = await subscribe(env)

    changed = await pressed(env, message, say(env, "button-pace", pace=20))
    after = (await stored(env))[0].settings.pace
    await press(env.admin, changed.response, "^kw:unchange:")

    assert after == 20
    assert (await stored(env))[0].settings.pace == 5


async def test_button_for_all_from_a_minimum_gives_up_the_pace_and_undo_brings_it_back(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("大きな投稿", 150), env.post("小さな投稿", 20, serial=1)])
    message = await subscribe(env)

    changed = await press(env.admin, message, "^kw:minrp:")
    after = (await stored(env))[0].settings
    await press(env.admin, changed.response, "^kw:unchange:")

    assert (after.pace, after.min_rp) == (None, {PAGE: 20})
    assert ((await stored(env))[0].settings.pace, (await stored(env))[0].settings.min_rp) == (5, {PAGE: 5})


async def submitted(env: BotEnv, typed: str) -> Any:
    form = await pressed(env, await opened(env, (await stored(env))[0]), say(env, "button-edit"))
    return await env.admin.submit_modal(form, {"language": ["en"], "min_rp": typed})


async def test_edit_form_takes_a_pace_a_minimum_or_both(env: BotEnv) -> None:
    await subscribe(env)
    found = []
    for typed in ("3/day", "12 a day", "1日8件", "３/日 100", "", "100", "7/day"):
        await submitted(env, typed)
        settings = (await stored(env))[0].settings
        found.append((settings.pace, settings.min_rp[PAGE]))

    assert found == [(3, 5), (12, 5), (8, 5), (3, 100), (3, 100), (None, 100), (7, 5)]


async def test_edit_form_shows_the_pace_and_changes_nothing_unless_it_is_changed(env: BotEnv) -> None:
    await subscribe(env, pace=8, min_rp=40)
    before = (await stored(env))[0].settings
    form = await pressed(env, await opened(env, (await stored(env))[0]), say(env, "button-edit"))

    typed = modal_fields(form)["min_rp"]["value"]
    await env.admin.submit_modal(form, {"language": ["ja"], "min_rp": typed})

    assert (before.pace, before.min_rp) == (8, {PAGE: 40})
    assert ((await stored(env))[0].settings.pace, (await stored(env))[0].settings.min_rp) == (8, {PAGE: 40})


async def test_pace_that_cannot_be_is_answered_with_what_can(env: BotEnv) -> None:
    await subscribe(env)
    unclear = ("0/day", "1.5/day", "51/day", "-3/day", "few/day", "1日たくさん件")

    results = [await submitted(env, typed) for typed in unclear]

    for result in results:
        said = "\n".join(shown(one) for one in (result.response, *result.followups) if one is not None)
        assert say(env, "error-pace", limit=50) in said
    assert (await stored(env))[0].settings.pace == 5


async def test_list_shows_the_pace(env: BotEnv) -> None:
    await subscribe(env, pace=12)

    message = answer(await env.admin.slash(env.channel, "subscriptions"))

    assert say(env, "rule-pace", pace=12) in shown(message)


# -- feeds ---------------------------------------------------------------------------------------------


def an_item(clock: Clock, number: int) -> Item:
    return Item(f"{number}番の話", f"https://a.example/{number}", clock())


async def test_feed_sends_all_its_articles_unless_a_pace_is_given(env: BotEnv, clock: Clock) -> None:
    async with FeedSite() as feeds:
        address = feeds.put("/news.xml", rss(an_item(clock, 0)))
        await subscribe(env, topic=address)

        assert (await stored(env))[0].settings.pace is None


async def test_pace_of_a_feed_is_the_most_of_a_day(env: BotEnv, clock: Clock) -> None:
    async with FeedSite() as feeds:
        address = feeds.put("/news.xml", rss(an_item(clock, 0)))
        await subscribe(env, topic=address, pace=3)
        await env.poll_again()
        for number in range(1, 8):
            feeds.put("/news.xml", rss(*(an_item(clock, each) for each in range(number, -1, -1))))
            await env.poll_again()
        of_first_day = len(env.channel.history())
        await env.poll_again(days=1)
        feeds.put("/news.xml", rss(*(an_item(clock, each) for each in range(9, -1, -1))))
        await env.poll_again()

    assert of_first_day == 3
    assert [f"{number}番の話" in to_wall(env.channel.last_message) for number in (9, 7, 5)] == [True, False, False]


async def test_pace_of_a_feed_search_is_refused_with_the_way_out(
    tmp_path: Path, clock: Clock, site: TrendSite
) -> None:
    async with FeedSite() as feeds:
        sources = {"trendpage": {"url": site.url}, "feed": {"search_urls": [feeds.base_url + "/search?q={topic}"]}}
        settings = make_settings(tmp_path, sources=sources, alerts={"default_pace": 5})
        async with open_env(settings, clock, site) as env:
            result = await env.admin.slash(env.channel, "subscribe", topic=TOPIC, source="feed", pace=5)
            said = "\n".join(shown(one) for one in (result.response, *result.followups) if one is not None)
            after = await stored(env)

    assert say(env, "error-pace-feed-search") in said
    assert after == []


@pytest.mark.parametrize("before", ["0", "51", "9" * 60])
async def test_forged_undo_sets_no_pace_that_cannot_be(env: BotEnv, before: str) -> None:
    await subscribe(env)
    await env.poll_again()
    menu = await pick(env, await alerted(env), "more")
    [subscription] = await stored(env)

    await forging.press(env.admin, menu, f"kw:undo:{subscription.id}:pace.{before}-8")

    assert (await stored(env))[0].settings.pace == 8
