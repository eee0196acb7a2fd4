"""What Mastodon and Misskey promise alike: a tag's timeline, its volume, and posts that are read again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.core.errors import SourceBusy, SourceChanged, SourceRefused
from bot.core.models import FetchRequest, TimelineSpan
from bot.core.text import make_topic
from bot.sources.base import Source
from bot.sources.fediverse.hashtag_source import OVERLAP

from .timelines import START, MastodonWorld, MisskeyWorld, ids
from .timelines import World as Timeline

World = Timeline[Any]


@pytest.fixture(name="world", params=[MastodonWorld, MisskeyWorld], ids=["mastodon", "misskey"])
async def make_world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with request.param.opened() as world:
        yield world


# -- what is asked ---------------------------------------------------------------------------------------


async def test_it_is_a_source_whose_posts_can_be_read_again(world: World) -> None:
    source: Source = world.source

    assert (source.can_recheck, source.name.traits.costs_money) == (True, False)


async def test_topic_of_several_words_is_asked_as_one_tag_and_says_so(world: World) -> None:
    wanted = world.add()

    fetched = await world.fetch(topic="データ センター")

    host = world.server.base_url.removeprefix("http://")
    assert fetched.note == f"#データセンター @ {host}"
    assert world.source.describe_request(FetchRequest(topic=make_topic("データ センター"))) == fetched.note
    assert ids(fetched) == [wanted]


async def test_topic_without_a_letter_is_refused_without_a_request(world: World) -> None:
    with pytest.raises(SourceRefused, match="needs a letter") as caught:
        await world.fetch(topic="２０２６")

    assert caught.value.permanent
    assert world.server.requests == []
    assert world.source.describe_request(FetchRequest(topic=make_topic("２０２６"))).startswith("2026 @ 127.0.0.1")


# -- new posts -------------------------------------------------------------------------------------------


async def test_first_fetch_reads_the_newest_page_only(world: World) -> None:
    posts = world.add_many(world.page + 10)

    fetched = await world.fetch()

    assert ids(fetched) == posts[:9:-1]
    assert world.pages_asked == 1


async def test_answer_says_how_far_it_shows_the_timeline(world: World) -> None:
    world.add(minutes_old=500)
    first = await world.fetch()
    later = world.add_many(world.page * (world.new_pages + 1), apart_s=1)
    cut = await world.fetch()
    rest = await world.fetch()

    assert first.timeline == TimelineSpan(START)
    assert cut.timeline is not None
    assert cut.timeline.complete
    assert cut.timeline.until == max(post.created_at for post in cut.posts if post.created_at is not None)
    assert len(cut.posts) < len(later)
    assert rest.timeline == TimelineSpan(START)


async def test_answer_that_a_failure_cut_shows_the_timeline_up_to_its_last_post(world: World) -> None:
    world.add(minutes_old=500)
    await world.fetch()
    world.add_many(world.page + 10)
    world.server.fail("/", status=503, times=9, after=1)

    fetched = await world.fetch()

    assert fetched.timeline is not None
    assert fetched.timeline.until < START


async def test_first_page_that_is_full_is_not_all_there_was(world: World) -> None:
    world.add_many(world.page + 10)

    assert (await world.fetch()).timeline == TimelineSpan(START, complete=False)


async def test_only_public_posts_are_given(world: World) -> None:
    shown = world.add(minutes_old=3)
    world.add(minutes_old=2, hidden=True)

    assert ids(await world.fetch()) == [shown]


async def test_next_fetch_walks_on_over_pages_and_skips_nothing(world: World) -> None:
    world.add(minutes_old=100)
    await world.fetch()
    fresh = world.add_many(world.page * 2 + 5, youngest_minutes_old=30)

    fetched = await world.fetch()

    assert set(fresh) <= set(ids(fetched))
    assert world.pages_asked == 3
    newest_first = sorted(ids(fetched), key=lambda each: (len(each or ""), each), reverse=True)
    assert ids(fetched) == newest_first


async def test_walk_ends_at_its_bound_and_the_next_fetch_goes_on_from_there(world: World) -> None:
    world.add(minutes_old=500)
    await world.fetch()
    fresh = world.add_many(world.page * world.new_pages + 60, youngest_minutes_old=30)

    first = await world.fetch()
    assert world.pages_asked == world.new_pages
    second = await world.fetch()

    assert set(fresh) <= {*ids(first), *ids(second)}
    assert fresh[-1] not in ids(first)


async def test_post_that_arrives_late_from_a_slow_server_is_still_found(world: World) -> None:
    world.add(minutes_old=OVERLAP.total_seconds() / 60 - 1)
    world.add(minutes_old=0)
    await world.fetch()
    late = world.add(minutes_old=2)

    assert late in ids(await world.fetch())


async def test_quiet_tag_gives_its_newest_post_again_as_a_sign_of_life(world: World) -> None:
    *_, newest = world.add_many(5, youngest_minutes_old=90)
    await world.fetch()

    assert ids(await world.fetch()) == [newest]
    assert len(world.server.requests) == 1


async def test_tag_nobody_used_yet_is_followed_from_its_first_post_on(world: World) -> None:
    assert ids(await world.fetch()) == []
    posts = world.add_many(world.page // 2, youngest_minutes_old=1)

    assert set(ids(await world.fetch())) == set(posts)


async def test_cursor_of_an_unknown_form_is_a_first_fetch(world: World) -> None:
    post = world.add()
    world.cursor = "17-from-elsewhere"

    assert ids(await world.fetch()) == [post]


async def test_answer_that_is_no_timeline_is_a_changed_source(world: World) -> None:
    world.server.fail(world.timeline, 200, body='{"error": "maintenance"}')

    with pytest.raises(SourceChanged):
        await world.fetch()


async def test_busy_server_at_the_first_request_fails_the_fetch(world: World) -> None:
    world.server.fail(world.timeline, 429, retry_after="90")

    with pytest.raises(SourceBusy) as caught:
        await world.fetch()

    assert caught.value.retry_after == timedelta(seconds=90)


async def test_busy_server_on_a_later_fetch_fails_it_and_loses_no_place(world: World) -> None:
    await world.fetch()
    fresh = world.add_many(3, youngest_minutes_old=30)
    world.server.fail(world.timeline, 502)

    with pytest.raises(SourceBusy):
        await world.fetch()

    assert set(fresh) <= set(ids(await world.fetch()))


async def test_failure_on_the_second_page_keeps_the_first_and_its_place(world: World) -> None:
    world.add(minutes_old=500)
    await world.fetch()
    fresh = world.add_many(world.page * 2, youngest_minutes_old=30)
    world.server.fail(world.timeline, 503, after=1, retry_after="90")

    cut = await world.fetch(fresh[0])
    assert cut.reset_at == world.now + timedelta(seconds=90)
    world.now += timedelta(minutes=2)
    rest = await world.fetch()

    assert set(fresh) <= {*ids(cut), *ids(rest)}


# -- volume ----------------------------------------------------------------------------------------------


async def test_volume_is_the_use_of_the_tag_and_asked_every_half_hour(world: World) -> None:
    world.use_today(41)

    first = await world.fetch()
    world.now += timedelta(minutes=29)
    second = await world.fetch()
    world.now += timedelta(minutes=1)
    third = await world.fetch()

    assert first.snapshot is not None
    assert (first.snapshot.volume, first.snapshot.observed_at) == (41, START)
    assert second.snapshot is None
    assert third.snapshot is not None


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_volume_that_is_not_given_costs_only_the_number(world: World, status: int) -> None:
    post = world.add()
    world.server.fail(world.volume, status)

    fetched = await world.fetch()

    assert (ids(fetched), fetched.snapshot) == ([post], None)


# -- the recheck -----------------------------------------------------------------------------------------


async def test_posts_close_together_are_read_again_by_the_page(world: World) -> None:
    posts = world.add_many(60, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.fetch()
    for each in posts:
        world.grow(each, 50)

    fetched = await world.fetch(*posts)

    assert {post.source_id: post.rp for post in fetched.posts}.items() >= dict.fromkeys(posts, 50).items()
    assert world.pages_asked == 1 + -(-60 // world.page)
    assert world.singles_asked == []


async def test_posts_far_apart_are_read_again_one_by_one(world: World) -> None:
    due = world.add_far_apart(5)
    await world.fetch()

    fetched = await world.fetch(*due)

    assert set(due) <= set(ids(fetched))
    assert world.pages_asked == 2, "one of new posts, one that showed how far apart they are"
    assert sorted(world.singles_asked) == due[:-1], "the newest stood on that page"


async def test_only_what_is_due_is_taken_from_pages_read_again(world: World) -> None:
    posts = world.add_many(30, youngest_minutes_old=120)
    await world.fetch()

    fetched = await world.fetch(*posts[10:13])

    assert set(ids(fetched)) == {*posts[10:13], posts[-1]}, "older posts never seen before would be told as new"


async def test_post_due_and_read_as_new_is_not_asked_for_again(world: World) -> None:
    post = world.add(minutes_old=1)
    await world.fetch()

    assert ids(await world.fetch(post)) == [post]
    assert len(world.server.requests) == 1


async def test_recheck_is_bounded_and_the_rest_comes_again(world: World) -> None:
    due = world.add_far_apart(17)
    await world.fetch()

    first = await world.fetch(*due)
    assert len(world.singles_asked) == world.singles
    left = [each for each in due if each not in ids(first)]
    assert left
    fetches = 0
    while left:
        fetched = await world.fetch(*left)
        left = [each for each in left if each not in ids(fetched)]
        fetches += 1

    assert fetches < 4
    assert first.gone == ()


async def test_deleted_post_is_gone_and_a_hidden_one_too(world: World) -> None:
    deleted, hidden, kept = world.add_many(3, youngest_minutes_old=120)
    world.add(minutes_old=1)
    await world.fetch()
    world.server.remove(deleted)
    world.hide(hidden)

    fetched = await world.fetch(deleted, hidden, kept)

    assert set(fetched.gone) == {f"key-{deleted}", f"key-{hidden}"}
    assert kept in ids(fetched)


async def test_post_whose_tag_was_edited_away_is_read_by_id(world: World) -> None:
    post = world.add(minutes_old=120)
    world.add(minutes_old=1)
    await world.fetch()
    world.server.untag(post)
    world.grow(post, 7)

    fetched = await world.fetch(post)

    assert {each.source_id: each.rp for each in fetched.posts}[post] == 7


async def test_failure_in_the_middle_of_the_recheck_keeps_what_was_read(world: World) -> None:
    due = world.add_far_apart(5)
    await world.fetch()
    fresh = world.add(minutes_old=1)
    world.server.fail(world.one, 503, after=1, retry_after="60")

    fetched = await world.fetch(*due[:4])

    assert fresh in ids(fetched)
    assert len(world.singles_asked) == 2, "one answered, one failed, no third"
    assert fetched.reset_at == world.now + timedelta(seconds=60)


@pytest.mark.parametrize(("status", "body"), [(200, "[]"), (400, '{"error": {"code": "ODD"}}')])
async def test_trouble_of_one_post_is_no_deletion_and_does_not_end_the_recheck(
    world: World, status: int, body: str
) -> None:
    due = world.add_far_apart(5)[:4]
    await world.fetch()
    world.server.fail(world.one, status, body=body)

    fetched = await world.fetch(*due)

    assert len(set(ids(fetched)) & set(due)) == len(due) - 1
    assert fetched.gone == ()


async def test_post_published_at_0_is_seen_rising_hours_after_it_left_the_page(world: World) -> None:
    slow = world.add()
    published_at = world.now
    world.grow(slow, lambda at: int((at - published_at) / timedelta(hours=3) * 100))
    await world.fetch()
    seen = []

    for _ in range(6):
        world.now += timedelta(minutes=30)
        world.add_many(world.page, youngest_minutes_old=10)
        fetched = await world.fetch(slow)
        seen += [post.rp for post in fetched.posts if post.source_id == slow]

    assert seen == [16, 33, 50, 66, 83, 100]
