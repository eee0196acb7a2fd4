"""/trending on the simulated Discord: both lists with reasons, what is left out, and what is done with a topic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.models import Counted, CountState, GuildId, PollState, PostCount, SurgePlan, Viewer
from bot.core.models.counts import HOUR
from bot.core.surge.settings import PRESETS, Preset
from bot.core.text import make_topic
from bot.gateway.client import TrendBot
from bot.storage.sql.moderation.blocked_topics import BLOCKED_MAX
from bot.views.kit.spark import BLOCKS, GAP
from tests.cogs.forging import press
from tests.cogs.sentences import say
from tests.conftest import EN, JA, START, BotEnv, Clock, make_settings, open_env
from tests.core.surge.series import MONDAY, daily, run, times
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.misskey_server import MisskeyServer
from tests.fakes.ranking_site import RankingSite, trend
from tests.fakes.trend_site import TrendSite
from tests.storage.world import plan

from .test_subscribe import answer, bot_may, in_japanese, labels, shown

TOPIC = "データセンター"
BUSY = ((80, 60), (20, 15), *((10, 8),) * 5)


class World:
    """A bot whose sources rank topics."""

    def __init__(self, env: BotEnv, mastodon: MastodonServer, misskey: MisskeyServer, others: RankingSite) -> None:
        self.env, self.mastodon, self.misskey, self.others = env, mastodon, misskey, others

    def rank(self) -> None:
        """Each source ranks something; two networks have a topic in common."""
        self.mastodon.trend("DataCenter", *BUSY)
        self.misskey.trends = [{"tag": "流星群", "chart": [9] * 6 + [1] * 14, "usersCount": 30}]
        self.others.bluesky = [trend("Meteor shower", status="hot"), trend("data center")]
        self.others.google = {"JP": [("祭り", "2千+")], "US": [("festival", "1000+")]}
        self.others.page = ["行列"]

    async def ask(self, who: Any = None, **options: Any) -> Any:
        env = self.env
        return answer(await (who or env.admin).slash(env.channel, "trending", **options))


@pytest.fixture
async def world(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        mastodon = await stack.enter_async_context(MastodonServer(clock=clock))
        misskey = await stack.enter_async_context(MisskeyServer(clock=clock))
        others = await stack.enter_async_context(RankingSite())
        settings = make_settings(
            tmp_path,
            sources={
                "trendpage": {"url": f"{others.url}/word/{{topic}}", "ranking_url": f"{others.url}/ranking"},
                "mastodon": {"base_url": mastodon.base_url},
                "misskey": {"base_url": misskey.base_url},
            },
            trending=others.settings
            | {
                "sources": ["trendpage", "mastodon", "misskey", "bluesky", "google"],
                "blocked": ["宣伝"],
            },
        )
        env = await stack.enter_async_context(open_env(settings, clock, site))
        yield World(env, mastodon, misskey, others)


def manager(env: BotEnv) -> Any:
    """Somebody who manages the server."""
    role = env.guild.create_role("主", permissions=discord.Permissions(manage_guild=True))
    return env.guild.add_member(env.sim.create_user("aruji"), roles=[role])


def options_of(message: Any, action: str) -> list[str]:
    """The topics in the menu of an action; none without that menu."""
    for part in walk_components(message.components):
        if part.get("type") == 3 and part["custom_id"].startswith(f"kw:rising:pick:{action}:"):
            return [one["value"] for one in part["options"]]
    return []


def requests(world: World) -> int:
    """Requests for rankings, at all sources."""
    asked = sum(path == "/api/v1/trends/tags" for path in world.mastodon.paths)
    asked += sum(path == "/api/hashtags/trend" for path in world.misskey.paths)
    return asked + sum(world.others.asked(part) for part in ("getTrends", "trending/rss", "ranking"))


# -- what rises at the sources -----------------------------------------------------------------------------


async def test_topics_of_all_sources_are_merged_and_say_why(world: World) -> None:
    world.rank()

    message = await world.ask()

    said = shown(message)
    assert options_of(message, "see") == ["data center", "festival", "Meteor shower", "流星群", "行列"]
    assert "Mastodon, Bluesky" in said
    assert EN.say("trending-people", shown="60", count=60) in said
    assert EN.say("trending-times", times="6.4") in said
    assert EN.say("trending-searches", shown="1K") in said or EN.say("trending-searches", shown="1,000") in said
    assert EN.say("trending-hot") in said
    assert "祭り" not in said


async def test_a_japanese_reader_reads_japanese_and_japans_searches(world: World) -> None:
    world.rank()
    in_japanese(world.env)

    message = await world.ask()

    assert JA.say("trending-elsewhere") in shown(message)
    assert "祭り" in options_of(message, "see")
    assert "festival" not in options_of(message, "see")


async def test_an_answer_is_for_the_asker_alone_and_holds_discords_limits(world: World) -> None:
    world.mastodon.trending = []
    for number in range(30):
        world.mastodon.trend(f"{'長い名前の話題' * 8}{number}", *BUSY)
    world.others.bluesky = [trend(f"**bold** @everyone <@1> {number}") for number in range(25)]

    message = await world.ask(manager(world.env))

    assert message.ephemeral
    assert "**bold** @everyone <@1>" not in shown(message)
    assert sum(1 for _ in walk_components(message.components)) <= 40


async def test_a_source_that_ranks_nothing_fails_or_refuses_is_left_out_and_said(world: World) -> None:
    world.misskey.trends = []
    world.mastodon.fail("trends/tags", 401, body='{"error":"The access token is invalid"}')
    world.others.fail("getTrends", 501, '{"error":"MethodNotImplemented","message":"Topics agent not available"}')
    world.others.robots = "User-agent: *\nDisallow: /trending\n"
    world.others.page = ["行列"]

    message = await world.ask()

    said = shown(message)
    assert options_of(message, "see") == ["行列"]
    assert EN.say("trending-ranks-nothing", source="Misskey") in said
    for source, cause in (("Mastodon", "refused"), ("Bluesky", "busy"), ("Google Trends (US)", "robots")):
        assert EN.say("trending-failed", source=source, why=EN.say(f"source-error-{cause}")) in said


async def test_where_no_source_answers_the_list_says_so(world: World) -> None:
    for part in ("getTrends", "trending/rss", "ranking"):
        world.others.fail(part, 404)
    world.mastodon.fail("trends/tags", 404, times=5)
    world.misskey.fail("hashtags/trend", 400, body='{"error":{"code":"UNAVAILABLE"}}')

    message = await world.ask()

    assert EN.say("trending-elsewhere-none") in shown(message)
    assert options_of(message, "see") == []


async def test_one_source_can_be_asked_for_by_value_or_by_name(world: World) -> None:
    world.rank()

    by_value = await world.ask(source="misskey")
    by_name = await world.ask(source=" googleトレンド ")

    assert options_of(by_value, "see") == ["流星群"]
    assert options_of(by_name, "see") == ["festival"]


@pytest.mark.parametrize("typed", ["yahoo", "x", "'; DROP TABLE rankings"])
async def test_an_unknown_source_is_refused_with_those_there_are(world: World, typed: str) -> None:
    message = await world.ask(source=typed)

    available = "Trend page, Mastodon, Misskey, Bluesky, Google Trends"
    assert shown(message).strip() == EN.say("error-ranking-unknown", available=available)
    assert requests(world) == 0


async def test_sources_are_suggested_by_their_names(world: World) -> None:
    env = world.env

    every = await env.visitor.autocomplete(env.channel, "trending", "source", "")
    some = await env.visitor.autocomplete(env.channel, "trending", "source", "goo")

    assert [one["value"] for one in every] == ["trendpage", "mastodon", "misskey", "bluesky", "google"]
    assert [one["name"] for one in some] == ["Google Trends"]


# -- how often is asked ------------------------------------------------------------------------------------


async def test_a_source_is_asked_once_in_ten_minutes_whoever_asks(world: World) -> None:
    world.rank()
    env = world.env
    await world.ask()
    once = requests(world)

    await world.ask(env.visitor)
    env.clock.forward(minutes=9)
    await world.ask()
    within = requests(world)
    env.clock.forward(minutes=2)
    later = await world.ask()

    assert (once, within, requests(world)) == (5, 5, 10)
    assert options_of(later, "see")


async def test_people_who_ask_at_once_share_one_request(world: World) -> None:
    world.rank()
    service = world.env.services.trending

    answers = await asyncio.gather(*(service.show(Viewer(GuildId(number)), "en") for number in range(8)))

    assert requests(world) == 5
    assert {one.rising for one in answers} == {answers[0].rising}
    assert answers[0].rising


async def test_a_source_that_failed_is_left_alone_for_as_long_as_it_asks(world: World) -> None:
    world.mastodon.fail("trends/tags", 429, times=1, retry_after="3600")
    await world.ask(source="mastodon")
    world.mastodon.trend("流星群", *BUSY)

    world.env.clock.forward(minutes=30)
    still = await world.ask(source="mastodon")
    world.env.clock.forward(minutes=31)
    again = await world.ask(source="mastodon")

    assert options_of(still, "see") == []
    assert options_of(again, "see") == ["流星群"]


async def test_answers_outlive_a_restart(world: World) -> None:
    world.rank()
    await world.ask()
    before = requests(world)

    await world.env.sim.restart_bot(TrendBot(world.env.services, background=False))
    message = await world.ask()

    assert requests(world) == before
    assert options_of(message, "see")


# -- the server's own topics -------------------------------------------------------------------------------


async def surging(env: BotEnv, topic: str = TOPIC, *, factor: float = 5.0, channel: Any = None) -> None:
    """A channel is subscribed to a topic whose last hour is so many times as high as usual."""
    await env.admin.slash(channel or env.channel, "subscribe", topic=topic, source="trendpage", surge="every")
    end = MONDAY + timedelta(days=10, hours=13, minutes=30)
    state, _ = run(daily(10 + 13.5 / 24, times(factor, 10)), PRESETS[Preset.EVERY])
    env.clock.now = end
    due = await env.services.storage.watches.claim_due(end, limit=50, lease_s=60)
    watch = next(one.watch for one in due if one.watch.topic == make_topic(topic))
    counts = tuple(
        PostCount(end.replace(minute=0) - back * HOUR, HOUR, HOUR, 40 + 20 * (24 - back))
        for back in (1, 2, 3, 5, 6, 7)
    )
    made = plan(PollState(watch, {}), at=end, next_poll_at=end + HOUR)
    made = replace(made, surges=SurgePlan({Preset.EVERY: state}), counted=Counted(CountState(end), counts))
    await env.services.storage.polls.commit(made)


@pytest.fixture
def early(clock: Clock) -> None:
    """The bot began to listen ten days before the surge."""
    clock.now = MONDAY


@pytest.mark.usefixtures("early")
async def test_a_topic_of_the_server_is_shown_with_factor_arrow_and_spark_line(world: World) -> None:
    env = world.env
    await surging(env)

    message = await world.ask()

    said = shown(message)
    line = EN.say("trending-own-times", topic=TOPIC, times="5.0", people="no")
    assert "▲" in said
    assert line.partition("5")[0] in said
    assert GAP in said
    assert BLOCKS[-1] in said
    assert options_of(message, "see") == [TOPIC]


@pytest.mark.usefixtures("early")
async def test_a_topic_as_usual_is_named_and_one_without_counts_too(world: World) -> None:
    env = world.env
    await surging(env, factor=1.0)
    await env.admin.slash(env.channel, "subscribe", topic="生成AI", source="trendpage", surge="every")

    said = shown(await world.ask())

    assert EN.say("trending-own-none") in said
    assert EN.say("trending-usual", topics=f"▶ {TOPIC}") in said
    assert EN.say("trending-unknown", topics="生成AI") in said


@pytest.mark.invariant(10)
@pytest.mark.usefixtures("early")
async def test_a_topic_of_a_hidden_channel_or_of_another_server_is_nobody_elses(world: World) -> None:
    env = world.env
    closed = {
        env.guild.default_role: discord.PermissionOverwrite(view_channel=False),
        **bot_may(env, view_channel=True, send_messages=True, read_message_history=True),
    }
    await surging(env)
    secret = env.guild.create_text_channel("役員室", overwrites=closed)
    boss = env.guild.add_member(
        env.sim.create_user("yakuin"),
        roles=[env.guild.create_role("役員", permissions=discord.Permissions(administrator=True))],
    )
    await boss.slash(secret, "subscribe", topic="極秘買収", source="trendpage", surge="every")
    elsewhere = env.sim.create_guild(name="よその会")
    stranger = elsewhere.add_member(env.sim.create_user("yoso"))
    there = elsewhere.create_text_channel("広場")

    theirs = shown(await world.ask(env.visitor))
    his = shown(await world.ask(boss))
    abroad = shown(answer(await stranger.slash(there, "trending")))

    assert ("極秘買収" in theirs, TOPIC in theirs) == (False, True)
    assert "極秘買収" in his
    assert TOPIC not in abroad
    assert EN.say("trending-own-empty") in abroad


@pytest.mark.invariant(10)
@pytest.mark.usefixtures("early")
async def test_server_that_just_subscribed_does_not_learn_that_another_has_listened_for_long(world: World) -> None:
    """A detector that knows what is normal at once says whose it was."""
    env = world.env
    await surging(env)
    elsewhere = env.sim.create_guild(name="よその会")
    may = discord.Permissions(administrator=True)
    stranger = elsewhere.add_member(
        env.sim.create_user("yoso"), roles=[elsewhere.create_role("主", permissions=may)]
    )
    there = elsewhere.create_text_channel("広場")
    for topic in (TOPIC, "誰も知らない話"):
        await stranger.slash(there, "subscribe", topic=topic, source="trendpage", surge="every")

    abroad = shown(answer(await stranger.slash(there, "trending")))

    assert EN.say("trending-unknown", topics=f"{TOPIC}, 誰も知らない話") in abroad


# -- what is done with a topic -----------------------------------------------------------------------------


async def test_a_topic_is_seen_as_by_trend_for_the_asker_alone(world: World) -> None:
    world.rank()
    world.mastodon.add("<p>増設の話</p>", tags=["DataCenter"])
    message = await world.ask(world.env.visitor)

    seen = await world.env.visitor.select(message, ["data center"], custom_id="kw:rising:pick:see:*")

    answered = answer(seen)
    assert answered.id != message.id
    assert "増設の話" in shown(answered)


async def test_a_topic_is_subscribed_to_where_the_person_may_and_not_elsewhere(world: World) -> None:
    world.rank()
    env = world.env
    message = await world.ask(env.visitor)
    refused = await env.visitor.select(message, ["流星群"], custom_id="kw:rising:pick:sub:*")
    by_admin = await world.ask()

    done = await env.admin.select(by_admin, ["流星群"], custom_id="kw:rising:pick:sub:*")

    needs = EN.say("error-you-need", permissions=EN.say("perm-manage-channels"))
    assert shown(answer(refused)).strip() == needs
    assert "流星群" in shown(answer(done))
    assert [one.topic.name for one in await env.services.subscriptions.list(env.guild.id)] == ["流星群"]


async def test_in_a_direct_message_topics_can_only_be_seen(world: World) -> None:
    world.rank()

    message = answer(await world.env.sim.create_user("hitori").slash("trending"))

    assert EN.say("trending-own") not in shown(message)
    assert options_of(message, "see")
    assert options_of(message, "sub") == options_of(message, "block") == []


# -- blocked topics ----------------------------------------------------------------------------------------


async def test_the_operators_blocked_topics_are_never_shown(world: World) -> None:
    world.mastodon.trend("宣伝", *BUSY)
    world.mastodon.trend("流星群", *BUSY)

    assert options_of(await world.ask(), "see") == ["流星群"]


async def test_who_manages_the_server_blocks_a_topic_in_all_spellings_and_undoes_it(world: World) -> None:
    world.rank()
    env, boss = world.env, manager(world.env)
    message = await world.ask(boss)

    blocked = (await boss.select(message, ["data center"], custom_id="kw:rising:pick:block:*")).response
    said, left = shown(blocked), options_of(blocked, "see")
    others = shown(await world.ask(env.visitor))
    undone = (await boss.click(blocked, label=say(env, "trending-button-undo"))).response

    assert EN.say("trending-done-blocked", topic="data center") in said
    assert "data center" not in left
    assert "data center" not in others.casefold()
    assert EN.say("trending-done-unblocked", topic="data center") in shown(undone)
    assert "data center" in options_of(undone, "see")


async def test_the_list_of_blocked_topics_is_turned_and_one_is_unblocked(world: World) -> None:
    env, boss = world.env, manager(world.env)
    for number in range(30):
        await env.services.trending.block(env.guild.id, f"topic {number:02}")
        env.clock.forward(seconds=1)
    message = await world.ask(boss)

    listed = (await boss.click(message, label=say(env, "trending-button-blocked", count=30))).response
    second = (await boss.click(listed, label="▶")).response
    left = options_of(second, "unblock")
    done = (await boss.select(second, ["topic 04"], custom_id="kw:rising:pick:unblock:*")).response

    assert left == ["topic 04", "topic 03", "topic 02", "topic 01", "topic 00"]
    assert EN.say("trending-done-unblocked", topic="topic 04") in shown(done)
    assert len(await env.services.trending.blocked(env.guild.id)) == 29


@pytest.mark.invariant(10)
async def test_blocking_is_asked_of_the_server_and_holds_there_alone(world: World) -> None:
    world.rank()
    env = world.env
    message = await world.ask(env.visitor)
    for custom_id, value in (("kw:rising:pick:block:*", "流星群"), ("kw:rising:pick:unblock:*", "流星群")):
        assert EN.say("error-you-need", permissions=EN.say("perm-manage-guild")) in await press(
            env.visitor, message, custom_id, value
        )
    for custom_id in ("kw:rising:block:*:流星群", "kw:rising:unblock:*:流星群", "kw:rising:blocked:*:0"):
        assert EN.say("error-you-need", permissions=EN.say("perm-manage-guild")) in await press(
            env.visitor, message, custom_id
        )
    assert options_of(message, "block") == []
    elsewhere = env.sim.create_guild(name="よその会")
    await env.services.trending.block(GuildId(elsewhere.id), "流星群")

    assert "流星群" in options_of(await world.ask(), "see")


async def test_a_full_list_says_what_to_do(world: World) -> None:
    world.rank()
    env, boss = world.env, manager(world.env)
    for number in range(BLOCKED_MAX):
        await env.services.storage.blocked_topics.block(env.guild.id, f"topic {number}", START)
    message = await world.ask(boss)

    refused = await boss.select(message, ["流星群"], custom_id="kw:rising:pick:block:*")

    assert shown(answer(refused)).strip() == EN.say("error-blocked-full", limit=BLOCKED_MAX)


async def test_menus_and_buttons_live_on_after_a_restart(world: World) -> None:
    world.rank()
    env, boss = world.env, manager(world.env)
    message = await world.ask(boss)

    await env.sim.restart_bot(TrendBot(env.services, background=False))
    blocked = (await boss.select(message, ["流星群"], custom_id="kw:rising:pick:block:*")).response

    assert say(env, "trending-button-undo") in labels(blocked)
