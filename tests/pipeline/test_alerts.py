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
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite
from tests.inspection import Inspect

TOPIC = "データセンター"


async def follow(
    env: BotEnv,
    channel: Any = None,
    *,
    topic: str = TOPIC,
    min_rp: int = 100,
    fold: bool = True,
    by: int | None = None,
) -> Subscription:
    """A channel follows a topic; the first look is over."""
    wanted = NewSubscription(
        guild_id=GuildId(env.guild.id),
        channel_id=ChannelId((channel or env.channel).id),
        topic=make_topic(topic),
        created_by=UserId(by or env.admin.id),
        settings=SubscriptionSettings(
            language="ja", min_rp={SourceName.TRENDPAGE: min_rp}, rules=Rules(fold=fold)
        ),
    )
    subscription = await env.services.storage.subscriptions.subscribe(wanted, env.clock(), env.clock())
    await env.poll_again()
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


def held_by_entry(env: BotEnv) -> dict[int, int]:
    """How many posts each summary line counts."""
    inspect = Inspect(env.settings.database.url)
    return dict(inspect("SELECT entry_id, count(*) FROM alerts WHERE held IS NOT NULL GROUP BY entry_id"))


def given_up(env: BotEnv) -> list[str]:
    """The reasons of messages that were given up."""
    inspect = Inspect(env.settings.database.url)
    return [error for (error,) in inspect("SELECT error FROM messages WHERE state = 'given_up'")]


@pytest.fixture
async def narrow_env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    """A bot that sends at most two posts an hour for each subscription."""
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, alerts={"ceiling_per_hour": 2})
    async with open_env(settings, clock, site) as running:
        yield running


async def test_a_new_post_above_the_threshold_arrives_in_the_channel(env: BotEnv) -> None:
    await follow(env)
    env.site.put(TOPIC, [env.post("新しい発電所", 450)])
    report = await env.poll_again()
    assert report.alerts == 1
    assert len(told(env.channel)) == 1
    assert "新しい発電所" in told(env.channel)[0]


async def test_alert_of_a_topic_that_one_author_fills_says_so(env: BotEnv) -> None:
    marked = env.services.texts.speaker("ja").say("alert-most-by-author")
    await follow(env)
    loud = [env.post(f"宣伝その{n}", 20, minutes_old=20, serial=n) for n in range(5)]
    env.site.put(TOPIC, loud)
    await env.poll_again()
    env.site.put(TOPIC, [env.post("大きな話", 450, minutes_old=1, serial=9, handle="hanako", name="花子")])

    await env.poll_again()

    assert marked in told(env.channel)[-1]  # though the page shows one post alone by now


@pytest.mark.invariant(9)
async def test_an_rp_is_shown_with_its_time_and_its_source(env: BotEnv) -> None:
    """Invariant 9: counts are honest."""
    await follow(env)
    env.site.put(TOPIC, [env.post("新しい発電所", 450)])
    await env.poll_again()
    assert "RP数は特定時点のものです" in told(env.channel)[0]
    assert "<t:" in told(env.channel)[0]


@pytest.mark.invariant(3)
async def test_the_first_poll_alerts_nothing(env: BotEnv) -> None:
    """Invariant 3: no flood."""
    env.site.put(TOPIC, [env.post("前からある話", 900)])
    await follow(env)
    await env.poll_again()
    assert told(env.channel) == []


@pytest.mark.invariant(4)
async def test_a_post_that_rises_after_it_left_the_page_is_alerted_once(env: BotEnv) -> None:
    """Invariant 4: a crossing is a crossing."""
    await follow(env)
    post = env.post("静かに伸びる話", 90)
    risen = type(post)(post.published_at, post.text, 130)
    other = env.post("別の話", 5, serial=9)
    for posts in ([post], [], [risen], [], [risen]):
        env.site.put(TOPIC, [*posts, other])
        await env.poll_again()
    assert len(told(env.channel)) == 1


@pytest.mark.invariant(4)
async def test_110_then_95_then_110_is_alerted_once(env: BotEnv) -> None:
    """Invariant 4: compared with the highest RP known."""
    await follow(env)
    post = env.post("揺れる話", 110)
    for rp in (110, 95, 110):
        env.site.put(TOPIC, [type(post)(post.published_at, post.text, rp)])
        await env.poll_again()
    assert len(told(env.channel)) == 1


@pytest.mark.invariant(5)
async def test_a_post_without_rp_is_not_alerted_and_keeps_what_is_known(env: BotEnv) -> None:
    """Invariant 5: unknown is not zero."""
    await follow(env)
    post = env.post("数の見えない話", None)
    env.site.put(TOPIC, [post])
    await env.poll_again()
    assert told(env.channel) == []


async def test_posts_of_one_poll_share_a_message(env: BotEnv) -> None:
    await follow(env)
    env.site.put(TOPIC, [env.post(f"話その{n}", 200 + n, serial=n) for n in range(3)])
    await env.poll_again()
    [message] = told(env.channel)
    assert all(f"話その{n}" in message for n in range(3))


async def test_two_channels_hear_by_their_own_rules(env: BotEnv) -> None:
    loud = env.guild.create_text_channel("なんでも")
    await follow(env)
    await follow(env, loud, min_rp=10)
    env.site.put(TOPIC, [env.post("小さな話", 20)])
    await env.poll_again()
    assert told(env.channel) == []
    assert len(told(loud)) == 1


@pytest.mark.invariant(2)
async def test_a_post_under_two_topics_of_a_channel_is_alerted_once(env: BotEnv) -> None:
    """Invariant 2: one first alert a (channel, post)."""
    await follow(env)
    await follow(env, topic="電力")
    post = env.post("データセンターと電力", 300)
    env.site.put(TOPIC, [post])
    env.site.put("電力", [post])
    await env.poll_again()
    await env.poll_again()
    assert len(told(env.channel)) == 1


@pytest.mark.invariant(3)
async def test_a_page_of_0post_with_old_posts_tells_nothing(env: BotEnv) -> None:
    """Invariant 3: posts older than 48 h are never told as new."""
    await follow(env)
    env.site.put(TOPIC, [env.post("三日前の話", 900, minutes_old=3 * 24 * 60)], volume=0)
    await env.poll_again()
    assert told(env.channel) == []


@pytest.mark.invariant(3)
async def test_above_the_ceiling_one_line_counts_what_can_be_listed(narrow_env: BotEnv) -> None:
    """Invariant 3: each entry is told, or counted in exactly one summary."""
    env = narrow_env
    await follow(env)
    env.site.put(TOPIC, [env.post(f"話その{n}", 200 + n, serial=n) for n in range(6)])
    await env.poll_again()
    [(entry, count)] = held_by_entry(env).items()
    held = await env.services.storage.trends.held_posts(EntryId(entry))
    assert count == 4
    assert [stored.post.rp for stored in held] == [203, 202, 201, 200]
    assert sum(f"話その{n}" in "".join(told(env.channel)) for n in range(6)) == 2


@pytest.mark.invariant(3)
async def test_after_hours_without_polls_one_line_is_sent(env: BotEnv) -> None:
    """Invariant 3: what is due after a downtime comes in a summary."""
    await follow(env)
    env.clock.forward(hours=12)
    env.site.put(TOPIC, [env.post(f"話その{n}", 200 + n, serial=n) for n in range(5)])
    await env.poll_again()
    assert len(told(env.channel)) == 1
    assert list(held_by_entry(env).values()) == [5]


@pytest.mark.invariant(3)
async def test_what_passed_while_paused_is_never_alerted(env: BotEnv) -> None:
    """Invariant 3: a resume tells nothing old."""
    subscription = await follow(env)
    await env.services.subscriptions.pause(subscription.id)
    env.site.put(TOPIC, [env.post("休みの間の話", 700)])
    await env.poll_again()
    await env.services.subscriptions.resume(subscription.id)
    await env.poll_again()
    await env.poll_again()
    assert told(env.channel) == []


async def test_what_passed_while_muted_is_never_alerted(env: BotEnv) -> None:
    subscription = await follow(env)
    await env.services.subscriptions.mute(subscription.id, env.clock().replace(hour=23))
    env.site.put(TOPIC, [env.post("静かにした間の話", 700)])
    await env.poll_again()
    await env.services.subscriptions.mute(subscription.id, None)
    await env.poll_again()
    assert told(env.channel) == []


@pytest.mark.invariant(3)
async def test_a_lower_threshold_alerts_nothing_old(env: BotEnv) -> None:
    """Invariant 3: a changed rule records a baseline."""
    subscription = await follow(env)
    env.site.put(TOPIC, [env.post("前からある小さな話", 50)])
    await env.poll_again()
    await env.services.storage.subscriptions.change_rules(
        subscription.id,
        SubscriptionSettings(min_rp={SourceName.TRENDPAGE: 10}, rules=Rules(), role_id=None, language="ja"),
        baseline_since=env.clock().replace(year=2020),
        now=env.clock(),
    )
    await env.poll_again()
    assert told(env.channel) == []


@pytest.mark.invariant(1)
@pytest.mark.invariant(2)
async def test_a_bot_restarted_between_poll_and_delivery_tells_once(env: BotEnv) -> None:
    """Invariants 1 and 2."""
    await follow(env)
    env.site.put(TOPIC, [env.post("再起動の前の話", 450)])
    env.clock.forward(minutes=6)
    await env.poll()
    env.bot = TrendBot(env.services, background=False)
    await env.sim.restart_bot(env.bot)
    await env.deliver()
    await env.poll_again()
    assert len(told(env.channel)) == 1


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("error", "why"), [((403, 50001), PauseReason.FORBIDDEN), ((404, 10003), PauseReason.NOT_FOUND)]
)
async def test_a_lost_channel_is_paused_and_its_person_notified_once(
    env: BotEnv, error: tuple[int, int], why: PauseReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1: what is given up keeps a reason someone can read."""
    person = env.sim.create_user("kashira")
    env.guild.add_member(person)
    subscription = await follow(env, by=person.id)
    refuse(monkeypatch, env.channel.id, *error)
    for serial in range(2):
        env.site.put(TOPIC, [env.post(f"届かない話{serial}", 450, serial=serial, minutes_old=1)])
        await env.poll_again()
    stored = await env.services.storage.subscriptions.get(subscription.id)
    assert stored is not None
    assert stored.paused is why
    assert [reason.split(":")[0] for reason in given_up(env)] == [f"{error[0]} {error[1]}"]
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
