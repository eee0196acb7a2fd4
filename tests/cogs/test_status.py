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
from tests.conftest import EN, Clock, House, make_settings, open_house
from tests.failures import failed
from tests.fakes.trend_site import TrendSite

TOPIC, OTHER = "データセンター", "生成AI"


async def follow(house: House, topic: str = TOPIC, channel: Any = None) -> None:
    house.site.put(topic, [house.post("増設の話", 20)])
    wanted = NewSubscription(
        guild_id=GuildId(house.guild.id),
        channel_id=ChannelId((channel or house.channel).id),
        topic=make_topic(topic),
        created_by=UserId(house.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: 100}),
    )
    await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())
    await house.look_again()


async def breaks(house: House, *, told: bool = True) -> None:
    """The site has been down for more than an hour, and the channel was told, or is about to be."""
    house.site.status = 503
    for _ in range(90):
        house.clock.forward(minutes=1)
        await house.poll()
        await house.services.health.tell()
    if told:
        await house.deliver()


async def status(house: House, who: Any = None) -> Any:
    """The summary."""
    return answer(await (who or house.visitor).slash(house.channel, "status"))


async def details(house: House, who: Any = None) -> str:
    """What the summary's button shows."""
    who = who or house.visitor
    message = await status(house, who)
    await who.click(message, custom_id="kw:status:all")
    return shown(message)


def source_line(house: House, mark: str, source: str, topics: int, **counts: int) -> str:
    counts = {"degraded": 0, "down": 0, "unchecked": 0} | counts
    return sentence(house, "status-source", mark=mark, source=source, topics=topics, **counts)


async def test_anybody_can_ask_in_a_line_and_only_they_read_it(house: House) -> None:
    await follow(house)

    message = await status(house, house.visitor)

    assert message.ephemeral
    last = sentence(house, "time-just-now")
    assert shown(message).strip() == sentence(house, "status-all-ok", count=1, last=last)


async def test_the_details_are_behind_a_button_that_leads_back(house: House) -> None:
    await follow(house)
    message = await status(house)
    brief = shown(message)
    await house.env.restart_bot(TrendBot(house.services, background=False))

    await house.visitor.click(message, custom_id="kw:status:all")
    said = shown(message)
    await house.visitor.click(message, custom_id="kw:status:brief")

    assert source_line(house, "🟢", "Trend page", 1) in said
    assert f"🟢 **{TOPIC}** · Trend page · " in said
    assert sentence(house, "status-queue", waiting=0, sealed=0, uncertain=0) in said
    assert shown(message) == brief


async def test_a_topic_nobody_has_looked_at_yet_is_not_called_well(house: House) -> None:
    wanted = NewSubscription(
        GuildId(house.guild.id),
        ChannelId(house.channel.id),
        make_topic(OTHER),
        UserId(house.admin.id),
        SubscriptionSettings("ja", {SourceName.TRENDPAGE: 100}),
    )
    await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())

    said = shown(await status(house)) + await details(house)

    assert sentence(house, "status-some-unchecked", count=1) in said
    assert "🟢" not in said


async def test_server_without_topics_is_told_so(house: House) -> None:
    assert sentence(house, "status-none") in shown(await status(house))
    assert source_line(house, "⚪", "Trend page", 0) in await details(house)


@pytest.mark.invariant(5)
async def test_broken_source_is_shown_as_broken(house: House) -> None:
    await follow(house)
    await breaks(house)

    brief, said = shown(await status(house)), await details(house)

    assert source_line(house, "🔴", "Trend page", 1, down=1) in said
    assert sentence(house, "status-some-unwell", count=1) in brief
    for text in (brief, said):
        assert f"🔴 **{TOPIC}** · Trend page · {sentence(house, 'status-health-down')}" in text
        assert sentence(house, "health-busy") in text
        assert "🟢" not in text


async def test_japanese_people_read_it_in_japanese(house: House) -> None:
    in_japanese(house)
    await follow(house)
    await breaks(house)

    speaker, said = house.services.texts.speaker("ja"), await details(house)

    assert f"### {speaker.say('status-title')}" in said
    assert speaker.say("health-busy") in said
    assert speaker.say("status-health-down") in said


async def test_topics_of_channels_a_person_does_not_see_are_not_shown(house: House) -> None:
    secret = house.guild.create_text_channel("奥の間")
    await follow(house)
    await follow(house, OTHER, secret)
    channel = house.bot.get_channel(secret.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)

    said = await details(house)

    assert TOPIC in said
    assert OTHER not in said
    assert source_line(house, "🟢", "Trend page", 1) in said


async def test_source_that_is_switched_off_is_neither_well_nor_ill(house: House) -> None:
    """Nobody looks there: it would be ill, or well, for ever."""
    await follow(house)
    storage = house.services.storage
    await storage.source_targets.set_sources(
        {SourceName.TRENDPAGE: [""], SourceName.MASTODON: [""]}, house.clock()
    )
    await storage.subscriptions.subscribe(
        NewSubscription(
            guild_id=GuildId(house.guild.id),
            channel_id=ChannelId(house.channel.id),
            topic=make_topic(OTHER),
            created_by=UserId(house.admin.id),
            settings=SubscriptionSettings(language="ja", min_rp={SourceName.MASTODON: 100}),
        ),
        house.clock(),
        house.clock(),
    )
    await storage.source_targets.set_sources({SourceName.TRENDPAGE: [""]}, house.clock())

    brief, said = shown(await status(house)), await details(house)

    assert source_line(house, "🟢", "Trend page", 1) in said
    assert TOPIC in said
    assert OTHER not in said
    for text in (brief, said):
        assert sentence(house, "status-off", source="Mastodon", count=1) in text


async def test_topics_of_other_servers_are_not_shown(house: House) -> None:
    await follow(house)
    elsewhere = NewSubscription(
        GuildId(5),
        ChannelId(6),
        make_topic(OTHER),
        UserId(7),
        SubscriptionSettings("ja", {SourceName.TRENDPAGE: 100}),
    )
    await house.services.storage.subscriptions.subscribe(elsewhere, house.clock(), house.clock())

    assert OTHER not in await details(house)


async def test_button_under_the_notice_opens_the_status_for_whoever_clicks(house: House) -> None:
    await follow(house)
    await breaks(house)
    [notice] = house.channel.history()

    result = await house.visitor.click(notice, label=house.services.texts.speaker("ja").say("notice-button"))

    assert house.services.texts.speaker("ja").say("source-trendpage") in to_wall(notice)
    assert f"🔴 **{TOPIC}**" in shown(answer(result))


async def test_notice_that_could_not_be_sent_is_listed_with_its_source(house: House) -> None:
    await follow(house)
    await breaks(house, told=False)
    entries = (await house.services.storage.entries.waiting(house.clock()))[ChannelId(house.channel.id)]
    one = MessageId("1" * 24)
    await house.services.storage.entries.seal(one, entries, house.clock(), lease_s=60)
    await house.services.storage.messages.give_up(one, failed("400 50035: Invalid Form Body"), house.clock())

    said = shown(answer(await house.admin.slash(house.channel, "deliveries")))

    assert "**Trend page**" in said
    assert f"> {EN.say('deliveries-notice')}" in said


@pytest.mark.invariant(5)
async def test_trend_of_a_topic_whose_page_broke_does_not_look_quiet(house: House) -> None:
    posts = [house.post(f"増設の話{number}", 20, serial=number) for number in range(3)]
    await follow(house)
    house.site.put(TOPIC, posts)
    await house.look_again()
    house.site.put(TOPIC, [house.post(f"別の話{number}", None, serial=9 + number) for number in range(3)])
    await house.look_again()

    result = await house.visitor.slash(house.channel, "trend", topic=TOPIC, private=True)

    assert EN.say("health-no-rp") in shown(answer(result))
    assert EN.say("trend-trouble") in shown(answer(result))


async def test_what_x_has_cost_today_is_shown(tmp_path: Path, clock: Clock, site: TrendSite) -> None:
    x = {"bearer_token": "no-real-token", "base_url": "http://127.0.0.1:9", "posts_per_day": 300}
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}, "x": x})
    async with open_house(settings, clock, site) as house:
        await house.services.storage.spend.reserve(SourceName.X, clock().date(), 40, least=1, limit=300)

        said = await details(house)
        spent = sentence(house, "status-spent", spent=40, limit=300)

    assert spent in said
