"""Every button under an alert: for those who may, for those who may not, and when what it was about is gone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import (
    EVERYWHERE,
    Actor,
    ChannelId,
    GuildId,
    NewSubscription,
    PostKey,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from bot.services.subscriptions.requests import SettingsChange
from tests.cogs.subscriptions.test_subscribe import answer
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

from .forging import press as forged
from .sentences import say

TOPIC = "データセンター"


@pytest.fixture
async def env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    """A bot whose subscriptions are told at most two posts an hour."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"ceiling_per_hour": 2})
    async with open_env(settings, clock, site) as running:
        yield running


async def subscribe(env: BotEnv) -> Subscription:
    """The channel follows the topic, and the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId(env.channel.id),
        topic=make_topic(TOPIC),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    subscription = await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()
    return subscription


async def tell(env: BotEnv, count: int = 1) -> Any:
    """The alert that arrives when so many posts appear."""
    posts = [env.post(f"増設の話 {n}", 500 + n, serial=n, minutes_old=1) for n in range(count)]
    env.site.put(TOPIC, posts)
    await env.poll_again()
    return env.channel.last_message


def texts(shown: Any) -> str:
    """All text a message shows."""

    def walk(raw: Any) -> Any:
        for one in raw:
            yield one.get("content", "")
            yield from walk(one.get("components", []))

    return "\n".join([shown.content, *walk(shown.components)])


def ids(shown: Any) -> list[str]:
    """The custom_ids of a message's buttons and menus."""
    return [part["custom_id"] for part in walk_components(shown.components) if part.get("custom_id")]


def the(shown: Any, pattern: str) -> str:
    """The one custom_id of a message that matches."""
    [found] = [one for one in ids(shown) if re.search(pattern, one)]
    return found


async def press(who: Any, shown: Any, pattern: str) -> Any:
    """Click what has this custom_id."""
    return await who.click(shown, custom_id=the(shown, pattern))


async def pick(env: BotEnv, message: Any, action: str) -> Any:
    """The admin opens the menu and clicks in it; the answer in its place."""
    menu = (await env.admin.click(message, label="⋯")).response
    await press(env.admin, menu, f"^kw:menu:.*:{action}$")
    return menu


async def undo(env: BotEnv, menu: Any) -> Any:
    """Take back what the menu did."""
    return await press(env.admin, menu, "^kw:undo:")


def take_permission_away(env: BotEnv) -> None:
    """Nobody but the owner may manage channels any more."""
    for role in env.sim.backend.guilds[env.guild.id].roles.values():
        role.permissions &= ~discord.Permissions(manage_channels=True).value


def said(result: Any) -> list[str]:
    """All a click was answered with in words."""
    return [answer.content for answer in (result.response, *result.followups) if answer is not None]


def sentence(env: BotEnv, text_id: str, **values: Any) -> str:
    return env.services.texts.speaker("en").say(text_id, **values)


async def test_the_trend_button_answers_only_the_one_who_clicked(env: BotEnv) -> None:
    await subscribe(env)
    message = await tell(env)
    result = await env.visitor.click(message, label="トレンド")
    answers = [result.response, *result.followups]
    assert any(TOPIC in texts(answer) for answer in answers if answer is not None)
    assert all(answer.ephemeral for answer in answers if answer is not None)


async def test_the_menu_of_those_who_manage_nothing_shows_the_posts_curve_alone(env: BotEnv) -> None:
    await subscribe(env)
    message = await tell(env)

    menu = await env.visitor.click(message, label="⋯")
    offered = [one.rsplit(":", 1)[1] for one in ids(menu.response)]
    shown = await env.visitor.click(menu.response, label=say(env, "alert-menu-curve"))

    assert menu.ephemeral
    assert offered == ["curve"]
    assert shown.response.id == menu.response.id
    assert len(shown.response.attachments) == 1
    assert say(env, "alert-reposts", rp="500", count=500) in texts(shown.response)


@pytest.mark.invariant(8)
async def test_a_menu_older_than_the_hiding_of_its_post_shows_no_curve(env: BotEnv) -> None:
    await subscribe(env)
    menu = (await env.visitor.click(await tell(env), label="⋯")).response
    key = PostKey(f"x:{env.site.pages[TOPIC].posts[0].id}")

    await env.services.storage.moderation.hide(EVERYWHERE, key, actor=Actor("operator"), why=None, now=env.clock())
    result = await env.visitor.click(menu, label=say(env, "alert-menu-curve"))

    said = [one for one in (result.response, *result.followups) if one is not None]
    assert not any(one.attachments for one in said)
    assert say(env, "error-message-unknown") in [one.content for one in said]


async def test_the_menus_other_actions_need_manage_channels_and_say_so(env: BotEnv) -> None:
    await subscribe(env)
    message = await tell(env)
    opened = await env.visitor.click(message, label="⋯")
    [curve] = ids(opened.response)

    result = await forged(env.visitor, opened.response, curve.replace(":curve", ":mute-hour"))

    assert "Manage Channels" in result


async def test_the_menu_is_for_the_one_who_opened_it_and_shows_the_threshold(env: BotEnv) -> None:
    await subscribe(env)
    result = await env.admin.click(await tell(env), label="⋯")
    assert result.ephemeral
    assert "Trend page from RP 100" in texts(result.response)


async def test_a_menu_older_than_the_permission_does_nothing(env: BotEnv) -> None:
    subscription = await subscribe(env)
    menu = (await env.admin.click(await tell(env), label="⋯")).response
    take_permission_away(env)
    result = await press(env.admin, menu, ":stop$")
    assert "Manage Channels" in result.followups[-1].content
    assert await env.services.storage.subscriptions.get(subscription.id) is not None


async def test_fewer_alerts_raise_the_minimum_and_undo_lowers_it_again(env: BotEnv) -> None:
    subscription = await subscribe(env)
    menu = await pick(env, await tell(env), "quieter")
    raised = await env.services.storage.subscriptions.get(subscription.id)
    said = texts(menu)
    await undo(env, menu)

    again = await env.services.storage.subscriptions.get(subscription.id)
    assert raised is not None
    assert raised.settings.min_rp == {SourceName.TRENDPAGE: 200}
    assert "from RP 200" in said
    assert sentence(env, "alert-later-quieter") in said
    assert again is not None
    assert again.settings.min_rp == subscription.settings.min_rp
    assert "from RP 100" in texts(menu)


async def test_undo_leaves_a_minimum_that_somebody_set_meanwhile(env: BotEnv) -> None:
    subscription = await subscribe(env)
    menu = await pick(env, await tell(env), "quieter")
    ask = SettingsChange(min_rp="700", include="", exclude="", language="ja", role_id=None)
    await env.services.subscriptions.change(subscription.id, subscription.guild_id, ask)

    result = await undo(env, menu)

    stored = await env.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.settings.min_rp == {SourceName.TRENDPAGE: 700}
    assert sentence(env, "error-undo-changed") in said(result)


@pytest.mark.parametrize(("action", "seconds"), [("mute-hour", 3600), ("mute-day", 86_400)])
async def test_muting_lasts_as_long_as_said_and_can_be_undone(env: BotEnv, action: str, seconds: int) -> None:
    subscription = await subscribe(env)
    menu = await pick(env, await tell(env), action)
    stored = await env.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.muted_until is not None
    assert (stored.muted_until - env.clock()).total_seconds() == seconds
    assert f"<t:{int(stored.muted_until.timestamp())}:f>" in texts(menu)

    await undo(env, menu)
    again = await env.services.storage.subscriptions.get(subscription.id)
    assert again is not None
    assert again.muted_until is None or again.muted_until <= env.clock()
    assert texts(menu).strip() == sentence(env, "alert-undone-muted", topic=TOPIC)


async def test_undoing_a_mute_leaves_the_longer_one_before_it(env: BotEnv) -> None:
    subscription = await subscribe(env)
    message = await tell(env)
    until = env.clock().replace(microsecond=0) + timedelta(days=3)
    await env.services.subscriptions.mute(subscription.id, until)

    await undo(env, await pick(env, message, "mute-hour"))

    stored = await env.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.muted_until == until


async def test_undo_of_an_older_version_unmutes(env: BotEnv) -> None:
    subscription = await subscribe(env)
    await tell(env)
    message = answer(await env.admin.slash(env.channel, "subscriptions"))
    await env.services.subscriptions.mute(subscription.id, env.clock() + timedelta(days=3))

    await forged(env.admin, message, f"kw:undo:{subscription.id}:muted")

    stored = await env.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.muted_until is None


async def test_a_muted_author_is_not_alerted_any_more_until_it_is_undone(env: BotEnv) -> None:
    subscription = await subscribe(env)
    message = await tell(env)
    menu = await pick(env, message, "author")
    stored = await env.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.settings.rules.muted_authors == ("kawara_taro",)
    assert "kawara" in texts(menu)
    assert sentence(env, "alert-later-author") in texts(menu)

    env.site.put(TOPIC, [env.post("もう一つ", 900, serial=7, minutes_old=1)])
    await env.poll_again()
    assert env.channel.last_message.id == message.id

    await undo(env, menu)
    again = await env.services.storage.subscriptions.get(subscription.id)
    assert again is not None
    assert again.settings.rules.muted_authors == ()


async def test_stop_removes_the_subscription_and_undo_brings_it_back(env: BotEnv) -> None:
    subscription = await subscribe(env)
    menu = await pick(env, await tell(env), "stop")
    assert await env.services.storage.subscriptions.get(subscription.id) is None
    assert sentence(env, "alert-done-stopped", topic=TOPIC) in texts(menu)

    await undo(env, menu)
    assert await env.services.storage.subscriptions.get(subscription.id) is not None
    assert texts(menu).strip() == sentence(env, "alert-undone-stopped", topic=TOPIC)


async def test_undo_that_is_too_late_says_so(env: BotEnv) -> None:
    await subscribe(env)
    menu = await pick(env, await tell(env), "stop")
    await subscribe(env)
    result = await undo(env, menu)
    assert sentence(env, "subscription-restore-late") in said(result)


async def test_the_menu_of_a_removed_subscription_says_it_is_gone(env: BotEnv) -> None:
    subscription = await subscribe(env)
    message = await tell(env)
    await env.services.subscriptions.remove(subscription.id)
    result = await env.admin.click(message, label="⋯")
    assert result.ephemeral
    assert said(result) == [sentence(env, "subscription-gone")]


async def test_a_summary_shows_what_it_counted_page_by_page(env: BotEnv) -> None:
    await subscribe(env)
    await tell(env, 8)
    await env.poll_again(hours=2)
    line = env.channel.last_message
    shown = (await env.visitor.click(line, label="表示")).response
    assert shown.ephemeral
    assert "6 more posts" in texts(shown)
    assert "Page 1 of 2" in texts(shown)
    first = texts(shown)

    await env.visitor.click(shown, label="Next")
    assert "Page 2 of 2" in texts(shown)
    assert texts(shown) != first


async def test_a_message_that_is_no_longer_kept_says_so(env: BotEnv) -> None:
    await subscribe(env)
    message = await tell(env)
    await env.services.storage.maintenance.prune(env.clock() + timedelta(days=100), keep_posts=timedelta(days=30))
    for label in ("トレンド", "⋯"):
        result = await env.admin.click(message, label=label)
        assert result.ephemeral
        assert said(result) == [sentence(env, "error-message-unknown")]


async def test_undo_needs_manage_channels_too(env: BotEnv) -> None:
    subscription = await subscribe(env)
    menu = await pick(env, await tell(env), "stop")
    take_permission_away(env)
    result = await undo(env, menu)
    assert "Manage Channels" in result.followups[-1].content
    assert await env.services.storage.subscriptions.get(subscription.id) is None


async def test_buttons_answer_after_a_restart(env: BotEnv) -> None:
    await subscribe(env)
    message = await tell(env)
    await env.sim.restart_bot(TrendBot(env.services, background=False))
    result = await env.admin.click(message, label="⋯")
    assert "Alerts for" in texts(result.response)


async def test_nothing_of_a_sent_alert_is_kept_by_discord_py(env: BotEnv) -> None:
    await subscribe(env)
    await tell(env)
    store = env.bot._connection._view_store
    assert not store._views
    assert not store._synced_message_views
