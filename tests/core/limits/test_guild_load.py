"""Servers above their share of looks: who they are, and which watches are looked at less often for it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.limits.guild_load import slower, slower_watches
from bot.core.models import GuildId, WatchId

INTERVAL = timedelta(minutes=5)
A, B = GuildId(1), GuildId(2)


def test_server_within_its_share_waits_no_longer() -> None:
    assert slower({A: 500}, INTERVAL, 6_000) == {}
    assert slower({A: 1_000}, INTERVAL, 6_000) == {A: 2.0}


def test_no_limit_slows_nobody() -> None:
    assert slower({A: 1e9}, INTERVAL, 0) == {}


def test_watch_of_several_is_as_quick_as_for_the_one_with_most_room() -> None:
    found = slower_watches([(WatchId(1), A), (WatchId(1), B), (WatchId(2), A)], {A: 4.0, B: 2.0})

    assert found == {1: 2.0, 2: 4.0}


@given(st.dictionaries(st.integers(1, 9).map(GuildId), st.floats(0, 1e6), max_size=9), st.integers(1, 10_000))
def test_with_its_waits_a_server_takes_no_more_than_its_share(loads: dict[GuildId, float], most: int) -> None:
    factors = slower(loads, INTERVAL, most)

    for guild, watches in loads.items():
        assert watches * 12 / factors.get(guild, 1.0) <= most * 1.000001
