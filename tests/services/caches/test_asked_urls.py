"""Addresses that were asked for: found by who saw them, and pushed out by nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.models import EVERYWHERE, ChannelId, GuildId, TopicKey, UserId, Viewer
from bot.services.caches.asked_urls import SERVER_MAX, AskedUrls
from bot.services.caches.owned_cache import KEPT
from tests.conftest import Clock

KEY = TopicKey("feed")
ADDRESS = "https://a.example/feed"


def viewer(user: int, guild: int = 1, channel: int = 5) -> Viewer:
    return Viewer(guild_id=GuildId(guild), user_id=UserId(user), here=ChannelId(channel))


def test_an_address_is_found_by_who_typed_it_and_by_the_channel_that_saw_its_answer(clock: Clock) -> None:
    asked = AskedUrls(clock)
    asked.keep(KEY, ADDRESS, viewer(1), public=True)

    assert asked.find(KEY, viewer(1, channel=6)) == ADDRESS
    assert asked.find(KEY, viewer(1, guild=2, channel=7)) == ADDRESS, "the same person"
    assert asked.find(KEY, viewer(2, channel=5)) == ADDRESS
    assert asked.find(KEY, viewer(2, channel=6)) is None
    assert asked.find(KEY, viewer(2, guild=2, channel=6)) is None


def test_one_that_was_asked_for_in_private_is_its_askers_alone_and_for_a_day(clock: Clock) -> None:
    asked = AskedUrls(clock)
    asked.keep(KEY, ADDRESS, viewer(1, guild=EVERYWHERE), public=False)

    assert asked.find(KEY, viewer(1, guild=EVERYWHERE)) == ADDRESS
    assert asked.find(KEY, viewer(2, guild=EVERYWHERE)) is None
    clock.forward(seconds=(KEPT + timedelta(seconds=1)).total_seconds())
    assert asked.find(KEY, viewer(1, guild=EVERYWHERE)) is None


@pytest.mark.invariant(11)
@pytest.mark.parametrize("length", [10, 1_500])
def test_a_server_that_asks_for_many_pushes_out_its_own_alone(clock: Clock, length: int) -> None:
    asked = AskedUrls(clock)
    asked.keep(KEY, ADDRESS, viewer(1, guild=1), public=True)
    for number in range(SERVER_MAX * 8):
        key = TopicKey(f"feed {number}")
        asked.keep(key, f"https://b.example/{number}?" + "q" * length, viewer(number, guild=2), public=True)

    assert asked.find(KEY, viewer(1, guild=1)) == ADDRESS
    assert asked.find(TopicKey("feed 0"), viewer(0, guild=2)) is None
    assert asked.find(key, viewer(number, guild=2)) is not None
