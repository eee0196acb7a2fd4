"""Changing a subscription by one click: minimums that a day's posts suggest, /subscribe again, a page's feed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import SourceName
from tests.cogs.sentences import say
from tests.conftest import BotEnv, Clock
from tests.fakes.feed_site import FeedSite, rss

from .test_feeds import TITLE, item
from .test_subscribe import TOPIC, answer, labels, shown, stored, subscribe


@pytest.fixture
async def feeds() -> AsyncIterator[FeedSite]:
    async with FeedSite() as running:
        yield running


RPS = (12, 15, 40, 60, 110, 130, 260, 520)


def buttons(message: Any) -> dict[str, dict[str, Any]]:
    """The buttons of a message by their custom_id."""
    return {
        part["custom_id"]: part
        for part in walk_components(message.components)
        if part.get("custom_id") and part["type"] == 2
    }


def a_day(env: BotEnv) -> None:
    """Eight posts of the day, from 12 to 520 reposts."""
    env.site.put(TOPIC, [env.post(f"話{rp}", rp, serial=rp) for rp in RPS])


async def test_the_dry_run_offers_minimums_that_are_set_by_a_click_and_undone(env: BotEnv) -> None:
    a_day(env)
    message = await subscribe(env)
    [subscription] = await stored(env)
    offers = {one: part for one, part in buttons(message).items() if one.startswith("kw:minrp:")}
    assert list(offers) == [f"kw:minrp:{subscription.id}:{bar}" for bar in (10, 100, 500)]
    assert [one["label"] for one in offers.values()] == [
        say(env, "button-min-rp", minimum=str(bar), count=count) for bar, count in ((10, 8), (100, 4), (500, 1))
    ]

    assert offers[f"kw:minrp:{subscription.id}:100"]["disabled"], "it is set already"

    set_ = (await env.admin.click(message, custom_id=f"kw:minrp:{subscription.id}:10")).response

    assert [one.settings.min_rp for one in await stored(env)] == [{SourceName.TRENDPAGE: 10}]
    bars = {f"{at}": say(env, "rule-min-rp", count=bar) for at, bar in (("before", 100), ("after", 10))}
    assert say(env, "change-min-rp", source=say(env, "source-trendpage"), **bars) in shown(set_)
    assert say(env, "day-passing", known=8, passing=8) in shown(set_)
    assert buttons(set_)[f"kw:minrp:{subscription.id}:10"]["disabled"]

    await env.admin.click(set_, label=say(env, "button-undo"))

    assert [one.settings.min_rp for one in await stored(env)] == [{SourceName.TRENDPAGE: 100}]


async def test_minimums_answer_after_a_restart(env: BotEnv) -> None:
    a_day(env)
    message = await subscribe(env)
    [subscription] = await stored(env)

    await env.sim.restart_bot(type(env.bot)(env.services, background=False))
    await env.admin.click(message, custom_id=f"kw:minrp:{subscription.id}:500")

    assert [one.settings.min_rp for one in await stored(env)] == [{SourceName.TRENDPAGE: 500}]


@pytest.mark.invariant(3)
async def test_a_lower_minimum_tells_nothing_old(env: BotEnv) -> None:
    a_day(env)
    message = await subscribe(env)
    [subscription] = await stored(env)
    await env.poll_again()

    await env.admin.click(message, custom_id=f"kw:minrp:{subscription.id}:10")
    await env.poll_again()

    assert env.channel.history() == []


async def test_rights_are_asked_when_a_minimum_is_clicked(env: BotEnv) -> None:
    a_day(env)
    other = env.guild.create_text_channel("別室")
    message = await subscribe(env, channel=other)
    [subscription] = await stored(env)
    channel = env.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, view_channel=True, manage_roles=True)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)
    await env.sim.settle()

    refused = await env.admin.click(message, custom_id=f"kw:minrp:{subscription.id}:10")

    assert "Manage Channels" in shown(answer(refused))
    assert [one.settings.min_rp for one in await stored(env)] == [{SourceName.TRENDPAGE: 100}]


async def test_subscribing_again_with_other_options_offers_to_change_to_them(env: BotEnv) -> None:
    await subscribe(env, include="電力")
    [before] = await stored(env)

    message = await subscribe(env, min_rp=20, exclude="広告", language="ja", people_only=False)

    said = shown(message)
    assert say(env, "subscribe-exists-heading", topic=TOPIC) in said
    none = say(env, "list-none")
    assert say(env, "change-exclude", before=none, after="広告") in said
    assert say(env, "change-language", before="English", after="日本語") in said
    assert "電力" not in said, "what was not asked for stays"
    assert await stored(env) == [before]

    changed = (await env.admin.click(message, label=say(env, "button-change"))).response

    [after] = await stored(env)
    assert (after.id, after.settings.min_rp, after.settings.language) == (
        before.id,
        {SourceName.TRENDPAGE: 20},
        "ja",
    )
    assert (after.settings.rules.include, after.settings.rules.exclude, after.settings.rules.people_only) == (
        ("電力",),
        ("広告",),
        False,
    )
    assert say(env, "change-exclude", before=none, after="広告") in shown(changed)

    await env.admin.click(changed, label=say(env, "button-undo"))

    [undone] = await stored(env)
    assert (undone.settings.min_rp, undone.settings.rules, undone.settings.language) == (
        before.settings.min_rp,
        before.settings.rules,
        before.settings.language,
    )


async def test_a_change_that_was_offered_is_not_made_over_a_newer_one(env: BotEnv) -> None:
    await subscribe(env)
    message = await subscribe(env, min_rp=20)
    [subscription] = await stored(env)
    await env.services.subscriptions.fewer_alerts(subscription.id, subscription.guild_id)

    refused = await env.admin.click(message, label=say(env, "button-change"))

    assert shown(answer(refused)) == say(env, "error-undo-changed")
    assert [one.settings.min_rp for one in await stored(env)] == [{SourceName.TRENDPAGE: 200}]


async def test_a_change_that_is_no_longer_kept_says_so(env: BotEnv) -> None:
    await subscribe(env)
    message = await subscribe(env, min_rp=20)
    env.clock.forward(days=2)

    refused = await env.admin.click(message, label=say(env, "button-change"))

    assert shown(answer(refused)) == say(env, "change-forgotten")


@pytest.mark.invariant(7)
async def test_a_change_to_a_role_is_checked_when_it_is_clicked(env: BotEnv) -> None:
    await subscribe(env)
    role = env.guild.create_role("読者", mentionable=True)
    message = await subscribe(env, role=role)
    known = env.bot.get_guild(env.guild.id)
    assert known is not None
    found = known.get_role(role.id)
    assert found is not None
    await found.edit(mentionable=False)
    await env.sim.settle()

    refused = await env.admin.click(message, label=say(env, "button-change"))

    assert shown(answer(refused)) == say(env, "error-role-not-yours")
    assert [one.settings.role_id for one in await stored(env)] == [None]


async def test_the_feed_a_page_names_is_subscribed_to_by_a_click_as_was_asked(
    env: BotEnv, clock: Clock, feeds: FeedSite
) -> None:
    feeds.put("/rss", rss(item(clock, 1), title=TITLE))
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    page = feeds.put("/", f"<html><head>{head}</head></html>", kind="text/html")
    other = env.guild.create_text_channel("別室")

    message = await subscribe(env, topic=page, channel=other, include="橋")
    done = answer(await env.admin.click(message, label=say(env, "trend-button-subscribe-feed")))

    [subscription] = await stored(env)
    assert (subscription.topic.name, subscription.channel_id) == (TITLE, other.id)
    assert subscription.settings.rules.include == ("橋",)
    assert say(env, "subscribed-heading", topic=TITLE) in shown(done)


@pytest.mark.invariant(7)
async def test_the_feed_a_page_names_is_no_markup(env: BotEnv, clock: Clock, feeds: FeedSite) -> None:
    feeds.put("/rss", rss(item(clock, 1), title=TITLE))
    href = "/rss?[Official](https://elsewhere.example/)`**loud**`"
    page = feeds.put(
        "/",
        f'<html><head><link rel="alternate" type="application/rss+xml" href="{href}"></head></html>',
        kind="text/html",
    )

    said = shown(await subscribe(env, topic=page))

    assert "Official" in said
    assert not any(markup in said for markup in ("?[", "l](", "(`", ")**"))


async def test_trend_of_a_page_offers_its_feed(env: BotEnv, clock: Clock, feeds: FeedSite) -> None:
    feeds.put("/rss", rss(item(clock, 1), title=TITLE))
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    page = feeds.put("/", f"<html><head>{head}</head></html>", kind="text/html")

    result = await env.admin.slash(env.channel, "trend", topic=page)
    [message] = result.followups

    assert message.ephemeral
    assert labels(message)[:2] == [say(env, "trend-button-subscribe-feed"), say(env, "trend-button-feed")]
    await env.admin.click(message, label=say(env, "trend-button-subscribe-feed"))
    assert [one.topic.name for one in await stored(env)] == [TITLE]


@pytest.mark.parametrize("typed", ["ftp://example.com/feed.xml", "javascript:alert(1)", "file:///etc/passwd"])
@pytest.mark.parametrize("command", ["subscribe", "trend"])
async def test_addresses_that_are_not_the_webs_are_refused_with_a_sentence(
    env: BotEnv, command: str, typed: str
) -> None:
    result = await env.admin.slash(env.channel, command, topic=typed)

    said = shown(answer(result))
    assert said.strip() == say(env, "error-address-scheme", scheme=typed.partition(":")[0])
    assert await stored(env) == []
