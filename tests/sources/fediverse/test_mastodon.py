"""What is Mastodon's own; what it shares with Misskey is in ``test_timelines.py``."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.core.errors import SourceRefused
from bot.core.models import SourceName
from bot.sources.fediverse.mastodon import AGAIN_PAGES, AGAIN_SINGLES, PAGE

from .timelines import MastodonWorld as World
from .timelines import ids


@pytest.fixture(name="world")
async def make_world() -> AsyncIterator[World]:
    async with World.opened() as world:
        yield world


async def test_tag_is_asked_in_a_page_of_40(world: World) -> None:
    await world.fetch(topic="データ センター")

    assert world.source.name is SourceName.MASTODON
    assert world.server.paths[0] == "/api/v1/timelines/tag/データセンター"
    assert world.timeline_requests == [{"limit": "40"}]


async def test_tag_nobody_used_yet_is_read_over_pages_from_its_first_post_on(world: World) -> None:
    assert ids(await world.fetch()) == []
    posts = world.add_many(PAGE + 5, youngest_minutes_old=1)

    fetched = await world.fetch()

    assert set(ids(fetched)) == set(posts)


async def test_server_that_ignores_the_cursor_is_not_asked_for_ever(world: World) -> None:
    world.add_many(PAGE)
    await world.fetch()
    page = json.dumps([world.server.row(each) for each in world.add_many(PAGE, youngest_minutes_old=20)])
    world.server.fail("/timelines/", 200, times=99, body=page)

    fetched = await world.fetch()

    assert len(fetched.posts) == PAGE
    assert len(world.timeline_requests) == 2


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_closed_timeline_says_that_the_server_does_not_show_it(world: World, status: int) -> None:
    world.server.fail("/timelines/", status)

    with pytest.raises(SourceRefused, match="does not show its timelines to the public") as caught:
        await world.fetch()

    assert caught.value.permanent


async def test_server_without_timelines_is_named_as_such(world: World) -> None:
    world.server.fail("/timelines/", 404)

    with pytest.raises(SourceRefused, match="has no timelines"):
        await world.fetch()


async def test_burst_is_read_on_although_the_budget_allows_a_page_a_fetch(world: World) -> None:
    world.add(minutes_old=500)
    await world.fetch()
    burst = world.add_many(PAGE * 2 - 1, youngest_minutes_old=0)
    read: set[str | None] = set()

    for _ in range(2):
        world.server.remaining = 1
        read |= set(ids(await world.fetch()))

    assert set(burst) <= read


async def test_recheck_by_page_is_bounded_and_the_rest_comes_again(world: World) -> None:
    posts = world.add_many(1000, youngest_minutes_old=120)
    due = posts[::15]
    await world.fetch()

    first = await world.fetch(*due)
    assert len(world.timeline_requests) == 1 + AGAIN_PAGES
    assert len(world.singles_asked) == AGAIN_SINGLES
    left = [each for each in due if each not in ids(first)]
    seen = 0
    while left:
        fetched = await world.fetch(*left)
        left = [each for each in left if each not in ids(fetched)]
        seen += 1

    assert seen < 6
    assert first.gone == ()


async def test_id_that_is_no_number_is_read_one_by_one(world: World) -> None:
    await world.fetch()
    world.server.fail("/statuses/01HX", 404, times=2)

    fetched = await world.fetch("01HXAAAA", "01HXBBBB")

    assert set(fetched.gone) == {"key-01HXAAAA", "key-01HXBBBB"}


async def test_reserve_is_left_to_other_topics(world: World) -> None:
    posts = world.add_many(500, youngest_minutes_old=120)
    await world.fetch()
    world.server.remaining = 23

    fetched = await world.fetch(*posts[:400:100])

    assert len(world.server.requests) == 3
    assert world.server.remaining == 20
    assert fetched.reset_at is None


async def test_used_up_budget_ends_the_fetch_and_says_when_it_is_back(world: World) -> None:
    posts = world.add_many(PAGE * 3)
    world.server.remaining = 1

    fetched = await world.fetch(posts[0])

    assert len(world.server.requests) == 1
    assert fetched.reset_at == datetime(2026, 11, 22, 3, 5, tzinfo=UTC)
    assert len(fetched.posts) == PAGE


async def test_server_without_rate_limit_headers_is_only_bounded_by_us(world: World) -> None:
    world.server.rate_limited = False
    posts = world.add_many(500, youngest_minutes_old=120)
    await world.fetch()

    fetched = await world.fetch(*posts[:400:100])

    assert set(posts[:400:100]) <= set(ids(fetched))
