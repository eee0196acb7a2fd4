"""A site that breaks and mends: its channels hear of it once each way, and never take it for a quiet topic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.core.causes import Cause
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
from bot.storage.sql.mapping.common import health_record_json
from tests.conftest import EN, JA, BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect
from tests.pipeline.test_alerts import told

TOPICS = ("データセンター", "生成AI", "半導体")
LOGIN = "<!doctype html><title>ログイン</title><h1>ログインしてください</h1><form><input name=id></form>"


async def follow(env: BotEnv, *topics: str, channel: Any = None, language: str = "ja") -> None:
    """A channel follows topics of which the site shows three posts each; the first looks are over."""
    for number, topic in enumerate(topics):
        show(env, topic, number)
        wanted = NewSubscription(
            guild_id=GuildId(env.guild.id),
            channel_id=ChannelId((channel or env.channel).id),
            topic=make_topic(topic),
            created_by=UserId(env.admin.id),
            settings=SubscriptionSettings(language=language, min_rp={SourceName.TRENDPAGE: 100}),
        )
        await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll()
    await rounds(env, 12)


def show(env: BotEnv, topic: str, number: int = 0, *, rp: int | None = 20) -> None:
    posts = [env.post(f"{topic}の投稿{serial}", rp, serial=10 * number + serial) for serial in range(3)]
    env.site.put(topic, posts)


async def rounds(env: BotEnv, minutes: int) -> None:
    """The clockwork for so long, a round a minute."""
    for _ in range(minutes):
        env.clock.forward(minutes=1)
        await env.poll()
        await env.services.health.send_notices()
        await env.deliver()


async def health_of(env: BotEnv) -> set[Health]:
    return {watch.health for watch in await env.services.storage.watches.listed()}


def answers_500(env: BotEnv) -> None:
    env.site.status = 500


def shows_a_login(env: BotEnv) -> None:
    env.site.instead = LOGIN


def loses_its_rp(env: BotEnv) -> None:
    for number, topic in enumerate(TOPICS):
        show(env, topic, number, rp=None)


def shows_no_posts(env: BotEnv) -> None:
    for topic in TOPICS:
        env.site.put(topic, volume=1000)


def is_well_again(env: BotEnv) -> None:
    env.site.status, env.site.instead = 200, None
    for number, topic in enumerate(TOPICS):
        show(env, topic, number)


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
async def test_site_that_breaks_and_mends_is_reported_once_each_way(
    env: BotEnv, breaks: Callable[[BotEnv], None], why: str
) -> None:
    await follow(env, *TOPICS)

    breaks(env)
    await rounds(env, 120)
    bad = told(env.channel)
    is_well_again(env)
    await rounds(env, 8 * 60)

    [notice] = bad
    assert JA.say("notice-all", source=JA.say("source-trendpage")) in notice
    assert JA.say(why) in notice
    assert all(topic in notice for topic in TOPICS)
    [_, good] = told(env.channel)
    assert JA.say("notice-well", source=JA.say("source-trendpage")) in good
    assert await health_of(env) == {Health.OK}


async def test_blip_is_not_sent(env: BotEnv) -> None:
    await follow(env, *TOPICS)

    answers_500(env)
    await rounds(env, 15)
    is_well_again(env)
    await rounds(env, 60)

    assert told(env.channel) == []


@pytest.mark.invariant(3)
async def test_site_that_comes_and_goes_is_not_reported_each_time(env: BotEnv) -> None:
    await follow(env, *TOPICS)

    for _ in range(4):
        answers_500(env)
        await rounds(env, 45)
        is_well_again(env)
        await rounds(env, 45)

    assert [text.count("⚠️") for text in told(env.channel)] == [1, 0]


async def test_each_channel_hears_of_its_own_topics(env: BotEnv) -> None:
    other = env.guild.create_text_channel("別室")
    await follow(env, *TOPICS[:2])
    await follow(env, TOPICS[2], channel=other, language="en")

    answers_500(env)
    await rounds(env, 60)

    [here], [there] = told(env.channel), told(other)
    assert TOPICS[2] not in here
    assert f"{EN.say('notice-all', source='Trend page')} {EN.say('health-busy')}" in there
    assert TOPICS[2] in there


@pytest.mark.invariant(5)
async def test_page_that_is_gone_is_reported_and_the_site_that_breaks_later_too(env: BotEnv) -> None:
    await follow(env, *TOPICS)
    show(env, TOPICS[0], rp=None)
    await rounds(env, 60)

    answers_500(env)
    await rounds(env, 90)
    is_well_again(env)
    show(env, TOPICS[0], rp=None)
    await rounds(env, 12 * 60)

    some, every, partly = told(env.channel)
    assert "読み取れないトピックがあります" in some
    assert TOPICS[1] not in some
    assert all(topic in every for topic in TOPICS)
    source = JA.say("source-trendpage")
    assert JA.say("notice-partly", source=source, topics=TOPICS[0], more=0) in partly
    assert TOPICS[1] not in partly


async def test_notice_waits_while_the_channel_is_quiet(env: BotEnv) -> None:
    await follow(env, *TOPICS)
    quiet = QuietHours("UTC", 0, 12 * 60)
    await env.services.storage.guilds.set_quiet_hours(
        GuildId(env.guild.id), ChannelId(env.channel.id), quiet, env.clock()
    )

    answers_500(env)
    await rounds(env, 120)
    silent = told(env.channel)
    env.clock.now = env.clock().replace(hour=12, minute=5)
    await rounds(env, 1)

    assert silent == []
    assert len(told(env.channel)) == 1


async def test_all_topics_are_read_again_soon_after_a_long_outage(env: BotEnv) -> None:
    """Each of them had backed off for hours."""
    topics = [f"話題{number}" for number in range(20)]
    await follow(env, *topics)
    answers_500(env)
    await rounds(env, 6 * 60)
    env.site.status = 200

    async def unread() -> list[str]:
        return [one.topic.name for one in await env.services.storage.watches.listed() if one.failures]

    while len(await unread()) == len(topics):
        await rounds(env, 1)
    await rounds(env, 6)

    assert await unread() == []


@pytest.mark.invariant(1)
async def test_bot_that_was_away_does_not_report_what_it_has_not_polled(env: BotEnv) -> None:
    await follow(env, *TOPICS)
    answers_500(env)
    await rounds(env, 12)
    env.clock.forward(days=2)
    is_well_again(env)

    await env.services.health.send_notices()
    await rounds(env, 30)

    assert [text for text in told(env.channel) if "⚠️" in text] == []


@pytest.fixture
async def silent_env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    """A bot that sends channels no notices of sources."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"source_notices": False})
    async with open_env(settings, clock, site) as running:
        yield running


async def test_where_notices_are_off_only_the_log_hears_once_each_way(
    silent_env: BotEnv, caplog: pytest.LogCaptureFixture
) -> None:
    await follow(silent_env, *TOPICS)

    with caplog.at_level("WARNING", logger="bot.services.health"):
        answers_500(silent_env)
        await rounds(silent_env, 120)
        is_well_again(silent_env)
        await rounds(silent_env, 8 * 60)

    assert told(silent_env.channel) == []
    assert [record.getMessage() for record in caplog.records if record.name == "bot.services.health"] == [
        f"source Trend page cannot be read for all topics (3): {EN.say('health-busy')}",
        "source Trend page can be read again",
    ]


def with_office(env: BotEnv) -> tuple[BotEnv, Any]:
    """The bot, and the channel that gets the operator's notices of sources."""
    office = env.guild.create_text_channel("番所")
    discord_settings = msgspec.structs.replace(env.settings.discord, status_channel=office.id)
    settings = msgspec.structs.replace(env.settings, discord=discord_settings)
    services = env.services
    service = HealthService(
        services.storage,
        services.sources,
        settings,
        services.texts,
        clock=env.clock,
        on_notices=services.delivery.wake,
    )
    return replace(env, services=replace(services, health=service)), office


async def test_operator_hears_in_the_channel_the_settings_name(env: BotEnv) -> None:
    env, office = with_office(env)
    await follow(env, *TOPICS)

    answers_500(env)
    await rounds(env, 60)

    [notice] = told(office)
    assert "トレンドページ" in notice


def fall_silent(env: BotEnv, topic: str) -> None:
    """As a look leaves a watch of which nothing came for ten usual gaps."""
    health_record = WatchHealth(since=env.clock(), cause=Cause.SILENT, hours=40, usual_hours=2)
    Inspect(env.settings.database.url)(
        "UPDATE watches SET health = 'degraded', cause = 'silent', vitals = ? WHERE topic_key = ?",
        health_record_json(health_record),
        make_topic(topic).key,
    )


async def test_operator_hears_once_of_each_watch_that_falls_silent_and_at_most_once_a_day(env: BotEnv) -> None:
    env, office = with_office(env)
    await follow(env, *TOPICS)

    fall_silent(env, TOPICS[0])
    fall_silent(env, TOPICS[1])
    for _ in range(3):
        await env.services.health.send_notices()
        await env.deliver()
        env.clock.forward(hours=2)
    fall_silent(env, TOPICS[2])
    for _ in range(30):
        env.clock.forward(hours=1)
        await env.services.health.send_notices()
        await env.deliver()

    first, second = map(str.casefold, told(office))
    assert TOPICS[0].casefold() in first
    assert TOPICS[1].casefold() in first
    assert TOPICS[2].casefold() not in first
    assert TOPICS[2].casefold() in second
    assert TOPICS[0].casefold() not in second
    assert told(env.channel) == []
