from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.demo.clock import DemoClock
from bot.demo.discord import simulated
from bot.demo.discord.labels import NAMES
from bot.demo.discord.simulated import Language, PortTaken, SimulatedDiscord, SimulationChanged
from bot.demo.sites.trend_site import TrendSite
from bot.demo.worlds.world import World
from config.sentences import LANGUAGES
from tests.demo.sample_bot import SampleBot
from tests.ending import ends_soon


@asynccontextmanager
async def sample_world(language: Language = "ja") -> AsyncIterator[tuple[SimulatedDiscord, SampleBot]]:
    bot = SampleBot()
    async with SimulatedDiscord(bot, language=language, background=("tests.demo.sample_bot",)) as world:
        bot.channel_id = world.channel.id
        yield world, bot


async def until(told: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not told():  # noqa: ASYNC110 - the page has no event to wait for
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("language", "locale"), [("ja", "ja"), ("en", "en-US")])
async def test_a_person_speaks_the_language_of_the_demo(language: Language, locale: str) -> None:
    async with sample_world(language) as (world, bot):
        await world.viewer.slash(world.channel, "ping")
    assert [str(each) for each in bot.seen] == [locale]


async def test_the_clock_is_todays_and_moves_by_itself() -> None:
    async with sample_world() as (world, _bot):
        shown = await world.viewer.send(world.channel, "いま何時？")
        before = world.env.now()
        await asyncio.sleep(0.05)
        after = world.env.now()
    assert abs(shown.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert timedelta(milliseconds=40) < after - before < timedelta(minutes=1)


async def test_times_inside_and_outside_of_the_bots_scope_can_be_compared() -> None:
    async with sample_world() as (world, _bot):
        outside = time.monotonic()
        with world.env._bot_scope():
            inside = time.monotonic()
    assert abs(inside - outside) < 60


@ends_soon
async def test_an_action_does_not_wait_for_a_background_task_that_never_rests() -> None:
    async with sample_world() as (world, bot):
        await world.viewer.slash(world.channel, "ping")
        beats = bot.beats
        await until(lambda: bot.beats > beats)


async def test_what_a_background_task_sends_is_in_the_channel() -> None:
    async with sample_world() as (world, bot):
        await bot.due.put("海沿いの旧造船所あと")
        await until(lambda: world.channel.last_message is not None)
        assert world.channel.last_message.author == bot.user
        assert not world.errors


async def test_the_person_may_manage_channels_and_the_bot_knows_the_guild() -> None:
    async with sample_world() as (world, bot):
        await world.viewer.slash(world.channel, "ping")
        guild = bot.guilds[0]
    assert bot.may.manage_channels
    assert bot.may.manage_guild
    assert guild.name == NAMES["ja"].guild
    assert {channel.name for channel in guild.text_channels} == {NAMES["ja"].alerts, NAMES["ja"].news}


async def test_the_page_shows_a_background_message_without_being_asked() -> None:
    async with sample_world() as (world, bot):
        await world.serve()
        page = world._preview._open_page()
        await bot.due.put("海沿いの旧造船所あと")
        await until(lambda: "海沿いの旧造船所あと" in str(page.snapshot["messages"]))


async def test_the_picker_describes_commands_in_the_persons_language() -> None:
    async with sample_world() as (world, _bot):
        commands = world.env.backend.visible_commands(user_id=world.viewer.id, channel_id=world.channel.id)
    fetch = next(command for command in commands if command["name"] == "look")
    assert fetch["description"] == "すぐに返事をします"
    assert fetch["options"][0]["description"] == "探すことば"


async def test_the_bot_is_closed_on_leaving() -> None:
    async with sample_world() as (_world, bot):
        pass
    assert bot.is_closed()
    assert all(task.done() for task in bot._tasks)


async def test_a_member_may_not_manage_what_the_first_person_may() -> None:
    async with sample_world() as (world, bot):
        await world.member.slash(world.channel, "ping")
    assert not bot.may.manage_channels
    assert not bot.may.manage_messages


async def test_the_clock_is_the_one_that_was_given() -> None:
    later = datetime(2031, 5, 6, tzinfo=UTC)
    bot = SampleBot()
    clock = DemoClock(present=lambda: later)
    async with SimulatedDiscord(bot, clock=clock, background=("tests.demo.sample_bot",)) as world:
        said = await world.viewer.send(world.channel, "いま何時？")
    assert said.created_at.replace(microsecond=0) == later


async def test_another_simcord_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated, "_needed", lambda: [("Env._bot_scope", False), ("Clock", True)])
    with pytest.raises(SimulationChanged, match=r"Env\._bot_scope") as refused:
        async with SimulatedDiscord(discord.Client(intents=discord.Intents.none())):
            pass

    sentences = {language: refused.value.sentence.said(language) for language in LANGUAGES}
    assert all("uv sync --extra demo" in said and "Env._bot_scope" in said for said in sentences.values())
    assert len(set(sentences.values())) == len(LANGUAGES)


async def test_a_missing_simcord_is_a_sentence_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simcord._runtime", None)
    with pytest.raises(SimulationChanged, match="uv sync --extra demo"):
        async with SimulatedDiscord(discord.Client(intents=discord.Intents.none())):
            pass


async def test_a_taken_port_is_a_sentence_and_the_world_still_closes() -> None:
    start = datetime.now(UTC)
    async with TrendSite(World(start), clock=lambda: start) as site, sample_world() as (world, bot):
        port = int(site.url.rsplit(":", 1)[1].rstrip("/"))
        with pytest.raises(PortTaken, match=rf"port {port} is taken: choose another with --port"):
            await world.serve(port)
    assert bot.is_closed()


def action(page: Any, **what: object) -> dict[str, object]:
    """What the browser sends for ``what``."""
    return {
        "protocol_version": 3,
        "sequence": page.last_sequence + 1,
        "request_id": f"request {page.last_sequence}",
        "generation": page.generation,
        "bot_generation": page.preview.env._generation,
        "published_revision": page.revision,
        **what,
    }


async def test_a_picture_is_never_older_than_what_it_shows() -> None:
    async with sample_world() as (world, _bot):
        await world.serve()
        page = world._preview._open_page()
        await world._preview._action(page.id, action(page, kind="send_message", content="いま"))
    newest = max(datetime.fromisoformat(each["timestamp"]) for each in page.snapshot["messages"].values())
    assert datetime.fromisoformat(page.snapshot["profile"]["presentationTime"]) >= newest


async def test_the_page_goes_to_the_other_channel_and_what_is_said_there_stays_there() -> None:
    async with sample_world() as (world, _bot):
        await world.serve()
        page = world._preview._open_page()
        granted = await world._preview._action(page.id, {"demo": {"channel": str(world.news.id)}})
        await world._preview._action(page.id, action(page, kind="send_message", content="こちらです"))
        shown = page.snapshot["channel"]["name"]
        await world._preview._action(page.id, {"demo": {"channel": "1"}})
        still = page.snapshot["channel"]["name"]
    assert granted == {"granted": True}
    assert shown == still == NAMES["ja"].news
    assert world.news.last_message.content == "こちらです"
    assert world.channel.last_message is None


async def test_the_page_makes_time_pass_faster() -> None:
    clock = DemoClock()
    async with SimulatedDiscord(SampleBot(), clock=clock, background=("tests.demo.sample_bot",)) as world:
        await world.serve()
        page = world._preview._open_page()
        await world._preview._action(page.id, {"demo": {"speed": 10}})
    assert clock.speed == 10


async def test_a_click_made_while_the_page_changed_is_still_a_click() -> None:
    async with sample_world() as (world, bot):
        await world.serve()
        page = world._preview._open_page()
        seen = page.revision
        await bot.due.put("海沿いの旧造船所あと")
        await until(lambda: page.revision > seen)
        late = action(page, kind="send_message", content="読んだよ", published_revision=seen)
        answer = await world._preview._action(page.id, late)
    assert answer["settlement"] == "settled"
