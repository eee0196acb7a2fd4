"""Two shards: each serves its own servers, and what happens to one is nothing to the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import PauseReason
from bot.delivery.reachability import Reachability
from bot.gateway.shards import BackOff, IdentifySpacing
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, User
from tests.living import Living, living, until

SOCKET = "GET /gateway"


@dataclass
class Twin:
    """A bot with two shards, a server in each with a channel and somebody who may manage it."""

    server: FakeDiscord
    bot: Living
    news: tuple[Channel, Channel]
    people: tuple[User, User]

    async def told_everywhere(self, number: int, *, in_shards: tuple[int, ...] = (0, 1)) -> None:
        """A post is decided for both channels, and arrives in those of these shards."""
        subscriptions = [await self.bot.follow(channel) for channel in self.news]
        await self.bot.decide(*subscriptions, numbers=(number,))
        await until(
            lambda: all(
                any(f"話その{number:03}" in each.text for each in self.server.messages(self.news[n]))
                for n in in_shards
            )
        )


def guild_of_shard(server: FakeDiscord, shard: int) -> tuple[Channel, User]:
    for number in count():
        guild = server.add_guild(f"house {number}")
        if (guild.id >> 22) % 2 == shard:
            role = server.add_role(guild, "editor", "manage_channels")
            return server.add_channel(guild, "news"), server.add_member(guild, f"p{shard}", role)
        server.delete_guild(guild)
    raise AssertionError


def furnished() -> tuple[FakeDiscord, tuple[Channel, Channel], tuple[User, User]]:
    server = FakeDiscord()
    server.gateway.shards = 2
    (first, alice), (second, bob) = guild_of_shard(server, 0), guild_of_shard(server, 1)
    return server, (first, second), (alice, bob)


@pytest.fixture
async def twin(tmp_path: Path) -> AsyncIterator[Twin]:
    server, news, people = furnished()
    async with server, living(server, tmp_path) as bot:
        await bot.up(shards=2)
        yield Twin(server, bot, news, people)


@pytest.mark.invariant(1)
async def test_servers_of_both_shards_are_told_and_answered(twin: Twin) -> None:
    assert twin.server.gateway.connected_shards() == {0, 1}
    assert twin.server.gateway.identifies == 2

    await twin.told_everywhere(1)
    await until(lambda: twin.server.world.commands.get(None))
    for channel, person in zip(twin.news, twin.people, strict=True):
        answered = await twin.server.slash(channel, person, "subscriptions")
        assert answered.callback is not None


@pytest.mark.invariant(1)
async def test_a_shard_that_is_away_keeps_nothing_of_the_other_and_comes_back(
    twin: Twin, caplog: pytest.LogCaptureFixture
) -> None:
    await until(lambda: twin.server.world.commands.get(None))
    twin.server.faults.next(SOCKET, Fault.status(503), times=40)
    await twin.server.gateway.disconnect(shard=1)

    answered = await twin.server.slash(twin.news[0], twin.people[0], "subscriptions")
    await twin.told_everywhere(1)  # messages go by request: the gateway of a shard is not asked

    assert answered.callback is not None
    await until(lambda: twin.server.gateway.connected_shards() == {0, 1})
    await until(lambda: not twin.bot.bot.reachability.is_lost)
    answered = await twin.server.slash(twin.news[1], twin.people[1], "subscriptions")
    assert answered.callback is not None
    said = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [one.name for one in said] == ["bot.delivery.reachability"] * 2
    assert not any(one.exc_info for one in said)


async def test_a_session_is_resumed_after_an_outage_of_the_gateway(twin: Twin) -> None:
    before = twin.server.gateway.identifies
    twin.server.faults.next(SOCKET, Fault.reset(), times=10)

    await twin.server.gateway.disconnect()
    await until(lambda: twin.server.gateway.resumes == 2)

    assert twin.server.gateway.identifies == before


async def test_a_shard_waits_no_longer_once_discord_answers_elsewhere(twin: Twin) -> None:
    twin.server.faults.sometimes(SOCKET, Fault.status(503), 1.0)
    for shard in twin.bot.bot.shards.values():
        shard._parent._back_off = BackOff(chance=lambda: -4e6)  # type: ignore[attr-defined]  # days
    twin.bot.bot.reachability.lost("requests", "503")
    await twin.server.gateway.disconnect()
    await until(lambda: len(twin.bot.bot.reachability._lost) == 3)
    twin.server.faults.clear()

    twin.bot.bot.reachability.found("requests")

    await until(lambda: twin.server.gateway.connected_shards() == {0, 1})


async def test_a_session_that_discord_forgot_is_made_anew(twin: Twin) -> None:
    before = twin.server.gateway.identifies

    await twin.server.gateway.disconnect(resumable=False)
    await until(lambda: twin.server.gateway.identifies == before + 2)

    await twin.told_everywhere(1)


async def test_a_gateway_that_ends_each_connection_at_once_is_one_outage_and_not_asked_without_pause(
    twin: Twin, caplog: pytest.LogCaptureFixture
) -> None:
    resume = twin.server.gateway._resume

    async def ended(link: object, _: object) -> None:
        await link.socket.close(code=4000)  # type: ignore[attr-defined]

    twin.server.gateway._resume = ended  # type: ignore[method-assign, assignment]
    await twin.server.gateway.disconnect(shard=0)
    await until(lambda: twin.bot.bot.reachability.is_lost)
    twin.server.gateway._resume = resume  # type: ignore[method-assign]
    await until(lambda: not twin.bot.bot.reachability.is_lost)

    assert sum(one.levelno >= logging.WARNING for one in caplog.records) == 2


@pytest.mark.invariant(1)
async def test_delivery_begins_with_the_first_shard_while_the_other_cannot_connect(tmp_path: Path) -> None:
    server, news, people = furnished()
    async with server, living(server, tmp_path) as bot:
        handle = server.gateway._receive

        async def only_the_first(link: object, frame: dict[str, object]) -> None:
            data = frame.get("d")
            if frame["op"] == 2 and isinstance(data, dict) and data["shard"][0] == 1:
                return  # no answer
            await handle(link, frame)  # type: ignore[arg-type]

        server.gateway._receive = only_the_first  # type: ignore[method-assign]
        await bot.up(shards=1)
        twin = Twin(server, bot, news, people)

        await twin.told_everywhere(1, in_shards=(0,))

        assert not bot.bot.is_ready()


@pytest.mark.invariant(1)
async def test_delivery_begins_while_a_server_is_still_missing_and_that_one_is_served_later(
    tmp_path: Path,
) -> None:
    server, news, people = furnished()
    assert news[1].guild is not None
    server.gateway.unavailable.add(news[1].guild.id)
    async with server, living(server, tmp_path) as bot:
        await bot.up(shards=2)
        twin = Twin(server, bot, news, people)

        await twin.told_everywhere(1, in_shards=(0,))
        server.make_available(news[1].guild)

        await until(lambda: server.messages(news[1]))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=3000))
def test_a_gateway_that_flaps_spends_no_more_than_half_of_a_days_identifies(gaps: list[float]) -> None:
    now = 0.0
    spacing = IdentifySpacing(lambda: now)
    at = []
    for gap in gaps:
        now += gap
        now += spacing.wait_s()
        at.append(now)

    assert all(sum(start <= one < start + 86_400 for one in at) <= 500 for start in at)


def test_a_back_off_doubles_to_a_minute_and_begins_anew() -> None:
    back_off = BackOff(chance=lambda: 0.0)

    assert [back_off.next_s() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    back_off.reset()
    assert back_off.next_s() == 1


def test_an_outage_over_two_ways_is_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    reachability = Reachability(lambda: now)

    reachability.lost("requests", "503")
    reachability.lost("gateway of shard 0", "refused", since=99.0)
    reachability.lost("requests", "503")
    now = 160.0
    reachability.found("requests")
    reachability.found("requests")
    now = 175.0
    reachability.found("gateway of shard 0")

    said = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(said) == 2
    assert "75 s" in said[1]


async def test_the_bot_stops_while_a_shard_connects(twin: Twin) -> None:
    twin.server.faults.sometimes(SOCKET, Fault.hang(), 1.0)
    await twin.server.gateway.disconnect()
    await twin.server._door.keeps_waiting.wait()

    twin.bot.connection.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(twin.bot.connection, 30)


async def test_the_bot_closes_while_a_shard_waits(twin: Twin) -> None:
    twin.server.faults.sometimes(SOCKET, Fault.status(503), 1.0)
    await twin.server.gateway.disconnect()
    await until(lambda: twin.bot.bot.reachability.is_lost)

    async with asyncio.timeout(30):
        await twin.bot.bot.close()
        await twin.bot.connection


@pytest.mark.invariant(10)
async def test_server_that_removed_the_bot_while_it_had_no_session_is_left(twin: Twin) -> None:
    """With shards, discord.py keeps a server that no session names for as long as the process lives."""
    gone, stays = twin.news
    subscriptions = [await twin.bot.follow(channel) for channel in twin.news]
    assert gone.guild is not None
    assert stays.guild is not None
    del twin.server.world.guilds[gone.guild.id]  # and nobody is told: there is no session to tell

    await twin.server.gateway.disconnect(resumable=False)

    gone_id, stays_id = gone.guild.id, stays.guild.id
    await until(lambda: twin.bot.bot.get_guild(gone_id) is None)
    await until(lambda: twin.bot.bot.get_channel(stays.id) is not None)
    assert twin.bot.bot.get_guild(stays_id) is not None
    find = twin.bot.services.storage.subscriptions.get
    async with asyncio.timeout(30):
        while (left := await find(subscriptions[0].id)) is not None and left.paused is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    kept = await find(subscriptions[1].id)
    assert left is not None
    assert kept is not None
    assert (left.paused, kept.paused) == (PauseReason.REMOVED, None)
