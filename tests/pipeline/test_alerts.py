"""From a page to a channel: real source, real database, real decision, real delivery, a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.models import (
    ChannelId,
    EntryId,
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
from bot.gateway.client import TrendBot
from tests.conftest import Clock, House, make_settings, open_house
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect

TOPIC = "データセンター"


async def follow(
    house: House, channel: Any = None, *, topic: str = TOPIC, min_rp: int = 100, by: int | None = None
) -> Subscription:
    """A channel follows a topic; the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(house.guild.id),
        channel_id=ChannelId((channel or house.channel).id),
        topic=make_topic(topic),
        created_by=UserId(by or house.admin.id),
        settings=SubscriptionSettings(language="ja", min_rp={SourceName.TRENDPAGE: min_rp}),
    )
    subscription = await house.services.storage.subscriptions.subscribe(wanted, house.clock(), house.clock())
    await house.look_again()
    return subscription


def text_of(message: Any) -> str:
    """All text a message shows."""

    def walk(raw: Any) -> Any:
        for one in raw:
            yield one.get("content", "")
            yield from walk(one.get("components", []))

    return str(message.content) + "\n".join(walk([c.to_dict() for c in message.components]))


def told(channel: Any) -> list[str]:
    """The text of every message in a channel, oldest first."""
    return [text_of(message) for message in channel.history()]


def held_by_entry(house: House) -> dict[int, int]:
    """How many posts each summary line counts."""
    inspect = Inspect(house.settings.database.url)
    return dict(inspect("SELECT entry_id, count(*) FROM alerts WHERE held IS NOT NULL GROUP BY entry_id"))


def given_up(house: House) -> list[str]:
    """The reasons of messages that were given up."""
    inspect = Inspect(house.settings.database.url)
    return [error for (error,) in inspect("SELECT error FROM messages WHERE state = 'given_up'")]


@pytest.fixture
async def narrow_house(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[House]:
    """A bot that sends at most two posts an hour for each subscription."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"ceiling_per_hour": 2})
    async with open_house(settings, clock, site) as running:
        yield running


async def test_a_new_post_above_the_bar_arrives_in_the_channel(house: House) -> None:
    await follow(house)
    house.site.put(TOPIC, [house.post("新しい発電所", 450)])
    report = await house.look_again()
    assert report.alerts == 1
    assert len(told(house.channel)) == 1
    assert "新しい発電所" in told(house.channel)[0]


async def test_alert_of_a_topic_that_one_author_fills_says_so(house: House) -> None:
    marked = house.services.texts.speaker("ja").say("alert-most-by-author")
    await follow(house)
    loud = [house.post(f"宣伝その{n}", 20, minutes_old=20, serial=n) for n in range(5)]
    house.site.put(TOPIC, loud)
    await house.look_again()
    house.site.put(TOPIC, [house.post("大きな話", 450, minutes_old=1, serial=9, handle="hanako", name="花子")])

    await house.look_again()

    assert marked in told(house.channel)[-1]  # though the page shows one post alone by now


@pytest.mark.invariant(9)
async def test_an_rp_is_told_with_its_time_and_its_source(house: House) -> None:
    """Invariant 9: counts are honest."""
    await follow(house)
    house.site.put(TOPIC, [house.post("新しい発電所", 450)])
    await house.look_again()
    assert "RP数は特定時点のものです" in told(house.channel)[0]
    assert "<t:" in told(house.channel)[0]


@pytest.mark.invariant(3)
async def test_the_first_look_tells_nothing(house: House) -> None:
    """Invariant 3: no flood."""
    house.site.put(TOPIC, [house.post("前からある話", 900)])
    await follow(house)
    await house.look_again()
    assert told(house.channel) == []


@pytest.mark.invariant(4)
async def test_a_post_that_rises_after_it_left_the_page_is_told_once(house: House) -> None:
    """Invariant 4: a crossing is a crossing."""
    await follow(house)
    post = house.post("静かに伸びる話", 90)
    risen = type(post)(post.born, post.text, 130)
    other = house.post("別の話", 5, serial=9)
    for posts in ([post], [], [risen], [], [risen]):
        house.site.put(TOPIC, [*posts, other])
        await house.look_again()
    assert len(told(house.channel)) == 1


@pytest.mark.invariant(4)
async def test_110_then_95_then_110_is_told_once(house: House) -> None:
    """Invariant 4: compared with the highest RP known."""
    await follow(house)
    post = house.post("揺れる話", 110)
    for rp in (110, 95, 110):
        house.site.put(TOPIC, [type(post)(post.born, post.text, rp)])
        await house.look_again()
    assert len(told(house.channel)) == 1


@pytest.mark.invariant(5)
async def test_a_post_without_rp_is_not_told_and_keeps_what_is_known(house: House) -> None:
    """Invariant 5: unknown is not zero."""
    await follow(house)
    post = house.post("数の見えない話", None)
    house.site.put(TOPIC, [post])
    await house.look_again()
    assert told(house.channel) == []


async def test_posts_of_one_poll_share_a_message(house: House) -> None:
    await follow(house)
    house.site.put(TOPIC, [house.post(f"話その{n}", 200 + n, serial=n) for n in range(3)])
    await house.look_again()
    [message] = told(house.channel)
    assert all(f"話その{n}" in message for n in range(3))


async def test_two_channels_hear_by_their_own_rules(house: House) -> None:
    loud = house.guild.create_text_channel("なんでも")
    await follow(house)
    await follow(house, loud, min_rp=10)
    house.site.put(TOPIC, [house.post("小さな話", 20)])
    await house.look_again()
    assert told(house.channel) == []
    assert len(told(loud)) == 1


@pytest.mark.invariant(2)
async def test_a_post_under_two_topics_of_a_channel_is_told_once(house: House) -> None:
    """Invariant 2: one first alert a (channel, post)."""
    await follow(house)
    await follow(house, topic="電力")
    post = house.post("データセンターと電力", 300)
    house.site.put(TOPIC, [post])
    house.site.put("電力", [post])
    await house.look_again()
    await house.look_again()
    assert len(told(house.channel)) == 1


@pytest.mark.invariant(3)
async def test_a_page_of_0post_with_old_posts_tells_nothing(house: House) -> None:
    """Invariant 3: posts older than 48 h are never told as new."""
    await follow(house)
    house.site.put(TOPIC, [house.post("三日前の話", 900, minutes_old=3 * 24 * 60)], volume=0)
    await house.look_again()
    assert told(house.channel) == []


@pytest.mark.invariant(3)
async def test_above_the_ceiling_one_line_counts_what_can_be_listed(narrow_house: House) -> None:
    """Invariant 3: each entry is told, or counted in exactly one summary."""
    house = narrow_house
    await follow(house)
    house.site.put(TOPIC, [house.post(f"話その{n}", 200 + n, serial=n) for n in range(6)])
    await house.look_again()
    [(entry, count)] = held_by_entry(house).items()
    held = await house.services.storage.trends.held_posts(EntryId(entry))
    assert count == 4
    assert [stored.post.rp for stored in held] == [203, 202, 201, 200]
    assert sum(f"話その{n}" in "".join(told(house.channel)) for n in range(6)) == 2


@pytest.mark.invariant(3)
async def test_after_hours_without_looks_one_line_is_told(house: House) -> None:
    """Invariant 3: what is due after a downtime comes in a summary."""
    await follow(house)
    house.clock.forward(hours=12)
    house.site.put(TOPIC, [house.post(f"話その{n}", 200 + n, serial=n) for n in range(5)])
    await house.look_again()
    assert len(told(house.channel)) == 1
    assert list(held_by_entry(house).values()) == [5]


@pytest.mark.invariant(3)
async def test_what_passed_while_paused_is_never_told(house: House) -> None:
    """Invariant 3: a resume tells nothing old."""
    subscription = await follow(house)
    await house.services.subscriptions.pause(subscription.id)
    house.site.put(TOPIC, [house.post("休みの間の話", 700)])
    await house.look_again()
    await house.services.subscriptions.resume(subscription.id)
    await house.look_again()
    await house.look_again()
    assert told(house.channel) == []


async def test_what_passed_while_muted_is_never_told(house: House) -> None:
    subscription = await follow(house)
    await house.services.subscriptions.mute(subscription.id, house.clock().replace(hour=23))
    house.site.put(TOPIC, [house.post("静かにした間の話", 700)])
    await house.look_again()
    await house.services.subscriptions.mute(subscription.id, None)
    await house.look_again()
    assert told(house.channel) == []


@pytest.mark.invariant(3)
async def test_a_lower_bar_tells_nothing_old(house: House) -> None:
    """Invariant 3: a changed rule records a baseline."""
    subscription = await follow(house)
    house.site.put(TOPIC, [house.post("前からある小さな話", 50)])
    await house.look_again()
    await house.services.storage.subscriptions.change_rules(
        subscription.id,
        SubscriptionSettings(min_rp={SourceName.TRENDPAGE: 10}, rules=Rules(), role_id=None, language="ja"),
        baseline_since=house.clock().replace(year=2020),
        now=house.clock(),
    )
    await house.look_again()
    assert told(house.channel) == []


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_bot_restarted_between_poll_and_delivery_tells_once(house: House) -> None:
    """Invariants 1 and 2."""
    await follow(house)
    house.site.put(TOPIC, [house.post("再起動の前の話", 450)])
    house.clock.forward(minutes=6)
    await house.poll()
    house.bot = TrendBot(house.services, background=False)
    await house.env.restart_bot(house.bot)
    await house.deliver()
    await house.look_again()
    assert len(told(house.channel)) == 1


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("error", "why"), [((403, 50001), PauseReason.FORBIDDEN), ((404, 10003), PauseReason.NOT_FOUND)]
)
async def test_a_lost_channel_is_paused_and_its_person_told_once(
    house: House, error: tuple[int, int], why: PauseReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1: what is given up keeps a reason someone can read."""
    person = house.env.create_user("kashira")
    house.guild.add_member(person)
    subscription = await follow(house, by=person.id)
    refuse(monkeypatch, house.channel.id, *error)
    for serial in range(2):
        house.site.put(TOPIC, [house.post(f"届かない話{serial}", 450, serial=serial, minutes_old=1)])
        await house.look_again()
    stored = await house.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is why
    assert [reason.split(":")[0] for reason in given_up(house)] == [f"{error[0]} {error[1]}"]
    personal = person.dm_channel.history()
    assert len(personal) == 1
    assert TOPIC in personal[0].content


def refuse(monkeypatch: pytest.MonkeyPatch, channel_id: int, status: int, code: int) -> None:
    """Discord refuses every message to a channel."""
    whole = discord.http.HTTPClient.send_message

    def send_message(client: Any, channel: Any, **options: Any) -> Any:
        if int(channel) != channel_id:
            return whole(client, channel, **options)
        kind = discord.Forbidden if status == 403 else discord.NotFound
        response: Any = type("Answer", (), {"status": status, "reason": "refused", "headers": {}})()
        raise kind(response, {"code": code, "message": "Missing Access"})

    monkeypatch.setattr(discord.http.HTTPClient, "send_message", send_message)
