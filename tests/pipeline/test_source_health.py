"""A site that breaks and mends: its channels hear of it once each way, and never take it for a quiet topic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.core.health.causes import Cause
from bot.core.models import (
    ChannelId,
    GuildId,
    Health,
    NewSubscription,
    QuietHours,
    SourceName,
    SubscriptionSettings,
    UserId,
    WatchHealth,
)
from bot.core.text import make_topic
from bot.services.health import HealthService
from bot.storage.sql.mapping.common import vitals_json
from tests.conftest import EN, JA, Clock, House, make_settings, open_house
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect
from tests.pipeline.test_alerts import told

TOPICS = ("データセンター", "生成AI", "半導体")
LOGIN = "<!doctype html><title>ログイン</title><h1>ログインしてください</h1><form><input name=id></form>"


async def follow(house: House, *topics: str, channel: Any = None, language: str = "ja") -> None:
    """A channel follows topics of which the site shows three posts each; the first looks are over."""
    for number, topic in enumerate(topics):
        show(house, topic, number)
        wanted = NewSubscription(
            guild_id=GuildId(house.guild.id),
            channel_id=ChannelId((channel or house.channel).id),
            topic=make_topic(topic),
            created_by=UserId(house.admin.id),
            settings=SubscriptionSettings(language=language, min_rp={SourceName.TRENDPAGE: 100}),
        )
        await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())
    await house.poll()
    await rounds(house, 12)


def show(house: House, topic: str, number: int = 0, *, rp: int | None = 20) -> None:
    posts = [house.post(f"{topic}の投稿{serial}", rp, serial=10 * number + serial) for serial in range(3)]
    house.site.put(topic, posts)


async def rounds(house: House, minutes: int) -> None:
    """The clockwork for so long, a round a minute."""
    for _ in range(minutes):
        house.clock.forward(minutes=1)
        await house.poll()
        await house.services.health.tell()
        await house.deliver()


async def health_of(house: House) -> set[Health]:
    return {watch.health for watch in await house.services.storage.watches.listed()}


def answers_500(house: House) -> None:
    house.site.status = 500


def shows_a_login(house: House) -> None:
    house.site.instead = LOGIN


def loses_its_rp(house: House) -> None:
    for number, topic in enumerate(TOPICS):
        show(house, topic, number, rp=None)


def shows_no_posts(house: House) -> None:
    for topic in TOPICS:
        house.site.put(topic, volume=1000)


def is_well_again(house: House) -> None:
    house.site.status, house.site.instead = 200, None
    for number, topic in enumerate(TOPICS):
        show(house, topic, number)


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    ("breaks", "why"),
    [
        (answers_500, "health-busy"),
        (shows_a_login, "health-changed"),
        (loses_its_rp, "health-no-rp"),
        (shows_no_posts, "health-changed"),
    ],
    ids=["500", "login", "no RP", "no posts"],
)
async def test_site_that_breaks_and_mends_is_told_once_each_way(
    house: House, breaks: Callable[[House], None], why: str
) -> None:
    await follow(house, *TOPICS)

    breaks(house)
    await rounds(house, 120)
    bad = told(house.channel)
    is_well_again(house)
    await rounds(house, 8 * 60)

    [notice] = bad
    assert JA.say("notice-all", source=JA.say("source-trendpage")) in notice
    assert JA.say(why) in notice
    assert all(topic in notice for topic in TOPICS)
    [_, good] = told(house.channel)
    assert JA.say("notice-well", source=JA.say("source-trendpage")) in good
    assert await health_of(house) == {Health.OK}


async def test_blip_is_not_told(house: House) -> None:
    await follow(house, *TOPICS)

    answers_500(house)
    await rounds(house, 15)
    is_well_again(house)
    await rounds(house, 60)

    assert told(house.channel) == []


@pytest.mark.invariant(3)
async def test_site_that_comes_and_goes_is_not_told_each_time(house: House) -> None:
    await follow(house, *TOPICS)

    for _ in range(4):
        answers_500(house)
        await rounds(house, 45)
        is_well_again(house)
        await rounds(house, 45)

    assert [text.count("⚠️") for text in told(house.channel)] == [1, 0]


async def test_each_channel_hears_of_its_own_topics(house: House) -> None:
    other = house.guild.create_text_channel("別室")
    await follow(house, *TOPICS[:2])
    await follow(house, TOPICS[2], channel=other, language="en")

    answers_500(house)
    await rounds(house, 60)

    [here], [there] = told(house.channel), told(other)
    assert TOPICS[2] not in here
    assert f"{EN.say('notice-all', source='Trend page')} {EN.say('health-busy')}" in there
    assert TOPICS[2] in there


@pytest.mark.invariant(5)
async def test_page_that_is_gone_is_told_and_the_site_that_breaks_later_too(house: House) -> None:
    await follow(house, *TOPICS)
    show(house, TOPICS[0], rp=None)
    await rounds(house, 60)

    answers_500(house)
    await rounds(house, 90)
    is_well_again(house)
    show(house, TOPICS[0], rp=None)
    await rounds(house, 12 * 60)

    some, every, partly = told(house.channel)
    assert "読み取れないトピックがあります" in some
    assert TOPICS[1] not in some
    assert all(topic in every for topic in TOPICS)
    source = JA.say("source-trendpage")
    assert JA.say("notice-partly", source=source, topics=TOPICS[0], more=0) in partly
    assert TOPICS[1] not in partly


async def test_notice_waits_while_the_channel_is_quiet(house: House) -> None:
    await follow(house, *TOPICS)
    quiet = QuietHours("UTC", 0, 12 * 60)
    await house.services.storage.guilds.set_quiet_hours(
        GuildId(house.guild.id), ChannelId(house.channel.id), quiet, house.clock()
    )

    answers_500(house)
    await rounds(house, 120)
    silent = told(house.channel)
    house.clock.now = house.clock().replace(hour=12, minute=5)
    await rounds(house, 1)

    assert silent == []
    assert len(told(house.channel)) == 1


async def test_all_topics_are_read_again_soon_after_a_long_outage(house: House) -> None:
    """Each of them had backed off for hours."""
    topics = [f"話題{number}" for number in range(20)]
    await follow(house, *topics)
    answers_500(house)
    await rounds(house, 6 * 60)
    house.site.status = 200

    async def unread() -> list[str]:
        return [one.topic.name for one in await house.services.storage.watches.listed() if one.failures]

    while len(await unread()) == len(topics):
        await rounds(house, 1)
    await rounds(house, 6)

    assert await unread() == []


@pytest.mark.invariant(1)
async def test_bot_that_was_away_does_not_tell_of_what_it_has_not_looked_at(house: House) -> None:
    await follow(house, *TOPICS)
    answers_500(house)
    await rounds(house, 12)
    house.clock.forward(days=2)
    is_well_again(house)

    await house.services.health.tell()
    await rounds(house, 30)

    assert [text for text in told(house.channel) if "⚠️" in text] == []


@pytest.fixture
async def silent_house(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[House]:
    """A bot that sends channels no notices of sources."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"source_notices": False})
    async with open_house(settings, clock, site) as running:
        yield running


async def test_where_notices_are_off_only_the_log_hears_once_each_way(
    silent_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await follow(silent_house, *TOPICS)

    with caplog.at_level("WARNING", logger="bot.services.health"):
        answers_500(silent_house)
        await rounds(silent_house, 120)
        is_well_again(silent_house)
        await rounds(silent_house, 8 * 60)

    assert told(silent_house.channel) == []
    assert [record.getMessage() for record in caplog.records if record.name == "bot.services.health"] == [
        f"source Trend page cannot be read for all topics (3): {EN.say('health-busy')}",
        "source Trend page can be read again",
    ]


def with_office(house: House) -> tuple[House, Any]:
    """The bot, and the channel that gets the operator's notices of sources."""
    office = house.guild.create_text_channel("番所")
    discord_settings = msgspec.structs.replace(house.settings.discord, status_channel=office.id)
    settings = msgspec.structs.replace(house.settings, discord=discord_settings)
    services = house.services
    service = HealthService(
        services.storage,
        services.sources,
        settings,
        services.texts,
        clock=house.clock,
        on_notices=services.delivery.wake,
    )
    return replace(house, services=replace(services, health=service)), office


async def test_operator_hears_in_the_channel_the_settings_name(house: House) -> None:
    house, office = with_office(house)
    await follow(house, *TOPICS)

    answers_500(house)
    await rounds(house, 60)

    [notice] = told(office)
    assert "トレンドページ" in notice


def fall_silent(house: House, topic: str) -> None:
    """As a look leaves a watch of which nothing came for ten usual gaps."""
    vitals = WatchHealth(since=house.clock(), cause=Cause.SILENT, hours=40, usual_hours=2)
    Inspect(house.settings.database.url)(
        "UPDATE watches SET health = 'degraded', cause = 'silent', vitals = ? WHERE topic_key = ?",
        vitals_json(vitals),
        make_topic(topic).key,
    )


async def test_operator_hears_once_of_each_watch_that_falls_silent_and_at_most_once_a_day(house: House) -> None:
    house, office = with_office(house)
    await follow(house, *TOPICS)

    fall_silent(house, TOPICS[0])
    fall_silent(house, TOPICS[1])
    for _ in range(3):
        await house.services.health.tell()
        await house.deliver()
        house.clock.forward(hours=2)
    fall_silent(house, TOPICS[2])
    for _ in range(30):
        house.clock.forward(hours=1)
        await house.services.health.tell()
        await house.deliver()

    first, second = map(str.casefold, told(office))
    assert TOPICS[0].casefold() in first
    assert TOPICS[1].casefold() in first
    assert TOPICS[2].casefold() not in first
    assert TOPICS[2].casefold() in second
    assert TOPICS[0].casefold() not in second
    assert told(house.channel) == []
