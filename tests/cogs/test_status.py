"""/status and the notice's button on the simulated Discord: what it says, in which language, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.models import (
    ChannelId,
    GuildId,
    MessageId,
    NewSubscription,
    SourceName,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from tests.cogs.subscriptions.test_subscribe import answer, in_japanese, shown, to_wall
from tests.cogs.test_alert_buttons import sentence
from tests.conftest import EN, BotEnv, Clock, make_settings, open_env
from tests.failures import failed
from tests.fakes.trend_site import TrendSite

TOPIC, OTHER = "データセンター", "生成AI"


async def follow(env: BotEnv, topic: str = TOPIC, channel: Any = None) -> None:
    env.site.put(topic, [env.post("増設の話", 20)])
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId((channel or env.channel).id),
        topic=make_topic(topic),
        created_by=UserId(env.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()


async def breaks(env: BotEnv, *, told: bool = True) -> None:
    """The site has been down for more than an hour, and the channel was told, or is about to be."""
    env.site.status = 503
    for _ in range(90):
        env.clock.forward(minutes=1)
        await env.poll()
        await env.services.health.send_notices()
    if told:
        await env.deliver()


async def status(env: BotEnv, who: Any = None) -> Any:
    """The summary."""
    return answer(await (who or env.visitor).slash(env.channel, "status"))


async def details(env: BotEnv, who: Any = None) -> str:
    """What the summary's button shows."""
    who = who or env.visitor
    message = await status(env, who)
    await who.click(message, custom_id="kw:status:all")
    return shown(message)


def source_line(env: BotEnv, mark: str, source: str, topics: int, **counts: int) -> str:
    counts = {"degraded": 0, "down": 0, "unchecked": 0} | counts
    return sentence(env, "status-source", mark=mark, source=source, topics=topics, **counts)


async def test_anybody_can_ask_in_a_line_and_only_they_read_it(env: BotEnv) -> None:
    await follow(env)

    message = await status(env, env.visitor)

    assert message.ephemeral
    last = sentence(env, "time-just-now")
    assert shown(message).strip() == sentence(env, "status-all-ok", count=1, last=last)


async def test_the_details_are_behind_a_button_that_leads_back(env: BotEnv) -> None:
    await follow(env)
    message = await status(env)
    brief = shown(message)
    await env.sim.restart_bot(TrendBot(env.services, background=False))

    await env.visitor.click(message, custom_id="kw:status:all")
    said = shown(message)
    await env.visitor.click(message, custom_id="kw:status:brief")

    assert source_line(env, "🟢", "Trend page", 1) in said
    assert f"🟢 **{TOPIC}** · Trend page · " in said
    assert sentence(env, "status-queue", waiting=0, sealed=0, uncertain=0) in said
    assert shown(message) == brief


async def test_a_topic_nobody_has_polled_yet_is_not_called_well(env: BotEnv) -> None:
    wanted = NewSubscription(
        GuildId(env.guild.id),
        ChannelId(env.channel.id),
        make_topic(OTHER),
        UserId(env.admin.id),
        SubscriptionSettings("ja", {SourceName.TRENDPAGE: 100}),
    )
    await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())

    said = shown(await status(env)) + await details(env)

    assert sentence(env, "status-some-unchecked", count=1) in said
    assert "🟢" not in said


async def test_server_without_topics_is_answered_with_that(env: BotEnv) -> None:
    assert sentence(env, "status-none") in shown(await status(env))
    assert source_line(env, "⚪", "Trend page", 0) in await details(env)


@pytest.mark.invariant(5)
async def test_broken_source_is_shown_as_broken(env: BotEnv) -> None:
    await follow(env)
    await breaks(env)

    brief, said = shown(await status(env)), await details(env)

    assert source_line(env, "🔴", "Trend page", 1, down=1) in said
    assert sentence(env, "status-some-unwell", count=1) in brief
    for text in (brief, said):
        assert f"🔴 **{TOPIC}** · Trend page · {sentence(env, 'status-health-down')}" in text
        assert sentence(env, "health-busy") in text
        assert "🟢" not in text


async def test_japanese_people_read_it_in_japanese(env: BotEnv) -> None:
    in_japanese(env)
    await follow(env)
    await breaks(env)

    speaker, said = env.services.texts.speaker("ja"), await details(env)

    assert f"### {speaker.say('status-title')}" in said
    assert speaker.say("health-busy") in said
    assert speaker.say("status-health-down") in said


async def test_topics_of_channels_a_person_does_not_see_are_not_shown(env: BotEnv) -> None:
    secret = env.guild.create_text_channel("奥の間")
    await follow(env)
    await follow(env, OTHER, secret)
    channel = env.bot.get_channel(secret.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)

    said = await details(env)

    assert TOPIC in said
    assert OTHER not in said
    assert source_line(env, "🟢", "Trend page", 1) in said


async def test_source_that_is_switched_off_is_neither_well_nor_ill(env: BotEnv) -> None:
    """Nobody looks there: it would be ill, or well, for ever."""
    await follow(env)
    storage = env.services.storage
    await storage.source_targets.set_sources({SourceName.TRENDPAGE: [""], SourceName.MASTODON: [""]}, env.clock())
    await storage.subscriptions.subscribe(
        NewSubscription(
            guild_id=GuildId(env.guild.id),
            channel_id=ChannelId(env.channel.id),
            topic=make_topic(OTHER),
            created_by=UserId(env.admin.id),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.MASTODON: 100}),
        ),
        env.clock(),
        env.clock(),
    )
    await storage.source_targets.set_sources({SourceName.TRENDPAGE: [""]}, env.clock())

    brief, said = shown(await status(env)), await details(env)

    assert source_line(env, "🟢", "Trend page", 1) in said
    assert TOPIC in said
    assert OTHER not in said
    for text in (brief, said):
        assert sentence(env, "status-off", source="Mastodon", count=1) in text


async def test_topics_of_other_servers_are_not_shown(env: BotEnv) -> None:
    await follow(env)
    elsewhere = NewSubscription(
        GuildId(5),
        ChannelId(6),
        make_topic(OTHER),
        UserId(7),
        SubscriptionSettings("ja", {SourceName.TRENDPAGE: 100}),
    )
    await env.services.storage.subscriptions.subscribe(elsewhere, env.clock(), env.clock())

    assert OTHER not in await details(env)


async def test_button_under_the_notice_opens_the_status_for_whoever_clicks(env: BotEnv) -> None:
    await follow(env)
    await breaks(env)
    [notice] = env.channel.history()

    result = await env.visitor.click(notice, label=env.services.texts.speaker("ja").say("notice-button"))

    assert env.services.texts.speaker("ja").say("source-trendpage") in to_wall(notice)
    assert f"🔴 **{TOPIC}**" in shown(answer(result))


async def test_notice_that_could_not_be_sent_is_listed_with_its_source(env: BotEnv) -> None:
    await follow(env)
    await breaks(env, told=False)
    entries = (await env.services.storage.entries.waiting(env.clock()))[ChannelId(env.channel.id)]
    one = MessageId("1" * 24)
    await env.services.storage.entries.seal(one, entries, env.clock(), lease_s=60)
    await env.services.storage.messages.give_up(one, failed("400 50035: Invalid Form Body"), env.clock())

    said = shown(answer(await env.admin.slash(env.channel, "deliveries")))

    assert "**Trend page**" in said
    assert f"> {EN.say('deliveries-notice')}" in said


@pytest.mark.invariant(5)
async def test_trend_of_a_topic_whose_page_broke_does_not_look_quiet(env: BotEnv) -> None:
    posts = [env.post(f"増設の話{number}", 20, serial=number) for number in range(3)]
    await follow(env)
    env.site.put(TOPIC, posts)
    await env.poll_again()
    env.site.put(TOPIC, [env.post(f"別の話{number}", None, serial=9 + number) for number in range(3)])
    await env.poll_again()

    result = await env.visitor.slash(env.channel, "trend", topic=TOPIC, private=True)

    assert EN.say("health-no-rp") in shown(answer(result))
    assert EN.say("trend-trouble") in shown(answer(result))


async def test_what_x_has_cost_today_is_shown(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    x = {"bearer_token": "no-real-token", "base_url": "http://127.0.0.1:9", "posts_per_day": 300}
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}, "x": x})
    async with open_env(settings, clock, site) as env:
        await env.services.storage.spend.reserve(SourceName.X, clock().date(), 40, least=1, limit=300)

        said = await details(env)
        spent = sentence(env, "status-spent", spent=40, limit=300)

    assert spent in said
