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
    ChannelId,
    GuildId,
    NewSubscription,
    SourceName,
    Subscription,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from bot.services.subscription_requests import SettingsChange
from tests.cogs.subscriptions.test_subscribe import answer
from tests.conftest import Clock, House, make_settings, open_house
from tests.fakes.trend_site import TrendSite

from .forging import press as forged

TOPIC = "データセンター"


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[House]:
    """A bot whose subscriptions are told at most two posts an hour."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"ceiling_per_hour": 2})
    async with open_house(settings, clock, site) as running:
        yield running


async def subscribe(house: House) -> Subscription:
    """The channel follows the topic, and the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(house.guild.id),
        channel_id=ChannelId(house.channel.id),
        topic=make_topic(TOPIC),
        created_by=UserId(house.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    subscription = await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())
    await house.look_again()
    return subscription


async def tell(house: House, count: int = 1) -> Any:
    """The alert that arrives when so many posts appear."""
    posts = [house.post(f"増設の話 {n}", 500 + n, serial=n, minutes_old=1) for n in range(count)]
    house.site.put(TOPIC, posts)
    await house.look_again()
    return house.channel.last_message


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


async def pick(house: House, message: Any, action: str) -> Any:
    """The admin opens the menu and clicks in it; the answer in its place."""
    menu = (await house.admin.click(message, label="⋯")).response
    await press(house.admin, menu, f"^kw:menu:.*:{action}$")
    return menu


async def undo(house: House, menu: Any) -> Any:
    """Take back what the menu did."""
    return await press(house.admin, menu, "^kw:undo:")


def take_permission_away(house: House) -> None:
    """Nobody but the owner may manage channels any more."""
    for role in house.env.backend.guilds[house.guild.id].roles.values():
        role.permissions &= ~discord.Permissions(manage_channels=True).value


def said(result: Any) -> list[str]:
    """All a click was answered with in words."""
    return [answer.content for answer in (result.response, *result.followups) if answer is not None]


def sentence(house: House, text_id: str, **values: Any) -> str:
    return house.services.texts.speaker("en").say(text_id, **values)


async def test_the_trend_button_answers_only_the_one_who_clicked(house: House) -> None:
    await subscribe(house)
    message = await tell(house)
    result = await house.visitor.click(message, label="トレンド")
    answers = [result.response, *result.followups]
    assert any(TOPIC in texts(answer) for answer in answers if answer is not None)
    assert all(answer.ephemeral for answer in answers if answer is not None)


async def test_the_menu_needs_manage_channels_and_says_so(house: House) -> None:
    await subscribe(house)
    message = await tell(house)
    result = await house.visitor.click(message, label="⋯")
    assert result.ephemeral
    assert "Manage Channels" in result.response.content


async def test_the_menu_is_for_the_one_who_opened_it_and_shows_the_bar(house: House) -> None:
    await subscribe(house)
    result = await house.admin.click(await tell(house), label="⋯")
    assert result.ephemeral
    assert "Trend page from RP 100" in texts(result.response)


async def test_a_menu_older_than_the_permission_does_nothing(house: House) -> None:
    subscription = await subscribe(house)
    menu = (await house.admin.click(await tell(house), label="⋯")).response
    take_permission_away(house)
    result = await press(house.admin, menu, ":stop$")
    assert "Manage Channels" in result.followups[-1].content
    assert await house.services.storage.subscriptions.get(subscription.id) is not None


async def test_fewer_alerts_raise_the_minimum_and_undo_lowers_it_again(house: House) -> None:
    subscription = await subscribe(house)
    menu = await pick(house, await tell(house), "quieter")
    raised = await house.services.storage.subscriptions.get(subscription.id)
    said = texts(menu)
    await undo(house, menu)

    again = await house.services.storage.subscriptions.get(subscription.id)
    assert raised is not None
    assert raised.settings.min_rp == {SourceName.TRENDPAGE: 200}
    assert "from RP 200" in said
    assert sentence(house, "alert-later-quieter") in said
    assert again is not None
    assert again.settings.min_rp == subscription.settings.min_rp
    assert "from RP 100" in texts(menu)


async def test_undo_leaves_a_minimum_that_somebody_set_meanwhile(house: House) -> None:
    subscription = await subscribe(house)
    menu = await pick(house, await tell(house), "quieter")
    ask = SettingsChange(min_rp="700", include="", exclude="", language="ja", role_id=None)
    await house.services.subscriptions.change(subscription.id, subscription.guild_id, ask)

    result = await undo(house, menu)

    stored = await house.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.settings.min_rp == {SourceName.TRENDPAGE: 700}
    assert sentence(house, "error-undo-changed") in said(result)


@pytest.mark.parametrize(("action", "seconds"), [("mute-hour", 3600), ("mute-day", 86_400)])
async def test_muting_lasts_as_long_as_said_and_can_be_undone(house: House, action: str, seconds: int) -> None:
    subscription = await subscribe(house)
    menu = await pick(house, await tell(house), action)
    stored = await house.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.muted_until is not None
    assert (stored.muted_until - house.clock()).total_seconds() == seconds
    assert f"<t:{int(stored.muted_until.timestamp())}:f>" in texts(menu)

    await undo(house, menu)
    again = await house.services.storage.subscriptions.get(subscription.id)
    assert again is not None
    assert again.muted_until is None or again.muted_until <= house.clock()
    assert texts(menu).strip() == sentence(house, "alert-undone-muted", topic=TOPIC)


async def test_undoing_a_mute_leaves_the_longer_one_before_it(house: House) -> None:
    subscription = await subscribe(house)
    message = await tell(house)
    until = house.clock().replace(microsecond=0) + timedelta(days=3)
    await house.services.subscriptions.mute(subscription.id, until)

    await undo(house, await pick(house, message, "mute-hour"))

    stored = await house.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.muted_until == until


async def test_undo_of_an_older_version_unmutes(house: House) -> None:
    subscription = await subscribe(house)
    await tell(house)
    message = answer(await house.admin.slash(house.channel, "subscriptions"))
    await house.services.subscriptions.mute(subscription.id, house.clock() + timedelta(days=3))

    await forged(house.admin, message, f"kw:undo:{subscription.id}:muted")

    stored = await house.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.muted_until is None


async def test_a_muted_author_is_not_told_any_more_until_it_is_undone(house: House) -> None:
    subscription = await subscribe(house)
    message = await tell(house)
    menu = await pick(house, message, "author")
    stored = await house.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.settings.rules.muted_authors == ("kawara_taro",)
    assert "kawara" in texts(menu)
    assert sentence(house, "alert-later-author") in texts(menu)

    house.site.put(TOPIC, [house.post("もう一つ", 900, serial=7, minutes_old=1)])
    await house.look_again()
    assert house.channel.last_message.id == message.id

    await undo(house, menu)
    again = await house.services.storage.subscriptions.get(subscription.id)
    assert again is not None
    assert again.settings.rules.muted_authors == ()


async def test_stop_removes_the_subscription_and_undo_brings_it_back(house: House) -> None:
    subscription = await subscribe(house)
    menu = await pick(house, await tell(house), "stop")
    assert await house.services.storage.subscriptions.get(subscription.id) is None
    assert sentence(house, "alert-done-stopped", topic=TOPIC) in texts(menu)

    await undo(house, menu)
    assert await house.services.storage.subscriptions.get(subscription.id) is not None
    assert texts(menu).strip() == sentence(house, "alert-undone-stopped", topic=TOPIC)


async def test_undo_that_is_too_late_says_so(house: House) -> None:
    await subscribe(house)
    menu = await pick(house, await tell(house), "stop")
    await subscribe(house)
    result = await undo(house, menu)
    assert sentence(house, "subscription-restore-late") in said(result)


async def test_the_menu_of_a_removed_subscription_says_it_is_gone(house: House) -> None:
    subscription = await subscribe(house)
    message = await tell(house)
    await house.services.subscriptions.remove(subscription.id)
    result = await house.admin.click(message, label="⋯")
    assert result.ephemeral
    assert said(result) == [sentence(house, "subscription-gone")]


async def test_a_summary_shows_what_it_counted_page_by_page(house: House) -> None:
    await subscribe(house)
    await tell(house, 8)
    await house.look_again(hours=2)
    line = house.channel.last_message
    shown = (await house.visitor.click(line, label="表示")).response
    assert shown.ephemeral
    assert "6 more posts" in texts(shown)
    assert "Page 1 of 2" in texts(shown)
    first = texts(shown)

    await house.visitor.click(shown, label="Next")
    assert "Page 2 of 2" in texts(shown)
    assert texts(shown) != first


async def test_a_message_that_is_no_longer_kept_says_so(house: House) -> None:
    await subscribe(house)
    message = await tell(house)
    await house.services.storage.maintenance.prune(
        house.clock() + timedelta(days=100), keep_posts=timedelta(days=30)
    )
    for label in ("トレンド", "⋯"):
        result = await house.admin.click(message, label=label)
        assert result.ephemeral
        assert said(result) == [sentence(house, "error-message-unknown")]


async def test_undo_needs_manage_channels_too(house: House) -> None:
    subscription = await subscribe(house)
    menu = await pick(house, await tell(house), "stop")
    take_permission_away(house)
    result = await undo(house, menu)
    assert "Manage Channels" in result.followups[-1].content
    assert await house.services.storage.subscriptions.get(subscription.id) is None


async def test_buttons_answer_after_a_restart(house: House) -> None:
    await subscribe(house)
    message = await tell(house)
    await house.env.restart_bot(TrendBot(house.services, background=False))
    result = await house.admin.click(message, label="⋯")
    assert "Alerts for" in texts(result.response)


async def test_nothing_of_a_told_alert_is_kept_by_discord_py(house: House) -> None:
    await subscribe(house)
    await tell(house)
    store = house.bot._connection._view_store
    assert not store._views
    assert not store._synced_message_views
