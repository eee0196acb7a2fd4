"""What ``kawaraban doctor`` hears from Discord of token, servers, channels and commands; nothing is changed."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
from msgspec.structs import replace

from bot import app
from bot.core.models import ChannelId, GuildId, UserId
from bot.doctor.checks import Check
from bot.doctor.examination import examine
from bot.gateway.client import TrendBot
from bot.services.subscriptions.requests import SubscribeRequest
from config.sentences import LANGUAGES, sentence
from config.settings import FeedSettings, Settings
from config.tables import Secret
from tests.conftest import make_settings
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild, bits

ID = base64.urlsafe_b64encode(b"123456789012345678").decode()
READING = {"GET"}


class Discord(FakeDiscord):
    """A Discord whose token has a token's form."""

    token = f"{ID}.Fake00.made-up-for-this-test"


@dataclass
class Practice:
    """A Discord, and the settings of a bot that is in one of its servers."""

    discord: Discord
    settings: Settings
    guild: Guild
    news: Channel

    async def examine(self) -> list[Check]:
        return await examine(self.settings)

    async def subscribe(self, channel: Channel) -> None:
        """Somebody subscribes a channel, as ``/subscribe`` does."""
        async with app.open_services(self.settings) as services:
            ask = SubscribeRequest("瓦版", GuildId(self.guild.id), ChannelId(channel.id), UserId(7), "ja")
            await services.subscriptions.subscribe(ask)


def named(checks: Sequence[Check], name: str) -> Check:
    (found,) = [check for check in checks if check.name == name]
    return found


@pytest.fixture
async def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Practice]:
    monkeypatch.delenv("KAWARABAN_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    async with Discord() as server:
        guild = server.add_guild("tea house")
        news = server.add_channel(guild, "news")
        settings = make_settings(
            tmp_path,
            discord={"token": server.token, "api_base": server.api_base},
            # Nobody listens on this port: a feed's search that no test of this file asks for.
            sources={"feed": {"search_urls": ["http://127.0.0.1:9/?q={topic}"]}},
        )
        yield Practice(server, settings, guild, news)


async def test_token_that_discord_accepts_is_well_and_names_its_application(practice: Practice) -> None:
    checks = await practice.examine()

    token = named(checks, "token")
    assert token.state == "ok"
    assert str(practice.discord.world.application_id) in token.detail
    assert named(checks, "servers").state == "ok"
    assert f"client_id={practice.discord.world.application_id}" in named(checks, "invite").detail


async def test_doctor_asks_and_changes_nothing(practice: Practice) -> None:
    before = discord.http.Route.BASE

    await practice.examine()

    assert {request.method for request in practice.discord.record.requests} == READING
    assert before == discord.http.Route.BASE
    assert not (Path.cwd() / "kawaraban.db").exists()


async def test_token_that_discord_refuses_is_to_be_mended(practice: Practice) -> None:
    wrong = replace(practice.settings.discord, token=Secret(f"{ID}.a.b"))
    checks = await examine(replace(practice.settings, discord=wrong))

    token = named(checks, "token")
    assert token.state == "fix"
    assert token.advice
    assert named(checks, "invite").state == "ok"


async def test_discord_that_is_away_is_a_note_and_the_rest_is_examined(practice: Practice) -> None:
    practice.discord.ban_address(600)

    checks = await practice.examine()

    assert named(checks, "token").state == "note"
    assert named(checks, "database").state == "ok"


async def test_servers_that_cannot_be_listed_leave_the_rest(practice: Practice) -> None:
    with practice.discord.faults.during("GET /users/@me/guilds", fault=Fault.status(403)):
        checks = await practice.examine()

    assert named(checks, "token").state == "ok"
    assert named(checks, "servers").state == "note"
    assert named(checks, "commands").state == "note"


async def test_bot_in_no_server_is_a_note_that_says_what_to_do(practice: Practice) -> None:
    practice.discord.remove_bot(practice.guild)

    servers = named(await practice.examine(), "servers")

    assert servers.state == "note"
    assert servers.advice


async def test_more_servers_than_a_page_holds_are_all_counted(practice: Practice) -> None:
    for number in range(250):
        practice.discord.world.add_guild(f"server {number}")

    assert "251" in named(await practice.examine(), "servers").detail


async def test_server_that_lacks_a_permission_is_named_with_it(practice: Practice) -> None:
    practice.guild.everyone.permissions &= ~bits("embed_links")

    check = named(await practice.examine(), f"server {practice.guild.id}")

    assert check.state == "note"
    assert "Embed Links" in check.detail


async def test_channel_with_subscriptions_where_the_bot_may_not_write_is_to_be_mended(practice: Practice) -> None:
    await practice.subscribe(practice.news)
    practice.discord.set_permissions(practice.news, deny=["send_messages"])

    check = named(await practice.examine(), f"server {practice.guild.id}")

    assert check.state == "fix"
    assert "#news" in check.detail
    assert "Send Messages" in check.detail


async def test_channel_that_gives_what_the_server_does_not_is_well(practice: Practice) -> None:
    await practice.subscribe(practice.news)
    practice.guild.everyone.permissions &= ~bits("embed_links")
    practice.discord.set_permissions(practice.news, allow=["embed_links"])

    assert named(await practice.examine(), f"server {practice.guild.id}").state == "note"


async def test_channel_with_subscriptions_that_is_gone_is_to_be_mended(practice: Practice) -> None:
    await practice.subscribe(practice.news)
    practice.discord.delete_channel(practice.news)

    check = named(await practice.examine(), f"server {practice.guild.id}")

    assert check.state == "fix"
    assert str(practice.news.id) in check.detail


async def test_thread_with_subscriptions_is_well(practice: Practice) -> None:
    await practice.subscribe(practice.discord.add_thread(practice.news, "a thread"))

    assert named(await practice.examine(), "servers").state == "ok"
    assert [check for check in await practice.examine() if check.name.startswith("server ")] == []


async def test_administrator_lacks_nothing(practice: Practice) -> None:
    practice.guild.everyone.permissions = bits("administrator")

    assert [check for check in await practice.examine() if check.name.startswith("server ")] == []


async def test_commands_are_compared_with_what_was_synced(practice: Practice) -> None:
    untold = named(await practice.examine(), "commands")
    async with app.open_services(practice.settings) as services:
        with practice.discord.in_place_of_discord():
            async with TrendBot(services, background=False) as bot:
                await bot.login(practice.discord.token)
    told = named(await practice.examine(), "commands")
    practice.discord.world.commands[None] = [
        {"name": "ping", "type": 1, "description": "d", "id": "7", "version": "8"}
    ]
    replaced = named(await practice.examine(), "commands")

    assert (untold.state, told.state, replaced.state) == ("note", "ok", "fix")


async def test_application_id_of_another_application_is_to_be_mended(practice: Practice) -> None:
    other = replace(practice.settings.discord, application_id=111111111111111111)

    checks = await examine(replace(practice.settings, discord=other))

    assert named(checks, "application").state == "fix"


async def test_doctor_speaks_both_languages_and_keeps_the_names(practice: Practice) -> None:
    said = {language: await examine(practice.settings, language) for language in LANGUAGES}

    names = {language: [(check.name, check.state) for check in checks] for language, checks in said.items()}
    assert names["ja"] == names["en"]
    assert named(said["ja"], "token").detail != named(said["en"], "token").detail


async def test_doctor_in_japanese_calls_causes_and_permissions_as_japanese_readers_do(practice: Practice) -> None:
    await practice.subscribe(practice.news)
    practice.discord.set_permissions(practice.news, deny=["send_messages"])
    practice.guild.everyone.permissions &= ~bits("embed_links")
    there = await examine(practice.settings, "ja")
    practice.discord.ban_address(600)
    away = await examine(practice.settings, "ja")

    assert sentence("ja", "perm-send-messages") in named(there, f"server {practice.guild.id}").detail
    assert sentence("ja", "health-unreachable").rstrip("。") in named(there, "source feed").detail
    assert sentence("ja", "health-busy").rstrip("。") in named(away, "clock").detail
    assert "429" in named(away, "token").detail
    for name in ("source feed", "token", "clock"):
        facts = named(away, name).detail.rpartition("（")[2]
        assert named(away, name).detail.endswith("）"), facts
        assert facts.isascii() or facts.rstrip("）").isascii()


async def test_clock_is_compared_without_a_token(practice: Practice) -> None:
    without = replace(practice.settings.discord, token=None)

    checks = await examine(replace(practice.settings, discord=without))

    assert named(checks, "clock").state == "ok"


async def test_place_without_a_topic_it_can_look_up_has_no_line_of_topics(practice: Practice) -> None:
    await practice.subscribe(practice.news)
    without_search = replace(practice.settings.sources, feed=FeedSettings())
    settings = replace(practice.settings, sources=without_search)
    async with app.open_services(settings) as services:
        await services.poller.poll_due()

    assert [check.name for check in await examine(settings) if check.name.startswith("topics")] == []
