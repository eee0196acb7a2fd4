"""A memory bounded in bytes: what it keeps, what it forgets, and that its weights are true."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.limits.weighted_cache import WeightedCache, weight_of
from bot.core.models import Network, Post

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
_STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 40_000), st.integers(0, 90), st.booleans()), max_size=60
)


@given(_STEPS)
def test_cache_is_never_heavier_than_its_bound_and_gives_only_what_was_put_and_is_believed(
    steps: list[tuple[int, int, int, bool]],
) -> None:
    cache: WeightedCache[int, str] = WeightedCache(100_000, max_value_bytes=30_000)
    put: dict[int, tuple[str, datetime]] = {}
    now = NOW
    for key, size, seconds, is_put in steps:
        now += timedelta(seconds=seconds)
        if is_put:
            value = "x" * size
            kept = cache.put(key, value, now=now, until=now + timedelta(seconds=60))
            put.pop(key, None)
            if kept:
                put[key] = value, now + timedelta(seconds=60)
        else:
            found = cache.get(key, now)
            assert found is None or (found == put[key][0] and now < put[key][1])
        assert cache.bytes <= 100_000


def test_what_was_used_last_outlives_what_was_not() -> None:
    cache: WeightedCache[str, str] = WeightedCache(4_000, max_value_bytes=2_000)
    for key in "abc":
        cache.put(key, "x" * 500, now=NOW, until=LATER)

    cache.get("a", NOW)
    cache.put("d", "x" * 1_000, now=NOW, until=LATER)

    assert cache.get("a", NOW) is not None
    assert cache.get("b", NOW) is None


def test_value_too_heavy_for_its_cache_pushes_nothing_out() -> None:
    cache: WeightedCache[str, str] = WeightedCache(8_000)
    cache.put("small", "x", now=NOW, until=LATER)

    assert not cache.put("big", "x" * 2_000, now=NOW, until=LATER)
    assert cache.get("small", NOW) == "x"


@pytest.mark.parametrize("now", [NOW - timedelta(days=1), LATER], ids=["clock set back", "past its time"])
def test_value_is_not_believed_outside_of_its_time(now: datetime) -> None:
    cache: WeightedCache[str, str] = WeightedCache(8_000)
    cache.put("a", "x", now=NOW, until=LATER)

    assert cache.get("a", now) is None
    assert cache.bytes == 0


def test_weight_is_what_the_memory_really_takes() -> None:
    def posts() -> list[Post]:
        return [
            Post(Network.WEB, f"id {number}", "😀" + "本" * number, rp=number + 1_000, created_at=NOW, likes=None)
            for number in range(300)
        ]

    tracemalloc.start()
    kept = posts()
    real, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 0.7 * real < weight_of(kept) < 1.4 * real


def test_weight_counts_what_is_shared_once() -> None:
    text = "x" * 1_000

    assert weight_of([text] * 50) < 2_000
