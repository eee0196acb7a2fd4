"""/history and /compare as people use them, on the simulated Discord."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import discord
import pytest
from PIL import Image
from simcord.components import walk_components

from bot.core.counting.spans import floor
from bot.core.history.period import HistoryPeriod
from bot.core.models import EVERYWHERE, Actor, PostCount, PostKey, SourceName
from bot.core.models.counts import BIN, HOUR
from bot.core.text import escape, make_topic
from bot.gateway.client import TrendBot
from bot.services.history import button_key
from bot.views.history import ComparisonPage, HistoryPage
from tests.cogs.forging import press
from tests.cogs.sentences import answered, say
from tests.cogs.subscriptions.test_subscribe import TOPIC, shown, subscribe
from tests.conftest import JA, BotEnv

from .test_trend import hidden_room, in_japanese, labels

OTHER = "ロボット"
DAYS = 10


def a_rhythm(now: datetime, a_day: int) -> Iterator[PostCount]:
    """Hourly counts in a daily rhythm, until now."""
    first = floor(now, HOUR) - timedelta(days=DAYS - 1)
    for number in range((DAYS - 1) * 24):
        start = first + number * HOUR
        share = 1 - 0.5 * math.cos(2 * math.pi * (start.hour - 19) / 24)
        yield PostCount(start, HOUR, HOUR, round(a_day / 24 * share))


async def counted(env: BotEnv, *topics: str, a_day: int = 1_000, at: Any = None) -> None:
    """Topics that the channel has been subscribed to for long, with counts at each of their sources."""
    for topic in topics:
        await subscribe(env, topic=topic, at=at)
    env.clock.forward(days=DAYS)
    for topic in topics:
        for watch in await env.services.storage.trends.topic_watches(make_topic(topic).key):
            await env.services.storage.post_counts.add(watch.id, a_rhythm(env.clock(), a_day))


async def history(env: BotEnv, who: Any = None, **options: Any) -> Any:
    return answered(await (who or env.visitor).slash(env.channel, "history", **{"topic": TOPIC, **options}))


async def compare(env: BotEnv, topics: str, **options: Any) -> Any:
    return answered(await env.visitor.slash(env.channel, "compare", topics=topics, **options))


def pictures(message: Any) -> list[dict[str, Any]]:
    """The items of the galleries of a message."""
    return [one for part in walk_components(message.components) if part.get("type") == 12 for one in part["items"]]


def period_label(env: BotEnv, period: str) -> str:
    return say(env, "history-period-choice", period=period)


async def test_history_is_a_picture_with_the_same_in_words(env: BotEnv) -> None:
    await counted(env, TOPIC)

    message = await history(env)

    assert not message.ephemeral
    [item] = pictures(message)
    [file] = message.attachments
    assert item["media"]["attachment_id"] == str(file.id)
    assert Image.open(io.BytesIO(await file.read())).size == (640, 320)
    assert TOPIC in item["description"]
    assert say(env, "history-surges", count=0) in item["description"]
    assert say(env, "history-period", period="d7") in shown(message)
    assert say(env, "history-legend-usual") in shown(message)
    assert say(env, "history-zone", zone="UTC") in shown(message)


async def test_japanese_reader_gets_japanese_words_and_clocks(env: BotEnv) -> None:
    await counted(env, TOPIC)
    in_japanese(env)

    message = await history(env)

    assert JA.say("history-period", period="d7") in shown(message)
    assert "Asia/Tokyo" in shown(message)
    [item] = pictures(message)
    assert JA.say("history-unit", unit="hour") in item["description"]


async def test_period_is_changed_by_a_button_and_the_picture_with_it(env: BotEnv) -> None:
    await counted(env, TOPIC)
    message = await history(env, period="7日")
    [before] = message.attachments

    turned = await env.visitor.click(message, label=period_label(env, "h24"))

    [after] = turned.response.attachments
    assert turned.response.id == message.id
    assert await after.read() != await before.read()
    assert say(env, "history-period", period="h24") in shown(turned.response)


@pytest.mark.parametrize("period", ["24h", "7d", "30d"])
async def test_latest_figure_is_that_of_the_last_hour_in_every_period(env: BotEnv, period: str) -> None:
    await counted(env, TOPIC, a_day=48_000)
    env.clock.forward(minutes=(-env.clock().minute) % 60 + 68)
    newest = floor(env.clock(), BIN)
    last_hour = [
        PostCount(newest - 3 * BIN, BIN, BIN, 80),
        PostCount(newest - 2 * BIN, BIN, BIN, 90),
        PostCount(newest - BIN, BIN, BIN, 85),
        PostCount(newest, BIN, timedelta(minutes=8), 63),
    ]
    for watch in await env.services.storage.trends.topic_watches(make_topic(TOPIC).key):
        await env.services.storage.post_counts.add(watch.id, last_hour)

    message = await history(env, period=period)

    rate = say(env, "history-rate", unit="hour", rate="360", count=360)
    assert say(env, "history-latest", rate=rate, time="|").partition("|")[0] in shown(message)


async def test_another_person_gets_a_copy_and_the_shared_page_stays(env: BotEnv) -> None:
    await counted(env, TOPIC)
    message = await history(env)

    copy = await env.admin.click(message, label=period_label(env, "d30"))

    assert copy.response.id != message.id
    assert copy.response.ephemeral
    assert len(copy.response.attachments) == 1


async def test_buttons_answer_after_a_restart(env: BotEnv) -> None:
    await counted(env, TOPIC, OTHER)
    messages = [await history(env), await compare(env, f"{TOPIC}、{OTHER}")]

    await env.sim.restart_bot(TrendBot(env.services, background=False))

    for message in messages:
        turned = await env.visitor.click(message, label=period_label(env, "d90"))
        assert say(env, "history-period", period="d90") in shown(turned.response)


async def test_reposts_of_the_top_posts_are_the_second_view(env: BotEnv) -> None:
    await subscribe(env)
    env.site.put(TOPIC, [env.post(f"post number {n}", 100 + n, minutes_old=60, serial=n) for n in range(8)])
    await env.poll()
    env.clock.forward(minutes=30)
    env.site.put(TOPIC, [env.post(f"post number {n}", 200 + 9 * n, minutes_old=90, serial=n) for n in range(8)])
    await env.poll()

    message = await history(env)
    picked = await env.visitor.select(message, values=["rp"])

    said = shown(picked.response)
    assert say(env, "history-reposts", period=say(env, "history-period", period="d7")) in said
    assert "post number 7" in said
    assert "post number 3" in said
    assert "post number 2" not in said
    [item] = pictures(picked.response)
    assert say(env, "history-alt-post", number="1", first="107", last="263") in item["description"]


@pytest.mark.invariant(8)
async def test_hidden_post_is_in_no_curve(env: BotEnv) -> None:
    await subscribe(env)
    env.site.put(TOPIC, [env.post(f"post number {n}", 100 + n, serial=n) for n in range(2)])
    await env.poll()
    message = await history(env)
    before = shown((await env.visitor.select(message, values=["rp"])).response)
    key = PostKey(f"x:{env.site.pages[TOPIC].posts[1].id}")

    await env.services.storage.moderation.hide(EVERYWHERE, key, actor=Actor("operator"), why=None, now=env.clock())
    after = await env.visitor.select(message, values=["rp"])

    assert "post number 1" in before
    assert "post number 1" not in shown(after.response)
    assert "post number 0" in shown(after.response)


async def behind_a_door(env: BotEnv, *topics: str) -> None:
    """Topics that a channel follows which the visitor and the admin see, and nobody else, with counts."""
    room = await hidden_room(env)
    await counted(env, *topics, at=room)


def said(message: discord.Message) -> str:
    """All that a message of the channel's history shows."""
    return message.content + str([part.to_dict() for part in message.components])


@pytest.mark.invariant(10)
async def test_topic_of_a_hidden_channel_is_shown_to_who_sees_that_channel_alone(env: BotEnv) -> None:
    await behind_a_door(env, TOPIC, OTHER)

    asked = await env.visitor.slash(env.channel, "history", topic=TOPIC)
    compared = await env.visitor.slash(env.channel, "compare", topics=f"{TOPIC}、{OTHER}")

    for found in (asked, compared):
        assert answered(found).ephemeral
        assert len(answered(found).attachments) == 1
    assert not any(TOPIC in said(one) for one in env.channel.history())


@pytest.mark.invariant(10)
async def test_public_chart_holds_nothing_of_a_hidden_channel(env: BotEnv) -> None:
    """The topic is known here by a page; how much the hidden channel's feed had of it is not."""
    await counted(env, TOPIC)
    before = await history(env)
    await behind_a_door(env, OTHER)

    message = await history(env)
    copy = await compare(env, f"{TOPIC}、{OTHER}")

    assert (before.ephemeral, message.ephemeral, copy.ephemeral) == (False, False, True)


@pytest.mark.invariant(10)
async def test_page_that_all_read_is_not_turned_to_what_only_one_may_know(env: BotEnv) -> None:
    await counted(env, TOPIC)
    message = await history(env)
    for subscription in await env.services.subscriptions.list(env.guild.id):
        await env.services.subscriptions.remove(subscription.id, env.guild.id)
    await behind_a_door(env, TOPIC)

    turned = await env.visitor.click(message, label=period_label(env, "h24"))

    assert answered(turned).ephemeral
    [there] = [one for one in env.channel.history() if one.id == message.id]
    assert say(env, "history-period", period="d7") in said(there)


@pytest.mark.invariant(10)
async def test_stranger_in_another_server_learns_nothing_of_it(env: BotEnv) -> None:
    """A topic that others follow is answered as one that nobody does."""
    await counted(env, TOPIC, OTHER)
    shared = await compare(env, f"{TOPIC}、{OTHER}")
    other = env.sim.create_guild("隣の会")
    stranger = other.add_member(env.sim.create_user("tonari"))
    room = other.create_text_channel("隣の間")

    known = answered(await stranger.slash(room, "history", topic=TOPIC))
    compared = answered(await stranger.slash(room, "compare", topics=f"{TOPIC}、{OTHER}"))

    assert known.content == say(env, "error-history-unknown", topic=TOPIC)
    assert compared.content == say(env, "error-compare-unknown", topics=f"{TOPIC}, {OTHER}", count=2)
    assert (known.attachments, compared.attachments) == ([], [])
    assert shared.attachments != []
    assert await stranger.autocomplete(room, "history", "topic", "") == []
    assert await stranger.autocomplete(room, "compare", "topics", f"{TOPIC}、") == []


async def test_options_are_suggested(env: BotEnv) -> None:
    await counted(env, TOPIC, OTHER)

    topics = await env.visitor.autocomplete(env.channel, "history", "topic", "デ")
    list_of = await env.visitor.autocomplete(env.channel, "compare", "topics", f"{TOPIC}、ロ")
    periods = await env.visitor.autocomplete(env.channel, "history", "period", "")

    assert [one["value"] for one in topics] == [TOPIC]
    assert [one["value"] for one in list_of] == [f"{TOPIC}、 {OTHER}"]
    assert [one["value"] for one in periods] == list(HistoryPeriod)


@pytest.mark.parametrize(
    ("options", "text_id", "values"),
    [
        ({"topic": "誰も知らない"}, "error-history-unknown", {"topic": "誰も知らない"}),
        ({"topic": "||`x`||"}, "error-history-unknown", {"topic": escape("||`x`||")}),
        ({"topic": "https://a.example/rss"}, "error-history-unknown-feed", {}),
        ({"topic": TOPIC, "period": "0d"}, "error-history-period", {"periods": ", ".join(HistoryPeriod)}),
        ({"topic": "\u200b"}, "error-topic-empty", {}),
    ],
)
async def test_what_cannot_be_shown_is_said_in_one_private_sentence(
    env: BotEnv, options: dict[str, str], text_id: str, values: dict[str, str]
) -> None:
    await counted(env, TOPIC)

    message = await history(env, **options)

    assert message.ephemeral
    assert message.content == say(env, text_id, **values)


@pytest.mark.parametrize(
    ("typed", "text_id", "values"),
    [
        (TOPIC, "error-compare-few", {"least": 2, "most": 5}),
        ("a, b, c, d, e, f", "error-compare-many", {"count": 6, "most": 5}),
        ("a b c d e f", "error-compare-many", {"count": 6, "most": 5}),
        (f"{TOPIC}、誰も、知らない", "error-compare-unknown", {"topics": "誰も, 知らない", "count": 2}),
        (f"{TOPIC}、||s||", "error-compare-unknown", {"topics": escape("||s||"), "count": 1}),
        (f"{TOPIC}, {TOPIC}", "error-compare-few", {"least": 2, "most": 5}),
    ],
)
async def test_what_cannot_be_compared_is_said_in_one_private_sentence(
    env: BotEnv, typed: str, text_id: str, values: dict[str, Any]
) -> None:
    await counted(env, TOPIC, OTHER)

    message = await compare(env, typed)

    assert message.ephemeral
    assert message.content == say(env, text_id, **values)


@pytest.mark.parametrize(
    "typed", [f"{TOPIC}、{OTHER}", f"{TOPIC}, {OTHER}", f"{TOPIC} {OTHER}", f"#{OTHER}，{TOPIC}"]
)
async def test_topics_are_compared_however_they_are_separated(env: BotEnv, typed: str) -> None:
    await counted(env, TOPIC, OTHER)

    message = await compare(env, typed)

    [item] = pictures(message)
    assert all(f"({topic})" in item["description"] for topic in (TOPIC, OTHER))
    assert "**1.** " in shown(message)
    assert "**2.** " in shown(message)


MINUTES, THREE_HOURS, FOUR_HOURS = ("minute", 30), ("hour", 3), ("hour", 4)


@pytest.mark.parametrize(
    ("period", "alone", "compared"),
    [
        ("24h", MINUTES, MINUTES),
        ("7d", None, THREE_HOURS),
        ("30d", FOUR_HOURS, ("hour", 12)),
        ("90d", None, ("day", 2)),
    ],
)
async def test_span_that_a_point_is_the_mean_of_is_said_where_it_is_not_that_of_the_rate(
    env: BotEnv, period: str, alone: tuple[str, int] | None, compared: tuple[str, int]
) -> None:
    """The highest hour of a day is lower in a chart of thirty days: four hours are one point there."""
    await counted(env, TOPIC, OTHER)
    begin = say(env, "history-legend-mean", unit="hour", count=1).partition("1")[0]

    one = shown(await history(env, period=period))
    several = shown(await compare(env, f"{TOPIC}, {OTHER}", period=period))

    for text, span in ((one, alone), (several, compared)):
        said = begin if span is None else say(env, "history-legend-mean", unit=span[0], count=span[1])
        assert (said in text) == (span is not None)


async def test_known_topics_of_several_words_need_no_separator(env: BotEnv) -> None:
    await counted(env, "data center", "generative ai art", OTHER)

    message = await compare(env, f"Data Center generative AI art {OTHER}")

    [item] = pictures(message)
    named = ("Data Center", "generative AI art", OTHER)
    assert all(f"({topic})" in item["description"] for topic in named)


async def test_five_topics_of_the_longest_names_are_described_as_far_as_there_is_room(env: BotEnv) -> None:
    names = [f"{letter * 59}{number}" for number, letter in enumerate("あいうえお")]
    await counted(env, *names)

    message = await compare(env, "、".join(names))

    [item] = pictures(message)
    assert len(item["description"]) <= 256
    assert len(message.attachments) == 1


async def test_forged_button_with_one_topic_twice_draws_nothing(env: BotEnv) -> None:
    await counted(env, TOPIC, OTHER)
    message = await compare(env, f"{TOPIC}、{OTHER}")
    key = button_key(make_topic(TOPIC).key)

    said = await press(env.visitor, message, ComparisonPage(f"{key}.{key}", HistoryPeriod.WEEK).custom_id)

    assert say(env, "error-compare-gone") in said
    assert f"### {TOPIC} · {TOPIC}" not in said


async def test_topic_without_counts_is_named_as_such(env: BotEnv) -> None:
    await counted(env, TOPIC)
    await subscribe(env, topic=OTHER)

    message = await compare(env, f"{TOPIC}、{OTHER}")

    source = say(env, "source-trendpage")
    assert say(env, "history-line-none", number="2", topic=OTHER, source=source) in shown(message)


async def test_topic_of_which_nothing_was_counted_yet_has_words_and_no_picture(env: BotEnv) -> None:
    await subscribe(env)

    message = await history(env)

    assert say(env, "history-none") in shown(message)
    assert message.attachments == []
    assert say(env, "history-period-choice", period="h24") in labels(message)


async def test_trend_carries_the_last_day_of_a_topic_that_they_may_know_of(env: BotEnv) -> None:
    await counted(env, TOPIC)
    env.site.put(TOPIC, [env.post(f"post number {n}", 100 + n, serial=n) for n in range(12)])
    await env.poll()

    message = answered(await env.visitor.slash(env.channel, "trend", topic=TOPIC))
    turned = await env.visitor.click(message, label="▶")

    for shows in (message, turned.response):
        [item] = pictures(shows)
        assert TOPIC in item["description"]
        assert len(shows.attachments) == 1


async def test_trend_of_a_topic_without_a_past_has_no_picture(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("a post", 100)])

    message = answered(await env.visitor.slash(env.channel, "trend", topic=TOPIC))

    assert pictures(message) == []
    assert message.attachments == []


async def test_private_answer_is_seen_by_the_asker_alone(env: BotEnv) -> None:
    await counted(env, TOPIC, OTHER)

    assert (await history(env, private=True)).ephemeral
    assert (await compare(env, f"{TOPIC}、{OTHER}", private=True)).ephemeral


def test_longest_buttons_fit() -> None:
    longest = HistoryPage("あ" * 60, HistoryPeriod.QUARTER, SourceName.TRENDPAGE, reposts=False)
    five = ComparisonPage(
        ".".join(button_key(make_topic(f"topic {n}").key) for n in range(5)),
        HistoryPeriod.QUARTER,
        SourceName.TRENDPAGE,
    )

    for page in (longest, five):
        assert len(page.custom_id) <= 100
        assert len(page.menu_id) <= 100


@pytest.mark.parametrize(("status", "code"), [(413, 40005), (403, 50013), (403, 400001), (400, 50035)])
async def test_where_discord_takes_no_file_the_history_is_shown_in_words(
    env: BotEnv, status: int, code: int
) -> None:
    await counted(env, TOPIC)
    env.sim.inject_error("PATCH", "/webhooks/*/@original", status=status, code=code)

    message = await history(env)

    assert pictures(message) == []
    assert message.attachments == []
    assert TOPIC in shown(message)
